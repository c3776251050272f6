import { unreachable } from '../../../base/assert.ts'
import { type Discipline, laneCount, laneOf } from '../buffers/policies.ts'
import type { Source } from './network.ts'
import { Chain, NONE, type Population } from './population.ts'

/** Who waits at a stage: one doubly linked list a lane, through the columns of the population. */
export class Lanes {
  length = 0
  private readonly lanes: readonly Chain[]
  /** Since when the queue has not been empty. */
  busySinceUs = 0
  private readonly ring: Ring

  constructor(
    private readonly discipline: Discipline,
    private readonly people: Population,
    private readonly sources: readonly Source[],
  ) {
    const count = laneCount(discipline)
    this.lanes = Array.from({ length: count }, () => new Chain(people))
    this.ring = new Ring(discipline.kind === 'fair' ? count : 0)
  }

  laneOf(customer: number): number {
    if (this.lanes.length === 1) return 0
    const source = this.sources[this.people.origin[customer]!]!
    return laneOf(this.discipline, source.class, source.priority)
  }

  push(customer: number, nowUs: number): void {
    const lane = this.laneOf(customer)
    this.lanes[lane]!.append(customer)
    if (this.length++ === 0) this.busySinceUs = nowUs
    if (this.discipline.kind === 'fair') this.ring.add(lane, this.sizeOf(customer))
  }

  /** Takes the one whose turn it is out. There must be one. */
  pop(nowUs: number): number {
    const { discipline } = this
    switch (discipline.kind) {
      case 'fifo':
        return this.remove(this.lanes[0]!.head, 0)
      case 'lifo':
        return this.remove(this.lanes[0]!.tail, 0)
      case 'adaptive-lifo':
        return this.remove(
          nowUs - this.busySinceUs > discipline.intervalUs ? this.lanes[0]!.tail : this.lanes[0]!.head,
          0,
        )
      case 'priority': {
        const lane = this.firstLane()
        return this.remove(this.lanes[lane]!.head, lane)
      }
      case 'fair':
        return this.popFair(discipline.quantumBytes)
      default:
        return unreachable(discipline)
    }
  }

  private popFair(quantumBytes: number): number {
    const { ring } = this
    for (;;) {
      const customer = this.lanes[ring.head]!.head
      const size = this.sizeOf(customer)
      if (ring.mayServe(size, quantumBytes)) {
        const lane = ring.head
        ring.pay(size)
        return this.remove(customer, lane)
      }
      ring.turn()
    }
  }

  /** Who came first of those who wait where there is least right to: the oldest, or NONE. */
  oldest(): number {
    return this.length === 0 ? NONE : this.lanes[this.victimLane()]!.head
  }

  youngest(): number {
    return this.length === 0 ? NONE : this.lanes[this.victimLane()]!.tail
  }

  /** The first of a lane, or NONE. */
  first(lane: number): number {
    return this.lanes[lane]!.head
  }

  /** Takes `customer` out of its lane. */
  remove(customer: number, lane: number): number {
    const chain = this.lanes[lane]!
    chain.remove(customer)
    this.length--
    if (this.discipline.kind === 'fair') this.ring.remove(lane, this.sizeOf(customer), chain.head === NONE)
    return customer
  }

  private sizeOf(customer: number): number {
    return this.sources[this.people.origin[customer]!]!.sizeBytes
  }

  private firstLane(): number {
    let lane = 0
    while (this.lanes[lane]!.head === NONE) lane++
    return lane
  }

  /** The least urgent, or the one with most bytes; there must be one. */
  private victimLane(): number {
    if (this.discipline.kind === 'fair') return this.ring.fattest()
    let lane = this.lanes.length - 1
    while (this.lanes[lane]!.head === NONE) lane--
    return lane
  }
}

/** Deficit round robin (Shreedhar and Varghese 1996): the lanes that wait for their turn, and what they may still send. */
class Ring {
  head = NONE
  private tail = NONE
  /** The head has had its quantum of this turn. */
  private isPaid = false
  private readonly next: Int32Array
  private readonly counts: Int32Array
  private readonly deficits: Float64Array
  private readonly bytes: Float64Array

  constructor(lanes: number) {
    this.next = new Int32Array(lanes)
    this.counts = new Int32Array(lanes)
    this.deficits = new Float64Array(lanes)
    this.bytes = new Float64Array(lanes)
  }

  add(lane: number, size: number): void {
    this.bytes[lane]! += size
    if (this.counts[lane]!++ === 0) this.append(lane)
  }

  private append(lane: number): void {
    this.next[lane] = NONE
    if (this.tail === NONE) this.head = lane
    else this.next[this.tail] = lane
    this.tail = lane
  }

  mayServe(size: number, quantumBytes: number): boolean {
    if (!this.isPaid) this.deficits[this.head]! += quantumBytes
    this.isPaid = true
    return size <= this.deficits[this.head]!
  }

  pay(size: number): void {
    this.deficits[this.head]! -= size
  }

  /** The head has sent what it may: the next lane's turn. */
  turn(): void {
    const lane = this.head
    this.isPaid = false
    if (lane === this.tail) return
    this.head = this.next[lane]!
    this.append(lane)
  }

  remove(lane: number, size: number, isEmpty: boolean): void {
    this.bytes[lane]! -= size
    this.counts[lane]!--
    if (isEmpty) this.unlink(lane)
  }

  private unlink(lane: number): void {
    this.deficits[lane] = 0
    if (lane === this.head) this.isPaid = false
    let before = NONE
    for (let at = this.head; at !== lane; at = this.next[at]!) before = at
    if (before === NONE) this.head = this.next[lane]!
    else this.next[before] = this.next[lane]!
    if (this.tail === lane) this.tail = before
  }

  fattest(): number {
    let most = this.head
    for (let lane = this.head; lane !== NONE; lane = this.next[lane]!) {
      if (this.bytes[lane]! > this.bytes[most]! || (this.bytes[lane] === this.bytes[most] && lane < most)) most = lane
    }
    return most
  }
}
