import { cbrt } from '../../../base/elementary.ts'

/**
 * CUBIC: RFC 9438 sections 4.1 to 4.8. The window counts segments and may be fractional, as in the RFC. Slow start ends
 * at the first loss: HyStart++ (RFC 9406), which Linux has, is left out.
 */
export interface CubicConfig {
  readonly mssBytes: number
  readonly initialSegments: number
  /** C, in segments per second^3 (section 5). */
  readonly c: number
  /** What a loss leaves of the window; Linux has 717/1024. */
  readonly beta: number
  readonly fastConvergence: boolean
}

export const CUBIC: CubicConfig = Object.freeze({
  mssBytes: 1_448,
  initialSegments: 10,
  c: 0.4,
  beta: 0.7,
  fastConvergence: true,
})

/** One stretch of congestion avoidance between two losses. */
export interface CubicEpoch {
  readonly startUs: number
  /** Seconds until the window is back at `wMax`. */
  readonly k: number
  /** Where the plateau is, segments. */
  readonly origin: number
  /** What Reno would have by now, segments (section 4.3). */
  readonly wEst: number
}

export interface CubicState {
  readonly kind: 'cubic'
  readonly cwnd: number
  readonly ssthresh: number
  /** The window before the last reduction, and the one that was really left then; segments. */
  readonly wMax: number
  readonly cwndPrior: number
  readonly epoch: CubicEpoch | null
}

export type CubicEvent =
  | { readonly kind: 'ack'; readonly ackedBytes: number; readonly rttUs: number; readonly limited: boolean }
  | { readonly kind: 'loss'; readonly flightBytes: number }
  | { readonly kind: 'timeout'; readonly flightBytes: number }

export const cubicStart = ({ initialSegments }: CubicConfig): CubicState => ({
  kind: 'cubic',
  cwnd: initialSegments,
  ssthresh: Number.MAX_SAFE_INTEGER,
  wMax: 0,
  cwndPrior: 0,
  epoch: null,
})

/** Equation (1): W(t) = C (t - K)^3 + W_max, t in seconds since the epoch began. */
export function cubicWindow({ c }: CubicConfig, wMax: number, k: number, t: number): number {
  const past = t - k
  return c * past * past * past + wMax
}

/** Equation (2): when the window is back at `wMax` after it fell to `cwnd`, seconds. */
export const cubicK = ({ c }: CubicConfig, wMax: number, cwnd: number): number => cbrt((wMax - cwnd) / c)

/** Section 4.3: how fast Reno with this beta must grow to have the same average window. */
const friendlyAlpha = ({ beta }: CubicConfig): number => (3 * (1 - beta)) / (1 + beta)

export function stepCubic(config: CubicConfig, state: CubicState, event: CubicEvent, nowUs: number): CubicState {
  if (event.kind === 'ack') {
    if (!event.limited) return state
    const segments = event.ackedBytes / config.mssBytes
    // Byte counting as in Reno: one acknowledgement opens by two segments at most.
    if (state.cwnd < state.ssthresh) return { ...state, cwnd: state.cwnd + Math.min(segments, 2) }
    return avoided(config, state, segments, event.rttUs, nowUs)
  }
  return reduced(config, state, event)
}

function reduced(config: CubicConfig, state: CubicState, event: Exclude<CubicEvent, { kind: 'ack' }>): CubicState {
  const ssthresh = Math.max((event.flightBytes / config.mssBytes) * config.beta, 2)
  // Section 4.7: a window that did not reach the old plateau gives room to newer flows.
  const gaveUp = config.fastConvergence && state.cwnd < state.wMax
  const wMax = gaveUp ? (state.cwnd * (1 + config.beta)) / 2 : state.cwnd
  const cwnd = event.kind === 'loss' ? ssthresh : 1
  return { ...state, cwnd, ssthresh, wMax, cwndPrior: state.cwnd, epoch: null }
}

function newEpoch(config: CubicConfig, { cwnd, wMax }: CubicState, nowUs: number): CubicEpoch {
  return cwnd < wMax
    ? { startUs: nowUs, k: cubicK(config, wMax, cwnd), origin: wMax, wEst: cwnd }
    : { startUs: nowUs, k: 0, origin: cwnd, wEst: cwnd }
}

function avoided(config: CubicConfig, state: CubicState, segments: number, rttUs: number, nowUs: number): CubicState {
  const begun = state.epoch ?? newEpoch(config, state, nowUs)
  const t = (nowUs - begun.startUs) / 1_000_000
  // Once Reno would be where the window was before the loss, it grows by one a round trip.
  const alpha = begun.wEst >= state.cwndPrior ? 1 : friendlyAlpha(config)
  const epoch = { ...begun, wEst: begun.wEst + (alpha * segments) / state.cwnd }
  if (cubicWindow(config, epoch.origin, epoch.k, t) < epoch.wEst)
    return { ...state, epoch, cwnd: Math.max(state.cwnd, epoch.wEst) }
  // Section 4.2: aim at where the curve is one round trip ahead, by at most half of the window.
  const ahead = cubicWindow(config, epoch.origin, epoch.k, t + rttUs / 1_000_000)
  const target = Math.min(Math.max(ahead, state.cwnd), 1.5 * state.cwnd)
  return { ...state, epoch, cwnd: state.cwnd + ((target - state.cwnd) / state.cwnd) * segments }
}
