import { unreachable } from '../../base/assert.ts'
import { micros, type NodeId } from '../../base/brand.ts'
import type { Env } from '../../machine/machine.ts'
import type { NodeConfig } from './config.ts'
import { armElection, barrier, note, type Out, promise } from './effects.ts'
import { campaign, onPreVoteResp, onVoteRequest, onVoteResp, response } from './election.ts'
import { initialDurable } from './log.ts'
import {
  onApp,
  onAppResp,
  onClientRequest,
  onHeartbeat,
  onHeartbeatResp,
  onHeartbeatTimer,
  onQuorumTimer,
  onStorageAppendResp,
} from './replication.ts'
import { holdsLease, toFollower } from './roles.ts'
import { onSnap } from './snapshot.ts'
import type { Durable, Follower, Input, NodeState, PeerMessage, Timer, Transition } from './types.ts'

/** The control flow of a node: which rule applies to an input. The rules themselves stand in the other files. */

/** A fresh or restarted node is a follower (5.2) that knows what its disk holds; only a snapshot is known committed. */
export function bootNode(config: NodeConfig, durable: Durable | null, env: Env): Transition {
  const out: Out = []
  const initial = initialDurable(config)
  const own = durable === null ? initial : recovered(config, durable)
  const { index, data } = own.snapshot
  armElection(out, config, env)
  if (durable === null && initial.term > 0) barrier(out, initial)
  const common = { config, durable: own, commit: index, applied: index, kv: data }
  return { state: { kind: 'follower', ...common, leader: null, heardAt: micros(0) } satisfies Follower, effects: out }
}

function recovered(config: NodeConfig, durable: Durable): Durable {
  return config.fault === 'forget-vote' ? { ...durable, votedFor: null } : durable
}

export function stepNode(state: NodeState, input: Input, env: Env): Transition {
  const out: Out = []
  const next = receive(state, input, env, out)
  if (next.durable !== state.durable && !isPersisted(out, next.durable)) barrier(out, next.durable)
  return { state: next, effects: out }
}

/** Whether the last barrier of the step already writes `durable`. */
function isPersisted(out: Out, durable: Durable): boolean {
  for (let at = out.length - 1; at >= 0; at--) {
    const effect = out[at]!
    if (effect.kind === 'persist') return effect.durable === durable
  }
  return false
}

function receive(state: NodeState, input: Input, env: Env, out: Out): NodeState {
  switch (input.kind) {
    case 'message': {
      const { message } = input
      if (message.kind === 'MsgClientRequest') return onClientRequest(state, input.from, message, env, out)
      return message.kind === 'MsgClientReply' ? state : onPeerMessage(state, input.from, message, env, out)
    }
    case 'timer':
      return onTimer(state, input.timer, env, out)
    case 'command':
      if ('op' in input.command) {
        out.push({
          kind: 'reply',
          request: input.request,
          result: { kind: 'refused', reason: 'only clients take operations' },
        })
        return state
      }
      return campaign(state, env, out)
    default:
      return unreachable(input)
  }
}

function onTimer(state: NodeState, timer: Timer, env: Env, out: Out): NodeState {
  switch (timer) {
    case 'election':
      return campaign(state, env, out)
    case 'heartbeat':
      return onHeartbeatTimer(state, out)
    case 'quorum':
      return onQuorumTimer(state, env, out)
    case 'retry':
      return state
    default:
      return unreachable(timer)
  }
}

/** First the rules about terms (5.1), then the message itself. */
function onPeerMessage(state: NodeState, from: NodeId, message: PeerMessage, env: Env, out: Out): NodeState {
  const { term } = state.durable
  if (message.term < term) return onStale(state, from, message, out)
  if (message.term > term) {
    if ((message.kind === 'MsgVote' || message.kind === 'MsgPreVote') && holdsLease(state, env)) {
      note(out, 'vote-refused', message.term)
      return state
    }
    if (adoptsTerm(message)) return handle(toFollower(state, message.term, env, out), from, message, env, out)
  }
  return handle(state, from, message, env, out)
}

/**
 * A higher term makes a follower (5.1). Not so a pre-vote and its grant, which only speak of a future term; and the
 * messages of a leader name the leader to follow, so their handlers do it.
 */
function adoptsTerm(message: PeerMessage): boolean {
  switch (message.kind) {
    case 'MsgPreVote':
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      return false
    case 'MsgPreVoteResp':
      return message.reject
    default:
      return true
  }
}

/**
 * A request of an older term is refused with the own term (5.1), so that an old leader steps down and a candidate that
 * fell behind catches up, also when CheckQuorum and PreVote would keep them apart (etcd #8334, #8499). Answers of an
 * older term are ignored.
 */
function onStale(state: NodeState, from: NodeId, message: PeerMessage, out: Out): NodeState {
  const { term } = state.durable
  switch (message.kind) {
    case 'MsgApp':
    case 'MsgHeartbeat':
    case 'MsgSnap':
      promise(out, state, from, { kind: 'MsgAppResp', term, index: 0, reject: true, rejectHint: 0, logTerm: 0 })
      return state
    case 'MsgVote':
    case 'MsgPreVote':
      note(out, 'vote-refused', message.term)
      promise(out, state, from, response(message, term, true))
      return state
    default:
      return state
  }
}

function handle(state: NodeState, from: NodeId, message: PeerMessage, env: Env, out: Out): NodeState {
  switch (message.kind) {
    case 'MsgHeartbeat':
      return isRival(state, message) ? state : onHeartbeat(state, from, message, env, out)
    case 'MsgHeartbeatResp':
      return onHeartbeatResp(state, from, env, out)
    case 'MsgApp':
      return isRival(state, message) ? state : onApp(state, from, message, env, out)
    case 'MsgAppResp':
      return onAppResp(state, from, message, env, out)
    case 'MsgSnap':
      return isRival(state, message) ? state : onSnap(state, from, message, env, out)
    case 'MsgStorageAppendResp':
      return onStorageAppendResp(state, message, env, out)
    case 'MsgVote':
    case 'MsgPreVote':
      return onVoteRequest(state, from, message, env, out)
    case 'MsgVoteResp':
      return onVoteResp(state, from, message, env, out)
    case 'MsgPreVoteResp':
      return onPreVoteResp(state, from, message, env, out)
    default:
      return unreachable(message)
  }
}

/** A second leader of the same term: only planted faults make one, and a judge will say so. Neither obeys the other. */
function isRival(state: NodeState, message: PeerMessage): boolean {
  return state.kind === 'leader' && message.term === state.durable.term
}
