import type { LineType, MooringLineDesign, Vec3 } from '../design/types.ts'
import type { LineState } from '../solution.ts'
import { type CatenarySolution, type Mat2, type NewtonStep, solveCatenary } from './catenary.ts'
import { shapeOf } from './shape.ts'

/** The water a line hangs in. */
export interface Water {
  readonly depthM: number
  readonly density: number
  readonly gravity: number
}

/** What a line is, ready to be solved. */
export interface Cable {
  readonly name: string
  readonly lengthM: number
  readonly stiffnessN: number
  /** In water and in air, N/m. */
  readonly wetWeight: number
  readonly dryWeight: number
  readonly breakingLoadN: number | null
}

/** A line between its ends, solved. */
export interface SolvedLine extends LineState {
  readonly solution: CatenarySolution
  /** 3 x 3: change of the force at B with the position of A. */
  readonly stiffnessBA: Float64Array
}

/** A point along a line. */
export interface LinePoint {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly tension: number
}

/** A line of a design; its weight in water by its volume-equivalent diameter (specification 2.7). */
export function toCable(line: MooringLineDesign, type: LineType, { density, gravity }: Water): Cable {
  const displaced = (Math.PI / 4) * type.diameterM * type.diameterM * density
  return {
    name: line.name,
    lengthM: line.lengthM,
    stiffnessN: type.stiffnessN,
    wetWeight: (type.massPerM - displaced) * gravity,
    dryWeight: type.massPerM * gravity,
    breakingLoadN: type.breakingLoadN,
  }
}

/**
 * Weight per metre of a line that may stick out of the water, by the part of its chord that does. MoorPy's line.staticSolve takes the
 * part in the water for the part in the air (`asMoorPy`).
 */
function weightBetween(cable: Cable, zA: number, zB: number, asMoorPy: boolean): number {
  const [top, bottom] = [Math.max(zA, zB), Math.min(zA, zB)]
  if (top <= 0) return cable.wetWeight
  const inAir = top === bottom ? 1 : (top - Math.max(0, bottom)) / (top - bottom)
  const part = asMoorPy ? -Math.min(0, bottom) / (top - bottom) : inAir
  return cable.wetWeight + (cable.dryWeight - cable.wetWeight) * part
}

/** The plane of a line: its horizontal direction, and the distances in it. */
function planeOf(endA: Vec3, endB: Vec3) {
  const [dx, dy, z] = [endB[0] - endA[0], endB[1] - endA[1], endB[2] - endA[2]]
  const x = Math.hypot(dx, dy)
  return { x, z, cos: x > 0 ? dx / x : 1, sin: x > 0 ? dy / x : 0 }
}

function catenaryBetween(
  cable: Cable,
  endA: Vec3,
  endB: Vec3,
  depthM: number,
  asMoorPy: boolean,
  trace?: NewtonStep[],
): CatenarySolution {
  const { x, z } = planeOf(endA, endB)
  const span = {
    x,
    z,
    lengthM: cable.lengthM,
    stiffnessN: cable.stiffnessN,
    weight: weightBetween(cable, endA[2], endB[2], asMoorPy),
    heightA: depthM + endA[2],
    friction: 0,
    slopeRad: 0,
    depthM,
  }
  return solveCatenary(span, trace)
}

/** An end that is below the bed lies on it (MoorPy line.staticSolve does so for end A). */
const ontoBed = (end: Vec3, depthM: number): Vec3 => (end[2] < -depthM ? [end[0], end[1], -depthM] : end)

/** A line at rest between its ends. Source: MoorPy line.py:staticSolve. */
export function solveLine(cable: Cable, givenA: Vec3, givenB: Vec3, depthM: number, asMoorPy: boolean): SolvedLine {
  const [endA, endB] = [ontoBed(givenA, depthM), ontoBed(givenB, depthM)]
  const { x, z, cos, sin } = planeOf(endA, endB)
  const solution = catenaryBetween(cable, endA, endB, depthM, asMoorPy)
  const [hA, vA] = solution.forceA
  const [hB, vB] = solution.forceB
  const across = acrossPlane(x, z, solution)
  const isBUpper = z >= 0
  return {
    name: cable.name,
    endA,
    endB,
    tensionA: Math.hypot(hA, vA),
    tensionB: Math.hypot(hB, vB),
    forceA: [hA * cos, hA * sin, vA],
    forceB: [hB * cos, hB * sin, vB],
    horizontal: Math.abs(isBUpper ? hB : hA),
    vertical: Math.abs(isBUpper ? vB : vA),
    onBedM: solution.onBedM,
    profile: solution.profile,
    stiffnessA: turnedOut(solution.stiffnessA, across, cos, sin),
    stiffnessB: turnedOut(solution.stiffnessB, across, cos, sin),
    stiffnessBA: turnedOut(solution.stiffnessBA, -across, cos, sin),
    iterations: solution.iterations,
    solution,
  }
}

/** Stiffness across the line's plane: tension over distance, horizontally or, for a steep line, vertically. */
function acrossPlane(x: number, z: number, { forceA, forceB }: CatenarySolution): number {
  if (x < 0.01 * Math.abs(z)) return (0.5 * (forceA[1] - forceB[1])) / z
  return x > 0 ? -forceB[0] / x : 0
}

/** The stiffness of a plane that stands in a direction, and across it, in space. */
function turnedOut([xx, xz, zx, zz]: Mat2, across: number, c: number, s: number): Float64Array {
  const k = new Float64Array(9)
  k[0] = c * c * xx + s * s * across
  k[1] = c * s * (xx - across)
  k[2] = c * xz
  k[3] = k[1]
  k[4] = s * s * xx + c * c * across
  k[5] = s * xz
  k[6] = c * zx
  k[7] = s * zx
  k[8] = zz
  return k
}

/** The steps of Newton's method for a solved line; empty for profiles that need none. */
export function newtonSteps(cable: Cable, line: SolvedLine, depthM: number, asMoorPy: boolean): readonly NewtonStep[] {
  const steps: NewtonStep[] = []
  catenaryBetween(cable, line.endA, line.endB, depthM, asMoorPy, steps)
  return steps
}

/** `count` points along a solved line, from A to B. */
export function pointsAlong(line: SolvedLine, count: number): readonly LinePoint[] {
  const { x, z, tension } = shapeOf(line.solution, count)
  const { cos, sin } = planeOf(line.endA, line.endB)
  const [ax, ay, az] = line.endA
  return Array.from(x, (at, i) => ({ x: ax + at * cos, y: ay + at * sin, z: az + z[i]!, tension: tension[i]! }))
}
