import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { basis, piecewise, slopeAt, valueAt } from './spline.ts'
import { readSplines } from './splines-file.ts'

const KNOTS = [-2, -2, -2, -2, -1, 0, 0.5, 2, 3, 3, 3, 3]
const numbers = (count: number) =>
  fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: count, maxLength: count })
const inside = fc.double({ min: -2, max: 2.999, noNaN: true })

/** Index of the interval of {@link KNOTS} that holds x. */
const leftOf = (x: number): number => KNOTS.findLastIndex((knot) => knot <= x)

describe('cubic splines', () => {
  test('the B-splines add up to one', () => {
    fc.assert(
      fc.property(inside, (x) => {
        const out = new Float64Array(4)
        basis(KNOTS, leftOf(x), x, out)
        expect(out.every((part) => part >= 0)).toBe(true)
        expect(out.reduce((sum, part) => sum + part, 0)).toBeCloseTo(1, 14)
      }),
      { seed: 1 },
    )
  })

  test('the piecewise polynomial is the sum of the B-splines', () => {
    fc.assert(
      fc.property(inside, numbers(8), (x, coefficients) => {
        const out = new Float64Array(4)
        const left = leftOf(x)
        basis(KNOTS, left, x, out)
        const sum = out.reduce((total, part, i) => total + part * coefficients[left - 3 + i]!, 0)
        expect(valueAt(piecewise({ knots: KNOTS, coefficients }), x)).toBeCloseTo(sum, 11)
      }),
      { seed: 2 },
    )
  })

  test('the slope is that of the value', () => {
    fc.assert(
      fc.property(inside, numbers(8), (x, coefficients) => {
        const spline = piecewise({ knots: KNOTS, coefficients })
        const h = 1e-5
        const x0 = Math.max(x, -2 + h)
        const difference = (valueAt(spline, x0 + h) - valueAt(spline, x0 - h)) / (2 * h)
        expect(Math.abs(slopeAt(spline, x0) - difference)).toBeLessThan(1e-2 * h * 1e5)
      }),
      { seed: 3 },
    )
  })

  test('x cubed, by its blossom, and constant beyond the ends', () => {
    const coefficients = Array.from({ length: 8 }, (_, i) => KNOTS[i + 1]! * KNOTS[i + 2]! * KNOTS[i + 3]!)
    const spline = piecewise({ knots: KNOTS, coefficients })
    for (const x of [-2, -1.5, -1, 0.2, 1.9, 2.5, 3]) {
      expect(valueAt(spline, x)).toBeCloseTo(x ** 3, 13)
      expect(slopeAt(spline, x)).toBeCloseTo(3 * x ** 2, 12)
    }
    expect(valueAt(spline, 4)).toBeCloseTo(27, 13)
    expect(valueAt(spline, -9)).toBeCloseTo(-8, 13)
  })
})

describe('a file of splines', () => {
  const spline = { t: KNOTS, c: [1, 2, 3, 4, 5, 6, 7, 8] }

  test('is read', () => {
    const read = readSplines({ k: 3, stations: [{ cl: spline, cd: spline }] })
    expect(read).toEqual({
      ok: true,
      value: [
        {
          lift: { knots: KNOTS, coefficients: spline.c },
          drag: { knots: KNOTS, coefficients: spline.c },
        },
      ],
    })
  })

  test.each([
    [null, 'stations: expected a list of blade elements'],
    [{ stations: [] }, 'stations: expected a list of blade elements'],
    [{ k: 1, stations: [] }, 'k: expected 3, found 1'],
    [{ stations: [{ cl: spline }] }, 'stations[0].cd.t: expected at least 8 numbers'],
    [{ stations: [{ cl: { ...spline, c: [1] }, cd: spline }] }, 'stations[0].cl.c: expected at least 8 numbers'],
    [{ stations: [{ cl: { ...spline, t: [0, ...KNOTS.slice(1)] }, cd: spline }] }, 'stations[0].cl.t: knots go down'],
    [
      { stations: [{ cl: { ...spline, t: [-3, ...KNOTS.slice(1)] }, cd: spline }] },
      'stations[0].cl.t: expected the first four knots equal, and the last four',
    ],
  ])('or refused with the key: %j', (value, error) => {
    expect(readSplines(value)).toEqual({ ok: false, error })
  })
})
