import type { NodeId } from '../../../base/brand.ts'
import { type DemandState, demandStart } from './demand.ts'
import type { StageState } from './stage-state.ts'
import { storeDrain } from './store.ts'
import type { Turn } from './turn.ts'
import type { DemandSignal } from './types.ts'

/** What a stage tells those who send to it. */

type StageTurn = Turn<StageState>

/** What a step of an input's demand gives: its next state, and what its sender is told. */
type DemandStep = (demand: DemandState) => {
  readonly state: DemandState
  readonly signals: readonly DemandSignal[]
}

/** One input's demand takes a step, and its sender is told. */
export function update(turn: StageTurn, name: NodeId, step: DemandStep): void {
  const { state } = turn
  const at = state.inputs.findIndex((input) => input.name === name)
  if (at < 0) return
  const { state: demand, signals } = step(state.inputs[at]!.demand)
  if (demand !== state.inputs[at]!.demand) state.inputs = state.inputs.with(at, { name, demand })
  for (const signal of signals) turn.send(name, { kind: 'demand', signal, epoch: turn.state.epoch })
}

/** Every input is told anew what it may send: places are shared out again. */
export function askAnew(turn: StageTurn, names: readonly NodeId[]): void {
  const { demand, buffer } = turn.state.durable.settings
  const share = Math.max(1, Math.floor(buffer.capacity / Math.max(1, names.length)))
  const waiting = storeDrain(turn.state.store).map(({ parcel }) => parcel)
  turn.state.epoch = Math.max(turn.state.epoch + 1, turn.nowUs)
  turn.state.inputs = names.map((name) => {
    const mine = waiting.filter(({ via, asked }) => asked && via === name)
    const present = { items: mine.length, bytes: mine.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) }
    const { state, signal } = demandStart(demand, share, buffer.overflow.kind === 'block', present)
    turn.send(name, { kind: 'demand', signal, epoch: turn.state.epoch })
    return { name, demand: state }
  })
}
