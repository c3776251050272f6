import { Heap } from '../base/heap.ts'
import type { Protocol } from '../machine/machine.ts'
import { Refusal } from './plan.ts'

/** Events that are still to come or waiting; over this the run stops with an error, it does not eat the machine. */
export const QUEUE_MAX = 200_000

/** What waits in the queue. */
export type Kind = 'deliver' | 'timer' | 'disk' | 'stream'

/** One shape for all kinds keeps the loop monomorphic. Immutable once created. */
export class Scheduled<P extends Protocol> {
  constructor(
    readonly time: number,
    readonly seq: number,
    readonly kind: Kind,
    readonly actor: number,
    /** Sender of a message, number of a timer, entropy of an arrival. */
    readonly detail: number,
    readonly message: P['message'] | null,
    readonly sentAt: number,
    /** Its name: people call messages by it. It stays when the place in the order changes. */
    readonly number = seq,
  ) {}

  /** The same at another time, and at another place among what happens then. */
  at(time: number, seq = this.seq): Scheduled<P> {
    return new Scheduled<P>(time, seq, this.kind, this.actor, this.detail, this.message, this.sentAt, this.number)
  }
}

/** What is to come, ordered by (time, seq). It hands out the sequence numbers. */
export class EventQueue<P extends Protocol> {
  private readonly heap = new Heap<Scheduled<P>>()
  private next = 0

  /** A fresh sequence number. */
  number(): number {
    return this.next++
  }

  peek(): Scheduled<P> | undefined {
    return this.heap.peek()
  }

  pop(): Scheduled<P> | undefined {
    return this.heap.pop()
  }

  push(item: Scheduled<P>): void {
    if (this.heap.size >= QUEUE_MAX) throw new Refusal(`more than ${QUEUE_MAX} events are waiting: the run was stopped`)
    this.heap.push(item)
  }

  /** Takes out what `test` picks. Linear; for rare acts. */
  remove(test: (item: Scheduled<P>) => boolean): void {
    this.heap.filter((item) => !test(item))
  }

  unordered(): readonly Scheduled<P>[] {
    return this.heap.unordered()
  }

  snapshot(): { readonly items: readonly Scheduled<P>[]; readonly next: number } {
    return { items: this.heap.snapshot(), next: this.next }
  }

  restore({ items, next }: { readonly items: readonly Scheduled<P>[]; readonly next: number }): void {
    this.heap.load(items)
    this.next = next
  }
}
