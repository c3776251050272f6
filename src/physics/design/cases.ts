import { windDeviation } from '../rotor/turbulence.ts'
import { Fields, isPlain, type Plain, toNumber } from './fields.ts'
import type { LoadCase, WaveTrain } from './types.ts'

const IDLE = {
  current_turbulence: 'no effect in RAFT',
  iCase: 'no effect in RAFT',
  name: 'no effect in RAFT',
}

const MODES = [0, 1, 2] as const

/** Reads one load case. Source: raft_model.Model.solveStatics, raft_fowt.FOWT.calcHydroExcitation. */
function readCase(fields: Fields): LoadCase {
  const mode = fields.has('aeroServoMod') ? fields.choice('aeroServoMod', MODES, 0) : null
  const input: LoadCase = {
    windMps: fields.number('wind_speed', { min: 0 }, 0),
    windHeadingDeg: fields.number('wind_heading', {}, 0),
    turbulence: readTurbulence(fields),
    // Anything else switches the rotor off (raft_fowt.calcTurbineConstants).
    turbineStatus: fields.text('turbine_status', 'operating') === 'operating' ? 'operating' : 'parked',
    turbineHeadingDeg: fields.number('turbine_heading', {}, 0),
    yawMisalignDeg: fields.number('yaw_misalign', {}, 0),
    waves: readWaves(fields),
    currentMps: fields.number('current_speed', { min: 0 }, 0),
    currentHeadingDeg: fields.number('current_heading', {}, 0),
    aeroServoMode: mode,
  }
  fields.finish(IDLE)
  return input
}

/** An intensity, or a class of IEC 61400-1 with its wind model such as `IB_NTM`. */
function readTurbulence(fields: Fields): number | string {
  const value = fields.value('turbulence')
  if (value === undefined) return 0
  const number = toNumber(value)
  if (number !== null && number >= 0) return number
  if (typeof value === 'string' && windDeviation(value, 10) !== null) return value
  fields.report.expected(fields.at('turbulence'), 'an intensity of at least 0 or a class such as `IB_NTM`', value)
  return 0
}

const WAVE_KEYS = ['wave_spectrum', 'wave_period', 'wave_height', 'wave_heading', 'wave_gamma']

/** Any of the keys of waves may be a list, with one entry a train; what is no list holds for all. */
function readWaves(fields: Fields): readonly WaveTrain[] {
  const lists = WAVE_KEYS.flatMap((key) => {
    const value = fields.value(key)
    return Array.isArray(value) ? [{ key, length: value.length }] : []
  })
  const count = Math.max(1, ...lists.map(({ length }) => length))
  for (const { key, length } of lists)
    if (length !== count)
      fields.report.expected(fields.at(key), `a list of ${count}, as other waves`, fields.value(key))
  return Array.from({ length: count }, (_, at) => readTrain(trainFields(fields, at)))
}

/** The keys of one train, with the paths of the file. */
function trainFields({ plain, path, report }: Fields, at: number): Fields {
  const picked = WAVE_KEYS.filter((key) => Object.hasOwn(plain, key)).map((key): [string, unknown] => {
    const value = plain[key]
    return [key, Array.isArray(value) ? value[at] : value]
  })
  return new Fields(Object.fromEntries(picked), path, report)
}

function readTrain(fields: Fields): WaveTrain {
  const spectrum = readSpectrum(fields)
  const calm = spectrum === 'still' || spectrum === 'unit'
  const jonswap = spectrum === 'JONSWAP'
  return {
    spectrum,
    periodS: fields.number('wave_period', jonswap ? { above: 0 } : { min: 0 }, jonswap ? undefined : 0),
    heightM: fields.number('wave_height', { min: 0 }, calm ? 0 : undefined),
    headingDeg: fields.number('wave_heading', {}, 0),
    gamma: fields.number('wave_gamma', { min: 0 }, 0),
  }
}

const SPECTRA: Readonly<Record<string, WaveTrain['spectrum']>> = {
  jonswap: 'JONSWAP',
  unit: 'unit',
  constant: 'constant',
  still: 'still',
  none: 'still',
}

function readSpectrum(fields: Fields): WaveTrain['spectrum'] {
  const value = fields.value('wave_spectrum')
  // A row without a word about waves has none.
  if (value === undefined) return fields.has('wave_height') ? 'JONSWAP' : 'still'
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  const found = Object.hasOwn(SPECTRA, word) ? SPECTRA[word] : undefined
  if (found === undefined)
    fields.report.expected(fields.at('wave_spectrum'), '`JONSWAP`, `unit`, `constant` or `still`', value)
  return found ?? 'still'
}

/** Reads the section `cases` of a design: a table of `keys` and rows of `data`. */
export function readCases(fields: Fields): readonly LoadCase[] {
  const keys = fields.value('keys')
  const rows = fields.value('data')
  fields.finish()
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    fields.report.expected(fields.at('keys'), 'a list of texts', keys)
    return []
  }
  if (!Array.isArray(rows)) {
    fields.report.expected(fields.at('data'), 'a list of rows', rows)
    return []
  }
  return rows.flatMap((row, at) => {
    const path = `${fields.at('data')}[${at}]`
    if (Array.isArray(row) && row.length === keys.length)
      return [readCase(new Fields(asPlain(keys, row), path, fields.report))]
    fields.report.expected(path, `a row of ${keys.length}, as keys`, row)
    return []
  })
}

const asPlain = (keys: readonly string[], row: readonly unknown[]): Plain =>
  Object.fromEntries(keys.map((key, at) => [key, row[at]]))

/** A load case with its name, as a file of cases has it. */
export interface NamedCase {
  readonly name: string
  readonly input: LoadCase
}

/** Reads an object of named load cases, each with RAFT's keys. */
export function readNamedCases(fields: Fields): readonly NamedCase[] {
  return Object.entries(fields.plain).flatMap(([name, value]) => {
    if (isPlain(value)) return [{ name, input: readCase(new Fields(value, fields.at(name), fields.report)) }]
    fields.report.expected(fields.at(name), 'an object with the keys of a case', value)
    return []
  })
}
