/**
 * Flow control of HTTP/2: RFC 9113 sections 5.2, 6.9 and 6.5.2. Two windows, one of the stream and one of the connection,
 * must both allow what DATA a sender sends; nothing else counts. Bytes.
 */
export interface Http2Config {
  readonly initialWindowBytes: number
  readonly frameMaxBytes: number
}

/** Both windows begin at 65,535; SETTINGS_MAX_FRAME_SIZE at 16,384. */
export const HTTP2: Http2Config = Object.freeze({ initialWindowBytes: 65_535, frameMaxBytes: 16_384 })

/** No window may exceed this (section 6.9.1). */
export const HTTP2_WINDOW_MAX = 2_147_483_647

export interface Http2State {
  readonly connectionBytes: number
  /** SETTINGS_INITIAL_WINDOW_SIZE of the peer, for streams to come. */
  readonly initialBytes: number
  /** By the number of the stream. A window may be negative after the settings have changed. */
  readonly streams: readonly number[]
}

export type Http2Error =
  | { readonly code: 'PROTOCOL_ERROR' | 'FLOW_CONTROL_ERROR'; readonly scope: 'connection' }
  | { readonly code: 'PROTOCOL_ERROR' | 'FLOW_CONTROL_ERROR'; readonly scope: 'stream'; readonly stream: number }

export type Http2Event =
  | { readonly kind: 'open' }
  /** The sender wants to send: as much of it goes as both windows and the frame size allow. */
  | { readonly kind: 'send'; readonly stream: number; readonly bytes: number }
  /** `stream` null is the connection. */
  | { readonly kind: 'window-update'; readonly stream: number | null; readonly increment: number }
  | { readonly kind: 'settings'; readonly initialWindowBytes: number }

export type Http2Outcome =
  | { readonly kind: 'data'; readonly stream: number; readonly bytes: number; readonly blockedBy: Blocked }
  | { readonly kind: 'error'; readonly error: Http2Error }
  | { readonly kind: 'none' }

/** Which window stopped a sender: the connection's is what lets one slow stream starve its siblings. */
export type Blocked = 'nothing' | 'stream' | 'connection'

export const http2Start = ({ initialWindowBytes }: Http2Config): Http2State => ({
  // The connection's window does not follow the setting: it begins at 65,535 always.
  connectionBytes: HTTP2.initialWindowBytes,
  initialBytes: initialWindowBytes,
  streams: [],
})

interface Step {
  readonly state: Http2State
  readonly outcome: Http2Outcome
}

const quiet = (state: Http2State): Step => ({ state, outcome: { kind: 'none' } })
const fails = (state: Http2State, error: Http2Error): Step => ({ state, outcome: { kind: 'error', error } })

export function stepHttp2(config: Http2Config, state: Http2State, event: Http2Event): Step {
  switch (event.kind) {
    case 'open':
      return quiet({ ...state, streams: [...state.streams, state.initialBytes] })
    case 'send':
      return send(config, state, event.stream, event.bytes)
    case 'window-update':
      return windowUpdate(state, event.stream, event.increment)
    default:
      return settings(state, event.initialWindowBytes)
  }
}

function send(config: Http2Config, state: Http2State, stream: number, wanted: number): Step {
  const own = state.streams[stream] ?? 0
  const bytes = Math.max(0, Math.min(wanted, own, state.connectionBytes, config.frameMaxBytes))
  const blockedBy = bytes > 0 || wanted === 0 ? 'nothing' : own <= 0 ? 'stream' : 'connection'
  const next = {
    ...state,
    connectionBytes: state.connectionBytes - bytes,
    streams: bytes === 0 ? state.streams : state.streams.with(stream, own - bytes),
  }
  return { state: next, outcome: { kind: 'data', stream, bytes, blockedBy } }
}

/** Section 6.9: an increment of 0 is an error of that stream or connection; one past 2^31 - 1 is another. */
function windowUpdate(state: Http2State, stream: number | null, increment: number): Step {
  const scope = stream === null ? ({ scope: 'connection' } as const) : ({ scope: 'stream', stream } as const)
  if (increment === 0) return fails(state, { code: 'PROTOCOL_ERROR', ...scope })
  const window = (stream === null ? state.connectionBytes : (state.streams[stream] ?? 0)) + increment
  if (window > HTTP2_WINDOW_MAX) return fails(state, { code: 'FLOW_CONTROL_ERROR', ...scope })
  if (stream === null) return quiet({ ...state, connectionBytes: window })
  return quiet({ ...state, streams: state.streams.with(stream, window) })
}

/** Section 6.9.2: every stream's window changes by the difference, below zero if need be; the connection's does not. */
function settings(state: Http2State, initialBytes: number): Step {
  if (initialBytes > HTTP2_WINDOW_MAX) return fails(state, { code: 'FLOW_CONTROL_ERROR', scope: 'connection' })
  const streams = state.streams.map((window) => window + initialBytes - state.initialBytes)
  if (streams.some((window) => window > HTTP2_WINDOW_MAX))
    return fails(state, { code: 'FLOW_CONTROL_ERROR', scope: 'connection' })
  return quiet({ ...state, initialBytes, streams })
}

/** A receiver's books: it gives back what the application has consumed, a quarter of the window at a time (grpc-go). */
export interface WindowGiver {
  readonly limitBytes: number
  readonly unreturnedBytes: number
}

/** The application consumed `bytes`; `outcome` is the increment to send, 0 for none yet. */
export function consumed(giver: WindowGiver, bytes: number): { state: WindowGiver; outcome: number } {
  const unreturnedBytes = giver.unreturnedBytes + bytes
  if (unreturnedBytes < giver.limitBytes / 4) return { state: { ...giver, unreturnedBytes }, outcome: 0 }
  return { state: { ...giver, unreturnedBytes: 0 }, outcome: unreturnedBytes }
}

/**
 * grpc-go's estimator of the bandwidth-delay product (internal/transport/bdp_estimator.go): bytes that came between a
 * ping and its answer. A sample of two thirds of the estimate at a record bandwidth doubles the sample into the estimate.
 */
export interface BdpState {
  readonly estimateBytes: number
  readonly sampleBytes: number
  readonly pingedUs: number | null
  readonly rttUs: number
  readonly samples: number
  readonly bandwidthMax: number
}

export const BDP = Object.freeze({ limitBytes: 16_777_216, alpha: 0.9, beta: 0.66, gamma: 2, warmUpSamples: 10 })

export const bdpStart = ({ initialWindowBytes }: Http2Config): BdpState => ({
  estimateBytes: initialWindowBytes,
  sampleBytes: 0,
  pingedUs: null,
  rttUs: 0,
  samples: 0,
  bandwidthMax: 0,
})

export type BdpEvent = { readonly kind: 'data'; readonly bytes: number } | { readonly kind: 'pong' }

/** `outcome`: a ping to send with the data that came, or the new window. */
export function stepBdp(
  state: BdpState,
  event: BdpEvent,
  nowUs: number,
): { state: BdpState; outcome: 'ping' | 'window' | 'none' } {
  if (event.kind === 'pong') return ponged(state, nowUs)
  if (state.estimateBytes === BDP.limitBytes) return { state, outcome: 'none' }
  if (state.pingedUs !== null)
    return { state: { ...state, sampleBytes: state.sampleBytes + event.bytes }, outcome: 'none' }
  return { state: { ...state, sampleBytes: event.bytes, pingedUs: nowUs, samples: state.samples + 1 }, outcome: 'ping' }
}

function ponged(state: BdpState, nowUs: number): { state: BdpState; outcome: 'window' | 'none' } {
  if (state.pingedUs === null) return { state, outcome: 'none' }
  const sampleUs = nowUs - state.pingedUs
  // A mean of the first ten, then an average that forgets slowly.
  const weight = state.samples < BDP.warmUpSamples ? 1 / state.samples : BDP.alpha
  const rttUs = state.rttUs + (sampleUs - state.rttUs) * weight
  const bandwidth = state.sampleBytes / (rttUs * 1.5)
  const bandwidthMax = Math.max(state.bandwidthMax, bandwidth)
  const next = { ...state, rttUs, bandwidthMax, pingedUs: null }
  const grows = state.sampleBytes >= BDP.beta * state.estimateBytes && bandwidth >= state.bandwidthMax
  if (!grows || state.estimateBytes === BDP.limitBytes) return { state: next, outcome: 'none' }
  const estimateBytes = Math.min(BDP.limitBytes, Math.floor(BDP.gamma * state.sampleBytes))
  return { state: { ...next, estimateBytes }, outcome: 'window' }
}
