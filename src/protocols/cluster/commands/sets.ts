import type { Bytes } from '../bytes.ts'
import type { Keyspace } from '../keyspace.ts'
import { array, bulk, bulks, EMPTY_ARRAY, error, integer, NULL, type Reply } from '../reply.ts'
import type { SetValue } from '../values.ts'
import {
  answer,
  changed,
  countArgument,
  isWord,
  lookup,
  refuse,
  refuseSyntax,
  rewritten,
  storeOrDelete,
  update,
  updateOrDelete,
} from './call.ts'
import { randomIndexes, randomRequest } from './random.ts'
import { EMPTY_SET, setAdd, setMembers, setOf, setRemove } from './set-value.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'

const setAt = (call: DataCall, key: Bytes): SetValue => lookup(call, key, 'set') ?? EMPTY_SET
const setReply = (members: readonly Bytes[]): Reply => ({ kind: 'set', items: members.map(bulk) })

function sadd(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const old = setAt(call, args[1]!)
  let set = old
  for (let at = 2; at < args.length; at++) set = setAdd(set, args[at]!)
  if (set === old) return answer(call, integer(0))
  return changed(integer(set.members.size - old.members.size), update(call.db, args[1]!, set))
}

/** The set without those members; null: nothing is left. */
function without(set: SetValue, members: Iterable<Bytes>): SetValue | null {
  let rest: SetValue | null = set
  for (const member of members) {
    if (rest === null) break
    rest = setRemove(rest, member)
  }
  return rest
}

function srem(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const old = setAt(call, args[1]!)
  const rest = without(old, args.slice(2))
  if (rest === old) return answer(call, integer(0))
  const removed = old.members.size - (rest?.members.size ?? 0)
  return changed(integer(removed), updateOrDelete(call.db, args[1]!, rest))
}

function smove(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [, from, to, member] = args as [Bytes, Bytes, Bytes, Bytes]
  const source = lookup(call, from, 'set')
  if (source === undefined) return answer(call, integer(0))
  const target = setAt(call, to)
  const there = source.members.has(member)
  if (!there || from === to) return answer(call, integer(there ? 1 : 0))
  const db = updateOrDelete(call.db, from, setRemove(source, member))
  return changed(integer(1), update(db, to, setAdd(target, member)))
}

function sismember(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, integer(setAt(call, args[1]!).members.has(args[2]!) ? 1 : 0))
}

function smismember(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { members } = setAt(call, args[1]!)
  return answer(call, array(args.slice(2).map((member) => integer(members.has(member) ? 1 : 0))))
}

// ---- Chance -------------------------------------------------------------------------------------------------------

const chosen = (call: DataCall, set: SetValue, count: number): Bytes[] =>
  randomIndexes(call, set.members.size, count).map((index) => set.members.nth(index)[0])

function spop(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const key = args[1]!
  if (args.length > 3) return refuseSyntax()
  if (args.length === 3) return spopMany(call, key, countArgument(args[2]!))
  const set = lookup(call, key, 'set')
  if (set === undefined) return answer(call, NULL)
  const [member] = chosen(call, set, 1) as [Bytes]
  return rewritten(bulk(member), updateOrDelete(call.db, key, setRemove(set, member)), ['SREM', key, member])
}

function spopMany(call: DataCall, key: Bytes, count: number): DataOutcome {
  const set = lookup(call, key, 'set')
  if (set === undefined || count === 0) return answer(call, setReply([]))
  if (count >= set.members.size) return rewritten(setReply(setMembers(set)), call.db.delete(key), ['DEL', key])
  const members = chosen(call, set, count)
  const db = updateOrDelete(call.db, key, without(set, members))
  return { reply: setReply(members), db, propagate: members.map((member) => ['SREM', key, member]) }
}

function srandmember(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { count } = randomRequest(args, null)
  const set = lookup(call, args[1]!, 'set')
  if (set === undefined) return answer(call, count === null ? NULL : EMPTY_ARRAY)
  return answer(call, count === null ? bulk(chosen(call, set, -1)[0]!) : bulks(chosen(call, set, count)))
}

// ---- Several sets -------------------------------------------------------------------------------------------------

type Combine = (sets: readonly SetValue[], most?: number) => Bytes[]

function intersection(sets: readonly SetValue[], most = Number.POSITIVE_INFINITY): Bytes[] {
  const [smallest, ...others] = sets.toSorted((x, y) => x.members.size - y.members.size)
  const common: Bytes[] = []
  for (const member of setMembers(smallest!)) {
    if (common.length >= most) break
    if (others.every(({ members }) => members.has(member))) common.push(member)
  }
  return common
}

const union: Combine = (sets) => {
  const all = setOf(sets.flatMap(setMembers))
  return all === null ? [] : setMembers(all)
}

const difference: Combine = ([first, ...others]) =>
  setMembers(first!).filter((member) => others.every(({ members }) => !members.has(member)))

/** All the sets before anything is answered: a wrong type among them is found first. */
const setsAt = (call: DataCall, keys: readonly Bytes[]): SetValue[] => keys.map((key) => setAt(call, key))

const combined =
  (combine: Combine): DataCommand =>
  (call, args) =>
    answer(call, setReply(combine(setsAt(call, args.slice(1)))))

const combinedAndStored =
  (combine: Combine): DataCommand =>
  (call, args) => {
    const result = setOf(combine(setsAt(call, args.slice(2))))
    const db: Keyspace = storeOrDelete(call.db, args[1]!, result)
    return changed(integer(result?.members.size ?? 0), db)
  }

function sintercard(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const numkeys = countArgument(args[1]!, error('ERR numkeys should be greater than 0'))
  if (numkeys === 0) refuse('ERR numkeys should be greater than 0')
  if (numkeys > args.length - 2) refuse("ERR Number of keys can't be greater than number of args")
  let limit = 0
  for (let at = 2 + numkeys; at < args.length; at += 2) {
    if (!isWord(args[at], 'limit') || at + 1 >= args.length) refuseSyntax()
    limit = countArgument(args[at + 1]!, error("ERR LIMIT can't be negative"))
  }
  const sets = setsAt(call, args.slice(2, 2 + numkeys))
  return answer(call, integer(intersection(sets, limit === 0 ? undefined : limit).length))
}

/** Commands on sets. */
export const setCommands: readonly CommandSpec[] = [
  dataCommand('sadd', 'key member [member ...]', 'Add one or more members to a set', sadd),
  dataCommand('srem', 'key member [member ...]', 'Remove one or more members from a set', srem),
  dataCommand('smove', 'source destination member', 'Move a member from one set to another', smove),
  dataCommand('scard', 'key', 'Get the number of members in a set', (call, args) =>
    answer(call, integer(setAt(call, args[1]!).members.size)),
  ),
  dataCommand('sismember', 'key member', 'Determine if a given value is a member of a set', sismember),
  dataCommand(
    'smismember',
    'key member [member ...]',
    'Returns the membership associated with the given elements for a set',
    smismember,
  ),
  dataCommand('smembers', 'key', 'Get all the members in a set', (call, args) =>
    answer(call, setReply(setMembers(setAt(call, args[1]!)))),
  ),
  dataCommand('spop', 'key [count]', 'Remove and return one or multiple random members from a set', spop),
  dataCommand('srandmember', 'key [count]', 'Get one or multiple random members from a set', srandmember),
  dataCommand('sinter', 'key [key ...]', 'Intersect multiple sets', combined(intersection)),
  dataCommand(
    'sintercard',
    'numkeys key [key ...] [LIMIT limit]',
    'Intersect multiple sets and return the cardinality of the result',
    sintercard,
  ),
  dataCommand(
    'sinterstore',
    'destination key [key ...]',
    'Intersect multiple sets and store the resulting set in a key',
    combinedAndStored(intersection),
  ),
  dataCommand('sunion', 'key [key ...]', 'Add multiple sets', combined(union)),
  dataCommand(
    'sunionstore',
    'destination key [key ...]',
    'Add multiple sets and store the resulting set in a key',
    combinedAndStored(union),
  ),
  dataCommand('sdiff', 'key [key ...]', 'Subtract multiple sets', combined(difference)),
  dataCommand(
    'sdiffstore',
    'destination key [key ...]',
    'Subtract multiple sets and store the resulting set in a key',
    combinedAndStored(difference),
  ),
]
