import { hashText } from '../../base/digest.ts'
import type { Bytes } from './bytes.ts'

/** Elements a chunk in the middle; the ends hold up to as many. */
const CHUNK = 128

type Chunk = readonly Bytes[]

/** Factor of the polynomial hash: odd, so that order matters and nothing is lost. */
const FACTOR = 0x01000193
const NO_ITEMS: Chunk = []

/** Hashes of chunks, which many versions of a list share. */
const chunkHashes = new WeakMap<Chunk, number>()

function hashItems(items: Chunk): number {
  let hash = 0
  for (const item of items) hash = (Math.imul(hash, FACTOR) + hashText(item)) | 0
  return hash
}

function hashChunk(chunk: Chunk): number {
  const known = chunkHashes.get(chunk)
  if (known !== undefined) return known
  const hash = hashItems(chunk)
  chunkHashes.set(chunk, hash)
  return hash
}

/** FACTOR to the power of `exponent`, modulo 2^32. */
function factorPower(exponent: number): number {
  let [power, base] = [1, FACTOR]
  for (let rest = exponent; rest > 0; rest >>>= 1) {
    if ((rest & 1) === 1) power = Math.imul(power, base)
    base = Math.imul(base, base)
  }
  return power
}

/**
 * A persistent list of byte strings with cheap ends: head and tail of up to 128 elements around chunks of exactly 128.
 * A push or a pop copies one end; changes in the middle build the list anew, as they walk through it anyway.
 */
export class List {
  static readonly empty = new List(NO_ITEMS, [], NO_ITEMS)

  private constructor(
    private readonly head: Chunk,
    private readonly middle: readonly Chunk[],
    private readonly tail: Chunk,
  ) {}

  static from(items: readonly Bytes[]): List {
    if (items.length === 0) return List.empty
    const full = Math.max(0, Math.floor((items.length - 1) / CHUNK))
    const middle = Array.from({ length: full }, (_, at) => items.slice(at * CHUNK, (at + 1) * CHUNK))
    return new List(NO_ITEMS, middle, items.slice(full * CHUNK))
  }

  get length(): number {
    return this.head.length + this.middle.length * CHUNK + this.tail.length
  }

  pushLeft(item: Bytes): List {
    if (this.head.length < CHUNK) return new List([item, ...this.head], this.middle, this.tail)
    return new List([item], [this.head, ...this.middle], this.tail)
  }

  pushRight(item: Bytes): List {
    if (this.tail.length < CHUNK) return new List(this.head, this.middle, [...this.tail, item])
    return new List(this.head, [...this.middle, this.tail], [item])
  }

  /** Without the first `count` elements. */
  dropLeft(count: number): List {
    if (count >= this.length) return List.empty
    if (count <= this.head.length) return new List(this.head.slice(count), this.middle, this.tail)
    const rest = count - this.head.length
    const chunks = Math.floor(rest / CHUNK)
    if (chunks >= this.middle.length) {
      return new List(NO_ITEMS, [], this.tail.slice(rest - this.middle.length * CHUNK))
    }
    return new List(this.middle[chunks]!.slice(rest % CHUNK), this.middle.slice(chunks + 1), this.tail)
  }

  /** Without the last `count` elements. */
  dropRight(count: number): List {
    if (count >= this.length) return List.empty
    if (count <= this.tail.length) return new List(this.head, this.middle, this.tail.slice(0, this.tail.length - count))
    const rest = count - this.tail.length
    const chunks = Math.floor(rest / CHUNK)
    if (chunks >= this.middle.length) {
      return new List(this.head.slice(0, this.head.length - (rest - this.middle.length * CHUNK)), [], NO_ITEMS)
    }
    const last = this.middle.length - chunks - 1
    return new List(this.head, this.middle.slice(0, last), this.middle[last]!.slice(0, CHUNK - (rest % CHUNK)))
  }

  /** The element at `index` from 0; undefined outside. */
  at(index: number): Bytes | undefined {
    if (index < 0) return undefined
    if (index < this.head.length) return this.head[index]
    const inner = index - this.head.length
    const chunk = this.middle[Math.floor(inner / CHUNK)]
    return chunk === undefined ? this.tail[inner - this.middle.length * CHUNK] : chunk[inner % CHUNK]
  }

  /** With another element at `index`, which is inside. */
  with(index: number, item: Bytes): List {
    if (index < this.head.length) return new List(this.head.with(index, item), this.middle, this.tail)
    const inner = index - this.head.length
    const at = Math.floor(inner / CHUNK)
    const chunk = this.middle[at]
    if (chunk === undefined) {
      return new List(this.head, this.middle, this.tail.with(inner - this.middle.length * CHUNK, item))
    }
    return new List(this.head, this.middle.with(at, chunk.with(inner % CHUNK, item)), this.tail)
  }

  /** The elements from index `from` up to and without `to`, both inside. */
  slice(from: number, to: number): Bytes[] {
    const items: Bytes[] = []
    let at = from
    while (at < to) {
      const inner = at - this.head.length
      const index = Math.floor(inner / CHUNK)
      const chunk = inner < 0 ? this.head : (this.middle[index] ?? this.tail)
      const start = inner < 0 ? 0 : this.head.length + Math.min(index, this.middle.length) * CHUNK
      for (const end = Math.min(to, start + chunk.length); at < end; at++) items.push(chunk[at - start]!)
    }
    return items
  }

  /** All elements, first to last. */
  items(): Bytes[] {
    return [...this.head, ...this.middle.flat(), ...this.tail]
  }

  /** 32 bits of the elements in their order, whatever the chunks are. */
  hash(): number {
    let hash = 0
    for (const chunk of this.chunks()) hash = (Math.imul(hash, factorPower(chunk.length)) + hashChunk(chunk)) | 0
    return hash
  }

  private *chunks(): IterableIterator<Chunk> {
    yield this.head
    yield* this.middle
    yield this.tail
  }
}
