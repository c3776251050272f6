import type { Bytes } from './bytes.ts'
import { EMPTY_HASH, hashPairs, hashSet } from './commands/hash-value.ts'
import { setMembers, setOf } from './commands/set-value.ts'
import { type Scored, zsetFrom } from './commands/zset-value.ts'
import { crc64 } from './crc64.ts'
import { formatDouble, parseDouble } from './doubles.ts'
import { parseInt64 } from './integers.ts'
import { List } from './list.ts'
import { unpackLzf } from './lzf.ts'
import {
  packInteger,
  packIntegers,
  packList,
  unpackIntegers,
  unpackList,
  unpackSigned,
  unpackUnsigned,
} from './packed.ts'
import { treeSlice } from './score-tree.ts'
import { type HashValue, stringValue, type Value, type ZsetValue } from './values.ts'

// What DUMP gives and RESTORE takes: a value as an RDB file of version 10 holds it (rdb.c), the version, and a checksum,
// so that keys travel between these nodes and a real server of 7.0.

/** RDB_VERSION of 7.0. */
const VERSION = 10
const FOOTER_BYTES = 10

/** Types of values in an RDB file. */
const TYPE = {
  string: 0,
  list: 1,
  set: 2,
  hash: 4,
  zset2: 5,
  setIntset: 11,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
} as const

const byte = (value: number): Bytes => String.fromCharCode(value)
const reversed = (bytes: Bytes): Bytes => [...bytes].reverse().join('')

// ---- Writing ------------------------------------------------------------------------------------------------------

function writeLength(length: number): Bytes {
  if (length < 64) return byte(length)
  if (length < 16_384) return byte(0x40 | (length >> 8)) + byte(length & 0xff)
  return byte(0x80) + reversed(packInteger(length, 4))
}

/** Integers of up to 32 bits are packed; compressing is left to the real server, which reads both. */
function writeString(bytes: Bytes): Bytes {
  const value = bytes.length <= 11 ? parseInt64(bytes) : null
  if (value !== null) {
    const width = [1, 2, 4].findIndex((size) => BigInt.asIntN(size * 8, BigInt(value)) === BigInt(value))
    if (width >= 0) return byte(0xc0 | width) + packInteger(value, 1 << width)
  }
  return writeLength(bytes.length) + bytes
}

const writeStrings = (items: readonly Bytes[]): Bytes => items.map(writeString).join('')

/** list-max-listpack-size -2: bytes in one node of a quicklist. */
const NODE_BYTES = 8192
/** What an element takes beside its bytes, at most. */
const ENTRY_OVERHEAD = 10
const PACKED_NODE = 2

function writeList(list: List): Bytes {
  const nodes: Bytes[][] = []
  let room = 0
  for (const item of list.items()) {
    const size = item.length + ENTRY_OVERHEAD
    if (size > room) {
      nodes.push([])
      room = NODE_BYTES
    }
    nodes.at(-1)!.push(item)
    room -= size
  }
  const written = nodes.map((items) => byte(PACKED_NODE) + writeString(packList(items)))
  return byte(TYPE.listQuicklist2) + writeLength(nodes.length) + written.join('')
}

/** Greatest magnitude of a score that a listpack holds as an integer. */
const INTEGER_SCORE_MAX = 4.6e18

const scoreText = (score: number): Bytes =>
  Number.isInteger(score) && Math.abs(score) < INTEGER_SCORE_MAX ? String(BigInt(score)) : formatDouble(score)

const scratch = new DataView(new ArrayBuffer(8))

function writeDouble(value: number): Bytes {
  scratch.setFloat64(0, value, true)
  let bytes = ''
  for (let at = 0; at < 8; at++) bytes += byte(scratch.getUint8(at))
  return bytes
}

function writeZset({ encoding, order, scores }: ZsetValue): Bytes {
  const pairs = treeSlice(order, 0, scores.size)
  if (encoding === 'listpack') {
    const items = pairs.flatMap(({ member, score }) => [member, scoreText(score)])
    return byte(TYPE.zsetListpack) + writeString(packList(items))
  }
  // The greatest first, so that a reader inserts each at the head of its skiplist.
  const written = pairs.reverse().map(({ member, score }) => writeString(member) + writeDouble(score))
  return byte(TYPE.zset2) + writeLength(pairs.length) + written.join('')
}

function writeHash(hash: HashValue): Bytes {
  const pairs = hashPairs(hash)
  if (hash.encoding === 'listpack') return byte(TYPE.hashListpack) + writeString(packList(pairs))
  return byte(TYPE.hash) + writeLength(pairs.length / 2) + writeStrings(pairs)
}

function writeValue(value: Value): Bytes {
  switch (value.type) {
    case 'string':
      return byte(TYPE.string) + writeString(value.bytes)
    case 'list':
      return writeList(value.list)
    case 'hash':
      return writeHash(value)
    case 'set': {
      const members = setMembers(value)
      if (value.encoding === 'intset') return byte(TYPE.setIntset) + writeString(packIntegers(members))
      return byte(TYPE.set) + writeLength(members.length) + writeStrings(members)
    }
    case 'zset':
      return writeZset(value)
  }
}

/** The payload of DUMP, RESTORE and MIGRATE. */
export function dumpValue(value: Value): Bytes {
  const body = writeValue(value) + packInteger(VERSION, 2)
  return body + crc64(body, body.length)
}

// ---- Reading ------------------------------------------------------------------------------------------------------

/** False: the payload is damaged, or of a version that 7.0 does not know. */
export function isDump(payload: Bytes): boolean {
  if (payload.length < FOOTER_BYTES) return false
  const version = unpackUnsigned(payload, payload.length - FOOTER_BYTES, 2)
  return version <= VERSION && payload.endsWith(crc64(payload, payload.length - 8))
}

/** The value of a payload whose checksum is right; null: it is no value, or of a kind that is not modelled. */
export function restoreValue(payload: Bytes): Value | null {
  const reader = new Reader(payload.slice(0, -FOOTER_BYTES))
  const value = reader.value()
  return reader.damaged || !reader.done ? null : value
}

/** Reads one value. Once `damaged`, everything that it gives is without meaning. */
class Reader {
  damaged = false
  private at = 0

  constructor(private readonly bytes: Bytes) {}

  get done(): boolean {
    return this.at === this.bytes.length
  }

  value(): Value | null {
    const type = this.take(1).charCodeAt(0)
    switch (type) {
      case TYPE.string:
        return stringValue(this.string())
      case TYPE.list:
        return listOf(this.strings(this.length()))
      case TYPE.set:
        return setOf(this.strings(this.length()))
      case TYPE.hash:
        return hashOf(this.strings(2 * this.length()))
      case TYPE.zset2:
        return zsetFrom(this.scored(this.length()))
      case TYPE.setIntset:
        return setOf(this.unpacked(unpackIntegers))
      case TYPE.hashListpack:
        return hashOf(this.unpacked(unpackList))
      case TYPE.zsetListpack:
        return zsetFrom(this.pairs(this.unpacked(unpackList)))
      case TYPE.listQuicklist2:
        return listOf(this.nodes(this.length()))
      default:
        return null
    }
  }

  private fail(): void {
    this.damaged = true
  }

  private take(count: number): Bytes {
    if (this.at + count > this.bytes.length) this.fail()
    const bytes = this.bytes.slice(this.at, this.at + count)
    this.at += count
    return bytes
  }

  private length(): number {
    const first = this.take(1).charCodeAt(0)
    if (first < 0x40) return first
    if (first < 0x80) return ((first & 0x3f) << 8) | this.take(1).charCodeAt(0)
    if (first === 0x80) return unpackUnsigned(reversed(this.take(4)), 0, 4)
    this.fail()
    return 0
  }

  private string(): Bytes {
    const first = this.bytes.charCodeAt(this.at)
    if (first < 0xc0 || Number.isNaN(first)) return this.take(this.length())
    this.at++
    if (first <= 0xc2) {
      const width = 1 << (first & 3)
      const bytes = this.take(width)
      return this.damaged ? '' : unpackSigned(bytes, 0, width)
    }
    const [packedLength, length] = [this.length(), this.length()]
    const text = first === 0xc3 ? unpackLzf(this.take(packedLength), length) : null
    if (text === null) this.fail()
    return text ?? ''
  }

  private strings(count: number): Bytes[] {
    const items: Bytes[] = []
    while (items.length < count && !this.damaged) items.push(this.string())
    return items
  }

  private scored(count: number): Scored[] {
    const pairs: Scored[] = []
    while (pairs.length < count && !this.damaged) {
      const member = this.string()
      const bytes = this.take(8)
      for (let at = 0; at < 8; at++) scratch.setUint8(at, bytes.charCodeAt(at))
      pairs.push(this.pair(member, scratch.getFloat64(0, true)))
    }
    return pairs
  }

  private pair(member: Bytes, score: number): Scored {
    if (Number.isNaN(score)) this.fail()
    return { member, score }
  }

  private pairs(items: readonly Bytes[]): Scored[] {
    if (items.length % 2 !== 0) this.fail()
    return items.flatMap((member, at) =>
      at % 2 === 0 ? [this.pair(member, parseDouble(items[at + 1] ?? '') ?? Number.NaN)] : [],
    )
  }

  private unpacked(unpack: (bytes: Bytes) => Bytes[] | null): Bytes[] {
    const items = unpack(this.string())
    if (items === null) this.fail()
    return items ?? []
  }

  private nodes(count: number): Bytes[] {
    const items: Bytes[] = []
    for (let node = 0; node < count && !this.damaged; node++) {
      if (this.length() === PACKED_NODE) for (const item of this.unpacked(unpackList)) items.push(item)
      else items.push(this.string())
    }
    return items
  }
}

function listOf(items: readonly Bytes[]): Value | null {
  return items.length === 0 ? null : { type: 'list', list: List.from(items) }
}

function hashOf(pairs: readonly Bytes[]): Value | null {
  if (pairs.length === 0 || pairs.length % 2 !== 0) return null
  let hash = EMPTY_HASH
  for (let at = 0; at < pairs.length; at += 2) hash = hashSet(hash, pairs[at]!, pairs[at + 1]!)
  return hash
}
