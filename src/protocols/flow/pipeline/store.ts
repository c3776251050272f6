import { unreachable } from '../../../base/assert.ts'
import { type Codel, codelDequeue, initialCodel } from '../aqm/codel.ts'
import { emptyFqCodel, type FqCodel, flowQueueOf, fqDequeue, fqEnqueue } from '../aqm/fq-codel.ts'
import { type Packet, shiftPacket, type Taken } from '../aqm/packets.ts'
import { initialPie, type Pie, pieDequeue, pieEnqueue, pieUpdate } from '../aqm/pie.ts'
import { type Red, redDequeue, redEnqueue } from '../aqm/red.ts'
import {
  type BufferConfig,
  type BufferState,
  emptyBuffer,
  offer,
  readyAtUs,
  take,
  type Waiting,
} from '../buffers/buffer.ts'
import type { Discipline } from '../buffers/policies.ts'
import type { Item } from '../item.ts'
import { chosen } from './chosen.ts'
import type { QueueManagement } from './settings.ts'
import type { DropReason, Parcel } from './types.ts'

/**
 * What waits at a stage: a buffer under a queue management, or FQ-CoDel, which brings queues of its own. Of the buffer's
 * settings FQ-CoDel heeds the capacity and whether it blocks: order, overflow and patience are its own affair.
 */
export type Store =
  | {
      readonly kind: 'buffer'
      readonly buffer: BufferState
      readonly manager: Manager
      /** For who draws the store: whose turn is when. */
      readonly discipline: Discipline
    }
  | { readonly kind: 'fq-codel'; readonly queues: FqCodel<Packed> }

/** State of the queue management, of the kind that the settings say. */
type Manager =
  | { readonly kind: 'none' }
  | { readonly kind: 'codel'; readonly codel: Codel }
  | { readonly kind: 'pie'; readonly pie: Pie }
  | { readonly kind: 'red'; readonly red: Red }

type BufferStore = Extract<Store, { readonly kind: 'buffer' }>

/** A parcel and when it came. */
export interface Queued {
  readonly parcel: Parcel
  readonly sinceUs: number
}

export interface Gone {
  readonly parcel: Parcel
  readonly reason: DropReason
}

/** What became of an offered parcel: accepted, blocked (nothing has changed), or among the dropped. */
export interface StoreOffered {
  readonly store: Store
  readonly accepted: boolean
  readonly blocked: boolean
  readonly dropped: readonly Gone[]
}

export interface StoreTaken {
  readonly store: Store
  /** Null: nothing waits, or not yet. */
  readonly taken: Queued | null
  readonly dropped: readonly Gone[]
}

interface Packed extends Packet {
  readonly parcel: Parcel
}

/** A buffer holds items; whatever is offered to the buffer of a store is a parcel. */
const parcelOf = (item: Item): Parcel => item as Parcel
const packed = (parcel: Parcel, enqueuedUs: number): Packed => ({ parcel, enqueuedUs, sizeBytes: parcel.sizeBytes })
const shown = ({ item, sinceUs }: Waiting): Queued => ({ parcel: parcelOf(item), sinceUs })
const queuedOf = ({ parcel, enqueuedUs }: Packed): Queued => ({ parcel, sinceUs: enqueuedUs })
const gone = (items: readonly Item[], reason: DropReason): Gone[] =>
  items.map((item) => ({ parcel: parcelOf(item), reason }))
const gonePackets = (packets: readonly Packed[], reason: DropReason): Gone[] =>
  packets.map(({ parcel }) => ({ parcel, reason }))

export const storeStart = (buffer: BufferConfig, management: QueueManagement): Store =>
  management.kind === 'fq-codel'
    ? { kind: 'fq-codel', queues: emptyFqCodel() }
    : {
        kind: 'buffer',
        buffer: emptyBuffer(buffer),
        manager: managerStart(management),
        discipline: buffer.discipline,
      }

function managerStart(management: Exclude<QueueManagement, { readonly kind: 'fq-codel' }>): Manager {
  switch (management.kind) {
    case 'none':
      return { kind: 'none' }
    case 'codel':
      return { kind: 'codel', codel: initialCodel }
    case 'pie':
      return { kind: 'pie', pie: initialPie(management.config) }
    case 'red':
      return { kind: 'red', red: { average: 0, count: -1, idleSinceUs: 0 } }
    default:
      return unreachable(management)
  }
}

/** How many wait. */
export const storeLength = (store: Store): number =>
  store.kind === 'buffer' ? store.buffer.length : store.queues.packets

export const storeBytes = (store: Store): number =>
  store.kind === 'buffer' ? bufferBytes(store.buffer) : store.queues.bytes

function bufferBytes({ lanes }: BufferState): number {
  let bytes = 0
  for (const lane of lanes) bytes += lane.bytes
  return bytes
}

/** When something can be taken: 0 for at once, later for the tick of a sample; null when nothing waits. */
export const storeReadyUs = (store: Store): number | null =>
  store.kind === 'buffer' ? readyAtUs(store.buffer) : store.queues.packets === 0 ? null : 0

/** A parcel comes. @param entropy 32 bits for the draw of PIE and RED */
export function storeOffer(
  buffer: BufferConfig,
  management: QueueManagement,
  store: Store,
  parcel: Parcel,
  nowUs: number,
  entropy: number,
): StoreOffered {
  if (buffer.overflow.kind === 'block' && storeLength(store) >= capacityOf(buffer, management)) {
    return { store, accepted: false, blocked: true, dropped: [] }
  }
  if (store.kind === 'fq-codel' || store.buffer.hasFailed) return admitted(buffer, management, store, parcel, nowUs)
  const { manager, verdict } = judged(management, store, nowUs, entropy)
  const next = manager === store.manager ? store : { ...store, manager }
  if (verdict !== null) {
    return { store: next, accepted: false, blocked: false, dropped: [{ parcel, reason: verdict }] }
  }
  return admitted(buffer, management, next, parcel, nowUs)
}

const capacityOf = (buffer: BufferConfig, management: QueueManagement): number =>
  management.kind === 'fq-codel' ? Math.min(buffer.capacity, management.config.limitPackets) : buffer.capacity

/** What PIE or RED say to a parcel that comes: why it must go, or null. */
function judged(
  management: QueueManagement,
  { manager, buffer }: BufferStore,
  nowUs: number,
  entropy: number,
): { readonly manager: Manager; readonly verdict: DropReason | null } {
  if (manager.kind === 'pie') {
    const backlog = { packets: buffer.length, bytes: bufferBytes(buffer) }
    const { config } = chosen(management, manager.kind)
    const { state, outcome } = pieEnqueue(config, manager.pie, backlog, false, entropy)
    return { manager: { kind: 'pie', pie: state }, verdict: reasonOf(outcome) }
  }
  if (manager.kind === 'red') {
    const { config } = chosen(management, manager.kind)
    const { state, outcome } = redEnqueue(config, manager.red, buffer.length, nowUs, entropy)
    return { manager: { kind: 'red', red: state }, verdict: reasonOf(outcome) }
  }
  return { manager, verdict: null }
}

/** Nothing carries marks of congestion here, so nobody is marked instead of dropped. */
function reasonOf(verdict: 'enqueue' | 'mark' | 'drop-early' | 'drop-forced' | 'drop-full'): DropReason | null {
  if (verdict === 'drop-full') return 'overflow'
  return verdict === 'drop-early' || verdict === 'drop-forced' ? 'managed' : null
}

/** Past the judgement of PIE and RED: the buffer decides. */
function admitted(
  buffer: BufferConfig,
  management: QueueManagement,
  store: Store,
  parcel: Parcel,
  atUs: number,
): StoreOffered {
  if (store.kind === 'fq-codel') {
    const { config } = chosen(management, store.kind)
    const bounded = { ...config, limitPackets: capacityOf(buffer, management) }
    const queue = flowQueueOf(config, parcel.class)
    const { state, dropped } = fqEnqueue(bounded, store.queues, queue, packed(parcel, atUs))
    const lost = gonePackets(dropped, 'overflow')
    const accepted = !lost.some((other) => other.parcel === parcel)
    return { store: { ...store, queues: state }, accepted, blocked: false, dropped: lost }
  }
  const { state, outcome } = offer(buffer, store.buffer, parcel, atUs)
  if (outcome.kind === 'blocked') return { store, accepted: false, blocked: true, dropped: [] }
  return {
    store: { ...store, buffer: state },
    accepted: outcome.kind === 'accepted',
    blocked: false,
    dropped: gone(outcome.dropped, outcome.kind === 'failed' ? 'failed' : 'overflow'),
  }
}

/** The next one's turn. Who is dropped on the way had waited too long, for its patience or for CoDel. */
export function storeTake(buffer: BufferConfig, management: QueueManagement, store: Store, nowUs: number): StoreTaken {
  if (store.kind === 'fq-codel') {
    const { state, packet, dropped } = fqDequeue(chosen(management, store.kind).config, store.queues, nowUs)
    const taken = packet === null ? null : queuedOf(packet)
    return { store: { ...store, queues: state }, taken, dropped: gonePackets(dropped, 'managed') }
  }
  if (store.manager.kind === 'codel') return takenByCodel(buffer, management, store, store.manager.codel, nowUs)
  if (store.buffer.length === 0) return { store, taken: null, dropped: [] }
  const { state, taken, impatient } = take(buffer, store.buffer, nowUs)
  const manager = sawLeave(store.manager, state, taken === null ? null : nowUs - taken.sinceUs, nowUs)
  return {
    store: { ...store, buffer: state, manager },
    taken: taken === null ? null : shown(taken),
    dropped: gone(impatient, 'impatient'),
  }
}

/** PIE and RED see who leaves: `sojournUs` it waited; null: only impatient ones may have left. */
function sawLeave(manager: Manager, buffer: BufferState, sojournUs: number | null, nowUs: number): Manager {
  if (manager.kind === 'red') return { kind: 'red', red: redDequeue(manager.red, buffer.length, nowUs) }
  if (manager.kind !== 'pie' || sojournUs === null) return manager
  return { kind: 'pie', pie: pieDequeue(manager.pie, sojournUs, bufferBytes(buffer), nowUs) }
}

function takenByCodel(
  buffer: BufferConfig,
  management: QueueManagement,
  store: BufferStore,
  before: Codel,
  nowUs: number,
): StoreTaken {
  const tooLate: Item[] = []
  /** Whoever's turn it is, in any discipline. */
  const head = (queue: BufferState): Taken<BufferState, Packed> | null => {
    const { state, taken, impatient } = take(buffer, queue, nowUs)
    tooLate.push(...impatient)
    const packet = taken === null ? null : packed(parcelOf(taken.item), taken.sinceUs)
    rest = state
    return packet === null ? null : { packet, rest: state, backlogBytes: bufferBytes(state) }
  }
  // Also when nobody is left to be taken the impatient are gone, which CoDel does not see.
  let rest = store.buffer
  const { codel, packet, dropped } = codelDequeue(chosen(management, 'codel').config, before, store.buffer, head, nowUs)
  return {
    store: { ...store, buffer: rest, manager: { kind: 'codel', codel } },
    taken: packet === null ? null : queuedOf(packet),
    dropped: [...gone(tooLate, 'impatient'), ...gonePackets(dropped, 'managed')],
  }
}

/** PIE looks at its queue: call it every `updateUs`. */
export function storeTick(management: QueueManagement, store: Store): Store {
  if (store.kind !== 'buffer' || store.manager.kind !== 'pie') return store
  const { config } = chosen(management, store.manager.kind)
  return { ...store, manager: { kind: 'pie', pie: pieUpdate(config, store.manager.pie, storeBytes(store)) } }
}

/** Everybody who waits, in the order of arrival. */
export function storeDrain(store: Store): readonly Queued[] {
  const all =
    store.kind === 'buffer'
      ? store.buffer.lanes.flatMap(({ waiting }) =>
          waiting.toArray().map(({ item, sinceUs }) => ({ parcel: parcelOf(item), sinceUs })),
        )
      : [...store.queues.newFlows, ...store.queues.oldFlows].flatMap((at) =>
          (store.queues.flows.get(String(at))?.queue.packets.toArray() ?? []).map(queuedOf),
        )
  return all.sort((a, b) => a.sinceUs - b.sinceUs)
}

/**
 * The same parcels under other settings, as though they had come to the new store when they came to the old one. What
 * does not fit is dropped by the new overflow policy; where that would hold up or fail, the last ones are dropped.
 */
export function storeChanged(
  store: Store,
  buffer: BufferConfig,
  management: QueueManagement,
): { readonly store: Store; readonly dropped: readonly Gone[] } {
  const { overflow } = buffer
  const isHarsh = overflow.kind === 'block' || overflow.kind === 'fail'
  const moving: BufferConfig = isHarsh ? { ...buffer, overflow: { kind: 'drop-newest' } } : buffer
  const dropped: Gone[] = []
  let next = storeStart(buffer, management)
  for (const { parcel, sinceUs } of storeDrain(store)) {
    const moved = admitted(moving, management, next, parcel, sinceUs)
    next = moved.store
    dropped.push(...moved.dropped)
  }
  if (store.kind === 'buffer' && next.kind === 'buffer' && store.manager.kind === next.manager.kind) {
    next = { ...next, manager: store.manager }
  }
  return { store: next, dropped }
}

/** The first `max` in the order of service, as well as it can be told before somebody else comes. */
export function storeItems(store: Store, max: number, nowUs: number): readonly Queued[] {
  if (store.kind === 'fq-codel') return fairItems(store.queues, max)
  const { discipline, buffer } = store
  const { lanes, busySinceUs, ring } = buffer
  switch (discipline.kind) {
    case 'fifo':
      return lanes[0]!.waiting.first(max).map(shown)
    case 'lifo':
      return lanes[0]!.waiting.last(max).map(shown)
    case 'adaptive-lifo': {
      const isLifo = busySinceUs !== null && nowUs - busySinceUs > discipline.intervalUs
      const { waiting } = lanes[0]!
      return (isLifo ? waiting.last(max) : waiting.first(max)).map(shown)
    }
    case 'priority':
      return firstOf(lanes, max).map(shown)
    case 'fair':
      return inTurns(
        ring.map((at) => lanes[at]!.waiting.length),
        max,
        (turn, count) => lanes[ring[turn]!]!.waiting.first(count),
      ).map(shown)
    default:
      return unreachable(discipline)
  }
}

function firstOf(lanes: BufferState['lanes'], max: number): Waiting[] {
  const found: Waiting[] = []
  for (const { waiting } of lanes) if (found.length < max) found.push(...waiting.first(max - found.length))
  return found
}

function fairItems({ newFlows, oldFlows, flows }: FqCodel<Packed>, max: number): Queued[] {
  const queues = [...newFlows, ...oldFlows].map((at) => flows.get(String(at))!.queue)
  const first = (turn: number, count: number): Packed[] => {
    const found: Packed[] = []
    for (let head = shiftPacket(queues[turn]!); head !== null && found.length < count; head = shiftPacket(head.rest)) {
      found.push(head.packet)
    }
    return found
  }
  return inTurns(
    queues.map(({ packets }) => packets.length),
    max,
    first,
  ).map(queuedOf)
}

/** One of each queue, round after round, as fair queueing of items of one size would have it. */
function inTurns<T>(lengths: readonly number[], max: number, first: (turn: number, count: number) => T[]): T[] {
  const turns: number[] = []
  for (let round = 0, before = -1; turns.length < max && turns.length > before; round++) {
    before = turns.length
    for (let turn = 0; turn < lengths.length && turns.length < max; turn++) if (lengths[turn]! > round) turns.push(turn)
  }
  const counts = lengths.map(() => 0)
  for (const turn of turns) counts[turn]!++
  const queues = counts.map((count, turn) => (count === 0 ? [] : first(turn, count)).values())
  return turns.map((turn) => queues[turn]!.next().value!)
}
