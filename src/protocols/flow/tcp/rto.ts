/**
 * The retransmission timeout: RFC 6298 sections 2 to 5, with Karn's rule (section 3: no sample from a segment that was
 * sent twice). Times in microseconds.
 */
export interface RtoConfig {
  readonly initialUs: number
  readonly minUs: number
  readonly maxUs: number
  /** G, the granularity of the clock. */
  readonly granularityUs: number
}

/** RFC 6298: first 1 s (2.1), never below 1 s (2.4), bound of at least 60 s (2.5). */
export const RTO_RFC6298: RtoConfig = Object.freeze({
  initialUs: 1_000_000,
  minUs: 1_000_000,
  maxUs: 60_000_000,
  granularityUs: 1_000,
})

/** Linux: TCP_RTO_MIN 200 ms, TCP_RTO_MAX 120 s. */
export const RTO_LINUX: RtoConfig = Object.freeze({ ...RTO_RFC6298, minUs: 200_000, maxUs: 120_000_000 })

export interface RtoState {
  /** Null until the first measurement. */
  readonly estimate: { readonly srttUs: number; readonly rttvarUs: number } | null
  /** How often the timer has run out since the last new acknowledgement. */
  readonly backoff: number
}

export type RtoEvent =
  | { readonly kind: 'sample'; readonly rttUs: number; readonly retransmission: boolean }
  | { readonly kind: 'expired' }

export const RTO_START: RtoState = Object.freeze({ estimate: null, backoff: 0 })

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/** The timeout that stands now: RTO = SRTT + max(G, 4 RTTVAR), doubled at each expiry. */
export function rtoUs(config: RtoConfig, { estimate, backoff }: RtoState): number {
  let timeout = config.initialUs
  if (estimate !== null) {
    const { srttUs, rttvarUs } = estimate
    timeout = clamp(Math.round(srttUs + Math.max(config.granularityUs, 4 * rttvarUs)), config.minUs, config.maxUs)
  }
  for (let doubled = 0; doubled < backoff && timeout < config.maxUs; doubled++) timeout *= 2
  return Math.min(timeout, config.maxUs)
}

/** A measurement (which also ends the backoff: 5.7 and Karn), or the timer that ran out (5.5). */
export function stepRto(config: RtoConfig, state: RtoState, event: RtoEvent): { state: RtoState; timeoutUs: number } {
  const next = event.kind === 'expired' ? { ...state, backoff: state.backoff + 1 } : sampled(state, event)
  return { state: next, timeoutUs: rtoUs(config, next) }
}

function sampled(state: RtoState, { rttUs, retransmission }: Extract<RtoEvent, { kind: 'sample' }>): RtoState {
  if (retransmission) return state
  if (state.estimate === null) return { estimate: { srttUs: rttUs, rttvarUs: rttUs / 2 }, backoff: 0 }
  const { srttUs, rttvarUs } = state.estimate
  // RTTVAR first: it is measured against the old SRTT (2.3). Factors 1/4 and 1/8 are exact in binary.
  const estimate = {
    rttvarUs: rttvarUs + (Math.abs(srttUs - rttUs) - rttvarUs) / 4,
    srttUs: srttUs + (rttUs - srttUs) / 8,
  }
  return { estimate, backoff: 0 }
}
