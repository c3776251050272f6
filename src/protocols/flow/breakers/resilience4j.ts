import { AppendList } from '../../../base/append-list.ts'
import type { Breaker, Call } from './breaker.ts'

export interface Resilience4jConfig {
  readonly failureRatePercent: number
  /** Of slow calls, successful or not. */
  readonly slowCallRatePercent: number
  readonly slowCallUs: number
  /** The last so many calls count. */
  readonly slidingWindowSize: number
  readonly minimumCalls: number
  readonly waitInOpenUs: number
  readonly permittedInHalfOpen: number
}

/** resilience4j, `CircuitBreakerConfig`: a count-based window. */
export const RESILIENCE4J_DEFAULTS: Resilience4jConfig = Object.freeze({
  failureRatePercent: 50,
  slowCallRatePercent: 100,
  slowCallUs: 60_000_000,
  slidingWindowSize: 100,
  minimumCalls: 100,
  waitInOpenUs: 60_000_000,
  permittedInHalfOpen: 10,
})

/** The last calls and their sums. */
interface Calls {
  readonly list: AppendList<{ readonly failed: 0 | 1; readonly slow: 0 | 1 }>
  /** Position of the oldest that counts. */
  readonly from: number
  readonly failed: number
  readonly slow: number
}

export type Resilience4jState =
  | { readonly kind: 'closed'; readonly calls: Calls }
  | { readonly kind: 'open'; readonly sinceUs: number }
  | { readonly kind: 'half-open'; readonly calls: Calls; readonly permits: number }

const noCalls: Calls = { list: AppendList.empty(), from: 0, failed: 0, slow: 0 }

/**
 * The breaker of resilience4j (`CircuitBreakerStateMachine`): it opens when of the last 100 calls half failed or all
 * were slow; after a minute ten calls pass, and decide together. While it is open, late results change nothing.
 */
export const resilience4j: Breaker<Resilience4jConfig, Resilience4jState> = {
  initial: () => ({ kind: 'closed', calls: noCalls }),
  ask(config, before, nowUs) {
    const state = awake(config, before, nowUs)
    if (state.kind === 'closed') return { state, outcome: true }
    if (state.kind === 'open' || state.permits === 0) return { state, outcome: false }
    return { state: { ...state, permits: state.permits - 1 }, outcome: true }
  },
  record(config, state, call, nowUs) {
    if (state.kind === 'open') return state
    const size = state.kind === 'closed' ? config.slidingWindowSize : config.permittedInHalfOpen
    const calls = withCall(state.calls, size, config, call)
    const count = calls.list.end - calls.from
    if (count < Math.min(config.minimumCalls, size)) return { ...state, calls }
    const isBad =
      calls.failed * 100 >= config.failureRatePercent * count || calls.slow * 100 >= config.slowCallRatePercent * count
    if (isBad) return { kind: 'open', sinceUs: nowUs }
    return state.kind === 'closed' ? { ...state, calls } : { kind: 'closed', calls: noCalls }
  },
  phase: (config, state, nowUs) => awake(config, state, nowUs).kind,
}

function awake(config: Resilience4jConfig, state: Resilience4jState, nowUs: number): Resilience4jState {
  const isOver = state.kind === 'open' && nowUs > state.sinceUs + config.waitInOpenUs
  return isOver ? { kind: 'half-open', calls: noCalls, permits: config.permittedInHalfOpen } : state
}

function withCall(calls: Calls, size: number, config: Resilience4jConfig, { succeeded, tookUs }: Call): Calls {
  const added = { failed: succeeded ? 0 : 1, slow: tookUs > config.slowCallUs ? 1 : 0 } as const
  const list = calls.list.append(added)
  const gone = list.end - calls.from > size ? list.at(calls.from) : undefined
  const from = gone === undefined ? calls.from : calls.from + 1
  return {
    // Forgets in bulk, so that a call costs O(1) on average.
    list: from - list.start > size ? list.dropBefore(from) : list,
    from,
    failed: calls.failed + added.failed - (gone?.failed ?? 0),
    slow: calls.slow + added.slow - (gone?.slow ?? 0),
  }
}
