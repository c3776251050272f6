/**
 * What moves through a pipeline: a request, a message, a segment. The same value in every buffer, limiter and queue
 * discipline; a mechanism that needs more (a position, a mark) keeps it beside the item, never in it.
 */
export interface Item {
  /** Unique in a run: the trace id. A retry keeps the id of its request and raises `attempt`. */
  readonly id: number
  /** The flow, tenant or kind that it belongs to, from 0: what fair queueing shares between. */
  readonly class: number
  /** 0 is the most urgent. */
  readonly priority: number
  /** When the request was first sent (of its first attempt): what an end-to-end latency counts from. */
  readonly bornUs: number
  /** The instant from which nobody waits for the answer any more. Null: somebody always does. */
  readonly deadlineUs: number | null
  /** 0 for the first attempt. */
  readonly attempt: number
  readonly sizeBytes: number
  /** The work that it brings: how long one server of speed 1 needs for it. */
  readonly serviceUs: number
}

/** An item of which only `id` must be said: class 0, most urgent, born at 0, nobody hurries, no size and no work. */
export const item = (given: Partial<Item> & Pick<Item, 'id'>): Item => ({
  class: 0,
  priority: 0,
  bornUs: 0,
  deadlineUs: null,
  attempt: 0,
  sizeBytes: 0,
  serviceUs: 0,
  ...given,
})
