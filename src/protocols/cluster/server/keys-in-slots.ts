import { propagate } from '../replication/stream.ts'
import type { Turn } from '../turn.ts'

/**
 * Deletes the keys of slots that this node lost (delKeysInSlot), and tells its replicas.
 * @returns number of keys
 */
export function dropKeysInSlots(turn: Turn, slots: Iterable<number>): number {
  let dropped = 0
  for (const slot of slots) {
    const count = turn.db.countInSlot(slot)
    if (count === 0) continue
    for (const key of turn.db.keysInSlot(slot, count)) propagate(turn, ['DEL', key])
    turn.db = turn.db.deleteSlot(slot)
    dropped += count
  }
  if (dropped > 0) turn.note('keys-dropped', dropped)
  return dropped
}
