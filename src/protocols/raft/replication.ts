import type { NodeId } from '../../base/brand.ts'
import type { Env } from '../../machine/machine.ts'
import { commitTo } from './apply.ts'
import { armHeartbeat, armQuorum, barrier, note, type Out, promise, send } from './effects.ts'
import {
  appendEntry,
  findConflictByTerm,
  firstMissing,
  lastIndex,
  lastTerm,
  overwrite,
  termAt,
  UNKNOWN_TERM,
} from './log.ts'
import {
  acknowledged,
  canBumpCommit,
  isPaused,
  type Progress,
  retreat,
  sent,
  toProbe,
  toReplicate,
  unpause,
  withActivity,
} from './progress.ts'
import { asFollower, asLeader, follow, positionOf, quorumOf, toFollower } from './roles.ts'
import { sendSnapshot } from './snapshot.ts'
import type {
  Durable,
  Entry,
  Follower,
  Index,
  Leader,
  MsgApp,
  MsgAppResp,
  MsgClientRequest,
  MsgHeartbeat,
  MsgStorageAppendResp,
  NodeState,
  Proposal,
  Term,
} from './types.ts'

/** Log replication (5.3) and the commit rule (5.4.2). The leader's half first, then the follower's. */

const NO_ENTRIES: readonly Entry[] = []

// ---- leader: new entries

/** A client's request: the leader takes it into its log, any other node points to the leader (8). */
export function onClientRequest(
  state: NodeState,
  from: NodeId,
  message: MsgClientRequest,
  env: Env,
  out: Out,
): NodeState {
  const { request, session, sequence, operation } = message
  if (state.kind !== 'leader') {
    const leader = state.kind === 'follower' ? state.leader : null
    send(out, from, { kind: 'MsgClientReply', request, result: { kind: 'redirect', leader } })
    return state
  }
  if (lastIndex(state.durable) - state.commit >= state.config.maxUncommitted) {
    send(out, from, { kind: 'MsgClientReply', request, result: { kind: 'busy' } })
    return state
  }
  // Reads go through the log like writes. ReadIndex and lease reads will branch off here.
  return appendAsLeader(state, { client: from, request, session, sequence, operation }, env, out)
}

/** Appends to the leader's own log; entries of a leader's own term are the only ones it may commit by counting. */
export function appendAsLeader(leader: Leader, proposal: Proposal | null, env: Env, out: Out): NodeState {
  const { term } = leader.durable
  const index = lastIndex(leader.durable) + 1
  return replicate(asLeader(leader, appendEntry(leader.durable, { term, index, proposal }), leader.progress), env, out)
}

/**
 * Sends what is new in the log. The appends do not wait for the leader's own disk: it counts itself when a message to
 * itself comes back from behind the barrier (dissertation, 10.2.1).
 */
export function replicate(leader: Leader, env: Env, out: Out): NodeState {
  const { durable, config } = leader
  const { term } = durable
  const index = lastIndex(durable)
  const next = broadcast(countedEarly(leader, index), env, out)
  barrier(out, durable)
  send(out, config.self, { kind: 'MsgStorageAppendResp', term, index, logTerm: lastTerm(durable) })
  return config.fault === 'count-before-durable' ? advanceCommit(next, env, out) : next
}

function countedEarly(leader: Leader, index: Index): Leader {
  if (leader.config.fault !== 'count-before-durable') return leader
  const at = positionOf(leader, leader.config.self)
  return withProgress(leader, at, acknowledged(leader.progress[at]!, index))
}

/** The leader's own disk holds its log up to here. A completion that another term's leader began says nothing now. */
export function onStorageAppendResp(state: NodeState, message: MsgStorageAppendResp, env: Env, out: Out): NodeState {
  if (state.kind !== 'leader' || termAt(state.durable, message.index) !== message.logTerm) return state
  const at = positionOf(state, state.config.self)
  const own = state.progress[at]!
  if (message.index <= own.match) return state
  return advanceCommit(withProgress(state, at, acknowledged(own, message.index)), env, out)
}

// ---- leader: sending

function withProgress(leader: Leader, at: number, progress: Progress): Leader {
  if (progress === leader.progress[at]) return leader
  const copy = leader.progress.slice()
  copy[at] = progress
  return asLeader(leader, leader.durable, copy)
}

/** One append to every follower that may be sent one, also an empty one: it carries the commit index. */
function broadcast(leader: Leader, env: Env, out: Out): Leader {
  const { peers, self } = leader.config
  const progress = leader.progress.map((it, at) =>
    peers[at] === self ? it : sendAppend(leader, at, it, true, env, out),
  )
  return asLeader(leader, leader.durable, progress)
}

/** Sends the next entries to the follower at position `at`; the progress after it, the same one if nothing was sent. */
function sendAppend(leader: Leader, at: number, progress: Progress, evenEmpty: boolean, env: Env, out: Out): Progress {
  if (isPaused(progress)) return progress
  const { durable, config, commit } = leader
  const index = progress.next - 1
  const logTerm = termAt(durable, index)
  if (logTerm === UNKNOWN_TERM) return sendSnapshot(leader, at, progress, env, out)
  const entries = nextEntries(leader, progress)
  if (entries.length === 0 && !evenEmpty) return progress
  send(out, config.peers[at]!, { kind: 'MsgApp', term: durable.term, index, logTerm, entries, commit })
  return sent(progress, entries.length, commit, config.maxInflight)
}

/** With its limit of appends on their way reached, a follower still gets empty ones, or it would stall if all were lost. */
function nextEntries(leader: Leader, progress: Progress): readonly Entry[] {
  const { log } = leader.durable
  if (progress.next >= log.end) return NO_ENTRIES
  if (progress.kind === 'replicate' && progress.inflight.length >= leader.config.maxInflight) return NO_ENTRIES
  return log.slice(progress.next, progress.next + leader.config.maxEntriesPerAppend)
}

/** Sends as many appends as the limits allow, none of them empty. */
function sendAll(leader: Leader, at: number, progress: Progress, env: Env, out: Out): Progress {
  let now = progress
  for (;;) {
    const next = sendAppend(leader, at, now, false, env, out)
    if (next === now) return now
    now = next
  }
}

export function onHeartbeatTimer(state: NodeState, out: Out): NodeState {
  if (state.kind !== 'leader') return state
  const { peers, self } = state.config
  const { term } = state.durable
  armHeartbeat(out, state.config)
  let message: MsgHeartbeat = { kind: 'MsgHeartbeat', term, commit: state.commit }
  for (let at = 0; at < peers.length; at++) {
    const peer = peers[at]!
    if (peer === self) continue
    // A follower must not commit what it is not known to hold: its log may differ there.
    const commit = Math.min(state.progress[at]!.match, state.commit)
    if (commit !== message.commit) message = { kind: 'MsgHeartbeat', term, commit }
    send(out, peer, message)
  }
  return state
}

/** CheckQuorum: a leader that heard no quorum for one election timeout steps down (dissertation, 6.2). */
export function onQuorumTimer(state: NodeState, env: Env, out: Out): NodeState {
  if (state.kind !== 'leader') return state
  const { checkQuorum, self, peers } = state.config
  let active = 0
  for (const progress of state.progress) if (progress.recentActive) active++
  if (checkQuorum && active < quorumOf(state)) return toFollower(state, state.durable.term, env, out)
  armQuorum(out, state.config)
  const progress = state.progress.map((it, at) => (peers[at] === self ? it : withActivity(it, false)))
  return asLeader(state, state.durable, progress)
}

// ---- leader: answers

export function onHeartbeatResp(state: NodeState, from: NodeId, env: Env, out: Out): NodeState {
  if (state.kind !== 'leader') return state
  const at = positionOf(state, from)
  const old = state.progress[at]
  if (old === undefined) return state
  let progress = unpause(withActivity(old, true))
  if (progress.kind === 'snapshot' && env.now - progress.since >= state.config.electionTimeout.high) {
    progress = toProbe(progress)
  }
  if (progress.match < lastIndex(state.durable)) progress = sendAppend(state, at, progress, true, env, out)
  return withProgress(state, at, progress)
}

export function onAppResp(state: NodeState, from: NodeId, message: MsgAppResp, env: Env, out: Out): NodeState {
  if (state.kind !== 'leader') return state
  const at = positionOf(state, from)
  const old = state.progress[at]
  // An answer about entries that this leader does not have cannot be about its log.
  if (old === undefined || message.index > lastIndex(state.durable)) return state
  return message.reject
    ? onRejected(state, at, withActivity(old, true), message, env, out)
    : onAccepted(state, at, old, message.index, env, out)
}

/** Steps back to where both logs may agree: one round trip for each term that differs, not for each entry (5.3). */
function onRejected(leader: Leader, at: number, progress: Progress, message: MsgAppResp, env: Env, out: Out): Leader {
  const { rejectHint, logTerm } = message
  const hint = logTerm > 0 ? findConflictByTerm(leader.durable, rejectHint, logTerm) : rejectHint
  const back = retreat(progress, message.index, hint)
  return withProgress(leader, at, back === null ? progress : sendAppend(leader, at, back, true, env, out))
}

function onAccepted(leader: Leader, at: number, progress: Progress, index: Index, env: Env, out: Out): NodeState {
  if (index <= progress.match) return withProgress(leader, at, withActivity(progress, true))
  const moved = withProgress(leader, at, settled(leader.durable, acknowledged(progress, index)))
  const next = advanceCommit(moved, env, out)
  const it = next.progress[at]!
  const told = canBumpCommit(it, next.commit) ? sendAppend(next, at, it, true, env, out) : it
  return withProgress(next, at, sendAll(next, at, told, env, out))
}

/** A probe that was answered, and a snapshot whose follower reached the log, lead back to pipelining. */
function settled(durable: Durable, progress: Progress): Progress {
  if (progress.kind === 'probe') return toReplicate(progress)
  // It does not matter which snapshot was installed, if the log can continue from there.
  if (progress.kind === 'snapshot' && termAt(durable, progress.match) !== UNKNOWN_TERM) return toReplicate(progress)
  return progress
}

/** Commits what a majority holds and tells the followers at once. */
function advanceCommit(leader: Leader, env: Env, out: Out): Leader {
  const commit = committable(leader)
  return commit > leader.commit ? broadcast(commitTo(leader, commit, out), env, out) : leader
}

/** The highest index on a majority, if its entry is of the leader's own term: older ones commit only below it (5.4.2). */
function committable(leader: Leader): Index {
  let ahead = 0
  for (const { match } of leader.progress) if (match > leader.commit) ahead++
  // Most answers complete no majority: then nothing is sorted.
  if (ahead < quorumOf(leader)) return leader.commit
  const matches = leader.progress.map((progress) => progress.match).sort((x, y) => y - x)
  const index = matches[quorumOf(leader) - 1]!
  const own = termAt(leader.durable, index) === leader.durable.term || leader.config.fault === 'commit-older-term'
  return own ? index : leader.commit
}

// ---- follower

export function onApp(state: NodeState, from: NodeId, message: MsgApp, env: Env, out: Out): NodeState {
  const follower = follow(state, message.term, from, env, out)
  const { durable } = follower
  const previous = termAt(durable, message.index)
  if (previous === UNKNOWN_TERM && message.index < durable.snapshot.index) {
    // Delayed: it begins where the log is compacted, that is, committed.
    return accept(follower, from, follower.commit, out)
  }
  if (previous !== message.logTerm) return reject(follower, from, message, out)
  const next = withEntries(follower, message, out)
  // What lies behind the last entry of this message is not known to agree with the leader (5.3).
  const verified = message.index + message.entries.length
  return accept(learnCommit(next, Math.min(message.commit, verified), out), from, verified, out)
}

function accept(state: Follower, from: NodeId, index: Index, out: Out): Follower {
  const { term } = state.durable
  promise(out, state, from, { kind: 'MsgAppResp', term, index, reject: false, rejectHint: 0, logTerm: 0 })
  return state
}

function reject(state: Follower, from: NodeId, message: MsgApp, out: Out): Follower {
  const { durable } = state
  const rejectHint = findConflictByTerm(durable, Math.min(message.index, lastIndex(durable)), message.logTerm)
  const logTerm: Term = Math.max(0, termAt(durable, rejectHint))
  note(out, 'rejected-append', message.index)
  promise(out, state, from, {
    kind: 'MsgAppResp',
    term: durable.term,
    index: message.index,
    reject: true,
    rejectHint,
    logTerm,
  })
  return state
}

/** Appends what is missing. Only a real conflict removes entries: a delayed message must not shorten the log (5.3). */
function withEntries(state: Follower, message: MsgApp, out: Out): Follower {
  const { durable } = state
  const cut = Math.max(message.index, durable.snapshot.index) + 1
  const from = state.config.fault === 'truncate-always' ? cut : firstMissing(durable, message.entries)
  if (from === 0 || (from > lastIndex(durable) && message.entries.length === 0)) return state
  if (from <= lastIndex(durable)) note(out, 'truncated', from)
  return asFollower(state, overwrite(durable, from, message.entries), state.leader, state.heardAt)
}

/** The commit index only rises: messages may arrive out of order. */
function learnCommit(state: Follower, commit: Index, out: Out): Follower {
  return commitTo(state, state.config.fault === 'commit-index-falls' ? commit : Math.max(state.commit, commit), out)
}

export function onHeartbeat(state: NodeState, from: NodeId, message: MsgHeartbeat, env: Env, out: Out): NodeState {
  const follower = learnCommit(follow(state, message.term, from, env, out), message.commit, out)
  const response = { kind: 'MsgHeartbeatResp', term: message.term } as const
  // It promises nothing but the term: a slow disk that knows the term must not silence a node.
  if (follower.durable.term === state.durable.term) send(out, from, response)
  else promise(out, follower, from, response)
  return follower
}
