import { type Micros, micros } from '../base/brand.ts'
import { nearest } from '../base/nearest.ts'
import { fail, ok, type Result } from '../base/result.ts'
import { DURATION_MAX, formatDuration } from '../base/units.ts'
import { readAct, readTime, refused } from './acts.ts'
import { canonicalSettings, isFamily, nextFacts, refusal, settingOf, startFacts } from './facts.ts'
import { type Form, matchAny } from './match.ts'
import { problemOf } from './problem.ts'
import { lineFault, type Mistake, mistake, quote, scan, type Token } from './tokens.ts'
import type { Args, ArgType, Experiment, Facts, Language, Part, Problem, Settings, TimedAct } from './types.ts'

/** The longest text of an experiment, in UTF-16 units (256 KiB). */
export const TEXT_MAX = 262_144
export const ACTS_MAX = 10_000
/** How many mistakes are told at once. */
const PROBLEMS_MAX = 20

const NOBODY: Facts = { actors: [] }

const argument = (name: string, type: ArgType, help: string): Part => ({ kind: 'argument', name, type, help })

const INSTANT: ArgType = { kind: 'duration', min: 0, max: DURATION_MAX }
const LAB: Form = { verb: 'lab', parts: [argument('lab', { kind: 'token', maxLength: 40 }, 'name of the lab')] }
const SEED: Form = {
  verb: 'seed',
  parts: [argument('seed', { kind: 'integer', min: 0, max: Number.MAX_SAFE_INTEGER }, 'chooses one of many runs')],
}
const UNTIL: Form = { verb: 'until', parts: [argument('until', INSTANT, 'where a headless run ends')] }
/** The words that begin a statement of a text. */
const STATEMENTS = ['lab', 'seed', 'set', 'at', 'until'] as const
type Keyword = (typeof STATEMENTS)[number]

/** One line that says something. */
interface Statement {
  /** 1-based. */
  readonly number: number
  readonly line: string
  readonly word: Token
  /** The comment lines above it. */
  readonly comments: readonly string[]
}

/** Collects problems and comments; lives for one call of {@link parse}. */
class Reading {
  readonly problems: Problem[] = []
  readonly head: string[] = []
  facts: Facts = NOBODY

  get full(): boolean {
    return this.problems.length >= PROBLEMS_MAX
  }

  report(statement: Pick<Statement, 'line' | 'number'>, found: Mistake): void {
    if (!this.full) this.problems.push(problemOf(found, statement.line, statement.number, this.facts))
  }

  /** Reports a mistake about a whole statement or its word. */
  complain(statement: Statement, message: string, expected: string): void {
    this.report(statement, mistake(statement.word.start, statement.word.end, { message, expected }))
  }

  get failed(): boolean {
    return this.problems.length > 0
  }

  get sorted(): Problem[] {
    return this.problems.toSorted((a, b) => a.line - b.line || a.column - b.column)
  }
}

/**
 * Reads the text of an experiment. All mistakes are told at once (at most 20); nothing is half accepted.
 * `languages` knows the labs by name; `labs` are those names, for "did you mean".
 */
export function parse(
  text: string,
  languages: (lab: string) => Language | undefined,
  labs: readonly string[] = [],
): Result<Experiment, Problem[]> {
  const reading = new Reading()
  const outline = readOutline(text, reading)
  if (outline === null) return fail(reading.sorted)
  const language = readLab(outline.statements, languages, labs, reading)
  if (language === null) return fail(reading.sorted)
  const { seed, settings } = readHeader(outline.statements, language, reading)
  const acts = readActs(outline.statements, language, reading)
  const until = readUntil(outline.statements, acts, reading)
  const tail = [...readTail(outline), ...outline.tail]
  if (reading.failed) return fail(reading.sorted)
  foldFacts(acts, language, reading)
  if (reading.failed) return fail(reading.sorted)
  const notes = reading.head.length + tail.length === 0 ? {} : { notes: { head: reading.head, tail } }
  const timed = acts.map(({ at, act, comments }): TimedAct => ({ at, act, comments }))
  return ok({ lab: language.lab, title: outline.title, seed, settings, acts: timed, until, ...notes })
}

interface Outline {
  readonly title: string
  readonly statements: readonly Statement[]
  /** Comments behind the last statement. */
  readonly tail: readonly string[]
}

/** Splits the text into statements and comments. Null: nothing of it can be read. */
function readOutline(text: string, reading: Reading): Outline | null {
  if (text.length > TEXT_MAX) {
    const message = `the text is ${text.length} characters long`
    reading.report({ line: '', number: 1 }, mistake(0, 0, { message, expected: `at most ${TEXT_MAX} characters` }))
    return null
  }
  const statements: Statement[] = []
  let comments: string[] = []
  let title = ''
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const number = index + 1
    if (reading.full) break
    const fault = lineFault(line)
    const scanned = scan(line, 0)
    if (fault !== null) reading.report({ line, number }, fault)
    else if (scanned.kind === 'broken') reading.report({ line, number }, scanned.mistake)
    else if (scanned.kind === 'token') {
      statements.push({ number, line, word: scanned.token, comments })
      comments = []
    } else if (scanned.comment !== null) {
      const isTitle = title === '' && statements.length === 0 && scanned.comment.trim() !== ''
      if (isTitle) title = scanned.comment.trim()
      else comments.push(scanned.comment)
    }
  }
  return { title, statements, tail: comments }
}

function readLab(
  statements: readonly Statement[],
  languages: (lab: string) => Language | undefined,
  labs: readonly string[],
  reading: Reading,
): Language | null {
  const first = statements[0]
  if (first?.word.raw !== 'lab') {
    const expected = '`lab NAME` as the first statement'
    if (first !== undefined) reading.complain(first, `the text begins with ${quote(first.word.raw)}`, expected)
    else reading.report({ line: '', number: 1 }, mistake(0, 0, { message: 'the text says nothing', expected }))
    return null
  }
  const args = readForm(LAB, first, reading)
  if (args === null) return null
  const language = languages(args.lab as string)
  if (language !== undefined) return language
  const name = scan(first.line, first.word.end)
  if (name.kind !== 'token') return null
  const { start, end, text } = name.token
  const message = `there is no lab ${quote(text)}`
  const expected = labs.length === 0 ? 'the name of a lab' : `a lab: ${labs.join(', ')}`
  reading.report(first, mistake(start, end, { message, expected, correction: nearest(text, labs) }))
  return null
}

/** Reads a header statement; its comments go to the head of the experiment. */
function readForm(form: Form, statement: Statement, reading: Reading, facts: Facts = NOBODY): Args | null {
  const found = matchAny([form], statement.line, statement.word.end, facts)
  if (!found.ok) {
    reading.report(statement, found.mistake)
    return null
  }
  reading.head.push(...statement.comments, ...(found.comment === null ? [] : [found.comment]))
  return found.args
}

interface Header {
  readonly seed: number
  readonly settings: Settings
}

/** Everything but acts and `until`; leaves the facts before the first act in `reading`. */
function readHeader(statements: readonly Statement[], language: Language, reading: Reading): Header {
  const sets: Statement[] = []
  const seen = new Map<string, number>()
  let seed = 1
  let acting = false
  for (const statement of statements) {
    if (reading.full) break
    const keyword = statement.word.raw as Keyword
    if (keyword === 'at') acting = true
    else if (!STATEMENTS.includes(keyword)) complainOfWord(statement, language, reading)
    else if (acting && (keyword === 'seed' || keyword === 'set')) complainOfPlace(statement, keyword, reading)
    else if (keyword === 'set') sets.push(statement)
    else if (seen.has(keyword)) complainOfTwice(statement, keyword, seen.get(keyword)!, reading)
    else {
      seen.set(keyword, statement.number)
      if (keyword === 'seed') seed = (readForm(SEED, statement, reading)?.seed as number | undefined) ?? seed
    }
  }
  return { seed, settings: readSettings(sets, statements[0]!, language, reading) }
}

function complainOfWord(statement: Statement, language: Language, reading: Reading): void {
  const { word } = statement
  const verbs = language.acts.map((spec) => spec.verb)
  if (verbs.includes(word.raw)) {
    reading.complain(statement, `${quote(word.raw)} has no time`, `\`at 1s ${word.raw} …\` or another time`)
    return
  }
  const expected = 'a statement: `lab`, `seed`, `set`, `at` or `until`'
  const message = `${quote(word.raw)} begins no statement`
  reading.report(
    statement,
    mistake(word.start, word.end, { message, expected, correction: nearest(word.raw, [...STATEMENTS, ...verbs]) }),
  )
}

function complainOfPlace(statement: Statement, keyword: Keyword, reading: Reading): void {
  const live = keyword === 'set' ? ' (or `at TIME set …` to change it while the world runs)' : ''
  reading.complain(statement, `${quote(keyword)} stands behind an act`, `it above the first \`at\`${live}`)
}

function complainOfTwice(statement: Statement, what: string, first: number, reading: Reading): void {
  reading.complain(statement, `${quote(what)} is given twice`, `it once: line ${first} has it`)
}

/** Types whose words depend on which actors there are: read once the other settings have said that. */
const NEEDS_ACTORS: readonly ArgType['kind'][] = ['actor', 'actors', 'groups', 'direction']

function readSettings(sets: readonly Statement[], lab: Statement, language: Language, reading: Reading): Settings {
  const seen = new Map<string, Statement>()
  const later: [name: string, statement: Statement][] = []
  const settings: Record<string, Settings[string]> = {}
  for (const statement of sets) {
    const name = readSettingName(statement, language, reading)
    if (name === null) continue
    const spec = settingOf(language, name)!
    if (seen.has(name)) complainOfTwice(statement, name, seen.get(name)!.number, reading)
    else if (isFamily(spec) || NEEDS_ACTORS.includes(spec.type.kind)) later.push([name, statement])
    else readSetting(name, spec.type, statement, NOBODY, settings, reading)
    if (!seen.has(name)) seen.set(name, statement)
  }
  const broken = reading.failed
  const facts = startFacts(language, settings)
  reading.facts = facts
  for (const [name, statement] of later) {
    const spec = settingOf(language, name)!
    if (isFamily(spec) && !isMember(name, facts)) {
      if (!broken) complainOfMember(name, statement, facts, reading)
    } else readSetting(name, spec.type, statement, facts, settings, reading)
  }
  reading.facts = startFacts(language, settings)
  if (!reading.failed) checkConflict(settings, seen, sets.at(-1) ?? lab, language, reading)
  return canonicalSettings(language, settings, reading.facts)
}

function readSettingName(statement: Statement, language: Language, reading: Reading): string | null {
  const names = language.settings.map((setting) => setting.name)
  const scanned = scan(statement.line, statement.word.end)
  if (scanned.kind === 'token' && settingOf(language, scanned.token.raw) !== undefined) return scanned.token.raw
  const wants = names.map((word) => ({ kind: 'word', word, help: '' }) as const)
  if (scanned.kind === 'broken') reading.report(statement, scanned.mistake)
  else if (scanned.kind === 'end') reading.report(statement, mistake(scanned.at, scanned.at, { wants }))
  else {
    const { start, end, raw } = scanned.token
    reading.report(statement, mistake(start, end, { wants, message: `there is no setting ${quote(raw)}` }))
  }
  return null
}

function readSetting(
  name: string,
  type: ArgType,
  statement: Statement,
  facts: Facts,
  settings: Record<string, Settings[string]>,
  reading: Reading,
): void {
  const form: Form = { verb: 'set', parts: [{ kind: 'literal', word: name }, argument('value', type, '')] }
  const args = readForm(form, statement, reading, facts)
  if (args !== null) settings[name] = args.value!
}

const isMember = (name: string, facts: Facts): boolean =>
  facts.actors.some((actor) => actor.name === name.slice(name.indexOf('.') + 1))

function complainOfMember(name: string, statement: Statement, facts: Facts, reading: Reading): void {
  const scanned = scan(statement.line, statement.word.end)
  if (scanned.kind !== 'token') return
  const { start, end } = scanned.token
  const family = name.slice(0, name.indexOf('.') + 1)
  const members = facts.actors.map((actor) => family + actor.name)
  const message = `${quote(name)} names nobody here`
  reading.report(
    statement,
    mistake(start, end, { message, expected: `one of ${members.join(', ')}`, correction: nearest(name, members) }),
  )
}

function checkConflict(
  settings: Settings,
  seen: ReadonlyMap<string, Statement>,
  fallback: Statement,
  language: Language,
  reading: Reading,
): void {
  const conflict = language.conflict(reading.facts.settings ?? settings)
  if (conflict === null) return
  const statement = seen.get(conflict.setting) ?? fallback
  const end = statement.line.trimEnd().length
  reading.report(
    statement,
    mistake(statement.word.start, end, { message: conflict.reason, expected: 'settings that agree' }),
  )
}

/** An act with the place where it was read. */
interface ReadAct extends TimedAct {
  readonly statement: Statement
  readonly start: number
  readonly end: number
}

/** The acts in order of time. Names are looked up among the actors that exist at the time of the act. */
function readActs(statements: readonly Statement[], language: Language, reading: Reading): ReadAct[] {
  const broken = reading.failed
  const timed = readTimes(statements, reading).sort((a, b) => a.at - b.at)
  const acts: ReadAct[] = []
  const start = reading.facts
  for (const { at, statement, from } of timed) {
    if (reading.full) break
    const found = readAct(statement.line, from, language, reading.facts)
    if (!found.ok) {
      // With a broken header nobody knows who exists.
      if (!(broken && found.mistake.unknownActor)) reading.report(statement, found.mistake)
      continue
    }
    const comments = found.comment === null ? statement.comments : [...statement.comments, found.comment]
    acts.push({ at, act: found.act, comments, statement, start: found.start, end: found.end })
    reading.facts = nextFacts(found.act, language, reading.facts)
  }
  reading.facts = start
  return acts
}

interface Timed {
  readonly at: Micros
  readonly statement: Statement
  /** Offset behind the time. */
  readonly from: number
}

function readTimes(statements: readonly Statement[], reading: Reading): Timed[] {
  const timed: Timed[] = []
  let waiting: readonly string[] = []
  for (const statement of statements) {
    // Comments above `until` belong to the act behind it, if there is one.
    if (statement.word.raw === 'until') waiting = [...waiting, ...untilComments(statement)]
    if (statement.word.raw !== 'at') continue
    if (timed.length === ACTS_MAX) {
      reading.complain(statement, 'this is one act too many', `at most ${ACTS_MAX} acts`)
      break
    }
    const time = readTime(statement.line, statement.word.end)
    if (!time.ok) reading.report(statement, time.error)
    else timed.push({ ...time.value, statement: { ...statement, comments: [...waiting, ...statement.comments] } })
    waiting = []
  }
  return timed
}

function untilComments(statement: Statement): string[] {
  const found = matchAny([UNTIL], statement.line, statement.word.end, NOBODY)
  return [...statement.comments, ...(found.ok && found.comment !== null ? [found.comment] : [])]
}

/** Comments at an `until` behind the last act. */
function readTail({ statements }: Outline): string[] {
  const last = statements.findLastIndex((statement) => statement.word.raw === 'at')
  return statements.slice(last + 1).flatMap((each) => (each.word.raw === 'until' ? untilComments(each) : []))
}

function readUntil(statements: readonly Statement[], acts: readonly ReadAct[], reading: Reading): Micros | null {
  const statement = statements.find((each) => each.word.raw === 'until')
  if (statement === undefined) return null
  const found = matchAny([UNTIL], statement.line, statement.word.end, NOBODY)
  if (!found.ok) {
    reading.report(statement, found.mistake)
    return null
  }
  const until = micros(found.args.until as number)
  const last = acts.at(-1)
  if (last !== undefined && until < last.at) {
    const message = `the run would end before its last act (line ${last.statement.number})`
    const expected = `${formatDuration(last.at)} or later`
    reading.report(statement, mistake(statement.word.start, found.end, { message, expected }))
  }
  return until
}

/** Judges every act by what the acts before it have left. */
function foldFacts(acts: readonly ReadAct[], language: Language, reading: Reading): void {
  for (const { act, at, statement, start, end } of acts) {
    const reason = refusal(act, language, reading.facts)
    if (reason === null) reading.facts = nextFacts(act, language, reading.facts)
    else
      reading.report(
        statement,
        refused(act, language, reason, `an act that is possible at ${formatDuration(at)}`, start, end),
      )
  }
}
