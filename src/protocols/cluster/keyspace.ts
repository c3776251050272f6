import type { Bytes } from './bytes.ts'
import type { Value } from './values.ts'

/** A key's value and when it ends (Unix ms; null: never). A write makes a new entry, so identity tells "unchanged". */
export interface Entry {
  readonly value: Value
  readonly expireAtMs: number | null
}
