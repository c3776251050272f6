import { unreachable } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import { Fifo } from '../../../base/fifo.ts'
import type { Env, Input as HouseInput, Transition } from '../../../machine/machine.ts'
import { initialHpa } from '../autoscaling/hpa.ts'
import { dropsAtDequeue, expectedServiceUs, withService } from '../deadlines.ts'
import { guaranteed } from '../limits/partitions.ts'
import { Agenda } from './agenda.ts'
import { demandArrived, demandIdle, demandTaken } from './demand.ts'
import { serviceUs } from './draws.ts'
import { granted, outputStart, spent } from './grants.ts'
import { askAnew, update } from './inputs.ts'
import { kafkaLeft, kafkaProduced, kafkaTake } from './kafka.ts'
import { limitNow, limitSample, limitStart, limitTick, limitWakeUs } from './limiter.ts'
import { logTimer, poll, startLog, wakeLog } from './log.ts'
import { admit, rateStart } from './rate.ts'
import { chooseOutput } from './routing.ts'
import { boot as bootServers, lookAtLoad, scalingStart } from './scaling.ts'
import { type Patch, PIPELINE_LIMITS, STAGE_DEFAULTS, type StageSettings } from './settings.ts'
import { sheddingAdmits, sheddingStart, sheddingStarted } from './shedder.ts'
import { tellBlocked, tellFull } from './stage-notes.ts'
import {
  atServers,
  blockedServers,
  type Job,
  presentIn,
  type StageCounts,
  type StageState,
  type StageWork,
  serversOf,
  waitingIn,
} from './stage-state.ts'
import {
  storeChanged,
  storeDrain,
  storeLength,
  storeOffer,
  storeReadyUs,
  storeStart,
  storeTake,
  storeTick,
} from './store.ts'
import { Turn } from './turn.ts'
import {
  DROP_REASONS,
  type DropReason,
  type FlowCommand,
  type FlowDurable,
  type FlowMessage,
  type FlowProtocol,
  type Parcel,
  type PartConfig,
} from './types.ts'

/**
 * Servers behind a buffer. What comes passes the rate limit, the concurrency limit and the shedder into the store; free
 * servers take from the store; what is done goes to an output that asked for it, and until then its server is blocked.
 */

type StageTurn = Turn<StageState>

const NOTHING: StageCounts = Object.freeze({
  arrived: 0,
  departed: 0,
  dropped: Object.freeze(DROP_REASONS.map(() => 0)),
  departedBytes: 0,
  started: 0,
  presentUs: 0,
  waitedUs: 0,
  presentAreaUs: 0,
  waitingAreaUs: 0,
  busyAreaUs: 0,
  blockedAreaUs: 0,
  countedUs: 0,
  repeated: 0,
})

const NOBODY: readonly never[] = Object.freeze([])

/** Priorities that are counted apart. */
const PRIORITIES = 16

/** Starts, or starts again with what survived: settings and pipes, no items. */
export function bootStage(
  config: PartConfig,
  saved: FlowDurable<StageSettings> | null,
  env: Env,
): Transition<FlowProtocol> {
  const durable = saved ?? { settings: STAGE_DEFAULTS, outputs: config.pipes, inputs: [] }
  const { settings } = durable
  const turn = Turn.of<StageState>(
    {
      kind: 'stage',
      config,
      durable,
      inputs: [],
      epoch: env.now,
      outputs: durable.outputs.map(outputStart),
      turn: 0,
      store: storeStart(settings.buffer, settings.management),
      door: Fifo.empty(),
      held: 0,
      kafka: null,
      serving: [],
      rate: rateStart(settings.rate, env.now),
      limit: limitStart(settings.limit, env.entropy, env.now),
      shedding: sheddingStart(settings.shedding, env.now),
      presentByPriority: new Array<number>(PRIORITIES).fill(0),
      estimate: null,
      fleet: null,
      hpa: initialHpa,
      scaled: { atUs: env.now, busyUs: 0 },
      agenda: Agenda.empty(),
      counts: { ...NOTHING, countedUs: env.now },
      fullNotedUs: 0,
      isFull: false,
      isBlocked: false,
      isBlockTold: false,
      blockNotedUs: 0,
      left: NOBODY,
    },
    env,
  )
  for (const to of durable.outputs) turn.send(to, { kind: 'subscribe' })
  askAnew(turn, durable.inputs)
  startLog(turn)
  scalingStart(turn)
  wakeLimit(turn)
  tickManagement(turn)
  return turn.done(null)
}

/** One input of the house. */
export function stepStage(state: StageState, input: HouseInput<FlowProtocol>, env: Env): Transition<FlowProtocol> {
  const turn = Turn.of(state, env)
  elapse(turn)
  switch (input.kind) {
    case 'timer':
      workOff(turn)
      break
    case 'message':
      heard(turn, input.from, input.message)
      break
    case 'command':
      commanded(turn, input.command)
      break
    default:
      return unreachable(input)
  }
  tellBlocked(turn)
  return turn.done(input.kind === 'timer' ? null : state.agenda.dueUs)
}

const settingsOf = ({ state }: StageTurn): StageSettings => state.durable.settings

const plan = ({ state }: StageTurn, atUs: number, work: StageWork): void => {
  state.agenda = state.agenda.add(atUs, work)
}

/** Areas under the curves: Little's law and utilisation are identities, not samples. */
function elapse({ state, nowUs }: StageTurn): void {
  state.left = NOBODY
  const { counts, serving } = state
  const us = nowUs - counts.countedUs
  if (us === 0) return
  const waiting = waitingIn(state)
  counts.presentAreaUs += us * (waiting + atServers(state))
  counts.waitingAreaUs += us * waiting
  counts.busyAreaUs += us * serving.length
  if (state.isBlocked || serving.length > 1) counts.blockedAreaUs += us * blockedServers(state)
  counts.countedUs = nowUs
}

function heard(turn: StageTurn, from: NodeId, message: FlowMessage): void {
  const { state } = turn
  switch (message.kind) {
    case 'item':
    case 'segment':
      arrived(turn, { ...message.parcel, via: from })
      return
    case 'demand':
      state.outputs = state.outputs.map((output) =>
        output.name === from ? granted(output, message.signal, message.epoch) : output,
      )
      unblock(turn)
      return
    case 'subscribe':
      subscribed(turn, from)
      return
    case 'cancel':
      state.inputs = state.inputs.filter(({ name }) => name !== from)
      rewired(turn)
      return
    case 'answer':
      // Somebody after this stage refused what had gone on: who asked is to know.
      if (message.origin !== turn.self) turn.send(message.origin, message)
      return
    case 'ack':
      return
    default:
      unreachable(message)
  }
}

// ---- Arrivals -------------------------------------------------------------------------------------------------------

function arrived(turn: StageTurn, given: Parcel): void {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  const asked = given.epoch === state.epoch
  const parcel = { ...given, asked, entered: presentIn(state) + 1, enteredUs: nowUs }
  state.counts.arrived++
  const input = state.inputs.find(({ name }) => name === parcel.via)
  if (input === undefined) {
    drop(turn, parcel, 'refused', false)
    return
  }
  if (parcel.asked) update(turn, input.name, (demand) => demandArrived(demand, parcel.sizeBytes))
  const reason = refusal(turn, parcel)
  if (reason !== null) {
    drop(turn, parcel, reason, false)
    return
  }
  present(turn, parcel, 1)
  const rate = admit(settings.rate, state.rate, nowUs)
  state.rate = rate.state
  if (!rate.outcome.allowed) drop(turn, parcel, 'rate')
  else if (rate.outcome.holdUs > 0) {
    state.held++
    plan(turn, nowUs + rate.outcome.holdUs, { kind: 'release', parcel })
  } else enter(turn, parcel)
}

/** Why the stage does not even let it in; null: it does. */
function refusal(turn: StageTurn, parcel: Parcel): DropReason | null {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  const limit = limitNow(state.limit)
  const { entered, priority } = parcel
  if (entered > limit && !isGuaranteed(turn, limit, priority)) return 'limit'
  const capacity = Math.max(1, settings.buffer.capacity + serversOf(state))
  const asked = { priority, load: entered - 1, capacity, entropy: parcel.id }
  const shedding = sheddingAdmits(settings.shedding, state.shedding, asked, nowUs)
  state.shedding = shedding.state
  return shedding.outcome ? null : 'shed'
}

/** A partition of the limit may be used whatever the others do. */
function isGuaranteed(turn: StageTurn, limit: number, priority: number): boolean {
  const sharesPermille = settingsOf(turn).partitionsPermille
  return turn.state.presentByPriority[priority]! < guaranteed({ sharesPermille }, limit, priority)
}

function present({ state }: StageTurn, { priority }: Parcel, change: 1 | -1): void {
  const at = Math.min(priority, PRIORITIES - 1)
  state.presentByPriority = state.presentByPriority.with(at, state.presentByPriority[at]! + change)
}

/** Into the store, or the log. */
function enter(turn: StageTurn, parcel: Parcel): void {
  const { state, nowUs } = turn
  if (state.kafka !== null) {
    if (state.kafka.log.length >= PIPELINE_LIMITS.waiting) {
      drop(turn, parcel, 'overflow')
      return
    }
    state.kafka = kafkaProduced(state.kafka, parcel)
    serve(turn)
    return
  }
  const { management } = settingsOf(turn)
  const offered = storeOffer(roomOf(turn), management, state.store, parcel, nowUs, turn.entropy())
  state.store = offered.store
  if (offered.blocked) state.door = state.door.push(parcel)
  dropAll(turn, offered.dropped)
  serve(turn)
}

/** A buffer without places hands on to a free server what comes. */
function roomOf(turn: StageTurn): StageSettings['buffer'] {
  const { buffer } = settingsOf(turn)
  if (buffer.capacity > 0) return buffer
  return { ...buffer, capacity: Math.max(0, serversOf(turn.state) - turn.state.serving.length) }
}

/** An item is gone for good. `counted`: it was counted among those present. */
function drop(turn: StageTurn, parcel: Parcel, reason: DropReason, counted = true): void {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  const at = DROP_REASONS.indexOf(reason)
  const { counts } = state
  counts.dropped = counts.dropped.with(at, counts.dropped[at]! + 1)
  counts.presentUs += nowUs - parcel.enteredUs
  if (counted) present(turn, parcel, -1)
  if (parcel.asked) update(turn, parcel.via, (demand) => demandTaken(demand, parcel.sizeBytes))
  const sample = { sentUs: parcel.enteredUs, inFlight: parcel.entered, dropped: true }
  if (counted) state.limit = limitSample(settings.limit, state.limit, sample, nowUs, turn.entropy())
  if (reason === 'overflow') tellFull(turn)
  if (settings.answersRefusals) answer(turn, parcel, reason)
}

const dropAll = (turn: StageTurn, gone: readonly { readonly parcel: Parcel; readonly reason: DropReason }[]): void => {
  for (const { parcel, reason } of gone) drop(turn, parcel, reason)
}

/** TCP has acknowledgements of its own. */
function answer(turn: StageTurn, { segment, origin, id, attempt }: Parcel, outcome: DropReason | 'done'): void {
  if (segment === null) turn.send(origin, { kind: 'answer', origin, id, attempt, outcome })
}

function subscribed(turn: StageTurn, from: NodeId): void {
  const names = turn.state.inputs.map(({ name }) => name)
  askAnew(turn, names.includes(from) ? names : [...names, from])
  // Idle servers may wait in a read: that alone makes a WHATWG source pull.
  serve(turn)
  rewired(turn)
}

// ---- Service --------------------------------------------------------------------------------------------------------

/** Free servers take what waits. */
function serve(turn: StageTurn): void {
  const { state } = turn
  if (state.kafka !== null) poll(turn)
  while (state.serving.length < serversOf(state)) {
    const parcels = takeBatch(turn)
    if (parcels.length === 0) break
    start(turn, parcels)
  }
  const idle = serversOf(state) - state.serving.length
  if (idle > 0) for (const { name } of state.inputs) update(turn, name, (demand) => demandIdle(demand, idle))
  if (state.isFull && storeLength(state.store) === 0) {
    state.isFull = false
    turn.note('drained')
  }
}

interface Taken {
  readonly parcel: Parcel
  readonly repeated: boolean
}

/** What the next free server gets; nothing when it must wait for more, or when nothing waits. */
function takeBatch(turn: StageTurn): readonly Taken[] {
  const { batch } = settingsOf(turn)
  if (batch === null) {
    const one = takeNext(turn)
    return one === null ? [] : [one]
  }
  if (!isBatchDue(turn, batch)) return []
  const taken: Taken[] = []
  while (taken.length < batch.max) {
    const next = takeNext(turn)
    if (next === null) break
    taken.push(next)
  }
  return taken
}

function isBatchDue(turn: StageTurn, batch: NonNullable<StageSettings['batch']>): boolean {
  const { state, nowUs } = turn
  const length = state.kafka === null ? storeLength(state.store) : state.kafka.records.length
  if (length === 0 || length >= batch.max) return length > 0
  const oldestUs = Math.min(nowUs, ...storeDrain(state.store).map(({ sinceUs }) => sinceUs))
  if (state.kafka !== null || nowUs - oldestUs >= batch.lingerUs) return true
  plan(turn, oldestUs + batch.lingerUs, { kind: 'look' })
  return false
}

function takeNext(turn: StageTurn): Taken | null {
  const { state } = turn
  if (state.kafka !== null) {
    const record = kafkaTake(state.kafka)
    if (record !== null) state.kafka = record.part
    return record
  }
  for (;;) {
    const next = takeFromStore(turn)
    if (next === null || !isHopeless(turn, next)) return next
    drop(turn, next.parcel, 'expired')
  }
}

function takeFromStore(turn: StageTurn): Taken | null {
  const { state, nowUs } = turn
  const { buffer, management } = settingsOf(turn)
  const { store, taken, dropped } = storeTake(buffer, management, state.store, nowUs)
  state.store = store
  dropAll(turn, dropped)
  comeIn(turn)
  if (taken !== null) return { parcel: taken.parcel, repeated: false }
  const readyUs = storeReadyUs(state.store)
  if (readyUs !== null && readyUs > nowUs) plan(turn, readyUs, { kind: 'look' })
  return null
}

/** There may be room for who waits at the door. */
function comeIn(turn: StageTurn): void {
  const { state, nowUs } = turn
  const { management } = settingsOf(turn)
  const room = roomOf(turn)
  for (let parcel = state.door.first(); parcel !== undefined; parcel = state.door.first()) {
    const { store, blocked, dropped } = storeOffer(room, management, state.store, parcel, nowUs, turn.entropy())
    if (blocked) return
    state.store = store
    state.door = state.door.shift()
    dropAll(turn, dropped)
  }
}

const isHopeless = ({ state, nowUs }: StageTurn, { parcel }: Taken): boolean =>
  dropsAtDequeue(state.durable.settings.deadlines, parcel, nowUs, expectedServiceUs(state.estimate))

/** A server begins with one item, or with a batch of them. */
function start(turn: StageTurn, taken: readonly Taken[]): void {
  const { state, nowUs } = turn
  const number = state.counts.started
  let waitedUs = 0
  for (const { parcel } of taken) {
    waitedUs += nowUs - parcel.enteredUs
    state.shedding = sheddingStarted(state.shedding, nowUs - parcel.enteredUs)
    if (parcel.asked) update(turn, parcel.via, (demand) => demandTaken(demand, parcel.sizeBytes))
  }
  const doneUs = nowUs + jobUs(turn, taken)
  const job: Job = {
    number,
    parcels: taken.map(({ parcel }) => parcel),
    repeated: taken.map(({ repeated }) => repeated),
    startedUs: nowUs,
    doneUs,
    blocked: false,
  }
  state.serving = [...state.serving, job]
  state.counts.started++
  state.counts.waitedUs += waitedUs
  state.counts.repeated += taken.filter((one) => one.repeated).length
  plan(turn, doneUs, { kind: 'done', job: number })
}

/** A batch costs one draw and something for each item. */
function jobUs(turn: StageTurn, taken: readonly Taken[]): number {
  const { service, speedPermille, batch } = settingsOf(turn)
  const { id, attempt, sizeBytes } = taken[0]!.parcel
  const eachUs = batch === null ? 0 : batch.eachUs * taken.length
  const bytes = service.kind === 'bytes' ? taken.reduce((sum, { parcel }) => sum + parcel.sizeBytes, 0) : sizeBytes
  const us = serviceUs(service, turn.state.config.key, id, attempt, bytes) + eachUs
  return Math.max(1, Math.round((us * 1_000) / speedPermille))
}

function finished(turn: StageTurn, number: number): void {
  const { state, nowUs } = turn
  const at = state.serving.findIndex((job) => job.number === number)
  if (at < 0) return
  const job = state.serving[at]!
  state.estimate = withService(state.estimate, nowUs - job.startedUs)
  handOn(turn, { ...job, blocked: true })
  serve(turn)
}

/** Servers whose items nobody had asked for try again. */
function unblock(turn: StageTurn): void {
  for (const job of turn.state.serving) if (job.blocked) handOn(turn, job)
  serve(turn)
}

/** What is done goes on, as far as it is asked for; the rest stays with its server. */
function handOn(turn: StageTurn, job: Job): void {
  const { state } = turn
  let gone = 0
  while (gone < job.parcels.length && goOn(turn, job, gone)) gone++
  const at = state.serving.findIndex(({ number }) => number === job.number)
  state.serving =
    gone === job.parcels.length
      ? state.serving.toSpliced(at, 1)
      : state.serving.with(at, {
          ...job,
          parcels: job.parcels.slice(gone),
          repeated: job.repeated.slice(gone),
        })
}

/** False: nobody asked for it. */
function goOn(turn: StageTurn, job: Job, which: number): boolean {
  const { state } = turn
  const parcel = job.parcels[which]!
  if (state.durable.outputs.length === 0) {
    depart(turn, job, which)
    answer(turn, parcel, 'done')
    return true
  }
  const loads = state.outputs.map(({ grant }) => (grant.kind === 'credit' ? -grant.left : 0))
  const { balance } = settingsOf(turn)
  const chosen = chooseOutput(balance, state.outputs, loads, () => false, parcel, state.turn, turn.entropy())
  if (chosen === null) return false
  const output = state.outputs[chosen.output]!
  state.turn = chosen.turn
  state.outputs = state.outputs.with(chosen.output, spent(output, parcel.sizeBytes))
  depart(turn, job, which)
  turn.send(output.name, {
    kind: parcel.segment === null ? 'item' : 'segment',
    parcel: { ...parcel, entered: 0, epoch: output.epoch },
  })
  return true
}

function depart(turn: StageTurn, job: Job, which: number): void {
  const { state, nowUs } = turn
  const parcel = job.parcels[which]!
  // What a consumer does again has been counted.
  if (job.repeated[which]) return
  const { counts } = state
  const presentUs = nowUs - parcel.enteredUs
  counts.departed++
  counts.departedBytes += parcel.sizeBytes
  counts.presentUs += presentUs
  present(turn, parcel, -1)
  const sample = { sentUs: parcel.enteredUs, inFlight: parcel.entered, dropped: false }
  const hadNoClock = limitWakeUs(state.limit) === null
  state.limit = limitSample(settingsOf(turn).limit, state.limit, sample, nowUs, turn.entropy())
  if (hadNoClock) wakeLimit(turn)
  const { id, attempt } = parcel
  const left = { id, attempt, waitedUs: job.startedUs - parcel.enteredUs, presentUs, batch: job.parcels.length }
  state.left = [...state.left, left]
}

// ---- What is due ----------------------------------------------------------------------------------------------------

function workOff(turn: StageTurn): void {
  for (;;) {
    const next = turn.state.agenda.take(turn.nowUs)
    if (next === null) return
    turn.state.agenda = next.rest
    work(turn, next.work)
  }
}

function work(turn: StageTurn, due: StageWork): void {
  const { state, nowUs } = turn
  switch (due.kind) {
    case 'done':
      finished(turn, due.job)
      return
    case 'release':
      state.held--
      enter(turn, due.parcel)
      return
    case 'look':
      serve(turn)
      return
    case 'pie':
      state.store = storeTick(settingsOf(turn).management, state.store)
      tickManagement(turn)
      return
    case 'limit':
      state.limit = limitTick(settingsOf(turn).limit, state.limit, nowUs)
      wakeLimit(turn)
      return
    case 'scale':
      lookAtLoad(turn)
      return
    case 'boot':
      bootServers(turn)
      serve(turn)
      return
    case 'kafka':
      logTimer(turn)
      serve(turn)
      wakeLog(turn)
      return
    default:
      unreachable(due)
  }
}

function tickManagement(turn: StageTurn): void {
  const { management } = settingsOf(turn)
  if (management.kind === 'pie') plan(turn, turn.nowUs + management.config.updateUs, { kind: 'pie' })
}

function wakeLimit(turn: StageTurn): void {
  const atUs = limitWakeUs(turn.state.limit)
  if (atUs !== null) plan(turn, Math.max(atUs, turn.nowUs + 1), { kind: 'limit' })
}

// ---- Acts -----------------------------------------------------------------------------------------------------------

function commanded(turn: StageTurn, command: FlowCommand): void {
  const { state } = turn
  if (command.kind === 'stage') changed(turn, command.patch)
  else if (command.kind === 'connect' && !state.outputs.some(({ name }) => name === command.to)) {
    state.outputs = [...state.outputs, outputStart(command.to)]
    rewired(turn)
    turn.send(command.to, { kind: 'subscribe' })
  } else if (command.kind === 'disconnect') {
    state.outputs = state.outputs.filter(({ name }) => name !== command.to)
    state.turn = 0
    rewired(turn)
    turn.send(command.to, { kind: 'cancel' })
    unblock(turn)
  }
}

function rewired(turn: StageTurn): void {
  const { state } = turn
  const outputs = state.outputs.map(({ name }) => name)
  state.durable = { ...state.durable, outputs, inputs: state.inputs.map(({ name }) => name) }
  turn.persist()
}

function changed(turn: StageTurn, patch: Patch<StageSettings>): void {
  const { state, nowUs } = turn
  const before = settingsOf(turn)
  const settings = { ...before, ...patch }
  state.durable = { ...state.durable, settings }
  if (patch.rate !== undefined) state.rate = rateStart(settings.rate, nowUs)
  if (patch.shedding !== undefined) state.shedding = sheddingStart(settings.shedding, nowUs)
  if (patch.limit !== undefined) {
    state.limit = limitStart(settings.limit, turn.entropy(), nowUs)
    wakeLimit(turn)
  }
  if (patch.autoscaling !== undefined) scalingStart(turn)
  if (patch.buffer !== undefined || patch.management !== undefined) rebuffer(turn, before)
  if (patch.demand !== undefined) relog(turn)
  if (patch.demand !== undefined || patch.buffer !== undefined) {
    askAnew(
      turn,
      state.inputs.map(({ name }) => name),
    )
  }
  turn.note('changed')
  serve(turn)
  turn.persist()
}

/** What waits moves over, in its order; what does not fit any more is dropped. */
function rebuffer(turn: StageTurn, before: StageSettings): void {
  const { state } = turn
  const { buffer, management } = settingsOf(turn)
  const moved = storeChanged(state.store, buffer, management)
  state.store = moved.store
  dropAll(turn, moved.dropped)
  if (management.kind === 'pie' && before.management.kind !== 'pie') tickManagement(turn)
}

/** From a queue to a log and back: what waits goes along. */
function relog(turn: StageTurn): void {
  const { state } = turn
  if (settingsOf(turn).demand.kind === 'kafka') {
    if (state.kafka !== null) return
    startLog(turn)
    for (let next = takeFromStore(turn); next !== null; next = takeFromStore(turn))
      state.kafka = kafkaProduced(state.kafka!, next.parcel)
    return
  }
  const left = state.kafka === null ? [] : kafkaLeft(state.kafka)
  state.kafka = null
  for (const parcel of left) enter(turn, parcel)
}
