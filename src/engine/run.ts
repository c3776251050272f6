import { assert } from '../base/assert.ts'
import { nextFacts, startFacts, withDefaults } from '../experiment/facts.ts'
import type { Facts, Settings, TimedAct } from '../experiment/types.ts'
import type { Protocol } from '../machine/machine.ts'
import type { SimAct } from '../sim/faults.ts'
import { Refusal } from '../sim/plan.ts'
import { type Checkpoint, Simulation } from '../sim/simulation.ts'
import { interpret } from './interpret.ts'
import type { Lab } from './lab.ts'

/** What an experiment says, without its text. */
export interface Script {
  readonly seed: number
  readonly settings: Settings
  readonly acts: readonly TimedAct[]
}

/** An act of an experiment that the world refused when its time came. */
export class ScriptRefusal extends Error {
  override readonly name = 'ScriptRefusal'
  constructor(
    readonly act: TimedAct,
    reason: string,
  ) {
    super(reason)
  }
}

/** A place in a run: the world, and how many acts of the script led to it. */
export interface Place<P extends Protocol> {
  readonly world: Checkpoint<P>
  readonly done: number
}

/**
 * A world and the script that drives it. An act at time t comes after every event at a time up to t, so a run is a
 * function of the text alone, however its reader stepped through it.
 */
export class Run<P extends Protocol> {
  readonly sim: Simulation<P>
  /** Acts of the script that have been applied. */
  done = 0

  constructor(
    readonly lab: Lab<P>,
    public script: Script,
  ) {
    this.sim = new Simulation(lab.plan(withDefaults(lab.language, script.settings), script.seed))
  }

  /** What the acts so far have decided, with the settings in force. */
  facts(): Facts {
    const { language } = this.lab
    let facts = startFacts(language, this.script.settings)
    for (let at = 0; at < this.done; at++) facts = nextFacts(this.script.acts[at]!.act, language, facts)
    return facts
  }

  /** The next event or act at or before `until`. False when there is none. */
  once(until: number): boolean {
    const next = this.script.acts[this.done]
    const limit = next === undefined || next.at > until ? until : next.at
    if (this.sim.step(limit)) return true
    if (next === undefined || next.at > until) return false
    // A refused act changes nothing, not even the time.
    const acts = this.possible(next)
    this.sim.passTo(next.at)
    this.sim.act(acts, this.done)
    this.done++
    return true
  }

  /** Time of the next event or act; Infinity when nothing will ever happen again. */
  nextTime(): number {
    return Math.min(this.sim.nextTime(), this.script.acts[this.done]?.at ?? Number.POSITIVE_INFINITY)
  }

  /** What the act would do to the world now. */
  interpret(act: TimedAct['act']): readonly SimAct<P>[] {
    const own = this.lab.interpret(act, this.sim)
    return own ?? interpret(act, this.sim, (change) => this.lab.configs({ ...this.facts().settings, ...change }))
  }

  private possible(timed: TimedAct): readonly SimAct<P>[] {
    const acts = this.interpret(timed.act)
    try {
      this.sim.checkActs(acts)
    } catch (error) {
      throw error instanceof Refusal ? new ScriptRefusal(timed, error.message) : error
    }
    return acts
  }

  place(): Place<P> {
    return { world: this.sim.checkpoint(), done: this.done }
  }

  restore({ world, done }: Place<P>): void {
    assert(done <= this.script.acts.length, 'a place of this script')
    this.sim.restore(world)
    this.done = done
  }
}
