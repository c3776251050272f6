import { nodeId } from '../../../base/brand.ts'
import type { Hint, Score } from '../../../engine/lesson.ts'
import type { SourceState } from '../../../protocols/flow/pipeline/source-state.ts'
import type { StageState } from '../../../protocols/flow/pipeline/stage-state.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import type { Simulation } from '../../../sim/simulation.ts'
import type { HistoryMemory } from '../history.ts'
import { measures } from '../measures.ts'

/** What the lessons about queues and retries ask of a world. Pure; nothing is remembered. */

export type World = Simulation<FlowProtocol>

export const SECOND_US = 1_000_000

/** The text of a step: the acts of a world, each ending its line. */
export const script = (title: string, body: string): string => `# ${title}
lab flow
${body.trim()}
until 60s
`

export function source(world: World, name: string): SourceState {
  const state = world.state(world.indexOf(nodeId(name)))
  if (state?.kind !== 'source') throw new Error(`${name} is no source`)
  return state
}

export function stage(world: World, name: string): StageState {
  const state = world.state(world.indexOf(nodeId(name)))
  if (state?.kind !== 'stage') throw new Error(`${name} is no stage`)
  return state
}

/** Bytes of a TCP sender that were acknowledged; 0 before its connection is open. */
export function acked(world: World, name: string): number {
  const state = world.state(world.indexOf(nodeId(name)))
  if (state?.kind !== 'sender') throw new Error(`${name} is no sender`)
  return state.connection.phase === 'open' ? state.connection.tcp.board.una : 0
}

/** A measure of the lab, as its instrument shows it: `goodput`, `latency-p99.b`; 0 while there is nothing to show. */
export function measured(world: World, id: string): number {
  const measure = measures.find((each) => each.id === id)
  if (measure === undefined || measure.meter === null) throw new Error(`no measure ${id}`)
  return measure.read(world.meterMemory(measure.meter.id) as HistoryMemory, world) ?? 0
}

/** Mean time of the items that have left a stage, ms. */
export function meanTimeMs(world: World, name: string): number {
  const { presentUs, departed } = stage(world, name).counts
  return presentUs / Math.max(1, departed) / 1_000
}

/** Whether the servers of a stage are slower than set. */
export const isSlow = (world: World, name: string): boolean => stage(world, name).durable.settings.speedPermille < 1_000

/** Help until this instant. */
export const before = (atUs: number, text: string): Hint<FlowProtocol> => ({ when: ({ now }) => now < atUs, text })

/** The best of a number that counts more the higher it is. */
export const rising = (count: (world: World) => number, text: string): Score<FlowProtocol> => ({
  init: [0],
  step(memory, world) {
    const counted = count(world)
    return counted > memory[0]! ? [counted] : memory
  },
  text,
})
