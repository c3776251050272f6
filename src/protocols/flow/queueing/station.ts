import { type StreamKey, streamKey } from '../../../base/prng.ts'
import { untilUs } from '../buffers/buffer.ts'
import { dropsAtDequeue, expectedServiceUs, type ServiceEstimate, withService } from '../deadlines.ts'
import { Draws, samplerOf } from './distributions.ts'
import { Lanes } from './lanes.ts'
import type { Batch, Source, Stage } from './network.ts'
import { NONE, type Population } from './population.ts'

/** Count, sum and sum of squares of durations, in microseconds. */
export class Tally {
  count = 0
  sum = 0
  squares = 0

  add(us: number): void {
    this.count++
    this.sum += us
    this.squares += us * us
  }

  /** NaN without any. */
  get mean(): number {
    return this.sum / this.count
  }

  get secondMoment(): number {
    return this.squares / this.count
  }

  clear(): void {
    this.count = 0
    this.sum = 0
    this.squares = 0
  }
}

/** A rule that a run has broken: which, where, when, and the numbers that say so. */
export interface Breach {
  readonly judge: 'conservation' | 'capacity' | 'work-conservation' | 'little' | 'population' | 'requests' | 'attempts'
  /** -1: none. */
  readonly stage: number
  readonly nowUs: number
  readonly found: string
}

/** One stage at work: its queue, its counters, and the judges of these. Mutable: it belongs to one kernel. */
export class Station {
  readonly queue: Lanes
  readonly servers: number
  readonly capacity: number
  readonly blocks: boolean
  readonly batch: Batch | null
  /** Servers that serve, or that keep a finished customer for whom the next stage has no room. */
  busy = 0
  blocked = 0
  /** Customers in these servers. */
  serving = 0
  /** An overflow of kind `fail` has happened: nobody comes in any more. */
  hasFailed = false
  /** Those for whom there is no room, in the order of their coming; they are still where they come from. */
  doorHead = NONE
  doorTail = NONE

  entered = 0
  left = 0
  /** There was no room. */
  dropped = 0
  /** Their turn came too late. */
  expired = 0
  /** The counters when measuring began. */
  private before = { entered: 0, left: 0, dropped: 0, expired: 0 }
  private sinceUs = 0
  private changedUs = 0
  /** Integrals over time since measuring began. */
  private customerUs = 0
  private queuedUs = 0
  private workingUs = 0
  /** Since the stage was last empty, both sides of Little's law: exact, since they are sums of integers. */
  private areaUs = 0
  private staysUs = 0
  readonly waits: Tally[]
  readonly response = new Tally()

  /** By class of customer; the last one is for all classes beyond. */
  private readonly services: readonly Draws[]
  readonly routeKey: StreamKey
  routings = 0
  /** The present speed: a position in `stage.speeds`, or -1. */
  private speed = -1
  /** Somebody whose turn comes may be sent away. */
  private readonly isPicky: boolean
  /** For how long each source waits for an answer. */
  private readonly timeoutsUs: readonly number[]
  private estimate: ServiceEstimate = null

  constructor(
    readonly index: number,
    readonly stage: Stage,
    private readonly people: Population,
    private readonly sources: readonly Source[],
    seed: number,
  ) {
    this.queue = new Lanes(stage.discipline, people, sources)
    this.servers = stage.servers
    this.capacity = stage.capacity
    this.blocks = stage.overflow.kind === 'block'
    this.batch = stage.batch
    this.services = stage.service.map(
      (law, group) => new Draws(samplerOf(law), streamKey(seed, `service ${index} of ${group}`)),
    )
    this.routeKey = streamKey(seed, `route ${index}`)
    this.isPicky = stage.deadlines !== 'ignore' || stage.patience !== null
    this.timeoutsUs = sources.map((source) =>
      source.kind === 'open' && source.client !== null ? source.client.timeoutUs : Number.POSITIVE_INFINITY,
    )
    this.waits = Array.from({ length: 1 + Math.max(...sources.map((source) => source.class)) }, () => new Tally())
  }

  get present(): number {
    return this.queue.length + this.serving
  }

  get hasRoom(): boolean {
    return this.queue.length < this.capacity || (this.busy < this.servers && this.batch === null)
  }

  classOf(customer: number): number {
    return this.sources[this.people.origin[customer]!]!.class
  }

  nextServiceUs(customer: number, nowUs: number): number {
    const { services } = this
    const us = services[services.length === 1 ? 0 : Math.min(this.classOf(customer), services.length - 1)]!.next()
    return this.stage.speeds.length === 0 ? us : this.atSpeed(us, nowUs)
  }

  private atSpeed(us: number, nowUs: number): number {
    const { speeds } = this.stage
    while (this.speed + 1 < speeds.length && speeds[this.speed + 1]!.fromUs <= nowUs) this.speed++
    return this.speed < 0 ? us : Math.round((us * 1_000) / speeds[this.speed]!.permille)
  }

  /** A customer has joined the queue. */
  joined(customer: number, nowUs: number): void {
    const { patience } = this.stage
    if (patience !== null) this.people.untilUs[customer] = untilUs(patience, this.queue.busySinceUs, nowUs)
  }

  /** Is a customer who has waited to be sent away, now that its turn has come? */
  rejects(customer: number, nowUs: number): boolean {
    if (!this.isPicky) return false
    const isImpatient = this.stage.patience !== null && nowUs > this.people.untilUs[customer]!
    return isImpatient || this.isTooLate(customer, nowUs)
  }

  /** Would a service that begins now be in vain, as far as the stage looks? */
  isTooLate(customer: number, nowUs: number): boolean {
    const { deadlines } = this.stage
    if (deadlines === 'ignore') return false
    const deadlineUs = this.people.bornUs[customer]! + this.timeoutsUs[this.people.origin[customer]!]!
    return dropsAtDequeue(deadlines, { deadlineUs }, nowUs, expectedServiceUs(this.estimate))
  }

  /** A service has ended: the stage learns how long one takes. */
  learn(customer: number, nowUs: number): void {
    if (this.stage.deadlines !== 'hopeless') return
    this.estimate = withService(this.estimate, nowUs - this.people.startedUs[customer]!)
  }

  /** To be called before anything changes: what was so until now counts until now. */
  elapse(nowUs: number): void {
    const us = nowUs - this.changedUs
    if (us === 0) return
    const queued = this.queue.length
    const area = us * (queued + this.serving)
    this.changedUs = nowUs
    this.areaUs += area
    this.customerUs += area
    this.queuedUs += us * queued
    this.workingUs += us * (this.busy - this.blocked)
  }

  /** A service begins: the wait of the customer is over. */
  waited(customer: number, nowUs: number): void {
    if (this.isPicky) this.people.startedUs[customer] = nowUs
    const since = this.people.sinceUs[customer]!
    if (since >= this.sinceUs) this.waits[this.waits.length === 1 ? 0 : this.classOf(customer)]!.add(nowUs - since)
  }

  /** A customer is here no longer. */
  gone(customer: number, nowUs: number, how: 'left' | 'dropped' | 'expired'): void {
    const since = this.people.sinceUs[customer]!
    this.staysUs += nowUs - since
    if (how === 'left') {
      this.left++
      if (since >= this.sinceUs) this.response.add(nowUs - since)
    } else if (how === 'dropped') this.dropped++
    else this.expired++
  }

  /** What the judges have against this stage, or null. Whenever it is empty Little's law must hold to the microsecond. */
  judge(nowUs: number): Breach | null {
    const present = this.present
    if (this.entered - this.left - this.dropped - this.expired !== present) return this.breach('conservation', nowUs)
    if (this.queue.length > this.capacity || this.busy > this.servers) return this.breach('capacity', nowUs)
    if (this.batch === null && this.queue.length > 0 && this.busy < this.servers) {
      return this.breach('work-conservation', nowUs)
    }
    if (present > 0) return null
    const isExact = this.areaUs === this.staysUs
    if (!isExact) return this.breach('little', nowUs)
    this.areaUs = 0
    this.staysUs = 0
    return null
  }

  private breach(judge: Breach['judge'], nowUs: number): Breach {
    const { entered, left, dropped, expired, serving, busy, index } = this
    const places = `${this.queue.length} of ${this.capacity} places, ${busy} of ${this.servers} servers`
    const found =
      judge === 'little'
        ? `${this.areaUs} us by counting heads, ${this.staysUs} us by adding stays`
        : `${entered} in, ${left} out, ${dropped} dropped, ${expired} expired, ${serving} in service; ${places}`
    return { judge, stage: index, nowUs, found }
  }

  /** Measuring begins anew; the world stays as it is. */
  forget(nowUs: number): void {
    this.elapse(nowUs)
    this.sinceUs = nowUs
    this.before = { entered: this.entered, left: this.left, dropped: this.dropped, expired: this.expired }
    this.customerUs = 0
    this.queuedUs = 0
    this.workingUs = 0
    this.response.clear()
    for (const waits of this.waits) waits.clear()
  }

  measures(nowUs: number): StageMeasures {
    this.elapse(nowUs)
    const us = nowUs - this.sinceUs
    const entered = this.entered - this.before.entered
    const left = this.left - this.before.left
    const dropped = this.dropped - this.before.dropped
    return {
      entered,
      left,
      dropped,
      expired: this.expired - this.before.expired,
      loss: dropped / entered,
      utilisation: this.workingUs / us / this.servers,
      throughputPerSecond: (left * 1e6) / us,
      inSystem: this.customerUs / us,
      inQueue: this.queuedUs / us,
      response: this.response,
      waits: this.waits,
    }
  }
}

/** What was measured at one stage. `entered` counts those who were dropped at once, too. */
export interface StageMeasures {
  readonly entered: number
  readonly left: number
  /** For want of room; `loss` is their share. */
  readonly dropped: number
  /** Sent away when their turn came. */
  readonly expired: number
  readonly loss: number
  readonly utilisation: number
  readonly throughputPerSecond: number
  /** Customers over time. */
  readonly inSystem: number
  readonly inQueue: number
  /** Of those who came after measuring began; of `response` only those who were served. */
  readonly response: Tally
  /** Until service begins; by class. */
  readonly waits: readonly Tally[]
}
