import { fail, ok, type Result } from '../base/result.ts'

/** Which steps of which lessons are solved. Keys are `lab/lesson`; steps count from 0. */
export type Progress = Readonly<Record<string, LessonProgress>>

export interface LessonProgress {
  /** In rising order. */
  readonly solved: readonly number[]
  /** Where the learner was last. */
  readonly step: number
}

export const progressKey = (lab: string, lesson: string): string => `${lab}/${lesson}`

/** The progress after being at `step` of a lesson whose solved steps are `solved`. A solved step stays solved. */
export function visit(progress: Progress, key: string, step: number, solved: readonly number[]): Progress {
  const before = progress[key]
  const all = union(before?.solved ?? [], solved)
  if (before !== undefined && before.step === step && before.solved.length === all.length) return progress
  return { ...progress, [key]: { solved: all, step } }
}

/** Both: what is solved in either is solved; the place is the one of `incoming`. */
export function mergeProgress(mine: Progress, incoming: Progress): Progress {
  return Object.entries(incoming).reduce<Progress>(
    (all, [key, other]) => visit(all, key, other.step, other.solved),
    mine,
  )
}

function union(left: readonly number[], right: readonly number[]): readonly number[] {
  return [...new Set([...left, ...right])].sort((a, b) => a - b)
}

const FORMAT = 'ballast-progress'

/** The file that a learner takes along. */
export function printProgress(progress: Progress): string {
  return `${JSON.stringify({ format: FORMAT, version: 1, lessons: progress }, null, 2)}\n`
}

/** Reads such a file, or says what is wrong with it. */
export function parseProgress(text: string): Result<Progress, string> {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch {
    return fail('This file is not JSON. Expected a progress file that Ballast exported.')
  }
  if (!isObject(data) || data.format !== FORMAT)
    return fail(`This is JSON, but no progress file: "format" should be "${FORMAT}".`)
  if (data.version !== 1)
    return fail(`The progress file has version ${String(data.version)}; this page reads version 1.`)
  return ok(readProgress(data.lessons))
}

/** What was stored, as far as it is progress. */
export function readProgress(stored: unknown): Progress {
  if (!isObject(stored)) return {}
  return Object.fromEntries(
    Object.entries(stored).flatMap(([key, value]) => {
      if (!isObject(value) || !isStep(value.step) || !Array.isArray(value.solved)) return []
      return [[key, { step: value.step, solved: union(value.solved.filter(isStep), []) }]]
    }),
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStep(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 1_000
}
