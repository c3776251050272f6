import type { Bytes } from '../bytes.ts'
import {
  countIn,
  emptyHyperLogLog,
  estimate,
  type HyperLogLog,
  isHyperLogLog,
  mergeInto,
  readHyperLogLog,
  writeHyperLogLog,
} from '../hyperloglog.ts'
import { integer, OK } from '../reply.ts'
import { rawString } from '../values.ts'
import { answer, changed, lookup, refuse, update } from './call.ts'
import { type CommandSpec, type DataCall, type DataOutcome, dataCommand } from './types.ts'

/** The count at a key; undefined: there is no key. */
function countAt(call: DataCall, key: Bytes): HyperLogLog | undefined {
  const bytes = lookup(call, key, 'string')?.bytes
  if (bytes === undefined) return undefined
  if (!isHyperLogLog(bytes)) return refuse('WRONGTYPE Key is not a valid HyperLogLog string value.')
  return readHyperLogLog(bytes) ?? refuse('INVALIDOBJ Corrupted HLL object detected')
}

function pfadd(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const old = countAt(call, args[1]!)
  const count = old ?? emptyHyperLogLog()
  let grown = old === undefined
  for (const element of args.slice(2)) grown = countIn(count.registers, element) || grown
  if (!grown) return answer(call, integer(0))
  return changed(integer(1), update(call.db, args[1]!, rawString(writeHyperLogLog(count))))
}

/** Everything that the keys have counted, as one count. */
function merged(call: DataCall, keys: readonly Bytes[]): HyperLogLog {
  const all = emptyHyperLogLog()
  let dense = false
  for (const key of keys) {
    const count = countAt(call, key)
    if (count === undefined) continue
    mergeInto(all.registers, count.registers)
    dense ||= count.dense
  }
  return { registers: all.registers, dense }
}

function pfcount(call: DataCall, args: readonly Bytes[]): DataOutcome {
  return answer(call, integer(estimate(merged(call, args.slice(1)).registers)))
}

function pfmerge(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const count = merged(call, args.slice(1))
  return changed(OK, update(call.db, args[1]!, rawString(writeHyperLogLog(count))))
}

/** Counts of different elements. */
export const hyperloglogCommands: readonly CommandSpec[] = [
  dataCommand(
    'pfadd',
    'key [element [element ...]]',
    'Adds the specified elements to the specified HyperLogLog.',
    pfadd,
  ),
  dataCommand(
    'pfcount',
    'key [key ...]',
    'Return the approximated cardinality of the set(s) observed by the HyperLogLog at key(s).',
    pfcount,
  ),
  dataCommand(
    'pfmerge',
    'destkey [sourcekey [sourcekey ...]]',
    'Merge N different HyperLogLogs into a single one.',
    pfmerge,
  ),
]
