import type { Bytes } from '../bytes.ts'
import { addInt64, INT64_MIN, parseInt64 } from '../integers.ts'
import { addLongDouble, formatLongDouble, parseLongDouble } from '../long-double.ts'
import { array, bulk, bulkOrNull, integer, NOT_A_FLOAT, NOT_AN_INTEGER, NULL, OK, type Reply } from '../reply.ts'
import { rawString, stringValue, textString } from '../values.ts'
import {
  answer,
  changed,
  int64Argument,
  integerArgument,
  isWord,
  lookup,
  put,
  refuse,
  refuseArity,
  refuseSyntax,
  rewritten,
  update,
} from './call.ts'
import { type ExpireTime, positiveExpireTime, TIME_OPTIONS, type TimeOption, timeOption } from './expire-time.ts'
import { Refusal } from './refusal.ts'
import { type CommandSpec, type DataCall, type DataOutcome, dataCommand } from './types.ts'

/** The longest string that a command may make. The server's proto-max-bulk-len is 512 MB; a browser tab is no server. */
export const STRING_MAX_BYTES = 134_217_728

function checkLength(bytes: number): void {
  if (bytes > STRING_MAX_BYTES) refuse('ERR string exceeds maximum allowed size (proto-max-bulk-len)')
}

function get(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, bulkOrNull(lookup(call, args[1]!, 'string')?.bytes))
}

// ---- SET ----------------------------------------------------------------------------------------------------------

interface SetOptions {
  only: 'missing' | 'existing' | null
  get: boolean
  keepTtl: boolean
  persist: boolean
  time: { readonly option: TimeOption; readonly arg: Bytes } | null
}

/** Reads the options behind argument `from`; SET and GETEX know different ones. */
function readOptions(args: readonly Bytes[], from: number, of: 'set' | 'getex'): SetOptions {
  const options: SetOptions = { only: null, get: false, keepTtl: false, persist: false, time: null }
  for (let at = from; at < args.length; at++) {
    const arg = args[at]!
    const time = timeOption(arg)
    if (time !== undefined) {
      const clash = options.keepTtl || options.persist || (options.time !== null && options.time.option !== time)
      if (clash || at + 1 >= args.length) refuseSyntax()
      options.time = { option: time, arg: args[++at]! }
    } else if (!readFlag(options, arg, of)) refuseSyntax()
  }
  return options
}

function readFlag(options: SetOptions, arg: Bytes, of: 'set' | 'getex'): boolean {
  if (of === 'getex') {
    options.persist = isWord(arg, 'persist') && options.time === null
    return options.persist
  }
  if (isWord(arg, 'nx') && options.only !== 'existing') options.only = 'missing'
  else if (isWord(arg, 'xx') && options.only !== 'missing') options.only = 'existing'
  else if (isWord(arg, 'get')) options.get = true
  else if (isWord(arg, 'keepttl') && options.time === null) options.keepTtl = true
  else return false
  return true
}

function timeOf({ time }: SetOptions, call: DataCall, command: string): ExpireTime | null {
  return time === null ? null : positiveExpireTime(time.arg, TIME_OPTIONS[time.option], call.nowMs, command)
}

function set(call: DataCall, args: readonly Bytes[]): DataOutcome {
  if (args.length === 3) return changed(OK, put(call.db, args[1]!, stringValue(args[2]!)))
  const options = readOptions(args, 3, 'set')
  const time = timeOf(options, call, 'set')
  const key = args[1]!
  const old = options.get ? bulkOrNull(lookup(call, key, 'string')?.bytes) : null
  const entry = call.db.get(key)
  if (options.only !== null && (options.only === 'missing') === (entry !== undefined)) return answer(call, old ?? NULL)
  const expireAtMs = time === null ? (options.keepTtl ? (entry?.expireAtMs ?? null) : null) : time.ms
  const db = call.db.set(key, { value: stringValue(args[2]!), expireAtMs })
  const reply = old ?? OK
  if (time !== null && options.time!.option !== 'pxat') return rewritten(reply, db, setUntil(key, args[2]!, time))
  if (!options.get || time !== null) return changed(reply, db)
  return rewritten(
    reply,
    db,
    args.filter((arg, at) => at < 3 || !isWord(arg, 'get')),
  )
}

const setUntil = (key: Bytes, value: Bytes, time: ExpireTime) => ['SET', key, value, 'PXAT', time.text]

function setnx(call: DataCall, args: readonly Bytes[]): DataOutcome {
  if (call.db.has(args[1]!)) return answer(call, integer(0))
  return changed(integer(1), put(call.db, args[1]!, stringValue(args[2]!)))
}

const setWithTime =
  (name: string, option: TimeOption) =>
  (call: DataCall, args: readonly Bytes[]): DataOutcome => {
    const time = positiveExpireTime(args[2]!, TIME_OPTIONS[option], call.nowMs, name)
    const db = call.db.set(args[1]!, { value: stringValue(args[3]!), expireAtMs: time.ms })
    return rewritten(OK, db, setUntil(args[1]!, args[3]!, time))
  }

function getset(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const old = bulkOrNull(lookup(call, args[1]!, 'string')?.bytes)
  return rewritten(old, put(call.db, args[1]!, stringValue(args[2]!)), ['SET', args[1]!, args[2]!])
}

function getdel(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const value = lookup(call, args[1]!, 'string')
  if (value === undefined) return answer(call, NULL)
  return rewritten(bulk(value.bytes), call.db.delete(args[1]!), ['DEL', args[1]!])
}

function getex(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const options = readOptions(args, 2, 'getex')
  const key = args[1]!
  const value = lookup(call, key, 'string')
  if (value === undefined) return answer(call, NULL)
  const time = timeOf(options, call, 'getex')
  const reply = bulk(value.bytes)
  if (time !== null) {
    const past = !TIME_OPTIONS[options.time!.option].relative && time.ms <= call.nowMs && !call.fromMaster
    if (past) return rewritten(reply, call.db.delete(key), ['DEL', key])
    return rewritten(reply, call.db.set(key, { value, expireAtMs: time.ms }), ['PEXPIREAT', key, time.text])
  }
  if (!options.persist || call.db.get(key)!.expireAtMs === null) return answer(call, reply)
  return rewritten(reply, put(call.db, key, value), ['PERSIST', key])
}

// ---- Several keys -------------------------------------------------------------------------------------------------

function mget(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const shown = (key: Bytes): Reply => {
    const value = call.db.get(key)?.value
    return value?.type === 'string' ? bulk(value.bytes) : NULL
  }
  return answer(call, array(args.slice(1).map(shown)))
}

function setAll(call: DataCall, args: readonly Bytes[], reply: Reply): DataOutcome {
  let db = call.db
  for (let at = 1; at < args.length; at += 2) db = put(db, args[at]!, stringValue(args[at + 1]!))
  return changed(reply, db)
}

function mset(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return args.length % 2 === 0 ? refuseArity('mset') : setAll(call, args, OK)
}

function msetnx(call: DataCall, args: readonly Bytes[]): DataOutcome {
  if (args.length % 2 === 0) return refuseArity('msetnx')
  for (let at = 1; at < args.length; at += 2) if (call.db.has(args[at]!)) return answer(call, integer(0))
  return setAll(call, args, integer(1))
}

// ---- Numbers ------------------------------------------------------------------------------------------------------

function increment(call: DataCall, key: Bytes, by: number | bigint): DataOutcome {
  const old = lookup(call, key, 'string')
  const value = old === undefined ? 0 : parseInt64(old.bytes)
  if (value === null) throw new Refusal(NOT_AN_INTEGER)
  const sum = addInt64(value, by)
  if (sum === null) return refuse('ERR increment or decrement would overflow')
  return changed(integer(sum), update(call.db, key, stringValue(String(sum))))
}

function decrby(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const by = int64Argument(args[2]!)
  if (by === INT64_MIN) return refuse('ERR decrement would overflow')
  return increment(call, args[1]!, typeof by === 'number' ? 0 - by : -by)
}

function incrbyfloat(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const key = args[1]!
  const value = parseLongDouble(lookup(call, key, 'string')?.bytes ?? '0')
  const by = parseLongDouble(args[2]!)
  if (value === null || by === null) throw new Refusal(NOT_A_FLOAT)
  const sum = addLongDouble(value, by)
  if (sum === null) return refuse('ERR increment would produce NaN or Infinity')
  const text = formatLongDouble(sum)
  return rewritten(bulk(text), update(call.db, key, textString(text)), ['SET', key, text, 'KEEPTTL'])
}

// ---- Parts --------------------------------------------------------------------------------------------------------

function append(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [, key, tail] = args as [Bytes, Bytes, Bytes]
  const old = lookup(call, key, 'string')
  if (old === undefined) return changed(integer(tail.length), put(call.db, key, stringValue(tail)))
  checkLength(old.bytes.length + tail.length)
  const bytes = old.bytes + tail
  return changed(integer(bytes.length), update(call.db, key, rawString(bytes)))
}

function setrange(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const offset = integerArgument(args[2]!)
  if (offset < 0) return refuse('ERR offset is out of range')
  const part = args[3]!
  const old = lookup(call, args[1]!, 'string')?.bytes ?? ''
  if (part === '') return answer(call, integer(old.length))
  checkLength(offset + part.length)
  const bytes = old.slice(0, offset).padEnd(offset, '\0') + part + old.slice(offset + part.length)
  return changed(integer(bytes.length), update(call.db, args[1]!, rawString(bytes)))
}

function getrange(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [start, end] = [integerArgument(args[2]!), integerArgument(args[3]!)]
  const bytes = lookup(call, args[1]!, 'string')?.bytes ?? ''
  if (start < 0 && end < 0 && start > end) return answer(call, bulk(''))
  const from = start < 0 ? Math.max(0, bytes.length + start) : start
  const to = end < 0 ? Math.max(0, bytes.length + end) : end
  return answer(call, bulk(from > to ? '' : bytes.slice(from, to + 1)))
}

function strlen(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, integer(lookup(call, args[1]!, 'string')?.bytes.length ?? 0))
}

/** GET, SET, counters and all other commands on strings. */
export const stringCommands: readonly CommandSpec[] = [
  dataCommand('get', 'key', 'Get the value of a key', get),
  dataCommand(
    'set',
    'key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | KEEPTTL]',
    'Set the string value of a key',
    set,
  ),
  dataCommand('setnx', 'key value', 'Set the value of a key, only if the key does not exist', setnx),
  dataCommand('setex', 'key seconds value', 'Set the value and expiration of a key', setWithTime('setex', 'ex')),
  dataCommand(
    'psetex',
    'key milliseconds value',
    'Set the value and expiration in milliseconds of a key',
    setWithTime('psetex', 'px'),
  ),
  dataCommand('getset', 'key value', 'Set the string value of a key and return its old value', getset),
  dataCommand('getdel', 'key', 'Get the value of a key and delete the key', getdel),
  dataCommand(
    'getex',
    'key [EX seconds | PX milliseconds | EXAT unix-time-seconds | PXAT unix-time-milliseconds | PERSIST]',
    'Get the value of a key and optionally set its expiration',
    getex,
  ),
  dataCommand('mget', 'key [key ...]', 'Get the values of all the given keys', mget),
  dataCommand('mset', 'key value [key value ...]', 'Set multiple keys to multiple values', mset),
  dataCommand(
    'msetnx',
    'key value [key value ...]',
    'Set multiple keys to multiple values, only if none of the keys exist',
    msetnx,
  ),
  dataCommand('incr', 'key', 'Increment the integer value of a key by one', (call, args) =>
    increment(call, args[1]!, 1),
  ),
  dataCommand('decr', 'key', 'Decrement the integer value of a key by one', (call, args) =>
    increment(call, args[1]!, -1),
  ),
  dataCommand('incrby', 'key increment', 'Increment the integer value of a key by the given amount', (call, args) =>
    increment(call, args[1]!, int64Argument(args[2]!)),
  ),
  dataCommand('decrby', 'key decrement', 'Decrement the integer value of a key by the given number', decrby),
  dataCommand('incrbyfloat', 'key increment', 'Increment the float value of a key by the given amount', incrbyfloat),
  dataCommand('append', 'key value', 'Append a value to a key', append),
  dataCommand('strlen', 'key', 'Get the length of the value stored in a key', strlen),
  dataCommand(
    'setrange',
    'key offset value',
    'Overwrite part of a string at key starting at the specified offset',
    setrange,
  ),
  dataCommand('getrange', 'key start end', 'Get a substring of the string stored at a key', getrange),
  dataCommand('substr', 'key start end', 'Get a substring of the string stored at a key', getrange),
]
