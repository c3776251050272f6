import { present, unreachable } from '../base/assert.ts'
import { formatDuration } from '../base/units.ts'
import { canonicalSettings, settingOf, specOf, startFacts } from './facts.ts'
import { printValue } from './grammar.ts'
import type { Form } from './match.ts'
import type { Act, Args, Experiment, Language, Part, TimedAct } from './types.ts'

/** Times are padded to one column up to this width, so that the verbs stand under each other. */
const TIME_COLUMN_MAX = 8

/** The canonical text. `experiment` must be valid: read by `parse`, or every act checked by `checkAct`. */
export function print(experiment: Experiment, language: Language): string {
  const { title, lab, seed, acts, until, notes } = experiment
  const width = Math.min(TIME_COLUMN_MAX, Math.max(0, ...acts.map(({ at }) => formatDuration(at).length)))
  const lines = [
    ...(title === '' ? [] : [`# ${title}`]),
    `lab ${lab}`,
    // Between `lab` and `seed` no comment is taken for the title or for one of the first act.
    ...(notes?.head ?? []).map(printComment),
    `seed ${seed}`,
    ...printSettings(experiment, language),
    ...acts.flatMap((timed) => printTimed(timed, width, language)),
    ...(until === null ? [] : [`until ${formatDuration(until)}`]),
    ...(notes?.tail ?? []).map(printComment),
  ]
  return `${lines.join('\n')}\n`
}

const printComment = (comment: string): string => `# ${comment}`.trimEnd()

function printSettings({ settings }: Experiment, language: Language): string[] {
  const canonical = canonicalSettings(language, settings, startFacts(language, settings))
  return Object.entries(canonical).map(([name, value]) => {
    const spec = present(settingOf(language, name), `setting ${name}`)
    return `set ${name} ${printValue(spec.type, value)}`
  })
}

function printTimed({ at, act, comments }: TimedAct, width: number, language: Language): string[] {
  return [...comments.map(printComment), `at ${formatDuration(at).padEnd(width)} ${printAct(act, language)}`]
}

/** The act as a line without time: what the terminal shows when the mouse acts. */
export function printAct(act: Act, language: Language): string {
  return printForm(present(specOf(language, act.id), `act ${act.id}`), act.args)
}

/** A line of `form` with these arguments. */
export function printForm(form: Form, args: Args): string {
  return [form.verb, ...form.parts.flatMap((part) => printPart(part, args))].join(' ')
}

function printPart(part: Part, args: Args): string[] {
  switch (part.kind) {
    case 'literal':
      return [part.word]
    case 'argument': {
      const value = args[part.name]
      return value === undefined ? [] : [printValue(part.type, value)]
    }
    case 'options':
      return part.options.flatMap(({ keyword, type }) => {
        const value = args[keyword]
        if (value === undefined) return []
        return type === null ? [keyword] : [keyword, printValue(type, value)]
      })
    default:
      return unreachable(part)
  }
}
