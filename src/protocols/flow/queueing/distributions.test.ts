import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../../../base/prng.ts'
import {
  byMeanAndCv2,
  cv2,
  type Distribution,
  deterministic,
  empirical,
  erlang,
  exponential,
  meanUs,
  samplerOf,
  secondMoment,
} from './distributions.ts'

const DRAWS = 200_000
const MEAN_US = 1_000_000

const spread = fc.double({ min: 0.01, max: 50, noNaN: true })

test('a fit has the mean and the cv² that were asked for', () => {
  fc.assert(
    fc.property(spread, (wanted) => {
      const fitted = byMeanAndCv2(MEAN_US, wanted)
      expect(meanUs(fitted) / MEAN_US).toBeCloseTo(1, 9)
      expect(cv2(fitted) / wanted).toBeCloseTo(1, 6)
    }),
  )
})

test('fits are the textbook ones at 0, 1/2, 1 and 4', () => {
  expect(byMeanAndCv2(7, 0)).toEqual(deterministic(7))
  expect(byMeanAndCv2(7, 0.5)).toEqual(erlang(7, 2))
  expect(byMeanAndCv2(7, 1)).toEqual(exponential(7))
  expect(byMeanAndCv2(7, 4).kind).toBe('hyper-exponential')
  expect([erlang(6, 3), exponential(6), deterministic(6), empirical([4, 8])].map(secondMoment)).toEqual([
    48, 72, 36, 40,
  ])
})

describe('draws have the moments of their distribution', () => {
  test.each<[string, Distribution]>([
    ['deterministic', deterministic(MEAN_US)],
    ['exponential', exponential(MEAN_US)],
    ['Erlang-4', erlang(MEAN_US, 4)],
    ['cv² 0.3', byMeanAndCv2(MEAN_US, 0.3)],
    ['cv² 4', byMeanAndCv2(MEAN_US, 4)],
    ['empirical', empirical([100_000, 900_000, 2_000_000])],
  ])('%s', (name, distribution) => {
    const sample = samplerOf(distribution)
    const key = streamKey(1, name)
    const draws = Array.from({ length: DRAWS }, (_, counter) => sample(draw(key, counter)))
    expect(draws.every((us) => Number.isInteger(us) && us >= 0)).toBe(true)
    expectMean(draws, meanUs(distribution))
    expectMean(
      draws.map((us) => us * us),
      secondMoment(distribution),
    )
  })
})

/** Within four standard errors (and half a unit, since draws are whole microseconds). */
function expectMean(values: readonly number[], expected: number): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / values.length
  expect(Math.abs(mean - expected)).toBeLessThanOrEqual(4 * Math.sqrt(variance / values.length) + 0.5)
}

test('a draw is the same for the same bits, and no bits give infinity', () => {
  const sample = samplerOf(exponential(MEAN_US))
  expect(sample(0)).toBe(22_873_857)
  expect(sample(0xffff_ffff)).toBe(0)
  expect(sample(0x8000_0000)).toBe(693_147)
})
