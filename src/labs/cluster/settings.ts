import type { Range } from '../../base/units.ts'
import type { ArgType, SettingSpec, Settings } from '../../experiment/types.ts'
import { DEFAULT_OPTIONS, type Options } from '../../protocols/cluster/options.ts'
import { PLANTED_FAULTS, type PlantedFault } from '../../protocols/cluster/state.ts'

/** What can be set in an experiment of the cluster lab. Options of Redis have the names of redis.conf. */

export const NODES_MAX = 120
export const CLIENTS_MAX = 24
const REPLICAS_MAX = 5
const MS_US = 1_000
const SECOND_US = 1_000_000
const MINUTE_US = 60 * SECOND_US
const HOUR_US = 60 * MINUTE_US
/** Requests per second; each carries `pipeline` commands. */
export const LOAD_MAX_PER_SECOND = 20_000
const PIPELINE_MAX = 100
const KEYS_MAX = 100_000
const VALUE_MAX_BYTES = 65_536
const BACKLOG_MIN_BYTES = 16_384

export const STYLES = ['smart', 'naive', 'mixed'] as const
export const DISTRIBUTIONS = ['uniform', 'zipf', 'hot', 'tags'] as const
export type Distribution = (typeof DISTRIBUTIONS)[number]

/** The settings with their types; `Settings` is the same by name. */
export interface ClusterSettings {
  readonly masters: number
  /** Of each master. */
  readonly replicas: number
  readonly extra: number
  readonly start: 'formed' | 'unformed'
  readonly clients: number
  readonly style: (typeof STYLES)[number]
  readonly follow: boolean
  readonly loadPerSecond: number
  readonly pipeline: number
  readonly keys: number
  readonly distribution: Distribution
  readonly readsPermille: number
  readonly valueBytes: number
  readonly waitReplicas: number
  readonly waitTimeoutUs: number
  readonly readReplicas: boolean
  readonly requestTimeoutUs: number
  readonly delayUs: Range
  readonly lossPermille: number
  readonly diskUs: Range
  readonly fault: PlantedFault
  readonly options: Options
}

const YES_NO: ArgType = { kind: 'word', words: ['yes', 'no'] }
const RANGE: ArgType = { kind: 'duration-range', min: 0, max: MINUTE_US }
const integer = (min: number, max: number): ArgType => ({ kind: 'integer', min, max })
const duration = (min: number, max: number): ArgType => ({ kind: 'duration', min, max })
const seconds = (min: number): ArgType => duration(min * SECOND_US, 24 * HOUR_US)

const fixed = (name: string, type: ArgType, value: SettingSpec['default'], help: string): SettingSpec => ({
  name,
  type,
  default: value,
  help,
  live: false,
})

const live = (name: string, type: ArgType, value: SettingSpec['default'], help: string): SettingSpec => ({
  ...fixed(name, type, value, help),
  live: true,
})

const yesNo = (on: boolean): string => (on ? 'yes' : 'no')
const D = DEFAULT_OPTIONS

const world: readonly SettingSpec[] = [
  fixed('masters', integer(1, NODES_MAX), 3, 'how many masters share the slots'),
  fixed('replicas', integer(0, REPLICAS_MAX), 1, 'how many replicas each master has'),
  fixed('extra', integer(0, NODES_MAX), 0, 'how many more nodes run that know nobody and own nothing'),
  fixed(
    'start',
    { kind: 'word', words: ['formed', 'unformed'] },
    'formed',
    'formed: a cluster that stands; unformed: every node is alone, and owns nothing',
  ),
  fixed('clients', integer(0, CLIENTS_MAX), 2, 'how many clients'),
  fixed(
    'client-style',
    { kind: 'word', words: STYLES },
    'smart',
    'smart clients keep a map of the slots, naive ones follow each redirection anew; mixed: by turns',
  ),
  live('follow', { kind: 'switch' }, false, 'prompts follow redirections, as redis-cli -c does'),
  fixed('load', { kind: 'rate', max: LOAD_MAX_PER_SECOND }, 0, 'requests per second of all clients together'),
  fixed('pipeline', integer(1, PIPELINE_MAX), 1, 'commands in each request'),
  fixed('keys', integer(1, KEYS_MAX), 1_000, 'how many keys the load uses'),
  fixed(
    'distribution',
    { kind: 'word', words: DISTRIBUTIONS },
    'uniform',
    'which keys: all alike, by Zipf (key k as often as 1/k), one hot key for half of it, or four fields behind each tag',
  ),
  fixed('reads', { kind: 'permille' }, 500, 'share of reads in the load'),
  fixed('value-size', integer(1, VALUE_MAX_BYTES), 16, 'bytes of each value that is written'),
  fixed('wait', integer(0, REPLICAS_MAX), 0, 'replicas that each write waits for (WAIT); 0: it does not wait'),
  fixed('wait-timeout', duration(MS_US, MINUTE_US), 100 * MS_US, 'how long WAIT waits'),
  fixed('read-replicas', { kind: 'switch' }, false, 'clients read from replicas (READONLY)'),
  live('request-timeout', duration(10 * MS_US, MINUTE_US), SECOND_US, 'how long a client waits for an answer'),
  fixed('delay', RANGE, { low: MS_US, high: 5 * MS_US }, 'one-way delay of every link'),
  fixed('loss', { kind: 'permille' }, 0, 'share of messages that every link loses'),
  fixed('disk', RANGE, { low: 500, high: 2 * MS_US }, 'how long it takes to save nodes.conf'),
  live('fault', { kind: 'word', words: PLANTED_FAULTS }, 'none', 'a mistake planted on purpose in every node'),
]

/** Each is also an option of a single node: `n1> CONFIG SET …`. */
const options: readonly SettingSpec[] = [
  live(
    'cluster-node-timeout',
    duration(100 * MS_US, HOUR_US),
    D.nodeTimeoutMs * MS_US,
    'silence after which a node is suspected',
  ),
  live(
    'cluster-replica-validity-factor',
    integer(0, 1_000),
    D.replicaValidityFactor,
    'node timeouts without its master after which a replica may not be elected; 0: it always may',
  ),
  live(
    'cluster-migration-barrier',
    integer(0, 100),
    D.migrationBarrier,
    'replicas that a master keeps when one leaves for an orphan',
  ),
  live(
    'cluster-allow-replica-migration',
    YES_NO,
    yesNo(D.allowReplicaMigration),
    'a replica may leave for a master that has none',
  ),
  live(
    'cluster-require-full-coverage',
    YES_NO,
    yesNo(D.requireFullCoverage),
    'one slot without owner takes the whole cluster down',
  ),
  live(
    'cluster-allow-reads-when-down',
    YES_NO,
    yesNo(D.allowReadsWhenDown),
    'nodes that hold the cluster for down still answer reads',
  ),
  live(
    'cluster-allow-pubsubshard-when-down',
    YES_NO,
    yesNo(D.allowPubsubshardWhenDown),
    'nodes that hold the cluster for down still serve sharded channels',
  ),
  live(
    'cluster-replica-no-failover',
    YES_NO,
    yesNo(D.replicaNoFailover),
    'replicas never start an election by themselves',
  ),
  live(
    'repl-ping-replica-period',
    seconds(1),
    D.replPingReplicaPeriodS * SECOND_US,
    'how often a master pings its replicas',
  ),
  live('repl-timeout', seconds(1), D.replTimeoutS * SECOND_US, 'silence after which a replication link is given up'),
  live(
    'repl-backlog-size',
    integer(BACKLOG_MIN_BYTES, 1_073_741_824),
    D.replBacklogSizeBytes,
    'bytes kept for replicas that come back',
  ),
  live('repl-diskless-sync-delay', seconds(0), 0, 'how long a master waits for more replicas before a full resync'),
  live(
    'replica-serve-stale-data',
    YES_NO,
    yesNo(D.replicaServeStaleData),
    'a replica without its master still answers reads',
  ),
  live(
    'min-replicas-to-write',
    integer(0, 100),
    D.minReplicasToWrite,
    'replicas that must be near, or writes are refused',
  ),
  live(
    'min-replicas-max-lag',
    seconds(0),
    D.minReplicasMaxLagS * SECOND_US,
    'how old the word of a near replica may be',
  ),
]

export const settings: readonly SettingSpec[] = [...world, ...options]

/** Options that redis.conf counts in whole seconds. */
const WHOLE_SECONDS = ['repl-ping-replica-period', 'repl-timeout', 'repl-diskless-sync-delay', 'min-replicas-max-lag']

/** What no single setting can see. */
export function conflict(given: Settings): { readonly setting: string; readonly reason: string } | null {
  const { masters, replicas, extra, clients, loadPerSecond } = readSettings(given)
  const nodes = masters * (1 + replicas) + extra
  if (nodes > NODES_MAX) {
    const sum = `${masters} masters with ${replicas} replicas each and ${extra} extra nodes`
    return { setting: extra > masters ? 'extra' : 'masters', reason: `${sum} are ${nodes} nodes: at most ${NODES_MAX}` }
  }
  if (loadPerSecond > 0 && clients === 0) return { setting: 'load', reason: 'a load needs at least one client' }
  const broken = WHOLE_SECONDS.find((name) => (given[name] as number) % SECOND_US !== 0)
  return broken === undefined ? null : { setting: broken, reason: `${broken} counts whole seconds` }
}

/** `given` must be complete: every single setting is there. */
export function readSettings(given: Settings): ClusterSettings {
  return {
    masters: given.masters as number,
    replicas: given.replicas as number,
    extra: given.extra as number,
    start: given.start as ClusterSettings['start'],
    clients: given.clients as number,
    style: given['client-style'] as ClusterSettings['style'],
    follow: given.follow as boolean,
    loadPerSecond: given.load as number,
    pipeline: given.pipeline as number,
    keys: given.keys as number,
    distribution: given.distribution as Distribution,
    readsPermille: given.reads as number,
    valueBytes: given['value-size'] as number,
    waitReplicas: given.wait as number,
    waitTimeoutUs: given['wait-timeout'] as number,
    readReplicas: given['read-replicas'] as boolean,
    requestTimeoutUs: given['request-timeout'] as number,
    delayUs: given.delay as Range,
    lossPermille: given.loss as number,
    diskUs: given.disk as Range,
    fault: given.fault as PlantedFault,
    options: readOptions(given),
  }
}

function readOptions(given: Settings): Options {
  const number = (name: string) => given[name] as number
  const isOn = (name: string) => given[name] === 'yes'
  return {
    ...DEFAULT_OPTIONS,
    nodeTimeoutMs: Math.floor(number('cluster-node-timeout') / MS_US),
    replicaValidityFactor: number('cluster-replica-validity-factor'),
    migrationBarrier: number('cluster-migration-barrier'),
    allowReplicaMigration: isOn('cluster-allow-replica-migration'),
    requireFullCoverage: isOn('cluster-require-full-coverage'),
    allowReadsWhenDown: isOn('cluster-allow-reads-when-down'),
    allowPubsubshardWhenDown: isOn('cluster-allow-pubsubshard-when-down'),
    replicaNoFailover: isOn('cluster-replica-no-failover'),
    replPingReplicaPeriodS: number('repl-ping-replica-period') / SECOND_US,
    replTimeoutS: number('repl-timeout') / SECOND_US,
    replBacklogSizeBytes: number('repl-backlog-size'),
    replDisklessSyncDelayS: number('repl-diskless-sync-delay') / SECOND_US,
    replicaServeStaleData: isOn('replica-serve-stale-data'),
    minReplicasToWrite: number('min-replicas-to-write'),
    minReplicasMaxLagS: number('min-replicas-max-lag') / SECOND_US,
  }
}
