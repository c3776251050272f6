import { unreachable } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import { foldLane } from '../../../base/digest.ts'
import type { Env, Input, Transition } from '../../../machine/machine.ts'
import { congestionWindow, pacingRate } from '../tcp/congestion.ts'
import { UNLIMITED_BYTES } from '../tcp/connection.ts'
import { rtoUs } from '../tcp/rto.ts'
import { flightBytes } from '../tcp/scoreboard.ts'
import { type Ack, rangeBytes, type Segment } from '../tcp/segment.ts'
import { SENDER, type SenderEvent, type SenderState, senderStart, senderWakeUs, stepSender } from '../tcp/sender.ts'
import { slowStartThreshold, switchCongestion } from '../tcp/switching.ts'
import type { Patch } from './settings.ts'
import { SENDER_DEFAULTS, type SenderSettings, senderConfig } from './tcp-settings.ts'
import { armed, kept, note, type Out, send } from './tcp-turn.ts'
import type { FlowCommand, FlowDurable, FlowMessage, FlowProtocol, Parcel, PartConfig, SenderPart } from './types.ts'

/**
 * The sending end of a TCP connection as a part of a pipeline: it opens a connection when its time has come, and sends
 * into its only output what the windows allow. Nobody paces TCP but TCP, so signals of demand are not for it. Of the
 * handshake (RFC 9293 section 3.5) there is the one round trip that tells the receiver's window.
 */

/** The SYN's sequence number: before the data, which begins at 0, and before a window probe's -1. */
export const SYN_SEQ = -2

/** Parcels of one part differ by the sequence, parts by their index. */
const PARTS_MAX = 64

type Open = Extract<SenderPart['connection'], { phase: 'open' }>
type Opening = Extract<SenderPart['connection'], { phase: 'opening' }>

export function bootSender(
  config: PartConfig,
  durable: FlowDurable<SenderSettings> | null,
  env: Env,
): Transition<FlowProtocol> {
  const out: Out = []
  const held = durable ?? { settings: SENDER_DEFAULTS, outputs: config.pipes, inputs: [] }
  for (const output of held.outputs) send(out, output, { kind: 'subscribe' })
  const state: SenderPart = {
    kind: 'sender',
    config,
    durable: held,
    connection: { phase: 'idle' },
    sequence: Math.max(0, env.now),
    dueUs: null,
  }
  return { state: waiting(begun(state, env, out), env, out), effects: out }
}

export function stepSenderPart(state: SenderPart, input: Input<FlowProtocol>, env: Env): Transition<FlowProtocol> {
  const out: Out = []
  const next = waiting(received(state, input, env, out), env, out)
  kept(state.durable, next.durable, input, out)
  return { state: next, effects: out }
}

function received(state: SenderPart, input: Input<FlowProtocol>, env: Env, out: Out): SenderPart {
  switch (input.kind) {
    case 'message':
      return told(state, input.message, env, out)
    case 'timer':
      return timed({ ...state, dueUs: null }, env, out)
    case 'command':
      return begun(putOff(commanded(state, input.command, env, out), env), env, out)
    default:
      return unreachable(input)
  }
}

function told(state: SenderPart, message: FlowMessage, env: Env, out: Out): SenderPart {
  const { connection } = state
  if (message.kind === 'ack') return acknowledged(state, message.ack, env, out)
  // The receiver knows nothing of the connection any more (RST): the application asks for a new one.
  if (message.kind === 'cancel' && connection.phase === 'open') return opening(state, env, out)
  return state
}

function timed(state: SenderPart, env: Env, out: Out): SenderPart {
  const { connection } = state
  if (connection.phase === 'idle') return begun(state, env, out)
  if (connection.phase === 'opening') return env.now < connection.retryAtUs ? state : again(state, connection, env, out)
  const wakeUs = senderWakeUs(connection.tcp)
  return wakeUs === null || env.now < wakeUs ? state : stepped(state, connection, { kind: 'timer' }, env, out)
}

/** Asks for a connection when there is none, its time has come and there is a way. */
function begun(state: SenderPart, env: Env, out: Out): SenderPart {
  const { settings, outputs } = state.durable
  const ready = state.connection.phase === 'idle' && outputs.length > 0 && env.now >= settings.startUs
  return ready ? opening(state, env, out) : state
}

/** A begin that is put off before the connection stands: what has asked for it is forgotten. */
const putOff = (state: SenderPart, { now }: Env): SenderPart =>
  state.connection.phase === 'opening' && now < state.durable.settings.startUs
    ? { ...state, connection: { phase: 'idle' } }
    : state

const numbered = ({ config }: SenderPart, sequence: number): number => sequence * PARTS_MAX + config.index

function opening(state: SenderPart, env: Env, out: Out): SenderPart {
  const syn = { phase: 'opening', id: numbered(state, state.sequence), bornUs: env.now, attempt: 0 } as const
  return asked({ ...state, sequence: state.sequence + 1 }, syn, env, out)
}

function again(state: SenderPart, connection: Opening, env: Env, out: Out): SenderPart {
  const attempt = connection.attempt + 1
  note(out, 'timed-out', attempt)
  return asked(state, { ...connection, attempt }, env, out)
}

/** Sends the SYN; without an answer again after the first timeout of RFC 6298, then at intervals that double. */
function asked(state: SenderPart, syn: Omit<Opening, 'retryAtUs'>, env: Env, out: Out): SenderPart {
  const record = { ...NOTHING_SENT, sentUs: env.now, retransmission: syn.attempt > 0 }
  emit(state, { ...syn, segment: { seq: SYN_SEQ, length: 0, record } }, out)
  const retryAtUs = env.now + rtoUs(SENDER.rto, { estimate: null, backoff: syn.attempt })
  return { ...state, connection: { ...syn, retryAtUs } }
}

const NOTHING_SENT = Object.freeze({ delivered: 0, deliveredUs: 0, firstSentUs: 0, appLimited: false })

/** One segment goes out. Without an output it is lost, as when a cable is pulled: the timeouts find out. */
function emit(
  { config, durable }: SenderPart,
  given: { readonly id: number; readonly bornUs: number; readonly attempt: number; readonly segment: Segment },
  out: Out,
): void {
  const to = durable.outputs[0]
  if (to === undefined) return
  const { id, bornUs, attempt, segment } = given
  const parcel: Parcel = {
    id,
    class: durable.settings.class,
    priority: 0,
    bornUs,
    deadlineUs: null,
    attempt,
    sizeBytes: segment.length + SENDER.headerBytes,
    serviceUs: 0,
    origin: config.self,
    segment,
    via: config.self,
    entered: 0,
    enteredUs: 0,
    epoch: 0,
    asked: true,
  }
  send(out, to, { kind: 'segment', parcel })
}

function acknowledged(state: SenderPart, ack: Ack, env: Env, out: Out): SenderPart {
  const { connection } = state
  if (connection.phase === 'open') {
    // RFC 9293 section 3.10.7.4: what was never sent cannot be acknowledged. It is meant for an earlier connection.
    if (ack.ack > connection.tcp.board.nxt) return state
    return stepped(state, connection, { kind: 'ack', ack, entropy: env.entropy }, env, out)
  }
  if (connection.phase === 'idle' || ack.echo === null || ack.echo.sentUs < connection.bornUs) return state
  const { settings } = state.durable
  const tcp = senderStart(senderConfig(settings), ack.windowBytes)
  const write = { kind: 'write', bytes: settings.offerBytes ?? UNLIMITED_BYTES } as const
  return stepped(state, { phase: 'open', id: connection.id, tcp }, write, env, out)
}

function stepped(state: SenderPart, connection: Open, event: SenderEvent, env: Env, out: Out): SenderPart {
  const { tcp: before, id } = connection
  const { state: tcp, outcome } = stepSender(senderConfig(state.durable.settings), before, event, env.now)
  let { sequence } = state
  for (const segment of outcome)
    emit(state, { id: numbered(state, sequence++), bornUs: env.now, attempt: 0, segment }, out)
  tell(before, tcp, out)
  return { ...state, connection: { phase: 'open', id, tcp }, sequence }
}

/** The receiver has no room left. */
const isShut = ({ edge, board }: SenderState): boolean => edge <= board.una

function tell(before: SenderState, after: SenderState, out: Out): void {
  if (after.counts.timeouts > before.counts.timeouts) note(out, 'timed-out', after.counts.timeouts)
  if (after.counts.repairs > before.counts.repairs) note(out, 'loss-repaired', after.counts.repairs)
  if (isShut(after) !== isShut(before)) note(out, 'zero-window', isShut(after) ? 1 : 0)
}

function waiting(state: SenderPart, env: Env, out: Out): SenderPart {
  const dueUs = armed(state.dueUs, wakeUs(state), env.now, out)
  return dueUs === state.dueUs ? state : { ...state, dueUs }
}

function wakeUs({ connection, durable }: SenderPart): number | null {
  if (connection.phase === 'idle') return durable.outputs.length === 0 ? null : durable.settings.startUs
  return connection.phase === 'opening' ? connection.retryAtUs : senderWakeUs(connection.tcp)
}

function commanded(state: SenderPart, command: FlowCommand, env: Env, out: Out): SenderPart {
  switch (command.kind) {
    case 'sender':
      return patched(state, command.patch, env, out)
    case 'connect':
      return routed(state, [command.to], out)
    case 'disconnect':
      return state.durable.outputs.includes(command.to) ? routed(state, [], out) : state
    default:
      return state
  }
}

/** There is one way at most: a new one takes the place of the old one, and the connection goes on over it. */
function routed(state: SenderPart, outputs: readonly NodeId[], out: Out): SenderPart {
  const { durable } = state
  for (const old of durable.outputs) if (!outputs.includes(old)) send(out, old, { kind: 'cancel' })
  for (const output of outputs) send(out, output, { kind: 'subscribe' })
  return { ...state, durable: { ...durable, outputs } }
}

function patched(state: SenderPart, patch: Patch<SenderSettings>, env: Env, out: Out): SenderPart {
  const { durable, connection } = state
  const settings = { ...durable.settings, ...patch }
  const next = { ...state, durable: { ...durable, settings } }
  if (connection.phase !== 'open') return next
  const tcp = adapted(connection.tcp, durable.settings, settings)
  return stepped(next, { ...connection, tcp }, { kind: 'write', bytes: 0 }, env, out)
}

/** A connection under new settings: what was sent cannot be unsaid, and another algorithm begins with this window. */
function adapted(tcp: SenderState, before: SenderSettings, after: SenderSettings): SenderState {
  const written = Math.max(tcp.board.nxt, after.offerBytes ?? UNLIMITED_BYTES)
  if (after.congestion === before.congestion) return { ...tcp, written }
  const path = { srttUs: tcp.rto.estimate?.srttUs ?? null, delivered: tcp.delivery.delivered }
  const { congestion: from } = senderConfig(before)
  const congestion = switchCongestion(from, tcp.congestion, senderConfig(after).congestion, path)
  return { ...tcp, written, congestion }
}

/** What a picture shows of a sender. Before the connection is open there are no windows. */
export interface SenderView {
  readonly phase:
    | 'idle'
    | 'connecting'
    | 'slow start'
    | 'congestion avoidance'
    | 'recovery'
    | 'after a timeout'
    | 'startup'
    | 'drain'
    | 'probing bandwidth'
    | 'probing RTT'
  readonly cwndBytes: number
  readonly ssthreshBytes: number | null
  readonly flightBytes: number
  readonly receiveWindowBytes: number
  readonly srttUs: number | null
  readonly rtoUs: number
  readonly segments: number
  readonly retransmissions: number
  readonly timeouts: number
  readonly probes: number
  readonly deliveredBytes: number
  readonly pacingBytesPerSecond: number | null
}

export function senderView({ connection, durable }: SenderPart): SenderView {
  if (connection.phase !== 'open') return connection.phase === 'idle' ? UNOPENED : { ...UNOPENED, phase: 'connecting' }
  const { tcp } = connection
  const { congestion: choice, mssBytes, rto } = senderConfig(durable.settings)
  const rate = pacingRate(tcp.congestion)
  const { segments, retransmissions, timeouts, probes } = tcp.counts
  return {
    phase: phase(tcp, slowStartThreshold(choice, tcp.congestion), congestionWindow(choice, tcp.congestion)),
    cwndBytes: congestionWindow(choice, tcp.congestion),
    ssthreshBytes: slowStartThreshold(choice, tcp.congestion),
    flightBytes: flightBytes(tcp.board, mssBytes),
    receiveWindowBytes: tcp.edge - tcp.board.una,
    srttUs: tcp.rto.estimate === null ? null : Math.round(tcp.rto.estimate.srttUs),
    rtoUs: rtoUs(rto, tcp.rto),
    segments,
    retransmissions,
    timeouts,
    probes,
    deliveredBytes: tcp.delivery.delivered,
    pacingBytesPerSecond: rate === null ? null : Math.round(rate * 1_000_000),
  }
}

const UNOPENED: SenderView = Object.freeze({
  phase: 'idle',
  cwndBytes: 0,
  ssthreshBytes: null,
  flightBytes: 0,
  receiveWindowBytes: 0,
  srttUs: null,
  rtoUs: SENDER.rto.initialUs,
  segments: 0,
  retransmissions: 0,
  timeouts: 0,
  probes: 0,
  deliveredBytes: 0,
  pacingBytesPerSecond: null,
})

const BBR_PHASES = {
  startup: 'startup',
  drain: 'drain',
  'probe-bandwidth': 'probing bandwidth',
  'probe-rtt': 'probing RTT',
} as const

function phase({ congestion, board }: SenderState, threshold: number | null, cwndBytes: number): SenderView['phase'] {
  if (board.repair !== null) return board.repair.kind === 'recovery' ? 'recovery' : 'after a timeout'
  if (congestion.kind === 'bbr') return BBR_PHASES[congestion.mode]
  return threshold === null || cwndBytes < threshold ? 'slow start' : 'congestion avoidance'
}

/** Equal connections give equal hashes; what is a fraction counts by its bytes or microseconds. */
export function hashSender({ connection, sequence, dueUs }: SenderPart): number {
  const lane = foldLane(foldLane(0, sequence), dueUs ?? -1)
  if (connection.phase === 'idle') return lane
  const begun = foldLane(lane, connection.id)
  if (connection.phase === 'opening') return foldLane(foldLane(begun, connection.attempt), connection.retryAtUs)
  return hashTcp(begun, connection.tcp)
}

function hashTcp(lane: number, tcp: SenderState): number {
  const { board, congestion, rto, persist, delivery, counts } = tcp
  const window = congestion.kind === 'cubic' ? congestion.cwnd * 1_024 : congestion.cwndBytes
  const facts = [
    board.una,
    board.nxt,
    board.retransmittedTo,
    board.sacked.length,
    rangeBytes(board.sacked),
    board.repair?.point ?? -1,
    tcp.written,
    tcp.edge,
    Math.floor(window),
    Math.floor((pacingRate(congestion) ?? 0) * 1_000_000),
    Math.floor(rto.estimate?.srttUs ?? -1),
    rto.backoff,
    tcp.rtoAtUs ?? -1,
    persist?.atUs ?? -1,
    tcp.overrideAtUs ?? -1,
    delivery.delivered,
    tcp.paced ? tcp.nextSendUs : -1,
    tcp.lostBytes,
    counts.segments,
    counts.timeouts,
    counts.probes,
  ]
  return facts.reduce(foldLane, lane)
}
