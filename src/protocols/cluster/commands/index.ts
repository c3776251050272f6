import { hashCommands } from './hashes.ts'
import { keyCommands } from './keys.ts'
import { listCommands } from './lists.ts'
import { setCommands } from './sets.ts'
import { stringCommands } from './strings.ts'
import type { CommandSpec } from './types.ts'

/** Every command over the keyspace. */
export const dataCommands: readonly CommandSpec[] = [
  ...stringCommands,
  ...keyCommands,
  ...hashCommands,
  ...listCommands,
  ...setCommands,
]
