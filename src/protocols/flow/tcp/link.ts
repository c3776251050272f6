import { Fifo } from '../../../base/fifo.ts'
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
  readonly arrivedUs: number
}

export interface QueueLength {
  readonly packets: number
  readonly bytes: number
}

/** Active queue management as the link sees it: a verdict on each packet that comes, and on each that is about to go. */
export interface QueueDiscipline<State> {
  readonly start: State
  arrive(state: State, packet: Packet, queue: QueueLength, nowUs: number, entropy: number): Verdict<State>
  leave(state: State, packet: Packet, queue: QueueLength, nowUs: number): Verdict<State>
}

export interface Verdict<State> {
  readonly state: State
  readonly drop: boolean
}

const KEEP: Verdict<null> = Object.freeze({ state: null, drop: false })

/** First in, first out, full is full. */
export const TAIL_DROP: QueueDiscipline<null> = Object.freeze({ start: null, arrive: () => KEEP, leave: () => KEEP })

export interface LinkConfig<State> {
  readonly bitsPerSecond: number
  /** Packets that may wait, beside the one on the line. */
  readonly limitPackets: number
  readonly discipline: QueueDiscipline<State>
}

export interface LinkState<State> {
  readonly queue: Fifo<Packet>
  readonly queueBytes: number
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
  queue: Fifo.empty(),
  queueBytes: 0,
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
export const transmissionUs = ({ bitsPerSecond }: { readonly bitsPerSecond: number }, sizeBytes: number): number =>
  Math.max(1, Math.round((sizeBytes * 8_000_000) / bitsPerSecond))

const counted = <State>(link: LinkState<State>, nowUs: number): LinkState<State> => ({
  ...link,
  packetUs: link.packetUs + link.queue.length * (nowUs - link.countedUs),
  countedUs: nowUs,
})

const lengthOf = <State>({ queue, queueBytes }: LinkState<State>): QueueLength => ({
  packets: queue.length,
  bytes: queueBytes,
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
  if (link.queue.length >= config.limitPackets && link.onLine !== null)
    return { ...link, droppedFull: link.droppedFull + 1 }
  const verdict = config.discipline.arrive(link.discipline, packet, lengthOf(link), nowUs, entropy)
  const judged = { ...link, discipline: verdict.state }
  if (verdict.drop) return { ...judged, droppedEarly: judged.droppedEarly + 1 }
  const queued = { ...judged, queue: judged.queue.push(packet), queueBytes: judged.queueBytes + packet.sizeBytes }
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

function startLine<State>(config: LinkConfig<State>, state: LinkState<State>, nowUs: number): LinkState<State> {
  let link = state
  for (let packet = link.queue.first(); packet !== undefined; packet = link.queue.first()) {
    const verdict = config.discipline.leave(link.discipline, packet, lengthOf(link), nowUs)
    const queueBytes = link.queueBytes - packet.sizeBytes
    link = { ...link, queue: link.queue.shift(), queueBytes, discipline: verdict.state }
    if (!verdict.drop) {
      const durationUs = transmissionUs(config, packet.sizeBytes)
      return { ...link, busyUs: link.busyUs + durationUs, onLine: { packet, doneUs: nowUs + durationUs } }
    }
    link = { ...link, droppedEarly: link.droppedEarly + 1 }
  }
  return link
}

/** Mean length of the queue over [0, nowUs], in packets. */
export const meanQueue = <State>(link: LinkState<State>, nowUs: number): number =>
  nowUs === 0 ? 0 : counted(link, nowUs).packetUs / nowUs
