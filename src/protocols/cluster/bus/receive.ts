import { unreachable } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import type { BusMessage, Header, LinkMessage } from '../messages.ts'
import { type BusId, FLAG, type Peer } from '../peers.ts'
import { replicateFrom } from '../replication/upstream.ts'
import { publishLocally } from '../server/pubsub.ts'
import type { Turn } from '../turn.ts'
import { adoptClaims, compareClaims } from './claims.ts'
import { resolveCollision } from './epochs.ts'
import { clearFailure, setFailed } from './failure.ts'
import { receiveGossip } from './gossip.ts'
import {
  adoptInbound,
  closeLink,
  isAccepted,
  peerOfLink,
  receiveClosed,
  receiveConnect,
  receiveConnected,
  refuseLink,
} from './links.ts'
import { hearMasterOffset, receiveMfStart } from './manual-failover.ts'
import { addPeer, deletePeer, renamePeer } from './membership.ts'
import { blankPeer, hasFailed, isInHandshake, isMaster, makeMaster, setReplicates } from './nodes.ts'
import { answer } from './send.ts'
import { releaseSlots } from './slots.ts'
import { receiveAuthAck, receiveAuthRequest } from './votes.ts'

type Greeting = Extract<BusMessage, { kind: 'Ping' | 'Pong' | 'Meet' }>

/** Anything that arrives on the cluster bus (of LinkMessage: Connect, Connected, and Closed of a bus connection). */
export function receiveBus(turn: Turn, from: NodeId, message: BusMessage | LinkMessage): void {
  switch (message.kind) {
    case 'Connect':
      receiveConnect(turn, from, message.link)
      break
    case 'Connected':
      receiveConnected(turn, from, message.link)
      break
    case 'Closed':
      receiveClosed(turn, from, message.number, message.byOpener)
      break
    default:
      receivePacket(turn, from, message)
  }
}

/** A packet (clusterProcessPacket). On a connection that does not exist any more it is void. */
function receivePacket(turn: Turn, from: NodeId, message: BusMessage): void {
  const { header } = message
  const { link, byOpener } = header.channel
  const peer = byOpener ? undefined : peerOfLink(turn, link, header.sender)
  const stands = byOpener ? isAccepted(turn.cluster, from, link) : peer?.link?.actor === from
  if (!stands) {
    if (byOpener) refuseLink(turn, from, link)
    return
  }
  turn.count('received', message.kind)
  const known = peer !== undefined && !isInHandshake(peer) ? peer : turn.peer(header.sender)
  if (known !== undefined) {
    if (byOpener) adoptInbound(turn, known, from, link)
    hearHeader(turn, known.id, message)
  }
  dispatch(turn, from, message, known?.id ?? null, peer)
}

/** `sender` null: a stranger; it may do nothing but greet. `peer`: whose connection it came on, if it is mine. */
function dispatch(turn: Turn, from: NodeId, message: BusMessage, sender: BusId | null, peer: Peer | undefined): void {
  switch (message.kind) {
    case 'Ping':
    case 'Pong':
    case 'Meet':
      receiveGreeting(turn, from, message, sender, peer)
      break
    case 'Fail':
      if (sender !== null) receiveFail(turn, message.target)
      break
    case 'Publish':
    case 'PublishShard':
      if (sender !== null) publishLocally(turn, message.channelName, message.payload, message.kind === 'PublishShard')
      break
    case 'AuthRequest':
      if (sender !== null) receiveAuthRequest(turn, sender, message.header)
      break
    case 'AuthAck':
      if (sender !== null) receiveAuthAck(turn, sender, message.header)
      break
    case 'MfStart':
      if (sender !== null) receiveMfStart(turn, sender, from, message.header.channel)
      break
    case 'Update':
      if (sender !== null) receiveUpdate(turn, message)
      break
    default:
      unreachable(message)
  }
}

/** What every packet of a known node tells: epochs, its offset, and that it lives. */
function hearHeader(turn: Turn, sender: BusId, { kind, header }: BusMessage): void {
  const peer = turn.peer(sender)!
  if (header.currentEpoch > turn.cluster.currentEpoch) turn.change({ currentEpoch: header.currentEpoch })
  if (header.configEpoch > peer.configEpoch) turn.todo.saveConfig = true
  const isGreeting = (kind === 'Ping' || kind === 'Pong' || kind === 'Meet') && header.sender === sender
  if (isGreeting && header.hostname !== peer.hostname) turn.todo.saveConfig = true
  turn.changeTimes(sender, { dataReceivedMs: turn.nowMs, replOffset: header.offset })
  const configEpoch = Math.max(peer.configEpoch, header.configEpoch)
  const hostname = isGreeting ? header.hostname : peer.hostname
  const flags = isGreeting ? (peer.flags & ~FLAG.nofailover) | (header.flags & FLAG.nofailover) : peer.flags
  if (configEpoch !== peer.configEpoch || hostname !== peer.hostname || flags !== peer.flags) {
    turn.changePeer(sender, { configEpoch, hostname, flags })
  }
  const { manual } = turn.cluster
  if (manual.endMs === 0 || !header.paused || manual.masterOffset !== -1) return
  if (turn.myself.master === sender) hearMasterOffset(turn, header.offset)
}

function receiveGreeting(turn: Turn, from: NodeId, message: Greeting, sender: BusId | null, peer?: Peer): void {
  const { kind, header } = message
  if (kind !== 'Pong') {
    learnOwnAddress(turn, kind)
    if (sender === null && kind === 'Meet') welcome(turn, message)
    answer(turn, from, header.channel, 'Pong')
  }
  if (peer !== undefined && !identify(turn, peer, header, sender)) return
  if (sender !== null && kind === 'Ping' && peer?.id !== sender) updateAddress(turn, sender, header)
  if (peer !== undefined && kind === 'Pong') hearPong(turn, isInHandshake(peer) ? header.sender : peer.id)
  if (sender === null) return
  hearRole(turn, sender, header)
  compareClaims(turn, sender, header)
  resolveCollision(turn, sender, header.configEpoch)
  receiveGossip(turn, sender, message.gossip)
}

/** A node knows its own address by the connections that others made to it. */
function learnOwnAddress(turn: Turn, kind: 'Ping' | 'Meet'): void {
  const { myself, config } = turn
  if ((kind !== 'Meet' && myself.ip !== '') || myself.ip === config.ip) return
  turn.changePeer(myself.id, { ip: config.ip })
  turn.todo.saveConfig = true
}

/** A stranger that was told to meet us: it is added under a temporary id, and the next cron connects to it. */
function welcome(turn: Turn, { header, gossip }: Greeting): void {
  const { ip, port, busPort } = header
  addPeer(turn, { ...blankPeer(turn.randomHex(40), FLAG.handshake, turn.nowMs), ip, port, busPort })
  turn.todo.saveConfig = true
  receiveGossip(turn, null, gossip)
}

/** Who answers on my connection: ends a handshake. False: the connection is gone. */
function identify(turn: Turn, peer: Peer, header: Header, sender: BusId | null): boolean {
  if (isInHandshake(peer)) {
    if (sender !== null) {
      updateAddress(turn, sender, header)
      deletePeer(turn, peer.id)
      return false
    }
    const { id, flags } = renamePeer(turn, peer.id, header.sender)
    const role = header.flags & (FLAG.master | FLAG.slave)
    turn.changePeer(id, { flags: (flags & ~FLAG.handshake) | role })
    turn.note('handshake-done', peer.port)
    turn.todo.saveConfig = true
    return true
  }
  if (peer.id === header.sender) return true
  closeLink(turn, peer.id)
  turn.changePeer(peer.id, { flags: turn.peer(peer.id)!.flags | FLAG.noaddr, ip: '', port: 0, busPort: 0 })
  turn.todo.saveConfig = true
  return false
}

/** A node speaks from another address than the known one (nodeUpdateAddressIfNeeded). */
function updateAddress(turn: Turn, id: BusId, { ip, port, busPort }: Header): void {
  const peer = turn.peer(id)!
  if (peer.ip === ip && peer.port === port && peer.busPort === busPort) return
  closeLink(turn, id)
  turn.changePeer(id, { ip, port, busPort, flags: turn.peer(id)!.flags & ~FLAG.noaddr })
  if (turn.myself.master === id) replicateFrom(turn, { ip, port })
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}

function hearPong(turn: Turn, id: BusId): void {
  turn.changeTimes(id, { pongReceivedMs: turn.nowMs, pingSentMs: 0 })
  clearFailure(turn, turn.peer(id)!)
}

/** The sender is a master, or a replica of the one it names. */
function hearRole(turn: Turn, sender: BusId, header: Header): void {
  const peer = turn.peer(sender)!
  if (header.master === null) {
    makeMaster(turn, sender)
    return
  }
  if (isMaster(peer)) {
    releaseSlots(turn, peer.slots)
    const flags = (turn.peer(sender)!.flags & ~(FLAG.master | FLAG.migrateTo)) | FLAG.slave
    turn.changePeer(sender, { flags })
    turn.todo.saveConfig = true
    turn.todo.updateState = true
  }
  if (turn.peer(header.master) === undefined || peer.master === header.master) return
  setReplicates(turn, sender, header.master)
  turn.todo.saveConfig = true
}

/** Somebody found out by quorum that a node fails. */
function receiveFail(turn: Turn, target: BusId): void {
  const peer = turn.peer(target)
  if (peer === undefined || hasFailed(peer) || target === turn.cluster.myself) return
  turn.note('fail-received', peer.port)
  setFailed(turn, target)
}

/** Somebody knows a newer owner of slots that I claim. */
function receiveUpdate(turn: Turn, { node, configEpoch, slots }: Extract<BusMessage, { kind: 'Update' }>): void {
  const peer = turn.peer(node)
  if (peer === undefined || peer.configEpoch >= configEpoch || turn.config.fault === 'update-ignored') return
  turn.note('update-received', peer.port)
  makeMaster(turn, node)
  turn.changePeer(node, { configEpoch })
  turn.todo.saveConfig = true
  adoptClaims(turn, node, configEpoch, slots)
}
