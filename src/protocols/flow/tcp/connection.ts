import { Fifo } from '../../../base/fifo.ts'
import { draw, type StreamKey, streamKey } from '../../../base/prng.ts'
import { arriveAtLink, type LinkConfig, type LinkState, leaveLink, linkStart } from './link.ts'
import {
  quantised,
  type ReceiverConfig,
  type ReceiverEvent,
  type ReceiverState,
  receiverStart,
  receiverWakeUs,
  stepReceiver,
} from './receive-window.ts'
import type { Ack, Segment } from './segment.ts'
import {
  type SenderConfig,
  type SenderEvent,
  type SenderState,
  senderStart,
  senderWakeUs,
  stepSender,
} from './sender.ts'

/**
 * Connections that share one bottleneck: each a sender, a receiver with an application that reads at its own speed, and
 * the way between them; a small event-driven simulation whose state is one immutable value. The way back is never full.
 * Events at the same instant happen in the order: link, then flow by flow.
 */
export interface NetworkConfig<State> {
  readonly link: LinkConfig<State>
  readonly flows: readonly FlowConfig[]
  readonly seed: number
}

export interface FlowConfig {
  readonly sender: SenderConfig
  readonly receiver: ReceiverConfig
  readonly startUs: number
  /** From the bottleneck to the receiver, and from there back to the sender. */
  readonly forwardUs: number
  readonly returnUs: number
  /** What the application has to send, all of it at the start. */
  readonly offerBytes: number
  /** Window updates that are lost on their way, by number from 0: what the persist timer is for. */
  readonly loseWindowUpdates: readonly number[]
}

/** An application that never runs dry. */
export const UNLIMITED_BYTES = Number.MAX_SAFE_INTEGER

interface Arrival<T> {
  readonly atUs: number
  readonly item: T
}

export interface FlowState {
  readonly started: boolean
  readonly sender: SenderState
  readonly receiver: ReceiverState
  readonly segments: Fifo<Arrival<Segment>>
  readonly acks: Fifo<Arrival<Ack>>
  readonly windowUpdates: number
}

export interface NetworkState<State> {
  readonly nowUs: number
  readonly draws: number
  readonly link: LinkState<State>
  readonly flows: readonly FlowState[]
}

export function networkStart<State>(config: NetworkConfig<State>): NetworkState<State> {
  return { nowUs: 0, draws: 0, link: linkStart(config.link), flows: config.flows.map(flowStart) }
}

const flowStart = ({ sender, receiver }: FlowConfig): FlowState => ({
  started: false,
  sender: senderStart(sender, quantised(receiver, receiver.bufferBytes)),
  receiver: receiverStart(receiver),
  segments: Fifo.empty(),
  acks: Fifo.empty(),
  windowUpdates: 0,
})

/** What happens next to a flow: `kind` in the order in which simultaneous things happen. */
type FlowEvent = 'start' | 'segment' | 'ack' | 'receiver-timer' | 'sender-timer'

interface Next {
  readonly atUs: number
  /** -1 is the link. */
  readonly flow: number
  readonly kind: FlowEvent | 'link'
}

/** The next thing that happens, or null: nothing will ever happen again, which is a deadlock if data waits. */
export function nextEvent<State>(config: NetworkConfig<State>, { link, flows }: NetworkState<State>): Next | null {
  let next: Next | null = link.onLine === null ? null : { atUs: link.onLine.doneUs, flow: -1, kind: 'link' }
  const offer = (atUs: number | null | undefined, flow: number, kind: FlowEvent) => {
    if (atUs !== null && atUs !== undefined && (next === null || atUs < next.atUs)) next = { atUs, flow, kind }
  }
  for (const [flow, state] of flows.entries()) {
    if (!state.started) {
      offer(config.flows[flow]!.startUs, flow, 'start')
      continue
    }
    offer(state.segments.first()?.atUs, flow, 'segment')
    offer(state.acks.first()?.atUs, flow, 'ack')
    offer(receiverWakeUs(state.receiver), flow, 'receiver-timer')
    offer(senderWakeUs(state.sender), flow, 'sender-timer')
  }
  return next
}

/** The network at `untilUs`, after everything that happens up to then. */
export function advance<State>(
  config: NetworkConfig<State>,
  state: NetworkState<State>,
  untilUs: number,
): NetworkState<State> {
  const key = streamKey(config.seed, 'tcp')
  let now = state
  for (let next = nextEvent(config, now); next !== null && next.atUs <= untilUs; next = nextEvent(config, now))
    now = happen(config, { ...now, nowUs: next.atUs }, next, key)
  return { ...now, nowUs: untilUs }
}

const withFlow = <State>(state: NetworkState<State>, at: number, flow: FlowState): NetworkState<State> => ({
  ...state,
  flows: state.flows.with(at, flow),
})

function happen<State>(
  config: NetworkConfig<State>,
  state: NetworkState<State>,
  { atUs, flow: at, kind }: Next,
  key: StreamKey,
): NetworkState<State> {
  if (kind === 'link') return leaving(config, state, atUs)
  const flow = state.flows[at]!
  if (kind === 'segment') {
    const segment = flow.segments.first()!.item
    const taken = withFlow(state, at, { ...flow, segments: flow.segments.shift() })
    return receiving(config, taken, at, { kind: 'segment', segment })
  }
  if (kind === 'receiver-timer') return receiving(config, state, at, { kind: 'timer' })
  if (kind === 'ack') {
    const ack = flow.acks.first()!.item
    const taken = withFlow({ ...state, draws: state.draws + 1 }, at, { ...flow, acks: flow.acks.shift() })
    return sending(config, taken, at, { kind: 'ack', ack, entropy: draw(key, state.draws) }, key)
  }
  if (kind === 'sender-timer') return sending(config, state, at, { kind: 'timer' }, key)
  const started = withFlow(state, at, { ...flow, started: true })
  return sending(config, started, at, { kind: 'write', bytes: config.flows[at]!.offerBytes }, key)
}

function leaving<State>(config: NetworkConfig<State>, state: NetworkState<State>, nowUs: number): NetworkState<State> {
  const { state: link, outcome } = leaveLink(config.link, state.link, nowUs)
  if (outcome === null) return { ...state, link }
  const flow = state.flows[outcome.flow]!
  const arrival = { atUs: nowUs + config.flows[outcome.flow]!.forwardUs, item: outcome.segment }
  return withFlow({ ...state, link }, outcome.flow, { ...flow, segments: flow.segments.push(arrival) })
}

function sending<State>(
  config: NetworkConfig<State>,
  state: NetworkState<State>,
  at: number,
  event: SenderEvent,
  key: StreamKey,
): NetworkState<State> {
  const flow = state.flows[at]!
  const { sender } = config.flows[at]!
  const { nowUs } = state
  const stepped = stepSender(sender, flow.sender, event, nowUs)
  let { link, draws } = state
  for (const segment of stepped.outcome) {
    const packet = { flow: at, segment, sizeBytes: segment.length + sender.headerBytes, enqueuedUs: nowUs }
    link = arriveAtLink(config.link, link, packet, nowUs, draw(key, draws++))
  }
  return withFlow({ ...state, link, draws }, at, { ...flow, sender: stepped.state })
}

function receiving<State>(
  config: NetworkConfig<State>,
  state: NetworkState<State>,
  at: number,
  event: ReceiverEvent,
): NetworkState<State> {
  const flow = state.flows[at]!
  const { receiver: receiverConfig, returnUs, loseWindowUpdates } = config.flows[at]!
  const { state: receiver, outcome } = stepReceiver(receiverConfig, flow.receiver, event, state.nowUs)
  if (outcome === null) return withFlow(state, at, { ...flow, receiver })
  const update = event.kind === 'timer' && outcome.echo === null
  const windowUpdates = flow.windowUpdates + (update ? 1 : 0)
  const lost = update && loseWindowUpdates.includes(flow.windowUpdates)
  const acks = lost ? flow.acks : flow.acks.push({ atUs: state.nowUs + returnUs, item: outcome })
  return withFlow(state, at, { ...flow, receiver, windowUpdates, acks })
}
