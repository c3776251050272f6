import { foldLane, hashText } from '../../base/digest.ts'
import { PersistentMap } from '../../base/persistent-map.ts'
import { below } from '../../base/prng.ts'
import type { Bytes } from './bytes.ts'
import {
  type ScoreTree,
  treeAt,
  treeCount,
  treeFrom,
  treeInsert,
  treeRemove,
  treeSize,
  treeSlice,
} from './score-tree.ts'
import { keySlot, SLOTS } from './slots.ts'
import { hashValue, type Value } from './values.ts'

/** A key's value and when it ends (Unix ms; null: never). A write makes a new entry, so identity tells "unchanged". */
export interface Entry {
  readonly value: Value
  readonly expireAtMs: number | null
}

/** A key in its slot. `born`: its number in the order in which keys were added; a new value keeps it. */
interface Item {
  readonly key: Bytes
  readonly entry: Entry
  readonly born: number
}

/** Up to this many keys a slot is a plain array; it becomes one again at half of it. */
const FEW = 16

/** Order of a key in a walk through its slot. */
const position = (key: Bytes): number => hashText(key) >>> 2

const hashItem = (key: Bytes, { entry }: Item): number =>
  foldLane(foldLane(hashText(key), hashValue(entry.value)), entry.expireAtMs ?? -1)

type Scan = { readonly items: readonly Item[]; readonly cursor: number }

/** The keys of one slot while they are few: in the order of their birth. */
class Few {
  private summed: number | null = null
  constructor(readonly items: readonly Item[]) {}

  get size(): number {
    return this.items.length
  }

  private indexOf(key: Bytes): number {
    const { items } = this
    for (let at = 0; at < items.length; at++) if (items[at]!.key === key) return at
    return -1
  }

  get(key: Bytes): Item | undefined {
    const { items } = this
    for (let at = 0; at < items.length; at++) if (items[at]!.key === key) return items[at]
    return undefined
  }

  set(item: Item): Bucket {
    const at = this.indexOf(item.key)
    const items = this.items.slice()
    items[at < 0 ? items.length : at] = item
    return items.length <= FEW ? new Few(items) : Many.of(items)
  }

  delete(key: Bytes): Bucket | undefined {
    const items = this.items.filter((item) => item.key !== key)
    return items.length === 0 ? undefined : new Few(items)
  }

  newest(max: number): Bytes[] {
    return this.items
      .slice(Math.max(0, this.items.length - max))
      .map(({ key }) => key)
      .reverse()
  }

  nth(index: number): Item {
    return this.items[index]!
  }

  all(): readonly Item[] {
    return this.items
  }

  scan(cursor: number): Scan {
    return { items: cursor === 0 ? this.items : this.items.filter(({ key }) => position(key) >= cursor), cursor: 0 }
  }

  sum(): number {
    this.summed ??= this.items.reduce((total, item) => (total + hashItem(item.key, item)) | 0, 0)
    return this.summed
  }
}

/** The keys of one slot when they are many: found by hash, listed by birth. */
class Many {
  private constructor(
    private readonly map: PersistentMap<Item>,
    private readonly order: ScoreTree,
  ) {}

  static of(items: readonly Item[]): Many {
    const pairs = items.map(({ key, born }) => ({ score: born, member: key }))
    return new Many(PersistentMap.from(items.map((item) => [item.key, item])), treeFrom(pairs))
  }

  get size(): number {
    return this.map.size
  }

  get(key: Bytes): Item | undefined {
    return this.map.get(key)
  }

  set(item: Item): Bucket {
    const map = this.map.set(item.key, item)
    return new Many(map, map.size === this.map.size ? this.order : treeInsert(this.order, item.born, item.key))
  }

  delete(key: Bytes): Bucket {
    const map = this.map.delete(key)
    const many = new Many(map, treeRemove(this.order, this.map.get(key)!.born, key))
    return map.size > FEW / 2 ? many : new Few(many.all())
  }

  newest(max: number): Bytes[] {
    return treeSlice(this.order, this.size - max, this.size)
      .map(({ member }) => member)
      .reverse()
  }

  nth(index: number): Item {
    return this.map.get(treeAt(this.order!, index).member)!
  }

  all(): readonly Item[] {
    return treeSlice(this.order, 0, this.size).map(({ member }) => this.map.get(member)!)
  }

  scan(from: number, count: number): Scan {
    const { entries, cursor } = this.map.scan(from, count)
    return { items: entries.map(([, item]) => item), cursor }
  }

  sum(): number {
    return this.map.sum(hashItem)
  }
}

type Bucket = Few | Many

/** A part of the trie by slot: 5, 5 and 4 bits of the slot's number choose the child. */
class Fork<C extends { readonly size: number; sum(): number }> {
  private summed: number | null = null
  constructor(
    readonly children: readonly (C | undefined)[],
    readonly size: number,
  ) {}

  static empty<C extends { readonly size: number; sum(): number }>(width: number): Fork<C> {
    return new Fork<C>(new Array<C | undefined>(width).fill(undefined), 0)
  }

  /** With another child, which holds `more` keys more than the one that is there. */
  with(at: number, child: C | undefined, more: number): Fork<C> {
    const children = this.children.slice()
    children[at] = child
    return new Fork(children, this.size + more)
  }

  sum(): number {
    this.summed ??= this.children.reduce((total, child) => (total + (child?.sum() ?? 0)) | 0, 0)
    return this.summed
  }
}

type Twig = Fork<Bucket>
type Branch = Fork<Twig>
const NO_TWIG: Twig = Fork.empty<Bucket>(16)
const NO_BRANCH: Branch = Fork.empty<Twig>(32)

/** Factor between a slot's number and a position inside it, in a cursor of SCAN. */
const POSITIONS = 0x4000_0000

/**
 * All keys of a node, persistent: a trie by slot whose leaves hold the keys of one slot, so that counting, listing and
 * dropping a slot is cheap. A write copies one path, well under a microsecond at 100,000 keys.
 */
export class Keyspace {
  static readonly empty = new Keyspace(Fork.empty<Branch>(32), null, 0)

  private constructor(
    private readonly root: Fork<Branch>,
    /** Keys that end, by time. */
    private readonly ends: ScoreTree,
    private readonly births: number,
  ) {}

  get size(): number {
    return this.root.size
  }

  /** Number of keys that have a time to live. */
  get expiring(): number {
    return treeSize(this.ends)
  }

  /** 32 bits of all keys, values and times; parts that did not change are not looked at again. */
  get hash(): number {
    return foldLane(this.root.sum(), this.size)
  }

  private bucket(slot: number): Bucket | undefined {
    return this.root.children[slot >>> 9]?.children[(slot >>> 4) & 31]?.children[slot & 15]
  }

  /** With another bucket, which holds `more` keys more than the one that is there. */
  private withBucket(
    slot: number,
    bucket: Bucket | undefined,
    more: number,
    ends: ScoreTree,
    births: number,
  ): Keyspace {
    const branch = this.root.children[slot >>> 9] ?? NO_BRANCH
    const twig = (branch.children[(slot >>> 4) & 31] ?? NO_TWIG).with(slot & 15, bucket, more)
    const grown = branch.with((slot >>> 4) & 31, twig.size === 0 ? undefined : twig, more)
    return new Keyspace(this.root.with(slot >>> 9, grown.size === 0 ? undefined : grown, more), ends, births)
  }

  /** `slot`: the key's, when the caller knows it. An entry whose time has passed is still there. */
  get(key: Bytes, slot: number = keySlot(key)): Entry | undefined {
    return this.bucket(slot)?.get(key)?.entry
  }

  has(key: Bytes): boolean {
    return this.get(key) !== undefined
  }

  set(key: Bytes, entry: Entry, slot: number = keySlot(key)): Keyspace {
    const bucket = this.bucket(slot)
    const old = bucket?.get(key)
    const item = { key, entry, born: old === undefined ? this.births : old.born }
    const grown = bucket === undefined ? new Few([item]) : bucket.set(item)
    const ends = moveEnd(this.ends, key, old === undefined ? null : old.entry.expireAtMs, entry.expireAtMs)
    if (old !== undefined) return this.withBucket(slot, grown, 0, ends, this.births)
    return this.withBucket(slot, grown, 1, ends, this.births + 1)
  }

  /** The same keyspace when the key is not there. */
  delete(key: Bytes, slot: number = keySlot(key)): Keyspace {
    const bucket = this.bucket(slot)
    const old = bucket?.get(key)
    if (bucket === undefined || old === undefined) return this
    return this.withBucket(
      slot,
      bucket.delete(key),
      -1,
      moveEnd(this.ends, key, old.entry.expireAtMs, null),
      this.births,
    )
  }

  /** Without any key of the slot. */
  deleteSlot(slot: number): Keyspace {
    const bucket = this.bucket(slot)
    if (bucket === undefined) return this
    const ends = bucket
      .all()
      .reduce<ScoreTree>((left, { key, entry }) => moveEnd(left, key, entry.expireAtMs, null), this.ends)
    return this.withBucket(slot, undefined, -bucket.size, ends, this.births)
  }

  countInSlot(slot: number): number {
    return this.bucket(slot)?.size ?? 0
  }

  /** Up to `max` keys of the slot, the one added last first (as 7.0 lists them). */
  keysInSlot(slot: number, max: number): Bytes[] {
    return max <= 0 ? [] : (this.bucket(slot)?.newest(max) ?? [])
  }

  /** Every key, by slot, in a slot by birth. */
  *entries(): IterableIterator<readonly [key: Bytes, entry: Entry]> {
    for (const branch of this.root.children) {
      for (const twig of branch?.children ?? []) {
        for (const bucket of twig?.children ?? []) {
          for (const { key, entry } of bucket?.all() ?? []) yield [key, entry]
        }
      }
    }
  }

  /** A key chosen uniformly by 32 random bits; undefined when there is none. */
  randomKey(entropy: number): Bytes | undefined {
    if (this.size === 0) return undefined
    let rest = below(entropy, this.size)
    const pick = <C extends { readonly size: number; sum(): number }>(fork: Fork<C>): C => {
      for (const child of fork.children) {
        if (child === undefined) continue
        if (rest < child.size) return child
        rest -= child.size
      }
      return fork.children[0]!
    }
    return pick(pick(pick(this.root))).nth(rest).key
  }

  /** Up to `max` keys whose time has passed (strictly before `nowMs`), the longest past first. */
  expired(nowMs: number, max: number): Bytes[] {
    const count = treeCount(this.ends, (endMs) => endMs < nowMs)
    return treeSlice(this.ends, 0, Math.min(count, max)).map(({ member }) => member)
  }

  /** When the first key ends, in Unix ms; null when none does. */
  get firstEndMs(): number | null {
    return this.ends === null ? null : treeAt(this.ends, 0).score
  }

  /**
   * Part of a walk over all keys: about `count` of them from `cursor` on (a safe integer; 0 starts), and the cursor
   * behind them (0: all were seen). A key that is there from the first call to the last is given at least once.
   */
  scan(cursor: number, count: number): { readonly keys: (readonly [Bytes, Entry])[]; readonly cursor: number } {
    const keys: (readonly [Bytes, Entry])[] = []
    let inside = cursor % POSITIONS
    let slot = this.nextSlot(Math.floor(cursor / POSITIONS))
    if (slot * POSITIONS > cursor) inside = 0
    while (slot < SLOTS && keys.length < count) {
      const part = this.bucket(slot)!.scan(inside, count - keys.length)
      for (const { key, entry } of part.items) keys.push([key, entry])
      inside = part.cursor
      if (inside === 0) slot = this.nextSlot(slot + 1)
    }
    return { keys, cursor: slot >= SLOTS ? 0 : slot * POSITIONS + inside }
  }

  /** The first slot from `from` on that holds a key; SLOTS when there is none. */
  private nextSlot(from: number): number {
    for (let slot = from; slot < SLOTS; ) {
      const branch = this.root.children[slot >>> 9]
      const twig = branch?.children[(slot >>> 4) & 31]
      if (branch === undefined) slot = ((slot >>> 9) + 1) << 9
      else if (twig === undefined) slot = ((slot >>> 4) + 1) << 4
      else if (twig.children[slot & 15] === undefined) slot++
      else return slot
    }
    return SLOTS
  }
}

/** The times without the key's old one and with its new one. */
function moveEnd(ends: ScoreTree, key: Bytes, oldMs: number | null, newMs: number | null): ScoreTree {
  if (oldMs === newMs) return ends
  const rest = oldMs === null ? ends : treeRemove(ends, oldMs, key)
  return newMs === null ? rest : treeInsert(rest, newMs, key)
}
