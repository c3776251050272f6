import type { Bytes } from '../bytes.ts'

/** A value of a script. `undefined` is nil. */
export type LuaValue = undefined | boolean | number | Bytes | LuaTable | LuaFunction

/** What can be called; `line`: where the call stands. */
export interface LuaFunction {
  readonly name: string
  readonly call: (args: readonly LuaValue[], line: number) => readonly LuaValue[]
}

/** The script is none. `line`: where that shows. */
export class LuaSyntaxError extends Error {
  override readonly name = 'LuaSyntaxError'
  constructor(
    readonly line: number,
    readonly problem: string,
  ) {
    super(problem)
  }
}

/** An error on its way through a script: any value, and where it arose. */
export class LuaError extends Error {
  override readonly name = 'LuaError'
  constructor(
    readonly value: LuaValue,
    readonly line: number,
  ) {
    super('an error of a script')
  }
}

/** An error with its place before the text, as Lua raises it itself. */
export const luaError = (line: number, text: string): LuaError => new LuaError(`user_script:${line}: ${text}`, line)

/** A table: a list from 1 on without holes, and everything else by key. It lives for one run of one script. */
export class LuaTable {
  readonly list: LuaValue[] = []
  readonly rest = new Map<LuaValue, LuaValue>()
  metatable: LuaTable | null = null
  /** What redis gives to scripts cannot be written. */
  isFrozen = false

  static from(values: readonly LuaValue[]): LuaTable {
    const table = new LuaTable()
    values.forEach((value, at) => {
      table.set(at + 1, value)
    })
    return table
  }

  static of(fields: Readonly<Record<string, LuaValue>>): LuaTable {
    const table = new LuaTable()
    for (const [key, value] of Object.entries(fields)) table.set(key, value)
    return table
  }

  get length(): number {
    return this.list.length
  }

  /** Without its metatable. */
  get(key: LuaValue): LuaValue {
    if (typeof key === 'number' && key >= 1 && key <= this.list.length && Number.isInteger(key))
      return this.list[key - 1]
    return this.rest.get(key)
  }

  /** Without its metatable. */
  set(key: LuaValue, value: LuaValue): void {
    const { list, rest } = this
    if (typeof key !== 'number' || !Number.isInteger(key) || key < 1 || key > list.length + 1) {
      if (value === undefined) rest.delete(key)
      else rest.set(key, value)
      return
    }
    if (key <= list.length && value !== undefined) list[key - 1] = value
    else if (key <= list.length) this.cut(key)
    else if (value !== undefined) {
      rest.delete(key)
      list.push(value)
      for (let next = list.length + 1; rest.has(next); next++) {
        list.push(rest.get(next))
        rest.delete(next)
      }
    } else rest.delete(key)
  }

  /** Element `key` of the list becomes nil; what stands behind it is no longer part of the list. */
  private cut(key: number): void {
    for (let at = this.list.length; at > key; at--) this.rest.set(at, this.list[at - 1])
    this.list.length = key - 1
  }

  /** The entry behind `key` in a traversal (undefined begins); undefined: there is no more, null: `key` is none. */
  after(key: LuaValue): readonly [LuaValue, LuaValue] | undefined | null {
    const { list, rest } = this
    const isListed = typeof key === 'number' && Number.isInteger(key) && key >= 1 && key <= list.length
    const at = key === undefined ? 0 : isListed ? key : list.length
    if (at < list.length) return [at + 1, list[at]]
    const entries = [...rest]
    if (key === undefined || isListed) return entries[0]
    const found = entries.findIndex((entry) => entry[0] === key)
    return found < 0 ? null : entries[found + 1]
  }
}

export type TypeName = 'nil' | 'boolean' | 'number' | 'string' | 'table' | 'function'

/** What `type` says of a value. */
export function typeName(value: LuaValue): TypeName {
  if (value === undefined) return 'nil'
  if (value instanceof LuaTable) return 'table'
  return typeof value === 'object' ? 'function' : (typeof value as 'boolean' | 'number' | 'string')
}

/** Everything but nil and false. */
export const isTrue = (value: LuaValue): boolean => value !== undefined && value !== false

const NUMBER =
  /^[ \t\n\v\f\r]*[+-]?(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)[ \t\n\v\f\r]*$/

/** A number as a script or a string writes it; undefined: it is none. */
export function parseNumber(text: Bytes): number | undefined {
  if (!NUMBER.test(text)) return undefined
  const plain = text.trim().replace(/^\+/, '')
  return /^-0[xX]/.test(plain) ? -Number(plain.slice(1)) : Number(plain)
}

/** A number, or a string that is one; undefined: neither. */
export function toNumber(value: LuaValue): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' ? parseNumber(value) : undefined
}

/** `%.{precision}g` of C. */
export function general(value: number, precision: number): string {
  if (Number.isNaN(value)) return '-nan'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const digits = Math.max(1, precision)
  const [mantissa, power] = value.toExponential(digits - 1).split('e') as [string, string]
  const exponent = Number(power)
  if (exponent >= -4 && exponent < digits) return trimZeros(value.toFixed(Math.max(0, digits - 1 - exponent)))
  const sign = exponent < 0 ? '-' : '+'
  return `${trimZeros(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const trimZeros = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** A string, or a number as Lua prints it; undefined: neither. */
export function toText(value: LuaValue): Bytes | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? general(value, 14) : undefined
}

/** Bytes that a string of a script may have. */
const LENGTH_MAX = 64 * 1024 * 1024

/** Refuses a string that would be longer than a script may hold. */
export function checkLength(length: number, line: number): void {
  if (length > LENGTH_MAX) throw luaError(line, 'resulting string too large')
}
