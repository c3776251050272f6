import type { Corrections } from '../corrections.ts'
import type { Pair } from '../design/types.ts'
import type { Strips } from '../hull.ts'
import type { Mat3 } from '../linear/vec3.ts'
import { coefficients, interpolate, type Placed, pointAt } from './geometry.ts'

/**
 * The members cut into strips, with everything of Morison's equation that does not depend on the sea. Source: specification 2.2 and 2.6,
 * RAFT raft_member.py:__init__, calcHydroConstants, calcImat; raft_fowt.py:calcHydroLinearization.
 */

/** One strip of a member. */
interface Slice {
  readonly s: number
  readonly dl: number
  readonly d: Pair
  readonly dr: Pair
}

/** End A, the intervals (one strip for a step in the section), end B. */
function slices({ design: { stationsM, sidesM, maxStripM } }: Placed): Slice[] {
  const first = half(sidesM[0]!)
  const last = half(sidesM.at(-1)!)
  const out: Slice[] = [{ s: 0, dl: 0, d: first, dr: first }]
  for (let i = 1; i < stationsM.length; i++) {
    const [a, b] = [sidesM[i - 1]!, sidesM[i]!]
    const length = stationsM[i]! - stationsM[i - 1]!
    if (length > 0) {
      const count = Math.ceil(length / maxStripM)
      const dl = length / count
      for (let j = 0; j < count; j++) out.push(slice(stationsM[i - 1]!, dl, j + 0.5, a, b, length))
    } else {
      const d: Pair = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
      out.push({ s: stationsM[i - 1]!, dl: 0, d, dr: [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2] })
    }
  }
  out.push({ s: stationsM.at(-1)!, dl: 0, d: last, dr: [-last[0], -last[1]] })
  return out
}

const half = ([a, b]: Pair): Pair => [a / 2, b / 2]

function slice(from: number, dl: number, middle: number, a: Pair, b: Pair, length: number): Slice {
  const taper: Pair = [(0.5 * (b[0] - a[0])) / length, (0.5 * (b[1] - a[1])) / length]
  const at = dl * 2 * middle
  return {
    s: from + dl * middle,
    dl,
    d: [a[0] + at * taper[0], a[1] + at * taper[1]],
    dr: [dl * taper[0], dl * taper[1]],
  }
}

function emptyStrips(count: number): { -readonly [K in keyof Strips]: Strips[K] } {
  const numbers = (perStrip = 1) => new Float64Array(count * perStrip)
  return {
    count,
    member: new Int32Array(count),
    s: numbers(),
    dl: numbers(),
    d1: numbers(),
    d2: numbers(),
    dr1: numbers(),
    dr2: numbers(),
    circular: new Uint8Array(count),
    macCamyFuchs: new Uint8Array(count),
    position: numbers(3),
    q: numbers(3),
    p1: numbers(3),
    p2: numbers(3),
    cd1: numbers(),
    cd2: numbers(),
    cdEnd: numbers(),
    cdAxial: numbers(),
    ca1: numbers(),
    ca2: numbers(),
    caEnd: numbers(),
    endArea: numbers(),
    sideVolume: numbers(),
    endVolume: numbers(),
    dragAreaAxial: numbers(),
    dragArea1: numbers(),
    dragArea2: numbers(),
    dragAreaEnd: numbers(),
  }
}

/** The strips of all members, and how many each has. */
export function cutIntoStrips(members: readonly Placed[], corrections: Corrections) {
  const perMember = members.map(slices)
  const strips = emptyStrips(perMember.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  members.forEach((member, index) => {
    const coefficient = coefficientsOf(member, corrections)
    for (const slice of perMember[index]!) {
      strips.member[at] = index
      setGeometry(strips, at, member, slice)
      coefficient(strips, at, slice.s)
      setVolumes(strips, at, corrections)
      setDragAreas(strips, at, corrections)
      at++
    }
  })
  return { strips: strips as Strips, counts: perMember.map(({ length }) => length) }
}

function setGeometry(strips: Strips, at: number, member: Placed, { s, dl, d, dr }: Slice): void {
  const { design, q, p1, p2 } = member
  strips.s[at] = s
  strips.dl[at] = dl
  strips.d1[at] = d[0]
  strips.d2[at] = d[1]
  strips.dr1[at] = dr[0]
  strips.dr2[at] = dr[1]
  strips.circular[at] = design.shape === 'circular' ? 1 : 0
  strips.macCamyFuchs[at] = design.macCamyFuchs && design.shape === 'circular' ? 1 : 0
  strips.position.set(pointAt(member, s), at * 3)
  strips.q.set(q, at * 3)
  strips.p1.set(p1, at * 3)
  strips.p2.set(p2, at * 3)
}

/** A function that writes the coefficients at a distance from end A. */
function coefficientsOf({ design }: Placed, corrections: Corrections) {
  const { stationsM } = design
  const drag = coefficients(design.transverseDrag, corrections.coefficientLists)
  const mass = coefficients(design.transverseAddedMass, corrections.coefficientLists)
  const [drag1, drag2] = [drag.map(([a]) => a), drag.map(([, b]) => b)]
  const [mass1, mass2] = [mass.map(([a]) => a), mass.map(([, b]) => b)]
  return (strips: Strips, at: number, s: number): void => {
    strips.cd1[at] = interpolate(s, stationsM, drag1)
    strips.cd2[at] = interpolate(s, stationsM, drag2)
    strips.cdEnd[at] = interpolate(s, stationsM, design.endDrag)
    strips.cdAxial[at] = interpolate(s, stationsM, design.axialDrag)
    strips.ca1[at] = interpolate(s, stationsM, mass1)
    strips.ca2[at] = interpolate(s, stationsM, mass2)
    strips.caEnd[at] = interpolate(s, stationsM, design.endAddedMass)
  }
}

/** Volumes and the end's area of a node in water; 0 above it. */
function setVolumes(strips: Strips, at: number, corrections: Corrections): void {
  const z = strips.position[at * 3 + 2]!
  if (z >= 0) return
  const dl = strips.dl[at]!
  const d1 = strips.d1[at]!
  const side = strips.circular[at] === 1 ? (Math.PI / 4) * d1 * d1 * dl : d1 * strips.d2[at]! * dl
  strips.sideVolume[at] = z + dl / 2 > 0 ? (side * (dl / 2 - z)) / dl : side
  strips.endVolume[at] = endVolume(strips, at, corrections.rectangularEnds)
  strips.endArea[at] = endArea(strips, at)
}

/**
 * Half the difference of two spheres. RAFT HEAD lets it be negative where a rectangle becomes smaller, so that the end B of a pontoon has
 * negative added mass; `rectangularEnds` takes its size, as for circles.
 */
function endVolume(strips: Strips, at: number, sizeOnly: boolean): number {
  const circular = strips.circular[at] === 1
  const d = circular ? strips.d1[at]! : (strips.d1[at]! + strips.d2[at]!) / 2
  const dr = circular ? strips.dr1[at]! : (strips.dr1[at]! + strips.dr2[at]!) / 2
  const volume = (Math.PI / 12) * ((d + dr) ** 3 - (d - dr) ** 3)
  return circular || sizeOnly ? Math.abs(volume) : volume
}

/** Signed: positive where the section grows towards end B. */
function endArea(strips: Strips, at: number): number {
  const d1 = strips.d1[at]!
  const dr1 = strips.dr1[at]!
  if (strips.circular[at] === 1) return Math.PI * d1 * dr1
  const d2 = strips.d2[at]!
  const dr2 = strips.dr2[at]!
  return (d1 + dr1) * (d2 + dr2) - (d1 - dr1) * (d2 - dr2)
}

/** Areas on which drag acts, under water or not: at a mean pose other nodes are wet than at zero offset. */
function setDragAreas(strips: Strips, at: number, corrections: Corrections): void {
  const dl = strips.dl[at]!
  const d1 = strips.d1[at]!
  const d2 = strips.d2[at]!
  const circular = strips.circular[at] === 1
  const perimeter = circular ? Math.PI * d1 : 2 * (d1 + (corrections.rectangularAxialDrag ? d2 : d1))
  strips.dragAreaAxial[at] = perimeter * dl
  strips.dragArea1[at] = d1 * dl
  strips.dragArea2[at] = d2 * dl
  strips.dragAreaEnd[at] = Math.abs(endArea(strips, at))
}

/** a p1 p1^T + b p2 p2^T + c q q^T of a strip. */
function alongAxes({ p1, p2, q }: Strips, at: number, a: number, b: number, c: number): Mat3 {
  const x = at * 3
  const y = x + 1
  const z = x + 2
  const xx = a * p1[x]! * p1[x]! + b * p2[x]! * p2[x]! + c * q[x]! * q[x]!
  const xy = a * p1[x]! * p1[y]! + b * p2[x]! * p2[y]! + c * q[x]! * q[y]!
  const xz = a * p1[x]! * p1[z]! + b * p2[x]! * p2[z]! + c * q[x]! * q[z]!
  const yy = a * p1[y]! * p1[y]! + b * p2[y]! * p2[y]! + c * q[y]! * q[y]!
  const yz = a * p1[y]! * p1[z]! + b * p2[y]! * p2[z]! + c * q[y]! * q[z]!
  const zz = a * p1[z]! * p1[z]! + b * p2[z]! * p2[z]! + c * q[z]! * q[z]!
  return [xx, xy, xz, xy, yy, yz, xz, yz, zz]
}

/** Added mass of a strip, kg: rho v (Ca1 p1 p1^T + Ca2 p2 p2^T) + rho vE CaEnd q q^T. */
export function stripAddedMass(strips: Strips, at: number, density: number): Mat3 {
  const side = density * strips.sideVolume[at]!
  const end = density * strips.endVolume[at]! * strips.caEnd[at]!
  return alongAxes(strips, at, side * strips.ca1[at]!, side * strips.ca2[at]!, end)
}

/** What the water's acceleration is multiplied by, kg (without MacCamy and Fuchs): (1 + Ca) on the side, CaEnd at the end. */
export function stripInertia(strips: Strips, at: number, density: number): Mat3 {
  const side = density * strips.sideVolume[at]!
  const end = density * strips.endVolume[at]! * strips.caEnd[at]!
  return alongAxes(strips, at, side * (1 + strips.ca1[at]!), side * (1 + strips.ca2[at]!), end)
}
