import type { Bytes } from '../bytes.ts'
import type { Arguments, Library } from './arguments.ts'
import type { Interpreter } from './interpreter.ts'
import { findPattern, type Match, matchAt, PatternError } from './patterns.ts'
import { checkLength, general, LuaTable, type LuaValue, luaError, toText, typeName } from './values.ts'

/** A position as `string.sub` counts: negative from the end. */
const position = (given: number, length: number) => (given >= 0 ? given : Math.max(0, length + given + 1))

const upper = (text: Bytes) => text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
const lower = (text: Bytes) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

function sub(args: Arguments): Bytes {
  const text = args.text(0)
  const from = Math.max(1, position(args.integer(1), text.length))
  const to = Math.min(text.length, position(args.integer(2, -1), text.length))
  return from > to ? '' : text.slice(from - 1, to)
}

function rep(args: Arguments): Bytes {
  const [text, count] = [args.text(0), Math.max(0, args.integer(1))]
  checkLength(text.length * count, args.line)
  return text.repeat(count)
}

function bytes(args: Arguments): LuaValue[] {
  const text = args.text(0)
  const from = position(args.integer(1, 1), text.length)
  const to = Math.min(text.length, position(args.integer(2, from), text.length))
  return [...text.slice(Math.max(0, from - 1), to)].map((byte) => byte.charCodeAt(0))
}

function char(args: Arguments): Bytes {
  return args.all
    .map((_, at) => {
      const code = args.integer(at)
      return code >= 0 && code <= 255 ? String.fromCharCode(code) : args.fail(at, 'invalid value')
    })
    .join('')
}

// ---- format -------------------------------------------------------------------------------------------------------

const DIRECTIVE = /^%([-+ #0]*)(\d{0,2})(?:\.(\d{0,2}))?([a-zA-Z%])/

function format(args: Arguments): Bytes {
  let rest = args.text(0)
  let next = 1
  let text = ''
  for (let at = rest.indexOf('%'); at >= 0; at = rest.indexOf('%')) {
    text += rest.slice(0, at)
    rest = rest.slice(at)
    const [whole, flags, width, precision, letter] = DIRECTIVE.exec(rest) ?? []
    if (whole === undefined) throw luaError(args.line, "invalid option to 'format'")
    rest = rest.slice(whole.length)
    text += letter === '%' ? '%' : padded(directive(args, next++, letter!, precision), flags!, Number(width), letter!)
  }
  return text + rest
}

function directive(args: Arguments, at: number, letter: string, precision: string | undefined): Bytes {
  const digits = precision === undefined ? undefined : Number(precision)
  switch (letter) {
    case 'd':
    case 'i':
      return signed(Math.trunc(args.number(at)), digits)
    case 'u':
      return String(Math.trunc(args.number(at)))
    case 'c':
      return String.fromCharCode(args.integer(at) & 255)
    case 'x':
      return args.integer(at).toString(16)
    case 'X':
      return args.integer(at).toString(16).toUpperCase()
    case 'o':
      return args.integer(at).toString(8)
    case 'f':
      return args.number(at).toFixed(digits ?? 6)
    case 'e':
    case 'E':
      return exponential(args.number(at), digits ?? 6, letter)
    case 'g':
    case 'G':
      return general(args.number(at), digits ?? 6)
    case 's':
      return (toText(args.at(at)) ?? plainText(args.any(at))).slice(0, digits)
    case 'q':
      return `"${args
        .text(at)
        .replace(/["\\\n]/g, '\\$&')
        .replaceAll('\r', '\\r')
        .replaceAll('\0', '\\000')}"`
    default:
      throw luaError(args.line, `invalid option '%${letter}' to 'format'`)
  }
}

function signed(value: number, digits: number | undefined): Bytes {
  const plain = String(Math.abs(value)).padStart(digits ?? 0, '0')
  return value < 0 ? `-${plain}` : plain
}

function exponential(value: number, digits: number, letter: string): Bytes {
  const [mantissa, power] = value.toExponential(digits).split('e') as [string, string]
  const sign = power.startsWith('-') ? '-' : '+'
  return `${mantissa}${letter}${sign}${power.slice(1).padStart(2, '0')}`
}

function padded(text: Bytes, flags: string, width: number, letter: string): Bytes {
  const isNumber = !'cqs'.includes(letter)
  const sign = isNumber && !text.startsWith('-') ? (flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') : ''
  const whole = sign + text
  if (flags.includes('-')) return whole.padEnd(width)
  if (!isNumber || !flags.includes('0')) return whole.padStart(width)
  const lead = /^[-+ ]/.exec(whole)?.[0] ?? ''
  return lead + whole.slice(lead.length).padStart(width - lead.length, '0')
}

/** What `tostring` says of a value that has no own text. */
export const plainText = (value: LuaValue): Bytes =>
  toText(value) ??
  (typeof value === 'boolean' || value === undefined ? String(value ?? 'nil') : `${typeName(value)}: 0x0`)

// ---- Patterns -----------------------------------------------------------------------------------------------------

/** Raises a malformed pattern as an error of the script. */
function guarded<T>(args: Arguments, run: () => T): T {
  try {
    return run()
  } catch (problem) {
    if (problem instanceof PatternError) throw luaError(args.line, problem.message)
    throw problem
  }
}

const capturesOf = (text: Bytes, { start, end, captures }: Match): readonly (Bytes | number)[] =>
  captures.length === 0 ? [text.slice(start, end)] : captures

const SPECIAL = /[\^$*+?.([%-]/

function find(args: Arguments, isFind: boolean): readonly LuaValue[] {
  const [text, pattern] = [args.text(0), args.text(1)]
  const init = Math.max(1, position(args.integer(2, 1), text.length)) - 1
  if (init > text.length) return [undefined]
  const isPlain = isFind && ((args.at(3) !== undefined && args.at(3) !== false) || !SPECIAL.test(pattern))
  if (isPlain) {
    const at = text.indexOf(pattern, init)
    return at < 0 ? [undefined] : [at + 1, at + pattern.length]
  }
  const match = guarded(args, () => findPattern(text, pattern, init))
  if (match === null) return [undefined]
  return isFind ? [match.start + 1, match.end, ...match.captures] : capturesOf(text, match)
}

function gmatch(args: Arguments): LuaValue {
  const [text, pattern] = [args.text(0), args.text(1)]
  let at = 0
  const call = (): readonly LuaValue[] => {
    const match = guarded(args, () => findPattern(text, pattern, at))
    if (match === null) return [undefined]
    at = match.end === match.start ? match.end + 1 : match.end
    return capturesOf(text, match)
  }
  return { name: 'gmatch', call }
}

function gsub(interpreter: Interpreter, args: Arguments): readonly LuaValue[] {
  const [text, pattern, by] = [args.text(0), args.text(1), args.at(2)]
  if (by === undefined || typeof by === 'boolean') args.fail(2, 'string/function/table expected')
  const isAnchored = pattern.startsWith('^')
  const most = args.integer(3, Number.MAX_SAFE_INTEGER)
  let result = ''
  let count = 0
  let at = 0
  while (count < most) {
    const match = guarded(args, () => matchAt(text, isAnchored ? pattern.slice(1) : pattern, at))
    if (match !== null) {
      count++
      result += replacement(interpreter, args, by, text, match)
      checkLength(result.length, args.line)
    }
    if (match !== null && match.end > at) at = match.end
    else if (at < text.length) result += text[at++]
    else break
    if (isAnchored) break
  }
  return [result + text.slice(at), count]
}

function replacement(interpreter: Interpreter, args: Arguments, by: LuaValue, text: Bytes, match: Match): Bytes {
  const whole = text.slice(match.start, match.end)
  const captures = capturesOf(text, match)
  if (typeof by === 'string' || typeof by === 'number') {
    return String(by).replace(/%([\s\S])/g, (_, letter: string) => {
      if (letter === '0') return whole
      if (!/[1-9]/.test(letter)) return letter
      const capture = captures[Number(letter) - 1]
      if (capture === undefined) throw luaError(args.line, 'invalid capture index')
      return String(capture)
    })
  }
  const value = by instanceof LuaTable ? by.get(captures[0]) : interpreter.call(by, captures, args.line)[0]
  if (value === undefined || value === false) return whole
  return toText(value) ?? luaFail(args, `invalid replacement value (a ${typeName(value)})`)
}

function luaFail(args: Arguments, text: string): never {
  throw luaError(args.line, text)
}

/** The library `string`. */
export const stringLibrary = (interpreter: () => Interpreter): Library => ({
  len: (args) => [args.text(0).length],
  sub: (args) => [sub(args)],
  rep: (args) => [rep(args)],
  upper: (args) => [upper(args.text(0))],
  lower: (args) => [lower(args.text(0))],
  reverse: (args) => [[...args.text(0)].reverse().join('')],
  byte: bytes,
  char: (args) => [char(args)],
  format: (args) => [format(args)],
  find: (args) => find(args, true),
  match: (args) => find(args, false),
  gmatch: (args) => [gmatch(args)],
  gsub: (args) => gsub(interpreter(), args),
})
