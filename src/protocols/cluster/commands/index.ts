import { bitfieldCommands } from './bitfield.ts'
import { bitCommands } from './bits.ts'
import { blockingCommands } from './blocking.ts'
import { hashCommands } from './hashes.ts'
import { hyperloglogCommands } from './hyperloglogs.ts'
import { keyCommands } from './keys.ts'
import { lcsCommands } from './lcs.ts'
import { listCommands } from './lists.ts'
import { restoreCommands } from './restore.ts'
import { scanCommands } from './scan.ts'
import { setCommands } from './sets.ts'
import { sortCommands } from './sort.ts'
import { sortedSetAlgebraCommands } from './sorted-set-algebra.ts'
import { sortedSetRangeCommands } from './sorted-set-ranges.ts'
import { sortedSetCommands } from './sorted-sets.ts'
import { stringCommands } from './strings.ts'
import type { CommandSpec } from './types.ts'

/** Every command over the keyspace. */
export const dataCommands: readonly CommandSpec[] = [
  ...stringCommands,
  ...bitCommands,
  ...bitfieldCommands,
  ...lcsCommands,
  ...hyperloglogCommands,
  ...keyCommands,
  ...hashCommands,
  ...listCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...sortedSetRangeCommands,
  ...sortedSetAlgebraCommands,
  ...blockingCommands,
  ...restoreCommands,
  ...scanCommands,
  ...sortCommands,
]
