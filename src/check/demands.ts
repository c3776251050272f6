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
  left: number
  /** The values that end with it. */
  readonly values: Value[]
}

/** With appends of more different lengths, every append counts as one that could write any value. */
const LENGTHS_MAX = 32

/** The value without which the operation cannot come, if there is one. */
function consumed({ action, outcome }: Operation): Value | undefined {
  if (outcome.kind === 'read') return outcome.value
  return action.op === 'cas' && outcome.kind === 'compared' && outcome.success ? action.old : undefined
}

/** What is still needed of the values of one register while its operations are put into an order. */
export class Demands {
  private readonly demands = new Map<Value, Demand>()
  private readonly consumes: readonly (Demand | undefined)[]
  private readonly writes: readonly (Demand | undefined)[]
  private readonly appends: readonly (Ending | undefined)[]

  constructor(operations: readonly Operation[]) {
    const byText = new Map<string, Ending>()
    const endings = operations.map(({ action }) => {
      if (action.op !== 'append') return undefined
      const text = action.value.slice(1)
      const ending = byText.get(text) ?? { left: 0, values: [] }
      byText.set(text, ending)
      return ending
    })
    const due = new Map<Value, number>()
    for (const each of operations) {
      const value = consumed(each)
      if (value !== undefined && each.ret !== null) due.set(value, Math.min(each.ret, due.get(value) ?? each.ret))
    }
    const lengths = [...new Set([...byText.keys()].map((text) => text.length))]
    const anyAppend: Ending = { left: 0, values: [] }
    const isCoarse = lengths.length > LENGTHS_MAX
    for (const [value, dueAt] of due) {
      const found = isCoarse ? [anyAppend] : endingsOf(value, lengths, byText)
      for (const ending of found) ending.values.push(value)
      this.demands.set(value, { needed: 0, written: 0, endings: found, dueAt })
    }
    this.appends = isCoarse ? endings.map((each) => each && anyAppend) : endings
    this.consumes = operations.map((each) => {
      const value = each.ret === null ? undefined : consumed(each)
      return value === undefined ? undefined : this.demands.get(value)
    })
    this.writes = operations.map((each) => this.written(each))
    operations.forEach((_, at) => {
      this.undo(at)
    })
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
  dueAt(operation: Operation): number {
    const own = operation.ret ?? Number.POSITIVE_INFINITY
    return Math.min(own, this.written(operation)?.dueAt ?? own)
  }

  private written(operation: Operation): Demand | undefined {
    const { action } = operation
    if (isObserver(operation) || action.op === 'append' || action.op === 'get') return undefined
    return this.demands.get(action.op === 'delete' ? null : action.value)
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

function endingsOf(value: Value, lengths: readonly number[], byText: ReadonlyMap<string, Ending>): readonly Ending[] {
  if (value === null || !value.startsWith('s')) return []
  return lengths.flatMap((length) => {
    const from = value.length - length
    const ending = from >= 1 ? byText.get(value.slice(from)) : undefined
    return ending === undefined ? [] : [ending]
  })
}
