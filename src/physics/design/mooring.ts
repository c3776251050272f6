import { type Fields, toNumber } from './fields.ts'
import type { LineType, MooringDesign, MooringLineDesign, MooringPoint } from './types.ts'

const IDLE_POINT = { anchor_type: 'no effect: anchors are points', comments: 'no effect' }
const IDLE_MOORING = {
  anchor_types: 'no effect: anchors are points',
  name: 'no effect',
  comments: 'no effect',
}

/**
 * Reads a mooring; null when there is none. Source: System.parseYAML of MoorPy. `depthM` is the site's, for a mooring that says none.
 */
export function readMooring(fields: Fields, depthM: number): MooringDesign | null {
  if (fields.has('file') && !fields.has('lines')) {
    fields.report.expected(fields.at('file'), '`points`, `lines` and `line_types`', fields.value('file'))
    return null
  }
  const quasiStatic = 'not modelled: lines are quasi-static, without current'
  for (const key of ['moorMod', 'currentMod']) fields.unsupported(key, [0], quasiStatic)
  fields.unsupported('bathymetry', [], 'not modelled: the bed is flat')
  for (const key of ['rho', 'water_density'])
    fields.unsupported(key, [], 'not used: the density of the water is `site.rho_water`')
  const mooring = {
    waterDepthM: fields.number('water_depth', { above: 0 }, depthM),
    points: fields.sections('points', true).map(readPoint),
    lines: fields.sections('lines', true).map(readLine),
    types: fields.sections('line_types', true).map(readType),
  }
  fields.finish(IDLE_MOORING)
  return mooring
}

function readPoint(fields: Fields, at: number): MooringPoint {
  const point = {
    name: fields.text('name', `point${at + 1}`),
    kind: readKind(fields),
    location: fields.point('location'),
    massKg: fields.number('mass', { min: 0 }, 0),
    volumeM3: fields.number('volume', { min: 0 }, 0),
  }
  fields.finish(IDLE_POINT)
  return point
}

/** MoorPy looks for a part of the word. */
const KINDS: readonly (readonly [part: string, kind: MooringPoint['kind']])[] = [
  ['anch', 'fixed'],
  ['fix', 'fixed'],
  ['body', 'vessel'],
  ['fair', 'vessel'],
  ['ves', 'vessel'],
  ['con', 'free'],
  ['free', 'free'],
]

function readKind(fields: Fields): MooringPoint['kind'] {
  const value = fields.value('type')
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  const found = KINDS.find(([part]) => word.includes(part))
  if (found !== undefined) return found[1]
  fields.report.expected(fields.at('type'), '`fixed`, `vessel` or `free`', value)
  return 'fixed'
}

function readLine(fields: Fields, at: number): MooringLineDesign {
  const line = {
    name: fields.text('name', `line${at + 1}`),
    endA: fields.text('endA'),
    endB: fields.text('endB'),
    type: fields.text('type'),
    lengthM: fields.number('length', { above: 0 }),
  }
  fields.finish()
  return line
}

function readType(fields: Fields): LineType {
  const breaking = fields.has('breaking_load') ? fields.number('breaking_load', { min: 0 }) : null
  return {
    name: fields.text('name'),
    diameterM: fields.number('diameter', { above: 0 }),
    massPerM: fields.number('mass_density', { above: 0 }),
    stiffnessN: fields.number('stiffness', { above: 0 }),
    // MoorPy takes 0 for "not known".
    breakingLoadN: breaking === 0 ? null : breaking,
    rest: readRest(fields),
  }
}

const OWN = new Set(['name', 'diameter', 'mass_density', 'stiffness', 'breaking_load'])

/** The other keys: cost, coefficients of drag and added mass and whatever MoorPy may know. */
function readRest(fields: Fields): LineType['rest'] {
  const rest: Record<string, number | string> = {}
  for (const [key, value] of Object.entries(fields.plain)) {
    if (OWN.has(key)) continue
    const number = toNumber(value)
    if (number !== null) rest[key] = number
    else if (typeof value === 'string') rest[key] = value
    else fields.report.warn(fields.at(key), 'not a number or a text, not used')
  }
  return rest
}
