import type { MooringPoint, Vec3 } from '../design/types.ts'
import { solveInPlace } from '../linear/solve.ts'
import type { Water } from './line.ts'

type Nine = readonly [number, number, number, number, number, number, number, number, number]

/**
 * Stiffness of lines that hang on the platform and on points that are free in the water: degrees of freedom are the six of the platform
 * and three for each free point. What is free settles by itself and is then eliminated (MoorPy system.py:getCoupledStiffnessA).
 */
export class Network {
  readonly size: number
  /** Minus the change of the generalized forces with the coordinates. */
  readonly stiffness: Float64Array
  readonly force: Float64Array

  constructor(freePoints: number) {
    this.size = 6 + 3 * freePoints
    this.stiffness = new Float64Array(this.size * this.size)
    this.force = new Float64Array(this.size)
  }

  /** A force that acts at an end. */
  addForce(end: End, f: Vec3): void {
    if (end.column < 0) return
    this.add(end.column, f)
    if (end.lever !== null) {
      const [x, y, z] = end.lever
      this.add(3, [y * f[2] - z * f[1], z * f[0] - x * f[2], x * f[1] - y * f[0]])
      this.addTurn(f, end.lever)
    }
  }

  private add(column: number, f: Vec3): void {
    for (let i = 0; i < 3; i++) this.force[column + i] = this.force[column + i]! + f[i]!
  }

  /** The moment of a constant force changes as its lever turns: -(e_j x r) x f in column j. */
  private addTurn([fx, fy, fz]: Vec3, [x, y, z]: Vec3): void {
    const at = 3 * this.size + 3
    const rows = [
      [fy * y + fz * z, -fy * x, -fz * x],
      [-fx * y, fx * x + fz * z, -fz * y],
      [-fx * z, -fy * z, fx * x + fy * y],
    ] as const
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) {
        const k = at + i * this.size + j
        this.stiffness[k] = this.stiffness[k]! + rows[i]![j]!
      }
    }
  }

  /** Stiffness k (3 x 3) of the force at one end with the position of another: H^T k H where they hang on the platform. */
  addStiffness(forceAt: End, movedAt: End, k: Float64Array): void {
    if (forceAt.column < 0 || movedAt.column < 0) return
    for (let i = 0; i < 3; i++) {
      const [a, b, c] = [k[i * 3]!, k[i * 3 + 1]!, k[i * 3 + 2]!]
      this.addRow(forceAt.column + i, movedAt, a, b, c)
    }
    if (forceAt.lever === null) return
    const [x, y, z] = forceAt.lever
    const [xx, xy, xz, yx, yy, yz, zx, zy, zz] = k as unknown as Nine
    this.addRow(3, movedAt, y * zx - z * yx, y * zy - z * yy, y * zz - z * yz)
    this.addRow(4, movedAt, z * xx - x * zx, z * xy - x * zy, z * xz - x * zz)
    this.addRow(5, movedAt, x * yx - y * xx, x * yy - y * xy, x * yz - y * xz)
  }

  /** Adds [a, b, c] to a row, over the translations of an end and the rotations that move it. */
  private addRow(row: number, { column, lever }: End, a: number, b: number, c: number): void {
    const K = this.stiffness
    const at = row * this.size
    K[at + column] = K[at + column]! + a
    K[at + column + 1] = K[at + column + 1]! + b
    K[at + column + 2] = K[at + column + 2]! + c
    if (lever === null) return
    const [x, y, z] = lever
    K[at + 3] = K[at + 3]! - b * z + c * y
    K[at + 4] = K[at + 4]! + a * z - c * x
    K[at + 5] = K[at + 5]! - a * y + b * x
  }

  /** How the free points follow the platform, 6 numbers a coordinate: -K_ff^-1 K_fp. */
  response(): Float64Array {
    const n = this.size - 6
    const follow = new Float64Array(n * 6)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < 6; j++) follow[i * 6 + j] = -this.stiffness[(6 + i) * this.size + j]!
    }
    solveInPlace(this.freeStiffness(), follow, n, 6)
    return follow
  }

  /** What the platform feels when all else settles: K_pp - K_pf K_ff^-1 K_fp. */
  platformStiffness(): Float64Array {
    if (this.size === 6) return this.stiffness
    const follow = this.response()
    const out = new Float64Array(36)
    for (let i = 0; i < 6; i++) {
      for (let j = 0; j < 6; j++) {
        let k = this.stiffness[i * this.size + j]!
        for (let f = 6; f < this.size; f++) k += this.stiffness[i * this.size + f]! * follow[(f - 6) * 6 + j]!
        out[i * 6 + j] = k
      }
    }
    return out
  }

  private freeStiffness(): Float64Array {
    const n = this.size - 6
    const out = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      const row = (6 + i) * this.size + 6
      out.set(this.stiffness.subarray(row, row + n), i * n)
    }
    return out
  }

  /** How far the free points should move by Newton's method, m; null where nothing holds them. */
  freeStep(): Float64Array | null {
    const n = this.size - 6
    const step = this.force.slice(6)
    return solveInPlace(this.freeStiffness(), step, n) && step.every(Number.isFinite) ? step : null
  }
}

/** Where an end of a line hangs: first of its three columns, -1 if it cannot move; on the platform, its lever from there. */
export interface End {
  readonly position: Vec3
  readonly column: number
  readonly lever: Vec3 | null
}

/** Over which height above the bed it takes over the weight of a point, m (MoorPy point.py). */
const BED_HEIGHT = 2
/** A point counts as this high, m (MoorPy point.py): its buoyancy ends between -1 and 1 m. */
const HALF_HEIGHT = 1

/** Weight, buoyancy and support of the bed on a free point: force upwards, and its decrease with height. */
export function ownForce(point: MooringPoint, z: number, { depthM, density, gravity }: Water) {
  const lift = density * gravity * point.volumeM3
  const submerged = Math.min(1, Math.max(0, (HALF_HEIGHT - z) / (2 * HALF_HEIGHT)))
  const heavy = Math.max(0, point.massKg * gravity - lift)
  const inBed = Math.max(0, BED_HEIGHT - z - depthM) / BED_HEIGHT
  const isCrossing = submerged > 0 && submerged < 1
  return {
    up: lift * submerged - point.massKg * gravity + heavy * inBed,
    stiffness: (isCrossing ? lift / (2 * HALF_HEIGHT) : 0) + (inBed > 0 ? heavy / BED_HEIGHT : 0),
  }
}
