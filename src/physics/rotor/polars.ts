import type { Airfoil, Rotor } from '../design/types.ts'
import { evenly, linear, pchip } from './interpolate.ts'
import { smoothingSpline } from './smoothing.ts'
import { type BSpline, type PiecewiseCubic, piecewise } from './spline.ts'

/** Lift and drag of one blade element against the angle of attack in radians. */
export interface SectionPolar {
  readonly lift: PiecewiseCubic
  readonly drag: PiecewiseCubic
}

/** The same as B-splines: what a file of splines holds for every element, from hub to tip. */
export interface SectionSplines {
  readonly lift: BSpline
  readonly drag: BSpline
}

/**
 * CCBlade smooths each polar to a sum of squared residuals of 0.1 (lift) and 0.001 (drag) over two Reynolds numbers with equal data, to
 * keep the momentum equation from having several solutions; one of the two counts half.
 */
const LIFT_MISFIT = 0.1 / 2
const DRAG_MISFIT = 0.001 / 2

/** Angles of attack at which polars are taken: a quarter below -30, half within 30, a quarter above 30 degrees (RAFT, raft_rotor). */
export const ANGLES_DEG: readonly number[] = [
  ...evenly(-180, -30, 51),
  ...evenly(-30, 30, 100).slice(1, -1),
  ...evenly(30, 180, 51),
]

/** Lift and drag of every element at {@link ANGLES_DEG}, blended along the span. */
export interface BlendedPolars {
  readonly lift: readonly (readonly number[])[]
  readonly drag: readonly (readonly number[])[]
  readonly relativeThickness: readonly number[]
}

/**
 * The polar of every element, hub to tip: a monotone cubic over relative thickness, which itself follows a monotone cubic along the span
 * (raft_rotor, Rotor.__init__). Blades that do not thin out steadily towards the tip, which RAFT refuses, are blended straight along the
 * span.
 */
export function blendPolars(rotor: Rotor): BlendedPolars {
  const span = Array.from({ length: rotor.elements }, (_, i) => i / rotor.elements + 0.5 / rotor.elements)
  const foils = rotor.airfoilPositions.map(({ name }) => airfoilNamed(rotor.airfoils, name))
  const fractions = rotor.airfoilPositions.map(({ fraction }) => fraction)
  const thickness = foils.map((foil) => foil.relativeThickness)
  const lifts = foils.map((foil) => resample(foil.angleDeg, foil.lift))
  const drags = foils.map((foil) => resample(foil.angleDeg, foil.drag))
  if (!thickness.every((value, i) => i === 0 || value <= thickness[i - 1]!) || new Set(thickness).size < 2) {
    const along = (rows: readonly (readonly number[])[]): number[][] => blendStraight(fractions, rows, span)
    return {
      lift: along(lifts),
      drag: along(drags),
      relativeThickness: span.map((s) => linear(fractions, thickness, s)),
    }
  }
  const relativeThickness = pchip(fractions, thickness, span)
  const steps = [...new Set(thickness)].sort((a, b) => a - b)
  const first = steps.map((value) => thickness.indexOf(value))
  const over = (rows: readonly (readonly number[])[]): number[][] =>
    blend(
      steps,
      first.map((i) => rows[i]!),
      relativeThickness,
    )
  return { lift: over(lifts), drag: over(drags), relativeThickness }
}

function airfoilNamed(airfoils: readonly Airfoil[], name: string): Airfoil {
  const found = airfoils.find((foil) => foil.name === name)
  if (found === undefined) throw new Error(`no airfoil is called ${name}`)
  return found
}

/** A polar at {@link ANGLES_DEG}; both ends get the value at +180 degrees when they differ. */
function resample(angles: readonly number[], values: readonly number[]): number[] {
  const taken = ANGLES_DEG.map((angle) => linear(angles, values, angle))
  const last = taken.at(-1)!
  if (Math.abs(taken[0]! - last) > 1e-5) taken[0] = last
  return taken
}

/** One row of values for each number of `at`, by a monotone cubic through the rows at x. */
function blend(x: readonly number[], rows: readonly (readonly number[])[], at: readonly number[]): number[][] {
  const columns = ANGLES_DEG.map((_, column) =>
    pchip(
      x,
      rows.map((row) => row[column]!),
      at,
    ),
  )
  return at.map((_, i) => columns.map((column) => column[i]!))
}

function blendStraight(x: readonly number[], rows: readonly (readonly number[])[], at: readonly number[]): number[][] {
  return at.map((value) =>
    ANGLES_DEG.map((_, column) =>
      linear(
        x,
        rows.map((row) => row[column]!),
        value,
      ),
    ),
  )
}

/** Smooths the blended polars as CCBlade does. Elements with the same polar share one spline. */
export function smoothPolars(blended: BlendedPolars): SectionSplines[] {
  return blended.lift.reduce<SectionSplines[]>((done, lift, i) => {
    const drag = blended.drag[i]!
    const before = done.at(-1)
    const same = before !== undefined && alike(lift, blended.lift[i - 1]!) && alike(drag, blended.drag[i - 1]!)
    const own = (): SectionSplines => ({
      lift: smoothingSpline(ANGLES_RAD, lift, LIFT_MISFIT),
      drag: smoothingSpline(ANGLES_RAD, drag, DRAG_MISFIT),
    })
    done.push(same ? before : own())
    return done
  }, [])
}

const ANGLES_RAD = ANGLES_DEG.map((angle) => angle * (Math.PI / 180))

function alike(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => value === b[i])
}

/** Splines in the form in which they are evaluated. */
export function sectionPolars(splines: readonly SectionSplines[]): SectionPolar[] {
  return splines.map(({ lift, drag }) => ({ lift: piecewise(lift), drag: piecewise(drag) }))
}
