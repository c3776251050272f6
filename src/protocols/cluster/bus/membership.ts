import { Keyspace } from '../keyspace.ts'
import { type BusId, FLAG, type Peer } from '../peers.ts'
import { replicateFrom } from '../replication/upstream.ts'
import { SlotSet } from '../slot-set.ts'
import type { Turn } from '../turn.ts'
import { closeInbound, closeLink } from './links.ts'
import { resetManualFailover } from './manual-failover.ts'
import { isMaster, makeMaster, setReplicates } from './nodes.ts'
import { closeAllSlots, releaseSlots } from './slots.ts'

/** Gossip may not bring a forgotten node back for so long. */
const BLACKLIST_MS = 60_000

/** Adds an entry to the table. */
export function addPeer(turn: Turn, peer: Peer): void {
  turn.putPeer(peer)
}

/** Takes an entry out of the table: its slots, its reports, its connections (clusterDelNode). */
export function deletePeer(turn: Turn, id: BusId): void {
  const without = (open: ReadonlyMap<number, BusId>) => new Map([...open].filter(([, other]) => other !== id))
  const { migrating, importing } = turn.cluster
  if (migrating.size + importing.size > 0) turn.change({ migrating: without(migrating), importing: without(importing) })
  releaseSlots(turn, turn.peer(id)!.slots)
  setReplicates(turn, id, null)
  closeLink(turn, id)
  closeInbound(turn, id)
  const peers = turn.cluster.peers.without(id).map((peer) => unrelated(peer, id))
  turn.change({ peers })
}

/** An entry without anything that names a deleted node. */
function unrelated(peer: Peer, id: BusId): Peer {
  const isNamed = peer.master === id || peer.reports.some(({ reporter }) => reporter === id)
  if (!isNamed) return peer
  const reports = peer.reports.filter(({ reporter }) => reporter !== id)
  return { ...peer, reports, master: peer.master === id ? null : peer.master }
}

/** A node that was known by a temporary id said its real one. */
export function renamePeer(turn: Turn, from: BusId, to: BusId): Peer {
  const peer = { ...turn.peer(from)!, id: to }
  turn.change({ peers: turn.cluster.peers.renamed(from, peer) })
  return peer
}

/** True while a forgotten node may not come back by gossip. */
export function isBlacklisted(turn: Turn, id: BusId): boolean {
  return (turn.cluster.blacklist.get(id) ?? 0) > turn.nowMs
}

/** CLUSTER FORGET, its conditions being met. */
export function forgetNode(turn: Turn, id: BusId): void {
  const { port } = turn.peer(id)!
  const blacklist = new Map([...turn.cluster.blacklist].filter(([, untilMs]) => untilMs > turn.nowMs))
  turn.change({ blacklist: blacklist.set(id, turn.nowMs + BLACKLIST_MS) })
  deletePeer(turn, id)
  turn.note('node-forgotten', port)
  turn.todo.updateState = true
  turn.todo.saveConfig = true
}

/** This node, which owns no slots, becomes a replica of another one (clusterSetMaster). */
export function setMaster(turn: Turn, id: BusId): void {
  const { myself } = turn.cluster
  if (turn.isMaster) {
    const flags = (turn.myself.flags & ~(FLAG.master | FLAG.migrateTo)) | FLAG.slave
    turn.changePeer(myself, { flags })
    closeAllSlots(turn)
  }
  setReplicates(turn, myself, id)
  const { ip, port } = turn.peer(id)!
  replicateFrom(turn, { ip, port })
  resetManualFailover(turn)
  turn.note('became-replica', port)
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}

/** This node is no replica any more; its data stays. */
function stopReplicating(turn: Turn): void {
  makeMaster(turn, turn.cluster.myself)
  replicateFrom(turn, null)
}

/** CLUSTER RESET: alone again, without slots; `hard`: under a new id, with epochs 0. */
export function resetNode(turn: Turn, hard: boolean): void {
  if (!isMaster(turn.myself)) {
    stopReplicating(turn)
    turn.db = Keyspace.empty
  }
  closeAllSlots(turn)
  resetManualFailover(turn)
  releaseSlots(turn, SlotSet.all)
  for (const { id } of turn.cluster.peers.all().slice()) if (id !== turn.cluster.myself) deletePeer(turn, id)
  if (hard) becomeNew(turn)
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}

function becomeNew(turn: Turn): void {
  const id = turn.randomHex(40)
  renamePeer(turn, turn.cluster.myself, id)
  turn.change({ myself: id, currentEpoch: 0, lastVoteEpoch: 0 })
  turn.changePeer(id, { configEpoch: 0 })
}
