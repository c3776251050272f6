import { type Micros, micros } from '../base/brand.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { DURATION_MAX } from '../base/units.ts'
import { refusal, settingOf, specOf } from './facts.ts'
import { hasShape } from './grammar.ts'
import { type AnyMatch, type Form, matchAny } from './match.ts'
import { printAct } from './printer.ts'
import { problemOf } from './problem.ts'
import { lineFault, type Mistake, mistake, quote, scan } from './tokens.ts'
import type { Act, ActSpec, Args, Facts, Language, Part, Problem } from './types.ts'

/** The time of `at TIME VERB …`. */
const AT: Form = {
  verb: 'at',
  parts: [
    {
      kind: 'argument',
      name: 'time',
      type: { kind: 'duration', min: 0, max: DURATION_MAX },
      help: 'when the act happens',
    },
  ],
}

/** The instant that stands behind `at`, and the offset behind it. */
export function readTime(line: string, from: number): Result<{ readonly at: Micros; readonly from: number }, Mistake> {
  const scanned = scan(line, from)
  const end = scanned.kind === 'token' ? scanned.token.end : line.length
  const found = matchAny([AT], line.slice(0, end), from, { actors: [] })
  return found.ok ? ok({ at: micros(found.args.time as number), from: end }) : fail(found.mistake)
}

/** The mistake of an act that stands at `start` … `end` and is impossible. */
export function refused(
  act: Act,
  language: Language,
  reason: string,
  expected: string,
  start: number,
  end: number,
): Mistake {
  return mistake(start, end, { message: `${printAct(act, language)}: ${reason}`, expected })
}

/** An act with the offsets where it stands, or why there is none. */
export type ActReading =
  | {
      readonly ok: true
      readonly act: Act
      readonly comment: string | null
      readonly start: number
      readonly end: number
    }
  | { readonly ok: false; readonly mistake: Mistake }

/** Reads `VERB …` from offset `from`: syntax, types and names, not whether the act is possible. */
export function readAct(line: string, from: number, language: Language, facts: Facts): ActReading {
  const found = readPrompt(line, from, language, facts) ?? readVerb(line, from, language.acts, facts)
  if (found.ok) return { ...found, act: { id: found.form.id, args: found.args } }
  return { ok: false, mistake: explainHeaderSetting(found.mistake, line, from, language) }
}

type VerbMatch<F extends Form> = AnyMatch<F> & { readonly start: number }

/** Chooses the forms by the verb and matches them. `start` is the offset of the verb. */
export function readVerb<F extends Form>(line: string, from: number, forms: readonly F[], facts: Facts): VerbMatch<F> {
  const scanned = scan(line, from)
  if (scanned.kind === 'broken') return { ok: false, mistake: scanned.mistake, start: from }
  const wants = [...new Set(forms.map((form) => form.verb))].map((word) => ({ kind: 'word', word, help: '' }) as const)
  if (scanned.kind === 'end')
    return { ok: false, mistake: mistake(scanned.at, scanned.at, { wants }), start: scanned.at }
  const { raw, start, end } = scanned.token
  const fitting = forms.filter((form) => form.verb === raw)
  if (fitting.length > 0) return { ...matchAny(fitting, line, end, facts), start }
  return { ok: false, mistake: mistake(start, end, { wants, message: `there is no verb ${quote(raw)}` }), start }
}

/** `n1> …`: the act that a prompt stands for; null: there is no prompt. */
function readPrompt(line: string, from: number, language: Language, facts: Facts): VerbMatch<ActSpec> | null {
  const prompt = language.prompt?.(line, from) ?? null
  if (prompt === null) return null
  const forms = language.acts.filter((form) => form.verb === prompt.verb)
  return { ...matchAny(forms, prompt.line, from, facts), start: from }
}

/** `at 3s set nodes 7`: the setting exists, but not while the world runs. */
function explainHeaderSetting(found: Mistake, line: string, from: number, language: Language): Mistake {
  const verb = scan(line, from)
  const setting = settingOf(language, line.slice(found.start, found.end))
  if (verb.kind !== 'token' || verb.token.raw !== 'set' || setting === undefined || setting.live) return found
  const next = scan(line, verb.token.end)
  if (next.kind !== 'token' || next.token.start !== found.start) return found
  return { ...found, message: `${quote(next.token.raw)} cannot change while the world runs` }
}

/** Reads an act without a time, as typed in the terminal, and judges it by `facts`. */
export function parseAct(line: string, language: Language, facts: Facts): Result<Act, Problem> {
  const read = readLine(line, 0, language, facts)
  if (!read.ok) return fail(problemOf(read.mistake, line, 1, facts))
  const reason = refusal(read.act, language, facts)
  if (reason === null) return ok(read.act)
  return fail(
    problemOf(refused(read.act, language, reason, 'an act that is possible now', read.start, read.end), line, 1, facts),
  )
}

function readLine(line: string, from: number, language: Language, facts: Facts): ActReading {
  const fault = lineFault(line)
  return fault === null ? readAct(line, from, language, facts) : { ok: false, mistake: fault }
}

/**
 * Why an act that did not come from a text (a button, a file of another program) cannot be done, or null. Shapes, bounds,
 * names and possibility are checked: whatever passes prints to a line that reads back as the same act.
 */
export function checkAct(act: Act, language: Language, facts: Facts): string | null {
  const spec = specOf(language, act.id)
  if (spec === undefined) return `the lab ${language.lab} has no act ${quote(act.id)}`
  const misfit = spec.parts.map((part) => misfitOf(part, act.args)).find((reason) => reason !== null)
  if (misfit !== undefined) return `${spec.verb}: ${misfit}`
  const line = printAct(act, language)
  const read = readLine(line, 0, language, facts)
  if (!read.ok) {
    const { message, expected } = problemOf(read.mistake, line, 1, facts)
    return `${line}: ${message}; expected ${expected}`
  }
  if (!isSame(read.act, act)) return `${line}: the arguments are not what this line means`
  return refusal(act, language, facts)
}

function misfitOf(part: Part, args: Args): string | null {
  switch (part.kind) {
    case 'literal':
      return null
    case 'argument':
      if (args[part.name] === undefined && part.optional === true) return null
      return hasShape(part.type, args[part.name]) ? null : `the argument ${part.name} is missing or of the wrong kind`
    case 'options': {
      const given = part.options.filter((option) => args[option.keyword] !== undefined)
      const wrong = given.find(({ keyword, type }) =>
        type === null ? args[keyword] !== true : !hasShape(type, args[keyword]),
      )
      return wrong === undefined ? null : `the option ${wrong.keyword} is of the wrong kind`
    }
  }
}

/** Equality of acts as data, whatever the order of the fields. */
const isSame = (a: Act, b: Act): boolean => a.id === b.id && ordered(a.args) === ordered(b.args)

const ordered = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)))
      : each,
  )
