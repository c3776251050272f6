import type { Header } from '../messages.ts'
import type { BusId, Peer } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { hasFailed, isMaster } from './nodes.ts'
import { sendTo } from './send.ts'

/** No second vote for a replica of the same master for twice the node timeout. */
const SPACING = 2

/** A replica asks for this node's vote; there is no negative answer (clusterSendFailoverAuthIfNeeded). */
export function receiveAuthRequest(turn: Turn, sender: BusId, request: Header): void {
  if (!turn.isMaster || turn.myself.slots.size === 0) return
  const candidate = turn.peer(sender)!
  const master = turn.peer(candidate.master)
  if (master === undefined || !mayVote(turn, candidate, master, request)) {
    turn.note('vote-denied', candidate.port)
    return
  }
  turn.change({ lastVoteEpoch: turn.cluster.currentEpoch })
  turn.changePeer(master.id, { votedTimeMs: turn.nowMs })
  turn.todo.saveConfig = true
  turn.note('vote-granted', candidate.port)
  sendTo(turn, sender, { kind: 'AuthAck' })
}

function mayVote(turn: Turn, candidate: Peer, master: Peer, request: Header): boolean {
  const { currentEpoch, lastVoteEpoch } = turn.cluster
  const mayRepeat = turn.config.fault === 'vote-twice'
  if (turn.config.fault === 'no-vote') return false
  if (request.currentEpoch < currentEpoch) return false
  if (lastVoteEpoch === currentEpoch && !mayRepeat) return false
  if (isMaster(candidate) || (!hasFailed(master) && !request.forceAck)) return false
  if (turn.nowMs - master.votedTimeMs < SPACING * turn.options.nodeTimeoutMs && !mayRepeat) return false
  return claimIsCurrent(turn, request)
}

/** No claimed slot has an owner with a greater configEpoch than the request's. */
function claimIsCurrent(turn: Turn, { slots, configEpoch }: Header): boolean {
  const newer = turn.cluster.peers.all().filter((peer) => peer.configEpoch > configEpoch && peer.slots.size > 0)
  return newer.every((peer) => !peer.slots.intersects(slots))
}

/** A vote came. It counts from a master with slots that is not behind the election. */
export function receiveAuthAck(turn: Turn, sender: BusId, { currentEpoch }: Header): void {
  const voter = turn.peer(sender)!
  const { election } = turn.cluster
  if (!isMaster(voter) || voter.slots.size === 0 || currentEpoch < election.epoch) return
  turn.change({ election: { ...election, votes: election.votes + 1 } })
  turn.todo.handleFailover = true
}
