import { clamp } from '../step.ts'
import type { LimitAlgorithm, LimitSample } from './limit.ts'

export interface AimdConfig {
  readonly initialLimit: number
  readonly minLimit: number
  readonly maxLimit: number
  /** In per-mille, 500 to 999. */
  readonly backoffPermille: number
  /** A slower answer counts as a drop. */
  readonly timeoutUs: number
}

/** Netflix/concurrency-limits 78a74b9, `AIMDLimit.Builder`. */
export const AIMD_DEFAULTS: AimdConfig = Object.freeze({
  initialLimit: 20,
  minLimit: 20,
  maxLimit: 200,
  backoffPermille: 900,
  timeoutUs: 5_000_000,
})

export interface AimdState {
  readonly limit: number
}

/**
 * Additive increase, multiplicative decrease (Chiu and Jain 1989) of a concurrency limit, as `AIMDLimit` of
 * Netflix/concurrency-limits: one more for each answer while at least half of the limit is in use, ×0.9 for a drop.
 */
export const aimd: LimitAlgorithm<AimdConfig, AimdState> = {
  initial: (config) => ({ limit: config.initialLimit }),
  update: (config, state, sample) => ({
    limit: clamp(wanted(config, state, sample), config.minLimit, config.maxLimit),
  }),
  limit: (state) => state.limit,
}

function wanted(config: AimdConfig, { limit }: AimdState, sample: LimitSample): number {
  if (sample.dropped || sample.rttUs > config.timeoutUs) return Math.floor((limit * config.backoffPermille) / 1000)
  return sample.inFlight * 2 >= limit ? limit + 1 : limit
}
