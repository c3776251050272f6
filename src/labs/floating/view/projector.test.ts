import { expect, test } from 'vitest'
import { distanceTo, labelPlace } from './projector.ts'

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
