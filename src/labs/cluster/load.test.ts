import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../../base/prng.ts'
import { withDefaults } from '../../experiment/facts.ts'
import type { Settings } from '../../experiment/types.ts'
import { keySlot } from '../../protocols/cluster/slots.ts'
import { language } from './acts.ts'
import { generator, HOT_KEY } from './load.ts'
import { readSettings } from './settings.ts'

const BITS = streamKey(1, 'load test')

/** The operations of so many requests under these settings. */
function operations(given: Settings, requests = 4_000) {
  const generate = generator(readSettings(withDefaults(language, given)))
  return Array.from({ length: requests }, (_, at) => {
    const command = generate('c1', at, draw(BITS, at))
    return command.kind === 'batch' ? command.operations.map(({ args }) => args) : []
  }).flat()
}

const share = (count: number, all: number) => count / all
const countOf = (ops: readonly (readonly string[])[], key: string) => ops.filter((args) => args[1] === key).length

describe('the load', () => {
  test('reads as often as it is told', () => {
    const ops = operations({ reads: 800 })
    expect(share(ops.filter(([name]) => name === 'GET').length, ops.length)).toBeCloseTo(0.8, 1)
  })

  test('writes every value once, of the size that was asked for', () => {
    const values = operations({ reads: 0, 'value-size': 40 }).map((args) => args[2]!)
    expect(new Set(values).size).toBe(values.length)
    expect(values.every((value) => value.length === 40)).toBe(true)
  })

  test('puts so many commands into each request', () => {
    expect(operations({ pipeline: 7 }, 10)).toHaveLength(70)
  })

  test('spreads evenly over the keys', () => {
    const ops = operations({ keys: 10 })
    for (let key = 0; key < 10; key++) expect(share(countOf(ops, `key:${key}`), ops.length)).toBeCloseTo(0.1, 1)
  })

  test('follows Zipf: key k as often as 1/k', () => {
    const ops = operations({ keys: 100, distribution: 'zipf' }, 20_000)
    // The harmonic number of 100 is 5.187.
    expect(share(countOf(ops, 'key:0'), ops.length)).toBeCloseTo(1 / 5.187, 1)
    expect(countOf(ops, 'key:0') / countOf(ops, 'key:3')).toBeCloseTo(4, 0)
  })

  test('has one hot key that gets half of it', () => {
    const ops = operations({ distribution: 'hot' })
    expect(share(countOf(ops, HOT_KEY), ops.length)).toBeCloseTo(0.5, 1)
  })

  test('keeps the fields of a tag in one slot', () => {
    const slots = new Map<string, Set<number>>()
    for (const [, key] of operations({ distribution: 'tags', keys: 40 })) {
      const tag = key!.slice(0, key!.indexOf('}'))
      slots.set(tag, (slots.get(tag) ?? new Set()).add(keySlot(key!)))
    }
    expect(slots.size).toBe(10)
    expect([...slots.values()].every((each) => each.size === 1)).toBe(true)
  })
})
