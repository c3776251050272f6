import type { Bytes } from '../bytes.ts'
import { error, integer, type Reply } from '../reply.ts'
import { rawString } from '../values.ts'
import {
  answer,
  changed,
  int64Argument,
  integerArgument,
  isWord,
  lookup,
  put,
  refuse,
  refuseSyntax,
  update,
} from './call.ts'
import { Refusal } from './refusal.ts'
import { STRING_MAX_BYTES } from './strings.ts'
import { type CommandSpec, type DataCall, type DataOutcome, dataCommand } from './types.ts'

const NO_OFFSET = error('ERR bit offset is not an integer or out of range')
const NO_BIT = error('ERR bit is not an integer or out of range')

/** The offset of a bit; `#3` counts fields of `width` bits when that is not 0. */
export function bitOffset(arg: Bytes, width = 0): number {
  const scaled = width > 0 && arg.startsWith('#')
  const offset = integerArgument(scaled ? arg.slice(1) : arg, NO_OFFSET) * (scaled ? width : 1)
  if (offset < 0 || offset >= STRING_MAX_BYTES * 8) throw new Refusal(NO_OFFSET)
  return offset
}

const bytesAt = (call: DataCall, key: Bytes): Bytes => lookup(call, key, 'string')?.bytes ?? ''
const bitOf = (bytes: Bytes, offset: number): 0 | 1 =>
  ((bytes.charCodeAt(offset >> 3) >> (7 - (offset & 7))) & 1) === 1 ? 1 : 0

/**
 * Stores the bits of a string under its key. What is as before is not propagated, and only if it becomes raw by that
 * does the key change at all.
 */
export function storeBits(call: DataCall, key: Bytes, bytes: Bytes, reply: Reply): DataOutcome {
  const old = lookup(call, key, 'string')
  if (old === undefined || old.bytes !== bytes) return changed(reply, update(call.db, key, rawString(bytes)))
  if (old.form === 'raw') return answer(call, reply)
  return { reply, db: update(call.db, key, rawString(bytes)), propagate: [] }
}

function setbit(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const offset = bitOffset(args[2]!)
  const on = int64Argument(args[3]!, NO_BIT)
  if (on !== 0 && on !== 1) throw new Refusal(NO_BIT)
  const old = bytesAt(call, args[1]!)
  const at = Math.floor(offset / 8)
  const padded = old.padEnd(at + 1, '\0')
  const mask = 0x80 >> (offset % 8)
  const code = on === 1 ? padded.charCodeAt(at) | mask : padded.charCodeAt(at) & ~mask
  const bytes = padded.slice(0, at) + String.fromCharCode(code) + padded.slice(at + 1)
  const before = (padded.charCodeAt(at) & mask) === 0 ? 0 : 1
  return storeBits(call, args[1]!, bytes, integer(before))
}

function getbit(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const offset = bitOffset(args[2]!)
  const bytes = bytesAt(call, args[1]!)
  return answer(call, integer(offset < bytes.length * 8 ? bitOf(bytes, offset) : 0))
}

// ---- Counting and finding -----------------------------------------------------------------------------------------

function countBits(byte: number): number {
  let count = 0
  for (let rest = byte; rest !== 0; rest &= rest - 1) count++
  return count
}

/** A range of bits: from the first up to and with the last. Null: it is empty. */
type BitRange = readonly [first: number, last: number] | null

/** Reads `start end [BYTE | BIT]` from argument `at` on; without `end`: up to the end of the string. */
function bitRange(args: readonly Bytes[], at: number, bytes: Bytes): BitRange {
  const [start, end] = [integerArgument(args[at]!), args[at + 1] === undefined ? null : integerArgument(args[at + 1]!)]
  const unit = args[at + 2]
  const byBit = isWord(unit, 'bit')
  if (unit !== undefined && !byBit && !isWord(unit, 'byte')) return refuseSyntax()
  const total = byBit ? bytes.length * 8 : bytes.length
  if (end !== null && start < 0 && end < 0 && start > end) return null
  const from = start < 0 ? Math.max(0, total + start) : start
  const to = end === null ? total - 1 : Math.min(end < 0 ? Math.max(0, total + end) : end, total - 1)
  if (from > to) return null
  return byBit ? [from, to] : [from * 8, to * 8 + 7]
}

function countIn(bytes: Bytes, [first, last]: readonly [number, number]): number {
  let count = 0
  for (let at = first >> 3; at <= last >> 3; at++) {
    let byte = bytes.charCodeAt(at)
    if (at === first >> 3) byte &= 0xff >> (first & 7)
    if (at === last >> 3) byte &= 0xff << (7 - (last & 7))
    count += countBits(byte & 0xff)
  }
  return count
}

function bitcount(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const bytes = lookup(call, args[1]!, 'string')?.bytes
  if (bytes === undefined) return answer(call, integer(0))
  if (args.length === 3 || args.length > 5) return refuseSyntax()
  const range: BitRange = args.length === 2 ? [0, bytes.length * 8 - 1] : bitRange(args, 2, bytes)
  return answer(call, integer(range === null ? 0 : countIn(bytes, range)))
}

function bitpos(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const wanted = int64Argument(args[2]!)
  if (wanted !== 0 && wanted !== 1) return refuse('ERR The bit argument must be 1 or 0.')
  const bytes = lookup(call, args[1]!, 'string')?.bytes
  if (bytes === undefined) return answer(call, integer(wanted === 1 ? -1 : 0))
  if (args.length > 6) return refuseSyntax()
  const range: BitRange = args.length === 3 ? [0, bytes.length * 8 - 1] : bitRange(args, 3, bytes)
  if (range === null || bytes === '') return answer(call, integer(-1))
  // Whole bytes without the bit are passed over.
  const without = wanted === 1 ? 0 : 0xff
  for (let offset = range[0]; offset <= range[1]; offset++) {
    if ((offset & 7) === 0 && bytes.charCodeAt(offset >> 3) === without) offset += 7
    else if (bitOf(bytes, offset) === wanted) return answer(call, integer(offset))
  }
  // Without an end the string goes on with zeros.
  return answer(call, integer(wanted === 0 && args.length < 5 ? bytes.length * 8 : -1))
}

// ---- BITOP --------------------------------------------------------------------------------------------------------

type Operation = 'and' | 'or' | 'xor' | 'not'
const OPERATIONS: readonly Operation[] = ['and', 'or', 'xor', 'not']

function combine(operation: Operation, x: number, y: number): number {
  if (operation === 'and') return x & y
  return operation === 'or' ? x | y : x ^ y
}

function bitop(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const operation = OPERATIONS.find((name) => isWord(args[1], name))
  if (operation === undefined) return refuseSyntax()
  if (operation === 'not' && args.length !== 4) return refuse('ERR BITOP NOT must be called with a single source key.')
  const sources = args.slice(3).map((key) => bytesAt(call, key))
  const length = sources.reduce((longest, source) => Math.max(longest, source.length), 0)
  const pieces: Bytes[] = []
  for (let at = 0; at < length; at++) {
    const codes = sources.map((source) => (at < source.length ? source.charCodeAt(at) : 0))
    const code = codes.reduce((x, y) => combine(operation, x, y))
    pieces.push(String.fromCharCode(operation === 'not' ? ~code & 0xff : code))
  }
  const db = length === 0 ? call.db.delete(args[2]!) : put(call.db, args[2]!, rawString(pieces.join('')))
  return changed(integer(length), db)
}

/** Commands on the bits of strings. */
export const bitCommands: readonly CommandSpec[] = [
  dataCommand(
    'setbit',
    'key offset value',
    'Sets or clears the bit at offset in the string value stored at key',
    setbit,
  ),
  dataCommand('getbit', 'key offset', 'Returns the bit value at offset in the string value stored at key', getbit),
  dataCommand('bitcount', 'key [start end [BYTE | BIT]]', 'Count set bits in a string', bitcount),
  dataCommand('bitpos', 'key bit [start [end [BYTE | BIT]]]', 'Find first bit set or clear in a string', bitpos),
  dataCommand(
    'bitop',
    'AND | OR | XOR | NOT destkey key [key ...]',
    'Perform bitwise operations between strings',
    bitop,
  ),
]
