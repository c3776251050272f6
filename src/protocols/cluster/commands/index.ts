import { keyCommands } from './keys.ts'
import { stringCommands } from './strings.ts'
import type { CommandSpec } from './types.ts'

/** Every command over the keyspace. */
export const dataCommands: readonly CommandSpec[] = [...stringCommands, ...keyCommands]
