import { booted, initialHpa, resized, syncHpa } from '../autoscaling/hpa.ts'
import type { StageState } from './stage-state.ts'
import type { Turn } from './turn.ts'

/** The number of servers of a stage follows its load, late: a round of the autoscaler, then the time to boot. */

type StageTurn = Turn<StageState>

const settingsOf = ({ state }: StageTurn) => state.durable.settings

/** Begins or ends with what is set now. */
export function scalingStart(turn: StageTurn): void {
  const { state, nowUs } = turn
  const { autoscaling, servers } = settingsOf(turn)
  state.fleet = autoscaling === null ? null : { ready: servers, bootingUs: [] }
  state.hpa = initialHpa
  if (autoscaling === null) return
  state.scaled = { atUs: nowUs, busyUs: state.counts.busyAreaUs }
  state.agenda = state.agenda.add(nowUs + autoscaling.hpa.syncUs, { kind: 'scale' })
}

/** A round: the share of busy servers since the last one, and what the autoscaler makes of it. */
export function lookAtLoad(turn: StageTurn): void {
  const { state, nowUs } = turn
  const { autoscaling } = settingsOf(turn)
  const { fleet, scaled } = state
  if (autoscaling === null || fleet === null || nowUs - scaled.atUs < autoscaling.hpa.syncUs) return
  const spanUs = nowUs - scaled.atUs
  const usagePermille = Math.round(((state.counts.busyAreaUs - scaled.busyUs) * 1_000) / spanUs)
  const booting = fleet.bootingUs.length
  const { state: hpa, outcome } = syncHpa(
    autoscaling.hpa,
    state.hpa,
    { ready: fleet.ready, booting, usagePermille },
    nowUs,
  )
  const before = fleet.ready + booting
  state.hpa = hpa
  state.scaled = { atUs: nowUs, busyUs: state.counts.busyAreaUs }
  state.fleet = resized(fleet, outcome, autoscaling.bootUs, nowUs)
  if (outcome !== before) turn.note(outcome > before ? 'scaled-up' : 'scaled-down', outcome)
  if (outcome > before) state.agenda = state.agenda.add(nowUs + autoscaling.bootUs, { kind: 'boot' })
  state.agenda = state.agenda.add(nowUs + autoscaling.hpa.syncUs, { kind: 'scale' })
}

/** Servers that were asked for are there now. */
export function boot(turn: StageTurn): void {
  const { state, nowUs } = turn
  if (state.fleet !== null) state.fleet = booted(state.fleet, nowUs)
}
