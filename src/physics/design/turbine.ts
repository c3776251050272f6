import { Fields } from './fields.ts'
import { MAX_STRIP_M, readMember } from './member.ts'
import type { Airfoil, BladeStation, Control, MemberDesign, OperatingPoint, Rotor, Site, Turbine } from './types.ts'

const UNREAD = 'RAFT does not read it'
const FROM_SITE = 'RAFT does not read it: air is that of `site`'

const IDLE_TURBINE = {
  Fthrust: UNREAD,
  Zhub: 'RAFT reads hHub',
  env: FROM_SITE,
  rho_air: FROM_SITE,
  mu_air: FROM_SITE,
  shearExp_air: FROM_SITE,
  rho_water: FROM_SITE,
  mu_water: FROM_SITE,
  shearExp_water: FROM_SITE,
  name: UNREAD,
  comments: UNREAD,
  headings: 'blades stand at equal angles',
  rotorCoords: 'RAFT reads rRNA',
}

/** What RAFT takes one of for each rotor: a number or a list of one. */
const PER_ROTOR = [
  'mRNA',
  'IxRNA',
  'IrRNA',
  'xCG_RNA',
  'hHub',
  'overhang',
  'nBlades',
  'Rhub',
  'precone',
  'shaft_tilt',
  'shaft_toe',
  'aeroServoMod',
  'I_drivetrain',
  'speed_gain',
  'yaw_mode',
  'gear_ratio',
  'rRNA',
  'tower',
  'nacelle',
  'blade',
  'wt_ops',
]

/** Reads rotor, nacelle and tower. Source: raft_rotor.Rotor.__init__, raft_fowt.FOWT.__init__. */
export function readTurbine(given: Fields, site: Site): Turbine {
  const fields = withoutLists(given)
  warnOfSigns(fields)
  fields.unsupported('nrotors', [1], 'not modelled: there is one rotor')
  fields.unsupported('yaw_mode', [0], 'not modelled: the nacelle follows the wind and `yaw_misalign`')
  fields.unsupported('nacelle', [], 'not modelled: water does not act on the nacelle')
  const shaftTiltDeg = fields.number('shaft_tilt', { min: -90, max: 90 })
  const overhangM = fields.number('overhang')
  const hubHeightM = readHubHeight(fields, shaftTiltDeg, overhangM)
  const turbine: Turbine = {
    massKg: fields.number('mRNA', { min: 0 }),
    inertiaAxial: fields.number('IxRNA', { min: 0 }),
    inertiaRadial: fields.number('IrRNA', { min: 0 }),
    centreOfGravityM: fields.number('xCG_RNA'),
    hubHeightM,
    overhangM,
    rotor: hubHeightM > 0 ? readRotor(fields, site) : underWater(fields),
    shaftTiltDeg,
    shaftToeDeg: fields.number('shaft_toe', {}, 0),
    tower: readTower(fields),
  }
  fields.finish(IDLE_TURBINE)
  return turbine
}

function withoutLists({ plain, path, report }: Fields): Fields {
  const single = Object.entries(plain).map(([key, value]) =>
    PER_ROTOR.includes(key) && Array.isArray(value) && value.length === 1 ? [key, value[0]] : [key, value],
  )
  return new Fields(Object.fromEntries(single), path, report)
}

/** Since RAFT 1.4 an upwind rotor has negative values; older files have positive ones. */
function warnOfSigns(fields: Fields): void {
  for (const key of ['overhang', 'precone', 'shaft_tilt'])
    if (Number(fields.value(key)) > 0)
      fields.report.warn(
        fields.at(key),
        'positive: a downwind rotor since RAFT 1.4; an upwind one has a negative value',
      )
}

/** The hub's height, from itself or from the reference point of rotor and nacelle (raft_rotor: r_rel[2] + q[2] overhang). */
function readHubHeight(fields: Fields, shaftTiltDeg: number, overhangM: number): number {
  if (!fields.has('rRNA')) return fields.number('hHub')
  const [x, y, z] = fields.point('rRNA')
  if (x !== 0 || y !== 0) fields.report.warn(fields.at('rRNA'), 'the tower stands at x = 0, y = 0 in this model')
  return fields.number('hHub', {}, z + Math.sin((shaftTiltDeg * Math.PI) / 180) * overhangM)
}

function readTower(fields: Fields): MemberDesign | null {
  const tower = fields.section('tower')
  return tower === null ? null : readMember(tower, 'tower', MAX_STRIP_M)
}

const MODES = [0, 1, 2] as const

function readRotor(fields: Fields, site: Site): Rotor | null {
  const aeroServoMode = fields.choice('aeroServoMod', MODES, 1)
  const blade = fields.section('blade')
  if (blade === null) return withoutRotor(fields)
  const hubRadiusM = fields.number('Rhub', { min: 0 })
  const tipRadiusM = blade.number('Rtip', { above: 0 })
  const airfoils = fields.sections('airfoils', true).map(readAirfoil)
  const rotor: Rotor = {
    blades: fields.number('nBlades', { min: 1, max: 12, integer: true }),
    hubRadiusM,
    tipRadiusM,
    preconeDeg: fields.number('precone', { min: -90, max: 90 }),
    airDensity: site.airDensity,
    airViscosity: site.airViscosity,
    windShear: site.windShear,
    sectors: blade.number('nSector', { min: 1, max: 360, integer: true }, 4),
    elements: blade.number('nr', { min: 2, max: 500, integer: true }, 20),
    geometry: readGeometry(blade, hubRadiusM, tipRadiusM),
    tipPrecurveM: blade.number('precurveTip', {}, 0),
    tipPresweepM: blade.number('presweepTip', {}, 0),
    airfoilPositions: readPositions(blade, airfoils),
    airfoils,
    operation: readOperation(fields),
    control: readControl(fields, aeroServoMode),
    aeroServoMode,
    speedGain: fields.number('speed_gain', {}, 1),
  }
  blade.finish()
  return rotor
}

const OF_ROTOR = [
  'aeroServoMod',
  'Rhub',
  'nBlades',
  'precone',
  'airfoils',
  'wt_ops',
  'pitch_control',
  'torque_control',
  'I_drivetrain',
  'gear_ratio',
  'speed_gain',
]

/** Without blades there is no rotor, and what belongs to one says nothing. */
function withoutRotor(fields: Fields): null {
  for (const key of OF_ROTOR)
    if (key !== 'aeroServoMod' && fields.has(key)) fields.report.note(fields.at(key), 'no effect without `blade`')
  return null
}

/** Turbines in a current are RAFT's, too. */
function underWater(fields: Fields): null {
  fields.report.warn(fields.at('hHub'), 'a rotor under water is not modelled: only its mass counts')
  for (const key of [...OF_ROTOR, 'blade']) fields.value(key)
  return null
}

function readGeometry(blade: Fields, hubRadiusM: number, tipRadiusM: number): readonly BladeStation[] {
  const rows = blade.table('geometry', 5, 5)
  const stations = rows.map(([radiusM, chordM, twistDeg, precurveM, presweepM]) => ({
    radiusM: radiusM!,
    chordM: chordM!,
    twistDeg: twistDeg!,
    precurveM: precurveM!,
    presweepM: presweepM!,
  }))
  const [first, last] = [stations[0], stations.at(-1)]
  if (first === undefined || last === undefined || blade.report.failed) return stations
  if (first.radiusM < hubRadiusM || last.radiusM > tipRadiusM)
    blade.report.expected(blade.at('geometry'), `radii from Rhub ${hubRadiusM} to Rtip ${tipRadiusM}`, [
      first.radiusM,
      last.radiusM,
    ])
  return stations
}

const ONLY_WATER = 'only for rotors under water'

function readAirfoil(fields: Fields): Airfoil {
  const rows = fields.table('data', 4, 5)
  const column = (at: number) => rows.map((row) => row[at]!)
  const airfoil = {
    name: fields.text('name'),
    relativeThickness: fields.number('relative_thickness', { min: 0 }),
    angleDeg: column(0),
    lift: column(1),
    drag: column(2),
    moment: column(3),
  }
  fields.finish({ added_mass_coeff: ONLY_WATER, min_pressure_coeff: ONLY_WATER })
  return airfoil
}

function readPositions(blade: Fields, airfoils: readonly Airfoil[]): Rotor['airfoilPositions'] {
  const value = blade.value('airfoils')
  const path = blade.at('airfoils')
  if (!Array.isArray(value) || value.length < 2) {
    blade.report.expected(path, 'at least 2 pairs of position and name', value)
    return []
  }
  return value.map((pair, at) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      blade.report.expected(`${path}[${at}]`, 'a pair of position and name', pair)
      return { fraction: 0, name: '' }
    }
    const cells = new Fields({ '[0]': pair[0], '[1]': pair[1] }, `${path}[${at}]`, blade.report)
    const name = cells.text('[1]')
    if (airfoils.every((airfoil) => airfoil.name !== name))
      blade.report.expected(cells.at('[1]'), 'the name of one of `turbine.airfoils`', pair[1])
    return { fraction: cells.number('[0]', { min: 0, max: 1 }), name }
  })
}

function readOperation(fields: Fields): readonly OperatingPoint[] {
  const table = fields.section('wt_ops', true)
  if (table === null) return []
  const wind = table.list('v', { min: 0 }) ?? []
  const same = (key: string) => {
    const list = table.list(key) ?? []
    if (list.length !== wind.length)
      fields.report.expected(table.at(key), `a list of ${wind.length}, as v`, table.value(key))
    return list
  }
  const [pitch, speed] = [same('pitch_op'), same('omega_op')]
  const descends = wind.findIndex((v, at) => at > 0 && v <= wind[at - 1]!)
  if (descends > 0)
    fields.report.expected(`${table.at('v')}[${descends}]`, 'more than the entry before', wind[descends])
  table.finish()
  return wind.map((windMps, at) => ({ windMps, pitchDeg: pitch[at] ?? 0, rotorRpm: speed[at] ?? 0 }))
}

function readControl(fields: Fields, mode: Rotor['aeroServoMode']): Control {
  const required = mode === 2
  const pitch = fields.section('pitch_control', required)
  const torque = fields.section('torque_control', required)
  const pitchAnglesRad = pitch?.list('GS_Angles') ?? []
  const gains = (key: string): readonly number[] => {
    const list = pitch?.list(key) ?? []
    if (pitch !== null && list.length !== pitchAnglesRad.length)
      pitch.report.expected(pitch.at(key), `a list of ${pitchAnglesRad.length}, as GS_Angles`, pitch.value(key))
    return list
  }
  const control = {
    drivetrainInertia: fields.number('I_drivetrain', { min: 0 }),
    gearRatio: fields.number('gear_ratio', { above: 0 }, 1),
    pitchAnglesRad,
    pitchKp: gains('GS_Kp'),
    pitchKi: gains('GS_Ki'),
    floatKp: pitch?.number('Fl_Kp', {}, 0) ?? 0,
    torqueKp: torque?.number('VS_KP') ?? 0,
    torqueKi: torque?.number('VS_KI') ?? 0,
  }
  pitch?.finish()
  torque?.finish()
  return control
}
