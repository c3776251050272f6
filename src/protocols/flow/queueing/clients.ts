import { unreachable } from '../../../base/assert.ts'
import { draw, type StreamKey } from '../../../base/prng.ts'
import { backoffUs } from '../retries/backoff.ts'
import { mayRetryEnvoy } from '../retries/budget-envoy.ts'
import { finagleDeposit, finagleWithdraw, initialFinagleBudget } from '../retries/budget-finagle.ts'
import type { ClientPolicy, Guard } from './client-policy.ts'
import { doubled, type EventList } from './event-list.ts'
import { FAULT_EVERY, type Fault } from './faults.ts'
import { Chain, NONE, type Population, Slots } from './population.ts'
import { type Breach, Tally } from './station.ts'

/** Requests that have no answer yet. Those that wait for one stand in one list, the others pause before a retry. */
class Requests extends Slots {
  /** The attempt of one that waits. */
  attempt: Int32Array = new Int32Array(1_024)
  /** Attempts so far; one that a breaker forbade counts. */
  tries: Int32Array = new Int32Array(1_024)
  bornUs: Float64Array = new Float64Array(1_024)
  /** Until when one waits. */
  untilUs: Float64Array = new Float64Array(1_024)
  /** The last pause. */
  pauseUs: Float64Array = new Float64Array(1_024)

  create(nowUs: number): number {
    const request = this.take()
    if (request === NONE) return NONE
    this.tries[request] = 0
    this.bornUs[request] = nowUs
    this.pauseUs[request] = 0
    return request
  }

  protected override grow(): void {
    super.grow()
    this.attempt = doubled(this.attempt, Int32Array)
    this.tries = doubled(this.tries, Int32Array)
    this.bornUs = doubled(this.bornUs, Float64Array)
    this.untilUs = doubled(this.untilUs, Float64Array)
    this.pauseUs = doubled(this.pauseUs, Float64Array)
  }
}

/** What became of requests, and of attempts: two books that must balance. */
const NOTHING = Object.freeze({
  requests: 0,
  /** In time: goodput. */
  answered: 0,
  /** No retry was left, or none could be paid. */
  failed: 0,
  attempts: 0,
  /** Attempts that were dropped while somebody waited: the client is told at once. */
  refused: 0,
  /** Attempts whose time was over. */
  abandoned: 0,
  /** Abandoned attempts that were served in vain, and that were dropped. */
  servedInVain: 0,
  droppedInVain: 0,
  /** Attempts that a breaker forbade: they were never made. */
  forbidden: 0,
})

type Book = { -readonly [Key in keyof typeof NOTHING]: number }

/** The requests of one source, their timer, their retries. Mutable: it belongs to one kernel. */
export class Client {
  private readonly requests = new Requests()
  /** All wait equally long, so that the one that has waited longest is the next whose time is over. */
  private readonly line = new Chain(this.requests)
  private waiting = 0
  private pausing = 0
  /** Requests whose present attempt, made or to come, is a retry. */
  private retrying = 0
  /** Attempts in the network. */
  private inside = 0
  private isTimed = false
  private deposits = initialFinagleBudget
  private readonly breaker: Guard | null
  private draws = 0
  private readonly book: Book = { ...NOTHING }
  private before: Readonly<Book> = NOTHING
  private sinceUs = 0
  private readonly latency = new Tally()

  /** @param where its events happen: the timer's are to nobody, the others to a request whose pause is over */
  constructor(
    readonly source: number,
    private readonly where: number,
    private readonly policy: ClientPolicy,
    private readonly events: EventList,
    private readonly people: Population,
    private readonly key: StreamKey,
    private readonly fault: Fault | null,
  ) {
    this.breaker = policy.breaker?.() ?? null
  }

  /** A new request, to be sent at once; {@link NONE} when there are as many as there may be. */
  begin(nowUs: number): number {
    const request = this.requests.create(nowUs)
    if (request === NONE) return NONE
    this.book.requests++
    const { budget } = this.policy
    if (budget?.kind === 'finagle') this.deposits = finagleDeposit(budget, this.deposits, nowUs)
    return request
  }

  /** The pause of a request is over: it is to be sent. */
  resume(): void {
    this.pausing--
  }

  /** May the next attempt be made? When not, it has failed. */
  allows(request: number, nowUs: number): boolean {
    this.requests.tries[request]!++
    if (this.breaker?.lets(nowUs) ?? true) return true
    this.book.forbidden++
    this.tryAgain(request, nowUs)
    return false
  }

  /** `customer` is the next attempt of `request`. */
  sent(request: number, customer: number, nowUs: number): void {
    const { requests } = this
    this.people.request[customer] = request
    requests.attempt[request] = customer
    requests.untilUs[request] = nowUs + this.policy.timeoutUs
    this.line.append(request)
    this.waiting++
    this.inside++
    this.book.attempts++
    if (!this.isTimed) this.setTimer()
  }

  /** One event at most is on its way, not one an attempt: it looks at the head of the line when it comes. */
  private setTimer(): void {
    this.isTimed = this.line.head !== NONE
    if (this.isTimed) this.events.push(this.requests.untilUs[this.line.head]!, this.where, NONE)
  }

  /** The timer: whoever's time is over is not waited for any more. */
  timeOut(nowUs: number): void {
    const { requests, line } = this
    while (line.head !== NONE && requests.untilUs[line.head]! <= nowUs) {
      const request = line.head
      this.people.request[requests.attempt[request]!] = NONE
      this.endAttempt(request, false, nowUs)
      this.book.abandoned++
      this.tryAgain(request, nowUs)
    }
    this.setTimer()
  }

  /** An attempt is out of the network, served or dropped. */
  returned(customer: number, isServed: boolean, nowUs: number): void {
    const request = this.people.request[customer]!
    const { book } = this
    this.inside--
    if (request === NONE) this.returnedInVain(isServed)
    else {
      this.endAttempt(request, isServed, nowUs)
      if (isServed) this.answer(request, nowUs)
      else {
        book.refused++
        this.tryAgain(request, nowUs)
      }
    }
  }

  private returnedInVain(isServed: boolean): void {
    const { book } = this
    if (this.fault === 'forgets-attempts' && (book.servedInVain + 1) % FAULT_EVERY === 0) return
    if (isServed) book.servedInVain++
    else book.droppedInVain++
  }

  private endAttempt(request: number, succeeded: boolean, nowUs: number): void {
    const { policy, requests } = this
    this.line.remove(request)
    this.waiting--
    if (this.breaker === null) return
    const tookUs = nowUs - requests.untilUs[request]! + policy.timeoutUs
    this.breaker.record({ succeeded, tookUs }, nowUs)
  }

  private answer(request: number, nowUs: number): void {
    const { requests, book } = this
    if (requests.tries[request]! > 1) this.retrying--
    if (requests.bornUs[request]! >= this.sinceUs) this.latency.add(nowUs - requests.bornUs[request]!)
    book.answered++
    requests.remove(request)
  }

  /** An attempt has failed: another one after a pause, or none. */
  private tryAgain(request: number, nowUs: number): void {
    const { requests, book, policy } = this
    const tries = requests.tries[request]!
    if (tries > 1) this.retrying--
    if (tries > policy.retries || !this.pays(nowUs)) {
      requests.remove(request)
      const isForgotten = this.fault === 'forgets-requests' && (book.failed + 1) % FAULT_EVERY === 0
      if (!isForgotten) book.failed++
      return
    }
    this.retrying++
    this.pausing++
    // Even without a pause it is an event of its own: the stage that has just refused is in the midst of its work.
    this.events.push(nowUs + this.nextPauseUs(request, tries), this.where, request)
  }

  private nextPauseUs(request: number, retry: number): number {
    const { backoff } = this.policy
    if (backoff === null) return 0
    const { pauseUs } = this.requests
    const us = backoffUs(backoff, retry, pauseUs[request]!, draw(this.key, this.draws++))
    pauseUs[request] = us
    return us
  }

  private pays(nowUs: number): boolean {
    const { budget } = this.policy
    if (budget === null) return true
    switch (budget.kind) {
      case 'finagle': {
        const { state, outcome } = finagleWithdraw(budget, this.deposits, nowUs)
        this.deposits = state
        return outcome
      }
      case 'envoy':
        return mayRetryEnvoy(budget, {
          active: this.waiting,
          pending: this.pausing,
          retriesInFlight: this.retrying,
        })
      default:
        return unreachable(budget)
    }
  }

  /** Every request is answered, failed, waiting or pausing; every attempt has come back, or is in the network. */
  judge(nowUs: number): Breach | null {
    const { book, waiting, pausing, inside } = this
    const open = waiting + pausing
    if (book.requests !== book.answered + book.failed + open || open !== this.requests.count) {
      return this.breach('requests', nowUs)
    }
    const isWaitedFor = book.attempts - book.answered - book.refused - book.abandoned
    const isInVain = book.abandoned - book.servedInVain - book.droppedInVain
    return isWaitedFor === waiting && isInVain === inside - waiting ? null : this.breach('attempts', nowUs)
  }

  private breach(judge: Breach['judge'], nowUs: number): Breach {
    const { requests, answered, failed, attempts, refused, abandoned, servedInVain, droppedInVain } = this.book
    const found =
      judge === 'requests'
        ? `${requests} requests, ${answered} answered, ${failed} failed, ${this.waiting} waiting, ${this.pausing} pausing`
        : `${attempts} attempts, ${answered} answered, ${refused} refused, ${abandoned} abandoned, of these ` +
          `${servedInVain} served and ${droppedInVain} dropped; ${this.inside} in the network, ${this.waiting} waited for`
    return { judge, stage: NONE, nowUs, found: `source ${this.source}: ${found}` }
  }

  /** Measuring begins anew; the world stays as it is. */
  forget(nowUs: number): void {
    this.sinceUs = nowUs
    this.before = { ...this.book }
    this.latency.clear()
  }

  measures(nowUs: number): ClientMeasures {
    const seconds = (nowUs - this.sinceUs) / 1e6
    const since = { ...this.book }
    for (const key of Object.keys(since) as (keyof Book)[]) since[key] -= this.before[key]
    return {
      ...since,
      waiting: this.waiting,
      pausing: this.pausing,
      goodputPerSecond: since.answered / seconds,
      attemptsPerSecond: since.attempts / seconds,
      latency: this.latency,
    }
  }
}

/** What was measured of a client. */
export interface ClientMeasures extends Readonly<Book> {
  /** Requests now. */
  readonly waiting: number
  readonly pausing: number
  readonly goodputPerSecond: number
  readonly attemptsPerSecond: number
  /** From the first attempt to the answer, of requests that began after measuring began. */
  readonly latency: Tally
}
