import type { Step } from '../step.ts'
import type { Admission, RateConfig } from './token-bucket.ts'

/**
 * The theoretical arrival time of the next event, in parts of a microsecond (`tokens` of them in one): with integers
 * the decisions are those of the token bucket, one by one.
 */
export interface Gcra {
  readonly theoreticalArrival: number
}

export const freshGcra: Gcra = Object.freeze({ theoreticalArrival: 0 })

/**
 * The generic cell rate algorithm (ITU-T I.371, ATM Forum UNI 3.1), virtual scheduling: with emission interval T and
 * tolerance τ, an event at t ≥ TAT passes and TAT = t + T; at t ≥ TAT − τ it passes and TAT += T; else TAT stays.
 * With T = 1/rate and τ = (burst − 1)·T it is the token bucket, and keeps one number instead of two.
 */
export function conform(config: RateConfig, state: Gcra, nowUs: number): Step<Gcra, Admission> {
  const emission = config.perUs
  const tolerance = (config.burst - 1) * config.perUs
  const arrival = nowUs * config.tokens
  const early = state.theoreticalArrival - tolerance - arrival
  if (early > 0) return { state, outcome: { allowed: false, retryAfterUs: Math.ceil(early / config.tokens) } }
  const theoreticalArrival = Math.max(arrival, state.theoreticalArrival) + emission
  return { state: { theoreticalArrival }, outcome: { allowed: true, retryAfterUs: 0 } }
}
