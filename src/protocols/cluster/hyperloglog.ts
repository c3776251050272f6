import type { Bytes } from './bytes.ts'
import { murmur64 } from './murmur.ts'

// Counting of different elements as the server does it (hyperloglog.c): 16,384 registers of 6 bits in a string, whose
// form it shares, so that keys travel between it and these nodes.

/** The string's header: `HYLL`, how the registers are written, three zeros, and the last count in eight bytes. */
const HEADER_BYTES = 16
const MAGIC = 'HYLL'
const DENSE = '\x00'
const SPARSE = '\x01'
/** The count is not known: the highest bit of its eight bytes is set. */
const UNKNOWN_COUNT = `${'\0'.repeat(7)}\x80`
const REGISTERS = 16_384
const INDEX_BITS = 14n
/** Bits of a hash behind those that choose the register: the longest run of zeros, plus one, fits a register. */
const RUN_BITS = 50
const DENSE_BYTES = (REGISTERS * 6) / 8
/** hll-sparse-max-bytes. */
const SPARSE_MAX_BYTES = 3000
/** Greatest value that the sparse form can hold. */
const SPARSE_MAX_VALUE = 32
const SEED = 0xadc83b19n

/** Registers, and whether they must be written in the dense form: once dense, a count stays so. */
export interface HyperLogLog {
  readonly registers: Uint8Array
  readonly dense: boolean
}

/** A count of nothing. */
export const emptyHyperLogLog = (): HyperLogLog => ({ registers: new Uint8Array(REGISTERS), dense: false })

/** True when the string claims to be a count; it may still be damaged. */
export const isHyperLogLog = (bytes: Bytes): boolean =>
  bytes.length >= HEADER_BYTES &&
  bytes.startsWith(MAGIC) &&
  (bytes[4] === SPARSE || (bytes[4] === DENSE && bytes.length === HEADER_BYTES + DENSE_BYTES))

/** The registers of such a string; null: it is damaged. */
export function readHyperLogLog(bytes: Bytes): HyperLogLog | null {
  const registers = new Uint8Array(REGISTERS)
  const dense = bytes[4] === DENSE
  return (dense ? readDense(bytes, registers) : readSparse(bytes, registers)) ? { registers, dense } : null
}

function readDense(bytes: Bytes, registers: Uint8Array): boolean {
  for (let index = 0; index < REGISTERS; index++) {
    const bit = index * 6
    const at = HEADER_BYTES + (bit >> 3)
    const both = bytes.charCodeAt(at) | ((bytes.charCodeAt(at + 1) || 0) << 8)
    registers[index] = (both >> (bit & 7)) & 0x3f
  }
  return true
}

/** Runs: `00`: up to 64 zeros; `01`: up to 16,384 zeros in two bytes; `1`: up to four times a value up to 32. */
function readSparse(bytes: Bytes, registers: Uint8Array): boolean {
  let index = 0
  for (let at = HEADER_BYTES; at < bytes.length; at++) {
    const mark = bytes.charCodeAt(at)
    if (mark < 0x40) index += mark + 1
    else if (mark < 0x80) index += (((mark & 0x3f) << 8) | (bytes.charCodeAt(++at) || 0)) + 1
    else {
      const end = index + (mark & 3) + 1
      registers.fill(((mark >> 2) & 0x1f) + 1, index, end)
      index = end
    }
  }
  return index === REGISTERS
}

/** The string of a count whose number is not known yet: sparse while it may be. */
export function writeHyperLogLog({ registers, dense }: HyperLogLog): Bytes {
  const body = dense ? null : writeSparse(registers)
  if (body === null) return `${MAGIC}${DENSE}\0\0\0${UNKNOWN_COUNT}${writeDense(registers)}`
  return `${MAGIC}${SPARSE}\0\0\0${UNKNOWN_COUNT}${body}`
}

function writeDense(registers: Uint8Array): Bytes {
  const codes = new Uint8Array(DENSE_BYTES + 1)
  for (let index = 0; index < REGISTERS; index++) {
    const bit = index * 6
    const both = registers[index]! << (bit & 7)
    codes[bit >> 3]! |= both & 0xff
    codes[(bit >> 3) + 1]! |= both >> 8
  }
  return Array.from(codes.subarray(0, DENSE_BYTES), (code) => String.fromCharCode(code)).join('')
}

/** Null: the registers do not fit the sparse form. */
function writeSparse(registers: Uint8Array): Bytes | null {
  const parts: Bytes[] = []
  let size = HEADER_BYTES
  for (let index = 0; index < REGISTERS; ) {
    const value = registers[index]!
    if (value > SPARSE_MAX_VALUE) return null
    let end = index + 1
    while (end < REGISTERS && registers[end] === value && (value === 0 || end - index < 4)) end++
    const part = sparseRun(value, end - index)
    parts.push(part)
    size += part.length
    index = end
  }
  return size > SPARSE_MAX_BYTES ? null : parts.join('')
}

function sparseRun(value: number, length: number): Bytes {
  const rest = length - 1
  if (value > 0) return String.fromCharCode(0x80 | ((value - 1) << 2) | rest)
  return length <= 64 ? String.fromCharCode(rest) : String.fromCharCode(0x40 | (rest >> 8), rest & 0xff)
}

/** Counts one element in. True: a register has grown. The registers are written to. */
export function countIn(registers: Uint8Array, element: Bytes): boolean {
  const hash = murmur64(element, SEED)
  const index = Number(hash & ((1n << INDEX_BITS) - 1n))
  let rest = (hash >> INDEX_BITS) | (1n << BigInt(RUN_BITS))
  let run = 1
  for (; (rest & 1n) === 0n; rest >>= 1n) run++
  if (run <= registers[index]!) return false
  registers[index] = run
  return true
}

/** Lets every register grow to the other's. The first registers are written to. */
export function mergeInto(registers: Uint8Array, others: Uint8Array): void {
  for (let index = 0; index < REGISTERS; index++) {
    if (others[index]! > registers[index]!) registers[index] = others[index]!
  }
}

/** Limit of the bias factor for many registers (Ertl 2017, "New cardinality estimation algorithms"). */
const ALPHA = 0.7213475204444817

/** The part of the estimate that registers without a value give (Ertl, sigma). */
function emptyPart(share: number): number {
  if (share === 1) return Number.POSITIVE_INFINITY
  let [power, weight, sum, before] = [share, 1, share, Number.NaN]
  while (sum !== before) {
    power *= power
    before = sum
    sum += power * weight
    weight += weight
  }
  return sum
}

/** About how many different elements were counted in. Saturated registers, which no count of ours has, weigh nothing. */
export function estimate(registers: Uint8Array): number {
  const histogram = new Uint32Array(64)
  for (const register of registers) histogram[register]!++
  let z = 0
  for (let value = RUN_BITS; value >= 1; value--) z = (z + histogram[value]!) * 0.5
  z += REGISTERS * emptyPart(histogram[0]! / REGISTERS)
  return Math.round((ALPHA * REGISTERS * REGISTERS) / z)
}
