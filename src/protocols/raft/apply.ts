import { note, type Out, send } from './effects.ts'
import { applyProposal } from './kv.ts'
import { termAt } from './log.ts'
import type { Entry, Index, NodeState } from './types.ts'

/**
 * Sets the commit index, applies what it newly covers in log order (5.3) and takes a snapshot when it is time.
 * Nothing is applied twice: `applied` does not follow a commit index that falls (a planted fault).
 */
export function commitTo<S extends NodeState>(state: S, commit: Index, out: Out): S {
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
      send(out, client, { kind: 'MsgClientReply', request, result: { kind: 'ok', index: applied, ...result.outcome } })
    }
  }
  return compact({ ...state, commit, applied, kv }, out)
}

/** The leader that took the request answers it; entries of older terms came through others. */
function answers(state: NodeState, entry: Entry): boolean {
  return state.kind === 'leader' && entry.term === state.durable.term
}

/** Replaces the applied part of the log by a snapshot once it is long enough; a tail stays for followers that lag. */
function compact<S extends NodeState>(state: S, out: Out): S {
  const { durable, applied, kv, config } = state
  if (config.snapshotThreshold === 0 || applied - durable.snapshot.index < config.snapshotThreshold) return state
  const snapshot = { index: applied, term: termAt(durable, applied), data: kv }
  const start = Math.max(durable.log.start, applied + 1 - config.snapshotKeep)
  note(out, 'snapshot-taken', applied)
  return { ...state, durable: { ...durable, log: durable.log.dropBefore(start), snapshot } }
}
