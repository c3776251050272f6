import { emptyPacketQueue, type PacketQueue, pushPacket, shiftPacket } from '../aqm/packets.ts'
import type { Segment } from './segment.ts'

/**
 * The bottleneck: a line of a given rate behind a queue of a given size, with whatever discipline manages that queue.
 * Times in microseconds.
 */
export interface Packet {
  readonly flow: number
  readonly segment: Segment
  /** On the wire, headers included. */
  readonly sizeBytes: number
  readonly enqueuedUs: number
}

/** What waits for the line. */
export type Waiting = PacketQueue<Packet>

/** Active queue management as the link sees it: a verdict on each packet that comes, and the choice of what goes next. */
export interface QueueDiscipline<State> {
  readonly start: State
  arrive(
    state: State,
    packet: Packet,
    waiting: Waiting,
    nowUs: number,
    entropy: number,
  ): { readonly state: State; readonly drop: boolean }
  take(state: State, waiting: Waiting, nowUs: number): Departure<State>
}

export interface Departure<State> {
  readonly state: State
  readonly waiting: Waiting
  /** Null: nothing waits any more. */
  readonly packet: Packet | null
  /** How many were thrown away on the way. */
  readonly dropped: number
}

/** First in, first out, full is full. */
export const TAIL_DROP: QueueDiscipline<null> = Object.freeze({
  start: null,
  arrive: () => ({ state: null, drop: false }),
  take(_state: null, waiting: Waiting) {
    const taken = shiftPacket(waiting)
    return { state: null, waiting: taken?.rest ?? waiting, packet: taken?.packet ?? null, dropped: 0 }
  },
})

export interface LinkConfig<State> {
  readonly bitsPerSecond: number
  /** Packets that may wait, beside the one on the line. */
  readonly limitPackets: number
  readonly discipline: QueueDiscipline<State>
}

export interface LinkState<State> {
  readonly waiting: Waiting
  readonly onLine: { readonly packet: Packet; readonly doneUs: number } | null
  readonly discipline: State
  /** Since `countedUs` the queue has its present length; before, it adds up to `packetUs`. */
  readonly packetUs: number
  readonly countedUs: number
  readonly busyUs: number
  readonly arrived: number
  readonly departed: number
  readonly droppedFull: number
  readonly droppedEarly: number
}

export const linkStart = <State>({ discipline }: LinkConfig<State>): LinkState<State> => ({
  waiting: emptyPacketQueue(),
  onLine: null,
  discipline: discipline.start,
  packetUs: 0,
  countedUs: 0,
  busyUs: 0,
  arrived: 0,
  departed: 0,
  droppedFull: 0,
  droppedEarly: 0,
})

/** How long a packet is on the line. */
const transmissionUs = ({ bitsPerSecond }: { readonly bitsPerSecond: number }, sizeBytes: number): number =>
  Math.max(1, Math.round((sizeBytes * 8_000_000) / bitsPerSecond))

const counted = <State>(link: LinkState<State>, nowUs: number): LinkState<State> => ({
  ...link,
  packetUs: link.packetUs + link.waiting.packets.length * (nowUs - link.countedUs),
  countedUs: nowUs,
})

/** A packet comes: onto the line, into the queue, or nowhere. */
export function arriveAtLink<State>(
  config: LinkConfig<State>,
  state: LinkState<State>,
  packet: Packet,
  nowUs: number,
  entropy: number,
): LinkState<State> {
  const link = { ...counted(state, nowUs), arrived: state.arrived + 1 }
  if (link.waiting.packets.length >= config.limitPackets && link.onLine !== null)
    return { ...link, droppedFull: link.droppedFull + 1 }
  const verdict = config.discipline.arrive(link.discipline, packet, link.waiting, nowUs, entropy)
  const judged = { ...link, discipline: verdict.state }
  if (verdict.drop) return { ...judged, droppedEarly: judged.droppedEarly + 1 }
  const queued = { ...judged, waiting: pushPacket(judged.waiting, packet) }
  return queued.onLine === null ? startLine(config, queued, nowUs) : queued
}

/** The packet on the line has left; `outcome` is that packet. */
export function leaveLink<State>(
  config: LinkConfig<State>,
  state: LinkState<State>,
  nowUs: number,
): { state: LinkState<State>; outcome: Packet | null } {
  if (state.onLine === null || state.onLine.doneUs > nowUs) return { state, outcome: null }
  const link = { ...counted(state, nowUs), onLine: null, departed: state.departed + 1 }
  return { state: startLine(config, link, nowUs), outcome: state.onLine.packet }
}

function startLine<State>(config: LinkConfig<State>, link: LinkState<State>, nowUs: number): LinkState<State> {
  const { state: discipline, waiting, packet, dropped } = config.discipline.take(link.discipline, link.waiting, nowUs)
  const next = { ...link, discipline, waiting, droppedEarly: link.droppedEarly + dropped }
  if (packet === null) return next
  const durationUs = transmissionUs(config, packet.sizeBytes)
  return { ...next, busyUs: next.busyUs + durationUs, onLine: { packet, doneUs: nowUs + durationUs } }
}

/** Mean length of the queue over [0, nowUs], in packets. */
export const meanQueue = <State>(link: LinkState<State>, nowUs: number): number =>
  nowUs === 0 ? 0 : counted(link, nowUs).packetUs / nowUs
