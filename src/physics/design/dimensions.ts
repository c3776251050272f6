import { assert } from '../../base/assert.ts'
import { nearest } from '../../base/nearest.ts'
import { fail, ok, type Result } from '../../base/result.ts'
import type { Design, MemberDesign, MooringPoint, Pair, Vec3 } from './types.ts'

/**
 * Everything about a design that a hand may change, by name: `column.diameter`, `lines.length`. Acts, handles, sensitivities and sweeps
 * all go through this table, so that a number means the same everywhere.
 */
export interface Dimension {
  readonly name: string
  /** In words: "diameter of column". */
  readonly title: string
  /** `m`, `kg/m3`, `Nm/rad`, or '' for a pure number. */
  readonly unit: string
  readonly value: number
  readonly min: number
  readonly max: number
  with(value: number): Design
}

/** A name as it is written in an experiment: what is no letter, digit, `_` or `-` becomes `_`. */
export const writable = (name: string): string => name.replace(/[^\w-]+/g, '_')

/** All dimensions of a design, in the order in which people look for them. */
export function dimensionsOf(design: Design): readonly Dimension[] {
  const members = design.platform.members.flatMap((member, at) =>
    memberDimensions(member).map(({ make, ...rest }) => ({
      ...rest,
      name: `${writable(member.name)}.${rest.name}`,
      title: `${rest.title} of ${member.name}`,
      with: (value: number) => withMember(design, at, make(value)),
    })),
  )
  return [
    ...members,
    ...spacing(design),
    ...mooringDimensions(design),
    ...turbineDimensions(design),
    ...siteDimensions(design),
  ]
}

/** The design with one dimension changed, or why not. */
export function withDimension(design: Design, name: string, value: number): Result<Design, string> {
  const dimensions = dimensionsOf(design)
  const found = dimensions.find((dimension) => dimension.name === name)
  if (found === undefined) {
    const close = nearest(
      name,
      dimensions.map((dimension) => dimension.name),
    )
    return fail(`there is no dimension ${name} in this design${close === null ? '' : `; ${close} exists`}`)
  }
  const { min, max, unit } = found
  if (!(value >= min && value <= max))
    return fail(`${name} must lie between ${min}${unit} and ${max}${unit}, not ${value}${unit}`)
  return ok(found.with(value))
}

const withMember = (design: Design, at: number, member: MemberDesign): Design => ({
  ...design,
  platform: { ...design.platform, members: design.platform.members.with(at, member) },
})

// ---- Members ------------------------------------------------------------------------------------------------------

interface MemberDimension extends Omit<Dimension, 'with'> {
  make(value: number): MemberDesign
}

function memberDimensions(member: MemberDesign): readonly MemberDimension[] {
  return [...sections(member), ...ends(member), thickness(member), ...ballast(member), ...coefficients(member)]
}

/** The largest side is what is set; the other stations keep their proportion to it. */
function sections(member: MemberDesign): readonly MemberDimension[] {
  const side = (name: string, title: string, of: 0 | 1, both: boolean): MemberDimension => {
    const value = Math.max(...member.sidesM.map((pair) => pair[of]))
    const scaled = ([a, b]: Pair, factor: number): Pair => [
      both || of === 0 ? a * factor : a,
      both || of === 1 ? b * factor : b,
    ]
    return {
      name,
      title,
      unit: 'm',
      value,
      min: Math.max(0.1, ...member.sidesM.map((pair, at) => (2 * member.wallM[at]! * value) / pair[of])),
      max: 100,
      make: (next) => ({ ...member, sidesM: member.sidesM.map((pair) => scaled(pair, next / value)) }),
    }
  }
  if (member.shape === 'circular') return [side('diameter', 'diameter', 0, true)]
  return [side('width', 'width', 0, false), side('height', 'height', 1, false)]
}

const isVertical = ({ endA, endB }: MemberDesign): boolean =>
  endA[0] === endB[0] && endA[1] === endB[1] && endB[2] > endA[2]

/** Only of upright members: the lower end goes down, or the upper end up, and the other stations stay where they are. */
function ends(member: MemberDesign): readonly MemberDimension[] {
  if (!isVertical(member)) return [height(member)]
  const { endA, endB, stationsM } = member
  const inner = stationsM.slice(1, -1)
  const room = { below: stationsM[1]!, above: stationsM.at(-1)! - stationsM.at(-2)! }
  const lower = (draft: number): MemberDesign => {
    const longer = draft + endA[2]
    return {
      ...member,
      endA: [endA[0], endA[1], -draft],
      stationsM: [0, ...inner.map((at) => at + longer), stationsM.at(-1)! + longer],
      stationScale: { start: 0, end: stationsM.at(-1)! + longer },
      caps: member.caps.map((cap) => (cap.atM === 0 ? cap : { ...cap, atM: Math.max(0, cap.atM + longer) })),
    }
  }
  const upper = (freeboard: number): MemberDesign => {
    const longer = freeboard - endB[2]
    const top = stationsM.at(-1)!
    return {
      ...member,
      endB: [endB[0], endB[1], freeboard],
      stationsM: [...stationsM.slice(0, -1), top + longer],
      stationScale: { start: 0, end: top + longer },
      caps: member.caps.map((cap) => ({
        ...cap,
        atM: cap.atM === top ? top + longer : Math.min(cap.atM, top + longer),
      })),
    }
  }
  const least = 0.01
  return [
    {
      name: 'draft',
      title: 'draft',
      unit: 'm',
      value: -endA[2],
      min: -endA[2] - room.below + Math.max(least, member.fillM[0] ?? 0),
      max: 300,
      make: lower,
    },
    {
      name: 'freeboard',
      title: 'freeboard',
      unit: 'm',
      value: endB[2],
      min: endB[2] - room.above + Math.max(least, member.fillM.at(-1) ?? 0),
      max: 100,
      make: upper,
    },
  ]
}

/** A member that lies or leans moves up and down as a whole. */
function height(member: MemberDesign): MemberDimension {
  const { endA, endB } = member
  const value = (endA[2] + endB[2]) / 2
  const lifted = (end: Vec3, by: number): Vec3 => [end[0], end[1], end[2] + by]
  return {
    name: 'z',
    title: 'height of the middle above the water',
    unit: 'm',
    value,
    min: -300,
    max: 100,
    make: (next) => ({ ...member, endA: lifted(endA, next - value), endB: lifted(endB, next - value) }),
  }
}

function thickness(member: MemberDesign): MemberDimension {
  const value = Math.max(...member.wallM)
  const least = Math.min(...member.sidesM.flat())
  return {
    name: 'thickness',
    title: 'wall thickness',
    unit: 'm',
    value,
    min: 0.001,
    max: least / 2,
    make: (next) => ({ ...member, wallM: member.wallM.map((wall) => (value === 0 ? next : (wall * next) / value)) }),
  }
}

/** Fill height and density of every interval that can hold ballast; numbered when there are several. */
function ballast(member: MemberDesign): readonly MemberDimension[] {
  const intervals = member.fillM.map((_, at) => at).filter((at) => member.stationsM[at + 1]! > member.stationsM[at]!)
  return intervals.flatMap((at) => {
    const suffix = intervals.length === 1 ? '' : String(at + 1)
    const where = intervals.length === 1 ? '' : ` in section ${at + 1}`
    return [
      {
        name: `ballast${suffix}`,
        title: `height of the ballast${where}`,
        unit: 'm',
        value: member.fillM[at]!,
        min: 0,
        max: member.stationsM[at + 1]! - member.stationsM[at]!,
        make: (next: number) => ({ ...member, fillM: member.fillM.with(at, next) }),
      },
      {
        name: `ballast-density${suffix}`,
        title: `density of the ballast${where}`,
        unit: 'kg/m3',
        value: member.fillDensity[at]!,
        min: 0,
        max: 20_000,
        make: (next: number) => ({ ...member, fillDensity: member.fillDensity.with(at, next) }),
      },
    ]
  })
}

function coefficients(member: MemberDesign): readonly MemberDimension[] {
  const transverse = (name: string, title: string, key: 'transverseDrag' | 'transverseAddedMass'): MemberDimension => ({
    name,
    title,
    unit: '',
    value: Math.max(...member[key].values.flat()),
    min: 0,
    max: 20,
    make: (next) => ({ ...member, [key]: { listed: false, values: member[key].values.map((): Pair => [next, next]) } }),
  })
  const axial = (name: string, title: string, key: 'endDrag' | 'endAddedMass'): MemberDimension => ({
    name,
    title,
    unit: '',
    value: Math.max(...member[key]),
    min: 0,
    max: 50,
    make: (next) => ({ ...member, [key]: member[key].map(() => next) }),
  })
  return [
    transverse('cd', 'drag coefficient', 'transverseDrag'),
    transverse('ca', 'added-mass coefficient', 'transverseAddedMass'),
    axial('cd-end', 'drag coefficient of the ends', 'endDrag'),
    axial('ca-end', 'added-mass coefficient of the ends', 'endAddedMass'),
  ]
}

// ---- The whole ----------------------------------------------------------------------------------------------------

const radius = ([x, y]: Vec3): number => Math.sqrt(x * x + y * y)

/** `point` further out by so much, along its own direction. */
function outwards(point: Vec3, by: number): Vec3 {
  const from = radius(point)
  assert(from > 0, 'a point off the axis')
  const factor = (from + by) / from
  return [point[0] * factor, point[1] * factor, point[2]]
}

/**
 * How far the outer columns stand from the axis. What hangs on them (ends of pontoons and braces, fairleads, anchors: everything beyond
 * half that distance) moves along, so that the structure stays connected.
 */
function spacing(design: Design): readonly Dimension[] {
  const columns = design.platform.members.filter((member) => isVertical(member) && member.headingsDeg !== null)
  const value = Math.max(0, ...columns.map((member) => radius(member.endA)))
  if (value === 0) return []
  const moved = (point: Vec3, by: number): Vec3 => (radius(point) > value / 2 ? outwards(point, by) : point)
  return [
    {
      name: 'platform.spacing',
      title: 'distance of the outer columns from the axis',
      unit: 'm',
      value,
      min: value / 2,
      max: value * 3,
      with: (next) => {
        const by = next - value
        return {
          ...design,
          platform: {
            ...design.platform,
            members: design.platform.members.map((member) =>
              between(member, moved(member.endA, by), moved(member.endB, by)),
            ),
          },
          mooring: withPoints(design, (point) => ({ ...point, location: moved(point.location, by) })),
        }
      },
    },
  ]
}

/** The member between two other points: stations, ballast and bulkheads stretch with its length. */
function between(member: MemberDesign, endA: Vec3, endB: Vec3): MemberDesign {
  const top = member.stationsM.at(-1)!
  const lengthM = distance(endA, endB)
  // A member that is only carried along keeps its numbers to the last bit.
  const factor = Math.abs(lengthM - top) < 1e-9 * top ? 1 : lengthM / top
  return {
    ...member,
    endA,
    endB,
    stationsM: member.stationsM.map((at) => at * factor),
    fillM: member.fillM.map((height) => height * factor),
    caps: member.caps.map((cap) => ({ ...cap, atM: cap.atM * factor })),
  }
}

const distance = (a: Vec3, b: Vec3): number => Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2])

const withPoints = (design: Design, change: (point: MooringPoint) => MooringPoint): Design['mooring'] =>
  design.mooring === null ? null : { ...design.mooring, points: design.mooring.points.map(change) }

function mooringDimensions(design: Design): readonly Dimension[] {
  const { mooring } = design
  if (mooring === null || mooring.lines.length === 0) return []
  const longest = Math.max(...mooring.lines.map((line) => line.lengthM))
  const lines = mooring.lines.map(
    (line, at): Dimension => ({
      name: `${writable(line.name)}.length`,
      title: `length of ${line.name}`,
      unit: 'm',
      value: line.lengthM,
      min: 1,
      max: 10_000,
      with: (next) => ({
        ...design,
        mooring: { ...mooring, lines: mooring.lines.with(at, { ...line, lengthM: next }) },
      }),
    }),
  )
  return [
    {
      name: 'lines.length',
      title: 'length of all lines',
      unit: 'm',
      value: longest,
      min: 1,
      max: 10_000,
      with: (next) => ({
        ...design,
        mooring: {
          ...mooring,
          lines: mooring.lines.map((line) => ({ ...line, lengthM: (line.lengthM * next) / longest })),
        },
      }),
    },
    ...lines,
    ...lineTypeDimensions(design),
    anchors(design, mooring.points),
    fairleads(design, mooring.points),
  ]
}

function lineTypeDimensions(design: Design): readonly Dimension[] {
  const mooring = design.mooring!
  const scaled = (
    name: string,
    title: string,
    unit: string,
    key: 'diameterM' | 'massPerM' | 'stiffnessN',
    max: number,
  ): Dimension => {
    const value = Math.max(...mooring.types.map((type) => type[key]))
    return {
      name: `lines.${name}`,
      title,
      unit,
      value,
      min: max * 1e-6,
      max,
      with: (next) => ({
        ...design,
        mooring: {
          ...mooring,
          types: mooring.types.map((type) => ({ ...type, [key]: value === 0 ? next : (type[key] * next) / value })),
        },
      }),
    }
  }
  return [
    scaled('mass', 'mass of the lines in air', 'kg/m', 'massPerM', 20_000),
    scaled('stiffness', 'axial stiffness of the lines', 'N', 'stiffnessN', 1e12),
    scaled('diameter', 'volume-equivalent diameter of the lines', 'm', 'diameterM', 5),
  ]
}

function anchors(design: Design, points: readonly MooringPoint[]): Dimension {
  const value = Math.max(0, ...points.filter(({ kind }) => kind === 'fixed').map(({ location }) => radius(location)))
  return {
    name: 'anchors.radius',
    title: 'distance of the anchors from the axis',
    unit: 'm',
    value,
    min: 1,
    max: 10_000,
    with: (next) => ({
      ...design,
      mooring: withPoints(design, (point) =>
        point.kind === 'fixed' && radius(point.location) > 0
          ? { ...point, location: outwards(point.location, next - value) }
          : point,
      ),
    }),
  }
}

function fairleads(design: Design, points: readonly MooringPoint[]): Dimension {
  const value = Math.max(0, ...points.filter(({ kind }) => kind === 'vessel').map(({ location }) => -location[2]))
  return {
    name: 'fairleads.depth',
    title: 'depth of the fairleads under the water',
    unit: 'm',
    value,
    min: -50,
    max: 300,
    with: (next) => ({
      ...design,
      mooring: withPoints(design, (point) => {
        const [x, y, z] = point.location
        return point.kind === 'vessel' ? { ...point, location: [x, y, z - (next - value)] } : point
      }),
    }),
  }
}

function turbineDimensions(design: Design): readonly Dimension[] {
  const { turbine } = design
  if (turbine === null) return []
  return [
    {
      name: 'turbine.mass',
      title: 'mass of rotor and nacelle',
      unit: 'kg',
      value: turbine.massKg,
      min: 0,
      max: 1e8,
      with: (next) => ({ ...design, turbine: { ...turbine, massKg: next } }),
    },
  ]
}

function siteDimensions(design: Design): readonly Dimension[] {
  const { site, platform } = design
  return [
    {
      name: 'site.depth',
      title: 'depth of the water',
      unit: 'm',
      value: site.waterDepthM,
      min: 20,
      max: 5_000,
      with: (next) => ({
        ...design,
        site: { ...site, waterDepthM: next },
        mooring:
          design.mooring === null
            ? null
            : {
                ...design.mooring,
                waterDepthM: next,
                points: design.mooring.points.map((point) =>
                  point.location[2] === -site.waterDepthM
                    ? { ...point, location: [point.location[0], point.location[1], -next] }
                    : point,
                ),
              },
      }),
    },
    {
      name: 'platform.yaw-stiffness',
      title: 'additional yaw stiffness',
      unit: 'Nm/rad',
      value: platform.yawStiffness,
      min: 0,
      max: 1e12,
      with: (next) => ({ ...design, platform: { ...platform, yawStiffness: next } }),
    },
  ]
}
