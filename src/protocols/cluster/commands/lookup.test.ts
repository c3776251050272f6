import { describe, expect, test } from 'vitest'
import { arityFits, commandKeys, findCommand } from './lookup.ts'
import { COMMANDS } from './table.ts'

const split = (line: string) => line.split(' ')

describe('the keys of a command', () => {
  test.each([
    ['GET a', ['a']],
    ['PING', []],
    ['MSET a 1 b 2', ['a', 'b']],
    ['DEL a b c', ['a', 'b', 'c']],
    ['BLPOP a b 0', ['a', 'b']],
    ['BITOP AND d a b', ['d', 'a', 'b']],
    ['OBJECT ENCODING a', ['a']],
    ['RENAME a b', ['a', 'b']],
    ['LMPOP 2 a b LEFT', ['a', 'b']],
    ['BLMPOP 0 2 a b LEFT', ['a', 'b']],
    ['ZUNIONSTORE d 2 a b WEIGHTS 1 2', ['d', 'a', 'b']],
    ['ZUNION 3 a b c', ['a', 'b', 'c']],
    ['ZUNION x a', []],
    ['ZUNION 9 a', []],
    ['SINTERCARD 2 a b LIMIT 1', ['a', 'b']],
    ['SORT a', ['a']],
    ['SORT a LIMIT 0 5 STORE b', ['a', 'b']],
    ['SORT a BY store STORE b STORE c', ['a', 'c']],
    ['MIGRATE h 1 a 0 5000', ['a']],
    ['EVAL x 2 a b c', ['a', 'b']],
    ['EVAL x 0', []],
    ['XREAD COUNT 2 STREAMS a b 0 0', ['a', 'b']],
    ['SPUBLISH c m', ['c']],
    ['KEYS *', []],
    ['CLUSTER KEYSLOT a', []],
  ])('%s: %j', (line, keys) => {
    const found = findCommand(COMMANDS, split(line))
    expect('run' in found ? commandKeys(found, split(line)) : found).toEqual(keys)
  })
})

describe('the table', () => {
  test('knows a command in whatever case, and subcommands within their containers', () => {
    const names = [
      ['gEt', 'k'],
      ['OBJECT', 'encoding', 'k'],
      ['cluster', 'NODES'],
    ].map((args) => {
      const found = findCommand(COMMANDS, args)
      return 'run' in found ? found.name : found
    })
    expect(names).toEqual(['get', 'object|encoding', 'cluster|nodes'])
  })

  test('every command says what it is for, and takes as many arguments as its syntax has at least', () => {
    for (const spec of COMMANDS.values()) {
      if (spec.run.scope !== 'data') continue
      expect([spec.name, spec.summary]).toEqual([spec.name, expect.stringMatching(/^[A-Z].{8}/)])
      // Words outside brackets; alternatives count once.
      const needed = spec.syntax
        .replace(/\[[^[\]]*(\[[^[\]]*(\[[^[\]]*\][^[\]]*)*\][^[\]]*)*\]/g, '')
        .replace(/ \| \S+/g, '')
        .split(' ')
        .filter((word) => word !== '').length
      expect([spec.name, arityFits(spec, needed + 1)]).toEqual([spec.name, true])
      expect([spec.name, arityFits(spec, needed)]).toEqual([spec.name, false])
    }
  })
})
