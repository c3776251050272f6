import { beforeAll, describe, expect, it } from 'vitest'
import { flow } from '../../../../base/flow.ts'
import { configs, Pocket, standing } from '../../testing.test-helper.ts'
import { plain } from './replies.test-helper.ts'

const EMPTY_DUMP = '\n\0]\x9b\\@\x0f\x7f\xa2\xda'
const NAME = '-ERR Client names cannot contain spaces, newlines or special characters.'
const WRONG_PASSWORD = '-WRONGPASS invalid username-password pair or user is disabled.'
const subcommand = (name: string, of: string) =>
  `-ERR unknown subcommand or wrong number of arguments for '${name}'. Try ${of} HELP.`

/** `|` stands between arguments. */
const CASES: readonly (readonly [string, unknown])[] = [
  ['PING', '+PONG'],
  ['PING|x', '$x'],
  ['PING|a|b', "-ERR wrong number of arguments for 'ping' command"],
  ['ECHO|hi', '$hi'],
  ['SELECT|0', '+OK'],
  ['SELECT|1', '-ERR SELECT is not allowed in cluster mode'],
  ['SELECT|x', '-ERR value is not an integer or out of range'],
  [
    'AUTH|x',
    '-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
  ],
  ['AUTH|default|x', '+OK'],
  ['AUTH|foo|x', WRONG_PASSWORD],
  ['AUTH|a|b|c', '-ERR syntax error'],
  ['HELLO|4', '-NOPROTO unsupported protocol version'],
  ['HELLO|x', '-ERR Protocol version is not an integer or out of range'],
  ['HELLO|3|AUTH|foo|x', WRONG_PASSWORD],
  ['HELLO|3|SETNAME', "-ERR Syntax error in HELLO option 'SETNAME'"],
  ['HELLO|3|FOO', "-ERR Syntax error in HELLO option 'FOO'"],
  ['HELLO|2|SETNAME|a b', NAME],
  ['READONLY', '+OK'],
  ['READWRITE|x', "-ERR wrong number of arguments for 'readwrite' command"],
  ['ASKING', '+OK'],
  ['MOVE|bar|1', '-ERR MOVE is not allowed in cluster mode'],
  ['MOVE|foo|1', '-MOVED 12182 127.0.0.1:7003'],
  ['SWAPDB|0|1', '-ERR SWAPDB is not allowed in cluster mode'],
  ['REPLICAOF|NO|ONE', '-ERR REPLICAOF not allowed in cluster mode.'],
  ['FLUSHALL|foo', '-ERR syntax error'],
  ['SHUTDOWN|foo', '-ERR syntax error'],
  ['SHUTDOWN|ABORT', '-ERR No shutdown in progress.'],
  ['BGSAVE|x', '-ERR syntax error'],
  ['LASTSAVE|x', "-ERR wrong number of arguments for 'lastsave' command"],
  ['CLIENT|SETINFO|LIB-NAME|x', "-ERR unknown subcommand 'SETINFO'. Try CLIENT HELP."],
  ['CLIENT|ID|x', "-ERR wrong number of arguments for 'client|id' command"],
  ['CLIENT|SETNAME|a b', NAME],
  ['CLIENT|LIST|TYPE|foo', "-ERR Unknown client type 'foo'"],
  ['CLIENT|LIST|ID|x', '-ERR Invalid client ID'],
  ['CLIENT|LIST|ID|99', '$'],
  ['CLIENT|KILL|1.2.3.4:5', '-ERR No such client'],
  ['CLIENT|KILL|ID|x', '-ERR client-id should be greater than 0'],
  ['CLIENT|KILL|ID|999', ':0'],
  ['CLIENT|KILL|USER|foo', "-ERR No such user 'foo'"],
  ['CLIENT|KILL|ID|1|TYPE', '-ERR syntax error'],
  ['CLIENT|PAUSE|x', '-ERR timeout is not an integer or out of range'],
  ['CLIENT|PAUSE|-1', '-ERR timeout is negative'],
  ['CLIENT|PAUSE|x|FOO', '-ERR CLIENT PAUSE mode must be WRITE or ALL'],
  ['CLIENT|PAUSE|1|WRITE|x', subcommand('PAUSE', 'CLIENT')],
  ['CLIENT|REPLY|FOO', '-ERR syntax error'],
  ['CLIENT|NO-EVICT|on', '+OK'],
  ['CLIENT|GETREDIR', ':-1'],
  ['CLIENT|TRACKINGINFO', ['$flags', ['$off'], '$redirect', ':-1', '$prefixes', []]],
  ['CLIENT|UNBLOCK|99', ':0'],
  ['CLIENT|UNBLOCK|x|FOO', '-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR'],
  ['FUNCTION|DUMP', `$${EMPTY_DUMP}`],
  [`FUNCTION|RESTORE|${EMPTY_DUMP}`, '+OK'],
  ['FUNCTION|RESTORE|x', '-ERR DUMP payload version or checksum are wrong'],
  ['FUNCTION|LIST', []],
  ['FUNCTION|LIST|FOO', '-ERR Unknown argument FOO'],
  ['FUNCTION|DELETE|x', '-ERR Library not found'],
  ['FCALL|f|0', '-ERR Function not found'],
  ['SLOWLOG|GET|x', '-ERR count should be greater than or equal to -1'],
  ['LATENCY|LATEST', []],
  ['MEMORY|USAGE|{bar}nosuch', null],
  ['ACL|WHOAMI', '$default'],
  ['ACL|LIST', ['$user default on nopass ~* &* +@all']],
  ['ACL|CAT|foo', "-ERR Unknown category 'foo'"],
  ['ACL|DRYRUN|x|get|y', "-ERR User 'x' not found"],
  ['DEBUG|JMAP', subcommand('JMAP', 'DEBUG')],
  ['DEBUG|SLEEP', subcommand('SLEEP', 'DEBUG')],
  ['DEBUG|SLEEP|0', '+OK'],
  ['DEBUG|OBJECT|nosuch', '-ERR no such key'],
  ['DEBUG|ERROR|a b', '-a b'],
  ['DEBUG|PROTOCOL|map', [':0', ':0', ':1', ':1', ':2', ':0']],
  ['DEBUG|POPULATE|x', '-ERR value is out of range, must be positive'],
  ['DEBUG|POPULATE|1000000000', '-ERR DEBUG POPULATE makes at most 64 MB here'],
  ['DEBUG|POPULATE|2|k|10', '+OK'],
  ['GET|k:1', '-MOVED 10166 127.0.0.1:7002'],
  ['DEBUG|CLUSTERLINK|KILL|to|x', '-ERR Unknown node x'],
  ['PUBSUB|NUMSUB|a', ['$a', ':0']],
  ['XADD|bar|*|f|v', '-ERR XADD is not modelled here'],
  ['XADD|foo|*|f|v', '-MOVED 12182 127.0.0.1:7003'],
]

describe('commands of the server answer as 7.0.15 does', () => {
  let pocket: Pocket
  beforeAll(() => {
    pocket = standing()
  })

  it.each(CASES)('%s', (line, wanted) => {
    expect(plain(pocket.ask('M1', ...line.split('|')))).toEqual(wanted)
  })

  it('ROLE tells both sides', () => {
    const offset = `:${pocket.state('R1').replication.offset}`
    expect(plain(pocket.ask('R1', 'ROLE'))).toEqual(['$slave', '$127.0.0.1', ':7001', '$connected', offset])
    const [role, , rows] = plain(pocket.ask('M1', 'ROLE')) as readonly [string, string, readonly string[][]]
    expect(role).toBe('$master')
    expect(rows.map(([ip, port]) => [ip, port])).toEqual([['$127.0.0.1', '$7004']])
  })

  it('HELLO describes the server, and a replica says so', () => {
    const hello = plain(pocket.ask('R1.h', 'HELLO', '3')) as readonly string[]
    expect(hello.filter((_, at) => at % 2 === 0)).toEqual(
      ['server', 'version', 'proto', 'id', 'mode', 'role', 'modules'].map((name) => `$${name}`),
    )
    expect(hello).toContain('$replica')
    expect(hello).toContain('$7.0.15')
  })
})

describe('clients', () => {
  const lone = () => new Pocket(configs(['X1'], {}, false))

  it('have names, and are listed with 29 fields', () => {
    const pocket = lone()
    expect(plain(pocket.ask('X1', 'CLIENT', 'GETNAME'))).toBe(null)
    expect(plain(pocket.ask('X1', 'CLIENT', 'SETNAME', 'joe'))).toBe('+OK')
    const line = plain(pocket.ask('X1', 'CLIENT', 'INFO')) as string
    expect(
      line
        .slice(1)
        .trimEnd()
        .split(' ')
        .map((field) => field.split('=')[0]),
    ).toEqual(
      `id addr laddr fd name age idle flags db sub psub ssub multi qbuf qbuf-free argv-mem multi-mem rbs rbp obl oll
      omem tot-mem events cmd user redir resp`.split(/\s+/),
    )
    expect(line).toMatch(/ name=joe .* flags=N .* cmd=client\|info /)
  })

  it('end by id, by address, and by type', () => {
    const pocket = lone()
    expect(plain(pocket.ask('X1.a', 'CLIENT', 'ID'))).toBe(':1')
    expect(plain(pocket.ask('X1.b', 'SUBSCRIBE', 'news'))).toEqual(['$subscribe', '$news', ':1'])
    expect(plain(pocket.ask('X1.c', 'CLIENT', 'KILL', 'TYPE', 'pubsub'))).toBe(':1')
    expect(plain(pocket.ask('X1.c', 'CLIENT', 'KILL', 'ID', '1'))).toBe(':1')
    const list = plain(pocket.ask('X1.c', 'CLIENT', 'LIST')) as string
    expect(list.trimEnd().split('\n')).toHaveLength(1)
    const address = / addr=(\S+)/.exec(list)![1]!
    expect(plain(pocket.ask('X1.c', 'CLIENT', 'KILL', address))).toBe('+OK')
    expect(pocket.state('X1').sessions.size).toBe(0)
  })

  it('on a master list its replica, whose link KILL ends', () => {
    const pocket = standing()
    const list = plain(pocket.ask('M1', 'CLIENT', 'LIST', 'TYPE', 'replica')) as string
    expect(list).toMatch(/ flags=S .* cmd=replconf /)
    expect(plain(pocket.ask('M1', 'CLIENT', 'KILL', 'TYPE', 'replica'))).toBe(':1')
    pocket.until('the replica is back', () => pocket.state('M1').replication.replicas.length === 1)
    expect(pocket.state('M1').stats.partialOk).toBe(1)
  })

  it('wait while they are paused, until UNPAUSE', () => {
    const pocket = standing()
    expect(plain(pocket.ask('M1', 'CLIENT', 'PAUSE', '100000', 'WRITE'))).toBe('+OK')
    pocket.send('writer', 'M1', [['SET', 'bar', '1']])
    expect(plain(pocket.ask('M1', 'GET', 'bar'))).toBe(null)
    pocket.run(50)
    expect(pocket.replies('writer')).toEqual([])
    expect(plain(pocket.ask('M1', 'CLIENT', 'UNPAUSE'))).toBe('+OK')
    pocket.run(50)
    expect(pocket.replies('writer').map(plain)).toEqual(['+OK'])
  })

  it('may ask for silence', () => {
    const pocket = lone()
    pocket.send('quiet', 'X1', [
      ['CLIENT', 'REPLY', 'SKIP'],
      ['PING', 'skipped'],
      ['PING', 'heard'],
      ['CLIENT', 'REPLY', 'OFF'],
      ['PING', 'unheard'],
      ['CLIENT', 'REPLY', 'ON'],
    ])
    pocket.run(10)
    expect(pocket.replies('quiet').map(plain)).toEqual(['$heard', '+OK'])
  })

  it('are as new after RESET', () => {
    const pocket = lone()
    pocket.ask('X1.r', 'HELLO', '3', 'SETNAME', 'joe')
    pocket.ask('X1.r', 'SUBSCRIBE', 'news')
    pocket.ask('X1.r', 'MULTI')
    expect(plain(pocket.ask('X1.r', 'RESET'))).toBe('+RESET')
    expect(plain(pocket.ask('X1.r', 'CLIENT', 'GETNAME'))).toBe(null)
    expect(plain(pocket.ask('X1.r', 'EXEC'))).toBe('-ERR EXEC without MULTI')
    expect(plain(pocket.ask('X1', 'PUBLISH', 'news', 'x'))).toBe(':0')
  })

  it('are told off by a sleeping server only when it wakes', () => {
    const pocket = lone()
    pocket.send('sleeper', 'X1', [['DEBUG', 'SLEEP', '0.5'], ['PING']])
    pocket.run(400)
    expect(pocket.replies('sleeper')).toEqual([])
    pocket.run(200)
    expect(pocket.replies('sleeper').map(plain)).toEqual(['+OK', '+PONG'])
  })
})

describe('INFO', () => {
  const names = (text: string) =>
    text
      .split('\r\n')
      .filter((line) => line.includes(':'))
      .map((line) => line.slice(0, line.indexOf(':')))

  it('has the sections of the real one in its order', () => {
    const pocket = new Pocket(configs(['X1'], {}, false))
    const text = (plain(pocket.ask('X1', 'INFO')) as string).slice(1)
    expect(text.match(/^# .*/gm)!.map((line) => line.trimEnd().slice(2))).toEqual(
      'Server Clients Memory Persistence Stats Replication CPU Modules Errorstats Cluster Keyspace'.split(' '),
    )
    expect(text).toContain('redis_mode:cluster\r\n')
    expect(text).toContain('loading:0\r\n')
    expect(text.endsWith('# Cluster\r\ncluster_enabled:1\r\n\r\n# Keyspace\r\n')).toBe(true)
    expect(plain(pocket.ask('X1', 'INFO', 'foo'))).toBe('$')
    expect(plain(pocket.ask('X1', 'INFO', 'KEYSPACE', 'cluster'))).toBe(
      '$# Cluster\r\ncluster_enabled:1\r\n\r\n# Keyspace\r\n',
    )
  })

  it('has the fields of replication as recorded, on a master and on a replica', () => {
    const pocket = standing()
    const end =
      flow(`master_failover_state master_replid master_replid2 master_repl_offset second_repl_offset repl_backlog_active
      repl_backlog_size repl_backlog_first_byte_offset repl_backlog_histlen`)
    const master = plain(pocket.ask('M1', 'INFO', 'replication')) as string
    expect(names(master)).toEqual(`role connected_slaves slave0 ${end}`.split(' '))
    expect(master).toMatch(/slave0:ip=127\.0\.0\.1,port=7004,state=online,offset=\d+,lag=[01]\r\n/)
    expect(names(plain(pocket.ask('R1', 'INFO', 'replication')) as string)).toEqual(
      `role master_host master_port master_link_status master_last_io_seconds_ago master_sync_in_progress
      slave_read_repl_offset slave_repl_offset slave_priority slave_read_only replica_announced connected_slaves
      ${end}`.split(/\s+/),
    )
    pocket.kill('M1')
    pocket.run(300)
    const orphan = plain(pocket.ask('R1', 'INFO', 'replication')) as string
    expect(orphan).toContain('master_link_status:down\r\n')
    expect(orphan).toMatch(/slave_repl_offset:\d+\r\nmaster_link_down_since_seconds:[01]\r\n/)
  })

  it('counts errors by their code, and keys', () => {
    const pocket = standing()
    pocket.ask('M1', 'GET', 'foo')
    pocket.ask('M1', 'SET', 'bar', '1', 'EX', '100')
    pocket.ask('M1', 'NOSUCH')
    const text = plain(pocket.ask('M1', 'INFO', 'errorstats', 'keyspace', 'stats')) as string
    expect(text).toContain('errorstat_ERR:count=1\r\nerrorstat_MOVED:count=1\r\n')
    expect(text).toContain('total_error_replies:2\r\n')
    expect(text).toContain('db0:keys=1,expires=1,avg_ttl=')
  })
})

describe('what replicas are told, in bytes measured on a real pair', () => {
  it.each([
    ['FLUSHALL of an empty keyspace', [], ['FLUSHALL'], 18],
    ['a bit that is set as it was', [['SETBIT', 'bar', '7', '1']], ['SETBIT', 'bar', '7', '1'], 0],
    [
      'a field that is saturated already',
      [['BITFIELD', 'bar', 'SET', 'u2', '0', '3']],
      ['BITFIELD', 'bar', 'OVERFLOW', 'SAT', 'INCRBY', 'u2', '0', '1'],
      0,
    ],
    [
      'counting between two writes of a transaction',
      [['MULTI'], ['SET', 'bar', '1'], ['DBSIZE'], ['DEL', 'bar']],
      ['EXEC'],
      29 + 29 + 22,
    ],
  ])('%s', (_what, before, args, bytes) => {
    const pocket = standing()
    pocket.ask('M1', 'SET', '{bar}first', '1')
    pocket.ask('M1', 'DEL', '{bar}first')
    for (const line of before) pocket.ask('M1', ...line)
    const start = pocket.state('M1').replication.offset
    pocket.ask('M1', ...args)
    expect(pocket.state('M1').replication.offset - start).toBe(bytes)
  })
})
