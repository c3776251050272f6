import { between } from '../base/prng.ts'
import type { Effect, Machine, Protocol } from '../machine/machine.ts'
import { type DiskCondition, type DiskJob, enqueue } from './storage.ts'

/** What the disks of all actors hold and do: pointers to immutable values, copied by a checkpoint. */
export interface DisksRecord<P extends Protocol> {
  readonly durables: readonly (P['durable'] | null)[]
  readonly previous: readonly (P['durable'] | null)[]
  readonly jobs: readonly (DiskJob<P> | null)[]
}

/** How the disks reach the rest of the world. */
export interface DiskPort {
  condition(actor: number): DiskCondition
  /** 32 bits of the storage stream. */
  entropy(): number
  /** Lets the write of the actor end after so many microseconds; the number of that event. */
  complete(actor: number, afterUs: number): number
}

/** The disks of all actors. One write at a time each; what comes meanwhile goes together in the next. */
export class Disks<P extends Protocol> {
  private durables: (P['durable'] | null)[]
  private previous: (P['durable'] | null)[]
  private jobs: (DiskJob<P> | null)[]

  constructor(
    actors: number,
    private readonly port: DiskPort,
  ) {
    this.durables = new Array<null>(actors).fill(null)
    this.previous = new Array<null>(actors).fill(null)
    this.jobs = new Array<null>(actors).fill(null)
  }

  holds(actor: number): P['durable'] | null {
    return this.durables[actor] ?? null
  }

  isWriting(actor: number): boolean {
    return this.jobs[actor] !== null
  }

  /** Meets a barrier. True when what stands behind it (`effects` from `from` on) must wait for the disk. */
  mustWait(actor: number, value: P['durable'], effects: readonly Effect<P>[], from: number): boolean {
    if (!this.isWriting(actor)) {
      if (value === this.durables[actor]) return false
      const { latencyUs, stalled } = this.port.condition(actor)
      if (latencyUs.high === 0 && !stalled) {
        this.store(actor, value)
        return false
      }
    }
    this.enqueueAll(actor, value, effects, from)
    return true
  }

  /** Every barrier of the list takes its place now: met later, it would write over what others wrote meanwhile. */
  private enqueueAll(actor: number, first: P['durable'], effects: readonly Effect<P>[], from: number): void {
    let value = first
    let begin = from
    for (let at = from; at < effects.length; at++) {
      const effect = effects[at]!
      if (effect.kind !== 'persist') continue
      this.enqueue(actor, value, effects.slice(begin, at))
      value = effect.durable
      begin = at + 1
    }
    this.enqueue(actor, value, begin === effects.length ? [] : effects.slice(begin))
  }

  private enqueue(actor: number, value: P['durable'], tail: readonly Effect<P>[]): void {
    const job = this.jobs[actor] ?? null
    if (job !== null) this.jobs[actor] = enqueue(job, value, tail)
    else this.write(actor, value, [tail])
  }

  private write(actor: number, value: P['durable'], tails: DiskJob<P>['tails'], next: DiskJob<P>['next'] = null): void {
    const { latencyUs, stalled } = this.port.condition(actor)
    const after = stalled ? null : between(this.port.entropy(), latencyUs.low, latencyUs.high)
    const completion = after === null ? null : this.port.complete(actor, after)
    this.jobs[actor] = { value, tails, next, completion }
  }

  private store(actor: number, value: P['durable']): void {
    this.previous[actor] = this.durables[actor] ?? null
    this.durables[actor] = value
  }

  /** The write that `completion` ends is done: gives back what waited for it. Null when there is no such write. */
  written(actor: number, completion: number): DiskJob<P>['tails'] | null {
    const job = this.jobs[actor] ?? null
    if (job === null || job.completion !== completion) return null
    this.store(actor, job.value)
    this.jobs[actor] = null
    if (job.next !== null) this.write(actor, job.next.value, job.next.tails)
    return job.tails
  }

  /** The write under way does not end. */
  stall(actor: number): void {
    const job = this.jobs[actor] ?? null
    if (job !== null) this.jobs[actor] = { ...job, completion: null }
  }

  /** A stall is over: the write under way begins anew. */
  resume(actor: number): void {
    const job = this.jobs[actor] ?? null
    if (job !== null) this.write(actor, job.value, job.tails, job.next)
  }

  /** The power fails: the write under way is lost, torn, or takes the one before with it. */
  crash(actor: number, machine: Machine<P>): void {
    const job = this.jobs[actor] ?? null
    const { onCrash } = this.port.condition(actor)
    if (onCrash === 'torn' && job !== null) {
      this.durables[actor] = machine.tear(this.holds(actor), job.value, this.port.entropy())
    } else if (onCrash === 'lost') this.durables[actor] = this.previous[actor] ?? null
    this.jobs[actor] = null
  }

  record(): DisksRecord<P> {
    return { durables: this.durables.slice(), previous: this.previous.slice(), jobs: this.jobs.slice() }
  }

  restore({ durables, previous, jobs }: DisksRecord<P>): void {
    this.durables = durables.slice()
    this.previous = previous.slice()
    this.jobs = jobs.slice()
  }
}
