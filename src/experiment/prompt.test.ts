import { describe, expect, it, test } from 'vitest'
import { parseAct } from './acts.ts'
import { complete } from './completion.ts'
import { startFacts } from './facts.ts'
import { parseLine } from './movers.ts'
import { parse } from './parser.ts'
import { print } from './printer.ts'
import { TOY } from './toy.test-helper.ts'
import type { ActSpec, Assist, Language } from './types.ts'

const WORDS = [
  { word: 'GET', help: 'read a key', rest: 'key' },
  { word: 'SET', help: 'write a key', rest: 'key value' },
]

const assist: Assist = (typed) => ({
  words: typed === '' ? WORDS : [],
  hint: typed === '' ? 'COMMAND' : (WORDS.find(({ word }) => word === typed)?.rest ?? ''),
})

const CLI: ActSpec = {
  id: 'cli',
  verb: 'cli',
  parts: [
    { kind: 'argument', name: 'node', type: { kind: 'actor', role: 'node' }, help: 'a node' },
    { kind: 'argument', name: 'command', type: { kind: 'text', maxLength: 40, what: 'a command', assist }, help: '' },
  ],
  help: 'type a command',
  example: 'cli n1 GET x',
  refuse: () => null,
  next: (facts) => facts,
}

/** `n1> …` is `cli n1 …`. */
const LANGUAGE: Language = {
  ...TOY,
  acts: [...TOY.acts, CLI],
  prompt(line, from) {
    const found = /^(\s*\w+)>(?=\s|$)/.exec(line.slice(from))
    if (found === null) return null
    const end = from + found[0].length
    return { verb: 'cli', line: `${line.slice(0, end - 1)} ${line.slice(end)}` }
  },
}
const FACTS = startFacts(LANGUAGE, {})

describe('a prompt', () => {
  test.each(['n1> SET x 1', 'cli n1 SET x 1', '  n1>   SET x 1 '])('%s', (line) => {
    const act = parseAct(line, LANGUAGE, FACTS)
    expect(act).toEqual({ ok: true, value: { id: 'cli', args: { node: 'n1', command: 'SET x 1' } } })
  })

  it('stands in the terminal and in a text, and is printed as its verb', () => {
    expect(parseLine('n2> GET x', LANGUAGE, FACTS)).toMatchObject({ ok: true, value: { kind: 'act', at: null } })
    expect(parseLine('at 2s n2> GET x', LANGUAGE, FACTS)).toMatchObject({ ok: true, value: { at: 2_000_000 } })
    const text = parse('lab toy\nat 1s n1> GET x\n', () => LANGUAGE)
    expect(text.ok && print(text.value, LANGUAGE)).toContain('at 1s cli n1 GET x')
  })

  it('of nobody is told with its place; so is a missing command', () => {
    expect(parseAct('n99> GET x', LANGUAGE, FACTS)).toMatchObject({ error: { column: 1, length: 3 } })
    const missing = parseAct('n1>', LANGUAGE, FACTS)
    expect(missing).toMatchObject({ error: { column: 4, expected: expect.stringContaining('a command') } })
  })
})

describe('a text of another language', () => {
  const at = (line: string) => complete(line, line.length, LANGUAGE, FACTS)

  test.each(['n1> ', 'cli n1 ', 'at 1s n1> '])('is completed behind %s', (line) => {
    expect(at(line).candidates.map(({ text }) => text)).toEqual(['GET', 'SET'])
    expect(at(`${line}G`).candidates).toMatchObject([{ text: 'GET', help: 'read a key' }])
    expect(at(`${line}g`).candidates).toMatchObject([{ text: 'GET' }])
  })

  it('begins with the prompts, once a name has begun', () => {
    expect(at('').candidates.map(({ text }) => text)).not.toContain('n1>')
    expect(at('n1').candidates.map(({ text }) => text)).toEqual(['n1>'])
    expect(complete('n1', 2, TOY, FACTS).candidates).toEqual([])
  })

  it('says what is expected next', () => {
    expect(at('n1> SET ').hint).toBe('key value')
    expect(at('n1> SET').hint).toBe('key value')
    expect(at('n1> FOO ').hint).toBe('')
  })
})
