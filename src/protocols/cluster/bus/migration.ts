import { type BusId, FLAG, type Peer } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { setMaster } from './membership.ts'
import { hasFailed, hasTimedOut, isMaster, replicasOf } from './nodes.ts'

/** A master must be without replicas for so long before one moves to it. */
const MIGRATION_DELAY_MS = 5000

/** Working replicas (not FAIL) by master. */
type WorkingReplicas = ReadonlyMap<BusId, number>

function workingReplicas(turn: Turn): WorkingReplicas {
  const counts = new Map<BusId, number>()
  for (const peer of turn.cluster.peers.all()) {
    if (peer.master !== null && !hasFailed(peer)) counts.set(peer.master, (counts.get(peer.master) ?? 0) + 1)
  }
  return counts
}

const isOrphaned = (peer: Peer, working: WorkingReplicas): boolean =>
  isMaster(peer) && !hasFailed(peer) && (peer.flags & FLAG.migrateTo) !== 0 && (working.get(peer.id) ?? 0) === 0

/**
 * A replica that its master can spare moves to a master that lost all of its own (clusterHandleSlaveMigration): of the
 * masters with most replicas, the replica with the smallest id.
 * @returns true when some master needs a replica
 */
export function migrateIfSpare(turn: Turn): boolean {
  const master = turn.peer(turn.myself.master)
  if (master === undefined) return false
  const { peers, health, myself } = turn.cluster
  const working = workingReplicas(turn)
  let max = 0
  let needy = false
  for (const peer of peers.all()) {
    if (peer.id === myself || (peer.flags & (FLAG.noaddr | FLAG.handshake)) !== 0) continue
    if (!isMaster(peer) || hasFailed(peer)) continue
    max = Math.max(max, working.get(peer.id) ?? 0)
    needy ||= peer.slots.size > 0 && isOrphaned(peer, working)
  }
  const mayMove = max >= 2 && !hasFailed(master) && working.get(master.id) === max && health === 'ok'
  if (needy && mayMove && turn.options.allowReplicaMigration) moveIfChosen(turn, master.id, working, max)
  return needy
}

function moveIfChosen(turn: Turn, master: BusId, working: WorkingReplicas, max: number): void {
  const siblings = replicasOf(turn.cluster.peers, master)
  const spare = siblings.filter((peer) => !hasFailed(peer) && !hasTimedOut(peer)).length
  if (spare <= turn.options.migrationBarrier) return
  const target = trackOrphans(turn, working)
  if (target === undefined || !isCandidate(turn, working, max)) return
  if (turn.nowMs - target.orphanedTimeMs <= MIGRATION_DELAY_MS) return
  turn.note('replica-migrated', target.port)
  setMaster(turn, target.id)
}

/** Remembers since when each master is orphaned; the first of them that owns slots. */
function trackOrphans(turn: Turn, working: WorkingReplicas): Peer | undefined {
  for (const peer of turn.cluster.peers.all()) {
    const orphanedTimeMs = isOrphaned(peer, working) ? peer.orphanedTimeMs || turn.nowMs : 0
    if (orphanedTimeMs !== peer.orphanedTimeMs) turn.changePeer(peer.id, { orphanedTimeMs })
  }
  return turn.cluster.peers.all().find((peer) => peer.orphanedTimeMs !== 0 && peer.slots.size > 0)
}

/** My id is the smallest among the replicas of the masters that have most. */
function isCandidate(turn: Turn, working: WorkingReplicas, max: number): boolean {
  const { myself, peers } = turn.cluster
  const rivals = peers.all().filter(({ master }) => master !== null && working.get(master) === max)
  return rivals.every(({ id }) => id >= myself)
}
