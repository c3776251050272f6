import { AppendList } from '../../base/append-list.ts'
import type { World, WorldEvent } from '../../machine/invariant.ts'
import { limitNow } from '../../protocols/flow/pipeline/limiter.ts'
import { serversOf, waitingIn } from '../../protocols/flow/pipeline/stage-state.ts'
import { senderConfig } from '../../protocols/flow/pipeline/tcp-settings.ts'
import type { FlowProtocol, FlowState } from '../../protocols/flow/pipeline/types.ts'
import { congestionWindow } from '../../protocols/flow/tcp/congestion.ts'
import type { Meter } from '../../sim/plan.ts'
import { HISTORY_COLUMNS, HISTORY_HEADER } from './contract.ts'

/**
 * What every part did, sampled ten times a second of virtual time: the source of all curves, of rates and of percentiles. Its
 * memory is immutable, so it rewinds with the world; past a limit the step doubles.
 */

const FIRST_STEP_US = 100_000
/** Samples that are kept; then every second one is forgotten. */
const SAMPLES_MAX = 2_000
/** Percentiles are of the requests that ended in the last second, at most so many of them. */
const LATENCY_WINDOW_US = 1_000_000
const LATENCIES_MAX = 1_000
const NONE = -1

/** Counters of a part whose differences are rates. */
interface Counters {
  readonly arrived: number
  readonly departed: number
  readonly dropped: number
  readonly good: number
  readonly retried: number
  readonly busyAreaUs: number
}

interface Latency {
  readonly atUs: number
  readonly us: number
}

export interface HistoryMemory {
  readonly stepUs: number
  readonly nextUs: number
  readonly lastUs: number
  /** For each sample its instant, then the columns of each part. */
  readonly rows: AppendList<readonly number[]>
  readonly counters: readonly Counters[]
  /** Of each part, requests that ended in time, the newest last. */
  readonly latencies: readonly AppendList<Latency>[]
}

const NOTHING: Counters = { arrived: 0, departed: 0, dropped: 0, good: 0, retried: 0, busyAreaUs: 0 }
const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0)

function countersOf(state: FlowState | undefined, nowUs: number): Counters {
  switch (state?.kind) {
    case 'stage': {
      const { arrived, departed, dropped, busyAreaUs, countedUs } = state.counts
      const busy = busyAreaUs + state.serving.length * (nowUs - countedUs)
      return { ...NOTHING, arrived, departed, dropped: sum(dropped), busyAreaUs: busy }
    }
    case 'source': {
      const { made, sent, succeeded, failed, retried } = state.counts
      return { ...NOTHING, arrived: made, departed: sent, dropped: failed, good: succeeded, retried }
    }
    case 'sender': {
      if (state.connection.phase !== 'open') return NOTHING
      const { counts, board } = state.connection.tcp
      const departed = counts.segments
      const mss = senderConfig(state.durable.settings).mssBytes
      return { ...NOTHING, departed, good: Math.floor(board.una / mss), retried: counts.retransmissions }
    }
    default:
      return NOTHING
  }
}

/** What bounds what is in flight: a limit, a congestion window in segments, a credit. */
export function windowOf(state: FlowState | undefined): number {
  if (state?.kind === 'sender') {
    if (state.connection.phase !== 'open') return NONE
    const { congestion, mssBytes } = senderConfig(state.durable.settings)
    return congestionWindow(congestion, state.connection.tcp.congestion) / mssBytes
  }
  if (state?.kind !== 'source' && state?.kind !== 'stage') return NONE
  const limit = limitNow(state.limit)
  if (limit !== Number.POSITIVE_INFINITY) return limit
  const grant = state.outputs[0]?.grant
  return (grant?.kind === 'credit' || grant?.kind === 'window') && grant.left !== Number.POSITIVE_INFINITY
    ? grant.left
    : NONE
}

function waitingOf(state: FlowState | undefined): number {
  switch (state?.kind) {
    case 'stage':
      return waitingIn(state)
    case 'source':
      return state.backlog.length
    default:
      return 0
  }
}

/** Milliseconds that `permille` of the latencies did not exceed (nearest rank). */
function percentileMs(sorted: readonly number[], permille: number): number {
  if (sorted.length === 0) return NONE
  return sorted[Math.max(0, Math.ceil((sorted.length * permille) / 1_000) - 1)]! / 1_000
}

function columns(
  state: FlowState | undefined,
  before: Counters,
  now: Counters,
  latencies: AppendList<Latency>,
  us: number,
) {
  const perS = (key: keyof Counters) => (Math.max(0, now[key] - before[key]) * 1_000_000) / us
  const servers = state?.kind === 'stage' ? serversOf(state) : 0
  const sorted = [...latencies].map((latency) => latency.us).sort((x, y) => x - y)
  return [
    waitingOf(state),
    state?.kind === 'stage' ? state.serving.length : 0,
    servers,
    perS('arrived'),
    perS('departed'),
    perS('dropped'),
    servers === 0 ? 0 : Math.max(0, now.busyAreaUs - before.busyAreaUs) / us / servers,
    windowOf(state),
    perS('good'),
    perS('retried'),
    state?.kind === 'source' ? state.calls.size : 0,
    percentileMs(sorted, 500),
    percentileMs(sorted, 950),
    percentileMs(sorted, 990),
  ]
}

function sampled(memory: HistoryMemory, world: World<FlowProtocol>): HistoryMemory {
  const atUs = memory.nextUs
  const states = world.names.map((_, actor) => world.state(actor))
  const counters = states.map((state) => countersOf(state, atUs))
  const latencies = memory.latencies.map((list) => recent(list, atUs))
  const us = Math.max(1, atUs - memory.lastUs)
  const row = [
    atUs,
    ...states.flatMap((state, at) => columns(state, memory.counters[at]!, counters[at]!, latencies[at]!, us)),
  ]
  return thinned({
    ...memory,
    rows: memory.rows.append(row),
    lastUs: atUs,
    // A world in which nothing happens for long is sampled once, and then when something happens again.
    nextUs: Math.max(atUs + memory.stepUs, Math.floor(world.now / memory.stepUs) * memory.stepUs),
    counters,
    latencies,
  })
}

function recent(list: AppendList<Latency>, nowUs: number): AppendList<Latency> {
  let from = Math.max(list.start, list.end - LATENCIES_MAX)
  while (from < list.end && list.at(from)!.atUs < nowUs - LATENCY_WINDOW_US) from++
  return from === list.start ? list : list.dropBefore(from)
}

function thinned(memory: HistoryMemory): HistoryMemory {
  if (memory.rows.length < SAMPLES_MAX) return memory
  const rows = AppendList.from([...memory.rows].filter((_, at) => at % 2 === 0))
  return { ...memory, rows, stepUs: memory.stepUs * 2 }
}

function withEnded(memory: HistoryMemory, event: WorldEvent<FlowProtocol>, nowUs: number): HistoryMemory {
  const { after, before, actor } = event
  if (after?.kind !== 'source' || after === before || after.ended.length === 0) return memory
  let list = memory.latencies[actor]!
  for (const { succeeded, latencyUs } of after.ended) if (succeeded) list = list.append({ atUs: nowUs, us: latencyUs })
  return list === memory.latencies[actor] ? memory : { ...memory, latencies: memory.latencies.with(actor, list) }
}

export const history: Meter<FlowProtocol, HistoryMemory> = {
  id: 'history',
  init: (world) => ({
    stepUs: FIRST_STEP_US,
    nextUs: FIRST_STEP_US,
    lastUs: 0,
    rows: AppendList.empty(),
    counters: world.names.map(() => NOTHING),
    latencies: world.names.map(() => AppendList.empty()),
  }),
  step(memory, world, event) {
    const next = world.now >= memory.nextUs ? sampled(memory, world) : memory
    return withEnded(next, event, world.now)
  },
}

/** The history as one buffer ({@link readHistory}). */
export function packHistory({ rows }: HistoryMemory, parts: number): ArrayBuffer {
  const stride = 1 + parts * HISTORY_COLUMNS.length
  const data = new Float64Array(HISTORY_HEADER + rows.length * stride)
  data[0] = rows.length
  data[1] = parts
  let at = HISTORY_HEADER
  for (const row of rows) {
    data.set(row, at)
    at += stride
  }
  return data.buffer
}
