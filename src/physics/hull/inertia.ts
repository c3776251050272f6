import type { Corrections } from '../corrections.ts'
import type { Cap, Pair, Vec3 } from '../design/types.ts'
import { accumulateMass, zeros6 } from '../linear/mat6.ts'
import { along, type Mat3, ORIGIN, scale, subtract, turnedMoments } from '../linear/vec3.ts'
import { type Frustum, frustumInertia, frustumVolume } from './frusta.ts'
import { innerSides, innerSidesAtCaps, interpolatePair, type Placed, sameStation } from './geometry.ts'

/** Mass and inertia of a member: shell, ballast, caps and bulkheads. Source: specification 2.3, RAFT raft_member.py:getInertia. */

/** Mass of a member and of its parts. */
export interface MemberMass {
  readonly massKg: number
  readonly shellMassKg: number
  readonly fillMassKg: readonly number[]
  readonly fillVolumeM3: readonly number[]
  readonly capMassKg: readonly number[]
  readonly centreOfGravity: Vec3
  /** About end A. */
  readonly massMatrix: Float64Array
}

/** A part of a member that is symmetric about the axis. */
interface Part {
  readonly massKg: number
  /** Height of the centre of gravity above the part's bottom, m. */
  readonly centreM: number
  /** About the centre of the bottom, along p1, p2 and q. */
  readonly inertia: Mat3
}

/** The sums over the parts of one member. */
class Sum {
  readonly matrix = zeros6()
  private moment: Vec3 = ORIGIN
  private readonly member: Placed

  constructor(member: Placed) {
    this.member = member
  }

  /** Adds a part whose bottom is at `bottomM` along the axis. Returns its inertia about its centre, in axes of the platform. */
  add({ massKg, centreM, inertia: [xx, , , , yy, , , , zz] }: Part, bottomM: number): Mat3 {
    const { endA, q, axes } = this.member
    const centre = along(endA, q, bottomM + centreM)
    this.moment = along(this.moment, centre, massKg)
    const shift = massKg * centreM * centreM
    const inertia = turnedMoments(axes, xx - shift, yy - shift, zz)
    accumulateMass(this.matrix, massKg, inertia, subtract(centre, endA))
    return inertia
  }

  /** Adds moments of inertia without a mass: RAFT's defect at a step in diameter. */
  addInertia(inertia: Mat3): void {
    accumulateMass(this.matrix, 0, inertia, ORIGIN)
  }

  centre(): Vec3 {
    const mass = this.matrix[0]!
    return mass === 0 ? ORIGIN : scale(this.moment, 1 / mass)
  }
}

/** Everything about the mass of one member. */
export function memberMass(member: Placed, corrections: Corrections): MemberMass {
  const { design } = member
  const sum = new Sum(member)
  const fills: { massKg: number; volumeM3: number }[] = []
  let shellMassKg = 0
  let previous: Mat3 | null = null
  for (let i = 0; i + 1 < design.stationsM.length; i++) {
    if (design.stationsM[i + 1]! > design.stationsM[i]!) {
      const { shell, fill, volumeM3 } = interval(member, i, corrections.rectangularFrusta)
      previous = sum.add(together(shell, fill), design.stationsM[i]!)
      shellMassKg += shell.massKg
      fills.push({ massKg: fill.massKg, volumeM3 })
    } else {
      if (previous !== null && !corrections.stepInertia) sum.addInertia(previous)
      fills.push({ massKg: 0, volumeM3: 0 })
    }
  }
  const capMassKg = design.caps.map((_, i) => {
    const { part, bottomM } = capPart(member, i, corrections)
    sum.add(part, bottomM)
    return part.massKg
  })
  return {
    massKg: sum.matrix[0]!,
    shellMassKg: shellMassKg + capMassKg.reduce((a, b) => a + b, 0),
    fillMassKg: fills.map(({ massKg }) => massKg),
    fillVolumeM3: fills.map(({ volumeM3 }) => volumeM3),
    capMassKg,
    centreOfGravity: sum.centre(),
    massMatrix: sum.matrix,
  }
}

/** Shell and ballast of the interval above station i. */
function interval({ design }: Placed, i: number, exact: boolean) {
  const { shape, stationsM, sidesM, shellDensity } = design
  const inner = innerSides(design)
  const heightM = stationsM[i + 1]! - stationsM[i]!
  const inside: Frustum = { shape, bottom: inner[i]!, top: inner[i + 1]!, heightM }
  const shell = hollow({ ...inside, bottom: sidesM[i]!, top: sidesM[i + 1]! }, inside, shellDensity, exact)
  const filled: Frustum = {
    ...inside,
    top: between(inner[i]!, inner[i + 1]!, design.fillM[i]! / heightM),
    heightM: design.fillM[i]!,
  }
  const { volumeM3, centreM } = frustumVolume(filled, exact)
  const density = design.fillDensity[i]!
  const fill = { massKg: volumeM3 * density, centreM, inertia: frustumInertia(filled).map((x) => x * density) }
  return { shell, fill: fill as unknown as Part, volumeM3 }
}

const between = ([a, b]: Pair, [c, d]: Pair, t: number): Pair => [a + (c - a) * t, b + (d - b) * t]

/** What is between two frusta on the same bottom. */
function hollow(outer: Frustum, inner: Frustum, density: number, exact: boolean): Part {
  const out = frustumVolume(outer, exact)
  const hole = frustumVolume(inner, exact)
  const volume = out.volumeM3 - hole.volumeM3
  const moment = out.centreM * out.volumeM3 - hole.centreM * hole.volumeM3
  const removed = frustumInertia(inner)
  return {
    massKg: volume * density,
    centreM: volume === 0 ? 0 : moment / volume,
    inertia: frustumInertia(outer).map((x, i) => (x - removed[i]!) * density) as unknown as Mat3,
  }
}

/** Two parts on the same bottom as one. */
function together(a: Part, b: Part): Part {
  const massKg = a.massKg + b.massKg
  return {
    massKg,
    centreM: massKg === 0 ? 0 : (a.centreM * a.massKg + b.centreM * b.massKg) / massKg,
    inertia: a.inertia.map((x, i) => x + b.inertia[i]!) as unknown as Mat3,
  }
}

/** How a cap lies to its station: on top of it, below it, or around it. */
type Side = 'up' | 'down' | 'centred'

function sideOf(caps: readonly Cap[], i: number, stationsM: readonly number[]): Side {
  const { atM } = caps[i]!
  if (sameStation(atM, stationsM[0]!)) return 'up'
  if (sameStation(atM, stationsM.at(-1)!)) return 'down'
  if (i + 1 < caps.length && sameStation(atM, caps[i + 1]!.atM)) return 'down'
  if (i > 0 && sameStation(atM, caps[i - 1]!.atM)) return 'up'
  return 'centred'
}

/**
 * An end cap, bulkhead or ring; its hole keeps its proportion to the inner diameter. Of two at the same station the first hangs below and
 * the second stands above it. RAFT HEAD takes their diameter from the station that has the number of the cap, and centres both on the
 * station; `bulkheadStations` corrects this.
 */
function capPart({ design }: Placed, i: number, corrections: Corrections): { part: Part; bottomM: number } {
  const { shape, stationsM, caps, shellDensity } = design
  const { atM, thicknessM: heightM, holeM } = caps[i]!
  const inner = innerSidesAtCaps(design, corrections.rectangularStations)
  const side = sideOf(caps, i, stationsM)
  const end = sameStation(atM, stationsM[0]!) || sameStation(atM, stationsM.at(-1)!)
  const own = sectionAt(atM, side, stationsM, inner)
  const section = end || side === 'centred' || corrections.bulkheadStations ? own : (inner[i] ?? own)
  const inside = (x: number) => interpolatePair(x, stationsM, inner)
  const half = side === 'centred' ? heightM / 2 : 0
  const bottom = side === 'up' ? section : inside(atM - (half || heightM))
  const top = side === 'down' ? section : inside(atM + (half || heightM))
  const hole = (sides: Pair): Pair => [(sides[0] * holeM[0]) / section[0], (sides[1] * holeM[1]) / section[1]]
  const outer: Frustum = { shape, bottom, top, heightM }
  const part = hollow(
    outer,
    { ...outer, bottom: hole(bottom), top: hole(top) },
    shellDensity,
    corrections.rectangularFrusta,
  )
  const below = { up: 0, centred: heightM / 2, down: heightM }[side]
  return { part, bottomM: atM - (end || corrections.bulkheadStations ? below : heightM / 2) }
}

/** Inner sides at a station; at a step, of the side on which the cap lies. */
function sectionAt(atM: number, side: Side, stationsM: readonly number[], inner: readonly Pair[]): Pair {
  const same = (s: number) => sameStation(s, atM)
  const first = stationsM.findIndex(same)
  if (first < 0) return interpolatePair(atM, stationsM, inner)
  return inner[side === 'down' ? first : stationsM.findLastIndex(same)]!
}
