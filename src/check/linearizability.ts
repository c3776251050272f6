import { AppendList } from '../base/append-list.ts'
import { PersistentMap } from '../base/persistent-map.ts'
import {
  type Bounds,
  type Budget,
  type Configurations,
  callOperation,
  DEFAULT_BOUNDS,
  returnOperation,
  START,
} from './configurations.ts'
import { contradictionIn } from './demands.ts'
import { keyEvents } from './events.ts'
import { isObserver, type Operation, type Outcome, operationText } from './register.ts'
import { searchOrder } from './search.ts'
import { asked, hasWatchingCas, noticeable, wantedOf } from './wanted.ts'

export { type Bounds, DEFAULT_BOUNDS } from './configurations.ts'
export type { Action, Operation, Outcome, Value } from './register.ts'

/**
 * Whether a history of clients is linearizable (Herlihy and Wing 1990). Linearizability is local: each key is judged
 * alone, and the history is linearizable exactly when every key is.
 *
 * One operation precedes another only if it returned strictly before the other was called; equal times are concurrent.
 */
export type Verdict =
  | { readonly kind: 'ok'; readonly operations: number }
  | { readonly kind: 'undecided'; readonly operations: number; readonly key: string; readonly reason: string }
  | { readonly kind: 'illegal'; readonly operations: number; readonly witness: Witness }

/**
 * Operations of one key that cannot be ordered, whatever the others did: if any one of them is taken out, the rest can
 * be. "Taken out" means for a read that it is forgotten, for a write that its outcome counts as unknown (it may take
 * effect at any time after its call, or never), since others may have seen it.
 */
export interface Witness {
  readonly key: string
  readonly operations: readonly Operation[]
  /** One line for each, and the sentence that says what is wrong. */
  readonly lines: readonly string[]
  readonly explanation: string
  /** False when the bound was reached before every operation was tried. */
  readonly minimal: boolean
}

// ---- A whole history ---------------------------------------------------------------------------------------------

/** Which share of what is left a search may take, round by round: a hard key must not starve those behind it. */
const ROUNDS = [20, 5, 1]

/** Judges a finished history within the bounds. */
export function checkHistory(operations: readonly Operation[], bounds: Bounds = DEFAULT_BOUNDS): Verdict {
  const byKey = new Map<string, Operation[]>()
  for (const operation of operations) {
    const list = byKey.get(operation.key)
    if (list === undefined) byKey.set(operation.key, [operation])
    else list.push(operation)
  }
  const open = new Map([...byKey].map(([key, list]) => [key, noticeable(list)]))
  for (const [key, list] of open) {
    const found = contradictionIn(list)
    if (found !== null) return { kind: 'illegal', operations: operations.length, witness: madeOf(key, found, true) }
  }
  const budget: Budget = { steps: bounds.stepsMax }
  for (const share of ROUNDS) {
    for (const [key, list] of open) {
      const judged = checkKey(list, bounds, budget, share)
      if (judged === 'ok') open.delete(key)
      else if (judged === 'illegal') {
        return { kind: 'illegal', operations: operations.length, witness: witnessOf(key, list, bounds) }
      }
    }
  }
  const [key] = open.keys()
  if (key === undefined) return { kind: 'ok', operations: operations.length }
  const reason = `the bound of ${bounds.stepsMax} steps or ${bounds.configurationsMax} configurations was reached`
  return { kind: 'undecided', operations: operations.length, key, reason }
}

/** Both searches, each with its share of what is left: one is quick where an order exists, the other where none does. */
function checkKey(
  operations: readonly Operation[],
  bounds: Bounds,
  budget: Budget,
  share: number,
): 'ok' | 'illegal' | 'bound' {
  const limit = Math.floor(budget.steps / (2 * share))
  const within = { ...bounds, configurationsMax: Math.ceil(bounds.configurationsMax / share) }
  for (const search of [breadthFirst, searchOrder]) {
    const part: Budget = { steps: limit }
    const judged = search(operations, part, within)
    budget.steps -= limit - Math.max(0, part.steps)
    if (judged !== 'bound') return judged
  }
  return 'bound'
}

function breadthFirst(operations: readonly Operation[], budget: Budget, bounds: Bounds): 'ok' | 'illegal' | 'bound' {
  return feedAll(operations, bounds, budget).kind
}

/** All events of a key at once. On a failure `at` is the return that no configuration explains. */
function feedAll(
  operations: readonly Operation[],
  bounds: Bounds,
  budget: Budget,
): { readonly kind: 'ok' | 'bound' } | { readonly kind: 'illegal'; readonly at: Operation } {
  const wanted = hasWatchingCas(operations) ? null : wantedOf(operations)
  let now = START
  for (const { isCall, operation } of keyEvents(operations)) {
    const fed = isCall ? callOperation(now, operation) : returnOperation(now, operation, wanted, bounds, budget)
    if (fed.kind === 'illegal') return { kind: 'illegal', at: operation }
    if (fed.kind === 'bound') return { kind: 'bound' }
    now = fed.next
  }
  return { kind: 'ok' }
}

// ---- The witness --------------------------------------------------------------------------------------------------

const WITNESS_CHECK_STEPS = 200_000
const WITNESS_STEPS = 8_000_000

/** What stays of an operation that is taken out: nothing of an observer, a write that may or may not have happened. */
function relaxed(operation: Operation): Operation | null {
  return isObserver(operation) ? null : { ...operation, outcome: { kind: 'unknown' }, ret: null }
}

function checkWithin(operations: readonly Operation[], budget: Budget): 'ok' | 'illegal' | 'bound' {
  const half: Budget = { steps: Math.floor(budget.steps / 2) }
  const fed = feedAll(operations, { configurationsMax: 2_000, stepsMax: half.steps }, half).kind
  budget.steps -= Math.floor(budget.steps / 2) - Math.max(0, half.steps)
  return fed === 'bound' ? searchOrder(operations, budget) : fed
}

/** Whether it is the answer, or wrote what the answer shows or a part of that. */
function mayExplain(operation: Operation, answer: Operation): boolean {
  const { action } = operation
  const values = asked(answer)
  if (operation === answer || (action.op === 'delete' && values.includes(null))) return true
  return 'value' in action && !isObserver(operation) && values.some((value) => value?.includes(action.value.slice(1)))
}

/** Shrinks an illegal history of one key: to the failing prefix, to its end, then by halves, then one by one. */
function witnessOf(key: string, all: readonly Operation[], bounds: Bounds): Witness {
  const matters = noticeable(all)
  const left: Budget = { steps: WITNESS_STEPS }
  const failing = feedAll(matters, bounds, { steps: bounds.stepsMax })
  const until = failing.kind === 'illegal' ? failing.at.ret! : Number.POSITIVE_INFINITY
  // A write that was still open then takes no part as a constraint, but it may have happened.
  const isFree = (each: Operation) => each.ret === null || each.ret > until
  const before = matters.filter(({ call }) => call <= until)
  const free = before.filter(isFree).flatMap((each) => relaxed(each) ?? [])
  const isIllegal = (kept: ReadonlySet<Operation>, candidates: readonly Operation[]): boolean => {
    const freed = candidates.flatMap((each) => (kept.has(each) ? [each] : (relaxed(each) ?? [])))
    const budget: Budget = { steps: Math.min(WITNESS_CHECK_STEPS, left.steps) }
    const given = budget.steps
    const operations = noticeable([...freed, ...free])
    const judged = checkWithin(operations, budget)
    left.steps -= given - Math.max(0, budget.steps) + 1
    return judged === 'illegal'
  }
  const isRelated = (each: Operation) => failing.kind === 'illegal' && mayExplain(each, failing.at)
  const related = new Set(before.filter(isRelated))
  const candidates = before
    .filter((each) => !isFree(each))
    .sort((x, y) => Number(related.has(x)) - Number(related.has(y)) || x.ret! - y.ret!)
  // What is wrong mostly lies where the answer's value came from, however long ago, and just before the answer: the last
  // in this order, then twice as many, …
  let reach = 1
  while (reach < candidates.length && !isIllegal(new Set(candidates.slice(-reach)), candidates)) reach *= 2
  const last = candidates.slice(-reach)
  const kept = new Set(last)
  for (let size = Math.ceil(last.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < last.length && left.steps > 0; from += size) {
      const chunk = last.slice(from, from + size).filter((each) => kept.has(each))
      for (const each of chunk) kept.delete(each)
      if (chunk.length > 0 && !isIllegal(kept, candidates)) for (const each of chunk) kept.add(each)
    }
  }
  return madeOf(
    key,
    candidates.filter((each) => kept.has(each)),
    left.steps > 0,
  )
}

function madeOf(key: string, unordered: readonly Operation[], minimal: boolean): Witness {
  const operations = unordered.toSorted((x, y) => x.call - y.call)
  return {
    key,
    operations,
    lines: operations.map(operationText),
    explanation: `no order of these operations on ${key} explains every answer`,
    minimal,
  }
}

// ---- While a history grows ----------------------------------------------------------------------------------------

/** Configurations that a live judge keeps per key: it must keep up with the simulation. */
const LIVE_BOUNDS: Bounds = { configurationsMax: 512, stepsMax: 200_000 }

/** An operation whose outcome may still be open. */
interface Pending {
  readonly id: string
  readonly operation: Operation
  readonly isKnown: boolean
}

/** What waits to be fed: an operation begins, or has returned. By identifier, since the outcome may come later. */
interface Waiting {
  readonly id: string
  readonly isCall: boolean
}

interface KeyState {
  readonly now: Configurations
  /** Operations of which some event is still to be fed; few. */
  readonly pending: readonly Pending[]
  readonly waiting: readonly Waiting[]
  /** Everything fed so far, for the witness. */
  readonly fed: AppendList<Operation>
  readonly verdict: 'ok' | 'bound'
}

/** Operations of a key up to which a live judge looks for the smallest witness: it must not hold up the run. */
const REMEMBERED_MAX = 400

/**
 * A judge of a growing history; an immutable value. It believes the order in which it is told: a return told before a call
 * precedes it, even at the same instant.
 */
export interface Checker {
  readonly keys: PersistentMap<KeyState>
  /** The key of each operation that has not returned. */
  readonly keyOf: PersistentMap<string>
  readonly operations: number
  readonly illegal: Witness | null
  readonly undecided: { readonly key: string; readonly reason: string } | null
}

export const EMPTY_CHECKER: Checker = {
  keys: PersistentMap.empty(),
  keyOf: PersistentMap.empty(),
  operations: 0,
  illegal: null,
  undecided: null,
}

const FRESH: KeyState = { now: START, pending: [], waiting: [], fed: AppendList.empty(), verdict: 'ok' }

/** An operation begins; `outcome` and `ret` of it are ignored. `id` is unique. */
export function call(checker: Checker, id: string, operation: Operation): Checker {
  const state = checker.keys.get(operation.key) ?? FRESH
  const open: Operation = { ...operation, outcome: { kind: 'unknown' }, ret: null }
  const pending = [...state.pending, { id, operation: open, isKnown: false }]
  const next = { ...state, pending, waiting: [...state.waiting, { id, isCall: true }] }
  const keyOf = checker.keyOf.set(id, operation.key)
  return settle({ ...checker, keyOf, operations: checker.operations + 1 }, operation.key, next)
}

/**
 * The operation `id` has returned at `at`. `outcome` tells what became of it from what it did; `unknown` means that its
 * client gave up, null that it was refused and never happened.
 */
export function finish(
  checker: Checker,
  id: string,
  outcome: (action: Operation['action']) => Outcome | null,
  at: number,
): Checker {
  const key = checker.keyOf.get(id)
  const state = key === undefined ? undefined : checker.keys.get(key)
  if (key === undefined || state === undefined) return checker
  const keyOf = checker.keyOf.delete(id)
  const found = state.pending.find((each) => each.id === id)
  // Of a key that was given up nothing is remembered.
  if (found === undefined) return { ...checker, keyOf }
  const known = outcome(found.operation.action)
  if (known === null) {
    const waiting = state.waiting.filter((each) => each.id !== id)
    return settle({ ...checker, keyOf }, key, { ...state, pending: without(state.pending, id), waiting })
  }
  const gaveUp = known.kind === 'unknown'
  const operation: Operation = { ...found.operation, outcome: known, ret: gaveUp ? null : at }
  const pending = state.pending.map((each) => (each === found ? { id, operation, isKnown: true } : each))
  const waiting = gaveUp ? state.waiting : [...state.waiting, { id, isCall: false }]
  return settle({ ...checker, keyOf }, key, { ...state, pending, waiting })
}

/** Feeds what can be fed: events wait behind the first operation whose outcome is still open. */
function settle(checker: Checker, key: string, state: KeyState): Checker {
  if (checker.illegal !== null) return checker
  if (state.verdict === 'bound') return { ...checker, keys: checker.keys.set(key, FRESH_BOUND) }
  let { now, fed } = state
  let pending = state.pending
  let used = 0
  for (const { id, isCall } of state.waiting) {
    const found = pending.find((each) => each.id === id)
    if (found === undefined || !found.isKnown) break
    used++
    const { operation } = found
    const ignored = operation.ret === null && isObserver(operation)
    if (isCall) {
      if (!ignored) {
        const called = callOperation(now, operation)
        if (called.kind !== 'ok') return giveUp(checker, key)
        now = called.next
        fed = fed.append(operation)
      }
      if (operation.ret === null) pending = without(pending, id)
      continue
    }
    pending = without(pending, id)
    const judged = returnOperation(now, operation, null, LIVE_BOUNDS, { steps: LIVE_BOUNDS.stepsMax })
    if (judged.kind === 'illegal') return { ...checker, illegal: liveWitness(key, fed, operation) }
    if (judged.kind === 'bound') return giveUp(checker, key)
    now = judged.next
  }
  const waiting = used === 0 ? state.waiting : state.waiting.slice(used)
  return { ...checker, keys: checker.keys.set(key, { now, pending, waiting, fed, verdict: 'ok' }) }
}

const FRESH_BOUND: KeyState = { ...FRESH, verdict: 'bound' }

const without = (pending: KeyState['pending'], id: string): KeyState['pending'] =>
  pending.filter((each) => each.id !== id)

function giveUp(checker: Checker, key: string): Checker {
  const reason = `more than ${LIVE_BOUNDS.configurationsMax} orders of the open operations are possible`
  return { ...checker, keys: checker.keys.set(key, FRESH_BOUND), undecided: checker.undecided ?? { key, reason } }
}

/**
 * The witness among what is remembered. When that has an order, by its times alone, then only the answer that no
 * configuration explains.
 */
function liveWitness(key: string, fed: AppendList<Operation>, failing: Operation): Witness {
  const known = fed.length < REMEMBERED_MAX ? [...fed] : []
  if (feedAll(noticeable(known), LIVE_BOUNDS, { steps: LIVE_BOUNDS.stepsMax }).kind !== 'ok') {
    return witnessOf(key, known, LIVE_BOUNDS)
  }
  return {
    key,
    operations: [failing],
    lines: [operationText(failing)],
    explanation: `no order of the operations on ${key} explains this answer`,
    minimal: false,
  }
}

/** What the judge says now. */
export function verdictOf({ illegal, undecided, operations }: Checker): Verdict {
  if (illegal !== null) return { kind: 'illegal', operations, witness: illegal }
  return undecided === null ? { kind: 'ok', operations } : { kind: 'undecided', operations, ...undecided }
}
