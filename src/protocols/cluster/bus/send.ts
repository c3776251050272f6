import type { NodeId } from '../../../base/brand.ts'
import type { BusMessage, Channel, Header } from '../messages.ts'
import { type BusId, FLAG, type Peer } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { gossipSection } from './gossip-section.ts'
import { isReplica } from './nodes.ts'

/** Everything of a message but its header. */
type Body = BusMessage extends infer M ? (M extends BusMessage ? Omit<M, 'header'> : never) : never

/** What this node says about itself: a replica announces the slots and the configEpoch of its master. */
function header(turn: Turn, channel: Channel, forceAck = false): Header {
  const me = turn.myself
  const speaker = turn.peer(me.master) ?? me
  const { cluster, config } = turn
  return {
    channel,
    sender: me.id,
    ip: config.ip,
    port: config.port,
    busPort: config.busPort,
    hostname: me.hostname,
    currentEpoch: cluster.currentEpoch,
    configEpoch: speaker.configEpoch,
    offset: turn.replication.offset,
    slots: speaker.slots,
    master: me.master,
    flags: me.flags,
    state: cluster.health,
    paused: !isReplica(me) && cluster.manual.endMs !== 0,
    forceAck,
  }
}

const outbound = (link: number): Channel => ({ link, byOpener: true })

function post(turn: Turn, to: NodeId, message: BusMessage): void {
  turn.send(to, message)
  turn.count('sent', message.kind)
}

/** PING or MEET on my connection to a node; a PING is outstanding from now on. Nothing without a connection. */
export function sendPing(turn: Turn, id: BusId, kind: 'Ping' | 'Pong' | 'Meet'): void {
  const { link } = turn.peer(id)!
  if (link === null) return
  if (kind === 'Ping') turn.changeTimes(id, { pingSentMs: turn.nowMs })
  post(turn, link.actor, { kind, header: header(turn, outbound(link.number)), gossip: gossipSection(turn) })
}

/** PING or PONG on a connection that another node opened. */
export function answer(turn: Turn, to: NodeId, channel: Channel, kind: 'Ping' | 'Pong'): void {
  const back = { link: channel.link, byOpener: !channel.byOpener }
  post(turn, to, { kind, header: header(turn, back), gossip: gossipSection(turn) })
}

/** A message without gossip on my connection to a node; nothing when there is none. */
export function sendTo(turn: Turn, id: BusId, body: Body): void {
  const link = turn.peer(id)?.link
  if (link != null) post(turn, link.actor, { ...body, header: header(turn, outbound(link.number)) } as BusMessage)
}

/** A message without gossip to every node that I have a connection to and whose handshake is over. */
export function broadcast(turn: Turn, body: Body, forceAck = false): void {
  const shared = header(turn, outbound(0), forceAck)
  let count = 0
  for (const { link, flags } of turn.cluster.peers.all()) {
    if (link === null || (flags & (FLAG.myself | FLAG.handshake)) !== 0) continue
    turn.send(link.actor, { ...body, header: { ...shared, channel: outbound(link.number) } } as BusMessage)
    count++
  }
  if (count > 0) turn.count('sent', body.kind, count)
}

/** PONG carries configuration: to everybody, or to the other replicas of my master and my own. */
export function broadcastPong(turn: Turn, to: 'all' | 'local-replicas'): void {
  const me = turn.myself
  const isLocal = (peer: Peer) =>
    isReplica(peer) && peer.master !== null && (peer.master === me.id || peer.master === me.master)
  for (const peer of turn.cluster.peers.all().slice()) {
    if (peer.link === null || (peer.flags & (FLAG.myself | FLAG.handshake)) !== 0) continue
    if (to === 'all' || isLocal(peer)) sendPing(turn, peer.id, 'Pong')
  }
}

/** Tells a node who owns slots that it claims: without those that the owner stopped claiming. */
export function sendUpdate(turn: Turn, to: BusId, about: Peer): void {
  if (turn.peer(to)?.link == null) return
  sendTo(turn, to, {
    kind: 'Update',
    node: about.id,
    configEpoch: about.configEpoch,
    slots: about.slots.minus(turn.cluster.unclaimed),
  })
  turn.note('update-sent', turn.peer(to)!.port)
}
