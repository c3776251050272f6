import { type BusId, FLAG, type Peer, type PeerTable } from '../peers.ts'
import { SlotSet } from '../slot-set.ts'
import type { Turn } from '../turn.ts'

/** It is a master, as far as this node knows. */
export const isMaster = (peer: Peer): boolean => (peer.flags & FLAG.master) !== 0
/** It is a replica, as far as this node knows; a node in its handshake is neither. */
export const isReplica = (peer: Peer): boolean => (peer.flags & FLAG.slave) !== 0
/** Held to be failing by quorum. */
export const hasFailed = (peer: Peer): boolean => (peer.flags & FLAG.fail) !== 0
/** Suspected by this node alone. */
export const hasTimedOut = (peer: Peer): boolean => (peer.flags & FLAG.pfail) !== 0
/** Its id is a temporary one: it has not answered yet. */
export const isInHandshake = (peer: Peer): boolean => (peer.flags & FLAG.handshake) !== 0
/** It is known where it listens. */
export const hasAddress = (peer: Peer): boolean => (peer.flags & FLAG.noaddr) === 0

/** A new entry of the table (createClusterNode). */
export function blankPeer(id: BusId, flags: number, nowMs: number): Peer {
  return {
    id,
    ip: '',
    port: 0,
    busPort: 0,
    hostname: '',
    flags,
    configEpoch: 0,
    slots: SlotSet.none,
    master: null,
    failTimeMs: 0,
    votedTimeMs: 0,
    orphanedTimeMs: 0,
    reports: [],
    link: null,
    inbound: null,
    createdMs: nowMs,
  }
}

/** Who replicates a master, ordered by id. */
export const replicasOf = (peers: PeerTable, master: BusId): readonly Peer[] =>
  peers.all().filter((peer) => peer.master === master)

/** Some master of the cluster has a replica (clusterMastersHaveSlaves). */
export function mastersHaveReplicas(peers: PeerTable): boolean {
  return peers.all().some(({ master }) => {
    const followed = master === null ? undefined : peers.get(master)
    return followed !== undefined && !isReplica(followed)
  })
}

/**
 * A node replicates another one from now on, or none. Whoever gets a replica becomes a place that orphaned replicas may
 * migrate to; who loses its last one stops being it.
 */
export function setReplicates(turn: Turn, id: BusId, master: BusId | null): void {
  const old = turn.peer(id)!.master
  if (old === master) return
  turn.changePeer(id, { master })
  const left = turn.peer(old)
  if (left !== undefined && replicasOf(turn.cluster.peers, left.id).length === 0) {
    turn.changePeer(left.id, { flags: left.flags & ~FLAG.migrateTo })
  }
  const followed = turn.peer(master)
  if (followed !== undefined) turn.changePeer(followed.id, { flags: followed.flags | FLAG.migrateTo })
}

/** A replica turns into a master in the table (clusterSetNodeAsMaster). */
export function makeMaster(turn: Turn, id: BusId): void {
  const peer = turn.peer(id)!
  if (isMaster(peer)) return
  const hadMaster = peer.master !== null
  setReplicates(turn, id, null)
  const target = hadMaster && id !== turn.cluster.myself ? FLAG.migrateTo : 0
  turn.changePeer(id, { flags: (turn.peer(id)!.flags & ~FLAG.slave) | FLAG.master | target })
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}
