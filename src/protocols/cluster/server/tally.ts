import type { NodeId } from '../../../base/brand.ts'
import type { Reply } from '../reply.ts'
import type { Session, Stats } from '../state.ts'
import type { Tally, Turn } from '../turn.ts'

/**
 * Moves what was counted in place into the state: before anything looks at the statistics or at the session, and when
 * a session's commands are done.
 */
export function flushTally(turn: Turn, key: NodeId): void {
  const { tally, stats } = turn
  if (tally.commands > 0) {
    turn.stats = counted(stats, tally)
    tally.commands = tally.hits = tally.misses = 0
  }
  const session = turn.sessions.get(key)
  if (tally.last !== '' && session !== undefined) {
    const writeOffset = tally.offset < 0 ? session.writeOffset : tally.offset
    const activeMs = turn.nowMs - (turn.nowMs % 1000)
    const isSame = writeOffset === session.writeOffset && activeMs === session.activeMs
    if (!isSame || tally.last !== session.lastCommand) {
      turn.sessions = turn.sessions.set(key, used(session, writeOffset, activeMs, tally.last))
    }
  }
  tally.offset = -1
  tally.last = ''
}

// Field by field: a spread of so many fields costs more than the commands of a short request.

const counted = (stats: Stats, { commands, hits, misses }: Tally): Stats => ({
  startMs: stats.startMs,
  commands: stats.commands + commands,
  connections: stats.connections,
  rejected: stats.rejected,
  fullSyncs: stats.fullSyncs,
  partialOk: stats.partialOk,
  partialErr: stats.partialErr,
  expired: stats.expired,
  hits: stats.hits + hits,
  misses: stats.misses + misses,
  errors: stats.errors,
})

const used = (session: Session, writeOffset: number, activeMs: number, lastCommand: string): Session => {
  const { library } = session
  return {
    peer: session.peer,
    connection: session.connection,
    id: session.id,
    resp: session.resp,
    name: session.name,
    library,
    readonly: session.readonly,
    asking: session.asking,
    replyMode: session.replyMode,
    multi: session.multi,
    watched: session.watched,
    channels: session.channels,
    patterns: session.patterns,
    shardChannels: session.shardChannels,
    blocked: session.blocked,
    waiting: session.waiting,
    writeOffset,
    createdMs: session.createdMs,
    activeMs,
    lastCommand,
  }
}

/** Counts an error by its code (the first word). */
export function countError(turn: Turn, answer: Reply): void {
  if (answer.kind !== 'error') return
  const blank = answer.text.indexOf(' ')
  const code = blank < 0 ? answer.text : answer.text.slice(0, blank)
  const { errors } = turn.stats
  turn.stats = { ...turn.stats, errors: { ...errors, [code]: (errors[code] ?? 0) + 1 } }
}
