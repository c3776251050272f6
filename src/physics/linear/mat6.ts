import type { Vec3 } from '../design/types.ts'
import type { Mat3 } from './vec3.ts'

/**
 * 6 x 6 matrices of a rigid body, row by row, in order surge, sway, heave, roll, pitch, yaw; 6-vectors of force and moment.
 * Moving the point of reference by r is the congruence T^T M T with T = [1 H; 0 1], H(r) v = v x r (specification 2.3; RAFT
 * helpers.py:translateMatrix6to6DOF). What is not changed in place returns a new array.
 */

/** A 6 x 6 matrix of zeros. */
export const zeros6 = (): Float64Array => new Float64Array(36)

/** target += factor * m, for matrices and vectors alike. */
export function accumulate(target: Float64Array, m: Float64Array, factor = 1): void {
  for (let i = 0; i < target.length; i++) target[i] = target[i]! + factor * m[i]!
}

/** Adds r x the three numbers that start at `from` to those that start at `to`; both go in steps of `step`. */
function addCross(m: Float64Array, r: Vec3, from: number, to: number, step: number): void {
  const a = m[from]!
  const b = m[from + step]!
  const c = m[from + 2 * step]!
  m[to] = m[to]! + (r[1] * c - r[2] * b)
  m[to + step] = m[to + step]! + (r[2] * a - r[0] * c)
  m[to + 2 * step] = m[to + 2 * step]! + (r[0] * b - r[1] * a)
}

/** M about a point from which its present point of reference stands at r. */
export function translated(m: Float64Array, r: Vec3): Float64Array {
  const out = m.slice()
  translate(out, r)
  return out
}

function translate(m: Float64Array, r: Vec3): void {
  for (let row = 0; row < 6; row++) addCross(m, r, row * 6, row * 6 + 3, 1)
  for (let column = 0; column < 6; column++) addCross(m, r, column, column + 18, 6)
}

const scratch = zeros6()

/** target += the 6 x 6 matrix of a 3 x 3 one that acts at r (RAFT helpers.py:translateMatrix3to6DOF). */
export function accumulateAt(target: Float64Array, m: Mat3, r: Vec3, factor = 1): void {
  scratch.fill(0)
  for (let row = 0; row < 3; row++) for (let i = 0; i < 3; i++) scratch[row * 6 + i] = m[row * 3 + i]! * factor
  translate(scratch, r)
  accumulate(target, scratch)
}

/** target += the mass matrix of a body with its centre of gravity at r; the inertia is about that centre. */
export function accumulateMass(target: Float64Array, mass: number, inertia: Mat3, r: Vec3): void {
  const [x, y, z] = r
  for (let i = 0; i < 3; i++) target[i * 7] = target[i * 7]! + mass
  // mass H(r) and its transpose
  couple(target, 0, 4, mass * z)
  couple(target, 0, 5, -mass * y)
  couple(target, 1, 3, -mass * z)
  couple(target, 1, 5, mass * x)
  couple(target, 2, 3, mass * y)
  couple(target, 2, 4, -mass * x)
  const square = x * x + y * y + z * z
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      const at = (3 + i) * 6 + 3 + j
      target[at] = target[at]! + inertia[i * 3 + j]! + mass * ((i === j ? square : 0) - r[i]! * r[j]!)
    }
  }
}

function couple(m: Float64Array, row: number, column: number, value: number): void {
  m[row * 6 + column] = m[row * 6 + column]! + value
  m[column * 6 + row] = m[column * 6 + row]! + value
}

/** The mass matrix of a body with its centre of gravity at r. */
export function massMatrix(mass: number, inertia: Mat3, r: Vec3 = [0, 0, 0]): Float64Array {
  const m = zeros6()
  accumulateMass(m, mass, inertia, r)
  return m
}

/** Force and moment about the origin of a force at r. */
export const forceAt = (force: Vec3, r: Vec3): Float64Array => forceMomentAt([...force, 0, 0, 0], r)

/** Force and moment about the origin of a force and moment at r. */
export function forceMomentAt(f: ArrayLike<number>, r: Vec3): Float64Array {
  const [x, y, z] = [f[0]!, f[1]!, f[2]!]
  const moment = [r[1] * z - r[2] * y, r[2] * x - r[0] * z, r[0] * y - r[1] * x] as const
  return Float64Array.of(x, y, z, f[3]! + moment[0], f[4]! + moment[1], f[5]! + moment[2])
}

/**
 * The stiffness about the origin of something attached at r, of stiffness c there, that pulls with force f: the congruence and the
 * change of the lever, -(e_j x r) x f in column j (specification 2.4; RAFT raft_fowt.py:calcStatics).
 */
export function stiffnessAt(c: Float64Array, force: Vec3, r: Vec3): Float64Array {
  const out = translated(c, r)
  const [x, y, z] = r
  const levers: readonly Vec3[] = [
    [0, -z, y],
    [z, 0, -x],
    [-y, x, 0],
  ]
  for (let j = 0; j < 3; j++) {
    const [a, b, d] = levers[j]!
    const moment: Vec3 = [b * force[2] - d * force[1], d * force[0] - a * force[2], a * force[1] - b * force[0]]
    for (let i = 0; i < 3; i++) out[(3 + i) * 6 + 3 + j] = out[(3 + i) * 6 + 3 + j]! - moment[i]!
  }
  return out
}

/** (M + M^T) / 2 */
export function symmetrized(m: Float64Array): Float64Array {
  return m.map((value, at) => (value + m[(at % 6) * 6 + Math.floor(at / 6)]!) / 2)
}

/** M x */
export function times(m: Float64Array, x: ArrayLike<number>): Float64Array {
  const out = new Float64Array(6)
  for (let i = 0; i < 6; i++) for (let j = 0; j < 6; j++) out[i] = out[i]! + m[i * 6 + j]! * x[j]!
  return out
}
