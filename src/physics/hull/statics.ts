import type { Design, Pair, PointInertia, Turbine, Vec3 } from '../design/types.ts'
import type { HullStatics, Member, Strips } from '../hull.ts'
import {
  accumulate,
  accumulateAt,
  forceMomentAt,
  massMatrix,
  stiffnessAt,
  symmetrized,
  translated,
  zeros6,
} from '../linear/mat6.ts'
import {
  add,
  along,
  type Mat3,
  norm,
  ORIGIN,
  radians,
  rotation,
  scale,
  subtract,
  transform,
  turnedMoments,
} from '../linear/vec3.ts'
import { stripAddedMass } from './strips.ts'

/** The body as a whole, about the platform's reference point. Source: specification 2.3, 2.4; RAFT raft_fowt.py:calcStatics. */

/** A heavy part: RAFT hangs its weight on a node, which matters for the stiffness of a body whose parts are not symmetric. */
interface Weight {
  readonly massKg: number
  readonly centre: Vec3
  readonly node: Vec3
  /** About the node. */
  readonly matrix: Float64Array
  readonly substructure: boolean
  /** Of water in tanks: density times the second moments of its surface about x and y, kg m2. */
  readonly freeSurface: Pair
}

const NO_SURFACE: Pair = [0, 0]

/** Direction of the shaft, downwind. */
function shaftAxes({ shaftTiltDeg, shaftToeDeg }: Turbine): Mat3 {
  return rotation(0, -radians(shaftTiltDeg), radians(shaftToeDeg))
}

/** Where the rotor's reference point is, and its shaft's direction, at zero offset (specification 2.3). */
export function shaft(turbine: Turbine): { readonly reference: Vec3; readonly q: Vec3; readonly hub: Vec3 } {
  const q = transform(shaftAxes(turbine), [1, 0, 0])
  const reference: Vec3 = [0, 0, turbine.hubHeightM - q[2] * turbine.overhangM]
  return { reference, q, hub: along(reference, q, turbine.overhangM) }
}

function nacelle(turbine: Turbine): Weight {
  const { massKg, inertiaAxial, inertiaRadial } = turbine
  const { reference, q } = shaft(turbine)
  const centre = along(reference, q, turbine.centreOfGravityM)
  const inertia = turnedMoments(shaftAxes(turbine), inertiaAxial, inertiaRadial, inertiaRadial)
  const matrix = massMatrix(massKg, inertia, subtract(centre, reference))
  return { massKg, centre, node: reference, matrix, substructure: false, freeSurface: NO_SURFACE }
}

function lump({ massKg, inertia, location, freeSurface = NO_SURFACE }: PointInertia, nodes: readonly Vec3[]): Weight {
  const [xx, yy, zz, xy, xz, yz] = inertia
  const node = nearest(location, nodes)
  const matrix = massMatrix(massKg, [xx, xy, xz, xy, yy, yz, xz, yz, zz], subtract(location, node))
  return { massKg, centre: location, node, matrix, substructure: true, freeSurface }
}

function nearest(point: Vec3, nodes: readonly Vec3[]): Vec3 {
  let best = nodes[0]!
  for (const node of nodes) if (norm(subtract(point, node)) < norm(subtract(point, best))) best = node
  return best
}

/** Members, rotor and nacelle, lumps. */
function weightsOf(design: Design, members: readonly Member[]): Weight[] {
  const turbine = design.turbine
  const nodes = [ORIGIN, ...members.map(({ endA }) => endA), ...(turbine === null ? [] : [shaft(turbine).reference])]
  return [
    ...members.map((member) => ({
      massKg: member.massKg,
      centre: member.centreOfGravity,
      node: member.endA,
      matrix: member.massMatrix,
      substructure: member.part === 'platform',
      freeSurface: NO_SURFACE,
    })),
    ...(turbine === null ? [] : [nacelle(turbine)]),
    ...design.platform.lumps.map((each) => lump(each, nodes)),
  ]
}

function centreOf(parts: readonly { readonly massKg: number; readonly centre: Vec3 }[]): {
  massKg: number
  centre: Vec3
} {
  let massKg = 0
  let moment: Vec3 = ORIGIN
  for (const part of parts) {
    massKg += part.massKg
    moment = add(moment, scale(part.centre, part.massKg))
  }
  return { massKg, centre: massKg === 0 ? ORIGIN : scale(moment, 1 / massKg) }
}

/**
 * Weight: C44 = C55 = -m g z about the node, less what the free surface of water in tanks takes; then moved to the reference point, with the
 * change of the lever.
 */
function weightStiffness(weights: readonly Weight[], gravity: number): Float64Array {
  const sum = zeros6()
  for (const { massKg, centre, node, freeSurface } of weights) {
    const own = zeros6()
    own[21] = -gravity * (massKg * (centre[2] - node[2]) + freeSurface[0])
    own[28] = -gravity * (massKg * (centre[2] - node[2]) + freeSurface[1])
    accumulate(sum, stiffnessAt(own, [0, 0, -massKg * gravity], node))
  }
  return symmetrized(sum)
}

function massOf(weights: readonly Weight[]): Float64Array {
  const sum = zeros6()
  for (const { matrix, node } of weights) accumulate(sum, translated(matrix, node))
  return symmetrized(sum)
}

/** Mass of the platform's ballast for each density, in order of first use. */
function ballastOf(design: Design, members: readonly Member[]): { density: number; massKg: number }[] {
  const masses = new Map<number, number>()
  for (const member of members.filter(({ part }) => part === 'platform')) {
    const { fillDensity, stationsM } = design.platform.members[member.design]!
    member.fillMassKg.forEach((massKg, i) => {
      const density = stationsM[i + 1]! > stationsM[i]! ? fillDensity[i]! : 0
      if (density !== 0) masses.set(density, (masses.get(density) ?? 0) + massKg)
    })
  }
  return [...masses].map(([density, massKg]) => ({ density, massKg }))
}

/** Sums of the members' buoyancy. */
function hydrostatics(members: readonly Member[]) {
  const stiffness = zeros6()
  const buoyancy = new Float64Array(6)
  let [displacedM3, waterplaneAreaM2, secondMoment] = [0, 0, 0]
  let moment: Vec3 = ORIGIN
  for (const member of members) {
    const { force } = member.buoyancy
    accumulate(buoyancy, forceMomentAt(force, member.endA))
    const lift: Vec3 = [force[0]!, force[1]!, force[2]!]
    accumulate(stiffness, stiffnessAt(member.buoyancy.stiffness, lift, member.endA))
    const { areaM2, secondMomentM4, y: aside } = member.waterplane
    displacedM3 += member.displacedM3
    waterplaneAreaM2 += areaM2
    secondMoment += secondMomentM4 + areaM2 * (aside + member.endA[1]) ** 2
    moment = add(moment, scale(add(member.centreOfBuoyancy, member.endA), member.displacedM3))
  }
  const centreOfBuoyancy = displacedM3 > 0 ? scale(moment, 1 / displacedM3) : ORIGIN
  const metacentreM = displacedM3 > 0 ? centreOfBuoyancy[2] + secondMoment / displacedM3 : 0
  return {
    displacedM3,
    centreOfBuoyancy,
    waterplaneAreaM2,
    metacentreM,
    hydrostaticStiffness: symmetrized(stiffness),
    buoyancy,
  }
}

/** Everything that stands in {@link HullStatics}. */
export function sumStatics(design: Design, members: readonly Member[], strips: Strips): HullStatics {
  const { gravity, waterDensity } = design.site
  const weights = weightsOf(design, members)
  const substructure = weights.filter((weight) => weight.substructure)
  const tower = members.filter(({ part }) => part === 'tower')
  const all = centreOf(weights)
  const below = centreOf(substructure)
  const above = centreOf(tower.map(({ massKg, centreOfGravity: centre }) => ({ massKg, centre })))
  const addedMass = zeros6()
  for (let i = 0; i < strips.count; i++) {
    if (strips.sideVolume[i] === 0 && strips.endVolume[i] === 0) continue
    const at: Vec3 = [strips.position[i * 3]!, strips.position[i * 3 + 1]!, strips.position[i * 3 + 2]!]
    accumulateAt(addedMass, stripAddedMass(strips, i, waterDensity), at)
  }
  const weight = -all.massKg * gravity
  return {
    massKg: all.massKg,
    substructureMassKg: below.massKg,
    towerMassKg: above.massKg,
    shellMassKg: members
      .filter(({ part }) => part === 'platform')
      .reduce((sum, { shellMassKg }) => sum + shellMassKg, 0),
    ballast: ballastOf(design, members),
    centreOfGravity: all.centre,
    substructureCentreOfGravity: below.centre,
    towerCentreOfGravity: tower.length === 0 ? null : above.centre,
    massMatrix: massOf(weights),
    substructureMassMatrix: massOf(substructure),
    weightStiffness: weightStiffness(weights, gravity),
    weight: Float64Array.of(0, 0, weight, weight * all.centre[1], -weight * all.centre[0], 0),
    ...hydrostatics(members),
    addedMass,
  }
}
