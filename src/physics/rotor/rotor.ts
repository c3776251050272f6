import type { Corrections } from '../corrections.ts'
import type { LoadCase, OperatingPoint, Rotor, Turbine, Vec3 } from '../design/types.ts'
import { forceMomentAt } from '../linear/mat6.ts'
import { along, cross, radians, rotation, scale, transform } from '../linear/vec3.ts'
import type { Complex } from '../solution.ts'
import { type Operation, type RotorLoads, type RotorModel, rotorLoads } from './aero.ts'
import { buildBlade } from './blade.ts'
import { closedLoop, FEATHERED_DEG, type Gains, gainsAt, openLoop, operatingTable, type Response } from './control.ts'
import { linear } from './interpolate.ts'
import { blendPolars, type SectionPolar, type SectionSplines, sectionPolars, smoothPolars } from './polars.ts'
import { rotorSpectrum, windDeviation } from './turbulence.ts'

/** A rotor, ready for load cases: everything that does not depend on the wind. */
export interface BuiltRotor extends RotorModel {
  readonly turbine: Turbine
  /** Steady operation over wind speed, with standstill above the highest wind. */
  readonly operation: readonly OperatingPoint[]
}

/** What the wind does to the platform through the rotor, about the platform's reference point at zero offset. */
export interface RotorCase {
  readonly run: Operation
  readonly loads: RotorLoads
  /** Direction of the shaft, downwind, and the hub. */
  readonly shaft: Vec3
  readonly hub: Vec3
  /** Mean force and moment. */
  readonly force6: Float64Array
  /** 36 numbers a frequency: frequency * 36 + row * 6 + column. */
  readonly addedMass: Float64Array
  /** 36 numbers a frequency. */
  readonly damping: Float64Array
  /** Gyroscopic coupling: what belongs to the damping, the same at every frequency. */
  readonly gyroscopic: Float64Array
  /** Amplitude of the wind averaged over the rotor at each frequency, m/s. */
  readonly windAmplitude: Float64Array
  /** Force of the turbulent wind: dof * nw + frequency. Null: steady wind, or turbulence without effect as in RAFT. */
  readonly excitation: Complex | null
  /** How thrust and rotor speed follow along the shaft. */
  readonly response: Response
  /** Null without a controller. */
  readonly gains: Gains | null
}

/**
 * Prepares a rotor. `splines` are lift and drag of every element, hub to tip; null: smoothed here from the design's polars, as CCBlade
 * does. Null when the turbine has no rotor.
 */
export function buildRotor(turbine: Turbine, splines: readonly SectionSplines[] | null): BuiltRotor | null {
  const { rotor } = turbine
  if (rotor === null) return null
  if (splines !== null && splines.length !== rotor.elements)
    throw new Error(`the rotor has ${rotor.elements} elements, but splines of ${splines.length} are given`)
  const blade = buildBlade(rotor, splines === null ? smoothedOnce(rotor) : sectionPolars(splines))
  return { turbine, rotor, blade, hubHeightM: turbine.hubHeightM, operation: operatingTable(rotor.operation) }
}

const smoothed = new WeakMap<Rotor, readonly SectionPolar[]>()

/** The rotor's own polars, smoothed at the first call: a turbine that changes around its rotor need not wait for it again. */
function smoothedOnce(rotor: Rotor): readonly SectionPolar[] {
  const before = smoothed.get(rotor)
  if (before !== undefined) return before
  const polars = sectionPolars(smoothPolars(blendPolars(rotor)))
  smoothed.set(rotor, polars)
  return polars
}

/** The case's rotor loads; null where the rotor has no effect (no wind, aerodynamics switched off, parked as RAFT has it). */
export function rotorCase(
  built: BuiltRotor,
  input: LoadCase,
  w: Float64Array,
  corrections: Corrections,
): RotorCase | null {
  const mode = input.aeroServoMode ?? built.rotor.aeroServoMode
  const parked = input.turbineStatus !== 'operating' || (corrections.parkedRotor && outsideTable(built, input))
  if (mode === 0 || input.windMps <= 0 || (parked && !corrections.parkedRotor)) return null
  const stand = standing(built.turbine, input, corrections)
  const run = operate(built, input, stand, parked, corrections)
  const loads = rotorLoads(built, run, corrections)
  const controlled = mode === 2 && run.state !== 'still'
  const gains = controlled ? gainsAt(built.rotor.control, built.operation, input.windMps, corrections) : null
  const response = gains === null ? openLoop(loads, w) : closedLoop(loads, gains, built.hubHeightM, w, corrections)
  const windAmplitude = gusts(built, input, w, corrections)
  const lever = leverOf(stand)
  return {
    run,
    loads,
    shaft: stand.shaft,
    hub: stand.hub,
    force6: meanForce(loads, stand),
    addedMass: alongShaft(response.addedMass, lever),
    damping: alongShaft(response.damping, lever),
    gyroscopic: gyroscopic(built.rotor.control.drivetrainInertia, run.rotorRpm, stand.shaft),
    windAmplitude,
    excitation: corrections.turbulence ? gustForce(response.thrustPerWind, windAmplitude, lever) : null,
    response,
    gains,
  }
}

/** Where shaft and hub are. */
interface Standing {
  /** Axes of the shaft, columns: downwind along it, to the left, upwards. */
  readonly axes: ReturnType<typeof rotation>
  readonly shaft: Vec3
  readonly hub: Vec3
  /** Heading of the shaft relative to the wind, rad. */
  readonly misalignment: number
}

/** The nacelle follows the wind (RAFT's yaw_mode 0), less or more by the misalignment of the case, which RAFT does not read. */
function standing(turbine: Turbine, input: LoadCase, corrections: Corrections): Standing {
  const wind = radians(input.windHeadingDeg)
  const off = corrections.yawMisalignment ? radians(input.yawMisalignDeg) : 0
  const axes = rotation(0, -radians(turbine.shaftTiltDeg), radians(turbine.shaftToeDeg) + wind + off)
  const shaft = transform(axes, [1, 0, 0])
  const { hub } = rotorPoints(turbine, shaft)
  return { axes, shaft, hub, misalignment: off + radians(turbine.shaftToeDeg) }
}

/** Hub and reference point of rotor and nacelle, about which it yaws (raft_rotor: r_hub, r_RRP), for a direction of the shaft. */
export function rotorPoints(turbine: Turbine, shaft: Vec3): { hub: Vec3; reference: Vec3 } {
  const reference: Vec3 = [0, 0, turbine.hubHeightM - shaft[2] * turbine.overhangM]
  return { reference, hub: along(reference, shaft, turbine.overhangM) }
}

/**
 * Is the wind too weak or too strong to operate in? RAFT goes on below the table as at its lowest wind, and above it turns ever slower at
 * an ever greater pitch up to 1.4 times the highest, driven by the generator.
 */
function outsideTable({ rotor }: BuiltRotor, { windMps }: LoadCase): boolean {
  const winds = rotor.operation.map((point) => point.windMps)
  const wind = windMps * rotor.speedGain
  return wind < Math.min(...winds) || wind > Math.max(...winds)
}

/** Rotor speed and pitch of the table; a parked rotor stands feathered. */
function operate(
  { rotor, operation }: BuiltRotor,
  input: LoadCase,
  { shaft, misalignment }: Standing,
  parked: boolean,
  corrections: Corrections,
): Operation {
  const windMps = input.windMps * rotor.speedGain
  const winds = operation.map((point) => point.windMps)
  const of = (key: 'rotorRpm' | 'pitchDeg'): number =>
    linear(
      winds,
      operation.map((point) => point[key]),
      windMps,
    )
  const rotorRpm = parked ? 0 : of('rotorRpm')
  const still = corrections.parkedRotor ? 'still' : 'still axial'
  return {
    windMps,
    rotorRpm,
    pitchDeg: parked ? FEATHERED_DEG : of('pitchDeg'),
    tiltRad: -Math.atan2(shaft[2], Math.sqrt(shaft[0] ** 2 + shaft[1] ** 2)),
    yawRad: misalignment,
    state: rotorRpm === 0 ? still : 'turning',
  }
}

function meanForce(loads: RotorLoads, { axes, hub }: Standing): Float64Array {
  return forceMomentAt([...transform(axes, loads.force), ...transform(axes, loads.moment)], hub)
}

/** Force and moment about the origin of a unit force along the shaft; for a motion, how far the hub moves along the shaft. */
function leverOf({ shaft, hub }: Standing): readonly number[] {
  return [...shaft, ...cross(hub, shaft)]
}

/** A scalar that acts along the shaft at the hub, as 6 x 6 matrices. */
function alongShaft(values: Float64Array, lever: readonly number[]): Float64Array {
  const out = new Float64Array(36 * values.length)
  for (let i = 0; i < values.length; i += 1)
    for (let row = 0; row < 6; row += 1)
      for (let column = 0; column < 6; column += 1)
        out[i * 36 + row * 6 + column] = values[i]! * (lever[row]! * lever[column]!)
  return out
}

/** H(L) in the rotational block, L the angular momentum along the shaft (raft_fowt: calcTurbineConstants). */
function gyroscopic(inertia: number, rpm: number, shaft: Vec3): Float64Array {
  const [x, y, z] = scale(shaft, (inertia * rpm * 2 * Math.PI) / 60)
  const out = new Float64Array(36)
  out.set([0, z, -y], 21)
  out.set([-z, 0, x], 27)
  out.set([y, -x, 0], 33)
  return out
}

/**
 * Amplitudes of the rotor-averaged wind, sqrt(2 S dw). RAFT takes the spectrum per hertz for one per rad/s, so that its amplitudes are
 * sqrt(2 pi) too large (they move nothing there).
 */
function gusts(
  { rotor, hubHeightM }: BuiltRotor,
  input: LoadCase,
  w: Float64Array,
  corrections: Corrections,
): Float64Array {
  const deviation = windDeviation(input.turbulence, input.windMps)
  if (deviation === null) throw new Error(`turbulence is neither an intensity nor a class: ${input.turbulence}`)
  const step = w.length > 1 ? w[1]! - w[0]! : w[0]!
  const perBin = corrections.turbulence ? step / (2 * Math.PI) : step
  return w.map((omega) => {
    const frequency = omega / 2 / Math.PI
    const spectrum = rotorSpectrum(frequency, input.windMps, deviation, hubHeightM, rotor.tipRadiusM)
    return Math.sqrt(2 * spectrum * perBin)
  })
}

function gustForce(perWind: Complex, wind: Float64Array, lever: readonly number[]): Complex | null {
  if (wind.every((amplitude) => amplitude === 0)) return null
  const n = wind.length
  const force = { re: new Float64Array(6 * n), im: new Float64Array(6 * n) }
  for (let dof = 0; dof < 6; dof += 1) {
    for (let i = 0; i < n; i += 1) {
      force.re[dof * n + i] = perWind.re[i]! * wind[i]! * lever[dof]!
      force.im[dof * n + i] = perWind.im[i]! * wind[i]! * lever[dof]!
    }
  }
  return force
}
