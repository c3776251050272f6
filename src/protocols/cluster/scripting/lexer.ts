import type { Bytes } from '../bytes.ts'
import { LuaSyntaxError, parseNumber } from './values.ts'

/** A word of a script. `value`: of names, keywords and operators the text; of strings what they hold. */
export type Token =
  | { readonly kind: 'name' | 'keyword' | 'operator' | 'string'; readonly value: Bytes; readonly line: number }
  | { readonly kind: 'number'; readonly value: number; readonly line: number }
  | { readonly kind: 'end'; readonly value: '<eof>'; readonly line: number }

const KEYWORDS = new Set(
  'and break do else elseif end false for function if in local nil not or repeat return then true until while'.split(
    ' ',
  ),
)

/** Longest first. */
const OPERATORS = '... == ~= <= >= .. + - * / % ^ # < > = ( ) { } [ ] ; : , .'.split(' ')

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '\n',
}

const isLetter = (byte: string | undefined) => byte !== undefined && /[A-Za-z_]/.test(byte)
const isWordByte = (byte: string | undefined) => byte !== undefined && /\w/.test(byte)

/** Splits a script (Lua 5.1, "Lexical Conventions") into words; the last one is the end. */
export function tokensOf(source: Bytes): readonly Token[] {
  const reader = new Reader(source)
  const tokens: Token[] = []
  do tokens.push(reader.next())
  while (tokens.at(-1)!.kind !== 'end')
  return tokens
}

class Reader {
  private at = 0
  private line = 1

  constructor(private readonly source: Bytes) {}

  next(): Token {
    this.skip()
    const { source, at, line } = this
    const byte = source[at]
    if (byte === undefined) return { kind: 'end', value: '<eof>', line }
    if (isLetter(byte)) return this.word()
    if (/\d/.test(byte) || (byte === '.' && /\d/.test(source[at + 1] ?? ''))) return this.number()
    if (byte === '"' || byte === "'") return this.quoted(byte)
    const level = this.longBracket()
    if (level !== null) return { kind: 'string', value: this.long(level, 'string'), line }
    const operator = OPERATORS.find((it) => source.startsWith(it, at))
    if (operator === undefined) return this.fail('unexpected symbol', byte)
    this.at += operator.length
    return { kind: 'operator', value: operator, line }
  }

  private fail(problem: string, near: string): never {
    throw new LuaSyntaxError(this.line, `${problem} near '${near}'`)
  }

  /** Blanks and comments. */
  private skip(): void {
    for (;;) {
      const byte = this.source[this.at]
      if (byte === '\n') this.line++
      if (byte !== undefined && /\s/.test(byte)) this.at++
      else if (this.source.startsWith('--', this.at)) this.comment()
      else return
    }
  }

  private comment(): void {
    this.at += 2
    const level = this.longBracket()
    if (level !== null) {
      this.long(level, 'comment')
      return
    }
    const end = this.source.indexOf('\n', this.at)
    this.at = end < 0 ? this.source.length : end
  }

  private word(): Token {
    const start = this.at
    while (isWordByte(this.source[this.at])) this.at++
    const value = this.source.slice(start, this.at)
    return { kind: KEYWORDS.has(value) ? 'keyword' : 'name', value, line: this.line }
  }

  private number(): Token {
    const start = this.at
    while (/[\w.]/.test(this.source[this.at] ?? '')) {
      const isExponent = /[eE]/.test(this.source[this.at]!) && !this.source.startsWith('0x', start)
      this.at++
      if (isExponent && /[+-]/.test(this.source[this.at] ?? '')) this.at++
    }
    const text = this.source.slice(start, this.at)
    const value = parseNumber(text)
    return value === undefined ? this.fail('malformed number', text) : { kind: 'number', value, line: this.line }
  }

  private quoted(quote: string): Token {
    const start = this.at
    const { line } = this
    let value = ''
    this.at++
    for (;;) {
      const byte = this.source[this.at]
      if (byte === undefined) return this.fail('unfinished string', '<eof>')
      if (byte === '\n') return this.fail('unfinished string', this.source.slice(start, this.at))
      this.at++
      if (byte === quote) return { kind: 'string', value, line }
      value += byte === '\\' ? this.escape() : byte
    }
  }

  private escape(): string {
    const byte = this.source[this.at] ?? ''
    const digits = /^\d{1,3}/.exec(this.source.slice(this.at, this.at + 3))?.[0]
    this.at += digits?.length ?? 1
    if (byte === '\n') this.line++
    if (digits === undefined) return ESCAPES[byte] ?? byte
    const code = Number(digits)
    return code > 255 ? this.fail('escape sequence too large', `\\${digits}`) : String.fromCharCode(code)
  }

  /** Number of equals signs of `[==[`, which is then behind; null: there is none. */
  private longBracket(): number | null {
    const match = /^\[(=*)\[/.exec(this.source.slice(this.at, this.at + 64))
    if (match === null) return null
    this.at += match[0].length
    return match[1]!.length
  }

  private long(level: number, what: 'string' | 'comment'): Bytes {
    const end = this.source.indexOf(`]${'='.repeat(level)}]`, this.at)
    if (end < 0) return this.fail(`unfinished long ${what}`, '<eof>')
    const text = this.source.slice(this.at, end)
    for (const byte of text) if (byte === '\n') this.line++
    this.at = end + level + 2
    return text.startsWith('\n') ? text.slice(1) : text
  }
}
