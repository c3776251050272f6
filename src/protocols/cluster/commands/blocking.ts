import type { Bytes } from '../bytes.ts'
import { array, bulk, NULL, NULL_ARRAY, type Reply } from '../reply.ts'
import type { TypeName } from '../values.ts'
import { lookup, timeoutArgument, updateOrDelete } from './call.ts'
import { type End, endArgument, listValue, moveItem, multiPop, popFirst, popFrom } from './lists.ts'
import { type Extreme, extremeArgument, popExtreme, popFirstZset, scoreReply } from './sorted-sets.ts'
import { type CommandSpec, type DataCall, type DataCommand, type DataOutcome, dataCommand } from './types.ts'

const wait = (call: DataCall, keys: readonly Bytes[], timeoutMs: number, late: Reply): DataOutcome => ({
  reply: late,
  db: call.db,
  block: { keys, timeoutMs },
})

/** Of the keys, those that a blocked command looks at: one that holds another type by now does not wake it. */
const awake = (call: DataCall, keys: readonly Bytes[], type: TypeName): readonly Bytes[] =>
  call.retry ? keys.filter((key) => call.db.get(key)?.value.type === type) : keys

const popList =
  (end: End): DataCommand =>
  (call, args) => {
    const timeoutMs = timeoutArgument(args.at(-1)!)
    const keys = args.slice(1, -1)
    for (const key of awake(call, keys, 'list')) {
      const list = lookup(call, key, 'list')?.list
      if (list === undefined) continue
      const { items, rest } = popFrom(list, end, 1)
      const reply = array([bulk(key), bulk(items[0]!)])
      const told = [end === 'left' ? 'LPOP' : 'RPOP', key]
      return { reply, db: updateOrDelete(call.db, key, listValue(rest)), propagate: [told] }
    }
    return wait(call, keys, timeoutMs, NULL_ARRAY)
  }

const popZset =
  (where: Extreme): DataCommand =>
  (call, args) => {
    const timeoutMs = timeoutArgument(args.at(-1)!)
    const keys = args.slice(1, -1)
    for (const key of awake(call, keys, 'zset')) {
      const zset = lookup(call, key, 'zset')
      if (zset === undefined) continue
      const { pairs, rest } = popExtreme(zset, where, 1)
      const { member, score } = pairs[0]!
      const reply = array([bulk(key), bulk(member), scoreReply(score)])
      const told = [where === 'min' ? 'ZPOPMIN' : 'ZPOPMAX', key]
      return { reply, db: updateOrDelete(call.db, key, rest), propagate: [told] }
    }
    return wait(call, keys, timeoutMs, NULL_ARRAY)
  }

/** Moves an element, or waits for one; `told`: how replicas hear of it. */
function moveOrWait(
  call: DataCall,
  [from, to]: readonly [Bytes, Bytes],
  [fromEnd, toEnd]: readonly [End, End],
  timeoutMs: number,
  told: readonly Bytes[],
): DataOutcome {
  const [key] = awake(call, [from], 'list')
  const outcome = key === undefined ? undefined : moveItem(call, from, to, fromEnd, toEnd)
  return outcome === undefined ? wait(call, [from], timeoutMs, NULL) : { ...outcome, propagate: [told] }
}

function blmove(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [, from, to, fromArg, toArg, timeout] = args as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes]
  const ends = [endArgument(fromArg), endArgument(toArg)] as const
  return moveOrWait(call, [from, to], ends, timeoutArgument(timeout), ['LMOVE', from, to, fromArg, toArg])
}

function brpoplpush(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [, from, to, timeout] = args as [Bytes, Bytes, Bytes, Bytes]
  return moveOrWait(call, [from, to], ['right', 'left'], timeoutArgument(timeout), ['RPOPLPUSH', from, to])
}

function blmpop(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const timeoutMs = timeoutArgument(args[1]!)
  const request = multiPop(args, 2, endArgument)
  const outcome = popFirst(call, { ...request, keys: awake(call, request.keys, 'list') })
  return outcome ?? wait(call, request.keys, timeoutMs, NULL_ARRAY)
}

function bzmpop(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const timeoutMs = timeoutArgument(args[1]!)
  const request = multiPop(args, 2, extremeArgument)
  const outcome = popFirstZset(call, { ...request, keys: awake(call, request.keys, 'zset') })
  return outcome ?? wait(call, request.keys, timeoutMs, NULL_ARRAY)
}

/** Commands that wait until there is something to take. */
export const blockingCommands: readonly CommandSpec[] = [
  dataCommand(
    'blpop',
    'key [key ...] timeout',
    'Remove and get the first element in a list, or block until one is available',
    popList('left'),
  ),
  dataCommand(
    'brpop',
    'key [key ...] timeout',
    'Remove and get the last element in a list, or block until one is available',
    popList('right'),
  ),
  dataCommand(
    'blmove',
    'source destination LEFT | RIGHT LEFT | RIGHT timeout',
    'Pop an element from a list, push it to another list and return it; or block until one is available',
    blmove,
  ),
  dataCommand(
    'brpoplpush',
    'source destination timeout',
    'Pop an element from a list, push it to another list and return it; or block until one is available',
    brpoplpush,
  ),
  dataCommand(
    'blmpop',
    'timeout numkeys key [key ...] LEFT | RIGHT [COUNT count]',
    'Pop elements from a list, or block until one is available',
    blmpop,
  ),
  dataCommand(
    'bzpopmin',
    'key [key ...] timeout',
    'Remove and return the member with the lowest score from one or more sorted sets, or block until one is available',
    popZset('min'),
  ),
  dataCommand(
    'bzpopmax',
    'key [key ...] timeout',
    'Remove and return the member with the highest score from one or more sorted sets, or block until one is available',
    popZset('max'),
  ),
  dataCommand(
    'bzmpop',
    'timeout numkeys key [key ...] MIN | MAX [COUNT count]',
    'Remove and return members with scores in a sorted set or block until one is available',
    bzmpop,
  ),
]
