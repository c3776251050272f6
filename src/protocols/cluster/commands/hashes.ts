import type { Bytes } from '../bytes.ts'
import { addInt64, parseInt64 } from '../integers.ts'
import { addLongDouble, formatLongDouble, parseLongDouble } from '../long-double.ts'
import {
  array,
  bulk,
  bulkOrNull,
  bulks,
  EMPTY_ARRAY,
  integer,
  map,
  NOT_A_FLOAT,
  NULL,
  OK,
  type Reply,
} from '../reply.ts'
import type { HashValue } from '../values.ts'
import {
  answer,
  changed,
  int64Argument,
  lookup,
  refuse,
  refuseArity,
  rewritten,
  update,
  updateOrDelete,
} from './call.ts'
import { EMPTY_HASH, hashDelete, hashGet, hashNth, hashPairs, hashSet, hashSize } from './hash-value.ts'
import { randomIndexes, randomRequest } from './random.ts'
import { Refusal } from './refusal.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'

const hashAt = (call: DataCall, args: readonly Bytes[]): HashValue => lookup(call, args[1]!, 'hash') ?? EMPTY_HASH

const hset =
  (name: 'hset' | 'hmset'): DataCommand =>
  (call, args) => {
    if (args.length % 2 !== 0) return refuseArity(name)
    const old = hashAt(call, args)
    let hash = old
    for (let at = 2; at < args.length; at += 2) hash = hashSet(hash, args[at]!, args[at + 1]!)
    return changed(name === 'hset' ? integer(hashSize(hash) - hashSize(old)) : OK, update(call.db, args[1]!, hash))
  }

function hsetnx(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const hash = hashAt(call, args)
  if (hashGet(hash, args[2]!) !== undefined) return answer(call, integer(0))
  return changed(integer(1), update(call.db, args[1]!, hashSet(hash, args[2]!, args[3]!)))
}

function hget(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, bulkOrNull(hashGet(hashAt(call, args), args[2]!)))
}

function hmget(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const hash = hashAt(call, args)
  return answer(call, array(args.slice(2).map((field) => bulkOrNull(hashGet(hash, field)))))
}

function hdel(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const old = hashAt(call, args)
  let hash: HashValue | null = old
  for (let at = 2; at < args.length && hash !== null; at++) hash = hashDelete(hash, args[at]!)
  if (hash === old) return answer(call, integer(0))
  const left = hash === null ? 0 : hashSize(hash)
  return changed(integer(hashSize(old) - left), updateOrDelete(call.db, args[1]!, hash))
}

function hgetall(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const pairs = hashPairs(hashAt(call, args))
  const entries: (readonly [Reply, Reply])[] = []
  for (let at = 0; at < pairs.length; at += 2) entries.push([bulk(pairs[at]!), bulk(pairs[at + 1]!)])
  return answer(call, map(entries))
}

/** Every second of the pairs: the fields (0) or the values (1). */
const half =
  (which: 0 | 1): DataCommand =>
  (call, args) =>
    answer(call, bulks(hashPairs(hashAt(call, args)).filter((_, at) => at % 2 === which)))

function hincrby(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const by = int64Argument(args[3]!)
  const hash = hashAt(call, args)
  const old = parseInt64(hashGet(hash, args[2]!) ?? '0')
  if (old === null) return refuse('ERR hash value is not an integer')
  const sum = addInt64(old, by)
  if (sum === null) return refuse('ERR increment or decrement would overflow')
  return changed(integer(sum), update(call.db, args[1]!, hashSet(hash, args[2]!, String(sum))))
}

function hincrbyfloat(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [, key, field, increment] = args as [Bytes, Bytes, Bytes, Bytes]
  const by = parseLongDouble(increment)
  if (by === null) throw new Refusal(NOT_A_FLOAT)
  if (by.kind !== 'finite') return refuse('ERR value is NaN or Infinity')
  const hash = hashAt(call, args)
  const old = parseLongDouble(hashGet(hash, field) ?? '0')
  if (old === null) return refuse('ERR hash value is not a float')
  const sum = addLongDouble(old, by)
  if (sum === null) return refuse('ERR increment would produce NaN or Infinity')
  const text = formatLongDouble(sum)
  return rewritten(bulk(text), update(call.db, key, hashSet(hash, field, text)), ['HSET', key, field, text])
}

function hrandfield(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const { count, withValues } = randomRequest(args, 'withvalues')
  const hash = lookup(call, args[1]!, 'hash')
  if (hash === undefined) return answer(call, count === null ? NULL : EMPTY_ARRAY)
  const size = hashSize(hash)
  if (count === null) return answer(call, bulk(hashNth(hash, randomIndexes(call, size, -1)[0]!)[0]))
  const chosen = randomIndexes(call, size, count).map((index) => hashNth(hash, index))
  if (!withValues) return answer(call, bulks(chosen.map(([field]) => field)))
  return answer(call, call.resp === 2 ? bulks(chosen.flat()) : array(chosen.map(bulks)))
}

/** Commands on hashes. */
export const hashCommands: readonly CommandSpec[] = [
  dataCommand('hset', 'key field value [field value ...]', 'Set the string value of a hash field', hset('hset')),
  dataCommand(
    'hmset',
    'key field value [field value ...]',
    'Set multiple hash fields to multiple values',
    hset('hmset'),
  ),
  dataCommand('hsetnx', 'key field value', 'Set the value of a hash field, only if the field does not exist', hsetnx),
  dataCommand('hget', 'key field', 'Get the value of a hash field', hget),
  dataCommand('hmget', 'key field [field ...]', 'Get the values of all the given hash fields', hmget),
  dataCommand('hdel', 'key field [field ...]', 'Delete one or more hash fields', hdel),
  dataCommand('hgetall', 'key', 'Get all the fields and values in a hash', hgetall),
  dataCommand('hkeys', 'key', 'Get all the fields in a hash', half(0)),
  dataCommand('hvals', 'key', 'Get all the values in a hash', half(1)),
  dataCommand('hlen', 'key', 'Get the number of fields in a hash', (call, args) =>
    answer(call, integer(hashSize(hashAt(call, args)))),
  ),
  dataCommand('hexists', 'key field', 'Determine if a hash field exists', (call, args) =>
    answer(call, integer(hashGet(hashAt(call, args), args[2]!) === undefined ? 0 : 1)),
  ),
  dataCommand('hstrlen', 'key field', 'Get the length of the value of a hash field', (call, args) =>
    answer(call, integer(hashGet(hashAt(call, args), args[2]!)?.length ?? 0)),
  ),
  dataCommand(
    'hincrby',
    'key field increment',
    'Increment the integer value of a hash field by the given number',
    hincrby,
  ),
  dataCommand(
    'hincrbyfloat',
    'key field increment',
    'Increment the float value of a hash field by the given amount',
    hincrbyfloat,
  ),
  dataCommand('hrandfield', 'key [count [WITHVALUES]]', 'Get one or multiple random fields from a hash', hrandfield),
]
