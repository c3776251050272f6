import { foldLane, hashText } from '../../base/digest.ts'
import { clientHash } from './client/machine.ts'
import type { ClientState } from './client/types.ts'
import type { Peer, PeerTimes } from './peers.ts'
import type { Cluster, NodeState, Replication } from './state.ts'

/** A 32-bit hash of the state: equal states give equal hashes. */
export function hashState(state: NodeState | ClientState): number {
  return state.kind === 'node' ? hashNode(state) : clientHash(state)
}

const fold = (lane: number, ...values: readonly number[]): number => values.reduce(foldLane, lane)

function hashNode({ cluster, db, replication, sessions, stats, pause, blocked, deferred, busy }: NodeState): number {
  return fold(
    hashCluster(cluster),
    db.hash,
    hashReplication(replication),
    sessions.size,
    stats.commands,
    stats.connections,
    stats.expired,
    pause.untilMs,
    blocked.length,
    deferred.length,
    busy === null ? 0 : 1,
  )
}

function hashCluster({ peers, election, manual, ...cluster }: Cluster): number {
  const { currentEpoch, lastVoteEpoch, health, size, migrating, importing, crons, links } = cluster
  const table = peers
    .all()
    .reduce((lane, peer) => hashPeer(lane, peer, peers.timesOf(peer.id)), hashText(cluster.myself))
  const open = (lane: number, slots: ReadonlyMap<number, string>) =>
    [...slots.keys()].sort((x, y) => x - y).reduce(foldLane, lane)
  return fold(
    open(open(table, migrating), importing),
    currentEpoch,
    lastVoteEpoch,
    health === 'ok' ? 1 : 0,
    size,
    crons,
    links,
    election.timeMs,
    election.votes,
    election.epoch,
    manual.endMs,
    manual.masterOffset,
  )
}

function hashPeer(lane: number, peer: Peer, times: PeerTimes): number {
  return fold(
    foldLane(lane, hashText(peer.id)),
    peer.flags,
    peer.configEpoch,
    peer.slots.size,
    peer.master === null ? 0 : hashText(peer.master),
    times.pingSentMs,
    times.pongReceivedMs,
    times.replOffset,
    peer.reports.length,
    peer.link?.number ?? -1,
  )
}

function hashReplication({ replid, offset, replicas, upstream }: Replication): number {
  const lane = fold(hashText(replid), offset, upstream === null ? 0 : upstream.lastIoMs)
  return replicas.reduce((sum, it) => fold(sum, it.ackOffset, it.sentOffset), lane)
}
