import type { NodeId } from '../../../base/brand.ts'
import type { Reply } from '../reply.ts'
import type { Turn } from '../turn.ts'

/**
 * Moves what was counted in place into the state: before anything looks at the statistics or at the session, and when
 * a session's commands are done.
 */
export function flushTally(turn: Turn, key: NodeId): void {
  const { tally, stats } = turn
  if (tally.commands > 0) {
    const { commands, hits, misses } = tally
    turn.stats = {
      ...stats,
      commands: stats.commands + commands,
      hits: stats.hits + hits,
      misses: stats.misses + misses,
    }
    tally.commands = tally.hits = tally.misses = 0
  }
  const session = turn.sessions.get(key)
  if (tally.last !== '' && session !== undefined) {
    const writeOffset = tally.offset < 0 ? session.writeOffset : tally.offset
    const activeMs = turn.nowMs - (turn.nowMs % 1000)
    const isSame = writeOffset === session.writeOffset && activeMs === session.activeMs
    if (!isSame || tally.last !== session.lastCommand) {
      turn.sessions = turn.sessions.set(key, { ...session, writeOffset, activeMs, lastCommand: tally.last })
    }
  }
  tally.offset = -1
  tally.last = ''
}

/** Counts an error by its code (the first word). */
export function countError(turn: Turn, answer: Reply): void {
  if (answer.kind !== 'error') return
  const blank = answer.text.indexOf(' ')
  const code = blank < 0 ? answer.text : answer.text.slice(0, blank)
  const { errors } = turn.stats
  turn.stats = { ...turn.stats, errors: { ...errors, [code]: (errors[code] ?? 0) + 1 } }
}
