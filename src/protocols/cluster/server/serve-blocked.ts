import type { NodeId } from '../../../base/brand.ts'
import type { Bytes } from '../bytes.ts'
import type { Turn } from '../turn.ts'
import { blockedSessions, unblock } from './blocking.ts'
import { runData, type Unit } from './execute.ts'
import { liveEntry } from './expire.ts'
import { recognise } from './known.ts'
import { propagateUnit } from './units.ts'

/**
 * After keys changed, clients that wait for them get them, the longest waiting first (handleClientsBlockedOnKeys). One
 * that moves an element may so serve the next.
 */
export function serveBlockedKeys(turn: Turn): void {
  for (let again = true; again; ) {
    again = false
    for (const { session, blocked } of blockedSessions(turn)) {
      if (blocked.kind !== 'keys' || !blocked.keys.some((key) => liveEntry(turn, key) !== undefined)) continue
      if (serve(turn, session.peer, blocked.args)) again = true
    }
  }
}

/** Tries a blocked command again. True: it changed the keyspace. */
function serve(turn: Turn, key: NodeId, args: readonly Bytes[]): boolean {
  const known = recognise(args)
  if (!('spec' in known) || known.spec.run.scope !== 'data') return false
  const { db } = turn
  const unit: Unit = []
  const session = turn.sessions.get(key)!
  const outcome = runData(turn, session, known, known.spec.run.execute, args, unit, true)
  if (outcome.block !== undefined) return false
  propagateUnit(turn, unit)
  unblock(turn, key, outcome.reply)
  return turn.db !== db
}
