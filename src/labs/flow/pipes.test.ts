import { describe, expect, test } from 'vitest'
import { startFacts } from '../../experiment/facts.ts'
import type { Settings } from '../../experiment/types.ts'
import { language } from './acts.ts'
import { actorPipes, firstPipes, layoutOf } from './pipes.ts'
import { readFlowSettings } from './settings.ts'

const given = (settings: Settings) => readFlowSettings(startFacts(language, settings).settings!)
const pipe = (text: string) => ({ from: text.split('>')[0]!, to: text.split('>')[1]! })
const texts = (pipes: readonly { from: string; to: string }[]) => pipes.map(({ from, to }) => `${from}>${to}`)

describe('the first pipes', () => {
  test.each<[Settings, string[]]>([
    [{}, ['web>api']],
    [{ sources: ['a', 'b'], stages: ['x', 'y', 'z'] }, ['a>x', 'b>x', 'x>y', 'y>z']],
    [{ senders: ['s'], receivers: ['r', 'q'], sources: [] }, ['s>api', 'api>r', 'api>q']],
    [{ stages: ['x', 'y'], pipes: ['web>y'] }, ['web>y']],
  ])('%j', (settings, pipes) => {
    expect(texts(firstPipes(given(settings)))).toEqual(pipes)
  })

  test('of copies stay within their copy', () => {
    expect(texts(actorPipes(given({ variants: 2 })))).toEqual(['web.a>api.a', 'web.b>api.b'])
  })
})

describe('the layout', () => {
  const places = (parts: string, ...pipes: readonly string[]) =>
    [...layoutOf(parts.split(' '), pipes.map(pipe))].map(([name, { column, row }]) => `${name} ${column} ${row}`)

  test('puts a part behind the longest way to it', () => {
    expect(places('web a b c', 'web>c', 'web>a', 'a>b', 'b>c')).toEqual(['web 0 0', 'a 1 0', 'b 2 0', 'c 3 0'])
  })

  test('keeps the order of those before', () => {
    expect(places('u v x y', 'u>y', 'v>x')).toEqual(['u 0 0', 'v 0 1', 'y 1 0', 'x 1 1'])
  })

  test('a loop ends, and does not push its beginning back', () => {
    expect(places('web a b c', 'web>a', 'a>b', 'b>a', 'b>c')).toEqual(['web 0 0', 'a 1 0', 'b 2 0', 'c 3 0'])
    expect(places('a b', 'a>b', 'b>a')).toEqual(['a 0 0', 'b 1 0'])
  })

  test('counts the rows of each copy apart, and places parts without pipes', () => {
    expect(places('web.a api.a web.b api.b', 'web.a>api.a', 'web.b>api.b')).toEqual([
      'web.a 0 0',
      'web.b 0 0',
      'api.a 1 0',
      'api.b 1 0',
    ])
    expect(places('a b')).toEqual(['a 0 0', 'b 0 1'])
  })
})
