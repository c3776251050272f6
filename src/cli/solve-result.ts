import type { Result } from '../base/result.ts'
import type { NamedCase } from '../physics/design/cases.ts'
import type { Control, Vec3 } from '../physics/design/types.ts'
import { writeCase } from '../physics/design/write.ts'
import { translated } from '../physics/linear/mat6.ts'
import type { SolvedLine } from '../physics/mooring/line.ts'
import type { Gains, Response } from '../physics/rotor/control.ts'
import type { RotorCase } from '../physics/rotor/rotor.ts'
import type { CaseSolution, Complex, Failure, LineState, Modes, Rest, Statistic } from '../physics/solution.ts'
import { modesAt, type Prepared } from '../physics/solve.ts'

/**
 * A solution under the names by which RAFT's users know its quantities, as plain arrays: matrices row by row, complex arrays as
 * `re` and `im`, angles in radians except in `stats`. What a rotor or tower has is a list of one, and empty without them.
 */
export interface SolveResult {
  readonly design: string
  /** `tight`, `raft` or `converged`: how far iterations went. */
  readonly mode: string
  /** rad/s */
  readonly w: readonly number[]
  /** 1/m */
  readonly k: readonly number[]
  readonly statics: { readonly zero_offset: object; readonly unloaded: object }
  readonly cases: Readonly<Record<string, object>>
}

/** A case with what came of it. */
export interface SolvedCase extends NamedCase {
  readonly result: Result<CaseSolution, Failure>
}

/** Puts a solution into RAFT's names. */
export function resultOf(
  prepared: Prepared,
  unloaded: { readonly rest: Rest; readonly modes: Modes },
  cases: readonly SolvedCase[],
): SolveResult {
  const { design, precision, grid } = prepared
  return {
    design: design.name,
    mode: precision,
    w: [...grid.w],
    k: [...grid.k],
    statics: { zero_offset: zeroOffset(prepared), unloaded: unloadedOf(prepared, unloaded) },
    cases: Object.fromEntries(cases.map(({ name, result }) => [name, caseOf(prepared, result)])),
  }
}

const ZERO_POSE = new Float64Array(6)

/** What the design is before anything moves it. */
function zeroOffset(prepared: Prepared): object {
  const { hull, design, mooring, options } = prepared
  const { statics } = hull
  const [, , z] = statics.centreOfGravity
  const [x, y] = statics.centreOfBuoyancy
  const held = mooring?.at(ZERO_POSE, { broken: options.brokenLines ?? [] }) ?? null
  const stiffness = held?.stiffness ?? new Float64Array(36)
  const modes = modesAt(prepared, stiffness)
  const { centreOfGravity, substructureCentreOfGravity, towerCentreOfGravity } = statics
  return {
    mass: statics.massKg,
    mass_substructure: statics.substructureMassKg,
    mass_tower: towerCentreOfGravity === null ? [] : [statics.towerMassKg],
    mass_shell: statics.shellMassKg,
    ballast_mass: statics.ballast.map(({ massKg }) => massKg),
    ballast_density: statics.ballast.map(({ density }) => density),
    rCG: centreOfGravity,
    rCG_substructure: substructureCentreOfGravity,
    rCG_tower: towerCentreOfGravity === null ? [] : [towerCentreOfGravity],
    M_struc: rows(statics.massMatrix),
    M_struc_substructure: rows(statics.substructureMassMatrix),
    I_about_CG: momentsAbout(statics.massMatrix, centreOfGravity),
    I_sub_about_subCG: momentsAbout(statics.substructureMassMatrix, substructureCentreOfGravity),
    C_struc: rows(statics.weightStiffness),
    W_struc: [...statics.weight],
    V_displaced: statics.displacedM3,
    rCB: statics.centreOfBuoyancy,
    AWP: statics.waterplaneAreaM2,
    rM: [x, y, statics.metacentreM],
    GM: statics.metacentreM - z,
    C_hydro: rows(statics.hydrostaticStiffness),
    W_hydro: [...statics.buoyancy],
    A_hydro_morison: rows(statics.addedMass),
    C_moor: rows(stiffness),
    F_moor0: [...(held?.force ?? ZERO_POSE)],
    yaw_stiffness: design.platform.yawStiffness,
    mooring: (held?.lines ?? []).map((line, at) => lineOf(prepared, line, at)),
    ...(modes.ok ? modesOf(modes.value) : {}),
  }
}

function momentsAbout(matrix: Float64Array, [x, y, z]: Vec3): object {
  const about = translated(matrix, [-x, -y, -z])
  return { Ixx: about[21], Iyy: about[28], Izz: about[35] }
}

function lineOf({ mooring }: Prepared, line: SolvedLine, at: number): object {
  const cable = mooring!.cables[at]!
  return {
    line: at + 1,
    name: line.name,
    rA: line.endA,
    rB: line.endB,
    L: cable.lengthM,
    EA: cable.stiffnessN,
    w: cable.wetWeight,
    TA: line.tensionA,
    TB: line.tensionB,
    fA: line.forceA,
    fB: line.forceB,
    HF: line.horizontal,
    VF: line.vertical,
    LBot: line.onBedM,
    ProfileType: line.profile,
    KB: rows(line.stiffnessB),
    KA: rows(line.stiffnessA),
  }
}

const modesOf = ({ frequencyHz, periodS, shape }: Modes): object => ({
  fn_Hz: [...frequencyHz],
  T_s: [...periodS],
  modes: rows(shape),
})

function unloadedOf({ hull }: Prepared, { rest, modes }: { rest: Rest; modes: Modes }): object {
  const { massMatrix, addedMass, weightStiffness, hydrostaticStiffness } = hull.statics
  return {
    X: [...rest.pose],
    C_moor: rows(rest.mooringStiffness),
    F_moor: [...rest.mooringForce],
    M_struc: rows(massMatrix),
    A_hydro_morison: rows(addedMass),
    C_struc: rows(weightStiffness),
    C_hydro: rows(hydrostaticStiffness),
    ...modesOf(modes),
    statics_residual: [...rest.residual],
    statics_iters: rest.iterations,
    line_tensions: tensionsOf(rest.lines),
  }
}

const tensionsOf = (lines: readonly LineState[]): readonly number[] => [
  ...lines.map(({ tensionA }) => tensionA),
  ...lines.map(({ tensionB }) => tensionB),
]

function caseOf(prepared: Prepared, result: Result<CaseSolution, Failure>): object {
  if (!result.ok) return { failure: result.error }
  const solution = result.value
  const { rest, rotor, windXi, input } = solution
  const nw = prepared.grid.count
  return {
    case: writeCase(input),
    aeroServoMod: input.aeroServoMode ?? prepared.design.turbine?.rotor?.aeroServoMode ?? 0,
    iterations: solution.iterations,
    converged: solution.converged,
    iteration_max_rel_change: solution.relativeChange,
    statics_iters: rest.iterations,
    statics_residual: [...rest.residual],
    X_mean: [...rest.pose],
    C_moor_mean: rows(rest.mooringStiffness),
    F_moor_mean: [...rest.mooringForce],
    stats: statsOf(solution),
    B_hydro_drag: rows(solution.dragDamping),
    Xi: trains(solution.Xi, nw),
    ...(windXi === null ? {} : { Xi_wind: { re: cut(windXi.re, nw), im: cut(windXi.im, nw) } }),
    zeta: cut(solution.zeta, nw),
    S: cut(solution.S, nw),
    F_hydro_iner: trains(solution.excitation, nw),
    D_hydro_current: [...solution.currentForce],
    // RAFT's step of 0.1, or the derivative itself.
    [prepared.corrections.tensionStep ? 'J_tension_smallstep' : 'J_tension_default']: cut(solution.tensionSlope, 6),
    ...(rotor === null ? {} : { aero: aeroOf(prepared, rotor) }),
  }
}

const DOF_NAMES = ['surge', 'sway', 'heave', 'roll', 'pitch', 'yaw']

type Part = keyof Statistic
const PARTS: readonly Part[] = ['avg', 'std', 'max', 'min']

/** Motions in metres and degrees, tensions at all ends A and then all ends B, and what only a turbine has. */
function statsOf({ statistics }: CaseSolution): object {
  const { dof, tension, nacelleAcceleration, towerBaseMoment, rotor } = statistics
  const still: Statistic = { avg: 0, std: 0, max: 0, min: 0 }
  const turbine = nacelleAcceleration === null ? [] : [null]
  return Object.fromEntries([
    ...dof.flatMap((each, at) => PARTS.map((part) => [`${DOF_NAMES[at]}_${part}`, each[part]])),
    ...listed('Tmoor', tension),
    ...['AxRNA', 'AyRNA', 'AzRNA'].flatMap((name, at) =>
      listed(name, nacelleAcceleration === null ? [] : [nacelleAcceleration[at]!]),
    ),
    ...listed('Mbase', towerBaseMoment === null ? [] : [towerBaseMoment]),
    ...listed(
      'omega',
      turbine.map(() => rotor?.speed ?? still),
    ),
    ...listed(
      'torque',
      turbine.map(() => rotor?.torque ?? still),
      ['avg', 'std'],
    ),
    ...listed(
      'power',
      turbine.map(() => rotor?.power ?? still),
      ['avg'],
    ),
    ...listed(
      'bPitch',
      turbine.map(() => rotor?.pitch ?? still),
      ['avg', 'std'],
    ),
  ])
}

function listed(
  name: string,
  statistics: readonly Statistic[],
  parts: readonly Part[] = PARTS,
): (readonly [string, readonly number[]])[] {
  return parts.map((part) => [`${name}_${part}`, statistics.map((each) => each[part])])
}

function aeroOf({ design, grid: { count: nw } }: Prepared, rotor: RotorCase): object {
  const { run, loads, gains, windAmplitude } = rotor
  const { thrust, torque } = loads
  return {
    f_aero0: [...rotor.force6],
    // Without a controller nothing depends on the frequency.
    A_aero: gains === null ? null : matrices(rotor.addedMass, nw),
    B_aero_w: matrices(rotor.damping, gains === null ? 1 : nw),
    B_gyro: rows(rotor.gyroscopic),
    V_w: { re: [...windAmplitude], im: [...windAmplitude.map(() => 0)] },
    U: run.windMps,
    Omega_rpm: run.rotorRpm,
    pitch_deg: run.pitchDeg,
    T: thrust.value,
    Q: torque.value,
    P: loads.powerW,
    dT_dU: [thrust.perWind],
    dT_dOmega_rpm: [thrust.perRpm],
    dT_dpitch_deg: [thrust.perPitchDeg],
    dQ_dU: [torque.perWind],
    dQ_dOmega_rpm: [torque.perRpm],
    dQ_dpitch_deg: [torque.perPitchDeg],
    ...(gains === null ? {} : controlOf(design.turbine!.rotor!.control, rotor.response, gains)),
  }
}

/** Gains with RAFT's sign; those of the torque as the design has them, although they act only where those of pitch are zero. */
function controlOf(control: Control, { azimuthPerMotion, thrustPerWind }: Response, gains: Gains): object {
  return {
    C: { re: [...azimuthPerMotion.re], im: [...azimuthPerMotion.im] },
    c_exc: { re: [...thrustPerWind.re], im: [...thrustPerWind.im] },
    kp_beta: gains.pitchKp,
    ki_beta: gains.pitchKi,
    k_float: gains.floating,
    kp_tau: -control.torqueKp,
    ki_tau: -control.torqueKi,
    Ng: gains.gearRatio,
    I_drivetrain: gains.inertia,
  }
}

/** Pieces of the same length. */
function cut(values: Float64Array, length: number): readonly (readonly number[])[] {
  return Array.from({ length: values.length / length }, (_, at) => [...values.subarray(at * length, (at + 1) * length)])
}

/** A square matrix by its rows. */
const rows = (matrix: Float64Array): readonly (readonly number[])[] => cut(matrix, Math.sqrt(matrix.length))

const matrices = (values: Float64Array, count: number): readonly unknown[] =>
  Array.from({ length: count }, (_, at) => rows(values.subarray(at * 36, (at + 1) * 36)))

/** Train, degree of freedom, frequency. */
function trains({ re, im }: Complex, nw: number): object {
  const byTrain = (values: Float64Array) =>
    Array.from({ length: values.length / (6 * nw) }, (_, at) =>
      cut(values.subarray(at * 6 * nw, (at + 1) * 6 * nw), nw),
    )
  return { re: byTrain(re), im: byTrain(im) }
}
