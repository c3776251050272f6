import { assert } from '../../base/assert.ts'
import { SLOTS } from './slots.ts'

const WORDS = SLOTS / 32

/** Both ends included, as Redis prints them: `0-5460`. */
export interface SlotRange {
  readonly first: number
  readonly last: number
}

function countBits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

/** An immutable set of hash slots: the bitmap that a bus header carries (2,048 bytes). */
export class SlotSet {
  static readonly none = new SlotSet(new Uint32Array(WORDS), 0)
  static readonly all = new SlotSet(new Uint32Array(WORDS).fill(0xffffffff), SLOTS)

  private constructor(
    private readonly words: Uint32Array,
    /** Number of slots in the set. */
    readonly size: number,
  ) {}

  static of(slots: Iterable<number>): SlotSet {
    const words = new Uint32Array(WORDS)
    for (const slot of slots) words[slot >>> 5]! |= 1 << (slot & 31)
    return SlotSet.fromWords(words)
  }

  static ofRanges(ranges: readonly SlotRange[]): SlotSet {
    const words = new Uint32Array(WORDS)
    for (const { first, last } of ranges) {
      assert(first >= 0 && first <= last && last < SLOTS, 'a range of slots lies in 0 to 16383')
      for (let slot = first; slot <= last; slot++) words[slot >>> 5]! |= 1 << (slot & 31)
    }
    return SlotSet.fromWords(words)
  }

  /** Takes the array over: the caller must not write to it any more. */
  private static fromWords(words: Uint32Array): SlotSet {
    let size = 0
    for (const word of words) size += countBits(word)
    return size === 0 ? SlotSet.none : new SlotSet(words, size)
  }

  has(slot: number): boolean {
    return ((this.words[slot >>> 5]! >>> (slot & 31)) & 1) === 1
  }

  with(slot: number): SlotSet {
    if (this.has(slot)) return this
    const words = this.words.slice()
    words[slot >>> 5]! |= 1 << (slot & 31)
    return new SlotSet(words, this.size + 1)
  }

  without(slot: number): SlotSet {
    if (!this.has(slot)) return this
    const words = this.words.slice()
    words[slot >>> 5]! &= ~(1 << (slot & 31))
    return this.size === 1 ? SlotSet.none : new SlotSet(words, this.size - 1)
  }

  union(other: SlotSet): SlotSet {
    return this === other || other.size === 0
      ? this
      : SlotSet.fromWords(this.words.map((word, at) => word | other.words[at]!))
  }

  minus(other: SlotSet): SlotSet {
    return other.size === 0 ? this : SlotSet.fromWords(this.words.map((word, at) => word & ~other.words[at]!))
  }

  intersect(other: SlotSet): SlotSet {
    return this === other ? this : SlotSet.fromWords(this.words.map((word, at) => word & other.words[at]!))
  }

  /** Some slot is in both. */
  intersects(other: SlotSet): boolean {
    if (this.size === 0 || other.size === 0) return false
    for (let at = 0; at < WORDS; at++) if ((this.words[at]! & other.words[at]!) !== 0) return true
    return false
  }

  /** Every slot of the other is in this one. */
  covers(other: SlotSet): boolean {
    if (this === other || other.size === 0) return true
    if (this.size < other.size) return false
    for (let at = 0; at < WORDS; at++) if ((other.words[at]! & ~this.words[at]!) !== 0) return false
    return true
  }

  equals(other: SlotSet): boolean {
    return this === other || (this.size === other.size && this.words.every((word, at) => word === other.words[at]))
  }

  /** In ascending order. */
  *[Symbol.iterator](): IterableIterator<number> {
    for (let at = 0; at < WORDS; at++) {
      for (let word = this.words[at]!; word !== 0; word &= word - 1) yield at * 32 + 31 - Math.clz32(word & -word)
    }
  }

  ranges(): SlotRange[] {
    const ranges: { first: number; last: number }[] = []
    for (const slot of this) {
      const open = ranges.at(-1)
      if (open !== undefined && open.last === slot - 1) open.last = slot
      else ranges.push({ first: slot, last: slot })
    }
    return ranges
  }
}
