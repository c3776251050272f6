import type { Step } from '../step.ts'
import type { Admission } from './token-bucket.ts'

/** At most `limit` events in each window of `windowUs`, counted from instant 0. */
export interface FixedWindowConfig {
  readonly limit: number
  readonly windowUs: number
}

export interface FixedWindow {
  /** Number of the window since instant 0. */
  readonly window: number
  readonly count: number
}

export const freshWindow: FixedWindow = Object.freeze({ window: 0, count: 0 })

/**
 * The fixed window counter: cheap, and wrong at the boundary, where the last moment of one window and the first of the
 * next together let 2·limit through.
 */
export function countInFixedWindow(
  config: FixedWindowConfig,
  state: FixedWindow,
  nowUs: number,
): Step<FixedWindow, Admission> {
  const window = Math.floor(nowUs / config.windowUs)
  const count = window === state.window ? state.count : 0
  if (count < config.limit) {
    return { state: { window, count: count + 1 }, outcome: { allowed: true, retryAfterUs: 0 } }
  }
  return { state, outcome: { allowed: false, retryAfterUs: (window + 1) * config.windowUs - nowUs } }
}
