import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nearestPoint, nextPoint, type Point, paretoFront } from './scatter.ts'

const cloud = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 })), { maxLength: 30 })

/** No worse in both, better in one. */
const beats = (a: Point, b: Point) => a[0] <= b[0] && a[1] <= b[1] && (a[0] < b[0] || a[1] < b[1])

describe('the front', () => {
  test('is what nothing beats, one point for each place', () => {
    fc.assert(
      fc.property(cloud, (points) => {
        const front = paretoFront(points).map((at) => points[at]!)
        const best = points.filter((point) => !points.some((other) => beats(other, point)))
        expect(new Set(front.map(String))).toEqual(new Set(best.map(String)))
        expect(front.length).toBe(new Set(best.map(String)).size)
        expect(front).toEqual([...front].sort((a, b) => a[0] - b[0]))
      }),
    )
  })
})

describe('pointing', () => {
  const points: readonly Point[] = [
    [0, 5],
    [4, 1],
    [2, 2],
    [2, 0],
  ]

  test('finds the nearest', () => {
    expect(nearestPoint(points, 3.4, 1.2)).toBe(1)
    expect(nearestPoint([], 0, 0)).toBeNull()
  })

  test('steps through all of them in both directions and stays at the ends', () => {
    const walk = (along: 0 | 1, forwards: boolean) => {
      const seen: (number | null)[] = []
      let at: number | null = null
      for (let i = 0; i < 5; i++) {
        at = nextPoint(points, at, along, forwards)
        seen.push(at)
      }
      return seen
    }
    expect(walk(0, true)).toEqual([0, 3, 2, 1, 1])
    expect(walk(0, false)).toEqual([1, 2, 3, 0, 0])
    expect(walk(1, true)).toEqual([3, 1, 2, 0, 0])
    expect(nextPoint([], null, 0, true)).toBeNull()
  })
})
