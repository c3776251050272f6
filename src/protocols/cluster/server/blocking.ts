import type { NodeId } from '../../../base/brand.ts'
import { ackedReplicas } from '../replication/wait.ts'
import { error, integer, NULL_ARRAY, type Reply } from '../reply.ts'
import type { Blocked, Session } from '../state.ts'
import type { Turn } from '../turn.ts'
import { refusalOfBlocked } from './routing.ts'
import { changeSession, closeSession, reply } from './sessions.ts'

const DEMOTED = error('UNBLOCKED force unblock from blocking operation, instance state changed (master -> replica?)')
const BY_COMMAND = error('UNBLOCKED client unblocked via CLIENT UNBLOCK')

/** A session waits from now on; what it sends meanwhile is kept. */
export function block(turn: Turn, key: NodeId, blocked: Blocked): void {
  changeSession(turn, key, { blocked })
  turn.blocked = [...turn.blocked, key]
}

/** A session no longer waits. Its other commands run when the step settles. */
export function unblock(turn: Turn, key: NodeId, answer: Reply | null): void {
  changeSession(turn, key, { blocked: null })
  turn.blocked = turn.blocked.filter((it) => it !== key)
  turn.runnable = [...turn.runnable, key]
  if (answer !== null) reply(turn, key, answer)
}

/** What a blocked client gets when its time is over. */
function timeoutReply(turn: Turn, blocked: Blocked): Reply {
  return blocked.kind === 'wait' ? integer(ackedReplicas(turn, blocked.offset)) : NULL_ARRAY
}

/** CLIENT UNBLOCK: false when the session is not blocked, or only by a pause. */
export function unblockByCommand(turn: Turn, key: NodeId, how: 'timeout' | 'error'): boolean {
  const blocked = turn.sessions.get(key)?.blocked ?? null
  if (blocked === null || blocked.kind === 'pause') return false
  unblock(turn, key, how === 'error' ? BY_COMMAND : timeoutReply(turn, blocked))
  return true
}

interface BlockedSession {
  readonly session: Session
  readonly blocked: Blocked
}

const NOBODY: readonly BlockedSession[] = []

/** The sessions that are blocked, with why: the longest blocked first. */
export function blockedSessions(turn: Turn): readonly BlockedSession[] {
  if (turn.blocked.length === 0) return NOBODY
  return turn.blocked.map((key) => {
    const session = turn.sessions.get(key)!
    return { session, blocked: session.blocked! }
  })
}

/** A master became a replica: who was blocked is told so, and sent away (disconnectAllBlockedClients). */
export function disconnectBlocked(turn: Turn): void {
  for (const { session, blocked } of blockedSessions(turn)) {
    if (blocked.kind === 'pause') continue
    unblock(turn, session.peer, DEMOTED)
    closeSession(turn, session.peer)
  }
}

/** Clients that wait for keys which this node does not serve any more are told where they are; each cron. */
export function redirectBlocked(turn: Turn): void {
  for (const { session, blocked } of blockedSessions(turn)) {
    const refusal = blocked.kind === 'keys' ? refusalOfBlocked(turn, blocked.keys) : null
    if (refusal !== null) unblock(turn, session.peer, refusal)
  }
}

/** Ends what waited long enough: WAIT whose replicas acknowledged, and every wait whose time is over. */
export function endWaits(turn: Turn): void {
  for (const { session, blocked } of blockedSessions(turn)) {
    if (blocked.kind === 'wait') {
      const acked = ackedReplicas(turn, blocked.offset)
      if (acked >= blocked.replicas) {
        unblock(turn, session.peer, integer(acked))
        continue
      }
    }
    if (blocked.untilMs !== null && blocked.untilMs <= turn.nowMs) {
      unblock(turn, session.peer, timeoutReply(turn, blocked))
    }
  }
}

/** True while clients' writes (or all their commands) wait. */
export const isPaused = (turn: Turn): boolean => turn.pause.untilMs > turn.nowMs

/** Sets the timer for the next wait that ends by itself. */
export function armWakeUp(turn: Turn): void {
  let wakeMs = 0
  for (const { blocked } of blockedSessions(turn)) {
    const untilMs = blocked.kind === 'pause' ? turn.pause.untilMs : blocked.untilMs
    if (untilMs !== null && (wakeMs === 0 || untilMs < wakeMs)) wakeMs = untilMs
  }
  if (wakeMs === turn.wakeMs) return
  turn.wakeMs = wakeMs
  if (wakeMs === 0) turn.clearTimer('blocked')
  else turn.setTimer('blocked', wakeMs - turn.nowMs)
}
