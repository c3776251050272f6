import { assert } from '../base/assert.ts'
import { between } from '../base/prng.ts'
import type { Protocol } from '../machine/machine.ts'
import { clogged, connectedDelay, type Network, RETRANSMISSION_US, route, severed } from './network.ts'
import { Refusal } from './plan.ts'
import { type EventQueue, QUEUE_MAX, Scheduled } from './queue.ts'

/** The network and everything that waits in it. Immutable values: a checkpoint keeps a pointer. */
export interface PostRecord<P extends Protocol> {
  readonly network: Network
  /** Messages that clogged links hold. */
  readonly held: readonly Scheduled<P>[]
  /** Mail and completions that wait for a paused actor. */
  readonly inboxes: readonly (readonly Scheduled<P>[])[]
}

/** How the post reaches the rest of the world. */
export interface PostPort<P extends Protocol> {
  now(): number
  /** 32 bits of the network stream. */
  entropy(): number
  /** A message did not and will not arrive. */
  lost(from: number, to: number, message: P['message'], sentAt: number): void
}

const isMessage = <P extends Protocol>(item: Scheduled<P>) => item.kind === 'deliver' && item.actor !== item.detail

/** Carries messages: what is in flight lies in the queue, what waits lies here. */
export class Post<P extends Protocol> {
  private record: PostRecord<P>
  /**
   * Only on connections: when the newest message from one actor to another arrives, by `from * size + to`. Derived
   * from the queue: what has arrived does not hold anything up.
   */
  private readonly latest: Float64Array | null

  constructor(
    network: Network,
    private readonly queue: EventQueue<P>,
    private readonly port: PostPort<P>,
    connected = false,
  ) {
    this.latest = connected ? new Float64Array(network.size * network.size) : null
    const inboxes = new Array<readonly Scheduled<P>[]>(network.size).fill([])
    this.record = { network, held: [], inboxes }
  }

  get network(): Network {
    return this.record.network
  }

  snapshot(): PostRecord<P> {
    return this.record
  }

  /** The queue is restored before. */
  restore(record: PostRecord<P>): void {
    this.record = record
    const { latest } = this
    if (latest === null) return
    latest.fill(0)
    for (const item of this.queue.unordered()) {
      if (!isMessage(item)) continue
      const pair = item.detail * record.network.size + item.actor
      latest[pair] = Math.max(latest[pair]!, item.time)
    }
  }

  /** To itself a message goes at once; else the network decides. */
  send(from: number, to: number, message: P['message']): void {
    const now = this.port.now()
    if (to === from) {
      this.queue.push(this.letter(now, from, to, message))
      return
    }
    const { network } = this.record
    if (this.latest !== null) {
      const entropy = this.port.entropy()
      if (this.holds(network, from, to)) this.hold(this.letter(now, from, to, message))
      else {
        const time = this.inOrder(from, to, now + connectedDelay(network, from, to, entropy))
        this.queue.push(this.letter(time, from, to, message))
      }
      return
    }
    const delays = route(network, from, to, this.port.entropy())
    if (delays.length === 0) this.port.lost(from, to, message, now)
    else if (clogged(network, from, to)) this.hold(this.letter(now, from, to, message))
    else for (const delay of delays) this.queue.push(this.letter(now + delay, from, to, message))
  }

  private letter(time: number, from: number, to: number, message: P['message'] | null): Scheduled<P> {
    return new Scheduled<P>(time, this.queue.number(), 'deliver', to, from, message, this.port.now())
  }

  private queueInOrder(item: Scheduled<P>, time: number): void {
    this.queue.push(item.at(this.inOrder(item.detail, item.actor, time)))
  }

  /** When a message arrives that could arrive at `time`: behind everything that its connection carries. */
  private inOrder(from: number, to: number, time: number): number {
    const latest = this.latest!
    const pair = from * this.record.network.size + to
    const arrives = Math.max(latest[pair]!, time)
    latest[pair] = arrives
    return arrives
  }

  /** The link keeps the message back: a connection outlives a cut and sends again. */
  private holds(network: Network, from: number, to: number): boolean {
    return clogged(network, from, to) || (this.latest !== null && severed(network, from, to))
  }

  private hold(item: Scheduled<P>): void {
    const held = [...this.record.held, item]
    if (held.length > QUEUE_MAX) throw new Refusal(`more than ${QUEUE_MAX} messages wait in clogged links`)
    this.record = { ...this.record, held }
  }

  /** Replaces the network; messages that no link holds any more go on their way. */
  change(network: Network): void {
    const isHeld = ({ detail: from, actor: to }: Scheduled<P>) => this.holds(network, from, to)
    const free = this.record.held.filter((item) => !isHeld(item))
    this.record = { ...this.record, network, held: this.record.held.filter(isHeld) }
    for (const item of free) {
      const { delayUs } = network.links[item.detail * network.size + item.actor]!
      const wait = between(this.port.entropy(), delayUs.low, delayUs.high) + item.time - item.sentAt
      if (this.latest === null) this.queue.push(item.at(this.port.now() + wait))
      else this.queueInOrder(item, this.port.now() + wait)
    }
  }

  /** What comes for a paused actor waits in its inbox. */
  wait(item: Scheduled<P>): void {
    const inbox = [...this.record.inboxes[item.actor]!, item]
    if (inbox.length > QUEUE_MAX) throw new Refusal(`more than ${QUEUE_MAX} messages wait for one actor`)
    this.putInbox(item.actor, inbox)
  }

  private putInbox(actor: number, inbox: readonly Scheduled<P>[]): void {
    this.record = { ...this.record, inboxes: this.record.inboxes.with(actor, inbox) }
  }

  /** Everything that waited arrives now, in the order in which it came. */
  handOver(actor: number): void {
    const inbox = this.record.inboxes[actor]!
    this.putInbox(actor, [])
    for (const item of inbox) this.queue.push(item.at(this.port.now(), this.queue.number()))
  }

  /** The actor is gone: what waited for it is lost. */
  discard(actor: number): void {
    const inbox = this.record.inboxes[actor]!
    this.putInbox(actor, [])
    for (const item of inbox) if (item.kind === 'deliver') this.lose(item)
  }

  /** Calls `visit` for every message in flight, and for those that a clogged link or a paused actor holds. */
  eachInFlight(visit: (message: Scheduled<P>, waiting: boolean) => void): void {
    for (const item of this.queue.unordered()) if (isMessage(item)) visit(item, false)
    for (const item of this.record.held) visit(item, true)
    for (const inbox of this.record.inboxes) for (const item of inbox) if (isMessage(item)) visit(item, true)
  }

  find(message: number): Scheduled<P> | undefined {
    let found: Scheduled<P> | undefined
    this.eachInFlight((item) => {
      if (item.number === message) found = item
    })
    return found
  }

  /** On a connection a segment that is lost is sent again. */
  drop(message: number): void {
    if (this.latest !== null) this.delay(message, RETRANSMISSION_US)
    else this.lose(this.takeOut(message))
  }

  delay(message: number, byUs: number): void {
    const isHeld = this.isHeld(message)
    if (this.latest !== null) {
      // What a cut holds back is late anyway.
      if (!isHeld) this.delayConnection(this.inFlight(message), byUs)
      return
    }
    const item = this.takeOut(message)
    // A clogged link does not let it go any earlier: what it is late then counts from there.
    if (isHeld) this.hold(item.at(item.time + byUs))
    else this.queue.push(item.at(Math.max(item.time, this.port.now()) + byUs))
  }

  /** A late message holds up what its connection carries behind it. */
  private delayConnection(first: Scheduled<P>, byUs: number): void {
    const behind = this.queue
      .unordered()
      .filter((item) => isMessage(item) && item.detail === first.detail && item.actor === first.actor)
      .filter((item) => item.time > first.time || (item.time === first.time && item.seq >= first.seq))
      .toSorted((x, y) => x.time - y.time || x.seq - y.seq)
    const late = Math.max(first.time, this.port.now()) + byUs
    const moved = new Set(behind)
    this.queue.remove((item) => moved.has(item))
    for (const item of behind) this.queueInOrder(item.at(item.time, this.queue.number()), Math.max(item.time, late))
  }

  /** On a connection nothing arrives twice. */
  duplicate(message: number): void {
    if (this.latest !== null) return
    const { time, detail, actor, message: body } = this.inFlight(message)
    const now = this.port.now()
    if (this.isHeld(message)) this.hold(this.letter(now, detail, actor, body))
    else this.queue.push(this.letter(Math.max(time, now), detail, actor, body))
  }

  private isHeld(message: number): boolean {
    return this.record.held.some((item) => item.number === message)
  }

  private inFlight(message: number): Scheduled<P> {
    const item = this.find(message)
    assert(item !== undefined, 'the message was checked to be in flight')
    return item
  }

  /** Takes a message out of wherever it travels or waits. */
  private takeOut(message: number): Scheduled<P> {
    const item = this.inFlight(message)
    this.queue.remove((other) => other === item)
    const { held, inboxes } = this.record
    const inbox = inboxes[item.actor]!.filter((other) => other !== item)
    this.record = {
      ...this.record,
      held: held.filter((other) => other !== item),
      inboxes: inboxes.with(item.actor, inbox),
    }
    return item
  }

  private lose(item: Scheduled<P>): void {
    this.port.lost(item.detail, item.actor, item.message as P['message'], item.sentAt)
  }
}
