import type { Bytes } from '../bytes.ts'
import { integer } from '../reply.ts'
import { answer, changed, integerArgument, isWord, lookup, refuse, refuseSyntax, storeOrDelete } from './call.ts'
import { pairsIn, type RangeKind, rangeOf, scoredReply } from './sorted-sets.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'
import { EMPTY_ZSET, type Scored, zsetFrom } from './zset-value.ts'

interface RangeOptions {
  by: RangeKind['by'] | null
  reverse: boolean | null
  withScores: boolean
  skip: number
  most: number
}

/** What a command says by its name; null: its options decide. */
interface RangeCommand {
  readonly by: RangeKind['by'] | null
  readonly reverse: boolean | null
  readonly store: boolean
}

function readOptions(args: readonly Bytes[], from: number, command: RangeCommand): RangeOptions {
  const options: RangeOptions = {
    by: command.by,
    reverse: command.reverse,
    withScores: false,
    skip: 0,
    most: -1,
  }
  for (let at = from; at < args.length; at++) {
    const arg = args[at]
    if (!command.store && isWord(arg, 'withscores')) options.withScores = true
    else if (isWord(arg, 'limit') && at + 2 < args.length) {
      options.skip = integerArgument(args[++at]!)
      options.most = integerArgument(args[++at]!)
    } else if (options.reverse === null && isWord(arg, 'rev')) options.reverse = true
    else if (options.by === null && isWord(arg, 'bylex')) options.by = 'lex'
    else if (options.by === null && isWord(arg, 'byscore')) options.by = 'score'
    else refuseSyntax()
  }
  const by = options.by ?? 'rank'
  // As on the server, `LIMIT … -1` is no limit.
  if (options.most !== -1 && by === 'rank') {
    refuse('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX')
  }
  if (options.withScores && by === 'lex') {
    refuse('ERR syntax error, WITHSCORES not supported in combination with BYLEX')
  }
  return options
}

/** The pairs that a command asks for; its key stands at argument `keyAt`. */
function pairsOf(call: DataCall, args: readonly Bytes[], keyAt: number, options: RangeOptions): Scored[] {
  const kind = { by: options.by ?? 'rank', reverse: options.reverse ?? false } as const
  const range = rangeOf(kind, args[keyAt + 1]!, args[keyAt + 2]!)
  const zset = lookup(call, args[keyAt]!, 'zset') ?? EMPTY_ZSET
  return pairsIn(zset, range(zset), kind.reverse, options.skip, options.most)
}

const range =
  (by: RangeKind['by'] | null, reverse: boolean | null): DataCommand =>
  (call, args) => {
    const options = readOptions(args, 4, { by, reverse, store: false })
    return answer(call, scoredReply(pairsOf(call, args, 1, options), options.withScores, call.resp === 3))
  }

function zrangestore(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const options = readOptions(args, 5, { by: null, reverse: null, store: true })
  const pairs = pairsOf(call, args, 2, options)
  return changed(integer(pairs.length), storeOrDelete(call.db, args[1]!, zsetFrom(pairs)))
}

const IN_RANGE = 'Return a range of members in a sorted set'

/** Commands that read a range of a sorted set. */
export const sortedSetRangeCommands: readonly CommandSpec[] = [
  dataCommand(
    'zrange',
    'key min max [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]',
    IN_RANGE,
    range(null, null),
  ),
  dataCommand(
    'zrangestore',
    'dst src min max [BYSCORE | BYLEX] [REV] [LIMIT offset count]',
    'Store a range of members from sorted set into another key',
    zrangestore,
  ),
  dataCommand(
    'zrevrange',
    'key start stop [WITHSCORES]',
    `${IN_RANGE}, by index, with scores ordered from high to low`,
    range('rank', true),
  ),
  dataCommand(
    'zrangebyscore',
    'key min max [WITHSCORES] [LIMIT offset count]',
    `${IN_RANGE}, by score`,
    range('score', false),
  ),
  dataCommand(
    'zrevrangebyscore',
    'key max min [WITHSCORES] [LIMIT offset count]',
    `${IN_RANGE}, by score, with scores ordered from high to low`,
    range('score', true),
  ),
  dataCommand(
    'zrangebylex',
    'key min max [LIMIT offset count]',
    `${IN_RANGE}, by lexicographical range`,
    range('lex', false),
  ),
  dataCommand(
    'zrevrangebylex',
    'key max min [LIMIT offset count]',
    `${IN_RANGE}, by lexicographical range, ordered from higher to lower strings.`,
    range('lex', true),
  ),
]
