import { assert } from './assert.ts'

/**
 * A persistent list that grows at its end: versions share one backing array, an append by the newest version is O(1),
 * by an older one it copies. Positions are absolute: `start` rises when a prefix is dropped (log compaction).
 */
export class AppendList<T> {
  private constructor(
    private readonly items: T[],
    /** Absolute position of `items[0]`. */
    private readonly origin: number,
    /** Absolute position of the first element. */
    readonly start: number,
    /** Absolute position one past the last element. */
    readonly end: number,
  ) {}

  /** An empty list whose first element will stand at absolute position `start`. */
  static empty<T>(start = 0): AppendList<T> {
    return new AppendList<T>([], start, start, start)
  }

  static from<T>(items: readonly T[], start = 0): AppendList<T> {
    return new AppendList<T>(items.slice(), start, start, start + items.length)
  }

  get length(): number {
    return this.end - this.start
  }

  /** The element at absolute `position`, or undefined outside [start, end). */
  at(position: number): T | undefined {
    return position >= this.start && position < this.end ? this.items[position - this.origin] : undefined
  }

  append(item: T): AppendList<T> {
    const at = this.end - this.origin
    const items = at === this.items.length ? this.items : this.items.slice(this.start - this.origin, at)
    const origin = items === this.items ? this.origin : this.start
    items.push(item)
    return new AppendList(items, origin, this.start, this.end + 1)
  }

  concat(items: readonly T[]): AppendList<T> {
    let list: AppendList<T> = this
    for (const item of items) list = list.append(item)
    return list
  }

  /** The list without the elements at `position` and behind it. */
  truncate(position: number): AppendList<T> {
    assert(position >= this.start && position <= this.end, 'truncate outside the list')
    return position === this.end ? this : new AppendList(this.items, this.origin, this.start, position)
  }

  /** The list without the elements before `position`; copies what stays, so that the prefix can be collected. */
  dropBefore(position: number): AppendList<T> {
    assert(position >= this.start && position <= this.end, 'dropBefore outside the list')
    return position === this.start ? this : AppendList.from(this.slice(position, this.end), position)
  }

  /** A copy of the elements in [from, to), absolute positions clipped to the list. */
  slice(from: number, to: number): T[] {
    const low = Math.max(from, this.start)
    const high = Math.min(to, this.end)
    return low >= high ? [] : this.items.slice(low - this.origin, high - this.origin)
  }

  /** True when both versions share their storage and this one is a prefix of `longer`: then no element needs a look. */
  sharesPrefixWith(longer: AppendList<T>): boolean {
    return this.items === longer.items && this.start === longer.start && this.end <= longer.end
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (let position = this.start; position < this.end; position++) yield this.items[position - this.origin]!
  }
}
