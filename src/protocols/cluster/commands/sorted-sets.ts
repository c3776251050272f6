import type { Bytes } from '../bytes.ts'
import { formatDouble } from '../doubles.ts'
import { array, bulk, bulks, EMPTY_ARRAY, integer, NULL, NULL_ARRAY, type Reply } from '../reply.ts'
import { treeCount, treeSlice } from '../score-tree.ts'
import type { ZsetValue } from '../values.ts'
import {
  answer,
  changed,
  countArgument,
  doubleArgument,
  isWord,
  lookup,
  refuse,
  refuseSyntax,
  update,
  updateOrDelete,
} from './call.ts'
import { type MultiPop, multiPop } from './lists.ts'
import { randomIndexes, randomRequest } from './random.ts'
import { lexRange, type Ranks, rankRangeOf, scoreRange, type ZsetRange } from './score-range.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'
import { EMPTY_ZSET, type Scored, zsetPut, zsetRemove } from './zset-value.ts'

const zsetAt = (call: DataCall, key: Bytes): ZsetValue => lookup(call, key, 'zset') ?? EMPTY_ZSET

/** A score as replies carry it. */
export const scoreReply = (score: number): Reply => ({ kind: 'double', text: formatDouble(score) })

/** Members, or members with scores: in RESP2 in turn, in RESP3 in pairs. */
export function scoredReply(pairs: readonly Scored[], withScores: boolean, nested: boolean): Reply {
  if (!withScores) return bulks(pairs.map(({ member }) => member))
  const each = pairs.map(({ member, score }): [Reply, Reply] => [bulk(member), scoreReply(score)])
  return array(nested ? each.map(array) : each.flat())
}

// ---- ZADD ---------------------------------------------------------------------------------------------------------

type AddFlag = 'nx' | 'xx' | 'gt' | 'lt' | 'ch' | 'incr'
const ADD_FLAGS: readonly AddFlag[] = ['nx', 'xx', 'gt', 'lt', 'ch', 'incr']
const NOT_A_SCORE = 'ERR resulting score is not a number (NaN)'

/** Options of ZADD, and where its pairs begin. */
function readAddFlags(args: readonly Bytes[], incr: boolean): { flags: ReadonlySet<AddFlag>; first: number } {
  const flags = new Set<AddFlag>(incr ? ['incr'] : [])
  let first = 2
  for (; first < args.length; first++) {
    const flag = ADD_FLAGS.find((name) => isWord(args[first], name))
    if (flag === undefined) break
    flags.add(flag)
  }
  const count = args.length - first
  if (count === 0 || count % 2 !== 0) refuseSyntax()
  if (flags.has('nx') && flags.has('xx')) refuse('ERR XX and NX options at the same time are not compatible')
  const bounds = Number(flags.has('gt')) + Number(flags.has('lt')) + Number(flags.has('nx'))
  if (bounds > 1) refuse('ERR GT, LT, and/or NX options at the same time are not compatible')
  if (flags.has('incr') && count > 2) refuse('ERR INCR option supports a single increment-element pair')
  return { flags, first }
}

/** The member's score after the command; null: the flags forbid a change. */
function newScore(flags: ReadonlySet<AddFlag>, old: number | undefined, given: number): number | null {
  if (old === undefined) return flags.has('xx') ? null : given
  if (flags.has('nx')) return null
  const score = flags.has('incr') ? old + given : given
  if (Number.isNaN(score)) return refuse(NOT_A_SCORE)
  if ((flags.has('lt') && score >= old) || (flags.has('gt') && score <= old)) return null
  return score
}

const zadd =
  (incr: boolean): DataCommand =>
  (call, args) => {
    const { flags, first } = readAddFlags(args, incr)
    const given: Scored[] = []
    for (let at = first; at < args.length; at += 2)
      given.push({ score: doubleArgument(args[at]!), member: args[at + 1]! })
    const old = zsetAt(call, args[1]!)
    let zset = old
    let touched = 0
    let last: number | null = null
    for (const { member, score } of given) {
      const before = zset.scores.get(member)
      last = newScore(flags, before, score)
      if (last === null || last === before) continue
      zset = zsetPut(zset, member, last)
      touched++
    }
    const added = zset.scores.size - old.scores.size
    const count = integer(flags.has('ch') ? touched : added)
    const reply = flags.has('incr') ? (last === null ? NULL : scoreReply(last)) : count
    return touched === 0 ? answer(call, reply) : changed(reply, update(call.db, args[1]!, zset))
  }

function zrem(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const old = zsetAt(call, args[1]!)
  return removeMembers(call, args[1]!, old, args.slice(2))
}

function removeMembers(call: DataCall, key: Bytes, old: ZsetValue, members: readonly Bytes[]): DataOutcome {
  let zset: ZsetValue | null = old
  for (const member of members) {
    if (zset === null) break
    zset = zsetRemove(zset, member)
  }
  if (zset === old) return answer(call, integer(0))
  const removed = old.scores.size - (zset?.scores.size ?? 0)
  return changed(integer(removed), updateOrDelete(call.db, key, zset))
}

// ---- One member ---------------------------------------------------------------------------------------------------

function scoreOf(zset: ZsetValue, member: Bytes): Reply {
  const score = zset.scores.get(member)
  return score === undefined ? NULL : scoreReply(score)
}

const rank =
  (reverse: boolean): DataCommand =>
  (call, args) => {
    const zset = zsetAt(call, args[1]!)
    const member = args[2]!
    const score = zset.scores.get(member)
    if (score === undefined) return answer(call, NULL)
    const below = treeCount(zset.order, (other, name) => other < score || (other === score && name < member))
    return answer(call, integer(reverse ? zset.scores.size - 1 - below : below))
  }

// ---- Ranges -------------------------------------------------------------------------------------------------------

/** How a range is given: by rank, score or member, and in which direction it is read. */
export interface RangeKind {
  readonly by: 'rank' | 'score' | 'lex'
  readonly reverse: boolean
}

/** The range between two arguments; read downwards, scores and members are given greatest first. */
export function rangeOf({ by, reverse }: RangeKind, first: Bytes, second: Bytes): ZsetRange {
  if (by === 'rank') return rankRangeOf(first, second, reverse)
  const [least, greatest] = reverse ? [second, first] : [first, second]
  return by === 'score' ? scoreRange(least, greatest) : lexRange(least, greatest)
}

/** The pairs of a range in its direction, without `skip` at its start and at most `most` (negative: all). */
export function pairsIn(zset: ZsetValue, [from, to]: Ranks, reverse: boolean, skip: number, most: number): Scored[] {
  if (skip < 0) return []
  const length = Math.min(most < 0 ? Number.POSITIVE_INFINITY : most, to - from - skip)
  if (length <= 0) return []
  const start = reverse ? to - skip - length : from + skip
  const pairs = treeSlice(zset.order, start, start + length)
  return reverse ? pairs.reverse() : pairs
}

const count =
  (by: 'score' | 'lex'): DataCommand =>
  (call, args) => {
    const range = rangeOf({ by, reverse: false }, args[2]!, args[3]!)
    const [from, to] = range(zsetAt(call, args[1]!))
    return answer(call, integer(Math.max(0, to - from)))
  }

const removeRange =
  (by: RangeKind['by']): DataCommand =>
  (call, args) => {
    const range = rangeOf({ by, reverse: false }, args[2]!, args[3]!)
    const zset = zsetAt(call, args[1]!)
    const pairs = pairsIn(zset, range(zset), false, 0, -1)
    return removeMembers(
      call,
      args[1]!,
      zset,
      pairs.map(({ member }) => member),
    )
  }

// ---- Popping ------------------------------------------------------------------------------------------------------

/** Which end of a sorted set. */
export type Extreme = 'min' | 'max'

/** MIN or MAX. */
export function extremeArgument(arg: Bytes | undefined): Extreme {
  if (isWord(arg, 'min')) return 'min'
  return isWord(arg, 'max') ? 'max' : refuseSyntax()
}

/** Takes up to `count` members off one end. */
export function popExtreme(
  zset: ZsetValue,
  where: Extreme,
  count: number,
): { pairs: Scored[]; rest: ZsetValue | null } {
  const pairs = pairsIn(zset, [0, zset.scores.size], where === 'max', 0, count)
  let rest: ZsetValue | null = zset
  for (const { member } of pairs) rest = rest === null ? null : zsetRemove(rest, member)
  return { pairs, rest }
}

const pop =
  (where: Extreme): DataCommand =>
  (call, args) => {
    if (args.length > 3) return refuseSyntax()
    const count = args.length === 3 ? countArgument(args[2]!) : 1
    const zset = lookup(call, args[1]!, 'zset')
    if (zset === undefined || count === 0) return answer(call, EMPTY_ARRAY)
    const { pairs, rest } = popExtreme(zset, where, count)
    const reply = scoredReply(pairs, true, call.resp === 3 && args.length === 3)
    return changed(reply, updateOrDelete(call.db, args[1]!, rest))
  }

/** ZMPOP on the first of the keys that holds a sorted set; undefined: none does. */
export function popFirstZset(call: DataCall, { keys, where, count }: MultiPop<Extreme>): DataOutcome | undefined {
  for (const key of keys) {
    const zset = lookup(call, key, 'zset')
    if (zset === undefined) continue
    const { pairs, rest } = popExtreme(zset, where, count)
    const told = [where === 'min' ? 'ZPOPMIN' : 'ZPOPMAX', key, String(pairs.length)]
    const reply = array([bulk(key), scoredReply(pairs, true, true)])
    return { reply, db: updateOrDelete(call.db, key, rest), propagate: [told] }
  }
  return undefined
}

function zrandmember(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { count, withValues } = randomRequest(args, 'withscores')
  const zset = lookup(call, args[1]!, 'zset')
  if (zset === undefined) return answer(call, count === null ? NULL : EMPTY_ARRAY)
  const { size } = zset.scores
  if (count === null) return answer(call, bulk(zset.scores.nth(randomIndexes(call, size, -1)[0]!)[0]))
  const pairs = randomIndexes(call, size, count).map((index): Scored => {
    const [member, score] = zset.scores.nth(index)
    return { member, score }
  })
  return answer(call, scoredReply(pairs, withValues, call.resp === 3))
}

/** Commands on one sorted set, except those that read a range. */
export const sortedSetCommands: readonly CommandSpec[] = [
  dataCommand(
    'zadd',
    'key [NX | XX] [GT | LT] [CH] [INCR] score member [score member ...]',
    'Add one or more members to a sorted set, or update its score if it already exists',
    zadd(false),
  ),
  dataCommand('zincrby', 'key increment member', 'Increment the score of a member in a sorted set', zadd(true)),
  dataCommand('zrem', 'key member [member ...]', 'Remove one or more members from a sorted set', zrem),
  dataCommand('zcard', 'key', 'Get the number of members in a sorted set', (call, args) =>
    answer(call, integer(zsetAt(call, args[1]!).scores.size)),
  ),
  dataCommand('zscore', 'key member', 'Get the score associated with the given member in a sorted set', (call, args) =>
    answer(call, scoreOf(zsetAt(call, args[1]!), args[2]!)),
  ),
  dataCommand(
    'zmscore',
    'key member [member ...]',
    'Get the score associated with the given members in a sorted set',
    (call, args) => {
      const zset = zsetAt(call, args[1]!)
      return answer(call, array(args.slice(2).map((member) => scoreOf(zset, member))))
    },
  ),
  dataCommand('zrank', 'key member', 'Determine the index of a member in a sorted set', rank(false)),
  dataCommand(
    'zrevrank',
    'key member',
    'Determine the index of a member in a sorted set, with scores ordered from high to low',
    rank(true),
  ),
  dataCommand(
    'zcount',
    'key min max',
    'Count the members in a sorted set with scores within the given values',
    count('score'),
  ),
  dataCommand(
    'zlexcount',
    'key min max',
    'Count the number of members in a sorted set between a given lexicographical range',
    count('lex'),
  ),
  dataCommand(
    'zremrangebyrank',
    'key start stop',
    'Remove all members in a sorted set within the given indexes',
    removeRange('rank'),
  ),
  dataCommand(
    'zremrangebyscore',
    'key min max',
    'Remove all members in a sorted set within the given scores',
    removeRange('score'),
  ),
  dataCommand(
    'zremrangebylex',
    'key min max',
    'Remove all members in a sorted set between the given lexicographical range',
    removeRange('lex'),
  ),
  dataCommand('zpopmin', 'key [count]', 'Remove and return members with the lowest scores in a sorted set', pop('min')),
  dataCommand(
    'zpopmax',
    'key [count]',
    'Remove and return members with the highest scores in a sorted set',
    pop('max'),
  ),
  dataCommand(
    'zmpop',
    'numkeys key [key ...] MIN | MAX [COUNT count]',
    'Remove and return members with scores in a sorted set',
    (call, args) => popFirstZset(call, multiPop(args, 1, extremeArgument)) ?? answer(call, NULL_ARRAY),
  ),
  dataCommand(
    'zrandmember',
    'key [count [WITHSCORES]]',
    'Get one or multiple random elements from a sorted set',
    zrandmember,
  ),
]
