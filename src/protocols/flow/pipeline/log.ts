import { kafkaPartStart, kafkaPartWakeUs, kafkaPoll, kafkaTimer } from './kafka.ts'
import type { StageState } from './stage-state.ts'
import type { Turn } from './turn.ts'

/** A stage whose queue is a log: it polls when its servers have done what the last poll gave. */

type StageTurn = Turn<StageState>

const settingsOf = ({ state }: StageTurn) => state.durable.settings

/** Begins with an empty log, if the stage is to have one. */
export function startLog(turn: StageTurn): void {
  const { demand } = settingsOf(turn)
  turn.state.kafka = demand.kind === 'kafka' ? kafkaPartStart(turn.nowUs) : null
  wakeLog(turn)
}

/** The consumer asks for more when the last batch is done. */
export function poll(turn: StageTurn): void {
  const { state, nowUs } = turn
  const { demand } = settingsOf(turn)
  if (demand.kind !== 'kafka' || state.kafka === null) return
  if (state.serving.length > 0 || state.kafka.records.length > 0) return
  told(turn, kafkaPoll(demand.config, state.kafka, demand.paused, nowUs))
}

/** The group's coordinator looks: is the consumer alive? */
export function logTimer(turn: StageTurn): void {
  const { state, nowUs } = turn
  const { demand } = settingsOf(turn)
  if (demand.kind === 'kafka' && state.kafka !== null) told(turn, kafkaTimer(demand.config, state.kafka, nowUs))
}

function told(turn: StageTurn, { part, evicted, joined }: ReturnType<typeof kafkaTimer>): void {
  turn.state.kafka = part
  if (evicted) turn.note('evicted')
  if (joined) turn.note('rejoined')
}

/** When to look again: something happens by itself, or a consumer without records asks once more. */
export function wakeLog(turn: StageTurn): void {
  const { demand } = settingsOf(turn)
  if (demand.kind !== 'kafka' || turn.state.kafka === null) return
  const waitedUs = turn.nowUs + demand.config.fetchMaxWaitUs
  const atUs = Math.min(waitedUs, kafkaPartWakeUs(demand.config, turn.state.kafka) ?? waitedUs)
  turn.state.agenda = turn.state.agenda.add(Math.max(turn.nowUs + 1, atUs), { kind: 'kafka' })
}
