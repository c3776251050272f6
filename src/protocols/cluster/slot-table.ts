import { SLOTS } from './slots.ts'

const ROW = 128
const ROWS = SLOTS / ROW

/** One value for each hash slot, persistent: a change copies one row of 128 and the list of rows. */
export class SlotTable<V> {
  private constructor(private readonly rows: readonly (readonly V[])[]) {}

  static filled<V>(value: V): SlotTable<V> {
    const row = new Array<V>(ROW).fill(value)
    return new SlotTable<V>(new Array<readonly V[]>(ROWS).fill(row))
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
