import { unreachable } from '../base/assert.ts'
import { type NodeId, nodeId } from '../base/brand.ts'
import { nearest } from '../base/nearest.ts'
import { formatDuration, formatPermille, parseDuration, parsePermille, type Range } from '../base/units.ts'
import { parseQuantity } from './quantity.ts'
import { type Mistake, mistake, quote, scan, type Token, type Want } from './tokens.ts'
import type { ActorFacts, ArgType, Direction, Facts, Value } from './types.ts'

/** The largest term in the terms of a log. */
const TERM_MAX = 1_000_000

/** Every directed link there is (`*`). The only form of it that prints: `both` adds nothing to "everybody". */
export const EVERYBODY: Direction = { from: null, to: null, both: false }

/** The reading of one argument. */
export type Read =
  /** `more`: what could still follow in the same argument. */
  | { readonly ok: true; readonly value: Value; readonly next: number; readonly more: readonly Want[] }
  | { readonly ok: false; readonly mistake: Mistake }

/** An argument to read: its name and help serve messages and completion. */
export interface Slot {
  readonly name: string
  readonly type: ArgType
  readonly help: string
}

/** Reads one argument at or behind `from`: the next word, or the rest of the line for `text`, `groups`, `actors` and `names`. */
export function readArgument(slot: Slot, line: string, from: number, facts: Facts): Read {
  const { type } = slot
  if (type.kind === 'text') return readText(slot, type, line, from, facts)
  if (type.kind === 'groups' || type.kind === 'actors') return readActors(slot, line, from, facts)
  if (type.kind === 'names') return readNames(slot, type, line, from, facts)
  const scanned = scan(line, from)
  if (scanned.kind === 'broken') return { ok: false, mistake: scanned.mistake }
  const want = wantOf(slot, facts)
  if (scanned.kind === 'end') return { ok: false, mistake: mistake(scanned.at, scanned.at, { wants: [want] }) }
  const { token } = scanned
  const word = readWord(type, token, facts)
  if (word.ok) return { ok: true, value: word.value, next: token.end, more: [] }
  const { message, correction = null, unknownActor = false } = word
  return {
    ok: false,
    mistake: mistake(token.start, token.end, { message, correction, unknownActor, wants: [want] }),
  }
}

/** The wish for an argument, where the words that fit may be fewer than its type allows. */
function wantOf(slot: Slot, facts: Facts, words: readonly string[] = wordsOf(slot.type, facts)): Want {
  return { kind: 'value', name: slot.name, type: slot.type, help: slot.help, words }
}

type Word =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false
      readonly message: string
      readonly correction?: string | null
      readonly unknownActor?: boolean
    }

const right = (value: Value): Word => ({ ok: true, value })
const wrong = (message: string, correction: string | null = null): Word => ({ ok: false, message, correction })

type WordType = Exclude<ArgType, { kind: 'text' | 'groups' | 'actors' | 'names' }>

function readWord(type: WordType, token: Token, facts: Facts): Word {
  const { raw } = token
  switch (type.kind) {
    case 'actor':
      return readActor(raw, type.role, facts)
    case 'direction':
      return readDirection(raw, facts)
    case 'duration':
      return readDuration(raw, type)
    case 'duration-range':
      return readDurationRange(raw, type)
    case 'permille':
      return readPermille(raw)
    case 'integer':
      return readInteger(raw, type)
    case 'rate':
      return readRate(raw, type.max)
    case 'switch':
      return raw === 'on' || raw === 'off' ? right(raw === 'on') : wrong(`${quote(raw)} is neither on nor off`)
    case 'word':
      return type.words.includes(raw) ? right(raw) : wrong(`${quote(raw)} is not one of the words that fit here`)
    case 'token':
      if (token.text.length <= type.maxLength) return right(token.text)
      return wrong(`${quote(token.text)} has ${token.text.length} characters`)
    case 'message':
      return /^m\d{1,15}$/.test(raw) ? right(Number(raw.slice(1))) : wrong(`${quote(raw)} is not a message`)
    case 'quantity':
      return readQuantity(raw, type)
    case 'name':
      return namesUnder(facts, type.of).includes(raw) ? right(raw) : wrong(`there is no ${type.what} ${quote(raw)}`)
    case 'terms':
      return readTerms(raw, type.max)
    case 'list':
      return readList(raw, type)
    default:
      return unreachable(type)
  }
}

/** Whom an argument may name. */
export type Role = 'node' | 'client' | 'any'

const ofRole = (facts: Facts, role: Role): readonly ActorFacts[] =>
  role === 'any' ? facts.actors : facts.actors.filter((actor) => actor.role === role)

/** The names of the actors of a role, in their order. */
export const namesOf = (facts: Facts, role: Role): readonly NodeId[] => ofRole(facts, role).map((actor) => actor.name)

function readActor(raw: string, role: Role, facts: Facts): Word {
  const actor = facts.actors.find((candidate) => candidate.name === raw)
  if (actor === undefined)
    return { ok: false, message: `there is no ${roleName(role)} ${quote(raw)}`, unknownActor: true }
  if (role !== 'any' && actor.role !== role) return wrong(`${quote(raw)} is a ${actor.role}`)
  return right(actor.name)
}

/** A role in words. */
export const roleName = (role: Role): string => (role === 'any' ? 'node or client' : role)

function readDirection(raw: string, facts: Facts): Word {
  if (raw === '*') return right(EVERYBODY)
  const found = /^([^<>]+)(<?>)([^<>]+)$/.exec(raw)
  if (found === null) return wrong(`${quote(raw)} is not a direction`)
  const ends = [found[1]!, found[3]!]
  for (const [index, end] of ends.entries()) {
    const problem = end === '*' ? null : readActor(end, 'any', facts)
    if (problem === null || problem.ok) continue
    const name = nearest(end, namesOf(facts, 'any'))
    return { ...problem, correction: name === null ? null : ends.with(index, name).join(found[2]) }
  }
  const [from, to] = ends.map((end) => (end === '*' ? null : nodeId(end))) as [NodeId | null, NodeId | null]
  if (from === null && to === null) return right(EVERYBODY)
  if (from === to) return wrong(`${quote(raw)} is no link: both ends are the same`)
  return right({ from, to, both: found[2] === '<>' })
}

/** Both ends included. */
export interface Bounds {
  readonly min: number
  readonly max: number
}

function readDuration(raw: string, bounds: Bounds): Word {
  const value = parseDuration(raw)
  if (value === null) return wrong(`${quote(raw)} is not a duration`, withUnit(raw))
  return outside(raw, value, bounds, formatDuration) ?? right(value)
}

/** `150` was meant to be `150ms`. */
const withUnit = (raw: string): string | null => (/^\d{1,9}$/.test(raw) ? `${raw}ms` : null)

function outside(raw: string, value: number, { min, max }: Bounds, format: (value: number) => string): Word | null {
  if (value < min) return wrong(`${quote(raw)} is too small: at least ${format(min)}`)
  if (value > max) return wrong(`${quote(raw)} is too large: at most ${format(max)}`)
  return null
}

function readDurationRange(raw: string, bounds: Bounds): Word {
  const parts = raw.split('..')
  const [low, high] = parts.length === 1 ? [raw, raw] : parts
  if (low === undefined || high === undefined || parts.length > 2) return wrong(`${quote(raw)} is not a range`)
  const first = readDuration(low, bounds)
  if (!first.ok) return first
  const second = readDuration(high, bounds)
  if (!second.ok) return second
  const range = { low: first.value as number, high: second.value as number }
  if (range.low > range.high) return wrong(`${quote(raw)} runs backwards`, `${high}..${low}`)
  return right(range)
}

function readPermille(raw: string): Word {
  const value = parsePermille(raw)
  if (value !== null) return right(value)
  return wrong(`${quote(raw)} is not a share`, parsePermille(`${raw}%`) === null ? null : `${raw}%`)
}

function readInteger(raw: string, bounds: Bounds): Word {
  if (!/^-?\d{1,16}$/.test(raw)) return wrong(`${quote(raw)} is not an integer`)
  // `+ 0` turns -0 into 0.
  const value = Number(raw) + 0
  return outside(raw, value, bounds, String) ?? right(value)
}

function readRate(raw: string, max: number): Word {
  const found = /^(\d{1,9})\/s$/.exec(raw)
  if (found === null) return wrong(`${quote(raw)} is not a rate`, /^\d{1,9}$/.test(raw) ? `${raw}/s` : null)
  const value = Number(found[1])
  return outside(raw, value, { min: 0, max }, formatRate) ?? right(value)
}

type QuantityType = Extract<ArgType, { kind: 'quantity' }>

function readQuantity(raw: string, { units, min, max }: QuantityType): Word {
  const quantity = parseQuantity(raw, units)
  if (quantity !== null) {
    const { unit, value, text } = quantity
    return outside(raw, value, { min, max }, (bound) => `${bound}${unit}`) ?? right(text)
  }
  const unitless = units.length === 1 && units[0] !== '' && parseQuantity(raw, ['']) !== null
  return wrong(`${quote(raw)} is not a number with ${listUnits(units)}`, unitless ? raw + units[0] : null)
}

const listUnits = (units: readonly string[]): string =>
  units.length === 1 ? `the unit ${units[0]}` : `one of the units ${units.filter((unit) => unit !== '').join(', ')}`

/** What the facts list under a sort of names. */
const namesUnder = (facts: Facts, of: string): readonly string[] => facts.names?.[of] ?? []

/** `20/s`. */
export const formatRate = (perSecond: number): string => `${perSecond}/s`

/** The word for an empty log, and for no names. */
export const NONE = '-'

function readTerms(raw: string, max: number): Word {
  if (raw === NONE) return right([])
  const words = raw.split(',')
  if (words.length > max) return wrong(`${quote(raw)} has ${words.length} terms: at most ${max}`)
  const terms = words.map((word) => (/^\d{1,7}$/.test(word) ? Number(word) : 0))
  if (terms.some((term) => term < 1 || term > TERM_MAX)) return wrong(`${quote(raw)} is not a list of terms`)
  if (terms.some((term, at) => at > 0 && term < terms[at - 1]!))
    return wrong(`the terms of a log never fall: ${quote(raw)}`)
  return right(terms)
}

type ListType = Extract<ArgType, { kind: 'list' }>

/** How one value of a list is read and written. */
export const listItem = ({ of }: Pick<ListType, 'of'>) =>
  of === 'duration'
    ? { parse: parseDuration, format: formatDuration }
    : { parse: parsePermille, format: formatPermille }

function readList(raw: string, type: ListType): Word {
  const { parse, format } = listItem(type)
  const words = raw.split(',')
  if (words.length > type.length) return wrong(`${quote(raw)} has ${words.length} values: at most ${type.length}`)
  const values: number[] = []
  for (const word of words) {
    const value = parse(word)
    if (value === null) return wrong(`${quote(word)} is not a ${type.of === 'duration' ? 'duration' : 'share'}`)
    const misfit = outside(word, value, type, format)
    if (misfit !== null) return misfit
    values.push(value)
  }
  return right(values)
}

type NamesType = Extract<ArgType, { kind: 'names' }>

/** A name that an experiment gives to something. */
const NAME = '[A-Za-z0-9][A-Za-z0-9-]{0,15}'
const NAMES: Readonly<Record<NamesType['of'], RegExp>> = {
  name: new RegExp(`^${NAME}$`),
  pipe: new RegExp(`^${NAME}>${NAME}$`),
}

/** Words up to the end of the line, or the one word for none. */
function readNames(slot: Slot, type: NamesType, line: string, from: number, facts: Facts): Read {
  const wants = [wantOf(slot, facts)]
  const names: string[] = []
  let at = from
  for (;;) {
    const scanned = scan(line, at)
    if (scanned.kind === 'broken') return { ok: false, mistake: scanned.mistake }
    if (scanned.kind === 'end') {
      if (names.length === 0) return { ok: false, mistake: mistake(scanned.at, scanned.at, { wants }) }
      return { ok: true, value: names, next: at, more: names.length < type.max ? wants : [] }
    }
    const { raw, start, end } = scanned.token
    if (raw === NONE && names.length === 0) return { ok: true, value: [], next: end, more: [] }
    const message = nameFault(type, raw, names)
    if (message !== null) return { ok: false, mistake: mistake(start, end, { message, wants }) }
    names.push(raw)
    at = end
  }
}

function nameFault({ of, max }: NamesType, raw: string, names: readonly string[]): string | null {
  if (!NAMES[of].test(raw)) return `${quote(raw)} is no ${of}`
  if (names.includes(raw)) return `${quote(raw)} is named twice`
  return names.length < max ? null : `${quote(raw)} is one too many: at most ${max}`
}

type TextType = Extract<ArgType, { kind: 'text' }>

function readText(slot: Slot, type: TextType, line: string, from: number, facts: Facts): Read {
  const rest = line.slice(from)
  const start = from + (rest.length - rest.trimStart().length)
  const value = rest.trim()
  const end = start + value.length
  const assisted = type.assist?.(value, facts).words ?? []
  const wants = [wantOf(slot, facts), ...assisted.map(({ word, help }): Want => ({ kind: 'word', word, help }))]
  if (value === '') return { ok: false, mistake: mistake(line.length, line.length, { wants }) }
  if (value.length > type.maxLength) {
    return { ok: false, mistake: mistake(start, end, { wants, message: `the text has ${value.length} characters` }) }
  }
  return { ok: true, value, next: line.length, more: type.assist === undefined ? [] : wants }
}

/** Words up to the end of the line, with `|` between groups; blanks around `|` may be left out. */
function readActors(slot: Slot, line: string, from: number, facts: Facts): Read {
  const type = slot.type as Extract<ArgType, { kind: 'groups' | 'actors' }>
  const role = type.kind === 'actors' ? type.role : 'any'
  const groups: NodeId[][] = [[]]
  const taken = new Set<string>()
  const left = (): string[] => namesOf(facts, role).filter((name) => !taken.has(name))
  let at = from
  for (;;) {
    const scanned = scan(line, at)
    if (scanned.kind === 'broken') return { ok: false, mistake: scanned.mistake }
    const bar = type.kind === 'groups' && groups.at(-1)!.length > 0 && left().length > 0
    const words = bar ? [...left(), '|'] : left()
    const wants = [wantOf(slot, facts, words)]
    if (scanned.kind === 'end') {
      const complete = groups.at(-1)!.length > 0 && (type.kind === 'actors' || groups.length >= 2)
      if (!complete) return { ok: false, mistake: mistake(scanned.at, scanned.at, { wants }) }
      const more = words.length > 0 ? wants : []
      return { ok: true, value: type.kind === 'groups' ? groups : groups[0]!, next: at, more }
    }
    for (const piece of pieces(scanned.token, type.kind)) {
      const refused = piece.word === '|' ? nextGroup(groups) : addActor(piece.word, role, facts, groups.at(-1)!, taken)
      if (refused === null) continue
      const end = piece.start + piece.word.length
      return { ok: false, mistake: mistake(piece.start, end, { wants, ...refused }) }
    }
    at = scanned.token.end
  }
}

/** `n1|n2` is three pieces. */
function pieces(token: Token, kind: 'groups' | 'actors'): { readonly word: string; readonly start: number }[] {
  if (kind === 'actors') return [{ word: token.raw, start: token.start }]
  return [...token.raw.matchAll(/\||[^|]+/g)].map((match) => ({ word: match[0], start: token.start + match.index }))
}

function nextGroup(groups: NodeId[][]): Partial<Mistake> | null {
  if (groups.at(-1)!.length === 0) return { message: 'the group before `|` is empty' }
  groups.push([])
  return null
}

function addActor(
  word: string,
  role: Role,
  facts: Facts,
  group: NodeId[],
  taken: Set<string>,
): Partial<Mistake> | null {
  const actor = readActor(word, role, facts)
  if (!actor.ok) return { message: actor.message, unknownActor: actor.unknownActor ?? false }
  if (taken.has(word)) return { message: `${quote(word)} is named twice` }
  taken.add(word)
  group.push(nodeId(word))
  return null
}

/** The words that an argument may be, as far as they can be listed. A direction is completed end by end. */
function wordsOf(type: ArgType, facts: Facts): readonly string[] {
  switch (type.kind) {
    case 'actor':
    case 'actors':
      return namesOf(facts, type.role)
    case 'groups':
      return namesOf(facts, 'any')
    case 'word':
      return type.words
    case 'switch':
      return ['on', 'off']
    case 'name':
      return namesUnder(facts, type.of)
    case 'direction':
    case 'duration':
    case 'duration-range':
    case 'permille':
    case 'integer':
    case 'rate':
    case 'token':
    case 'text':
    case 'message':
    case 'quantity':
    case 'terms':
    case 'names':
    case 'list':
      return []
    default:
      return unreachable(type)
  }
}

/** The canonical form of an argument. `value` must be what `type` says ({@link hasShape}). */
export function printValue(type: ArgType, value: Value): string {
  switch (type.kind) {
    case 'actor':
    case 'word':
    case 'name':
    case 'quantity':
    case 'text':
      return value as string
    case 'direction':
      return printDirection(value as Direction)
    case 'groups':
      return (value as readonly (readonly string[])[]).map((group) => group.join(' ')).join(' | ')
    case 'actors':
      return (value as readonly string[]).join(' ')
    case 'duration':
      return formatDuration(value as number)
    case 'duration-range':
      return printRange(value as Range)
    case 'permille':
      return formatPermille(value as number)
    case 'integer':
      return String(value)
    case 'rate':
      return formatRate(value as number)
    case 'switch':
      return value === true ? 'on' : 'off'
    case 'token':
      return printToken(value as string)
    case 'message':
      return `m${value as number}`
    case 'terms':
      return (value as readonly number[]).join(',') || NONE
    case 'names':
      return (value as readonly string[]).join(' ') || NONE
    case 'list':
      return (value as readonly number[]).map(listItem(type).format).join(',')
    default:
      return unreachable(type)
  }
}

function printDirection({ from, to, both }: Direction): string {
  return from === null && to === null ? '*' : `${from ?? '*'}${both ? '<>' : '>'}${to ?? '*'}`
}

/** `5ms..20ms`, or `5ms` when both ends are the same. */
export function printRange({ low, high }: Range): string {
  return low === high ? formatDuration(low) : `${formatDuration(low)}..${formatDuration(high)}`
}

function printToken(text: string): string {
  return /^[^\s"#]\S*$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`
}

/** Whether an untrusted value has the shape that `type` stands for; bounds and names are checked by reading it back. */
export function hasShape(type: ArgType, value: Value | undefined): boolean {
  switch (type.kind) {
    case 'actor':
    case 'word':
    case 'name':
    case 'quantity':
    case 'token':
    case 'text':
      return typeof value === 'string'
    case 'duration':
    case 'permille':
    case 'integer':
    case 'rate':
    case 'message':
      return Number.isSafeInteger(value)
    case 'switch':
      return typeof value === 'boolean'
    case 'actors':
    case 'names':
      return isListOf(value, (item) => typeof item === 'string')
    case 'terms':
    case 'list':
      return isListOf(value, Number.isSafeInteger)
    case 'groups':
      return isListOf(value, (group) => isListOf(group, (item) => typeof item === 'string'))
    case 'direction':
      return hasFields(value, { from: isEnd, to: isEnd, both: (both) => typeof both === 'boolean' })
    case 'duration-range':
      return hasFields(value, { low: Number.isSafeInteger, high: Number.isSafeInteger })
    default:
      return unreachable(type)
  }
}

const isEnd = (end: unknown): boolean => end === null || typeof end === 'string'

const isListOf = (value: unknown, holds: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(holds)

function hasFields(value: unknown, fields: Readonly<Record<string, (field: unknown) => boolean>>): boolean {
  if (typeof value !== 'object' || value === null) return false
  const record = value as Readonly<Record<string, unknown>>
  return Object.entries(fields).every(([name, holds]) => holds(record[name]))
}
