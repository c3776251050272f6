import type { Bytes } from './bytes.ts'
import { parseInt64 } from './integers.ts'

// Numbers and packed arrays as RDB files and the server's memory hold them (listpack.c, intset.c). Least byte first.

const byte = (value: number): Bytes => String.fromCharCode(value & 0xff)

/** An integer in `width` bytes, least first; negative ones in two's complement. */
export function packInteger(value: number | bigint, width: number): Bytes {
  let rest = BigInt.asUintN(width * 8, BigInt(value))
  let bytes = ''
  for (let at = 0; at < width; at++) {
    bytes += byte(Number(rest & 0xffn))
    rest >>= 8n
  }
  return bytes
}

/** The unsigned integer in the `width` bytes at `at`, which are there. At most 6 bytes. */
export function unpackUnsigned(bytes: Bytes, at: number, width: number): number {
  let value = 0
  for (let index = width - 1; index >= 0; index--) value = value * 256 + bytes.charCodeAt(at + index)
  return value
}

/** The signed integer in the `width` bytes at `at`, as text. */
export function unpackSigned(bytes: Bytes, at: number, width: number): Bytes {
  let value = 0n
  for (let index = width - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes.charCodeAt(at + index))
  return String(BigInt.asIntN(width * 8, value))
}

/** Widths of the integers in a listpack by their mark, behind which they stand. */
const WIDTHS = [2, 3, 4, 8] as const
const FIRST_WIDTH_MARK = 0xf1

const fitsBytes = (value: bigint, width: number): boolean => BigInt.asIntN(width * 8, value) === value

function packEntry(item: Bytes): Bytes {
  const number = parseInt64(item)
  if (number !== null) return packNumber(number)
  const { length } = item
  if (length < 64) return byte(0x80 | length) + item
  if (length < 4096) return byte(0xe0 | (length >> 8)) + byte(length) + item
  return byte(0xf0) + packInteger(length, 4) + item
}

function packNumber(value: number | bigint): Bytes {
  if (value >= 0 && value <= 127) return byte(Number(value))
  if (value >= -4096 && value <= 4095) {
    const bits = Number(value) & 0x1fff
    return byte(0xc0 | (bits >> 8)) + byte(bits)
  }
  const index = WIDTHS.findIndex((width) => fitsBytes(BigInt(value), width))
  return byte(FIRST_WIDTH_MARK + index) + packInteger(value, WIDTHS[index]!)
}

/** Limits below which the length of an entry takes one byte more to write. */
const BACK_LIMITS = [128, 16_383, 2_097_151, 268_435_455]

/** How many bytes an entry's length takes behind it. */
function backWidth(length: number): number {
  const width = BACK_LIMITS.findIndex((limit) => length < limit)
  return width < 0 ? 5 : width + 1
}

/** The length of an entry, for walking backwards: seven bits a byte, all but the first marked. */
function packBack(length: number): Bytes {
  const width = backWidth(length)
  let bytes = ''
  for (let index = width - 1; index >= 0; index--) {
    const bits = Math.floor(length / (1 << (7 * index))) & 0x7f
    bytes += byte(index === width - 1 ? bits : bits | 0x80)
  }
  return bytes
}

const LISTPACK_HEADER = 6
const LISTPACK_END = 0xff
const COUNT_UNKNOWN = 0xffff

/** The items as a listpack. Those that are integers are packed as such. */
export function packList(items: readonly Bytes[]): Bytes {
  const body = items.map((item) => {
    const entry = packEntry(item)
    return entry + packBack(entry.length)
  })
  const entries = body.join('')
  const size = packInteger(LISTPACK_HEADER + entries.length + 1, 4)
  return size + packInteger(Math.min(items.length, COUNT_UNKNOWN), 2) + entries + byte(LISTPACK_END)
}

interface Entry {
  readonly item: Bytes
  /** Length without the length behind it. */
  readonly length: number
}

function textEntry(bytes: Bytes, at: number, header: number, length: number): Entry | null {
  const start = at + header
  return start + length > bytes.length ? null : { item: bytes.slice(start, start + length), length: header + length }
}

function unpackEntry(bytes: Bytes, at: number): Entry | null {
  const mark = bytes.charCodeAt(at)
  if (mark < 0x80) return { item: String(mark), length: 1 }
  if (mark < 0xc0) return textEntry(bytes, at, 1, mark & 0x3f)
  if (mark < 0xe0) {
    const bits = ((mark & 0x1f) << 8) | bytes.charCodeAt(at + 1)
    return at + 2 > bytes.length ? null : { item: String(bits >= 4096 ? bits - 8192 : bits), length: 2 }
  }
  if (mark < 0xf0) return textEntry(bytes, at, 2, ((mark & 0x0f) << 8) | bytes.charCodeAt(at + 1))
  if (mark === 0xf0) return at + 5 > bytes.length ? null : textEntry(bytes, at, 5, unpackUnsigned(bytes, at + 1, 4))
  const width = WIDTHS[mark - FIRST_WIDTH_MARK]
  if (width === undefined || at + 1 + width > bytes.length) return null
  return { item: unpackSigned(bytes, at + 1, width), length: 1 + width }
}

/** The items of a listpack; null: it is none. */
export function unpackList(bytes: Bytes): Bytes[] | null {
  if (bytes.length <= LISTPACK_HEADER || unpackUnsigned(bytes, 0, 4) !== bytes.length) return null
  const items: Bytes[] = []
  let at = LISTPACK_HEADER
  while (at < bytes.length - 1) {
    const entry = unpackEntry(bytes, at)
    if (entry === null) return null
    items.push(entry.item)
    at += entry.length + backWidth(entry.length)
  }
  if (at !== bytes.length - 1 || bytes.charCodeAt(at) !== LISTPACK_END) return null
  const count = unpackUnsigned(bytes, 4, 2)
  return count === COUNT_UNKNOWN || count === items.length ? items : null
}

/** Integers in their order as an intset: all in 2, 4 or 8 bytes. */
export function packIntegers(items: readonly Bytes[]): Bytes {
  const values = items.map(BigInt)
  const width = [2, 4, 8].find((bytes) => values.every((value) => fitsBytes(value, bytes)))!
  return (
    packInteger(width, 4) + packInteger(values.length, 4) + values.map((value) => packInteger(value, width)).join('')
  )
}

/** The members of an intset; null: it is none. */
export function unpackIntegers(bytes: Bytes): Bytes[] | null {
  if (bytes.length < 8) return null
  const [width, count] = [unpackUnsigned(bytes, 0, 4), unpackUnsigned(bytes, 4, 4)]
  if (![2, 4, 8].includes(width) || bytes.length !== 8 + width * count) return null
  return Array.from({ length: count }, (_, index) => unpackSigned(bytes, 8 + width * index, width))
}
