/** What the event queue orders by: first the time, then the order in which it was scheduled. */
export interface Ordered {
  readonly time: number
  readonly seq: number
}

const before = (x: Ordered, y: Ordered): boolean => x.time < y.time || (x.time === y.time && x.seq < y.seq)

/** A binary min-heap of immutable items over one array, so that a checkpoint is one `slice`. */
export class Heap<T extends Ordered> {
  private items: T[] = []

  get size(): number {
    return this.items.length
  }

  peek(): T | undefined {
    return this.items[0]
  }

  push(item: T): void {
    const items = this.items
    let at = items.length
    items.push(item)
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = items[parent]!
      if (!before(item, above)) break
      items[at] = above
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.items
    const top = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return top
    this.sink(0, last)
    return top
  }

  private sink(start: number, item: T): void {
    const items = this.items
    const half = items.length >> 1
    let at = start
    while (at < half) {
      let child = 2 * at + 1
      let least = items[child]!
      const right = items[child + 1]
      if (right !== undefined && before(right, least)) {
        child++
        least = right
      }
      if (before(item, least)) break
      items[at] = least
      at = child
    }
    items[at] = item
  }

  /** Every item, in no particular order. Do not keep the array: the heap changes it in place. */
  unordered(): readonly T[] {
    return this.items
  }

  /** Keeps the items for which `keep` is true. Linear; for rare acts, not for the event loop. */
  filter(keep: (item: T) => boolean): void {
    this.load(this.items.filter(keep))
  }

  snapshot(): readonly T[] {
    return this.items.slice()
  }

  /** Replaces the content, by a snapshot (already in heap order) or by any list. */
  load(items: readonly T[]): void {
    this.items = items.slice()
    for (let at = (this.items.length >> 1) - 1; at >= 0; at--) this.sink(at, this.items[at]!)
  }
}
