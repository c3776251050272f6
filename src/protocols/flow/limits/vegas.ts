import { clamp, unit } from '../step.ts'
import { type LimitAlgorithm, type LimitSample, wholeLog10 } from './limit.ts'

export interface VegasConfig {
  readonly initialLimit: number
  readonly maxLimit: number
  /** Weight of the new limit, above 0 up to 1. */
  readonly smoothing: number
  /** After about this many times the limit, in samples, the round trip without load is measured anew. */
  readonly probeMultiplier: number
  /** How a limit shrinks: by its logarithm (the default), or to its half. */
  readonly decrease: 'log10' | 'half'
}

/** Netflix/concurrency-limits 78a74b9, `VegasLimit.Builder`. */
export const VEGAS_DEFAULTS: VegasConfig = Object.freeze({
  initialLimit: 20,
  maxLimit: 1000,
  smoothing: 1,
  probeMultiplier: 30,
  decrease: 'log10',
})

export interface VegasState {
  /** A real number: {@link vegas.limit} is its floor. */
  readonly estimate: number
  /** The shortest round trip seen since the last probe; null before the first. */
  readonly noLoadRttUs: number | null
  readonly samplesSinceProbe: number
  /** In [0.5, 1): limits that started together do not probe together. */
  readonly probeJitter: number
}

const jitter = (entropy: number): number => 0.5 + unit(entropy) / 2

/**
 * TCP Vegas (Brakmo and Peterson 1995) for requests, as `VegasLimit` of Netflix/concurrency-limits: the queue that a
 * limit L keeps at the server is L·(1 − rttNoLoad/rtt); below α = 3·log10(L) the limit grows, above β = 6·log10(L) it
 * shrinks.
 */
export const vegas: LimitAlgorithm<VegasConfig, VegasState> = {
  initial: (config, entropy) => ({
    estimate: config.initialLimit,
    noLoadRttUs: null,
    samplesSinceProbe: 0,
    probeJitter: jitter(entropy),
  }),
  update(config, state, sample, _nowUs, entropy) {
    const { estimate, noLoadRttUs, probeJitter } = state
    const samplesSinceProbe = state.samplesSinceProbe + 1
    if (probeJitter * config.probeMultiplier * estimate <= samplesSinceProbe) {
      return { estimate, noLoadRttUs: sample.rttUs, samplesSinceProbe: 0, probeJitter: jitter(entropy) }
    }
    if (noLoadRttUs === null || sample.rttUs < noLoadRttUs) {
      return { estimate, noLoadRttUs: sample.rttUs, samplesSinceProbe, probeJitter }
    }
    const wish = clamp(wished(config, estimate, noLoadRttUs, sample), 1, config.maxLimit)
    const smoothed = (1 - config.smoothing) * estimate + config.smoothing * wish
    return { estimate: smoothed, noLoadRttUs, samplesSinceProbe, probeJitter }
  },
  limit: (state) => Math.floor(state.estimate),
}

function wished(config: VegasConfig, estimate: number, noLoadRttUs: number, sample: LimitSample): number {
  const step = wholeLog10(estimate)
  const less = config.decrease === 'half' ? estimate / 2 : estimate - step
  if (sample.dropped) return less
  // Application-limited: the limit is not what holds the load back, so nothing is learnt about it.
  if (sample.inFlight * 2 < estimate) return estimate
  const queue = Math.ceil(estimate * (1 - noLoadRttUs / sample.rttUs))
  if (queue <= step) return estimate + 6 * step
  if (queue < 3 * step) return estimate + step
  return queue > 6 * step ? less : estimate
}
