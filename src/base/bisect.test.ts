import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lowerBound } from './bisect.ts'

test('lowerBound is the first position at which a monotone test holds, and asks few times', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.nat(12_000), (length, from) => {
      let asked = 0
      const found = lowerBound(length, (at) => {
        asked++
        return at >= from
      })
      expect(found).toBe(Math.min(length, from))
      // 2^14 is more than 10,000.
      expect(asked).toBeLessThanOrEqual(14)
    }),
  )
})
