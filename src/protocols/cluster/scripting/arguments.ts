import type { Bytes } from '../bytes.ts'
import { type LuaFunction, LuaTable, type LuaValue, luaError, toNumber, toText, typeName } from './values.ts'

/** What a library function was called with; asking for one that is missing or of another type raises Lua's error. */
export class Arguments {
  constructor(
    private readonly name: string,
    readonly all: readonly LuaValue[],
    readonly line: number,
  ) {}

  get count(): number {
    return this.all.length
  }

  at(index: number): LuaValue {
    return this.all[index]
  }

  /** `bad argument #1 to 'rep' (…)`. */
  fail(index: number, problem: string): never {
    throw luaError(this.line, `bad argument #${index + 1} to '${this.name}' (${problem})`)
  }

  private mismatch(index: number, expected: string): never {
    const got = index < this.all.length ? typeName(this.all[index]) : 'no value'
    return this.fail(index, `${expected} expected, got ${got}`)
  }

  any(index: number): LuaValue {
    return index < this.all.length ? this.all[index] : this.fail(index, 'value expected')
  }

  text(index: number): Bytes {
    return toText(this.all[index]) ?? this.mismatch(index, 'string')
  }

  number(index: number): number {
    return toNumber(this.all[index]) ?? this.mismatch(index, 'number')
  }

  /** A number cut to an integer; `otherwise` when there is none. */
  integer(index: number, otherwise?: number): number {
    if (otherwise !== undefined && this.all[index] === undefined) return otherwise
    return Math.trunc(this.number(index))
  }

  table(index: number): LuaTable {
    const value = this.all[index]
    return value instanceof LuaTable ? value : this.mismatch(index, 'table')
  }

  /** A function, or a table that can be called. */
  callable(index: number): LuaValue {
    const value = this.all[index]
    return typeof value === 'object' ? value : this.mismatch(index, 'function')
  }
}

/** Functions by name, as values of a script. */
export type Library = Readonly<Record<string, (args: Arguments) => readonly LuaValue[]>>

/** A function of a library as a script calls it. */
export const libraryFunction = (name: string, run: (args: Arguments) => readonly LuaValue[]): LuaFunction => ({
  name,
  call: (args, line) => run(new Arguments(name, args, line)),
})

/** A library as a table that scripts cannot change. */
export function libraryTable(library: Library, constants: Readonly<Record<string, LuaValue>> = {}): LuaTable {
  const table = LuaTable.of(constants)
  for (const [name, run] of Object.entries(library)) table.set(name, libraryFunction(name, run))
  table.isFrozen = true
  return table
}
