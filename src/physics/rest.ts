import { fail, ok, type Result } from '../base/result.ts'
import { symmetrized } from './linear/mat6.ts'
import { solveInPlace } from './linear/solve.ts'
import type { MooringState, MooringSystem } from './mooring/system.ts'
import type { Failure, Precision, Rest } from './solution.ts'

/** What pulls and holds the platform. Stiffness and force are those of everything but the mooring. */
export interface RestProblem {
  /** 6 x 6: weight and water, and what else is linear. */
  readonly stiffness: Float64Array
  /** At zero offset: weight, buoyancy, constant loads, mean wind and current. */
  readonly force: Float64Array
  /** Null: nothing holds it. */
  readonly mooring: MooringSystem | null
  /** Indices of broken lines. */
  readonly broken?: readonly number[]
  /** Height of the deck above still water, m: below it the platform counts as sunk. */
  readonly freeboardM?: number
}

/** When an iteration ends: steps in metres and radians, and how many. */
interface Tolerance {
  readonly metres: number
  readonly radians: number
  readonly steps: number
  /** What may be left of the balance, as a part of the greatest force: a slack line hardly says where it wants the platform. */
  readonly left: number
}

const TOLERANCES: Readonly<Record<Precision, Tolerance>> = {
  raft: { metres: 0.05, radians: 0.005, steps: 20, left: 0 },
  converged: { metres: 1e-7, radians: 1e-9, steps: 200, left: 1e-9 },
  tight: { metres: 5e-10, radians: 5e-11, steps: 200, left: 1e-13 },
}
/** Limits of MoorPy helpers.py:dsolve2: how far a step may turn back, and how much longer it may be than the last. */
const REVERSAL = 0.62
const GROWTH = 1.6
/** Beyond this tilt nothing that is linear holds, rad. */
const CAPSIZED = Math.PI / 4

const YAW = 5
const HORIZONTAL = [0, 1, YAW] as const
/** Longest step of the careful iteration, m and rad. */
const LONGEST_STEP = 100
const LONGEST_TURN = 0.3
/** Compares yaw with surge, m. */
const ARM = 50
/** A motion that resists less than this part of its stiffness neither holds nor drives the platform. */
const NEUTRAL = 1e-6
/** Turn out of a balance that is none, rad. */
const KICK = 0.01

/** State of the iteration at a pose. */
interface Balance {
  readonly mooring: MooringState | null
  readonly residual: Float64Array
}

/**
 * Where the platform rests. Source: RAFT raft_model.py:solveStatics and MoorPy helpers.py:dsolve2 (specification 2.8). With precision
 * `raft` the iteration ends at RAFT's tolerance, and its last step is not taken; RAFT goes on with whatever it then has, and so does
 * this: `converged` tells. Otherwise the last step is taken, too, it is a failure if the iteration does not end, and a balance from
 * which the platform would turn or drift away is left: after lines have broken, it finds the place where it stays.
 */
export function findRest(problem: RestProblem, precision: Precision): Result<Rest, Failure> {
  const asRaft = precision === 'raft'
  const tolerance = TOLERANCES[precision]
  const pose = new Float64Array(6)
  const last = new Float64Array(6)
  let balance = balanceAt(problem, pose)
  for (let poses = 1; ; poses++) {
    const newton = asRaft ? raftStep(problem, balance) : carefulStep(problem, balance)
    const step = limited(newton.step, last, tolerance)
    const converged = isSmall(step, tolerance) || isBalanced(problem, balance, tolerance)
    const isLast = (converged && !newton.isSaddle) || poses === tolerance.steps
    if (isLast && asRaft) return ok(restOf(pose, balance, poses, converged))
    if (isLast && !converged) return fail(adrift(problem, balance) ?? noConvergence(problem, pose, step, poses))
    last.set(step)
    if (converged && newton.isSaddle) step[YAW] = step[YAW]! + KICK
    for (let i = 0; i < 6; i++) pose[i] = pose[i]! + step[i]!
    balance = balanceAt(problem, pose)
    if (!balance.residual.every(Number.isFinite)) return fail(runAway(pose))
    if (isLast) return ok(restOf(pose, balance, poses, converged))
  }
}

function balanceAt({ stiffness, force, mooring, broken = [] }: RestProblem, pose: Float64Array): Balance {
  const held = mooring === null ? null : mooring.at(pose, { broken })
  const residual = force.slice()
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 6; j++) residual[i] = residual[i]! - stiffness[i * 6 + j]! * pose[j]!
    if (held !== null) residual[i] = residual[i]! + held.force[i]!
  }
  return { mooring: held, residual }
}

/** Stiffness of everything; what nothing holds gets the mean of the diagonal, so that it stays where it is. */
function totalStiffness({ stiffness }: RestProblem, { mooring }: Balance): Float64Array {
  const K = stiffness.map((k, i) => k + (mooring?.stiffness[i] ?? 0))
  let mean = 0
  for (let i = 0; i < 6; i++) mean += K[i * 7]! / 6
  for (let i = 0; i < 6; i++) if (K[i * 7] === 0) K[i * 7] = mean
  return K
}

/** Newton's step, and whether it starts where the horizontal motions do not resist: near a balance, that is no rest. */
interface Step {
  readonly step: Float64Array
  readonly isSaddle: boolean
}

/** Newton's step; where it would go against the force, RAFT strengthens the diagonal up to ten times. */
function raftStep(problem: RestProblem, balance: Balance): Step {
  const K = totalStiffness(problem, balance)
  for (let tries = 0; ; tries++) {
    const step = balance.residual.slice()
    const isSolved = solveInPlace(K.slice(), step, 6)
    const gain = step.reduce((sum, dx, i) => sum + dx * balance.residual[i]!, 0)
    if ((isSolved && gain >= 0) || tries === 10) return { step, isSaddle: false }
    for (let i = 0; i < 6; i++) K[i * 7] = K[i * 7]! + 0.1 * Math.abs(K[i * 7]!)
  }
}

/**
 * Newton's step, of a bounded length; where surge, sway and yaw do not resist, they are stiffened until they do, so that the step leads
 * downhill. What capsizes or sinks is left alone: no pose is its rest, and the linear balance says by how much.
 */
function carefulStep(problem: RestProblem, balance: Balance): Step {
  const K = totalStiffness(problem, balance)
  const stiff = Math.max(Math.abs(K[0]!), Math.abs(K[7]!)) * 1e-2
  const isSaddle = horizontalResistance(K) < -NEUTRAL
  for (let more = stiff; horizontalResistance(K) < NEUTRAL && more < 1e6 * stiff; more *= 2) {
    for (const i of HORIZONTAL) K[i * 7] = K[i * 7]! + more * (i === YAW ? ARM * ARM : 1)
  }
  const step = balance.residual.slice()
  solveInPlace(K, step, 6)
  const longest = Math.max(...step.map((dx, i) => Math.abs(dx) / (i < 3 ? LONGEST_STEP : LONGEST_TURN)))
  return { step: longest > 1 ? step.map((dx) => dx / longest) : step, isSaddle }
}

/** The least of the pivots of surge, sway and yaw, each as a part of its own stiffness, heave, roll and pitch held. */
function horizontalResistance(K: Float64Array): number {
  const S = symmetrized(K)
  let least = 1
  for (const i of HORIZONTAL) {
    least = Math.min(least, S[i * 7]! / Math.abs(K[i * 7]!))
    if (S[i * 7]! !== 0) eliminate(S, i)
  }
  return least
}

/** A step that neither turns back too far nor grows too fast. */
function limited(step: Float64Array, last: Float64Array, tolerance: Tolerance): Float64Array {
  let [along, square] = [0, 0]
  for (let i = 0; i < 6; i++) {
    along += step[i]! * last[i]!
    square += last[i]! * last[i]!
  }
  const back = along < -REVERSAL * square ? (-REVERSAL * square) / along : 1
  return step.map((full, i) => {
    const dx = full * back
    const longest = GROWTH * last[i]!
    const isMoving = Math.abs(last[i]!) > (i < 3 ? tolerance.metres : tolerance.radians)
    return isMoving && dx / longest > 1 ? longest : dx
  })
}

const isSmall = (step: Float64Array, { metres, radians }: Tolerance): boolean =>
  step.every((dx, i) => Math.abs(dx) < (i < 3 ? metres : radians))

/** Is what is left of the forces and moments next to nothing? */
function isBalanced({ force }: RestProblem, { mooring, residual }: Balance, { left }: Tolerance): boolean {
  const most = (from: 0 | 3): number => {
    const size = (f: Float64Array | undefined) =>
      f === undefined ? 0 : Math.max(...f.subarray(from, from + 3).map(Math.abs))
    return left * Math.max(size(force), size(mooring?.force))
  }
  return residual.every((f, i) => Math.abs(f) < most(i < 3 ? 0 : 3))
}

const restOf = (pose: Float64Array, balance: Balance, iterations: number, converged: boolean): Rest => ({
  pose,
  mooringStiffness: balance.mooring?.stiffness ?? new Float64Array(36),
  mooringForce: balance.mooring?.force ?? new Float64Array(6),
  residual: balance.residual,
  iterations,
  converged: converged && (balance.mooring?.converged ?? true),
  lines: balance.mooring?.lines ?? [],
})

/** What is physically wrong with a platform at rest, the worst first; null: nothing. */
export function judgeRest(problem: RestProblem, rest: Rest): Failure | null {
  if (!rest.pose.every(Number.isFinite)) return runAway(rest.pose)
  return judgeStability(problem, rest) ?? judgePose(problem, rest) ?? judgeLines(problem, rest)
}

const DOFS = ['surge', 'sway', 'heave', 'roll', 'pitch', 'yaw'] as const

/**
 * Pivots of the symmetric stiffness. Surge and sway settle by themselves; yaw is judged alone, and held while the others are judged:
 * what couples it with them is the turning of forces, not a spring.
 */
function judgeStability(problem: RestProblem, rest: Rest): Failure | null {
  const K = problem.stiffness.map((k, i) => k + rest.mooringStiffness[i]!)
  const S = symmetrized(K)
  for (const i of HORIZONTAL) {
    const [pivot, own] = [S[i * 7]!, Math.abs(K[i * 7]!)]
    if (pivot < -1e-3 * own) return unstable(i, pivot)
    // What nothing holds drifts, but does not fall over.
    if (i !== YAW && pivot > NEUTRAL * own) eliminate(S, i)
  }
  for (const i of [2, 3, 4] as const) {
    const pivot = S[i * 7]!
    if (pivot <= 0) return unstable(i, pivot)
    eliminate(S, i)
  }
  return null
}

/** Takes coordinate i out of a symmetric stiffness, as if it settled by itself. */
function eliminate(S: Float64Array, i: number): void {
  const row = S.slice(i * 6, i * 6 + 6)
  for (let a = 0; a < 6; a++) {
    for (let b = 0; b < 6; b++) {
      if (a !== i && b !== i) S[a * 6 + b] = S[a * 6 + b]! - (row[a]! * row[b]!) / row[i]!
    }
  }
}

const degrees = (radians: number): number => (radians * 180) / Math.PI

/** Three digits, however small the platform is. */
const legible = (value: number): string => String(Number(value.toPrecision(3)))

function unstable(i: number, stiffness: number): Failure {
  const dof = DOFS[i]!
  const value = stiffness / 1e6
  if (i === 3 || i === 4) {
    const message = `It capsizes: its stiffness in ${dof} is ${legible(value)} MNm/rad and must be positive.`
    return { kind: 'capsizes', message, value }
  }
  if (i === 2) {
    const message = `It sinks: its stiffness in heave is ${legible(value)} MN/m and must be positive.`
    return { kind: 'sinks', message, value }
  }
  const unit = i === 5 ? 'MNm/rad' : 'MN/m'
  const message = `It is unstable: its stiffness in ${dof} is ${legible(value)} ${unit} and must be positive.`
  return { kind: 'unstable', message, value }
}

function judgePose({ freeboardM }: RestProblem, { pose }: Rest): Failure | null {
  const depth = -pose[2]!
  // A deck that is under water by design says nothing.
  if (freeboardM !== undefined && freeboardM > 0 && depth > freeboardM) {
    const message = `It sinks: it would float ${depth.toFixed(1)} m deeper, and its deck is ${freeboardM.toFixed(1)} m above the water.`
    return { kind: 'sinks', message, value: depth }
  }
  for (const i of [3, 4]) {
    if (Math.abs(pose[i]!) > CAPSIZED) {
      const value = degrees(pose[i]!)
      return { kind: 'capsizes', message: `It capsizes: its ${DOFS[i]} would be ${value.toFixed(0)} degrees.`, value }
    }
  }
  return null
}

/** Anchors, and lines that cannot reach them. */
function judgeLines({ mooring, broken = [] }: RestProblem, rest: Rest): Failure | null {
  if (mooring === null) return null
  for (const { kind, name, location } of mooring.design.points) {
    const above = location[2] + mooring.water.depthM
    if (kind !== 'fixed' || above <= 0.01) continue
    const message = `Anchor ${name} hangs ${above.toFixed(1)} m above the bed, which is ${mooring.water.depthM} m deep.`
    return { kind: 'anchor above the bed', message, value: above }
  }
  for (const [i, line] of rest.lines.entries()) {
    if (broken.includes(i)) continue
    const { lengthM, breakingLoadN } = mooring.cables[i]!
    const apart = Math.hypot(...line.endB.map((b, k) => b - line.endA[k]!))
    const tension = Math.max(line.tensionA, line.tensionB)
    const isTooMuch = breakingLoadN === null ? apart > 1.1 * lengthM : tension > breakingLoadN
    if (!isTooMuch) continue
    const missing = apart - lengthM
    const load = `${(tension / 1e6).toFixed(2)} MN${breakingLoadN === null ? '' : `, and it breaks at ${(breakingLoadN / 1e6).toFixed(2)} MN`}`
    const message =
      missing > 0
        ? `Line ${line.name} is too short: its ends are ${missing.toFixed(1)} m farther apart than its ${lengthM} m, so it would pull ${load}.`
        : `Line ${line.name} breaks: at rest it would pull ${load}.`
    return { kind: 'line too short', message, value: missing > 0 ? missing : tension / 1e6 }
  }
  return null
}

/** Is there a force in a direction in which nothing holds the platform? */
function adrift({ stiffness }: RestProblem, { mooring, residual }: Balance): Failure | null {
  const i = [0, 1, 5].find(
    (dof) => stiffness[dof * 7]! + (mooring?.stiffness[dof * 7] ?? 0) === 0 && residual[dof] !== 0,
  )
  if (i === undefined) return null
  const value = residual[i]! / 1e3
  const load = `${value.toFixed(1)} ${i === 5 ? 'kNm' : 'kN'}`
  return { kind: 'no convergence', message: `Nothing holds the platform in ${DOFS[i]!}: ${load} drive it away.`, value }
}

/** Tilt from which on the linear balance may be what misleads, rad. */
const TILTED = Math.PI / 18

/** What still moves, in which position, and what a hand can do about it. */
function noConvergence({ broken = [] }: RestProblem, pose: Float64Array, step: Float64Array, steps: number): Failure {
  const shown = step.map((dx, i) => Math.abs(i < 3 ? dx : degrees(dx)))
  const value = Math.max(...shown)
  const at = shown.indexOf(value)
  const tilt = Math.hypot(pose[3]!, pose[4]!)
  const leans = tilt > TILTED ? `, leaning by ${degrees(tilt).toFixed(0)} degrees` : ''
  const remedies = [
    ...(tilt > TILTED ? ['right it with less water or ballast on its low side'] : []),
    ...(broken.length > 0 ? ['mend a broken line'] : []),
  ]
  const remedy =
    remedies.length > 0 ? remedies.join(', or ') : 'hold it with tighter lines, or take wind or current away'
  const moves = `its ${DOFS[at]!} still changes by ${value.toPrecision(2)} ${at < 3 ? 'm' : 'degrees'} at each`
  const message = `The platform finds no rest: after ${steps} steps ${moves}${leans}. To help: ${remedy}.`
  return { kind: 'no convergence', message, value }
}

function runAway(pose: Float64Array): Failure {
  const i = pose.findIndex((x) => !Number.isFinite(x))
  const at = Math.max(0, i)
  return { kind: 'not finite', message: `The ${DOFS[at]} of the platform runs away.`, value: pose[at]! }
}
