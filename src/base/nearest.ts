/** Longer words are never a slip of the fingers; comparing them would only cost time. */
const WORD_MAX = 40

/**
 * The candidate that `word` most likely stands for, or null: the same but for case, a beginning of it, or few slips away
 * (at most one in three letters). `n9` is no slip of `n1`: another number is another thing.
 */
export function nearest(word: string, candidates: readonly string[]): string | null {
  if (word.length === 0 || word.length > WORD_MAX) return null
  const wanted = word.toLowerCase()
  let best: string | null = null
  let bestSlips = slipsAllowed(wanted) + 1
  for (const candidate of candidates) {
    const other = candidate.toLowerCase()
    if (other !== wanted && withoutDigits(other) === withoutDigits(wanted)) continue
    const slips = wanted.length >= 2 && other !== wanted && other.startsWith(wanted) ? 1 : slipsBetween(wanted, other)
    if (slips < bestSlips) {
      best = candidate
      bestSlips = slips
    }
  }
  return best
}

/** A short name with a number in it is a name: `n9` is no slip of `c9` either. */
const slipsAllowed = (word: string): number =>
  word.length < 3 && /\d/.test(word) ? 0 : Math.max(1, Math.floor(word.length / 3))

const withoutDigits = (word: string): string => word.replace(/\d/g, '0')

/** Damerau's distance with adjacent transpositions (optimal string alignment): insert, delete, replace, swap cost 1. */
export function slipsBetween(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}
