import { unreachable } from '../../base/assert.ts'
import type { NodeId } from '../../base/brand.ts'
import { formatDuration } from '../../base/units.ts'
import { Run } from '../../engine/run.ts'
import { parse } from '../../experiment/parser.ts'
import type { Experiment } from '../../experiment/types.ts'
import { type Load, PIPELINE_LIMITS } from '../../protocols/flow/pipeline/settings.ts'
import { type StageState, serversOf } from '../../protocols/flow/pipeline/stage-state.ts'
import type { FlowProtocol, FlowState } from '../../protocols/flow/pipeline/types.ts'
import type { Distribution } from '../../protocols/flow/queueing/distributions.ts'
import type { SimAct } from '../../sim/faults.ts'
import { Refusal } from '../../sim/plan.ts'
import { forms } from './verbs/index.ts'
import { flowLab } from './world.ts'

/** The pipeline as it is set now, run headlessly under other loads: the measured points of a load-latency curve. */

/** A run ends at the first of these, and its result names it. */
const SWEEP_LIMITS = Object.freeze({ events: 40_000, virtualUs: 3_600_000_000 })

/** What is run: the text of an experiment up to an instant, everything set at the beginning. */
export interface LoadRun {
  readonly text: string
  readonly nowUs: number
  /** The stage that is measured. */
  readonly part: string
  readonly seed: number
  /** All loads are so many times as large as they are now. */
  readonly factor: number
}

/** What was measured after the first fifth of the run. */
export interface LoadPoint {
  /** Items that came to the stage, a second. */
  readonly arrivedPerS: number
  /** The share of its servers' time that was work. */
  readonly utilisation: number
  /** Mean time of those that left. */
  readonly meanMs: number
  readonly n: number
  /** The limit that ended it: `40000 events`. */
  readonly limit: string
}

export type LoadResult = { readonly ok: true; readonly point: LoadPoint } | Failure

interface Failure {
  readonly ok: false
  readonly reason: string
}

const VIRTUAL_TIME = `${formatDuration(SWEEP_LIMITS.virtualUs)} of virtual time`

const WARM_UP = 5

/** Nobody watches: what judges and meters would remember is not asked for. */
const bareLab: typeof flowLab = {
  ...flowLab,
  plan: (settings, seed) => ({ ...flowLab.plan(settings, seed), invariants: [], meters: [] }),
}

/** Runs the pipeline once. */
export function measureLoad(asked: LoadRun): LoadResult {
  const parsed = parse(asked.text, (lab) => (lab === flowLab.id ? flowLab.language : undefined))
  if (!parsed.ok) return { ok: false, reason: parsed.error[0]!.message }
  try {
    return measured(asked, parsed.value)
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message }
    throw error
  }
}

/** What was set up to now, at once; faults, kills and cuts are left out. */
const settingActs = ({ acts }: Experiment, nowUs: number) =>
  acts
    .filter(({ at, act }) => at <= nowUs && (act.id === 'connect' || act.id === 'disconnect' || isSetting(act.id)))
    .map((timed) => ({ ...timed, at: 0 as typeof timed.at }))

const isSetting = (id: string): boolean => forms.some((form) => form.id === id)

function measured({ nowUs, part, seed, factor }: LoadRun, experiment: Experiment): LoadResult {
  const acts = settingActs(experiment, nowUs)
  const run = new Run(bareLab, { seed, settings: experiment.settings, acts })
  const { sim } = run
  const actor = sim.indexOf(part as NodeId)
  sim.start()
  while (run.done < acts.length && run.once(0));
  const scaled = sim.names.flatMap((_, at) => scaledLoad(sim.state(at), at, factor))
  if (scaled.length === 0) return { ok: false, reason: 'there is no source whose load could be changed' }
  sim.act(scaled, run.done)
  runTo(run, SWEEP_LIMITS.events / WARM_UP)
  const first = counted(sim.state(actor), sim.now)
  const limit = runTo(run, SWEEP_LIMITS.events)
  const last = counted(sim.state(actor), sim.now)
  if (first === null || last === null) return { ok: false, reason: `${part} is no stage, or does not run` }
  return pointOf(first, last, limit)
}

/** Up to so many events of the run; says which limit it has reached. */
function runTo(run: Run<FlowProtocol>, events: number): string {
  while (run.sim.eventCount < events) if (!run.once(SWEEP_LIMITS.virtualUs)) return VIRTUAL_TIME
  return `${SWEEP_LIMITS.events} events`
}

interface Counted {
  readonly nowUs: number
  readonly arrived: number
  readonly ended: number
  readonly presentUs: number
  readonly busyUs: number
  readonly servers: number
}

function counted(state: FlowState | undefined, nowUs: number): Counted | null {
  if (state?.kind !== 'stage') return null
  const { arrived, departed, dropped, presentUs } = state.counts
  const ended = departed + dropped.reduce((sum, count) => sum + count, 0)
  return { nowUs, arrived, ended, presentUs, busyUs: busyUs(state, nowUs), servers: serversOf(state) }
}

const busyUs = ({ counts, serving }: StageState, nowUs: number): number =>
  counts.busyAreaUs + serving.length * (nowUs - counts.countedUs)

function pointOf(first: Counted, last: Counted, limit: string): LoadResult {
  const us = last.nowUs - first.nowUs
  const n = last.ended - first.ended
  if (us <= 0 || n === 0) return { ok: false, reason: 'nothing came through the stage' }
  return {
    ok: true,
    point: {
      arrivedPerS: ((last.arrived - first.arrived) * 1_000_000) / us,
      utilisation: (last.busyUs - first.busyUs) / us / last.servers,
      meanMs: (last.presentUs - first.presentUs) / n / 1_000,
      n,
      limit,
    },
  }
}

// ---- The same load, larger or smaller ---------------------------------------------------------------------------------

function scaledLoad(state: FlowState | undefined, actor: number, factor: number): readonly SimAct<FlowProtocol>[] {
  if (state?.kind !== 'source' || state.durable.settings.load.kind === 'silent') return []
  const load = timesLoad(state.durable.settings.load, factor)
  return [{ kind: 'command', actor, command: { kind: 'source', patch: { load } } }]
}

const shorter = (us: number, factor: number): number => Math.max(1, Math.round(us / factor))

/** So many times the requests a second; of closed loads, so many times the users. */
export function timesLoad(load: Load, factor: number): Load {
  switch (load.kind) {
    case 'silent':
      return load
    case 'open':
      return { ...load, between: shorterTimes(load.between, factor) }
    case 'bursty':
      return {
        ...load,
        perSecond: load.perSecond * factor,
        burstPerSecond: load.burstPerSecond * factor,
      }
    case 'trace':
      return { ...load, gapsUs: load.gapsUs.map((us) => shorter(us, factor)) }
    case 'closed':
      return { ...load, users: Math.min(PIPELINE_LIMITS.users, Math.max(1, Math.round(load.users * factor))) }
    default:
      return unreachable(load)
  }
}

function shorterTimes(between: Distribution, factor: number): Distribution {
  switch (between.kind) {
    case 'deterministic':
    case 'exponential':
    case 'erlang':
      return { ...between, meanUs: between.meanUs / factor }
    case 'hyper-exponential':
      return { ...between, firstUs: between.firstUs / factor, secondUs: between.secondUs / factor }
    case 'empirical':
      return { ...between, valuesUs: between.valuesUs.map((us) => shorter(us, factor)) }
    default:
      return unreachable(between)
  }
}

// ---- How much is all that the stage can do ----------------------------------------------------------------------------

const TRIALS = 10
/** A stage that is busier says little of how much it could do: who waits there may give up, or ask again. */
const BUSY_MAX = 0.8

/** The factor at which the stage would just be busy all the time, from a run at a load that it bears. */
export function fullFactor(asked: Omit<LoadRun, 'factor'>): { readonly ok: true; readonly factor: number } | Failure {
  let factor = 1
  for (let trial = 0; trial < TRIALS; trial++, factor /= 2) {
    const result = measureLoad({ ...asked, factor })
    if (!result.ok) return result
    const { utilisation } = result.point
    if (utilisation === 0) return { ok: false, reason: 'the stage has nothing to do' }
    if (utilisation <= BUSY_MAX) return { ok: true, factor: factor / utilisation }
  }
  return { ok: false, reason: 'the stage is busy at any load' }
}

/** What the page may ask of the worker. */
export const sweepApi = { measure: measureLoad, fullFactor }
export type SweepApi = typeof sweepApi
