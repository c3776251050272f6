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

/** What a worker tells the page: an answer to a ping, or, when its event loop does not get to pings, unasked. */
export interface Report {
  /** The ping that is answered; null when unasked. */
  readonly pong: number | null
  readonly counters: Counters
  /** What has stopped the producer for good. */
  readonly limit: LimitName | null
}
