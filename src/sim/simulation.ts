import { AppendList } from '../base/append-list.ts'
import { assert, unreachable } from '../base/assert.ts'
import { type Micros, micros, type NodeId, type RequestId, requestId } from '../base/brand.ts'
import { type Digest, digestText, emptyDigest, foldLane } from '../base/digest.ts'
import { Heap } from '../base/heap.ts'
import { between, draw, type StreamKey, streamKey } from '../base/prng.ts'
import {
  type Invariant,
  type OperationEvent,
  type Status,
  Violation,
  type World,
  type WorldEvent,
} from '../machine/invariant.ts'
import type { Effect, Input, Machine, Protocol, Transition } from '../machine/machine.ts'
import { adjust, type Clock, localTime, realDuration, trueClock } from './clock.ts'
import type { Pairs, SimAct } from './faults.ts'
import {
  changeLinks,
  clogged,
  createNetwork,
  heal,
  isolate,
  type LinkCondition,
  type Network,
  partition,
  route,
} from './network.ts'
import { type DiskCondition, type DiskJob, enqueue } from './storage.ts'
import { NO_PEER, noSink, ROW, type TraceSink } from './trace.ts'
import { type Generator, gapUs, type Stream } from './workload.ts'

/** One actor of the world before it starts. */
export interface ActorPlan<P extends Protocol> {
  readonly name: NodeId
  readonly role: 'node' | 'client'
  readonly machine: Machine<P>
  readonly config: P['config']
}

/** A number that people follow: a fold over events, like a judge without an opinion. */
export interface Meter<P extends Protocol, Memory = unknown> {
  readonly id: string
  init(world: World<P>): Memory
  step(memory: Memory, world: World<P>, event: WorldEvent<P>): Memory
}

/** A world before its first event. Everything in it is data or a pure function. */
export interface Plan<P extends Protocol> {
  readonly seed: number
  readonly actors: readonly ActorPlan<P>[]
  readonly invariants: readonly Invariant<P>[]
  readonly meters: readonly Meter<P>[]
  readonly link: LinkCondition
  readonly disk: DiskCondition
  /** Columns of the trace: their order gives each kind its number. */
  readonly messageKinds: readonly P['message']['kind'][]
  readonly noteKinds: readonly P['note']['kind'][]
  /** A small integer that says how the actor looks on its lane (role, term); a change of it is a row of the trace. */
  phase(state: P['state'] | undefined, status: Status): number
  /** One integer per message for the trace and the picture: its term. */
  messageValue(message: P['message']): number
  readonly generate: Generator<P>
  /** Steady streams that run from the start, operations per second by actor number. */
  readonly streams: readonly number[]
}

/** A broken rule and the instant at which it broke. */
export interface Broken {
  readonly invariant: number
  readonly explanation: string
  readonly actors: readonly NodeId[]
  readonly time: number
  readonly event: number
}

/** An act that cannot be done now. Its message says why. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Events that are still to come or waiting; over this the run stops with an error, it does not eat the machine. */
export const QUEUE_MAX = 200_000

const NEVER = -1
type Kind = 'deliver' | 'timer' | 'disk' | 'stream'

/** What waits in the queue. One shape for all kinds keeps the loop monomorphic. Immutable once created. */
export class Scheduled<P extends Protocol> {
  constructor(
    readonly time: number,
    readonly seq: number,
    readonly kind: Kind,
    readonly actor: number,
    /** Sender of a message, number of a timer. */
    readonly detail: number,
    readonly message: P['message'] | null,
    readonly sentAt: number,
    /** Boots of the actor when it was scheduled: a restarted node must not see its old disk's completions. */
    readonly boots: number,
  ) {}
}

/** What only acts change. Replaced as a whole, so that a checkpoint is a pointer. */
interface Circumstances<P extends Protocol> {
  readonly network: Network
  readonly clocks: readonly Clock[]
  readonly disks: readonly DiskCondition[]
  readonly statuses: readonly Status[]
  readonly configs: readonly P['config'][]
  /** Mail and completions that wait for a paused actor. */
  readonly inboxes: readonly (readonly Scheduled<P>[])[]
  readonly streams: readonly Stream[]
  readonly boots: readonly number[]
}

/** Everything needed to go on from an instant: pointers into immutable values and a few copied arrays. */
export interface Checkpoint<P extends Protocol> {
  readonly event: number
  readonly time: number
  readonly seq: number
  readonly high: number
  readonly low: number
  readonly queue: readonly Scheduled<P>[]
  readonly held: readonly Scheduled<P>[]
  readonly states: readonly (P['state'] | undefined)[]
  readonly durables: readonly (P['durable'] | null)[]
  readonly previous: readonly (P['durable'] | null)[]
  readonly jobs: readonly (DiskJob<P> | null)[]
  readonly timers: Float64Array
  readonly draws: Uint32Array
  readonly phases: readonly number[]
  readonly memories: readonly unknown[]
  readonly meters: readonly unknown[]
  readonly watched: unknown
  readonly earlier: readonly (P['state'] | undefined)[]
  readonly broken: readonly Broken[]
  readonly operations: AppendList<OperationEvent<P>>
  readonly circumstances: Circumstances<P>
}

/** Sections of the timer table: when it fires, with which seq, when its entry in the queue pops, what a pause left. */
enum Section {
  due = 0,
  seq = 1,
  queued = 2,
  left = 3,
}

/**
 * A whole world in virtual time. It owns the mutable loop around pure machines and never names a protocol. Order of
 * events: (time, seq). After every event the invariants look at the world.
 */
export class Simulation<P extends Protocol> implements World<P> {
  readonly names: readonly NodeId[]
  /** Where the rows of the trace go; a recorder replaces it to re-derive bodies. */
  sink: TraceSink = noSink

  private readonly numbers = new Map<string, number>()
  private readonly messageLabels: Map<string, number>
  private readonly noteLabels: Map<string, number>
  private readonly timerCount: number
  private readonly keys: readonly StreamKey[]
  private readonly queue = new Heap<Scheduled<P>>()

  private clock = 0
  private events = 0
  private seq = 0
  private high = emptyDigest.high
  private low = emptyDigest.low
  private held: readonly Scheduled<P>[] = []
  private states: (P['state'] | undefined)[]
  private durables: (P['durable'] | null)[]
  private previous: (P['durable'] | null)[]
  private jobs: (DiskJob<P> | null)[]
  private timers: Float64Array
  private draws: Uint32Array
  private phases: number[]
  private memories: unknown[]
  private meterMemories: unknown[]
  /** A meter that was put in later, for the events after `from` only: the judge of a lesson's step. */
  private watcher: { readonly meter: Meter<P>; readonly from: number } | null = null
  private watched: unknown = null
  /** The state of each actor before its last step, for "what changed". */
  private earlierStates: (P['state'] | undefined)[]
  private brokenRules: readonly Broken[] = []
  private operationLog = AppendList.empty<OperationEvent<P>>()
  private circumstances: Circumstances<P>

  /** Reused for every event; see WorldEvent. */
  private readonly sent: { to: NodeId; message: P['message'] }[] = []
  private readonly began: OperationEvent<P>[] = []
  private readonly event: {
    kind: WorldEvent<P>['kind']
    actor: number
    before: P['state'] | undefined
    after: P['state'] | undefined
    readonly sent: { to: NodeId; message: P['message'] }[]
    readonly operations: OperationEvent<P>[]
  } = { kind: 'boot', actor: -1, before: undefined, after: undefined, sent: this.sent, operations: this.began }

  constructor(readonly plan: Plan<P>) {
    const { actors } = plan
    const count = actors.length
    this.names = actors.map((actor) => actor.name)
    this.names.forEach((name, at) => {
      this.numbers.set(name, at)
    })
    this.messageLabels = new Map(plan.messageKinds.map((kind, at) => [kind, at]))
    this.noteLabels = new Map(plan.noteKinds.map((kind, at) => [kind, at]))
    this.timerCount = Math.max(1, ...actors.map((actor) => actor.machine.timers.length))
    this.keys = [
      ...this.names.map((name) => streamKey(plan.seed, `actor ${name}`)),
      streamKey(plan.seed, 'network'),
      streamKey(plan.seed, 'storage'),
      streamKey(plan.seed, 'workload'),
    ]
    this.states = new Array<undefined>(count).fill(undefined)
    this.earlierStates = new Array<undefined>(count).fill(undefined)
    this.durables = new Array<null>(count).fill(null)
    this.previous = new Array<null>(count).fill(null)
    this.jobs = new Array<null>(count).fill(null)
    this.timers = new Float64Array(4 * count * this.timerCount).fill(NEVER)
    this.draws = new Uint32Array(count * 2 + 3)
    this.phases = new Array<number>(count).fill(-1)
    this.circumstances = {
      network: createNetwork(count, plan.link),
      clocks: new Array<Clock>(count).fill(trueClock),
      disks: new Array<DiskCondition>(count).fill(plan.disk),
      statuses: new Array<Status>(count).fill('up'),
      configs: actors.map((actor) => actor.config),
      inboxes: new Array<readonly Scheduled<P>[]>(count).fill([]),
      streams: new Array<Stream>(count).fill({ ratePerSecond: 0, drawn: 0 }),
      boots: new Array<number>(count).fill(0),
    }
    this.memories = plan.invariants.map((invariant) => invariant.init(this))
    this.meterMemories = plan.meters.map((meter) => meter.init(this))
  }

  /** Boots every actor at time 0. The caller sets {@link sink} first; call once. */
  start(): void {
    assert(this.events === 0, 'a world starts once')
    for (let actor = 0; actor < this.names.length; actor++) this.bootActor(actor)
    this.plan.streams.forEach((rate, actor) => {
      if (rate > 0) this.startStream(actor, rate)
    })
  }

  // ---- World: what judges, meters and projections may look at -------------------------------------------------

  get now(): Micros {
    return micros(this.clock)
  }

  /** Number of events so far; it names a state of this run uniquely. */
  get eventCount(): number {
    return this.events
  }

  /** The last event was the arrival of a message. */
  get lastWasMessage(): boolean {
    return this.event.kind === 'message'
  }

  indexOf(name: NodeId): number {
    return this.numbers.get(name) ?? -1
  }

  state(actor: number): P['state'] | undefined {
    return this.states[actor]
  }

  durable(actor: number): P['durable'] | null {
    return this.durables[actor] ?? null
  }

  status(actor: number): Status {
    return this.circumstances.statuses[actor]!
  }

  get network(): Network {
    return this.circumstances.network
  }

  disk(actor: number): DiskCondition {
    return this.circumstances.disks[actor]!
  }

  /** True while a durable write of the actor is under way. */
  writing(actor: number): boolean {
    return this.jobs[actor] !== null
  }

  clockOf(actor: number): Clock {
    return this.circumstances.clocks[actor]!
  }

  streamRate(actor: number): number {
    return this.circumstances.streams[actor]!.ratePerSecond
  }

  /** Real time at which the timer fires; null when it is not running. */
  timerDue(actor: number, timer: P['timer']): number | null {
    const number = this.plan.actors[actor]!.machine.timers.indexOf(timer)
    const due = number < 0 ? NEVER : this.timers[this.slot(actor, number, Section.due)]!
    return due === NEVER ? null : due
  }

  get broken(): readonly Broken[] {
    return this.brokenRules
  }

  memory(invariant: number): unknown {
    return this.memories[invariant]
  }

  meterMemory(meter: number): unknown {
    return this.meterMemories[meter]
  }

  /** Puts in a meter that sees only the events after this instant; it replaces an earlier one. */
  watch(meter: Meter<P> | null): void {
    this.watcher = meter === null ? null : { meter, from: this.events }
    this.watched = meter === null ? null : meter.init(this)
  }

  get watchMemory(): unknown {
    return this.watched
  }

  /** The state of the actor before its last step. */
  earlier(actor: number): P['state'] | undefined {
    return this.earlierStates[actor]
  }

  /** The history of all clients, in order of time. */
  get operations(): AppendList<OperationEvent<P>> {
    return this.operationLog
  }

  /** Calls `visit` for every message in flight, and for those that a clogged link or a paused actor holds. */
  eachInFlight(visit: (message: Scheduled<P>, waiting: boolean) => void): void {
    for (const item of this.queue.unordered())
      if (item.kind === 'deliver' && item.actor !== item.detail) visit(item, false)
    for (const item of this.held) visit(item, true)
    for (const inbox of this.circumstances.inboxes) {
      for (const item of inbox) if (item.kind === 'deliver' && item.actor !== item.detail) visit(item, true)
    }
  }

  findInFlight(message: number): Scheduled<P> | undefined {
    let found: Scheduled<P> | undefined
    this.eachInFlight((item) => {
      if (item.seq === message) found = item
    })
    return found
  }

  // ---- The loop -----------------------------------------------------------------------------------------------

  /** Time of the next event; Infinity when nothing will ever happen again. */
  nextTime(): number {
    this.skipStale()
    return this.queue.peek()?.time ?? Number.POSITIVE_INFINITY
  }

  /** Processes the next event. False when there is none at or before `until`. */
  step(until: number): boolean {
    this.skipStale()
    const next = this.queue.peek()
    if (next === undefined || next.time > until) return false
    this.queue.pop()
    assert(next.time >= this.clock, 'time never runs backwards')
    this.clock = next.time
    this.process(next)
    return true
  }

  /** Lets time pass without an event, before an act. */
  passTo(time: number): void {
    assert(time >= this.clock && this.nextTime() > time, 'time passes only where nothing happens')
    this.clock = time
  }

  private process(item: Scheduled<P>): void {
    const { actor } = item
    if (this.circumstances.statuses[actor] === 'paused' && item.kind !== 'stream') {
      this.wait(item)
      return
    }
    switch (item.kind) {
      case 'deliver':
        this.begin('message', actor)
        this.deliver(item)
        break
      case 'timer':
        this.begin('timer', actor)
        this.fire(actor, item.detail)
        break
      case 'disk':
        this.begin('disk', actor)
        if (item.boots === this.circumstances.boots[actor]) this.written(actor)
        break
      case 'stream':
        this.begin('command', actor)
        this.arrive(actor, item)
        break
      default:
        unreachable(item.kind)
    }
    this.finish(item.seq)
  }

  private begin(kind: WorldEvent<P>['kind'], actor: number): void {
    this.events++
    this.sent.length = 0
    this.began.length = 0
    const event = this.event
    event.kind = kind
    event.actor = actor
    event.before = actor < 0 ? undefined : this.states[actor]
  }

  private finish(seq: number): void {
    const { event } = this
    const { actor } = event
    event.after = actor < 0 ? undefined : this.states[actor]
    this.high = foldLane(foldLane(this.high, this.clock), seq)
    this.low = foldLane(this.low ^ actor, seq + this.events)
    if (event.after !== event.before) {
      this.earlierStates[actor] = event.before
      this.lookAtPhase(actor)
    }
    this.judge()
    const meters = this.plan.meters
    for (let at = 0; at < meters.length; at++) {
      this.meterMemories[at] = meters[at]!.step(this.meterMemories[at], this, event)
    }
    const { watcher } = this
    if (watcher !== null && this.events > watcher.from) this.watched = watcher.meter.step(this.watched, this, event)
    if (this.queue.size > QUEUE_MAX) throw new Refusal(`more than ${QUEUE_MAX} events are waiting: the run was stopped`)
  }

  private judge(): void {
    const { invariants } = this.plan
    const memories = this.memories
    for (let at = 0; at < invariants.length; at++) {
      const memory = memories[at]
      if (memory instanceof Violation) continue
      const next = invariants[at]!.step(memory, this, this.event)
      if (next === memory) continue
      memories[at] = next
      if (next instanceof Violation) this.breakRule(at, next)
    }
  }

  private breakRule(invariant: number, { explanation, actors }: Violation): void {
    this.brokenRules = [...this.brokenRules, { invariant, explanation, actors, time: this.clock, event: this.events }]
    this.note(ROW.broken, invariant, actors[0] === undefined ? -1 : this.indexOf(actors[0]), 0, null)
  }

  private lookAtPhase(actor: number): void {
    const phase = this.plan.phase(this.states[actor], this.circumstances.statuses[actor]!)
    if (phase === this.phases[actor]) return
    this.phases[actor] = phase
    this.note(ROW.phase, 0, actor, phase, null)
  }

  /** A row about one actor at this instant. */
  private note(kind: number, label: number, actor: number, value: number, body: unknown): void {
    this.sink.row(kind, label, this.clock, this.clock, actor < 0 ? NO_PEER : actor, NO_PEER, value, this.events, body)
  }

  // ---- Actors -------------------------------------------------------------------------------------------------

  private entropy(stream: number): number {
    return draw(this.keys[stream]!, this.draws[stream]!++)
  }

  private networkStream(): number {
    return this.names.length
  }

  private env(actor: number) {
    const { clocks } = this.circumstances
    return { self: this.names[actor]!, now: localTime(clocks[actor]!, this.clock), entropy: this.entropy(actor) }
  }

  private bootActor(actor: number): void {
    this.begin('boot', actor)
    const { machine } = this.plan.actors[actor]!
    this.become(actor, machine.boot(this.circumstances.configs[actor], this.durables[actor] ?? null, this.env(actor)))
    this.finish(this.seq)
  }

  private input(actor: number, input: Input<P>): void {
    const state = this.states[actor]
    if (state === undefined) return
    this.become(actor, this.plan.actors[actor]!.machine.step(state, input, this.env(actor)))
  }

  private become(actor: number, { state, effects }: Transition<P>): void {
    this.states[actor] = state
    if (effects.length > 0) this.carryOut(actor, effects, 0)
  }

  private carryOut(actor: number, effects: readonly Effect<P>[], from: number): void {
    for (let at = from; at < effects.length; at++) {
      const effect = effects[at]!
      switch (effect.kind) {
        case 'send':
          this.send(actor, effect.to, effect.message)
          break
        case 'set-timer':
          this.setTimer(actor, effect.timer, effect.after)
          break
        case 'persist':
          if (this.mustWait(actor, effect.durable, effects, at + 1)) return
          break
        case 'clear-timer':
          this.timers[this.slotOf(actor, effect.timer, Section.due)] = NEVER
          break
        case 'note':
          this.note(ROW.note, this.noteLabels.get(effect.note.kind) ?? 255, actor, effect.note.value, effect.note)
          break
        case 'reply':
          this.endOperation(actor, effect.request, effect.result)
          break
        default:
          unreachable(effect)
      }
    }
  }

  // ---- Messages -----------------------------------------------------------------------------------------------

  private send(from: number, name: NodeId, message: P['message']): void {
    const to = this.numbers.get(name)
    assert(to !== undefined, 'a message goes to an actor that exists')
    this.sent.push({ to: name, message })
    if (to === from) {
      this.schedule('deliver', this.clock, to, from, message)
      return
    }
    const delays = route(this.circumstances.network, from, to, this.entropy(this.networkStream()))
    if (delays.length === 0) this.lose(from, to, message, this.clock)
    else if (clogged(this.circumstances.network, from, to)) this.hold(from, to, message)
    else for (const delay of delays) this.schedule('deliver', this.clock + delay, to, from, message)
  }

  private schedule(kind: Kind, time: number, actor: number, detail: number, message: P['message'] | null): void {
    const boots = this.circumstances.boots[actor]!
    this.queue.push(new Scheduled<P>(time, this.seq++, kind, actor, detail, message, this.clock, boots))
  }

  private hold(from: number, to: number, message: P['message']): void {
    const waiting = new Scheduled<P>(this.clock, this.seq++, 'deliver', to, from, message, this.clock, 0)
    this.held = [...this.held, waiting]
    if (this.held.length > QUEUE_MAX) throw new Refusal(`more than ${QUEUE_MAX} messages wait in clogged links`)
  }

  private lose(from: number, to: number, message: P['message'], sentAt: number): void {
    const label = this.messageLabels.get(message.kind) ?? 255
    this.sink.row(ROW.lost, label, this.clock, sentAt, to, from, this.plan.messageValue(message), this.events, message)
  }

  private deliver(item: Scheduled<P>): void {
    const message = item.message as P['message']
    const { actor, detail: from } = item
    if (this.states[actor] === undefined) {
      this.lose(from, actor, message, item.sentAt)
      return
    }
    const label = this.messageLabels.get(message.kind) ?? 255
    const value = this.plan.messageValue(message)
    this.sink.row(ROW.delivered, label, this.clock, item.sentAt, actor, from, value, this.events, item)
    this.input(actor, { kind: 'message', from: this.names[from]!, message })
  }

  // ---- Timers -------------------------------------------------------------------------------------------------

  private slot(actor: number, timer: number, section: Section): number {
    return (section * this.names.length + actor) * this.timerCount + timer
  }

  private slotOf(actor: number, timer: P['timer'], section: Section): number {
    const number = this.plan.actors[actor]!.machine.timers.indexOf(timer)
    assert(number >= 0, 'a timer that the machine declares')
    return this.slot(actor, number, section)
  }

  private setTimer(actor: number, timer: P['timer'], after: number): void {
    const number = this.plan.actors[actor]!.machine.timers.indexOf(timer)
    assert(number >= 0 && after >= 0, 'a timer that the machine declares, not in the past')
    this.arm(actor, number, this.clock + realDuration(this.circumstances.clocks[actor]!, after))
  }

  /**
   * Resetting a timer to a later time leaves its old entry in the queue, where it is pushed back when it pops
   * ({@link skipStale}): heartbeats reset election timers all the time, and the queue must not fill with dead entries.
   */
  private arm(actor: number, timer: number, due: number): void {
    const queued = this.slot(actor, timer, Section.queued)
    this.timers[this.slot(actor, timer, Section.due)] = due
    this.timers[this.slot(actor, timer, Section.seq)] = this.seq++
    const entry = this.timers[queued]!
    if (entry === NEVER || entry > due) this.queueTimer(actor, timer)
  }

  private queueTimer(actor: number, timer: number): void {
    const due = this.timers[this.slot(actor, timer, Section.due)]!
    const seq = this.timers[this.slot(actor, timer, Section.seq)]!
    this.timers[this.slot(actor, timer, Section.queued)] = due
    this.queue.push(new Scheduled<P>(due, seq, 'timer', actor, timer, null, this.clock, 0))
  }

  /** Takes timer entries off the head of the queue that were cleared or moved to a later time. No event. */
  private skipStale(): void {
    for (;;) {
      const head = this.queue.peek()
      if (head === undefined || head.kind !== 'timer') return
      const { actor, detail: timer } = head
      const due = this.timers[this.slot(actor, timer, Section.due)]!
      const isCurrent = this.timers[this.slot(actor, timer, Section.queued)] === head.time
      if (isCurrent && due === head.time) return
      this.queue.pop()
      if (!isCurrent) continue
      this.timers[this.slot(actor, timer, Section.queued)] = NEVER
      if (due !== NEVER) this.queueTimer(actor, timer)
    }
  }

  private fire(actor: number, timer: number): void {
    this.timers[this.slot(actor, timer, Section.due)] = NEVER
    this.timers[this.slot(actor, timer, Section.queued)] = NEVER
    this.note(ROW.timer, timer, actor, 0, null)
    this.input(actor, { kind: 'timer', timer: this.plan.actors[actor]!.machine.timers[timer]! })
  }

  // ---- Disks --------------------------------------------------------------------------------------------------

  /** Meets a barrier. True when what stands behind it must wait for the disk. */
  private mustWait(actor: number, value: P['durable'], effects: readonly Effect<P>[], from: number): boolean {
    const job = this.jobs[actor] ?? null
    if (value === this.durables[actor]) return false
    const tail = effects.slice(from)
    if (job !== null) {
      this.jobs[actor] = enqueue(job, value, tail)
      return true
    }
    const { latencyUs, stalled } = this.circumstances.disks[actor]!
    if (latencyUs.high === 0 && !stalled) {
      this.store(actor, value)
      return false
    }
    this.write(actor, { value, tails: [tail], next: null })
    return true
  }

  private write(actor: number, job: DiskJob<P>): void {
    this.jobs[actor] = job
    const { latencyUs, stalled } = this.circumstances.disks[actor]!
    if (stalled) return
    const entropy = this.entropy(this.networkStream() + 1)
    this.schedule('disk', this.clock + between(entropy, latencyUs.low, latencyUs.high), actor, 0, null)
  }

  private store(actor: number, value: P['durable']): void {
    this.previous[actor] = this.durables[actor] ?? null
    this.durables[actor] = value
  }

  private written(actor: number): void {
    const job = this.jobs[actor]
    if (job === null || job === undefined || this.circumstances.disks[actor]!.stalled) return
    this.note(ROW.disk, 0, actor, 0, null)
    this.store(actor, job.value)
    this.jobs[actor] = null
    if (job.next !== null) this.write(actor, { ...job.next, next: null })
    for (const tail of job.tails) this.carryOut(actor, tail, 0)
  }

  // ---- Operations of clients ----------------------------------------------------------------------------------

  private command(actor: number, command: P['command'], given: RequestId | undefined): void {
    const isClient = this.plan.actors[actor]!.role === 'client'
    const request = given ?? requestId(`${this.names[actor]!}:${++this.draws[this.names.length + 3 + actor]!}`)
    if (isClient) this.operation({ kind: 'call', client: this.names[actor]!, request, command, at: this.now })
    this.input(actor, { kind: 'command', request, command })
  }

  private operation(event: OperationEvent<P>): void {
    this.began.push(event)
    this.operationLog = this.operationLog.append(event)
    this.note(event.kind === 'call' ? ROW.call : ROW.result, 0, this.indexOf(event.client), 0, event)
  }

  private endOperation(actor: number, request: RequestId, result: P['result']): void {
    if (this.plan.actors[actor]!.role !== 'client') return
    this.operation({ kind: 'return', client: this.names[actor]!, request, result, at: this.now })
  }

  private startStream(actor: number, ratePerSecond: number): void {
    const stream = this.circumstances.streams[actor]!
    const streams = this.circumstances.streams.with(actor, { ...stream, ratePerSecond })
    this.circumstances = { ...this.circumstances, streams }
    if (stream.ratePerSecond === 0 && ratePerSecond > 0) this.nextArrival(actor, ratePerSecond)
  }

  private nextArrival(actor: number, ratePerSecond: number): void {
    const entropy = this.entropy(this.networkStream() + 2)
    this.schedule('stream', this.clock + gapUs(ratePerSecond, entropy), actor, entropy, null)
  }

  private arrive(actor: number, item: Scheduled<P>): void {
    const stream = this.circumstances.streams[actor]!
    if (stream.ratePerSecond === 0) return
    const streams = this.circumstances.streams.with(actor, { ...stream, drawn: stream.drawn + 1 })
    this.circumstances = { ...this.circumstances, streams }
    this.nextArrival(actor, stream.ratePerSecond)
    this.command(actor, this.plan.generate(this.names[actor]!, stream.drawn + 1, item.detail), undefined)
  }

  // ---- Acts ---------------------------------------------------------------------------------------------------

  /**
   * Applies acts of the present instant, as one event. Throws {@link Refusal}, with nothing changed, when one of them
   * is impossible now.
   */
  act(acts: readonly SimAct<P>[], label: number): void {
    this.checkActs(acts)
    const single = acts.length === 1 ? acts[0]! : null
    const actor = single !== null && 'actor' in single ? single.actor : -1
    this.begin('act', actor)
    this.note(ROW.act, 0, actor, label, null)
    for (const act of acts) this.apply(act)
    this.finish(this.seq)
  }

  /** Throws {@link Refusal} when one of the acts is impossible now. */
  checkActs(acts: readonly SimAct<P>[]): void {
    for (const act of acts) this.check(act)
  }

  private check(act: SimAct<P>): void {
    if (act.kind === 'drop' || act.kind === 'delay' || act.kind === 'duplicate') {
      if (this.findInFlight(act.message) === undefined) throw new Refusal(`m${act.message} is not in flight now`)
    }
    if (act.kind === 'kill' && this.status(act.actor) === 'down') throw new Refusal(`${this.names[act.actor]} is down`)
    if (act.kind === 'restart' && this.status(act.actor) !== 'down') {
      throw new Refusal(`${this.names[act.actor]} is running`)
    }
    if (act.kind === 'pause' && this.status(act.actor) !== 'up')
      throw new Refusal(`${this.names[act.actor]} is not running`)
    if (act.kind === 'resume' && this.status(act.actor) !== 'paused') {
      throw new Refusal(`${this.names[act.actor]} is not paused`)
    }
  }

  private apply(act: SimAct<P>): void {
    switch (act.kind) {
      case 'kill':
        return this.kill(act.actor)
      case 'restart':
        return this.restart(act.actor)
      case 'pause':
        return this.pause(act.actor)
      case 'resume':
        return this.resume(act.actor)
      case 'partition':
        return this.setNetwork(partition(this.network, act.groups))
      case 'heal':
        return this.setNetwork(heal(this.network))
      case 'isolate':
        return this.setNetwork(isolate(this.network, act.actor, act.bits))
      case 'link':
        return this.changeLink(act.pairs, act.change)
      case 'clock':
        return this.setClock(act.actor, act.skewUs, act.ppm)
      case 'disk':
        return this.setDisk(act)
      case 'drop':
        return this.drop(act.message)
      case 'delay':
        return this.delay(act.message, act.byUs)
      case 'duplicate':
        return this.duplicate(act.message)
      case 'command':
        return this.command(act.actor, act.command, act.request)
      case 'reconfigure':
        return this.reconfigure(act.configs)
      case 'stream':
        return this.startStream(act.actor, act.ratePerSecond)
      case 'nothing':
        return
      default:
        unreachable(act)
    }
  }

  private setStatus(actor: number, status: Status): void {
    this.circumstances = { ...this.circumstances, statuses: this.circumstances.statuses.with(actor, status) }
  }

  /** Memory is gone, timers stop, mail is lost; the disk keeps what its condition says. */
  private kill(actor: number): void {
    const { machine } = this.plan.actors[actor]!
    const job = this.jobs[actor] ?? null
    const { onCrash } = this.circumstances.disks[actor]!
    if (onCrash === 'torn' && job !== null) {
      const entropy = this.entropy(this.networkStream() + 1)
      this.durables[actor] = machine.tear(this.durables[actor] ?? null, job.value, entropy)
    } else if (onCrash === 'lost') this.durables[actor] = this.previous[actor] ?? null
    this.jobs[actor] = null
    this.states[actor] = undefined
    for (let timer = 0; timer < this.timerCount; timer++) this.timers[this.slot(actor, timer, Section.due)] = NEVER
    const { boots, inboxes } = this.circumstances
    for (const item of inboxes[actor]!) {
      if (item.kind === 'deliver') this.lose(item.detail, actor, item.message as P['message'], item.sentAt)
    }
    this.circumstances = {
      ...this.circumstances,
      boots: boots.with(actor, boots[actor]! + 1),
      inboxes: inboxes.with(actor, []),
    }
    this.setStatus(actor, 'down')
    this.lookAtPhase(actor)
  }

  private restart(actor: number): void {
    this.setStatus(actor, 'up')
    const { machine } = this.plan.actors[actor]!
    this.become(actor, machine.boot(this.circumstances.configs[actor], this.durables[actor] ?? null, this.env(actor)))
    this.lookAtPhase(actor)
  }

  /** Timers stop where they are, and mail waits. */
  private pause(actor: number): void {
    for (let timer = 0; timer < this.timerCount; timer++) {
      const due = this.timers[this.slot(actor, timer, Section.due)]!
      this.timers[this.slot(actor, timer, Section.left)] = due === NEVER ? NEVER : due - this.clock
      this.timers[this.slot(actor, timer, Section.due)] = NEVER
    }
    this.setStatus(actor, 'paused')
    this.lookAtPhase(actor)
  }

  private wait(item: Scheduled<P>): void {
    const { inboxes } = this.circumstances
    const inbox = [...inboxes[item.actor]!, item]
    if (inbox.length > QUEUE_MAX)
      throw new Refusal(`more than ${QUEUE_MAX} messages wait for ${this.names[item.actor]}`)
    this.circumstances = { ...this.circumstances, inboxes: inboxes.with(item.actor, inbox) }
  }

  private resume(actor: number): void {
    this.setStatus(actor, 'up')
    for (let timer = 0; timer < this.timerCount; timer++) {
      const left = this.timers[this.slot(actor, timer, Section.left)]!
      if (left !== NEVER) this.arm(actor, timer, this.clock + left)
    }
    const { inboxes } = this.circumstances
    for (const item of inboxes[actor]!) this.reschedule(item, this.clock)
    this.circumstances = { ...this.circumstances, inboxes: inboxes.with(actor, []) }
    this.lookAtPhase(actor)
  }

  /** The same item at another time. A message keeps its number, by which people call it. */
  private reschedule(item: Scheduled<P>, time: number): void {
    this.queue.push(
      new Scheduled<P>(time, item.seq, item.kind, item.actor, item.detail, item.message, item.sentAt, item.boots),
    )
  }

  private setNetwork(network: Network): void {
    this.circumstances = { ...this.circumstances, network }
    this.release()
  }

  /** Messages held by links that are open again go on their way. */
  private release(): void {
    const { network } = this.circumstances
    const free = this.held.filter((item) => !clogged(network, item.detail, item.actor))
    if (free.length === 0) return
    this.held = this.held.filter((item) => clogged(network, item.detail, item.actor))
    for (const item of free) {
      const { delayUs } = network.links[item.detail * network.size + item.actor]!
      this.reschedule(item, this.clock + between(this.entropy(this.networkStream()), delayUs.low, delayUs.high))
    }
  }

  private changeLink({ from, to, both }: Pairs, change: Partial<LinkCondition> | 'reset'): void {
    const means = (x: number, y: number) => (from === null || from === x) && (to === null || to === y)
    const concerns = (x: number, y: number) => means(x, y) || (both && means(y, x))
    this.setNetwork(
      changeLinks(this.network, concerns, (link) =>
        change === 'reset' ? this.network.normal : { ...link, ...change },
      ),
    )
  }

  private setClock(actor: number, skewUs: number, ppm: number | null): void {
    const { clocks } = this.circumstances
    const clock = clocks[actor]!
    const changed = adjust(clock, this.clock, skewUs, ppm ?? clock.ppm)
    this.circumstances = { ...this.circumstances, clocks: clocks.with(actor, changed) }
  }

  private setDisk(act: Extract<SimAct<P>, { kind: 'disk' }>): void {
    const { disks } = this.circumstances
    const old = disks[act.actor]!
    const disk: DiskCondition = {
      latencyUs: act.latencyUs ?? old.latencyUs,
      stalled: act.stalled ?? old.stalled,
      onCrash: act.onCrash ?? old.onCrash,
    }
    this.circumstances = { ...this.circumstances, disks: disks.with(act.actor, disk) }
    const job = this.jobs[act.actor] ?? null
    if (old.stalled && !disk.stalled && job !== null) {
      // A completion that came due during the stall was swallowed; a later one must not count twice.
      this.removeQueued((item) => item.kind === 'disk' && item.actor === act.actor)
      this.write(act.actor, job)
    }
  }

  private removeQueued(test: (item: Scheduled<P>) => boolean): void {
    this.queue.filter((item) => !test(item))
  }

  /** Takes a message out of wherever it travels or waits. */
  private takeOut(message: number): Scheduled<P> {
    const item = this.findInFlight(message)
    assert(item !== undefined, 'the message was checked to be in flight')
    this.removeQueued((other) => other === item)
    this.held = this.held.filter((other) => other !== item)
    const { inboxes } = this.circumstances
    const inbox = inboxes[item.actor]!.filter((other) => other !== item)
    this.circumstances = { ...this.circumstances, inboxes: inboxes.with(item.actor, inbox) }
    return item
  }

  private drop(message: number): void {
    const item = this.takeOut(message)
    this.lose(item.detail, item.actor, item.message as P['message'], item.sentAt)
  }

  private delay(message: number, byUs: number): void {
    const item = this.takeOut(message)
    this.reschedule(item, Math.max(item.time, this.clock) + byUs)
  }

  private duplicate(message: number): void {
    const item = this.findInFlight(message)
    assert(item !== undefined, 'the message was checked to be in flight')
    this.schedule('deliver', Math.max(item.time, this.clock), item.actor, item.detail, item.message)
  }

  private reconfigure(configs: readonly P['config'][]): void {
    this.circumstances = { ...this.circumstances, configs }
    configs.forEach((config, actor) => {
      const state = this.states[actor]
      if (state !== undefined) this.states[actor] = this.plan.actors[actor]!.machine.reconfigure(state, config)
    })
  }

  // ---- Checkpoints --------------------------------------------------------------------------------------------

  checkpoint(): Checkpoint<P> {
    return {
      event: this.events,
      time: this.clock,
      seq: this.seq,
      high: this.high,
      low: this.low,
      queue: this.queue.snapshot(),
      held: this.held,
      states: this.states.slice(),
      durables: this.durables.slice(),
      previous: this.previous.slice(),
      jobs: this.jobs.slice(),
      timers: this.timers.slice(),
      draws: this.draws.slice(),
      phases: this.phases.slice(),
      memories: this.memories.slice(),
      meters: this.meterMemories.slice(),
      watched: this.watched,
      earlier: this.earlierStates.slice(),
      broken: this.brokenRules,
      operations: this.operationLog,
      circumstances: this.circumstances,
    }
  }

  restore(from: Checkpoint<P>): void {
    this.events = from.event
    this.clock = from.time
    this.seq = from.seq
    this.high = from.high
    this.low = from.low
    this.queue.load(from.queue)
    this.held = from.held
    this.states = from.states.slice()
    this.durables = from.durables.slice()
    this.previous = from.previous.slice()
    this.jobs = from.jobs.slice()
    this.timers = from.timers.slice()
    this.draws = from.draws.slice()
    this.phases = from.phases.slice()
    this.memories = from.memories.slice()
    this.meterMemories = from.meters.slice()
    this.earlierStates = from.earlier.slice()
    const { watcher } = this
    this.watched = watcher !== null && from.event <= watcher.from ? watcher.meter.init(this) : from.watched
    this.brokenRules = from.broken
    this.operationLog = from.operations
    this.circumstances = from.circumstances
  }

  /** The run so far in 16 hexadecimal digits: every event's place and time, and the states they led to. */
  digest(): string {
    return digestText(this.lanes())
  }

  /** {@link digest} as two numbers. */
  lanes(): Digest {
    let digest: Digest = { high: this.high, low: this.low }
    this.states.forEach((state, actor) => {
      const hash = state === undefined ? 1 : this.plan.actors[actor]!.machine.hash(state)
      digest = { high: foldLane(digest.high, hash), low: foldLane(digest.low ^ hash, actor) }
    })
    return digest
  }

  /** The machine of an actor steps once on a copy of the present: what would this input do? Nothing changes. */
  preview(actor: number, input: Input<P>): Transition<P> | null {
    const state = this.states[actor]
    if (state === undefined) return null
    const now = localTime(this.circumstances.clocks[actor]!, this.clock)
    const entropy = draw(this.keys[actor]!, this.draws[actor]!)
    return this.plan.actors[actor]!.machine.step(state, input, { self: this.names[actor]!, now, entropy })
  }
}
