import { type Micros, micros, type NodeId } from '../../base/brand.ts'
import type { Env } from '../../machine/machine.ts'
import { armElection, disarmLeader, note, type Out } from './effects.ts'
import type { Candidate, Durable, Follower, Leader, NodeState, PreCandidate, Term } from './types.ts'

/** Questions about a node, and its way back to follower, which every other part needs. */

/** More than half of the voters. Joint configurations will ask two groups here. */
export function quorumOf(state: NodeState): number {
  return (state.config.peers.length >> 1) + 1
}

export function positionOf(state: NodeState, node: NodeId): number {
  return state.config.peers.indexOf(node)
}

/** The leader of the node's term as far as it knows. */
export function leaderOf(state: NodeState): NodeId | null {
  if (state.kind === 'follower') return state.leader
  return state.kind === 'leader' ? state.config.self : null
}

/**
 * Whether the node must not help to depose a leader: it leads, or it heard the leader within the minimum election
 * timeout (dissertation, 4.2.3). Only with CheckQuorum, which makes a leader that cannot be heard step down.
 */
export function holdsLease(state: NodeState, env: Env): boolean {
  if (!state.config.checkQuorum) return false
  if (state.kind === 'leader') return true
  return (
    state.kind === 'follower' && state.leader !== null && env.now - state.heardAt < state.config.electionTimeout.low
  )
}

// States are built field by field: a spread costs ten times as much, and this is the path of every heartbeat.

export function asFollower(state: NodeState, durable: Durable, leader: NodeId | null, heardAt: Micros): Follower {
  const { config, commit, applied, kv } = state
  return { kind: 'follower', config, durable, commit, applied, kv, leader, heardAt }
}

export function asPreCandidate(state: NodeState, votes: PreCandidate['votes']): PreCandidate {
  const { config, durable, commit, applied, kv } = state
  return { kind: 'pre-candidate', config, durable, commit, applied, kv, votes }
}

export function asCandidate(state: NodeState, durable: Durable, votes: Candidate['votes']): Candidate {
  const { config, commit, applied, kv } = state
  return { kind: 'candidate', config, durable, commit, applied, kv, votes }
}

export function asLeader(state: NodeState, durable: Durable, progress: Leader['progress']): Leader {
  const { config, commit, applied, kv } = state
  return { kind: 'leader', config, durable, commit, applied, kv, progress }
}

/** The durable state in `term`: a new term begins without a vote. */
function inTerm(durable: Durable, term: Term): Durable {
  if (term === durable.term) return durable
  return { term, votedFor: null, log: durable.log, snapshot: durable.snapshot }
}

/**
 * Back to follower in `term` (5.1) without a known leader: after a lost election, a lost quorum, or a higher term.
 * A running election timer goes on: only a leader's message and a granted vote start it anew (5.2).
 */
export function toFollower(state: NodeState, term: Term, env: Env, out: Out): Follower {
  leaveRole(state, term, out)
  if (state.kind === 'leader') armElection(out, state.config, env)
  return asFollower(state, inTerm(state.durable, term), null, micros(0))
}

/** After a message of the leader of `term`: follows it and waits for the next one (5.2). */
export function follow(state: NodeState, term: Term, leader: NodeId, env: Env, out: Out): Follower {
  armElection(out, state.config, env)
  if (state.kind === 'follower' && state.leader === leader && state.durable.term === term) {
    return asFollower(state, state.durable, leader, env.now)
  }
  leaveRole(state, term, out)
  return asFollower(state, inTerm(state.durable, term), leader, env.now)
}

function leaveRole(state: NodeState, term: Term, out: Out): void {
  if (state.kind === 'leader') {
    disarmLeader(out)
    note(out, 'stepped-down', state.durable.term)
  }
  if (state.kind !== 'follower' || state.durable.term !== term) note(out, 'became-follower', term)
}
