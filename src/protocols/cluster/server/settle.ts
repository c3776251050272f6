import type { NodeId } from '../../../base/brand.ts'
import type { Turn } from '../turn.ts'
import { blockedSessions, disconnectBlocked, endWaits, isPaused, unblock } from './blocking.ts'
import { runCommands } from './process.ts'
import { leaveMovedShards } from './pubsub.ts'
import { changeSession } from './sessions.ts'

/**
 * Ends the waits of clients that ended with this step, and runs what they sent meanwhile; until nothing more happens.
 * A busy server leaves it for later.
 */
export function settle(turn: Turn): void {
  leaveMovedShards(turn)
  if (turn.before.replication.upstream === null && turn.replication.upstream !== null) disconnectBlocked(turn)
  while (turn.busy === null && (turn.blocked.length > 0 || turn.runnable.length > 0)) {
    endWaits(turn)
    if (!isPaused(turn)) endPause(turn)
    if (turn.runnable.length === 0) return
    const keys = turn.runnable
    turn.runnable = []
    for (const key of keys) runWaiting(turn, key)
  }
}

/** The commands that the pause held up run, the oldest first. */
function endPause(turn: Turn): void {
  for (const { session, blocked } of blockedSessions(turn)) {
    if (blocked.kind !== 'pause') continue
    unblock(turn, session.peer, null)
    changeSession(turn, session.peer, { waiting: [blocked.args, ...session.waiting] })
  }
}

function runWaiting(turn: Turn, key: NodeId): void {
  const session = turn.sessions.get(key)
  if (session === undefined || session.blocked !== null || session.waiting.length === 0) return
  changeSession(turn, key, { waiting: [] })
  runCommands(turn, key, session.waiting)
}

/** The server is no longer busy: sessions whose commands waited for that are run. */
export function resumeAfterBusy(turn: Turn): void {
  for (const [key, session] of turn.sessions.entries()) {
    if (session.blocked === null && session.waiting.length > 0) turn.runnable = [...turn.runnable, key as NodeId]
  }
}
