import { expect, test } from 'vitest'
import { distanceTo, isLost, labelPlace, type Projector } from './projector.ts'

test('the distance to a line is that to its nearest point, also beyond its ends', () => {
  const corner = [
    [0, 0],
    [10, 0],
    [10, 10],
  ] as const
  expect(distanceTo(corner, [5, 3])).toBe(3)
  expect(distanceTo(corner, [13, 14])).toBe(5)
  expect(distanceTo([], [1, 1])).toBe(Number.POSITIVE_INFINITY)
})

test('a label stands where its line is seen', () => {
  const line = [-40, -20, 20, 40, 60].map((x) => [x, 50] as const)
  const [x, y] = labelPlace(line, { width: 100, height: 100 }, 10)!
  expect(y).toBe(50)
  expect([x > 20, x < 40]).toEqual([true, true])
  expect(labelPlace(line, { width: 100, height: 40 }, 10)).toBeNull()
})

test('what is off the picture, or behind the eye, is lost', () => {
  const flat: Projector = {
    width: 100,
    height: 50,
    project([x, y, z], out) {
      out[0] = x
      out[1] = y
      return z >= 0
    },
  }
  const points = [
    [10, 10, 0],
    [-1, 10, 0],
    [10, 51, 0],
    [10, 10, -1],
  ] as const
  expect(points.map((point) => isLost(flat, point))).toEqual([false, true, true, true])
})
