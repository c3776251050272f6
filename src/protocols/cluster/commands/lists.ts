import type { Bytes } from '../bytes.ts'
import { List } from '../list.ts'
import { array, bulk, bulks, EMPTY_ARRAY, error, integer, NULL, NULL_ARRAY, OK, type Reply } from '../reply.ts'
import type { ListValue } from '../values.ts'
import {
  answer,
  changed,
  countArgument,
  integerArgument,
  isWord,
  lookup,
  rankRange,
  refuse,
  refuseArity,
  refuseSyntax,
  update,
  updateOrDelete,
} from './call.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'

/** An end of a list. */
export type End = 'left' | 'right'

/** A list as it is stored; null when it is empty. */
export const listValue = (list: List): ListValue | null => (list.length === 0 ? null : { type: 'list', list })

const listAt = (call: DataCall, key: Bytes): List => lookup(call, key, 'list')?.list ?? List.empty

/** Takes up to `count` elements off one end, the outermost first. */
export function popFrom(list: List, end: End, count: number): { readonly items: Bytes[]; readonly rest: List } {
  const { length } = list
  const taken = Math.min(count, length)
  if (end === 'left') return { items: list.slice(0, taken), rest: list.dropLeft(taken) }
  return { items: list.slice(length - taken, length).reverse(), rest: list.dropRight(taken) }
}

const push =
  (end: End, onlyExisting: boolean): DataCommand =>
  (call, args) => {
    let list = listAt(call, args[1]!)
    if (onlyExisting && list.length === 0) return answer(call, integer(0))
    for (let at = 2; at < args.length; at++)
      list = end === 'left' ? list.pushLeft(args[at]!) : list.pushRight(args[at]!)
    return changed(integer(list.length), update(call.db, args[1]!, { type: 'list', list }))
  }

const pop =
  (name: 'lpop' | 'rpop', end: End): DataCommand =>
  (call, args) => {
    if (args.length > 3) return refuseArity(name)
    const count = args.length === 3 ? countArgument(args[2]!) : null
    const list = listAt(call, args[1]!)
    if (list.length === 0) return answer(call, count === null ? NULL : NULL_ARRAY)
    if (count === 0) return answer(call, EMPTY_ARRAY)
    const { items, rest } = popFrom(list, end, count ?? 1)
    return changed(count === null ? bulk(items[0]!) : bulks(items), updateOrDelete(call.db, args[1]!, listValue(rest)))
  }

function llen(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, integer(listAt(call, args[1]!).length))
}

function lrange(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [start, end] = [integerArgument(args[2]!), integerArgument(args[3]!)]
  const list = listAt(call, args[1]!)
  const range = rankRange(start, end, list.length)
  return answer(call, range === null ? EMPTY_ARRAY : bulks(list.slice(range[0], range[1] + 1)))
}

function ltrim(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [start, end] = [integerArgument(args[2]!), integerArgument(args[3]!)]
  const list = listAt(call, args[1]!)
  const range = rankRange(start, end, list.length)
  if (list.length === 0 || (range !== null && range[0] === 0 && range[1] === list.length - 1)) return answer(call, OK)
  const kept = range === null ? List.empty : list.dropRight(list.length - 1 - range[1]).dropLeft(range[0])
  return changed(OK, updateOrDelete(call.db, args[1]!, listValue(kept)))
}

const fromStart = (index: number, length: number): number => (index < 0 ? length + index : index)

function lindex(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const list = lookup(call, args[1]!, 'list')?.list
  if (list === undefined) return answer(call, NULL)
  const item = list.at(fromStart(integerArgument(args[2]!), list.length))
  return answer(call, item === undefined ? NULL : bulk(item))
}

function lset(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const list = lookup(call, args[1]!, 'list')?.list
  if (list === undefined) return refuse('ERR no such key')
  const index = fromStart(integerArgument(args[2]!), list.length)
  if (index < 0 || index >= list.length) return refuse('ERR index out of range')
  return changed(OK, update(call.db, args[1]!, { type: 'list', list: list.with(index, args[3]!) }))
}

function linsert(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [, key, where, pivot, item] = args as [Bytes, Bytes, Bytes, Bytes, Bytes]
  const after = isWord(where, 'after')
  if (!after && !isWord(where, 'before')) return refuseSyntax()
  const items = listAt(call, key).items()
  if (items.length === 0) return answer(call, integer(0))
  const at = items.indexOf(pivot)
  if (at < 0) return answer(call, integer(-1))
  items.splice(after ? at + 1 : at, 0, item)
  return changed(integer(items.length), update(call.db, key, { type: 'list', list: List.from(items) }))
}

function lrem(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const count = integerArgument(args[2]!)
  const items = listAt(call, args[1]!).items()
  if (count < 0) items.reverse()
  let left = count === 0 ? items.length : Math.abs(count)
  const kept = items.filter((item) => item !== args[3] || left-- <= 0)
  if (kept.length === items.length) return answer(call, integer(0))
  if (count < 0) kept.reverse()
  return changed(integer(items.length - kept.length), updateOrDelete(call.db, args[1]!, listValue(List.from(kept))))
}

// ---- LPOS ---------------------------------------------------------------------------------------------------------

const RANK_IS_ZERO =
  "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list"

function readLposOptions(args: readonly Bytes[]): { rank: number; count: number | null; most: number } {
  const options: { rank: number; count: number | null; most: number } = { rank: 1, count: null, most: 0 }
  for (let at = 3; at < args.length; at += 2) {
    const value = args[at + 1]
    if (value === undefined) return refuseSyntax()
    if (isWord(args[at], 'rank')) {
      options.rank = integerArgument(value)
      if (options.rank === 0) refuse(RANK_IS_ZERO)
    } else if (isWord(args[at], 'count')) options.count = countArgument(value, error("ERR COUNT can't be negative"))
    else if (isWord(args[at], 'maxlen')) options.most = countArgument(value, error("ERR MAXLEN can't be negative"))
    else return refuseSyntax()
  }
  return options
}

function lpos(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { rank, count, most } = readLposOptions(args)
  const items = lookup(call, args[1]!, 'list')?.list.items() ?? []
  const looked = most === 0 ? items.length : Math.min(most, items.length)
  const found: number[] = []
  let skip = Math.abs(rank) - 1
  for (let step = 0; step < looked; step++) {
    const at = rank > 0 ? step : items.length - 1 - step
    if (items[at] !== args[2] || skip-- > 0) continue
    found.push(at)
    if (found.length === (count ?? 1)) break
  }
  if (count !== null) return answer(call, array(found.map(integer)))
  return answer(call, found.length === 0 ? NULL : integer(found[0]!))
}

// ---- From list to list, from one of several ----------------------------------------------------------------------

/** LEFT or RIGHT. */
export function endArgument(arg: Bytes | undefined): End {
  if (isWord(arg, 'left')) return 'left'
  return isWord(arg, 'right') ? 'right' : refuseSyntax()
}

/** Moves one element; undefined: there is none to move. */
export function moveItem(call: DataCall, from: Bytes, to: Bytes, fromEnd: End, toEnd: End): DataOutcome | undefined {
  const source = lookup(call, from, 'list')
  if (source === undefined) return undefined
  lookup(call, to, 'list')
  const { items, rest } = popFrom(source.list, fromEnd, 1)
  const item = items[0]!
  const db = updateOrDelete(call.db, from, listValue(rest))
  // The same list, rotated, stays the same key.
  const target = from === to ? rest : listAt(call, to)
  const list = toEnd === 'left' ? target.pushLeft(item) : target.pushRight(item)
  return changed(bulk(item), update(from === to ? call.db : db, to, { type: 'list', list }))
}

const move = (call: DataCall, from: Bytes, to: Bytes, fromEnd: End, toEnd: End): DataOutcome =>
  moveItem(call, from, to, fromEnd, toEnd) ?? answer(call, NULL)

/** What LMPOP and ZMPOP are asked for: which keys, which end, how many elements. */
export interface MultiPop<W> {
  readonly keys: readonly Bytes[]
  readonly where: W
  readonly count: number
}

/** Reads `numkeys key [key ...] WHERE [COUNT count]` from argument `at` on. */
export function multiPop<W>(args: readonly Bytes[], at: number, whereOf: (arg: Bytes | undefined) => W): MultiPop<W> {
  const numkeys = countArgument(args[at]!, error('ERR numkeys should be greater than 0'))
  if (numkeys === 0) refuse('ERR numkeys should be greater than 0')
  const next = at + 1 + numkeys
  if (next >= args.length) refuseSyntax()
  const where = whereOf(args[next])
  if (next + 1 === args.length) return { keys: args.slice(at + 1, next), where, count: 1 }
  if (!isWord(args[next + 1], 'count') || args.length !== next + 3) refuseSyntax()
  const count = countArgument(args[next + 2]!, error('ERR count should be greater than 0'))
  if (count === 0) refuse('ERR count should be greater than 0')
  return { keys: args.slice(at + 1, next), where, count }
}

/** LMPOP on the first of the keys that holds a list; undefined: none does. */
export function popFirst(call: DataCall, { keys, where, count }: MultiPop<End>): DataOutcome | undefined {
  for (const key of keys) {
    const list = lookup(call, key, 'list')?.list
    if (list === undefined) continue
    const { items, rest } = popFrom(list, where, count)
    const reply: Reply = array([bulk(key), bulks(items)])
    const told = [where === 'left' ? 'LPOP' : 'RPOP', key, String(items.length)]
    return { reply, db: updateOrDelete(call.db, key, listValue(rest)), propagate: [told] }
  }
  return undefined
}

/** Commands on lists that do not block. */
export const listCommands: readonly CommandSpec[] = [
  dataCommand('lpush', 'key element [element ...]', 'Prepend one or multiple elements to a list', push('left', false)),
  dataCommand('rpush', 'key element [element ...]', 'Append one or multiple elements to a list', push('right', false)),
  dataCommand(
    'lpushx',
    'key element [element ...]',
    'Prepend an element to a list, only if the list exists',
    push('left', true),
  ),
  dataCommand(
    'rpushx',
    'key element [element ...]',
    'Append an element to a list, only if the list exists',
    push('right', true),
  ),
  dataCommand('lpop', 'key [count]', 'Remove and get the first elements in a list', pop('lpop', 'left')),
  dataCommand('rpop', 'key [count]', 'Remove and get the last elements in a list', pop('rpop', 'right')),
  dataCommand('llen', 'key', 'Get the length of a list', llen),
  dataCommand('lrange', 'key start stop', 'Get a range of elements from a list', lrange),
  dataCommand('ltrim', 'key start stop', 'Trim a list to the specified range', ltrim),
  dataCommand('lindex', 'key index', 'Get an element from a list by its index', lindex),
  dataCommand('lset', 'key index element', 'Set the value of an element in a list by its index', lset),
  dataCommand(
    'linsert',
    'key BEFORE | AFTER pivot element',
    'Insert an element before or after another element in a list',
    linsert,
  ),
  dataCommand('lrem', 'key count element', 'Remove elements from a list', lrem),
  dataCommand(
    'lpos',
    'key element [RANK rank] [COUNT num-matches] [MAXLEN len]',
    'Return the index of matching elements on a list',
    lpos,
  ),
  dataCommand(
    'lmove',
    'source destination LEFT | RIGHT LEFT | RIGHT',
    'Pop an element from a list, push it to another list and return it',
    (call, args) => move(call, args[1]!, args[2]!, endArgument(args[3]), endArgument(args[4])),
  ),
  dataCommand(
    'rpoplpush',
    'source destination',
    'Remove the last element in a list, prepend it to another list and return it',
    (call, args) => move(call, args[1]!, args[2]!, 'right', 'left'),
  ),
  dataCommand(
    'lmpop',
    'numkeys key [key ...] LEFT | RIGHT [COUNT count]',
    'Pop elements from a list',
    (call, args) => popFirst(call, multiPop(args, 1, endArgument)) ?? answer(call, NULL_ARRAY),
  ),
]
