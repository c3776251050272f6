/** What a terminal shows above its line. The screen and the plain form show the same lines. */

export type Tone = 'plain' | 'faint' | 'strong' | 'verb' | 'good' | 'warn' | 'bad'

export interface Span {
  readonly tone: Tone
  readonly text: string
}

export interface OutputLine {
  /** Rises with every line. */
  readonly id: number
  readonly spans: readonly Span[]
}

export const span = (tone: Tone, text: string): Span => ({ tone, text })

const LINES_MAX = 2_000

/** The lines of a terminal, shared by everything that shows them. */
export interface Output {
  /** Oldest first, bounded. A new array after every change. */
  lines(): readonly OutputLine[]
  write(...lines: readonly (readonly Span[])[]): void
  clear(): void
  subscribe(listener: () => void): () => void
}

export function createOutput(): Output {
  let lines: readonly OutputLine[] = []
  let count = 0
  const listeners = new Set<() => void>()
  const change = (next: readonly OutputLine[]) => {
    lines = next
    for (const listener of listeners) listener()
  }
  return {
    lines: () => lines,
    write: (...added) => {
      if (added.length > 0) change([...lines, ...added.map((spans) => ({ id: count++, spans }))].slice(-LINES_MAX))
    },
    clear: () => change([]),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Colours of the 16 that the terminal's theme fills in from the tokens. */
const SGR: Readonly<Record<Tone, string>> = {
  plain: '',
  faint: '\x1b[90m',
  strong: '\x1b[1m',
  verb: '\x1b[34m',
  good: '\x1b[32m',
  warn: '\x1b[33m',
  bad: '\x1b[31m',
}
const RESET = '\x1b[0m'

/** The spans with their colours, for a terminal. Control characters of texts are shown, never obeyed. */
export function toAnsi(spans: readonly Span[]): string {
  return spans.map(({ tone, text }) => (tone === 'plain' ? safe(text) : SGR[tone] + safe(text) + RESET)).join('')
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those must not reach the terminal
const safe = (text: string): string => text.replaceAll(/[\x00-\x1f\x7f-\x9f]/g, '·')

/** How many cells a text takes: two for East Asian wide characters and most pictographs, none for marks that combine. */
export function cells(text: string): number {
  let count = 0
  for (const character of text) count += /\p{M}/u.test(character) ? 0 : isWide(character.codePointAt(0)!) ? 2 : 1
  return count
}

const isWide = (code: number): boolean =>
  (code >= 0x1100 && code <= 0x115f) ||
  (code >= 0x2e80 && code <= 0xa4cf) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0xf900 && code <= 0xfaff) ||
  (code >= 0xfe30 && code <= 0xfe6f) ||
  (code >= 0xff00 && code <= 0xff60) ||
  (code >= 0x1f300 && code <= 0x1faff)
