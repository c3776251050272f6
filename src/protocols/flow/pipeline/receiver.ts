import { unreachable } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import { foldLane, hashText } from '../../../base/digest.ts'
import type { Env, Input, Transition } from '../../../machine/machine.ts'
import {
  offeredBytes,
  type ReceiverEvent,
  type ReceiverState,
  receiverStart,
  receiverWakeUs,
  stepReceiver,
} from '../tcp/receive-window.ts'
import { rangeBytes, type Segment } from '../tcp/segment.ts'
import { SYN_SEQ } from './sender.ts'
import type { Patch } from './settings.ts'
import { RECEIVER_DEFAULTS, type ReceiverSettings } from './tcp-settings.ts'
import { armed, kept, type Out, send } from './tcp-turn.ts'
import type {
  FlowDurable,
  FlowMessage,
  FlowProtocol,
  Parcel,
  PartConfig,
  ReceiverConnection,
  ReceiverPart,
} from './types.ts'

/**
 * The receiving end of TCP connections as a part of a pipeline. A connection belongs to the sender that opened it;
 * acknowledgements go straight back to it. The line before it is never held up: TCP has a window of its own.
 */

export function bootReceiver(
  config: PartConfig,
  durable: FlowDurable<ReceiverSettings> | null,
  _env: Env,
): Transition<FlowProtocol> {
  const out: Out = []
  const held = durable ?? { settings: RECEIVER_DEFAULTS, outputs: [], inputs: [] }
  for (const input of held.inputs) welcome(input, out)
  return { state: { kind: 'receiver', config, durable: held, connections: [], dueUs: null }, effects: out }
}

export function stepReceiverPart(state: ReceiverPart, input: Input<FlowProtocol>, env: Env): Transition<FlowProtocol> {
  const out: Out = []
  const next = received(state, input, env, out)
  const dueUs = armed(next.dueUs, wakeUs(next), env.now, out)
  kept(state.durable, next.durable, input, out)
  return { state: dueUs === next.dueUs ? next : { ...next, dueUs }, effects: out }
}

function received(state: ReceiverPart, input: Input<FlowProtocol>, env: Env, out: Out): ReceiverPart {
  switch (input.kind) {
    case 'message':
      return told(state, input.from, input.message, env, out)
    case 'timer':
      return timed({ ...state, dueUs: null }, env, out)
    case 'command':
      return input.command.kind === 'receiver' ? patched(state, input.command.patch, env, out) : state
    default:
      return unreachable(input)
  }
}

function told(state: ReceiverPart, from: NodeId, message: FlowMessage, env: Env, out: Out): ReceiverPart {
  const { durable } = state
  const others = durable.inputs.filter((input) => input !== from)
  switch (message.kind) {
    case 'segment':
      return arrived(state, message.parcel, env, out)
    case 'subscribe':
      welcome(from, out)
      if (others.length < durable.inputs.length) return state
      return { ...state, durable: { ...durable, inputs: [...others, from] } }
    case 'cancel':
      return others.length === durable.inputs.length ? state : { ...state, durable: { ...durable, inputs: others } }
    default:
      return state
  }
}

function welcome(input: NodeId, out: Out): void {
  send(out, input, { kind: 'demand', signal: { how: 'open' }, epoch: 0 })
}

function arrived(state: ReceiverPart, { origin, id, segment }: Parcel, env: Env, out: Out): ReceiverPart {
  if (segment === null) return state
  const at = state.connections.findIndex(({ from }) => from === origin)
  const connection = opened(state, state.connections[at], origin, id, segment)
  if (connection === null) {
    // Nobody knows the connection, because this end has crashed: say so (RST). What is only late is thrown away.
    if (at < 0) send(out, origin, { kind: 'cancel' })
    return state
  }
  const next = stepped(state, connection, { kind: 'segment', segment }, env, out)
  return { ...state, connections: at < 0 ? [...state.connections, next] : state.connections.with(at, next) }
}

/** The connection that a segment belongs to: this one, or the one that it opens. Null: one that is gone. */
function opened(
  state: ReceiverPart,
  present: ReceiverConnection | undefined,
  from: NodeId,
  id: number,
  { seq }: Segment,
): ReceiverConnection | null {
  const opens = seq === SYN_SEQ && (present === undefined || id > present.id)
  if (opens) return { from, id, tcp: receiverStart(state.durable.settings) }
  return present === undefined || id < present.id ? null : present
}

function stepped(
  state: ReceiverPart,
  connection: ReceiverConnection,
  event: ReceiverEvent,
  env: Env,
  out: Out,
): ReceiverConnection {
  const { from, id } = connection
  const { state: tcp, outcome } = stepReceiver(state.durable.settings, connection.tcp, event, env.now)
  if (outcome !== null) send(out, from, { kind: 'ack', ack: outcome })
  return { from, id, tcp }
}

function timed(state: ReceiverPart, env: Env, out: Out): ReceiverPart {
  const connections = state.connections.map((connection) => {
    const atUs = receiverWakeUs(connection.tcp)
    return atUs === null || env.now < atUs ? connection : stepped(state, connection, { kind: 'timer' }, env, out)
  })
  return { ...state, connections }
}

function wakeUs({ connections }: ReceiverPart): number | null {
  let least: number | null = null
  for (const { tcp } of connections) {
    const atUs = receiverWakeUs(tcp)
    if (atUs !== null && (least === null || atUs < least)) least = atUs
  }
  return least
}

/** A buffer that has grown is offered at once; one that has shrunk takes nothing back (RFC 9293 section 3.8.6). */
function patched(state: ReceiverPart, patch: Patch<ReceiverSettings>, env: Env, out: Out): ReceiverPart {
  const { durable } = state
  const next = { ...state, durable: { ...durable, settings: { ...durable.settings, ...patch } } }
  const connections = next.connections.map((connection) => {
    const tcp = adapted(connection.tcp, next.durable.settings, env.now)
    return stepped(next, { ...connection, tcp }, { kind: 'timer' }, env, out)
  })
  return { ...next, connections }
}

/** An application that reads more often does so from now on; one that reads at once takes what lies there. */
function adapted(tcp: ReceiverState, { readEveryUs }: ReceiverSettings, nowUs: number): ReceiverState {
  const { readAtUs, unreadBytes, readTotalBytes } = tcp
  if (readAtUs === null) return tcp
  if (readEveryUs > 0) return { ...tcp, readAtUs: Math.min(readAtUs, nowUs + readEveryUs) }
  return { ...tcp, unreadBytes: 0, readTotalBytes: readTotalBytes + unreadBytes, readAtUs: null }
}

/** What a picture shows of one connection's receiving end; bytes. */
export interface ReceiverConnectionView {
  readonly from: NodeId
  /** What the application has read. */
  readonly deliveredBytes: number
  readonly unreadBytes: number
  /** What is left of the last offer. */
  readonly windowBytes: number
  /** What waits beyond a hole. */
  readonly beyondBytes: number
}

/** The sums over all connections, and each of them. */
export interface ReceiverView extends Omit<ReceiverConnectionView, 'from'> {
  readonly connections: readonly ReceiverConnectionView[]
}

export function receiverView(state: ReceiverPart): ReceiverView {
  const connections = state.connections.map(({ from, tcp }) => ({
    from,
    deliveredBytes: tcp.readTotalBytes,
    unreadBytes: tcp.unreadBytes,
    windowBytes: offeredBytes(tcp),
    beyondBytes: rangeBytes(tcp.beyond),
  }))
  const sum = (of: (view: ReceiverConnectionView) => number) => connections.reduce((total, view) => total + of(view), 0)
  return {
    deliveredBytes: sum((view) => view.deliveredBytes),
    unreadBytes: sum((view) => view.unreadBytes),
    windowBytes: sum((view) => view.windowBytes),
    beyondBytes: sum((view) => view.beyondBytes),
    connections,
  }
}

/** Equal connections give equal hashes. */
export function hashReceiver({ connections, dueUs }: ReceiverPart): number {
  let lane = foldLane(0, dueUs ?? -1)
  for (const { from, id, tcp } of connections) {
    const facts = [
      hashText(from),
      id,
      tcp.nextSeq,
      tcp.unreadBytes,
      tcp.readTotalBytes,
      tcp.beyond.length,
      rangeBytes(tcp.beyond),
      tcp.edge,
      tcp.unackedSegments,
      tcp.ackAtUs ?? -1,
      tcp.lastEcho?.sentUs ?? -1,
      tcp.readAtUs ?? -1,
      tcp.refusedBytes,
    ]
    lane = facts.reduce(foldLane, lane)
  }
  return lane
}
