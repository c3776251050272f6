import type { SendRecord } from './segment.ts'

/**
 * How fast the path delivers: the delivery-rate-estimation draft (draft-cheng-iccrg-delivery-rate-estimation), as Linux
 * tcp_rate.c has it. A sample is the bytes delivered between the sending of a segment and its acknowledgement, over the
 * longer of the time it took to send them and the time it took to acknowledge them.
 */
export interface DeliveryState {
  readonly delivered: number
  readonly deliveredUs: number
  readonly firstSentUs: number
  /** Samples of segments sent before `delivered` reaches this are limited by the application; 0: none. */
  readonly appLimitedUntil: number
}

export const DELIVERY_START: DeliveryState = Object.freeze({
  delivered: 0,
  deliveredUs: 0,
  firstSentUs: 0,
  appLimitedUntil: 0,
})

export interface RateSample {
  readonly deliveredBytes: number
  readonly intervalUs: number
  /** What was delivered when the segment left: it tells round trips apart. */
  readonly priorDelivered: number
  readonly appLimited: boolean
}

/** The record for a segment that leaves now. `idle`: nothing else is in flight, so a new interval begins. */
export function sendRecord(
  state: DeliveryState,
  nowUs: number,
  idle: boolean,
  retransmission: boolean,
): { state: DeliveryState; record: SendRecord } {
  const next = idle ? { ...state, deliveredUs: nowUs, firstSentUs: nowUs } : state
  const { delivered, deliveredUs, firstSentUs } = next
  const appLimited = next.appLimitedUntil > delivered
  return { state: next, record: { sentUs: nowUs, retransmission, delivered, deliveredUs, firstSentUs, appLimited } }
}

/** `bytes` were delivered; the sample is null for an acknowledgement that tells nothing. */
export function delivery(
  state: DeliveryState,
  echo: SendRecord | null,
  bytes: number,
  nowUs: number,
): { state: DeliveryState; sample: RateSample | null } {
  if (bytes === 0) return { state, sample: null }
  const delivered = state.delivered + bytes
  if (echo === null) return { state: { ...state, delivered, deliveredUs: nowUs }, sample: null }
  const appLimitedUntil = delivered > state.appLimitedUntil ? 0 : state.appLimitedUntil
  const next = { delivered, deliveredUs: nowUs, firstSentUs: Math.max(state.firstSentUs, echo.sentUs), appLimitedUntil }
  const intervalUs = Math.max(echo.sentUs - echo.firstSentUs, nowUs - echo.deliveredUs)
  const deliveredBytes = delivered - echo.delivered
  const sample = { deliveredBytes, intervalUs, priorDelivered: echo.delivered, appLimited: echo.appLimited }
  return { state: next, sample: intervalUs > 0 ? sample : null }
}
