/**
 * The events to come, soonest first, and in the order in which they were made when they are due at one instant: a binary
 * heap in typed arrays, so that an event costs no allocation.
 */
export class EventList {
  size = 0
  private times: Float64Array = new Float64Array(64)
  private seqs: Float64Array = new Float64Array(64)
  private wheres: Int32Array = new Int32Array(64)
  private whos: Int32Array = new Int32Array(64)
  private seq = 0

  /** When the next event is due; Infinity when there is none. */
  get nextUs(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.times[0]!
  }

  /** Where the next event happens. */
  get where(): number {
    return this.wheres[0]!
  }

  /** To whom. */
  get who(): number {
    return this.whos[0]!
  }

  push(time: number, where: number, who: number): void {
    if (this.size === this.times.length) this.grow()
    const { times } = this
    let at = this.size++
    // Among equals the new one is the last: its sequence number is the highest.
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (times[parent]! <= time) break
      this.move(parent, at)
      at = parent
    }
    this.put(at, time, this.seq++, where, who)
  }

  /** Removes the next event. */
  pop(): void {
    const last = --this.size
    if (last === 0) return
    const { times, seqs } = this
    const time = times[last]!
    const seq = seqs[last]!
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= last) break
      if (child + 1 < last && this.isBefore(child + 1, times[child]!, seqs[child]!)) child++
      if (!this.isBefore(child, time, seq)) break
      this.move(child, at)
      at = child
    }
    this.put(at, time, seq, this.wheres[last]!, this.whos[last]!)
  }

  private isBefore(at: number, time: number, seq: number): boolean {
    const own = this.times[at]!
    return own < time || (own === time && this.seqs[at]! < seq)
  }

  private move(from: number, to: number): void {
    this.put(to, this.times[from]!, this.seqs[from]!, this.wheres[from]!, this.whos[from]!)
  }

  private put(at: number, time: number, seq: number, where: number, who: number): void {
    this.times[at] = time
    this.seqs[at] = seq
    this.wheres[at] = where
    this.whos[at] = who
  }

  private grow(): void {
    this.times = doubled(this.times, Float64Array)
    this.seqs = doubled(this.seqs, Float64Array)
    this.wheres = doubled(this.wheres, Int32Array)
    this.whos = doubled(this.whos, Int32Array)
  }
}

interface Column<T> {
  readonly length: number
  set(from: T): void
}

/** The same column with twice the room. */
export function doubled<T extends Column<T>>(column: T, make: new (length: number) => T): T {
  const wider = new make(2 * column.length)
  wider.set(column)
  return wider
}
