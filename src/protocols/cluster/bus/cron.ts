import { FLAG, type Peer } from '../peers.ts'
import { replicateFrom } from '../replication/upstream.ts'
import type { Turn } from '../turn.ts'
import { handleFailover } from './failover.ts'
import { closeLink, openLink, retryLink } from './links.ts'
import { checkManualTimeout, continueManualFailover } from './manual-failover.ts'
import { deletePeer } from './membership.ts'
import { migrateIfSpare } from './migration.ts'
import { hasAddress, hasFailed, hasTimedOut, isInHandshake } from './nodes.ts'
import { announceOptions } from './options.ts'
import { sendPing } from './send.ts'
import { updateClusterState } from './state.ts'

/** Every tenth cron (once a second) one node is pinged that would not have to be. */
const RANDOM_PING_PERIOD = 10
const RANDOM_PING_DRAWS = 5
const HANDSHAKE_MIN_MS = 1000

/** What a node does every 100 ms (clusterCron). */
export function clusterCron(turn: Turn): void {
  const crons = turn.cluster.crons + 1
  turn.change({ crons })
  announceOptions(turn)
  const { structure } = turn.cluster.peers
  const wasQuiet = structure === turn.cluster.quietStructure
  const isConnected = wasQuiet || connect(turn)
  if (crons % RANDOM_PING_PERIOD === 0) pingSomebody(turn)
  const hasSuspect = watch(turn)
  connectToMaster(turn)
  checkManualTimeout(turn)
  if (!turn.isMaster) {
    continueManualFailover(turn)
    handleFailover(turn)
  }
  const isComplete = wasQuiet || !migrateIfSpare(turn)
  if (isConnected && isComplete && !wasQuiet) turn.change({ quietStructure: structure })
  if (hasSuspect || turn.cluster.health === 'fail') updateClusterState(turn)
}

/**
 * Connections that are missing are made, handshakes that take too long given up, PFAIL nodes counted.
 * @returns true when there is nothing of that kind, and will not be before the table changes
 */
function connect(turn: Turn): boolean {
  const handshakeMs = Math.max(turn.options.nodeTimeoutMs, HANDSHAKE_MIN_MS)
  let pfailNodes = 0
  let isConnected = true
  for (const peer of turn.cluster.peers.all()) {
    if ((peer.flags & (FLAG.myself | FLAG.noaddr)) !== 0) continue
    if (hasTimedOut(peer)) pfailNodes++
    if (peer.link?.state !== 'connected' || isInHandshake(peer)) isConnected = false
    if (isInHandshake(peer) && turn.nowMs - peer.createdMs > handshakeMs) deletePeer(turn, peer.id)
    else if (peer.link === null) openLink(turn, peer)
    else if (peer.link.state === 'connecting') retryLink(turn, peer)
  }
  if (pfailNodes !== turn.cluster.pfailNodes) turn.change({ pfailNodes })
  return isConnected && pfailNodes === 0
}

/** Of some nodes drawn at random, the one whose last PONG is oldest. */
function pingSomebody(turn: Turn): void {
  const { peers } = turn.cluster
  let oldest = -1
  for (let draw = 0; draw < RANDOM_PING_DRAWS; draw++) {
    const at = turn.below(peers.size)
    const { link, flags } = peers.at(at)!
    if (link === null || peers.pingSentMs(at) !== 0 || (flags & (FLAG.myself | FLAG.handshake)) !== 0) continue
    if (oldest < 0 || peers.pongReceivedMs(at) < peers.pongReceivedMs(oldest)) oldest = at
  }
  if (oldest >= 0) sendPing(turn, peers.at(oldest)!.id, 'Ping')
}

/** Looks at every node: pings it, reconnects to it, suspects it. True when somebody is newly suspected. */
function watch(turn: Turn): boolean {
  const timeoutMs = turn.options.nodeTimeoutMs
  let hasSuspect = false
  for (let at = 0; at < turn.cluster.peers.size; at++) {
    const { peers } = turn.cluster
    const pingSentMs = peers.pingSentMs(at)
    // A ping is due, or its answer is overdue, after half the node timeout: until then there is nothing to do.
    const sinceMs = pingSentMs === 0 ? peers.pongReceivedMs(at) : Math.max(pingSentMs, peers.dataReceivedMs(at))
    if (
      (turn.nowMs - sinceMs) * 2 > timeoutMs &&
      watchOne(turn, peers.at(at)!, turn.nowMs - sinceMs, pingSentMs !== 0)
    ) {
      hasSuspect = true
    }
  }
  const replica = turn.peer(turn.cluster.manual.replica)
  if (replica !== undefined) sendPing(turn, replica.id, 'Ping')
  return hasSuspect
}

function watchOne(turn: Turn, peer: Peer, silenceMs: number, isWaiting: boolean): boolean {
  if ((peer.flags & (FLAG.myself | FLAG.noaddr | FLAG.handshake)) !== 0) return false
  const timeoutMs = turn.options.nodeTimeoutMs
  if (!isWaiting) {
    if (peer.id !== turn.cluster.manual.replica) sendPing(turn, peer.id, 'Ping')
    return false
  }
  const isOld = peer.link !== null && turn.nowMs - peer.link.sinceMs > timeoutMs
  if (isOld) closeLink(turn, peer.id)
  else if (peer.link !== null && peer.id === turn.cluster.manual.replica) return false
  if (silenceMs <= timeoutMs || hasTimedOut(peer) || hasFailed(peer)) return false
  turn.changePeer(peer.id, { flags: peer.flags | FLAG.pfail })
  turn.note('pfail', peer.port)
  return true
}

/** A replica that does not replicate yet begins as soon as it knows where its master is. */
function connectToMaster(turn: Turn): void {
  if (turn.isMaster || turn.replication.upstream !== null) return
  const master = turn.peer(turn.myself.master)
  if (master !== undefined && hasAddress(master)) replicateFrom(turn, { ip: master.ip, port: master.port })
}
