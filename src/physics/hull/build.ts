import type { Corrections } from '../corrections.ts'
import type { Design } from '../design/types.ts'
import type { Hull, Member } from '../hull.ts'
import { memberBuoyancy } from './buoyancy.ts'
import { type Placed, place } from './geometry.ts'
import { memberMass } from './inertia.ts'
import { sumStatics } from './statics.ts'
import { cutIntoStrips } from './strips.ts'

/** All copies of all members, the tower last. */
export function placeAll({ platform, turbine }: Design): Placed[] {
  const tower = turbine?.tower ?? null
  return [
    ...platform.members.flatMap((member, index) => place(member, index, 'platform')),
    ...(tower === null ? [] : place(tower, -1, 'tower')),
  ]
}

/** What geometry alone says of the body: members, strips, statics. */
export function buildHull(design: Design, corrections: Corrections): Hull {
  const placed = placeAll(design)
  const { strips, counts } = cutIntoStrips(placed, corrections)
  let firstStrip = 0
  const members = placed.map((member, i): Member => {
    const built = buildMember(member, design, corrections, firstStrip, counts[i]!)
    firstStrip += counts[i]!
    return built
  })
  return { members, strips, statics: sumStatics(design, members, strips) }
}

function buildMember(
  placed: Placed,
  { site }: Design,
  corrections: Corrections,
  firstStrip: number,
  strips: number,
): Member {
  const { design, endA, endB, lengthM, q, p1, p2 } = placed
  const { force, stiffness, displacedM3, centreOfBuoyancy, waterplane } = memberBuoyancy(placed, site, corrections)
  return {
    name: design.name,
    design: placed.index,
    part: placed.part,
    shape: design.shape,
    headingDeg: placed.headingDeg,
    endA,
    endB,
    lengthM,
    q,
    p1,
    p2,
    stationsM: design.stationsM,
    sidesM: design.sidesM,
    ...memberMass(placed, corrections),
    buoyancy: { force, stiffness },
    displacedM3,
    centreOfBuoyancy,
    waterplane,
    firstStrip,
    strips,
  }
}
