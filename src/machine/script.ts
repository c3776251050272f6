import { present } from '../base/assert.ts'
import { type Micros, micros, type NodeId, type RequestId, requestId } from '../base/brand.ts'
import { draw, streamKey } from '../base/prng.ts'
import type { World, WorldEvent } from './invariant.ts'
import type { Effect, Input, Machine, Protocol } from './machine.ts'

/**
 * For tests: a world in which nothing happens by itself, and golden scripts, which are conversations with such a
 * world (in the style of etcd's interaction tests). A protocol brings its vocabulary.
 */

/** A message that has left its sender. */
export interface Mail<P extends Protocol> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: P['message']
}

/** What the world reports, in order. */
export type Report<P extends Protocol> =
  | { readonly kind: 'delivered'; readonly mail: Mail<P> }
  | { readonly kind: 'note'; readonly actor: NodeId; readonly note: P['note'] }
  | { readonly kind: 'reply'; readonly actor: NodeId; readonly request: string; readonly result: P['result'] }

interface Write<P extends Protocol> {
  readonly durable: P['durable']
  /** Effects that wait for it. */
  readonly behind: Effect<P>[]
}

/** What left an actor in one event. */
interface Outcome<P extends Protocol> {
  readonly sent: Mail<P>[]
  readonly toSelf: Mail<P>[]
}

interface Actor<P extends Protocol> {
  readonly name: NodeId
  config: P['config']
  /** Undefined: crashed. */
  state: P['state'] | undefined
  disk: P['durable'] | null
  /** Writes on their way to the disk, oldest first. */
  writes: Write<P>[]
  /** Timers that run, with the instant of their local clock at which they are due. */
  readonly timers: Map<P['timer'], number>
  steps: number
}

/** The world of a script. Messages wait in `mail`, timers wait to be fired, and slow disks wait to be told. */
export class Puppets<P extends Protocol> {
  now: Micros = micros(0)
  mail: Mail<P>[] = []
  reports: Report<P>[] = []
  private readonly actors = new Map<NodeId, Actor<P>>()
  private readonly slowDisks = new Set<NodeId>()
  private requests = 0
  private observer: (event: WorldEvent<P>) => void = () => undefined

  constructor(
    private readonly machine: Machine<P>,
    private readonly seed = 1,
  ) {}

  get names(): readonly NodeId[] {
    return [...this.actors.keys()]
  }

  start(name: NodeId, config: P['config'], durable: P['durable'] | null = null): void {
    const actor: Actor<P> = { name, config, state: undefined, disk: durable, writes: [], timers: new Map(), steps: 0 }
    this.actors.set(name, actor)
    this.boot(actor)
  }

  /** From now on `observer` sees every event: that is how judges take part. */
  watch(observer: (event: WorldEvent<P>) => void): void {
    this.observer = observer
  }

  /** The world as a judge sees it; it follows what happens later. */
  world(): World<P> {
    const all = () => [...this.actors.values()]
    const puppets = this
    return {
      get now() {
        return puppets.now
      },
      get names() {
        return puppets.names
      },
      indexOf: (name) => this.names.indexOf(name),
      state: (at) => all()[at]?.state,
      durable: (at) => all()[at]?.disk ?? null,
      status: (at) => (all()[at]?.state === undefined ? 'down' : 'up'),
    }
  }

  /**
   * Memory is gone, and unfinished writes are gone or torn (by `entropy`, if given); messages that left stay on their
   * way.
   */
  crash(name: NodeId, entropy?: number): void {
    const actor = this.actor(name)
    const write = actor.writes.at(-1)
    if (entropy !== undefined && write !== undefined) actor.disk = this.machine.tear(actor.disk, write.durable, entropy)
    const before = actor.state
    actor.state = undefined
    actor.writes = []
    actor.timers.clear()
    this.conclude('act', actor, before, { sent: [], toSelf: [] })
  }

  restart(name: NodeId): void {
    this.boot(this.actor(name))
  }

  state(name: NodeId): P['state'] {
    return present(this.actor(name).state, `state of ${name}, which is down`)
  }

  isUp(name: NodeId): boolean {
    return this.actors.get(name)?.state !== undefined
  }

  durable(name: NodeId): P['durable'] | null {
    return this.actor(name).disk
  }

  /** The local time at which the timer is due, or undefined when it does not run. */
  timer(name: NodeId, timer: P['timer']): number | undefined {
    return this.actor(name).timers.get(timer)
  }

  command(name: NodeId, command: P['command']): RequestId {
    const request = requestId(`${name}:${++this.requests}`)
    this.step(this.actor(name), { kind: 'command', request, command })
    return request
  }

  /** Fires a timer now, also before it is due. It must be running. */
  fire(name: NodeId, timer: P['timer']): void {
    const actor = this.actor(name)
    present(actor.timers.get(timer), `timer ${timer} of ${name}`)
    actor.timers.delete(timer)
    this.step(actor, { kind: 'timer', timer })
  }

  /** Hands a message over as if it had arrived. Mail for actors that are down or unknown is only reported. */
  hand(mail: Mail<P>): void {
    this.reports.push({ kind: 'delivered', mail })
    const actor = this.actors.get(mail.to)
    if (actor?.state !== undefined) this.step(actor, { kind: 'message', from: mail.from, message: mail.message })
  }

  /** Takes mail out of the world: at most `limit` messages that `which` selects, oldest first. */
  take(which: (mail: Mail<P>) => boolean, limit = Number.POSITIVE_INFINITY): readonly Mail<P>[] {
    const taken: Mail<P>[] = []
    this.mail = this.mail.filter((mail) => {
      if (taken.length >= limit || !which(mail)) return true
      taken.push(mail)
      return false
    })
    return taken
  }

  /** Delivers until nothing that `which` selects is on its way. Stops with an error after 10,000 messages. */
  stabilize(which: (mail: Mail<P>) => boolean = () => true): void {
    for (let delivered = 0; delivered < 10_000; delivered++) {
      const [mail] = this.take(which, 1)
      if (mail === undefined) return
      this.hand(mail)
    }
    throw new Error('stabilize: still talking after 10,000 messages')
  }

  /** From now on the writes of this actor wait for {@link completeWrites}. */
  slowDisk(name: NodeId): void {
    this.slowDisks.add(name)
  }

  pendingWrites(name: NodeId): number {
    return this.actor(name).writes.length
  }

  /** Completes the oldest `limit` writes of a slow disk. */
  completeWrites(name: NodeId, limit = Number.POSITIVE_INFINITY): void {
    const actor = this.actor(name)
    for (let done = 0; done < limit; done++) {
      const write = actor.writes.shift()
      if (write === undefined) return
      actor.disk = write.durable
      this.conclude('disk', actor, actor.state, this.carryOut(actor, write.behind))
    }
  }

  private actor(name: NodeId): Actor<P> {
    return present(this.actors.get(name), `actor ${name}`)
  }

  private env(actor: Actor<P>) {
    return { self: actor.name, now: this.now, entropy: draw(streamKey(this.seed, actor.name), actor.steps++) }
  }

  private boot(actor: Actor<P>): void {
    const { state, effects } = this.machine.boot(actor.config, actor.disk, this.env(actor))
    actor.state = state
    this.conclude('boot', actor, undefined, this.carryOut(actor, effects))
  }

  private step(actor: Actor<P>, input: Input<P>): void {
    const before = present(actor.state, actor.name)
    const { state, effects } = this.machine.step(before, input, this.env(actor))
    actor.state = state
    this.conclude(input.kind, actor, before, this.carryOut(actor, effects))
  }

  /** Shows the event to the observer, and then hands over what the actor sent to itself. */
  private conclude(
    kind: WorldEvent<P>['kind'],
    actor: Actor<P>,
    before: P['state'] | undefined,
    outcome: Outcome<P>,
  ): void {
    const { sent, toSelf } = outcome
    this.observer({ kind, actor: this.names.indexOf(actor.name), before, after: actor.state, sent, operations: [] })
    for (const mail of toSelf) this.hand(mail)
  }

  private carryOut(actor: Actor<P>, effects: readonly Effect<P>[]): Outcome<P> {
    const outcome: Outcome<P> = { sent: [], toSelf: [] }
    let write: Write<P> | undefined
    for (const effect of effects) {
      if (effect.kind === 'persist') write = this.persist(actor, effect.durable)
      else if (write !== undefined) write.behind.push(effect)
      else this.apply(actor, effect, outcome)
    }
    return outcome
  }

  /** The write to wait for, or undefined when the value is on disk already. */
  private persist(actor: Actor<P>, durable: P['durable']): Write<P> | undefined {
    const newest = actor.writes.at(-1)
    if (newest !== undefined && newest.durable === durable) return newest
    if (newest === undefined && actor.disk === durable) return undefined
    if (!this.slowDisks.has(actor.name)) {
      actor.disk = durable
      return undefined
    }
    const write = { durable, behind: [] }
    actor.writes.push(write)
    return write
  }

  private apply(actor: Actor<P>, effect: Exclude<Effect<P>, { kind: 'persist' }>, outcome: Outcome<P>): void {
    switch (effect.kind) {
      case 'send': {
        const mail = { from: actor.name, to: effect.to, message: effect.message }
        outcome.sent.push(mail)
        if (effect.to === actor.name) outcome.toSelf.push(mail)
        else this.mail.push(mail)
        return
      }
      case 'set-timer':
        actor.timers.set(effect.timer, this.now + effect.after)
        return
      case 'clear-timer':
        actor.timers.delete(effect.timer)
        return
      case 'note':
        this.reports.push({ kind: 'note', actor: actor.name, note: effect.note })
        return
      case 'reply':
        this.reports.push({ kind: 'reply', actor: actor.name, request: effect.request, result: effect.result })
    }
  }
}

/** Carries out one command of a script and returns what it prints, without a final line break. */
export type Interpreter = (verb: string, args: readonly string[]) => string

/**
 * Runs a script: blocks of commands (one a line, `#` begins a comment line), a line `----`, and the expected output up
 * to an empty line. Returns the script with the output that the commands really gave: equal texts mean success.
 * Throws with the line number on a command that fails.
 */
export function runScript(text: string, interpret: Interpreter): string {
  const result: string[] = []
  let output: string[] = []
  let skipping = false
  text.split('\n').forEach((line, at) => {
    if (skipping) {
      if (line !== '') return
      skipping = false
    }
    result.push(line)
    if (line === '----') {
      result.push(...(output.length === 0 ? ['ok'] : output))
      output = []
      skipping = true
    } else if (line !== '' && !line.startsWith('#')) {
      output.push(...printed(line, at + 1, interpret))
    }
  })
  return result.join('\n')
}

function printed(line: string, number: number, interpret: Interpreter): readonly string[] {
  const [verb = '', ...args] = line.trim().split(/\s+/)
  try {
    const text = interpret(verb, args)
    return text === '' ? [] : text.split('\n')
  } catch (error) {
    throw new Error(`line ${number}: ${line}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
