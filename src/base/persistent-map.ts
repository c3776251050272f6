import { hashText } from './digest.ts'

/** Bits of a hash that choose a child on one level: 32 children. */
const BITS = 5
/** Shift of the first level. Six levels use up a hash of 30 bits. */
const TOP = 25

/** 30 bits, so that an order by hash is an order of small integers in every engine. */
const hashOf = (key: string): number => hashText(key) >>> 2

/** An entry; entries whose hashes are equal hang on one another. `bitmap` 0 tells a leaf from a branch. */
class Leaf<V> {
  readonly bitmap = 0
  readonly size: number
  /** See {@link PersistentMap.sum}. */
  summed: number | null = null

  constructor(
    readonly hash: number,
    readonly key: string,
    readonly value: V,
    readonly next: Leaf<V> | null,
  ) {
    this.size = next === null ? 1 : next.size + 1
  }
}

class Branch<V> {
  summed: number | null = null

  constructor(
    /** Which of the 32 children are there. */
    readonly bitmap: number,
    readonly size: number,
    readonly children: readonly Node<V>[],
  ) {}
}

type Node<V> = Leaf<V> | Branch<V>

const isLeaf = <V>(node: Node<V>): node is Leaf<V> => node.bitmap === 0

function countBits(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555)
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333)
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}

const bitOf = (hash: number, shift: number): number => 1 << ((hash >>> shift) & 31)
const placeOf = (bitmap: number, bit: number): number => countBits(bitmap & (bit - 1))

function find<V>(root: Node<V> | null, hash: number, key: string): Leaf<V> | null {
  let node = root
  for (let shift = TOP; node !== null; shift -= BITS) {
    if (isLeaf(node)) return findInChain(node, hash, key)
    const bit = bitOf(hash, shift)
    node = (node.bitmap & bit) === 0 ? null : node.children[placeOf(node.bitmap, bit)]!
  }
  return null
}

function findInChain<V>(first: Leaf<V>, hash: number, key: string): Leaf<V> | null {
  if (first.hash !== hash) return null
  let leaf: Leaf<V> | null = first
  while (leaf !== null && leaf.key !== key) leaf = leaf.next
  return leaf
}

function chainWithout<V>(leaf: Leaf<V>, key: string): Leaf<V> | null {
  if (leaf.key === key) return leaf.next
  const next = leaf.next === null ? null : chainWithout(leaf.next, key)
  return next === leaf.next ? leaf : new Leaf(leaf.hash, leaf.key, leaf.value, next)
}

/** Keeps a chain in the order of its keys, so that it does not tell in which order they came. */
function chainWith<V>(leaf: Leaf<V> | null, hash: number, key: string, value: V): Leaf<V> {
  if (leaf === null || key < leaf.key) return new Leaf(hash, key, value, leaf)
  if (leaf.key === key) return new Leaf(hash, key, value, leaf.next)
  return new Leaf(hash, leaf.key, leaf.value, chainWith(leaf.next, hash, key, value))
}

function insert<V>(node: Node<V> | null, shift: number, hash: number, key: string, value: V): Node<V> {
  if (node === null) return new Leaf(hash, key, value, null)
  if (isLeaf(node)) {
    return node.hash === hash ? chainWith(node, hash, key, value) : fork(node, new Leaf(hash, key, value, null), shift)
  }
  const bit = bitOf(hash, shift)
  const place = placeOf(node.bitmap, bit)
  const children = node.children.slice()
  if ((node.bitmap & bit) === 0) {
    children.splice(place, 0, new Leaf(hash, key, value, null))
    return new Branch(node.bitmap | bit, node.size + 1, children)
  }
  const old = children[place]!
  const child = insert(old, shift - BITS, hash, key, value)
  children[place] = child
  return new Branch(node.bitmap, node.size + child.size - old.size, children)
}

/** The smallest tree with two leaves of different hashes. */
function fork<V>(x: Leaf<V>, y: Leaf<V>, shift: number): Node<V> {
  const [bitX, bitY] = [bitOf(x.hash, shift), bitOf(y.hash, shift)]
  const size = x.size + y.size
  if (bitX === bitY) return new Branch(bitX, size, [fork(x, y, shift - BITS)])
  return new Branch(bitX | bitY, size, bitX >>> 0 < bitY >>> 0 ? [x, y] : [y, x])
}

/** The tree without the key, which is in it; a branch never keeps a single leaf, so the shape is that of the content. */
function remove<V>(node: Node<V>, shift: number, hash: number, key: string): Node<V> | null {
  if (isLeaf(node)) return chainWithout(node, key)
  const bit = bitOf(hash, shift)
  const place = placeOf(node.bitmap, bit)
  const child = remove(node.children[place]!, shift - BITS, hash, key)
  if (child === null && node.children.length === 2 && isLeaf(node.children[1 - place]!))
    return node.children[1 - place]!
  if (child === null) return new Branch(node.bitmap & ~bit, node.size - 1, node.children.toSpliced(place, 1))
  if (isLeaf(child) && node.children.length === 1) return child
  return new Branch(node.bitmap, node.size - 1, node.children.with(place, child))
}

function visitAll<V>(node: Node<V> | null, visit: (leaf: Leaf<V>) => void): void {
  if (node === null) return
  if (!isLeaf(node)) for (const child of node.children) visitAll(child, visit)
  else for (let leaf: Leaf<V> | null = node; leaf !== null; leaf = leaf.next) visit(leaf)
}

/** Visits whole chains with a hash of `from` and above, in order, while `visit` says so. False: it was stopped. */
function visitFrom<V>(node: Node<V>, shift: number, from: number, visit: (chain: Leaf<V>) => boolean): boolean {
  if (isLeaf(node)) return node.hash < from || visit(node)
  // Children to the left of the path to `from` hold smaller hashes only, those to its right greater ones.
  const bit = bitOf(from, shift)
  const first = placeOf(node.bitmap, bit)
  for (let place = first; place < node.children.length; place++) {
    const onPath = place === first && (node.bitmap & bit) !== 0
    if (!visitFrom(node.children[place]!, shift - BITS, onPath ? from : 0, visit)) return false
  }
  return true
}

/**
 * A persistent map from strings: a hash array mapped trie (Bagwell 2001) of 32 children a branch. An update copies one
 * path, some hundred nanoseconds up to 100,000 keys; every version survives for rewinding. Its shape, and the order by
 * hash in which it is walked, depend on its content only, never on how it came about.
 */
export class PersistentMap<V> {
  private static readonly none: PersistentMap<never> = new PersistentMap<never>(null)

  private constructor(private readonly root: Node<V> | null) {}

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.none as PersistentMap<V>
  }

  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    let map = PersistentMap.empty<V>()
    for (const [key, value] of entries) map = map.set(key, value)
    return map
  }

  get size(): number {
    return this.root === null ? 0 : this.root.size
  }

  get(key: string): V | undefined {
    return this.root === null ? undefined : find(this.root, hashOf(key), key)?.value
  }

  has(key: string): boolean {
    return this.root !== null && find(this.root, hashOf(key), key) !== null
  }

  set(key: string, value: V): PersistentMap<V> {
    return new PersistentMap(insert(this.root, TOP, hashOf(key), key, value))
  }

  delete(key: string): PersistentMap<V> {
    const hash = hashOf(key)
    if (this.root === null || find(this.root, hash, key) === null) return this
    const root = remove(this.root, TOP, hash, key)
    return root === null ? PersistentMap.empty() : new PersistentMap(root)
  }

  /** All entries sorted by key, so that whatever prints or hashes them is deterministic. */
  entries(): (readonly [string, V])[] {
    return this.unsorted().sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0))
  }

  /** All entries in the order of their hashes: as deterministic, cheaper, and without meaning. */
  unsorted(): (readonly [string, V])[] {
    const all: (readonly [string, V])[] = []
    visitAll(this.root, (leaf) => all.push([leaf.key, leaf.value]))
    return all
  }

  /** Number `index` of {@link unsorted}, from 0 and below `size`: an unbiased choice for a random index. */
  nth(index: number): readonly [key: string, value: V] {
    let node: Node<V> = this.root!
    let rest = index
    while (!isLeaf(node)) {
      let place = 0
      while (rest >= node.children[place]!.size) rest -= node.children[place++]!.size
      node = node.children[place]!
    }
    for (; rest > 0; rest--) node = (node as Leaf<V>).next!
    return [node.key, node.value]
  }

  /**
   * Part of a walk that survives changes: about `count` entries from `cursor` on, and the cursor behind them; 0 starts,
   * and 0 says that all were seen. An entry that is there from the first call to the last is given exactly once.
   */
  scan(cursor: number, count: number): { readonly entries: (readonly [string, V])[]; readonly cursor: number } {
    const entries: (readonly [string, V])[] = []
    let next = 0
    const visit = (chain: Leaf<V>): boolean => {
      next = entries.length < count ? 0 : chain.hash
      if (next !== 0) return false
      for (let leaf: Leaf<V> | null = chain; leaf !== null; leaf = leaf.next) entries.push([leaf.key, leaf.value])
      return true
    }
    if (this.root !== null) visitFrom(this.root, TOP, cursor, visit)
    return { entries, cursor: next }
  }

  /**
   * The sum, modulo 2^32, of `of` over all entries. Each part of the tree remembers its own, so that after a few changes
   * it costs a few calls. Maps that share entries must always be asked with the same function.
   */
  sum(of: (key: string, value: V) => number): number {
    return this.root === null ? 0 : sumOf(this.root, of)
  }
}

function sumOf<V>(node: Node<V>, of: (key: string, value: V) => number): number {
  if (node.summed !== null) return node.summed
  let total = 0
  if (!isLeaf(node)) for (const child of node.children) total = (total + sumOf(child, of)) | 0
  else total = (of(node.key, node.value) + (node.next === null ? 0 : sumOf(node.next, of))) | 0
  node.summed = total
  return total
}
