import type { NodeId } from '../../../base/brand.ts'
import { addressKey, type BusId, FLAG, type Peer } from '../peers.ts'
import type { Cluster } from '../state.ts'
import type { Turn } from '../turn.ts'
import { sendPing } from './send.ts'

/** TCP's first retransmission timeout for a connection that is being opened. */
const RETRY_MS = 1000

/** Begins to connect to a node. An address at which nobody can listen refuses at once: nothing changes. */
export function openLink(turn: Turn, peer: Peer): void {
  const actor = turn.config.directory.get(addressKey(peer.ip, peer.port))
  if (actor === undefined) return
  const number = turn.cluster.links + 1
  turn.change({ links: number })
  turn.changePeer(peer.id, {
    link: { number, state: 'connecting', sinceMs: turn.nowMs, retryMs: turn.nowMs + RETRY_MS, actor },
  })
  turn.send(actor, { kind: 'Connect', link: number })
}

/**
 * The first packet of a connection may be lost in a cut: it is sent again until somebody answers, after one second, three,
 * seven and so on (TCP's SYN).
 */
export function retryLink(turn: Turn, { id, link }: Peer): void {
  if (link === null || turn.nowMs < link.retryMs) return
  const retryMs = turn.nowMs + (turn.nowMs - link.sinceMs) + RETRY_MS
  turn.changePeer(id, { link: { ...link, retryMs } })
  turn.send(link.actor, { kind: 'Connect', link: link.number })
}

/** Drops my connection to a node; the next cron makes a new one. */
export function closeLink(turn: Turn, id: BusId): void {
  const { link } = turn.peer(id)!
  if (link === null) return
  turn.changePeer(id, { link: null })
  turn.send(link.actor, { kind: 'Closed', of: 'bus', number: link.number, byOpener: true })
}

/** Drops a node's connection to me. */
export function closeInbound(turn: Turn, id: BusId): void {
  const { inbound } = turn.peer(id)!
  if (inbound === null) return
  turn.changePeer(id, { inbound: null })
  forgetAccepted(turn, inbound.actor, inbound.number)
  refuseLink(turn, inbound.actor, inbound.number)
}

/** Says that a connection opened by the other side does not exist (RST). */
export function refuseLink(turn: Turn, to: NodeId, number: number): void {
  turn.send(to, { kind: 'Closed', of: 'bus', number, byOpener: false })
}

/** Somebody connects. It may ask twice: the answer may have been lost. */
export function receiveConnect(turn: Turn, from: NodeId, number: number): void {
  if (!isAccepted(turn.cluster, from, number)) {
    const numbers = turn.cluster.accepted.get(from) ?? []
    turn.change({ accepted: new Map(turn.cluster.accepted).set(from, [...numbers, number]) })
  }
  turn.send(from, { kind: 'Connected', link: number })
}

/** An actor has opened a connection of this number to me, and it stands. */
export const isAccepted = (cluster: Cluster, from: NodeId, number: number): boolean =>
  cluster.accepted.get(from)?.includes(number) ?? false

/**
 * My connection stands: a PING goes out at once, or the MEET that makes the other side add me. A ping that was
 * unanswered when the last connection broke is still unanswered.
 */
export function receiveConnected(turn: Turn, from: NodeId, number: number): void {
  const peer = peerOfLink(turn, number)
  if (peer?.link?.state !== 'connecting' || peer.link.actor !== from) return
  turn.changePeer(peer.id, { link: { ...peer.link, state: 'connected' } })
  const { pingSentMs } = turn.cluster.peers.timesOf(peer.id)
  sendPing(turn, peer.id, (peer.flags & FLAG.meet) === 0 ? 'Ping' : 'Meet')
  if (pingSentMs !== 0) turn.changeTimes(peer.id, { pingSentMs })
  turn.changePeer(peer.id, { flags: peer.flags & ~FLAG.meet })
}

/** A connection was refused, or ended. */
export function receiveClosed(turn: Turn, from: NodeId, number: number, byOpener: boolean): void {
  if (byOpener) forgetAccepted(turn, from, number)
  const peer = turn.cluster.peers
    .all()
    .find(
      ({ link, inbound }) =>
        (byOpener ? inbound : link)?.number === number && (byOpener ? inbound : link)?.actor === from,
    )
  if (peer === undefined) return
  if (byOpener) turn.changePeer(peer.id, { inbound: null })
  else {
    if (peer.link?.state === 'connected') turn.note('link-lost', peer.port)
    turn.changePeer(peer.id, { link: null })
  }
}

/** Whose outbound connection has the number. `likely`: the node that it probably is. */
export function peerOfLink(turn: Turn, number: number, likely: BusId | null = null): Peer | undefined {
  const guess = turn.peer(likely)
  if (guess?.link?.number === number) return guess
  return turn.cluster.peers.all().find(({ link }) => link?.number === number)
}

/** A connection to me turned out to be a node's: an older one of the same node is closed. */
export function adoptInbound(turn: Turn, peer: Peer, actor: NodeId, number: number): void {
  if (peer.inbound?.number === number && peer.inbound.actor === actor) return
  closeInbound(turn, peer.id)
  turn.changePeer(peer.id, { inbound: { actor, number, sinceMs: turn.nowMs } })
}

function forgetAccepted(turn: Turn, from: NodeId, number: number): void {
  const numbers = turn.cluster.accepted.get(from)
  if (numbers === undefined) return
  const rest = numbers.filter((it) => it !== number)
  const accepted = new Map(turn.cluster.accepted)
  if (rest.length === 0) accepted.delete(from)
  else accepted.set(from, rest)
  turn.change({ accepted })
}
