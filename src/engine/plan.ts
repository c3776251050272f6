import type { Range } from '../base/units.ts'
import type { Protocol } from '../machine/machine.ts'
import type { LinkCondition } from '../sim/network.ts'
import type { Meter, Plan } from '../sim/plan.ts'
import type { Measure } from './lab.ts'

/** Parts of a plan that labs have in common. */

/** A link as the settings say, and nothing wrong with it otherwise. */
export const linkOf = (delayUs: Range, lossPermille: number): LinkCondition => ({
  delayUs,
  lossPermille,
  duplicatePermille: 0,
  reorderPermille: 0,
  cut: false,
  clog: false,
})

/** A disk that works, and keeps what was written before a crash. */
export const diskOf = (latencyUs: Range): Plan<Protocol>['disk'] => ({ latencyUs, stalled: false, onCrash: 'keep' })

/** The meters behind the measures, each once. */
export function metersOf<P extends Protocol>(measures: readonly Measure<P>[]): readonly Meter<P>[] {
  return [...new Set(measures.flatMap(({ meter }) => (meter === null ? [] : [meter])))]
}

/** A whole rate, shared as evenly as integers allow; the first clients take what is left over. */
export function share(rate: number, clients: number): readonly number[] {
  return Array.from({ length: clients }, (_, at) => Math.floor(rate / clients) + (at < rate % clients ? 1 : 0))
}
