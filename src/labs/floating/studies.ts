import { CORRECTED, type Corrections } from '../../physics/corrections.ts'
import type { Vec3 } from '../../physics/design/types.ts'
import { setImpedance } from '../../physics/dynamics.ts'
import { floatingBody, type Pull, righting } from '../../physics/hull/nonlinear.ts'
import type { NewtonStep } from '../../physics/mooring/catenary.ts'
import type { Complex } from '../../physics/solution.ts'
import { solveCase } from '../../physics/solve.ts'
import { NUMBERS } from './contract.ts'
import { numbersOf } from './numbers.ts'
import { type PlatformInput, type Solved, solve } from './platform.ts'
import { degrees } from './rules.ts'

/** What can be computed beside the run, for those who want to look inside. Everything is a table of numbers. */

/** Lists in which a curve of righting arms is computed, degrees. */
const HEELS_DEG = Array.from({ length: 31 }, (_, at) => at * 2)

/** The curve of righting arms about one axis. */
export interface StabilityCurve {
  readonly axis: 'roll' | 'pitch'
  /** Heel in degrees, arm in metres. */
  readonly points: readonly (readonly [number, number])[]
  /** The same by the metacentric height alone: GM sin(heel). */
  readonly linear: readonly (readonly [number, number])[]
  readonly metacentricHeightM: number
  /** Why the curve ends before its last angle; null: it does not. */
  readonly ended: string | null
}

/** How far the platform can heel: weight and buoyancy of the solid members, with the vertical pull of the lines at rest. */
export function stability({ prepared, unloaded }: Solved): readonly StabilityCurve[] {
  const { design, hull } = prepared
  const pulls = unloaded.lines.map(({ endB, forceB }): Pull => ({ at: endB as Vec3, forceN: -forceB[2] }))
  const body = floatingBody(design, hull.statics, pulls)
  const radians = HEELS_DEG.map((heel) => (heel * Math.PI) / 180)
  return (['roll', 'pitch'] as const).map((axis) => {
    const { points, end } = righting(body, axis === 'roll' ? 0 : 90, radians)
    const [first, second] = points
    const slope =
      first === undefined || second === undefined ? 0 : (second.armM - first.armM) / Math.sin(second.heelRad)
    return {
      axis,
      points: points.map(({ heelRad, armM }) => [degrees(heelRad), armM]),
      linear: HEELS_DEG.map((heel, at) => [heel, slope * Math.sin(radians[at]!)]),
      metacentricHeightM: slope,
      ended:
        end === null
          ? null
          : end.kind === 'sinks'
            ? `it sinks: its weight is ${(end.weightN / 1e6).toFixed(0)} MN, all its volume lifts ${(end.greatestBuoyancyN / 1e6).toFixed(0)} MN`
            : `at ${degrees(end.heelRad).toFixed(0)} degrees it trims until it falls over another side`,
    }
  })
}

/** One strip with its terms. */
export interface StripRow {
  readonly z: number
  readonly lengthM: number
  readonly widthM: number
  /** rho V Ca along p1, kg. */
  readonly addedMassKg: number
  /** rho V (1 + Ca) along p1, kg. */
  readonly inertiaKg: number
  /** What acts on the end, kg along the axis. */
  readonly endAddedMassKg: number
  /** Root mean square of the relative velocity along p1 (of a circle: across), m/s, and what it makes of the drag, Ns/m; null above water. */
  readonly drag: { readonly speedMps: number; readonly coefficient: number } | null
  readonly cd: number
}

/** Every strip of a member with what it adds to Morison's equation. */
export function stripsOf({ prepared, solution }: Solved, member: number): readonly StripRow[] {
  const { strips, members } = prepared.hull
  const { sea, response } = solution.inside
  const wet = new Map([...sea.wet.strip].map((strip, row) => [strip, 3 * row + 1]))
  const density = prepared.design.site.waterDensity
  const { firstStrip, strips: count } = members[member]!
  return Array.from({ length: count }, (_, at): StripRow => {
    const i = firstStrip + at
    const volume = strips.sideVolume[i]!
    const row = wet.get(i)
    return {
      z: strips.position[3 * i + 2]!,
      lengthM: strips.dl[i]!,
      widthM: strips.d1[i]!,
      addedMassKg: density * volume * strips.ca1[i]!,
      inertiaKg: density * volume * (1 + strips.ca1[i]!),
      endAddedMassKg: density * strips.endVolume[i]! * strips.caEnd[i]!,
      drag:
        row === undefined
          ? null
          : { speedMps: response.relativeSpeed[row]!, coefficient: response.dragCoefficient[row]! },
      cd: strips.cd1[i]!,
    }
  })
}

/** The impedance at one frequency, and what it is made of. */
export interface Impedance {
  readonly w: number
  readonly re: readonly number[]
  readonly im: readonly number[]
  /** Force and response of the first train, per degree of freedom. */
  readonly force: readonly { readonly re: number; readonly im: number }[]
  readonly response: readonly { readonly re: number; readonly im: number }[]
}

/** Z = -w2 (M + A) + i w B + C at a frequency of the grid. */
export function impedanceAt({ solution }: Solved, frequency: number): Impedance {
  const { system, response } = solution.inside
  const [re, im] = [new Float64Array(36), new Float64Array(36)]
  setImpedance(system, response.dragDamping, frequency, re, im)
  const nw = system.grid.count
  const at = (dof: number) => dof * nw + frequency
  const six = [0, 1, 2, 3, 4, 5]
  return {
    w: system.grid.w[frequency]!,
    re: [...re],
    im: [...im],
    force: six.map((dof) => ({
      re: solution.excitation.re[at(dof)]! + solution.dragExcitation.re[at(dof)]!,
      im: solution.excitation.im[at(dof)]! + solution.dragExcitation.im[at(dof)]!,
    })),
    response: six.map((dof) => ({ re: solution.Xi.re[at(dof)]!, im: solution.Xi.im[at(dof)]! })),
  }
}

/** One pass of the drag linearization. */
export interface PassRow {
  readonly relativeChange: number
  /** Standard deviation of surge, heave [m] and pitch [deg] after it. */
  readonly surgeM: number
  readonly heaveM: number
  readonly pitchDeg: number
}

/** The drag iteration pass by pass: damping from the last amplitudes, amplitudes from that damping. */
export function passesOf({ input, prepared }: Solved): readonly PassRow[] {
  const solved = solveCase({ ...prepared, options: { ...prepared.options, keepPasses: true } }, input.loads)
  if (!solved.ok) return []
  const nw = prepared.grid.count
  const deviation = ({ re, im }: Complex, dof: number): number => {
    let sum = 0
    for (let at = dof * nw; at < (dof + 1) * nw; at++) sum += re[at]! * re[at]! + im[at]! * im[at]!
    return Math.sqrt(sum / 2)
  }
  return solved.value.inside.response.passes.map(({ relativeChange, Xi }) => ({
    relativeChange,
    surgeM: deviation(Xi, 0),
    heaveM: deviation(Xi, 2),
    pitchDeg: degrees(deviation(Xi, 4)),
  }))
}

/** Newton's steps for the tensions of a line at rest; empty where a formula is enough. */
export function newtonOf({ prepared, solution, input }: Solved, line: number): readonly NewtonStep[] {
  const { mooring } = prepared
  if (mooring === null || input.brokenLines.includes(line)) return []
  return mooring.steps(mooring.at(solution.rest.pose, { broken: input.brokenLines }), line)
}

/** What one correction of RAFT's defects changes. */
export interface CorrectionRow {
  readonly defect: keyof Corrections
  /** Numbers with the defect and without it. */
  readonly changes: readonly {
    readonly name: string
    readonly unit: string
    readonly asRaft: number
    readonly corrected: number
  }[]
  /** Why there is no solution with the defect; null: there is one. */
  readonly failure: string | null
}

/** Relative changes below this are not told, nor changes of what is nothing but rounding. */
const VISIBLE = 1e-6

const isVisible = (one: number, other: number): boolean =>
  Math.max(Math.abs(one), Math.abs(other)) > VISIBLE && Math.abs(one - other) > VISIBLE * Math.abs(other)

/** Every defect switched on alone, beside the corrected model: what it does to this design in this sea. */
export function correctionsOf(input: PlatformInput): readonly CorrectionRow[] {
  const right = solve({ ...input, corrections: CORRECTED }, null)
  if (!right.ok) return []
  const expected = numbersOf(right.value)
  const keys = Object.keys(CORRECTED) as (keyof Corrections)[]
  return keys.map((defect): CorrectionRow => {
    const wrong = solve({ ...input, corrections: { ...CORRECTED, [defect]: false } }, null)
    if (!wrong.ok) return { defect, changes: [], failure: wrong.error.message }
    const found = numbersOf(wrong.value)
    const changes = NUMBERS.map(({ name, unit }, at) => ({ name, unit, asRaft: found[at]!, corrected: expected[at]! }))
    return { defect, changes: changes.filter(({ asRaft, corrected }) => isVisible(asRaft, corrected)), failure: null }
  })
}
