import type { Lab } from '../engine/lab.ts'
import { Run, type Script, ScriptRefusal } from '../engine/run.ts'
import type { Protocol } from '../machine/machine.ts'
import { Refusal } from '../sim/plan.ts'
import type { Simulation } from '../sim/simulation.ts'

/** How a headless run came to its end. */
export type Ending =
  /** It reached its end and every rule held, or it stopped where a rule broke. */
  | { readonly kind: 'ended' }
  /** The world refused the act with this number when its time came. */
  | { readonly kind: 'refused'; readonly act: number; readonly timeUs: number; readonly reason: string }
  /** A limit of the simulator was reached. */
  | { readonly kind: 'stopped'; readonly timeUs: number; readonly reason: string }

/** A broken rule, told apart from the world in which it broke. */
export interface BrokenRule {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly explanation: string
  readonly actors: readonly string[]
  readonly timeUs: number
  readonly event: number
}

/** A run with nobody watching, from its first event to its end. */
export class Headless {
  readonly run: Run<Protocol>

  constructor(
    readonly lab: Lab<Protocol>,
    script: Script,
  ) {
    this.run = new Run(lab, script)
  }

  get sim(): Simulation<Protocol> {
    return this.run.sim
  }

  /** Runs up to and with everything at `untilUs`, or to the event at which a rule breaks. `each` follows every event. */
  toEnd(untilUs: number, each: () => void = () => undefined): Ending {
    const { run, sim } = this
    try {
      sim.start()
      each()
      while (sim.broken.length === 0 && run.once(untilUs)) each()
      return { kind: 'ended' }
    } catch (error) {
      const { message: reason } = error as Error
      if (error instanceof ScriptRefusal) return { kind: 'refused', act: run.done, timeUs: error.act.at, reason }
      if (error instanceof Refusal) return { kind: 'stopped', timeUs: sim.now, reason }
      throw error
    }
  }

  broken(): readonly BrokenRule[] {
    const { plan } = this.sim
    return this.sim.broken.map(({ invariant, explanation, actors, time, event }) => {
      const { id, title, source } = plan.invariants[invariant]!
      return { id, title, source, explanation, actors, timeUs: time, event }
    })
  }
}
