import { PIPELINE_LIMITS } from './settings.ts'
import { type StageState, waitingIn } from './stage-state.ts'
import type { Turn } from './turn.ts'

/** What a stage tells of its queue and its servers. */

type StageTurn = Turn<StageState>

/** Once a second is enough. */
const NOTE_EVERY_US = 1_000_000

/** An item found the buffer full. */
export function tellFull(turn: StageTurn): void {
  const { state, nowUs } = turn
  // A buffer that keeps only the latest is not full: it does what it is there for.
  const { kind } = state.durable.settings.buffer.overflow
  if (kind === 'conflate' || kind === 'sample' || nowUs < state.fullNotedUs) return
  state.isFull = true
  state.fullNotedUs = nowUs + NOTE_EVERY_US
  const isMemory = state.durable.settings.buffer.capacity >= PIPELINE_LIMITS.waiting
  turn.note(isMemory ? 'memory-limit' : 'queue-full', waitingIn(state))
}

/** Whether all busy servers hold what nobody asked for. */
export function tellBlocked(turn: StageTurn): void {
  const { state, nowUs } = turn
  const isBlocked = state.serving.length > 0 && state.serving.every(({ blocked }) => blocked)
  if (isBlocked === state.isBlocked) return
  state.isBlocked = isBlocked
  if (isBlocked ? nowUs < state.blockNotedUs : !state.isBlockTold) return
  state.isBlockTold = isBlocked
  if (isBlocked) state.blockNotedUs = nowUs + NOTE_EVERY_US
  turn.note(isBlocked ? 'blocked' : 'unblocked', state.serving.length)
}
