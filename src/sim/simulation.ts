import type { AppendList } from '../base/append-list.ts'
import { assert, unreachable } from '../base/assert.ts'
import { type Micros, micros, type NodeId, type RequestId } from '../base/brand.ts'
import { type Digest, digestText, emptyDigest, foldLane } from '../base/digest.ts'
import { draw, type StreamKey, streamKey } from '../base/prng.ts'
import type { OperationEvent, Status, World, WorldEvent } from '../machine/invariant.ts'
import type { Effect, Input, Protocol, Transition } from '../machine/machine.ts'
import { Clients, type ClientsRecord, called, returned } from './clients.ts'
import { type Clock, localTime, realDuration } from './clock.ts'
import { Conditions, type ConditionsRecord, refusalOf } from './conditions.ts'
import { type Broken, Court, type CourtRecord } from './court.ts'
import { Disks, type DisksRecord } from './disks.ts'
import { networkAfter, type SimAct } from './faults.ts'
import { createNetwork, type Network } from './network.ts'
import { type Meter, type Plan, Refusal } from './plan.ts'
import { Post, type PostRecord } from './post.ts'
import { EventQueue, type Kind, Scheduled } from './queue.ts'
import { Scribe } from './scribe.ts'
import type { DiskCondition } from './storage.ts'
import { Timers } from './timers.ts'
import { ROW, type TraceSink } from './trace.ts'
import { gapUs } from './workload.ts'

/** Everything needed to go on from an instant: pointers into immutable values and a few copied arrays. */
export interface Checkpoint<P extends Protocol> {
  readonly event: number
  readonly time: number
  readonly digest: Digest
  readonly queue: ReturnType<EventQueue<P>['snapshot']>
  readonly states: readonly (P['state'] | undefined)[]
  readonly earlier: readonly (P['state'] | undefined)[]
  readonly disks: DisksRecord<P>
  readonly timers: readonly number[]
  readonly draws: readonly number[]
  readonly phases: readonly number[]
  readonly court: CourtRecord
  readonly clients: ClientsRecord<P>
  readonly conditions: ConditionsRecord<P>
  readonly post: PostRecord<P>
}

type Letter<P extends Protocol> = Extract<Effect<P>, { kind: 'send' }>

/**
 * A whole world in virtual time. It owns the mutable loop around pure machines and never names a protocol. Order of
 * events: (time, seq). After every event the judges look at the world.
 */
export class Simulation<P extends Protocol> implements World<P> {
  readonly names: readonly NodeId[]
  private readonly numbers = new Map<string, number>()
  private readonly keys: readonly StreamKey[]
  private readonly queue = new EventQueue<P>()
  private readonly timers: Timers<P>
  private readonly disks: Disks<P>
  private readonly post: Post<P>
  private readonly clients: Clients<P>
  private readonly court: Court<P>
  private readonly conditions: Conditions<P>
  private readonly scribe: Scribe<P>

  private clock = 0
  private events = 0
  private high = emptyDigest.high
  private low = emptyDigest.low
  private states: (P['state'] | undefined)[]
  /** The state of each actor before its last step, for "what changed". */
  private earlierStates: (P['state'] | undefined)[]
  private draws: number[]
  private phases: number[]

  /** Reused for every event; see WorldEvent. */
  private readonly sent: Letter<P>[] = []
  private readonly began: OperationEvent<P>[] = []
  private readonly event: {
    kind: WorldEvent<P>['kind']
    actor: number
    before: P['state'] | undefined
    after: P['state'] | undefined
    readonly sent: Letter<P>[]
    readonly operations: OperationEvent<P>[]
  } = { kind: 'boot', actor: -1, before: undefined, after: undefined, sent: this.sent, operations: this.began }

  constructor(readonly plan: Plan<P>) {
    const { actors, seed } = plan
    const count = actors.length
    this.names = actors.map((actor) => actor.name)
    this.names.forEach((name, at) => {
      this.numbers.set(name, at)
    })
    this.scribe = new Scribe(plan)
    this.conditions = new Conditions(plan)
    const shared = ['network', 'storage', 'workload']
    this.keys = [...this.names.map((name) => `actor ${name}`), ...shared].map((name) => streamKey(seed, name))
    this.states = new Array<undefined>(count).fill(undefined)
    this.earlierStates = this.states.slice()
    this.draws = new Array<number>(this.keys.length).fill(0)
    this.phases = new Array<number>(count).fill(-1)
    this.timers = new Timers(count, Math.max(1, ...actors.map(({ machine }) => machine.timers.length)), this.queue)
    this.disks = new Disks<P>(count, {
      condition: (actor) => this.disk(actor),
      entropy: () => this.entropy(count + 1),
      complete: (actor, afterUs) => this.schedule('disk', this.clock + afterUs, actor, 0),
    })
    this.post = new Post<P>(
      createNetwork(count, plan.link),
      this.queue,
      {
        now: () => this.clock,
        entropy: () => this.entropy(count),
        lost: (from, to, message, sentAt) => this.scribe.lost(from, to, message, sentAt, this.clock, this.events),
      },
      plan.connected,
    )
    this.clients = new Clients(count)
    this.court = new Court(plan, this)
  }

  /** Where the rows of the trace go; a recorder replaces it to re-derive bodies. */
  get sink(): TraceSink {
    return this.scribe.sink
  }

  set sink(sink: TraceSink) {
    this.scribe.sink = sink
  }

  /** Boots every actor at time 0. The caller sets {@link sink} first; call once. */
  start(): void {
    assert(this.events === 0, 'a world starts once')
    for (let actor = 0; actor < this.names.length; actor++) {
      this.begin('boot', actor)
      this.boot(actor)
      this.finish(0)
    }
    this.plan.streams.forEach((rate, actor) => {
      if (rate > 0) this.stream(actor, rate)
    })
  }

  // ---- What judges, meters and projections may look at --------------------------------------------------------

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

  /** The state of the actor before its last step. */
  earlier(actor: number): P['state'] | undefined {
    return this.earlierStates[actor]
  }

  durable(actor: number): P['durable'] | null {
    return this.disks.holds(actor)
  }

  status(actor: number): Status {
    return this.conditions.status(actor)
  }

  get network(): Network {
    return this.post.network
  }

  disk(actor: number): DiskCondition {
    return this.conditions.disk(actor)
  }

  /** True while a durable write of the actor is under way. */
  writing(actor: number): boolean {
    return this.disks.isWriting(actor)
  }

  clockOf(actor: number): Clock {
    return this.conditions.clock(actor)
  }

  /** Operations per second of a client's steady stream. */
  streamRate(actor: number): number {
    return this.clients.rate(actor)
  }

  /** Real time at which the timer fires; null when it is not running. */
  timerDue(actor: number, timer: P['timer']): number | null {
    const number = this.plan.actors[actor]!.machine.timers.indexOf(timer)
    return number < 0 ? null : this.timers.due(actor, number)
  }

  get broken(): readonly Broken[] {
    return this.court.broken
  }

  /** What judge number `invariant` remembers. */
  memory(invariant: number): unknown {
    return this.court.memory(invariant)
  }

  /** What the meter of this id remembers. */
  meterMemory(id: string): unknown {
    return this.court.meter(id)
  }

  /** Puts in a meter that sees only the events after this instant; it replaces an earlier one. */
  watch(meter: Meter<P> | null): void {
    this.court.watch(meter, this.events)
  }

  get watchMemory(): unknown {
    return this.court.watchMemory
  }

  /** The history of all clients, in order of time. */
  get operations(): AppendList<OperationEvent<P>> {
    return this.clients.operations
  }

  /** Calls `visit` for every message in flight, and for those that a clogged link or a paused actor holds. */
  eachInFlight(visit: (message: Scheduled<P>, waiting: boolean) => void): void {
    this.post.eachInFlight(visit)
  }

  findInFlight(message: number): Scheduled<P> | undefined {
    return this.post.find(message)
  }

  /** The machine of an actor steps once on a copy of the present: what would this input do? Nothing changes. */
  preview(actor: number, input: Input<P>): Transition<P> | null {
    const state = this.states[actor]
    if (state === undefined) return null
    const entropy = draw(this.keys[actor]!, this.draws[actor]!)
    const env = { self: this.names[actor]!, now: this.localNow(actor), entropy }
    return this.plan.actors[actor]!.machine.step(state, input, env)
  }

  // ---- The loop -----------------------------------------------------------------------------------------------

  /** Time of the next event; Infinity when nothing will ever happen again. */
  nextTime(): number {
    return this.timers.settle()?.time ?? Number.POSITIVE_INFINITY
  }

  /** Processes the next event. False when there is none at or before `until`. */
  step(until: number): boolean {
    const next = this.timers.settle()
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
    if (this.conditions.status(actor) === 'paused' && item.kind !== 'stream') {
      this.post.wait(item)
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
        this.written(actor, item.number)
        break
      case 'stream':
        this.begin('command', actor)
        if (this.clients.isExpected(actor, item.number)) this.arrive(actor, item.detail)
        break
      default:
        unreachable(item.kind)
    }
    this.finish(item.seq)
  }

  private begin(kind: WorldEvent<P>['kind'], actor: number): void {
    this.events++
    if (this.sent.length > 0) this.sent.length = 0
    if (this.began.length > 0) this.began.length = 0
    const event = this.event
    event.kind = kind
    event.actor = actor
    event.before = actor < 0 ? undefined : this.states[actor]
  }

  private finish(seq: number): void {
    const { event } = this
    const { actor, before } = event
    const after = actor < 0 ? undefined : this.states[actor]
    event.after = after
    this.high = foldLane(foldLane(this.high, this.clock), seq)
    this.low = foldLane(this.low ^ actor, seq + this.events)
    if (after !== before) {
      this.earlierStates[actor] = before
      this.lookAtPhase(actor)
    }
    this.court.sit(event, this.events, this.tellBroken)
  }

  private readonly tellBroken = ({ invariant, actors }: Broken): void => {
    this.note(ROW.broken, invariant, actors[0] === undefined ? -1 : this.indexOf(actors[0]), 0, null)
  }

  private lookAtPhase(actor: number): void {
    const phase = this.plan.phase(this.states[actor], this.conditions.status(actor))
    if (phase === this.phases[actor]) return
    this.phases[actor] = phase
    this.note(ROW.phase, 0, actor, phase, null)
  }

  /** A row about one actor at this instant. */
  private note(kind: number, label: number, actor: number, value: number, body: unknown): void {
    this.scribe.tell(kind, label, actor, value, body, this.clock, this.events)
  }

  // ---- Actors -------------------------------------------------------------------------------------------------

  private entropy(stream: number): number {
    return draw(this.keys[stream]!, this.draws[stream]!++)
  }

  private localNow(actor: number): Micros {
    return localTime(this.conditions.clock(actor), this.clock)
  }

  private env(actor: number) {
    return { self: this.names[actor]!, now: this.localNow(actor), entropy: this.entropy(actor) }
  }

  private boot(actor: number): void {
    const { machine } = this.plan.actors[actor]!
    this.become(actor, machine.boot(this.conditions.config(actor), this.durable(actor), this.env(actor)))
  }

  private input(actor: number, input: Input<P>): void {
    const state = this.states[actor]
    if (state !== undefined) this.become(actor, this.plan.actors[actor]!.machine.step(state, input, this.env(actor)))
  }

  private become(actor: number, { state, effects }: Transition<P>): void {
    this.states[actor] = state
    if (effects.length > 0) this.carryOut(actor, effects)
  }

  private carryOut(actor: number, effects: readonly Effect<P>[]): void {
    for (let at = 0; at < effects.length; at++) {
      const effect = effects[at]!
      switch (effect.kind) {
        case 'send':
          this.send(actor, effect)
          break
        case 'set-timer': {
          const after = realDuration(this.conditions.clock(actor), effect.after)
          this.timers.arm(actor, this.timerNumber(actor, effect.timer), this.clock + after)
          break
        }
        case 'persist':
          if (this.disks.mustWait(actor, effect.durable, effects, at + 1)) return
          break
        case 'clear-timer':
          this.timers.clear(actor, this.timerNumber(actor, effect.timer))
          break
        case 'note':
          this.scribe.note(effect.note, actor, this.clock, this.events)
          break
        case 'reply':
          this.endOperation(actor, effect.request, effect.result)
          break
        default:
          unreachable(effect)
      }
    }
  }

  private timerNumber(actor: number, timer: P['timer']): number {
    const number = this.plan.actors[actor]!.machine.timers.indexOf(timer)
    assert(number >= 0, 'a timer that the machine declares')
    return number
  }

  // ---- Messages -----------------------------------------------------------------------------------------------

  private send(from: number, letter: Letter<P>): void {
    const to = this.numbers.get(letter.to)
    assert(to !== undefined, 'a message goes to an actor that exists')
    this.sent.push(letter)
    this.post.send(from, to, letter.message)
  }

  /** The number of the new event. */
  private schedule(kind: Kind, time: number, actor: number, detail: number): number {
    const seq = this.queue.number()
    this.queue.push(new Scheduled<P>(time, seq, kind, actor, detail, null, this.clock))
    return seq
  }

  private deliver(item: Scheduled<P>): void {
    const message = item.message as P['message']
    const { actor, detail: from } = item
    if (this.states[actor] === undefined) {
      this.scribe.lost(from, actor, message, item.sentAt, this.clock, this.events)
      const refusal = this.plan.actors[actor]!.machine.refuse?.(message)
      if (refusal !== undefined && refusal !== null) this.post.send(actor, from, refusal)
      return
    }
    this.scribe.delivered(item, this.events)
    this.input(actor, { kind: 'message', from: this.names[from]!, message })
  }

  private fire(actor: number, timer: number): void {
    this.timers.fired(actor, timer)
    this.note(ROW.timer, timer, actor, 0, null)
    this.input(actor, { kind: 'timer', timer: this.plan.actors[actor]!.machine.timers[timer]! })
  }

  private written(actor: number, completion: number): void {
    const tails = this.disks.written(actor, completion)
    if (tails === null) return
    this.note(ROW.disk, 0, actor, 0, null)
    for (const tail of tails) this.carryOut(actor, tail)
  }

  // ---- Operations of clients ----------------------------------------------------------------------------------

  private command(actor: number, command: P['command'], given: RequestId | undefined): void {
    const client = this.names[actor]!
    const request = given ?? this.clients.nextRequest(actor, client)
    if (this.isClient(actor)) this.operation(actor, called(client, request, command, this.now))
    this.input(actor, { kind: 'command', request, command })
  }

  private isClient(actor: number): boolean {
    return this.plan.actors[actor]!.role === 'client'
  }

  private operation(actor: number, event: OperationEvent<P>): void {
    this.began.push(event)
    this.clients.append(event)
    this.note(event.kind === 'call' ? ROW.call : ROW.result, 0, actor, 0, event)
  }

  private endOperation(actor: number, request: RequestId, result: P['result']): void {
    if (this.isClient(actor)) this.operation(actor, returned(this.names[actor]!, request, result, this.now))
  }

  private stream(actor: number, ratePerSecond: number): void {
    this.clients.setRate(actor, ratePerSecond)
    if (ratePerSecond > 0) this.nextArrival(actor)
  }

  private nextArrival(actor: number): void {
    const entropy = this.entropy(this.names.length + 2)
    const gap = gapUs(this.clients.rate(actor), entropy)
    this.clients.expect(actor, this.schedule('stream', this.clock + gap, actor, entropy))
  }

  private arrive(actor: number, entropy: number): void {
    this.nextArrival(actor)
    // Nobody asks while the client is paused or down, and nothing is made up for later.
    if (this.status(actor) !== 'up') return
    const count = this.clients.draw(actor)
    this.command(actor, this.plan.generate(this.names[actor]!, count, entropy), undefined)
  }

  // ---- Acts ---------------------------------------------------------------------------------------------------

  /**
   * Applies acts of the present instant, as one event. Throws {@link Refusal}, with nothing changed, when one of them
   * is impossible now. `label` is the act's number in the script, for the trace.
   */
  act(acts: readonly SimAct<P>[], label: number): void {
    this.checkActs(acts)
    const single = acts.length === 1 ? acts[0]! : null
    const actor = single !== null && 'actor' in single ? single.actor : -1
    this.begin('act', actor)
    this.note(ROW.act, 0, actor, label, null)
    for (const act of acts) this.apply(act)
    this.finish(0)
  }

  /** Throws {@link Refusal} when one of the acts is impossible now. */
  checkActs(acts: readonly SimAct<P>[]): void {
    const name = (actor: number) => this.names[actor]!
    const flies = (message: number) => this.findInFlight(message) !== undefined
    for (const act of acts) {
      const reason = refusalOf(act, (actor) => this.status(actor), name, flies)
      if (reason !== null) throw new Refusal(reason)
    }
  }

  private apply(act: SimAct<P>): void {
    switch (act.kind) {
      case 'kill':
        this.kill(act.actor)
        break
      case 'restart':
        this.conditions.setStatus(act.actor, 'up')
        this.boot(act.actor)
        break
      case 'pause':
        this.timers.freeze(act.actor, this.clock)
        this.conditions.setStatus(act.actor, 'paused')
        break
      case 'resume':
        this.conditions.setStatus(act.actor, 'up')
        this.timers.thaw(act.actor, this.clock)
        this.post.handOver(act.actor)
        break
      case 'partition':
      case 'heal':
      case 'isolate':
      case 'link':
        this.post.change(networkAfter(this.network, act))
        break
      case 'clock':
        this.conditions.adjustClock(act.actor, this.clock, act.skewUs, act.ppm)
        break
      case 'disk':
        this.setDisk(act)
        break
      case 'drop':
        this.post.drop(act.message)
        break
      case 'delay':
        this.post.delay(act.message, act.byUs)
        break
      case 'duplicate':
        this.post.duplicate(act.message)
        break
      case 'command':
        this.command(act.actor, act.command, act.request)
        break
      case 'reconfigure':
        this.reconfigure(act.configs)
        break
      case 'stream':
        this.stream(act.actor, act.ratePerSecond)
        break
      case 'nothing':
        break
      default:
        unreachable(act)
    }
    if ('actor' in act) this.lookAtPhase(act.actor)
  }

  /** Memory is gone, timers stop, waiting mail is lost; the disk keeps what its condition says. */
  private kill(actor: number): void {
    const { machine } = this.plan.actors[actor]!
    const state = this.states[actor]
    const farewells = state === undefined ? undefined : machine.lastWords?.(state)
    this.disks.crash(actor, machine)
    this.states[actor] = undefined
    this.timers.clearAll(actor)
    this.post.discard(actor)
    this.conditions.setStatus(actor, 'down')
    for (const { to, message } of farewells ?? []) this.send(actor, { kind: 'send', to, message })
  }

  private setDisk(act: Extract<SimAct<P>, { kind: 'disk' }>): void {
    const { actor } = act
    const old = this.disk(actor)
    this.conditions.changeDisk(act)
    const disk = this.disk(actor)
    if (!old.stalled && disk.stalled) this.disks.stall(actor)
    if (old.stalled && !disk.stalled) this.disks.resume(actor)
  }

  private reconfigure(configs: readonly P['config'][]): void {
    this.conditions.setConfigs(configs)
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
      digest: { high: this.high, low: this.low },
      queue: this.queue.snapshot(),
      states: this.states.slice(),
      earlier: this.earlierStates.slice(),
      disks: this.disks.record(),
      timers: this.timers.snapshot(),
      draws: this.draws.slice(),
      phases: this.phases.slice(),
      court: this.court.record(this.events),
      clients: this.clients.record(),
      conditions: this.conditions.record,
      post: this.post.snapshot(),
    }
  }

  restore(from: Checkpoint<P>): void {
    this.events = from.event
    this.clock = from.time
    this.high = from.digest.high
    this.low = from.digest.low
    this.queue.restore(from.queue)
    this.states = from.states.slice()
    this.earlierStates = from.earlier.slice()
    this.disks.restore(from.disks)
    this.timers.restore(from.timers)
    this.draws = from.draws.slice()
    this.phases = from.phases.slice()
    this.court.restore(from.court)
    this.clients.restore(from.clients)
    this.conditions.record = from.conditions
    this.post.restore(from.post)
  }

  /** The run so far in 16 hexadecimal digits: every event's place and time, and the states they led to. */
  digest(): string {
    return digestText(this.lanes())
  }

  /** {@link digest} as two numbers. */
  lanes(): Digest {
    let { high, low } = this
    this.states.forEach((state, actor) => {
      const hash = state === undefined ? 1 : this.plan.actors[actor]!.machine.hash(state)
      high = foldLane(high, hash)
      low = foldLane(low ^ hash, actor)
    })
    return { high, low }
  }
}
