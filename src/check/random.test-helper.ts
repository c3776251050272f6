import fc from 'fast-check'
import { type Checker, call, finish } from './linearizability.ts'
import type { Action, Operation, Outcome, Value } from './register.ts'

/*
 * Small random histories, and what they must be judged against: a checker that tries every order of all operations on
 * all keys at once, with its own idea of what an operation does.
 */

/** Few values, so that they are written twice, and met by reads, cas and appends by chance. */
const written = fc.constantFrom('s1', 's2')
const seen: fc.Arbitrary<Value> = fc.constantFrom(null, 's1', 's2', 's1', 's2', 's12', 's21')

const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Action>({ op: 'get' }) },
  { weight: 3, arbitrary: written.map((value): Action => ({ op: 'put', value })) },
  { weight: 1, arbitrary: written.map((value): Action => ({ op: 'append', value })) },
  { weight: 2, arbitrary: fc.tuple(seen, written).map(([old, value]): Action => ({ op: 'cas', old, value })) },
  { weight: 1, arbitrary: fc.constant<Action>({ op: 'delete' }) },
)

function outcomeOf({ op }: Action, value: Value, success: boolean): Outcome {
  if (op === 'get') return { kind: 'read', value }
  return op === 'cas' ? { kind: 'compared', success } : { kind: 'done' }
}

const operation: fc.Arbitrary<Operation> = fc
  .record({
    key: fc.constantFrom('x', 'x', 'x', 'x', 'y'),
    action,
    read: seen,
    success: fc.boolean(),
    call: fc.nat(7),
    lasts: fc.nat(4),
    isUnknown: fc.integer({ min: 0, max: 4 }).map((drawn) => drawn === 4),
  })
  .map(({ key, action, read, success, call, lasts, isUnknown }) => ({
    client: 'c',
    key,
    action,
    outcome: isUnknown ? { kind: 'unknown' } : outcomeOf(action, read, success),
    call,
    ret: isUnknown ? null : call + lasts,
  }))

/** Up to six operations of as many clients on two keys, each fifth of unknown outcome; about every second is legal. */
export const smallHistory: fc.Arbitrary<readonly Operation[]> = fc
  .array(operation, { minLength: 1, maxLength: 6, size: 'max' })
  .map((drawn) => drawn.map((each, at) => ({ ...each, client: `c${at}` })))

type Store = Readonly<Record<string, Value>>

/** Whether some order of the operations explains every answer: all of them are tried. */
export function hasOrder(left: readonly Operation[], store: Store = {}): boolean {
  if (left.every(({ ret }) => ret === null)) return true
  return left.some((each) => {
    const rest = left.filter((other) => other !== each)
    if (rest.some(({ ret }) => ret !== null && ret < each.call)) return false
    const next = taken(each, store[each.key] ?? null)
    return next !== 'impossible' && hasOrder(rest, { ...store, [each.key]: next })
  })
}

/** What the register holds after the operation, if it can have answered what it did where `value` was. */
function taken({ action, outcome }: Operation, value: Value): Value | 'impossible' {
  switch (action.op) {
    case 'get':
      return outcome.kind === 'read' && outcome.value !== value ? 'impossible' : value
    case 'put':
      return action.value
    case 'delete':
      return null
    case 'append':
      return value === null ? action.value : value + action.value.replace(/^s/, '')
    case 'cas': {
      const fits = value === action.old
      if (outcome.kind === 'compared' && outcome.success !== fits) return 'impossible'
      return fits ? action.value : value
    }
  }
}

/** One thing that a live judge is told. */
export type Told = (checker: Checker) => Checker

/** An event of the history as a judge hears it, with its place in time. */
interface Event {
  readonly time: number
  /** Among events of one instant. */
  readonly order: number
  readonly id: number
  readonly isCall: boolean
}

/** How events of one instant are told. The call of an operation always comes before its return. */
export type Ties = 'calls first' | 'returns first'

/** Clients whose outcome is unknown give up some time later, every second one after everybody else has ended. */
const PATIENCE = [3, 100] as const

function eventsOf(history: readonly Operation[], ties: Ties): readonly Event[] {
  const events = history.flatMap(({ call, ret }, id): Event[] => {
    const end = ret ?? call + PATIENCE[id % 2]!
    const before = ties === 'returns first' && end > call ? 0 : 2
    return [
      { time: call, order: 1, id, isCall: true },
      { time: end, order: before, id, isCall: false },
    ]
  })
  return events.sort((x, y) => x.time - y.time || x.order - y.order)
}

/** The whole history as a live judge hears it; every operation ends. Position `at` of the history is called `r${at}`. */
export function tellingOf(history: readonly Operation[], ties: Ties): readonly Told[] {
  return eventsOf(history, ties).map(({ id, isCall, time }): Told => {
    const operation = history[id]!
    return isCall
      ? (checker) => call(checker, `r${id}`, operation)
      : (checker) => finish(checker, `r${id}`, () => operation.outcome, time)
  })
}

/** The history with other times: those of the order in which the events are told, no two of them equal. */
export function inToldOrder(history: readonly Operation[], ties: Ties): readonly Operation[] {
  const events = eventsOf(history, ties)
  const placeOf = (id: number, isCall: boolean) => events.findIndex((each) => each.id === id && each.isCall === isCall)
  return history.map((each, id) => ({
    ...each,
    call: placeOf(id, true),
    ret: each.ret === null ? null : placeOf(id, false),
  }))
}
