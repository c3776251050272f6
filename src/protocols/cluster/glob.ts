import type { Bytes } from './bytes.ts'

/** Where the set that opens at `at` ends, and whether it holds `byte`. */
function matchSet(pattern: Bytes, at: number, byte: string): { readonly end: number; readonly holds: boolean } {
  let next = at + 1
  const negated = pattern[next] === '^'
  if (negated) next++
  let holds = false
  for (; next < pattern.length && pattern[next] !== ']'; next++) {
    const low = pattern[next]!
    if (low === '\\' && next + 1 < pattern.length) {
      next++
      if (pattern[next] === byte) holds = true
    } else if (pattern[next + 1] === '-' && next + 2 < pattern.length) {
      const high = pattern[next + 2]!
      next += 2
      if (low <= high ? byte >= low && byte <= high : byte >= high && byte <= low) holds = true
    } else if (low === byte) holds = true
  }
  return { end: Math.min(next, pattern.length - 1), holds: holds !== negated }
}

/** Length of the pattern's element at `at` when it matches `byte`; 0 when it does not. Not for `*`. */
function matchOne(pattern: Bytes, at: number, byte: string): number {
  const mark = pattern[at]!
  if (mark === '?') return 1
  if (mark === '[') {
    const { end, holds } = matchSet(pattern, at, byte)
    return holds ? end - at + 1 : 0
  }
  if (mark === '\\' && at + 1 < pattern.length) return pattern[at + 1] === byte ? 2 : 0
  return mark === byte ? 1 : 0
}

/**
 * Does a glob pattern match the whole text (stringmatchlen of util.c): `*`, `?`, `[a-z]`, `[^a]`, and `\` before a mark
 * that stands for itself. Time at most pattern times text.
 */
export function globMatches(pattern: Bytes, text: Bytes): boolean {
  let at = 0
  let read = 0
  // Where the last star stood, and how much of the text it has swallowed so far.
  let star = -1
  let swallowed = 0
  while (read < text.length) {
    if (at < pattern.length && pattern[at] === '*') {
      star = at++
      swallowed = read
      continue
    }
    const length = at < pattern.length ? matchOne(pattern, at, text[read]!) : 0
    if (length > 0) {
      at += length
      read++
    } else if (star >= 0) {
      at = star + 1
      read = ++swallowed
    } else return false
  }
  while (pattern[at] === '*') at++
  return at >= pattern.length
}
