import type { Dimension } from '../design/dimensions.ts'
import type { Design } from '../design/types.ts'

/** How anything that is solved changes with any dimension, by central differences at the speed of the solver. */

/** Change of some numbers per unit of a dimension. */
export interface Sensitivity {
  readonly dimension: string
  readonly value: number
  /** Half the distance of the two designs that were solved. */
  readonly step: number
  /** Null: one of the two has no solution. */
  readonly change: Float64Array | null
}

/** Part of the dimension's value that a step is, and of its range where the value is 0. */
const PART = 1e-3

/**
 * The sensitivity of numbers (null: the design has no solution) to one dimension. Differences of nearly equal numbers need iterations that
 * are driven to the end: `tight`.
 */
export function sensitivityTo(
  { name, value, min, max, with: made }: Dimension,
  numbersOf: (design: Design) => Float64Array | null,
): Sensitivity {
  const wanted = PART * (Math.abs(value) || max - min)
  // At the end of the range the difference is taken inwards.
  const [low, high] = [Math.max(min, value - wanted), Math.min(max, value + wanted)]
  const [less, more] = [low, high].map((at) => numbersOf(made(at)))
  const step = (high - low) / 2
  const change = less == null || more == null ? null : less.map((x, i) => (more[i]! - x) / (high - low))
  return { dimension: name, value, step, change }
}
