import { note, type Out, send } from './effects.ts'
import { applyProposal, type Kv } from './kv.ts'
import { termAt } from './log.ts'
import type { Durable, Entry, Follower, Index, Leader, NodeState } from './types.ts'

/** From "committed" to "done": applying entries, answering clients, and log compaction (7). */

/**
 * Sets the commit index, applies what it newly covers in log order (5.3) and takes a snapshot when it is time.
 * Nothing is applied twice: `applied` does not follow a commit index that falls (a planted fault).
 */
export function commitTo<S extends Follower | Leader>(state: S, commit: Index, out: Out): S {
  if (commit === state.commit) return state
  note(out, 'committed', commit)
  let { kv, applied } = state
  while (applied < commit) {
    const entry = state.durable.log.at(applied + 1)
    if (entry === undefined) break
    applied = entry.index
    if (entry.proposal === null) continue
    const result = applyProposal(kv, entry.proposal)
    kv = result.kv
    if (result.outcome !== null && answers(state, entry)) {
      const { request, client } = entry.proposal
      const { value, success } = result.outcome
      send(out, client, { kind: 'MsgClientReply', request, result: { kind: 'ok', index: applied, value, success } })
    }
  }
  return withApplied(state, compacted(state, applied, kv, out), commit, applied, kv) as S
}

/** The leader that took the request answers it; entries of older terms came through others. */
function answers(state: NodeState, entry: Entry): boolean {
  return state.kind === 'leader' && entry.term === state.durable.term
}

function withApplied(
  state: Follower | Leader,
  durable: Durable,
  commit: Index,
  applied: Index,
  kv: Kv,
): Follower | Leader {
  const { config } = state
  return state.kind === 'leader'
    ? { kind: 'leader', config, durable, commit, applied, kv, progress: state.progress }
    : { kind: 'follower', config, durable, commit, applied, kv, leader: state.leader, heardAt: state.heardAt }
}

/** Replaces the applied part of the log by a snapshot once it is long enough; a tail stays for followers that lag. */
function compacted(state: NodeState, applied: Index, kv: Kv, out: Out): Durable {
  const { durable, config } = state
  if (config.snapshotThreshold === 0 || applied - durable.snapshot.index < config.snapshotThreshold) return durable
  const snapshot = { index: applied, term: termAt(durable, applied), data: kv }
  const start = Math.max(durable.log.start, applied + 1 - config.snapshotKeep)
  note(out, 'snapshot-taken', applied)
  return { term: durable.term, votedFor: durable.votedFor, log: durable.log.dropBefore(start), snapshot }
}
