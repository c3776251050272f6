import { clamp } from '../step.ts'
import type { LimitAlgorithm, LimitSample } from './limit.ts'

export interface WindowedConfig<Inner> {
  readonly inner: Inner
  readonly minWindowUs: number
  readonly maxWindowUs: number
  /** A window with fewer samples teaches nothing. */
  readonly minSamples: number
  /** Shorter round trips are not samples: they never reached the service. */
  readonly minRttUs: number
}

/** Netflix/concurrency-limits 78a74b9, `WindowedLimit.Builder`. */
export const WINDOWED_DEFAULTS = Object.freeze({
  minWindowUs: 1_000_000,
  maxWindowUs: 1_000_000,
  minSamples: 10,
  minRttUs: 100,
})

export interface WindowedState<Inner> {
  readonly inner: Inner
  readonly nextUpdateUs: number
  readonly count: number
  readonly sumRttUs: number
  readonly minRttUs: number
  readonly maxInFlight: number
  readonly dropped: boolean
}

const EMPTY = { count: 0, sumRttUs: 0, minRttUs: Number.POSITIVE_INFINITY, maxInFlight: 0, dropped: false }

/**
 * `WindowedLimit` of Netflix/concurrency-limits: the algorithm inside sees one sample a window, the mean round trip, the
 * highest number in flight, and whether anything was dropped. The next window is twice the shortest round trip, within
 * its limits. `nowUs` is the end of the sample.
 */
export function windowed<Config, State>(
  algorithm: LimitAlgorithm<Config, State>,
): LimitAlgorithm<WindowedConfig<Config>, WindowedState<State>> {
  return {
    initial: (config, entropy) => ({ inner: algorithm.initial(config.inner, entropy), nextUpdateUs: 0, ...EMPTY }),
    update(config, state, sample, nowUs, entropy) {
      if (sample.rttUs < config.minRttUs) return state
      const window = withSample(state, sample)
      if (nowUs <= state.nextUpdateUs) return window
      const nextUpdateUs = nowUs + clamp(window.minRttUs * 2, config.minWindowUs, config.maxWindowUs)
      const inner =
        window.count < config.minSamples
          ? state.inner
          : algorithm.update(config.inner, state.inner, summary(window), nowUs, entropy)
      return { inner, nextUpdateUs, ...EMPTY }
    },
    limit: (state) => algorithm.limit(state.inner),
  }
}

function withSample<State>(state: WindowedState<State>, sample: LimitSample): WindowedState<State> {
  return {
    inner: state.inner,
    nextUpdateUs: state.nextUpdateUs,
    count: state.count + 1,
    sumRttUs: state.sumRttUs + sample.rttUs,
    minRttUs: Math.min(state.minRttUs, sample.rttUs),
    maxInFlight: Math.max(state.maxInFlight, sample.inFlight),
    dropped: state.dropped || sample.dropped,
  }
}

const summary = <State>(window: WindowedState<State>): LimitSample => ({
  rttUs: Math.floor(window.sumRttUs / window.count),
  inFlight: window.maxInFlight,
  dropped: window.dropped,
})
