/**
 * Reactive Streams: demand flows up, at most as many elements flow down. Specification 1.0.4 of reactive-streams-jvm,
 * rule numbers as there. `publisher` and `subscriber` behave well; the referee (referee.ts) watches any others.
 */

/** 3.17: demand of 2^63 - 1 or more is unbounded. */
export const UNBOUNDED = Number.POSITIVE_INFINITY

/** From this on a sum of requests counts as unbounded: where doubles stop counting exactly. */
const DEMAND_MAX = Number.MAX_SAFE_INTEGER

/** 3.8: requests add up; 3.17: and saturate. */
export function addDemand(demand: number, requested: number): number {
  const sum = demand + requested
  return sum >= DEMAND_MAX ? UNBOUNDED : sum
}

/** A publisher's side of one subscription: it counts, and sends nothing that was not asked for. */
export interface PublisherState {
  readonly status: 'active' | 'completed' | 'failed' | 'cancelled'
  readonly demand: number
  /** Elements given to it that nobody has asked for yet. */
  readonly waiting: number
  /** The source has ended: complete when nothing waits. */
  readonly ending: boolean
  readonly emitted: number
}

export type PublisherEvent =
  | { readonly kind: 'request'; readonly n: number }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'offer'; readonly elements: number }
  | { readonly kind: 'end' }

export type PublisherSignal =
  | { readonly kind: 'next'; readonly count: number }
  | { readonly kind: 'complete' }
  | { readonly kind: 'error'; readonly reason: 'IllegalArgument' }

export const PUBLISHER_START: PublisherState = Object.freeze({
  status: 'active',
  demand: 0,
  waiting: 0,
  ending: false,
  emitted: 0,
})

export function stepPublisher(
  state: PublisherState,
  event: PublisherEvent,
): { state: PublisherState; outcome: readonly PublisherSignal[] } {
  // 3.6, 3.7: whatever comes after the end or a cancel does nothing.
  if (state.status !== 'active') return { state, outcome: [] }
  switch (event.kind) {
    case 'cancel':
      return { state: { ...state, status: 'cancelled', waiting: 0, demand: 0 }, outcome: [] }
    case 'request':
      // 3.9: a request of nothing or less is an error, said by a signal and not by an exception.
      if (!(event.n > 0))
        return { state: { ...state, status: 'failed' }, outcome: [{ kind: 'error', reason: 'IllegalArgument' }] }
      return drained({ ...state, demand: addDemand(state.demand, event.n) })
    case 'offer':
      return drained({ ...state, waiting: state.waiting + event.elements })
    default:
      return drained({ ...state, ending: true })
  }
}

/** One loop, not a call from within a call: 3.3 bounds the recursion at one. */
function drained(state: PublisherState): { state: PublisherState; outcome: readonly PublisherSignal[] } {
  const count = Math.min(state.demand, state.waiting)
  const outcome: PublisherSignal[] = count > 0 ? [{ kind: 'next', count }] : []
  const { demand, waiting, emitted } = state
  const next = { ...state, demand: demand - count, waiting: waiting - count, emitted: emitted + count }
  if (!next.ending || next.waiting > 0) return { state: next, outcome }
  return { state: { ...next, status: 'completed' }, outcome: [...outcome, { kind: 'complete' }] }
}

/** How a subscriber asks: so many ahead, and again when so many of them are done. */
export interface PrefetchConfig {
  readonly prefetch: number
  readonly replenish: number
}

/** Reactor: Queues.SMALL_BUFFER_SIZE 256, replenished at three quarters (prefetch - (prefetch >> 2)). */
export const REACTOR_PREFETCH: PrefetchConfig = Object.freeze({ prefetch: 256, replenish: 192 })

/** RxJava: Flowable.bufferSize() 128, replenished at three quarters. */
export const RXJAVA_PREFETCH: PrefetchConfig = Object.freeze({ prefetch: 128, replenish: 96 })

/** `request(Long.MAX_VALUE)`: no backpressure at all. */
export const NO_BACKPRESSURE: PrefetchConfig = Object.freeze({ prefetch: UNBOUNDED, replenish: UNBOUNDED })

export interface SubscriberState {
  /** Asked for and not yet come; come and not yet done; done since the last request. */
  readonly outstanding: number
  readonly buffered: number
  readonly doneSinceRequest: number
}

export type SubscriberEvent =
  | { readonly kind: 'subscribed' }
  | { readonly kind: 'next'; readonly count: number }
  | { readonly kind: 'done'; readonly count: number }

export const SUBSCRIBER_START: SubscriberState = Object.freeze({ outstanding: 0, buffered: 0, doneSinceRequest: 0 })

/** `outcome`: what to request now, 0 for nothing. */
export function stepSubscriber(
  { prefetch, replenish }: PrefetchConfig,
  state: SubscriberState,
  event: SubscriberEvent,
): { state: SubscriberState; outcome: number } {
  if (event.kind === 'subscribed') return { state: { ...state, outstanding: prefetch }, outcome: prefetch }
  if (event.kind === 'next') {
    const { outstanding, buffered } = state
    const next = { ...state, outstanding: outstanding - event.count, buffered: buffered + event.count }
    return { state: next, outcome: 0 }
  }
  const buffered = state.buffered - event.count
  const doneSinceRequest = state.doneSinceRequest + event.count
  if (doneSinceRequest < replenish) return { state: { ...state, buffered, doneSinceRequest }, outcome: 0 }
  const outstanding = state.outstanding + doneSinceRequest
  return { state: { outstanding, buffered, doneSinceRequest: 0 }, outcome: doneSinceRequest }
}
