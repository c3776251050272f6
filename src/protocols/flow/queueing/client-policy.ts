import type { Breaker, Call } from '../breakers/breaker.ts'
import type { BackoffConfig } from '../retries/backoff.ts'
import type { EnvoyBudgetConfig } from '../retries/budget-envoy.ts'
import type { FinagleBudgetConfig } from '../retries/budget-finagle.ts'

/**
 * Who sends the customers of an open source: each is an attempt of a request. The client waits for an answer only so
 * long, and may ask again; a server does not see that nobody waits any more, and goes on working on the old attempt.
 */
export interface ClientPolicy {
  /** From an attempt to its abandonment. */
  readonly timeoutUs: number
  /** Attempts after the first one, at most. */
  readonly retries: number
  /** The pause before a retry; null: none. */
  readonly backoff: BackoffConfig | null
  /** What retries are paid from; null: they are free. */
  readonly budget: RetryBudget | null
  /** One for all requests of the source. An attempt that it forbids has failed at once, and costs the server nothing. */
  readonly breaker: (() => Guard) | null
}

/** A breaker at work, with its settings and its state. */
export interface Guard {
  /** May a call be made now? To be asked once a call. */
  lets(nowUs: number): boolean
  record(call: Call, nowUs: number): void
}

/** What makes such a breaker: each run has its own. */
export const guard =
  <Config, State>(breaker: Breaker<Config, State>, config: Config) =>
  (): Guard => {
    let state = breaker.initial(config)
    return {
      lets(nowUs) {
        const asked = breaker.ask(config, state, nowUs)
        state = asked.state
        return asked.outcome
      },
      record(call, nowUs) {
        state = breaker.record(config, state, call, nowUs)
      },
    }
  }

export type RetryBudget =
  | ({ readonly kind: 'finagle' } & FinagleBudgetConfig)
  | ({ readonly kind: 'envoy' } & EnvoyBudgetConfig)

/** One attempt, given up after `timeoutUs`. */
export const client = (timeoutUs: number, given: Partial<ClientPolicy> = {}): ClientPolicy => ({
  timeoutUs,
  retries: 0,
  backoff: null,
  budget: null,
  breaker: null,
  ...given,
})

/** More are a mistake, or a way to ask for any amount of memory. */
const RETRIES_MAX = 100

/** Why a client cannot be: empty when it can. */
export function clientProblems({ timeoutUs, retries, backoff }: ClientPolicy): string[] {
  return [
    ...(Number.isInteger(timeoutUs) && timeoutUs >= 1 ? [] : ['the timeout must be an integer of at least 1 us']),
    ...(Number.isInteger(retries) && retries >= 0 && retries <= RETRIES_MAX
      ? []
      : [`retries must be an integer from 0 to ${RETRIES_MAX}, not ${retries}`]),
    ...(backoff === null || (backoff.baseUs >= 0 && backoff.capUs >= backoff.baseUs)
      ? []
      : ['the pauses of a backoff must be 0 or more, its cap at least its base']),
  ]
}
