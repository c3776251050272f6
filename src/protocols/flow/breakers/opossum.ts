import { countInWindow, emptyWindow, type RollingWindow, windowSums } from '../rolling-window.ts'
import type { Breaker } from './breaker.ts'

export interface OpossumConfig {
  readonly errorThresholdPercent: number
  /** A call that takes longer has failed. */
  readonly timeoutUs: number
  readonly resetTimeoutUs: number
  readonly windowUs: number
  readonly buckets: number
  /** With fewer calls in the window it does not open. */
  readonly volumeThreshold: number
}

/** opossum (npm), `lib/circuit.js`. */
export const OPOSSUM_DEFAULTS: OpossumConfig = Object.freeze({
  errorThresholdPercent: 50,
  timeoutUs: 10_000_000,
  resetTimeoutUs: 30_000_000,
  windowUs: 10_000_000,
  buckets: 10,
  volumeThreshold: 0,
})

/** Counts calls (opossum's `fires`), and which of them failed. */
type Stats = RollingWindow

export type OpossumState =
  | { readonly kind: 'closed'; readonly stats: Stats }
  | { readonly kind: 'open'; readonly stats: Stats; readonly sinceUs: number }
  /** The one trial is under way. */
  | { readonly kind: 'half-open'; readonly stats: Stats }

/**
 * The breaker of opossum: more failures than half of all calls in 10 s open it; after 30 s one call is tried. Two of its
 * habits are kept: calls that it refused count as calls, and closing forgets nothing, so that a failure soon after may
 * open it again at once.
 */
export const opossum: Breaker<OpossumConfig, OpossumState> = {
  initial: () => ({ kind: 'closed', stats: emptyWindow }),
  ask(config, state, nowUs) {
    const stats = countInWindow(config, state.stats, 1, 0, nowUs)
    if (state.kind === 'closed') return { state: { ...state, stats }, outcome: true }
    if (isReset(config, state, nowUs)) return { state: { kind: 'half-open', stats }, outcome: true }
    return { state: { ...state, stats }, outcome: false }
  },
  record(config, state, call, nowUs) {
    if (call.succeeded && call.tookUs <= config.timeoutUs) {
      return state.kind === 'half-open' ? { kind: 'closed', stats: state.stats } : state
    }
    const stats = countInWindow(config, state.stats, 0, 1, nowUs)
    const { all: fires, some: failures } = windowSums(config, stats, nowUs)
    const isBad = fires >= config.volumeThreshold && failures * 100 > config.errorThresholdPercent * fires
    if (state.kind === 'open') return { ...state, stats }
    return state.kind === 'half-open' || isBad ? { kind: 'open', stats, sinceUs: nowUs } : { ...state, stats }
  },
  phase: (config, state, nowUs) => (isReset(config, state, nowUs) ? 'half-open' : state.kind),
}

const isReset = (config: OpossumConfig, state: OpossumState, nowUs: number): boolean =>
  state.kind === 'open' && nowUs >= state.sinceUs + config.resetTimeoutUs
