import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cbrt, exp, ln, log10, pow, sqrt } from './elementary.ts'

/** Every order of magnitude that a double has, not only the numbers near 1. */
const positive = fc.double({ min: 5e-324, max: Number.MAX_VALUE, noNaN: true })
const RUNS = { numRuns: 5_000 }

function expectClose(actual: number, expected: number, relative = 1e-14): void {
  if (Object.is(actual, expected)) return
  expect(Math.abs(actual - expected) / Math.abs(expected)).toBeLessThanOrEqual(relative)
}

describe('against the functions of this engine', () => {
  test.each([
    ['ln', ln, Math.log],
    ['log10', log10, Math.log10],
    ['cbrt', cbrt, Math.cbrt],
  ])('%s', (_, ours, theirs) => {
    fc.assert(
      fc.property(positive, (x) => expectClose(ours(x), theirs(x))),
      RUNS,
    )
  })

  test('exp', () => {
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => expectClose(exp(x), Math.exp(x))),
      RUNS,
    )
  })

  test('pow, where the result is between e^-30 and e^30', () => {
    const exponents = fc.double({ min: -30, max: 30, noNaN: true })
    fc.assert(
      fc.property(fc.double({ min: 0.37, max: 2.7, noNaN: true }), exponents, (x, y) => expectClose(pow(x, y), x ** y)),
      RUNS,
    )
  })

  test('sqrt, to the last bit: every IEEE square root is the same', () => {
    fc.assert(
      fc.property(positive, (x) => {
        expect(sqrt(x)).toBe(Math.sqrt(x))
      }),
      RUNS,
    )
    // The worst case of rounding: the true root stands a hair below the middle between two doubles.
    expect(sqrt(Number.MAX_VALUE)).toBe(1.3407807929942596e154)
    expect(sqrt(4 - 2 * Number.EPSILON)).toBe(2 - Number.EPSILON)
  })
})

describe('exactly', () => {
  // 20 digits from tables, rounded to the nearest double: not what this code answered once.
  test.each([
    [ln(2), '0.69314718055994530942'],
    [ln(10), '2.302585092994045684'],
    [exp(2), '7.3890560989306502272'],
    [exp(-1), '0.36787944117144232159'],
    [sqrt(2), '1.4142135623730950488'],
    [cbrt(2), '1.2599210498948731648'],
    [log10(2), '0.30102999566398119521'],
  ])('%d is the double nearest to %s', (actual, expected) => {
    expect(actual).toBe(Number(expected))
  })

  test('powers and roots of integers', () => {
    for (let n = 0; n <= 22; n++) expect(log10(Number(`1e${n}`))).toBe(n)
    for (let n = 1; n <= 2_000; n++) {
      expect(cbrt(n * n * n)).toBe(n)
      expect(cbrt(-n * n * n)).toBe(-n)
      expect(sqrt(n * n)).toBe(n)
    }
    expect([pow(2, 10), pow(2, -2), pow(3, 0), pow(0, 0), pow(10, 15)]).toEqual([1024, 0.25, 1, 1, 1e15])
  })
})

test('at the edges of their range', () => {
  expect([ln(0), ln(-1), ln(Number.POSITIVE_INFINITY), ln(1)]).toEqual([-Infinity, Number.NaN, Infinity, 0])
  expect([exp(710), exp(-746), exp(0), exp(Number.NaN)]).toEqual([Infinity, 0, 1, Number.NaN])
  expect([sqrt(0), sqrt(-1), sqrt(Number.POSITIVE_INFINITY)]).toEqual([0, Number.NaN, Infinity])
  expect([cbrt(0), cbrt(Number.NEGATIVE_INFINITY)]).toEqual([0, -Infinity])
  expect([pow(0, 0.5), pow(0, -0.5), pow(1, 1e9)]).toEqual([0, Infinity, 1])
  expect(() => pow(-1, 0.5)).toThrow('pow of a negative number')
})
