import { AppendList } from './append-list.ts'

/** How many dead places in front are kept before they are cut off. */
const DEAD_MAX = 32

/**
 * A persistent first-in first-out queue: versions share one {@link AppendList}, a push by the newest version and a shift
 * by any cost O(1) amortised.
 */
export class Fifo<T> {
  private static readonly none: Fifo<never> = new Fifo<never>(AppendList.empty<never>(), 0)

  private constructor(
    private readonly list: AppendList<T>,
    /** Absolute position of the first item. */
    private readonly head: number,
  ) {}

  /** The queue without items. */
  static empty<T>(): Fifo<T> {
    return Fifo.none as Fifo<T>
  }

  get length(): number {
    return this.list.end - this.head
  }

  /** The item that waits longest, or undefined when the queue is empty. */
  first(): T | undefined {
    return this.list.at(this.head)
  }

  push(item: T): Fifo<T> {
    return this.length === 0 ? new Fifo(AppendList.from([item]), 0) : new Fifo(this.list.append(item), this.head)
  }

  /** The queue without its first item; the empty queue stays empty. */
  shift(): Fifo<T> {
    if (this.length <= 1) return Fifo.empty()
    const head = this.head + 1
    const dead = head - this.list.start
    return new Fifo(dead > DEAD_MAX && 2 * dead > this.list.length ? this.list.dropBefore(head) : this.list, head)
  }

  /** The items, oldest first. */
  toArray(): T[] {
    return this.list.slice(this.head, this.list.end)
  }
}
