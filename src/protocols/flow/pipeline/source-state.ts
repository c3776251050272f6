import type { NodeId } from '../../../base/brand.ts'
import type { Fifo } from '../../../base/fifo.ts'
import type { PersistentMap } from '../../../base/persistent-map.ts'
import type { EnvoyOutlier } from '../breakers/envoy-outlier.ts'
import type { Agenda } from './agenda.ts'
import type { BreakerState } from './breaker.ts'
import type { BudgetState, RetryFailure } from './budget.ts'
import type { Output } from './grants.ts'
import type { LimitState } from './limiter.ts'
import type { RateState } from './rate.ts'
import type { SourceSettings } from './settings.ts'
import type { ThrottleState } from './throttle.ts'
import type { FlowDurable, PartConfig } from './types.ts'

/** A source and the client behind it, as an immutable value. */
export interface SourceState {
  readonly kind: 'source'
  readonly config: PartConfig
  readonly durable: FlowDurable<SourceSettings>
  readonly outputs: readonly Output[]
  readonly turn: number
  /** Attempts in flight of each output. */
  readonly loads: readonly number[]
  /** Requests made so far: the next one's number. */
  readonly made: number
  /** Draws of the load so far (thoughts included). */
  readonly drawn: number
  /** Rises with every new load: what the former one had planned is void. */
  readonly loadNumber: number
  /** Users of a closed load who think now. */
  readonly thinking: number
  /** Every request that has not ended, by its number. */
  readonly calls: PersistentMap<Call>
  /** Numbers of requests whose attempt waits for a permit, for demand, or for an output. */
  readonly backlog: Fifo<Waiting>
  /** Attempts sent and neither answered nor given up. */
  readonly inFlight: number
  readonly retriesInFlight: number
  readonly breaker: BreakerState
  readonly throttle: ThrottleState
  readonly budget: BudgetState
  readonly limit: LimitState
  readonly rate: RateState
  readonly outlier: EnvoyOutlier | null
  readonly agenda: Agenda<SourceWork>
  readonly counts: SourceCounts
  /** When a note of the memory limit may be made again. */
  readonly limitNotedUs: number
  /** Requests that ended in the last step, for who measures. */
  readonly ended: readonly Ended[]
}

/** An attempt that waits; it is void when its call has gone on. */
export interface Waiting {
  readonly call: number
  readonly attempt: number
}

/** A request that has not ended. */
export interface Call {
  /** Unique among all sources: what {@link Parcel.id} says. */
  readonly id: number
  readonly bornUs: number
  readonly priority: number
  /** 0 for the first. */
  readonly attempt: number
  /** Null: the attempt is not under way: it waits in the backlog, or for its retry. */
  readonly flight: { readonly sentUs: number; readonly output: NodeId; readonly inFlight: number } | null
  readonly lastBackoffUs: number
  /** The failure that had made this attempt necessary; null: it is the first. */
  readonly retryOf: RetryFailure | null
  /** The load that made it: a user of an old load does not think again. */
  readonly load: number
  readonly deadlineUs: number | null
}

export type SourceWork =
  /** `load`: the number of the load that planned it. */
  | { readonly kind: 'arrival'; readonly load: number }
  | { readonly kind: 'thought'; readonly load: number }
  | { readonly kind: 'timeout'; readonly call: number; readonly attempt: number }
  | { readonly kind: 'retry'; readonly call: number }
  /** An attempt that the rate limit held back goes now. */
  | { readonly kind: 'release'; readonly call: number; readonly attempt: number }
  /** A permit may be free: look at the backlog. */
  | { readonly kind: 'look' }
  | { readonly kind: 'limit' }
  | { readonly kind: 'outlier' }

/** What has happened here since the source began (or began again after a crash). Integers. */
export interface SourceCounts {
  /** Requests: made = succeeded + failed + those in `calls`. */
  readonly made: number
  readonly succeeded: number
  readonly failed: number
  /** Attempts that were sent: sent = answered + timedOut + inFlight. */
  readonly sent: number
  readonly answered: number
  readonly timedOut: number
  /** Retries that were sent, of those attempts. */
  readonly retried: number
  /** Answers that were refusals, of those answered. */
  readonly refused: number
  /** Answers that came after the client had given up: work for nothing. */
  readonly late: number
  /** Requests that failed before anything was sent: breaker or throttle, full backlog. */
  readonly shortCircuited: number
  readonly overflowed: number
  /** Retries that the budget forbade. */
  readonly forbidden: number
  /** Sum over requests that succeeded of the time from birth to answer. */
  readonly succeededUs: number
  /** Area under the number of open requests (thinking users are none), up to `countedUs`. */
  readonly openAreaUs: number
  readonly countedUs: number
}

/** A request that has ended. */
export interface Ended {
  readonly id: number
  readonly priority: number
  readonly latencyUs: number
  readonly attempts: number
  readonly succeeded: boolean
}
