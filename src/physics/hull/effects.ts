import { CORRECTED, type Corrections } from '../corrections.ts'
import type { Design } from '../design/types.ts'
import type { HullStatics } from '../hull.ts'
import { buildHull } from './build.ts'
import { attitudeOf, type FloatingBody, floatingBody, restoringForce, submerge } from './nonlinear.ts'

/** What each correction of the hull changes in a design, beside the exact value where there is one apart from the formulas. */

/** A number of the hull at zero offset, about the platform's reference point. */
export type HullQuantity =
  | 'mass'
  | 'displacement'
  | 'waterplane'
  | 'metacentre'
  | 'heaveStiffness'
  | 'rollStiffness'
  | 'pitchStiffness'
  | 'rollInertia'
  | 'pitchInertia'
  | 'yawInertia'
  | 'surgeAddedMass'
  | 'swayAddedMass'
  | 'heaveAddedMass'
  | 'pitchAddedMass'

/** One number as it is with one of RAFT's defects, and without. */
export interface Effect {
  readonly correction: keyof Corrections
  readonly quantity: HullQuantity
  readonly withDefect: number
  readonly corrected: number
  /** By cutting the solids with the surface; null where only the corrected formula tells. */
  readonly exact: number | null
}

const HULL_CORRECTIONS = [
  'inclinedWaterline',
  'taperedWaterline',
  'stepInertia',
  'coefficientLists',
  'rectangularStations',
  'rectangularFrusta',
  'bulkheadStations',
  'rectangularEnds',
] as const satisfies readonly (keyof Corrections)[]

const diagonal = (i: number): number => i * 7

/** Stiffness is that of weight and buoyancy together. */
const QUANTITIES: Readonly<Record<HullQuantity, (statics: HullStatics) => number>> = {
  mass: ({ massKg }) => massKg,
  displacement: ({ displacedM3 }) => displacedM3,
  waterplane: ({ waterplaneAreaM2 }) => waterplaneAreaM2,
  metacentre: ({ metacentreM }) => metacentreM,
  heaveStiffness: (statics) => stiffness(statics, 2),
  rollStiffness: (statics) => stiffness(statics, 3),
  pitchStiffness: (statics) => stiffness(statics, 4),
  rollInertia: ({ massMatrix }) => massMatrix[diagonal(3)]!,
  pitchInertia: ({ massMatrix }) => massMatrix[diagonal(4)]!,
  yawInertia: ({ massMatrix }) => massMatrix[diagonal(5)]!,
  surgeAddedMass: ({ addedMass }) => addedMass[diagonal(0)]!,
  swayAddedMass: ({ addedMass }) => addedMass[diagonal(1)]!,
  heaveAddedMass: ({ addedMass }) => addedMass[diagonal(2)]!,
  pitchAddedMass: ({ addedMass }) => addedMass[diagonal(4)]!,
}

const stiffness = ({ hydrostaticStiffness, weightStiffness }: HullStatics, dof: number): number =>
  hydrostaticStiffness[diagonal(dof)]! + weightStiffness[diagonal(dof)]!

/** Changes smaller than this share of a number are rounding. */
const ROUNDING = 1e-10

/** Every number that a single defect changes; the others are corrected. */
export function correctionEffects(design: Design): Effect[] {
  const right = buildHull(design, CORRECTED).statics
  const exact = exactly(floatingBody(design, right))
  return HULL_CORRECTIONS.flatMap((correction) => {
    const wrong = buildHull(design, { ...CORRECTED, [correction]: false }).statics
    return Object.entries(QUANTITIES).flatMap(([name, of]): Effect[] => {
      const quantity = name as HullQuantity
      const [withDefect, corrected] = [of(wrong), of(right)]
      if (Math.abs(withDefect - corrected) <= ROUNDING * Math.abs(corrected)) return []
      return [{ correction, quantity, withDefect, corrected, exact: exact[quantity] ?? null }]
    })
  })
}

/** Steps of heave [m] and rotation [rad] of the differences. */
const STEP = 1e-4

function exactly(body: FloatingBody): Partial<Record<HullQuantity, number>> {
  const { volumeM3, waterplane } = submerge(body, attitudeOf([0, 0, 0, 0, 0, 0]))
  const change = (dof: number) => {
    const at = (step: number) => restoringForce(body, attitudeOf([0, 1, 2, 3, 4, 5].map((i) => (i === dof ? step : 0))))
    return -(at(STEP)[dof]! - at(-STEP)[dof]!) / (2 * STEP)
  }
  return {
    displacement: volumeM3,
    waterplane: waterplane.areaM2,
    heaveStiffness: change(2),
    rollStiffness: change(3) - body.gravity * body.freeSurface[0],
    pitchStiffness: change(4) - body.gravity * body.freeSurface[1],
  }
}
