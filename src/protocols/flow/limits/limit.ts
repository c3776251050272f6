import { sqrt } from '../../../base/elementary.ts'

/** One finished request, as a concurrency limit sees it. */
export interface LimitSample {
  /** How long it took, above 0. */
  readonly rttUs: number
  /** How many were in flight when it was sent, itself included. */
  readonly inFlight: number
  /** It timed out, or was refused for overload. */
  readonly dropped: boolean
}

/**
 * A concurrency limit that finds itself. It sees samples only, never the server: what a client or a gateway can do.
 * `entropy` is used by those that probe at irregular times.
 */
export interface LimitAlgorithm<Config, State> {
  initial(config: Config, entropy: number): State
  update(config: Config, state: State, sample: LimitSample, nowUs: number, entropy: number): State
  /** How many requests may be in flight, at least 1. */
  limit(state: State): number
}

/** Floor of the logarithm to the base 10 of an integer, at least 1: `Log10RootFunction` of Netflix/concurrency-limits. */
export function wholeLog10(limit: number): number {
  let digits = 0
  for (let rest = Math.floor(limit); rest >= 10; rest = Math.floor(rest / 10)) digits++
  return Math.max(1, digits)
}

/** Floor of the square root, at least `baseline`: `SquareRootFunction` of Netflix/concurrency-limits. */
export const wholeRoot = (limit: number, baseline: number): number =>
  Math.max(baseline, Math.floor(sqrt(Math.floor(limit))))
