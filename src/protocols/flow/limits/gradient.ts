import { below } from '../../../base/prng.ts'
import { clamp } from '../step.ts'
import { type LimitAlgorithm, wholeRoot } from './limit.ts'

export interface GradientConfig {
  readonly initialLimit: number
  readonly minLimit: number
  readonly maxLimit: number
  /** The queue that is always allowed; above its square the root of the limit is. */
  readonly queueMin: number
  /** How many times the round trip without load is still no queue. */
  readonly tolerance: number
  /** Weight of the new limit when it is lower. */
  readonly smoothing: number
  readonly backoff: number
  /** Samples between two probes; as many again at most are added by chance. Null: never. */
  readonly probeInterval: number | null
}

/** Netflix/concurrency-limits 78a74b9, `GradientLimit.Builder`. */
export const GRADIENT_DEFAULTS: GradientConfig = Object.freeze({
  initialLimit: 50,
  minLimit: 1,
  maxLimit: 1000,
  queueMin: 4,
  tolerance: 2,
  smoothing: 0.2,
  backoff: 0.9,
  probeInterval: 1000,
})

export interface GradientState {
  readonly estimate: number
  readonly noLoadRttUs: number | null
  /** Samples until the next probe. */
  readonly probeIn: number
}

const countdown = ({ probeInterval }: GradientConfig, entropy: number): number =>
  probeInterval === null ? 0 : probeInterval + below(entropy, probeInterval)

/**
 * `GradientLimit` of Netflix/concurrency-limits: limit ← limit·gradient + queue, with gradient = tolerance·rttMin/rtt in
 * [½, 1] and queue = max(4, √limit). A probe drops the limit to the queue, so that the minimum is measured without load.
 */
export const gradient: LimitAlgorithm<GradientConfig, GradientState> = {
  initial: (config, entropy) => ({
    estimate: config.initialLimit,
    noLoadRttUs: null,
    probeIn: countdown(config, entropy),
  }),
  update(config, state, sample, _nowUs, entropy) {
    const queue = wholeRoot(state.estimate, config.queueMin)
    if (config.probeInterval !== null && state.probeIn <= 0) {
      return { estimate: Math.max(config.minLimit, queue), noLoadRttUs: null, probeIn: countdown(config, entropy) }
    }
    const noLoadRttUs = Math.min(state.noLoadRttUs ?? sample.rttUs, sample.rttUs)
    const next = { ...state, noLoadRttUs, probeIn: state.probeIn - 1 }
    if (!sample.dropped && sample.inFlight < state.estimate / 2) return next
    const slope = clamp((config.tolerance * noLoadRttUs) / sample.rttUs, 0.5, 1)
    const wish = sample.dropped ? state.estimate * config.backoff : state.estimate * slope + queue
    return { ...next, estimate: clamp(smoothed(config, state.estimate, wish), queue, config.maxLimit) }
  },
  limit: (state) => Math.floor(state.estimate),
}

/** Growth at once, shrinking slowly. */
function smoothed(config: GradientConfig, old: number, wish: number): number {
  return wish < old ? Math.max(config.minLimit, old * (1 - config.smoothing) + config.smoothing * wish) : wish
}
