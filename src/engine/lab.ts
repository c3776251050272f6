import type { AppendList } from '../base/append-list.ts'
import type { Act, Language, Settings } from '../experiment/types.ts'
import type { Protocol, Transition } from '../machine/machine.ts'
import type { SimAct } from '../sim/faults.ts'
import type { Meter, Plan } from '../sim/plan.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { Lesson } from './lesson.ts'

/** A named experiment that comes with a lab. */
export interface Scenario {
  readonly id: string
  readonly title: string
  /** One or two sentences: what to look at. */
  readonly blurb: string
  readonly text: string
}

/** A meter with what is shown of it. */
export interface Measure<P extends Protocol> {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly help: string
  /** What it must remember from event to event; null when the present state tells all. */
  readonly meter: Meter<P> | null
  /** False: there is no such number in this world, and nothing is shown of it. Absent: there always is. */
  isThere?(world: Simulation<P>): boolean
  /** The number to show at this instant, from the meter's memory; null while there is none. */
  readonly read: (memory: unknown, world: Simulation<P>) => number | null
  theory?(world: Simulation<P>): { readonly formula: string; readonly value: number | null; readonly n: number }
}

/** What the measure says now. */
export function readMeasure<P extends Protocol>({ meter, read }: Measure<P>, world: Simulation<P>): number | null {
  return read(meter === null ? null : world.meterMemory(meter.id), world)
}

/** What the world says at the terminal by itself: the answer to a command that was typed at a node's prompt. */
export interface Said {
  readonly timeUs: number
  readonly lines: readonly string[]
}

/** A lab in which commands are typed and answered. */
export interface Prompts<P extends Protocol> {
  /** Hears what is said; also a meter of the plan, so that it rewinds with the world. */
  readonly meter: Meter<P>
  /** Everything said so far, in order, from the meter's memory. */
  said(memory: unknown): AppendList<Said>
  /** Whether the act is a command whose answer the terminal waits for. */
  expectsAnswer(act: Act): boolean
}

/** Everything the engine needs to know of a lab's world. Pure; the same in the worker, the runner and the tests. */
export interface Lab<P extends Protocol, View = unknown> {
  readonly id: string
  readonly title: string
  readonly language: Language
  readonly scenarios: readonly Scenario[]
  readonly lessons: readonly Lesson<P>[]
  readonly measures: readonly Measure<P>[]
  /** The world of an experiment; `settings` are complete (defaults filled in). */
  plan(settings: Settings, seed: number): Plan<P>
  /** Configurations of all actors after live settings changed. */
  configs(settings: Settings): readonly P['config'][]
  /** What the lab's own verbs do; null for a verb that is not the lab's. */
  interpret(act: Act, world: Simulation<P>): readonly SimAct<P>[] | null
  /** Notes that are worth stopping for: "leader elected". By kind. */
  readonly namedNotes: ReadonlySet<P['note']['kind']>
  /** Absent: nothing is typed at an actor's prompt. */
  readonly prompts?: Prompts<P>
  readonly words: Words<P>
  readonly projection: Projection<P, View>
}

/** How the lab's things are called, for logs, tables and screen readers. */
export interface Words<P extends Protocol> {
  note(note: P['note'], actor: string): string
  message(message: P['message']): string
  timer(timer: P['timer']): string
  command(command: P['command']): string
  /** `command` is what was asked; null when that is not known. */
  result(result: P['result'], command: P['command'] | null): string
  fields(message: P['message']): readonly { readonly name: string; readonly value: string }[]
  /** Which rule applies when the message meets the state, given what the step would do. */
  rule(
    state: P['state'],
    message: P['message'],
    outcome: Transition<P>,
  ): { readonly text: string; readonly source: string }
  /** One operation of the exported history; null for commands that are no operations. */
  historyOp(command: P['command'], result: P['result'] | undefined): Readonly<Record<string, unknown>> | null
  /** One state of the exported trace, in the vocabulary of other tools. */
  traceState(state: P['state']): Readonly<Record<string, unknown>>
}

/** From the world to the screen. */
export interface Projection<P extends Protocol, View> {
  readonly actorStride: number
  /** Writes the record of one actor at `offset`. `nowUs`: the reader's instant, at or after the last event. */
  actor(world: Simulation<P>, actor: number, frame: Float64Array, offset: number, nowUs: number): void
  view(world: Simulation<P>, selected: string | null): View
  /** Large columns beside the slow state, which travel only when they change. Absent: none. */
  sheets?(world: Simulation<P>, selected: string | null): readonly Sheet[]
}

/** One large column of the picture: a map of slots. */
export interface Sheet {
  readonly id: string
  /** What it is made from, compared by identity: while nothing of it changes, nothing is written or sent. */
  readonly from: readonly unknown[]
  /** A fresh buffer, which is given away. */
  write(): ArrayBuffer
}

/** Everything that was said at the terminal up to now; null in a lab without prompts. */
export function saidBy<P extends Protocol, View>(lab: Lab<P, View>, world: Simulation<P>): AppendList<Said> | null {
  const { prompts } = lab
  return prompts === undefined ? null : prompts.said(world.meterMemory(prompts.meter.id))
}
