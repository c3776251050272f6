import type { Vec3 } from '../../../physics/design/types.ts'
import type { DimensionView, LinePicture, MemberPicture, Picture } from '../contract.ts'
import { axisOf, lengthOf, pointOf, sidesAt } from './shapes.ts'

/** The dimensions that a hand can take hold of: where it stands, which way it is pulled, and how much that changes. */

/** One hand on one dimension. */
export interface Handle {
  readonly dimension: DimensionView
  /** In a word: `diameter`. */
  readonly label: string
  /** On what is changed. */
  readonly at: Vec3
  /** Unit vector towards which the value grows. */
  readonly axis: Vec3
  /** By how much the value grows for every metre of the hand. */
  readonly gain: number
  /** Anchors stay where they are when the platform moves. */
  readonly onBed: boolean
}

/** The views differ in what can be taken hold of: from above the moorings, else the hull. */
export type View = 'space' | 'side' | 'plan'

/** Members of one name, which share their dimensions: what is worked on at a time. */
export function groupsOf({ members }: Picture): readonly string[] {
  return [...new Set(members.filter(({ part }) => part === 'platform').map(({ key }) => key))]
}

/** What is worked on first: the outer columns, or the hull itself. */
export function firstGroup(picture: Picture): string | null {
  const hull = picture.members.filter(({ part }) => part === 'platform')
  const outer = hull.filter((member) => isUpright(member) && distance(member.endA) > 1)
  return (outer[0] ?? hull[0])?.key ?? null
}

/** Every hand on a group of members, and on the moorings where they are in view. */
export function handlesOf(picture: Picture, group: string | null, view: View): readonly Handle[] {
  const member = handled(picture, group)
  const onHull = member === null ? [] : isUpright(member) ? upright(picture, member) : lying(picture, member)
  const seen = view === 'plan' ? onHull.filter(({ axis }) => axis[2] === 0) : onHull
  return [...seen, ...moorings(picture, view)]
}

/** Of the copies of a member, the one that the standard view has at its left. */
function handled({ members }: Picture, group: string | null): MemberPicture | null {
  const copies = members.filter(({ key }) => key === group && key !== '')
  return copies.reduce<MemberPicture | null>(
    (best, copy) => (best === null || copy.endA[0] < best.endA[0] - 1e-6 ? copy : best),
    null,
  )
}

const isUpright = (member: MemberPicture): boolean => axisOf(member)[2] > 0.99
const distance = ([x, y]: Vec3): number => Math.hypot(x, y)
const UP: Vec3 = [0, 0, 1]
const DOWN: Vec3 = [0, 0, -1]

/** Away from the platform's axis; for what stands on it, to the left of the standard view. */
function outwards([x, y]: Vec3): Vec3 {
  const from = Math.hypot(x, y)
  return from > 1 ? [x / from, y / from, 0] : [-1, 0, 0]
}

const shifted = ([x, y, z]: Vec3, [dx, dy, dz]: Vec3, by: number): Vec3 => [x + dx * by, y + dy * by, z + dz * by]

/** Collects the hands whose dimension this design has. */
function collector(picture: Picture) {
  const found: Handle[] = []
  const add = (name: string, label: string, at: Vec3, axis: Vec3, gain = 1, onBed = false) => {
    const dimension = picture.dimensions.find((each) => each.name === name)
    if (dimension !== undefined) found.push({ dimension, label, at, axis, gain, onBed })
  }
  return { found, add }
}

function upright(picture: Picture, member: MemberPicture): readonly Handle[] {
  const { found, add } = collector(picture)
  const { key, stationsM } = member
  const out = outwards(member.endA)
  const bottomZ = member.endA[2]
  const top = lengthOf(member)
  const wide = widest(member)
  const tapers = member.sidesM[wide]![0] !== member.sidesM[wide + 1]![0]
  // Where the section is as wide as the dimension says.
  const middle = tapers ? stationsM[wide]! : (stationsM[wide]! + stationsM[wide + 1]!) / 2
  const [a, b] = sidesAt(member, wide, middle)
  if (member.shape === 'circular')
    add(`${key}.diameter`, 'diameter', shifted(pointOf(member, middle), out, a / 2), out, 2)
  else {
    add(`${key}.width`, 'width', pointOf(member, middle, a / 2), member.p1, 2)
    add(`${key}.height`, 'depth', pointOf(member, middle, 0, b / 2), member.p2, 2)
  }
  add(`${key}.draft`, 'draft', pointOf(member, 0), DOWN)
  const last = stationsM.length - 2
  const rim = distance(member.endB) > 1 ? 0 : sidesAt(member, last, top)[0] / 2
  add(`${key}.freeboard`, 'freeboard', shifted(pointOf(member, top), out, rim), UP)
  const [filled, name] = ballast(member)
  add(name, 'ballast', pointOf(member, stationsM[filled]! + member.fillM[filled]!), UP)
  // Above the water, clear of the hand on the diameter.
  const aloft = -bottomZ + 0.6 * (top + bottomZ)
  const side = sidesAt(member, last, Math.max(aloft, stationsM[last]!))[0] / 2
  if (distance(member.endA) > 1) add('platform.spacing', 'spacing', shifted(pointOf(member, aloft), out, side), out)
  return found
}

/** The interval that is as wide as the member gets. */
function widest({ sidesM, stationsM }: MemberPicture): number {
  const most = Math.max(...sidesM.map(([a]) => a))
  const at = sidesM.findIndex(([a], i) => a === most && i < stationsM.length - 1 && stationsM[i + 1]! > stationsM[i]!)
  return Math.max(0, at)
}

/** The interval with most ballast, and the name of that dimension. */
function ballast({ key, fillM, stationsM }: MemberPicture): readonly [number, string] {
  const filled = fillM.indexOf(Math.max(...fillM))
  const roomy = fillM.filter((_, at) => stationsM[at + 1]! > stationsM[at]!)
  return [filled, roomy.length === 1 ? `${key}.ballast` : `${key}.ballast${filled + 1}`]
}

function lying(picture: Picture, member: MemberPicture): readonly Handle[] {
  const { found, add } = collector(picture)
  const length = lengthOf(member)
  const [a, b] = sidesAt(member, 0, 0)
  const up: Vec3 = member.p1[2] < 0 ? [-member.p1[0], -member.p1[1], -member.p1[2]] : member.p1
  const name = member.shape === 'circular' ? 'diameter' : 'width'
  add(`${member.key}.${name}`, name, shifted(pointOf(member, length / 2), up, a / 2), up, 2)
  add(`${member.key}.height`, 'height', pointOf(member, length / 2, 0, b / 2), member.p2, 2)
  add(`${member.key}.z`, 'height above the water', pointOf(member, length / 5), UP)
  return found
}

function moorings(picture: Picture, view: View): readonly Handle[] {
  const { found, add } = collector(picture)
  const lines = [...picture.lines].sort((one, other) => one.ends[0][0] - other.ends[0][0])
  const [first] = lines
  if (first === undefined || view !== 'plan') return found
  add('anchors.radius', 'anchor radius', first.ends[0], outwards(first.ends[0]), 1, true)
  const other = lines.at(-1)!
  add('lines.length', 'line length', quarterOf(other), outwards(other.ends[0]), 1, true)
  return found
}

/** Between the fairlead and the label of the line. */
const quarterOf = ({ ends: [a, b] }: LinePicture): Vec3 => [
  b[0] + (a[0] - b[0]) / 4,
  b[1] + (a[1] - b[1]) / 4,
  b[2] + (a[2] - b[2]) / 4,
]

// ---- Values -------------------------------------------------------------------------------------------------------

/** Steps of a hundredth of the value's power of ten: 0.1 m of 12.5 m, 1 m of 850 m. */
const stepOf = (value: number): number => 10 ** Math.floor(Math.log10(Math.max(1, Math.abs(value)))) / 100

/** Arrow keys go by bigger steps than a hand's jitter. */
const KEY_STEPS = 5

/** The value that a key asks for; null when the key asks for none. */
export function keyed({ min, max }: DimensionView, value: number, key: string): number | null {
  const step = stepOf(value) * KEY_STEPS
  const by = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 10, PageDown: -10 }[key]
  return by === undefined ? null : clean(Math.min(max, Math.max(min, value + by * step)))
}

/**
 * The value after the hand has moved by so many pixels, when a metre along the handle's axis is `perMetre` on the screen: what counts is the
 * part of the movement along the axis.
 */
export function dragged(
  { dimension, gain }: Handle,
  start: number,
  moved: readonly [number, number],
  perMetre: readonly [number, number],
): number {
  const [px, py] = perMetre
  const metres = (moved[0] * px + moved[1] * py) / Math.max(1e-6, px * px + py * py)
  const step = stepOf(dimension.value)
  const value = Math.round((start + metres * gain) / step) * step
  return clean(Math.min(dimension.max, Math.max(dimension.min, value)))
}

/** Without the dust of binary fractions. */
const clean = (value: number): number => Number(value.toPrecision(8))

/** A value for people: as many digits as a step has. */
export function valueText(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`
}
