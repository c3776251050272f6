import { unreachable } from '../../../base/assert.ts'
import type { Item } from '../item.ts'
import { Deque } from './deque.ts'
import { type Discipline, disciplineProblem, laneCount, laneOf, type Overflow } from './policies.ts'

/**
 * The buffer of a stage as an immutable value: who waits, who is next, and what gives way when it is full. Names of the
 * overflow policies and their traps: {@link Overflow}. Fair queueing is deficit round robin (Shreedhar and Varghese,
 * "Efficient Fair Queuing Using Deficit Round-Robin", 1996); patience is Facebook's controlled delay (Maurer, "Fail at
 * Scale", ACM Queue 13(8), 2015).
 */
export interface BufferConfig {
  /** Places to wait. */
  readonly capacity: number
  readonly discipline: Discipline
  readonly overflow: Overflow
  /** Null: items wait as long as it takes. */
  readonly patience: Patience | null
}

/**
 * How long an item may wait, said when it comes: `overloadedUs` when the buffer has not been empty for the last
 * `intervalUs`, else `intervalUs`. Who has waited longer is dropped when its turn comes.
 */
export interface Patience {
  readonly intervalUs: number
  readonly overloadedUs: number
}

/** Maurer 2015: N = 100 ms, M = 5 ms. */
export const PATIENCE: Patience = Object.freeze({ intervalUs: 100_000, overloadedUs: 5_000 })

/** The memory that one buffer may use: named, and reached as an overflow like any other. */
const CAPACITY_MAX = 1_000_000

/** An item and what its buffer knows of it. */
export interface Waiting {
  readonly item: Item
  readonly sinceUs: number
  /** Null: for ever. */
  readonly untilUs: number | null
}

interface Lane {
  readonly waiting: Deque<Waiting>
  readonly bytes: number
  /** Fair queueing: what the lane may still send in this turn. */
  readonly deficit: number
}

export interface BufferState {
  readonly lanes: readonly Lane[]
  readonly length: number
  /** Since when somebody waits; null when nobody does. */
  readonly busySinceUs: number | null
  /** Fair queueing: lanes that wait for their turn, the first one's turn it is. */
  readonly ring: readonly number[]
  /** The first of the ring has had its quantum of this turn. */
  readonly isPaid: boolean
  /** An overflow of kind `fail` has happened. */
  readonly hasFailed: boolean
  /** Sampling: nobody leaves before. */
  readonly tickUs: number
}

/** What became of an offered item. Whoever is in `dropped` is gone: with `drop-newest` and `fail` the offered one, too. */
export type Offered =
  | { readonly kind: 'accepted'; readonly dropped: readonly Item[] }
  /** The producer keeps the item, and asks again when one was taken. */
  | { readonly kind: 'blocked' }
  | { readonly kind: 'dropped'; readonly dropped: readonly Item[] }
  | { readonly kind: 'failed'; readonly dropped: readonly Item[] }

/** Why a buffer cannot be, or null. */
export function bufferProblem({ capacity, discipline, overflow, patience }: BufferConfig): string | null {
  if (!Number.isInteger(capacity) || capacity < 0 || capacity > CAPACITY_MAX) {
    return `the capacity must be an integer from 0 to ${CAPACITY_MAX}, not ${capacity}`
  }
  const keepsLatest = overflow.kind === 'conflate' || overflow.kind === 'sample'
  if (keepsLatest && capacity < laneCount(discipline)) return `${overflow.kind} needs a place to wait for each lane`
  if (overflow.kind === 'sample' && !(overflow.periodUs >= 1)) return 'the period must be at least 1 us'
  if (overflow.kind === 'sample' && laneCount(discipline) > 1) return 'sample keeps one value: it has one lane'
  if (patience !== null && !(patience.intervalUs >= 0 && patience.overloadedUs >= 0))
    return 'patience must be 0 or more'
  return disciplineProblem(discipline)
}

const NO_LANE: Lane = { waiting: Deque.empty(), bytes: 0, deficit: 0 }

/** Nobody waits. */
export function emptyBuffer({ discipline }: BufferConfig): BufferState {
  const lanes = Array.from({ length: laneCount(discipline) }, () => NO_LANE)
  return { lanes, length: 0, busySinceUs: null, ring: [], isPaid: false, hasFailed: false, tickUs: 0 }
}

/** An item comes. */
export function offer(
  config: BufferConfig,
  state: BufferState,
  item: Item,
  nowUs: number,
): { readonly state: BufferState; readonly outcome: Offered } {
  const { overflow, discipline } = config
  if (state.hasFailed) return { state, outcome: { kind: 'failed', dropped: [item] } }
  const lane = laneOf(discipline, item.class, item.priority)
  const accept = (room: BufferState, dropped: readonly Item[]) => ({
    state: join(config, room, lane, item, nowUs),
    outcome: { kind: 'accepted', dropped } as const,
  })
  const after = ({ item: gone, state: rest }: Removed) => accept(rest, [gone.item])
  const replaced = (old: Removed | null) => (old === null ? accept(state, []) : after(old))
  const dropped = { state, outcome: { kind: 'dropped', dropped: [item] } as const }
  if (overflow.kind === 'conflate') return replaced(removeLast(state, lane))
  if (overflow.kind === 'sample') {
    const { state: next, outcome } = replaced(removeLast(state, lane))
    return { state: { ...next, tickUs: tickOf(overflow.periodUs, state, nowUs) }, outcome }
  }
  if (state.length < config.capacity) return accept(state, [])
  if (overflow.kind === 'block') return { state, outcome: { kind: 'blocked' } }
  if (overflow.kind === 'fail') {
    const lost = [...waiting(state), item]
    return { state: { ...emptyBuffer(config), hasFailed: true }, outcome: { kind: 'failed', dropped: lost } }
  }
  if (overflow.kind === 'drop-newest' || config.capacity === 0) return dropped
  switch (overflow.kind) {
    case 'drop-youngest':
      return after(removeLast(state, victimLane(discipline, state))!)
    case 'drop-oldest':
      return after(removeFirst(state, victimLane(discipline, state))!)
    case 'drop-buffer':
      return accept(emptyBuffer(config), waiting(state))
    default:
      return unreachable(overflow)
  }
}

function join(config: BufferConfig, state: BufferState, at: number, item: Item, nowUs: number): BufferState {
  const lane = state.lanes[at]!
  const busySinceUs = state.busySinceUs ?? nowUs
  const entry = {
    item,
    sinceUs: nowUs,
    untilUs: config.patience === null ? null : untilUs(config.patience, busySinceUs, nowUs),
  }
  const isFair = config.discipline.kind === 'fair'
  return {
    ...state,
    lanes: state.lanes.with(at, { ...lane, waiting: lane.waiting.push(entry), bytes: lane.bytes + item.sizeBytes }),
    length: state.length + 1,
    busySinceUs,
    ring: isFair && lane.waiting.length === 0 ? [...state.ring, at] : state.ring,
  }
}

/** Until when an item waits that comes at `nowUs` to a buffer in which somebody waits since `busySinceUs`. */
export function untilUs(patience: Patience, busySinceUs: number, nowUs: number): number {
  const isOverloaded = nowUs - busySinceUs > patience.intervalUs
  return nowUs + (isOverloaded ? patience.overloadedUs : patience.intervalUs)
}

/** A value that replaces another keeps its tick: who comes late finds the latest at once. */
const tickOf = (periodUs: number, { length, tickUs }: BufferState, nowUs: number): number =>
  length > 0 ? tickUs : (Math.floor(nowUs / periodUs) + 1) * periodUs

/** The next one's turn. `impatient` are those whose turn came too late: they are dropped. */
export function take(
  config: BufferConfig,
  state: BufferState,
  nowUs: number,
): { readonly state: BufferState; readonly taken: Waiting | null; readonly impatient: readonly Item[] } {
  const impatient: Item[] = []
  let rest = state
  for (;;) {
    if (rest.length === 0 || nowUs < rest.tickUs) return { state: rest, taken: null, impatient }
    const next = removeNext(config.discipline, rest, nowUs)
    rest = next.state
    if (next.item.untilUs === null || nowUs <= next.item.untilUs) return { state: rest, taken: next.item, impatient }
    impatient.push(next.item.item)
  }
}

/** When the next item may be taken: at once (0) or at the next sample; null when nobody waits. */
export const readyAtUs = (state: BufferState): number | null => (state.length === 0 ? null : state.tickUs)

/** Everybody who waits, lane by lane, first to last. */
export const waiting = (state: BufferState): Item[] =>
  state.lanes.flatMap((lane) => lane.waiting.toArray().map(({ item }) => item))

interface Removed {
  readonly item: Waiting
  readonly state: BufferState
}

function removeNext(discipline: Discipline, state: BufferState, nowUs: number): Removed {
  switch (discipline.kind) {
    case 'fifo':
      return removeFirst(state, 0)!
    case 'lifo':
      return removeLast(state, 0)!
    case 'adaptive-lifo':
      return (nowUs - state.busySinceUs! > discipline.intervalUs ? removeLast(state, 0) : removeFirst(state, 0))!
    case 'priority':
      return removeFirst(
        state,
        state.lanes.findIndex((lane) => lane.waiting.length > 0),
      )!
    case 'fair':
      return removeFair(state, discipline.quantumBytes)
    default:
      return unreachable(discipline)
  }
}

/** Turns the ring until its first lane may send: each turn adds a quantum to what it may. */
function removeFair(start: BufferState, quantumBytes: number): Removed {
  let state = start
  for (;;) {
    const at = state.ring[0]!
    const lane = state.lanes[at]!
    const deficit = lane.deficit + (state.isPaid ? 0 : quantumBytes)
    const next = removeFirst(state, at)!
    const left = deficit - next.item.item.sizeBytes
    if (left >= 0) return { item: next.item, state: isEmpty(next.state, at) ? next.state : paid(next.state, at, left) }
    state = { ...paid(state, at, deficit), ring: [...state.ring.slice(1), at], isPaid: false }
  }
}

const isEmpty = (state: BufferState, at: number): boolean => state.lanes[at]!.waiting.length === 0

const paid = (state: BufferState, at: number, deficit: number): BufferState => ({
  ...state,
  lanes: state.lanes.with(at, { ...state.lanes[at]!, deficit }),
  isPaid: true,
})

function removeFirst(state: BufferState, at: number): Removed | null {
  const found = state.lanes[at]!.waiting.shift()
  return found === null ? null : { item: found.item, state: without(state, at, found.rest, found.item) }
}

function removeLast(state: BufferState, at: number): Removed | null {
  const found = state.lanes[at]!.waiting.pop()
  return found === null ? null : { item: found.item, state: without(state, at, found.rest, found.item) }
}

/** A lane that is empty leaves the ring, and what it might still have sent is forfeit. */
function without(state: BufferState, at: number, rest: Deque<Waiting>, gone: Waiting): BufferState {
  const lane = state.lanes[at]!
  const isLast = rest.length === 0
  return {
    ...state,
    lanes: state.lanes.with(at, isLast ? NO_LANE : { ...lane, waiting: rest, bytes: lane.bytes - gone.item.sizeBytes }),
    length: state.length - 1,
    busySinceUs: state.length === 1 ? null : state.busySinceUs,
    ring: isLast && state.ring.length > 0 ? state.ring.filter((other) => other !== at) : state.ring,
    isPaid: isLast && state.ring[0] === at ? false : state.isPaid,
  }
}

/** Who has least right to wait: the least urgent, or the flow with most bytes. Somebody must wait. */
function victimLane(discipline: Discipline, { lanes }: BufferState): number {
  if (discipline.kind !== 'fair') return lanes.findLastIndex((lane) => lane.waiting.length > 0)
  const most = Math.max(...lanes.map((lane) => (lane.waiting.length > 0 ? lane.bytes : -1)))
  return lanes.findIndex((lane) => lane.waiting.length > 0 && lane.bytes === most)
}
