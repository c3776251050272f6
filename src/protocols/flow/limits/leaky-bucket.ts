import type { Step } from '../step.ts'

/** A queue that leaks one event every `intervalUs`; at most `capacity` wait or are leaking. */
export interface LeakyBucketConfig {
  readonly intervalUs: number
  readonly capacity: number
}

/** When the last admitted event has leaked. */
export interface LeakyBucket {
  readonly emptyUs: number
}

export const emptyLeakyBucket: LeakyBucket = Object.freeze({ emptyUs: 0 })

/**
 * The leaky bucket as a queue (Turner 1986): it smooths where the token bucket lets bursts through. Poisson arrivals see
 * an M/D/1/K. The outcome is the instant at which the event leaves, or null when the bucket runs over.
 */
export function pour(config: LeakyBucketConfig, state: LeakyBucket, nowUs: number): Step<LeakyBucket, number | null> {
  const startUs = Math.max(nowUs, state.emptyUs)
  const waiting = Math.ceil((startUs - nowUs) / config.intervalUs)
  if (waiting >= config.capacity) return { state, outcome: null }
  const emptyUs = startUs + config.intervalUs
  return { state: { emptyUs }, outcome: emptyUs }
}
