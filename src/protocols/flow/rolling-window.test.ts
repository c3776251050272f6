import fc from 'fast-check'
import { expect, test } from 'vitest'
import { updateEma } from './ema.ts'
import { countInWindow, emptyWindow, windowSums } from './rolling-window.ts'

const config = { windowUs: 1_000, buckets: 10 }

test('sums are those of the events whose part of the window has not been forgotten', () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 50 })
  fc.assert(
    fc.property(gaps, (between) => {
      let window = emptyWindow
      let nowUs = 0
      const seen: (readonly [number, number])[] = []
      for (const gap of between) {
        nowUs += gap
        seen.push([nowUs, gap])
        window = countInWindow(config, window, 1, gap, nowUs)
        const kept = seen.filter(([at]) => Math.floor(at / 100) > Math.floor(nowUs / 100) - 10)
        const sum = kept.reduce((total, [, value]) => total + value, 0)
        expect(windowSums(config, window, nowUs)).toEqual({ all: kept.length, some: sum })
      }
    }),
  )
})

test('looking at a window long after gives nothing, and does not change it', () => {
  const window = countInWindow(config, emptyWindow, 5, 0, 10)
  expect([windowSums(config, window, 999).all, windowSums(config, window, 5_000).all]).toEqual([5, 0])
  expect(windowSums(config, window, 10).all).toBe(5)
})

test('an average forgets 1 - 1/e in one window', () => {
  const one = updateEma(null, 1_000, 0, 1)
  expect(one.average).toBe(1)
  expect(updateEma(one, 1_000, 1_000, 0).average).toBeCloseTo(Math.exp(-1), 14)
  expect(updateEma(one, 1_000, 0, 0).average).toBe(1)
})
