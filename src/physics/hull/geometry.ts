import type { MemberDesign, Pair, PerStation, Vec3 } from '../design/types.ts'
import { along, cross, type Mat3, norm, radians, scale, subtract, transform, turned } from '../linear/vec3.ts'

/** Where a member's copies stand and how they point; values between stations. Source: specification 2.2, RAFT raft_member.py. */

/** One copy of a member in the platform's frame at zero offset. */
export interface Placed {
  readonly design: MemberDesign
  /** Index in `platform.members`; -1 for the tower. */
  readonly index: number
  readonly part: 'platform' | 'tower'
  readonly headingDeg: number
  readonly endA: Vec3
  readonly endB: Vec3
  readonly lengthM: number
  readonly q: Vec3
  readonly p1: Vec3
  readonly p2: Vec3
  /** Columns p1, p2, q. */
  readonly axes: Mat3
}

/** Two positions along a member are the same station: nearer than a nanometre. */
export const sameStation = (a: number, b: number): boolean => Math.abs(a - b) < 1e-9

/** Every copy of a member, by heading. */
export function place(design: MemberDesign, index: number, part: 'platform' | 'tower'): Placed[] {
  return (design.headingsDeg ?? [0]).map((headingDeg) => placeAt(design, index, part, headingDeg))
}

/** One copy. The twist of a vertical rectangular member turns with its heading (RAFT raft_member.py:__init__). */
function placeAt(design: MemberDesign, index: number, part: 'platform' | 'tower', headingDeg: number): Placed {
  const endA = headingDeg === 0 ? design.endA : turned(design.endA, headingDeg)
  const endB = headingDeg === 0 ? design.endB : turned(design.endB, headingDeg)
  const vertical = design.endA[0] === design.endB[0] && design.endA[1] === design.endB[1]
  const twistDeg = design.shape === 'circular' ? 0 : design.twistDeg + (vertical ? headingDeg : 0)
  return { design, index, part, headingDeg, endA, endB, ...orientation(endA, endB, twistDeg) }
}

/** Length and axes of a member: R = Rz(beta) Ry(phi) Rz(twist), p1 = R ex, p2 = q x p1 (RAFT raft_member.py:setPosition). */
export function orientation(endA: Vec3, endB: Vec3, twistDeg: number) {
  const span = subtract(endB, endA)
  const lengthM = norm(span)
  const q = scale(span, 1 / lengthM)
  const beta = Math.atan2(q[1], q[0])
  const phi = inclination(q)
  const [s1, c1, s2, c2] = [Math.sin(beta), Math.cos(beta), Math.sin(phi), Math.cos(phi)]
  const [s3, c3] = [Math.sin(radians(twistDeg)), Math.cos(radians(twistDeg))]
  const axes: Mat3 = [
    c1 * c2 * c3 - s1 * s3,
    -c3 * s1 - c1 * c2 * s3,
    c1 * s2,
    c1 * s3 + c2 * c3 * s1,
    c1 * c3 - c2 * s1 * s3,
    s1 * s2,
    -c3 * s2,
    s2 * s3,
    c2,
  ]
  const p1 = transform(axes, [1, 0, 0])
  return { lengthM, q, p1, p2: cross(q, p1), axes }
}

/** Angle between the axis and the vertical, rad. */
export const inclination = (q: Vec3): number => Math.atan2(Math.sqrt(q[0] * q[0] + q[1] * q[1]), q[2])

/** A point on the axis. */
export const pointAt = (member: Placed, s: number): Vec3 =>
  along(member.endA, subtract(member.endB, member.endA), s / member.lengthM)

/** Index i of the interval with at[i] <= x < at[i + 1]; the last one at the end, -1 before the start (numpy.interp's rule). */
function intervalAt(x: number, at: readonly number[]): number {
  let i = at.length - 1
  while (i >= 0 && at[i]! > x) i--
  return i
}

/** Linear interpolation; at a repeated station the later value holds (numpy.interp). */
export function interpolate(x: number, at: readonly number[], values: readonly number[]): number {
  const i = intervalAt(x, at)
  if (i < 0) return values[0]!
  if (i >= at.length - 1) return values[values.length - 1]!
  const slope = (values[i + 1]! - values[i]!) / (at[i + 1]! - at[i]!)
  return slope * (x - at[i]!) + values[i]!
}

/** {@link interpolate} for both directions of a section. */
export const interpolatePair = (x: number, at: readonly number[], values: readonly Pair[]): Pair => [
  interpolate(
    x,
    at,
    values.map(([first]) => first),
  ),
  interpolate(
    x,
    at,
    values.map(([, second]) => second),
  ),
]

/** Inner diameter or sides at each station. */
export const innerSides = ({ sidesM, wallM }: MemberDesign): Pair[] =>
  sidesM.map(([a, b], i) => [a - 2 * wallM[i]!, b - 2 * wallM[i]!])

/**
 * {@link innerSides} as caps see them: of a rectangle with two stations RAFT HEAD takes the first wall off the sides along p1 and the second
 * off the sides along p2; it refuses more stations (specification 6, defect 6).
 */
export function innerSidesAtCaps(design: MemberDesign, wallsCorrected: boolean): Pair[] {
  const { shape, sidesM, wallM } = design
  if (wallsCorrected || shape === 'circular' || sidesM.length !== 2) return innerSides(design)
  return sidesM.map(([a, b]) => [a - 2 * wallM[0]!, b - 2 * wallM[1]!])
}

/**
 * A coefficient at each station. RAFT HEAD takes the first two entries of a one-dimensional list for p1 and p2 everywhere
 * (specification 6, defect 7).
 */
export function coefficients({ values, listed }: PerStation, listsCorrected: boolean): readonly Pair[] {
  if (!listed || listsCorrected) return values
  const pair: Pair = [values[0]![0], values[1]![0]]
  return values.map(() => pair)
}
