import type { Vec3 } from '../design/types.ts'
import { along, cross, dot, ORIGIN, scale, subtract } from '../linear/vec3.ts'
import type { Frustum } from './frusta.ts'

/**
 * What of a frustum is under the plane z = 0, exactly, however it stands: of a pyramid's frustum by clipping its faces, of a cone's by
 * Gauss quadrature of closed forms of its sections, which converges to rounding.
 */

/** A frustum in space: the centre of its bottom and its axes. */
export interface Solid extends Frustum {
  readonly origin: Vec3
  readonly q: Vec3
  readonly p1: Vec3
  readonly p2: Vec3
}

/** Integrals over the part under water and over the plane in which it meets the surface. */
export interface Cut {
  volumeM3: number
  /** Of r over the volume, m4. */
  moment: Vec3
  areaM2: number
  /** Of x, y, xx, xy, yy over the area. */
  x: number
  y: number
  xx: number
  xy: number
  yy: number
}

/** Nothing under water. */
export const noCut = (): Cut => ({ volumeM3: 0, moment: ORIGIN, areaM2: 0, x: 0, y: 0, xx: 0, xy: 0, yy: 0 })

/** Adds b to a. */
export function addCut(a: Cut, b: Cut): void {
  a.volumeM3 += b.volumeM3
  a.moment = along(a.moment, b.moment, 1)
  a.areaM2 += b.areaM2
  a.x += b.x
  a.y += b.y
  a.xx += b.xx
  a.xy += b.xy
  a.yy += b.yy
}

/** The part of a solid under water. */
export function cut(solid: Solid): Cut {
  const base: Vec3 = [solid.origin[0], solid.origin[1], 0]
  const local = { ...solid, origin: [0, 0, solid.origin[2]] as Vec3 }
  return moved(solid.shape === 'circular' ? cutCone(local) : cutPyramid(local), base)
}

/** The integrals about an origin from which the present one stands at `by`, which is level. */
function moved(part: Cut, by: Vec3): Cut {
  const { volumeM3, areaM2, x, y } = part
  return {
    volumeM3,
    moment: along(part.moment, by, volumeM3),
    areaM2,
    x: x + areaM2 * by[0],
    y: y + areaM2 * by[1],
    xx: part.xx + 2 * x * by[0] + areaM2 * by[0] * by[0],
    xy: part.xy + x * by[1] + y * by[0] + areaM2 * by[0] * by[1],
    yy: part.yy + 2 * y * by[1] + areaM2 * by[1] * by[1],
  }
}

// ---- Pyramids -----------------------------------------------------------------------------------------------------

/** Corners 0..3 at the bottom, 4..7 at the top, both counterclockwise seen from above the axis; faces turn outwards. */
const FACES = [
  [3, 2, 1, 0],
  [4, 5, 6, 7],
  [0, 1, 5, 4],
  [1, 2, 6, 5],
  [2, 3, 7, 6],
  [3, 0, 4, 7],
] as const

function corners({ origin, q, p1, p2, bottom, top, heightM }: Solid): Vec3[] {
  const rim = (centre: Vec3, a: number, b: number): Vec3[] =>
    (
      [
        [1, 1],
        [-1, 1],
        [-1, -1],
        [1, -1],
      ] as const
    ).map(([i, j]) => along(along(centre, p1, (i * a) / 2), p2, (j * b) / 2))
  return [...rim(origin, bottom[0], bottom[1]), ...rim(along(origin, q, heightM), top[0], top[1])]
}

/**
 * Tetrahedra from the origin, which lies in the surface, so that the cut itself adds nothing; the waterplane from the edges of the clipped
 * faces that lie in the surface (Green's theorem).
 */
function cutPyramid(solid: Solid): Cut {
  const points = corners(solid)
  const sum = noCut()
  for (const face of FACES) {
    const polygon = clipped(face.map((i) => points[i]!))
    for (let i = 1; i + 1 < polygon.length; i++) addTetrahedron(sum, polygon[0]!, polygon[i]!, polygon[i + 1]!)
    if (polygon.every(([, , z]) => z === 0)) continue
    polygon.forEach((a, i) => {
      const b = polygon[(i + 1) % polygon.length]!
      if (a[2] === 0 && b[2] === 0) addEdge(sum, b, a)
    })
  }
  return sum
}

/** The part of a polygon with z <= 0 (Sutherland and Hodgman). */
function clipped(polygon: readonly Vec3[]): Vec3[] {
  return polygon.flatMap((a, i): Vec3[] => {
    const b = polygon[(i + 1) % polygon.length]!
    const crossing: Vec3[] = a[2] < 0 !== b[2] < 0 && a[2] !== 0 && b[2] !== 0 ? [atSurface(a, b)] : []
    return a[2] <= 0 ? [a, ...crossing] : crossing
  })
}

function atSurface(a: Vec3, b: Vec3): Vec3 {
  const [x, y] = along(a, subtract(b, a), a[2] / (a[2] - b[2]))
  return [x, y, 0]
}

function addTetrahedron(sum: Cut, a: Vec3, b: Vec3, c: Vec3): void {
  const volume = dot(a, cross(b, c)) / 6
  sum.volumeM3 += volume
  sum.moment = along(sum.moment, along(along(a, b, 1), c, 1), volume / 4)
}

function addEdge(sum: Cut, [x1, y1]: Vec3, [x2, y2]: Vec3): void {
  const turn = x1 * y2 - x2 * y1
  sum.areaM2 += turn / 2
  sum.x += (turn * (x1 + x2)) / 6
  sum.y += (turn * (y1 + y2)) / 6
  sum.xx += (turn * (x1 * x1 + x1 * x2 + x2 * x2)) / 12
  sum.yy += (turn * (y1 * y1 + y1 * y2 + y2 * y2)) / 12
  sum.xy += (turn * (x1 * y2 + 2 * x1 * y1 + 2 * x2 * y2 + x2 * y1)) / 24
}

// ---- Cones --------------------------------------------------------------------------------------------------------

/** Axes of the section: u up the slope, v level; e level, in the plane of the slope. */
interface Slope {
  readonly sin: number
  readonly cos: number
  readonly u: Vec3
  readonly v: Vec3
  readonly e: Vec3
}

function slopeOf(q: Vec3): Slope {
  const sin = Math.sqrt(q[0] * q[0] + q[1] * q[1])
  const e: Vec3 = sin < UPRIGHT ? [1, 0, 0] : [q[0] / sin, q[1] / sin, 0]
  const cos = q[2]
  return { sin, cos, e, v: [-e[1], e[0], 0], u: [-cos * e[0], -cos * e[1], sin] }
}

/** Sine of an inclination that is none. */
const UPRIGHT = 1e-13

function cutCone(solid: Solid): Cut {
  const slope = slopeOf(solid.q)
  const sum = coneVolume(solid, slope)
  addConeWaterplane(sum, solid, slope)
  return sum
}

/** Sections across the axis: the part of a circle below the level h, integrated along the axis between the places where h passes the rim. */
function coneVolume({ origin, q, bottom, top, heightM }: Solid, { sin, cos, u }: Slope): Cut {
  const [rBottom, rTop] = [bottom[0] / 2, top[0] / 2]
  const taper = (rTop - rBottom) / heightM
  const sum = noCut()
  const add = (s: number, weight: number): void => {
    const r = rBottom + taper * s
    const level = -(origin[2] + s * cos)
    const [segment, offset] = segmentBelow(r, level, sin)
    sum.volumeM3 += segment * weight
    sum.moment = along(along(along(sum.moment, origin, segment * weight), q, s * segment * weight), u, offset * weight)
  }
  // level = +-r sin, where level falls by cos and r grows by taper along the axis
  const passes = [-1, 1]
    .map((side) => (-origin[2] - side * sin * rBottom) / (cos + side * sin * taper))
    .filter((s) => s > 0 && s < heightM)
    .sort((a, b) => a - b)
  const ends = [0, ...passes, heightM]
  for (let i = 0; i + 1 < ends.length; i++) integrate(ends[i]!, ends[i + 1]!, add)
  return sum
}

/** Area of the part of a circle below the level h = level / sin, and its first moment along u. */
function segmentBelow(r: number, level: number, sin: number): readonly [number, number] {
  if (level >= r * sin) return [Math.PI * r * r, 0]
  if (level <= -r * sin) return [0, 0]
  const t = level / (r * sin)
  const root = Math.sqrt(1 - t * t)
  return [r * r * (Math.PI - Math.acos(t) + t * root), (-2 / 3) * r ** 3 * root ** 3]
}

/** Chords across the slope, integrated along the line e in the surface. */
function addConeWaterplane(sum: Cut, { origin, bottom, top, heightM }: Solid, { sin, cos, e, v }: Slope): void {
  const [rBottom, rTop] = [bottom[0] / 2, top[0] / 2]
  const taper = (rTop - rBottom) / heightM
  const z = origin[2]
  // At e t: distance s along the axis, height eta in the section, radius r; each is linear in t.
  const s: Line = [-z * cos, sin]
  const eta: Line = [-z * sin, -cos]
  const r: Line = [rBottom + taper * s[0], taper * s[1]]
  const range = where([s, [heightM - s[0], -s[1]], [r[0] - eta[0], r[1] - eta[1]], [r[0] + eta[0], r[1] + eta[1]]])
  if (range === null) return
  let [area, first, second, across] = [0, 0, 0, 0]
  integrate(range[0], range[1], (t, weight) => {
    const chord = Math.sqrt(Math.max(0, at(r, t) ** 2 - at(eta, t) ** 2))
    area += 2 * chord * weight
    first += 2 * chord * t * weight
    second += 2 * chord * t * t * weight
    across += (2 / 3) * chord ** 3 * weight
  })
  sum.areaM2 += area
  sum.x += first * e[0]
  sum.y += first * e[1]
  sum.xx += second * e[0] * e[0] + across * v[0] * v[0]
  sum.xy += second * e[0] * e[1] + across * v[0] * v[1]
  sum.yy += second * e[1] * e[1] + across * v[1] * v[1]
}

/** a + b t */
type Line = readonly [number, number]

const at = ([a, b]: Line, t: number): number => a + b * t

/** The interval in which all lines are positive; null when there is none. */
function where(lines: readonly Line[]): readonly [number, number] | null {
  let [low, high] = [-Infinity, Infinity]
  for (const [a, b] of lines) {
    if (Math.abs(b) < UPRIGHT) {
      if (a < 0) return null
    } else if (b > 0) low = Math.max(low, -a / b)
    else high = Math.min(high, -a / b)
  }
  return low < high ? [low, high] : null
}

// ---- Quadrature ---------------------------------------------------------------------------------------------------

/** With them the integrals are right to 1e-13 of their size. */
const POINTS = 24
const [NODES, WEIGHTS] = gauss(POINTS)

/** Nodes and weights of Gauss and Legendre on -1 .. 1 (Newton on the polynomial's recurrence). */
function gauss(n: number): readonly [Float64Array, Float64Array] {
  const nodes = new Float64Array(n)
  const weights = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    for (let pass = 0; pass < 20; pass++) {
      let [p0, p1] = [1, x]
      for (let k = 2; k <= n; k++) [p0, p1] = [p1, ((2 * k - 1) * x * p1 - (k - 1) * p0) / k]
      slope = (n * (x * p1 - p0)) / (x * x - 1)
      x -= p1 / slope
    }
    nodes[i] = x
    weights[i] = 2 / ((1 - x * x) * slope * slope)
  }
  return [nodes, weights]
}

/** Integrates from a to b what may end like a square root at either: x = middle - half cos(theta). */
function integrate(a: number, b: number, add: (x: number, weight: number) => void): void {
  const half = (b - a) / 2
  for (let i = 0; i < POINTS; i++) {
    const theta = (Math.PI / 2) * (1 + NODES[i]!)
    add(a + half * (1 - Math.cos(theta)), half * Math.sin(theta) * WEIGHTS[i]! * (Math.PI / 2))
  }
}

/** The centre of the part under water; the origin where there is none. */
export const centreOf = ({ volumeM3, moment }: Cut): Vec3 => (volumeM3 > 0 ? scale(moment, 1 / volumeM3) : ORIGIN)
