import {
  type CongestionConfig,
  type CongestionState,
  congestionStart,
  congestionWindow,
  pacingRate,
  stepCongestion,
} from './congestion.ts'
import { PERSIST, type PersistConfig, type PersistState, stepPersist } from './persist.ts'
import { DELIVERY_START, type DeliveryState, delivery, type RateSample, sendRecord } from './rate-sample.ts'
import { RTO_RFC6298, RTO_START, type RtoConfig, type RtoState, rtoUs, stepRto } from './rto.ts'
import {
  arrivedBytes,
  firstIsLost,
  flightBytes,
  judgeLost,
  nextLost,
  SCOREBOARD,
  type Scoreboard,
} from './scoreboard.ts'
import type { Ack, Segment } from './segment.ts'
import { SILLY_WINDOW, type SillyWindowConfig, segmentBytes } from './silly-window.ts'

/**
 * The sending side of a connection: RFC 9293 section 3.8 (windows), RFC 6298 (timeout), RFC 6675 (recovery), and a
 * congestion algorithm. It sends what the receiver's window and the congestion window both allow.
 */
export interface SenderConfig {
  readonly mssBytes: number
  /** Added to each segment on the wire: IP, TCP and options. Pacing counts it. */
  readonly headerBytes: number
  readonly congestion: CongestionConfig
  readonly rto: RtoConfig
  readonly silly: SillyWindowConfig
  readonly persist: PersistConfig
}

/** What all senders share; 52 bytes are IPv4, TCP and the timestamp option. */
export const SENDER = Object.freeze({
  mssBytes: 1_448,
  headerBytes: 52,
  rto: RTO_RFC6298,
  silly: SILLY_WINDOW,
  persist: PERSIST,
})

export interface SenderState {
  readonly board: Scoreboard
  /** What the application has written: bytes below this may be sent. */
  readonly written: number
  /** SND.UNA + SND.WND, and the largest window that was ever offered. */
  readonly edge: number
  readonly windowMaxBytes: number
  readonly congestion: CongestionState
  readonly rto: RtoState
  readonly rtoAtUs: number | null
  readonly persist: PersistState
  readonly overrideAtUs: number | null
  readonly delivery: DeliveryState
  /** Not before this may the next paced segment leave; `paced` while one waits for it. */
  readonly nextSendUs: number
  readonly paced: boolean
  /** The first retransmission of a repair does not wait for room in the window. */
  readonly urgent: boolean
  readonly lostBytes: number
  readonly counts: SenderCounts
}

export interface SenderCounts {
  readonly segments: number
  readonly retransmissions: number
  readonly timeouts: number
  readonly probes: number
  readonly repairs: number
}

export type SenderEvent =
  | { readonly kind: 'write'; readonly bytes: number }
  | { readonly kind: 'ack'; readonly ack: Ack; readonly entropy: number }
  | { readonly kind: 'timer' }

/** `windowBytes` is what the receiver offered in the handshake. */
export function senderStart(config: SenderConfig, windowBytes: number): SenderState {
  return {
    board: SCOREBOARD,
    written: 0,
    edge: windowBytes,
    windowMaxBytes: windowBytes,
    congestion: congestionStart(config.congestion),
    rto: RTO_START,
    rtoAtUs: null,
    persist: null,
    overrideAtUs: null,
    delivery: DELIVERY_START,
    nextSendUs: 0,
    paced: false,
    urgent: false,
    lostBytes: 0,
    counts: { segments: 0, retransmissions: 0, timeouts: 0, probes: 0, repairs: 0 },
  }
}

const windowBytes = (config: SenderConfig, state: SenderState): number =>
  congestionWindow(config.congestion, state.congestion)

const senderFlight = (config: SenderConfig, { board }: SenderState): number => flightBytes(board, config.mssBytes)

/** When the sender must be woken by a timer event; null: only an acknowledgement or a write can move it. */
export function senderWakeUs({ rtoAtUs, persist, overrideAtUs, paced, nextSendUs }: SenderState): number | null {
  let least: number | null = null
  for (const at of [rtoAtUs, persist?.atUs ?? null, overrideAtUs, paced ? nextSendUs : null])
    if (at !== null && (least === null || at < least)) least = at
  return least
}

/** Something happens; `outcome` are the segments that leave now, in order. */
export function stepSender(
  config: SenderConfig,
  state: SenderState,
  event: SenderEvent,
  nowUs: number,
): { state: SenderState; outcome: readonly Segment[] } {
  const out: Segment[] = []
  let next = state
  if (event.kind === 'write') next = { ...state, written: state.written + event.bytes }
  else if (event.kind === 'ack') next = acknowledged(config, state, event.ack, event.entropy, nowUs)
  else next = timed(config, state, nowUs, out)
  return { state: waiting(config, flush(config, next, nowUs, out), nowUs), outcome: out }
}

/** How many bytes an acknowledgement reports that were not reported before, and what they tell about the path. */
interface Report {
  readonly acked: number
  readonly rate: RateSample | null
  readonly rttUs: number | null
  readonly priorFlight: number
  readonly limited: boolean
}

function acknowledged(config: SenderConfig, state: SenderState, ack: Ack, entropy: number, nowUs: number): SenderState {
  if (ack.ack < state.board.una) return state
  const { mssBytes } = config
  const moved = { ...state.board, una: ack.ack, nxt: Math.max(state.board.nxt, ack.ack), sacked: ack.sack }
  const acked = arrivedBytes(moved) - arrivedBytes(state.board)
  const measured = delivery(state.delivery, ack.echo, acked, nowUs)
  const rttUs = ack.echo === null || ack.echo.retransmission || acked === 0 ? null : nowUs - ack.echo.sentUs
  const priorFlight = flightBytes(state.board, mssBytes)
  const limited = priorFlight + mssBytes > windowBytes(config, state)
  const judged = judgeLost(settled(moved), mssBytes)
  let next: SenderState = {
    ...state,
    board: judged.board,
    lostBytes: state.lostBytes + judged.newlyLost,
    delivery: measured.state,
    edge: Math.max(state.edge, ack.ack + ack.windowBytes),
    windowMaxBytes: Math.max(state.windowMaxBytes, ack.windowBytes),
    rto:
      rttUs === null
        ? state.rto
        : stepRto(config.rto, state.rto, { kind: 'sample', rttUs, retransmission: false }).state,
  }
  if (ack.ack > state.board.una) next = { ...next, rtoAtUs: timeout(config, next, nowUs), persist: null }
  if (next.board.repair === null && firstIsLost(next.board, mssBytes)) next = repairing(config, next, nowUs)
  const report = { acked, rate: measured.sample, rttUs, priorFlight, limited }
  return { ...next, congestion: afterAck(config, next, report, judged.newlyLost, entropy, nowUs) }
}

/** A repair is over when everything that was in flight at its beginning is acknowledged. */
function settled(board: Scoreboard): Scoreboard {
  const over = board.repair !== null && board.una >= board.repair.point
  const repair = over ? null : board.repair
  return { ...board, repair, retransmittedTo: Math.max(board.retransmittedTo, board.una) }
}

/** RFC 6298 rules 5.2 and 5.3: the timer runs while something is unacknowledged. */
const timeout = (config: SenderConfig, { board, rto }: SenderState, nowUs: number): number | null =>
  board.una < board.nxt ? nowUs + rtoUs(config.rto, rto) : null

/** FlightSize of RFC 5681, at most the window: while a hole waits, new segments pile up behind it. */
const outstanding = (config: SenderConfig, state: SenderState): number =>
  Math.min(state.board.nxt - state.board.una, windowBytes(config, state))

function repairing(config: SenderConfig, state: SenderState, nowUs: number): SenderState {
  const { board, counts } = state
  const lost = { kind: 'loss', flightBytes: outstanding(config, state) } as const
  return {
    ...state,
    board: { ...board, repair: { kind: 'recovery', point: board.nxt }, retransmittedTo: board.una },
    congestion: stepCongestion(config.congestion, state.congestion, lost, nowUs),
    urgent: true,
    counts: { ...counts, repairs: counts.repairs + 1 },
  }
}

function afterAck(
  config: SenderConfig,
  state: SenderState,
  report: Report,
  newlyLost: number,
  entropy: number,
  nowUs: number,
): CongestionState {
  const { acked, rate, rttUs, priorFlight, limited } = report
  if (acked === 0) return state.congestion
  const event = {
    kind: 'ack',
    ackedBytes: acked,
    rttUs,
    srttUs: state.rto.estimate?.srttUs ?? 0,
    rate,
    limited,
    priorFlightBytes: priorFlight,
    flightBytes: senderFlight(config, state),
    delivered: state.delivery.delivered,
    lost: state.lostBytes,
    newlyLost,
    trouble: state.board.repair?.kind ?? 'none',
    entropy,
  } as const
  return stepCongestion(config.congestion, state.congestion, event, nowUs)
}

function timed(config: SenderConfig, state: SenderState, nowUs: number, out: Segment[]): SenderState {
  let next = state
  if (next.rtoAtUs !== null && nowUs >= next.rtoAtUs) next = timedOut(config, next, nowUs)
  const probe = stepPersist(config.persist, next.persist, { kind: 'timer' }, rtoUs(config.rto, next.rto), nowUs)
  next = { ...next, persist: probe.state }
  return probe.outcome === 'probe' ? probed(next, nowUs, out) : next
}

/** RFC 6298 rules 5.4 to 5.6, RFC 5681: back to one segment, and everything in flight counts as lost. */
function timedOut(config: SenderConfig, state: SenderState, nowUs: number): SenderState {
  const { board, counts } = state
  const point = Math.max(board.nxt, board.repair?.point ?? 0)
  const flight = { kind: 'timeout', flightBytes: outstanding(config, state) } as const
  const judged = judgeLost(
    { ...board, repair: { kind: 'timeout', point }, retransmittedTo: board.una },
    config.mssBytes,
  )
  const next: SenderState = {
    ...state,
    board: judged.board,
    lostBytes: state.lostBytes + judged.newlyLost,
    rto: stepRto(config.rto, state.rto, { kind: 'expired' }).state,
    // The same segment timed out again: the threshold stays (RFC 5681 section 3.1).
    congestion:
      state.rto.backoff > 0 ? state.congestion : stepCongestion(config.congestion, state.congestion, flight, nowUs),
    urgent: true,
    counts: { ...counts, timeouts: counts.timeouts + 1 },
  }
  return { ...next, rtoAtUs: timeout(config, next, nowUs) }
}

/** A byte that was acknowledged long ago: the receiver must answer, and its answer carries the window. */
function probed(state: SenderState, nowUs: number, out: Segment[]): SenderState {
  const { record } = sendRecord(state.delivery, nowUs, false, true)
  out.push({ seq: state.board.una - 1, length: 0, record })
  return { ...state, counts: { ...state.counts, probes: state.counts.probes + 1 } }
}

/** Sends while both windows and the pacing rate allow it: first what is lost, then what is new. */
function flush(config: SenderConfig, state: SenderState, nowUs: number, out: Segment[]): SenderState {
  let next = state
  for (;;) {
    const piece = nextPiece(config, next, nowUs)
    if (piece === null) return { ...next, paced: false }
    const rate = pacingRate(next.congestion)
    if (rate !== null && nowUs < next.nextSendUs) return { ...next, paced: true }
    next = sent(config, next, piece, nowUs, out)
    if (rate === null) continue
    const wire = piece.length + config.headerBytes
    next = { ...next, nextSendUs: Math.max(nowUs, next.nextSendUs) + Math.round(wire / rate) }
  }
}

interface Piece {
  readonly seq: number
  readonly length: number
  readonly again: boolean
}

function nextPiece(config: SenderConfig, state: SenderState, nowUs: number): Piece | null {
  const { board } = state
  const room = windowBytes(config, state) - flightBytes(board, config.mssBytes)
  const lost = nextLost(board, config.mssBytes)
  if (lost !== null) {
    const length = lost.to - lost.from
    return state.urgent || length <= room ? { seq: lost.from, length, again: true } : null
  }
  const length = newBytes(config, state, nowUs)
  return length > 0 && length <= room ? { seq: board.nxt, length, again: false } : null
}

function newBytes(config: SenderConfig, state: SenderState, nowUs: number): number {
  const { board, overrideAtUs } = state
  return segmentBytes(config.silly, {
    usableBytes: state.edge - board.nxt,
    queuedBytes: state.written - board.nxt,
    mssBytes: config.mssBytes,
    windowMaxBytes: state.windowMaxBytes,
    unacked: board.nxt > board.una,
    overridden: overrideAtUs !== null && nowUs >= overrideAtUs,
  })
}

function sent(config: SenderConfig, state: SenderState, piece: Piece, nowUs: number, out: Segment[]): SenderState {
  const { seq, length, again } = piece
  const idle = flightBytes(state.board, config.mssBytes) === 0
  const stamped = sendRecord(state.delivery, nowUs, idle, again)
  out.push({ seq, length, record: stamped.record })
  const end = seq + length
  const board = again ? { ...state.board, retransmittedTo: end } : { ...state.board, nxt: end }
  const { segments, retransmissions } = state.counts
  const counts = { ...state.counts, segments: segments + 1, retransmissions: retransmissions + (again ? 1 : 0) }
  const rtoAtUs = state.rtoAtUs ?? nowUs + rtoUs(config.rto, state.rto)
  return { ...state, board, delivery: stamped.state, rtoAtUs, overrideAtUs: null, urgent: false, counts }
}

/** What the sender waits for when it can send nothing more: the application, a window, a timer. */
function waiting(config: SenderConfig, state: SenderState, nowUs: number): SenderState {
  const { board, written, edge } = state
  const idle = board.nxt === board.una
  const queued = written > board.nxt
  const blocked = idle && queued && edge <= board.nxt
  const { state: persist } = stepPersist(
    config.persist,
    state.persist,
    { kind: 'window', blocked },
    rtoUs(config.rto, state.rto),
    nowUs,
  )
  const held = idle && queued && edge > board.nxt && newBytes(config, state, nowUs) === 0
  const overrideAtUs = held ? (state.overrideAtUs ?? nowUs + config.silly.overrideUs) : null
  return { ...state, persist, overrideAtUs, delivery: appLimited(config, state, queued) }
}

/** tcp_rate_check_app_limited: nothing to send although the window would allow it. */
function appLimited(config: SenderConfig, state: SenderState, queued: boolean): DeliveryState {
  const flight = senderFlight(config, state)
  if (queued || flight >= windowBytes(config, state)) return state.delivery
  return { ...state.delivery, appLimitedUntil: Math.max(1, state.delivery.delivered + flight) }
}
