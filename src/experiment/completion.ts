import { readAct, readTime } from './acts.ts'
import { refusal } from './facts.ts'
import { optionPlaceholder, usagePart } from './help.ts'
import { type Form, type Match, match } from './match.ts'
import type { MoverSpec } from './movers.ts'
import { scan, type Want } from './tokens.ts'
import type { Facts, Language } from './types.ts'

/** What could stand at the cursor, and what should follow. */
export interface Completion {
  readonly candidates: readonly Candidate[]
  /** The range of the line that a candidate replaces: 0-based, `to` is one past the end. */
  readonly from: number
  readonly to: number
  /** Ghost text behind the cursor: `KEY VALUE  write through the leader`. Empty when nothing is missing. */
  readonly hint: string
}

/** One word that could stand at the cursor. */
export interface Candidate {
  readonly text: string
  readonly help: string
  /** True: a blank may follow. False: the word goes on (`n1>`). */
  readonly whole: boolean
}

interface Context {
  readonly language: Language
  readonly facts: Facts
  readonly movers: readonly MoverSpec[]
}

/** A verb to complete; what is registered under it. */
interface Verb extends Form {
  readonly help: string
}

/** What the line before the cursor's word leaves open. */
interface Open {
  readonly wants: readonly Want[]
  readonly hint: string
  /** Offset of the verb when acts can be judged by `facts`: not for movers and later acts. */
  readonly judged: number | null
}

const CLOSED: Open = { wants: [], hint: '', judged: null }

/** Completes the word at `cursor` (offset, 0-based) of a line without its line end. Pass the movers in the terminal. */
export function complete(
  line: string,
  cursor: number,
  language: Language,
  facts: Facts,
  movers: readonly MoverSpec[] = [],
): Completion {
  const context = { language, facts, movers }
  const before = line.slice(0, cursor)
  const from = cursor - /\S*$/.exec(before)![0].length
  const to = cursor + /^\S*/.exec(line.slice(cursor))![0].length
  const head = before.slice(0, from)
  const open = openAt(head, context)
  const partial = before.slice(from)
  const words = [
    ...open.wants.flatMap((want) => candidatesOf(want, partial, facts)),
    ...(head.trim() === '' && partial !== '' ? promptsOf(context) : []),
  ]
  const fits = open.wants.some(isForeign) ? beginsInAnyCase : begins
  const fitting = words.filter(({ text }) => fits(text, partial) && isPossible(head, text, open, context))
  const candidates = fitting.filter(({ text }, index) => fitting.findIndex((other) => other.text === text) === index)
  return { candidates, from, to, hint: hintOf(before, partial, open, context) }
}

/** `n1>`: offered once a name has begun, so that they do not crowd out the verbs. */
function promptsOf({ language, facts }: Context): Candidate[] {
  if (language.prompt === undefined) return []
  const nodes = facts.actors.filter(({ role }) => role === 'node')
  return nodes.map(({ name }) => ({ text: `${name}>`, help: `type a command at the prompt of ${name}`, whole: true }))
}

const begins = (text: string, partial: string): boolean => text.startsWith(partial)

/** Commands of another language may be typed in lower case. */
const beginsInAnyCase = (text: string, partial: string): boolean => begins(text.toLowerCase(), partial.toLowerCase())

const isForeign = (want: Want): boolean =>
  want.kind === 'value' && want.type.kind === 'text' && want.type.assist !== undefined

/** While a word is being typed, the hint speaks of what follows it, if it is a right one. */
function hintOf(before: string, partial: string, open: Open, context: Context): string {
  return partial === '' ? open.hint : openAt(`${before} `, context).hint
}

function openAt(head: string, context: Context): Open {
  const prompt = context.language.prompt?.(head, 0) ?? null
  if (prompt !== null) return openForms(prompt.line, { raw: prompt.verb, end: 0 }, context.language.acts, 0, context)
  const first = scan(head, 0)
  if (first.kind === 'broken' || (first.kind === 'end' && first.comment !== null)) return CLOSED
  const { language, movers } = context
  if (first.kind === 'end') {
    const at: Want = { kind: 'word', word: 'at', help: 'act at a time' }
    return { wants: [...verbWants([...language.acts, ...movers]), at], hint: '', judged: 0 }
  }
  if (first.token.raw !== 'at') return openForms(head, first.token, [...language.acts, ...movers], 0, context)
  const time = readTime(head, first.token.end)
  const instant = scan(head, first.token.end)
  if (instant.kind === 'end' && instant.comment === null) {
    const wants = time.ok ? [] : time.error.wants
    return { wants, hint: 'TIME VERB …  when the act happens', judged: null }
  }
  if (instant.kind !== 'token' || !time.ok) return CLOSED
  const later = language.prompt?.(head, instant.token.end) ?? null
  if (later !== null) {
    return openForms(later.line, { raw: later.verb, end: instant.token.end }, language.acts, null, context)
  }
  const verb = scan(head, instant.token.end)
  if (verb.kind === 'token') return openForms(head, verb.token, language.acts, null, context)
  return verb.kind === 'end' && verb.comment === null ? { ...CLOSED, wants: verbWants(language.acts) } : CLOSED
}

/** One want per verb; the help of a verb with several forms counts them. */
function verbWants(verbs: readonly Verb[]): Want[] {
  const names = [...new Set(verbs.map((form) => form.verb))]
  return names.map((word) => {
    const forms = verbs.filter((form) => form.verb === word)
    return { kind: 'word', word, help: forms.length === 1 ? forms[0]!.help : `${forms[0]!.help}, …` }
  })
}

function openForms(
  head: string,
  verb: { readonly raw: string; readonly end: number },
  all: readonly Verb[],
  judged: number | null,
  context: Context,
): Open {
  const forms = all.filter((form) => form.verb === verb.raw)
  const found = forms.map((form) => ({ form, result: match(form, head, verb.end, context.facts) }))
  const open = found.filter(({ result }) => result.misses.some((miss) => miss.start === head.length))
  const first = open[0]
  if (first === undefined) return CLOSED
  const wants = open.flatMap(({ result, form }) => endWants(result, head).map((want) => withHelp(want, form.help)))
  return { wants, hint: restOf(first.form, first.result, head, context.facts), judged }
}

const endWants = (result: Match, head: string): Want[] =>
  result.misses.filter((miss) => miss.start === head.length).flatMap((miss) => [...miss.wants])

const withHelp = (want: Want, help: string): Want =>
  want.kind === 'word' && want.help === '' ? { ...want, help } : want

/** `KEY VALUE  write through the leader`: the parts from the open one on. */
function restOf(form: Verb, result: Match, head: string, facts: Facts): string {
  const miss = result.misses.find(({ start }) => start === head.length)!
  const part = form.parts[miss.part]!
  const typed = part.kind === 'argument' ? result.args?.[part.name] : undefined
  if (part.kind === 'argument' && part.type.kind === 'text' && part.type.assist !== undefined && typed !== undefined) {
    return part.type.assist(typed as string, facts).hint
  }
  const want = miss.wants[0]
  if (part.kind === 'options' && want?.kind === 'value') return `${optionPlaceholder(want.type)}  ${want.help}`
  if (part.kind === 'argument' && want?.kind === 'value' && want.type.kind === 'groups' && want.words.includes('|')) {
    return `… | …  ${form.help}`
  }
  const given = Object.keys(result.args ?? {})
  const usages = form.parts.slice(miss.part).map((each) => usagePart(each, given))
  return `${usages.join(' ')}  ${form.help}`
}

function candidatesOf(want: Want, partial: string, facts: Facts): Candidate[] {
  if (want.kind === 'word') return [{ text: want.word, help: want.help, whole: true }]
  if (want.type.kind === 'direction') return directions(want.help, partial, facts)
  return want.words.map((text) => ({ text, help: want.help, whole: true }))
}

/** A direction is completed end by end: `n1>`, then `n1>n2`. */
function directions(help: string, partial: string, facts: Facts): Candidate[] {
  const names = facts.actors.map((actor) => actor.name)
  const begun = /^([^<>]+)(<?>)/.exec(partial)
  if (begun === null) {
    const starts = ['*', ...names].flatMap((name) => [`${name}>`, `${name}<>`])
    return [{ text: '*', help, whole: true }, ...starts.map((text) => ({ text, help, whole: false }))]
  }
  const ends = ['*', ...names].filter((name) => name !== begun[1])
  return ends.map((name) => ({ text: begun[0] + name, help, whole: true }))
}

/** Whether the word makes a whole act that can be done now; incomplete lines are not judged. */
function isPossible(head: string, text: string, open: Open, { language, facts }: Context): boolean {
  if (open.judged === null) return true
  const read = readAct(head + text, open.judged, language, facts)
  return !read.ok || refusal(read.act, language, facts) === null
}
