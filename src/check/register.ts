/** One register as a sequential object: what each operation does and what it must have answered. */

/** A value in canonical text, prefixed by its type (`s` string, `n` number, `b` boolean, `z` null); null is "no such key". */
export type Value = string | null

/** What the operation does to the register. */
export type Action =
  | { readonly op: 'put'; readonly value: string }
  | { readonly op: 'append'; readonly value: string }
  | { readonly op: 'delete' }
  | { readonly op: 'get' }
  | { readonly op: 'cas'; readonly old: Value; readonly value: string }

/** How it ended. `unknown`: it may have taken effect at any time after its call, or may still, or never will. */
export type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'read'; readonly value: Value }
  /** Of a cas: whether the old value was there. */
  | { readonly kind: 'compared'; readonly success: boolean }
  | { readonly kind: 'unknown' }

/** One operation on one key. Times are of one clock; an operation takes effect at some instant in [call, ret]. */
export interface Operation {
  readonly client: string
  readonly key: string
  readonly action: Action
  readonly outcome: Outcome
  readonly call: number
  /** Null exactly when the outcome is unknown. */
  readonly ret: number | null
}

/** An operation that constrains only what is there, and changes nothing. */
export function isObserver({ action, outcome }: Operation): boolean {
  return action.op === 'get' || (action.op === 'cas' && outcome.kind === 'compared' && !outcome.success)
}

/** Whether the observer's answer fits a register that holds `value`. An unknown answer fits everything. */
export function accepts({ action, outcome }: Operation, value: Value): boolean {
  if (outcome.kind === 'read') return outcome.value === value
  return action.op !== 'cas' || outcome.kind !== 'compared' || value !== action.old
}

/** Whether the writer can take effect on `value`: a cas only where the old value stands. */
export function enabled({ action }: Operation, value: Value): boolean {
  return action.op !== 'cas' || action.old === value
}

/** Whether both do the same to any register. */
export function isSameAction({ action: one }: Operation, { action: other }: Operation): boolean {
  const given = (action: Action) => ('value' in action ? action.value : null)
  const compared = (action: Action) => (action.op === 'cas' ? action.old : null)
  return one.op === other.op && given(one) === given(other) && compared(one) === compared(other)
}

/** The register after the writer took effect. */
export function after({ action }: Operation, value: Value): Value {
  switch (action.op) {
    case 'put':
    case 'cas':
      return action.value
    case 'append':
      return `s${value === null ? '' : value.slice(1)}${action.value.slice(1)}`
    case 'delete':
      return null
    case 'get':
      return value
  }
}

const show = (value: Value): string =>
  value === null ? '(none)' : value.startsWith('s') ? JSON.stringify(value.slice(1)) : value.slice(1)

/** One line for people: `c2 get x -> "1" [12..18]`. */
export function operationText({ client, key, action, outcome, call, ret }: Operation): string {
  const given =
    action.op === 'cas'
      ? ` ${show(action.old)} ${show(action.value)}`
      : 'value' in action
        ? ` ${show(action.value)}`
        : ''
  const answer =
    outcome.kind === 'read'
      ? ` -> ${show(outcome.value)}`
      : outcome.kind === 'compared'
        ? ` -> ${outcome.success ? 'ok' : 'failed'}`
        : outcome.kind === 'unknown'
          ? ' -> unknown'
          : ''
  return `${client} ${action.op} ${key}${given}${answer} [${call}..${ret ?? ''}]`
}
