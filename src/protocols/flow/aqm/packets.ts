import { AppendList } from '../../../base/append-list.ts'

/** What an active queue looks at. */
export interface Packet {
  readonly enqueuedUs: number
  readonly sizeBytes: number
  /** It may be marked instead of dropped (RFC 3168). */
  readonly ecnCapable?: boolean
}

/** A persistent first-in first-out queue that knows its bytes. Both ends cost O(1), on average over many calls. */
export interface PacketQueue<T extends Packet> {
  readonly list: AppendList<T>
  /** Absolute position of the head; what stands before it has left. */
  readonly head: number
  readonly backlogBytes: number
}

/** The head of a queue, and the queue without it. */
export interface Taken<Queue, T> {
  readonly packet: T
  readonly rest: Queue
  /** Bytes of `rest`. */
  readonly backlogBytes: number
}

/** How an active queue takes the head from any kind of queue. Null: it is empty. */
export type Take<Queue, T> = (queue: Queue) => Taken<Queue, T> | null

/** Positions that may stay in memory before the head. */
const SLACK = 64

export const emptyPacketQueue = <T extends Packet>(): PacketQueue<T> => ({
  list: AppendList.empty<T>(),
  head: 0,
  backlogBytes: 0,
})

export const packetCount = <T extends Packet>({ list, head }: PacketQueue<T>): number => list.end - head

export function pushPacket<T extends Packet>(queue: PacketQueue<T>, packet: T): PacketQueue<T> {
  const { list, head, backlogBytes } = queue
  return { list: list.append(packet), head, backlogBytes: backlogBytes + packet.sizeBytes }
}

export function shiftPacket<T extends Packet>(queue: PacketQueue<T>): Taken<PacketQueue<T>, T> | null {
  const packet = queue.list.at(queue.head)
  if (packet === undefined) return null
  const head = queue.head + 1
  const gone = head - queue.list.start
  // Copies as many as it forgets at most: that is what makes it O(1) on average.
  const list = gone >= SLACK && gone * 2 >= queue.list.length ? queue.list.dropBefore(head) : queue.list
  const backlogBytes = queue.backlogBytes - packet.sizeBytes
  return { packet, rest: { list, head, backlogBytes }, backlogBytes }
}
