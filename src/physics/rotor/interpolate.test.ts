import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brent } from './brent.ts'
import { evenly, linear, pchip } from './interpolate.ts'

test('straight lines, constant beyond the ends, the later value at a repeated x', () => {
  const [x, y] = [
    [0, 1, 1, 3],
    [5, 7, 10, 0],
  ]
  expect([-1, 0, 0.5, 1, 2, 3, 4].map((at) => linear(x, y, at))).toEqual([5, 5, 6, 10, 5, 0, 0])
  expect([-1, 0, 3, 4].map((at) => linear(x, y, at, 99))).toEqual([99, 5, 0, 99])
})

test('equal steps end where they should', () => {
  expect(evenly(-1, 1, 5)).toEqual([-1, -0.5, 0, 0.5, 1])
  expect(evenly(0, 0.3, 4).at(-1)).toBe(0.3)
})

describe('the monotone cubic', () => {
  const table = fc.array(
    fc.record({ step: fc.double({ min: 0.1, max: 2, noNaN: true }), y: fc.double({ min: -5, max: 5, noNaN: true }) }),
    { minLength: 2, maxLength: 8 },
  )

  test('meets its points and stays between neighbours', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const x = rows.map((_, i) => rows.slice(0, i + 1).reduce((sum, { step }) => sum + step, 0))
        const y = rows.map((row) => row.y)
        for (const [i, value] of pchip(x, y, x).entries()) expect(value).toBeCloseTo(y[i]!, 12)
        for (let i = 1; i < x.length; i += 1) {
          const [low, high] = [Math.min(y[i - 1]!, y[i]!), Math.max(y[i - 1]!, y[i]!)]
          const between = [0.1, 0.4, 0.7].map((share) => x[i - 1]! + share * (x[i]! - x[i - 1]!))
          for (const value of pchip(x, y, between)) {
            expect(value).toBeGreaterThan(low - 1e-9)
            expect(value).toBeLessThan(high + 1e-9)
          }
        }
      }),
      { seed: 1 },
    )
  })

  test('a parabola that turns at a point: flat there, by hand', () => {
    // Slopes of the pieces -1, 1, 3: 0 at the turn, 1 / ((1/1 + 1/3) / 2) = 1.5 at the next point, (3 x 3 - 1) / 2 = 4 at the end.
    const at = pchip([-1, 0, 1, 2], [1, 0, 1, 4], [0.5, 1.5])
    expect(at[0]).toBeCloseTo(0.5 - 1.5 / 8, 14)
    expect(at[1]).toBeCloseTo(2.5 + (1.5 - 4) / 8, 14)
  })
})

describe("Brent's method", () => {
  test.each([
    ['cosine', Math.cos, 1, 2, Math.PI / 2],
    ['cube', (x: number) => x ** 3 - 2, 0, 5, 2 ** (1 / 3)],
    ['steep', (x: number) => Math.atan(1e4 * (x - 0.123)), -1, 1, 0.123],
    ['root at the end', (x: number) => x - 1, 0, 1, 1],
  ] as const)('%s', (_, f, a, b, root) => {
    expect(Math.abs(brent(f, a, b) - root)).toBeLessThan(3e-12)
    expect(Math.abs(brent((x) => -f(x), b, a) - root)).toBeLessThan(3e-12)
  })

  test('says when there is no bracket', () => {
    expect(brent((x) => x * x + 1, -1, 1)).toBeNaN()
    expect(brent(() => Number.NaN, -1, 1)).toBeNaN()
  })
})
