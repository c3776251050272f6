import { assert, present } from '../base/assert.ts'
import { lowerBound } from '../base/bisect.ts'
import { type Micros, micros } from '../base/brand.ts'
import { nextFacts, refusal, startFacts } from '../experiment/facts.ts'
import type { Act, TimedAct } from '../experiment/types.ts'
import type { Protocol } from '../machine/machine.ts'
import { type Meter, Refusal } from '../sim/plan.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Row } from '../sim/trace.ts'
import { type Branch, firstBranch, forkBranch, frontierSink, type Mark } from './branch.ts'
import { type Lab, readMeasure } from './lab.ts'
import { Run, type Script } from './run.ts'
import type { Series } from './series.ts'

/** Futures that are kept; the oldest that is not in use goes first. */
export const BRANCHES_MAX = 16
/** How far "the next named event" looks before it gives up. */
const SEARCH_EVENTS_MAX = 500_000

/** Two replays of the same text met different states: a bug in Ballast, said with the event at which it was seen. */
export class Divergence extends Error {
  override readonly name = 'Divergence'
  constructor(readonly event: number) {
    super(`the replay of event ${event} met another state than the first run: please report this experiment`)
  }
}

/** Why {@link Timeline.advance} came back. */
export type Halt = 'reached' | 'budget' | 'broken' | 'named'

/**
 * A run that can be rewound: it owns the world, the reader's position in it, and every future that was tried. Only acts
 * are stored; everything else is computed again from the nearest checkpoint.
 */
export class Timeline<P extends Protocol> {
  branches: Branch<P>[]
  branch: Branch<P>
  /** Where the reader stands, at or after the last event. */
  cursor: Micros = micros(0)
  /** Number of each message kind in frames and traces. */
  readonly labels: ReadonlyMap<string, number>
  private readonly run: Run<P>
  private nextId = 2
  private readonly undone: { readonly branch: number; readonly time: number }[] = []

  constructor(
    readonly lab: Lab<P>,
    script: Script,
  ) {
    this.run = new Run(lab, script)
    const { plan, names } = this.run.sim
    this.labels = new Map(plan.messageKinds.map((kind, at) => [kind, at]))
    this.branch = firstBranch(lab, script, names.length, plan.noteKinds)
    this.branches = [this.branch]
    this.run.sim.sink = frontierSink(() => this.branch)
    this.run.sim.start()
    this.branch.frontierEvent = this.run.sim.eventCount
    this.branch.marks.add(this.mark())
  }

  get sim(): Simulation<P> {
    return this.run.sim
  }

  get script(): Script {
    return this.branch.script
  }

  /** Number of acts of the script that lie behind the reader. */
  get done(): number {
    return this.run.done
  }

  facts() {
    return this.run.facts()
  }

  /** A reader that stands before the frontier is in the past: an act there makes a new branch. */
  get inPast(): boolean {
    return this.sim.eventCount < this.branch.frontierEvent || this.cursor < this.branch.frontierTime
  }

  // ---- Moving -------------------------------------------------------------------------------------------------

  /** Runs on to `until`, at most `budget` events; stops when a rule breaks, and at a named event if asked. */
  advance(until: number, budget: number, stopAtNamed = false): Halt {
    const { sim } = this
    for (let left = budget; left > 0; left--) {
      const broken = sim.broken.length
      const named = stopAtNamed ? this.namedBehind() : 0
      if (!this.once(until)) {
        if (until > this.cursor && Number.isFinite(until)) this.moveTo(until)
        return 'reached'
      }
      if (sim.broken.length > broken) return 'broken'
      if (stopAtNamed && this.namedBehind() > named) return 'named'
    }
    return 'budget'
  }

  private moveTo(time: number): void {
    this.cursor = micros(time)
    if (this.sim.eventCount >= this.branch.frontierEvent && time > this.branch.frontierTime) {
      this.branch.frontierTime = time
      this.sampleBefore(time)
    }
  }

  private once(until: number): boolean {
    const next = this.run.nextTime()
    if (next > until || next === Number.POSITIVE_INFINITY) return false
    if (this.sim.eventCount >= this.branch.frontierEvent) this.sampleBefore(next)
    const acts = this.run.done
    if (!this.run.once(until)) return false
    const { sim, branch } = this
    const event = sim.eventCount
    if (event > branch.frontierEvent) {
      if (this.run.done > acts) branch.actEvents.push(event)
      branch.frontierEvent = event
      branch.operations = sim.operations
      if (branch.marks.due(event) || this.run.done > acts) branch.marks.add(this.mark())
      if (sim.broken.length > 0) branch.broken = true
    } else if (branch.marks.due(event)) this.compare(event)
    this.moveTo(sim.now)
    return true
  }

  private mark(): Mark<P> {
    const { high, low } = this.sim.lanes()
    return { ...this.run.place(), event: this.sim.eventCount, time: this.sim.now, high, low }
  }

  private compare(event: number): void {
    const kept = this.branch.marks.exactly(event)
    if (kept === undefined) return
    const { high, low } = this.sim.lanes()
    if (kept.high !== high || kept.low !== low) throw new Divergence(event)
  }

  /** A sample shows the world as it was when it left that instant, however the reader came there. */
  private sampleBefore(time: number): void {
    const { series } = this.branch
    if (series.nextUs < time) series.sample(time - 1, (measure) => this.measure(measure))
  }

  /** The samples for who exports now: that of this very instant is taken as if the world left it. */
  samples(): Series {
    const { series } = this.branch
    if (series.nextUs > this.cursor) return series
    const copy = series.fork(this.cursor)
    copy.sample(this.cursor, (measure) => this.measure(measure))
    return copy
  }

  /** The present value of a measure of the lab. */
  measure(number: number): number | null {
    return readMeasure(this.lab.measures[number]!, this.sim)
  }

  private restore(mark: Mark<P>): void {
    this.run.restore(mark)
    this.cursor = micros(mark.time)
  }

  /** Goes to an instant, forward or back. Beyond the frontier it runs on, at most `budget` events. */
  seek(time: number, budget = Number.POSITIVE_INFINITY): Halt {
    const target = Math.max(0, time)
    const mark = this.branch.marks.atTime(target)
    const isBehind = this.sim.now > target || this.cursor > target
    if (isBehind || mark.event > this.sim.eventCount) this.restore(mark)
    return this.advance(target, budget)
  }

  /** Goes to the state after event number `event` (at most the frontier's). */
  seekEvent(event: number): void {
    const target = Math.max(this.firstEvent, event)
    const mark = this.branch.marks.atEvent(target)
    if (this.sim.eventCount > target || mark.event > this.sim.eventCount) this.restore(mark)
    while (this.sim.eventCount < target && this.once(Number.POSITIVE_INFINITY));
    this.cursor = this.sim.now
  }

  /** Number of the last boot: nothing lies before it. */
  get firstEvent(): number {
    return this.sim.names.length
  }

  stepEvent(): boolean {
    return this.once(Number.POSITIVE_INFINITY)
  }

  stepBack(): void {
    if (this.sim.eventCount > this.firstEvent) this.seekEvent(this.sim.eventCount - 1)
  }

  /** Named rows at or before the present event. */
  namedBehind(): number {
    const { trace } = this.branch
    const rows = trace.named()
    const event = this.sim.eventCount
    if (event >= this.branch.frontierEvent) return rows.length
    return lowerBound(rows.length, (at) => trace.eventOf(rows[at]!) > event)
  }

  /** On to the next named event; false when none came within the search limit, or none will ever come. */
  nextNamed(): boolean {
    const behind = this.namedBehind()
    const row = this.branch.trace.named()[behind]
    if (row !== undefined) {
      this.seekEvent(this.branch.trace.eventOf(row))
      return true
    }
    const halt = this.advance(Number.POSITIVE_INFINITY, SEARCH_EVENTS_MAX, true)
    return halt === 'named' || halt === 'broken'
  }

  previousNamed(): void {
    const { trace } = this.branch
    const event = this.sim.eventCount
    const rows = trace.named()
    const at = lowerBound(rows.length, (i) => trace.eventOf(rows[i]!) >= event) - 1
    const row = rows[at]
    if (row === undefined) this.seek(0)
    else this.seekEvent(trace.eventOf(row))
  }

  // ---- Acting -------------------------------------------------------------------------------------------------

  /**
   * Does an act at the reader's instant. In the past this leaves the present future behind as a branch. Throws Refusal,
   * with nothing changed, when the act is impossible. Returns the new branch's name, or null.
   */
  act(act: Act, name: (act: Act) => string): string | null {
    this.prepare(act)
    const timed: TimedAct = { at: this.cursor, act, comments: [] }
    const before = this.script.acts.slice(0, this.run.done)
    const wasPast = this.inPast
    this.undone.length = 0
    if (wasPast) this.fork(name(act), [...before, timed])
    else this.rewrite([...before, timed, ...this.surviving([...before, timed], this.script.acts.slice(this.run.done))])
    this.once(this.cursor)
    return wasPast ? this.branch.name : null
  }

  /** The rule of the text: an act comes after all events of its instant. Back to where it was when the act is impossible. */
  private prepare(act: Act): void {
    const here = this.mark()
    const { cursor } = this
    try {
      while (this.advance(cursor, Number.POSITIVE_INFINITY) === 'broken');
      const reason = refusal(act, this.lab.language, this.facts())
      if (reason !== null) throw new Refusal(reason)
      this.sim.checkActs(this.run.interpret(act))
    } catch (error) {
      this.run.restore(here)
      this.cursor = cursor
      throw error
    }
  }

  /** The later acts of a script that still make sense when another act has come before them. */
  private surviving(before: readonly TimedAct[], later: readonly TimedAct[]): readonly TimedAct[] {
    const { language } = this.lab
    const kept: TimedAct[] = []
    let facts = startFacts(language, this.script.settings)
    for (const { act } of before) facts = nextFacts(act, language, facts)
    for (const timed of later) {
      if (refusal(timed.act, language, facts) !== null) continue
      facts = nextFacts(timed.act, language, facts)
      kept.push(timed)
    }
    return kept
  }

  private rewrite(acts: readonly TimedAct[]): void {
    this.branch.script = { ...this.branch.script, acts }
    this.run.script = this.branch.script
  }

  private fork(name: string, acts: readonly TimedAct[]): void {
    const { eventCount: event, operations } = this.sim
    const at = { event, time: this.cursor, done: this.run.done, operations }
    const script = { ...this.branch.script, acts }
    const branch = forkBranch(this.branch, at, { id: this.nextId++, name, script, broken: this.sim.broken.length > 0 })
    this.branches = [...this.branches, branch]
    if (this.branches.length > BRANCHES_MAX) {
      const oldest = present(
        this.branches.find((other) => other !== this.branch && other !== branch),
        'a branch to drop',
      )
      this.branches = this.branches.filter((other) => other !== oldest)
    }
    this.branch = branch
    this.run.script = script
  }

  /** Takes back the last act behind the reader, as a new branch that begins at its instant. Null when there is none. */
  undo(name: (act: Act) => string): TimedAct | null {
    const last = this.script.acts[this.run.done - 1]
    if (last === undefined) return null
    const undone = { branch: this.branch.id, time: this.cursor }
    const without = this.script.acts.slice(0, this.run.done - 1)
    const later = this.surviving(without, this.script.acts.slice(this.run.done))
    this.seekEvent(this.branch.actEvents[this.run.done - 1]! - 1)
    this.cursor = last.at
    this.fork(name(last.act), [...without, ...later])
    this.undone.push(undone)
    return last
  }

  /** Goes back to the branch that {@link undo} left. False when nothing was undone since the last act. */
  redo(): boolean {
    const last = this.undone.pop()
    if (last === undefined || !this.branches.some(({ id }) => id === last.branch)) return false
    this.switchTo(last.branch)
    this.seek(last.time)
    return true
  }

  /** Makes another branch the present one, at the same instant if it reaches so far. */
  switchTo(id: number): void {
    const branch = this.branches.find((candidate) => candidate.id === id)
    assert(branch !== undefined, 'a branch that exists')
    const time = Math.min(this.cursor, branch.frontierTime)
    this.branch = branch
    this.run.script = branch.script
    this.restore(branch.marks.atTime(time))
    this.seek(time)
  }

  /** Judges only what happens from here on: a lesson's step. */
  watch(meter: Meter<P>): void {
    this.sim.watch(meter)
  }

  // ---- Looking again ------------------------------------------------------------------------------------------

  /**
   * What a row of the trace was about (a message with its envelope, a note): re-derived by replaying from the nearest
   * checkpoint with a recording sink. `look` is called with the world as it was just before the row's event. Null for
   * what happened while the world booted: nothing lies before it.
   */
  recall<T>(row: Row, look: (world: Simulation<P>, body: unknown) => T): T | null {
    if (row.event <= this.firstEvent) return null
    const here = this.mark()
    const cursor = this.cursor
    const { sim } = this
    const sink = sim.sink
    let body: unknown
    let found = false
    this.restore(this.branch.marks.atEvent(row.event - 1))
    while (sim.eventCount < row.event - 1 && this.once(Number.POSITIVE_INFINITY));
    const before = this.mark()
    sim.sink = {
      row(kind, label, _time, sentAt, actor, peer, _value, event, what) {
        if (event !== row.event || kind !== row.kind || label !== row.label || actor !== row.actor) return
        if (peer !== row.peer || sentAt !== row.sentAt || found) return
        body = what
        found = true
      },
    }
    // Mail that begins to wait for a paused actor takes a turn without being an event.
    while (sim.eventCount < row.event && this.run.once(Number.POSITIVE_INFINITY));
    sim.sink = sink
    this.run.restore(before)
    const seen = found ? look(sim, body) : null
    this.run.restore(here)
    this.cursor = cursor
    return seen
  }

  /** The number of the act that made event `event`. */
  actOfEvent(event: number, branch: Branch<P> = this.branch): TimedAct | undefined {
    const at = lowerBound(branch.actEvents.length, (i) => branch.actEvents[i]! >= event)
    return branch.actEvents[at] === event ? branch.script.acts[at] : undefined
  }
}
