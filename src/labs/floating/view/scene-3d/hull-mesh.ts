import type { Vec3 } from '../../../../physics/design/types.ts'
import type { MemberPicture, TankPicture } from '../../contract.ts'
import { axisOf, circle, type Point, pointOf, SQUARE, sidesAt } from '../shapes.ts'

/** Members as triangles and edges. */

/** Triangles: three coordinates a vertex, and which interval of the member each triangle belongs to. */
export interface Mesh {
  readonly positions: Float32Array
  readonly normals: Float32Array
  readonly intervals: readonly number[]
}

const ROUND = circle(40)
const corners = ({ shape }: MemberPicture): readonly Point[] => (shape === 'circular' ? ROUND : SQUARE)

type Pair = readonly [number, number]

/** A piece of a member between two distances from end A, with its sides there. */
interface Piece {
  readonly from: number
  readonly to: number
  readonly bottom: Pair
  readonly top: Pair
  readonly interval: number
  /** Where it ends openly: another piece goes on. */
  readonly joined: { readonly below: boolean; readonly above: boolean }
}

class Builder {
  readonly positions: number[] = []
  readonly normals: number[] = []
  readonly intervals: number[] = []

  constructor(private readonly member: MemberPicture) {}

  point(along: number, [u, v]: Point, [a, b]: Pair): Vec3 {
    return pointOf(this.member, along, (u * a) / 2, (v * b) / 2)
  }

  /** A direction given along p1, p2 and the axis. */
  direction(u: number, v: number, w: number): Vec3 {
    const { p1, p2 } = this.member
    const q = axisOf(this.member)
    const length = Math.hypot(u, v, w)
    const at = (axis: 0 | 1 | 2) => (p1[axis] * u + p2[axis] * v + q[axis] * w) / length
    return [at(0), at(1), at(2)]
  }

  triangle(interval: number, points: readonly Vec3[], normals: readonly Vec3[]): void {
    this.positions.push(...points.flat())
    this.normals.push(...normals.flat())
    this.intervals.push(interval)
  }
}

/** The skin of a whole member; a step is a disc between its two diameters. */
export function hullMesh(member: MemberPicture): Mesh {
  const last = member.stationsM.length - 2
  return meshOf(
    member,
    member.stationsM.slice(0, -1).map((from, interval) => ({
      from,
      to: member.stationsM[interval + 1]!,
      bottom: member.sidesM[interval]!,
      top: member.sidesM[interval + 1]!,
      interval,
      joined: { below: interval > 0, above: interval < last },
    })),
  )
}

/** So much of a section is wall, for the eye. */
const INSIDE = 0.94

const shrunk = ([a, b]: Pair): Pair => [a * INSIDE, b * INSIDE]

function inner(member: MemberPicture, interval: number, from: number, to: number): Piece {
  const [bottom, top] = [from, to].map((along) => shrunk(sidesAt(member, interval, along))) as [Pair, Pair]
  return { from, to, bottom, top, interval, joined: { below: false, above: false } }
}

/** The ballast in every interval of a member that has some; null when none has. */
export function ballastMesh(member: MemberPicture): Mesh | null {
  const pieces = member.fillM.flatMap((fill, interval) => {
    const from = member.stationsM[interval]!
    return fill > 0 ? [inner(member, interval, from, from + fill)] : []
  })
  return pieces.length === 0 ? null : meshOf(member, pieces)
}

/** The water in a tank; in a lying one it is a slab as high as the water stands. */
export function waterMesh(member: MemberPicture, { interval, water }: TankPicture): Mesh {
  const { fromM, toM, height } = water
  const piece = inner(member, interval, fromM, toM)
  if (height === 1) return meshOf(member, [piece])
  const down = member.p1[2] < 0 ? 1 : -1
  const [a, b] = piece.bottom
  const low = pointOf(member, 0, (down * a * (1 - height)) / 2)
  const slab = { ...member, shape: 'rectangular' as const, endA: low, endB: moved(member.endB, member.endA, low) }
  const sides: Pair = [a * height, b]
  return meshOf(slab, [{ ...piece, bottom: sides, top: sides }])
}

const moved = (point: Vec3, from: Vec3, to: Vec3): Vec3 => [
  point[0] + to[0] - from[0],
  point[1] + to[1] - from[1],
  point[2] + to[2] - from[2],
]

function meshOf(member: MemberPicture, pieces: readonly Piece[]): Mesh {
  const builder = new Builder(member)
  for (const piece of pieces) {
    skin(builder, member, piece)
    if (!piece.joined.below) cap(builder, member, piece, piece.from, piece.bottom, -1)
    if (!piece.joined.above) cap(builder, member, piece, piece.to, piece.top, 1)
  }
  const { positions, normals, intervals } = builder
  return { positions: Float32Array.from(positions), normals: Float32Array.from(normals), intervals }
}

function skin(builder: Builder, member: MemberPicture, { from, to, bottom, top, interval }: Piece): void {
  const around = corners(member)
  const slope = (bottom[0] - top[0]) / 2
  for (const [at, one] of around.entries()) {
    const other = around[(at + 1) % around.length]!
    const square = [
      builder.point(from, one, bottom),
      builder.point(from, other, bottom),
      builder.point(to, other, top),
      builder.point(to, one, top),
    ] as const
    const middle: Point = [one[0] + other[0], one[1] + other[1]]
    const outwards = ([u, v]: Point) => builder.direction(u * (to - from), v * (to - from), Math.hypot(u, v) * slope)
    const [first, second] =
      member.shape === 'circular' ? [outwards(one), outwards(other)] : [outwards(middle), outwards(middle)]
    builder.triangle(interval, [square[0], square[1], square[2]], [first, second, second])
    builder.triangle(interval, [square[0], square[2], square[3]], [first, second, first])
  }
}

function cap(
  builder: Builder,
  member: MemberPicture,
  { interval }: Piece,
  along: number,
  sides: Pair,
  way: 1 | -1,
): void {
  const around = corners(member)
  const normal = builder.direction(0, 0, way)
  const centre = builder.point(along, [0, 0], sides)
  for (const [at, one] of around.entries()) {
    const other = around[(at + 1) % around.length]!
    const [first, second] = way > 0 ? [one, other] : [other, one]
    builder.triangle(
      interval,
      [centre, builder.point(along, first, sides), builder.point(along, second, sides)],
      [normal, normal, normal],
    )
  }
}

/** Lines that make a shape readable: its sections where it begins, ends or steps, and its edges; pairs of points. */
export function edgesOf(member: MemberPicture, sides: boolean): Float32Array {
  const builder = new Builder(member)
  const around = corners(member)
  const found: number[] = []
  const stations = member.stationsM.map((along, at) => ({ along, sides: member.sidesM[at]! }))
  const last = stations.length - 1
  for (const [at, station] of stations.entries()) {
    const isStep = at > 0 && stations[at - 1]!.along === station.along
    if (at > 0 && at < last && !isStep && member.part === 'tower') continue
    for (const [i, corner] of around.entries())
      found.push(
        ...builder.point(station.along, corner, station.sides),
        ...builder.point(station.along, around[(i + 1) % around.length]!, station.sides),
      )
  }
  const along = member.shape === 'rectangular' || sides ? around.filter((_, i) => i % (around.length / 4) === 0) : []
  for (const corner of along)
    for (let at = 0; at < last; at++)
      found.push(
        ...builder.point(stations[at]!.along, corner, stations[at]!.sides),
        ...builder.point(stations[at + 1]!.along, corner, stations[at + 1]!.sides),
      )
  return Float32Array.from(found)
}
