import type { NodeId } from '../base/brand.ts'
import { Violation, type World, type WorldEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import type { Meter, Plan } from './plan.ts'

/** A broken rule and the instant at which it broke. */
export interface Broken {
  /** Position in the plan's invariants. */
  readonly invariant: number
  readonly explanation: string
  readonly actors: readonly NodeId[]
  readonly time: number
  readonly event: number
}

/** What judges and meters remember: immutable values in arrays, copied by a checkpoint. */
export interface CourtRecord {
  readonly memories: readonly unknown[]
  readonly meters: readonly unknown[]
  readonly watched: unknown
  readonly broken: readonly Broken[]
  readonly event: number
}

/** Everybody who looks at the world after each event: judges, meters, and the judge of a lesson's step. */
export class Court<P extends Protocol> {
  broken: readonly Broken[] = []
  private memories: unknown[]
  private meters: unknown[]
  /** A meter that was put in later, for the events after `from` only. */
  private watcher: { readonly meter: Meter<P>; readonly from: number } | null = null
  private watched: unknown = null

  constructor(
    private readonly plan: Plan<P>,
    private readonly world: World<P>,
  ) {
    this.memories = plan.invariants.map((invariant) => invariant.init(world))
    this.meters = plan.meters.map((meter) => meter.init(world))
  }

  memory(invariant: number): unknown {
    return this.memories[invariant]
  }

  meter(id: string): unknown {
    return this.meters[this.plan.meters.findIndex((meter) => meter.id === id)]
  }

  get watchMemory(): unknown {
    return this.watched
  }

  watch(meter: Meter<P> | null, from: number): void {
    this.watcher = meter === null ? null : { meter, from }
    this.watched = meter === null ? null : meter.init(this.world)
  }

  /** Lets everybody look; `tell` hears of each rule that breaks now. */
  sit(event: WorldEvent<P>, number: number, tell: (broken: Broken) => void): void {
    const { invariants, meters } = this.plan
    for (let at = 0; at < invariants.length; at++) {
      const memory = this.memories[at]
      if (memory instanceof Violation) continue
      const next = invariants[at]!.step(memory, this.world, event)
      if (next === memory) continue
      this.memories[at] = next
      if (next instanceof Violation) this.condemn(at, next, number, tell)
    }
    for (let at = 0; at < meters.length; at++) this.meters[at] = meters[at]!.step(this.meters[at], this.world, event)
    const { watcher } = this
    if (watcher !== null && number > watcher.from) this.watched = watcher.meter.step(this.watched, this.world, event)
  }

  private condemn(
    invariant: number,
    { explanation, actors }: Violation,
    event: number,
    tell: (broken: Broken) => void,
  ): void {
    const broken: Broken = { invariant, explanation, actors, time: this.world.now, event }
    this.broken = [...this.broken, broken]
    tell(broken)
  }

  record(event: number): CourtRecord {
    return {
      memories: this.memories.slice(),
      meters: this.meters.slice(),
      watched: this.watched,
      broken: this.broken,
      event,
    }
  }

  restore({ memories, meters, watched, broken, event }: CourtRecord): void {
    this.memories = memories.slice()
    this.meters = meters.slice()
    this.broken = broken
    const { watcher } = this
    this.watched = watcher !== null && event <= watcher.from ? watcher.meter.init(this.world) : watched
  }
}
