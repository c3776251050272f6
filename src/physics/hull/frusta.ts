import type { Pair } from '../design/types.ts'
import type { Mat3 } from '../linear/vec3.ts'
import { diagonal } from '../linear/vec3.ts'

/** Solids between two parallel sections, circular or rectangular: volume, centre, moments of inertia of unit density. */

/** Bottom and top diameter (twice) or sides, along p1 and p2, and the height between them. */
export interface Frustum {
  readonly shape: 'circular' | 'rectangular'
  readonly bottom: Pair
  readonly top: Pair
  readonly heightM: number
}

/** Volume and height of its centre above the bottom. */
export interface Volume {
  readonly volumeM3: number
  readonly centreM: number
}

/** Area of a section. */
export const area = (shape: Frustum['shape'], [a, b]: Pair): number =>
  shape === 'circular' ? (Math.PI / 4) * a * a : a * b

/**
 * V = (A1 + A2 + Am) H / 3 and hc = (A1 + 2 Am + 3 A2) / (A1 + Am + A2) H / 4 (specification 2.3, RAFT helpers.py:FrustumVCV). For a
 * rectangle RAFT takes Am = sqrt(A1 A2), which holds only where both sides change in the same proportion; `exact` integrates the
 * product of the sides.
 */
export function frustumVolume(frustum: Frustum, exact: boolean): Volume {
  const { shape, bottom, top, heightM } = frustum
  if (shape === 'rectangular' && exact) return exactRectangle(frustum)
  const a1 = area(shape, bottom)
  const a2 = area(shape, top)
  if (a1 + a2 === 0) return { volumeM3: 0, centreM: 0 }
  const middle = shape === 'circular' ? (Math.PI / 4) * bottom[0] * top[0] : Math.sqrt(a1 * a2)
  const volumeM3 = ((a1 + a2 + middle) * heightM) / 3
  return { volumeM3, centreM: (((a1 + 2 * middle + 3 * a2) / (a1 + middle + a2)) * heightM) / 4 }
}

function exactRectangle({ bottom: [a, b], top: [c, d], heightM: h }: Frustum): Volume {
  const volumeM3 = (h * (2 * a * b + a * d + c * b + 2 * c * d)) / 6
  const moment = (h * h * (a * b + a * d + c * b + 3 * c * d)) / 12
  return { volumeM3, centreM: volumeM3 === 0 ? 0 : moment / volumeM3 }
}

/** Moments of inertia about the centre of the bottom along p1, p2 and the axis, per unit of density. */
export function frustumInertia({ shape, bottom, top, heightM }: Frustum): Mat3 {
  if (shape === 'circular') return circularInertia(bottom[0] / 2, top[0] / 2, heightM)
  const x2 = (heightM * cubeIntegral(bottom[0], top[0], bottom[1], top[1])) / 12
  const y2 = (heightM * cubeIntegral(bottom[1], top[1], bottom[0], top[0])) / 12
  const [a, b] = bottom
  const [c, d] = top
  const z2 = (heightM ** 3 * (2 * a * b + 3 * (a * d + c * b) + 12 * c * d)) / 60
  return diagonal(y2 + z2, x2 + z2, x2 + y2)
}

/**
 * Specification 2.3, RAFT helpers.py:FrustumMOI; (r2^5 - r1^5) / (r2 - r1) written out, so that it neither divides by a small difference
 * nor needs a case of its own for the cylinder.
 */
function circularInertia(r1: number, r2: number, h: number): Mat3 {
  const powers = r2 ** 4 + r2 ** 3 * r1 + r2 ** 2 * r1 ** 2 + r2 * r1 ** 3 + r1 ** 4
  const axial = (Math.PI * h * powers) / 10
  const radial = axial / 2 + (Math.PI * h ** 3 * (r1 * r1 + 3 * r1 * r2 + 6 * r2 * r2)) / 30
  return diagonal(radial, radial, axial)
}

/** The integral over t from 0 to 1 of a(t)^3 b(t) with sides that change linearly from (a, b) to (c, d). */
function cubeIntegral(a: number, c: number, b: number, d: number): number {
  return (
    (a ** 3 * b) / 5 +
    (a ** 3 * d + 3 * a * a * c * b) / 20 +
    (3 * a * a * c * d + 3 * a * c * c * b) / 30 +
    (3 * a * c * c * d + c ** 3 * b) / 20 +
    (c ** 3 * d) / 5
  )
}
