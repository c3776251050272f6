import { between } from '../../../base/prng.ts'
import { type Ema, updateEma } from '../ema.ts'
import type { Step } from '../step.ts'
import type { BreakerPhase } from './breaker.ts'

export interface FailureAccrualConfig {
  /** So many failures in a row mark an endpoint dead. Null: this policy is off. */
  readonly consecutiveFailures: number | null
  /** An average share of successes below `required` does too. Null: this policy is off. */
  readonly successRate: { readonly required: number; readonly windowUs: number; readonly minRequests: number } | null
  /** Dead for this long at first, doubling with equal jitter… */
  readonly deadFirstUs: number
  /** …up to this. */
  readonly deadMaxUs: number
}

/** Finagle, `FailureAccrualFactory`: 80 % over 30 s and at least 5 requests, or 5 in a row; 5 s to 300 s. */
export const FAILURE_ACCRUAL_DEFAULTS: FailureAccrualConfig = Object.freeze({
  consecutiveFailures: 5,
  successRate: Object.freeze({ required: 0.8, windowUs: 30_000_000, minRequests: 5 }),
  deadFirstUs: 5_000_000,
  deadMaxUs: 300_000_000,
})

export interface FailureAccrual {
  readonly kind: 'alive' | 'dead' | 'probing'
  /** While dead: until when. */
  readonly deadUntilUs: number
  /** How often it was marked dead since it was last revived. */
  readonly deaths: number
  readonly failuresInRow: number
  readonly successes: Ema | null
  readonly requests: number
  /** When the endpoint appeared, or was last revived. */
  readonly sinceUs: number
}

export const freshEndpoint = (nowUs: number): FailureAccrual => ({
  kind: 'alive',
  deadUntilUs: 0,
  deaths: 0,
  failuresInRow: 0,
  successes: null,
  requests: 0,
  sinceUs: nowUs,
})

/** May a request go to this endpoint? When its time is over, one does: the probe. */
export function askEndpoint(state: FailureAccrual, nowUs: number): Step<FailureAccrual, boolean> {
  if (state.kind === 'alive') return { state, outcome: true }
  const isProbe = state.kind === 'dead' && nowUs >= state.deadUntilUs
  return { state: isProbe ? { ...state, kind: 'probing' } : state, outcome: isProbe }
}

/** For the screen, in the words of breakers. */
export function endpointPhase(state: FailureAccrual, nowUs: number): BreakerPhase {
  if (state.kind === 'alive') return 'closed'
  return state.kind === 'dead' && nowUs < state.deadUntilUs ? 'open' : 'half-open'
}

/**
 * Failure accrual of Finagle (`FailureAccrualFactory`, `FailureAccrualPolicy`), an endpoint each: five failures in a row,
 * or too few successes, mark it dead; then one probe decides. Finagle keeps a pause for each policy, here they share one.
 */
export function recordEndpoint(
  config: FailureAccrualConfig,
  state: FailureAccrual,
  succeeded: boolean,
  nowUs: number,
  entropy: number,
): FailureAccrual {
  // Late answers to an endpoint that is dead already.
  if (state.kind === 'dead') return state
  if (succeeded && state.kind === 'probing') return freshEndpoint(nowUs)
  const next = counted(config, state, succeeded, nowUs)
  if (succeeded) return next
  if (isTooBad(config, next, nowUs)) {
    const deadUntilUs = nowUs + deadForUs(config, state.deaths, entropy)
    return { ...next, kind: 'dead', deadUntilUs, deaths: state.deaths + 1 }
  }
  // The probe failed, and no policy minds: probe again.
  return state.kind === 'probing' ? { ...next, kind: 'dead', deadUntilUs: nowUs } : next
}

function counted(
  { successRate }: FailureAccrualConfig,
  state: FailureAccrual,
  succeeded: boolean,
  nowUs: number,
): FailureAccrual {
  return {
    ...state,
    failuresInRow: succeeded ? 0 : state.failuresInRow + 1,
    requests: state.requests + 1,
    successes:
      successRate === null
        ? null
        : updateEma(state.successes, successRate.windowUs, nowUs - state.sinceUs, succeeded ? 1 : 0),
  }
}

function isTooBad(config: FailureAccrualConfig, state: FailureAccrual, nowUs: number): boolean {
  const { consecutiveFailures, successRate } = config
  if (consecutiveFailures !== null && state.failuresInRow >= consecutiveFailures) return true
  if (successRate === null || state.successes === null) return false
  const knowsEnough = nowUs - state.sinceUs >= successRate.windowUs && state.requests >= successRate.minRequests
  return knowsEnough && state.successes.average < successRate.required
}

/** The first pause is exact; the n-th after it lies between 2^(n−1) and 2^n times the first (`Backoff.equalJittered`). */
export function deadForUs(config: FailureAccrualConfig, deaths: number, entropy: number): number {
  if (deaths === 0) return Math.min(config.deadFirstUs, config.deadMaxUs)
  let half = config.deadFirstUs
  for (let n = 1; n < deaths && half < config.deadMaxUs; n++) half *= 2
  return Math.min(config.deadMaxUs, half + between(entropy, 0, half - 1))
}
