import { fail, ok, type Result } from '../../base/result.ts'
import { type NamedCase, readCases, readNamedCases } from './cases.ts'
import { checkDesign } from './check.ts'
import { Fields, isPlain } from './fields.ts'
import { MAX_STRIP_M, readMember } from './member.ts'
import { readMooring } from './mooring.ts'
import { type Problem, Report } from './problems.ts'
import { readTurbine } from './turbine.ts'
import type { Design, MeanLoad, Platform, PointInertia, Site, SolverSettings } from './types.ts'

/** A design file, read: `design` is null when there is an error among the problems. */
export interface Reading {
  readonly design: Design | null
  /** Errors, warnings and notes in the order of the file. */
  readonly problems: readonly Problem[]
}

/** Reads a design in RAFT's schema from a parsed YAML or JSON file. The error has every mistake. */
export function readDesign(value: unknown): Result<Design, readonly Problem[]> {
  const { design, problems } = examineDesign(value)
  return design === null ? fail(problems.filter(({ severity }) => severity === 'error')) : ok(design)
}

/** Reads a design as {@link readDesign} does, and tells what in the file is unknown or has no effect, too. */
export function examineDesign(value: unknown): Reading {
  const report = new Report()
  const design = isPlain(value) ? readAll(new Fields(value, '', report)) : null
  if (!isPlain(value)) report.expected('', 'a design: an object with `site`, `platform` and more', value)
  if (design !== null && !report.failed) checkDesign(design, report)
  return { design: report.failed ? null : design, problems: report.problems }
}

/** Reads load cases from a parsed file: an object from names to cases, each with RAFT's keys of a case. */
export function readCaseFile(value: unknown): Result<readonly NamedCase[], readonly Problem[]> {
  const { cases, problems } = examineCaseFile(value)
  return cases === null ? fail(problems.filter(({ severity }) => severity === 'error')) : ok(cases)
}

/** Reads cases as {@link readCaseFile} does, and tells what in the file is unknown or has no effect, too. */
export function examineCaseFile(value: unknown): {
  readonly cases: readonly NamedCase[] | null
  readonly problems: readonly Problem[]
} {
  const report = new Report()
  const cases = isPlain(value) ? readNamedCases(new Fields(value, '', report)) : []
  if (!isPlain(value)) report.expected('', 'an object of cases by name', value)
  return { cases: report.failed ? null : cases, problems: report.problems }
}

const IDLE = {
  type: 'no effect',
  comments: 'no effect',
}

const RIGID = 'not modelled: the platform is rigid'
const FLEXIBLE = ['joints', 'rigid_bodies']
const FARM = ['array', 'array_mooring', 'turbines', 'platforms', 'moorings']

function readAll(fields: Fields): Design | null {
  for (const key of FARM) fields.unsupported(key, [], 'not modelled: there is one turbine')
  for (const key of FLEXIBLE) fields.unsupported(key, [], RIGID)
  const settings = readSettings(fields.section('settings') ?? empty(fields, 'settings'))
  const platformFields = platformOf(fields)
  const site = readSite(fields)
  if (platformFields === null || site === null) return null
  const turbine = fields.optional('turbine')
  const mooring = fields.optional('mooring')
  const cases = fields.optional('cases')
  const design: Design = {
    name: fields.text('name', 'unnamed'),
    settings,
    site,
    platform: readPlatform(platformFields),
    turbine: turbine === null ? null : readTurbine(turbine, site),
    mooring: mooring === null ? null : readMooring(mooring, site.waterDepthM),
    cases: cases === null ? [] : readCases(cases),
  }
  fields.finish(IDLE)
  return design
}

const empty = ({ report }: Fields, key: string): Fields => new Fields({}, key, report)

/** RAFT's tests of members have their list at the top, without platform and site. */
const isMemberFile = (fields: Fields): boolean => fields.has('members') && !fields.has('platform')

function platformOf(fields: Fields): Fields | null {
  if (!isMemberFile(fields)) return fields.section('platform', true)
  fields.report.warn('members', 'without `platform`: taken as the members of one')
  return new Fields({ members: fields.value('members') }, '', fields.report)
}

/** More frequencies than this is a slip of the pen: files have some hundred. */
const FREQUENCIES_MAX = 20_000

function readSettings(fields: Fields): SolverSettings {
  fields.unsupported('staticsMod', [0], 'not used: weight and buoyancy are linear about the upright platform')
  const settings = {
    minFrequencyHz: fields.number('min_freq', { above: 0 }, 0.01),
    maxFrequencyHz: fields.number('max_freq', { above: 0 }, 1),
    startAmplitude: fields.number('XiStart', { min: 0 }, 0.1),
    maxIterations: fields.number('nIter', { min: 0, max: 10_000, integer: true }, 15),
  }
  if (settings.maxFrequencyHz < settings.minFrequencyHz)
    fields.report.expected(fields.at('max_freq'), 'at least min_freq', settings.maxFrequencyHz)
  if (settings.maxFrequencyHz / settings.minFrequencyHz > FREQUENCIES_MAX)
    fields.report.expected(
      fields.at('min_freq'),
      `at most ${FREQUENCIES_MAX} bins up to max_freq`,
      settings.minFrequencyHz,
    )
  fields.finish({ forcingMod: 'RAFT reads forcingsMod', forcingsMod: 'loads are those of the upright platform' })
  return settings
}

/** RAFT's own depth for a body without site (raft_fowt.FOWT), m. */
const DEPTH_UNKNOWN_M = 600

function readSite(top: Fields): Site | null {
  const fields = top.section('site', !isMemberFile(top)) ?? (isMemberFile(top) ? empty(top, 'site') : null)
  if (fields === null) return null
  const withoutSite = isMemberFile(top) && !fields.has('water_depth')
  if (withoutSite) top.report.warn('site', `nothing is said of it: ${DEPTH_UNKNOWN_M} m of water`)
  const site = {
    waterDepthM: fields.number('water_depth', { above: 0 }, withoutSite ? DEPTH_UNKNOWN_M : undefined),
    waterDensity: fields.number('rho_water', { above: 0 }, 1025),
    airDensity: fields.number('rho_air', { min: 0 }, 1.225),
    airViscosity: fields.number('mu_air', { min: 0 }, 1.81e-5),
    gravity: fields.number('g', { above: 0 }, 9.81),
    windShear: fields.number('shearExp_air', { min: 0 }, 0.12),
    currentShear: fields.number('shearExp_water', { min: 0 }, 0.12),
  }
  fields.finish({
    shearExp: 'RAFT reads shearExp_air and shearExp_water',
    mu_water: 'only for rotors under water',
  })
  return site
}

const BY_PANELS = 'not modelled: all members have strip theory'

function readPlatform(fields: Fields): Platform {
  fields.unsupported('potModMaster', [0, 1], BY_PANELS)
  for (const key of ['potFirstOrder', 'potSecOrder']) fields.unsupported(key, [0], BY_PANELS)
  for (const key of FLEXIBLE) fields.unsupported(key, [], RIGID)
  const maxStripM = fields.number('dlsMax', { above: 0 }, MAX_STRIP_M)
  const members = fields.sections('members', true)
  if (members.length === 0 && Array.isArray(fields.value('members')))
    fields.report.expected(fields.at('members'), 'at least one member', [])
  warnOfPanels(fields, members)
  const platform = {
    maxStripM,
    yawStiffness: fields.number('yaw_stiffness', { min: 0 }, 0),
    members: members.flatMap((member, at) => readMember(member, `member${at + 1}`, maxStripM) ?? []),
    ...readEffects(fields),
  }
  fields.finish(IDLE_PLATFORM)
  return platform
}

const ONLY_PANELS = 'only for the panel method'
const IDLE_PLATFORM = Object.fromEntries(
  [
    'min_freq_BEM',
    'dz_BEM',
    'da_BEM',
    'dz_HAMS',
    'da_HAMS',
    'hydroPath',
    'qtfPath',
    'outFolderQTF',
    'intersectMesh',
    'characteristic_length_min',
    'characteristic_length_max',
    'min_freq2nd',
    'max_freq2nd',
    'df_freq2nd',
    'name',
    'type',
    'comments',
  ].map((key) => [key, ONLY_PANELS]),
)

/** A member asks for the panel method, and potModMaster does not take it back. */
function warnOfPanels(fields: Fields, members: readonly Fields[]): void {
  const master = fields.number('potModMaster', { min: 0, max: 3, integer: true }, 0)
  for (const member of members)
    if (member.flag('potMod', false) && master === 0) fields.report.warn(member.at('potMod'), BY_PANELS)
}

/** Lumped masses and constant loads. RAFT 1.4 had `pointInertias` for the first. */
function readEffects(fields: Fields): Pick<Platform, 'lumps' | 'loads'> {
  const lumps: PointInertia[] = fields.sections('pointInertias').map(readLump)
  const loads: MeanLoad[] = []
  for (const effect of fields.sections('additional_effects')) {
    const type = effect.value('type')
    if (type === 'point_inertia') lumps.push(readLump(effect))
    else if (type === 'mean_load') loads.push(readLoad(effect))
    else effect.report.expected(effect.at('type'), '`point_inertia` or `mean_load`', type)
  }
  return { lumps, loads }
}

function readLump(fields: Fields): PointInertia {
  const inertia = fields.has('moments_of_inertia') ? fields.tuple('moments_of_inertia', 6) : null
  const lump = {
    massKg: fields.number('mass', { min: 0 }, 0),
    inertia: six(inertia),
    location: fields.point('location', [0, 0, 0]),
  }
  fields.finish({ name: 'no effect' })
  return lump
}

function readLoad(fields: Fields): MeanLoad {
  const load = { load: six(fields.tuple('load', 6)), location: fields.point('location', [0, 0, 0]) }
  fields.finish({ name: 'no effect' })
  return load
}

const six = (numbers: readonly number[] | null): MeanLoad['load'] => {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = numbers ?? []
  return [a, b, c, d, e, f]
}
