import type { CommandSpec } from './types.ts'

/** Every command over the keyspace. */
export const dataCommands: readonly CommandSpec[] = []
