import { type Ack, type ByteRange, rangeBytes, type Segment, type SendRecord, withRange } from './segment.ts'
import { SILLY_WINDOW, type SillyWindowConfig, windowToOffer } from './silly-window.ts'

/**
 * The receiver: RFC 9293 sections 3.8.6 (window management), 3.10.7.4 (what is acceptable), RFC 7323 (window scaling),
 * RFC 2018 (selective acknowledgement), RFC 5681 section 4.2 (delayed acknowledgements). The buffer holds what the
 * application has not read; what is free is offered as the window.
 */
export interface ReceiverConfig {
  readonly bufferBytes: number
  readonly mssBytes: number
  /** The window field has 16 bits, shifted by 0 to 14 (RFC 7323 section 2.3). */
  readonly windowShift: number
  readonly silly: SillyWindowConfig
  /** Every second full segment is acknowledged, or after the timeout (RFC 9293 section 3.8.6.3: at most 500 ms). */
  readonly ackEverySegments: number
  readonly ackDelayUs: number
  /** The application reads `readBytes` each `readEveryUs`; 0 reads everything at once. */
  readonly readBytes: number
  readonly readEveryUs: number
}

/** A buffer of 6 MiB as Linux's tcp_rmem maximum, a shift of 7 as it then chooses, delayed acknowledgements of 40 ms. */
export const RECEIVER: ReceiverConfig = Object.freeze({
  bufferBytes: 6_291_456,
  mssBytes: 1_448,
  windowShift: 7,
  silly: SILLY_WINDOW,
  ackEverySegments: 2,
  ackDelayUs: 40_000,
  readBytes: 0,
  readEveryUs: 0,
})

const WINDOW_FIELD_MAX = 65_535

export interface ReceiverState {
  /** RCV.NXT: everything before it has arrived. */
  readonly nextSeq: number
  /** In order, not yet read by the application. */
  readonly unreadBytes: number
  readonly readTotalBytes: number
  /** What arrived beyond a hole. */
  readonly beyond: readonly ByteRange[]
  /** Right edge of the last offer: RCV.NXT + RCV.WND at that time. It never moves to the left. */
  readonly edge: number
  readonly unackedSegments: number
  readonly ackAtUs: number | null
  readonly lastEcho: SendRecord | null
  readonly readAtUs: number | null
  /** Bytes that came although no window was offered for them, and were thrown away. */
  readonly refusedBytes: number
}

export type ReceiverEvent = { readonly kind: 'segment'; readonly segment: Segment } | { readonly kind: 'timer' }

export function receiverStart(config: ReceiverConfig): ReceiverState {
  return {
    nextSeq: 0,
    unreadBytes: 0,
    readTotalBytes: 0,
    beyond: [],
    edge: quantised(config, config.bufferBytes),
    unackedSegments: 0,
    ackAtUs: null,
    lastEcho: null,
    readAtUs: null,
    refusedBytes: 0,
  }
}

/** What the window field can say of `bytes`: a multiple of 2^shift, at most 65,535 of them. */
export function quantised({ windowShift }: ReceiverConfig, bytes: number): number {
  const unit = 1 << windowShift
  return Math.min(Math.floor(bytes / unit), WINDOW_FIELD_MAX) * unit
}

/** The window as the sender sees it: what is left of the last offer. */
export const offeredBytes = (state: ReceiverState): number => Math.max(0, state.edge - state.nextSeq)

/** When the receiver must be woken: to acknowledge what it held back, or because the application reads. */
export function receiverWakeUs({ ackAtUs, readAtUs }: ReceiverState): number | null {
  if (ackAtUs === null || readAtUs === null) return ackAtUs ?? readAtUs
  return Math.min(ackAtUs, readAtUs)
}

/** A segment arrives, or time has come. `outcome` is what goes back to the sender, if anything. */
export function stepReceiver(
  config: ReceiverConfig,
  state: ReceiverState,
  event: ReceiverEvent,
  nowUs: number,
): { state: ReceiverState; outcome: Ack | null } {
  return event.kind === 'segment' ? arrived(config, state, event.segment, nowUs) : woken(config, state, nowUs)
}

function arrived(config: ReceiverConfig, state: ReceiverState, segment: Segment, nowUs: number) {
  const taken = accept(config, state, segment, nowUs)
  const inOrder = segment.length > 0 && segment.seq === state.nextSeq && state.beyond.length === 0
  const counted = { ...taken, unackedSegments: taken.unackedSegments + 1, lastEcho: segment.record }
  // A hole, the end of one, a duplicate or a probe is answered at once (RFC 5681 section 4.2).
  if (!inOrder || counted.unackedSegments >= config.ackEverySegments || taken.refusedBytes > state.refusedBytes)
    return acknowledge(config, counted, segment.record)
  return { state: { ...counted, ackAtUs: counted.ackAtUs ?? nowUs + config.ackDelayUs }, outcome: null }
}

/** Takes the part of the segment that is new and inside the offered window; the rest is trimmed. */
function accept(config: ReceiverConfig, state: ReceiverState, segment: Segment, nowUs: number): ReceiverState {
  const from = Math.max(segment.seq, state.nextSeq)
  const end = segment.seq + segment.length
  const to = Math.min(end, state.edge)
  const refusedBytes = state.refusedBytes + Math.max(0, end - Math.max(state.edge, segment.seq))
  if (from >= to) return { ...state, refusedBytes }
  const held = withRange(state.beyond, { from, to })
  const first = held[0]!
  if (first.from > state.nextSeq) return { ...state, beyond: held, refusedBytes }
  const unreadBytes = state.unreadBytes + first.to - state.nextSeq
  const delivered = { ...state, beyond: held.slice(1), nextSeq: first.to, unreadBytes, refusedBytes }
  if (config.readEveryUs === 0) return read(delivered, unreadBytes)
  return { ...delivered, readAtUs: state.readAtUs ?? nowUs + config.readEveryUs }
}

const read = (state: ReceiverState, bytes: number): ReceiverState => ({
  ...state,
  unreadBytes: state.unreadBytes - bytes,
  readTotalBytes: state.readTotalBytes + bytes,
})

/** RFC 9293 section 3.8.6.2.2 over what is free beside the unread and the bytes that wait beyond a hole. */
function moveEdge(config: ReceiverConfig, state: ReceiverState): ReceiverState {
  const free = Math.max(0, config.bufferBytes - state.unreadBytes)
  const window = windowToOffer(config.silly, free, offeredBytes(state), config.bufferBytes, config.mssBytes)
  return { ...state, edge: Math.max(state.edge, state.nextSeq + quantised(config, window)) }
}

function acknowledge(config: ReceiverConfig, state: ReceiverState, echo: SendRecord | null) {
  const next = { ...moveEdge(config, state), unackedSegments: 0, ackAtUs: null }
  const ack: Ack = { ack: next.nextSeq, windowBytes: offeredBytes(next), sack: next.beyond, echo }
  return { state: next, outcome: ack }
}

function woken(config: ReceiverConfig, state: ReceiverState, nowUs: number) {
  let next = state
  if (next.readAtUs !== null && nowUs >= next.readAtUs) {
    next = read(next, Math.min(config.readBytes, next.unreadBytes))
    next = { ...next, readAtUs: next.unreadBytes > 0 ? nowUs + config.readEveryUs : null }
  }
  if (next.ackAtUs !== null && nowUs >= next.ackAtUs) return acknowledge(config, next, next.lastEcho)
  // Reading opened the window by as much as the rule asks: say so. BSD waits for two segments, RFC 9293 for one.
  return moveEdge(config, next).edge > next.edge ? acknowledge(config, next, null) : { state: next, outcome: null }
}

/** Bytes that wait in the buffer, read or held beyond a hole: never more than the buffer. */
export const heldBytes = (state: ReceiverState): number => state.unreadBytes + rangeBytes(state.beyond)
