import { phases, WIND } from '../../physics/beyond/series.ts'
import { type Motion, packMotion, poseAt, type TrainMotion } from '../../physics/motion.ts'
import type { Complex } from '../../physics/solution.ts'
import type { Solved } from './platform.ts'

/** The solution as motion: amplitudes with the phases that the seed draws. */

const TURN = 2 * Math.PI

const tables = new WeakMap<Solved, { readonly seed: number; readonly table: Float64Array }>()

/** The packed motion of a solution under a seed. Computed once. */
export function motionTable(solved: Solved, seed: number): Float64Array {
  const known = tables.get(solved)
  if (known?.seed === seed) return known.table
  const table = packMotion(motionOf(solved, seed))
  tables.set(solved, { seed, table })
  return table
}

function motionOf({ prepared, solution, input }: Solved, seed: number): Motion {
  const { w, k } = prepared.grid
  const trains = input.loads.waves.map((wave, at): TrainMotion => {
    const nw = w.length
    return {
      headingRad: (wave.headingDeg * Math.PI) / 180,
      zeta: solution.zeta.subarray(at * nw, (at + 1) * nw),
      phase: phases(seed, at, nw),
      re: solution.Xi.re.subarray(at * 6 * nw, (at + 1) * 6 * nw),
      im: solution.Xi.im.subarray(at * 6 * nw, (at + 1) * 6 * nw),
    }
  })
  if (solution.windXi !== null) trains.push(windTrain(solution.windXi, seed, input.loads.windHeadingDeg, w.length))
  const { tension } = solution.statistics
  const slope = solution.tensionSlope
  const channels = tension.map(({ avg }, at) => ({ mean: avg, slope: slope.subarray(at * 6, at * 6 + 6) }))
  return { w, k, mean: solution.rest.pose, trains, channels }
}

/** What gusts do, beside the waves. */
const windTrain = (Xi: Complex, seed: number, headingDeg: number, nw: number): TrainMotion => ({
  headingRad: (headingDeg * Math.PI) / 180,
  zeta: new Float64Array(nw),
  phase: phases(seed, WIND, nw),
  re: Xi.re,
  im: Xi.im,
})

/** The pose at a time [us]: m, rad. */
export function poseOf(solved: Solved, seed: number, timeUs: number): Float64Array {
  return poseAt(motionTable(solved, seed), timeUs / 1e6, new Float64Array(6))
}

/** After so many seconds the motion repeats: the inverse of the width of a bin. */
export const repeatS = ({ prepared }: Solved): number => TURN / prepared.grid.dw
