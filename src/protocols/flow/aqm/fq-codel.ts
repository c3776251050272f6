import { foldLane } from '../../../base/digest.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import { below } from '../../../base/prng.ts'
import { CODEL_DEFAULTS, type Codel, type CodelConfig, codelDequeue, initialCodel } from './codel.ts'
import { emptyPacketQueue, type Packet, type PacketQueue, pushPacket, shiftPacket } from './packets.ts'

export interface FqCodelConfig {
  readonly codel: CodelConfig
  /** Queues that flows are hashed to. */
  readonly flows: number
  /** What a flow may send in a round. */
  readonly quantumBytes: number
  readonly limitPackets: number
  readonly memoryBytes: number
  /** The most that is dropped at once when the limit is reached. */
  readonly dropBatch: number
}

/** RFC 8290 section 5 and Linux `fq_codel_init`. */
export const FQ_CODEL_DEFAULTS: FqCodelConfig = Object.freeze({
  codel: Object.freeze({ ...CODEL_DEFAULTS, ecn: true }),
  flows: 1_024,
  quantumBytes: 1_514,
  limitPackets: 10_240,
  memoryBytes: 32 * 1_024 * 1_024,
  dropBatch: 64,
})

export interface FqFlow<T extends Packet> {
  readonly queue: PacketQueue<T>
  readonly codel: Codel
  /** What it may still send in this round; 0 or less: its turn is over. */
  readonly deficitBytes: number
}

export interface FqCodel<T extends Packet> {
  /** By the number of the queue. A flow that has been idle keeps its CoDel state. */
  readonly flows: PersistentMap<FqFlow<T>>
  /** Queues that have just become busy: they are served before the others. */
  readonly newFlows: readonly number[]
  readonly oldFlows: readonly number[]
  readonly packets: number
  readonly bytes: number
}

export const emptyFqCodel = <T extends Packet>(): FqCodel<T> => ({
  flows: PersistentMap.empty(),
  newFlows: [],
  oldFlows: [],
  packets: 0,
  bytes: 0,
})

/** The queue to which a flow (its number in the lab, its five-tuple in a router) is hashed. */
export const flowQueueOf = (config: FqCodelConfig, flow: number): number =>
  below(foldLane(foldLane(0x2545f491, flow), flow) >>> 0, config.flows)

const flowAt = <T extends Packet>(state: FqCodel<T>, at: number): FqFlow<T> =>
  state.flows.get(String(at)) ?? { queue: emptyPacketQueue<T>(), codel: initialCodel, deficitBytes: 0 }

const withFlow = <T extends Packet>(state: FqCodel<T>, at: number, flow: FqFlow<T>): FqCodel<T> => ({
  ...state,
  flows: state.flows.set(String(at), flow),
})

/** Puts a packet into queue `at`; when that is too much, the fattest queue loses up to half of its bytes. */
export function fqEnqueue<T extends Packet>(
  config: FqCodelConfig,
  state: FqCodel<T>,
  at: number,
  packet: T,
): { readonly state: FqCodel<T>; readonly dropped: readonly T[] } {
  const flow = flowAt(state, at)
  const isNew = !state.newFlows.includes(at) && !state.oldFlows.includes(at)
  const deficitBytes = isNew ? config.quantumBytes : flow.deficitBytes
  const next: FqCodel<T> = {
    ...withFlow(state, at, { ...flow, queue: pushPacket(flow.queue, packet), deficitBytes }),
    newFlows: isNew ? [...state.newFlows, at] : state.newFlows,
    packets: state.packets + 1,
    bytes: state.bytes + packet.sizeBytes,
  }
  const fits = next.packets <= config.limitPackets && next.bytes <= config.memoryBytes
  return fits ? { state: next, dropped: [] } : dropFromFattest(config, next)
}

function dropFromFattest<T extends Packet>(config: FqCodelConfig, state: FqCodel<T>) {
  const at = fattest(state)
  const flow = flowAt(state, at)
  const enough = flow.queue.backlogBytes >> 1
  const dropped: T[] = []
  let queue = flow.queue
  do {
    const taken = shiftPacket(queue)!
    dropped.push(taken.packet)
    queue = taken.rest
  } while (dropped.length < config.dropBatch && flow.queue.backlogBytes - queue.backlogBytes < enough)
  // CoDel shall drop faster too.
  const codel = { ...flow.codel, count: flow.codel.count + dropped.length }
  return { state: counted(withFlow(state, at, { ...flow, queue, codel }), flow.queue, queue), dropped }
}

/** The queue with the most bytes, of equals the first. */
function fattest<T extends Packet>(state: FqCodel<T>): number {
  let best = -1
  let most = -1
  for (const at of [...state.newFlows, ...state.oldFlows].sort((x, y) => x - y)) {
    const bytes = flowAt(state, at).queue.backlogBytes
    if (bytes > most) [best, most] = [at, bytes]
  }
  return best
}

const counted = <T extends Packet>(state: FqCodel<T>, before: PacketQueue<T>, after: PacketQueue<T>): FqCodel<T> => ({
  ...state,
  packets: state.packets + after.packets.length - before.packets.length,
  bytes: state.bytes + after.backlogBytes - before.backlogBytes,
})

export interface FqDequeued<T extends Packet> {
  readonly state: FqCodel<T>
  /** Null: nothing waits. */
  readonly packet: T | null
  /** The queue that it came from; −1 when nothing waits. */
  readonly from: number
  readonly marked: boolean
  readonly dropped: readonly T[]
}

/**
 * FQ-CoDel (RFC 8290; Linux `sch_fq_codel.c`): deficit round robin (Shreedhar and Varghese 1995) over queues that CoDel
 * manages one by one; new flows go before old ones, so that a sparse flow never waits behind a bulky one.
 */
export function fqDequeue<T extends Packet>(config: FqCodelConfig, start: FqCodel<T>, nowUs: number): FqDequeued<T> {
  const dropped: T[] = []
  let state = start
  for (;;) {
    const isNew = state.newFlows.length > 0
    const at = isNew ? state.newFlows[0] : state.oldFlows[0]
    if (at === undefined) return { state, packet: null, from: -1, marked: false, dropped }
    const flow = flowAt(state, at)
    if (flow.deficitBytes <= 0) {
      const refilled = { ...flow, deficitBytes: flow.deficitBytes + config.quantumBytes }
      state = toOldFlows(withFlow(state, at, refilled), at)
      continue
    }
    const {
      codel,
      queue,
      packet,
      marked,
      dropped: lost,
    } = codelDequeue(config.codel, flow.codel, flow.queue, shiftPacket, nowUs)
    dropped.push(...lost)
    const deficitBytes = flow.deficitBytes - (packet?.sizeBytes ?? 0)
    state = counted(withFlow(state, at, { queue, codel, deficitBytes }), flow.queue, queue)
    if (packet !== null) return { state, packet, from: at, marked, dropped }
    // A new flow that ran dry goes once through the old ones: else it could starve them by coming back as new.
    state = isNew && state.oldFlows.length > 0 ? toOldFlows(state, at) : withoutFlow(state, at)
  }
}

const withoutFlow = <T extends Packet>(state: FqCodel<T>, at: number): FqCodel<T> => ({
  ...state,
  newFlows: state.newFlows.filter((other) => other !== at),
  oldFlows: state.oldFlows.filter((other) => other !== at),
})

function toOldFlows<T extends Packet>(state: FqCodel<T>, at: number): FqCodel<T> {
  const without = withoutFlow(state, at)
  return { ...without, oldFlows: [...without.oldFlows, at] }
}
