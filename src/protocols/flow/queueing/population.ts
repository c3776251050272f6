import { doubled } from './event-list.ts'
import { NETWORK_LIMITS } from './network.ts'

/** No customer, no request, no lane, nowhere. */
export const NONE = -1

/** Things as columns: a number each, and the number that is given back is the next one taken. */
export abstract class Slots {
  /** Things that exist. */
  count = 0
  /** Neighbours in the list in which a thing stands; one that does not exist: in that of the free numbers. */
  next: Int32Array = new Int32Array(1_024)
  previous: Int32Array = new Int32Array(1_024)
  private made = 0
  private free = NONE

  /** A number for a new thing; {@link NONE} when there are as many as there may be. */
  protected take(): number {
    if (this.count >= NETWORK_LIMITS.customers) return NONE
    const slot = this.free === NONE ? this.made++ : this.free
    if (slot === this.next.length) this.grow()
    if (slot === this.free) this.free = this.next[slot]!
    this.count++
    return slot
  }

  remove(slot: number): void {
    this.next[slot] = this.free
    this.free = slot
    this.count--
  }

  protected grow(): void {
    this.next = doubled(this.next, Int32Array)
    this.previous = doubled(this.previous, Int32Array)
  }
}

/** Every customer of a network. Lists of them: a lane, a batch, the door of a full stage. */
export class Population extends Slots {
  /** The source. */
  origin: Int32Array = new Int32Array(1_024)
  /** The stage that keeps the customer while the next one has no room, or {@link NONE}: it waits in its source. */
  holder: Int32Array = new Int32Array(1_024)
  /** Of an attempt of a client: the request that waits for it, or {@link NONE}: nobody does any more. */
  request: Int32Array = new Int32Array(1_024)
  /** When it came into the network, and into its stage. */
  bornUs: Float64Array = new Float64Array(1_024)
  sinceUs: Float64Array = new Float64Array(1_024)
  /** Until when it is worth serving, where stages have patience; when its service began, where they estimate. */
  untilUs: Float64Array = new Float64Array(1_024)
  startedUs: Float64Array = new Float64Array(1_024)

  create(origin: number): number {
    const customer = this.take()
    if (customer !== NONE) this.origin[customer] = origin
    return customer
  }

  protected override grow(): void {
    super.grow()
    this.origin = doubled(this.origin, Int32Array)
    this.holder = doubled(this.holder, Int32Array)
    this.request = doubled(this.request, Int32Array)
    this.bornUs = doubled(this.bornUs, Float64Array)
    this.sinceUs = doubled(this.sinceUs, Float64Array)
    this.untilUs = doubled(this.untilUs, Float64Array)
    this.startedUs = doubled(this.startedUs, Float64Array)
  }
}

/** A doubly linked list through the columns of its slots. A slot stands in one list at a time. */
export class Chain {
  head = NONE
  tail = NONE

  constructor(private readonly slots: Slots) {}

  append(slot: number): void {
    const { next, previous } = this.slots
    next[slot] = NONE
    previous[slot] = this.tail
    if (this.tail === NONE) this.head = slot
    else next[this.tail] = slot
    this.tail = slot
  }

  /** `slot` must stand in this list. */
  remove(slot: number): void {
    const { next, previous } = this.slots
    const before = previous[slot]!
    const after = next[slot]!
    if (before === NONE) this.head = after
    else next[before] = after
    if (after === NONE) this.tail = before
    else previous[after] = before
  }
}
