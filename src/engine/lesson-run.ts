import { AppendList } from '../base/append-list.ts'
import type { Protocol } from '../machine/machine.ts'
import type { Meter } from '../sim/plan.ts'
import type { Simulation } from '../sim/simulation.ts'
import type { LessonView, QuestionView } from './api.ts'
import type { Check, Lesson, Question, Step } from './lesson.ts'

/** How each check of a step stands, as an immutable memory: it rewinds with the world. */
export interface Progress {
  /** Per check: done (for `never`: still unbroken). */
  readonly done: readonly boolean[]
  /** Per check: since when a `holds-for` has held; null while it does not. */
  readonly since: readonly (number | null)[]
  /** Position in the step's hints of the first one that applies now; -1. */
  readonly hint: number
  readonly solved: boolean
}

/** Counts events of the log that a step may look for, by the notes that steps between two looks. */
interface Seen {
  readonly progress: Progress
}

/** The judge of a step as a meter: it sees every event after the step's beginning. */
export function stepMeter<P extends Protocol>(step: Step<P>, notesOf: () => readonly string[]): Meter<P, Seen> {
  return {
    id: 'lesson',
    init: (world) => ({ progress: begin(step, world) }),
    step(memory, world, event) {
      const old = memory.progress
      const notes = notesOf()
      let changed = false
      const since = old.since.slice()
      const done = step.checks.map((check, at) => {
        const next = judge(check, old.done[at]!, () => {
          const holds = check.kind !== 'seen' && check.test(world, event)
          if (check.kind === 'holds-for') {
            if (!holds) since[at] = null
            else since[at] ??= world.now
            return holds && world.now - since[at]! >= check.forUs
          }
          return check.kind === 'seen' ? notes.includes(check.note) : holds
        })
        if (next !== old.done[at]) changed = true
        return next
      })
      const hint = step.hints.findIndex(({ when }) => when(world, event))
      const sinceChanged = since.some((value, at) => value !== old.since[at])
      if (!changed && !sinceChanged && hint === old.hint) return memory
      return { progress: { done, since, hint, solved: isSolved(step, done) } }
    },
  }
}

function begin<P extends Protocol>(step: Step<P>, _world: unknown): Progress {
  const done = step.checks.map((check) => check.kind === 'never')
  return { done, since: step.checks.map(() => null), hint: -1, solved: isSolved(step, done) }
}

/** What came about stays so, and what must never be is broken for good. */
function judge<P extends Protocol>(check: Check<P>, was: boolean, test: () => boolean): boolean {
  if (check.kind === 'never') return was && !test()
  return was || test()
}

/** A step with nothing but `never` is solved by the other checks of its lesson; alone it would be solved at entry. */
function isSolved<P extends Protocol>(step: Step<P>, done: readonly boolean[]): boolean {
  return step.checks.length > 0 && done.every((each) => each)
}

/** Collects the kinds of the notes of the present event; the simulation's sink feeds it. */
export class NoteListener {
  private kinds = AppendList.empty<string>()
  private event = -1

  hear(kind: string, event: number): void {
    if (event !== this.event) {
      this.kinds = AppendList.empty()
      this.event = event
    }
    this.kinds = this.kinds.append(kind)
  }

  of(event: number): readonly string[] {
    return event === this.event ? [...this.kinds] : []
  }
}

/** The learner's way through one lesson. What the learner answered is not part of the world and does not rewind. */
export class LessonRun<P extends Protocol> {
  step = 0
  /** Per step: solved once in this visit. */
  readonly solved: boolean[]
  readonly predictions: (string | null)[]

  constructor(readonly lesson: Lesson<P>) {
    this.solved = lesson.steps.map(() => false)
    this.predictions = lesson.steps.map(() => null)
  }

  get current(): Step<P> {
    return this.lesson.steps[this.step]!
  }

  /** Reading steps are solved by being read; a question by being answered and shown; the rest by the world. */
  private isSolvedNow(progress: Progress | null): boolean {
    const { checks, question } = this.current
    const answered = question === null || this.predictions[this.step] !== null
    return answered && (checks.length === 0 || (progress?.solved ?? false))
  }

  view(sim: Simulation<P>): LessonView {
    const { lesson, step, current } = this
    const progress = (sim.watchMemory as { readonly progress: Progress } | null)?.progress ?? null
    const solvedNow = this.isSolvedNow(progress)
    if (solvedNow) this.solved[step] = true
    const hint = progress === null || solvedNow ? undefined : current.hints[progress.hint]
    return {
      id: lesson.id,
      title: lesson.title,
      source: lesson.source,
      minutes: lesson.minutes,
      step,
      steps: lesson.steps.map(({ title, kind }, at) => ({ title, kind, solved: this.solved[at]! })),
      prose: current.prose,
      solved: this.solved[step]!,
      goals: current.checks.map(({ text }, at) => ({ text, done: progress?.done[at] ?? false })),
      question: current.question === null ? null : this.question(current.question, sim, solvedNow),
      hint: hint?.text ?? null,
      allow: current.allow,
      score: current.kind === 'challenge' && this.solved[step]! ? score(sim) : null,
    }
  }

  private question(question: Question<P>, sim: Simulation<P>, solvedNow: boolean): QuestionView {
    const prediction = this.predictions[this.step] ?? null
    const value = solvedNow ? question.outcome(sim) : null
    return {
      prompt: question.prompt,
      form: question.form,
      options: question.options,
      unit: question.unit,
      prediction,
      outcome:
        value === null || prediction === null
          ? null
          : { value, right: isRight(question, prediction, value), explanation: question.explanation },
    }
  }
}

function isRight<P extends Protocol>(question: Question<P>, prediction: string, outcome: string): boolean {
  if (question.form === 'choice') return prediction === outcome
  return Math.abs(Number(prediction) - Number(outcome)) <= question.tolerance
}

/** A challenge counts the operations that were answered: more is better. */
function score<P extends Protocol>(sim: Simulation<P>): { readonly value: number; readonly text: string } {
  let value = 0
  for (const event of sim.operations) if (event.kind === 'return') value++
  return { value, text: `${value} operations answered` }
}
