import type { NodeId } from '../../../base/brand.ts'
import { congestionWindow } from '../tcp/congestion.ts'
import { flightBytes } from '../tcp/scoreboard.ts'
import { senderConfig } from './tcp-settings.ts'
import type { ReceiverConnection, ReceiverPart, SenderPart } from './types.ts'

/**
 * What must hold of TCP's windows, as functions of states: null, or one sentence with the numbers that decide.
 */

/**
 * RFC 5681 section 2 and RFC 6675 section 5: new data only while the window has room for it; a repair may begin with one
 * segment all the same. A window that has just been cut may well be smaller than what is in flight.
 */
export function exceedsWindow(before: SenderPart, after: SenderPart): string | null {
  if (after.connection.phase !== 'open') return null
  const { tcp } = after.connection
  const earlier =
    before.connection.phase === 'open' && before.connection.id === after.connection.id ? before.connection.tcp : null
  const sent = tcp.counts.segments - (earlier?.counts.segments ?? 0)
  const fresh = tcp.board.nxt - (earlier?.board.nxt ?? 0)
  const { congestion, mssBytes } = senderConfig(after.durable.settings)
  const windowBytes = congestionWindow(congestion, tcp.congestion)
  const flight = flightBytes(tcp.board, mssBytes)
  if (flight <= windowBytes || (fresh === 0 && sent <= 1)) return null
  return `${after.config.self} sent ${sent} segments, and ${flight} bytes are in flight under a window of ${windowBytes}`
}

/** RFC 9293 section 3.8.6: what was offered is not taken back. */
export function takesBack(before: ReceiverPart, after: ReceiverPart): string | null {
  for (const { from, id, tcp } of after.connections) {
    const earlier = connectionOf(before, from, id)
    if (earlier === undefined || tcp.edge >= earlier.tcp.edge) continue
    return `${after.config.self} took ${earlier.tcp.edge - tcp.edge} bytes back from ${from}: it had offered up to ${earlier.tcp.edge}`
  }
  return null
}

/** RFC 9293 section 3.8.4: nothing is sent beyond SND.UNA + SND.WND, which is nowhere beyond what was offered. */
export function exceedsOffer({ config, connection }: SenderPart, receiver: ReceiverPart): string | null {
  if (connection.phase !== 'open') return null
  const { nxt } = connection.tcp.board
  const edge = connectionOf(receiver, config.self, connection.id)?.tcp.edge ?? nxt
  if (nxt <= edge) return null
  return `${config.self} has sent up to byte ${nxt}, and ${receiver.config.self} has offered up to ${edge}`
}

const connectionOf = (receiver: ReceiverPart, from: NodeId, id: number): ReceiverConnection | undefined =>
  receiver.connections.find((connection) => connection.from === from && connection.id === id)
