import { unreachable } from '../base/assert.ts'
import { readArgument } from './grammar.ts'
import { furthest } from './problem.ts'
import { type Mistake, mistake, quote, scan } from './tokens.ts'
import type { Args, Facts, Option, Part, Value } from './types.ts'

/** What acts and movers have in common: a verb and what follows it. */
export interface Form {
  readonly verb: string
  readonly parts: readonly Part[]
}

/** The reading of a line by one form. */
export interface Match {
  /** Null: the line does not fit the form. */
  readonly args: Args | null
  /** What could have stood where; on a fit, what could still follow at the end. `part`: position in the form. */
  readonly misses: readonly Miss[]
  readonly comment: string | null
  /** Offset one past the last word. */
  readonly end: number
}

interface Miss extends Mistake {
  readonly part: number
}

interface Step {
  /** Where the next part begins; null: this one is needed and missing. */
  readonly next: number | null
  readonly entries: readonly (readonly [string, Value])[]
  readonly misses: readonly Mistake[]
}

const stop = (...misses: Mistake[]): Step => ({ next: null, entries: [], misses })

/** Reads what stands behind the verb, from offset `from`, up to the end of the line or its comment. */
export function match(form: Form, line: string, from: number, facts: Facts): Match {
  const entries: (readonly [string, Value])[] = []
  const misses: Miss[] = []
  let at = from
  for (const [part, each] of form.parts.entries()) {
    const step = matchPart(each, line, at, facts)
    entries.push(...step.entries)
    misses.push(...step.misses.map((miss) => ({ ...miss, part })))
    if (step.next === null) return { args: null, misses, comment: null, end: at }
    at = step.next
  }
  const rest = scan(line, at)
  if (rest.kind === 'end') {
    const open = misses.filter((miss) => miss.start === rest.at)
    return { args: Object.fromEntries(entries), misses: open, comment: rest.comment, end: at }
  }
  const extra = rest.kind === 'broken' ? rest.mistake : mistake(rest.token.start, rest.token.end, {})
  return { args: null, misses: [...misses, { ...extra, part: form.parts.length }], comment: null, end: at }
}

function matchPart(part: Part, line: string, at: number, facts: Facts): Step {
  switch (part.kind) {
    case 'literal':
      return matchLiteral(part.word, line, at)
    case 'argument': {
      const read = readArgument(part, line, at, facts)
      if (!read.ok)
        return part.optional === true ? { next: at, entries: [], misses: [read.mistake] } : stop(read.mistake)
      const more = mistake(line.length, line.length, { wants: read.more })
      return { next: read.next, entries: [[part.name, read.value]], misses: read.more.length > 0 ? [more] : [] }
    }
    case 'options':
      return matchOptions(part.options, part.min, line, at, facts)
    default:
      return unreachable(part)
  }
}

function matchLiteral(word: string, line: string, at: number): Step {
  const scanned = scan(line, at)
  if (scanned.kind === 'broken') return stop(scanned.mistake)
  const wants = [{ kind: 'word', word, help: '' } as const]
  if (scanned.kind === 'end') return stop(mistake(scanned.at, scanned.at, { wants }))
  const { token } = scanned
  if (token.raw !== word) return stop(mistake(token.start, token.end, { wants }))
  return { next: token.end, entries: [], misses: [] }
}

function matchOptions(options: readonly Option[], min: number, line: string, from: number, facts: Facts): Step {
  const entries = new Map<string, Value>()
  let at = from
  for (;;) {
    const scanned = scan(line, at)
    if (scanned.kind === 'broken') return stop(scanned.mistake)
    const { start, end } = scanned.kind === 'end' ? { start: scanned.at, end: scanned.at } : scanned.token
    const option = scanned.kind === 'end' ? undefined : options.find((each) => each.keyword === scanned.token.raw)
    const left = options.filter((each) => !entries.has(each.keyword))
    if (option === undefined || !left.includes(option)) {
      const wants = left.map((each) => ({ kind: 'word', word: each.keyword, help: each.help }) as const)
      const message = option === undefined ? null : `${quote(option.keyword)} is given twice`
      const miss = mistake(start, end, { wants, message })
      return { next: option !== undefined || entries.size < min ? null : at, entries: [...entries], misses: [miss] }
    }
    at = end
    if (option.type === null) entries.set(option.keyword, true)
    else {
      const read = readArgument({ name: option.keyword, type: option.type, help: option.help }, line, at, facts)
      if (!read.ok) return stop(read.mistake)
      entries.set(option.keyword, read.value)
      at = read.next
    }
  }
}

export type AnyMatch<F extends Form> =
  | { readonly ok: true; readonly form: F; readonly args: Args; readonly comment: string | null; readonly end: number }
  | { readonly ok: false; readonly mistake: Mistake }

/** The first form that fits, or the mistakes of those that got furthest. At least one form. */
export function matchAny<F extends Form>(forms: readonly F[], line: string, from: number, facts: Facts): AnyMatch<F> {
  const misses: Mistake[] = []
  for (const form of forms) {
    const found = match(form, line, from, facts)
    if (found.args !== null) return { ok: true, form, args: found.args, comment: found.comment, end: found.end }
    misses.push(...found.misses)
  }
  return { ok: false, mistake: furthest(misses) }
}
