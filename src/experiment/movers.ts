import type { Micros } from '../base/brand.ts'
import { nearest } from '../base/nearest.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { DURATION_MAX } from '../base/units.ts'
import { parseAct, readAct, readTime, readVerb } from './acts.ts'
import type { Form } from './match.ts'
import { printForm } from './printer.ts'
import { problemOf } from './problem.ts'
import { lineFault, type Mistake, mistake, quote, scan, type Token } from './tokens.ts'
import type { Act, Args, ArgType, Facts, Language, Part, Problem } from './types.ts'

/** A verb of the terminal that moves the reader, not the world: it is no part of an experiment. */
export interface MoverSpec extends Form {
  readonly id: string
  readonly help: string
  readonly example: string
  /** What is wrong with arguments whose type says too little, or null. */
  refuse(args: Args): { readonly message: string; readonly expected: string } | null
}

/** A parsed mover: which one, and its arguments by name. */
export interface Mover {
  readonly id: MoverId
  readonly args: Args
}

const argument = (name: string, type: ArgType, help: string): Part => ({ kind: 'argument', name, type, help })
const maybe = (name: string, type: ArgType, help: string): Part => ({
  kind: 'argument',
  name,
  type,
  help,
  optional: true,
})
const literal = (word: string): Part => ({ kind: 'literal', word })

const TOKEN: ArgType = { kind: 'token', maxLength: 80 }
const DURATION: ArgType = { kind: 'duration', min: 1, max: DURATION_MAX }
const INSTANT: ArgType = { kind: 'duration', min: 0, max: DURATION_MAX }
const EXPORTS = ['history', 'trace', 'csv', 'png', 'svg', 'lab'] as const

const mover = <Id extends string>(id: Id, parts: readonly Part[], help: string, example: string) => ({
  id,
  verb: example.split(' ')[0]!,
  parts,
  help,
  example,
  refuse: (args: Args) => (id === 'speed' ? refuseSpeed(args) : null),
})

/** All movers in the order of help. */
export const MOVERS = [
  mover('play', [], 'let time pass', 'play'),
  mover('stop', [], 'stop time', 'stop'),
  mover('run', [maybe('duration', DURATION, 'how much virtual time')], 'run to the end, or for a while', 'run 1s'),
  mover('step-message', [literal('message')], 'to the next message that arrives', 'step message'),
  mover('step', [maybe('event', TOKEN, 'name of an event')], 'to the next event, or to the next of this name', 'step'),
  mover('next', [], 'to the next named event', 'next'),
  mover('back', [], 'one event back', 'back'),
  mover('seek', [argument('time', INSTANT, 'an instant of virtual time')], 'to an instant', 'seek 3s'),
  mover('speed', [argument('factor', TOKEN, '0.001 … 1000, or max')], 'virtual seconds per second', 'speed 0.1'),
  mover('branch', [argument('branch', TOKEN, 'name or number')], 'to another future', 'branch 2'),
  mover('branches', [], 'list the futures that are kept', 'branches'),
  mover('show-actor', [argument('actor', { kind: 'actor', role: 'any' }, 'who')], 'select a node or client', 'show n1'),
  mover('show-message', [argument('message', { kind: 'message' }, 'which')], 'select a message', 'show m1234'),
  mover('bookmark', [], 'remember this instant', 'bookmark'),
  mover('export', [argument('what', { kind: 'word', words: EXPORTS }, 'what')], 'save as a file', 'export history'),
  mover('share', [], 'copy the link to this run', 'share'),
  mover('help', [maybe('verb', TOKEN, 'a verb')], 'what can be typed', 'help kill'),
  mover('clear', [], 'empty the terminal', 'clear'),
  mover('describe', [], 'say what the world looks like now', 'describe'),
  mover('rules', [], 'the invariants and how they stand', 'rules'),
  mover('reset', [], 'back to the beginning', 'reset'),
] as const

/** The id of a mover, for a `switch`. */
export type MoverId = (typeof MOVERS)[number]['id']

function refuseSpeed(args: Args): ReturnType<MoverSpec['refuse']> {
  const factor = args.factor as string
  if (parseSpeed(factor) !== null) return null
  return { message: `${quote(factor)} is not a speed`, expected: 'a factor from 0.001 to 1000, such as 0.1, or max' }
}

const SPEED_MAX_PERMILLE = 1_000_000

/** The speed of `speed FACTOR` in thousandths of real time (1 … 1,000,000) or as fast as possible. Null: no speed. */
export function parseSpeed(text: string): number | 'max' | null {
  if (text === 'max') return 'max'
  const found = /^(\d{1,4})(?:\.(\d{1,3}))?$/.exec(text)
  if (found === null) return null
  const permille = Number(found[1]) * 1_000 + Number((found[2] ?? '').padEnd(3, '0'))
  return permille >= 1 && permille <= SPEED_MAX_PERMILLE ? permille : null
}

/** What a line of the terminal means. */
export type Line =
  | { readonly kind: 'nothing' }
  /** `at` null: now. */
  | { readonly kind: 'act'; readonly act: Act; readonly at: Micros | null }
  | { readonly kind: 'mover'; readonly mover: Mover }

/**
 * Reads a line of the terminal: an act now, an act at a time (`at 3s kill n1`; `facts` are of now, so whether it will be
 * possible then is not judged here), a mover, or nothing (blank, comment).
 */
export function parseLine(line: string, language: Language, facts: Facts): Result<Line, Problem> {
  const wrong = (found: Mistake): Result<Line, Problem> => fail(problemOf(found, line, 1, facts))
  const fault = lineFault(line)
  if (fault !== null) return wrong(fault)
  const scanned = scan(line, 0)
  if (scanned.kind === 'broken') return wrong(scanned.mistake)
  if (scanned.kind === 'end') return ok({ kind: 'nothing' })
  const verb = scanned.token
  if (verb.raw === 'at') return parseScheduled(line, verb.end, language, facts)
  const isPrompt = (language.prompt?.(line, 0) ?? null) !== null
  if (isPrompt || language.acts.some((spec) => spec.verb === verb.raw)) {
    const act = parseAct(line, language, facts)
    return act.ok ? ok({ kind: 'act', act: act.value, at: null }) : act
  }
  const found = readVerb<MoverSpec>(line, 0, MOVERS, facts)
  if (!found.ok) return wrong(withVerbs(found.mistake, verb, language))
  const refused = found.form.refuse(found.args)
  if (refused !== null)
    return wrong(mistake(found.end - line.slice(verb.end, found.end).trimStart().length, found.end, refused))
  return ok({ kind: 'mover', mover: { id: found.form.id as MoverId, args: found.args } })
}

/** An unknown verb might have been meant for an act as well. */
function withVerbs(found: Mistake, verb: Token, language: Language): Mistake {
  if (found.start !== verb.start) return found
  const verbs = [...language.acts, ...MOVERS].map((form) => form.verb)
  return { ...found, expected: 'a verb (`help` lists them)', correction: nearest(verb.raw, [...verbs, 'at']) }
}

function parseScheduled(line: string, from: number, language: Language, facts: Facts): Result<Line, Problem> {
  const time = readTime(line, from)
  if (!time.ok) return fail(problemOf(time.error, line, 1, facts))
  const read = readAct(line, time.value.from, language, facts)
  if (!read.ok) return fail(problemOf(read.mistake, line, 1, facts))
  return ok({ kind: 'act', act: read.act, at: time.value.at })
}

/** The mover as a line: what the terminal shows when a button moves the reader. */
export function printMover({ id, args }: Mover): string {
  return printForm(MOVERS.find((spec) => spec.id === id)!, args)
}
