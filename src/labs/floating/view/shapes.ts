import { polygonHull } from 'd3'
import type { Vec3 } from '../../../physics/design/types.ts'
import type { MemberPicture, Picture } from '../contract.ts'

/** Members as shapes: where their sections stand, how they look from the side and from above, what must be seen of a design. */

/** From the side: x to the right, z up. From above: x to the right, y up. */
export type Plane = 'side' | 'plan'

/** On the screen, down is positive. */
export type Point = readonly [right: number, down: number]

export const flat = (plane: Plane, [x, y, z]: Vec3): Point => (plane === 'side' ? [x, -z] : [x, -y])

export const lengthOf = (member: MemberPicture): number => member.stationsM.at(-1)!

/** Unit vector from end A to end B. */
export function axisOf({ endA, endB, stationsM }: MemberPicture): Vec3 {
  const length = stationsM.at(-1)!
  return [(endB[0] - endA[0]) / length, (endB[1] - endA[1]) / length, (endB[2] - endA[2]) / length]
}

/** The point at a distance from end A, and so far off the axis along p1 and p2. */
export function pointOf(member: MemberPicture, alongM: number, u = 0, v = 0): Vec3 {
  const { endA, p1, p2 } = member
  const q = axisOf(member)
  const at = (axis: 0 | 1 | 2) => endA[axis] + q[axis] * alongM + p1[axis] * u + p2[axis] * v
  return [at(0), at(1), at(2)]
}

/** Diameter or sides at a distance from end A; at a step, those of the interval that is given. */
export function sidesAt(
  { stationsM, sidesM }: MemberPicture,
  interval: number,
  alongM: number,
): readonly [number, number] {
  const [start, end] = [stationsM[interval]!, stationsM[interval + 1]!]
  const share = end === start ? 0 : (alongM - start) / (end - start)
  const mix = (side: 0 | 1) => sidesM[interval]![side] + (sidesM[interval + 1]![side] - sidesM[interval]![side]) * share
  return [mix(0), mix(1)]
}

/** Corners of a section in halves of its sides. */
export const SQUARE: readonly Point[] = [
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
]

export const circle = (count: number): readonly Point[] =>
  Array.from({ length: count }, (_, at) => {
    const angle = (at / count) * 2 * Math.PI
    return [Math.cos(angle), Math.sin(angle)]
  })

const ROUND = circle(24)

/** The section at a distance from end A as points in the platform's frame. */
export function ringAt(member: MemberPicture, alongM: number, [a, b]: readonly [number, number]): readonly Vec3[] {
  const corners = member.shape === 'circular' ? ROUND : SQUARE
  return corners.map(([u, v]) => pointOf(member, alongM, (u * a) / 2, (v * b) / 2))
}

/** The silhouette of a part of a member, as the points of a polygon; empty when nothing is seen of it. */
export function silhouette(plane: Plane, ...rings: readonly (readonly Vec3[])[]): string {
  const hull = polygonHull(rings.flat().map((point): [number, number] => [...flat(plane, point)]))
  return hull === null ? '' : hull.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join(' ')
}

/** The silhouette of every interval between two stations; '' where a step has no length. */
export function silhouettes(plane: Plane, member: MemberPicture): readonly string[] {
  const { stationsM, sidesM } = member
  return stationsM.slice(1).map((to, interval) => {
    const from = stationsM[interval]!
    if (to === from) return ''
    return silhouette(plane, ringAt(member, from, sidesM[interval]!), ringAt(member, to, sidesM[interval + 1]!))
  })
}

/** Far members first, so that near ones hide them. */
export function farFirst(plane: Plane, members: readonly MemberPicture[]): readonly MemberPicture[] {
  const nearness = ({ endA, endB }: MemberPicture) => (plane === 'side' ? -(endA[1] + endB[1]) : endA[2] + endB[2])
  return [...members].sort((one, other) => nearness(one) - nearness(other))
}

/** Two members look the same. */
const isSameShape = (one: MemberPicture | undefined, other: MemberPicture): boolean =>
  one !== undefined &&
  JSON.stringify([one.endA, one.endB, one.stationsM, one.sidesM, one.fillM]) ===
    JSON.stringify([other.endA, other.endB, other.stationsM, other.sidesM, other.fillM])

/** What a change has moved: members of the design before that look otherwise now. */
export const changedMembers = (before: Picture | undefined, now: Picture): readonly MemberPicture[] =>
  before === undefined || before.title !== now.title
    ? []
    : before.members.filter(
        (member) =>
          !isSameShape(
            now.members.find(({ id }) => id === member.id),
            member,
          ),
      )

/** A point of the platform where the platform is: turned by roll, pitch and yaw, then moved. */
export function movedBy(pose: Float64Array, [x, y, z]: Vec3): Vec3 {
  const [surge, sway, heave, roll, pitch, yaw] = pose as unknown as readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const y1 = y * Math.cos(roll) - z * Math.sin(roll)
  const z1 = y * Math.sin(roll) + z * Math.cos(roll)
  const x2 = x * Math.cos(pitch) + z1 * Math.sin(pitch)
  const z2 = -x * Math.sin(pitch) + z1 * Math.cos(pitch)
  return [surge + x2 * Math.cos(yaw) - y1 * Math.sin(yaw), sway + x2 * Math.sin(yaw) + y1 * Math.cos(yaw), heave + z2]
}

/** A box of the picture: metres, z or y up. */
export interface Box {
  readonly left: number
  readonly right: number
  readonly bottom: number
  readonly top: number
}

/** `hull`: close enough to work on it. `whole`: the turbine too, from above the anchors too. */
export type Framing = 'whole' | 'hull'

/** What must be seen. */
export function boxOf(picture: Picture, plane: Plane, framing: Framing): Box {
  const hull = picture.members.filter(({ part }) => part === 'platform')
  const points = hull.flatMap((member) => {
    const half = Math.max(...member.sidesM.flat()) / 2
    return [member.endA, member.endB].flatMap(([x, y, z]): Vec3[] => [
      [x - half, y - half, z],
      [x + half, y + half, z],
    ])
  })
  if (framing === 'whole') points.push(...far(picture, plane))
  const seen = points.map((point) => flat(plane, point))
  const [xs, ys] = [seen.map(([x]) => x), seen.map(([, y]) => -y)]
  const box = { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) }
  const room = 0.12 * Math.max(box.right - box.left, box.top - box.bottom)
  return moved(box, picture, plane, framing, room)
}

/** With room around it, where the platform is on average; anchors stay where they are. */
function moved(box: Box, { figures }: Picture, plane: Plane, framing: Framing, room: number): Box {
  const [surge, sway, heave] = figures.meanPose as readonly [number, number, number]
  const [dx, dy] = plane === 'side' ? [surge, heave] : framing === 'hull' ? [surge, sway] : [0, 0]
  const { left, right, bottom, top } = box
  // The names of the hands stand on the left.
  const forNames = framing === 'hull' && plane === 'side' ? 1.5 * room : 0
  return {
    left: left - room - forNames + dx,
    right: right + room + dx,
    bottom: bottom - room + dy,
    top: top + room + dy,
  }
}

function far({ turbine, lines }: Picture, plane: Plane): readonly Vec3[] {
  if (plane === 'plan') return lines.map(({ ends }) => ends[0])
  if (turbine === null) return []
  const [x, y, z] = turbine.hub
  return [[x, y, z + (turbine.rotorRadiusM ?? 0)]]
}
