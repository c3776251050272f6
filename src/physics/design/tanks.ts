import { assert } from '../../base/assert.ts'
import { writable } from './dimensions.ts'
import type { Design, MemberDesign, Pair, PointInertia, Vec3 } from './types.ts'

/** A space inside a hull that water can fill: one interval of one copy of a member, above its ballast. */
export interface Tank {
  /** 1-based, in the order of members, headings and intervals. */
  readonly number: number
  /** `column at 60 deg, section 1`. */
  readonly title: string
  readonly volumeM3: number
  readonly member: MemberDesign
  readonly headingDeg: number
  readonly interval: number
}

const SLICES = 40

/**
 * Every tank of a design: walled intervals that the ballast leaves room in. A full one keeps its number, so that the water of the others
 * stays where it is.
 */
export function tanksOf({ platform }: Design): readonly Tank[] {
  const walled = platform.members
    .filter(({ wallM }) => wallM.some((wall) => wall > 0))
    .flatMap((member) =>
      (member.headingsDeg ?? [0]).flatMap((headingDeg) =>
        member.fillM.flatMap((_, interval) =>
          member.stationsM[interval + 1]! > member.stationsM[interval]! ? [{ member, headingDeg, interval }] : [],
        ),
      ),
    )
  return walled
    .map((tank, at) => ({
      ...tank,
      number: at + 1,
      title: titleOf(tank),
      volumeM3: roomOf(tank.member, tank.interval).volumeM3,
    }))
    .filter(({ volumeM3 }) => volumeM3 > 0)
}

function titleOf({ member, headingDeg, interval }: Pick<Tank, 'member' | 'headingDeg' | 'interval'>): string {
  const copy = member.headingsDeg === null ? '' : ` at ${headingDeg} deg`
  const section = member.fillM.length === 1 ? '' : `, section ${interval + 1}`
  return `${writable(member.name)}${copy}${section}`
}

/** The design with sea water in its tanks: `shares` is how full each is, 0..1, by number. The water is a mass with a free surface. */
export function flooded(design: Design, shares: ReadonlyMap<number, number>): Design {
  if (shares.size === 0) return design
  const water = tanksOf(design).flatMap((tank) => {
    const share = shares.get(tank.number) ?? 0
    return share > 0 ? [waterMass(tank, share, design.site.waterDensity)] : []
  })
  return { ...design, platform: { ...design.platform, lumps: [...design.platform.lumps, ...water] } }
}

// ---- Geometry of a tank -------------------------------------------------------------------------------------------

interface Room {
  /** Distances from end A between which the room lies, m. */
  readonly from: number
  readonly to: number
  readonly volumeM3: number
  inner(s: number): Pair
}

function roomOf(member: MemberDesign, interval: number): Room {
  const { stationsM, sidesM, wallM, fillM } = member
  const [start, to] = [stationsM[interval]!, stationsM[interval + 1]!]
  const from = start + fillM[interval]!
  const mix = (low: number, high: number, s: number) => low + ((high - low) * (s - start)) / (to - start)
  const inner = (s: number): Pair => {
    const wall = 2 * mix(wallM[interval]!, wallM[interval + 1]!, s)
    return [0, 1].map((side) =>
      Math.max(0, mix(sidesM[interval]![side]!, sidesM[interval + 1]![side]!, s) - wall),
    ) as unknown as Pair
  }
  if (to <= from) return { from, to, volumeM3: 0, inner }
  return { from, to, inner, volumeM3: slices(from, to).reduce((sum, [s, ds]) => sum + area(member, inner(s)) * ds, 0) }
}

const area = ({ shape }: MemberDesign, [a, b]: Pair): number => (shape === 'circular' ? (Math.PI / 4) * a * b : a * b)

/** Midpoints and widths of equal slices. */
function slices(from: number, to: number): readonly (readonly [number, number])[] {
  const width = (to - from) / SLICES
  return Array.from({ length: SLICES }, (_, at) => [from + (at + 0.5) * width, width])
}

/** The level below which `share` of the sum of `of` lies, by bisection. */
function level(from: number, to: number, share: number, below: (level: number) => number): number {
  const whole = below(to)
  let [low, high] = [from, to]
  for (let pass = 0; pass < 60; pass++) {
    const middle = (low + high) / 2
    if (below(middle) < share * whole) low = middle
    else high = middle
  }
  return (low + high) / 2
}

// ---- Water in it --------------------------------------------------------------------------------------------------

function waterMass(tank: Tank, share: number, density: number): PointInertia {
  const frame = frameOf(tank)
  return stands(frame) ? standing(tank, frame, share, density) : lying(tank, frame, share, density)
}

const stands = ({ q }: Frame): boolean => Math.abs(q[2]) > Math.SQRT1_2

/** Where the water stands: between two distances from end A [m], and up to which share of its height in a tank that lies. */
export function waterIn(
  tank: Tank,
  share: number,
): { readonly fromM: number; readonly toM: number; readonly height: number } {
  const frame = frameOf(tank)
  const room = roomOf(tank.member, tank.interval)
  if (share === 0) return { fromM: room.from, toM: room.from, height: 0 }
  if (stands(frame)) {
    const [fromM, toM] = standingWater(tank.member, frame, room, share)
    return { fromM, toM, height: 1 }
  }
  const [high] = room.inner((room.from + room.to) / 2)
  return { fromM: room.from, toM: room.to, height: high === 0 ? 0 : 0.5 + lyingLevel(tank.member, room, share) / high }
}

/** From where to where an upright tank is full. */
function standingWater(member: MemberDesign, frame: Frame, room: Room, share: number): Pair {
  const volumeTo = (s: number) =>
    slices(room.from, s).reduce((sum, [at, ds]) => sum + area(member, room.inner(at)) * ds, 0)
  // An inverted member fills from its end B.
  const isUpright = frame.q[2] > 0
  const top = level(room.from, room.to, isUpright ? share : 1 - share, volumeTo)
  return isUpright ? [room.from, top] : [top, room.to]
}

/** How wide a lying tank is at a height above its middle. */
function widthAt(member: MemberDesign, [high, wide]: Pair, z: number): number {
  return member.shape === 'circular' ? (wide / high) * Math.sqrt(Math.max(0, high * high - 4 * z * z)) : wide
}

/** How high the water stands above the middle of a lying tank. */
function lyingLevel(member: MemberDesign, room: Room, share: number): number {
  const sides = room.inner((room.from + room.to) / 2)
  const areaTo = (z: number) =>
    slices(-sides[0] / 2, z).reduce((sum, [each, dz]) => sum + widthAt(member, sides, each) * dz, 0)
  return level(-sides[0] / 2, sides[0] / 2, share, areaTo)
}

interface Frame {
  readonly origin: Vec3
  readonly q: Vec3
  readonly p1: Vec3
  readonly p2: Vec3
}

/** Axes of the copy of the member that the tank is in (specification 2.2, without the twist of the section). */
function frameOf({ member, headingDeg }: Tank): Frame {
  const turn = (headingDeg * Math.PI) / 180
  const turned = ([x, y, z]: Vec3): Vec3 => [
    x * Math.cos(turn) - y * Math.sin(turn),
    x * Math.sin(turn) + y * Math.cos(turn),
    z,
  ]
  const origin = turned(member.endA)
  const end = turned(member.endB)
  const along = [end[0] - origin[0], end[1] - origin[1], end[2] - origin[2]] as const
  const length = Math.hypot(...along)
  const q: Vec3 = [along[0] / length, along[1] / length, along[2] / length]
  const level = Math.hypot(q[0], q[1])
  // p2 lies level; p1 completes the frame: for a vertical member x and y turned by its heading.
  const p2: Vec3 = level < 1e-9 ? turned([0, 1, 0]) : [-q[1] / level, q[0] / level, 0]
  const p1: Vec3 = [p2[1] * q[2] - p2[2] * q[1], p2[2] * q[0] - p2[0] * q[2], p2[0] * q[1] - p2[1] * q[0]]
  return { origin, q, p1, p2 }
}

/** Water in an upright tank: the surface is its cross-section. */
function standing({ member, interval }: Tank, frame: Frame, share: number, density: number): PointInertia {
  const room = roomOf(member, interval)
  const [from, to] = standingWater(member, frame, room, share)
  const top = frame.q[2] > 0 ? to : from
  const parts = slices(from, to).map(([s, ds]) => ({
    s,
    sides: room.inner(s),
    massKg: density * area(member, room.inner(s)) * ds,
  }))
  const massKg = parts.reduce((sum, part) => sum + part.massKg, 0)
  const middle = parts.reduce((sum, part) => sum + part.massKg * part.s, 0) / massKg
  let [about1, about2, aboutQ] = [0, 0, 0]
  for (const { s, sides, massKg: mass } of parts) {
    const [second1, second2] = spread(member, sides)
    const off = (s - middle) ** 2
    about1 += mass * (second2 + off)
    about2 += mass * (second1 + off)
    aboutQ += mass * (second1 + second2)
  }
  const surface = room.inner(top)
  const [along1, along2] = spread(member, surface)
  const plane = (density * area(member, surface)) / Math.abs(frame.q[2])
  return {
    massKg,
    location: at(frame, middle),
    inertia: tensor(frame, about1, about2, aboutQ),
    freeSurface: horizontal(frame, plane * along1, plane * along2),
  }
}

/** Mean square distance of a section's points from its centre along p1 and p2, m2. */
function spread({ shape }: MemberDesign, [a, b]: Pair): Pair {
  const divisor = shape === 'circular' ? 16 : 12
  return [(a * a) / divisor, (b * b) / divisor]
}

/** Water in a lying tank: it stands at the same level over the whole length. */
function lying({ member, interval }: Tank, frame: Frame, share: number, density: number): PointInertia {
  const room = roomOf(member, interval)
  const lengthM = room.to - room.from
  const [high, wide] = room.inner((room.from + room.to) / 2)
  const width = (z: number) => widthAt(member, [high, wide], z)
  const top = lyingLevel(member, room, share)
  const parts = slices(-high / 2, top).map(([z, dz]) => ({
    z,
    width: width(z),
    massKg: density * width(z) * dz * lengthM,
  }))
  const massKg = parts.reduce((sum, part) => sum + part.massKg, 0)
  const middle = parts.reduce((sum, part) => sum + part.massKg * part.z, 0) / massKg
  const along = (massKg * lengthM * lengthM) / 12
  const across = parts.reduce((sum, part) => sum + (part.massKg * part.width ** 2) / 12, 0)
  const upright = parts.reduce((sum, part) => sum + part.massKg * (part.z - middle) ** 2, 0)
  const [x, y, z] = at(frame, (room.from + room.to) / 2)
  const surface = density * width(top) * lengthM
  return {
    massKg,
    location: [x, y, z + middle],
    inertia: tensor(frame, across + along, upright + along, across + upright),
    freeSurface: horizontal(frame, (surface * lengthM * lengthM) / 12, (surface * width(top) ** 2) / 12, true),
  }
}

const at = ({ origin, q }: Frame, s: number): Vec3 => [origin[0] + q[0] * s, origin[1] + q[1] * s, origin[2] + q[2] * s]

/** Ixx, Iyy, Izz, Ixy, Ixz, Iyz of moments about p1, p2 and q. */
function tensor({ p1, p2, q }: Frame, about1: number, about2: number, aboutQ: number): PointInertia['inertia'] {
  const entry = (i: number, j: number) => about1 * p1[i]! * p1[j]! + about2 * p2[i]! * p2[j]! + aboutQ * q[i]! * q[j]!
  return [entry(0, 0), entry(1, 1), entry(2, 2), entry(0, 1), entry(0, 2), entry(1, 2)]
}

/**
 * The second moments of a surface about x and y from those along its own two level directions: p1 and p2 of an upright member, its axis and
 * p2 of a lying one. [kg m2: density included]
 */
function horizontal({ p1, p2, q }: Frame, first: number, second: number, isLying = false): Pair {
  const one = isLying ? q : p1
  const length = Math.hypot(one[0], one[1])
  assert(length > 0, 'a direction that is not vertical')
  const [cos, sin] = [one[0] / length, one[1] / length]
  const aboutX = first * sin * sin + second * p2[1] * p2[1]
  const aboutY = first * cos * cos + second * p2[0] * p2[0]
  return [aboutX, aboutY]
}
