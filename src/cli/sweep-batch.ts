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
}

/** Runs some seeds, one after the other. */
export function runBatch({ lab, settings, acts, untilUs }: SweepTask, { first, count }: Seeds): BatchResult {
  const failures: SeedFailure[] = []
  let events = 0
  for (let seed = first; seed < first + count; seed++) {
    const headless = new Headless(labs.get(lab)!, { seed, settings, acts })
    const ending = headless.toEnd(untilUs)
    events += headless.sim.eventCount
    if (ending.kind !== 'ended') failures.push({ kind: 'ended early', seed, ending })
    else if (headless.sim.broken.length > 0) failures.push({ kind: 'broken', seed, rules: headless.broken() })
  }
  return { ran: count, events, failures }
}
