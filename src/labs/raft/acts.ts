import { nodeId } from '../../base/brand.ts'
import type { Range } from '../../base/units.ts'
import { commonActs } from '../../experiment/common.ts'
import type { ActSpec, Args, ArgType, Facts, Language, Part, SettingSpec, Settings } from '../../experiment/types.ts'
import { PLANTED_FAULTS, type PlantedFault } from '../../protocols/raft/config.ts'
import type { Operation } from '../../protocols/raft/types.ts'

/** What can be written in an experiment of the Raft lab: its settings and its own verbs. */

export const NODES_MAX = 101
export const CLIENTS_MAX = 24
const SECOND_US = 1_000_000
const MINUTE_US = 60 * SECOND_US
const KEY: ArgType = { kind: 'token', maxLength: 64 }
const VALUE: ArgType = { kind: 'token', maxLength: 256 }
const LOAD_MAX_PER_SECOND = 5_000
const INITIAL_LOG_MAX = 64

/** The settings with their types; `Settings` is the same by name. */
export interface RaftSettings {
  readonly nodes: number
  readonly clients: number
  readonly electionTimeout: Range
  readonly heartbeatUs: number
  readonly preVote: boolean
  readonly checkQuorum: boolean
  readonly delayUs: Range
  readonly lossPermille: number
  readonly diskUs: Range
  readonly loadPerSecond: number
  readonly keys: number
  readonly readsPermille: number
  readonly requestTimeoutUs: number
  readonly snapshotThreshold: number
  readonly snapshotKeep: number
  readonly entriesPerAppend: number
  readonly fault: PlantedFault
  readonly logs: ReadonlyMap<string, readonly number[]>
}

const setting = (
  name: string,
  type: ArgType,
  value: SettingSpec['default'],
  help: string,
  live = false,
): SettingSpec => ({
  name,
  type,
  default: value,
  help,
  live,
})

const DELAY: ArgType = { kind: 'duration-range', min: 0, max: MINUTE_US }

const settings: readonly SettingSpec[] = [
  setting('nodes', { kind: 'integer', min: 1, max: NODES_MAX }, 5, 'how many nodes'),
  setting('clients', { kind: 'integer', min: 0, max: CLIENTS_MAX }, 2, 'how many clients'),
  setting(
    'election-timeout',
    { kind: 'duration-range', min: 1_000, max: MINUTE_US },
    { low: 150_000, high: 300_000 },
    'how long a follower waits for its leader; drawn anew each time',
    true,
  ),
  setting(
    'heartbeat',
    { kind: 'duration', min: 1_000, max: MINUTE_US },
    50_000,
    'how often a leader tells that it lives',
    true,
  ),
  setting('pre-vote', { kind: 'switch' }, true, 'ask before raising the term (dissertation, 9.6)', true),
  setting('check-quorum', { kind: 'switch' }, true, 'a leader without a quorum steps down (dissertation, 6.2)', true),
  setting('delay', DELAY, { low: 5_000, high: 20_000 }, 'one-way delay of every link'),
  setting('loss', { kind: 'permille' }, 0, 'share of messages that every link loses'),
  setting('disk', DELAY, { low: 1_000, high: 3_000 }, 'how long a durable write takes'),
  setting('load', { kind: 'rate', max: LOAD_MAX_PER_SECOND }, 0, 'operations per second of all clients together'),
  setting('keys', { kind: 'integer', min: 1, max: 64 }, 3, 'how many keys the load uses'),
  setting('reads', { kind: 'permille' }, 400, 'share of reads in the load'),
  setting(
    'request-timeout',
    { kind: 'duration', min: 1_000, max: MINUTE_US },
    400_000,
    'how long a client waits before it asks another server',
    true,
  ),
  setting(
    'snapshot-threshold',
    { kind: 'integer', min: 0, max: 1_000_000 },
    1_000,
    'entries applied before the log is compacted; 0 is never',
    true,
  ),
  setting('snapshot-keep', { kind: 'integer', min: 0, max: 100_000 }, 100, 'entries kept behind a snapshot', true),
  setting(
    'entries-per-append',
    { kind: 'integer', min: 1, max: 1_024 },
    64,
    'most entries in one AppendEntries; 1 sends them one by one, as in the figures of the paper',
    true,
  ),
  setting('fault', { kind: 'word', words: PLANTED_FAULTS }, 'none', 'a mistake planted on purpose in every node', true),
  setting('log.*', { kind: 'terms', max: INITIAL_LOG_MAX }, [], 'terms of the log that a node starts with'),
]

const client: Part = { kind: 'argument', name: 'client', type: { kind: 'actor', role: 'client' }, help: 'a client' }
const word = (text: string): Part => ({ kind: 'literal', word: text })
const argument = (name: string, type: ArgType, help: string): Part => ({ kind: 'argument', name, type, help })
const key = argument('key', KEY, 'a key')
const free = { refuse: () => null, next: (facts: Facts) => facts } as const

const operation = (op: string, parts: readonly Part[], help: string, example: string): ActSpec => ({
  ...free,
  id: `client-${op}`,
  verb: 'client',
  parts: [client, word(op), key, ...parts],
  help,
  example,
})

const acts: readonly ActSpec[] = [
  operation('put', [argument('value', VALUE, 'a value')], 'write through the leader', 'client c1 put x 1'),
  operation('get', [], 'read through the log', 'client c1 get x'),
  operation('append', [argument('value', VALUE, 'what to add')], 'add to the end of a value', 'client c1 append x abc'),
  operation(
    'cas',
    [argument('old', VALUE, 'the value that must be there'), argument('value', VALUE, 'the new value')],
    'write only if the old value is there',
    'client c1 cas x 1 2',
  ),
  operation('delete', [], 'remove a key', 'client c1 delete x'),
  {
    ...free,
    id: 'load',
    verb: 'load',
    parts: [client, argument('rate', { kind: 'rate', max: LOAD_MAX_PER_SECOND }, 'operations per second; 0/s stops')],
    help: 'let a client send a steady stream of operations',
    example: 'load c1 5/s',
  },
  {
    id: 'campaign',
    verb: 'campaign',
    parts: [argument('node', { kind: 'actor', role: 'node' }, 'a node')],
    help: 'let a node start an election now',
    example: 'campaign n2',
    refuse(facts, args) {
      const actor = facts.actors.find((candidate) => candidate.name === args.node)
      return actor === undefined || actor.status === 'up' ? null : `${actor.name} is ${actor.status}`
    },
    next: (facts) => facts,
  },
]

export const language: Language = {
  lab: 'raft',
  settings,
  acts: [...acts, ...commonActs(settings)],
  facts(given) {
    const { nodes, clients } = readSettings(given)
    const names = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, at) => nodeId(`${prefix}${at + 1}`))
    return {
      actors: [
        ...names('n', nodes).map((name) => ({ name, role: 'node' as const, status: 'up' as const })),
        ...names('c', clients).map((name) => ({ name, role: 'client' as const, status: 'up' as const })),
      ],
    }
  },
  conflict(given) {
    const { heartbeatUs, electionTimeout, loadPerSecond, clients } = readSettings(given)
    if (heartbeatUs >= electionTimeout.low) {
      return { setting: 'heartbeat', reason: 'the heartbeat must be shorter than the shortest election timeout' }
    }
    if (loadPerSecond > 0 && clients === 0) return { setting: 'load', reason: 'a load needs at least one client' }
    return null
  },
}

/** `given` must be complete: every single setting is there. */
export function readSettings(given: Settings): RaftSettings {
  const logs = Object.entries(given).filter(([name]) => name.startsWith('log.'))
  return {
    nodes: given.nodes as number,
    clients: given.clients as number,
    electionTimeout: given['election-timeout'] as Range,
    heartbeatUs: given.heartbeat as number,
    preVote: given['pre-vote'] as boolean,
    checkQuorum: given['check-quorum'] as boolean,
    delayUs: given.delay as Range,
    lossPermille: given.loss as number,
    diskUs: given.disk as Range,
    loadPerSecond: given.load as number,
    keys: given.keys as number,
    readsPermille: given.reads as number,
    requestTimeoutUs: given['request-timeout'] as number,
    snapshotThreshold: given['snapshot-threshold'] as number,
    snapshotKeep: given['snapshot-keep'] as number,
    entriesPerAppend: given['entries-per-append'] as number,
    fault: given.fault as PlantedFault,
    logs: new Map(logs.map(([name, terms]) => [name.slice('log.'.length), terms as readonly number[]])),
  }
}

/** The operation of a `client-…` act. */
export function operationOf(id: string, args: Args): Operation {
  const text = (name: string) => args[name] as string
  switch (id) {
    case 'client-put':
      return { op: 'put', key: text('key'), value: text('value') }
    case 'client-append':
      return { op: 'append', key: text('key'), value: text('value') }
    case 'client-cas':
      return { op: 'cas', key: text('key'), old: text('old'), value: text('value') }
    case 'client-delete':
      return { op: 'delete', key: text('key') }
    default:
      return { op: 'get', key: text('key') }
  }
}
