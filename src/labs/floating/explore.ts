import { draw, streamKey } from '../../base/prng.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import { sensitivityTo } from '../../physics/beyond/sensitivity.ts'
import { dimensionsOf } from '../../physics/design/dimensions.ts'
import type { Design } from '../../physics/design/types.ts'
import { NUMBERS, type SweepPlan } from './contract.ts'
import { numbersOf } from './numbers.ts'
import { type PlatformInput, solve } from './platform.ts'

/** Designs around the present one, in slices, so that whoever asks hears something soon and may stop. */

/** What one per cent more of a dimension does to every number of {@link NUMBERS}; null: no such design floats. */
export interface SensitivityRow {
  readonly dimension: string
  readonly change: Float64Array | null
}

/** Sensitivities to the dimensions with these names. A dimension that is 0 has no per cent, and no row. */
export function sensitivitiesTo(input: PlatformInput, names: readonly string[]): readonly SensitivityRow[] {
  const numbers = (design: Design) => {
    const solved = solve({ ...input, design }, null, 'tight')
    return solved.ok ? numbersOf(solved.value) : null
  }
  const wanted = dimensionsOf(input.design).filter(({ name, value }) => names.includes(name) && value !== 0)
  return wanted.map((dimension) => {
    const { change } = sensitivityTo(dimension, numbers)
    return { dimension: dimension.name, change: change?.map((slope) => slope * dimension.value * 0.01) ?? null }
  })
}

/** Designs of a sweep with their numbers. */
export interface SweepSlice {
  /** Per design the values of its dimensions, then {@link NUMBERS}; NaN where there is no solution. */
  readonly rows: Float64Array
  /** Why designs have no solution, one word for each that has none. */
  readonly failures: readonly string[]
}

/** Digits of a value, as an act writes them: a design of a sweep can be opened to the last bit. */
const DIGITS = 6
/** Draws are 32-bit integers. */
const DRAWS = 0x1_0000_0000

/** The values of design number `at`. */
export function valuesAt({ axes, order, count, seed }: SweepPlan, at: number): readonly number[] {
  const steps = Math.round(count ** (1 / axes.length))
  const key = streamKey(seed, 'sweep')
  return axes.map(({ from, to }, axis) => {
    const step = axis === axes.length - 1 ? at % steps : Math.floor(at / steps)
    const share = order === 'random' ? draw(key, at * axes.length + axis) / DRAWS : step / Math.max(1, steps - 1)
    return Number((from + share * (to - from)).toPrecision(DIGITS))
  })
}

/** Solves the designs [from, to) of a sweep. */
export function sweepSlice(input: PlatformInput, plan: SweepPlan, from: number, to: number): SweepSlice {
  const { axes } = plan
  const rows = new Float64Array((to - from) * (axes.length + NUMBERS.length)).fill(Number.NaN)
  const failures: string[] = []
  const make = maker(input.design, plan)
  for (let at = from; at < to; at++) {
    const values = valuesAt(plan, at)
    const row = rows.subarray((at - from) * (axes.length + NUMBERS.length))
    row.set(values)
    const design = make(values)
    const solved = design.ok ? solve({ ...input, design: design.value }, null) : design
    if (solved.ok) row.set(numbersOf(solved.value), axes.length)
    else failures.push(typeof solved.error === 'string' ? solved.error : solved.error.kind)
  }
  return { rows, failures }
}

/**
 * Makes designs of values, one axis after the other. The dimensions of a design are many objects: those of the design that the first axis
 * made are kept, since in a grid the next one often has the same value there.
 */
function maker(design: Design, { axes }: SweepPlan): (values: readonly number[]) => Result<Design, string> {
  const dimensionAt = (of: Design, axis: number) =>
    dimensionsOf(of).find(({ name }) => name === axes[axis]!.dimension) ?? null
  const first = dimensionAt(design, 0)
  let kept: { readonly value: number; readonly second: ReturnType<typeof dimensionAt> } | null = null
  const within = (dimension: ReturnType<typeof dimensionAt>, value: number): Result<Design, string> =>
    dimension === null || value < dimension.min || value > dimension.max
      ? fail('out of range')
      : ok(dimension.with(value))
  return ([one, two]) => {
    if (two === undefined) return within(first, one!)
    if (kept?.value !== one) {
      const made = within(first, one!)
      if (!made.ok) return made
      kept = { value: one!, second: dimensionAt(made.value, 1) }
    }
    return within(kept!.second, two)
  }
}
