import { beforeAll, describe, expect, it } from 'vitest'
import { configs, Pocket } from '../../testing.test-helper.ts'
import { plain, words } from './replies.test-helper.ts'

const about = (name: string, why: string) => `-ERR CONFIG SET failed (possibly related to argument '${name}') - ${why}`
const NOT_A_NUMBER = "argument couldn't be parsed into an integer"

describe('CONFIG', () => {
  let pocket: Pocket
  const ask = (...args: readonly string[]) => plain(pocket.ask('X1', 'CONFIG', ...args))
  const get = (...args: readonly string[]) => words(pocket.ask('X1', 'CONFIG', 'GET', ...args))
  beforeAll(() => {
    pocket = new Pocket(configs(['X1'], { nodeTimeoutMs: 15_000 }, false))
  })

  it.each([
    [['cluster-node-timeout'], 'cluster-node-timeout 15000'],
    [['Cluster-Node-Timeout'], 'Cluster-Node-Timeout 15000'],
    [['save'], 'save 3600 1 300 100 60 10000'],
    [['appendonly'], 'appendonly no'],
    [['repl-ping-*'], 'repl-ping-replica-period 10 repl-ping-slave-period 10'],
    [['min-slaves-*'], 'min-slaves-max-lag 10 min-slaves-to-write 0'],
    [['port', 'bogus'], 'port 7007'],
    [['maxmemory', 'MAXMEMORY', 'maxmem?ry'], 'maxmemory 0'],
    [['nothing*'], ''],
    [['key-load-*'], ''],
  ])('GET %j', (patterns, wanted) => {
    expect(get(...patterns)).toBe(wanted)
  })

  it('knows every cluster option of 7.0', () => {
    const reply = plain(pocket.ask('X1', 'CONFIG', 'GET', 'cluster-*')) as readonly string[]
    expect(reply.filter((_, at) => at % 2 === 0).sort()).toEqual(
      [
        'allow-pubsubshard-when-down',
        'allow-reads-when-down',
        'allow-replica-migration',
        'announce-bus-port',
        'announce-hostname',
        'announce-ip',
        'announce-port',
        'announce-tls-port',
        'config-file',
        'enabled',
        'link-sendbuf-limit',
        'migration-barrier',
        'node-timeout',
        'port',
        'preferred-endpoint-type',
        'replica-no-failover',
        'replica-validity-factor',
        'require-full-coverage',
        'slave-no-failover',
        'slave-validity-factor',
      ].map((name) => `$cluster-${name}`),
    )
  })

  it.each([
    [['bogus', '1'], "-ERR Unknown option or number of arguments for CONFIG SET - 'bogus'"],
    [['hz'], "-ERR wrong number of arguments for 'config|set' command"],
    [['hz', '10', 'timeout'], '-ERR syntax error'],
    [['cluster-enabled', 'no'], about('cluster-enabled', "can't set immutable config")],
    [['dir', '/x'], about('dir', "can't set protected config")],
    [['timeout', '5', 'TIMEOUT', '7'], about('TIMEOUT', 'duplicate parameter')],
    [['TIMEOUT', 'x'], about('timeout', NOT_A_NUMBER)],
    [['cluster-node-timeout', '1.5'], about('cluster-node-timeout', NOT_A_NUMBER)],
    [
      ['cluster-node-timeout', '-1'],
      about('cluster-node-timeout', 'argument must be between 0 and 9223372036854775807 inclusive'),
    ],
    [['cluster-node-timeout', '99999999999999999999'], about('cluster-node-timeout', NOT_A_NUMBER)],
    [['replica-read-only', '1'], about('replica-read-only', "argument must be 'yes' or 'no'")],
    [['maxmemory', '1tb'], about('maxmemory', 'argument must be a memory value')],
    [['maxmemory-clients', '500%'], about('maxmemory-clients', 'percentage argument must be less or equal to 100')],
    [
      ['cluster-preferred-endpoint-type', 'x'],
      about(
        'cluster-preferred-endpoint-type',
        'argument(s) must be one of the following: ip, hostname, unknown-endpoint',
      ),
    ],
    [
      ['cluster-announce-hostname', 'a b'],
      about('cluster-announce-hostname', 'Hostnames may only contain alphanumeric characters, hyphens or dots'),
    ],
    [['save', '900 1 3'], about('save', 'Invalid save parameters')],
    [['oom-score-adj-values', '1 2'], about('oom-score-adj-values', 'wrong number of arguments')],
    [
      ['notify-keyspace-events', 'Q'],
      about('notify-keyspace-events', "Invalid event class character. Use 'Ag$lshzxeKEtmdn'."),
    ],
    [
      ['client-output-buffer-limit', 'foo 1 2 3'],
      about('client-output-buffer-limit', 'Invalid client class specified in buffer limit configuration.'),
    ],
  ])('SET %j is refused', (pairs, wanted) => {
    expect(ask('SET', ...pairs)).toBe(wanted)
  })

  it.each([
    [['maxmemory', '1gb'], 'maxmemory', '1073741824'],
    [['maxmemory', '5k'], 'maxmemory', '5000'],
    [['repl-backlog-size', '1'], 'repl-backlog-size', '16384'],
    [['cluster-replica-no-failover', 'YES'], 'cluster-slave-no-failover', 'yes'],
    [['slave-serve-stale-data', 'no'], 'replica-serve-stale-data', 'no'],
    [['notify-keyspace-events', 'KEA'], 'notify-keyspace-events', 'AKE'],
    [['hz', '1000'], 'hz', '500'],
    [['key-load-delay', '5'], 'key-load-delay', '5'],
    [
      ['client-output-buffer-limit', 'replica 1mb 2 3'],
      'client-output-buffer-limit',
      'normal 0 0 0 slave 1048576 2 3 pubsub 33554432 8388608 60',
    ],
    [['maxmemory-policy', 'ALLKEYS-LRU'], 'maxmemory-policy', 'allkeys-lru'],
  ])('SET %j is seen by GET', (pairs, name, wanted) => {
    expect(ask('SET', ...pairs)).toBe('+OK')
    expect(get(name)).toBe(`${name} ${wanted}`)
  })

  it('changes all or none', () => {
    expect(ask('SET', 'repl-timeout', '7', 'hz', 'x')).toBe(about('hz', NOT_A_NUMBER))
    expect(get('repl-timeout')).toBe('repl-timeout 60')
    expect(ask('SET', 'repl-timeout', '7', 'cluster-migration-barrier', '2')).toBe('+OK')
    expect(get('repl-timeout')).toBe('repl-timeout 7')
    expect(pocket.state('X1').options).toMatchObject({ replTimeoutS: 7, migrationBarrier: 2 })
  })

  it('tells others in CLUSTER NODES that it will not fail over', () => {
    expect(ask('SET', 'cluster-replica-no-failover', 'yes')).toBe('+OK')
    expect(plain(pocket.ask('X1', 'CLUSTER', 'NODES'))).toContain(' myself,master,nofailover - ')
  })

  it('has other subcommands', () => {
    expect(ask('RESETSTAT')).toBe('+OK')
    expect(pocket.state('X1').stats.connections).toBe(0)
    expect(ask('REWRITE')).toBe('+OK')
    expect(ask('FOO')).toBe("-ERR unknown subcommand 'FOO'. Try CONFIG HELP.")
  })
})
