import { draw, type StreamKey, streamKey } from '../../base/prng.ts'
import type { Action, Operation, Outcome, Value } from '../../check/linearizability.ts'

/** A history to be made. */
export interface Recipe {
  readonly operations: number
  readonly clients: number
  readonly keys: number
  /** Share of operations whose client never hears the outcome. */
  readonly unknownPermille: number
  readonly seed: number
}

/** The longest time that an operation waits before and after it takes effect, and between two of a client. */
const WAIT_MAX = 1_000

/** Draws of one stream, one after the other. */
function dice(key: StreamKey) {
  let drawn = 0
  return (count: number) => draw(key, drawn++) % count
}

interface Made {
  readonly operation: Operation
  /** The instant at which it takes effect, or never. */
  readonly at: number
}

/**
 * What clients saw of a store that is linearizable by construction: each operation takes effect at one instant between
 * call and return. Of the operations of unknown outcome every second one
 * never took effect.
 */
export function legalHistory({ operations, clients, keys, unknownPermille, seed }: Recipe): Operation[] {
  const roll = dice(streamKey(seed, 'history'))
  const made: Made[] = []
  const free = new Array<number>(clients).fill(0)
  for (let number = 0; number < operations; number++) {
    const client = number % clients
    const call = free[client]! + roll(WAIT_MAX)
    const at = call + 1 + roll(WAIT_MAX)
    const ret = at + 1 + roll(WAIT_MAX)
    free[client] = ret
    const isUnknown = roll(1000) < unknownPermille
    const operation: Operation = {
      client: `c${client}`,
      key: `k${roll(keys)}`,
      action: actionOf(number, roll),
      outcome: isUnknown ? { kind: 'unknown' } : { kind: 'done' },
      call,
      ret: isUnknown ? null : ret,
    }
    made.push({ operation, at: isUnknown && roll(2) === 0 ? Number.POSITIVE_INFINITY : at })
  }
  return answered(made).sort((a, b) => a.call - b.call)
}

function actionOf(number: number, roll: (count: number) => number): Action {
  const value = `s${number}.`
  const kind = roll(10)
  if (kind < 5) return { op: 'get' }
  if (kind < 8) return { op: 'put', value }
  if (kind < 9) return { op: 'append', value }
  return { op: 'cas', old: `s${Math.max(0, number - 1 - roll(20))}.`, value }
}

/** The answers that the store gives when it takes the operations in the order of their instants. */
function answered(made: readonly Made[]): Operation[] {
  const store = new Map<string, Value>()
  return made
    .toSorted((a, b) => a.at - b.at)
    .map(({ operation, at }) => {
      if (at === Number.POSITIVE_INFINITY) return operation
      const { key, action } = operation
      const before = store.get(key) ?? null
      const outcome = answer(action, before)
      if (outcome.kind !== 'read' && !(outcome.kind === 'compared' && !outcome.success))
        store.set(key, valueAfter(action, before))
      return operation.ret === null ? operation : { ...operation, outcome }
    })
}

function answer(action: Action, before: Value): Outcome {
  if (action.op === 'get') return { kind: 'read', value: before }
  return action.op === 'cas' ? { kind: 'compared', success: action.old === before } : { kind: 'done' }
}

function valueAfter(action: Action, before: Value): Value {
  if (action.op === 'append') return `s${before?.slice(1) ?? ''}${action.value.slice(1)}`
  return 'value' in action ? action.value : null
}

/** The same history with one read, at `share` (0..1) of it, that answers what was overwritten long before. */
export function illegalHistory(history: readonly Operation[], share: number): Operation[] {
  const at = history.findIndex(
    ({ outcome }, index) => index >= share * history.length && outcome.kind === 'read' && outcome.value !== null,
  )
  const read = history[at]!
  const stale = history.find(
    ({ key, outcome }) => key === read.key && outcome.kind === 'read' && outcome.value !== null,
  )
  return history.with(at, { ...read, outcome: stale!.outcome })
}
