import { type NodeId, nodeId } from '../../base/brand.ts'
import { again, below } from '../../base/prng.ts'
import { STATUS } from '../../engine/frame.ts'
import type { Lab } from '../../engine/lab.ts'
import { diskOf, linkOf, metersOf, share } from '../../engine/plan.ts'
import type { Settings } from '../../experiment/types.ts'
import type { Status } from '../../machine/invariant.ts'
import {
  type ClientConfig,
  defaultClientConfig,
  defaultNodeConfig,
  type NodeConfig,
} from '../../protocols/raft/config.ts'
import { raftInvariants } from '../../protocols/raft/invariants.ts'
import { raftMachine } from '../../protocols/raft/machine.ts'
import {
  type Message,
  NOTE_KINDS,
  type Operation,
  type RaftProtocol,
  type RaftState,
} from '../../protocols/raft/types.ts'
import type { Plan } from '../../sim/plan.ts'
import { language, operationOf, readSettings } from './acts.ts'
import { MESSAGE_KINDS, phaseOf, type RaftView, ROLES } from './contract.ts'
import { lessons } from './lessons/index.ts'
import { linearizable } from './linearizable.ts'
import { measures } from './measures.ts'
import { projection } from './projection.ts'
import { scenarios } from './scenarios.ts'
import { words } from './words.ts'

/** The Raft lab as the engine sees it: the same in the worker, the runner, the benchmarks and the tests. */

const NAMED = [
  'became-candidate',
  'became-leader',
  'stepped-down',
  'truncated',
  'snapshot-taken',
  'snapshot-installed',
  'client-gave-up',
] as const

function configs(settings: Settings): readonly (NodeConfig | ClientConfig)[] {
  const given = readSettings(settings)
  // Whatever made these logs, no term may be used twice: everybody has heard of the newest one.
  const newestTerm = Math.max(0, ...[...given.logs.values()].map((terms) => terms.at(-1) ?? 0))
  const peers = Array.from({ length: given.nodes }, (_, at) => nodeId(`n${at + 1}`))
  const nodes = peers.map((self): NodeConfig => {
    const initialLog = given.logs.get(self) ?? []
    return {
      ...defaultNodeConfig(self, peers),
      electionTimeout: given.electionTimeout,
      heartbeat: given.heartbeatUs,
      preVote: given.preVote,
      checkQuorum: given.checkQuorum,
      snapshotThreshold: given.snapshotThreshold,
      snapshotKeep: given.snapshotKeep,
      maxEntriesPerAppend: given.entriesPerAppend,
      fault: given.fault,
      initialLog,
      initialTerm: newestTerm,
    }
  })
  const clients = Array.from({ length: given.clients }, (_, at): ClientConfig => {
    const config = defaultClientConfig(nodeId(`c${at + 1}`), peers)
    return { ...config, requestTimeout: given.requestTimeoutUs }
  })
  return [...nodes, ...clients]
}

/** a … z, a1 … z1, a2 … */
function keyName(number: number): string {
  const letter = String.fromCharCode('a'.charCodeAt(0) + (number % 26))
  return number < 26 ? letter : letter + Math.floor(number / 26)
}

/** A load of reads and writes; every value is written once, so that a history tells which write a read saw. */
function generator(keys: number, readsPermille: number) {
  return (client: string, count: number, entropy: number): Operation => {
    const key = keyName(below(entropy, keys))
    if (below(again(entropy, 1), 1000) < readsPermille) return { op: 'get', key }
    return { op: 'put', key, value: `${client}.${count}` }
  }
}

function phase(state: RaftState | undefined, status: Status): number {
  if (state === undefined) return phaseOf(STATUS[status], 0, 0)
  if (state.kind === 'client') return phaseOf(STATUS[status], ROLES.indexOf('client'), 0)
  return phaseOf(STATUS[status], ROLES.indexOf(state.kind), state.durable.term)
}

const messageValue = (message: Message): number => ('term' in message ? message.term : 0)

function plan(settings: Settings, seed: number): Plan<RaftProtocol> {
  const given = readSettings(settings)
  const actors = configs(settings).map((config) => ({
    name: config.self as NodeId,
    role: config.kind,
    machine: raftMachine,
    config,
  }))
  return {
    seed,
    actors,
    invariants: [...raftInvariants, linearizable],
    meters: metersOf(measures),
    link: linkOf(given.delayUs, given.lossPermille),
    disk: diskOf(given.diskUs),
    messageKinds: MESSAGE_KINDS,
    noteKinds: NOTE_KINDS,
    phase,
    messageValue,
    generate: generator(given.keys, given.readsPermille),
    streams: [...new Array<number>(given.nodes).fill(0), ...share(given.loadPerSecond, given.clients)],
  }
}

export const raftLab: Lab<RaftProtocol, RaftView> = {
  id: 'raft',
  title: 'Raft',
  language,
  scenarios,
  lessons,
  measures,
  plan,
  configs,
  interpret(act, world) {
    const actor = (name: string) => world.indexOf(nodeId(String(act.args[name])))
    if (act.id === 'campaign') return [{ kind: 'command', actor: actor('node'), command: { kind: 'campaign' } }]
    if (act.id === 'load') return [{ kind: 'stream', actor: actor('client'), ratePerSecond: act.args.rate as number }]
    if (!act.id.startsWith('client-')) return null
    return [{ kind: 'command', actor: actor('client'), command: operationOf(act.id, act.args) }]
  },
  namedNotes: new Set(NAMED),
  words,
  projection,
}
