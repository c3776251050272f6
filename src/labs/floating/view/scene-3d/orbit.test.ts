import { expect, test } from 'vitest'
import { eyeOf, nearer, type Orbit, orbitAround, shifted, turned } from './orbit.ts'

const orbit: Orbit = { target: [10, 20, 30], azimuth: 0, elevation: 0, distance: 100 }

test('the eye is at its distance, whichever way it is turned', () => {
  expect(eyeOf(orbit)).toEqual([110, 20, 30])
  const [x, y, z] = eyeOf(turned(orbit, 120, 90))
  expect(Math.hypot(x - 10, y - 20, z - 30)).toBeCloseTo(100, 9)
  expect(z).toBeGreaterThan(30)
})

test('from the x axis, a hand to the right moves the target to the left: towards -y', () => {
  const { target } = shifted(orbit, 10, 0, 600)
  expect(target[0]).toBeCloseTo(10, 9)
  expect(target[1]).toBeLessThan(20)
  expect(target[2]).toBeCloseTo(30, 9)
  expect(shifted(orbit, 0, 10, 600).target[2]).toBeGreaterThan(30)
})

test('a box fits: a tall one by its height, a wide one by its width', () => {
  const tall = orbitAround({ left: -1, right: 1, bottom: -100, top: 100 }, 1)
  expect(tall.distance * Math.tan(Math.PI / 12)).toBeGreaterThanOrEqual(100)
  const wide = orbitAround({ left: -300, right: 300, bottom: -10, top: 10 }, 0.5)
  expect(wide.distance * Math.tan(Math.PI / 12) * 0.5).toBeGreaterThanOrEqual(300)
  expect(nearer(orbit, 1e9).distance).toBeGreaterThan(1)
})
