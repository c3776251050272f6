import { isObserver, type Operation, type Value } from './register.ts'

/** Who still needs a value, and who can still write it. */
interface Demand {
  /** Operations of known outcome, not done yet, that can only come while the register holds this value. */
  needed: number
  /** Operations not done yet that write it as a whole. */
  written: number
  /** Appends whose text it ends with. */
  readonly endings: readonly Ending[]
  /** When the first answer that shows it returned. */
  readonly dueAt: number
}

/** Appends of one text that are not done yet. */
interface Ending {
  /** Positions of the operations. */
  readonly by: number[]
  left: number
  /** The values that end with it. */
  readonly values: Value[]
}

/** With appends of more different lengths, every append counts as one that could write any value. */
const LENGTHS_MAX = 32

/** The value without which the operation cannot come, if there is one. */
export function consumed({ action, outcome }: Operation): Value | undefined {
  if (outcome.kind === 'read') return outcome.value
  return action.op === 'cas' && outcome.kind === 'compared' && outcome.success ? action.old : undefined
}

/** What is still needed of the values of one register while its operations are put into an order. */
export class Demands {
  private readonly demands = new Map<Value, Demand>()
  /** The value that each operation needs, if there is one. */
  private readonly bases: readonly (Value | undefined)[]
  private readonly consumes: readonly (Demand | undefined)[]
  private readonly writes: readonly (Demand | undefined)[]
  private readonly appends: readonly (Ending | undefined)[]

  constructor(operations: readonly Operation[]) {
    const { endings, appends } = endingsFrom(operations)
    const { bases, due } = basesFrom(operations, endings)
    for (const [value, dueAt] of due) {
      const found = endings(value)
      for (const ending of found) ending.values.push(value)
      this.demands.set(value, { needed: 0, written: 0, endings: found, dueAt })
    }
    this.appends = appends
    this.bases = bases
    this.consumes = bases.map((value) => (value === undefined ? undefined : this.demands.get(value)))
    this.writes = operations.map((each) => {
      const value = writtenBy(each)
      return value === undefined ? undefined : this.demands.get(value)
    })
    operations.forEach((_, at) => {
      this.undo(at)
    })
  }

  /** Whether the operation can come while the register holds `value`, as far as the answers of others say. */
  allows(at: number, value: Value): boolean {
    const base = this.bases[at]
    return base === undefined || base === value
  }

  /** The operation takes effect. */
  take(at: number): void {
    this.count(at, -1)
  }

  /** It has not taken effect, after all. */
  undo(at: number): void {
    this.count(at, 1)
  }

  /** Whether the value must not be left: some answer still needs it, and nobody can write it again. */
  needs(value: Value): boolean {
    const demand = this.demands.get(value)
    if (demand === undefined || demand.needed === 0 || demand.written > 0) return false
    return demand.endings.every(({ left }) => left === 0)
  }

  /** Whether the operation was the last that could have written a value other than `now`, which an answer still needs. */
  wasLastFor(at: number, now: Value): boolean {
    const appends = this.appends[at]
    return appends?.left === 0 && appends.values.some((value) => value !== now && this.needs(value))
  }

  /** When the operation, or the first answer that shows what it wrote, returned. */
  dueAt(at: number, operation: Operation): number {
    const own = operation.ret ?? Number.POSITIVE_INFINITY
    const demand = this.writes[at]
    // With others that write the same, the answer may show theirs.
    return demand?.written === 1 && demand.endings.length === 0 ? Math.min(own, demand.dueAt) : own
  }

  private count(at: number, by: 1 | -1): void {
    const consumes = this.consumes[at]
    const writes = this.writes[at]
    const appends = this.appends[at]
    if (consumes !== undefined) consumes.needed += by
    if (writes !== undefined) writes.written += by
    if (appends !== undefined) appends.left += by
  }
}

/** The value that the operation writes as a whole. */
function writtenBy(operation: Operation): Value | undefined {
  const { action } = operation
  if (isObserver(operation) || action.op === 'append' || action.op === 'get') return undefined
  return action.op === 'delete' ? null : action.value
}

/** The appends by their text: of each operation, and those that could be the last to have built a value. */
function endingsFrom(operations: readonly Operation[]): {
  readonly appends: readonly (Ending | undefined)[]
  readonly endings: (value: Value) => readonly Ending[]
} {
  const byText = new Map<string, Ending>()
  const appends = operations.map(({ action }, at) => {
    if (action.op !== 'append') return undefined
    const text = action.value.slice(1)
    const ending = byText.get(text) ?? { by: [], left: 0, values: [] }
    ending.by.push(at)
    byText.set(text, ending)
    return ending
  })
  const lengths = [...new Set([...byText.keys()].map((text) => text.length))]
  if (lengths.length <= LENGTHS_MAX) return { appends, endings: (value) => endingsOf(value, lengths, byText) }
  const any: Ending = { by: [...byText.values()].flatMap(({ by }) => by), left: 0, values: [] }
  return { appends: appends.map((each) => each && any), endings: () => [any] }
}

interface Needs {
  readonly bases: readonly (Value | undefined)[]
  readonly due: ReadonlyMap<Value, number>
  /** Operations whose answers no order explains, seen without a search. */
  readonly contradiction: readonly number[] | null
}

/**
 * An answer that nobody wrote, or two answers that show the same append behind different values; whatever the other
 * operations did. Null: no such thing, which does not mean that there is an order.
 */
export function contradictionIn(operations: readonly Operation[]): readonly Operation[] | null {
  const { contradiction } = basesFrom(operations, endingsFrom(operations).endings)
  return contradiction?.map((at) => operations[at]!) ?? null
}

/**
 * What each operation needs: its own answer says so, or the answer of another needs what only this one writes, be its
 * outcome known or not. And when the first answer that needs a value returned.
 */
function basesFrom(operations: readonly Operation[], endings: (value: Value) => readonly Ending[]): Needs {
  const due = new Map<Value, number>()
  const askers = new Map<Value, number>()
  const need = (value: Value, at: number, asker: number) => {
    if (at >= (due.get(value) ?? Number.POSITIVE_INFINITY)) return
    due.set(value, at)
    askers.set(value, asker)
  }
  const bases = operations.map((each, at) => {
    const value = each.ret === null ? undefined : consumed(each)
    if (value !== undefined && each.ret !== null) need(value, each.ret, at)
    return value
  })
  const writers = new Map<Value, number[]>()
  operations.forEach((each, at) => {
    const value = writtenBy(each)
    if (value !== undefined) writers.set(value, [...(writers.get(value) ?? []), at])
  })
  const isText = operations.every(({ action }) => !('value' in action) || action.value.startsWith('s'))
  let contradiction: readonly number[] | null = null
  /** For each operation with a base that others imply, whose answer that is. */
  const because = new Map<number, number>()
  // The map grows on the way: what an append adds to may itself be the work of one append only.
  for (const [value, at] of due) {
    const by = [...(writers.get(value) ?? []), ...endings(value).flatMap((ending) => ending.by)]
    const asker = askers.get(value)!
    const [only] = by
    if (only === undefined && value !== null && contradiction?.length !== 1) contradiction = [asker]
    if (only === undefined || by.length > 1) continue
    const base = baseOf(operations[only]!, value, isText)
    if (base === undefined) continue
    const other = because.get(only)
    if (bases[only] === undefined) {
      bases[only] = base
      because.set(only, asker)
      need(base, at, asker)
    } else if (other !== undefined && bases[only] !== base) contradiction ??= [other, asker]
  }
  return { bases, due, contradiction }
}

/** What the register held before the operation wrote `value`, where only one answer is possible. */
function baseOf({ action }: Operation, value: Value, isText: boolean): Value | undefined {
  if (action.op === 'cas') return action.old
  if (action.op !== 'append' || value === null || !isText) return undefined
  const text = action.value.slice(1)
  // An append to the empty text and one to nothing look the same.
  return text === '' || value.length - text.length <= 1 ? undefined : value.slice(0, value.length - text.length)
}

function endingsOf(value: Value, lengths: readonly number[], byText: ReadonlyMap<string, Ending>): readonly Ending[] {
  if (value === null || !value.startsWith('s')) return []
  return lengths.flatMap((length) => {
    const from = value.length - length
    const ending = from >= 1 ? byText.get(value.slice(from)) : undefined
    return ending === undefined ? [] : [ending]
  })
}
