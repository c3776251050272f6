import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Interpreter } from './interpreter.ts'
import { parse } from './parser.ts'
import { LuaError, LuaSyntaxError, LuaTable } from './values.ts'

const WORDS =
  `and break do else elseif end false for function if in local nil not or repeat return then true until while x y
  f ( ) { } [ ] = == ~= < <= + - * / % ^ # .. ... . : , ; 1 2.5 "s"`.split(/\s+/)

test('any words are a script or an error of one: nothing else is ever thrown', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...WORDS), { maxLength: 30 }), (words) => {
      try {
        new Interpreter(new LuaTable(), new LuaTable()).run(parse(words.join(' ')))
      } catch (problem) {
        expect(problem instanceof LuaSyntaxError || problem instanceof LuaError).toBe(true)
      }
    }),
    { numRuns: 2000 },
  )
})

test('a long chain ends in an error of Lua, not in the stack', () => {
  for (const source of [
    `return 1${' + 1'.repeat(50_000)}`,
    `local f f = function() return f end return f${'()'.repeat(50_000)}`,
  ]) {
    expect(() => new Interpreter(new LuaTable(), new LuaTable()).run(parse(source))).toThrow(LuaError)
  }
})

test('brackets inside each other end in an error, not in the stack', () => {
  for (const source of [
    `return ${'('.repeat(5000)}`,
    'do '.repeat(5000),
    `return ${'{'.repeat(5000)}`,
    `return ${'not '.repeat(5000)}1`,
  ]) {
    expect(() => parse(source)).toThrow(LuaSyntaxError)
  }
})
