import { type Bytes, bytesOf } from '../bytes.ts'
import type { Arguments, Library } from './arguments.ts'
import { general, LuaTable, type LuaValue, luaError, typeName } from './values.ts'

/** Tables and lists inside each other (cjson's default). */
const DEPTH_MAX = 1000

/** What stands for JSON's null in a script: a value that equals itself only. */
export const JSON_NULL: LuaValue = { name: 'null', call: () => [] }

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
}

function quoted(text: Bytes): Bytes {
  let result = '"'
  for (const byte of text) {
    const code = byte.charCodeAt(0)
    const isControl = code < 0x20 || code === 0x7f
    result += SHORT[byte] ?? (isControl ? `\\u${code.toString(16).padStart(4, '0')}` : byte)
  }
  return `${result}"`
}

function encode(args: Arguments, value: LuaValue, depth: number): Bytes {
  if (depth > DEPTH_MAX) throw luaError(args.line, `Cannot serialise, excessive depth (${depth})`)
  if (value === JSON_NULL || value === undefined) return 'null'
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return quoted(value)
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return general(value, 14)
    throw luaError(args.line, 'Cannot serialise number: must not be NaN or Inf')
  }
  if (!(value instanceof LuaTable)) throw luaError(args.line, `Cannot serialise ${typeName(value)}: type not supported`)
  if (value.rest.size === 0 && value.length > 0)
    return `[${value.list.map((it) => encode(args, it, depth + 1)).join(',')}]`
  const fields = [...value.list.map((it, at) => [at + 1, it] as const), ...value.rest]
  const texts = fields.map(([key, it]) => {
    if (typeof key !== 'string' && typeof key !== 'number') {
      throw luaError(args.line, 'Cannot serialise table: table key must be a number or string')
    }
    return `${typeof key === 'string' ? quoted(key) : `"${general(key, 14)}"`}:${encode(args, it, depth + 1)}`
  })
  return `{${texts.join(',')}}`
}

/** Reads JSON byte by byte. */
class Reader {
  private at = 0

  constructor(
    private readonly args: Arguments,
    private readonly text: Bytes,
  ) {}

  whole(): LuaValue {
    const value = this.value(1)
    this.blanks()
    return this.at < this.text.length ? this.fail('the end') : value
  }

  private blanks(): void {
    while (/[ \t\r\n]/.test(this.text[this.at] ?? '')) this.at++
  }

  private fail(expected: string): never {
    const found = this.at < this.text.length ? 'invalid token' : 'T_END'
    throw luaError(this.args.line, `Expected ${expected} but found ${found} at character ${this.at + 1}`)
  }

  private take(word: string): boolean {
    this.blanks()
    if (!this.text.startsWith(word, this.at)) return false
    this.at += word.length
    return true
  }

  private value(depth: number): LuaValue {
    if (depth > DEPTH_MAX) throw luaError(this.args.line, `Found too many nested data structures (${depth})`)
    if (this.take('{')) return this.object(depth)
    if (this.take('[')) return this.array(depth)
    if (this.take('"')) return this.string()
    if (this.take('null')) return JSON_NULL
    if (this.take('true')) return true
    if (this.take('false')) return false
    const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(this.text.slice(this.at, this.at + 64))?.[0]
    if (number === undefined) return this.fail('value')
    this.at += number.length
    return Number(number)
  }

  private array(depth: number): LuaTable {
    const table = new LuaTable()
    if (this.take(']')) return table
    do table.set(table.length + 1, this.value(depth + 1))
    while (this.take(','))
    return this.take(']') ? table : this.fail('comma or array end')
  }

  private object(depth: number): LuaTable {
    const table = new LuaTable()
    if (this.take('}')) return table
    do {
      if (!this.take('"')) return this.fail('object key string')
      const key = this.string()
      if (!this.take(':')) return this.fail('colon')
      table.set(key, this.value(depth + 1))
    } while (this.take(','))
    return this.take('}') ? table : this.fail('comma or object end')
  }

  private string(): Bytes {
    let result = ''
    for (;;) {
      const byte = this.text[this.at++]
      if (byte === undefined) return this.fail('string end')
      if (byte === '"') return result
      result += byte === '\\' ? this.escape() : byte
    }
  }

  private escape(): Bytes {
    const letter = this.text[this.at++] ?? ''
    if (letter !== 'u') {
      const short = Object.entries(SHORT).find(([, text]) => text === `\\${letter}`)
      return short === undefined ? this.fail('escape code') : short[0]
    }
    const digits = this.text.slice(this.at, this.at + 4)
    if (!/^[\da-fA-F]{4}$/.test(digits)) return this.fail('four hexadecimal digits')
    this.at += 4
    return bytesOf(String.fromCharCode(Number.parseInt(digits, 16)))
  }
}

/** The library `cjson`, with its default settings. */
export const jsonLibrary: Library = {
  encode: (args) => [encode(args, args.any(0), 1)],
  decode: (args) => [new Reader(args, args.text(0)).whole()],
}
