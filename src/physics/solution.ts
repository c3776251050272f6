import type { LoadCase } from './design/types.ts'
import type { LinearSystem, Response, Sea } from './dynamics.ts'
import type { RotorStatistics } from './outputs.ts'
import type { RotorCase } from './rotor/rotor.ts'

/**
 * What the solver finds. Six numbers are surge, sway, heave [m], roll, pitch, yaw [rad]; matrices 6 x 6, row by row; spectra stand over
 * the grid of frequencies `w`. Complex arrays are pairs of columns (`re`, `im`).
 */

/** A complex array. */
export interface Complex {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Where the body rests and what holds it there. */
export interface Rest {
  /** Mean pose. */
  readonly pose: Float64Array
  readonly mooringStiffness: Float64Array
  readonly mooringForce: Float64Array
  /** What is left of the balance of forces, N and Nm. */
  readonly residual: Float64Array
  /** Poses that were tried. */
  readonly iterations: number
  readonly converged: boolean
  readonly lines: readonly LineState[]
}

/** One mooring line at rest. */
export interface LineState {
  readonly name: string
  /** Positions of its ends, m. */
  readonly endA: readonly [number, number, number]
  readonly endB: readonly [number, number, number]
  /** Tension at its ends, N. */
  readonly tensionA: number
  readonly tensionB: number
  /** Force of the line on its ends, N. */
  readonly forceA: readonly [number, number, number]
  readonly forceB: readonly [number, number, number]
  /** Horizontal and vertical part of the tension at the upper end, N. */
  readonly horizontal: number
  readonly vertical: number
  /** Length on the bed, m. */
  readonly onBedM: number
  /** Profile of the catenary in MoorPy's numbering. */
  readonly profile: string
  /** 3 x 3: change of the force at each end with its own position. */
  readonly stiffnessA: Float64Array
  readonly stiffnessB: Float64Array
  readonly iterations: number
}

/** Natural frequencies, sorted by degree of freedom. */
export interface Modes {
  readonly frequencyHz: Float64Array
  readonly periodS: Float64Array
  /** Columns are modes: shape[i * 6 + mode]. */
  readonly shape: Float64Array
}

/** avg, std, max, min of one channel. */
export interface Statistic {
  readonly avg: number
  readonly std: number
  readonly max: number
  readonly min: number
}

/** One load case, solved. */
export interface CaseSolution {
  readonly input: LoadCase
  readonly rest: Rest
  readonly iterations: number
  readonly converged: boolean
  /** Greatest relative change of the amplitudes in each pass. */
  readonly relativeChange: readonly number[]
  /** Response amplitudes: wave train * 6 * nw + dof * nw + frequency. */
  readonly Xi: Complex
  /** Amplitude of the waves: wave train * nw + frequency, m. */
  readonly zeta: Float64Array
  /** Spectral density of the waves: wave train * nw + frequency, m2/(rad/s). */
  readonly S: Float64Array
  /** Linearized viscous damping. */
  readonly dragDamping: Float64Array
  /** Change of every tension channel (end A of every line, then end B) with the pose: channel * 6 + dof, N/m and N/rad. */
  readonly tensionSlope: Float64Array
  /** Response to turbulent wind: dof * nw + frequency; null where it has no effect. */
  readonly windXi: Complex | null
  /** Inertia and dynamic pressure of the waves, and their drag, laid out as Xi, N and Nm. */
  readonly excitation: Complex
  readonly dragExcitation: Complex
  /** Mean force of the current, N and Nm. */
  readonly currentForce: Float64Array
  /** Null: the rotor has no effect. */
  readonly rotor: RotorCase | null
  /** What the passes worked with: to look inside. */
  readonly inside: { readonly system: LinearSystem; readonly sea: Sea; readonly response: Response }
  readonly statistics: {
    readonly dof: readonly Statistic[]
    /** End A of every line, then end B of every line, N. */
    readonly tension: readonly Statistic[]
    /** Null without a turbine. */
    readonly nacelleAcceleration: readonly [Statistic, Statistic, Statistic] | null
    readonly towerBaseMoment: Statistic | null
    /** Null without a controller. */
    readonly rotor: RotorStatistics | null
  }
}

/** Why there is no solution, with the number that decides. */
export interface Failure {
  readonly kind:
    | 'sinks'
    | 'capsizes'
    | 'line too short'
    | 'anchor above the bed'
    | 'no convergence'
    | 'unstable'
    | 'not finite'
  /** One sentence for people, with the number in it. */
  readonly message: string
  /** The number that decides, in the unit that the message names. */
  readonly value: number
}

/** The grid of frequencies on which everything is solved. */
export interface Grid {
  readonly count: number
  /** rad/s */
  readonly w: Float64Array
  /** Wave numbers, 1/m. */
  readonly k: Float64Array
  /** exp(-2 k h): what the bed leaves of a wave that runs down and up again. */
  readonly bedDecay: Float64Array
  /** Width of a bin, rad/s. */
  readonly dw: number
  readonly depthM: number
}

/**
 * How far iterations are driven: `raft` to RAFT's own tolerances (wave number 1e-3, pose 0.05 m, drag 1 %), `converged` until nothing
 * that a reader could see changes, `tight` to the last digits that float64 has (for comparison with other solvers).
 */
export type Precision = 'raft' | 'converged' | 'tight'
