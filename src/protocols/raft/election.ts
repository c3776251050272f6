import type { NodeId } from '../../base/brand.ts'
import type { Env } from '../../machine/machine.ts'
import { armElection, armHeartbeat, armQuorum, barrier, note, type Out, promise, send } from './effects.ts'
import { isUpToDate, lastIndex, lastTerm } from './log.ts'
import { initialProgress, ownProgress } from './progress.ts'
import { appendAsLeader, replicate } from './replication.ts'
import { asCandidate, asLeader, asPreCandidate, leaderOf, positionOf, quorumOf, toFollower } from './roles.ts'
import type {
  Ballot,
  Candidate,
  MsgPreVote,
  MsgPreVoteResp,
  MsgVote,
  MsgVoteResp,
  NodeState,
  PreCandidate,
} from './types.ts'

/** Leader election (5.2, 5.4.1) and PreVote (dissertation, 9.6). */

/** The election timer fired, or somebody asked for an election. */
export function campaign(state: NodeState, env: Env, out: Out): NodeState {
  if (state.kind === 'leader') return state
  return state.config.preVote ? preCampaign(state, env, out) : realCampaign(state, env, out)
}

/** Asks whether it could win. Neither term nor vote change, so nothing needs to be durable. */
function preCampaign(state: NodeState, env: Env, out: Out): NodeState {
  const { durable } = state
  const votes = state.config.peers.map((peer): Ballot => (peer === state.config.self ? 'granted' : 'pending'))
  const next = asPreCandidate(state, votes)
  if (count(votes, 'granted') >= quorumOf(state)) return realCampaign(next, env, out)
  armElection(out, state.config, env)
  note(out, 'became-pre-candidate', durable.term)
  askAll(
    next,
    { kind: 'MsgPreVote', term: durable.term + 1, index: lastIndex(durable), logTerm: lastTerm(durable) },
    out,
  )
  return next
}

/** Raises the term and votes for itself; both are durable before anybody hears of it. */
function realCampaign(state: NodeState, env: Env, out: Out): Candidate {
  const { self, peers } = state.config
  const durable = { ...state.durable, term: state.durable.term + 1, votedFor: self }
  const next = asCandidate(
    state,
    durable,
    peers.map((): Ballot => 'pending'),
  )
  armElection(out, state.config, env)
  note(out, 'became-candidate', durable.term)
  barrier(out, durable)
  askAll(next, { kind: 'MsgVote', term: durable.term, index: lastIndex(durable), logTerm: lastTerm(durable) }, out)
  send(out, self, { kind: 'MsgVoteResp', term: durable.term, reject: false })
  return next
}

function askAll(state: PreCandidate | Candidate, request: MsgVote | MsgPreVote, out: Out): void {
  for (const peer of state.config.peers) if (peer !== state.config.self) send(out, peer, request)
}

/** A request for a vote in the node's own term, or for a pre-vote (whose term lies in the future). */
export function onVoteRequest(
  state: NodeState,
  from: NodeId,
  message: MsgVote | MsgPreVote,
  env: Env,
  out: Out,
): NodeState {
  const { durable } = state
  if (!mayVoteFor(state, from, message)) {
    note(out, 'vote-refused', message.term)
    promise(out, state, from, response(message, durable.term, true))
    return state
  }
  if (message.kind === 'MsgPreVote') {
    promise(out, state, from, response(message, message.term, false))
    return state
  }
  const voted = durable.votedFor === from ? state : { ...state, durable: { ...durable, votedFor: from } }
  armElection(out, state.config, env)
  note(out, 'vote-granted', message.term)
  promise(out, voted, from, response(message, message.term, false))
  return voted
}

/** At most one vote a term, first come first served (5.2), and only for a log that is as complete (5.4.1). */
function mayVoteFor(state: NodeState, from: NodeId, message: MsgVote | MsgPreVote): boolean {
  const { votedFor, term } = state.durable
  const free =
    votedFor === from ||
    (votedFor === null && leaderOf(state) === null) ||
    (message.kind === 'MsgPreVote' && message.term > term)
  if (!free) return false
  if (state.config.fault === 'vote-without-log-check') return true
  return isUpToDate(state.durable, message.index, message.logTerm)
}

export function response(request: MsgVote | MsgPreVote, term: number, reject: boolean): MsgVoteResp | MsgPreVoteResp {
  return { kind: request.kind === 'MsgVote' ? 'MsgVoteResp' : 'MsgPreVoteResp', term, reject }
}

export function onVoteResp(state: NodeState, from: NodeId, message: MsgVoteResp, env: Env, out: Out): NodeState {
  if (state.kind !== 'candidate') return state
  const next = { ...state, votes: cast(state, from, message.reject) }
  if (count(next.votes, 'granted') >= quorumOf(state)) return becomeLeader(next, env, out)
  return cannotWin(next) ? toFollower(next, state.durable.term, env, out) : next
}

export function onPreVoteResp(state: NodeState, from: NodeId, message: MsgPreVoteResp, env: Env, out: Out): NodeState {
  if (state.kind !== 'pre-candidate') return state
  // A grant of another round speaks of another term.
  if (!message.reject && message.term !== state.durable.term + 1) return state
  const next = { ...state, votes: cast(state, from, message.reject) }
  if (count(next.votes, 'granted') >= quorumOf(state)) return realCampaign(next, env, out)
  return cannotWin(next) ? toFollower(next, state.durable.term, env, out) : next
}

/** The ballots with the one of `from`; the first answer of a voter counts. */
function cast(state: PreCandidate | Candidate, from: NodeId, reject: boolean): readonly Ballot[] {
  const at = positionOf(state, from)
  if (at < 0 || state.votes[at] !== 'pending') return state.votes
  return state.votes.with(at, reject ? 'refused' : 'granted')
}

function count(votes: readonly Ballot[], ballot: Ballot): number {
  let sum = 0
  for (const vote of votes) if (vote === ballot) sum++
  return sum
}

function cannotWin(state: PreCandidate | Candidate): boolean {
  return state.votes.length - count(state.votes, 'refused') < quorumOf(state)
}

/** A majority voted: leads, and appends an empty entry of its own term, so that older ones can be committed (5.4.2, 8). */
function becomeLeader(state: Candidate, env: Env, out: Out): NodeState {
  const { config, durable } = state
  const next = lastIndex(durable) + 1
  const progress = config.peers.map((peer) => (peer === config.self ? ownProgress(next) : initialProgress(next)))
  out.push({ kind: 'clear-timer', timer: 'election' })
  armHeartbeat(out, config)
  armQuorum(out, config)
  note(out, 'became-leader', durable.term)
  const leader = asLeader(state, durable, progress)
  // Who commits older terms by counting sees no need for the empty entry: this is how Figure 8 begins.
  if (config.fault === 'commit-older-term') return replicate(leader, env, out)
  return appendAsLeader(leader, null, env, out)
}
