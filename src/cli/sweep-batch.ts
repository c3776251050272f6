import { readMeasure } from '../engine/lab.ts'
import type { Settings, TimedAct } from '../experiment/types.ts'
import { type BrokenRule, type Ending, Headless } from './headless.ts'
import { labs } from './labs.ts'
import type { Seeds } from './seeds.ts'

/** What is the same for all seeds of a sweep. Plain data: it goes to another process. */
export interface SweepTask {
  readonly lab: string
  readonly settings: Settings
  readonly acts: readonly TimedAct[]
  readonly untilUs: number
}

/** A seed that did not hold. */
export type SeedFailure =
  | { readonly kind: 'broken'; readonly seed: number; readonly rules: readonly BrokenRule[] }
  | { readonly kind: 'ended early'; readonly seed: number; readonly ending: Exclude<Ending, { kind: 'ended' }> }

/** What came of some seeds. */
export interface BatchResult {
  readonly ran: number
  readonly events: number
  readonly failures: readonly SeedFailure[]
  /** Of each measure of the lab, over the seeds that came to their end. */
  readonly measures: readonly Spread[]
}

/** What many runs say of one number. Runs in which it does not exist are not counted. */
export interface Spread {
  readonly n: number
  readonly sum: number
  readonly squares: number
  readonly least: number
  readonly most: number
}

export const NO_SPREAD: Spread = {
  n: 0,
  sum: 0,
  squares: 0,
  least: Number.POSITIVE_INFINITY,
  most: Number.NEGATIVE_INFINITY,
}

/** Two sets of runs as one. */
export const joined = (one: Spread, other: Spread): Spread => ({
  n: one.n + other.n,
  sum: one.sum + other.sum,
  squares: one.squares + other.squares,
  least: Math.min(one.least, other.least),
  most: Math.max(one.most, other.most),
})

const of = (value: number): Spread => ({ n: 1, sum: value, squares: value * value, least: value, most: value })

/** Runs some seeds, one after the other. */
export function runBatch({ lab, settings, acts, untilUs }: SweepTask, { first, count }: Seeds): BatchResult {
  const failures: SeedFailure[] = []
  let events = 0
  let measures: readonly Spread[] = labs.get(lab)!.measures.map(() => NO_SPREAD)
  for (let seed = first; seed < first + count; seed++) {
    const headless = new Headless(labs.get(lab)!, { seed, settings, acts })
    const ending = headless.toEnd(untilUs)
    events += headless.sim.eventCount
    if (ending.kind === 'ended') {
      const values = headless.lab.measures.map((measure) => readMeasure(measure, headless.sim))
      measures = measures.map((spread, at) => (values[at] == null ? spread : joined(spread, of(values[at]))))
    }
    if (ending.kind !== 'ended') failures.push({ kind: 'ended early', seed, ending })
    else if (headless.sim.broken.length > 0) failures.push({ kind: 'broken', seed, rules: headless.broken() })
  }
  return { ran: count, events, failures, measures }
}
