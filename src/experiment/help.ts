import { unreachable } from '../base/assert.ts'
import type { Form } from './match.ts'
import type { ArgType, Language, Part } from './types.ts'

/** One line of help. */
export interface HelpRow {
  readonly id: string
  readonly usage: string
  readonly help: string
  readonly example: string
}

/** A verb with all its forms. */
export interface HelpGroup {
  readonly verb: string
  readonly rows: readonly HelpRow[]
}

/** Anything registered with a verb: an act or a mover. */
export interface HelpSource extends Form {
  readonly id: string
  readonly help: string
  readonly example: string
}

/** What can be done in a lab, grouped by verb, in the order of registration. Movers may be added. */
export function help(language: Language, movers: readonly HelpSource[] = []): readonly HelpGroup[] {
  const sources: readonly HelpSource[] = [...language.acts, ...movers]
  const verbs = [...new Set(sources.map((source) => source.verb))]
  return verbs.map((verb) => ({ verb, rows: sources.filter((source) => source.verb === verb).map(helpRow) }))
}

const helpRow = (source: HelpSource): HelpRow => ({
  id: source.id,
  usage: usage(source),
  help: source.help,
  example: source.example,
})

/** `link FROM>TO [delay LOW..HIGH] [loss PERCENT] [cut]`. */
export const usage = (form: Form): string => [form.verb, ...form.parts.map((part) => usagePart(part))].join(' ')

/** One part of a usage line; options in `given` are left out. */
export function usagePart(part: Part, given: readonly string[] = []): string {
  switch (part.kind) {
    case 'literal':
      return part.word
    case 'argument': {
      const place = placeholder(part.type, part.name)
      return part.optional === true ? `[${place}]` : place
    }
    case 'options':
      return part.options
        .filter((option) => !given.includes(option.keyword))
        .map(({ keyword, type }) => (type === null ? `[${keyword}]` : `[${keyword} ${optionPlaceholder(type)}]`))
        .join(' ')
    default:
      return unreachable(part)
  }
}

/** What stands for an argument in a usage line: its name, or its form where that says more. */
function placeholder(type: ArgType, name: string): string {
  switch (type.kind) {
    case 'direction':
      return 'FROM>TO'
    case 'duration-range':
      return 'LOW..HIGH'
    case 'word':
      return type.words.join('|')
    case 'switch':
      return 'on|off'
    default:
      return name.toUpperCase()
  }
}

/** The name of an option is its keyword already; its place says the type. */
export const optionPlaceholder = (type: ArgType): string =>
  placeholder(type, type.kind === 'permille' ? 'percent' : type.kind)
