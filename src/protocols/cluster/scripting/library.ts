import type { Arguments, Library } from './arguments.ts'
import type { Interpreter } from './interpreter.ts'
import { plainText } from './strings.ts'
import {
  checkLength,
  isTrue,
  LuaError,
  LuaTable,
  type LuaValue,
  luaError,
  toNumber,
  toText,
  typeName,
} from './values.ts'

function next(args: Arguments): readonly LuaValue[] {
  const entry = args.table(0).after(args.at(1))
  if (entry === null) throw luaError(args.line, "invalid key to 'next'")
  return entry ?? [undefined]
}

/** Entries one after the other; those that come up during the traversal may be missed, as in Lua. */
function pairs(args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  const keys = [...table.list.keys()].map((at): LuaValue => at + 1).concat([...table.rest.keys()])
  let at = 0
  const call = (): readonly LuaValue[] => {
    while (at < keys.length) {
      const key = keys[at++]
      const value = table.get(key)
      if (value !== undefined) return [key, value]
    }
    return [undefined]
  }
  return [{ name: 'next', call }, table, undefined]
}

function ipairs(args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  const call = ([, before]: readonly LuaValue[]): readonly LuaValue[] => {
    const at = (before as number) + 1
    const value = table.get(at)
    return value === undefined ? [undefined] : [at, value]
  }
  return [{ name: 'ipairs', call }, table, 0]
}

const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyz'

function tonumber(args: Arguments): LuaValue {
  const base = args.integer(1, 10)
  if (base === 10) return toNumber(args.any(0))
  if (base < 2 || base > 36) return args.fail(1, 'base out of range')
  const text = args.text(0).trim().toLowerCase()
  const values = [...text].map((byte) => DIGITS.indexOf(byte))
  if (text === '' || values.some((digit) => digit < 0 || digit >= base)) return undefined
  return values.reduce((sum, digit) => sum * base + digit, 0)
}

function tostring(interpreter: Interpreter, args: Arguments): LuaValue {
  const value = args.any(0)
  const handler = value instanceof LuaTable ? value.metatable?.get('__tostring') : undefined
  return handler === undefined ? plainText(value) : interpreter.call(handler, [value], args.line)[0]
}

function raise(args: Arguments): never {
  const value = args.at(0)
  const level = args.integer(1, 1)
  if (typeof value !== 'string' || level === 0) throw new LuaError(value, args.line)
  throw luaError(args.line, value)
}

function setmetatable(args: Arguments): LuaValue {
  const [table, meta] = [args.table(0), args.at(1)]
  if (meta !== undefined && !(meta instanceof LuaTable)) args.fail(1, 'nil or table expected')
  if (table.isFrozen) throw luaError(args.line, 'Attempt to modify a readonly table')
  table.metatable = meta instanceof LuaTable ? meta : null
  return table
}

function select(args: Arguments): readonly LuaValue[] {
  if (args.at(0) === '#') return [args.count - 1]
  const at = args.integer(0)
  if (at < 0 && args.count + at >= 1) return args.all.slice(args.count + at)
  return at >= 1 ? args.all.slice(at) : args.fail(0, 'index out of range')
}

function unpack(args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  const [from, to] = [args.integer(1, 1), args.integer(2, table.length)]
  if (to - from >= 8000) throw luaError(args.line, 'too many results to unpack')
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => table.get(from + at))
}

/** What is there without a library's name. `caught`: how an error looks to who catches it. */
export const baseLibrary = (interpreter: () => Interpreter, caught: (problem: LuaError) => LuaValue): Library => {
  const protectedCall = (
    callee: LuaValue,
    rest: readonly LuaValue[],
    line: number,
    handler?: LuaValue,
  ): readonly LuaValue[] => {
    try {
      return [true, ...interpreter().protect(() => interpreter().call(callee, rest, line))]
    } catch (problem) {
      if (!(problem instanceof LuaError)) throw problem
      const value = caught(problem)
      return handler === undefined ? [false, value] : [false, ...interpreter().call(handler, [value], line)]
    }
  }
  return {
    type: (args) => [typeName(args.any(0))],
    next,
    pairs,
    ipairs,
    tonumber: (args) => [tonumber(args)],
    tostring: (args) => [tostring(interpreter(), args)],
    error: raise,
    assert: (args) => {
      if (isTrue(args.any(0))) return args.all
      const text = args.at(1)
      throw new LuaError(text === undefined ? 'assertion failed!' : text, args.line)
    },
    pcall: (args) => protectedCall(args.any(0), args.all.slice(1), args.line),
    xpcall: (args) => protectedCall(args.any(0), [], args.line, args.at(1)),
    select,
    unpack,
    rawget: (args) => [args.table(0).get(args.at(1))],
    rawset: (args) => {
      args.table(0).set(args.at(1), args.at(2))
      return [args.at(0)]
    },
    rawequal: (args) => [args.at(0) === args.at(1)],
    getmetatable: (args) => [
      args.at(0) instanceof LuaTable ? ((args.at(0) as LuaTable).metatable ?? undefined) : undefined,
    ],
    setmetatable: (args) => [setmetatable(args)],
    collectgarbage: () => [0],
  }
}

// ---- table --------------------------------------------------------------------------------------------------------

function insert(args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  if (args.count < 2 || args.count > 3) throw luaError(args.line, "wrong number of arguments to 'insert'")
  if (args.count === 2) {
    table.set(table.length + 1, args.at(1))
    return []
  }
  const at = args.integer(1)
  for (let to = table.length; to >= at; to--) table.set(to + 1, table.get(to))
  table.set(at, args.at(2))
  return []
}

function remove(args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  const { length } = table
  const at = args.integer(1, length)
  if (at < 1 || at > length) return []
  const value = table.get(at)
  for (let from = at; from < length; from++) table.set(from, table.get(from + 1))
  table.set(length, undefined)
  return [value]
}

function concat(args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  const separator = args.at(1) === undefined ? '' : args.text(1)
  const [from, to] = [args.integer(2, 1), args.integer(3, table.length)]
  const parts: string[] = []
  let length = 0
  for (let at = from; at <= to; at++) {
    const text = toText(table.get(at))
    if (text === undefined)
      throw luaError(args.line, `invalid value (${typeName(table.get(at))}) at index ${at} in table for 'concat'`)
    parts.push(text)
    length += text.length + separator.length
    checkLength(length, args.line)
  }
  return [parts.join(separator)]
}

function sort(interpreter: Interpreter, args: Arguments): readonly LuaValue[] {
  const table = args.table(0)
  const order = args.at(1)
  const isLess = (x: LuaValue, y: LuaValue): boolean => {
    if (order !== undefined) return isTrue(interpreter.call(order, [x, y], args.line)[0])
    const [a, b] = [typeName(x), typeName(y)]
    if (a === b && (a === 'number' || a === 'string')) return (x as number) < (y as number)
    throw luaError(args.line, a === b ? `attempt to compare two ${a} values` : `attempt to compare ${a} with ${b}`)
  }
  const sorted = table.list.toSorted((x, y) => (isLess(x, y) ? -1 : isLess(y, x) ? 1 : 0))
  sorted.forEach((value, at) => {
    table.set(at + 1, value)
  })
  return []
}

/** The library `table`. */
export const tableLibrary = (interpreter: () => Interpreter): Library => ({
  insert,
  remove,
  concat,
  sort: (args) => sort(interpreter(), args),
  getn: (args) => [args.table(0).length],
  maxn: (args) => {
    const table = args.table(0)
    const keys = [...table.rest.keys()].filter((key) => typeof key === 'number')
    return [Math.max(0, table.length, ...keys)]
  },
  unpack,
  foreach: (args) => {
    for (const [key, value] of [...table(args)]) {
      const [result] = interpreter().call(args.callable(1), [key, value], args.line)
      if (result !== undefined) return [result]
    }
    return []
  },
})

const table = (args: Arguments): readonly (readonly [LuaValue, LuaValue])[] => [
  ...args.table(0).list.map((value, at) => [at + 1, value] as const),
  ...args.table(0).rest,
]

// ---- math, bit ----------------------------------------------------------------------------------------------------

const MASK_48 = (1n << 48n) - 1n
/** drand48's start. */
const SEED_48 = 0x1234_abcd_330en

/** The generator of Redis: every run of a script draws the same numbers (redisLrand48). */
function generator(): { seed(value: number): void; next(): number } {
  let state = SEED_48
  return {
    seed(value) {
      state = ((BigInt(value) & 0xffff_ffffn) << 16n) | 0x330en
    },
    next() {
      state = (0x5deece66dn * state + 0xbn) & MASK_48
      return Number(state >> 17n)
    },
  }
}

const RANDOM_MAX = 2_147_483_647

function random(args: Arguments, draw: () => number): LuaValue {
  const ratio = (draw() % RANDOM_MAX) / RANDOM_MAX
  if (args.count === 0) return ratio
  const [from, to] = args.count === 1 ? [1, args.integer(0)] : [args.integer(0), args.integer(1)]
  if (from > to) return args.fail(args.count - 1, 'interval is empty')
  return Math.floor(ratio * (to - from + 1)) + from
}

/** The library `math`, without what engines compute differently. */
export const mathLibrary = (): Library => {
  const numbers = generator()
  return {
    abs: (args) => [Math.abs(args.number(0))],
    ceil: (args) => [Math.ceil(args.number(0))],
    floor: (args) => [Math.floor(args.number(0))],
    fmod: (args) => [args.number(0) % args.number(1)],
    mod: (args) => [args.number(0) % args.number(1)],
    modf: (args) => [Math.trunc(args.number(0)), args.number(0) - Math.trunc(args.number(0))],
    max: (args) => [Math.max(args.number(0), ...args.all.map((_, at) => args.number(at)))],
    min: (args) => [Math.min(args.number(0), ...args.all.map((_, at) => args.number(at)))],
    sqrt: (args) => [Math.sqrt(args.number(0))],
    random: (args) => [random(args, numbers.next)],
    randomseed: (args) => {
      numbers.seed(args.integer(0))
      return []
    },
  }
}

const fold = (args: Arguments, join: (x: number, y: number) => number) => [
  args.all.map((_, at) => args.number(at) | 0).reduce(join),
]

/** The library `bit`: 32-bit integers. */
export const bitLibrary: Library = {
  tobit: (args) => [args.number(0) | 0],
  bnot: (args) => [~args.number(0)],
  band: (args) => fold(args, (x, y) => x & y),
  bor: (args) => fold(args, (x, y) => x | y),
  bxor: (args) => fold(args, (x, y) => x ^ y),
  lshift: (args) => [args.number(0) << (args.number(1) & 31)],
  rshift: (args) => [(args.number(0) >>> (args.number(1) & 31)) | 0],
  arshift: (args) => [args.number(0) >> (args.number(1) & 31)],
  tohex: (args) => [(args.number(0) >>> 0).toString(16).padStart(8, '0')],
}
