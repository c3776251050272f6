import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { nearest, slipsBetween } from './nearest.ts'

describe('slips', () => {
  test.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['kill', 'kill', 0],
    ['kil', 'kill', 1],
    ['klil', 'kill', 1],
    ['partion', 'partition', 2],
    ['ca', 'abc', 3],
  ])('%s to %s: %i', (a, b, slips) => {
    expect(slipsBetween(a, b)).toBe(slips)
  })

  it('are the same in both directions, and none only for equal words', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abc'), maxLength: 6 })
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(slipsBetween(a, b)).toBe(slipsBetween(b, a))
        expect(slipsBetween(a, b) === 0).toBe(a === b)
        expect(slipsBetween(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length))
      }),
    )
  })
})

describe('the nearest word', () => {
  const verbs = ['kill', 'restart', 'partition', 'heal', 'n1', 'n2', 'c1']
  test.each([
    ['partion', 'partition'],
    ['part', 'partition'],
    ['KILL', 'kill'],
    ['rsetart', 'restart'],
    ['hela', 'heal'],
    ['N2', 'n2'],
    ['n3', null],
    ['x1', null],
    ['n11', 'n1'],
    ['quux', null],
    ['', null],
    ['p'.repeat(1_000), null],
  ])('of %s is %s', (word, expected) => {
    expect(nearest(word, verbs)).toBe(expected)
  })
})
