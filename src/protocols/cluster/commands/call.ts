import type { Bytes } from '../bytes.ts'
import { parseDouble } from '../doubles.ts'
import { parseInt64 } from '../integers.ts'
import type { Keyspace } from '../keyspace.ts'
import { error, NOT_A_FLOAT, NOT_AN_INTEGER, type Reply, SYNTAX_ERROR, WRONG_TYPE } from '../reply.ts'
import type { HashValue, ListValue, SetValue, StringValue, TypeName, Value, ZsetValue } from '../values.ts'
import { Refusal } from './refusal.ts'
import type { DataCall, DataOutcome } from './types.ts'

/** Ends the command with this answer. `text` with its code: `ERR syntax error`. */
export function refuse(text: string): never {
  throw new Refusal(error(text))
}

/** Ends the command: its arguments make no sense. */
export function refuseSyntax(): never {
  throw new Refusal(SYNTAX_ERROR)
}

/** An answer that changes nothing. */
export const answer = (call: DataCall, reply: Reply): DataOutcome => ({ reply, db: call.db })

/** An answer to a command that replicas repeat as it was typed. */
export const changed = (reply: Reply, db: Keyspace): DataOutcome => ({ reply, db })

/** An answer to a command of which replicas are told in other words. */
export const rewritten = (reply: Reply, db: Keyspace, told: readonly Bytes[]): DataOutcome => ({
  reply,
  db,
  propagate: [told],
})

// ---- Keys ---------------------------------------------------------------------------------------------------------

interface ValueOf {
  string: StringValue
  list: ListValue
  hash: HashValue
  set: SetValue
  zset: ZsetValue
}

/** The value of a key that holds `type`; undefined: there is no key. Another type is refused. */
export function lookup<T extends TypeName>(call: DataCall, key: Bytes, type: T): ValueOf[T] | undefined {
  const value = call.db.get(key)?.value
  if (value === undefined) return undefined
  if (value.type !== type) throw new Refusal(WRONG_TYPE)
  return value as ValueOf[T]
}

/** A new value without an end: what the key held before is gone. */
export const put = (db: Keyspace, key: Bytes, value: Value): Keyspace => db.set(key, { value, expireAtMs: null })

/** Another value for the key, which keeps its end if it has one. */
export function update(db: Keyspace, key: Bytes, value: Value): Keyspace {
  return db.set(key, { value, expireAtMs: db.get(key)?.expireAtMs ?? null })
}

/** A changed aggregate, or no key when nothing is left in it. */
export const updateOrDelete = (db: Keyspace, key: Bytes, value: Value | null): Keyspace =>
  value === null ? db.delete(key) : update(db, key, value)

/** The result of a …STORE command: it replaces the key; an empty one deletes it. */
export const storeOrDelete = (db: Keyspace, key: Bytes, value: Value | null): Keyspace =>
  value === null ? db.delete(key) : put(db, key, value)

// ---- Arguments ----------------------------------------------------------------------------------------------------

/** True when an argument is this word, in whatever case. `word` in lower case. */
export const isWord = (arg: Bytes | undefined, word: string): boolean =>
  arg !== undefined && arg.length === word.length && arg.toLowerCase() === word

/** A signed 64-bit integer. */
export function int64Argument(arg: Bytes, problem: Reply = NOT_AN_INTEGER): number | bigint {
  const value = parseInt64(arg)
  if (value === null) throw new Refusal(problem)
  return value
}

/** The nearest safe integer: for indexes and counts, where more makes no difference. */
function clamped(value: number | bigint): number {
  if (typeof value === 'number') return value
  return value > 0n ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER
}

/** A 64-bit integer for an index or a count; beyond the safe integers the nearest of them. */
export const integerArgument = (arg: Bytes, problem: Reply = NOT_AN_INTEGER): number =>
  clamped(int64Argument(arg, problem))

const MUST_BE_POSITIVE = error('ERR value is out of range, must be positive')

/** A count from 0 on; `problem` also for what is no integer (getRangeLongFromObjectOrReply with its own words). */
export function countArgument(arg: Bytes, problem: Reply | null = null): number {
  const value = integerArgument(arg, problem ?? MUST_BE_POSITIVE)
  if (value < 0) throw new Refusal(problem ?? MUST_BE_POSITIVE)
  return value
}

/** A double. */
export function doubleArgument(arg: Bytes, problem: Reply = NOT_A_FLOAT): number {
  const value = parseDouble(arg)
  if (value === null) throw new Refusal(problem)
  return value
}

/** The error of a command that can count its arguments only while it reads them. */
export const refuseArity = (name: string): never => refuse(`ERR wrong number of arguments for '${name}' command`)

const TIMEOUT_IS_NO_FLOAT = error('ERR timeout is not a float or out of range')
/** Milliseconds beyond which adding them to the time overflows; nobody waits so long. */
const TIMEOUT_MAX_MS = 9_007_199_254_740_991

/** Seconds to wait, in ms rounded up; 0: forever (getTimeoutFromObjectOrReply). */
export function timeoutArgument(arg: Bytes): number {
  const seconds = doubleArgument(arg, TIMEOUT_IS_NO_FLOAT)
  const ms = Math.ceil(seconds * 1000)
  if (ms < 0) refuse('ERR timeout is negative')
  if (ms > TIMEOUT_MAX_MS) refuse('ERR timeout is out of range')
  return ms + 0
}

/** Start and end (inclusive) of a range in something of this length, counted from its end when negative; null: empty. */
export function rankRange(start: number, end: number, length: number): readonly [from: number, to: number] | null {
  const from = start < 0 ? Math.max(0, length + start) : start
  const to = Math.min(end < 0 ? length + end : end, length - 1)
  return from > to || from >= length ? null : [from, to]
}
