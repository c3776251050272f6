import type { Vec3 } from '../design/types.ts'

/** Vectors and 3 x 3 matrices of the geometry. A matrix is nine numbers, row by row. */

/** Nine numbers, row by row. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number]

/** The null vector. */
export const ORIGIN: Vec3 = [0, 0, 0]

/** a + b */
export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]]

/** a - b */
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]]

/** a times a number */
export const scale = (a: Vec3, factor: number): Vec3 => [a[0] * factor, a[1] * factor, a[2] * factor]

/** a + factor b: a point at a distance along a direction. */
export const along = (a: Vec3, b: Vec3, factor: number): Vec3 => [
  a[0] + b[0] * factor,
  a[1] + b[1] * factor,
  a[2] + b[2] * factor,
]

/** a . b */
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2]

/** a x b */
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
]

/** Length of a. */
export const norm = (a: Vec3): number => Math.sqrt(dot(a, a))

/** Radians of an angle in degrees. */
export const radians = (degrees: number): number => (degrees * Math.PI) / 180

/** R v */
export const transform = (R: Mat3, v: Vec3): Vec3 => [
  R[0] * v[0] + R[1] * v[1] + R[2] * v[2],
  R[3] * v[0] + R[4] * v[1] + R[5] * v[2],
  R[6] * v[0] + R[7] * v[1] + R[8] * v[2],
]

/** R^T v: the inverse of {@link transform} for a rotation. */
export const transformBack = (R: Mat3, v: Vec3): Vec3 => [
  R[0] * v[0] + R[3] * v[1] + R[6] * v[2],
  R[1] * v[0] + R[4] * v[1] + R[7] * v[2],
  R[2] * v[0] + R[5] * v[1] + R[8] * v[2],
]

/** A B */
export function product(A: Mat3, B: Mat3): Mat3 {
  const row = (i: 0 | 3 | 6): Vec3 => transformBack(B, [A[i], A[i + 1]!, A[i + 2]!])
  return [...row(0), ...row(3), ...row(6)]
}

/** The transposed matrix. */
export const transposed = (R: Mat3): Mat3 => [R[0], R[3], R[6], R[1], R[4], R[7], R[2], R[5], R[8]]

/** R D R^T of a diagonal D: moments about the axes of a body in axes that R turns into them. */
export function turnedMoments(R: Mat3, x: number, y: number, z: number): Mat3 {
  const xy = x * R[0] * R[3] + y * R[1] * R[4] + z * R[2] * R[5]
  const xz = x * R[0] * R[6] + y * R[1] * R[7] + z * R[2] * R[8]
  const yz = x * R[3] * R[6] + y * R[4] * R[7] + z * R[5] * R[8]
  return [
    x * R[0] * R[0] + y * R[1] * R[1] + z * R[2] * R[2],
    xy,
    xz,
    xy,
    x * R[3] * R[3] + y * R[4] * R[4] + z * R[5] * R[5],
    yz,
    xz,
    yz,
    x * R[6] * R[6] + y * R[7] * R[7] + z * R[8] * R[8],
  ]
}

/** The diagonal matrix of three numbers. */
export const diagonal = (x: number, y: number, z: number): Mat3 => [x, 0, 0, 0, y, 0, 0, 0, z]

/**
 * Rz(yaw) Ry(pitch) Rx(roll): where the axes of a body with these angles point. Source: RAFT helpers.py:rotationMatrix, which
 * takes the angles in this order, too.
 */
export function rotation(roll: number, pitch: number, yaw: number): Mat3 {
  const [s1, c1] = [Math.sin(yaw), Math.cos(yaw)]
  const [s2, c2] = [Math.sin(pitch), Math.cos(pitch)]
  const [s3, c3] = [Math.sin(roll), Math.cos(roll)]
  return [
    c1 * c2,
    c1 * s2 * s3 - c3 * s1,
    s1 * s3 + c1 * c3 * s2,
    c2 * s1,
    c1 * c3 + s1 * s2 * s3,
    c3 * s1 * s2 - c1 * s3,
    -s2,
    c2 * s3,
    c2 * c3,
  ]
}

/** v turned about the vertical. */
export function turned(v: Vec3, angleDeg: number): Vec3 {
  const [s, c] = [Math.sin(radians(angleDeg)), Math.cos(radians(angleDeg))]
  return [c * v[0] - s * v[1], s * v[0] + c * v[1], v[2]]
}

/** The rotation by `angle` about the unit vector `axis` (Rodrigues). */
export function rotationAbout(axis: Vec3, angle: number): Mat3 {
  const [s, c] = [Math.sin(angle), Math.cos(angle)]
  const [x, y, z] = axis
  const k = 1 - c
  return [
    c + x * x * k,
    x * y * k - z * s,
    x * z * k + y * s,
    y * x * k + z * s,
    c + y * y * k,
    y * z * k - x * s,
    z * x * k - y * s,
    z * y * k + x * s,
    c + z * z * k,
  ]
}
