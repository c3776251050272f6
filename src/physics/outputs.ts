import type { Corrections } from './corrections.ts'
import type { Control, Turbine } from './design/types.ts'
import { shaft } from './hull/statics.ts'
import type { Member } from './hull.ts'
import { translated } from './linear/mat6.ts'
import { rotation, transform } from './linear/vec3.ts'
import type { RotorCase } from './rotor/rotor.ts'
import type { Complex, Statistic } from './solution.ts'

/**
 * What the amplitudes mean: averages, standard deviations, extremes (specification 2.11; RAFT raft_fowt.py:saveTurbineOutputs). A channel
 * is one amplitude per source (every train of waves, and wind) and frequency; its variance is half the sum of the squares.
 */

const DOF = 6
const DEGREES = 180 / Math.PI
/** Radians a second of one turn a minute, as rounded in raft_rotor. */
const RAFT_RADIANS_PER_RPM = 0.1047

/** All sources one after the other: source * 6 * nw + dof * nw + frequency. */
export interface Motions {
  readonly w: Float64Array
  readonly sources: number
  readonly Xi: Complex
}

/** The response to waves with that to wind behind it. */
export function motionsOf(w: Float64Array, Xi: Complex, windXi: Complex | null): Motions {
  const join = (a: Float64Array, b: Float64Array | undefined) => (b === undefined ? a : Float64Array.of(...a, ...b))
  const all = { re: join(Xi.re, windXi?.re), im: join(Xi.im, windXi?.im) }
  return { w, sources: all.re.length / (DOF * w.length), Xi: all }
}

/** Amplitudes of a channel: source * nw + frequency. */
export type Channel = Complex

/** The channel sum of row[j] times motion j. */
export function combine({ w, sources, Xi }: Motions, row: ArrayLike<number>): Channel {
  const nw = w.length
  const out = { re: new Float64Array(sources * nw), im: new Float64Array(sources * nw) }
  for (let s = 0; s < sources; s++) {
    for (let j = 0; j < DOF; j++) {
      const factor = row[j]!
      if (factor === 0) continue
      const from = (s * DOF + j) * nw
      for (let i = 0; i < nw; i++) {
        out.re[s * nw + i] = out.re[s * nw + i]! + factor * Xi.re[from + i]!
        out.im[s * nw + i] = out.im[s * nw + i]! + factor * Xi.im[from + i]!
      }
    }
  }
  return out
}

/** Multiplies a channel by a complex function of frequency. */
function filtered(channel: Channel, nw: number, by: (i: number) => readonly [number, number]): Channel {
  const out = { re: new Float64Array(channel.re.length), im: new Float64Array(channel.re.length) }
  for (let i = 0; i < nw; i++) {
    const [a, b] = by(i)
    for (let k = i; k < out.re.length; k += nw) {
      out.re[k] = a * channel.re[k]! - b * channel.im[k]!
      out.im[k] = a * channel.im[k]! + b * channel.re[k]!
    }
  }
  return out
}

/** Root of half the sum of squares. */
export function standardDeviation({ re, im }: Channel): number {
  let sum = 0
  for (let i = 0; i < re.length; i++) sum += re[i]! * re[i]! + im[i]! * im[i]!
  return Math.sqrt(0.5 * sum)
}

/** Spectral density of a channel, summed over its sources: half the square of the amplitude per width of a bin. */
export function density({ re, im }: Channel, nw: number, dw: number): Float64Array {
  const out = new Float64Array(nw)
  for (let i = 0; i < re.length; i++) out[i % nw] = out[i % nw]! + (0.5 * (re[i]! * re[i]! + im[i]! * im[i]!)) / dw
  return out
}

const statistic = (avg: number, std: number, spread = 3): Statistic => ({
  avg,
  std,
  max: avg + spread * std,
  min: avg - spread * std,
})

const unitRow = (j: number, factor = 1): number[] => Array.from({ length: DOF }, (_, i) => (i === j ? factor : 0))

/** Surge to yaw; rotations in degrees. */
export function motionStatistics(motions: Motions, pose: Float64Array): Statistic[] {
  return Array.from(pose, (mean, j) => {
    const factor = j < 3 ? 1 : DEGREES
    return statistic(mean * factor, standardDeviation(combine(motions, unitRow(j, factor))))
  })
}

/** Per line end: the tension's derivative by the pose, six numbers, times the motion. */
export function tensionStatistics(motions: Motions, mean: Float64Array, jacobian: Float64Array): Statistic[] {
  return Array.from(mean, (avg, t) =>
    statistic(avg, standardDeviation(combine(motions, jacobian.subarray(t * DOF, t * DOF + DOF)))),
  )
}

/** Mass and lever arms of all that the tower's base carries. */
export interface Topside {
  readonly massKg: number
  /** Of tower, rotor and nacelle at zero offset, m. */
  readonly centreOfGravityM: number
  /** In pitch about that centre, kg m2. */
  readonly pitchInertia: number
  /** Of the reference point of rotor and nacelle, m. */
  readonly nacelleM: number
  /** Of the tower's foot, m. */
  readonly baseM: number
  readonly gravity: number
}

/** Tower, rotor and nacelle as one; null without both. */
export function topside(turbine: Turbine | null, tower: Member | undefined, gravity: number): Topside | null {
  if (turbine === null || tower === undefined) return null
  const nacelleM = shaft(turbine).reference[2]
  const massKg = tower.massKg + turbine.massKg
  const centreOfGravityM = (tower.massKg * tower.centreOfGravity[2] + turbine.massKg * nacelleM) / massKg
  const [x, y, z] = tower.endA
  const aboutCentre = translated(tower.massMatrix, [x, y, z - centreOfGravityM])
  const pitchInertia = aboutCentre[28]! + turbine.massKg * (nacelleM - centreOfGravityM) ** 2 + turbine.inertiaRadial
  return { massKg, centreOfGravityM, pitchInertia, nacelleM, baseM: z, gravity }
}

/** Acceleration of the nacelle along x, y, z: w^2 times its motion, m/s2. */
export function nacelleChannels(motions: Motions, pose: Float64Array, heightM: number): Channel[] {
  const [x, y, z] = transform(rotation(pose[3]!, pose[4]!, pose[5]!), [0, 0, heightM])
  const rows = [
    [1, 0, 0, 0, z, -y],
    [0, 1, 0, -z, 0, x],
    [0, 0, 1, y, -x, 0],
  ]
  const { w } = motions
  return rows.map((row) => filtered(combine(motions, row), w.length, (i) => [w[i]! * w[i]!, 0]))
}

/** Of the nacelle's acceleration; on average, the part of gravity that lies along the body's axes. */
export function nacelleAcceleration(
  motions: Motions,
  pose: Float64Array,
  heightM: number,
  gravity: number,
): [Statistic, Statistic, Statistic] {
  const [x, y, z] = nacelleChannels(motions, pose, heightM).map(standardDeviation)
  const tilted = (angle: number) => Math.abs(Math.sin(angle) * gravity)
  return [statistic(tilted(pose[4]!), x!), statistic(tilted(pose[3]!), y!), statistic(gravity, z!)]
}

/** Fore-aft bending moment at the tower's base: inertia, weight, and the rotor. Returns its amplitudes and its mean, Nm. */
export function towerBaseChannel(
  motions: Motions,
  pose: Float64Array,
  top: Topside,
  rotor: RotorCase | null,
  corrections: Corrections,
): { readonly channel: Channel; readonly mean: number } {
  const { w } = motions
  const turn = rotation(pose[3]!, pose[4]!, pose[5]!)
  // RAFT takes heights above the displaced base of the undisplaced centre of gravity and nacelle.
  const baseM = corrections.towerBaseMoment ? top.baseM : transform(turn, [0, 0, top.baseM])[2] + pose[2]!
  const arm = top.centreOfGravityM - baseM
  const inertia = top.massKg * arm * top.centreOfGravityM + top.pitchInertia
  const channel = filtered(combine(motions, [top.massKg * arm, 0, 0, 0, inertia, 0]), w.length, (i) => [w[i]! ** 2, 0])
  const weight = top.massKg * top.gravity * arm
  add(channel, combine(motions, unitRow(4, weight)))
  const mean = weight * Math.sin(pose[4]!)
  if (rotor === null) return { channel, mean }
  if (corrections.towerBaseMoment) addRotor(channel, motions, rotor, baseM)
  else addRotorOfRaft(channel, motions, rotor, top.nacelleM - baseM)
  return { channel, mean: mean + rotorMoment(rotor.force6, turn, top, arm, corrections) }
}

function add(to: Channel, what: Channel): void {
  for (let i = 0; i < to.re.length; i++) {
    to.re[i] = to.re[i]! + what.re[i]!
    to.im[i] = to.im[i]! + what.im[i]!
  }
}

/** Moment about a base of the forces with which the rotor answers every motion, and of the gusts (the last source, if there are any). */
function addRotor(
  channel: Channel,
  motions: Motions,
  { addedMass, damping, excitation }: RotorCase,
  baseM: number,
): void {
  const { w } = motions
  const nw = w.length
  const about = (matrix: Float64Array, i: number, dof: number) =>
    matrix[i * 36 + 24 + dof]! - baseM * matrix[i * 36 + dof]!
  for (let dof = 0; dof < DOF; dof++) {
    const answer = filtered(combine(motions, unitRow(dof)), nw, (i) => [
      w[i]! ** 2 * about(addedMass, i, dof),
      -w[i]! * about(damping, i, dof),
    ])
    add(channel, answer)
  }
  if (excitation === null) return
  const from = channel.re.length - nw
  for (let i = 0; i < nw; i++) {
    channel.re[from + i] = channel.re[from + i]! + excitation.re[4 * nw + i]! - baseM * excitation.re[i]!
    channel.im[from + i] = channel.im[from + i]! + excitation.im[4 * nw + i]! - baseM * excitation.im[i]!
  }
}

/** RAFT has the answer to pitch about the base alone: no surge, no gusts. */
function addRotorOfRaft(channel: Channel, motions: Motions, { addedMass, damping }: RotorCase, leverM: number): void {
  const { w } = motions
  const square = leverM * leverM
  const answer = filtered(combine(motions, unitRow(4)), w.length, (i) => [
    w[i]! ** 2 * addedMass[i * 36]! * square,
    -w[i]! * damping[i * 36]! * square,
  ])
  add(channel, answer)
}

/** Of {@link towerBaseChannel}. */
export function towerBaseMoment(
  motions: Motions,
  pose: Float64Array,
  top: Topside,
  rotor: RotorCase | null,
  corrections: Corrections,
): Statistic {
  const { channel, mean } = towerBaseChannel(motions, pose, top, rotor, corrections)
  return statistic(mean, standardDeviation(channel))
}

/**
 * Mean moment of the rotor's loads at the tower's base. RAFT HEAD moves the loads by the matrix that moves motions, so that a moment times
 * a length is added to the thrust, and then by the arm of the weight instead of the height of the base.
 */
function rotorMoment(
  force: Float64Array,
  turn: ReturnType<typeof rotation>,
  top: Topside,
  arm: number,
  corrections: Corrections,
): number {
  if (corrections.towerBaseMoment) return force[4]! - top.baseM * force[0]!
  const [, y, z] = transform(turn, [0, 0, top.nacelleM])
  return force[4]! - arm * (force[0]! + z * force[4]! - y * force[5]!)
}

/** Rotor speed (rpm), generator torque (Nm), power (W) and blade pitch (deg) under control. */
export interface RotorStatistics {
  readonly speed: Statistic
  readonly torque: Statistic
  readonly power: Statistic
  readonly pitch: Statistic
}

/** Of a controlled rotor, whose azimuth follows the motion of the nacelle along x and the wind (the last source); null for any other. */
export function rotorStatistics(
  motions: Motions,
  pose: Float64Array,
  heightM: number,
  rotor: RotorCase | null,
  hasWind: boolean,
  control: Control,
  corrections: Corrections,
): RotorStatistics | null {
  if (rotor === null || rotor.gains === null) return null
  // RAFT reports the torque that its gains would give, even where it has switched them off.
  const { torqueKp, torqueKi } = corrections.torqueGains ? rotor.gains : control
  const rpm = corrections.rotorUnits ? 30 / Math.PI : 1 / RAFT_RADIANS_PER_RPM
  const { gains, response, windAmplitude, loads, run } = rotor
  const { w } = motions
  const nw = w.length
  const [, y, z] = transform(rotation(pose[3]!, pose[4]!, pose[5]!), [0, 0, heightM])
  const moving = combine(motions, [1, 0, 0, 0, z, -y])
  const along = hasWind ? moving : withStillSource(moving, nw)
  // x - V / (i w): the wind blows against a nacelle that moves. In RAFT it turns the rotor, but moves nothing.
  const from = along.im.length - nw
  for (let i = 0; i < nw; i++) along.im[from + i] = along.im[from + i]! + windAmplitude[i]! / w[i]!
  const { re, im } = response.azimuthPerMotion
  const azimuth = filtered(along, nw, (i) => [re[i]!, im[i]!])
  const following = (kp: number, ki: number) => standardDeviation(filtered(azimuth, nw, (i) => [ki, w[i]! * kp]))
  return {
    speed: statistic(run.rotorRpm, following(1, 0) * rpm, 2),
    torque: statistic(loads.torque.value / gains.gearRatio, following(torqueKp, torqueKi)),
    power: statistic(loads.powerW, 0),
    pitch: statistic(run.pitchDeg, following(gains.pitchKp, gains.pitchKi) * DEGREES),
  }
}

/** The channel with one more source, that moves nothing yet. */
function withStillSource({ re, im }: Channel, nw: number): Channel {
  const longer = (a: Float64Array) => {
    const out = new Float64Array(a.length + nw)
    out.set(a)
    return out
  }
  return { re: longer(re), im: longer(im) }
}
