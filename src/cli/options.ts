import { parseArgs } from 'node:util'
import type { Micros } from '../base/brand.ts'
import { nearest } from '../base/nearest.ts'
import { DURATION_MAX, formatDuration, parseDuration } from '../base/units.ts'
import { BadInput } from './bad-input.ts'

/** Options of a command: `text` takes a value, `texts` too and may be repeated, `flag` takes none. */
export type OptionTypes = Readonly<Record<string, 'text' | 'texts' | 'flag'>>

/** A command line as read: files in their order, and what each given option says. */
export interface Arguments {
  readonly files: readonly string[]
  text(option: string): string | null
  /** Every value of a repeated option, in order. */
  texts(option: string): readonly string[]
  flag(option: string): boolean
}

/** Reads what stands behind a command. Throws {@link BadInput} on an unknown, repeated or incomplete option. */
export function readArguments(args: readonly string[], types: OptionTypes): Arguments {
  const options = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [name, { type: type === 'flag' ? 'boolean' : 'string' } as const]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const files: string[] = []
  const given = new Map<string, string[]>()
  for (const token of tokens) {
    if (token.kind === 'positional') files.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName, value } = token
    const type = types[name]
    if (type === undefined) throw new BadInput([unknownOption(rawName, name, Object.keys(types))])
    if (given.has(name) && type !== 'texts') throw new BadInput([`${rawName} is given twice`])
    if (type !== 'flag' && value === undefined) throw new BadInput([`${rawName} needs a value`])
    if (type === 'flag' && value !== undefined) throw new BadInput([`${rawName} takes no value`])
    given.set(name, [...(given.get(name) ?? []), ...(value === undefined ? [] : [value])])
  }
  return {
    files,
    text: (option) => given.get(option)?.[0] ?? null,
    texts: (option) => given.get(option) ?? [],
    flag: (option) => given.has(option),
  }
}

function unknownOption(raw: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  const hint = meant === null ? `; expected one of ${known.map((each) => `--${each}`).join(' ')}` : ''
  return `there is no option ${raw}${hint}${meant === null ? '' : `; did you mean \`--${meant}\`?`}`
}

/** The one file of a command. */
export function oneFile({ files }: Arguments, command: string): string {
  const [file, second] = files
  if (file === undefined) throw new BadInput([`${command} needs a file (- is standard input)`])
  if (second !== undefined) throw new BadInput([`${command} takes one file; \`${second}\` is one too many`])
  return file
}

/** A whole number between `min` and `max`, or null when the option is not given. */
export function integerOption(given: Arguments, option: string, min: number, max: number): number | null {
  const text = given.text(option)
  if (text === null) return null
  const value = readInteger(text)
  if (value === null || value < min || value > max)
    throw new BadInput([`--${option} ${text}: expected an integer from ${min} to ${max}`])
  return value
}

/** Null when it is not written in digits, or too large to be exact. */
export function readInteger(text: string): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return Number.isSafeInteger(value) ? value : null
}

export const seedOption = (given: Arguments): number | null => integerOption(given, 'seed', 0, Number.MAX_SAFE_INTEGER)

/** `--until 60s` in microseconds, or null when it is not given. */
export function untilOption(given: Arguments): Micros | null {
  const text = given.text('until')
  if (text === null) return null
  const until = parseDuration(text)
  if (until === null)
    throw new BadInput([`--until ${text}: expected a duration such as 60s, at most ${formatDuration(DURATION_MAX)}`])
  return until
}
