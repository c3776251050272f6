import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convexHull, cutSides, layoutStage, linkLine, neighbour, type Point, segmentDistance } from './geometry.ts'

const roles = (nodes: number, clients: number) => [
  ...new Array<'node'>(nodes).fill('node'),
  ...new Array<'client'>(clients).fill('client'),
]
const look = { preview: false, textScale: 1 }

describe('layoutStage', () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 2],
    [5, 6],
    [7, 2],
    [9, 4],
    [10, 2],
    [25, 2],
    [31, 2],
    [60, 4],
    [101, 24],
  ])('keeps %i nodes and %i clients inside the stage and apart', (nodes, clients) => {
    for (const size of [
      { width: 740, height: 520 },
      { width: 390, height: 430 },
      { width: 1400, height: 700 },
    ]) {
      const at = layoutStage(roles(nodes, clients), size, look)
      for (let one = 0; one < nodes; one += 1) {
        expect(at.x[one]).toBeGreaterThan(at.nodeRadius)
        expect(at.x[one]).toBeLessThan(size.width - at.nodeRadius)
        expect(at.y[one]).toBeGreaterThan(at.nodeRadius)
        expect(at.y[one]! + at.strip.top + at.strip.cellHeight).toBeLessThan(size.height)
        for (let other = one + 1; other < nodes; other += 1) {
          const distance = Math.hypot(at.x[one]! - at.x[other]!, at.y[one]! - at.y[other]!)
          expect(distance).toBeGreaterThan(1.6 * at.nodeRadius)
        }
      }
      for (let client = nodes; client < nodes + clients; client += 1) {
        expect(at.x[client]).toBeGreaterThan(at.clientRadius)
        expect(at.x[client]).toBeLessThan(size.width - at.clientRadius + 0.01)
        expect(at.y[client]).toBeLessThan(size.height)
      }
    }
  })

  it('stands five nodes clockwise with the first at the top', () => {
    const { x, y } = layoutStage(roles(5, 0), { width: 740, height: 520 }, look)
    expect(x[0]).toBeCloseTo(370, 0)
    expect(Math.min(...y)).toBe(y[0])
    expect(x[1]).toBeGreaterThan(x[0]!)
    expect(x[4]).toBeLessThan(x[0]!)
    expect(y[2]).toBeCloseTo(y[3]!, 3)
  })

  it('never lets the strips of neighbours touch', () => {
    for (const nodes of [3, 5, 7, 9]) {
      const at = layoutStage(roles(nodes, 2), { width: 740, height: 520 }, look)
      for (let one = 0; one < nodes; one += 1) {
        for (let other = one + 1; other < nodes; other += 1) {
          if (Math.abs(at.y[one]! - at.y[other]!) > at.strip.cellHeight) continue
          expect(Math.abs(at.x[one]! - at.x[other]!)).toBeGreaterThan(at.strip.cells * at.strip.cellWidth)
        }
      }
    }
  })
})

const point = fc.record({ x: fc.integer({ min: 0, max: 500 }), y: fc.integer({ min: 0, max: 500 }) })
const square: readonly Point[] = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
]

describe('cutSides', () => {
  it('separates by the side of the whole line', () => {
    const sides = cutSides(square, { x: 5, y: -5 }, { x: 5, y: 15 })
    expect(sides?.map((side) => [...side].sort())).toEqual(
      expect.arrayContaining([
        [0, 3],
        [1, 2],
      ]),
    )
  })

  it('is null for a click, and for a line that passes everybody by', () => {
    expect(cutSides(square, { x: 5, y: 5 }, { x: 6, y: 5 })).toBeNull()
    expect(cutSides(square, { x: 50, y: -5 }, { x: 50, y: 15 })).toBeNull()
  })

  it('puts everybody on exactly one side, the same whichever way it is drawn', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 2, maxLength: 12 }), point, point, (points, a, b) => {
        const offset = (p: Point) => ({ x: p.x + 0.25, y: p.y + 0.375 })
        const there = cutSides(points, offset(a), offset(b))
        const back = cutSides(points, offset(b), offset(a))
        if (there === null) return
        expect([...there[0], ...there[1]].sort((x, y) => x - y)).toEqual(points.map((_, at) => at))
        const onLine = points.some((p) => segmentSide(offset(a), offset(b), p) === 0)
        if (!onLine) expect(back).toEqual([there[1], there[0]])
      }),
    )
  })
})

function segmentSide(a: Point, b: Point, p: Point): number {
  return (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

describe('convexHull', () => {
  it('holds every point and only corners', () => {
    expect(convexHull([...square, { x: 5, y: 5 }, { x: 3, y: 4 }])).toHaveLength(4)
    fc.assert(
      fc.property(
        fc.uniqueArray(point, { minLength: 3, maxLength: 15, selector: (p) => `${p.x},${p.y}` }),
        (points) => {
          const hull = convexHull(points)
          hull.forEach((corner, index) => {
            const next = hull[(index + 1) % hull.length]!
            for (const each of points) expect(segmentSide(corner, next, each)).toBeGreaterThanOrEqual(0)
          })
        },
      ),
    )
  })
})

describe('links', () => {
  const at = layoutStage(roles(5, 0), { width: 740, height: 520 }, look)

  it('begin and end at the rims, each way in its own lane', () => {
    const there = linkLine(at, 0, 1, 4)
    const back = linkLine(at, 1, 0, 4)
    expect(Math.hypot(there.x1 - at.x[0]!, there.y1 - at.y[0]!)).toBeCloseTo(Math.hypot(at.nodeRadius, 4), 2)
    expect(segmentDistance(there, back.x1, back.y1).distance).toBeCloseTo(8, 2)
  })

  it('know how far a point is away, and how far along', () => {
    const line = { x1: 0, y1: 0, x2: 10, y2: 0 }
    expect(segmentDistance(line, 5, 3)).toEqual({ distance: 3, share: 0.5 })
    expect(segmentDistance(line, 14, 3)).toEqual({ distance: 5, share: 1 })
  })
})

describe('neighbour', () => {
  const at = layoutStage(roles(5, 0), { width: 740, height: 520 }, look)
  it('follows the arrow keys around', () => {
    expect(neighbour(at, 0, 0, 1)).not.toBeNull()
    expect(neighbour(at, 0, 0, -1)).toBeNull()
    expect(neighbour(at, 4, 1, 0)).toBe(1)
    expect(neighbour(at, 3, 1, 0)).toBe(2)
  })
})
