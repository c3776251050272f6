import { parseDuration } from '../../base/units.ts'
import type { BranchView, LineReply, NamedView } from '../../engine/api.ts'
import type { Echo, LabSession } from '../../engine/client/session.ts'
import type { Completed } from '../../ui/terminal/line.ts'
import { createOutput, type Output, type Span, span } from '../../ui/terminal/output.ts'
import { instantText } from '../../viz/time-axis.ts'
import { storage } from '../storage.ts'
import { addBookmark } from './desk.ts'

/** The terminal of a session without its screen: what was said, what is typed, and what the mouse did meanwhile. */
export interface Shell {
  readonly output: Output
  /** What stands before the line: the lab's name, or the prompt at which is typed. */
  prompt(): readonly Span[]
  history(): readonly string[]
  keepHistory(history: readonly string[]): void
  submit(line: string): Promise<void>
  complete(text: string, cursor: number): Promise<Completed>
}

const HISTORY_KEY = 'ballast:terminal-history'
const HISTORY_KEPT = 200
const shells = new WeakMap<LabSession, Shell>()

/** The shell of a session: the same one for every terminal that shows it, so nothing is lost when panels move. */
export function shellOf(session: LabSession, lab: string): Shell {
  let shell = shells.get(session)
  if (shell === undefined) {
    shell = createShell(session, lab)
    shells.set(session, shell)
  }
  return shell
}

const promptOf = (lab: string): readonly Span[] => [span('verb', 'ballast'), span('faint', ` ${lab} › `)]

function createShell(session: LabSession, lab: string): Shell {
  const output = createOutput()
  const resting = promptOf(lab)
  /** `n1>`: what is typed goes there; null: to the lab. */
  let at: string | null = null
  const prompt = () => (at === null ? resting : [span('verb', at), span('faint', ' ')])
  const acts = new RecentActs()
  output.write([
    span('faint', 'Whatever the mouse does is written here as a line, and every line can be typed. '),
    span('verb', 'help'),
    span('faint', ' lists them; Tab completes.'),
  ])
  session.onEcho((echo) => {
    if (echo.refused === null) acts.add(echo.atUs, echo.line)
    output.write(...echoLines(echo))
  })
  const news = createNews()
  const answers = createNews()
  /** The answers up to this one stand below their command already. */
  let answered = 0
  let asking = 0
  session.subscribe(() => {
    const { slow } = session
    if (slow === null) return
    if (asking === 0) {
      for (const said of answers.take(slow.said, slow.branches, slow.run).shown) {
        if (said.sequence > answered) output.write(...said.lines.map((line) => [span('plain', line)]))
      }
      answered = Math.min(answered, slow.said.at(-1)?.sequence ?? 0)
    }
    const fresh = news.take(slow.named, slow.branches, slow.run)
    const lines = fresh.shown.filter((event) => event.kind !== 'act' || !acts.has(event.timeUs, event.text))
    if (fresh.skipped > 0) output.write([span('faint', `… ${fresh.skipped} more`)])
    output.write(...lines.map(namedLine))
  })
  return {
    output,
    prompt,
    history: () => readHistory(storage.read(HISTORY_KEY)),
    keepHistory: (history) => storage.write(HISTORY_KEY, history.slice(-HISTORY_KEPT)),
    async complete(text, cursor) {
      const whole = atPrompt(at, text)
      const shift = whole.length - text.length
      const reply = await session.api.complete(whole, cursor + shift)
      return { ...reply, from: Math.max(0, reply.from - shift), to: reply.to - shift }
    },
    async submit(line) {
      const shown = prompt()
      output.write([...shown, span('plain', line)])
      if (at !== null && /^(exit|quit)$/i.test(line.trim())) {
        at = null
        return
      }
      const whole = atPrompt(at, line)
      asking++
      const reply = await session.api
        .line(whole)
        .catch((error: unknown) => crashed(error))
        .finally(() => asking--)
      const act = reply.kind === 'said' ? actOf(reply.lines[0]) : null
      if (act !== null) acts.add(act.atUs, act.text)
      if (reply.kind === 'said') answered = reply.saidUpTo ?? answered
      if (reply.kind === 'prompt') at = reply.prompt
      if (reply.kind === 'screen') obeyScreen(session, output, reply)
      else output.write(...replyLines(reply, promptWidth(shown) - (whole.length - line.length)))
    },
  }
}

/** The line as it is meant: behind the prompt at which it is typed, unless it names another one itself. */
export function atPrompt(prompt: string | null, line: string): string {
  return prompt === null || /^\s*(redis \S+|\S+)>(\s|$)/.test(line) ? line : `${prompt} ${line}`
}

const crashed = (error: unknown): LineReply => ({
  kind: 'error',
  message: `the worker does not answer: ${error instanceof Error ? error.message : String(error)}`,
  column: 1,
  suggestion: null,
})

function readHistory(stored: unknown): readonly string[] {
  return Array.isArray(stored) ? stored.filter((line) => typeof line === 'string').slice(-HISTORY_KEPT) : []
}

const promptWidth = (prompt: readonly Span[]): number => prompt.reduce((width, { text }) => width + text.length, 0)

const ECHO_MAX = 160

/** A piece of a design file is thousands of characters: its beginning is enough of an echo. */
const shortened = (line: string): string =>
  line.length <= ECHO_MAX ? line : `${line.slice(0, ECHO_MAX)}… (${line.length} characters)`

/** What the mouse did, as a line: `2.000 s kill n1`. */
export function echoLines(echo: Echo): readonly (readonly Span[])[] {
  const head = span('faint', `${instantText(echo.atUs)} `)
  if (echo.refused !== null)
    return [[head, span('verb', shortened(echo.line)), span('bad', ` refused: ${echo.refused}`)]]
  const line = [head, span('verb', shortened(echo.line))]
  return echo.branch === null ? [line] : [line, [span('faint', `a new branch begins here: ${echo.branch}`)]]
}

function namedLine(event: NamedView): readonly Span[] {
  const head = span('faint', `${instantText(event.timeUs)} `)
  if (event.kind === 'act') return [head, span('verb', event.text)]
  return [head, span(event.kind === 'broken' ? 'bad' : 'faint', event.text)]
}

/** The answer to a typed line; a mistake points at its column. */
export function replyLines(
  reply: Exclude<LineReply, { kind: 'screen' }>,
  indent: number,
): readonly (readonly Span[])[] {
  if (reply.kind === 'said') return reply.lines.map((line) => saidLine(line))
  if (reply.kind === 'prompt')
    return [
      [span('faint', `what is typed goes to ${reply.prompt} now; `), span('verb', 'exit'), span('faint', ' ends it')],
    ]
  const caret = [span('bad', `${' '.repeat(indent + reply.column - 1)}^`)]
  const message = [span('bad', reply.message)]
  if (reply.suggestion === null) return [caret, message]
  return [caret, message, [span('faint', 'did you mean '), span('verb', reply.suggestion), span('faint', '?')]]
}

function saidLine(line: string): readonly Span[] {
  const act = actOf(line)
  if (act === null) return [span(line.startsWith('BROKEN') ? 'bad' : 'plain', line)]
  return [span('faint', `${instantText(act.atUs)} `), span('verb', act.text)]
}

/** `1.2s kill n1`: how the engine says that an act was done. */
function actOf(line: string | undefined): { readonly atUs: number; readonly text: string } | null {
  const parts = /^([\d.]+(?:us|ms|s)) (?!event \d+$)(.+)$/.exec(line ?? '')
  const atUs = parts === null ? null : parseDuration(parts[1]!)
  return atUs === null ? null : { atUs, text: parts![2]! }
}

/** Acts that the terminal has written already: the stream of named events brings them again. */
class RecentActs {
  private readonly keys: string[] = []

  add(atUs: number, text: string): void {
    this.keys.push(`${atUs}|${text}`)
    if (this.keys.length > 50) this.keys.shift()
  }

  has(atUs: number, text: string): boolean {
    return this.keys.includes(`${atUs}|${text}`)
  }
}

const NEWS_MAX = 6

interface News<T> {
  readonly shown: readonly T[]
  readonly skipped: number
}

/** Picks what has happened for the first time: a rewind and a replay tell nothing new. */
export function createNews() {
  /** The highest sequence that was told, per branch. */
  const told = new Map<number, number>()
  let experiment = ''
  return {
    take<T extends { readonly sequence: number }>(
      named: readonly T[],
      branches: readonly BranchView[],
      run: { readonly title: string; readonly seed: number; readonly frontierUs: number },
    ): News<T> {
      const identity = `${run.title}|${run.seed}`
      if (identity !== experiment || run.frontierUs === 0) told.clear()
      experiment = identity
      const branch = branches.find(({ current }) => current)?.id ?? 0
      const newest = named.at(-1)?.sequence ?? 0
      const before = told.get(branch)
      // What stood there when the branch was first seen is not news, except at the very beginning.
      const last = before ?? (told.size === 0 && newest <= named.length ? 0 : newest)
      told.set(branch, Math.max(last, newest))
      const fresh = named.filter(({ sequence }) => sequence > last)
      const shown = fresh.slice(-NEWS_MAX)
      return { shown, skipped: newest > last ? newest - last - shown.length : 0 }
    },
  }
}

/** Movers that only the page can carry out. Those of the shell go there as an event. */
function obeyScreen(
  session: LabSession,
  output: Output,
  { mover, args }: Extract<LineReply, { kind: 'screen' }>,
): void {
  switch (mover) {
    case 'clear':
      output.clear()
      return
    case 'bookmark':
      addBookmark(session)
      output.write([span('good', 'bookmarked')])
      return
    case 'show-actor':
      void session.select({ kind: 'actor', name: String(args.actor) })
      inspect('actor')
      return
    case 'show-message':
      void session.select({ kind: 'message', id: Number(args.message) })
      inspect('message')
      return
    case 'share':
      window.dispatchEvent(new CustomEvent('ballast:share'))
      return
    default:
      window.dispatchEvent(new CustomEvent('ballast:screen', { detail: { mover, args } }))
  }
}

/** The text that a `ballast:terminal` event asks to put into the line. */
export function textOf(event: Event): string {
  const { text } = ((event as CustomEvent<unknown>).detail ?? {}) as { text?: unknown }
  return typeof text === 'string' ? text : ''
}

function inspect(tab: string): void {
  window.dispatchEvent(new CustomEvent('ballast:inspect', { detail: { tab } }))
}
