import type { Measure } from '../../engine/lab.ts'
import { channelAt, elevationAt } from '../../physics/motion.ts'
import type { Meter } from '../../sim/plan.ts'
import type { Simulation } from '../../sim/simulation.ts'
import type { FloatingProtocol, PlatformState } from './machine.ts'
import { motionTable, poseOf, repeatS } from './motion.ts'
import { degrees } from './rules.ts'

/** The numbers of the floating lab: the motion at this instant, and what it adds up to beside what the spectrum foretells. */

type Sim = Simulation<FloatingProtocol>
type FloatingMeasure = Measure<FloatingProtocol>

const stateOf = (world: Pick<Sim, 'state'>): PlatformState => world.state(0)!

/** A number of the present instant. */
const instant = (
  id: string,
  title: string,
  unit: string,
  help: string,
  of: (world: Sim) => number,
): FloatingMeasure => ({
  id,
  title,
  unit,
  help,
  meter: null,
  read: (_, world) => of(world),
})

const dof = (world: Sim, at: number): number => poseOf(stateOf(world).solved, world.plan.seed, world.now)[at]!

const table = (world: Sim): Float64Array => motionTable(stateOf(world).solved, world.plan.seed)

/** Most tension at any fairlead, N. */
function tensionNow(world: Sim): number {
  const { solved } = stateOf(world)
  const lines = solved.solution.statistics.tension.length / 2
  if (lines === 0) return 0
  const pose = poseOf(solved, world.plan.seed, world.now)
  return Math.max(...Array.from({ length: lines }, (_, at) => channelAt(table(world), lines + at, pose)))
}

/** Sums over the ticks since the sea, wind or design last changed. */
interface Tally {
  readonly state: PlatformState
  readonly sinceUs: number
  readonly count: number
  /** Per degree of freedom: sum and sum of squares of the deviation from the mean pose. */
  readonly sums: readonly number[]
  readonly squares: readonly number[]
}

const NOTHING: readonly number[] = [0, 0, 0, 0, 0, 0]

/** Watches the motion tick by tick, as an instrument on board would. */
const watcher: Meter<FloatingProtocol, Tally> = {
  id: 'watcher',
  init: (world) => ({ state: world.state(0)!, sinceUs: world.now, count: 0, sums: NOTHING, squares: NOTHING }),
  step(memory, world, event) {
    const state = world.state(0)!
    if (state !== memory.state) return { state, sinceUs: world.now, count: 0, sums: NOTHING, squares: NOTHING }
    if (event.kind !== 'timer') return memory
    const pose = poseOf(state.solved, (world as Sim).plan.seed, world.now)
    const off = memory.sums.map((_, at) => pose[at]! - state.solved.solution.rest.pose[at]!)
    return {
      ...memory,
      count: memory.count + 1,
      sums: memory.sums.map((sum, at) => sum + off[at]!),
      squares: memory.squares.map((sum, at) => sum + off[at]! * off[at]!),
    }
  },
}

/** Standard deviation of what was watched; null before there is enough. */
function watched({ count, sums, squares }: Tally, at: number): number | null {
  if (count < 2) return null
  const mean = sums[at]! / count
  return Math.sqrt(Math.max(0, squares[at]! / count - mean * mean))
}

const scale = (at: number, value: number): number => (at < 3 ? value : degrees(value))

/** A standard deviation measured on board beside the one that follows from the spectrum. */
const deviation = (id: string, title: string, unit: string, at: number): FloatingMeasure => ({
  id,
  title,
  unit,
  help: 'measured since the last act; after one repetition of the sea it equals the computed one',
  meter: watcher,
  read: (memory) => {
    const value = watched(memory as Tally, at)
    return value === null ? null : scale(at, value)
  },
  theory: (world) => {
    const { solved } = stateOf(world)
    return {
      formula: 'sqrt(½ Σ |Ξ|²)',
      value: solved.solution.statistics.dof[at]!.std,
      n: Math.round(repeatS(solved) * 10),
    }
  },
})

export const measures: readonly FloatingMeasure[] = [
  instant('elevation', 'Sea at the platform', 'm', 'elevation of the undisturbed sea at the origin', (world) =>
    elevationAt(table(world), 0, 0, world.now / 1e6),
  ),
  instant('surge', 'Surge', 'm', 'along x, downwind', (world) => dof(world, 0)),
  instant('heave', 'Heave', 'm', 'up', (world) => dof(world, 2)),
  instant('pitch', 'Pitch', 'deg', 'about y: bow down is positive', (world) => degrees(dof(world, 4))),
  instant('tension', 'Highest line tension', 'kN', 'at a fairlead, with the mean', (world) => tensionNow(world) / 1000),
  deviation('surge-std', 'Surge, standard deviation', 'm', 0),
  deviation('heave-std', 'Heave, standard deviation', 'm', 2),
  deviation('pitch-std', 'Pitch, standard deviation', 'deg', 4),
]
