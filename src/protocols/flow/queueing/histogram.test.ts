import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

test('a quantile is never below the truth, and at most 1/32 above it', () => {
  const durations = fc.array(
    fc.integer({ min: 0, max: 2 ** 50 }).chain((top) => fc.integer({ min: 0, max: top })),
    {
      minLength: 1,
    },
  )
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, quantile) => {
      const histogram = new Histogram()
      for (const value of values) histogram.record(value)
      const sorted = values.toSorted((a, b) => a - b)
      const truth = sorted[Math.max(1, Math.ceil(quantile * values.length)) - 1]!
      const answer = histogram.quantile(quantile)!
      expect(answer).toBeGreaterThanOrEqual(truth)
      expect(answer).toBeLessThanOrEqual(truth + truth / 32)
    }),
  )
})

test('without durations there is no quantile', () => {
  const histogram = new Histogram()
  expect(histogram.quantile(0.5)).toBe(null)
  histogram.record(7)
  expect(histogram.quantile(0.5)).toBe(7)
  histogram.clear()
  expect([histogram.quantile(0.5), histogram.count]).toEqual([null, 0])
})
