import type { WorldEvent } from '../machine/invariant.ts'
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
  /** What the run showed at the event that solved the step; null before, or when nothing is asked. */
  readonly outcome: string | null
  /** The memory of the score; its first number is the score so far. Empty where nothing is scored. */
  readonly score: readonly number[]
}

/**
 * The judge of a step as a meter: it sees every event after the step's beginning. `notesOf` gives the kinds of the
 * notes of the present event.
 */
export function stepMeter<P extends Protocol>(step: Step<P>, notesOf: () => readonly string[]): Meter<P, Progress> {
  return {
    id: 'lesson',
    init: () => begin(step),
    step: (memory, world, event) => next(step, memory, world as Simulation<P>, event, notesOf()),
  }
}

function begin<P extends Protocol>(step: Step<P>): Progress {
  const done = step.checks.map((check) => check.kind === 'never')
  return {
    done,
    since: step.checks.map(() => null),
    hint: -1,
    solved: isSolved(step, done),
    outcome: null,
    score: step.score?.init ?? [],
  }
}

function next<P extends Protocol>(
  step: Step<P>,
  old: Progress,
  world: Simulation<P>,
  event: WorldEvent<P>,
  notes: readonly string[],
): Progress {
  const { checks } = step
  const now = checks.map((check) => isTrueNow(check, world, event, notes))
  const since = checks.map((_, at) => (now[at] === true ? (old.since[at] ?? world.now) : null))
  const done = checks.map((check, at) => holds(check, old.done[at]!, now[at]!, world.now - (since[at] ?? world.now)))
  const hint = step.hints.findIndex(({ when }) => when(world, event, done))
  const score = step.score?.step(old.score, world, event) ?? old.score
  if (hint === old.hint && score === old.score && isSame(done, old.done) && isSame(since, old.since)) return old
  const solved = isSolved(step, done)
  const outcome = solved && !old.solved ? (step.question?.outcome(world) ?? null) : old.outcome
  return { done, since, hint, solved, outcome, score }
}

function isTrueNow<P extends Protocol>(
  check: Check<P>,
  world: Simulation<P>,
  event: WorldEvent<P>,
  notes: readonly string[],
): boolean {
  return check.kind === 'seen' ? notes.includes(check.note) : check.test(world, event)
}

/** What came about stays so, and what must never be is broken for good. */
function holds<P extends Protocol>(check: Check<P>, was: boolean, isTrue: boolean, forUs: number): boolean {
  if (check.kind === 'never') return was && !isTrue
  if (check.kind === 'holds-for') return was || (isTrue && forUs >= check.forUs)
  return was || isTrue
}

function isSame<T>(x: readonly T[], y: readonly T[]): boolean {
  return x.every((value, at) => value === y[at])
}

function isSolved<P extends Protocol>(step: Step<P>, done: readonly boolean[]): boolean {
  return step.checks.length > 0 && done.every((each) => each)
}

/** Collects the kinds of the notes of the present event; the simulation's sink feeds it. */
export class NoteListener {
  private kinds: string[] = []
  private event = -1

  hear(kind: string, event: number): void {
    if (event !== this.event) {
      this.kinds = []
      this.event = event
    }
    this.kinds.push(kind)
  }

  /** The notes of `event`, once: after a rewind another event may bear the same number. */
  of(event: number): readonly string[] {
    const kinds = event === this.event ? this.kinds : []
    this.kinds = []
    this.event = -1
    return kinds
  }
}

/** The learner's way through one lesson. What the learner answered is not part of the world and does not rewind. */
export class LessonRun<P extends Protocol> {
  step = 0
  /** Per step: solved once in this visit. */
  readonly solved: boolean[]
  readonly predictions: (string | null)[]
  /** Per step: what the run has shown last. */
  private readonly outcomes: (string | null)[]

  constructor(readonly lesson: Lesson<P>) {
    this.solved = lesson.steps.map(() => false)
    this.predictions = lesson.steps.map(() => null)
    this.outcomes = lesson.steps.map(() => null)
  }

  get current(): Step<P> {
    return this.lesson.steps[this.step]!
  }

  /** Commits the prediction of the present step, once. What is no possible answer is not taken. */
  predict(value: string): void {
    const { question } = this.current
    if (question === null || !isAnswer(question, value)) return
    this.predictions[this.step] ??= value
  }

  /** The step asks what will happen, and the learner has not said it yet. */
  get awaitsPrediction(): boolean {
    return this.current.question !== null && this.predictions[this.step] === null
  }

  /** Reading is solved by being read; a question by being answered and shown; the rest by the world. */
  private isSolvedNow(progress: Progress | null): boolean {
    const { checks, question } = this.current
    const answered = question === null || this.predictions[this.step] !== null
    return answered && (checks.length === 0 || (progress?.solved ?? false))
  }

  view(sim: Simulation<P>): LessonView {
    const { lesson, step, current } = this
    const progress = sim.watchMemory as Progress | null
    if (progress !== null && progress.outcome !== null) this.outcomes[step] = progress.outcome
    const solvedNow = this.isSolvedNow(progress)
    if (solvedNow) this.solved[step] = true
    const hint = progress === null || solvedNow ? undefined : current.hints[progress.hint]
    const { score } = current
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
      question: current.question === null ? null : this.question(current.question, sim),
      hint: hint?.text ?? null,
      allow: current.allow,
      score: score !== undefined && this.solved[step]! ? { value: progress?.score[0] ?? 0, text: score.text } : null,
    }
  }

  /** Without checks there is no run to wait for: the present world answers. */
  private question(question: Question<P>, sim: Simulation<P>): QuestionView {
    const prediction = this.predictions[this.step] ?? null
    const value = this.current.checks.length === 0 ? question.outcome(sim) : this.outcomes[this.step]!
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

function isAnswer<P extends Protocol>({ form, options }: Question<P>, value: string): boolean {
  if (form === 'choice') return options.some(({ id }) => id === value)
  return value.trim() !== '' && Number.isFinite(Number(value))
}

function isRight<P extends Protocol>(question: Question<P>, prediction: string, outcome: string): boolean {
  if (question.form === 'choice') return prediction === outcome
  return Math.abs(Number(prediction) - Number(outcome)) <= question.tolerance
}
