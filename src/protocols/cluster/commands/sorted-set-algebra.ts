import type { Bytes } from '../bytes.ts'
import { error, integer, WRONG_TYPE } from '../reply.ts'
import {
  answer,
  changed,
  countArgument,
  doubleArgument,
  integerArgument,
  isWord,
  refuse,
  refuseSyntax,
  storeOrDelete,
} from './call.ts'
import { Refusal } from './refusal.ts'
import { setMembers } from './set-value.ts'
import { scoredReply } from './sorted-sets.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'
import { type Scored, zsetFrom } from './zset-value.ts'

type Operation = 'union' | 'inter' | 'diff'
type Aggregate = 'sum' | 'min' | 'max'
type Scores = ReadonlyMap<Bytes, number>

/** A set counts as a sorted set whose scores are 1. */
function inputAt(call: DataCall, key: Bytes): Scores {
  const value = call.db.get(key)?.value
  if (value === undefined) return new Map()
  if (value.type === 'zset') return new Map(value.scores.unsorted())
  if (value.type === 'set') return new Map(setMembers(value).map((member) => [member, 1]))
  throw new Refusal(WRONG_TYPE)
}

/** Infinity times 0 and infinity minus infinity are 0 here. */
const number = (score: number): number => (Number.isNaN(score) ? 0 : score)

function aggregated(how: Aggregate, x: number, y: number): number {
  if (how === 'sum') return number(x + y)
  return how === 'min' ? Math.min(x, y) : Math.max(x, y)
}

const weighted = (input: Scores, weight: number): Scores =>
  weight === 1 ? input : new Map([...input].map(([member, score]) => [member, number(score * weight)]))

function unionOf(inputs: readonly Scores[], how: Aggregate): Scores {
  const all = new Map<Bytes, number>()
  for (const input of inputs) {
    for (const [member, score] of input) {
      const old = all.get(member)
      all.set(member, old === undefined ? score : aggregated(how, old, score))
    }
  }
  return all
}

function intersectionOf(inputs: readonly Scores[], how: Aggregate): Scores {
  const common = new Map<Bytes, number>()
  const [first, ...others] = inputs.toSorted((x, y) => x.size - y.size)
  for (const [member, score] of first!) {
    let total = score
    const everywhere = others.every((input) => {
      const other = input.get(member)
      if (other !== undefined) total = aggregated(how, total, other)
      return other !== undefined
    })
    if (everywhere) common.set(member, total)
  }
  return common
}

const differenceOf = ([first, ...others]: readonly Scores[]): Scores =>
  new Map([...first!].filter(([member]) => others.every((input) => !input.has(member))))

interface Request {
  readonly result: Scored[]
  readonly withScores: boolean
}

const NO_WEIGHT = error('ERR weight value is not a float')

/** Reads `numkeys key [key ...] [WEIGHTS …] [AGGREGATE …] [WITHSCORES]` from argument `at` on, and computes it. */
function combine(call: DataCall, args: readonly Bytes[], at: number, operation: Operation, name: string): Request {
  const numkeys = integerArgument(args[at]!)
  if (numkeys < 1) refuse(`ERR at least 1 input key is needed for '${name}' command`)
  if (numkeys > args.length - at - 1) refuseSyntax()
  const inputs = args.slice(at + 1, at + 1 + numkeys).map((key) => inputAt(call, key))
  let weights: number[] = []
  let how: Aggregate = 'sum'
  let withScores = false
  for (let next = at + 1 + numkeys; next < args.length; ) {
    const left = args.length - next
    if (operation !== 'diff' && left >= numkeys + 1 && isWord(args[next], 'weights')) {
      weights = args.slice(next + 1, next + 1 + numkeys).map((arg) => doubleArgument(arg, NO_WEIGHT))
      next += numkeys + 1
    } else if (operation !== 'diff' && left >= 2 && isWord(args[next], 'aggregate')) {
      how = aggregateOf(args[next + 1]!)
      next += 2
    } else if (at === 1 && isWord(args[next], 'withscores')) {
      withScores = true
      next++
    } else refuseSyntax()
  }
  const scaled = inputs.map((input, index) => weighted(input, weights[index] ?? 1))
  return { result: sorted(apply(operation, scaled, how)), withScores }
}

function aggregateOf(arg: Bytes): Aggregate {
  for (const how of ['sum', 'min', 'max'] as const) if (isWord(arg, how)) return how
  return refuseSyntax()
}

function apply(operation: Operation, inputs: readonly Scores[], how: Aggregate): Scores {
  if (operation === 'union') return unionOf(inputs, how)
  return operation === 'inter' ? intersectionOf(inputs, how) : differenceOf(inputs)
}

/** By score, then by member. Infinities of one sign are equal. */
function sorted(scores: Scores): Scored[] {
  const pairs = [...scores].map(([member, score]): Scored => ({ member, score }))
  return pairs.sort((x, y) => (x.score === y.score ? (x.member < y.member ? -1 : 1) : x.score < y.score ? -1 : 1))
}

const show =
  (operation: Operation, name: string): DataCommand =>
  (call, args) => {
    const { result, withScores } = combine(call, args, 1, operation, name)
    return answer(call, scoredReply(result, withScores, call.resp === 3))
  }

const store =
  (operation: Operation, name: string): DataCommand =>
  (call, args) => {
    const { result } = combine(call, args, 2, operation, name)
    return changed(integer(result.length), storeOrDelete(call.db, args[1]!, zsetFrom(result)))
  }

function zintercard(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const numkeys = integerArgument(args[1]!)
  if (numkeys < 1) refuse("ERR at least 1 input key is needed for 'zintercard' command")
  if (numkeys > args.length - 2) refuseSyntax()
  const inputs = args.slice(2, 2 + numkeys).map((key) => inputAt(call, key))
  let limit = 0
  for (let at = 2 + numkeys; at < args.length; at += 2) {
    if (!isWord(args[at], 'limit') || at + 1 >= args.length) refuseSyntax()
    limit = countArgument(args[at + 1]!, error("ERR LIMIT can't be negative"))
  }
  const { size } = intersectionOf(inputs, 'sum')
  return answer(call, integer(limit === 0 ? size : Math.min(limit, size)))
}

const KEYS = 'numkeys key [key ...]'
const WEIGHTS = '[WEIGHTS weight [weight ...]] [AGGREGATE SUM | MIN | MAX]'

/** Unions, intersections and differences of sorted sets. */
export const sortedSetAlgebraCommands: readonly CommandSpec[] = [
  dataCommand('zunion', `${KEYS} ${WEIGHTS} [WITHSCORES]`, 'Add multiple sorted sets', show('union', 'zunion')),
  dataCommand('zinter', `${KEYS} ${WEIGHTS} [WITHSCORES]`, 'Intersect multiple sorted sets', show('inter', 'zinter')),
  dataCommand('zdiff', `${KEYS} [WITHSCORES]`, 'Subtract multiple sorted sets', show('diff', 'zdiff')),
  dataCommand(
    'zunionstore',
    `destination ${KEYS} ${WEIGHTS}`,
    'Add multiple sorted sets and store the resulting sorted set in a new key',
    store('union', 'zunionstore'),
  ),
  dataCommand(
    'zinterstore',
    `destination ${KEYS} ${WEIGHTS}`,
    'Intersect multiple sorted sets and store the resulting sorted set in a new key',
    store('inter', 'zinterstore'),
  ),
  dataCommand(
    'zdiffstore',
    `destination ${KEYS}`,
    'Subtract multiple sorted sets and store the resulting sorted set in a new key',
    store('diff', 'zdiffstore'),
  ),
  dataCommand(
    'zintercard',
    `${KEYS} [LIMIT limit]`,
    'Intersect multiple sorted sets and return the cardinality of the result',
    zintercard,
  ),
]
