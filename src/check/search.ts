import type { Budget } from './configurations.ts'
import { consumed, Demands } from './demands.ts'
import { type KeyEvent, keyEvents } from './events.ts'
import { accepts, after, enabled, isObserver, isSameAction, type Operation, type Value } from './register.ts'
import { hasWatchingCas, type Wanted, wantedOf } from './wanted.ts'

/**
 * Depth-first search for one linearization of one register (Wing and Gong 1993, with the memory of Lowe 2017). Finds an
 * order quickly where there is one, where the set of all configurations would explode.
 *
 * Order of trying: observers that fit (at once, and without alternative: they change nothing), writers that nobody asks
 * for, then the others by the time at which they or an answer that shows them returned, and last those of unknown
 * outcome. A value that some answer still needs, and that nobody can write again, is not left.
 */
export function searchOrder(all: readonly Operation[], budget: Budget): 'ok' | 'illegal' | 'bound' {
  const search = new Search(all)
  return search.run(budget)
}

/** Characters of all remembered states together: two bytes each at worst. */
const MEMORY_MAX = 50_000_000

/** A state of the search: what was tried from it. */
interface Frame {
  readonly value: Value
  readonly candidates: readonly number[]
  next: number
  /** The operation that led here; -1 at the root. */
  readonly by: number
}

class Search {
  private readonly operations: readonly Operation[]
  private readonly events: readonly KeyEvent[]
  private readonly position: ReadonlyMap<Operation, number>
  private readonly wanted: Wanted
  private readonly demands: Demands
  /** When the operation, or the first answer that shows what it wrote, returned: in this order writers are tried. */
  private readonly dueAt: readonly number[]
  private readonly optional: readonly number[]
  /** For each optional operation the one before that does the same: twins take effect in the order of their calls. */
  private readonly twins: ReadonlyMap<number, number | undefined>
  private readonly done: Uint8Array
  private readonly memo = new Set<string>()
  private memorySize = 0
  /** Linked list of the events of operations that are not linearized: 0 is the head, the last one the end. */
  private readonly after: Int32Array
  private readonly before: Int32Array
  private readonly callEntry: Int32Array
  private readonly returnEntry: Int32Array
  private left = 0
  /** Every operation before this position (in the order of calls) is done, or of unknown outcome. */
  private prefix = 0
  /** Those of unknown outcome that took effect, as text; null: to be written anew. */
  private spent: string | null = ''
  /** More operations of known outcome are never open at once. */
  private readonly width: number
  private readonly stepCost: number
  private readonly isWatched: boolean

  constructor(all: readonly Operation[]) {
    this.operations = all.toSorted((x, y) => x.call - y.call)
    this.position = new Map(this.operations.map((operation, at) => [operation, at]))
    this.events = [...keyEvents(this.operations)].filter(({ operation }) => operation.ret !== null)
    this.wanted = wantedOf(this.operations)
    this.isWatched = hasWatchingCas(this.operations)
    this.demands = new Demands(this.operations)
    this.dueAt = this.operations.map((each, at) => this.demands.dueAt(at, each))
    this.optional = this.operations.flatMap((operation, at) => (operation.ret === null ? [at] : []))
    this.twins = new Map(
      this.optional.map((number, at) => {
        const isTwin = (other: number) => isSameAction(this.operations[other]!, this.operations[number]!)
        return [number, this.optional.slice(0, at).findLast(isTwin)]
      }),
    )
    const count = this.operations.length
    this.done = new Uint8Array(count)
    this.callEntry = new Int32Array(count)
    this.returnEntry = new Int32Array(count)
    const entries = this.events.length + 2
    this.after = Int32Array.from({ length: entries }, (_, at) => at + 1)
    this.before = Int32Array.from({ length: entries }, (_, at) => at - 1)
    let open = 0
    let width = 0
    this.events.forEach(({ isCall, operation }, at) => {
      const number = this.position.get(operation)!
      if (isCall) this.callEntry[number] = at + 1
      else this.returnEntry[number] = at + 1
      open += isCall ? 1 : -1
      width = Math.max(width, open)
      if (isCall) this.left++
    })
    this.width = 1 + width
    this.stepCost = this.width + this.optional.length
  }

  run(budget: Budget): 'ok' | 'illegal' | 'bound' {
    const stack: Frame[] = [this.frame(null, -1)]
    while (this.left > 0) {
      budget.steps -= this.stepCost
      if (budget.steps < 0) return 'bound'
      const top = stack[stack.length - 1]!
      const number = top.candidates[top.next++]
      if (number === undefined) {
        stack.pop()
        if (stack.length === 0) return 'illegal'
        this.undo(top.by)
        continue
      }
      const operation = this.operations[number]!
      const value = isObserver(operation) ? top.value : after(operation, top.value)
      this.take(number)
      if (this.isLost(number, top.value, value) || !this.isNew(value)) this.undo(number)
      else if (this.memorySize > MEMORY_MAX) return 'bound'
      else stack.push(this.frame(value, number))
    }
    return 'ok'
  }

  /** Whether some answer still needs a value that cannot come any more, now that the operation `number` took effect. */
  private isLost(number: number, before: Value, now: Value): boolean {
    return (before !== now && this.demands.needs(before)) || this.demands.wasLastFor(number, now)
  }

  /** Remembers the state; false when it was there before. */
  private isNew(value: Value): boolean {
    const key = this.key(value)
    if (this.memo.has(key)) return false
    this.memo.add(key)
    this.memorySize += key.length
    return true
  }

  private frame(value: Value, by: number): Frame {
    return { value, candidates: this.candidates(value), next: 0, by }
  }

  /** What may come next: everything called before the first return of an operation that is not linearized. */
  private candidates(value: Value): readonly number[] {
    const found: number[] = []
    /** When the first open operation that needs a value returns. */
    const askedBy = new Map<Value, number>()
    let limit = Number.POSITIVE_INFINITY
    for (let entry = this.after[0]!; entry <= this.events.length; entry = this.after[entry]!) {
      const { isCall, operation, time } = this.events[entry - 1]!
      if (!isCall) {
        limit = time
        break
      }
      const number = this.position.get(operation)!
      if (isObserver(operation)) {
        if (accepts(operation, value)) return [number]
      } else if (this.isEnabled(number, value)) found.push(number)
      noteAsked(askedBy, operation)
    }
    const rank = new Map(found.map((number) => [number, this.rank(number, value)]))
    const due = new Map(found.map((number) => [number, this.due(number, value, askedBy)]))
    found.sort((x, y) => rank.get(x)! - rank.get(y)! || due.get(x)! - due.get(y)!)
    for (const number of this.optional) {
      const operation = this.operations[number]!
      if (operation.call > limit) break
      const twin = this.twins.get(number)
      if (twin !== undefined && this.done[twin] === 0) continue
      if (this.done[number] === 0 && this.isEnabled(number, value) && this.isUseful(operation, value))
        found.push(number)
    }
    return found
  }

  private isEnabled(number: number, value: Value): boolean {
    return enabled(this.operations[number]!, value) && this.demands.allows(number, value)
  }

  private due(number: number, value: Value, askedBy: ReadonlyMap<Value, number>): number {
    const operation = this.operations[number]!
    return Math.min(this.dueAt[number]!, askedBy.get(after(operation, value)) ?? this.dueAt[number]!)
  }

  private rank(number: number, value: Value): number {
    return this.wanted.hasPrefix(after(this.operations[number]!, value)) ? 1 : 0
  }

  /** An optional writer whose result begins nothing that is asked for need not come here (see `noticeable`). */
  private isUseful(operation: Operation, value: Value): boolean {
    return this.isWatched || this.wanted.hasPrefix(after(operation, value))
  }

  private take(number: number): void {
    this.done[number] = 1
    this.demands.take(number)
    if (this.operations[number]!.ret === null) {
      this.spent = null
      return
    }
    this.unlink(this.callEntry[number]!)
    this.unlink(this.returnEntry[number]!)
    this.left--
  }

  private undo(number: number): void {
    this.done[number] = 0
    this.demands.undo(number)
    if (this.operations[number]!.ret === null) {
      this.spent = null
      return
    }
    this.prefix = Math.min(this.prefix, number)
    this.link(this.returnEntry[number]!)
    this.link(this.callEntry[number]!)
    this.left++
  }

  private unlink(entry: number): void {
    this.after[this.before[entry]!] = this.after[entry]!
    this.before[this.after[entry]!] = this.before[entry]!
  }

  private link(entry: number): void {
    this.after[this.before[entry]!] = entry
    this.before[this.after[entry]!] = entry
  }

  /** The state as text: how far everything is done, what is done beyond, what of the unknown is done, and the value. */
  private key(value: Value): string {
    const { done, operations } = this
    const isPast = (at: number) => done[at] === 1 || operations[at]!.ret === null
    while (this.prefix < done.length && isPast(this.prefix)) this.prefix++
    let key = `${this.prefix}`
    // What is done beyond the prefix was open together with what is not: more misses than that means the end.
    for (let at = this.prefix + 1, misses = 0; at < done.length && misses <= this.width; at++) {
      if (operations[at]!.ret === null) continue
      if (done[at] === 1) key += `,${at}`
      else misses++
    }
    this.spent ??= this.optional.filter((at) => done[at] === 1).join()
    return `${key}|${this.spent}|${value ?? '-'}`
  }
}

function noteAsked(askedBy: Map<Value, number>, operation: Operation): void {
  const value = consumed(operation)
  if (value !== undefined) askedBy.set(value, Math.min(operation.ret!, askedBy.get(value) ?? operation.ret!))
}
