import type { Bytes } from '../bytes.ts'
import { parseDouble } from '../doubles.ts'
import { treeCount, treeSize } from '../score-tree.ts'
import type { ZsetValue } from '../values.ts'
import { integerArgument, rankRange, refuse } from './call.ts'

/** Ranks of a sorted set: from the first up to and without the second. */
export type Ranks = readonly [from: number, to: number]

/** A range of a sorted set, read from two arguments before the set is looked at. */
export type ZsetRange = (zset: ZsetValue) => Ranks

const NOT_A_RANGE = 'ERR min or max is not a float'

function scoreBound(arg: Bytes): { readonly score: number; readonly open: boolean } {
  const open = arg.startsWith('(')
  const score = parseDouble(open ? arg.slice(1) : arg)
  return score === null ? refuse(NOT_A_RANGE) : { score, open }
}

/** `(1 5`, `-inf +inf`: by score. */
export function scoreRange(least: Bytes, greatest: Bytes): ZsetRange {
  const [min, max] = [scoreBound(least), scoreBound(greatest)]
  return ({ order }) => {
    const from = treeCount(order, (score) => (min.open ? score <= min.score : score < min.score))
    const to = treeCount(order, (score) => (max.open ? score < max.score : score <= max.score))
    return [from, to]
  }
}

type LexBound =
  | { readonly at: 'start' | 'end' }
  | { readonly at: 'member'; readonly member: Bytes; readonly open: boolean }

function lexBound(arg: Bytes): LexBound {
  if (arg === '-') return { at: 'start' }
  if (arg === '+') return { at: 'end' }
  if (arg[0] !== '(' && arg[0] !== '[') return refuse('ERR min or max not valid string range item')
  return { at: 'member', member: arg.slice(1), open: arg[0] === '(' }
}

function membersBefore({ order }: ZsetValue, bound: LexBound, include: boolean): number {
  if (bound.at !== 'member') return bound.at === 'start' ? 0 : treeSize(order)
  return treeCount(order, (_, member) => (include ? member <= bound.member : member < bound.member))
}

/** `[a (c`, `- +`: by member, of a set whose scores are all equal. */
export function lexRange(least: Bytes, greatest: Bytes): ZsetRange {
  const [min, max] = [lexBound(least), lexBound(greatest)]
  return (zset) => [
    membersBefore(zset, min, min.at === 'member' && min.open),
    membersBefore(zset, max, max.at === 'member' && !max.open),
  ]
}

/** `0 -1`: by rank; `reverse` counts the ranks from the greatest. */
export function rankRangeOf(first: Bytes, last: Bytes, reverse: boolean): ZsetRange {
  const [start, end] = [integerArgument(first), integerArgument(last)]
  return ({ scores: { size } }) => {
    const range = rankRange(start, end, size)
    if (range === null) return [0, 0]
    return reverse ? [size - 1 - range[1], size - range[0]] : [range[0], range[1] + 1]
  }
}
