import { SLOTS } from '../slots.ts'
import type { Turn } from '../turn.ts'
import { hasFailed, hasTimedOut, isMaster } from './nodes.ts'

/** A master returning from a minority waits for the node timeout, within these bounds. */
const REJOIN_MIN_MS = 500
const REJOIN_MAX_MS = 5000
/** A master that has just started serves nothing for so long. */
const WRITABLE_DELAY_MS = 2000

/**
 * Decides anew whether the cluster is up, as this node sees it (clusterUpdateState). A master hesitates to say yes: after
 * its start, and after it was in a minority, somebody else may own its slots by now.
 */
export function updateClusterState(turn: Turn): void {
  turn.todo.updateState = false
  if (turn.cluster.firstEvaluationMs === 0) turn.change({ firstEvaluationMs: turn.nowMs })
  const { health, firstEvaluationMs } = turn.cluster
  if (turn.isMaster && health === 'fail' && turn.nowMs - firstEvaluationMs < WRITABLE_DELAY_MS) return
  const { size, reachable, covered } = survey(turn)
  const isMinority = reachable < Math.floor(size / 2) + 1
  const minorityMs = isMinority ? turn.nowMs : turn.cluster.minorityMs
  if (size !== turn.cluster.size || minorityMs !== turn.cluster.minorityMs) turn.change({ size, minorityMs })
  const next = isMinority || (turn.options.requireFullCoverage && covered < SLOTS) ? 'fail' : 'ok'
  if (next === health) return
  if (next === 'ok' && turn.isMaster && turn.nowMs - minorityMs < rejoinDelayMs(turn)) return
  turn.change({ health: next })
  turn.note(next === 'ok' ? 'state-ok' : 'state-fail', covered)
}

const rejoinDelayMs = (turn: Turn): number =>
  Math.min(Math.max(turn.options.nodeTimeoutMs, REJOIN_MIN_MS), REJOIN_MAX_MS)

/** Masters with slots, those of them that answer, and slots whose owner is not FAIL. */
function survey(turn: Turn): { readonly size: number; readonly reachable: number; readonly covered: number } {
  let size = 0
  let reachable = 0
  let covered = 0
  for (const peer of turn.cluster.peers.all()) {
    if (peer.slots.size === 0) continue
    if (!hasFailed(peer)) covered += peer.slots.size
    if (!isMaster(peer)) continue
    size++
    if (!hasFailed(peer) && !hasTimedOut(peer)) reachable++
  }
  return { size, reachable, covered }
}
