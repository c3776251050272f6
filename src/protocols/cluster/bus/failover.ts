import type { Peer } from '../peers.ts'
import { FLAG } from '../peers.ts'
import { replicateFrom } from '../replication/upstream.ts'
import type { Election } from '../state.ts'
import type { Turn } from '../turn.ts'
import { setConfigEpoch } from './epochs.ts'
import { ownOffset, resetManualFailover } from './manual-failover.ts'
import { hasFailed, makeMaster } from './nodes.ts'
import { quorum } from './quorum.ts'
import { broadcast, broadcastPong } from './send.ts'
import { assignSlots } from './slots.ts'
import { updateClusterState } from './state.ts'

export { requestFailover } from './manual-failover.ts'

/** The news that the master is FAIL should be everywhere before votes are asked for. */
const ELECTION_DELAY_MS = 500
const ELECTION_JITTER_MS = 500
/** A replica waits so much longer for each sibling with newer data. */
const RANK_DELAY_MS = 1000
const AUTH_TIMEOUT_MIN_MS = 2000

/** No election yet. */
export const NO_ELECTION: Election = { timeMs: 0, votes: 0, sent: false, rank: 0, epoch: 0, obstacle: 'none' }

/** Siblings with newer data than mine that may become master as well (clusterGetSlaveRank). */
function replicaRank(turn: Turn): number {
  const { master, id } = turn.myself
  const { peers } = turn.cluster
  const mine = ownOffset(turn)
  const isRival = (peer: Peer) => peer.master === master && peer.id !== id && (peer.flags & FLAG.nofailover) === 0
  const isAhead = (peer: Peer) => isRival(peer) && peers.timesOf(peer.id).replOffset > mine
  return master === null ? 0 : peers.all().filter(isAhead).length
}

const changeElection = (turn: Turn, change: Partial<Election>): void =>
  turn.change({ election: { ...turn.cluster.election, ...change } })

/**
 * One look at whether this replica should become master, and the next step towards it (clusterHandleSlaveFailover): each
 * cron, when a vote came, and when a manual failover may start.
 */
export function handleFailover(turn: Turn): void {
  turn.todo.handleFailover = false
  const isManual = turn.cluster.manual.endMs !== 0 && turn.cluster.manual.canStart
  if (!shouldFailOver(turn, isManual)) {
    if (turn.cluster.election.obstacle !== 'none') changeElection(turn, { obstacle: 'none' })
    return
  }
  if (!isManual && isTooOld(turn)) return
  const timeoutMs = Math.max(2 * turn.options.nodeTimeoutMs, AUTH_TIMEOUT_MIN_MS)
  const ageMs = turn.nowMs - turn.cluster.election.timeMs
  if (ageMs > 2 * timeoutMs) {
    schedule(turn)
    return
  }
  noteRank(turn)
  const { election } = turn.cluster
  if (turn.nowMs < election.timeMs) meet(turn, 'waiting-delay')
  else if (ageMs > timeoutMs) meet(turn, 'expired')
  else if (!election.sent) askForVotes(turn)
  else if (election.votes >= quorum(turn)) win(turn)
  else meet(turn, 'waiting-votes')
}

function shouldFailOver(turn: Turn, isManual: boolean): boolean {
  const master = turn.peer(turn.myself.master)
  if (turn.isMaster || master === undefined || master.slots.size === 0) return false
  return isManual || (hasFailed(master) && !turn.options.replicaNoFailover)
}

/** Something keeps the election from going on; said once. */
function meet(turn: Turn, obstacle: Election['obstacle'], value = turn.cluster.election.epoch): void {
  if (turn.cluster.election.obstacle === obstacle) return
  changeElection(turn, { obstacle })
  if (obstacle === 'expired') turn.note('election-expired', value)
  if (obstacle === 'data-age') turn.note('election-invalid', value)
}

/** The data is as old as the link to the master is silent or down: too old, and it may not be elected. */
function isTooOld(turn: Turn): boolean {
  const { replicaValidityFactor, nodeTimeoutMs, replPingReplicaPeriodS } = turn.options
  const ageMs = dataAgeMs(turn)
  const isTooOld =
    replicaValidityFactor !== 0 && ageMs > replPingReplicaPeriodS * 1000 + nodeTimeoutMs * replicaValidityFactor
  if (isTooOld) meet(turn, 'data-age', Math.floor(ageMs / 1000))
  return isTooOld
}

/** In whole seconds of the clock, as the server counts; the node timeout is taken off. */
function dataAgeMs(turn: Turn): number {
  const { upstream } = turn.replication
  const sinceMs = upstream === null ? 0 : upstream.state === 'connected' ? upstream.lastIoMs : upstream.downSinceMs
  const ageMs = (Math.floor(turn.nowMs / 1000) - Math.floor(sinceMs / 1000)) * 1000
  return ageMs > turn.options.nodeTimeoutMs ? ageMs - turn.options.nodeTimeoutMs : ageMs
}

function schedule(turn: Turn): void {
  const isManual = turn.cluster.manual.endMs !== 0
  const rank = isManual ? 0 : replicaRank(turn)
  const delayMs = isManual ? 0 : ELECTION_DELAY_MS + turn.below(ELECTION_JITTER_MS) + rank * RANK_DELAY_MS
  changeElection(turn, { timeMs: turn.nowMs + delayMs, votes: 0, sent: false, rank })
  if (isManual) turn.todo.handleFailover = true
  turn.note('election-scheduled', delayMs)
  broadcastPong(turn, 'local-replicas')
}

/** A sibling turned out to have newer data: wait longer. Less is never waited. */
function noteRank(turn: Turn): void {
  const { election, manual } = turn.cluster
  if (election.sent || manual.endMs !== 0) return
  const rank = replicaRank(turn)
  if (rank <= election.rank) return
  changeElection(turn, { timeMs: election.timeMs + (rank - election.rank) * RANK_DELAY_MS, rank })
  turn.note('election-delayed', rank)
}

function askForVotes(turn: Turn): void {
  const epoch = turn.cluster.currentEpoch + 1
  turn.change({ currentEpoch: epoch })
  changeElection(turn, { epoch, sent: true })
  turn.note('election-started', epoch)
  broadcast(turn, { kind: 'AuthRequest' }, turn.cluster.manual.endMs !== 0)
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}

/** A stale election may win here: votes of an earlier failover count as long as its time is not over (7.0). */
function win(turn: Turn): void {
  const { epoch } = turn.cluster.election
  turn.note('election-won', epoch)
  if (turn.myself.configEpoch < epoch) setConfigEpoch(turn, epoch)
  replaceMaster(turn)
}

/** This replica becomes master, and owner of all slots of its master; everybody hears it at once. */
export function replaceMaster(turn: Turn): void {
  const old = turn.peer(turn.myself.master)
  if (turn.isMaster || old === undefined) return
  makeMaster(turn, turn.cluster.myself)
  replicateFrom(turn, null)
  assignSlots(turn, turn.peer(old.id)!.slots, turn.cluster.myself)
  turn.note('became-master', turn.myself.configEpoch)
  updateClusterState(turn)
  turn.todo.saveConfig = true
  broadcastPong(turn, 'all')
  resetManualFailover(turn)
}
