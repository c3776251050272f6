import { sqrt } from '../../../base/elementary.ts'
import type { Packet, Take } from './packets.ts'

export interface CodelConfig {
  /** A queue that stays below it is good. */
  readonly targetUs: number
  /** For how long it must stay above before anything is dropped: about the longest round trip. */
  readonly intervalUs: number
  /** With no more than this in the queue nothing is dropped: it could not be served faster. */
  readonly mtuBytes: number
  readonly ecn: boolean
}

/** RFC 8289 section 4.2 to 4.4 and Linux `codel_params_init`; the MTU is that of Ethernet with its header. */
export const CODEL_DEFAULTS: CodelConfig = Object.freeze({
  targetUs: 5_000,
  intervalUs: 100_000,
  mtuBytes: 1_514,
  ecn: false,
})

/** The state beside the queue: what Linux calls `codel_vars`. */
export interface Codel {
  readonly dropping: boolean
  /** Drops since dropping began. */
  readonly count: number
  /** `count` when dropping last began. */
  readonly lastCount: number
  /** From when on a queue that stays above the target is bad. Null: it is below. */
  readonly firstAboveUs: number | null
  readonly dropNextUs: number
}

export const initialCodel: Codel = Object.freeze({
  dropping: false,
  count: 0,
  lastCount: 0,
  firstAboveUs: null,
  dropNextUs: 0,
})

/** What taking the head of a managed queue gives. */
export interface Dequeued<Queue, T> {
  readonly codel: Codel
  readonly queue: Queue
  /** Null: the queue is empty. */
  readonly packet: T | null
  /** The packet carries a mark of congestion. */
  readonly marked: boolean
  /** What was thrown away on the way, the oldest first. */
  readonly dropped: readonly T[]
}

/** Rejoining within this many intervals starts from the rate of drops that had been needed. */
const MEMORY_INTERVALS = 16

/**
 * CoDel (Nichols and Jacobson 2012; RFC 8289; Linux `codel_impl.h`): once the sojourn time has stayed above the target
 * for an interval, packets are dropped at the head, the next after interval/√count: after t of persistent excess
 * about ((t/interval + 1.46)/2)² of them. Linux approximates the root in fixed point; here it is exact.
 */
export function codelDequeue<Queue, T extends Packet>(
  config: CodelConfig,
  codel: Codel,
  queue: Queue,
  take: Take<Queue, T>,
  nowUs: number,
): Dequeued<Queue, T> {
  const head = look(config, codel, queue, take, nowUs)
  if (codel.dropping && head.over) return goOnDropping(config, head, take, nowUs)
  if (head.over) return startDropping(config, head, take, nowUs)
  return deliver(head, codel.dropping ? { dropping: false } : null)
}

interface Look<Queue, T> {
  readonly codel: Codel
  readonly queue: Queue
  readonly packet: T | null
  /** The queue has been above its target for an interval. */
  readonly over: boolean
}

/** Takes the head and judges it: `codel_should_drop`. */
function look<Queue, T extends Packet>(
  config: CodelConfig,
  codel: Codel,
  queue: Queue,
  take: Take<Queue, T>,
  nowUs: number,
): Look<Queue, T> {
  const taken = take(queue)
  if (taken === null) return { codel: above(codel, null), queue, packet: null, over: false }
  const { packet, rest, backlogBytes } = taken
  const isGood = nowUs - packet.enqueuedUs < config.targetUs || backlogBytes <= config.mtuBytes
  const firstAboveUs = isGood ? null : (codel.firstAboveUs ?? nowUs + config.intervalUs)
  const over = codel.firstAboveUs !== null && firstAboveUs !== null && nowUs > firstAboveUs
  return { codel: above(codel, firstAboveUs), queue: rest, packet, over }
}

/** Written out, and only when it changes: a spread here costs more than all the rest of CoDel. */
function above(codel: Codel, firstAboveUs: number | null): Codel {
  if (firstAboveUs === codel.firstAboveUs) return codel
  const { dropping, count, lastCount, dropNextUs } = codel
  return { dropping, count, lastCount, firstAboveUs, dropNextUs }
}

const deliver = <Queue, T>(
  head: Look<Queue, T>,
  change: Partial<Codel> | null,
  dropped: readonly T[] = [],
  marked = false,
): Dequeued<Queue, T> => ({
  codel: change === null ? head.codel : { ...head.codel, ...change },
  queue: head.queue,
  packet: head.packet,
  marked,
  dropped,
})

/** Drops as many as are due; a long queue may owe several at once. */
function goOnDropping<Queue, T extends Packet>(
  config: CodelConfig,
  first: Look<Queue, T>,
  take: Take<Queue, T>,
  nowUs: number,
): Dequeued<Queue, T> {
  let head = first
  let { count, dropNextUs } = head.codel
  const dropped: T[] = []
  while (nowUs >= dropNextUs) {
    count++
    if (marks(config, head.packet)) {
      return deliver(head, { count, dropNextUs: after(config, dropNextUs, count) }, dropped, true)
    }
    dropped.push(head.packet!)
    head = look(config, head.codel, head.queue, take, nowUs)
    if (!head.over) return deliver(head, { count, dropNextUs, dropping: false }, dropped)
    dropNextUs = after(config, dropNextUs, count)
  }
  return deliver(head, { count, dropNextUs }, dropped)
}

function startDropping<Queue, T extends Packet>(
  config: CodelConfig,
  head: Look<Queue, T>,
  take: Take<Queue, T>,
  nowUs: number,
): Dequeued<Queue, T> {
  const { count: before, lastCount, dropNextUs } = head.codel
  const isRecent = nowUs - dropNextUs < MEMORY_INTERVALS * config.intervalUs
  const count = before - lastCount > 1 && isRecent ? before - lastCount : 1
  const change = { dropping: true, count, lastCount: count, dropNextUs: after(config, nowUs, count) }
  if (marks(config, head.packet)) return deliver(head, change, [], true)
  return deliver(look(config, head.codel, head.queue, take, nowUs), change, [head.packet!])
}

const marks = (config: CodelConfig, packet: Packet | null): boolean => config.ecn && packet?.ecnCapable === true

/** The control law. */
const after = (config: CodelConfig, fromUs: number, count: number): number =>
  fromUs + Math.round(config.intervalUs / sqrt(count))
