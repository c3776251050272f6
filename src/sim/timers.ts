import type { Protocol } from '../machine/machine.ts'
import { type EventQueue, Scheduled } from './queue.ts'

const NEVER = -1
/** Sections of the table: when a timer fires, its sequence number, when its entry in the queue pops, what a pause left. */
const DUE = 0
const SEQ = 1
const QUEUED = 2
const LEFT = 3
const SECTIONS = 4

/**
 * Every timer of every actor in one table, so that a checkpoint is one copy (of a plain array: small typed ones are slow
 * to make). Resetting a timer to a later time leaves
 * its old entry in the queue, where {@link settle} pushes it back when it pops: heartbeats reset election timers all
 * the time, and the queue must not fill with dead entries.
 */
export class Timers<P extends Protocol> {
  private table: number[]
  private readonly section: number

  constructor(
    actors: number,
    private readonly perActor: number,
    private readonly queue: EventQueue<P>,
  ) {
    this.section = actors * perActor
    this.table = new Array<number>(SECTIONS * this.section).fill(NEVER)
  }

  private slot(actor: number, timer: number): number {
    return actor * this.perActor + timer
  }

  /** Sets or resets; at most one of a number is running. */
  arm(actor: number, timer: number, due: number): void {
    const slot = this.slot(actor, timer)
    const { table, section } = this
    table[DUE * section + slot] = due
    table[SEQ * section + slot] = this.queue.number()
    const entry = table[QUEUED * section + slot]!
    if (entry === NEVER || entry > due) this.enqueue(actor, timer)
  }

  clear(actor: number, timer: number): void {
    this.table[DUE * this.section + this.slot(actor, timer)] = NEVER
  }

  clearAll(actor: number): void {
    for (let timer = 0; timer < this.perActor; timer++) this.clear(actor, timer)
  }

  /** When it fires; null when it is not running. */
  due(actor: number, timer: number): number | null {
    const due = this.table[DUE * this.section + this.slot(actor, timer)]!
    return due === NEVER ? null : due
  }

  /** The timer has fired. */
  fired(actor: number, timer: number): void {
    const slot = this.slot(actor, timer)
    this.table[DUE * this.section + slot] = NEVER
    this.table[QUEUED * this.section + slot] = NEVER
  }

  /** Stops all timers of the actor and remembers what was left of them. */
  freeze(actor: number, now: number): void {
    for (let timer = 0; timer < this.perActor; timer++) {
      const due = this.due(actor, timer)
      this.table[LEFT * this.section + this.slot(actor, timer)] = due === null ? NEVER : due - now
      this.clear(actor, timer)
    }
  }

  thaw(actor: number, now: number): void {
    for (let timer = 0; timer < this.perActor; timer++) {
      const left = this.table[LEFT * this.section + this.slot(actor, timer)]!
      if (left !== NEVER) this.arm(actor, timer, now + left)
    }
  }

  private enqueue(actor: number, timer: number): void {
    const slot = this.slot(actor, timer)
    const { table, section } = this
    const due = table[DUE * section + slot]!
    table[QUEUED * section + slot] = due
    this.queue.push(new Scheduled<P>(due, table[SEQ * section + slot]!, 'timer', actor, timer, null, 0))
  }

  /** Takes entries off the head of the queue whose timers were cleared or moved to a later time; returns the head. */
  settle(): Scheduled<P> | undefined {
    for (;;) {
      const head = this.queue.peek()
      if (head === undefined || head.kind !== 'timer') return head
      const { actor, detail: timer, time } = head
      const slot = this.slot(actor, timer)
      const due = this.table[DUE * this.section + slot]!
      const isCurrent = this.table[QUEUED * this.section + slot] === time
      if (isCurrent && due === time) return head
      this.queue.pop()
      if (!isCurrent) continue
      this.table[QUEUED * this.section + slot] = NEVER
      if (due !== NEVER) this.enqueue(actor, timer)
    }
  }

  snapshot(): readonly number[] {
    return this.table.slice()
  }

  restore(table: readonly number[]): void {
    this.table = table.slice()
  }
}
