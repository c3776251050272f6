import type { NodeId } from '../../base/brand.ts'
import type { AtCut } from '../../live/host.ts'
import type { Message } from '../../protocols/cluster/messages.ts'

/**
 * A cut as a firewall makes it that rejects: nobody connects across, and what established connections carry is sent
 * again until it is mended (TCP), unless they are given up before.
 */
export function atCut(message: Message): AtCut {
  return message.kind === 'Connect' || message.kind === 'Psync' ? 'refused' : 'held'
}

/** Linux sends a bare acknowledgement of a small segment after this time. */
const DELAYED_ACK_US = 40_000

/** PING, REPLCONF and their answers stand before a PSYNC; here they are one message. */
const HANDSHAKE_US = 5000

/**
 * How long messages of the bus wait in the sender's socket. The connections that nodes open have no TCP_NODELAY: a
 * message waits until the one before it is acknowledged, which is at once when it is answered (a PING by its PONG), and
 * else when the receiver's delayed acknowledgement comes. So the others hear of an election's end 40 ms after it, as
 * recordings of real nodes show.
 */
export class Wires {
  private readonly acknowledgedUs = new Map<string, number>()

  /** `now`: microseconds. */
  constructor(private readonly now: () => number) {}

  /** How long a message is under way that needs `travelUs` once it has left. */
  delayUs(from: NodeId, to: NodeId, travelUs: number, message: Message): number {
    if (message.kind === 'Psync') return travelUs + HANDSHAKE_US
    if (!('header' in message) || !message.header.channel.byOpener) return travelUs
    const pair = `${from}>${to}`
    const leavesUs = Math.max(this.now(), this.acknowledgedUs.get(pair) ?? 0)
    const isAnswered = message.kind === 'Ping' || message.kind === 'Meet'
    this.acknowledgedUs.set(pair, leavesUs + travelUs + (isAnswered ? travelUs : DELAYED_ACK_US))
    return leavesUs - this.now() + travelUs
  }
}
