import type { Bytes } from '../bytes.ts'
import { propagate, propagateToAny } from '../replication/stream.ts'
import type { Turn } from '../turn.ts'

const MULTI = ['MULTI']
const EXEC = ['EXEC']

/** Puts what one command (or one transaction) changed into the stream: as a transaction when it is more than one command. */
export function propagateUnit(turn: Turn, unit: readonly (readonly Bytes[])[]): void {
  if (unit.length === 1) propagate(turn, unit[0]!)
  else if (unit.length > 1) {
    // SELECT, if it is due, stands inside (propagatePendingCommands).
    propagateToAny(turn, MULTI)
    for (const args of unit) propagate(turn, args)
    propagateToAny(turn, EXEC)
  }
}
