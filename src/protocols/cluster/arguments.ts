import type { Bytes } from './bytes.ts'

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' }
const isSpace = (byte: string): boolean => byte === ' ' || (byte >= '\t' && byte <= '\r')
const isHex = (text: string): boolean => /^[0-9a-fA-F]{2}$/.test(text)

/** An argument being read: what it is so far, and where reading goes on. Null: a quote is not closed rightly. */
type Part = { readonly text: Bytes; readonly at: number } | null

/** From behind the opening quote to behind the closing one, which must end the argument. */
function quoted(line: Bytes, from: number, quote: '"' | "'"): Part {
  let text = ''
  for (let at = from; at < line.length; ) {
    const byte = line[at]!
    const next = line[at + 1]
    if (byte === quote) return next === undefined || isSpace(next) ? { text, at: at + 1 } : null
    if (byte === '\\' && quote === "'" && next === "'") {
      text += "'"
      at += 2
    } else if (byte === '\\' && quote === '"' && next === 'x' && isHex(line.slice(at + 2, at + 4))) {
      text += String.fromCharCode(Number.parseInt(line.slice(at + 2, at + 4), 16))
      at += 4
    } else if (byte === '\\' && quote === '"' && next !== undefined) {
      text += ESCAPES[next] ?? next
      at += 2
    } else {
      text += byte
      at++
    }
  }
  return null
}

/**
 * The arguments of a line as redis-cli and the inline protocol split it (sdssplitargs): at white space, with `"…"`
 * (escapes `\n`, `\xhh`, `\"` and so on) and `'…'` (only `\'`). Null: quotes are unbalanced.
 */
export function splitArguments(line: Bytes): Bytes[] | null {
  const args: Bytes[] = []
  let at = 0
  for (;;) {
    while (at < line.length && isSpace(line[at]!)) at++
    if (at >= line.length || line[at] === '\0') return args
    let arg = ''
    while (at < line.length && !isSpace(line[at]!) && line[at] !== '\0') {
      const byte = line[at]!
      if (byte === '"' || byte === "'") {
        const part = quoted(line, at + 1, byte)
        if (part === null) return null
        arg += part.text
        at = part.at
        break
      }
      arg += byte
      at++
    }
    args.push(arg)
  }
}

const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\x07': '\\a',
}

/** The bytes in double quotes, so that {@link splitArguments} reads them back (sdscatrepr). */
export function quote(bytes: Bytes): string {
  let text = ''
  for (const byte of bytes) {
    const named = NAMED[byte]
    if (named !== undefined) text += named
    else if (byte >= ' ' && byte <= '~') text += byte
    else text += `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`
  }
  return `"${text}"`
}
