import { unreachable } from '../base/assert.ts'
import { nearest } from '../base/nearest.ts'
import { DURATION_MAX, formatDuration } from '../base/units.ts'
import { type Bounds, formatRate, listItem, NONE, namesOf, printRange, type Role, roleName } from './grammar.ts'
import { type Mistake, quote, type Want } from './tokens.ts'
import type { ArgType, Facts, Problem } from './types.ts'

/** How many words a message lists before it says "…". */
const LISTED_MAX = 8

/** What a type is, for people: "a duration such as 150ms", "a node: n1 … n5". */
function describeType(type: ArgType, facts: Facts): string {
  switch (type.kind) {
    case 'actor':
      return `a ${describeActors(type.role, facts)}`
    case 'direction':
      return 'a direction such as n1>n3, n1<>n3, n1>* or *'
    case 'groups':
      return `groups of actors with | between: ${listNames(facts, 'any')}`
    case 'actors':
      return `one or more of ${listNames(facts, type.role)}`
    case 'duration':
      return `a duration${bounds(type, { min: 0, max: DURATION_MAX }, formatDuration)}, such as ${sampleDuration(type)}`
    case 'duration-range':
      return `a duration or range${bounds(type, { min: 0, max: DURATION_MAX }, formatDuration)}, such as ${sampleDuration(type)} or ${sampleRange(type)}`
    case 'permille':
      return 'a share such as 30%'
    case 'integer':
      return `an integer from ${type.min} to ${type.max}`
    case 'rate':
      return `a rate such as 20/s, at most ${formatRate(type.max)}`
    case 'switch':
      return 'on or off'
    case 'word':
      return listWords(type.words)
    case 'token':
      return `one word of at most ${type.maxLength} characters ("…" allows blanks)`
    case 'text':
      return `${type.what ?? 'a text'} of at most ${type.maxLength} characters`
    case 'message':
      return 'a message in flight such as m1234'
    case 'quantity':
      return `a number with its unit, such as ${sampleQuantity(type)}`
    case 'name':
      return listWords(facts.names?.[type.of] ?? []) || `a ${type.what}: there is none`
    case 'terms':
      return `the terms of a log such as 1,1,4, at most ${type.max}, or ${NONE} for none`
    case 'names':
      return type.of === 'name'
        ? `names of letters, digits and dashes, up to 16 characters each, at most ${type.max}, or ${NONE} for none`
        : `pipes such as web>api api>db, at most ${type.max}, or ${NONE} for none`
    case 'list': {
      const { format } = listItem(type)
      const sample = type.of === 'duration' ? '10ms,20ms' : '70%,30%'
      return `values such as ${sample}, at most ${type.length}, each from ${format(type.min)} to ${format(type.max)}`
    }
    default:
      return unreachable(type)
  }
}

function bounds(type: Bounds, widest: Bounds, format: (value: number) => string): string {
  if (type.min === widest.min && type.max === widest.max) return ''
  return ` from ${format(type.min)} to ${format(type.max)}`
}

const SAMPLE_US = 150_000

const sampleDuration = ({ min, max }: Bounds): string => formatDuration(Math.min(Math.max(SAMPLE_US, min), max))

const sampleRange = ({ min, max }: Bounds): string =>
  printRange({ low: Math.min(Math.max(SAMPLE_US, min), max), high: Math.min(Math.max(2 * SAMPLE_US, min), max) })

const sampleQuantity = ({ units, min, max }: Bounds & { readonly units: readonly string[] }): string =>
  `${Math.min(Math.max(12, min), max)}${units[0]}`

const describeActors = (role: Role, facts: Facts): string => `${roleName(role)}: ${listNames(facts, role)}`

/** `n1 … n5, c1, c2`: nodes and clients apart, few names in full. */
function listNames(facts: Facts, role: Role): string {
  const roles = role === 'any' ? (['node', 'client'] as const) : [role]
  const lists = roles.map((each) => namesOf(facts, each)).filter((names) => names.length > 0)
  return (
    lists.map((names) => (names.length > 3 ? `${names[0]} … ${names.at(-1)}` : names.join(', '))).join(', ') ||
    'none exists'
  )
}

/** `` `a`, `b` or `c` ``; long lists end in "…". */
function listWords(words: readonly string[]): string {
  const quoted = words.slice(0, LISTED_MAX).map((word) => `\`${word}\``)
  if (words.length > LISTED_MAX) return `${quoted.join(', ')}, … (${words.length} in all)`
  if (quoted.length === 0) return ''
  return quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/** The mistakes that got furthest, as one: several readings of a line failed at the same place. */
export function furthest(mistakes: readonly Mistake[]): Mistake {
  const start = Math.max(...mistakes.map((each) => each.start))
  const last = mistakes.filter((each) => each.start === start)
  return {
    start,
    end: last[0]!.end,
    message: last.find((each) => each.message !== null)?.message ?? null,
    expected: last.find((each) => each.expected !== null)?.expected ?? null,
    wants: last.flatMap((each) => each.wants),
    correction: last.find((each) => each.correction !== null)?.correction ?? null,
    unknownActor: last.some((each) => each.unknownActor),
  }
}

/** The mistake as people read it. `number`: 1-based number of the line. */
export function problemOf(found: Mistake, line: string, number: number, facts: Facts): Problem {
  const word = line.slice(found.start, found.end)
  const fallback = word === '' ? 'something is missing at the end' : `${quote(word)} does not fit here`
  const words = found.wants.flatMap((want) => (want.kind === 'word' ? [want.word] : want.words))
  return {
    line: number,
    column: found.start + 1,
    length: Math.max(1, found.end - found.start),
    message: found.message ?? fallback,
    expected: found.expected ?? expectedOf(found.wants, facts),
    suggestion: found.correction ?? nearest(word, words),
  }
}

function expectedOf(wants: readonly Want[], facts: Facts): string {
  const words = unique(wants.flatMap((want) => (want.kind === 'word' ? [want.word] : [])))
  const values = unique(wants.flatMap((want) => (want.kind === 'value' ? [describeType(want.type, facts)] : [])))
  const parts = words.length === 0 ? values : [...values, listWords(words)]
  return parts.length === 0 ? 'the end of the line' : parts.join(', or ')
}

const unique = <T>(items: readonly T[]): T[] => [...new Set(items)]

/** One line for a terminal or a report: `line 3, column 8: …; expected …; did you mean …?`. */
export function explain(problem: Problem): string {
  const hint = problem.suggestion === null ? '' : `; did you mean \`${problem.suggestion}\`?`
  return `line ${problem.line}, column ${problem.column}: ${problem.message}; expected ${problem.expected}${hint}`
}
