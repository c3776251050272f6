import type { Bytes } from '../bytes.ts'
import { formatDouble } from '../doubles.ts'
import { globMatches } from '../glob.ts'
import { array, bulk, bulks, type Reply } from '../reply.ts'
import type { HashValue, SetValue, ZsetValue } from '../values.ts'
import { answer, integerArgument, isWord, lookup, refuse, refuseSyntax } from './call.ts'
import { isOver } from './keys.ts'
import { setMembers } from './set-value.ts'
import { type CommandSpec, type DataCall, type DataOutcome, dataCommand } from './types.ts'

interface ScanOptions {
  readonly cursor: number
  readonly count: number
  readonly matches: (key: Bytes) => boolean
  readonly type: Bytes | null
}

/** Least number that is no unsigned 64-bit integer. */
const CURSOR_END = 1n << 64n

/** A cursor of ours is a safe integer; any other is one behind the end. */
function readCursor(arg: Bytes): number {
  if (!/^\d{1,20}$/.test(arg) || BigInt(arg) >= CURSOR_END) return refuse('ERR invalid cursor')
  return Math.min(Number(arg), Number.MAX_SAFE_INTEGER)
}

/** Reads the options behind the cursor, which stands at argument `at`. */
function readOptions(args: readonly Bytes[], at: number, cursor: number): ScanOptions {
  let [count, type]: [number, Bytes | null] = [10, null]
  let pattern = '*'
  for (let next = at + 1; next < args.length; next += 2) {
    const value = args[next + 1]
    if (value === undefined) return refuseSyntax()
    if (isWord(args[next], 'count')) {
      count = integerArgument(value)
      if (count < 1) refuseSyntax()
    } else if (isWord(args[next], 'match')) pattern = value
    else if (isWord(args[next], 'type') && at === 1) type = value.toLowerCase()
    else return refuseSyntax()
  }
  return { cursor, count, type, matches: pattern === '*' ? () => true : (key) => globMatches(pattern, key) }
}

const scanReply = (cursor: number, items: readonly Bytes[]): Reply => array([bulk(String(cursor)), bulks(items)])

function scan(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { cursor, count, matches, type } = readOptions(args, 1, readCursor(args[1]!))
  const part = call.db.scan(cursor, count)
  const shown = part.keys.filter(
    ([key, entry]) => !isOver(entry, call.nowMs) && (type === null || entry.value.type === type) && matches(key),
  )
  return answer(
    call,
    scanReply(
      part.cursor,
      shown.map(([key]) => key),
    ),
  )
}

/** Part of an aggregate: names to match, each with what follows it in the reply. */
interface Part {
  readonly cursor: number
  readonly items: readonly (readonly [name: Bytes, ...rest: Bytes[]])[]
}

/** Small encodings are given whole. */
function hashPart(hash: HashValue, cursor: number, count: number): Part {
  if (hash.encoding === 'hashtable') {
    const { entries, cursor: next } = hash.fields.scan(cursor, count)
    return { cursor: next, items: entries }
  }
  const items: [Bytes, Bytes][] = []
  for (let at = 0; at < hash.pairs.length; at += 2) items.push([hash.pairs[at]!, hash.pairs[at + 1]!])
  return { cursor: 0, items }
}

function setPart(set: SetValue, cursor: number, count: number): Part {
  if (set.encoding === 'intset') return { cursor: 0, items: setMembers(set).map((member) => [member]) }
  const { entries, cursor: next } = set.members.scan(cursor, count)
  return { cursor: next, items: entries.map(([member]) => [member]) }
}

function zsetPart(zset: ZsetValue, cursor: number, count: number): Part {
  const all = zset.encoding === 'listpack'
  const { entries, cursor: next } = zset.scores.scan(all ? 0 : cursor, all ? zset.scores.size : count)
  const sorted = all ? entries.sort(([x, a], [y, b]) => (a === b ? (x < y ? -1 : 1) : a < b ? -1 : 1)) : entries
  return { cursor: next, items: sorted.map(([member, score]) => [member, formatDouble(score)]) }
}

const scanIn =
  <T extends 'hash' | 'set' | 'zset'>(
    type: T,
    partOf: (value: NonNullable<ReturnType<typeof lookup<T>>>, cursor: number, count: number) => Part,
  ) =>
  (call: DataCall, args: readonly Bytes[]): DataOutcome => {
    const cursor = readCursor(args[2]!)
    const value = lookup(call, args[1]!, type)
    if (value === undefined) return answer(call, scanReply(0, []))
    const options = readOptions(args, 2, cursor)
    const part = partOf(value, cursor, options.count)
    return answer(call, scanReply(part.cursor, part.items.filter(([name]) => options.matches(name)).flat()))
  }

const OPTIONS = 'cursor [MATCH pattern] [COUNT count]'

/** SCAN and its like. */
export const scanCommands: readonly CommandSpec[] = [
  dataCommand('scan', `${OPTIONS} [TYPE type]`, 'Incrementally iterate the keys space', scan),
  dataCommand(
    'hscan',
    `key ${OPTIONS}`,
    'Incrementally iterate hash fields and associated values',
    scanIn('hash', hashPart),
  ),
  dataCommand('sscan', `key ${OPTIONS}`, 'Incrementally iterate Set elements', scanIn('set', setPart)),
  dataCommand(
    'zscan',
    `key ${OPTIONS}`,
    'Incrementally iterate sorted sets elements and associated scores',
    scanIn('zset', zsetPart),
  ),
]
