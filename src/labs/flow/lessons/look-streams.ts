import type { Hint } from '../../../engine/lesson.ts'
import { limitNow } from '../../../protocols/flow/pipeline/limiter.ts'
import { presentIn, waitingIn } from '../../../protocols/flow/pipeline/stage-state.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { source, stage, type World } from './look.ts'

/** What the lessons about backpressure, credits and limits ask of a world. Pure; nothing is remembered. */

/** Items in a stage, waiting or in service. */
export const inside = (world: World, name: string): number => presentIn(stage(world, name))

/** Items that wait in a stage. */
export const waiting = (world: World, name: string): number => waitingIn(stage(world, name))

/** Requests that wait at their source, because they may not be sent. */
export const held = (world: World, name: string): number => source(world, name).backlog.length

export const departed = (world: World, name: string): number => stage(world, name).counts.departed

/** Items that a stage has turned or thrown away, whatever the reason. */
export const lost = (world: World, name: string): number =>
  stage(world, name).counts.dropped.reduce((sum, count) => sum + count, 0)

/** How long the item in service had waited in the stage, and how old it was, when its service began; 0 while none is. */
export function served(world: World, name: string): { readonly waitedMs: number; readonly ageMs: number } {
  const job = stage(world, name).serving[0]
  const parcel = job?.parcels[0]
  if (job === undefined || parcel === undefined) return { waitedMs: 0, ageMs: 0 }
  return { waitedMs: (job.startedUs - parcel.enteredUs) / 1_000, ageMs: (job.startedUs - parcel.bornUs) / 1_000 }
}

/** The present concurrency limit of a source. */
export const limitOf = (world: World, name: string): number => limitNow(source(world, name).limit)

/** Help while this holds. */
export const whenever = (test: (world: World) => boolean, text: string): Hint<FlowProtocol> => ({ when: test, text })
