import type { Statistic } from '../../physics/solution.ts'
import { NUMBERS, type NumberId } from './contract.ts'
import type { Solved } from './platform.ts'

/** The numbers by which designs are compared. */

/** NaN: the design has no such thing (no turbine, no lines). */
const OF: Readonly<Record<NumberId, (solved: Solved) => number>> = {
  mass: ({ prepared }) => prepared.hull.statics.massKg / 1e3,
  gm: ({ prepared }) => prepared.hull.statics.metacentreM - prepared.hull.statics.centreOfGravity[2],
  'heave-period': ({ modes }) => modes.periodS[2]!,
  'pitch-period': ({ modes }) => modes.periodS[4]!,
  'yaw-period': ({ modes }) => modes.periodS[5]!,
  'pitch-mean': (solved) => dof(solved, 4).avg,
  'surge-std': (solved) => dof(solved, 0).std,
  'heave-std': (solved) => dof(solved, 2).std,
  'pitch-std': (solved) => dof(solved, 4).std,
  'yaw-std': (solved) => dof(solved, 5).std,
  'tension-max': ({ solution }) => {
    const { tension } = solution.statistics
    return tension.length === 0 ? Number.NaN : Math.max(...tension.map(({ max }) => max)) / 1e3
  },
  'nacelle-max': ({ solution }) => furthest(solution.statistics.nacelleAcceleration?.[0]),
  'tower-max': ({ solution }) => furthest(solution.statistics.towerBaseMoment) / 1e6,
}

const dof = ({ solution }: Solved, at: number): Statistic => solution.statistics.dof[at]!

const furthest = (statistic: Statistic | null | undefined): number =>
  statistic == null ? Number.NaN : Math.max(statistic.max, -statistic.min)

/** All of them, in the order of {@link NUMBERS}. */
export const numbersOf = (solved: Solved): Float64Array => Float64Array.from(NUMBERS, ({ id }) => OF[id](solved))
