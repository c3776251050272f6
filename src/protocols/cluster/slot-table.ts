import { SLOTS } from './slots.ts'

const ROW = 128
const ROWS = SLOTS / ROW

/** Neighbouring slots with the same value, both ends included. */
export interface Run<V> {
  readonly first: number
  readonly last: number
  readonly value: V
}

/** One value for each hash slot, persistent: a change copies one row of 128 and the list of rows. */
export class SlotTable<V> {
  /** Found at the first question. */
  private found: readonly Run<V>[] | undefined

  private constructor(private readonly rows: readonly (readonly V[])[]) {}

  static filled<V>(value: V): SlotTable<V> {
    const row = new Array<V>(ROW).fill(value)
    return new SlotTable<V>(new Array<readonly V[]>(ROWS).fill(row))
  }

  /** Each range has its value, and every slot outside of them `rest`. Whole rows of one range share their storage. */
  static ofRuns<V>(runs: readonly Run<V>[], rest: V): SlotTable<V> {
    const ground = new Array<V>(ROW).fill(rest)
    const rows = new Array<readonly V[]>(ROWS).fill(ground)
    for (const { first, last, value } of runs) {
      const whole = new Array<V>(ROW).fill(value)
      for (let row = first >>> 7; row <= last >>> 7; row++) {
        const from = Math.max(0, first - row * ROW)
        const to = Math.min(ROW, last - row * ROW + 1)
        rows[row] = from === 0 && to === ROW ? whole : rows[row]!.slice().fill(value, from, to)
      }
    }
    return new SlotTable(rows)
  }

  /** The table as ranges of neighbouring slots with the same value, in order of slots. */
  runs(): readonly Run<V>[] {
    this.found ??= this.findRuns()
    return this.found
  }

  private findRuns(): readonly Run<V>[] {
    const runs: { first: number; last: number; value: V }[] = []
    for (let slot = 0; slot < SLOTS; slot++) {
      const value = this.get(slot)
      const open = runs.at(-1)
      if (open !== undefined && open.value === value) open.last = slot
      else runs.push({ first: slot, last: slot, value })
    }
    return runs
  }

  get(slot: number): V {
    return this.rows[slot >>> 7]![slot & (ROW - 1)]!
  }

  set(slot: number, value: V): SlotTable<V> {
    if (this.get(slot) === value) return this
    const row = slot >>> 7
    return new SlotTable(this.rows.with(row, this.rows[row]!.with(slot & (ROW - 1), value)))
  }

  /** The same value for many slots; one copy of each row that changes. */
  setAll(slots: Iterable<number>, value: V): SlotTable<V> {
    const rows = this.rows.slice() as (readonly V[])[]
    const fresh = new Set<number>()
    for (const slot of slots) {
      const row = slot >>> 7
      if (!fresh.has(row)) {
        rows[row] = rows[row]!.slice()
        fresh.add(row)
      }
      ;(rows[row] as V[])[slot & (ROW - 1)] = value
    }
    return fresh.size === 0 ? this : new SlotTable(rows)
  }

  /** Row number `row` of 128 slots, by reference: equal references hold equal values. */
  row(row: number): readonly V[] {
    return this.rows[row]!
  }
}
