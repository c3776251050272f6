import { fail, ok, type Result } from '../base/result.ts'
import type { Corrections } from './corrections.ts'
import type { Design, LoadCase, Turbine, Vec3 } from './design/types.ts'
import { convergence, type LinearSystem, type Sea, solveDynamics } from './dynamics.ts'
import { buildHull } from './hull/build.ts'
import { shaft } from './hull/statics.ts'
import type { Hull } from './hull.ts'
import { currentForce, waveLoads, wetStrips } from './hydro.ts'
import { accumulate, forceAt, forceMomentAt, massMatrix, translated } from './linear/mat6.ts'
import { along, type Mat3, scale, subtract } from './linear/vec3.ts'
import { naturalModes } from './modes.ts'
import { MooringSystem } from './mooring/system.ts'
import {
  motionStatistics,
  motionsOf,
  nacelleAcceleration,
  rotorStatistics,
  tensionStatistics,
  topside,
  towerBaseMoment,
} from './outputs.ts'
import { findRest, judgeRest, type RestProblem } from './rest.ts'
import type { SectionSplines } from './rotor/polars.ts'
import { type BuiltRotor, buildRotor, type RotorCase, rotorCase } from './rotor/rotor.ts'
import type { CaseSolution, Complex, Failure, Grid, Modes, Precision, Rest } from './solution.ts'
import { amplitudes, waveSpectrum } from './spectra.ts'
import { frequencyGrid } from './waves.ts'

/**
 * The whole chain: hull, mooring, mean pose, natural modes, response, statistics. {@link prepare} computes what no load case changes,
 * {@link solveCase} the rest.
 */

const DOF = 6
const YAW = 35

/** What may be chosen beside the design. */
export interface SolveOptions {
  /** Default `converged`. */
  readonly precision?: Precision
  /** Indices of mooring lines that are broken. */
  readonly brokenLines?: readonly number[]
  /** Lift and drag of every element of the blade, hub to tip; default: smoothed from the design's polars. */
  readonly splines?: readonly SectionSplines[]
  /** Say no to a mean pose that cannot be (capsized, sunk, a line torn), as RAFT does not; default true. */
  readonly judge?: boolean
  /** Keep every pass of the drag linearization. */
  readonly keepPasses?: boolean
}

/** Everything that does not depend on the load case. */
export interface Prepared {
  readonly design: Design
  readonly corrections: Corrections
  readonly precision: Precision
  readonly options: SolveOptions
  readonly hull: Hull
  readonly grid: Grid
  /** Null: nothing holds the platform. */
  readonly mooring: MooringSystem | null
}

/** A design with all its cases. */
export interface DesignSolution {
  readonly prepared: Prepared
  /** At rest without wind, current and waves, but with the constant loads of the design. */
  readonly unloaded: Rest
  readonly modes: Modes
  readonly cases: readonly Result<CaseSolution, Failure>[]
}

/** Computes what holds for every load case. */
export function prepare(design: Design, corrections: Corrections, options: SolveOptions = {}): Prepared {
  const { site, mooring, settings } = design
  const precision = options.precision ?? 'converged'
  return {
    design,
    corrections,
    precision,
    options,
    hull: buildHull(design, corrections),
    grid: frequencyGrid(settings, site.waterDepthM, site.gravity, precision),
    mooring: mooring === null ? null : MooringSystem.build(mooring, site, corrections),
  }
}

/** Where the unloaded body rests, and how it swings there. */
export function solveUnloaded(prepared: Prepared): Result<{ rest: Rest; modes: Modes }, Failure> {
  const rest = restUnder(prepared, null)
  if (!rest.ok) return rest
  const modes = modesAt(prepared, rest.value.mooringStiffness)
  return modes.ok ? ok({ rest: rest.value, modes: modes.value }) : modes
}

/** Natural modes where the mooring has this stiffness. */
export function modesAt({ design, hull }: Prepared, mooringStiffness: Float64Array): Result<Modes, Failure> {
  const { massMatrix: structure, addedMass, weightStiffness, hydrostaticStiffness } = hull.statics
  const mass = structure.map((m, i) => m + addedMass[i]!)
  const stiffness = weightStiffness.map((c, i) => c + hydrostaticStiffness[i]! + mooringStiffness[i]!)
  stiffness[YAW] = stiffness[YAW]! + design.platform.yawStiffness
  return naturalModes(mass, stiffness)
}

/** One load case: mean pose, drag linearization, response amplitudes, statistics. */
export function solveCase(prepared: Prepared, input: LoadCase): Result<CaseSolution, Failure> {
  const { design, corrections, hull, grid } = prepared
  const { site, settings } = design
  const rotor = rotorOf(prepared, input)
  const current = currentForce(hull.strips, site, input.currentMps, input.currentHeadingDeg)
  const load = current.slice()
  const nacelle = rotor === null ? null : yawedNacelle(prepared, rotor.shaft)
  if (rotor !== null) accumulate(load, rotor.force6)
  if (nacelle !== null) accumulate(load, nacelle.weight)
  const rest = restUnder(prepared, load)
  if (!rest.ok) return rest
  const wet = wetStrips(hull.strips, rest.value.pose)
  const trains = input.waves.map((wave) => {
    const spectrum = waveSpectrum(wave, grid.w)
    return { headingDeg: wave.headingDeg, spectrum, zeta: amplitudes(spectrum, grid.dw) }
  })
  const loads = trains.map((train) => waveLoads(wet, hull.strips, grid, train, site, corrections))
  const sea: Sea = { wet, loads, waterDensity: site.waterDensity }
  const system = linearSystem(prepared, rest.value, rotor)
  if (nacelle !== null) accumulate(system.mass, nacelle.mass)
  const limits = convergence(prepared.precision, settings)
  const { keepPasses = false } = prepared.options
  const response = solveDynamics(system, sea, settings, limits, corrections.dragSources, keepPasses)
  if (!response.Xi.re.every(Number.isFinite)) return fail(notFinite(response.Xi, grid))
  const slope = tensionSlope(prepared, rest.value)
  return ok({
    input,
    rest: rest.value,
    iterations: response.iterations,
    converged: response.converged,
    relativeChange: response.relativeChange,
    Xi: response.Xi,
    windXi: response.windXi,
    zeta: concatenate(trains.map(({ zeta }) => zeta)),
    S: concatenate(trains.map(({ spectrum }) => spectrum)),
    dragDamping: response.dragDamping,
    excitation: {
      re: concatenate(loads.map(({ force }) => force.re)),
      im: concatenate(loads.map(({ force }) => force.im)),
    },
    dragExcitation: response.dragForce,
    currentForce: current,
    rotor,
    tensionSlope: slope,
    inside: { system, sea, response },
    statistics: statisticsOf(prepared, rest.value, response, rotor, slope),
  })
}

/** A design with the given cases, or with its own. */
export function solveDesign(
  design: Design,
  corrections: Corrections,
  options: SolveOptions = {},
  cases: readonly LoadCase[] = design.cases,
): Result<DesignSolution, Failure> {
  const prepared = prepare(design, corrections, options)
  const unloaded = solveUnloaded(prepared)
  if (!unloaded.ok) return unloaded
  const { rest, modes } = unloaded.value
  return ok({ prepared, unloaded: rest, modes, cases: cases.map((input) => solveCase(prepared, input)) })
}

/** The mean pose under a load (null: none), judged if that is asked for. */
function restUnder(prepared: Prepared, load: Float64Array | null): Result<Rest, Failure> {
  const problem = restProblem(prepared, load)
  const rest = findRest(problem, prepared.precision)
  if (!rest.ok || prepared.options.judge === false) return rest
  const failure = judgeRest(problem, rest.value)
  return failure === null ? rest : fail(failure)
}

function restProblem(
  { design, corrections, hull, mooring, options }: Prepared,
  load: Float64Array | null,
): RestProblem {
  const { statics, members } = hull
  const { weightStiffness, hydrostaticStiffness, weight, buoyancy } = statics
  const stiffness = weightStiffness.map((c, i) => c + hydrostaticStiffness[i]!)
  if (corrections.yawStiffness) stiffness[YAW] = stiffness[YAW]! + design.platform.yawStiffness
  const force = weight.map((f, i) => f + buoyancy[i]!)
  for (const { load: constant, location } of design.platform.loads) accumulate(force, forceMomentAt(constant, location))
  if (load !== null) accumulate(force, load)
  const tops = members.filter(({ part }) => part === 'platform').map(({ endA, endB }) => Math.max(endA[2], endB[2]))
  return { stiffness, force, mooring, broken: options.brokenLines ?? [], freeboardM: Math.max(...tops) }
}

const rotors = new WeakMap<Turbine, { splines: SolveOptions['splines']; built: BuiltRotor | null }>()

/** What the wind does through the rotor. A rotor is built at its first case with wind, once for all designs that share it. */
function rotorOf({ design, corrections, options, grid }: Prepared, input: LoadCase): RotorCase | null {
  const { turbine } = design
  if (turbine?.rotor == null || (input.aeroServoMode ?? turbine.rotor.aeroServoMode) === 0 || input.windMps <= 0)
    return null
  let known = rotors.get(turbine)
  if (known === undefined || known.splines !== options.splines) {
    known = { splines: options.splines, built: buildRotor(turbine, options.splines ?? null) }
    rotors.set(turbine, known)
  }
  return known.built === null ? null : rotorCase(known.built, input, grid.w, corrections)
}

/** What changes in mass and weight when the nacelle turns its shaft into the wind; null without a turbine. */
function yawedNacelle({ design: { turbine, site } }: Prepared, direction: Vec3) {
  if (turbine === null) return null
  const { q, reference } = shaft(turbine)
  const mass = nacelleMass(turbine, reference, direction)
  accumulate(mass, nacelleMass(turbine, reference, q), -1)
  const arm = scale(subtract(direction, q), turbine.centreOfGravityM)
  return { mass, weight: forceAt([0, 0, -turbine.massKg * site.gravity], arm).fill(0, 0, 3) }
}

/** Mass matrix of rotor and nacelle about the platform's reference point, for a direction of the shaft. */
function nacelleMass(turbine: Turbine, reference: Vec3, q: Vec3): Float64Array {
  const { massKg, inertiaAxial, inertiaRadial, centreOfGravityM } = turbine
  const entry = (i: 0 | 1 | 2, j: 0 | 1 | 2) =>
    (i === j ? inertiaRadial : 0) + (inertiaAxial - inertiaRadial) * q[i] * q[j]
  const [xy, xz, yz] = [entry(0, 1), entry(0, 2), entry(1, 2)]
  const inertia: Mat3 = [entry(0, 0), xy, xz, xy, entry(1, 1), yz, xz, yz, entry(2, 2)]
  return translated(massMatrix(massKg, inertia), along(reference, q, centreOfGravityM))
}

function linearSystem(
  { design, corrections, hull, grid }: Prepared,
  rest: Rest,
  rotor: RotorCase | null,
): LinearSystem {
  const { massMatrix: structure, addedMass, weightStiffness, hydrostaticStiffness } = hull.statics
  const stiffness = weightStiffness.map((c, i) => c + hydrostaticStiffness[i]! + rest.mooringStiffness[i]!)
  if (corrections.yawStiffness) stiffness[YAW] = stiffness[YAW]! + design.platform.yawStiffness
  return {
    grid,
    mass: structure.map((m, i) => m + addedMass[i]!),
    stiffness,
    damping: rotor?.gyroscopic ?? new Float64Array(DOF * DOF),
    rotorMass: rotor?.addedMass ?? null,
    rotorDamping: rotor?.damping ?? null,
    windForce: rotor?.excitation ?? null,
  }
}

function tensionSlope({ mooring, corrections, options }: Prepared, { pose }: Rest): Float64Array {
  if (mooring === null) return new Float64Array(0)
  const kind = corrections.tensionStep ? 'converged' : 'raft'
  return mooring.tensionJacobian(pose, kind, { broken: options.brokenLines ?? [] })
}

function statisticsOf(
  { design, hull, corrections, grid }: Prepared,
  { pose, lines }: Rest,
  response: { readonly Xi: Complex; readonly windXi: Complex | null },
  rotor: RotorCase | null,
  slope: Float64Array,
): CaseSolution['statistics'] {
  const motions = motionsOf(grid.w, response.Xi, response.windXi)
  const { turbine, site } = design
  const tensions = Float64Array.from([...lines.map((line) => line.tensionA), ...lines.map((line) => line.tensionB)])
  const tower = hull.members.find(({ part }) => part === 'tower')
  const top = topside(turbine, tower, site.gravity)
  const control = turbine?.rotor?.control ?? null
  const nacelleM = turbine === null ? 0 : shaft(turbine).reference[2]
  return {
    dof: motionStatistics(motions, pose),
    tension: tensionStatistics(motions, tensions, slope),
    nacelleAcceleration: turbine === null ? null : nacelleAcceleration(motions, pose, nacelleM, site.gravity),
    towerBaseMoment: top === null ? null : towerBaseMoment(motions, pose, top, rotor, corrections),
    rotor: control && rotorStatistics(motions, pose, nacelleM, rotor, response.windXi !== null, control, corrections),
  }
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function notFinite({ re }: Complex, { count, w }: Grid): Failure {
  const value = w[re.findIndex((x) => !Number.isFinite(x)) % count]!
  return { kind: 'not finite', message: `The response at ${value.toFixed(3)} rad/s is not a number.`, value }
}
