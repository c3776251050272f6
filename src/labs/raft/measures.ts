import type { Measure } from '../../engine/lab.ts'
import type { World, WorldEvent } from '../../machine/invariant.ts'
import type { NodeState, RaftProtocol, RaftState } from '../../protocols/raft/types.ts'
import type { Simulation } from '../../sim/simulation.ts'

/** The numbers of the Raft lab. Memories are immutable, so that they rewind with the world. */

type Event = WorldEvent<RaftProtocol>
type Sim = Simulation<RaftProtocol>

const SECOND_US = 1_000_000
/** Latencies are of the last so many finished operations. */
const WINDOW = 200

interface Rate {
  readonly second: number
  readonly counted: number
  /** The count of the last full second; null in the first one. */
  readonly last: number | null
}

/** Counts per second of virtual time. */
function rate(count: (event: Event) => number) {
  return {
    init: (): Rate => ({ second: 0, counted: 0, last: null }),
    step(memory: unknown, world: World<RaftProtocol>, event: Event): Rate {
      const old = memory as Rate
      const { second, counted, last } = old
      const more = count(event)
      if (world.now < (second + 1) * SECOND_US) return more === 0 ? old : { second, counted: counted + more, last }
      const next = Math.floor(world.now / SECOND_US)
      return { second: next, counted: more, last: next === second + 1 ? counted : 0 }
    },
  }
}

const readRate = (memory: unknown, world: Sim): number | null => {
  const { second, counted, last } = memory as Rate
  const behind = Math.floor(world.now / SECOND_US) - second
  return behind === 0 ? last : behind === 1 ? counted : 0
}

interface Latencies {
  readonly open: readonly { readonly request: string; readonly at: number }[]
  readonly done: readonly number[]
}

const latencies = {
  id: 'latency',
  init: (): Latencies => ({ open: [], done: [] }),
  step(memory: unknown, _world: World<RaftProtocol>, event: Event): Latencies {
    if (event.operations.length === 0) return memory as Latencies
    let { open, done } = memory as Latencies
    for (const operation of event.operations) {
      if (operation.kind === 'call') open = [...open, { request: operation.request, at: operation.at }]
      else {
        const began = open.find(({ request }) => request === operation.request)
        open = open.filter((other) => other !== began)
        const isDone = began !== undefined && operation.result !== undefined && operation.result.kind === 'ok'
        if (isDone) done = [...done.slice(1 - WINDOW), operation.at - began.at]
      }
    }
    return { open, done }
  },
}

/** Milliseconds below which `permille` of the last operations stayed. */
function percentile(memory: unknown, permille: number): number | null {
  const sorted = (memory as Latencies).done.toSorted((x, y) => x - y)
  if (sorted.length === 0) return null
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * permille) / 1000))]! / 1000
}

const nodesOf = (world: Sim): readonly NodeState[] =>
  world.names.flatMap((_, actor) => {
    const state = world.state(actor)
    return state === undefined || state.kind === 'client' ? [] : [state]
  })

const mean = ({ low, high }: { readonly low: number; readonly high: number }) => (low + high) / 2

const isAnswered = (event: Event['operations'][number]): boolean =>
  event.kind === 'return' && event.result?.kind === 'ok'

const isElected = (event: Event): boolean =>
  (event.after as RaftState | undefined)?.kind === 'leader' &&
  (event.before as RaftState | undefined)?.kind !== 'leader'

export const measures: readonly Measure<RaftProtocol>[] = [
  {
    id: 'latency-p50',
    title: 'Latency, median',
    unit: 'ms',
    help: `From call to answer, over the last ${WINDOW} finished operations.`,
    meter: latencies,
    read: (memory) => percentile(memory, 500),
    theory(world) {
      const { link, disk } = world.plan
      const n = (world.meterMemory('latency') as Latencies).done.length
      const value = n === 0 ? null : (4 * mean(link.delayUs) + mean(disk.latencyUs)) / 1000
      return {
        formula: '4 × mean link delay + one disk write: to the leader, to a majority and back, to the client',
        value,
        n,
      }
    },
  },
  {
    id: 'latency-p99',
    title: 'Latency, 99th percentile',
    unit: 'ms',
    help: `From call to answer, over the last ${WINDOW} finished operations.`,
    meter: latencies,
    read: (memory) => percentile(memory, 990),
  },
  {
    id: 'operations',
    title: 'Operations answered',
    unit: '/s',
    help: 'Operations that ended well in the last full second.',
    meter: {
      id: 'operations',
      ...rate(({ operations }) => (operations.length === 0 ? 0 : operations.filter(isAnswered).length)),
    },
    read: readRate,
  },
  {
    id: 'messages',
    title: 'Messages sent',
    unit: '/s',
    help: 'Messages that left a node or client in the last full second.',
    meter: { id: 'messages', ...rate((event) => event.sent.length) },
    read: readRate,
    theory(world) {
      const nodes = nodesOf(world)
      const leader = nodes.find(({ kind }) => kind === 'leader')
      const value =
        leader === undefined
          ? null
          : Math.round((2 * (leader.config.peers.length - 1) * SECOND_US) / leader.config.heartbeat)
      return { formula: '2 (n − 1) / heartbeat interval, for a cluster at rest', value, n: 1 }
    },
  },
  {
    id: 'elections',
    title: 'Leaders elected',
    unit: '',
    help: 'Since the beginning of the run.',
    meter: {
      id: 'elections',
      init: () => 0,
      step: (memory, _world, event) => (isElected(event) ? (memory as number) + 1 : memory),
    },
    read: (memory) => memory as number,
  },
  {
    id: 'committed',
    title: 'Committed',
    unit: 'entries',
    help: 'The highest commit index of any node that runs.',
    meter: null,
    read: (_memory, world) => Math.max(0, ...nodesOf(world).map(({ commit }) => commit)),
  },
  {
    id: 'log-length',
    title: 'Longest log',
    unit: 'entries',
    help: 'Entries that are kept; a snapshot replaces the older ones.',
    meter: null,
    read: (_memory, world) => Math.max(0, ...nodesOf(world).map(({ durable }) => durable.log.length)),
  },
  {
    id: 'lag',
    title: 'Furthest behind',
    unit: 'entries',
    help: 'How far the log that lags most stands behind the longest.',
    meter: null,
    read(_memory, world) {
      const ends = nodesOf(world).map(({ durable }) => durable.log.end)
      return ends.length === 0 ? null : Math.max(...ends) - Math.min(...ends)
    },
  },
]
