/** The experiments a person had open, newest first: opening another one loses nothing. */
export interface Recent {
  readonly title: string
  readonly text: string
  /** Milliseconds since 1970: when it was left. */
  readonly leftAtMs: number
}

const RECENT_MAX = 10

/** The list with `entry` in front; the same text stands in it once. */
export function addRecent(list: readonly Recent[], entry: Recent): readonly Recent[] {
  return [entry, ...list.filter((other) => other.text !== entry.text)].slice(0, RECENT_MAX)
}

/** What was stored, as far as it is a list of experiments. */
export function readRecent(stored: unknown): readonly Recent[] {
  return Array.isArray(stored) ? stored.filter(isRecent).slice(0, RECENT_MAX) : []
}

function isRecent(value: unknown): value is Recent {
  if (typeof value !== 'object' || value === null) return false
  const entry = value as Partial<Record<keyof Recent, unknown>>
  return typeof entry.title === 'string' && typeof entry.text === 'string' && typeof entry.leftAtMs === 'number'
}
