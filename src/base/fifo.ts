/** How many dead places in front are kept before they are cut off. */
const DEAD_MAX = 32

/**
 * A persistent first-in first-out queue: versions share one array, a push by the newest version and a shift by any cost
 * O(1) amortised; a push by an older version copies. An `AppendList` inside would double what each version allocates.
 */
export class Fifo<T> {
  private constructor(
    private readonly items: T[],
    private readonly head: number,
    /** One past the last item; what stands behind it belongs to newer versions. */
    private readonly end: number,
  ) {}

  /** The queue without items. */
  static empty<T>(): Fifo<T> {
    return new Fifo<T>([], 0, 0)
  }

  get length(): number {
    return this.end - this.head
  }

  /** The item that waits longest, or undefined when the queue is empty. */
  first(): T | undefined {
    return this.head < this.end ? this.items[this.head] : undefined
  }

  push(item: T): Fifo<T> {
    const { items, head, end } = this
    if (end < items.length) return new Fifo([...this.toArray(), item], 0, end - head + 1)
    items.push(item)
    return new Fifo(items, head, end + 1)
  }

  /** The queue without its first item; the empty queue stays empty. */
  shift(): Fifo<T> {
    const { items, head, end } = this
    if (head === end) return this
    const next = head + 1
    // Copies as many as it forgets at most: that is what makes it O(1) on average.
    if (next > DEAD_MAX && 2 * next > end) return new Fifo(items.slice(next, end), 0, end - next)
    return new Fifo(items, next, end)
  }

  /** The items, oldest first. */
  toArray(): T[] {
    return this.items.slice(this.head, this.end)
  }
}
