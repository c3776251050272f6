import type { LimitName, RealPlan } from './plan.ts'

/** What the page and its workers say to each other. `Port` stands for the platform's MessagePort, which this room cannot name. */

/** Items since the start, as one worker counts them. */
export interface Counters {
  /** Came out of the pipe into the worker's own code. */
  readonly received: number
  /** Work on it began. */
  readonly begun: number
  readonly done: number
  /** Given up by an operator. */
  readonly dropped: number
  /** Handed to the pipe behind. */
  readonly sent: number
  /** How old the item was on which work began last, ms. */
  readonly ageMs: number
}

export const NO_COUNTERS: Counters = { received: 0, begun: 0, done: 0, dropped: 0, sent: 0, ageMs: 0 }

/** What the page tells a worker. */
export type Order<Port> =
  | { readonly kind: 'start'; readonly plan: RealPlan; readonly before: Port | null; readonly behind: Port | null }
  /** `closed`: items that are done, dropped or lost, anywhere. */
  | { readonly kind: 'ping'; readonly number: number; readonly closed: number }
  | { readonly kind: 'hold'; readonly held: boolean }

/**
 * All workers count at the same instants, this far apart, ms: what they say is put together to one photograph, also of those
 * who say it late.
 */
export const INSTANT_MS = 250

/** What was counted when an instant passed: a multiple of {@link INSTANT_MS} since the epoch. */
export interface Count {
  readonly instant: number
  readonly counters: Counters
}

/** What a worker tells the page: an answer to a ping, or, when its event loop does not get to pings, unasked. */
export interface Report {
  /** The ping that is answered; null when unasked. */
  readonly pong: number | null
  /** The last few counts, newest last. Between two of them nothing has changed before the later one's period. */
  readonly counts: readonly Count[]
  /** What has stopped the producer for good. */
  readonly limit: LimitName | null
}
