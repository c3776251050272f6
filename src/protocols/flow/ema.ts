import { exp } from '../../base/elementary.ts'

/**
 * An exponential moving average over stamps at irregular distances: what is `window` old has lost all but 1/e of its
 * weight. Source: Finagle, `com.twitter.finagle.util.Ema`: w = exp(−Δ/window), average ← x·(1 − w) + average·w.
 */
export interface Ema {
  readonly stamp: number
  readonly average: number
}

/** The average after `sample` at `stamp` (an instant, or the number of a request); the first sample is the average. */
export function updateEma(ema: Ema | null, window: number, stamp: number, sample: number): Ema {
  if (ema === null) return { stamp, average: sample }
  const weight = exp(-Math.max(0, stamp - ema.stamp) / window)
  return { stamp, average: sample * (1 - weight) + ema.average * weight }
}
