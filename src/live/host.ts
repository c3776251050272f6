import { assert, present, unreachable } from '../base/assert.ts'
import { type Micros, micros, type NodeId, type RequestId } from '../base/brand.ts'
import { draw, type StreamKey, streamKey } from '../base/prng.ts'
import type { Status } from '../machine/invariant.ts'
import type { Effect, Input, Machine, Protocol, Transition } from '../machine/machine.ts'
import type { Scheduler } from './scheduler.ts'

/** What surrounds the actors of a host, and who is told what they do. */
export interface Surroundings<P extends Protocol> {
  /** All randomness of the machines and of the delays comes from it. */
  readonly seed: number
  /** How long a message travels, in microseconds; 0 is at once. `entropy`: 32 uniform bits. */
  delayUs(from: NodeId, to: NodeId, entropy: number, message: P['message']): number
  /** What becomes of a message that is sent where the network is cut; absent: every one is lost. */
  atCut?(message: P['message']): AtCut
  /** From a write to its being on disk, in microseconds; 0 is at once. */
  readonly diskUs: number
  onNote?(actor: NodeId, note: P['note']): void
  onReply?(actor: NodeId, request: RequestId, result: P['result']): void
  /**
   * A machine threw: a mistake in its code. Its state is as before; the input is lost, but a timer runs again. Absent:
   * the error goes to whoever made the host work.
   */
  onFault?(fault: Fault<P>): void
}

/**
 * `lost`: a datagram. `held`: it arrives when the cut is mended, as TCP sends again what nobody acknowledged. `refused`:
 * the sender hears at once what {@link Machine.refuse} says, as from a firewall that rejects.
 */
export type AtCut = 'lost' | 'held' | 'refused'

/** An input that a machine could not stand. */
export interface Fault<P extends Protocol> {
  readonly actor: NodeId
  readonly input: Input<P>
  readonly error: unknown
}

/** Called with what arrives for an actor that is no machine: a connection of the outside world. */
export type Receiver<P extends Protocol> = (from: NodeId, message: P['message']) => void

interface Write<P extends Protocol> {
  readonly durable: P['durable']
  /** Effects that wait for it. */
  readonly behind: Effect<P>[]
  readonly doneUs: number
}

/** `due`: when it fires; null: it was cleared. `armed`: the earliest appointment that stands for it, null: none. */
interface Timer {
  due: number | null
  armed: number | null
}

interface MachineActor<P extends Protocol> {
  readonly kind: 'machine'
  readonly name: NodeId
  readonly key: StreamKey
  config: P['config']
  /** Undefined: it is down. */
  state: P['state'] | undefined
  paused: boolean
  disk: P['durable'] | null
  writes: Write<P>[]
  timers: Map<P['timer'], Timer>
  /** What came in while it was paused: messages, then timers. */
  inbox: { readonly from: NodeId; readonly message: P['message'] }[]
  overdue: P['timer'][]
  steps: number
  /** Number of its starts: what was planned in an earlier life does not happen. */
  life: number
}

interface OutsideActor<P extends Protocol> {
  readonly kind: 'outside'
  readonly name: NodeId
  readonly receive: Receiver<P>
}

interface Parcel<P extends Protocol> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: P['message']
}

/** How soon a timer runs again whose machine threw. */
const AFTER_FAULT_US = 100_000

/**
 * Runs machines of any protocol against a clock: delivers their messages in order, keeps their timers and disks, and does
 * to them what happens to processes (kill, restart, pause, resume) and to networks (partition, heal). Actors may come
 * and go while it runs. Equal seeds and equal calls give equal runs in virtual time.
 */
export class Host<P extends Protocol> {
  private readonly actors = new Map<NodeId, MachineActor<P> | OutsideActor<P>>()
  /** What can be delivered now, in order. */
  private ready: Parcel<P>[] = []
  private working = false
  /** When the last message that travels from one actor to another arrives. */
  private readonly arrivals = new Map<NodeId, Map<NodeId, number>>()
  private groups = new Map<NodeId, number>()
  /** What waits for a cut to be mended, in the order in which it was sent. */
  private held: Parcel<P>[] = []
  private readonly delays: StreamKey
  private sent = 0

  constructor(
    private readonly machine: Machine<P>,
    private readonly scheduler: Scheduler,
    private readonly surroundings: Surroundings<P>,
  ) {
    this.delays = streamKey(surroundings.seed, 'delays')
  }

  // ---- Actors -------------------------------------------------------------------------------------------------

  /** Adds a machine with an empty disk and boots it. */
  add(name: NodeId, config: P['config']): void {
    assert(!this.actors.has(name), `there are two actors called ${name}`)
    const actor: MachineActor<P> = {
      kind: 'machine',
      name,
      key: streamKey(this.surroundings.seed, name),
      config,
      state: undefined,
      paused: false,
      disk: null,
      writes: [],
      timers: new Map(),
      inbox: [],
      overdue: [],
      steps: 0,
      life: 0,
    }
    this.actors.set(name, actor)
    this.boot(actor)
  }

  /** Adds an actor of the outside world; it sends with {@link Host.post}. */
  attach(name: NodeId, receive: Receiver<P>): void {
    assert(!this.actors.has(name), `there are two actors called ${name}`)
    this.actors.set(name, { kind: 'outside', name, receive })
  }

  /** Removes an actor (a machine must be down): what is on its way to it is lost. */
  remove(name: NodeId): void {
    const actor = this.actors.get(name)
    assert(actor?.kind !== 'machine' || actor.state === undefined, `${name} still runs`)
    this.actors.delete(name)
    this.arrivals.delete(name)
    for (const to of this.arrivals.values()) to.delete(name)
  }

  /** Sends a message in the name of an actor of the outside world. */
  post(from: NodeId, to: NodeId, message: P['message']): void {
    this.send(from, to, message)
    this.work()
  }

  status(name: NodeId): Status {
    const actor = this.machineCalled(name)
    return actor.state === undefined ? 'down' : actor.paused ? 'paused' : 'up'
  }

  /** Undefined while it is down. */
  state(name: NodeId): P['state'] | undefined {
    return this.machineCalled(name).state
  }

  /** What its disk holds; null before the first write. */
  durable(name: NodeId): P['durable'] | null {
    return this.machineCalled(name).disk
  }

  // ---- What happens to processes --------------------------------------------------------------------------------

  /** The process is gone at once: memory and unfinished writes are lost, its connections close. It must run. */
  kill(name: NodeId): void {
    const actor = this.machineCalled(name)
    const { state, inbox } = actor
    assert(state !== undefined, `${name} is down already`)
    Object.assign(actor, { state: undefined, paused: false, writes: [], timers: new Map(), inbox: [], overdue: [] })
    for (const { to, message } of this.machine.lastWords?.(state) ?? []) this.send(name, to, message)
    for (const { from, message } of inbox) this.refuse(name, from, message)
    this.work()
  }

  /** Starts it again with what its disk holds. It must be down. */
  restart(name: NodeId): void {
    const actor = this.machineCalled(name)
    assert(actor.state === undefined, `${name} runs already`)
    this.boot(actor)
  }

  /** SIGSTOP: mail waits and timers wait. It must run. */
  pause(name: NodeId): void {
    const actor = this.machineCalled(name)
    assert(actor.state !== undefined && !actor.paused, `${name} does not run`)
    actor.paused = true
  }

  /** SIGCONT: what came in meanwhile is handled in its order, then the timers that are overdue. It must be paused. */
  resume(name: NodeId): void {
    const actor = this.machineCalled(name)
    assert(actor.paused, `${name} is not paused`)
    const { inbox, overdue } = actor
    Object.assign(actor, { paused: false, inbox: [], overdue: [] })
    for (const { from, message } of inbox) this.step(actor, { kind: 'message', from, message })
    for (const timer of overdue) this.fire(actor, timer)
    this.work()
  }

  /** The same node under another configuration, now if it runs and for every later start. */
  reconfigure(name: NodeId, config: P['config']): void {
    const actor = this.machineCalled(name)
    actor.config = config
    if (actor.state !== undefined) actor.state = this.machine.reconfigure(actor.state, config)
  }

  // ---- What happens to the network ------------------------------------------------------------------------------

  /** Cuts the network between the groups, in place of any cut before. Who is in no group reaches everybody. */
  partition(groups: readonly (readonly NodeId[])[]): void {
    this.groups = new Map(groups.flatMap((group, number) => group.map((name) => [name, number] as const)))
    const { held } = this
    this.held = []
    for (const { from, to, message } of held) this.send(from, to, message)
    this.work()
  }

  /** Mends every cut. What was lost stays lost. */
  heal(): void {
    this.partition([])
  }

  // ---- Delivery -----------------------------------------------------------------------------------------------

  private isCut(from: NodeId, to: NodeId): boolean {
    const [one, other] = [this.groups.get(from), this.groups.get(to)]
    return one !== undefined && other !== undefined && one !== other
  }

  private send(from: NodeId, to: NodeId, message: P['message']): void {
    const parcel: Parcel<P> = { from, to, message }
    if (from === to) this.ready.push(parcel)
    else if (this.isCut(from, to)) this.meetCut(parcel)
    else this.travel(parcel)
  }

  private meetCut(parcel: Parcel<P>): void {
    const fate = this.surroundings.atCut?.(parcel.message) ?? 'lost'
    if (fate === 'held') this.held.push(parcel)
    if (fate !== 'refused') return
    const answer = this.machine.refuse?.(parcel.message) ?? null
    // From the sender's own machine: no cut stops it.
    if (answer !== null) this.ready.push({ from: parcel.to, to: parcel.from, message: answer })
  }

  /** Puts it on its way, behind whatever travels from the same sender to the same receiver. */
  private travel(parcel: Parcel<P>): void {
    const { from, to, message } = parcel
    const now = this.scheduler.now()
    const delay = this.surroundings.delayUs(from, to, draw(this.delays, this.sent++), message)
    const arrivals = this.arrivals.get(from) ?? new Map<NodeId, number>()
    const before = arrivals.get(to)
    if (before === undefined && delay <= 0) {
      this.ready.push(parcel)
      return
    }
    const arrival = Math.max(now + delay, before ?? 0)
    this.arrivals.set(from, arrivals.set(to, arrival))
    this.scheduler.at(micros(arrival), () => {
      if (arrivals.get(to) === arrival) arrivals.delete(to)
      if (this.isCut(from, to)) this.meetCut(parcel)
      else this.ready.push(parcel)
      this.work()
    })
  }

  /** Delivers until nothing is left to deliver now. */
  private work(): void {
    if (this.working) return
    this.working = true
    try {
      for (let at = 0; at < this.ready.length; at++) this.deliver(this.ready[at]!)
    } finally {
      this.ready = []
      this.working = false
    }
  }

  private deliver({ from, to, message }: Parcel<P>): void {
    const actor = this.actors.get(to)
    if (actor === undefined) return
    if (actor.kind === 'outside') actor.receive(from, message)
    else if (actor.state === undefined) this.refuse(to, from, message)
    else if (actor.paused) actor.inbox.push({ from, message })
    else this.step(actor, { kind: 'message', from, message })
  }

  private refuse(name: NodeId, from: NodeId, message: P['message']): void {
    const answer = this.machine.refuse?.(message) ?? null
    if (answer !== null) this.send(name, from, answer)
  }

  // ---- Steps --------------------------------------------------------------------------------------------------

  private machineCalled(name: NodeId): MachineActor<P> {
    const actor = present(this.actors.get(name), `an actor called ${name}`)
    assert(actor.kind === 'machine', 'only machines have a state')
    return actor
  }

  private boot(actor: MachineActor<P>): void {
    actor.life++
    this.apply(actor, this.machine.boot(actor.config, actor.disk, this.env(actor)))
    this.work()
  }

  private env(actor: MachineActor<P>) {
    return { self: actor.name, now: this.scheduler.now(), entropy: draw(actor.key, actor.steps++) }
  }

  private step(actor: MachineActor<P>, input: Input<P>): void {
    if (actor.state === undefined) return
    let transition: Transition<P>
    try {
      transition = this.machine.step(actor.state, input, this.env(actor))
    } catch (error) {
      if (this.surroundings.onFault === undefined) throw error
      if (input.kind === 'timer') this.setTimer(actor, input.timer, AFTER_FAULT_US)
      this.surroundings.onFault({ actor: actor.name, input, error })
      return
    }
    this.apply(actor, transition)
  }

  private apply(actor: MachineActor<P>, { state, effects }: Transition<P>): void {
    actor.state = state
    let barrier: Write<P> | undefined
    for (const effect of effects) {
      if (effect.kind === 'persist') barrier = this.write(actor, effect.durable)
      else if (barrier === undefined) this.carryOut(actor, effect)
      else barrier.behind.push(effect)
    }
  }

  /** The write to wait for; undefined when the value is on disk. */
  private write(actor: MachineActor<P>, durable: P['durable']): Write<P> | undefined {
    const newest = actor.writes.at(-1)
    if ((newest?.durable ?? actor.disk) === durable) return newest
    if (newest === undefined && this.surroundings.diskUs === 0) {
      actor.disk = durable
      return undefined
    }
    const doneUs = Math.max(this.scheduler.now(), newest?.doneUs ?? 0) + this.surroundings.diskUs
    const write: Write<P> = { durable, behind: [], doneUs }
    actor.writes.push(write)
    const { life } = actor
    this.scheduler.at(micros(doneUs), () => {
      if (actor.life === life && actor.state !== undefined) this.written(actor)
    })
    return write
  }

  private written(actor: MachineActor<P>): void {
    const { durable, behind } = actor.writes.shift()!
    actor.disk = durable
    for (const effect of behind) this.carryOut(actor, effect)
    this.work()
  }

  private carryOut(actor: MachineActor<P>, effect: Effect<P>): void {
    switch (effect.kind) {
      case 'send':
        this.send(actor.name, effect.to, effect.message)
        break
      case 'reply':
        this.surroundings.onReply?.(actor.name, effect.request, effect.result)
        break
      case 'note':
        this.surroundings.onNote?.(actor.name, effect.note)
        break
      case 'set-timer':
        this.setTimer(actor, effect.timer, effect.after)
        break
      case 'clear-timer': {
        const timer = actor.timers.get(effect.timer)
        if (timer !== undefined) timer.due = null
        break
      }
      case 'persist':
        break
      default:
        unreachable(effect)
    }
  }

  private setTimer(actor: MachineActor<P>, name: P['timer'], afterUs: number): void {
    const timer = actor.timers.get(name) ?? { due: null, armed: null }
    actor.timers.set(name, timer)
    timer.due = this.scheduler.now() + afterUs
    if (timer.armed === null || timer.due < timer.armed) this.arm(actor, name, timer, micros(timer.due))
  }

  /** One appointment a timer stands for it, however often the timer is set anew. */
  private arm(actor: MachineActor<P>, name: P['timer'], timer: Timer, at: Micros): void {
    timer.armed = at
    this.scheduler.at(at, () => {
      if (actor.timers.get(name) !== timer || timer.armed !== at) return
      timer.armed = null
      if (timer.due === null) return
      if (timer.due > at) {
        this.arm(actor, name, timer, micros(timer.due))
        return
      }
      timer.due = null
      if (actor.paused) actor.overdue.push(name)
      else this.fire(actor, name)
      this.work()
    })
  }

  private fire(actor: MachineActor<P>, timer: P['timer']): void {
    this.step(actor, { kind: 'timer', timer })
  }
}
