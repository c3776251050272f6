import { AppendList } from '../../base/append-list.ts'
import { PersistentMap } from '../../base/persistent-map.ts'
import type { Measure } from '../../engine/lab.ts'
import type { World, WorldEvent } from '../../machine/invariant.ts'
import { type Ledger, ledger } from '../../protocols/cluster/judges/ledger.ts'
import { FLAG } from '../../protocols/cluster/peers.ts'
import type { ClusterProtocol, NodeState } from '../../protocols/cluster/state.ts'
import type { Meter } from '../../sim/plan.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { SLOTS } from './contract.ts'

/** The numbers of the cluster lab. Memories are immutable, so that they rewind with the world. */

type Event = WorldEvent<ClusterProtocol>
type Sim = Simulation<ClusterProtocol>

const SECOND_US = 1_000_000
/** Latencies are of the last so many answered operations. */
const WINDOW = 500

function nodesOf(world: World<ClusterProtocol>): readonly NodeState[] {
  return world.names.flatMap((_, actor) => {
    const state = world.state(actor)
    return state === undefined || state.kind === 'client' ? [] : [state]
  })
}

// ---- Counters per second ----------------------------------------------------------------------------------------

/** Totals of everything that is counted per second. */
interface Totals {
  readonly answered: number
  readonly failed: number
  readonly moved: number
  readonly ask: number
  readonly bus: number
}

export interface ClientTotals {
  readonly answered: number
  readonly moved: number
  readonly ask: number
}

export interface Seconds {
  readonly second: number
  readonly totals: Totals
  /** Totals at the beginning of the last two full seconds; null: that long ago there was nothing. */
  readonly begun: Totals
  readonly last: Totals | null
  /** Of each client, by actor number: its counters at the beginning of this second and of the one before. */
  readonly clients: readonly (ClientTotals | null)[]
  readonly clientsBefore: readonly (ClientTotals | null)[]
}

const NOTHING: Totals = { answered: 0, failed: 0, moved: 0, ask: 0, bus: 0 }

/** As they were before the event, which belongs to the second that begins. */
function clientTotals(world: World<ClusterProtocol>, event: Event): readonly (ClientTotals | null)[] {
  return world.names.map((_, actor) => {
    const state = actor === event.actor ? event.before : world.state(actor)
    return state?.kind === 'client' ? state.stats : null
  })
}

function sentOnBus(event: Event): number {
  let count = 0
  for (const { message } of event.sent) if ('header' in message) count++
  return count
}

/** What the answers of one event add; the same value when nothing was answered. */
function count(totals: Totals, event: Event): Totals {
  const bus = sentOnBus(event)
  const { before, after } = event
  const told = before?.kind === 'client' && after?.kind === 'client' && before.stats !== after.stats
  if (bus === 0 && event.operations.length === 0 && !told) return totals
  let { answered, failed, moved, ask } = totals
  for (const operation of event.operations) {
    if (operation.kind !== 'return') continue
    for (const { reply } of operation.result?.outcomes ?? []) {
      if (reply === null || reply.kind === 'error') failed++
      else answered++
    }
  }
  if (told) {
    moved += after.stats.moved - before.stats.moved
    ask += after.stats.ask - before.stats.ask
  }
  return { answered, failed, moved, ask, bus: totals.bus + bus }
}

const seconds: Meter<ClusterProtocol, Seconds> = {
  id: 'seconds',
  init: () => ({ second: 0, totals: NOTHING, begun: NOTHING, last: null, clients: [], clientsBefore: [] }),
  step(memory, world, event) {
    const totals = count(memory.totals, event)
    if (world.now < (memory.second + 1) * SECOND_US) return withTotals(memory, totals)
    const second = Math.floor(world.now / SECOND_US)
    const isNext = second === memory.second + 1
    return {
      second,
      totals,
      begun: memory.totals,
      last: isNext ? difference(memory.totals, memory.begun) : NOTHING,
      clients: clientTotals(world, event),
      clientsBefore: memory.clients,
    }
  },
}

/** Field by field: almost every event passes here. */
function withTotals(memory: Seconds, totals: Totals): Seconds {
  const { second, begun, last, clients, clientsBefore } = memory
  return totals === memory.totals ? memory : { second, totals, begun, last, clients, clientsBefore }
}

function difference(now: Totals, before: Totals): Totals {
  return {
    answered: now.answered - before.answered,
    failed: now.failed - before.failed,
    moved: now.moved - before.moved,
    ask: now.ask - before.ask,
    bus: now.bus - before.bus,
  }
}

const secondsOf = (world: Sim): Seconds => world.meterMemory('seconds') as Seconds

function perSecond(what: keyof Totals) {
  return (_memory: unknown, world: Sim): number | null => {
    const { second, totals, begun, last } = secondsOf(world)
    const behind = Math.floor(world.now / SECOND_US) - second
    return behind === 0 ? (last?.[what] ?? null) : behind === 1 ? totals[what] - begun[what] : 0
  }
}

/** A client's counters of the last full second. */
export function clientRates(world: Sim, actor: number): ClientTotals {
  const { clients, clientsBefore } = secondsOf(world)
  const now = clients[actor] ?? null
  const before = clientsBefore[actor] ?? null
  if (now === null) return { answered: 0, moved: 0, ask: 0 }
  const since = (what: keyof ClientTotals) => Math.max(0, now[what] - (before?.[what] ?? 0))
  return { answered: since('answered'), moved: since('moved'), ask: since('ask') }
}

// ---- Latencies --------------------------------------------------------------------------------------------------

interface Latencies {
  /** In microseconds; the last {@link WINDOW} count. */
  readonly done: AppendList<number>
  readonly open: PersistentMap<number>
}

const latencies: Meter<ClusterProtocol, Latencies> = {
  id: 'latency',
  init: () => ({ done: AppendList.empty(), open: PersistentMap.empty() }),
  step(memory, world, event) {
    if (event.operations.length === 0) return memory
    let { done, open } = memory
    for (const operation of event.operations) {
      if (operation.kind === 'call') {
        if (operation.command.kind === 'batch') open = open.set(operation.request, operation.at)
        continue
      }
      const began = open.get(operation.request)
      open = open.delete(operation.request)
      if (began !== undefined && operation.result !== undefined) done = done.append(world.now - began)
    }
    // What no longer counts is dropped by the window, so that it costs little.
    return { done: done.length < 2 * WINDOW ? done : done.dropBefore(done.end - WINDOW), open }
  },
}

const lastLatencies = (memory: unknown): number[] => {
  const { done } = memory as Latencies
  return done.slice(done.end - WINDOW, done.end)
}

function percentile(permille: number) {
  return (memory: unknown): number | null => {
    const sorted = lastLatencies(memory).toSorted((x, y) => x - y)
    if (sorted.length === 0) return null
    return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * permille) / 1000))]! / 1000
  }
}

// ---- What nodes believe -----------------------------------------------------------------------------------------

function slotsCovered(world: Sim): number {
  const covered = new Set<string>()
  let slots = 0
  for (const { cluster } of nodesOf(world)) {
    const myself = cluster.peers.get(cluster.myself)
    if (myself === undefined || (myself.flags & FLAG.master) === 0 || covered.has(myself.id)) continue
    covered.add(myself.id)
    slots += myself.slots.size
  }
  return Math.min(SLOTS, slots)
}

function flagged(world: Sim, flag: number): number {
  const ids = new Set<string>()
  for (const { cluster } of nodesOf(world)) {
    for (const { id, flags } of cluster.peers.all()) if ((flags & flag) !== 0) ids.add(id)
  }
  return ids.size
}

function lag(world: Sim): number | null {
  const nodes = nodesOf(world)
  let worst: number | null = null
  for (const { replication } of nodes) {
    for (const { ackOffset, state } of replication.replicas) {
      if (state === 'online') worst = Math.max(worst ?? 0, replication.offset - ackOffset)
    }
  }
  return worst
}

const ledgerOf = (world: Sim): Ledger => world.meterMemory(ledger.id) as Ledger

const mean = ({ low, high }: { readonly low: number; readonly high: number }) => (low + high) / 2

export const measures: readonly Measure<ClusterProtocol>[] = [
  {
    id: 'operations',
    title: 'Commands answered',
    unit: '/s',
    help: 'Commands of clients that ended well in the last full second.',
    meter: seconds as Meter<ClusterProtocol>,
    read: perSecond('answered'),
  },
  {
    id: 'failed',
    title: 'Commands failed',
    unit: '/s',
    help: 'Commands that ended with an error or without an answer in the last full second.',
    meter: seconds as Meter<ClusterProtocol>,
    read: perSecond('failed'),
  },
  {
    id: 'moved',
    title: 'MOVED',
    unit: '/s',
    help: 'Redirections for good that clients were told in the last full second.',
    meter: seconds as Meter<ClusterProtocol>,
    read: perSecond('moved'),
  },
  {
    id: 'ask',
    title: 'ASK',
    unit: '/s',
    help: 'Redirections of one question that clients were told in the last full second.',
    meter: seconds as Meter<ClusterProtocol>,
    read: perSecond('ask'),
  },
  {
    id: 'latency-p50',
    title: 'Latency, median',
    unit: 'ms',
    help: `From request to answer, over the last ${WINDOW} requests.`,
    meter: latencies as Meter<ClusterProtocol>,
    read: percentile(500),
    theory(world) {
      const n = lastLatencies(world.meterMemory('latency')).length
      const value = n === 0 ? null : (2 * mean(world.plan.link.delayUs)) / 1000
      return { formula: '2 × mean link delay: to the owner and back; twice that when redirected', value, n }
    },
  },
  {
    id: 'latency-p99',
    title: 'Latency, 99th percentile',
    unit: 'ms',
    help: `From request to answer, over the last ${WINDOW} requests.`,
    meter: latencies as Meter<ClusterProtocol>,
    read: percentile(990),
  },
  {
    id: 'bus',
    title: 'Bus messages',
    unit: '/s',
    help: 'Messages of the cluster bus that were sent in the last full second.',
    meter: seconds as Meter<ClusterProtocol>,
    read: perSecond('bus'),
  },
  {
    id: 'covered',
    title: 'Slots with a living owner',
    unit: '',
    help: `Of ${SLOTS}; a slot whose master does not run has none.`,
    meter: null,
    read: (_memory, world) => slotsCovered(world),
  },
  {
    id: 'suspected',
    title: 'Nodes suspected',
    unit: '',
    help: 'Nodes that somebody holds for possibly failing (PFAIL).',
    meter: null,
    read: (_memory, world) => flagged(world, FLAG.pfail),
  },
  {
    id: 'failed-nodes',
    title: 'Nodes failed',
    unit: '',
    help: 'Nodes that somebody holds for failed (FAIL).',
    meter: null,
    read: (_memory, world) => flagged(world, FLAG.fail),
  },
  {
    id: 'epoch',
    title: 'Current epoch',
    unit: '',
    help: 'The greatest that any running node has seen.',
    meter: null,
    read: (_memory, world) => Math.max(0, ...nodesOf(world).map(({ cluster }) => cluster.currentEpoch)),
  },
  {
    id: 'lag',
    title: 'Furthest behind',
    unit: 'bytes',
    help: 'How far the last acknowledgement of a replica stands behind its master.',
    meter: null,
    read: (_memory, world) => lag(world),
  },
  {
    id: 'acknowledged',
    title: 'Writes acknowledged',
    unit: '',
    help: 'Writes that were answered with OK (or the like) since the beginning.',
    meter: null,
    read: (_memory, world) => ledgerOf(world).acknowledged,
  },
  {
    id: 'lost',
    title: 'Acknowledged writes lost',
    unit: '',
    help: 'Of those, how many no node has any more, though nobody has replaced them. The ledger says by which rule.',
    meter: null,
    read: (_memory, world) => ledgerOf(world).lost,
  },
]
