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

/** One connection of the bus: when the segments under way are acknowledged, and those that leave then (0: none). */
interface Pipe {
  ackedUs: number
  thenUs: number
}

/**
 * How long messages of the bus wait in the sender's socket. The connections that nodes open have no TCP_NODELAY: what is
 * sent while something is not acknowledged waits, and leaves together when it is: at once when it is answered (a PING by
 * its PONG), else when the receiver's delayed acknowledgement comes. So the others hear of an election's end 40 ms
 * after it, as recordings of real nodes show.
 */
export class Wires {
  private readonly pipes = new Map<string, Pipe>()

  /** `now`: microseconds. */
  constructor(private readonly now: () => number) {}

  /** How long a message is under way that needs `travelUs` once it has left. */
  delayUs(from: NodeId, to: NodeId, travelUs: number, message: Message): number {
    if (message.kind === 'Psync') return travelUs + HANDSHAKE_US
    if (!('header' in message) || !message.header.channel.byOpener) return travelUs
    const now = this.now()
    const pipe = this.pipeOf(`${from}>${to}`, now)
    const waits = now < pipe.ackedUs
    const leavesUs = waits ? pipe.ackedUs : now
    const isAnswered = message.kind === 'Ping' || message.kind === 'Meet'
    const ackedUs = leavesUs + travelUs + (isAnswered ? travelUs : DELAYED_ACK_US)
    if (!waits) pipe.ackedUs = ackedUs
    else if (pipe.thenUs === 0 || ackedUs < pipe.thenUs) pipe.thenUs = ackedUs
    return leavesUs - now + travelUs
  }

  private pipeOf(pair: string, now: number): Pipe {
    const pipe = this.pipes.get(pair) ?? { ackedUs: 0, thenUs: 0 }
    this.pipes.set(pair, pipe)
    if (now >= pipe.ackedUs && pipe.thenUs > 0) {
      pipe.ackedUs = pipe.thenUs
      pipe.thenUs = 0
    }
    return pipe
  }
}
