import type { Hint, Score } from '../../../engine/lesson.ts'
import { dimensionsOf } from '../../../physics/design/dimensions.ts'
import type { WaveTrain } from '../../../physics/design/types.ts'
import { shipped } from '../../../physics/designs/index.ts'
import type { Hull } from '../../../physics/hull.ts'
import type { Statistic } from '../../../physics/solution.ts'
import type { Simulation } from '../../../sim/simulation.ts'
import { type DesignId, DOFS } from '../contract.ts'
import type { FloatingProtocol, PlatformState } from '../machine.ts'
import { type PlatformInput, type Solved, solve } from '../platform.ts'

/** What the lessons have in common, and what they ask of a world. Pure; nothing is remembered. */

export type World = Simulation<FloatingProtocol>
type Dof = (typeof DOFS)[number]

export const SECOND_US = 1_000_000

/** A minute with a design: the text of a step. Each of the acts ends its line. */
export const script = (title: string, design: DesignId, acts: string): string => `# ${title}
lab floating
seed 7
set design ${design}
${acts}until 60s
`

/** Help until 3 s, when most steps show a change. */
export const beforeChange = (text: string): Hint<FloatingProtocol> => ({
  when: (now) => now.now < 3 * SECOND_US,
  text,
})

/** The best of a number that counts more the higher it is. */
export const best = (count: (now: World) => number, text: string): Score<FloatingProtocol> => ({
  init: [0],
  step(memory, now) {
    const counted = count(now)
    return counted > memory[0]! ? [counted] : memory
  },
  text,
})

export const stateOf = (world: World): PlatformState => world.state(0)!

/** The present solution, or the last one there was. */
export const solvedOf = (world: World): Solved => stateOf(world).solved

export const isAfloat = (world: World): boolean => stateOf(world).failure === null

/** Why there is no solution now; null: there is one. */
export const failureOf = (world: World): string | null => stateOf(world).failure?.kind ?? null

const staticsOf = (world: World): Hull['statics'] => solvedOf(world).prepared.hull.statics

/** Metacentric height: how far the metacentre lies above the centre of gravity, m. */
export const metacentricHeight = (world: World): number =>
  staticsOf(world).metacentreM - staticsOf(world).centreOfGravity[2]

/** How far the metacentre lies above the centre of buoyancy: what the water-plane gives, m. */
export const planeHeight = (world: World): number => staticsOf(world).metacentreM - staticsOf(world).centreOfBuoyancy[2]

/** How far the centre of buoyancy lies above that of gravity, m. */
export const weightHeight = (world: World): number =>
  staticsOf(world).centreOfBuoyancy[2] - staticsOf(world).centreOfGravity[2]

/** avg, std, max, min of a motion: m, degrees. */
export const motion = (world: World, dof: Dof): Statistic => motionOf(solvedOf(world), dof)

export const motionOf = ({ solution }: Solved, dof: Dof): Statistic => solution.statistics.dof[DOFS.indexOf(dof)]!

/** The first train of the present sea. */
export const seaOf = (world: World): WaveTrain => stateOf(world).input.loads.waves[0]!

/** How far it has drifted from where it was launched, level, m. */
export const offset = (world: World): number => Math.hypot(motion(world, 'surge').avg, motion(world, 'sway').avg)

/** Whether it floats so near to the draft at which it was launched. */
export const isWithin = (world: World, draftM: number): boolean =>
  isAfloat(world) && Math.abs(motion(world, 'heave').avg) < draftM

/** Tension of a line at its fairlead, N. Lines count from 1. */
export function tension(world: World, line: number): Statistic {
  const { tension: ends } = solvedOf(world).solution.statistics
  return ends[ends.length / 2 + line - 1]!
}

/** How much smaller something has become, in whole percent: 25 when three quarters are left. */
export const percentLess = (before: number, now: number): number => Math.floor(100 * (1 - now / before))

/** Natural period, s. */
export const period = (world: World, dof: Dof): number => solvedOf(world).modes.periodS[DOFS.indexOf(dof)]!

/** What a dimension is now, in its unit; null: the design has none of this name. */
export function dimension(world: World, name: string): number | null {
  const found = dimensionsOf(stateOf(world).input.design).find((each) => each.name === name)
  return found?.value ?? null
}

/** The names of dimensions of this kind that differ from the design as it ships. */
export function changed(world: World, id: DesignId, which: (name: string) => boolean): readonly string[] {
  const { design } = stateOf(world).input
  return dimensionsOf(shipped(id)).flatMap(({ name, value }) => {
    const now = dimensionsOf(design).find((each) => each.name === name)?.value
    return which(name) && now !== value ? [name] : []
  })
}

/** A coefficient of drag or added mass: what a designer does not choose freely. */
export const isCoefficient = (name: string): boolean => /\.(cd|ca)(-end)?$/.test(name)

// ---- What would be -------------------------------------------------------------------------------------------------

const tried = new WeakMap<Solved, Map<string, Solved>>()

/** The present platform under another input. It is solved once for a solution and a name. */
function what(world: World, name: string, change: (input: PlatformInput) => PlatformInput): Solved {
  const now = solvedOf(world)
  const known = tried.get(now) ?? new Map<string, Solved>()
  tried.set(now, known)
  const before = known.get(name)
  if (before !== undefined) return before
  const found = solve(change(now.input), now)
  // What cannot be solved is as it is.
  const solved = found.ok ? found.value : now
  known.set(name, solved)
  return solved
}

/** In a first train of waves that differs so. */
export const inSea = (world: World, change: Partial<WaveTrain>): Solved =>
  what(world, `sea ${JSON.stringify(change)}`, (input) => {
    const [first, ...others] = input.loads.waves
    return { ...input, loads: { ...input.loads, waves: [{ ...first!, ...change }, ...others] } }
  })

/** In another wind. */
export const inWind = (world: World, windMps: number): Solved =>
  what(world, `wind ${windMps}`, (input) => ({ ...input, loads: { ...input.loads, windMps } }))

/** A design as it ships, whole and dry, under the present loads. */
export const asShipped = (world: World, id: DesignId): Solved =>
  what(world, `design ${id}`, (input) => ({ ...input, design: shipped(id), brokenLines: [], flooded: new Map() }))

/** To so many decimals. */
export const rounded = (value: number, decimals = 0): number => Number(value.toFixed(decimals))
