import { lowerBound } from '../base/bisect.ts'
import { isObserver, type Operation, type Value } from './register.ts'

/** What anybody ever asks for on one key: the answers of reads, and the old values of cas. */
export interface Wanted {
  /** Whether the value, or something that begins with its text, is asked for: an append makes a text of a number. */
  hasPrefix(value: Value): boolean
  has(value: Value): boolean
}

/** Collects what the operations of one key ask for. */
export function wantedOf(operations: readonly Operation[]): Wanted {
  const values = new Set(operations.flatMap(asked))
  const texts = [...values].flatMap((value) => (value === null ? [] : [value.slice(1)])).sort(byText)
  return {
    has: (value) => values.has(value),
    hasPrefix(value) {
      if (value === null) return true
      const text = value.slice(1)
      const found = texts[lowerBound(texts.length, (at) => texts[at]! >= text)]
      return found?.startsWith(text) ?? false
    },
  }
}

const byText = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0)

/** What this one operation asks for. */
export function asked({ action, outcome }: Operation): readonly Value[] {
  if (outcome.kind === 'read') return [outcome.value]
  return action.op === 'cas' ? [action.old] : []
}

/**
 * The operations without the writers of unknown outcome that nobody could have noticed. One whose effect no answer shows
 * can be left out of every order: what it wrote is overwritten, or appended to, without anybody having seen it. That
 * holds only while no failed cas looks on: for it every value but one is the same, and leaving a write out could bring
 * that one back. Observers of unknown outcome constrain nothing.
 */
export function noticeable(all: readonly Operation[]): readonly Operation[] {
  const kept = all.filter((operation) => operation.ret !== null || operation.action.op !== 'get')
  if (hasWatchingCas(kept)) return kept
  const values = [...new Set(kept.flatMap(asked))]
  const texts = values.flatMap((value) => (value === null ? [] : [value.slice(1)]))
  const hasAppend = kept.some(({ action }) => action.op === 'append')
  const isShown = ({ action }: Operation): boolean => {
    if (action.op === 'get') return true
    if (action.op === 'delete') return hasAppend || values.includes(null)
    const written = action.value.slice(1)
    return texts.some((text) => text.includes(written))
  }
  return kept.filter((operation) => operation.ret !== null || isShown(operation))
}

/** Whether a failed cas looks on whose old value the register could ever hold: for it, a write less may be too few. */
export function hasWatchingCas(operations: readonly Operation[]): boolean {
  const failed = operations.flatMap((each) => (each.action.op === 'cas' && isObserver(each) ? [each.action.old] : []))
  if (failed.length === 0) return false
  const written = new Set(
    operations.flatMap(({ action }) => (action.op === 'put' || action.op === 'cas' ? [action.value] : [])),
  )
  const added = [
    ...new Set(operations.flatMap(({ action }) => (action.op === 'append' ? [action.value.slice(1)] : []))),
  ]
  return failed.some((old) => old === null || written.has(old) || added.some((text) => old.endsWith(text)))
}
