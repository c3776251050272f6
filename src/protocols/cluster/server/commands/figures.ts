import { FIGURES } from './figures-table.ts'

/** Where a command's keys are (COMMAND INFO, "key specifications"). */
export interface KeySpec {
  readonly flags: readonly string[]
  readonly begin:
    | { readonly type: 'index'; readonly index: number }
    | { readonly type: 'keyword'; readonly keyword: string; readonly startFrom: number }
    | { readonly type: 'unknown' }
  readonly find:
    | { readonly type: 'range'; readonly lastKey: number; readonly keyStep: number; readonly limit: number }
    | { readonly type: 'keynum'; readonly keyNumIndex: number; readonly firstKey: number; readonly keyStep: number }
    | { readonly type: 'unknown' }
}

/** What the command table of 7.0.15 says of a command or subcommand (`client|id`). */
export interface CommandFigures {
  readonly name: string
  /** Number of arguments with the command itself; negative: at least so many. */
  readonly arity: number
  readonly flags: readonly string[]
  readonly firstKey: number
  readonly lastKey: number
  readonly keyStep: number
  /** ACL categories with their `@`, in the order of the server. */
  readonly categories: readonly string[]
  readonly group: string
  readonly since: string
  readonly tips: readonly string[]
  readonly keySpecs: readonly KeySpec[]
}

const CATEGORY_ORDER =
  `keyspace read write set sortedset list hash string bitmap hyperloglog geo stream pubsub admin fast slow
  blocking dangerous connection transaction scripting`.split(/\s+/)

const listOf = (text: string, separator = ',') => (text === '-' ? [] : text.split(separator))

/** Categories as ACL derives them: those given, and those that the flags imply. With their `@`. */
function categoriesOf(given: readonly string[], flags: readonly string[]): string[] {
  const has = new Set(given)
  if (flags.includes('write')) has.add('write')
  if (flags.includes('readonly') && !has.has('scripting')) has.add('read')
  if (flags.includes('admin')) has.add('admin').add('dangerous')
  if (flags.includes('pubsub')) has.add('pubsub')
  if (flags.includes('blocking')) has.add('blocking')
  has.add(flags.includes('fast') ? 'fast' : 'slow')
  return CATEGORY_ORDER.filter((category) => has.has(category)).map((category) => `@${category}`)
}

/** All ACL categories, in the order of ACL CAT. */
export const CATEGORIES: readonly string[] = CATEGORY_ORDER

function beginOf(text: string): KeySpec['begin'] {
  if (text === '?') return { type: 'unknown' }
  const [keyword, startFrom] = text.split('~')
  return startFrom === undefined
    ? { type: 'index', index: Number(text) }
    : { type: 'keyword', keyword: keyword!, startFrom: Number(startFrom) }
}

function findOf(text: string): KeySpec['find'] {
  if (text === '?') return { type: 'unknown' }
  const [first, second, third] = text.replace('n', '').split('/').map(Number) as [number, number, number]
  return text.startsWith('n')
    ? { type: 'keynum', keyNumIndex: first, firstKey: second, keyStep: third }
    : { type: 'range', lastKey: first, keyStep: second, limit: third }
}

function keySpecOf(text: string): KeySpec {
  const [flags, place] = text.split('@') as [string, string]
  const [begin, find] = place.split(':') as [string, string]
  return { flags: flags.split(','), begin: beginOf(begin), find: findOf(find) }
}

function parse(line: string): CommandFigures {
  const [name, arity, flagText, keys, categories, group, since, tips, specs] = line.split(' ') as string[]
  const flags = listOf(flagText!)
  const [firstKey, lastKey, keyStep] = keys!.split('/').map(Number) as [number, number, number]
  return {
    name: name!,
    arity: Number(arity),
    flags,
    firstKey,
    lastKey,
    keyStep,
    categories: categoriesOf(listOf(categories!), flags),
    group: group!,
    since: since!,
    tips: listOf(tips!),
    keySpecs: listOf(specs!, ';').map(keySpecOf),
  }
}

const BY_NAME: ReadonlyMap<string, CommandFigures> = new Map(
  FIGURES.trim()
    .split('\n')
    .map((line) => {
      const figures = parse(line)
      return [figures.name, figures] as const
    }),
)

/** The figures of a command or subcommand, by its name in lower case (`get`, `cluster|nodes`); undefined: unknown. */
export function figuresOf(name: string): CommandFigures | undefined {
  return BY_NAME.get(name)
}

const SUBCOMMANDS = new Map<string, CommandFigures[]>()
for (const [name, figures] of BY_NAME) {
  const bar = name.indexOf('|')
  if (bar < 0) continue
  const container = name.slice(0, bar)
  SUBCOMMANDS.set(container, [...subcommandsOf(container), figures])
}

/** The subcommands of a container (`cluster`); empty for any other command. */
export function subcommandsOf(container: string): readonly CommandFigures[] {
  return SUBCOMMANDS.get(container) ?? []
}
