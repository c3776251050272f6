import type { Bytes } from '../bytes.ts'
import type { Entry, Keyspace } from '../keyspace.ts'
import { propagate } from '../replication/stream.ts'
import type { Turn } from '../turn.ts'

/** Keys that one active cycle deletes at most. */
const ACTIVE_KEYS_MAX = 200

/** True when the entry's time is over. */
const isExpired = (entry: Entry, nowMs: number): boolean => entry.expireAtMs !== null && entry.expireAtMs < nowMs

/** The entry as commands may see it: one whose time is over is not there, also where it is not deleted yet. */
export function liveEntry(turn: Turn, key: Bytes): Entry | undefined {
  const entry = turn.db.get(key)
  return entry !== undefined && isExpired(entry, turn.nowMs) ? undefined : entry
}

/**
 * Deletes those of a command's keys whose time is over (expireIfNeeded): a master does, and tells its replicas before
 * the command; `unit` gets the DELs.
 */
export function expireKeys(turn: Turn, keys: readonly Bytes[], unit: (readonly Bytes[])[]): void {
  for (const key of keys) {
    const entry = turn.db.get(key)
    if (entry === undefined || !isExpired(entry, turn.nowMs)) continue
    turn.db = turn.db.delete(key)
    unit.push(['DEL', key])
    turn.stats = { ...turn.stats, expired: turn.stats.expired + 1 }
  }
}

/** The keys as a replica shows them: without those whose time is over, which only its master deletes. */
export function withoutExpired(turn: Turn, keys: readonly Bytes[]): Keyspace {
  let db = turn.db
  for (const key of keys) {
    const entry = db.get(key)
    if (entry !== undefined && isExpired(entry, turn.nowMs)) db = db.delete(key)
  }
  return db
}

/** The active cycle: each cron, a master deletes keys whose time is over though nobody asks for them. */
export function expireCycle(turn: Turn): void {
  if (turn.db.expiring === 0 || !turn.isMaster) return
  const keys = turn.db.expired(turn.nowMs, ACTIVE_KEYS_MAX)
  for (const key of keys) {
    turn.db = turn.db.delete(key)
    propagate(turn, ['DEL', key])
  }
  if (keys.length > 0) turn.stats = { ...turn.stats, expired: turn.stats.expired + keys.length }
}
