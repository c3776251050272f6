import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Digest, digestText, emptyDigest, fold, foldLane, hashText } from './digest.ts'

const foldAll = (values: readonly number[]): Digest => values.reduce(fold, emptyDigest)
const textOf = (values: readonly number[]): string => digestText(foldAll(values))
const values = fc.array(fc.maxSafeInteger(), { minLength: 1, maxLength: 20 })

describe('a digest', () => {
  test('is sixteen hexadecimal digits and a function of the values', () => {
    fc.assert(
      fc.property(values, (list) => {
        expect(textOf(list)).toMatch(/^[0-9a-f]{16}$/)
        expect(textOf(list)).toBe(textOf(list.slice()))
      }),
    )
  })

  test('notices one changed value, wherever it stands', () => {
    fc.assert(
      fc.property(values, fc.nat(), fc.maxSafeInteger(), (list, place, other) => {
        const at = place % list.length
        fc.pre(list[at] !== other)
        expect(textOf(list.with(at, other))).not.toBe(textOf(list))
      }),
      { numRuns: 1_000 },
    )
  })

  test('notices the order, and one value more', () => {
    fc.assert(
      fc.property(values, fc.maxSafeInteger(), fc.maxSafeInteger(), (list, x, y) => {
        fc.pre(x !== y)
        expect(textOf([...list, x, y])).not.toBe(textOf([...list, y, x]))
        expect(textOf([...list, x])).not.toBe(textOf(list))
      }),
    )
  })

  test('tells neighbouring numbers apart, small, negative and above 32 bits', () => {
    for (const base of [0, -5, 2 ** 31 - 3, 2 ** 32 - 3, 2 ** 33, 360_000_000_000]) {
      const seen = new Set(Array.from({ length: 2_000 }, (_, at) => textOf([base + at])))
      expect(seen.size).toBe(2_000)
    }
  })

  test('keeps apart what differs only in a high word', () => {
    const lanes = Array.from({ length: 1_000 }, (_, at) => digestText(fold(emptyDigest, at * 2 ** 32)))
    expect(new Set(lanes).size).toBe(1_000)
  })

  test('has no collision among many short runs', () => {
    const seen = new Set<string>()
    for (let a = 0; a < 150; a++) for (let b = 0; b < 150; b++) seen.add(textOf([a, b]))
    expect(seen.size).toBe(150 * 150)
  })

  test('its lanes are 32-bit integers', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeInteger(), (lane, value) => {
        const next = foldLane(lane, value)
        expect(next | 0).toBe(next)
      }),
    )
  })
})

describe('the hash of a text', () => {
  test('differs for thousands of short names', () => {
    const names = Array.from({ length: 5_000 }, (_, at) => `c${at % 20}:${at}`)
    expect(new Set(names.map(hashText)).size).toBe(new Set(names).size)
  })

  test('notices case, order and length', () => {
    const texts = ['', 'a', 'A', 'ab', 'ba', 'aa', 'a a', 'a\u0000']
    expect(new Set(texts.map(hashText)).size).toBe(texts.length)
  })
})
