import type { Bytes } from '../bytes.ts'

/** A match: where it is, and what its parentheses caught (a number: a position). `end` is behind the last byte. */
export interface Match {
  readonly start: number
  readonly end: number
  readonly captures: readonly (Bytes | number)[]
}

/** The pattern is malformed: Lua's words for it. */
export class PatternError extends Error {
  override readonly name = 'PatternError'
}

/** Parts of a pattern that are tried inside each other (MAXCCALLS). */
const DEPTH_MAX = 200

const OPEN = -1
const POSITION = -2

interface Capture {
  readonly start: number
  /** Or {@link OPEN}, {@link POSITION}. */
  length: number
}

const CLASSES: Readonly<Record<string, RegExp>> = {
  a: /[A-Za-z]/,
  c: /[^ -~\x80-\xff]/,
  d: /\d/,
  l: /[a-z]/,
  p: /[!-/:-@[-`{-~]/,
  s: /[ \t-\r]/,
  u: /[A-Z]/,
  w: /[A-Za-z\d]/,
  x: /[\dA-Fa-f]/,
  z: /\0/,
}

/** The first match of a pattern (Lua 5.1, "Patterns") in `text` from `init` on; null: none. */
export function findPattern(text: Bytes, pattern: Bytes, init: number): Match | null {
  const isAnchored = pattern.startsWith('^')
  for (let start = init; start <= text.length; start++) {
    const match = matchAt(text, isAnchored ? pattern.slice(1) : pattern, start)
    if (match !== null || isAnchored) return match
  }
  return null
}

/** A match that begins exactly at `start`. */
export function matchAt(text: Bytes, pattern: Bytes, start: number): Match | null {
  const matcher = new Matcher(text, pattern)
  const end = matcher.match(start, 0)
  return end === null ? null : { start, end, captures: matcher.caught() }
}

class Matcher {
  private captures: Capture[] = []
  private depth = 0

  constructor(
    private readonly text: Bytes,
    private readonly pattern: Bytes,
  ) {}

  caught(): (Bytes | number)[] {
    return this.captures.map(({ start, length }) => {
      if (length === OPEN) throw new PatternError('unfinished capture')
      return length === POSITION ? start + 1 : this.text.slice(start, start + length)
    })
  }

  /** Where a match of the pattern from `p` on, at `s`, ends; null: there is none. */
  match(s: number, p: number): number | null {
    if (++this.depth > DEPTH_MAX) throw new PatternError('pattern too complex')
    const [at, from] = this.plain(s, p)
    const end = from < 0 ? null : from >= this.pattern.length ? at : this.special(at, from)
    this.depth--
    return end
  }

  /** Passes what stands for one byte each; where it stops in the text and in the pattern, which is -1 when one does not fit. */
  private plain(s: number, p: number): readonly [number, number] {
    let [at, from] = [s, p]
    while (from < this.pattern.length && !this.isSpecial(from)) {
      const next = this.classEnd(from)
      if ('?+*-'.includes(this.pattern[next] ?? ' ')) break
      if (at >= this.text.length || !this.single(this.text[at]!, from, next)) return [at, -1]
      at++
      from = next
    }
    return [at, from]
  }

  private isSpecial(p: number): boolean {
    const { pattern } = this
    const byte = pattern[p]
    if (byte === '(' || byte === ')') return true
    if (byte === '$') return p + 1 === pattern.length
    return byte === '%' && /[bf\d]/.test(pattern[p + 1] ?? '')
  }

  private special(s: number, p: number): number | null {
    const { pattern, text } = this
    if (!this.isSpecial(p)) return this.repeated(s, p)
    switch (pattern[p]) {
      case '(':
        return pattern[p + 1] === ')' ? this.open(s, p + 2, POSITION) : this.open(s, p + 1, OPEN)
      case ')':
        return this.close(s, p + 1)
      case '$':
        return s === text.length ? s : null
      default:
    }
    if (pattern[p + 1] === 'b') return this.balanced(s, p + 2)
    return pattern[p + 1] === 'f' ? this.frontier(s, p + 2) : this.back(s, p)
  }

  private repeated(s: number, p: number): number | null {
    const next = this.classEnd(p)
    const fits = (at: number) => at < this.text.length && this.single(this.text[at]!, p, next)
    switch (this.pattern[next]) {
      case '?':
        return (fits(s) ? this.match(s + 1, next + 1) : null) ?? this.match(s, next + 1)
      case '+':
        return fits(s) ? this.greedy(s + 1, next + 1, fits) : null
      case '*':
        return this.greedy(s, next + 1, fits)
      default:
        for (let at = s; ; at++) {
          const end = this.match(at, next + 1)
          if (end !== null) return end
          if (!fits(at)) return null
        }
    }
  }

  private greedy(s: number, p: number, fits: (at: number) => boolean): number | null {
    let most = s
    while (fits(most)) most++
    for (let at = most; at >= s; at--) {
      const end = this.match(at, p)
      if (end !== null) return end
    }
    return null
  }

  private open(s: number, p: number, length: number): number | null {
    const before = this.captures
    this.captures = [...before, { start: s, length }]
    const end = this.match(s, p)
    if (end === null) this.captures = before
    return end
  }

  private close(s: number, p: number): number | null {
    const at = this.captures.findLastIndex(({ length }) => length === OPEN)
    if (at < 0) throw new PatternError('invalid pattern capture')
    const before = this.captures
    this.captures = before.with(at, { start: before[at]!.start, length: s - before[at]!.start })
    const end = this.match(s, p)
    if (end === null) this.captures = before
    return end
  }

  private back(s: number, p: number): number | null {
    const capture = this.captures[Number(this.pattern[p + 1]) - 1]
    if (capture === undefined || capture.length < 0) throw new PatternError('invalid capture index')
    const word = this.text.slice(capture.start, capture.start + capture.length)
    return this.text.startsWith(word, s) ? this.match(s + word.length, p + 2) : null
  }

  private balanced(s: number, p: number): number | null {
    const [open, shut] = [this.pattern[p], this.pattern[p + 1]]
    if (open === undefined || shut === undefined) throw new PatternError('unbalanced pattern')
    if (this.text[s] !== open) return null
    let depth = 1
    for (let at = s + 1; at < this.text.length; at++) {
      const byte = this.text[at]
      if (byte === shut && --depth === 0) return this.match(at + 1, p + 2)
      if (byte === open && byte !== shut) depth++
    }
    return null
  }

  private frontier(s: number, p: number): number | null {
    if (this.pattern[p] !== '[') throw new PatternError("missing '[' after '%f' in pattern")
    const next = this.classEnd(p)
    const before = s === 0 ? '\0' : this.text[s - 1]!
    const here = this.text[s] ?? '\0'
    return !this.inSet(before, p, next) && this.inSet(here, p, next) ? this.match(s, next) : null
  }

  /** Where the class that begins at `p` ends. */
  private classEnd(p: number): number {
    const { pattern } = this
    if (pattern[p] === '%') {
      if (p + 1 >= pattern.length) throw new PatternError("malformed pattern (ends with '%')")
      return p + 2
    }
    if (pattern[p] !== '[') return p + 1
    let at = pattern[p + 1] === '^' ? p + 2 : p + 1
    do {
      if (at >= pattern.length) throw new PatternError("malformed pattern (missing ']')")
      at += pattern[at] === '%' ? 2 : 1
    } while (pattern[at] !== ']')
    return at + 1
  }

  private single(byte: string, p: number, next: number): boolean {
    switch (this.pattern[p]) {
      case '.':
        return true
      case '%':
        return inClass(byte, this.pattern[p + 1]!)
      case '[':
        return this.inSet(byte, p, next)
      default:
        return this.pattern[p] === byte
    }
  }

  /** Whether a byte is in the set from `[` at `p` to before `next`. */
  private inSet(byte: string, p: number, next: number): boolean {
    const { pattern } = this
    const isNegated = pattern[p + 1] === '^'
    const last = next - 1
    for (let at = isNegated ? p + 2 : p + 1; at < last; at++) {
      if (pattern[at] === '%') {
        at++
        if (inClass(byte, pattern[at]!)) return !isNegated
      } else if (pattern[at + 1] === '-' && at + 2 < last) {
        if (pattern[at]! <= byte && byte <= pattern[at + 2]!) return !isNegated
        at += 2
      } else if (pattern[at] === byte) return !isNegated
    }
    return isNegated
  }
}

function inClass(byte: string, letter: string): boolean {
  const known = CLASSES[letter.toLowerCase()]
  if (known === undefined) return letter === byte
  return known.test(byte) === (letter === letter.toLowerCase())
}
