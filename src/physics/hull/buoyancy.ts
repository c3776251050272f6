import type { Corrections } from '../corrections.ts'
import type { Pair, Site, Vec3 } from '../design/types.ts'
import { accumulate, forceAt, zeros6 } from '../linear/mat6.ts'
import { add, along, ORIGIN, scale, subtract, turnedMoments } from '../linear/vec3.ts'
import { type Cut, centreOf, cut } from './cut.ts'
import { area, type Frustum, frustumVolume } from './frusta.ts'
import { inclination, type Placed } from './geometry.ts'

/**
 * Buoyancy and hydrostatic stiffness of a member about its end A, at zero offset. Source: specification 2.4, RAFT
 * raft_member.py:getHydrostatics.
 */

/** Buoyancy of one member; places relative to end A, axes of the platform. */
export interface MemberBuoyancy {
  readonly force: Float64Array
  readonly stiffness: Float64Array
  readonly displacedM3: number
  readonly centreOfBuoyancy: Vec3
  readonly waterplane: Waterplane
}

/** Where a member pierces the water. */
export interface Waterplane {
  readonly areaM2: number
  /** About the x-axis through its own centre. */
  readonly secondMomentM4: number
  readonly x: number
  readonly y: number
}

/** What one interval adds. */
interface Piece {
  readonly force: Float64Array
  readonly stiffness: Float64Array
  readonly volumeM3: number
  /** Relative to end A. */
  readonly centre: Vec3
  readonly waterplane: Waterplane | null
}

const DRY: Waterplane = { areaM2: 0, secondMomentM4: 0, x: 0, y: 0 }

/** Everything about the buoyancy of one member. */
export function memberBuoyancy(member: Placed, site: Site, corrections: Corrections): MemberBuoyancy {
  const force = new Float64Array(6)
  const stiffness = zeros6()
  let displacedM3 = 0
  let moment: Vec3 = ORIGIN
  let waterplane = DRY
  for (let i = 0; i + 1 < member.design.stationsM.length; i++) {
    const piece = intervalBuoyancy(member, i, site, corrections)
    if (piece === null) continue
    accumulate(force, piece.force)
    accumulate(stiffness, piece.stiffness)
    displacedM3 += piece.volumeM3
    moment = add(moment, scale(piece.centre, piece.volumeM3))
    waterplane = piece.waterplane ?? waterplane
  }
  const centreOfBuoyancy = displacedM3 > 0 ? scale(moment, 1 / displacedM3) : ORIGIN
  return { force, stiffness, displacedM3, centreOfBuoyancy, waterplane }
}

/** The interval above station i; null when it has no length or is above the water. */
function intervalBuoyancy(member: Placed, i: number, site: Site, corrections: Corrections): Piece | null {
  const { stationsM, sidesM, shape } = member.design
  const [from, to] = [stationsM[i]!, stationsM[i + 1]!]
  if (from === to) return null
  const bottom = along(member.endA, member.q, from)
  const top = along(member.endA, member.q, to)
  const frustum: Frustum = { shape, bottom: sidesM[i]!, top: sidesM[i + 1]!, heightM: to - from }
  if (isExact(frustum, corrections)) return exactly(member, frustum, bottom, top, site, corrections)
  if (bottom[2] * top[2] <= 0) return crossing(member, frustum, bottom, top, site, corrections)
  return bottom[2] < 0 ? submerged(member, frustum, bottom, site, corrections) : null
}

/**
 * Cut by the surface as it is: for whoever wants it right. A tapered interval is RAFT's as long as the diameter at its waterline is to be
 * RAFT's.
 */
function isExact({ bottom, top }: Frustum, { inclinedWaterline, taperedWaterline }: Corrections): boolean {
  const tapered = bottom[0] !== top[0] || bottom[1] !== top[1]
  return inclinedWaterline && (taperedWaterline || !tapered)
}

/**
 * C33 = rho g A, C34 = rho g Sy, C35 = -rho g Sx, C44 = rho g (Syy + V z), C55 = rho g (Sxx + V z), C45 = -rho g Sxy, C46 = -rho g V x,
 * C56 = -rho g V y (Newman, Marine Hydrodynamics, 6.16) with the area that the surface really cuts out. A station just in the surface
 * counts with what is below it.
 */
function exactly(
  member: Placed,
  frustum: Frustum,
  bottom: Vec3,
  top: Vec3,
  site: Site,
  corrections: Corrections,
): Piece | null {
  const reach = (z: number, sides: Pair) => [z - rimHeight(member, sides), z + rimHeight(member, sides)] as const
  const heights = [...reach(bottom[2], frustum.bottom), ...reach(top[2], frustum.top)]
  if (Math.max(...heights) < 0) return submerged(member, frustum, bottom, site, corrections)
  if (Math.min(...heights) >= 0) return null
  const { q, p1, p2 } = member
  const part = cut({ ...frustum, origin: subtract(bottom, [member.endA[0], member.endA[1], 0]), q, p1, p2 })
  const pressure = site.waterDensity * site.gravity
  const [cx, cy, cz] = centreOf(part)
  const centre: Vec3 = [cx, cy, cz - member.endA[2]]
  const stiffness = zeros6()
  stiffness[14] = pressure * part.areaM2
  stiffness[15] = stiffness[20] = pressure * part.y
  stiffness[16] = stiffness[26] = -pressure * part.x
  stiffness[21] = pressure * part.yy
  stiffness[22] = stiffness[27] = -pressure * part.xy
  stiffness[28] = pressure * part.xx
  addLever(stiffness, pressure * part.volumeM3, centre)
  return {
    force: forceAt([0, 0, pressure * part.volumeM3], centre),
    stiffness,
    volumeM3: part.volumeM3,
    centre,
    waterplane: waterplaneOf(part),
  }
}

function waterplaneOf({ areaM2, x, y, yy }: Cut): Waterplane | null {
  if (areaM2 <= 0) return null
  return { areaM2, secondMomentM4: yy - (y * y) / areaM2, x: x / areaM2, y: y / areaM2 }
}

/** How far the rim of a section reaches above and below its centre. */
function rimHeight({ design, p1, p2, q }: Placed, [a, b]: Pair): number {
  if (design.shape === 'circular') return (a / 2) * Math.sqrt(Math.max(0, 1 - q[2] * q[2]))
  return (Math.abs(p1[2]) * a + Math.abs(p2[2]) * b) / 2
}

/** Under water all of it: F = rho g V; C44 = C55 = F z, C46 = -F x, C56 = -F y. */
function submerged(member: Placed, frustum: Frustum, bottom: Vec3, site: Site, corrections: Corrections): Piece {
  const { volumeM3, centreM } = frustumVolume(frustum, corrections.rectangularFrusta)
  const centre = subtract(along(bottom, member.q, centreM), member.endA)
  const lift = site.waterDensity * site.gravity * volumeM3
  const stiffness = zeros6()
  addLever(stiffness, lift, centre)
  return { force: forceAt([0, 0, lift], centre), stiffness, volumeM3, centre, waterplane: null }
}

function addLever(stiffness: Float64Array, lift: number, [x, y, z]: Vec3): void {
  stiffness[21] = stiffness[21]! + lift * z
  stiffness[28] = stiffness[28]! + lift * z
  stiffness[23] = stiffness[23]! - lift * x
  stiffness[29] = stiffness[29]! - lift * y
}

/** Sides where the axis meets the water. RAFT HEAD interpolates from the wrong end (specification 6). */
function sidesAtWater({ bottom, top }: Frustum, zBottom: number, zTop: number, right: boolean): Pair {
  const [low, high] = right ? [bottom, top] : [top, bottom]
  const at = (a: number, b: number) => a + ((0 - zBottom) * (b - a)) / (zTop - zBottom)
  return [at(low[0], high[0]), at(low[1], high[1])]
}

/** Through the water: RAFT's formulas, which are those of an upright member with a correction for circles. */
function crossing(
  member: Placed,
  frustum: Frustum,
  bottom: Vec3,
  top: Vec3,
  site: Site,
  corrections: Corrections,
): Piece {
  const { shape } = frustum
  const phi = inclination(member.q)
  const [sin, cos] = [Math.sin(phi), Math.cos(phi)]
  const sides = sidesAtWater(frustum, bottom[2], top[2], corrections.taperedWaterline)
  const wet = Math.abs(bottom[2] / cos)
  const { volumeM3, centreM } = frustumVolume(
    { shape, bottom: frustum.bottom, top: sides, heightM: wet },
    corrections.rectangularFrusta,
  )
  const base = subtract(bottom, member.endA)
  const centre = along(base, member.q, centreM)
  const pressure = site.waterDensity * site.gravity
  const force = forceAt([0, 0, pressure * volumeM3], base)
  if (shape === 'circular') {
    const lever = (sides[0] ** 2 / 32) * (2 + (sin / cos) ** 2) + 0.5 * wet ** 2
    const moment = -pressure * Math.PI * lever * sin
    const beta = Math.atan2(member.q[1], member.q[0])
    force[3] = force[3]! - moment * Math.sin(beta)
    force[4] = force[4]! + moment * Math.cos(beta)
  }
  const t = -bottom[2] / (top[2] - bottom[2])
  const [x, y] = [base[0] + t * (top[0] - bottom[0]), base[1] + t * (top[1] - bottom[1])]
  const areaM2 = area(shape, sides)
  const [ix, iy] = waterplaneMoments(member, sides)
  const stiffness = zeros6()
  stiffness[14] = (pressure * areaM2) / cos
  stiffness[15] = stiffness[20] = -pressure * areaM2 * y
  stiffness[16] = stiffness[26] = pressure * areaM2 * x
  stiffness[22] = stiffness[27] = pressure * areaM2 * x * y
  stiffness[21] = pressure * (ix + areaM2 * y * y)
  stiffness[28] = pressure * (iy + areaM2 * x * x)
  addLever(stiffness, pressure * volumeM3, centre)
  const secondMomentM4 = shape === 'circular' ? ix : 0
  return { force, stiffness, volumeM3, centre, waterplane: { areaM2, secondMomentM4, x, y } }
}

/** Second moments of the section about x and y. */
function waterplaneMoments({ design, axes }: Placed, [a, b]: Pair): Pair {
  if (design.shape === 'circular') return [(Math.PI / 64) * a ** 4, (Math.PI / 64) * a ** 4]
  const [xx, , , , yy] = turnedMoments(axes, (a * b ** 3) / 12, (a ** 3 * b) / 12, 0)
  return [xx, yy]
}
