import { unreachable } from '../../../base/assert.ts'
import { type AimdState, aimd } from '../limits/aimd.ts'
import {
  type EnvoyGradient,
  envoyGradientWakesUs,
  initialEnvoyGradient,
  recordEnvoyRtt,
  tickEnvoyGradient,
} from '../limits/envoy-gradient.ts'
import { type GradientState, gradient } from '../limits/gradient.ts'
import { type Gradient2State, gradient2 } from '../limits/gradient2.ts'
import { type VegasState, vegas } from '../limits/vegas.ts'
import { WINDOWED_DEFAULTS, type WindowedState, windowed } from '../limits/windowed.ts'
import { chosen } from './chosen.ts'
import type { Limit } from './settings.ts'

/**
 * All concurrency limits behind one face. AIMD gets every sample, as the library has it. Vegas and the gradients compare
 * round trips, and get one sample a window (`WindowedLimit` with its defaults, as the library's README wraps Gradient2):
 * of single random services the shortest would pass for the unloaded round trip, and the limit would fall to its floor.
 * A bare Vegas is the library's own default (`AbstractLimiter.Builder`), and is not offered here.
 */
export type LimitState =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly limit: number }
  | { readonly kind: 'aimd'; readonly inner: AimdState }
  | { readonly kind: 'vegas'; readonly inner: WindowedState<VegasState> }
  | { readonly kind: 'gradient'; readonly inner: WindowedState<GradientState> }
  | { readonly kind: 'gradient2'; readonly inner: WindowedState<Gradient2State> }
  | { readonly kind: 'envoy'; readonly inner: EnvoyGradient }

/** How one attempt ended, that was sent at `sentUs` as one of `inFlight` (itself included). */
export interface LimitedAttempt {
  readonly sentUs: number
  readonly inFlight: number
  /** It timed out, or was refused for overload. */
  readonly dropped: boolean
}

const [windowedVegas, windowedGradient, windowedGradient2] = [windowed(vegas), windowed(gradient), windowed(gradient2)]
const inWindows = <Inner>(inner: Inner) => ({ ...WINDOWED_DEFAULTS, inner })

/** @param entropy 32 bits */
export function limitStart(limit: Limit, entropy: number, nowUs: number): LimitState {
  switch (limit.kind) {
    case 'none':
    case 'fixed':
      return limit
    case 'aimd':
      return { kind: 'aimd', inner: aimd.initial(limit.config, entropy) }
    case 'vegas':
      return { kind: 'vegas', inner: windowedVegas.initial(inWindows(limit.config), entropy) }
    case 'gradient':
      return { kind: 'gradient', inner: windowedGradient.initial(inWindows(limit.config), entropy) }
    case 'gradient2':
      return { kind: 'gradient2', inner: windowedGradient2.initial(inWindows(limit.config), entropy) }
    case 'envoy':
      return { kind: 'envoy', inner: initialEnvoyGradient(limit.config, nowUs) }
    default:
      return unreachable(limit)
  }
}

/** How many may be in flight now: infinity when there is no limit. */
export function limitNow(state: LimitState): number {
  switch (state.kind) {
    case 'none':
      return Number.POSITIVE_INFINITY
    case 'fixed':
      return state.limit
    case 'aimd':
      return aimd.limit(state.inner)
    case 'vegas':
      return windowedVegas.limit(state.inner)
    case 'gradient':
      return windowedGradient.limit(state.inner)
    case 'gradient2':
      return windowedGradient2.limit(state.inner)
    case 'envoy':
      return state.inner.limit
    default:
      return unreachable(state)
  }
}

/** An attempt has ended at `nowUs`. @param entropy 32 bits, for the limits that probe by chance */
export function limitSample(
  limit: Limit,
  state: LimitState,
  attempt: LimitedAttempt,
  nowUs: number,
  entropy: number,
): LimitState {
  const { sentUs, inFlight, dropped } = attempt
  const sample = { rttUs: Math.max(1, nowUs - sentUs), inFlight, dropped }
  switch (state.kind) {
    case 'none':
    case 'fixed':
      return state
    case 'aimd': {
      const { config } = chosen(limit, state.kind)
      return { kind: 'aimd', inner: aimd.update(config, state.inner, sample, nowUs, entropy) }
    }
    case 'vegas': {
      const config = inWindows(chosen(limit, state.kind).config)
      return { kind: 'vegas', inner: windowedVegas.update(config, state.inner, sample, nowUs, entropy) }
    }
    case 'gradient': {
      const config = inWindows(chosen(limit, state.kind).config)
      return { kind: 'gradient', inner: windowedGradient.update(config, state.inner, sample, nowUs, entropy) }
    }
    case 'gradient2': {
      const config = inWindows(chosen(limit, state.kind).config)
      return { kind: 'gradient2', inner: windowedGradient2.update(config, state.inner, sample, nowUs, entropy) }
    }
    case 'envoy': {
      // What has no answer is no sample (`cancelLatencySample`): a refusal at once would pass for a fast service.
      if (dropped) return state
      const { config } = chosen(limit, state.kind)
      return { kind: 'envoy', inner: recordEnvoyRtt(config, state.inner, sentUs, nowUs, entropy) }
    }
    default:
      return unreachable(state)
  }
}

/**
 * When {@link limitTick} has something to do next: at the end of Envoy's windows. Null: samples are all it needs; a sample
 * that ends a measurement of Envoy's makes the first window begin.
 */
export function limitWakeUs(state: LimitState): number | null {
  if (state.kind !== 'envoy') return null
  const wakesUs = envoyGradientWakesUs(state.inner)
  return wakesUs === Number.POSITIVE_INFINITY ? null : wakesUs
}

/** Time has come to `nowUs`. Before {@link limitWakeUs} nothing happens. */
export function limitTick(limit: Limit, state: LimitState, nowUs: number): LimitState {
  if (state.kind !== 'envoy') return state
  const { config } = chosen(limit, state.kind)
  return { kind: 'envoy', inner: tickEnvoyGradient(config, state.inner, nowUs) }
}
