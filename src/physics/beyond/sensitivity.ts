import type { Corrections } from '../corrections.ts'
import type { Dimension } from '../design/dimensions.ts'
import type { Design, LoadCase } from '../design/types.ts'
import { prepare, type SolveOptions, solveCase, solveUnloaded } from '../solve.ts'

/** How periods and motions change with any dimension, by central differences at the speed of the solver. */

/** What the solver finds for a design, as plain numbers. */
export interface Behaviour {
  /** Natural periods, surge to yaw, s. */
  readonly periodsS: Float64Array
  /** Standard deviations, surge to yaw, m and degrees. */
  readonly deviations: Float64Array
}

/** Change of the behaviour per unit of a dimension. */
export interface Sensitivity {
  readonly dimension: string
  readonly value: number
  /** Half the distance of the two designs that were solved. */
  readonly step: number
  /** Null: one of the two has no solution. */
  readonly change: Behaviour | null
}

/** Part of the dimension's value that a step is, and of its range where the value is 0. */
const PART = 1e-3

/** The behaviour of a design in a load case; null where it has none. */
export function behaviourOf(
  design: Design,
  corrections: Corrections,
  input: LoadCase,
  options: SolveOptions,
): Behaviour | null {
  const prepared = prepare(design, corrections, options)
  const unloaded = solveUnloaded(prepared)
  const solution = unloaded.ok ? solveCase(prepared, input) : unloaded
  if (!unloaded.ok || !solution.ok) return null
  return {
    periodsS: unloaded.value.modes.periodS,
    deviations: Float64Array.from(solution.value.statistics.dof, ({ std }) => std),
  }
}

/** The sensitivity to one dimension. Iterations are driven to the end by default: differences of nearly equal numbers need it. */
export function sensitivityTo(
  dimension: Dimension,
  corrections: Corrections,
  input: LoadCase,
  options: SolveOptions = { precision: 'tight' },
): Sensitivity {
  const { name, value, min, max } = dimension
  const wanted = PART * (Math.abs(value) || max - min)
  // At the end of the range the difference is taken inwards.
  const [low, high] = [Math.max(min, value - wanted), Math.min(max, value + wanted)]
  const [less, more] = [low, high].map((at) => behaviourOf(dimension.with(at), corrections, input, options))
  const step = (high - low) / 2
  if (less == null || more == null) return { dimension: name, value, step, change: null }
  const slope = (a: Float64Array, b: Float64Array) => a.map((x, i) => (b[i]! - x) / (high - low))
  const change = {
    periodsS: slope(less.periodsS, more.periodsS),
    deviations: slope(less.deviations, more.deviations),
  }
  return { dimension: name, value, step, change }
}

/** One bar of a tornado: what a change of every dimension by `part` of its value does to one number, the greatest first. */
export function tornado(
  sensitivities: readonly Sensitivity[],
  part: number,
  of: (change: Behaviour) => number,
): { readonly dimension: string; readonly change: number }[] {
  return sensitivities
    .flatMap(({ dimension, value, change }) =>
      change === null ? [] : [{ dimension, change: of(change) * value * part }],
    )
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change))
}
