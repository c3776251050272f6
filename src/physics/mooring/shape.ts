import type { CatenarySolution, Upright, UprightProblem } from './catenary.ts'
import { hang, type Laid, lay, noReach } from './segment.ts'

/** Points along a cable in its plane: x from end A towards B, z up from end A, tension there. */
export interface Shape {
  /** Unstretched distance from end A, m. */
  readonly s: Float64Array
  readonly x: Float64Array
  readonly z: Float64Array
  readonly tension: Float64Array
}

/** One point of the upright cable. */
interface Point {
  x: number
  z: number
  tension: number
}

/** `count` points at equal unstretched distances, both ends among them. */
export function shapeOf({ upright, problem }: CatenarySolution, count: number): Shape {
  const { x: X, z: Z, L, reversed, flipped } = problem
  const shape = { s: new Float64Array(count), x: new Float64Array(count), z: new Float64Array(count) }
  const tension = new Float64Array(count)
  const point: Point = { x: 0, z: 0, tension: 0 }
  for (let i = 0; i < count; i++) {
    const s = (L * i) / (count - 1)
    pointAt(point, reversed ? L - s : s, upright, problem)
    const z = reversed ? point.z - Z : point.z
    shape.s[i] = s
    shape.x[i] = reversed ? X - point.x : point.x
    shape.z[i] = flipped ? -z : z
    tension[i] = point.tension
  }
  return { ...shape, tension }
}

/** The point at unstretched distance s from the upright cable's end A. */
function pointAt(point: Point, s: number, found: Upright, p: UprightProblem): void {
  if (found.profile === '-1' || found.profile === '-2') straight(point, s, found, p)
  else if (s >= p.L - found.hangB) belowB(point, p.L - s, found, p)
  else if (s <= found.hangA) belowA(point, s, found, p)
  else onBed(point, s, found, p)
}

const reach = noReach()

/** Hangs from B, `t` of cable below it. */
function belowB(point: Point, t: number, { profile, hB, vB }: Upright, p: UprightProblem): void {
  const low = vB - p.W * t
  hang(reach, hB, vB, t, p.W, p.EA)
  point.x = profile === '6' ? p.x * (1 - t / p.L) : p.x - reach.x
  point.z = t > 0 ? p.z - reach.z : p.z
  point.tension = Math.hypot(hB, low)
}

/** Hangs from A, `t` of cable below it. */
function belowA(point: Point, t: number, { hA, vA }: Upright, p: UprightProblem): void {
  const low = vA + p.W * t
  hang(reach, hA, low, t, p.W, p.EA)
  point.x = reach.x
  point.z = t > 0 ? reach.z : 0
  point.tension = Math.hypot(hA, low)
}

const bed: Laid = { reach: 0, tension: 0, tight: 0 }

/** Lies on the bed at unstretched distance s from A. */
function onBed(point: Point, s: number, found: Upright, p: UprightProblem): void {
  const { profile, hangA, hangB } = found
  const laid = p.L - hangA - hangB
  const [cos, sin] = [Math.cos(p.slope), Math.sin(p.slope)]
  const drag = p.W * (sin + (profile === '8' ? 0 : p.friction))
  lay(bed, tensionAtTouchdown(found, p), laid, drag, p.EA)
  const all = bed.reach
  lay(bed, tensionAtTouchdown(found, p), laid - (s - hangA), drag, p.EA)
  const along = all - bed.reach
  point.tension = bed.tension
  if (profile === '5' || profile === '8' || (profile === '0' && p.x < p.L)) evenly(point, (s - hangA) / laid, p)
  else {
    const start = hangA > 0 ? p.x - reachOfB(found, p) - all : 0
    point.x = Math.min(p.x, start + along * cos)
    point.z = point.x * (sin / cos) - p.heightA
  }
}

/** Spread over the whole distance: what lies slack lies anyhow. */
function evenly(point: Point, part: number, p: UprightProblem): void {
  point.x = p.x * part
  point.z = point.x * Math.tan(p.slope) - p.heightA
}

/** The tension where the cable lifts off, or at its end. */
const tensionAtTouchdown = ({ profile, hB, vB }: Upright, p: UprightProblem): number =>
  profile === '8' ? Math.hypot(hB, vB) : hB / Math.cos(p.slope)

/** Horizontal extent of what hangs from B. */
function reachOfB({ hB, vB, hangB }: Upright, p: UprightProblem): number {
  hang(reach, hB, vB, hangB, p.W, p.EA)
  return reach.x
}

/** Between the ends, for the approximations. */
function straight(point: Point, s: number, { hB, vB }: Upright, p: UprightProblem): void {
  point.x = (p.x * s) / p.L
  point.z = (p.z * s) / p.L
  point.tension = Math.hypot(hB, vB)
}
