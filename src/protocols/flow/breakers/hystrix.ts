import { countInWindow, emptyWindow, type RollingWindow, windowSums } from '../rolling-window.ts'
import type { Breaker } from './breaker.ts'

export interface HystrixConfig {
  readonly requestVolumeThreshold: number
  readonly errorThresholdPercent: number
  readonly sleepWindowUs: number
  readonly windowUs: number
  /** The circuit is only judged at the end of such a part of the window. */
  readonly snapshotUs: number
}

/** Hystrix 1.5, `HystrixCommandProperties`. */
export const HYSTRIX_DEFAULTS: HystrixConfig = Object.freeze({
  requestVolumeThreshold: 20,
  errorThresholdPercent: 50,
  sleepWindowUs: 5_000_000,
  windowUs: 10_000_000,
  snapshotUs: 500_000,
})

/** Counts calls, and which of them failed. */
type Health = RollingWindow

export type HystrixState =
  | { readonly kind: 'closed'; readonly health: Health }
  | { readonly kind: 'open'; readonly health: Health; readonly openedUs: number }
  | { readonly kind: 'half-open'; readonly health: Health }

/** The whole window and the part that is being filled, which is not judged yet. */
const rolling = ({ windowUs, snapshotUs }: HystrixConfig) => ({
  windowUs: windowUs + snapshotUs,
  buckets: Math.round(windowUs / snapshotUs) + 1,
})

/**
 * The breaker of Hystrix (`HystrixCircuitBreakerImpl`): at least 20 calls in 10 s, half of them failed, open it; after
 * 5 s one call is tried: its success closes the circuit and forgets the past, its failure opens it for 5 s more.
 */
export const hystrix: Breaker<HystrixConfig, HystrixState> = {
  initial: () => ({ kind: 'closed', health: emptyWindow }),
  ask(config, before, nowUs) {
    const state = judged(config, before, nowUs)
    if (state.kind === 'closed') return { state, outcome: true }
    const isTrial = state.kind === 'open' && nowUs > state.openedUs + config.sleepWindowUs
    return { state: isTrial ? { kind: 'half-open', health: state.health } : state, outcome: isTrial }
  },
  record(config, before, { succeeded }, nowUs) {
    const state = judged(config, before, nowUs)
    if (state.kind === 'half-open' && succeeded) return { kind: 'closed', health: emptyWindow }
    const health = countInWindow(rolling(config), state.health, 1, succeeded ? 0 : 1, nowUs)
    return state.kind === 'half-open' ? { kind: 'open', health, openedUs: nowUs } : { ...state, health }
  },
  phase: (config, state, nowUs) => judged(config, state, nowUs).kind,
}

/** Opens a closed circuit if it was bad at the end of the part of the window in which the last call ended. */
function judged(config: HystrixConfig, state: HystrixState, nowUs: number): HystrixState {
  const endUs = (state.health.newest + 1) * config.snapshotUs
  if (state.kind !== 'closed' || nowUs < endUs) return state
  const { all: calls, some: errors } = windowSums(rolling(config), state.health, endUs)
  const isBad = calls >= config.requestVolumeThreshold && percent(errors, calls) >= config.errorThresholdPercent
  return isBad ? { kind: 'open', health: state.health, openedUs: endUs } : state
}

/** Whole percents, rounded down, as Hystrix has them. */
const percent = (part: number, all: number): number => (all === 0 ? 0 : Math.floor((part * 100) / all))
