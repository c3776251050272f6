import type { Corrections } from '../corrections.ts'
import type { Control, OperatingPoint } from '../design/types.ts'
import type { Complex } from '../solution.ts'
import type { RotorLoads } from './aero.ts'
import { linear } from './interpolate.ts'

/**
 * The controller, linearized about an operating point: how thrust follows the wind and the motion of the nacelle when rotor speed, blade
 * pitch and generator torque follow, too (raft_rotor.Rotor.calcAero; Abbas et al. 2022, the ROSCO controller, whose gains have the other
 * sign).
 */

/** Conversions that RAFT has rounded inside raft_rotor. */
interface Units {
  readonly degPerRad: number
  readonly radPerSecondPerRpm: number
}

const ROUNDED: Units = { degPerRad: 57.2958, radPerSecondPerRpm: 0.1047 }
const EXACT: Units = { degPerRad: 180 / Math.PI, radPerSecondPerRpm: Math.PI / 30 }

const unitsOf = ({ rotorUnits }: Corrections): Units => (rotorUnits ? EXACT : ROUNDED)

/** Steady operation over wind speed: RAFT lets the rotor stand, feathered, from 1.4 times the highest wind of the table on. */
export function operatingTable(points: readonly OperatingPoint[]): readonly OperatingPoint[] {
  const stop = 1.4 * Math.max(...points.map(({ windMps }) => windMps))
  const parked = { pitchDeg: FEATHERED_DEG, rotorRpm: 0 }
  return [...points, { windMps: stop, ...parked }, { windMps: Math.max(100, 2 * stop), ...parked }]
}

/** Blade pitch of a parked rotor. */
export const FEATHERED_DEG = 90

/** Gains that hold at a wind speed, with RAFT's sign. */
export interface Gains {
  readonly pitchKp: number
  readonly pitchKi: number
  readonly torqueKp: number
  readonly torqueKi: number
  readonly floating: number
  readonly gearRatio: number
  readonly inertia: number
}

/** Pitch gains are scheduled on pitch, and so on wind; torque gains act only where a pitch gain is zero. */
export function gainsAt(
  control: Control,
  table: readonly OperatingPoint[],
  windMps: number,
  corrections: Corrections,
): Gains {
  const { degPerRad } = unitsOf(corrections)
  const angles = control.pitchAnglesRad.map((angle) => angle * degPerRad)
  const scheduled = (gains: readonly number[]): number => {
    if (angles.length === 0) return 0
    const perWind = table.map(({ pitchDeg }) => linear(angles, gains, pitchDeg, 0))
    const winds = table.map((point) => point.windMps)
    return -linear(winds, perWind, windMps)
  }
  const pitchKp = scheduled(control.pitchKp)
  const pitchKi = scheduled(control.pitchKi)
  return {
    pitchKp,
    pitchKi,
    torqueKp: pitchKp === 0 ? -control.torqueKp : 0,
    torqueKi: pitchKi === 0 ? -control.torqueKi : 0,
    floating: -control.floatKp,
    gearRatio: control.gearRatio,
    inertia: control.drivetrainInertia,
  }
}

/** What the controlled rotor answers along its shaft, per frequency. */
export interface Response {
  /** Damping, Ns/m. */
  readonly damping: Float64Array
  /** Added mass, kg. */
  readonly addedMass: Float64Array
  /** Thrust per m/s of wind, Ns/m. */
  readonly thrustPerWind: Complex
  /** Change of the rotor's azimuth per metre of hub motion, rad/m. */
  readonly azimuthPerMotion: Complex
}

/** The closed loop at every frequency of `w` (rad/s, none 0). */
export function closedLoop(
  { thrust, torque }: RotorLoads,
  gains: Gains,
  hubHeightM: number,
  w: Float64Array,
  corrections: Corrections,
): Response {
  const { degPerRad, radPerSecondPerRpm } = unitsOf(corrections)
  const thrustPerSpeed = thrust.perRpm / radPerSecondPerRpm
  const torquePerSpeed = torque.perRpm / radPerSecondPerRpm
  const thrustPerPitch = thrust.perPitchDeg * degPerRad
  const torquePerPitch = torque.perPitchDeg * degPerRad
  // The blades pitch with the nacelle's pitch: floating gain over hub height.
  const feedback = gains.floating / hubHeightM
  const thrustPerMotion = thrust.perWind - feedback * thrustPerPitch
  const torquePerMotion = torque.perWind - feedback * torquePerPitch
  const response = emptyResponse(w.length)
  for (let i = 0; i < w.length; i += 1) {
    const omega = w[i]!
    // Transfer from torque to thrust: numerator / denominator.
    const topRe = gains.pitchKi * thrustPerPitch
    const topIm = (thrustPerSpeed + gains.pitchKp * thrustPerPitch) * omega
    const bottomRe = gains.inertia * omega * omega + gains.pitchKi * torquePerPitch - gains.gearRatio * gains.torqueKi
    const bottomIm = (torquePerSpeed + gains.pitchKp * torquePerPitch - gains.gearRatio * gains.torqueKp) * omega
    const size = bottomRe * bottomRe + bottomIm * bottomIm
    const re = (topRe * bottomRe + topIm * bottomIm) / size
    const im = (topIm * bottomRe - topRe * bottomIm) / size
    response.thrustPerWind.re[i] = thrust.perWind - re * torque.perWind
    response.thrustPerWind.im[i] = -im * torque.perWind
    response.damping[i] = thrustPerMotion - re * torquePerMotion
    response.addedMass[i] = (-im * torquePerMotion) / omega
    response.azimuthPerMotion.re[i] = (omega * torquePerMotion * bottomIm) / size
    response.azimuthPerMotion.im[i] = (omega * torquePerMotion * bottomRe) / size
  }
  return response
}

/** Without a controller: thrust follows the wind, and nothing else moves. */
export function openLoop({ thrust }: RotorLoads, w: Float64Array): Response {
  const response = emptyResponse(w.length)
  response.damping.fill(thrust.perWind)
  response.thrustPerWind.re.fill(thrust.perWind)
  return response
}

function emptyResponse(n: number): Response {
  const complex = (): Complex => ({ re: new Float64Array(n), im: new Float64Array(n) })
  return {
    damping: new Float64Array(n),
    addedMass: new Float64Array(n),
    thrustPerWind: complex(),
    azimuthPerMotion: complex(),
  }
}
