import type { NodeId } from '../../base/brand.ts'
import { formatDuration } from '../../base/units.ts'
import { actorTable, type Fact, type Facts } from '../../engine/actor-table.ts'
import { STATUS } from '../../engine/frame.ts'
import type { Projection, Sheet } from '../../engine/lab.ts'
import { breakerPhase } from '../../protocols/flow/pipeline/breaker.ts'
import type { Output } from '../../protocols/flow/pipeline/grants.ts'
import { limitNow } from '../../protocols/flow/pipeline/limiter.ts'
import { receiverView } from '../../protocols/flow/pipeline/receiver.ts'
import { senderView } from '../../protocols/flow/pipeline/sender.ts'
import { type Load, PIPELINE_LIMITS } from '../../protocols/flow/pipeline/settings.ts'
import type { SourceState } from '../../protocols/flow/pipeline/source-state.ts'
import { type StageState, serversOf, waitingIn } from '../../protocols/flow/pipeline/stage-state.ts'
import { storeItems, storeLength } from '../../protocols/flow/pipeline/store.ts'
import { senderConfig } from '../../protocols/flow/pipeline/tcp-settings.ts'
import type { FlowDurable, FlowProtocol, FlowState, Parcel } from '../../protocols/flow/pipeline/types.ts'
import { DROP_REASONS } from '../../protocols/flow/pipeline/types.ts'
import { meanUs } from '../../protocols/flow/queueing/distributions.ts'
import type { Simulation } from '../../sim/simulation.ts'
import {
  CONDITIONS,
  type Condition,
  type FlowView,
  PART_KINDS,
  type PartView,
  type PipeView,
  partOf,
  VARIANTS,
} from './contract.ts'
import { copyNumbers } from './copies.ts'
import { ACTOR, ITEM_STRIDE, ITEMS_MAX, JOB_STRIDE, JOBS_MAX } from './frame.ts'
import { type HistoryMemory, packHistory, windowOf } from './history.ts'
import { insideOf } from './inside.ts'
import { layoutOf } from './pipes.ts'
import { badgesOf, linesOf, shortOf } from './settings-lines.ts'
import { littleOf, loadCurveOf, theoryOf } from './theory.ts'

/** From the world to the screen. */

type World = Simulation<FlowProtocol>

const NONE = -1

/** How a part does at this instant. */
export function conditionOf(state: FlowState | undefined): Condition {
  switch (state?.kind) {
    case undefined:
      return 'down'
    case 'stage':
      return stageCondition(state)
    case 'source':
      return state.backlog.length > 0 ? 'held' : state.inFlight > 0 ? 'working' : 'idle'
    case 'sender': {
      const { flightBytes, receiveWindowBytes } = senderView(state)
      if (receiveWindowBytes === 0) return 'held'
      return flightBytes > 0 ? 'working' : 'idle'
    }
    case 'receiver':
      return receiverView(state).unreadBytes > 0 ? 'working' : 'idle'
  }
}

function stageCondition(state: StageState): Condition {
  const { serving, store, durable } = state
  if (state.isBlocked) return 'blocked'
  if (storeLength(store) >= durable.settings.buffer.capacity && storeLength(store) > 0) return 'full'
  if (serving.length >= serversOf(state) && waitingIn(state) > 0) return 'saturated'
  return serving.length > 0 ? 'working' : 'idle'
}

/** Null: only the memory's limit bounds it. */
const capacityOf = (state: StageState): number | null => {
  const { capacity } = state.durable.settings.buffer
  return capacity >= PIPELINE_LIMITS.waiting ? null : capacity
}

// ---- The frame ------------------------------------------------------------------------------------------------------

const itemLook = ({ class: classOf, attempt }: Parcel): number => (classOf % 64) + (attempt > 0 ? 64 : 0)
const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0)

function actor(world: World, number: number, frame: Float64Array, at: number, nowUs: number): void {
  const state = world.state(number)
  frame.fill(NONE, at, at + ACTOR.size)
  frame[at + ACTOR.status] = STATUS[world.status(number)]
  frame[at + ACTOR.kind] = PART_KINDS.indexOf(world.plan.actors[number]!.config.kind)
  frame[at + ACTOR.condition] = CONDITIONS.indexOf(conditionOf(state))
  frame[at + ACTOR.window] = windowOf(state)
  frame[at + ACTOR.items] = 0
  frame[at + ACTOR.jobs] = 0
  if (state?.kind === 'stage') writeStage(state, frame, at, nowUs)
  else if (state?.kind === 'source') writeSource(state, frame, at, nowUs)
  else if (state?.kind === 'sender') writeSender(state, frame, at)
  else if (state?.kind === 'receiver') writeReceiver(state, frame, at)
}

function writeStage(state: StageState, frame: Float64Array, at: number, nowUs: number): void {
  frame[at + ACTOR.capacity] = capacityOf(state) ?? NONE
  frame[at + ACTOR.waiting] = waitingIn(state)
  frame[at + ACTOR.servers] = serversOf(state)
  frame[at + ACTOR.busy] = state.serving.length
  frame[at + ACTOR.blocked] = state.serving.filter(({ blocked }) => blocked).length
  frame[at + ACTOR.arrived] = state.counts.arrived
  frame[at + ACTOR.departed] = state.counts.departed
  frame[at + ACTOR.dropped] = sum(state.counts.dropped)
  const items = storeItems(state.store, ITEMS_MAX, nowUs)
  frame[at + ACTOR.items] = items.length
  items.forEach(({ parcel }, place) => {
    frame[at + ACTOR.item + place * ITEM_STRIDE] = parcel.bornUs
    frame[at + ACTOR.item + place * ITEM_STRIDE + 1] = itemLook(parcel)
  })
  const jobs = state.serving.slice(0, JOBS_MAX)
  frame[at + ACTOR.jobs] = jobs.length
  jobs.forEach(({ startedUs, doneUs, parcels }, place) => {
    const job = at + ACTOR.job + place * JOB_STRIDE
    frame[job] = startedUs
    frame[job + 1] = doneUs
    frame[job + 2] = itemLook(parcels[0]!)
  })
}

const BREAKER_PHASES = ['closed', 'open', 'half-open'] as const

function writeSource(state: SourceState, frame: Float64Array, at: number, nowUs: number): void {
  const { counts, durable } = state
  const { breaker, backlog } = durable.settings
  frame[at + ACTOR.capacity] = backlog >= PIPELINE_LIMITS.waiting ? NONE : backlog
  frame[at + ACTOR.waiting] = state.backlog.length
  frame[at + ACTOR.arrived] = counts.made
  frame[at + ACTOR.departed] = counts.sent
  frame[at + ACTOR.dropped] = counts.shortCircuited + counts.overflowed
  frame[at + ACTOR.succeeded] = counts.succeeded
  frame[at + ACTOR.failed] = counts.failed
  frame[at + ACTOR.retried] = counts.retried
  frame[at + ACTOR.late] = counts.late
  frame[at + ACTOR.open] = state.calls.size
  frame[at + ACTOR.inFlight] = state.inFlight
  const phase = breakerPhase(breaker, state.breaker, nowUs)
  frame[at + ACTOR.breaker] = breaker.kind === 'none' ? 0 : 1 + BREAKER_PHASES.indexOf(phase)
}

function writeSender(state: Extract<FlowState, { kind: 'sender' }>, frame: Float64Array, at: number): void {
  const { flightBytes, segments, retransmissions, deliveredBytes } = senderView(state)
  frame[at + ACTOR.departed] = segments
  frame[at + ACTOR.retried] = retransmissions
  frame[at + ACTOR.succeeded] = deliveredBytes
  frame[at + ACTOR.inFlight] = flightBytes / senderConfig(state.durable.settings).mssBytes
}

function writeReceiver(state: Extract<FlowState, { kind: 'receiver' }>, frame: Float64Array, at: number): void {
  const { unreadBytes, deliveredBytes } = receiverView(state)
  frame[at + ACTOR.capacity] = state.durable.settings.bufferBytes
  frame[at + ACTOR.waiting] = unreadBytes
  frame[at + ACTOR.departed] = deliveredBytes
}

// ---- Tables and texts -----------------------------------------------------------------------------------------------

function view(world: World, selected: string | null): FlowView {
  const pipes = pipesOf(world)
  const layout = layoutOf(
    world.names.map((name) => String(name)),
    pipes,
  )
  const parts = world.names.map((name, number) => partView(world, name, number, layout))
  const variants = Math.max(1, ...parts.map(({ variant }) => variant + 1))
  const chosen = selected === null ? NONE : world.indexOf(selected as NodeId)
  const memory = world.meterMemory('history') as HistoryMemory
  return {
    parts,
    pipes,
    variants,
    differences: variants === 1 ? [] : differencesOf(world, variants),
    summary: summaries(parts, variants),
    copies: Array.from({ length: variants }, (_, variant) => copyNumbers(memory, parts, variant)),
    theory: theoryOf(world),
    inside: chosen < 0 ? [] : insideOf(world.state(chosen), world.now),
    little: chosen < 0 ? null : littleOf(world.state(chosen), world.now),
    loadCurve: loadCurveOf(world, chosen < 0 ? null : world.names[chosen]!),
    selected: chosen < 0 ? null : table(world, chosen),
    settings: chosen < 0 ? [] : linesOf(world.names[chosen]!, durableOf(world, chosen).settings),
  }
}

/** What was set, also of a part that is down. */
const durableOf = (world: World, number: number): FlowDurable =>
  world.state(number)?.durable ?? world.durable(number) ?? DOWN

const DOWN: FlowDurable = { settings: {} as FlowDurable['settings'], outputs: [], inputs: [] }

function partView(
  world: World,
  name: string,
  number: number,
  layout: ReadonlyMap<string, { readonly column: number; readonly row: number }>,
): PartView {
  const state = world.state(number)
  const { settings } = durableOf(world, number)
  const stage = state?.kind === 'stage' ? state : null
  const condition = conditionOf(state)
  const { kind } = world.plan.actors[number]!.config
  return {
    name,
    ...partOf(name),
    kind,
    status: world.status(number),
    condition,
    short: shortOf(settings),
    badges: badgesOf(settings),
    text: textOf(state, world.status(number)),
    waiting: stage !== null ? waitingIn(stage) : state?.kind === 'source' ? state.backlog.length : 0,
    capacity: stage === null ? null : capacityOf(stage),
    servers: stage === null ? 0 : serversOf(stage),
    busy: stage?.serving.length ?? 0,
    ratePerS: 'load' in settings ? rateOf(settings.load) : null,
    serviceUs: 'service' in settings && settings.service.kind === 'time' ? meanUs(settings.service.distribution) : null,
    droppedByReason: stage?.counts.dropped ?? [],
    ...(layout.get(name) ?? { column: 0, row: number }),
  }
}

/** Requests per second of an open load. */
function rateOf(load: Load): number | null {
  if (load.kind === 'open') return 1_000_000 / meanUs(load.between)
  return load.kind === 'bursty' ? load.perSecond : null
}

function textOf(state: FlowState | undefined, status: string): string {
  if (status === 'paused') return 'paused: its timers stand still and its mail waits'
  switch (state?.kind) {
    case undefined:
      return 'down: what was in it is lost'
    case 'stage': {
      const { serving, counts } = state
      const blocked = serving.filter((job) => job.blocked).length
      const servers = `${serving.length} of ${serversOf(state)} server${serversOf(state) === 1 ? '' : 's'} busy`
      const dropped = sum(counts.dropped)
      return `${waitingIn(state)} wait, ${servers}${blocked > 0 ? `, ${blocked} blocked` : ''}, ${dropped} dropped`
    }
    case 'source': {
      const { counts, calls, backlog } = state
      return `${counts.made} made, ${counts.succeeded} answered in time, ${counts.failed} failed, ${calls.size} open, ${backlog.length} held back`
    }
    case 'sender': {
      const { cwndBytes, flightBytes, phase } = senderView(state)
      return `${phase}, window ${kilo(cwndBytes)}, ${kilo(flightBytes)} in flight`
    }
    case 'receiver': {
      const { deliveredBytes, unreadBytes, windowBytes } = receiverView(state)
      return `${kilo(deliveredBytes)} delivered, ${kilo(unreadBytes)} unread, window ${kilo(windowBytes)}`
    }
  }
}

const kilo = (bytes: number): string => (bytes < 10_000 ? `${Math.round(bytes)} B` : `${Math.round(bytes / 1_000)} kB`)

function grantText({ grant, requestedTotal }: Output): string {
  switch (grant.kind) {
    case 'none':
      return 'nobody has asked yet'
    case 'credit':
      return Number.isFinite(grant.left) ? `${grant.left} of ${requestedTotal} asked for` : 'unbounded'
    case 'window':
      return `${grant.left} B`
    default:
      return grant.kind
  }
}

/** How much more may be sent; null: no limit. */
const creditOf = ({ grant }: Output): number | null =>
  (grant.kind === 'credit' || grant.kind === 'window') && Number.isFinite(grant.left)
    ? grant.left
    : grant.kind === 'open' || grant.kind === 'credit'
      ? null
      : 0

function pipesOf(world: World): readonly PipeView[] {
  return world.names.flatMap((from, number) => {
    const state = world.state(number)
    if (state?.kind === 'source' || state?.kind === 'stage') {
      return state.outputs.map((output) => ({
        from,
        to: output.name,
        grant: grantText(output),
        credit: creditOf(output),
      }))
    }
    return durableOf(world, number).outputs.map((to) => ({ from, to, grant: 'open', credit: null }))
  })
}

/** What is set of a copy and not of the first, or the other way round: a line a copy. */
function differencesOf(world: World, variants: number): readonly string[] {
  const lines = Array.from({ length: variants }, (_, variant) =>
    world.names.flatMap((name, number) => {
      const place = partOf(name)
      return place.variant === variant
        ? linesOf(place.part, durableOf(world, number).settings).map(({ line }) => line)
        : []
    }),
  )
  const common = lines.reduce((kept, list) => kept.filter((line) => list.includes(line)))
  return lines.map((list) => list.filter((line) => !common.includes(line)).join(' · '))
}

function summaries(parts: readonly PartView[], variants: number): readonly string[] {
  return Array.from({ length: variants }, (_, variant) => {
    const mine = parts.filter((part) => part.variant === variant)
    const title = variants === 1 ? '' : `${VARIANTS[variant]}: `
    return title + mine.map(({ part, condition, text }) => `${part} is ${condition}: ${text}`).join('. ')
  })
}

// ---- One part in full -----------------------------------------------------------------------------------------------

function table(world: World, number: number) {
  const name = world.names[number]!
  const summary = `${name}: ${textOf(world.state(number), world.status(number))}.`
  return actorTable(world, number, summary, (state) => (state === undefined ? [] : sections(state, world.now)))
}

function sections(state: FlowState, nowUs: number): readonly Facts[] {
  switch (state.kind) {
    case 'stage':
      return [
        { title: 'Now', rows: stageRows(state) },
        { title: 'So far', rows: stageCounts(state) },
        {
          title: 'Dropped',
          rows: DROP_REASONS.map((reason, at) => [reason, String(state.counts.dropped[at])] as const),
        },
      ]
    case 'source':
      return [
        { title: 'Now', rows: sourceRows(state, nowUs) },
        {
          title: 'So far',
          rows: Object.entries(state.counts)
            .filter(([key]) => !key.endsWith('Us'))
            .map(([key, value]) => [spaced(key), String(value)] as const),
        },
      ]
    case 'sender':
      return [{ title: 'TCP', rows: recordRows(senderView(state)) }]
    case 'receiver':
      return [{ title: 'TCP', rows: recordRows(receiverView(state)) }]
  }
}

/** `timedOut` as `timed out`. */
const spaced = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)

const recordRows = (record: object): readonly Fact[] =>
  Object.entries(record)
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .map(([key, value]) => [
      spaced(key.replace(/Us$/, '')),
      key.endsWith('Us') && typeof value === 'number' ? formatDuration(value) : String(value ?? 'none'),
    ])

const limitText = (limit: number): string => (Number.isFinite(limit) ? String(Math.floor(limit)) : 'none')

function stageRows(state: StageState): readonly Fact[] {
  const { estimate, inputs } = state
  return [
    ['waiting', String(waitingIn(state))],
    ['in service', `${state.serving.length} of ${serversOf(state)}`],
    ['concurrency limit', limitText(limitNow(state.limit))],
    ['expected service', estimate === null ? 'unknown' : formatDuration(Math.round(estimate.average))],
    ...inputs.map(
      ({ name, demand }): Fact => [
        `${name} was asked for`,
        `${Number.isFinite(demand.requested) ? demand.requested : 'unbounded'}, ${demand.received} came`,
      ],
    ),
    ...(state.kafka === null
      ? []
      : ([
          ['lag', String(state.kafka.group.logEnd - state.kafka.group.committed)],
          ['membership', state.kafka.group.membership.kind],
        ] as const)),
  ]
}

function stageCounts({ counts }: StageState): readonly Fact[] {
  const meanUs = (us: number, n: number) => (n === 0 ? 'none yet' : formatDuration(Math.round(us / n)))
  return [
    ['arrived', String(counts.arrived)],
    ['departed', String(counts.departed)],
    ['mean wait', meanUs(counts.waitedUs, counts.started)],
    ['mean time here', meanUs(counts.presentUs, counts.departed + sum(counts.dropped))],
    ['done again', String(counts.repeated)],
  ]
}

function sourceRows(state: SourceState, nowUs: number): readonly Fact[] {
  const { breaker } = state.durable.settings
  return [
    ['open requests', String(state.calls.size)],
    ['attempts in flight', String(state.inFlight)],
    ['retries in flight', String(state.retriesInFlight)],
    ['held back', String(state.backlog.length)],
    ['thinking', String(state.thinking)],
    ['concurrency limit', limitText(limitNow(state.limit))],
    ['breaker', breaker.kind === 'none' ? 'none' : breakerPhase(breaker, state.breaker, nowUs)],
  ]
}

/** The history travels when a sample was added. */
function sheets(world: World): readonly Sheet[] {
  const memory = world.meterMemory('history') as HistoryMemory
  return [{ id: 'history', from: [memory.rows], write: () => packHistory(memory, world.names.length) }]
}

export const projection: Projection<FlowProtocol, FlowView> = { actorStride: ACTOR.size, actor, view, sheets }
