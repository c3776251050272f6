import { fail, ok, type Result } from '../../base/result.ts'
import type { Design, Pair, Vec3 } from '../design/types.ts'
import type { HullStatics } from '../hull.ts'
import { accumulate, forceAt } from '../linear/mat6.ts'
import {
  add,
  along,
  dot,
  type Mat3,
  product,
  radians,
  rotation,
  rotationAbout,
  scale,
  subtract,
  transform,
} from '../linear/vec3.ts'
import { placeAll } from './build.ts'
import { addCut, type Cut, centreOf, cut, noCut, type Solid } from './cut.ts'
import { frustumVolume } from './frusta.ts'

/**
 * Hydrostatics without any linearization: the members as solids, cut by still water at whatever pose. What RAFT's linear stiffness is
 * compared with, and the curve of righting arms. Overlaps of members count twice, as everywhere in RAFT.
 */

/** A body that floats, ready to be held at any pose. */
export interface FloatingBody {
  /** In the body's own frame. */
  readonly solids: readonly Solid[]
  readonly massKg: number
  readonly centreOfGravity: Vec3
  /** Of water in tanks: density times the second moments of its surface about x and y, kg m2. */
  readonly freeSurface: Pair
  /** With everything under water. */
  readonly greatestVolumeM3: number
  readonly waterDensity: number
  readonly gravity: number
}

/** Position of the reference point and attitude of the axes. */
export interface Attitude {
  readonly at: Vec3
  readonly axes: Mat3
}

/** What of the body is under water. Places in the frame of the still water. */
export interface Submerged {
  readonly volumeM3: number
  readonly centreOfBuoyancy: Vec3
  /** Area, first and second moments of the surface that the body cuts out of the water. */
  readonly waterplane: Omit<Cut, 'volumeM3' | 'moment'>
}

/** A point of the curve of righting arms. */
export interface Righting {
  readonly heelRad: number
  /** Trim at which the body rests there, about the level axis across the heel's. */
  readonly trimRad: number
  /** Height of the reference point, m. */
  readonly heaveM: number
  /** Arm of the moment that turns the body back, m. */
  readonly armM: number
  readonly volumeM3: number
  readonly centreOfBuoyancy: Vec3
}

/** Why a body has no place at rest at an angle of heel: it is too heavy, or it trims until it falls over another side. */
export interface Unsteady {
  readonly kind: 'sinks' | 'falls'
  readonly heelRad: number
  readonly weightN: number
  /** With everything under water, N. */
  readonly greatestBuoyancyN: number
}

/** A constant downward force at a point of the body, such as the vertical pull of a mooring line. */
export interface Pull {
  readonly at: Vec3
  readonly forceN: number
}

/** A design's body with its masses; pulls weigh as masses do. */
export function floatingBody(design: Design, statics: HullStatics, pulls: readonly Pull[] = []): FloatingBody {
  const { gravity, waterDensity } = design.site
  let massKg = statics.massKg
  let moment = scale(statics.centreOfGravity, massKg)
  for (const { at, forceN } of pulls) {
    massKg += forceN / gravity
    moment = along(moment, at, forceN / gravity)
  }
  const surfaces = design.platform.lumps.map(({ freeSurface }) => freeSurface ?? [0, 0])
  const solids = solidsOf(design)
  return {
    solids,
    massKg,
    centreOfGravity: scale(moment, 1 / massKg),
    freeSurface: [
      surfaces.reduce((sum, [about]) => sum + about, 0),
      surfaces.reduce((sum, [, about]) => sum + about, 0),
    ],
    greatestVolumeM3: solids.reduce((sum, solid) => sum + frustumVolume(solid, true).volumeM3, 0),
    waterDensity,
    gravity,
  }
}

/** Every interval of the platform's members; a tower keeps no water out. */
function solidsOf(design: Design): Solid[] {
  const members = placeAll(design).filter(({ part }) => part === 'platform')
  return members.flatMap(({ design: { shape, stationsM, sidesM }, endA, q, p1, p2 }) =>
    stationsM.slice(1).flatMap((to, i): Solid[] => {
      const from = stationsM[i]!
      const heightM = to - from
      if (heightM <= 0) return []
      return [{ shape, bottom: sidesM[i]!, top: sidesM[i + 1]!, heightM, origin: along(endA, q, from), q, p1, p2 }]
    }),
  )
}

/** The attitude of a pose (surge, sway, heave, roll, pitch, yaw). */
export const attitudeOf = (pose: ArrayLike<number>): Attitude => ({
  at: [pose[0]!, pose[1]!, pose[2]!],
  axes: rotation(pose[3]!, pose[4]!, pose[5]!),
})

/** What of the body is under water. */
export function submerge({ solids }: Pick<FloatingBody, 'solids'>, attitude: Attitude): Submerged {
  const sum = noCut()
  for (const solid of solids) {
    const turned = held(solid, attitude)
    const reach = Math.max(Math.hypot(...solid.bottom), Math.hypot(...solid.top)) / 2
    const ends = [turned.origin[2], turned.origin[2] + solid.heightM * turned.q[2]] as const
    if (Math.max(...ends) + reach <= 0) addCut(sum, whole(turned))
    else if (Math.min(...ends) - reach < 0) addCut(sum, cut(turned))
  }
  const { volumeM3, moment: _, ...waterplane } = sum
  return { volumeM3, centreOfBuoyancy: centreOf(sum), waterplane }
}

const held = (solid: Solid, { at, axes }: Attitude): Solid => ({
  ...solid,
  origin: add(at, transform(axes, solid.origin)),
  q: transform(axes, solid.q),
  p1: transform(axes, solid.p1),
  p2: transform(axes, solid.p2),
})

/** A solid that is under water. */
function whole(solid: Solid): Cut {
  const { volumeM3, centreM } = frustumVolume(solid, true)
  return { ...noCut(), volumeM3, moment: scale(along(solid.origin, solid.q, centreM), volumeM3) }
}

/**
 * Weight and buoyancy about the displaced reference point, in axes of the still water: what brings the body back to rest. Without the free
 * surfaces of tanks.
 */
export function restoringForce(body: FloatingBody, attitude: Attitude): Float64Array {
  const { volumeM3, centreOfBuoyancy } = submerge(body, attitude)
  const lift: Vec3 = [0, 0, body.waterDensity * body.gravity * volumeM3]
  const weight: Vec3 = [0, 0, -body.massKg * body.gravity]
  const sum = forceAt(lift, subtract(centreOfBuoyancy, attitude.at))
  accumulate(sum, forceAt(weight, transform(attitude.axes, body.centreOfGravity)))
  return sum
}

/** Newton steps of heave and trim at one angle of heel, at most. */
const MAX_STEPS = 200
const GREATEST_TRIM_STEP = 0.1
/** Beyond it a body does not trim but fall. */
const GREATEST_TRIM = Math.PI / 3

/** The curve of righting arms as far as the body can be held, and what ended it. */
export interface RightingCurve {
  readonly points: readonly Righting[]
  readonly end: Unsteady | null
}

/**
 * The curve of righting arms: the body is turned about the level axis at `axisDeg` (0: roll, 90: pitch), held there, and free to heave
 * and to trim. The arm is that of buoyancy about the weight; water in tanks takes its surface's share of the sine of the heel.
 */
export function righting(body: FloatingBody, axisDeg: number, heelsRad: readonly number[]): RightingCurve {
  const points: Righting[] = []
  let guess = { heaveM: 0, trimRad: 0 }
  for (const heelRad of heelsRad) {
    const found = restAt(body, radians(axisDeg), heelRad, guess)
    if (!found.ok) return { points, end: found.error }
    points.push(found.value)
    guess = found.value
  }
  return { points, end: null }
}

/** Where the body rests when it is held at one angle of heel. */
function restAt(
  body: FloatingBody,
  axisRad: number,
  heelRad: number,
  guess: { readonly heaveM: number; readonly trimRad: number },
): Result<Righting, Unsteady> {
  const axis: Vec3 = [Math.cos(axisRad), Math.sin(axisRad), 0]
  const across: Vec3 = [-axis[1], axis[0], 0]
  const heeled = rotationAbout(axis, heelRad)
  const weightN = body.massKg * body.gravity
  const greatestBuoyancyN = body.waterDensity * body.gravity * body.greatestVolumeM3
  if (greatestBuoyancyN <= weightN) return fail({ kind: 'sinks', heelRad, weightN, greatestBuoyancyN })
  let { heaveM, trimRad } = guess
  for (let step = 0; step < MAX_STEPS && Math.abs(trimRad) < GREATEST_TRIM; step++) {
    const attitude: Attitude = { at: [0, 0, heaveM], axes: product(rotationAbout(across, trimRad), heeled) }
    const wet = submerge(body, attitude)
    const arm = armOf(body, attitude, wet)
    const next = towardsRest(body, wet, axis, arm)
    if (Math.abs(next.heaveM) < 1e-10 && Math.abs(next.trimRad) < 1e-11) {
      const armM = -dot(arm, across) - surfaceArm(body, axis) * Math.sin(heelRad)
      return ok({ heelRad, trimRad, heaveM, armM, volumeM3: wet.volumeM3, centreOfBuoyancy: wet.centreOfBuoyancy })
    }
    heaveM += next.heaveM
    trimRad += next.trimRad
  }
  return fail({ kind: 'falls', heelRad, weightN, greatestBuoyancyN })
}

/** From the centre of gravity to the centre of buoyancy. */
const armOf = ({ centreOfGravity }: FloatingBody, { at, axes }: Attitude, { centreOfBuoyancy }: Submerged): Vec3 =>
  subtract(centreOfBuoyancy, add(at, transform(axes, centreOfGravity)))

/** What water in tanks takes off the metacentric height, m. */
const surfaceArm = ({ freeSurface, massKg }: FloatingBody, axis: Vec3): number =>
  (freeSurface[0] * axis[0] ** 2 + freeSurface[1] * axis[1] ** 2) / massKg

/**
 * The step to where weight and buoyancy balance and stand above each other along the axis of heel: trim by the offset over the
 * metacentric height (towards less potential energy where that is negative), heave so that the volume is right after it.
 */
function towardsRest(body: FloatingBody, wet: Submerged, axis: Vec3, arm: Vec3) {
  const excess = wet.volumeM3 - body.massKg / body.waterDensity
  const { areaM2, x, y, xx, xy, yy } = wet.waterplane
  const reach = Math.cbrt(body.greatestVolumeM3) / 10
  if (areaM2 < 1e-9 || wet.volumeM3 <= 0) return { heaveM: excess > 0 ? reach : -reach, trimRad: 0 }
  const first = x * axis[0] + y * axis[1]
  const second = xx * axis[0] ** 2 + 2 * xy * axis[0] * axis[1] + yy * axis[1] ** 2
  const height = (second - (first * first) / areaM2) / wet.volumeM3 + arm[2]
  const trim = -dot(arm, axis) / Math.max(Math.abs(height), 1e-3)
  const trimRad = limited(trim, GREATEST_TRIM_STEP)
  return { heaveM: limited(excess / areaM2 + (first / areaM2) * trimRad, reach), trimRad }
}

const limited = (x: number, greatest: number): number => Math.max(-greatest, Math.min(greatest, x))
