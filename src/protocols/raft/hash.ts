import { foldLane, hashText } from '../../base/digest.ts'
import { lastTerm } from './log.ts'
import { isPaused, type Progress } from './progress.ts'
import { positionOf } from './roles.ts'
import type { Ballot, Client, NodeState, RaftState } from './types.ts'

const KIND = { follower: 1, 'pre-candidate': 2, candidate: 3, leader: 4 } as const
const BALLOT = { pending: 0, granted: 1, refused: 2 } as const
const PROGRESS = { probe: 0, replicate: 1, snapshot: 2 } as const

/** A 32-bit hash of the state. By Log Matching, the end of a log stands for all of it. */
export function hashState(state: RaftState): number {
  return state.kind === 'client' ? hashClient(state) : hashNode(state)
}

function hashNode(state: NodeState): number {
  const { durable } = state
  let lane = foldLane(KIND[state.kind], durable.term)
  lane = foldLane(lane, durable.votedFor === null ? -1 : positionOf(state, durable.votedFor))
  lane = foldLane(lane, durable.log.start)
  lane = foldLane(lane, durable.log.end)
  lane = foldLane(lane, lastTerm(durable))
  lane = foldLane(lane, durable.snapshot.index)
  lane = foldLane(lane, state.commit)
  lane = foldLane(lane, state.applied)
  lane = foldLane(lane, state.kv.lane)
  switch (state.kind) {
    case 'follower':
      return foldLane(foldLane(lane, state.heardAt), state.leader === null ? -1 : positionOf(state, state.leader))
    case 'pre-candidate':
    case 'candidate':
      return hashVotes(lane, state.votes)
    case 'leader':
      return hashProgress(lane, state.progress)
  }
}

function hashVotes(start: number, votes: readonly Ballot[]): number {
  let lane = start
  for (const vote of votes) lane = foldLane(lane, BALLOT[vote])
  return lane
}

function hashProgress(start: number, all: readonly Progress[]): number {
  let lane = start
  for (const it of all) {
    lane = foldLane(lane, it.match)
    lane = foldLane(lane, it.next)
    lane = foldLane(lane, PROGRESS[it.kind] + (it.recentActive ? 4 : 0) + (isPaused(it) ? 8 : 0))
    if (it.kind === 'replicate') lane = foldLane(lane, it.inflight.length)
  }
  return lane
}

function hashClient(state: Client): number {
  let lane = foldLane(hashText(state.session), state.sequence)
  lane = foldLane(lane, state.target)
  lane = foldLane(lane, state.queue.length)
  if (state.open === null) return lane
  lane = foldLane(lane, hashText(state.open.request))
  lane = foldLane(lane, state.open.startedAt)
  return foldLane(lane, state.open.attempts * 8 + state.open.redirects)
}
