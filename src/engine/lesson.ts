import type { WorldEvent } from '../machine/invariant.ts'
import type { Protocol } from '../machine/machine.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { StepKind } from './api.ts'

/** Looks at the world after an event. Pure: it may read the world, never change or remember anything. */
export type Predicate<P extends Protocol> = (world: Simulation<P>, event: WorldEvent<P>) => boolean

/** What must come about, judged at the granularity of events, never over the screen. */
export type Check<P extends Protocol> =
  /** True once is enough. */
  | { readonly kind: 'eventually'; readonly text: string; readonly test: Predicate<P> }
  /** True without a break for that long. */
  | { readonly kind: 'holds-for'; readonly text: string; readonly test: Predicate<P>; readonly forUs: number }
  /** Stays solved only while it has never been true. */
  | { readonly kind: 'never'; readonly text: string; readonly test: Predicate<P> }
  /** An event of the log: a note of this kind (by any actor). */
  | { readonly kind: 'seen'; readonly text: string; readonly note: P['note']['kind'] }

/** Help that fits what is missing. */
export interface Hint<P extends Protocol> {
  /** The first hint whose test is true now is shown. `done` tells which of the step's checks hold already. */
  readonly when: (world: Simulation<P>, event: WorldEvent<P>, done: readonly boolean[]) => boolean
  readonly text: string
}

/** A hint of any lab: it looks at nothing but the step's own checks. */
interface PlainHint {
  readonly when: (world: unknown, event: unknown, done: readonly boolean[]) => boolean
  readonly text: string
}

/** Help while this check does not hold: it has not come about yet, or, if it is a `never`, it is broken. */
export const missing = (check: number, text: string): PlainHint => ({
  when: (_world, _event, done) => done[check] === false,
  text,
})

/** Help where nothing before it in the list applies. */
export const otherwise = (text: string): PlainHint => ({ when: () => true, text })

/** What the learner commits before the run shows it. */
export interface Question<P extends Protocol> {
  readonly prompt: string
  readonly form: 'choice' | 'number'
  /** For choices; empty for numbers. */
  readonly options: readonly { readonly id: string; readonly text: string }[]
  readonly unit: string | null
  /** Reads the outcome off the world at the event that solves the step: an option's id, or a number. */
  outcome(world: Simulation<P>): string
  /** For numbers: how far off still counts as right. */
  readonly tolerance: number
  readonly explanation: string
}

/** A question with a few answers to choose from. */
export function choice<P extends Protocol>(
  question: Pick<Question<P>, 'prompt' | 'options' | 'outcome' | 'explanation'>,
): Question<P> {
  return { ...question, form: 'choice', unit: null, tolerance: 0 }
}

/**
 * What a challenge counts, as a fold over the events of the step: it rewinds with the world, and goes on after the step
 * is solved, so that a better attempt counts. The memory is a list of numbers; the first of them is the score.
 */
export interface Score<P extends Protocol> {
  readonly init: readonly [number, ...number[]]
  step(memory: readonly number[], world: Simulation<P>, event: WorldEvent<P>): readonly number[]
  /** Reads on behind the number: `operations answered`. */
  readonly text: string
}

/** One step of a lesson. */
export interface Step<P extends Protocol> {
  readonly kind: StepKind
  readonly title: string
  /** Markdown, at most 60 words. Numbers quoted in it are measured by a test. */
  readonly prose: string
  /** The complete experiment that the step begins with, and the instant at which it begins. */
  readonly text: string
  readonly atUs: number
  /** Ids of the acts that the step is about; null allows everything. */
  readonly allow: readonly string[] | null
  readonly question: Question<P> | null
  /** All must hold. Empty: reading (and predicting) is all there is to do. */
  readonly checks: readonly Check<P>[]
  readonly hints: readonly Hint<P>[]
  /** Timed lines (`at 3s kill n1`), and how long to run for the checks to hold. */
  readonly solution: { readonly lines: readonly string[]; readonly untilUs: number }
  /** For a challenge. */
  readonly score?: Score<P>
}

/** A guided way through a few experiments. Data and pure functions only. */
export interface Lesson<P extends Protocol> {
  readonly id: string
  readonly title: string
  readonly blurb: string
  readonly source: string
  readonly minutes: number
  readonly steps: readonly Step<P>[]
}
