import { assert } from '../../base/assert.ts'
import type { Plain } from './fields.ts'
import { MAX_STRIP_M, Scale } from './member.ts'
import type {
  Cap,
  Design,
  LoadCase,
  MemberDesign,
  MooringDesign,
  Pair,
  PerStation,
  Platform,
  Rotor,
  Site,
  Turbine,
  WaveTrain,
} from './types.ts'

/** A design in RAFT's schema, as a plain object for YAML or JSON. Reading it gives the same design. */
export function writeDesign(design: Design): Plain {
  const { name, settings, site, platform, turbine, mooring, cases } = design
  return {
    name,
    settings: {
      min_freq: settings.minFrequencyHz,
      max_freq: settings.maxFrequencyHz,
      XiStart: settings.startAmplitude,
      nIter: settings.maxIterations,
    },
    site: writeSite(site),
    ...(cases.length === 0 ? {} : { cases: writeCases(cases) }),
    ...(turbine === null ? {} : { turbine: writeTurbine(turbine) }),
    platform: writePlatform(platform),
    ...(mooring === null ? {} : { mooring: writeMooring(mooring) }),
  }
}

const writeSite = (site: Site): Plain => ({
  water_depth: site.waterDepthM,
  rho_water: site.waterDensity,
  rho_air: site.airDensity,
  mu_air: site.airViscosity,
  shearExp_air: site.windShear,
  shearExp_water: site.currentShear,
  g: site.gravity,
})

const TRAIN: Readonly<Record<string, (train: WaveTrain) => number | string>> = {
  wave_spectrum: ({ spectrum }) => spectrum,
  wave_period: ({ periodS }) => periodS,
  wave_height: ({ heightM }) => heightM,
  wave_heading: ({ headingDeg }) => headingDeg,
  wave_gamma: ({ gamma }) => gamma,
}

/** One load case with RAFT's keys. */
export function writeCase(input: LoadCase): Plain {
  const { waves, aeroServoMode } = input
  const trains = Object.entries(TRAIN).map(([key, of]) => [key, waves.length === 1 ? of(waves[0]!) : waves.map(of)])
  return {
    wind_speed: input.windMps,
    wind_heading: input.windHeadingDeg,
    turbulence: input.turbulence,
    turbine_status: input.turbineStatus,
    turbine_heading: input.turbineHeadingDeg,
    yaw_misalign: input.yawMisalignDeg,
    ...Object.fromEntries(trains),
    current_speed: input.currentMps,
    current_heading: input.currentHeadingDeg,
    ...(aeroServoMode === null ? {} : { aeroServoMod: aeroServoMode }),
  }
}

function writeCases(cases: readonly LoadCase[]): Plain {
  const rows = cases.map(writeCase)
  const keys = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return { keys, data: rows.map((row) => keys.map((key) => row[key] ?? null)) }
}

function writePlatform({ maxStripM, yawStiffness, members, lumps, loads }: Platform): Plain {
  const effects = [
    ...lumps.map(({ massKg, inertia, location }) => ({
      type: 'point_inertia',
      mass: massKg,
      moments_of_inertia: inertia,
      location,
    })),
    ...loads.map(({ load, location }) => ({ type: 'mean_load', load, location })),
  ]
  return {
    potModMaster: 1,
    dlsMax: maxStripM,
    ...(yawStiffness === 0 ? {} : { yaw_stiffness: yawStiffness }),
    ...(effects.length === 0 ? {} : { additional_effects: effects }),
    members: members.map((member) => writeMember(member, maxStripM)),
  }
}

function writeMember(member: MemberDesign, usualStripM: number): Plain {
  const { name, shape, headingsDeg, stationsM, maxStripM, caps } = member
  const circular = shape === 'circular'
  const scale = scaleOf(member)
  return {
    name,
    type: 'rigid',
    rA: member.endA,
    rB: member.endB,
    ...(headingsDeg === null ? {} : { heading: headingsDeg }),
    shape: circular ? 'circ' : 'rect',
    ...(circular ? {} : { gamma: member.twistDeg }),
    stations: stationsM.map((m, at) => writeStation(m, at, stationsM.length, scale)),
    d: circular ? single(member.sidesM.map(([d]) => d)) : writePairs(member.sidesM),
    t: single(member.wallM),
    Cd: writePerStation(member.transverseDrag, circular),
    Ca: writePerStation(member.transverseAddedMass, circular),
    CdEnd: single(member.endDrag),
    CaEnd: single(member.endAddedMass),
    Cd_q: single(member.axialDrag),
    Ca_q: single(member.axialAddedMass),
    rho_shell: member.shellDensity,
    l_fill: single(member.fillM.map((m) => writeFill(m, scale))),
    rho_fill: single(member.fillDensity),
    ...(caps.length === 0 ? {} : writeCaps(caps, circular, scale)),
    ...(maxStripM === usualStripM ? {} : { dlsMax: maxStripM }),
    ...(member.macCamyFuchs ? { MCF: true } : {}),
  }
}

function scaleOf({ stationScale: { start, end }, stationsM }: MemberDesign): Scale {
  return new Scale([start, end], stationsM.at(-1)!)
}

/** The ends are the ends of the scale, also where rounding would give a neighbour of theirs. */
function writeStation(metres: number, at: number, count: number, scale: Scale): number {
  if (at === 0) return scale.start
  if (at === count - 1) return scale.end
  return writePosition(metres, scale)
}

function writePosition(metres: number, scale: Scale): number {
  const { start, end, lengthM } = scale
  const inside = (unit: number) => Math.min(end, Math.max(start, unit))
  const guess = inside(start + (metres / lengthM) * (end - start))
  // Which metres can be met depends on how fine the unit is and how fine its distance from the start: the coarser of both.
  const size = Math.max(Math.abs(guess), guess - start)
  const unit = inverse(metres, guess, size, (at) => scale.position(inside(at)))
  return inside(unit)
}

function writeFill(metres: number, scale: Scale): number {
  const guess = (metres / scale.lengthM) * (scale.end - scale.start)
  return inverse(metres, guess, guess, (unit) => scale.height(unit))
}

const DIGITS = 12
/** How many neighbouring numbers are tried on each side. */
const NEIGHBOURS = 8

/**
 * What a file must say so that reading it gives `metres` to the last bit: a short number where there is one, otherwise a neighbour of the
 * `guess`, at most as far from the next as numbers of `size` are. Where none fits (a length that no file gave) the guess is as close as any.
 */
function inverse(metres: number, guess: number, size: number, read: (unit: number) => number): number {
  const step = size * (Number.EPSILON / 2)
  const near = Array.from({ length: NEIGHBOURS }, (_, at) => [guess + (at + 1) * step, guess - (at + 1) * step])
  const candidates = [Number(guess.toPrecision(DIGITS)), guess, ...near.flat()]
  return candidates.find((unit) => read(unit) === metres) ?? guess
}

function writeCaps(caps: readonly Cap[], circular: boolean, scale: Scale): Plain {
  return {
    cap_stations: caps.map(({ atM }) => writePosition(atM, scale)),
    cap_t: caps.map(({ thicknessM }) => thicknessM),
    cap_d_in: circular ? caps.map(({ holeM }) => holeM[0]) : writePairs(caps.map(({ holeM }) => holeM)),
  }
}

/** One number where all are the same. */
const single = (list: readonly number[]): number | readonly number[] =>
  list.every((value) => value === list[0]) && list.length > 0 ? list[0]! : list

const same = (pairs: readonly Pair[]): boolean => pairs.every(([a, b]) => a === pairs[0]![0] && b === pairs[0]![1])

function writePairs(pairs: readonly Pair[]): number | Pair | readonly Pair[] {
  assert(pairs.length > 0, 'a pair for at least one place')
  const [a, b] = pairs[0]!
  if (!same(pairs)) return pairs
  return a === b ? a : [a, b]
}

function writePerStation({ values, listed }: PerStation, circular: boolean): unknown {
  if (listed) return values.map(([one]) => one)
  // Two numbers at a circular member of two stations would be one for each station.
  return circular && values.some(([a, b]) => a !== b) ? values : writePairs(values)
}

function writeTurbine(turbine: Turbine): Plain {
  const { rotor, tower } = turbine
  return {
    mRNA: turbine.massKg,
    IxRNA: turbine.inertiaAxial,
    IrRNA: turbine.inertiaRadial,
    xCG_RNA: turbine.centreOfGravityM,
    hHub: turbine.hubHeightM,
    overhang: turbine.overhangM,
    shaft_tilt: turbine.shaftTiltDeg,
    shaft_toe: turbine.shaftToeDeg,
    ...(rotor === null ? {} : writeRotor(rotor)),
    ...(tower === null ? {} : { tower: writeMember(tower, MAX_STRIP_M) }),
  }
}

function writeRotor(rotor: Rotor): Plain {
  const { operation } = rotor
  return {
    aeroServoMod: rotor.aeroServoMode,
    nBlades: rotor.blades,
    Rhub: rotor.hubRadiusM,
    precone: rotor.preconeDeg,
    speed_gain: rotor.speedGain,
    ...writeControl(rotor),
    wt_ops: {
      v: operation.map(({ windMps }) => windMps),
      pitch_op: operation.map(({ pitchDeg }) => pitchDeg),
      omega_op: operation.map(({ rotorRpm }) => rotorRpm),
    },
    blade: {
      Rtip: rotor.tipRadiusM,
      precurveTip: rotor.tipPrecurveM,
      presweepTip: rotor.tipPresweepM,
      nSector: rotor.sectors,
      nr: rotor.elements,
      geometry: rotor.geometry.map((at) => [at.radiusM, at.chordM, at.twistDeg, at.precurveM, at.presweepM]),
      airfoils: rotor.airfoilPositions.map(({ fraction, name }) => [fraction, name]),
    },
    airfoils: rotor.airfoils.map(({ name, relativeThickness, angleDeg, lift, drag, moment }) => ({
      name,
      relative_thickness: relativeThickness,
      data: angleDeg.map((angle, at) => [angle, lift[at], drag[at], moment[at]]),
    })),
  }
}

/** RAFT cannot read empty tables of gains, so they are left out where they may be. */
function writeControl({ control, aeroServoMode }: Rotor): Plain {
  const needed = aeroServoMode === 2
  const pitch = needed || control.pitchAnglesRad.length > 0 || control.floatKp !== 0
  const torque = needed || control.torqueKp !== 0 || control.torqueKi !== 0
  return {
    I_drivetrain: control.drivetrainInertia,
    gear_ratio: control.gearRatio,
    ...(pitch
      ? {
          pitch_control: {
            GS_Angles: control.pitchAnglesRad,
            GS_Kp: control.pitchKp,
            GS_Ki: control.pitchKi,
            Fl_Kp: control.floatKp,
          },
        }
      : {}),
    ...(torque ? { torque_control: { VS_KP: control.torqueKp, VS_KI: control.torqueKi } } : {}),
  }
}

function writeMooring({ waterDepthM, points, lines, types }: MooringDesign): Plain {
  return {
    water_depth: waterDepthM,
    points: points.map(({ name, kind, location, massKg, volumeM3 }) => ({
      name,
      type: kind,
      location,
      ...(massKg === 0 ? {} : { mass: massKg }),
      ...(volumeM3 === 0 ? {} : { volume: volumeM3 }),
    })),
    lines: lines.map(({ name, endA, endB, type, lengthM }) => ({ name, endA, endB, type, length: lengthM })),
    line_types: types.map(({ name, diameterM, massPerM, stiffnessN, breakingLoadN, rest }) => ({
      name,
      diameter: diameterM,
      mass_density: massPerM,
      stiffness: stiffnessN,
      // MoorPy wants the key and takes 0 for "not known".
      breaking_load: breakingLoadN ?? 0,
      ...rest,
    })),
  }
}
