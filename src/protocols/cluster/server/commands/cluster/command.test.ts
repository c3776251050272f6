import { beforeAll, describe, expect, it } from 'vitest'
import { configs, idOf, Pocket, standing } from '../../../testing.test-helper.ts'
import { plain } from '../replies.test-helper.ts'

const M1 = idOf('M1')
const M2 = idOf('M2')
const R1 = idOf('R1')
const NOBODY = '0'.repeat(40)
const BAD_SLOT = '-ERR Invalid or out of range slot'
const NOT_INTEGER = '-ERR value is not an integer or out of range'
const arity = (name: string) => `-ERR wrong number of arguments for '${name}' command`

describe('CLUSTER refuses as recorded from 7.0.15', () => {
  let pocket: Pocket
  beforeAll(() => {
    pocket = standing()
    expect(plain(pocket.ask('M1', 'SET', 'bar', '1'))).toBe('+OK')
  })

  it.each([
    ['M1', 'CLUSTER', arity('cluster')],
    ['M1', 'CLUSTER FOO BAR', "-ERR unknown subcommand 'FOO'. Try CLUSTER HELP."],
    ['M1', 'CLUSTER MYSHARDID', "-ERR unknown subcommand 'MYSHARDID'. Try CLUSTER HELP."],
    ['M1', 'cluster keyslot', arity('cluster|keyslot')],
    ['M1', 'cLuStEr kEySlOt foo', ':12182'],
    ['M1', 'CLUSTER NODES x', arity('cluster|nodes')],
    ['M1', 'CLUSTER COUNTKEYSINSLOT abc', NOT_INTEGER],
    ['M1', 'CLUSTER COUNTKEYSINSLOT -1', '-ERR Invalid slot'],
    ['M1', 'CLUSTER COUNTKEYSINSLOT 16384', '-ERR Invalid slot'],
    ['M1', 'CLUSTER COUNTKEYSINSLOT 99999999999999999999', NOT_INTEGER],
    ['M1', 'CLUSTER COUNTKEYSINSLOT 5061', ':1'],
    ['M1', 'CLUSTER GETKEYSINSLOT 0 -1', '-ERR Invalid slot or number of keys'],
    ['M1', 'CLUSTER GETKEYSINSLOT x 1', NOT_INTEGER],
    ['M1', 'CLUSTER GETKEYSINSLOT 0 x', NOT_INTEGER],
    ['M1', 'CLUSTER ADDSLOTS x', BAD_SLOT],
    ['M1', 'CLUSTER ADDSLOTS 16384', BAD_SLOT],
    ['M1', 'CLUSTER ADDSLOTS 6000', '-ERR Slot 6000 is already busy'],
    ['M1', 'CLUSTER ADDSLOTSRANGE 0 1 2', arity('cluster|addslotsrange')],
    ['M1', 'CLUSTER ADDSLOTSRANGE 5 1', '-ERR start slot number 5 is greater than end slot number 1'],
    ['M1', 'CLUSTER ADDSLOTSRANGE 0 99999', BAD_SLOT],
    ['M1', 'CLUSTER DELSLOTSRANGE 0 1 2', arity('cluster|delslotsrange')],
    ['M1', 'CLUSTER FLUSHSLOTS', '-ERR DB must be empty to perform CLUSTER FLUSHSLOTS.'],
    ['M1', 'CLUSTER SETSLOT 1', arity('cluster|setslot')],
    ['M1', 'CLUSTER SETSLOT 1 BOGUS', '-ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP'],
    [
      'M1',
      'CLUSTER SETSLOT 1 STABLE x',
      '-ERR Invalid CLUSTER SETSLOT action or number of arguments. Try CLUSTER HELP',
    ],
    ['M1', 'CLUSTER SETSLOT x STABLE', BAD_SLOT],
    ['M1', `CLUSTER SETSLOT 1 MIGRATING ${NOBODY}`, `-ERR I don't know about node ${NOBODY}`],
    ['M1', `CLUSTER SETSLOT 6000 MIGRATING ${M2}`, "-ERR I'm not the owner of hash slot 6000"],
    ['M1', `CLUSTER SETSLOT 1 MIGRATING ${R1}`, '-ERR Target node is not a master'],
    ['M1', `CLUSTER SETSLOT 1 IMPORTING ${M2}`, "-ERR I'm already the owner of hash slot 1"],
    ['M1', 'CLUSTER SETSLOT 1 NODE nonode', '-ERR Unknown node nonode'],
    ['M1', `CLUSTER SETSLOT 1 NODE ${R1}`, '-ERR Target node is not a master'],
    [
      'M1',
      `CLUSTER SETSLOT 5061 NODE ${M2}`,
      "-ERR Can't assign hashslot 5061 to a different node while I still hold keys for this hash slot.",
    ],
    ['R1', 'CLUSTER SETSLOT 1 STABLE', '-ERR Please use SETSLOT only with masters.'],
    ['M1', 'CLUSTER REPLICAS nonode', '-ERR Unknown node nonode'],
    ['M1', `CLUSTER SLAVES ${R1}`, '-ERR The specified node is not a master'],
    ['M1', 'CLUSTER REPLICATE nonode', '-ERR Unknown node nonode'],
    ['M1', `CLUSTER REPLICATE ${M1}`, "-ERR Can't replicate myself"],
    ['M1', `CLUSTER REPLICATE ${R1}`, '-ERR I can only replicate a master, not a replica.'],
    ['M1', `CLUSTER REPLICATE ${M2}`, '-ERR To set a master the node must be empty and without assigned slots.'],
    ['M1', 'CLUSTER FORGET nonode', '-ERR Unknown node nonode'],
    ['M1', `CLUSTER FORGET ${M1}`, "-ERR I tried hard but I can't forget myself..."],
    ['R1', `CLUSTER FORGET ${M1}`, "-ERR Can't forget my master!"],
    ['M1', 'CLUSTER COUNT-FAILURE-REPORTS nonode', '-ERR Unknown node nonode'],
    ['M1', `CLUSTER COUNT-FAILURE-REPORTS ${M2}`, ':0'],
    ['M1', 'CLUSTER MEET 127.0.0.1', arity('cluster|meet')],
    ['M1', 'CLUSTER MEET 127.0.0.1 x', '-ERR Invalid TCP base port specified: x'],
    ['M1', 'CLUSTER MEET 127.0.0.1 7002 x', '-ERR Invalid TCP bus port specified: x'],
    ['M1', 'CLUSTER MEET localhost 7002', '-ERR Invalid node address specified: localhost:7002'],
    ['M1', 'CLUSTER MEET 127.0.0.1 60000', '-ERR Invalid node address specified: 127.0.0.1:60000'],
    [
      'M1',
      'CLUSTER MEET 127.0.0.1 7002 17002 x',
      "-ERR unknown subcommand or wrong number of arguments for 'MEET'. Try CLUSTER HELP.",
    ],
    ['M1', 'CLUSTER FAILOVER', '-ERR You should send CLUSTER FAILOVER to a replica'],
    ['M1', 'CLUSTER FAILOVER BOGUS', '-ERR syntax error'],
    [
      'R1',
      'CLUSTER FAILOVER FORCE x',
      "-ERR unknown subcommand or wrong number of arguments for 'FAILOVER'. Try CLUSTER HELP.",
    ],
    ['M1', 'CLUSTER SET-CONFIG-EPOCH x', NOT_INTEGER],
    ['M1', 'CLUSTER SET-CONFIG-EPOCH -1', '-ERR Invalid config epoch specified: -1'],
    [
      'M1',
      'CLUSTER SET-CONFIG-EPOCH 5',
      '-ERR The user can assign a config epoch only when the node does not know any other node.',
    ],
    ['M1', 'CLUSTER RESET BOGUS', '-ERR syntax error'],
    ['M1', 'CLUSTER RESET', "-ERR CLUSTER RESET can't be called with master nodes containing keys"],
    ['M1', 'CLUSTER MYID', `$${M1}`],
    ['M1', 'CLUSTER SAVECONFIG', '+OK'],
  ])('%s> %s', (node, line, wanted) => {
    expect(plain(pocket.ask(node, ...line.split(' ')))).toBe(wanted)
  })
})

describe('a node that is alone', () => {
  let pocket: Pocket
  const ask = (line: string) => plain(pocket.ask('X1', ...line.split(' ')))
  const id = idOf('X1')
  const port = 7007
  beforeAll(() => {
    pocket = new Pocket(configs(['X1'], {}, false))
  })

  it('gets and gives back slots, all or none of a command', () => {
    expect(ask('CLUSTER DELSLOTS 0')).toBe('-ERR Slot 0 is already unassigned')
    expect(ask('CLUSTER ADDSLOTS 1 2 2')).toBe('-ERR Slot 2 specified multiple times')
    expect(ask('CLUSTER ADDSLOTS 1 2 3')).toBe('+OK')
    expect(ask('CLUSTER ADDSLOTS 4 1')).toBe('-ERR Slot 1 is already busy')
    expect(ask('CLUSTER ADDSLOTSRANGE 10 12 14 16')).toBe('+OK')
    expect(ask('CLUSTER ADDSLOTSRANGE 20 22 21 23')).toBe('-ERR Slot 21 specified multiple times')
    expect(ask('CLUSTER NODES')).toBe(
      `$${id} :${port}@${port + 10_000} myself,master - 0 0 0 connected 1-3 10-12 14-16\n`,
    )
    expect(ask('CLUSTER DELSLOTS 1 2')).toBe('+OK')
    expect(ask('CLUSTER DELSLOTSRANGE 10 12')).toBe('+OK')
    expect(ask('CLUSTER NODES')).toBe(`$${id} :${port}@${port + 10_000} myself,master - 0 0 0 connected 3 14-16\n`)
    expect(ask('GET foo')).toBe('-CLUSTERDOWN Hash slot not served')
  })

  it('tells its state in the words of the real one', () => {
    expect(ask('CLUSTER INFO')).toBe(
      `$${[
        'cluster_state:fail',
        'cluster_slots_assigned:4',
        'cluster_slots_ok:4',
        'cluster_slots_pfail:0',
        'cluster_slots_fail:0',
        'cluster_known_nodes:1',
        'cluster_size:1',
        'cluster_current_epoch:0',
        'cluster_my_epoch:0',
        'cluster_stats_messages_sent:0',
        'cluster_stats_messages_received:0',
        'total_cluster_links_buffer_limit_exceeded:0',
        '',
      ].join('\r\n')}`,
    )
    expect(ask('CLUSTER FLUSHSLOTS')).toBe('+OK')
    expect(ask('CLUSTER SLOTS')).toEqual([])
    const node = ['$id', `$${id}`, '$port', `:${port}`, '$ip', '$', '$endpoint', '$', '$role', '$master']
    expect(ask('CLUSTER SHARDS')).toEqual([
      ['$slots', [], '$nodes', [[...node, '$replication-offset', ':0', '$health', '$online']]],
    ])
    expect(ask('CLUSTER LINKS')).toEqual([])
  })

  it('takes a config epoch once', () => {
    expect(ask('CLUSTER SET-CONFIG-EPOCH 9')).toBe('+OK')
    expect(ask('CLUSTER SET-CONFIG-EPOCH 10')).toBe('-ERR Node config epoch is already non-zero')
    expect(ask('CLUSTER BUMPEPOCH')).toBe('+STILL 9')
  })

  it('shows whom it was told to meet before it answers', () => {
    expect(ask('CLUSTER MEET 127.0.0.1 7999')).toBe('+OK')
    expect(ask('CLUSTER NODES')).toMatch(
      /(^|\n|\$)[0-9a-f]{40} 127\.0\.0\.1:7999@17999 handshake - \d+ 0 0 (dis)?connected\n/,
    )
  })
})

describe('the cluster of the recordings', () => {
  let pocket: Pocket
  const ask = (node: string, line: string) => plain(pocket.ask(node, ...line.split(' ')))
  const text = (node: string, line: string) => (ask(node, line) as string).slice(1)
  beforeAll(() => {
    pocket = standing()
    pocket.run(1500)
  })

  it('lists its nodes line by line', () => {
    const lines = text('M1', 'CLUSTER NODES')
      .replace(/ \d{13} /g, ' T ')
      .trimEnd()
      .split('\n')
    expect(lines).toHaveLength(6)
    expect(lines).toContain(`${M1} 127.0.0.1:7001@17001 myself,master - 0 T 1 connected 0-5460`)
    expect(lines).toContain(`${M2} 127.0.0.1:7002@17002 master - 0 T 2 connected 5461-10922`)
    expect(lines).toContain(`${R1} 127.0.0.1:7004@17004 slave ${M1} 0 T 1 connected`)
  })

  it('tells clients which nodes serve which slots, replicas with data only', () => {
    const node = (name: string, port: number) => ['$127.0.0.1', `:${port}`, `$${idOf(name)}`, []]
    expect(ask('M1', 'SET bar 1')).toBe('+OK')
    pocket.run(3000)
    const slots = ask('M1', 'CLUSTER SLOTS') as readonly unknown[]
    expect(slots[0]).toEqual([':0', ':5460', node('M1', 7001), node('R1', 7004)])
    expect(slots).toHaveLength(3)
  })

  it('names nodes by host name when asked to', () => {
    expect(ask('M1', 'CONFIG SET cluster-announce-hostname node1.local')).toBe('+OK')
    pocket.run(2000)
    expect(text('M2', 'CLUSTER NODES')).toContain(' 127.0.0.1:7001@17001,node1.local master ')
    expect(ask('M2', 'CONFIG SET cluster-preferred-endpoint-type hostname')).toBe('+OK')
    expect(ask('M2', 'GET bar')).toBe('-MOVED 5061 node1.local:7001')
    const first = (ask('M2', 'CLUSTER SLOTS') as readonly (readonly unknown[])[])[0]!
    expect(first[2]).toEqual(['$node1.local', ':7001', `$${M1}`, ['$ip', '$127.0.0.1']])
    expect(first[3]).toEqual(['$?', ':7004', `$${R1}`, ['$ip', '$127.0.0.1']])
    expect(ask('M2', 'CONFIG SET cluster-preferred-endpoint-type unknown-endpoint')).toBe('+OK')
    expect(ask('M2', 'GET bar')).toBe('-MOVED 5061 :7001')
    const unknown = (ask('M2', 'CLUSTER SLOTS') as readonly (readonly unknown[])[])[0]!
    expect(unknown[2]).toEqual([null, ':7001', `$${M1}`, ['$ip', '$127.0.0.1', '$hostname', '$node1.local']])
  })

  it('moves a slot: open on both sides, then given to the target with a new epoch', () => {
    expect(ask('M2', `CLUSTER SETSLOT 0 IMPORTING ${M1}`)).toBe('+OK')
    expect(ask('M1', `CLUSTER SETSLOT 0 MIGRATING ${M2}`)).toBe('+OK')
    expect(text('M1', 'CLUSTER NODES')).toContain(`connected 0-5460 [0->-${M2}]\n`)
    expect(text('M2', 'CLUSTER NODES')).toContain(`connected 5461-10922 [0-<-${M1}]\n`)
    expect(ask('M2', `CLUSTER SETSLOT 0 NODE ${M2}`)).toBe('+OK')
    expect(ask('M1', `CLUSTER SETSLOT 0 NODE ${M2}`)).toBe('+OK')
    expect(text('M1', 'CLUSTER NODES')).toMatch(/ 1 connected 1-5460\n/)
    expect(text('M2', 'CLUSTER NODES')).toMatch(/ 7 connected 0 5461-10922\n/)
    pocket.run(1000)
    expect(text('M3', 'CLUSTER NODES')).toMatch(/ 7 connected 0 5461-10922\n/)
  })

  it('ends connections of the bus by DEBUG, and they come back', () => {
    expect(ask('M3', `DEBUG CLUSTERLINK KILL ALL ${M1}`)).toBe('+OK')
    const count = () => (ask('M3', 'CLUSTER LINKS') as readonly unknown[]).length
    expect(count()).toBe(8)
    pocket.run(1000)
    expect(count()).toBe(10)
  })

  it('lists two connections of the bus for each peer', () => {
    const links = ask('M3', 'CLUSTER LINKS') as readonly (readonly string[])[]
    expect(links.map((link) => `${link[1]} ${link[3]}`).sort()).toEqual(
      ['M1', 'M2', 'R1', 'R2', 'R3'].flatMap((name) => [`$from $${idOf(name)}`, `$to $${idOf(name)}`]).sort(),
    )
    expect(links[0]!.filter((_, at) => at % 2 === 0)).toEqual([
      '$direction',
      '$node',
      '$create-time',
      '$events',
      '$send-buffer-allocated',
      '$send-buffer-used',
    ])
  })
})
