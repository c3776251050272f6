/**
 * Reno: RFC 5681 section 3 (slow start, congestion avoidance, what a loss does), RFC 6928 (initial window of ten
 * segments), RFC 3465 (appropriate byte counting, L = 2). Everything in bytes, so every step is integer arithmetic.
 */
export interface RenoConfig {
  readonly mssBytes: number
  readonly initialSegments: number
}

export const RENO: RenoConfig = Object.freeze({ mssBytes: 1_448, initialSegments: 10 })

export interface RenoState {
  readonly kind: 'reno'
  readonly cwndBytes: number
  readonly ssthreshBytes: number
  /** Acknowledged in congestion avoidance since the window last grew. */
  readonly countedBytes: number
}

export type RenoEvent =
  /** `limited`: the window was what held the sender back; a window that is not used does not grow (RFC 7661). */
  | { readonly kind: 'ack'; readonly ackedBytes: number; readonly limited: boolean }
  | { readonly kind: 'loss'; readonly flightBytes: number }
  | { readonly kind: 'timeout'; readonly flightBytes: number }

export const renoStart = ({ mssBytes, initialSegments }: RenoConfig): RenoState => ({
  kind: 'reno',
  cwndBytes: initialSegments * mssBytes,
  ssthreshBytes: Number.MAX_SAFE_INTEGER,
  countedBytes: 0,
})

export function stepReno(config: RenoConfig, state: RenoState, event: RenoEvent): RenoState {
  if (event.kind === 'ack') return event.limited ? grown(config, state, event.ackedBytes) : state
  // Equation (4): half of what is in flight, at least two segments.
  const ssthreshBytes = Math.max(Math.floor(event.flightBytes / 2), 2 * config.mssBytes)
  const cwndBytes = event.kind === 'loss' ? ssthreshBytes : config.mssBytes
  return { ...state, ssthreshBytes, cwndBytes, countedBytes: 0 }
}

function grown({ mssBytes }: RenoConfig, state: RenoState, ackedBytes: number): RenoState {
  if (state.cwndBytes < state.ssthreshBytes)
    return { ...state, cwndBytes: state.cwndBytes + Math.min(ackedBytes, 2 * mssBytes) }
  // One segment for each window of acknowledged bytes: 1/cwnd per acknowledgement, without a division.
  const counted = state.countedBytes + ackedBytes
  if (counted < state.cwndBytes) return { ...state, countedBytes: counted }
  return { ...state, cwndBytes: state.cwndBytes + mssBytes, countedBytes: counted - state.cwndBytes }
}
