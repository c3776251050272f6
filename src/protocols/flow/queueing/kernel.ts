import { assert, unreachable } from '../../../base/assert.ts'
import { draw, streamKey } from '../../../base/prng.ts'
import { Client, type ClientMeasures } from './clients.ts'
import { Draws, samplerOf } from './distributions.ts'
import { EventList } from './event-list.ts'
import { FAULT_EVERY, type Fault } from './faults.ts'
import { Histogram } from './histogram.ts'
import { type Network, networkProblems, type Source } from './network.ts'
import { NONE, Population } from './population.ts'
import { type Breach, type StageMeasures, Station, Tally } from './station.ts'

/**
 * A discrete-event kernel for networks of queues: sources and their clients, stages, buffers with policies, judges at
 * every event. It is for runs of millions of customers beside a formula; it keeps no past, so it cannot be rewound.
 * Integers decide: times are microseconds, draws are counter-based, one stream a source, a client and a stage, so a run
 * is a function of network and seed.
 */

/** Why a run stopped: the instant was reached, the arrivals were made, nothing is left to happen, or a limit or rule. */
export type Ending = 'time' | 'arrivals' | 'empty' | 'deadlock' | 'full' | 'broken'

/** How far to run; whatever comes first. */
export interface Until {
  readonly nowUs?: number
  /** Customers made by open sources (attempts, where there is a client) and rounds of closed users, all in all. */
  readonly arrivals?: number
}

interface Origin {
  readonly source: Source
  readonly draws: Draws
  readonly client: Client | null
}

export class Kernel {
  nowUs = 0
  /** Customers that have come into the network. */
  arrivals = 0
  private readonly events = new EventList()
  private readonly people = new Population()
  private readonly origins: readonly Origin[]
  private readonly stations: readonly Station[]
  private readonly responses: readonly Tally[]
  private readonly histogram = new Histogram()
  private measuredFromUs = 0
  private breach: Breach | null = null
  private isFull = false
  private isClosed = false
  private services = 0
  /** Customers at the doors of full stages that no station holds: in their sources. */
  private outside = 0
  /** Users of closed sources who think. */
  private thinking = 0

  /** `network` must be free of problems ({@link networkProblems}); `seed` is any safe integer. */
  constructor(
    network: Network,
    seed: number,
    private readonly fault: Fault | null = null,
  ) {
    const problems = networkProblems(network)
    assert(problems.length === 0, problems.join('; '))
    const { sources } = network
    this.stations = network.stages.map((stage, at) => new Station(at, stage, this.people, sources, seed))
    this.responses = Array.from({ length: this.stations[0]!.waits.length }, () => new Tally())
    this.origins = sources.map((source, at) => ({
      source,
      draws: new Draws(
        samplerOf(source.kind === 'open' ? source.between : source.think),
        streamKey(seed, `source ${at}`),
      ),
      client: this.clientOf(network, at, seed),
    }))
    this.origins.forEach((origin, at) => {
      this.begin(origin, at)
    })
  }

  private clientOf({ sources, stages }: Network, at: number, seed: number): Client | null {
    const source = sources[at]!
    if (source.kind === 'closed' || source.client === null) return null
    const { events, people, fault } = this
    // Events of sources come first, then those of stages, then those of clients.
    const where = sources.length + stages.length + at
    return new Client(at, where, source.client, events, people, streamKey(seed, `client ${at}`), fault)
  }

  private begin(origin: Origin, at: number): void {
    if (origin.source.kind === 'open') {
      this.scheduleArrival(at)
      return
    }
    for (let user = 0; user < origin.source.users; user++) {
      const customer = this.people.create(at)
      if (customer === NONE) this.isFull = true
      else this.think(customer)
    }
  }

  /** What the judges found, or null. */
  get broken(): Breach | null {
    return this.breach
  }

  /** Runs on; may be called again with a later end. */
  run({ nowUs = Number.POSITIVE_INFINITY, arrivals = Number.POSITIVE_INFINITY }: Until): Ending {
    const { events } = this
    for (;;) {
      if (this.breach !== null) return 'broken'
      if (this.isFull) return 'full'
      if (this.arrivals >= arrivals) return 'arrivals'
      if (events.size === 0) break
      if (events.nextUs > nowUs) {
        this.nowUs = nowUs
        return 'time'
      }
      this.step()
    }
    return this.people.count === 0 ? 'empty' : 'deadlock'
  }

  /** No source sends any more: a run until nothing happens is then a run until the network is empty. */
  close(): void {
    this.isClosed = true
  }

  private step(): void {
    const { events } = this
    const { where, who } = events
    this.nowUs = events.nextUs
    events.pop()
    const stage = where - this.origins.length
    if (stage >= this.stations.length) this.wake(this.origins[stage - this.stations.length]!.client!, who)
    else if (stage >= 0) this.complete(this.stations[stage]!, who)
    else if (where < 0) this.judged(this.stations[-1 - where]!, true)
    else if (who === NONE) this.arrive(where)
    else this.finishThinking(who)
  }

  private scheduleArrival(at: number): void {
    this.events.push(this.nowUs + this.origins[at]!.draws.next(), at, NONE)
  }

  private think(customer: number): void {
    const at = this.people.origin[customer]!
    this.thinking++
    this.events.push(this.nowUs + this.origins[at]!.draws.next(), at, customer)
  }

  private arrive(at: number): void {
    if (this.isClosed) return
    const { client } = this.origins[at]!
    if (client !== null) {
      this.request(client)
      this.scheduleArrival(at)
      return
    }
    const customer = this.people.create(at)
    if (customer === NONE) {
      this.isFull = true
      return
    }
    // A source at a closed door makes no more customers until this one is let in.
    if (this.comeIn(customer)) this.scheduleArrival(at)
  }

  private request(client: Client): void {
    const request = client.begin(this.nowUs)
    if (request === NONE) this.isFull = true
    else this.attempt(client, request)
  }

  /** The timer of a client, or the end of a pause. */
  private wake(client: Client, request: number): void {
    if (request === NONE) {
      client.timeOut(this.nowUs)
      this.breach ??= client.judge(this.nowUs)
      return
    }
    client.resume()
    this.attempt(client, request)
  }

  private attempt(client: Client, request: number): void {
    if (client.allows(request, this.nowUs)) {
      const customer = this.people.create(client.source)
      if (customer === NONE) {
        this.isFull = true
        return
      }
      client.sent(request, customer, this.nowUs)
      this.comeIn(customer)
    }
    this.breach ??= client.judge(this.nowUs)
  }

  private finishThinking(customer: number): void {
    this.thinking--
    if (this.isClosed) this.people.remove(customer)
    else this.comeIn(customer)
  }

  /** True when the first stage takes the customer (were it only to drop it). */
  private comeIn(customer: number): boolean {
    this.arrivals++
    this.people.bornUs[customer] = this.nowUs
    const station = this.stations[this.origins[this.people.origin[customer]!]!.source.to]!
    if (station.blocks && !station.hasRoom) {
      this.outside++
      this.waitAtDoor(customer, NONE, station)
      return false
    }
    this.enter(station, customer)
    return true
  }

  /** `holder`: the station whose server keeps the customer. */
  private waitAtDoor(customer: number, holder: number, station: Station): void {
    const { people } = this
    people.holder[customer] = holder
    people.next[customer] = NONE
    if (station.doorTail === NONE) station.doorHead = customer
    else people.next[station.doorTail] = customer
    station.doorTail = customer
  }

  private enter(station: Station, customer: number): void {
    station.elapse(this.nowUs)
    station.entered++
    this.people.sinceUs[customer] = this.nowUs
    if (station.hasFailed) this.drop(station, customer)
    else if (station.busy < station.servers && station.batch === null && station.queue.length === 0) {
      if (station.isTooLate(customer, this.nowUs)) this.sendAway(station, customer)
      else this.serve(station, customer)
    } else this.join(station, customer)
    this.judged(station, station.batch !== null)
  }

  private join(station: Station, customer: number): void {
    const { queue } = station
    const isFaulty = this.fault === 'overfills' && station.entered % FAULT_EVERY === 0
    if (station.stage.overflow.kind === 'conflate') this.clear(station, queue.laneOf(customer))
    else if (queue.length >= station.capacity && !isFaulty && !this.makeRoom(station)) {
      this.drop(station, customer)
      return
    }
    queue.push(customer, this.nowUs)
    station.joined(customer, this.nowUs)
    const { batch } = station
    if (batch !== null && batch.lingerUs > 0) {
      this.events.push(this.nowUs + batch.lingerUs, -1 - station.index, NONE)
    }
  }

  /** False when the arriving customer is the one to be dropped. */
  private makeRoom(station: Station): boolean {
    const { kind } = station.stage.overflow
    switch (kind) {
      case 'drop-newest':
        return false
      case 'drop-oldest':
        return this.dropWaiting(station, station.queue.oldest())
      case 'drop-youngest':
        return this.dropWaiting(station, station.queue.youngest())
      case 'drop-buffer':
        this.clear(station, null)
        return station.capacity > 0
      case 'fail':
        station.hasFailed = true
        this.clear(station, null)
        return false
      case 'block':
      case 'conflate':
        throw new Error(`a ${kind} stage makes no room`)
      default:
        return unreachable(kind)
    }
  }

  private dropWaiting(station: Station, customer: number): boolean {
    if (customer === NONE) return false
    station.queue.remove(customer, station.queue.laneOf(customer))
    this.drop(station, customer)
    return true
  }

  /** Drops all that wait, or all of one lane. */
  private clear(station: Station, lane: number | null): void {
    const { queue } = station
    const first = () => (lane === null ? queue.oldest() : queue.first(lane))
    for (let customer = first(); customer !== NONE; customer = first()) this.dropWaiting(station, customer)
  }

  private drop(station: Station, customer: number): void {
    station.gone(customer, this.nowUs, 'dropped')
    this.goHome(customer, false)
  }

  private sendAway(station: Station, customer: number): void {
    station.gone(customer, this.nowUs, 'expired')
    this.goHome(customer, false)
  }

  /** Out of the network: users of a closed source think again, a client is told. */
  private goHome(customer: number, isServed: boolean): void {
    const { source, client } = this.origins[this.people.origin[customer]!]!
    if (source.kind === 'closed' && !this.isClosed) {
      this.think(customer)
      return
    }
    if (client !== null) {
      client.returned(customer, isServed, this.nowUs)
      this.breach ??= client.judge(this.nowUs)
    }
    this.people.remove(customer)
  }

  /** One server begins with one customer. */
  private serve(station: Station, customer: number): void {
    this.services++
    this.people.next[customer] = NONE
    this.started(station, customer)
    station.busy++
    this.finishLater(station, customer, 0)
  }

  private started(station: Station, customer: number): void {
    if (this.fault === 'forgets-waits' && this.services % FAULT_EVERY === 0) this.people.sinceUs[customer] = this.nowUs
    station.waited(customer, this.nowUs)
    station.serving++
  }

  private finishLater(station: Station, customer: number, extraUs: number): void {
    const us = station.nextServiceUs(customer, this.nowUs) + extraUs
    this.events.push(this.nowUs + us, this.origins.length + station.index, customer)
  }

  /** Free servers take who waits. */
  private serveWaiting(station: Station): void {
    if (this.fault === 'idles' && this.services % FAULT_EVERY === FAULT_EVERY - 1) return
    const { queue, batch } = station
    if (batch !== null) {
      this.serveBatches(station)
      return
    }
    while (station.busy < station.servers && queue.length > 0) {
      const customer = queue.pop(this.nowUs)
      if (station.rejects(customer, this.nowUs)) this.sendAway(station, customer)
      else this.serve(station, customer)
    }
  }

  private serveBatches(station: Station): void {
    const { queue } = station
    const { max, lingerUs, eachUs } = station.batch!
    const isDue = () => queue.length >= max || this.nowUs - this.people.sinceUs[queue.oldest()]! >= lingerUs
    while (station.busy < station.servers && queue.length > 0 && isDue()) {
      const size = Math.min(max, queue.length)
      let chain = NONE
      for (let at = 0; at < size; at++) {
        const customer = queue.pop(this.nowUs)
        this.people.next[customer] = chain
        this.started(station, customer)
        chain = customer
      }
      station.busy++
      this.finishLater(station, chain, eachUs * size)
    }
  }

  /** A service ends: of one customer, or of the batch that hangs on it. */
  private complete(station: Station, first: number): void {
    if (station.batch === null) {
      this.moveOn(station, first)
      return
    }
    station.elapse(this.nowUs)
    station.busy--
    let customer = first
    while (customer !== NONE) {
      const after = this.people.next[customer]!
      const next = this.route(station)
      this.leave(station, customer)
      this.goOn(next, customer)
      customer = after
    }
    this.serveWaiting(station)
    this.released(station)
  }

  private moveOn(station: Station, customer: number): void {
    station.learn(customer, this.nowUs)
    const next = this.route(station)
    // Through its own door a customer can always go again: its leaving makes the room.
    if (next !== null && next !== station && next.blocks && !next.hasRoom) {
      station.elapse(this.nowUs)
      station.blocked++
      this.waitAtDoor(customer, station.index, next)
      return
    }
    station.elapse(this.nowUs)
    station.busy--
    this.leave(station, customer)
    this.serveWaiting(station)
    this.goOn(next, customer)
    this.released(station)
  }

  private leave(station: Station, customer: number): void {
    station.serving--
    if (this.fault === 'loses-customers' && this.services % FAULT_EVERY === 0) return
    station.gone(customer, this.nowUs, 'left')
  }

  /** The next stage, or null for the way out. */
  private route(station: Station): Station | null {
    const { routes } = station.stage
    if (routes.length === 0) return null
    if (routes.length === 1 && routes[0]!.share === 1) return this.stations[routes[0]!.to]!
    let rest = draw(station.routeKey, station.routings++) / 0x1_0000_0000
    for (const { to, share } of routes) {
      if (rest < share) return this.stations[to]!
      rest -= share
    }
    return null
  }

  private goOn(next: Station | null, customer: number): void {
    if (next !== null) {
      this.enter(next, customer)
      return
    }
    const bornUs = this.people.bornUs[customer]!
    if (bornUs >= this.measuredFromUs) {
      const us = this.nowUs - bornUs
      this.responses[this.responses.length === 1 ? 0 : this.stations[0]!.classOf(customer)]!.add(us)
      this.histogram.record(us)
    }
    this.goHome(customer, true)
  }

  /** `station` may have room: who waits at its door comes in. */
  private released(station: Station): void {
    this.judged(station, false)
    while (station.doorHead !== NONE && station.hasRoom) {
      const customer = station.doorHead
      station.doorHead = this.people.next[customer]!
      if (station.doorHead === NONE) station.doorTail = NONE
      this.letIn(station, customer)
    }
  }

  private letIn(station: Station, customer: number): void {
    const from = this.people.holder[customer]!
    if (from === NONE) {
      this.outside--
      this.enter(station, customer)
      const at = this.people.origin[customer]!
      if (this.origins[at]!.source.kind === 'open') this.scheduleArrival(at)
      return
    }
    const holder = this.stations[from]!
    holder.elapse(this.nowUs)
    holder.busy--
    holder.blocked--
    this.leave(holder, customer)
    this.serveWaiting(holder)
    this.enter(station, customer)
    this.released(holder)
  }

  /** The judges look; before them, if asked, free servers take who waits. */
  private judged(station: Station, serves: boolean): void {
    if (serves) {
      station.elapse(this.nowUs)
      this.serveWaiting(station)
    }
    this.breach ??= station.judge(this.nowUs)
  }

  /** The judge of the whole: everybody who exists is somewhere. Null when it is so. */
  audit(): Breach | null {
    const present = this.stations.reduce((sum, station) => sum + station.present, 0)
    const known = present + this.thinking + this.outside
    if (known === this.people.count) return null
    const found = `${this.people.count} exist; ${present} at stages, ${this.thinking} think, ${this.outside} at doors`
    return { judge: 'population', stage: NONE, nowUs: this.nowUs, found }
  }

  /** Measuring begins anew: after the warm-up. */
  forget(): void {
    this.measuredFromUs = this.nowUs
    for (const station of this.stations) station.forget(this.nowUs)
    for (const { client } of this.origins) client?.forget(this.nowUs)
    for (const tally of this.responses) tally.clear()
    this.histogram.clear()
  }

  /** Of the time since measuring began. */
  measures(): NetworkMeasures {
    return {
      stages: this.stations.map((station) => station.measures(this.nowUs)),
      clients: this.origins.map(({ client }) => client?.measures(this.nowUs) ?? null),
      responses: this.responses,
      quantileUs: (quantile) => this.histogram.quantile(quantile),
    }
  }
}

/** What was measured: each stage, and from end to end. */
export interface NetworkMeasures {
  readonly stages: readonly StageMeasures[]
  /** By source; null: it has no client. */
  readonly clients: readonly (ClientMeasures | null)[]
  /** From the first door to the way out, of those who came after measuring began; by class. */
  readonly responses: readonly Tally[]
  /** The time that this share of these customers did not exceed, to 3 %. */
  quantileUs(quantile: number): number | null
}
