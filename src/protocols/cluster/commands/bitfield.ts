import type { Bytes } from '../bytes.ts'
import { array, integer, NULL, type Reply } from '../reply.ts'
import { bitOffset, storeBits } from './bits.ts'
import { answer, int64Argument, isWord, lookup, refuse, refuseSyntax } from './call.ts'
import { type CommandSpec, type DataCommand, dataCommand } from './types.ts'

type Overflow = 'wrap' | 'sat' | 'fail'
const OVERFLOWS: readonly Overflow[] = ['wrap', 'sat', 'fail']

/** `i8`, `u63`: an integer of so many bits. */
interface FieldType {
  readonly signed: boolean
  readonly bits: number
}

interface FieldStep {
  readonly kind: 'get' | 'set' | 'incrby'
  readonly type: FieldType
  readonly offset: number
  readonly value: bigint
  readonly overflow: Overflow
}

const NO_TYPE = 'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.'

function fieldType(arg: Bytes): FieldType {
  const match = /^([iu])([1-9]\d?)$/.exec(arg)
  const bits = Number(match?.[2] ?? 0)
  if (match === null || bits > (match[1] === 'i' ? 64 : 63)) return refuse(NO_TYPE)
  return { signed: match[1] === 'i', bits }
}

function readSteps(args: readonly Bytes[], readOnly: boolean): FieldStep[] {
  const steps: FieldStep[] = []
  let overflow: Overflow = 'wrap'
  for (let at = 2; at < args.length; ) {
    const left = args.length - at - 1
    if (isWord(args[at], 'overflow') && left >= 1) {
      overflow = OVERFLOWS.find((name) => isWord(args[at + 1], name)) ?? refuse('ERR Invalid OVERFLOW type specified')
      at += 2
      continue
    }
    const kind = isWord(args[at], 'get')
      ? 'get'
      : isWord(args[at], 'set')
        ? 'set'
        : isWord(args[at], 'incrby')
          ? 'incrby'
          : null
    const needed = kind === 'get' ? 2 : 3
    if (kind === null || left < needed) return refuseSyntax()
    if (readOnly && kind !== 'get') return refuse('ERR BITFIELD_RO only supports the GET subcommand')
    const type = fieldType(args[at + 1]!)
    const offset = bitOffset(args[at + 2]!, type.bits)
    const value = kind === 'get' ? 0n : BigInt(int64Argument(args[at + 3]!))
    steps.push({ kind, type, offset, value, overflow })
    at += needed + 1
  }
  return steps
}

const bitAt = (bytes: readonly number[], offset: number): bigint =>
  BigInt(((bytes[Math.floor(offset / 8)] ?? 0) >> (7 - (offset % 8))) & 1)

function readField(bytes: readonly number[], { type, offset }: FieldStep): bigint {
  let value = 0n
  for (let bit = 0; bit < type.bits; bit++) value = (value << 1n) | bitAt(bytes, offset + bit)
  return type.signed ? BigInt.asIntN(type.bits, value) : value
}

function writeField(bytes: number[], { type, offset }: FieldStep, value: bigint): void {
  while (bytes.length * 8 < offset + type.bits) bytes.push(0)
  for (let bit = 0; bit < type.bits; bit++) {
    const at = Math.floor((offset + bit) / 8)
    const mask = 0x80 >> ((offset + bit) % 8)
    const on = ((value >> BigInt(type.bits - 1 - bit)) & 1n) === 1n
    bytes[at] = on ? bytes[at]! | mask : bytes[at]! & ~mask
  }
}

/** The value that fits; null: it does not, and FAIL was asked for. */
function fitted({ type, overflow }: FieldStep, value: bigint): bigint | null {
  const least = type.signed ? -(1n << BigInt(type.bits - 1)) : 0n
  const greatest = (1n << BigInt(type.signed ? type.bits - 1 : type.bits)) - 1n
  if (value >= least && value <= greatest) return value
  if (overflow === 'fail') return null
  if (overflow === 'sat') return value < least ? least : greatest
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value)
}

const plain = (value: bigint): Reply => {
  const near = Number(value)
  return integer(Number.isSafeInteger(near) ? near : value)
}

const bitfield =
  (readOnly: boolean): DataCommand =>
  (call, args) => {
    const steps = readSteps(args, readOnly)
    const old = lookup(call, args[1]!, 'string')?.bytes ?? ''
    const bytes = Array.from(old, (byte) => byte.charCodeAt(0))
    let written = false
    const replies = steps.map((step): Reply => {
      const before = readField(bytes, step)
      if (step.kind === 'get') return plain(before)
      const value = fitted(step, step.kind === 'set' ? step.value : before + step.value)
      if (value === null) return NULL
      writeField(bytes, step, value)
      written = true
      return plain(step.kind === 'set' ? before : value)
    })
    if (!written) return answer(call, array(replies))
    const text = bytes.map((code) => String.fromCharCode(code)).join('')
    return storeBits(call, args[1]!, text, array(replies))
  }

/** Integers of any width inside strings. */
export const bitfieldCommands: readonly CommandSpec[] = [
  dataCommand(
    'bitfield',
    'key [GET encoding offset | [OVERFLOW WRAP | SAT | FAIL] SET encoding offset value | INCRBY encoding offset increment ...]',
    'Perform arbitrary bitfield integer operations on strings',
    bitfield(false),
  ),
  dataCommand(
    'bitfield_ro',
    'key [GET encoding offset [GET encoding offset ...]]',
    'Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD',
    bitfield(true),
  ),
]
