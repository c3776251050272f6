import { accepts, after, enabled, isObserver, isSameAction, type Operation, type Value } from './register.ts'
import type { Wanted } from './wanted.ts'

/**
 * Just-in-time linearization of one register (Lowe, "Testing for linearizability", 2017): the set of configurations in
 * which the register may be, given the events so far. An operation is linearized only when a return demands it.
 *
 * Outcomes are known when an operation is fed in, which saves most of the search: an observer is linearized at once where
 * its answer fits (it changes nothing, so earlier is never worse); an operation of unknown outcome takes effect only
 * right before something that notices it (otherwise it could as well come later), and a configuration that used fewer of
 * them, with all else equal, dominates.
 */
export interface Configurations {
  readonly list: readonly Configuration[]
  /** Operations that were called and will return, by slot; a free slot is null. At most {@link SLOTS_MAX}. */
  readonly open: readonly (Operation | null)[]
  /** Writers of unknown outcome so far. */
  readonly optional: readonly Operation[]
  /** For each of them the one before that does the same, or -1. Twins may as well take effect in the order of their calls. */
  readonly twins: readonly number[]
}

interface Configuration {
  readonly value: Value
  /** Bit per slot: the open operation took effect already. */
  readonly used: number
  /** Positions of the optional writers that took effect, ascending. */
  readonly spent: readonly number[]
  /** The last to take effect was optional, and nothing has noticed it yet. */
  readonly unnoticed: boolean
}

/** Open operations of one key at once: one bit each. */
const SLOTS_MAX = 30

/** How much may be looked at. */
export interface Bounds {
  /** Configurations held at once, per key. */
  readonly configurationsMax: number
  /** Operations looked at in all, by both searches. */
  readonly stepsMax: number
}

/** Some five seconds and two hundred megabytes on a two-core machine. */
export const DEFAULT_BOUNDS: Bounds = { configurationsMax: 20_000, stepsMax: 20_000_000 }

/** Counts down the steps that are left; shared by the keys of one history. */
export interface Budget {
  steps: number
}

/** What became of a fed event. */
export type Fed =
  | { readonly kind: 'ok'; readonly next: Configurations }
  | { readonly kind: 'illegal' }
  | { readonly kind: 'bound' }

const NOTHING: readonly number[] = []

export const START: Configurations = {
  list: [{ value: null, used: 0, spent: NOTHING, unnoticed: false }],
  open: [],
  optional: [],
  twins: [],
}

/** The operation begins. Observers of unknown outcome need not be fed. */
export function callOperation(now: Configurations, operation: Operation): Fed {
  if (operation.ret === null) {
    const twin = now.optional.findLastIndex((other) => isSameAction(other, operation))
    return {
      kind: 'ok',
      next: { ...now, optional: [...now.optional, operation], twins: [...now.twins, twin] },
    }
  }
  const free = now.open.indexOf(null)
  const slot = free < 0 ? now.open.length : free
  if (slot >= SLOTS_MAX) return { kind: 'bound' }
  const open = free < 0 ? [...now.open, operation] : now.open.with(slot, operation)
  if (!isObserver(operation)) return { kind: 'ok', next: { ...now, open } }
  const list = now.list.map((each) =>
    accepts(operation, each.value) ? { ...each, used: each.used | (1 << slot) } : each,
  )
  return { kind: 'ok', next: { ...now, list, open } }
}

/** The operation has returned: it must have taken effect by now. `wanted`: what anybody will ever ask for. */
export function returnOperation(
  now: Configurations,
  operation: Operation,
  wanted: Wanted | null,
  bounds: Bounds,
  budget: Budget,
): Fed {
  const slot = now.open.indexOf(operation)
  const bit = 1 << slot
  const simple = singleSuccessor(now, operation, slot)
  if (simple !== null) return { kind: 'ok', next: { ...now, list: [simple], open: now.open.with(slot, null) } }
  const kept = new Antichain()
  const seen = new Antichain()
  const waiting: Configuration[] = []
  const visit = (each: Configuration): void => {
    if ((each.used & bit) !== 0 && !each.unnoticed) kept.add({ ...each, used: each.used & ~bit })
    else if (seen.add(each)) waiting.push(each)
  }
  for (const each of now.list) visit(each)
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    budget.steps -= 1 + now.open.length + now.optional.length
    if (budget.steps < 0 || seen.size > bounds.configurationsMax) return { kind: 'bound' }
    extend(now, each, wanted, visit)
  }
  if (kept.size === 0) return { kind: 'illegal' }
  if (kept.size > bounds.configurationsMax) return { kind: 'bound' }
  return { kind: 'ok', next: { ...now, list: kept.all(), open: now.open.with(slot, null) } }
}

/** The usual case, without a search: one configuration, in which the operation is done or nothing else can come first. */
function singleSuccessor(
  { list, open, optional }: Configurations,
  operation: Operation,
  slot: number,
): Configuration | null {
  const [only] = list
  if (only === undefined || list.length > 1) return null
  const bit = 1 << slot
  if ((only.used & bit) !== 0) return { ...only, used: only.used & ~bit }
  if (optional.length > 0 || isObserver(operation) || !enabled(operation, only.value)) return null
  for (let at = 0; at < open.length; at++) {
    const other = open[at] ?? null
    const mayComeFirst = other !== null && at !== slot && (only.used & (1 << at)) === 0 && !isObserver(other)
    if (mayComeFirst) return null
  }
  const value = after(operation, only.value)
  return { value, used: observed(open, only.used, value) & ~bit, spent: only.spent, unnoticed: false }
}

/** Visits what can come next: one more writer takes effect, and the observers whose answers then fit. */
function extend(
  { open, optional, twins }: Configurations,
  from: Configuration,
  wanted: Wanted | null,
  visit: (next: Configuration) => void,
): void {
  let hasAppend = false
  for (let slot = 0; slot < open.length; slot++) {
    const writer = open[slot] ?? null
    if (writer === null || (from.used & (1 << slot)) !== 0 || isObserver(writer)) continue
    hasAppend ||= writer.action.op === 'append'
    if (!notices(writer, from) || !enabled(writer, from.value)) continue
    const value = after(writer, from.value)
    visit({ value, used: observed(open, from.used | (1 << slot), value), spent: from.spent, unnoticed: false })
  }
  const builds = hasAppend || optional.some(({ action }, at) => action.op === 'append' && !from.spent.includes(at))
  optional.forEach((writer, at) => {
    if (!notices(writer, from) || !enabled(writer, from.value) || from.spent.includes(at)) return
    const twin = twins[at]!
    if (twin >= 0 && !from.spent.includes(twin)) return
    const value = after(writer, from.value)
    const used = observed(open, from.used, value)
    const unnoticed = used === from.used
    if (unnoticed && !mayBeNoticed(open, optional, from, value, builds, wanted)) return
    visit({ value, used, spent: insert(from.spent, at), unnoticed })
  })
}

/** Behind an optional writer that nobody noticed yet, only what depends on it may come. */
function notices({ action }: Operation, from: Configuration): boolean {
  return !from.unnoticed || action.op === 'append' || (action.op === 'cas' && action.old === from.value)
}

/** Whether some open writer could build on this value, so that an optional writer may take effect for its sake. */
function mayBeNoticed(
  open: Configurations['open'],
  optional: readonly Operation[],
  { used, spent }: Configuration,
  value: Value,
  builds: boolean,
  wanted: Wanted | null,
): boolean {
  if (builds && (wanted === null || wanted.hasPrefix(value))) return true
  const compares = (each: Operation | null) =>
    each?.action.op === 'cas' && each.action.old === value && !isObserver(each)
  return (
    open.some((each, slot) => compares(each) && (used & (1 << slot)) === 0) ||
    optional.some((each, at) => compares(each) && !spent.includes(at))
  )
}

function observed(open: Configurations['open'], used: number, value: Value): number {
  let next = used
  for (let slot = 0; slot < open.length; slot++) {
    const other = open[slot] ?? null
    if (other !== null && isObserver(other) && accepts(other, value)) next |= 1 << slot
  }
  return next
}

function insert(spent: readonly number[], at: number): readonly number[] {
  return [...spent, at].sort((x, y) => x - y)
}

/** Whether every element of `few` is in `many`; both ascending. */
function isSubset(few: readonly number[], many: readonly number[]): boolean {
  let at = 0
  for (const each of few) {
    while (at < many.length && many[at]! < each) at++
    if (many[at] !== each) return false
  }
  return true
}

/**
 * A set of configurations without those that another one dominates: the same value, the same returning operations used,
 * and a subset of the optional ones spent; whatever the dominated one can still do, the other can, too.
 */
class Antichain {
  private readonly groups = new Map<string, Configuration[]>()
  size = 0

  /** False when the configuration is dominated by one that is there. */
  add(each: Configuration): boolean {
    const key = `${each.used}${each.unnoticed ? '?' : ''}${each.value === null ? '-' : `+${each.value}`}`
    const group = this.groups.get(key)
    if (group === undefined) {
      this.groups.set(key, [each])
      this.size++
      return true
    }
    for (const other of group) if (isSubset(other.spent, each.spent)) return false
    const rest = group.filter((other) => !isSubset(each.spent, other.spent))
    this.size += 1 + rest.length - group.length
    rest.push(each)
    this.groups.set(key, rest)
    return true
  }

  all(): readonly Configuration[] {
    return [...this.groups.values()].flat()
  }
}
