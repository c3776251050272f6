import { unreachable } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import { Fifo } from '../../../base/fifo.ts'
import { PersistentMap } from '../../../base/persistent-map.ts'
import { again, below, draw } from '../../../base/prng.ts'
import type { Env, Input, Transition } from '../../../machine/machine.ts'
import {
  type EnvoyOutlierConfig,
  healthyHosts,
  isEjected,
  recordOutlier,
  tickOutlier,
} from '../breakers/envoy-outlier.ts'
import { backoffUs } from '../retries/backoff.ts'
import { Agenda } from './agenda.ts'
import { breakerAsk, breakerPhase, breakerRecord, breakerStart } from './breaker.ts'
import { budgetOutcome, budgetRequest, budgetStart, budgetWithdraw, type RetryFailure } from './budget.ts'
import { drawnUs, nextArrival } from './draws.ts'
import { granted, outputStart, spent } from './grants.ts'
import { limitNow, limitSample, limitStart, limitTick, limitWakeUs } from './limiter.ts'
import { admit, rateStart } from './rate.ts'
import { chooseOutput } from './routing.ts'
import { type Patch, PIPELINE_LIMITS, SOURCE_DEFAULTS, type SourceSettings } from './settings.ts'
import type { Call, SourceCounts, SourceState, SourceWork, Waiting } from './source-state.ts'
import { throttleAnswered, throttleAsk, throttleStart } from './throttle.ts'
import { Turn } from './turn.ts'
import type { FlowDurable, FlowProtocol, Outcome, PartConfig } from './types.ts'

/**
 * A source of requests and the client behind it: it makes requests as its load says, sends each to an output that may be
 * sent to, waits for the answer up to the timeout, and asks again as its retry policy, budget and breaker allow.
 */

type SourceTurn = Turn<SourceState>

/** Ids of different sources never meet: a request's number and the source's place in one integer. */
const ID_STRIDE = 64

const NOTHING: SourceCounts = Object.freeze({
  made: 0,
  succeeded: 0,
  failed: 0,
  sent: 0,
  answered: 0,
  timedOut: 0,
  retried: 0,
  refused: 0,
  late: 0,
  shortCircuited: 0,
  overflowed: 0,
  forbidden: 0,
  succeededUs: 0,
  openAreaUs: 0,
  countedUs: 0,
})

const NOBODY: readonly never[] = Object.freeze([])

/** Starts, or starts again with what survived. */
export function bootSource(
  config: PartConfig,
  saved: FlowDurable<SourceSettings> | null,
  env: Env,
): Transition<FlowProtocol> {
  const durable = saved ?? { settings: SOURCE_DEFAULTS, outputs: config.pipes, inputs: [] }
  const { settings, outputs } = durable
  const turn = Turn.of<SourceState>(
    {
      kind: 'source',
      config,
      durable,
      outputs: outputs.map(outputStart),
      loads: outputs.map(() => 0),
      turn: 0,
      // Numbers of another life are never used again: a late answer must find nobody.
      made: saved === null ? 0 : env.now,
      drawn: 0,
      loadNumber: 0,
      thinking: 0,
      calls: PersistentMap.empty(),
      backlog: Fifo.empty(),
      inFlight: 0,
      retriesInFlight: 0,
      breaker: breakerStart(settings.breaker),
      throttle: throttleStart(settings.throttle, env.now),
      budget: budgetStart(settings.budget),
      limit: limitStart(settings.limit, env.entropy, env.now),
      rate: rateStart(settings.rate, env.now),
      outlier: outlierStart(settings.outlier, outputs.length, env.now),
      agenda: Agenda.empty(),
      counts: { ...NOTHING, countedUs: env.now },
      limitNotedUs: 0,
      ended: NOBODY,
    },
    env,
  )
  for (const to of outputs) turn.send(to, { kind: 'subscribe' })
  beginLoad(turn)
  wakeMechanisms(turn)
  return turn.done(null)
}

/** One input of the house. */
export function stepSource(state: SourceState, input: Input<FlowProtocol>, env: Env): Transition<FlowProtocol> {
  const turn = Turn.of(state, env)
  elapse(turn)
  // As it was after the last step: a breaker may open by the clock alone.
  const phase = breakerPhase(state.durable.settings.breaker, state.breaker, state.counts.countedUs)
  switch (input.kind) {
    case 'timer':
      workOff(turn)
      break
    case 'message':
      if (input.message.kind === 'answer')
        answered(turn, input.message.id, input.message.attempt, input.message.outcome)
      else if (input.message.kind === 'demand') {
        const { signal, epoch } = input.message
        turn.state.outputs = turn.state.outputs.map((output) =>
          output.name === input.from ? granted(output, signal, epoch) : output,
        )
        pump(turn)
      }
      break
    case 'command':
      commanded(turn, input.command)
      break
    default:
      return unreachable(input)
  }
  tellBreaker(turn, phase)
  return turn.done(input.kind === 'timer' ? null : state.agenda.dueUs)
}

/** Little's law is an identity when the area under the curve is counted, not sampled. */
function elapse({ state, nowUs }: SourceTurn): void {
  state.ended = NOBODY
  const { counts } = state
  counts.openAreaUs += state.calls.size * (nowUs - counts.countedUs)
  counts.countedUs = nowUs
}

function count({ state }: SourceTurn, key: keyof SourceCounts): void {
  state.counts[key]++
}

const settingsOf = ({ state }: SourceTurn): SourceSettings => state.durable.settings

const plan = ({ state }: SourceTurn, atUs: number, work: SourceWork): void => {
  state.agenda = state.agenda.add(atUs, work)
}

// ---- Load -----------------------------------------------------------------------------------------------------------

function beginLoad(turn: SourceTurn): void {
  const { state } = turn
  const { load } = settingsOf(turn)
  state.loadNumber++
  state.thinking = 0
  if (load.kind === 'closed') for (let user = 0; user < load.users; user++) think(turn)
  else planArrival(turn)
}

function planArrival(turn: SourceTurn): void {
  const { state, nowUs } = turn
  const next = nextArrival(settingsOf(turn).load, state.config.key, state.drawn, nowUs)
  if (next === null) return
  state.drawn = next.drawn
  plan(turn, next.atUs, { kind: 'arrival', load: state.loadNumber })
}

function think(turn: SourceTurn): void {
  const { state, nowUs } = turn
  const { load } = settingsOf(turn)
  if (load.kind !== 'closed') return
  state.thinking++
  const atUs = nowUs + drawnUs(load.think, state.config.key, state.drawn++)
  plan(turn, atUs, { kind: 'thought', load: state.loadNumber })
}

function workOff(turn: SourceTurn): void {
  for (;;) {
    const next = turn.state.agenda.take(turn.nowUs)
    if (next === null) return
    turn.state.agenda = next.rest
    work(turn, next.work)
  }
}

function work(turn: SourceTurn, due: SourceWork): void {
  const { state } = turn
  switch (due.kind) {
    case 'arrival':
      if (due.load !== state.loadNumber) return
      request(turn)
      planArrival(turn)
      return
    case 'thought':
      if (due.load !== state.loadNumber) return
      state.thinking--
      request(turn)
      return
    case 'timeout':
      timedOut(turn, due)
      return
    case 'retry': {
      const call = state.calls.get(String(due.call))
      if (call !== undefined) attempt(turn, due.call, call)
      return
    }
    case 'release':
      released(turn, due)
      return
    case 'look':
      pump(turn)
      return
    case 'limit':
      state.limit = limitTick(settingsOf(turn).limit, state.limit, turn.nowUs)
      wakeLimit(turn)
      pump(turn)
      return
    case 'outlier':
      lookAtOutliers(turn)
      return
    default:
      unreachable(due)
  }
}

// ---- Requests and attempts ------------------------------------------------------------------------------------------

function request(turn: SourceTurn): void {
  const { state, nowUs } = turn
  const number = state.made++
  count(turn, 'made')
  if (state.calls.size >= PIPELINE_LIMITS.open) {
    count(turn, 'failed')
    count(turn, 'overflowed')
    tellLimit(turn)
    return
  }
  const call: Call = {
    id: number * ID_STRIDE + state.config.index,
    bornUs: nowUs,
    priority: priorityOf(settingsOf(turn).prioritiesPermille, again(draw(state.config.key, number), 1)),
    attempt: 0,
    flight: null,
    lastBackoffUs: 0,
    retryOf: null,
    load: state.loadNumber,
    deadlineUs: null,
  }
  state.budget = budgetRequest(settingsOf(turn).budget, state.budget, nowUs)
  attempt(turn, number, call)
}

function priorityOf(sharesPermille: readonly number[], entropy: number): number {
  let rest = below(entropy, 1_000)
  const found = sharesPermille.findIndex((share) => {
    rest -= share
    return rest < 0
  })
  return Math.max(0, found)
}

/** An attempt begins: past the breaker and the throttle into the backlog. */
function attempt(turn: SourceTurn, number: number, call: Call): void {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  const breaker = breakerAsk(settings.breaker, state.breaker, nowUs)
  state.breaker = breaker.state
  const throttle = breaker.outcome ? throttleAsk(settings.throttle, state.throttle, nowUs, turn.entropy()) : null
  if (throttle !== null) state.throttle = throttle.state
  if (throttle?.outcome !== true) {
    count(turn, 'shortCircuited')
    end(turn, number, call, false)
    return
  }
  if (state.backlog.length >= settings.backlog) {
    count(turn, 'overflowed')
    end(turn, number, call, false)
    return
  }
  const deadlineUs = settings.timeoutUs === null ? null : nowUs + settings.timeoutUs
  put(turn, number, { ...call, flight: null, deadlineUs })
  if (deadlineUs !== null) plan(turn, deadlineUs, { kind: 'timeout', call: number, attempt: call.attempt })
  state.backlog = state.backlog.push({ call: number, attempt: call.attempt })
  pump(turn)
}

const put = ({ state }: SourceTurn, number: number, call: Call): void => {
  state.calls = state.calls.set(String(number), call)
}

/** The call of an attempt that still waits to be sent; undefined when it has gone on. */
function waitingCall({ state }: SourceTurn, waiting: Waiting): Call | undefined {
  const call = state.calls.get(String(waiting.call))
  return call !== undefined && call.attempt === waiting.attempt && call.flight === null ? call : undefined
}

/** Sends from the backlog while limit, demand and rate allow it. */
function pump(turn: SourceTurn): void {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  for (;;) {
    const waiting = state.backlog.first()
    if (waiting === undefined) return
    const call = waitingCall(turn, waiting)
    if (call === undefined) {
      state.backlog = state.backlog.shift()
      continue
    }
    if (state.inFlight >= limitNow(state.limit) || choose(turn) === null) return
    const rate = admit(settings.rate, state.rate, nowUs)
    state.rate = rate.state
    if (!rate.outcome.allowed) {
      plan(turn, nowUs + Math.max(1, rate.outcome.retryAfterUs), { kind: 'look' })
      return
    }
    state.backlog = state.backlog.shift()
    if (rate.outcome.holdUs > 0) plan(turn, nowUs + rate.outcome.holdUs, { kind: 'release', ...waiting })
    else transmit(turn, waiting.call, call)
  }
}

/** What a leaky bucket held back; when nobody may be sent to now, it waits in the backlog again. */
function released(turn: SourceTurn, waiting: Waiting): void {
  const call = waitingCall(turn, waiting)
  if (call === undefined) return
  if (choose(turn) !== null) transmit(turn, waiting.call, call)
  else turn.state.backlog = turn.state.backlog.push({ call: waiting.call, attempt: waiting.attempt })
}

function choose(turn: SourceTurn) {
  const { state } = turn
  const { balance, sizeBytes, class: classOf } = settingsOf(turn)
  const { outlier } = state
  const avoided = (output: number) => outlier !== null && isEjected(outlier, output)
  const item = { class: classOf, sizeBytes }
  return chooseOutput(balance, state.outputs, state.loads, avoided, item, state.turn, turn.entropy())
}

function transmit(turn: SourceTurn, number: number, call: Call): void {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  const chosen = choose(turn)!
  const output = state.outputs[chosen.output]!
  state.turn = chosen.turn
  state.outputs = state.outputs.with(chosen.output, spent(output, settings.sizeBytes))
  state.loads = state.loads.with(chosen.output, state.loads[chosen.output]! + 1)
  state.inFlight++
  count(turn, 'sent')
  if (call.attempt > 0) {
    state.retriesInFlight++
    count(turn, 'retried')
  }
  put(turn, number, { ...call, flight: { sentUs: nowUs, output: output.name, inFlight: state.inFlight } })
  const parcel = {
    id: call.id,
    class: settings.class,
    priority: call.priority,
    bornUs: call.bornUs,
    deadlineUs: settings.propagatesDeadline ? call.deadlineUs : null,
    attempt: call.attempt,
    sizeBytes: settings.sizeBytes,
    serviceUs: 0,
    origin: turn.self,
    segment: null,
    via: turn.self,
    entered: 0,
    enteredUs: 0,
    epoch: output.epoch,
    asked: true,
  }
  turn.send(output.name, { kind: 'item', parcel })
}

function answered(turn: SourceTurn, id: number, attemptNumber: number, outcome: Outcome): void {
  const { state, nowUs } = turn
  const number = (id - state.config.index) / ID_STRIDE
  const call = state.calls.get(String(number))
  const flight = call?.attempt === attemptNumber ? call.flight : null
  if (call === undefined || flight === null) {
    count(turn, 'late')
    return
  }
  const succeeded = outcome === 'done'
  count(turn, 'answered')
  if (!succeeded) count(turn, 'refused')
  landed(turn, call, flight, succeeded)
  state.throttle = throttleAnswered(settingsOf(turn).throttle, state.throttle, succeeded, nowUs)
  if (succeeded) end(turn, number, call, true)
  else attemptFailed(turn, number, call, 'refused')
  pump(turn)
}

function timedOut(turn: SourceTurn, due: Waiting): void {
  const { state } = turn
  const call = state.calls.get(String(due.call))
  if (call === undefined || call.attempt !== due.attempt) return
  if (call.flight !== null) {
    count(turn, 'timedOut')
    landed(turn, call, call.flight, false)
  }
  attemptFailed(turn, due.call, call, 'timeout')
  pump(turn)
}

/** An attempt in flight is over: everybody who learns from it learns. */
function landed(turn: SourceTurn, call: Call, flight: NonNullable<Call['flight']>, succeeded: boolean): void {
  const { state, nowUs } = turn
  const settings = settingsOf(turn)
  state.inFlight--
  if (call.attempt > 0) state.retriesInFlight--
  const at = state.outputs.findIndex(({ name }) => name === flight.output)
  if (at >= 0) state.loads = state.loads.with(at, state.loads[at]! - 1)
  const tookUs = nowUs - flight.sentUs
  state.breaker = breakerRecord(settings.breaker, state.breaker, { succeeded, tookUs }, nowUs)
  const sample = { sentUs: flight.sentUs, inFlight: flight.inFlight, dropped: !succeeded }
  const hadNoClock = limitWakeUs(state.limit) === null
  state.limit = limitSample(settings.limit, state.limit, sample, nowUs, turn.entropy())
  if (hadNoClock) wakeLimit(turn)
  state.budget = budgetOutcome(settings.budget, state.budget, { succeeded, retryOf: call.retryOf })
  if (settings.outlier !== null && state.outlier !== null && at >= 0) {
    const before = state.outlier
    state.outlier = recordOutlier(settings.outlier, before, at, !succeeded, nowUs, turn.entropy())
    tellOutliers(turn, before)
  }
}

/** Once more, or it is over. */
function attemptFailed(turn: SourceTurn, number: number, call: Call, failure: RetryFailure): void {
  const { state, nowUs } = turn
  const { retry, budget } = settingsOf(turn)
  if (call.attempt >= retry.retries) {
    end(turn, number, call, false)
    return
  }
  const load = {
    active: state.inFlight,
    pending: state.backlog.length,
    retriesInFlight: state.retriesInFlight,
    failure,
    attempt: call.attempt + 1,
  }
  const allowed = budgetWithdraw(budget, state.budget, load, nowUs)
  state.budget = allowed.state
  if (!allowed.outcome) {
    count(turn, 'forbidden')
    end(turn, number, call, false)
    return
  }
  const pauseUs =
    retry.backoff === null ? 0 : backoffUs(retry.backoff, call.attempt + 1, call.lastBackoffUs, turn.entropy())
  const next: Call = {
    ...call,
    attempt: call.attempt + 1,
    flight: null,
    lastBackoffUs: pauseUs,
    retryOf: failure,
    deadlineUs: null,
  }
  if (pauseUs === 0) {
    attempt(turn, number, next)
    return
  }
  put(turn, number, next)
  plan(turn, nowUs + pauseUs, { kind: 'retry', call: number })
}

function end(turn: SourceTurn, number: number, call: Call, succeeded: boolean): void {
  const { state, nowUs } = turn
  state.calls = state.calls.delete(String(number))
  forgetVoid(turn)
  const latencyUs = nowUs - call.bornUs
  count(turn, succeeded ? 'succeeded' : 'failed')
  if (succeeded) state.counts.succeededUs += latencyUs
  const ended = { id: call.id, priority: call.priority, latencyUs, attempts: call.attempt + 1, succeeded }
  state.ended = [...state.ended, ended]
  if (call.load === state.loadNumber) think(turn)
}

/** So much of an agenda may be void: timeouts of requests that were answered long before. */
const VOID_SHARE = 8
const VOID_MIN = 1_000

/** Timeouts of what has ended are void. When most of the agenda is, they go: memory follows what is open. */
function forgetVoid({ state }: SourceTurn): void {
  const live = state.calls.size + state.thinking
  if (state.agenda.size < VOID_MIN + VOID_SHARE * live) return
  state.agenda = state.agenda.filter((work) => {
    if (work.kind !== 'timeout') return true
    return state.calls.get(String(work.call))?.attempt === work.attempt
  })
}

// ---- Mechanisms that wake up by themselves --------------------------------------------------------------------------

function wakeMechanisms(turn: SourceTurn): void {
  wakeLimit(turn)
  if (turn.state.outlier !== null) plan(turn, turn.state.outlier.nextIntervalUs, { kind: 'outlier' })
}

function wakeLimit(turn: SourceTurn): void {
  const atUs = limitWakeUs(turn.state.limit)
  if (atUs !== null) plan(turn, Math.max(atUs, turn.nowUs + 1), { kind: 'limit' })
}

const outlierStart = (config: EnvoyOutlierConfig | null, outputs: number, nowUs: number) =>
  config === null ? null : healthyHosts(config, outputs, nowUs)

function lookAtOutliers(turn: SourceTurn): void {
  const { state, nowUs } = turn
  const { outlier } = settingsOf(turn)
  if (outlier === null || state.outlier === null || nowUs < state.outlier.nextIntervalUs) return
  const before = state.outlier
  state.outlier = tickOutlier(outlier, before, nowUs, turn.entropy())
  tellOutliers(turn, before)
  plan(turn, state.outlier.nextIntervalUs, { kind: 'outlier' })
}

function tellOutliers(turn: SourceTurn, before: NonNullable<SourceState['outlier']>): void {
  const after = turn.state.outlier!
  before.hosts.forEach((_, at) => {
    const [was, is] = [isEjected(before, at), isEjected(after, at)]
    if (was !== is) turn.note(is ? 'ejected' : 'returned', at)
  })
}

function tellBreaker(turn: SourceTurn, before: ReturnType<typeof breakerPhase>): void {
  const after = breakerPhase(settingsOf(turn).breaker, turn.state.breaker, turn.nowUs)
  if (after === before) return
  turn.note(after === 'open' ? 'breaker-opened' : after === 'closed' ? 'breaker-closed' : 'breaker-half-open')
}

/** Once a second is enough. */
function tellLimit(turn: SourceTurn): void {
  if (turn.nowUs < turn.state.limitNotedUs) return
  turn.state.limitNotedUs = turn.nowUs + 1_000_000
  turn.note('memory-limit', PIPELINE_LIMITS.open)
}

// ---- Acts -----------------------------------------------------------------------------------------------------------

function commanded(turn: SourceTurn, command: FlowProtocol['command']): void {
  if (command.kind === 'source') changed(turn, command.patch)
  else if (command.kind === 'connect') connected(turn, command.to)
  else if (command.kind === 'disconnect') disconnected(turn, command.to)
}

function changed(turn: SourceTurn, patch: Patch<SourceSettings>): void {
  const { state, nowUs } = turn
  const settings = { ...settingsOf(turn), ...patch }
  state.durable = { ...state.durable, settings }
  if (patch.breaker !== undefined) state.breaker = breakerStart(settings.breaker)
  if (patch.throttle !== undefined) state.throttle = throttleStart(settings.throttle, nowUs)
  if (patch.budget !== undefined) state.budget = budgetStart(settings.budget)
  if (patch.rate !== undefined) state.rate = rateStart(settings.rate, nowUs)
  if (patch.limit !== undefined) {
    state.limit = limitStart(settings.limit, turn.entropy(), nowUs)
    wakeLimit(turn)
  }
  if (patch.outlier !== undefined) restartOutlier(turn)
  if (patch.load !== undefined) beginLoad(turn)
  turn.note('changed')
  pump(turn)
  turn.persist()
}

function restartOutlier(turn: SourceTurn): void {
  const { state, nowUs } = turn
  state.outlier = outlierStart(settingsOf(turn).outlier, state.outputs.length, nowUs)
  if (state.outlier !== null) plan(turn, state.outlier.nextIntervalUs, { kind: 'outlier' })
}

function connected(turn: SourceTurn, to: NodeId): void {
  const { state } = turn
  if (state.outputs.some(({ name }) => name === to)) return
  state.outputs = [...state.outputs, outputStart(to)]
  state.loads = [...state.loads, 0]
  rewired(turn)
  turn.send(to, { kind: 'subscribe' })
  turn.persist()
}

/** Attempts that are on their way there are given up by their timeout, or answered as if nothing had happened. */
function disconnected(turn: SourceTurn, to: NodeId): void {
  const { state } = turn
  const at = state.outputs.findIndex(({ name }) => name === to)
  if (at < 0) return
  state.outputs = state.outputs.toSpliced(at, 1)
  state.loads = state.loads.toSpliced(at, 1)
  state.turn = 0
  rewired(turn)
  turn.send(to, { kind: 'cancel' })
  turn.persist()
}

function rewired(turn: SourceTurn): void {
  const { state } = turn
  state.durable = { ...state.durable, outputs: state.outputs.map(({ name }) => name) }
  if (state.outlier !== null) restartOutlier(turn)
}
