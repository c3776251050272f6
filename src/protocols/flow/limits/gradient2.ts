import { clamp } from '../step.ts'
import type { LimitAlgorithm } from './limit.ts'

export interface Gradient2Config {
  readonly initialLimit: number
  readonly minLimit: number
  readonly maxLimit: number
  readonly smoothing: number
  /** How far the limit grows while latency stays. */
  readonly queueSize: number
  /** The long average is exponential with weight 2/(longWindow + 1)… */
  readonly longWindow: number
  /** …and the mean of all samples up to this many. */
  readonly warmUp: number
  readonly tolerance: number
}

/** Netflix/concurrency-limits 78a74b9, `Gradient2Limit.Builder`. */
export const GRADIENT2_DEFAULTS: Gradient2Config = Object.freeze({
  initialLimit: 20,
  minLimit: 20,
  maxLimit: 200,
  smoothing: 0.2,
  queueSize: 4,
  longWindow: 600,
  warmUp: 10,
  tolerance: 1.5,
})

export interface Gradient2State {
  readonly estimate: number
  /** The long-term average of the round trip, in µs; 0 before the first sample. */
  readonly longRttUs: number
  /** Samples of the warm-up so far, and their sum. */
  readonly warmed: number
  readonly warmUpSumUs: number
}

/**
 * `Gradient2Limit` of Netflix/concurrency-limits: the gradient compares the newest round trip with a long average
 * instead of a minimum, so that an outlier that was once fast does not starve the service for ever.
 */
export const gradient2: LimitAlgorithm<Gradient2Config, Gradient2State> = {
  initial: (config) => ({ estimate: config.initialLimit, longRttUs: 0, warmed: 0, warmUpSumUs: 0 }),
  update(config, state, sample) {
    const averaged = withSample(config, state, sample.rttUs)
    const longRttUs = averaged.longRttUs
    // Latency is back to normal after a long overload: help the average down, or it would call a new queue normal.
    const next = longRttUs / sample.rttUs > 2 ? { ...averaged, longRttUs: longRttUs * 0.95 } : averaged
    if (sample.inFlight < state.estimate / 2) return next
    const slope = clamp((config.tolerance * longRttUs) / sample.rttUs, 0.5, 1)
    const wish = state.estimate * slope + config.queueSize
    const estimate = state.estimate * (1 - config.smoothing) + wish * config.smoothing
    const { warmed, warmUpSumUs } = next
    return {
      estimate: clamp(estimate, config.minLimit, config.maxLimit),
      longRttUs: next.longRttUs,
      warmed,
      warmUpSumUs,
    }
  },
  limit: (state) => Math.floor(state.estimate),
}

function withSample(config: Gradient2Config, state: Gradient2State, rttUs: number): Gradient2State {
  if (state.warmed < config.warmUp) {
    const [warmed, warmUpSumUs] = [state.warmed + 1, state.warmUpSumUs + rttUs]
    return { ...state, warmed, warmUpSumUs, longRttUs: warmUpSumUs / warmed }
  }
  const weight = 2 / (config.longWindow + 1)
  const { estimate, warmed, warmUpSumUs } = state
  return { estimate, longRttUs: state.longRttUs * (1 - weight) + rttUs * weight, warmed, warmUpSumUs }
}
