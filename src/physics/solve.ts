import type { Result } from '../base/result.ts'
import type { Corrections } from './corrections.ts'
import type { Design, LoadCase } from './design/types.ts'
import type { Hull } from './hull.ts'
import type { CaseSolution, Failure, Grid, Modes, Precision, Rest } from './solution.ts'

/** What may be chosen beside the design. */
export interface SolveOptions {
  /** Default `converged`. */
  readonly precision?: Precision
  /** Indices of mooring lines that are broken. */
  readonly brokenLines?: readonly number[]
}

/** Everything that does not depend on the load case. */
export interface Prepared {
  readonly design: Design
  readonly corrections: Corrections
  readonly precision: Precision
  readonly hull: Hull
  readonly grid: Grid
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
export function prepare(_design: Design, _corrections: Corrections, _options: SolveOptions = {}): Prepared {
  throw new Error('not built yet')
}

/** Where the unloaded body rests, and how it swings there. */
export function solveUnloaded(_prepared: Prepared): Result<{ rest: Rest; modes: Modes }, Failure> {
  throw new Error('not built yet')
}

/** One load case: mean pose, drag linearization, response amplitudes, statistics. */
export function solveCase(_prepared: Prepared, _input: LoadCase): Result<CaseSolution, Failure> {
  throw new Error('not built yet')
}

/** A design with the given cases, or with its own. */
export function solveDesign(
  _design: Design,
  _corrections: Corrections,
  _options: SolveOptions = {},
  _cases: readonly LoadCase[] = _design.cases,
): Result<DesignSolution, Failure> {
  throw new Error('not built yet')
}
