import { doubled } from './event-list.ts'
import { NETWORK_LIMITS } from './network.ts'

/** No customer, no lane, nowhere. */
export const NONE = -1

/** Every customer of a network as columns; a place that is given back is the next one taken. */
export class Population {
  /** Customers that exist. */
  count = 0
  /** Neighbours in the list in which a customer stands: a lane, a batch, the door of a full stage, the free places. */
  next: Int32Array = new Int32Array(1_024)
  previous: Int32Array = new Int32Array(1_024)
  /** The source. */
  origin: Int32Array = new Int32Array(1_024)
  /** The stage that keeps the customer while the next one has no room, or {@link NONE}: it waits in its source. */
  holder: Int32Array = new Int32Array(1_024)
  /** When it came into the network, and into its stage. */
  bornUs: Float64Array = new Float64Array(1_024)
  sinceUs: Float64Array = new Float64Array(1_024)
  private made = 0
  private free = NONE

  /** A place for a new customer; {@link NONE} when the network is as full as it may be. */
  create(origin: number): number {
    if (this.count >= NETWORK_LIMITS.customers) return NONE
    const customer = this.free === NONE ? this.made++ : this.free
    if (customer === this.next.length) this.grow()
    if (customer === this.free) this.free = this.next[customer]!
    this.origin[customer] = origin
    this.count++
    return customer
  }

  remove(customer: number): void {
    this.next[customer] = this.free
    this.free = customer
    this.count--
  }

  private grow(): void {
    this.next = doubled(this.next, Int32Array)
    this.previous = doubled(this.previous, Int32Array)
    this.origin = doubled(this.origin, Int32Array)
    this.holder = doubled(this.holder, Int32Array)
    this.bornUs = doubled(this.bornUs, Float64Array)
    this.sinceUs = doubled(this.sinceUs, Float64Array)
  }
}
