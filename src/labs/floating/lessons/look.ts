import type { WorldEvent } from '../../../machine/invariant.ts'
import { dimensionsOf } from '../../../physics/design/dimensions.ts'
import type { Hull } from '../../../physics/hull.ts'
import type { Statistic } from '../../../physics/solution.ts'
import type { Simulation } from '../../../sim/simulation.ts'
import { DOFS } from '../contract.ts'
import type { FloatingProtocol, PlatformState } from '../machine.ts'
import type { Solved } from '../platform.ts'

/** What the lessons ask of a world. Pure; nothing is remembered. */

export type World = Simulation<FloatingProtocol>
export type Event = WorldEvent<FloatingProtocol>
type Dof = (typeof DOFS)[number]

export const SECOND_US = 1_000_000

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
export const motion = (world: World, dof: Dof): Statistic => solvedOf(world).solution.statistics.dof[DOFS.indexOf(dof)]!

/** Natural period, s. */
export const period = (world: World, dof: Dof): number => solvedOf(world).modes.periodS[DOFS.indexOf(dof)]!

/** What a dimension is now, in its unit; null: the design has none of this name. */
export function dimension(world: World, name: string): number | null {
  const found = dimensionsOf(stateOf(world).input.design).find((each) => each.name === name)
  return found?.value ?? null
}

/** To so many decimals. */
export const rounded = (value: number, decimals = 0): number => Number(value.toFixed(decimals))
