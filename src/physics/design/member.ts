import type { Fields, Range } from './fields.ts'
import { toNumber } from './fields.ts'
import type { Cap, MemberDesign, Pair, PerStation, Vec3 } from './types.ts'

/** RAFT's own strip length, for members of a platform that says none and for towers, m. */
export const MAX_STRIP_M = 5

const NOT_NEGATIVE: Range = { min: 0 }

/** Defaults of RAFT's Member.__init__. */
const DEFAULT = { shellDensity: 8500, fillDensity: 1025, drag: 0.6, addedMass: 0.97, endDrag: 0.6, endAddedMass: 0.6 }

const IDLE = { potMod: 'all members have strip theory', comments: 'no effect' }

/**
 * Reads a member: a column, pontoon, brace or tower. Null after an error that leaves nothing to go on with. Source: raft_member.Member.__init__.
 */
export function readMember(fields: Fields, usualName: string, usualStripM: number): MemberDesign | null {
  const name = fields.text('name', usualName)
  readKind(fields)
  const endA = fields.point('rA')
  const endB = fields.point('rB')
  const lengthM = lengthOf(endA, endB)
  if (lengthM === 0) fields.report.expected(fields.at('rB'), 'another point than rA', endB)
  warnOfWaterplane(fields, endA, endB)
  const shape = readShape(fields)
  const stations = readStations(fields)
  if (shape === null || stations === null) return null
  const scale = new Scale(stations, lengthM)
  const sidesM = readSides(fields, shape, stations.length)
  const member: MemberDesign = {
    name,
    shape,
    endA,
    endB,
    twistDeg: shape === 'circular' ? noTwist(fields) : fields.number('gamma', {}, 0),
    headingsDeg: readHeadings(fields),
    stationsM: stations.map((station) => scale.position(station)),
    stationScale: { start: scale.start, end: scale.end },
    sidesM,
    wallM: readWall(fields, sidesM),
    shellDensity: fields.number('rho_shell', NOT_NEGATIVE, DEFAULT.shellDensity),
    ...readFill(fields, stations, scale),
    caps: readCaps(fields, shape, scale),
    transverseDrag: readPerStation(fields, 'Cd', shape, stations.length, DEFAULT.drag),
    transverseAddedMass: readPerStation(fields, 'Ca', shape, stations.length, DEFAULT.addedMass),
    endDrag: fields.perPlace('CdEnd', stations.length, NOT_NEGATIVE, DEFAULT.endDrag),
    endAddedMass: fields.perPlace('CaEnd', stations.length, {}, DEFAULT.endAddedMass),
    axialDrag: fields.perPlace('Cd_q', stations.length, NOT_NEGATIVE, 0),
    axialAddedMass: fields.perPlace('Ca_q', stations.length, {}, 0),
    maxStripM: fields.number('dlsMax', { above: 0 }, usualStripM),
    macCamyFuchs: readMacCamyFuchs(fields, shape),
  }
  fields.finish(IDLE)
  return member
}

const lengthOf = (a: Vec3, b: Vec3): number => {
  const [x, y, z] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  return Math.sqrt(x * x + y * y + z * z)
}

/** `rigid`, `beam`, or the numbers of RAFT's older files; this model has no flexible members. */
function readKind(fields: Fields): void {
  const kind = fields.value('type')
  const beam = kind === 'beam'
  if (beam) fields.report.warn(fields.at('type'), 'the member is taken as rigid: this model has no flexible ones')
  else if (kind !== undefined && kind !== 'rigid' && toNumber(kind) === null)
    fields.report.expected(fields.at('type'), '`rigid`, `beam` or a number', kind)
  for (const modulus of ['E', 'G'])
    if (fields.value(modulus) !== undefined && beam) fields.number(modulus, { above: 0 })
  for (const end of ['extensionA', 'extensionB']) fields.unsupported(end, [0], 'not modelled')
}

function warnOfWaterplane(fields: Fields, a: Vec3, b: Vec3): void {
  const end = a[2] === 0 ? 'rA' : b[2] === 0 ? 'rB' : null
  if (end !== null) fields.report.warn(fields.at(end), 'an end on the still water; RAFT itself refuses such a member')
}

function readShape(fields: Fields): MemberDesign['shape'] | null {
  const value = fields.value('shape')
  const letter = typeof value === 'string' ? value.slice(0, 1).toLowerCase() : ''
  if (letter === 'c') return 'circular'
  if (letter === 'r') return 'rectangular'
  fields.report.expected(fields.at('shape'), '`circ` or `rect`', value)
  return null
}

function noTwist(fields: Fields): 0 {
  fields.number('gamma', {}, 0)
  return 0
}

function readHeadings(fields: Fields): readonly number[] | null {
  const value = fields.value('heading')
  if (value === undefined) return null
  if (!Array.isArray(value)) return [fields.number('heading')]
  if (value.length === 0) fields.report.expected(fields.at('heading'), 'a number or a list of numbers', value)
  return fields.list('heading')
}

/** At least two ascending numbers in any scale. */
function readStations(fields: Fields): readonly number[] | null {
  const stations = fields.list('stations')
  if (stations === null) return null
  const ascending = stations.every((station, at) => at === 0 || station >= stations[at - 1]!)
  if (stations.length >= 2 && ascending && stations.at(-1)! > stations[0]!) return stations
  fields.report.expected(fields.at('stations'), 'at least 2 numbers in ascending order', fields.value('stations'))
  return null
}

/** From the scale of a file to metres, in the very order of RAFT's operations: a strip more or less hangs on the last bit. */
export class Scale {
  readonly start: number
  readonly end: number

  constructor(
    stations: readonly number[],
    readonly lengthM: number,
  ) {
    this.start = stations[0]!
    this.end = stations.at(-1)!
  }

  position(station: number): number {
    return ((station - this.start) / (this.end - this.start)) * this.lengthM
  }

  height(fill: number): number {
    return (fill / (this.end - this.start)) * this.lengthM
  }
}

function readSides(fields: Fields, shape: MemberDesign['shape'], places: number): readonly Pair[] {
  if (shape === 'circular') return fields.perPlace('d', places, NOT_NEGATIVE).map((d) => [d, d])
  return fields.pairs('d', places, NOT_NEGATIVE) ?? Array.from({ length: places }, (): Pair => [1, 1])
}

/** How much more than the room there is a wall or a ballast may take by rounding, relative. */
const SLACK = 1e-9

function readWall(fields: Fields, sidesM: readonly Pair[]): readonly number[] {
  const wall = fields.perPlace('t', sidesM.length, NOT_NEGATIVE, 0)
  const at = fields.report.failed ? -1 : wall.findIndex((t, i) => 2 * t > Math.min(...sidesM[i]!) * (1 + SLACK))
  if (at >= 0)
    fields.report.expected(
      fields.at('t'),
      `at most half the width (${Math.min(...sidesM[at]!) / 2} m at station ${at})`,
      wall[at],
    )
  return wall
}

function readFill(
  fields: Fields,
  stations: readonly number[],
  scale: Scale,
): Pick<MemberDesign, 'fillM' | 'fillDensity'> {
  const sections = stations.length - 1
  const fill = fields.perPlace('l_fill', sections, NOT_NEGATIVE, 0)
  fill.forEach((height, at) => {
    const room = stations[at + 1]! - stations[at]!
    if (height > room + SLACK * (scale.end - scale.start))
      fields.report.expected(fields.at('l_fill'), `at most ${room}, the length of section ${at}`, height)
  })
  return {
    fillM: fill.map((height) => scale.height(height)),
    fillDensity: fields.perPlace('rho_fill', sections, NOT_NEGATIVE, DEFAULT.fillDensity),
  }
}

function readCaps(fields: Fields, shape: MemberDesign['shape'], scale: Scale): readonly Cap[] {
  const given = fields.value('cap_stations')
  if (given === undefined || (Array.isArray(given) && given.length === 0)) {
    for (const key of ['cap_t', 'cap_d_in']) fields.value(key)
    return []
  }
  const range: Range = { min: scale.start, max: scale.end }
  const stations = Array.isArray(given) ? fields.list('cap_stations', range) : [fields.number('cap_stations', range)]
  if (stations === null) return []
  const thickness = fields.perPlace('cap_t', stations.length, NOT_NEGATIVE)
  const holes =
    shape === 'circular'
      ? fields.perPlace('cap_d_in', stations.length, NOT_NEGATIVE, 0).map((d): Pair => [d, d])
      : (fields.pairs('cap_d_in', stations.length, NOT_NEGATIVE, 0) ?? [])
  return stations.map((station, at) => ({
    atM: scale.position(station),
    thicknessM: thickness[at]!,
    holeM: holes[at] ?? [0, 0],
  }))
}

/**
 * A transverse coefficient: one number, a pair or one number a station, or a pair a station. Two numbers are (p1, p2) for a rectangle, as
 * its sides are; otherwise a plain list is one number a station.
 */
function readPerStation(
  fields: Fields,
  key: string,
  shape: MemberDesign['shape'],
  places: number,
  usual: number,
): PerStation {
  const value = fields.value(key)
  const plain = Array.isArray(value) && !value.some(Array.isArray)
  const listed = plain && value.length === places && !(shape === 'rectangular' && places === 2)
  if (listed) return { listed, values: fields.perPlace(key, places).map((one) => [one, one]) }
  if (plain && shape === 'circular') {
    fields.report.expected(fields.at(key), `a number, a list of ${places} or a list of ${places} pairs`, value)
    return { listed, values: [] }
  }
  return { listed, values: fields.pairs(key, places, {}, usual) ?? [] }
}

function readMacCamyFuchs(fields: Fields, shape: MemberDesign['shape']): boolean {
  const wanted = fields.flag('MCF', false)
  if (!wanted || shape === 'circular') return wanted
  fields.report.warn(fields.at('MCF'), 'only for circular members; not used here, as in RAFT')
  return false
}
