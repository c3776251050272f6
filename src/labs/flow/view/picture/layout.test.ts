import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PartKindName } from '../../contract.ts'
import { type Box, capacityAt, layoutFlow, openScale, type PartPlace, rimShare } from './layout.ts'
import { waysOf } from './ways.ts'

const chain = (count: number, variants = 1): readonly PartPlace[] =>
  Array.from({ length: variants }, (_, variant) =>
    Array.from({ length: count }, (_, column) => ({
      kind: (column === 0 ? 'source' : 'stage') as PartKindName,
      variant,
      column,
      row: 0,
    })),
  ).flat()

const pipesOf = (count: number, variants = 1) =>
  Array.from({ length: variants }, (_, variant) =>
    Array.from({ length: count - 1 }, (_, at) => [variant * count + at, variant * count + at + 1] as const),
  ).flat()

const STAGE = { width: 740, height: 515 }
const PLAIN = { preview: false, textScale: 1 }

const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

describe('where parts stand', () => {
  it.each([
    [8, 1],
    [4, 4],
    [3, 3],
    [2, 2],
    [1, 1],
  ])('%i parts in %i copies stand inside the picture and beside each other', (count, variants) => {
    for (const textScale of [1, 1.5]) {
      const { boxes, width, height } = layoutFlow(chain(count, variants), variants, STAGE, {
        preview: false,
        textScale,
      })
      for (const [at, box] of boxes.entries()) {
        expect(box.x).toBeGreaterThanOrEqual(0)
        expect(box.x + box.width).toBeLessThanOrEqual(width)
        expect(box.y).toBeGreaterThan(0)
        expect(box.y + box.height).toBeLessThanOrEqual(height)
        for (const other of boxes.slice(at + 1)) expect(overlaps(box, other)).toBe(false)
      }
    }
  })

  it('leaves room for a pipe between neighbours, however many there are', () => {
    for (const count of [2, 4, 8]) {
      const { boxes } = layoutFlow(chain(count), 1, STAGE, PLAIN)
      for (const [at, box] of boxes.slice(1).entries()) {
        expect(box.x - (boxes[at]!.x + boxes[at]!.width)).toBeGreaterThan(24)
      }
    }
  })

  it('is wider than a phone rather than unreadable', () => {
    const { width } = layoutFlow(chain(8), 1, { width: 390, height: 400 }, PLAIN)
    expect(width).toBeGreaterThanOrEqual(8 * 80)
    expect(layoutFlow(chain(8), 1, { width: 340, height: 200 }, { preview: true, textScale: 1 }).width).toBe(340)
  })

  it('puts copies two by two where that leaves them larger', () => {
    const tall = layoutFlow(chain(2, 4), 4, { width: 1400, height: 300 }, PLAIN)
    expect(new Set(tall.cells.map(({ x }) => x)).size).toBe(2)
    const wide = layoutFlow(chain(6, 4), 4, STAGE, PLAIN)
    expect(new Set(wide.cells.map(({ x }) => x)).size).toBe(1)
  })
})

describe('the rim', () => {
  it('stands higher for more places, and a hand at its height means that capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), (capacity) => {
        expect(rimShare(capacity + 1)).toBeGreaterThan(rimShare(capacity))
        // A hand is exact to two digits.
        expect(Math.abs(capacityAt(rimShare(capacity)) - capacity)).toBeLessThanOrEqual(capacity * 0.05 + 1e-6)
      }),
    )
  })

  it('is never pulled below one place', () => {
    expect(capacityAt(-1)).toBe(1)
    expect(capacityAt(2)).toBe(10_000)
  })

  it('without one the scale is above the level, round, and does not tremble', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), (waiting) => {
        const scale = openScale(waiting, 0)
        expect(scale).toBeGreaterThanOrEqual(waiting)
        expect(String(scale)).toMatch(/^[1-9]0*$/)
      }),
    )
    expect(openScale(99, 200)).toBe(200)
    expect(openScale(30, 200)).toBe(40)
  })
})

describe('the ways', () => {
  const parts = chain(3)
  const layout = layoutFlow(parts, 1, STAGE, PLAIN)
  const ways = waysOf(layout, parts, pipesOf(3))

  it('lead from wall to wall, and back beside the pipe', () => {
    const [first] = ways.pipes
    const [web, api] = layout.boxes
    expect(first!.xs[0]).toBeCloseTo(web!.x + web!.width, 3)
    expect(first!.xs.at(-1)).toBeCloseTo(api!.x, 3)
    const back = ways.between(1, 0)!
    expect(back.xs[0]).toBeCloseTo(api!.x, 3)
    expect(back.xs.at(-1)).toBeCloseTo(web!.x + web!.width, 3)
    expect(back.ys[0]).toBeGreaterThan(first!.ys[0]!)
  })

  it('of answers without a pipe run below all parts', () => {
    const rail = ways.between(2, 0)!
    const lowest = Math.max(...layout.boxes.map(({ y, height }) => y + height))
    expect(Math.max(...rail.ys)).toBeGreaterThan(lowest)
    expect(ways.rails).toHaveLength(1)
    expect(waysOf(layoutFlow(chain(2), 1, STAGE, PLAIN), chain(2), pipesOf(2)).rails).toHaveLength(0)
  })

  it('have points at equal distances', () => {
    const { xs, ys, length } = ways.pipes[0]!
    const step = length / (xs.length - 1)
    for (let at = 1; at < xs.length; at += 1) {
      expect(Math.hypot(xs[at]! - xs[at - 1]!, ys[at]! - ys[at - 1]!)).toBeCloseTo(step, 2)
    }
  })
})
