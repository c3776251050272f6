import type { StageState } from './stage-state.ts'
import { storeLength } from './store.ts'
import type { Turn } from './turn.ts'

/** What a stage tells of its queue and its servers. */

type StageTurn = Turn<StageState>

/** A note of a full queue once a second is enough. */
const NOTE_EVERY_US = 1_000_000

/** An item found the buffer full. */
export function tellFull(turn: StageTurn): void {
  const { state, nowUs } = turn
  // A buffer that keeps only the latest is not full: it does what it is there for.
  const { kind } = state.durable.settings.buffer.overflow
  if (kind === 'conflate' || kind === 'sample' || nowUs < state.fullNotedUs) return
  state.isFull = true
  state.fullNotedUs = nowUs + NOTE_EVERY_US
  turn.note('queue-full', storeLength(state.store))
}

/** Whether all busy servers hold what nobody asked for. */
export function tellBlocked(turn: StageTurn): void {
  const { state } = turn
  const isBlocked = state.serving.length > 0 && state.serving.every(({ blocked }) => blocked)
  if (isBlocked === state.isBlocked) return
  state.isBlocked = isBlocked
  turn.note(isBlocked ? 'blocked' : 'unblocked', state.serving.length)
}
