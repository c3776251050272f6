import { unreachable } from '../../../base/assert.ts'
import { type BbrConfig, type BbrState, bbrStart, stepBbr, type Trouble } from './bbr.ts'
import { type CubicConfig, type CubicState, cubicStart, stepCubic } from './cubic.ts'
import type { RateSample } from './rate-sample.ts'
import { type RenoConfig, type RenoState, renoStart, stepReno } from './reno.ts'

/** The algorithm of one connection, behind one face: a sender knows windows and rates, not how they come about. */
export type CongestionConfig =
  | { readonly kind: 'reno'; readonly config: RenoConfig }
  | { readonly kind: 'cubic'; readonly config: CubicConfig }
  | { readonly kind: 'bbr'; readonly config: BbrConfig }

export type CongestionState = RenoState | CubicState | BbrState

/** Everything that an algorithm may learn from an acknowledgement. */
export interface CongestionAck {
  readonly ackedBytes: number
  readonly rttUs: number | null
  readonly srttUs: number
  readonly rate: RateSample | null
  readonly limited: boolean
  readonly priorFlightBytes: number
  readonly flightBytes: number
  readonly delivered: number
  readonly lost: number
  readonly newlyLost: number
  readonly trouble: Trouble
  readonly entropy: number
}

export type CongestionEvent =
  | ({ readonly kind: 'ack' } & CongestionAck)
  | { readonly kind: 'loss'; readonly flightBytes: number }
  | { readonly kind: 'timeout'; readonly flightBytes: number }

export function congestionStart(choice: CongestionConfig): CongestionState {
  switch (choice.kind) {
    case 'reno':
      return renoStart(choice.config)
    case 'cubic':
      return cubicStart(choice.config)
    case 'bbr':
      return bbrStart(choice.config)
    default:
      return unreachable(choice)
  }
}

export function stepCongestion(
  choice: CongestionConfig,
  state: CongestionState,
  event: CongestionEvent,
  nowUs: number,
): CongestionState {
  if (choice.kind === 'bbr' && state.kind === 'bbr') return stepBbr(choice.config, state, event, nowUs)
  // Reno and CUBIC stand still while a loss is repaired; after a timeout they start slowly.
  if (event.kind === 'ack' && event.trouble === 'recovery') return state
  if (choice.kind === 'reno' && state.kind === 'reno') return stepReno(choice.config, state, event)
  if (choice.kind === 'cubic' && state.kind === 'cubic') {
    return stepCubic(choice.config, state, event.kind === 'ack' ? { ...event, rttUs: event.srttUs } : event, nowUs)
  }
  return state
}

/** The window in bytes. */
export function congestionWindow(choice: CongestionConfig, state: CongestionState): number {
  return state.kind === 'cubic' ? Math.floor(state.cwnd * choice.config.mssBytes) : state.cwndBytes
}

/** Bytes per microsecond at which segments may leave; null: as fast as the window lets them. */
export const pacingRate = (state: CongestionState): number | null => (state.kind === 'bbr' ? state.pacingRate : null)
