import { Fifo } from '../../../base/fifo.ts'

/** What an active queue looks at. */
export interface Packet {
  readonly enqueuedUs: number
  readonly sizeBytes: number
  /** It may be marked instead of dropped (RFC 3168). */
  readonly ecnCapable?: boolean
}

/** A first-in first-out queue that knows its bytes. */
export interface PacketQueue<T extends Packet> {
  readonly packets: Fifo<T>
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

export const emptyPacketQueue = <T extends Packet>(): PacketQueue<T> => ({ packets: Fifo.empty<T>(), backlogBytes: 0 })

export const pushPacket = <T extends Packet>({ packets, backlogBytes }: PacketQueue<T>, packet: T): PacketQueue<T> => ({
  packets: packets.push(packet),
  backlogBytes: backlogBytes + packet.sizeBytes,
})

export function shiftPacket<T extends Packet>(queue: PacketQueue<T>): Taken<PacketQueue<T>, T> | null {
  const packet = queue.packets.first()
  if (packet === undefined) return null
  const backlogBytes = queue.backlogBytes - packet.sizeBytes
  return { packet, rest: { packets: queue.packets.shift(), backlogBytes }, backlogBytes }
}
