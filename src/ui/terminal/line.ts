/** The line editor of the terminal as a pure function: (state, key) to state and, sometimes, something to do. */

export interface Line {
  readonly text: string
  /** Offset in `text`, never inside of a character. */
  readonly cursor: number
  /** Oldest first. */
  readonly history: readonly string[]
  /** The entry of the history that is shown; null while a new line is written. */
  readonly browsing: number | null
  /** The new line, kept while the history is shown. */
  readonly draft: string
  /** What was cut last, for Ctrl+Y. */
  readonly cut: string
}

export type Key = Edit | { readonly kind: EffectName }

type Edit =
  | { readonly kind: 'insert'; readonly text: string }
  | { readonly kind: 'replace'; readonly from: number; readonly to: number; readonly text: string }
  | { readonly kind: EditName }

export type KeyName = EditName | EffectName

type EffectName = 'enter' | 'tab' | 'interrupt' | 'clear'

type EditName =
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'home'
  | 'end'
  | 'up'
  | 'down'
  | 'backspace'
  | 'delete'
  | 'cut-to-end'
  | 'cut-to-start'
  | 'cut-word'
  | 'yank'

/** What the terminal must do besides showing the line. */
export type LineEffect =
  | { readonly kind: 'submit'; readonly line: string }
  | { readonly kind: 'complete' }
  | { readonly kind: 'interrupt' }
  | { readonly kind: 'clear' }

export interface Pressed {
  readonly line: Line
  readonly effect: LineEffect | null
}

const HISTORY_MAX = 500
/** What the grammar reads at most in one line. */
const LINE_MAX = 4_096

export function emptyLine(history: readonly string[]): Line {
  return { text: '', cursor: 0, history: history.slice(-HISTORY_MAX), browsing: null, draft: '', cut: '' }
}

export function press(line: Line, key: Key): Pressed {
  switch (key.kind) {
    case 'enter':
      return { line: submitted(line), effect: { kind: 'submit', line: line.text } }
    case 'tab':
      return { line, effect: { kind: 'complete' } }
    case 'interrupt':
      return { line: emptied(line), effect: { kind: 'interrupt' } }
    case 'clear':
      return { line, effect: { kind: 'clear' } }
    default:
      return { line: edited(line, key), effect: null }
  }
}

function edited(line: Line, key: Edit): Line {
  const { text, cursor } = line
  switch (key.kind) {
    case 'insert':
      return replaced(line, cursor, cursor, key.text)
    case 'replace':
      return replaced(line, key.from, key.to, key.text)
    case 'left':
      return at(line, cursor - before(text, cursor))
    case 'right':
      return at(line, cursor + after(text, cursor))
    case 'word-left':
      return at(line, wordStart(text, cursor))
    case 'word-right':
      return at(line, wordEnd(text, cursor))
    case 'home':
      return at(line, 0)
    case 'end':
      return at(line, text.length)
    case 'up':
      return browse(line, -1)
    case 'down':
      return browse(line, 1)
    case 'backspace':
      return replaced(line, cursor - before(text, cursor), cursor, '')
    case 'delete':
      return replaced(line, cursor, cursor + after(text, cursor), '')
    case 'cut-to-end':
      return cut(line, cursor, text.length)
    case 'cut-to-start':
      return cut(line, 0, cursor)
    case 'cut-word':
      return cut(line, wordStart(text, cursor), cursor)
    case 'yank':
      return replaced(line, cursor, cursor, line.cut)
  }
}

const at = (line: Line, cursor: number): Line => ({ ...line, cursor })

function replaced(line: Line, from: number, to: number, text: string): Line {
  const room = LINE_MAX - (line.text.length - (to - from))
  const added = text.slice(0, Math.max(0, room))
  return {
    ...line,
    text: line.text.slice(0, from) + added + line.text.slice(to),
    cursor: from + added.length,
    browsing: null,
  }
}

function cut(line: Line, from: number, to: number): Line {
  return from === to ? line : { ...replaced(line, from, to, ''), cut: line.text.slice(from, to) }
}

/** A line goes to the end of the history unless it is blank or the same as the last one. */
function submitted(line: Line): Line {
  const text = line.text.trim()
  const keep = text !== '' && line.history.at(-1) !== text
  return emptied({ ...line, history: keep ? [...line.history, text].slice(-HISTORY_MAX) : line.history })
}

const emptied = (line: Line): Line => ({ ...line, text: '', cursor: 0, browsing: null, draft: '' })

function browse(line: Line, step: -1 | 1): Line {
  const { history, browsing } = line
  const next = (browsing ?? history.length) + step
  if (next < 0 || next > history.length || (browsing === null && step === 1)) return line
  const draft = browsing === null ? line.text : line.draft
  const text = next === history.length ? draft : history[next]!
  return { ...line, text, cursor: text.length, browsing: next === history.length ? null : next, draft }
}

/** Length of the character before the offset: two units for those beyond the basic plane. */
function before(text: string, cursor: number): number {
  if (cursor === 0) return 0
  return cursor > 1 && text.codePointAt(cursor - 2)! > 0xffff ? 2 : 1
}

function after(text: string, cursor: number): number {
  if (cursor >= text.length) return 0
  return text.codePointAt(cursor)! > 0xffff ? 2 : 1
}

function wordStart(text: string, cursor: number): number {
  return cursor - /\S*\s*$/.exec(text.slice(0, cursor))![0].length
}

function wordEnd(text: string, cursor: number): number {
  return cursor + /^\s*\S*/.exec(text.slice(cursor))![0].length
}

// ---- Completion -------------------------------------------------------------------------------------------------

export interface Completed {
  readonly from: number
  readonly to: number
  readonly candidates: readonly { readonly text: string; readonly help: string }[]
  readonly hint: string
}

/** What Tab does with an answer: goes on as far as all candidates agree, or lists them. Null: there is nothing. */
export function completeLine(line: Line, reply: Completed): { readonly line: Line; readonly list: boolean } | null {
  const { candidates, from, to } = reply
  const [first] = candidates
  if (first === undefined) return null
  if (candidates.length === 1) {
    const gap = /[<>=|.]$/.test(first.text) || line.text[to] === ' ' ? '' : ' '
    return { line: edited(line, { kind: 'replace', from, to, text: first.text + gap }), list: false }
  }
  const shared = commonStart(candidates.map(({ text }) => text))
  if (shared.length <= line.cursor - from) return { line, list: true }
  return { line: edited(line, { kind: 'replace', from, to, text: shared }), list: false }
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...rest] = texts
  let length = first.length
  for (const text of rest) while (!text.startsWith(first.slice(0, length))) length--
  return first.slice(0, length)
}

// ---- Keys -------------------------------------------------------------------------------------------------------

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '\x1b[A': 'up',
  '\x1b[B': 'down',
  '\x1b[C': 'right',
  '\x1b[D': 'left',
  '\x1bOA': 'up',
  '\x1bOB': 'down',
  '\x1bOC': 'right',
  '\x1bOD': 'left',
  '\x1b[H': 'home',
  '\x1b[F': 'end',
  '\x1bOH': 'home',
  '\x1bOF': 'end',
  '\x1b[1~': 'home',
  '\x1b[4~': 'end',
  '\x1b[3~': 'delete',
  '\x1b[1;5C': 'word-right',
  '\x1b[1;5D': 'word-left',
  '\x1b[1;3C': 'word-right',
  '\x1b[1;3D': 'word-left',
  '\x1bf': 'word-right',
  '\x1bb': 'word-left',
  '\x1b\x7f': 'cut-word',
  '\x01': 'home',
  '\x02': 'left',
  '\x03': 'interrupt',
  '\x04': 'delete',
  '\x05': 'end',
  '\x06': 'right',
  '\x08': 'backspace',
  '\x09': 'tab',
  '\x0b': 'cut-to-end',
  '\x0c': 'clear',
  '\x0d': 'enter',
  '\x0a': 'enter',
  '\x0e': 'down',
  '\x10': 'up',
  '\x15': 'cut-to-start',
  '\x17': 'cut-word',
  '\x19': 'yank',
  '\x7f': 'backspace',
}

/** What a terminal sends: escape sequences, control characters, and text (also pasted, with line ends in it). */
export function readKeys(data: string): readonly Key[] {
  const keys: Key[] = []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what keys are made of
  const parts = data.match(/\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z]|[a-z\x7f])|\r\n|[\x00-\x1f\x7f]|[^\x00-\x1f\x7f]+/g)
  for (const part of parts ?? []) {
    const name = SEQUENCES[part === '\r\n' ? '\r' : part]
    if (name !== undefined) keys.push({ kind: name } as Key)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: an unknown sequence is no text
    else if (!/^[\x00-\x1f\x7f]/.test(part)) keys.push({ kind: 'insert', text: part })
  }
  return keys
}
