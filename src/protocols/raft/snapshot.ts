import { AppendList } from '../../base/append-list.ts'
import type { NodeId } from '../../base/brand.ts'
import type { Env } from '../../machine/machine.ts'
import { commitTo } from './apply.ts'
import { note, type Out, promise, send } from './effects.ts'
import { lastIndex, termAt } from './log.ts'
import { type Progress, toSnapshot } from './progress.ts'
import { follow } from './roles.ts'
import type { Follower, Leader, MsgSnap, NodeState } from './types.ts'

/** InstallSnapshot (7). Log compaction follows applying: apply.ts. */

/** Sends the snapshot to a follower that needs entries which are gone. */
export function sendSnapshot(leader: Leader, at: number, progress: Progress, env: Env, out: Out): Progress {
  const { term, snapshot } = leader.durable
  send(out, leader.config.peers[at]!, { kind: 'MsgSnap', term, snapshot })
  note(out, 'snapshot-sent', snapshot.index)
  return toSnapshot(progress, snapshot.index, env.now)
}

export function onSnap(state: NodeState, from: NodeId, message: MsgSnap, env: Env, out: Out): NodeState {
  const next = install(follow(state, message.term, from, env, out), message, out)
  const index = next.durable.snapshot === message.snapshot ? lastIndex(next.durable) : next.commit
  const term = next.durable.term
  promise(out, next, from, { kind: 'MsgAppResp', term, index, reject: false, rejectHint: 0, logTerm: 0 })
  return next
}

/** A log that agrees with the snapshot is kept; what is already applied is never taken back. */
function install(state: Follower, message: MsgSnap, out: Out): Follower {
  const { snapshot } = message
  if (snapshot.index <= state.commit) return state
  if (termAt(state.durable, snapshot.index) === snapshot.term) return commitTo(state, snapshot.index, out)
  note(out, 'snapshot-installed', snapshot.index)
  const durable = { ...state.durable, log: AppendList.empty<never>(snapshot.index + 1), snapshot }
  return { ...state, durable, commit: snapshot.index, applied: snapshot.index, kv: snapshot.data }
}
