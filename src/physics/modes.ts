import { fail, ok, type Result } from '../base/result.ts'
import { type Eigen, eigen } from './linear/eigen.ts'
import { symmetrized } from './linear/mat6.ts'
import { solveInPlace } from './linear/solve.ts'
import type { Failure, Modes } from './solution.ts'

/**
 * Natural frequencies and mode shapes: the eigenvalues of M^-1 C, each given to the degree of freedom that moves most, from yaw down to
 * surge (specification 2.9; RAFT raft_fowt.py:solveEigen).
 */

const DOF = 6
const NAMES = ['surge', 'sway', 'heave', 'roll', 'pitch', 'yaw'] as const
/** Eigenvalues below this part of the greatest are rounding: nothing brings the body back. */
const NOTHING = 1e-13

/** Modes of a body with this mass (with added mass) and stiffness, 6 x 6. A motion that nothing restores has frequency 0. */
export function naturalModes(mass: Float64Array, stiffness: Float64Array): Result<Modes, Failure> {
  const found = eigenOf(mass, stiffness)
  if (!found.ok) return found
  if (found.value.im.every((im) => im === 0)) return modesOf(found.value, stiffness)
  // The stiffness of a displaced mooring is not quite symmetric, and two motions that are alike may then have a complex pair between them
  // (RAFT stops there). The symmetric part has real frequencies only.
  const symmetric = eigenOf(mass, symmetrized(stiffness))
  return symmetric.ok ? modesOf(symmetric.value, stiffness) : symmetric
}

/** Eigenvalues and vectors of M^-1 C. */
function eigenOf(mass: Float64Array, stiffness: Float64Array): Result<Eigen, Failure> {
  const ratio = stiffness.slice()
  if (!solveInPlace(mass.slice(), ratio, DOF, DOF)) {
    return fail({ kind: 'unstable', message: 'the mass matrix is singular: something has no mass (0 kg)', value: 0 })
  }
  const found = ratio.every(Number.isFinite) ? eigen(ratio, DOF) : null
  if (found !== null) return ok(found)
  const message = 'the natural frequencies cannot be computed: not a number'
  return fail({ kind: 'not finite', message, value: Number.NaN })
}

function modesOf(found: Eigen, stiffness: Float64Array): Result<Modes, Failure> {
  const greatest = found.re.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
  const order = assign(found.vectors)
  const frequencyHz = new Float64Array(DOF)
  const shape = new Float64Array(DOF * DOF)
  for (let mode = 0; mode < DOF; mode++) {
    const from = order[mode]!
    const square = found.re[from]!
    if (square < -NOTHING * greatest) return fail(unstable(mode, stiffness))
    frequencyHz[mode] = square > NOTHING * greatest ? Math.sqrt(square) / (2 * Math.PI) : 0
    const sign = found.vectors[mode * DOF + from]! < 0 ? -1 : 1
    for (let i = 0; i < DOF; i++) shape[i * DOF + mode] = sign * found.vectors[i * DOF + from]!
  }
  return ok({ frequencyHz, periodS: frequencyHz.map((f) => 1 / f), shape })
}

/** Which vector belongs to which degree of freedom. */
function assign(vectors: Float64Array): number[] {
  const order: number[] = new Array(DOF).fill(-1)
  for (let dof = DOF - 1; dof >= 0; dof--) {
    let best = -1
    for (let j = 0; j < DOF; j++) {
      if (order.includes(j)) continue
      if (best < 0 || Math.abs(vectors[dof * DOF + j]!) > Math.abs(vectors[dof * DOF + best]!)) best = j
    }
    order[dof] = best
  }
  return order
}

/** A motion may grow against its own stiffness: other motions that come with it then drive it on. */
function unstable(mode: number, stiffness: Float64Array): Failure {
  const value = stiffness[mode * DOF + mode]!
  const isTilt = mode === 3 || mode === 4
  const reason =
    value > 0 ? 'the other motions that come with it outweigh this: right it, or mend its lines' : 'nothing rights it'
  const own = `its stiffness in ${NAMES[mode]!} is ${value.toPrecision(3)} ${mode < 3 ? 'N/m' : 'Nm/rad'}`
  const message = `${isTilt ? 'It capsizes' : 'It is unstable'}: ${own}, and ${reason}.`
  return { kind: isTilt ? 'capsizes' : 'unstable', message, value }
}
