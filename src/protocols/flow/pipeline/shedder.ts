import { unreachable } from '../../../base/assert.ts'
import { again, below } from '../../../base/prng.ts'
import { type Dagor, type DagorConfig, dagorArrival, dagorLevel, dagorStart, initialDagor } from '../shedding/dagor.ts'
import { admitsPriority } from '../shedding/priority.ts'
import type { Step } from '../step.ts'
import { chosen } from './chosen.ts'
import type { Shedding } from './settings.ts'

/** All load shedding behind one face. */
export type SheddingState =
  | { readonly kind: 'none' }
  | { readonly kind: 'priority' }
  | { readonly kind: 'dagor'; readonly inner: Dagor }

/** An item that comes. */
export interface SheddingArrival {
  /** 0 is the most urgent. */
  readonly priority: number
  /** What is busy or waits, and what may be: above 0. */
  readonly load: number
  readonly capacity: number
  /** An integer that stays with the item: its id. It is hashed here, and says which user it is of. */
  readonly entropy: number
}

export function sheddingStart(choice: Shedding, nowUs: number): SheddingState {
  switch (choice.kind) {
    case 'none':
      return choice
    case 'priority':
      return { kind: 'priority' }
    case 'dagor':
      return { kind: 'dagor', inner: initialDagor(choice.config, nowUs) }
    default:
      return unreachable(choice)
  }
}

/** Is the item that comes at `nowUs` let in? Ask once an arrival: DAGOR counts it. */
export function sheddingAdmits(
  choice: Shedding,
  state: SheddingState,
  arrival: SheddingArrival,
  nowUs: number,
): Step<SheddingState, boolean> {
  switch (state.kind) {
    case 'none':
      return { state, outcome: true }
    case 'priority': {
      const { load, capacity, priority } = arrival
      return { state, outcome: admitsPriority(chosen(choice, state.kind).config, load, capacity, priority) }
    }
    case 'dagor': {
      const { config } = chosen(choice, state.kind)
      const asked = dagorArrival(config, state.inner, levelOf(config, arrival), nowUs)
      return { state: { kind: 'dagor', inner: asked.state }, outcome: asked.outcome }
    }
    default:
      return unreachable(state)
  }
}

/** An item begins its service after it waited `waitedUs`. */
export const sheddingStarted = (state: SheddingState, waitedUs: number): SheddingState =>
  state.kind === 'dagor' ? { kind: 'dagor', inner: dagorStart(state.inner, waitedUs) } : state

/** Priorities behind the last level of business share it. */
const levelOf = (config: DagorConfig, { priority, entropy }: SheddingArrival): number =>
  dagorLevel(config, Math.min(priority, config.businessLevels - 1), below(again(entropy, 0), config.userLevels))
