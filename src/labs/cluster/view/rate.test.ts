import { expect, test } from 'vitest'
import { createRate } from './node-paint.ts'

/** A frame every 16 ms of virtual time, `perSecond` commands, from `fromUs` for `forUs`. */
function feed(rate: ReturnType<typeof createRate>, fromUs: number, forUs: number, perSecond: number): void {
  for (let at = fromUs; at <= fromUs + forUs; at += 16_000) rate.take(at, Math.floor((at * perSecond) / 1e6))
}

test('commands a second are known after a second of the world, and follow it', () => {
  const rate = createRate()
  feed(rate, 0, 500_000, 100)
  expect(rate.perSecond()).toBeNull()
  feed(rate, 512_000, 700_000, 100)
  expect(rate.perSecond()).toBeGreaterThanOrEqual(98)
  expect(rate.perSecond()).toBeLessThanOrEqual(102)
})

test('after a jump in time, in either direction, it is unknown again', () => {
  const rate = createRate()
  feed(rate, 0, 2_000_000, 50)
  expect(rate.perSecond()).not.toBeNull()
  rate.take(1_000_000, 50)
  expect(rate.perSecond()).toBeNull()
  feed(rate, 1_016_000, 2_000_000, 50)
  expect(rate.perSecond()).not.toBeNull()
  rate.take(60_000_000, 3_000)
  expect(rate.perSecond()).toBeNull()
})

test('a counter that begins anew, as that of a restarted node, is no negative rate', () => {
  const rate = createRate()
  feed(rate, 0, 2_000_000, 50)
  rate.take(2_300_000, 0)
  expect(rate.perSecond()).toBeNull()
})
