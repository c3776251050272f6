import type { ArgType } from './types.ts'

/** The longest line of a text, in UTF-16 units. */
export const LINE_MAX = 4_096
/** How much of a wrong word is repeated in a message. */
const QUOTED_MAX = 40

/** One word of a line. Offsets are 0-based, in UTF-16 units. */
export interface Token {
  /** The word as written, with its quotes. */
  readonly raw: string
  /** What the quotes and escapes mean. */
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What stands at a place of a line: a word, the end (perhaps with a comment), or something that is no word. */
export type Scan =
  | { readonly kind: 'token'; readonly token: Token }
  | { readonly kind: 'end'; readonly at: number; readonly comment: string | null }
  | { readonly kind: 'broken'; readonly mistake: Mistake }

/** Something that could stand at a place of a line. */
export type Want =
  | { readonly kind: 'word'; readonly word: string; readonly help: string }
  | {
      readonly kind: 'value'
      readonly name: string
      readonly type: ArgType
      readonly help: string
      /** The words that would fit, as far as they can be listed. */
      readonly words: readonly string[]
    }

/** Why a line does not go on at `start`. Becomes a {@link Problem} when no other reading got further. */
export interface Mistake {
  /** 0-based offsets; equal at the end of the line. */
  readonly start: number
  readonly end: number
  /** Null: what stands there is simply not what could stand there. */
  readonly message: string | null
  readonly wants: readonly Want[]
  /** Says what was expected where `wants` cannot. */
  readonly expected: string | null
  /** What was probably meant, where that does not follow from `wants`. */
  readonly correction: string | null
  /** The text names an actor that does not exist: only as true as the header's settings are. */
  readonly unknownActor: boolean
}

/** A mistake at the offsets `start` … `end` of a line; what `about` leaves out is empty. */
export function mistake(start: number, end: number, about: Partial<Mistake>): Mistake {
  return { start, end, message: null, wants: [], expected: null, correction: null, unknownActor: false, ...about }
}

/** Reads the next word at or behind `from`. A `#` at the beginning of a word starts a comment. */
export function scan(line: string, from: number): Scan {
  let start = from
  while (start < line.length && isBlank(line[start]!)) start++
  if (start >= line.length) return { kind: 'end', at: line.length, comment: null }
  if (line[start] === '#') return { kind: 'end', at: start, comment: commentText(line.slice(start)) }
  if (line[start] === '"') return scanQuoted(line, start)
  let end = start
  while (end < line.length && !isBlank(line[end]!)) end++
  const raw = line.slice(start, end)
  return { kind: 'token', token: { raw, text: raw, start, end } }
}

function scanQuoted(line: string, start: number): Scan {
  let text = ''
  for (let i = start + 1; i < line.length; i++) {
    const char = line[i]!
    if (char === '"') return closeQuoted(line, start, i + 1, text)
    if (char === '\\') {
      const escaped = line[++i]
      if (escaped !== '"' && escaped !== '\\') return broken(i - 1, i + 1, 'this escape means nothing', '\\" or \\\\')
      text += escaped
    } else text += char
  }
  return broken(start, line.length, 'the quote is never closed', 'a closing "')
}

function closeQuoted(line: string, start: number, end: number, text: string): Scan {
  if (end < line.length && !isBlank(line[end]!)) return broken(end, end + 1, 'a word ends at its closing "', 'a blank')
  return { kind: 'token', token: { raw: line.slice(start, end), text, start, end } }
}

const broken = (start: number, end: number, message: string, expected: string): Scan => ({
  kind: 'broken',
  mistake: mistake(start, end, { message, expected }),
})

const isBlank = (char: string): boolean => /\s/.test(char)

/** What a comment says: without `#`, one blank behind it, and blanks at the end. */
export const commentText = (comment: string): string => comment.replace(/^#\s?/, '').trimEnd()

/** What no line may be or contain, wherever it stands: too long, or with characters that nobody sees. */
export function lineFault(line: string): Mistake | null {
  if (line.length > LINE_MAX) {
    const message = `the line is ${line.length} characters long`
    return mistake(LINE_MAX, line.length, { message, expected: `at most ${LINE_MAX} characters in a line` })
  }
  const found = /(?!\t)[\p{Cc}\p{Cs}]/u.exec(line)
  if (found === null) return null
  const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')
  return mistake(found.index, found.index + 1, {
    message: `an invisible character (U+${code}) stands here`,
    expected: 'text without control characters',
  })
}

/** `` `word` `` for a message, cut short when it is long. */
export function quote(word: string): string {
  return `\`${word.length > QUOTED_MAX ? `${word.slice(0, QUOTED_MAX)}…` : word}\``
}
