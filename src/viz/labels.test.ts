import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packRows, placeLabels } from './labels.ts'

const space = { left: 0, right: 400, rows: 2, gap: 4, offset: 6 }

describe('placeLabels', () => {
  it('never lets two texts of a row touch, and keeps all inside', () => {
    const label = fc.record({
      x: fc.integer({ min: 0, max: 400 }),
      width: fc.integer({ min: 5, max: 120 }),
      priority: fc.integer({ min: 0, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(label, { maxLength: 60 }), (labels) => {
        const placed = placeLabels(labels, space).flatMap((place, i) =>
          place === null ? [] : [{ ...place, to: place.x + labels[i]!.width }],
        )
        for (const a of placed) {
          expect(a.x).toBeGreaterThanOrEqual(space.left)
          expect(a.to).toBeLessThanOrEqual(space.right)
          for (const b of placed) if (a !== b && a.row === b.row) expect(a.to <= b.x || b.to <= a.x).toBe(true)
        }
      }),
    )
  })

  it('gives the higher priority the place', () => {
    const one = { ...space, rows: 1, right: 130 }
    const places = placeLabels(
      [
        { x: 10, width: 100, priority: 1 },
        { x: 12, width: 100, priority: 2 },
      ],
      one,
    )
    expect(places[0]).toBeNull()
    expect(places[1]).toEqual({ x: 18, row: 0 })
  })

  it('turns to the left of the point at the right end, and to the second row in a crowd', () => {
    expect(placeLabels([{ x: 390, width: 50, priority: 0 }], space)[0]).toEqual({ x: 334, row: 0 })
    const crowd = placeLabels(
      [
        { x: 10, width: 200, priority: 0 },
        { x: 20, width: 200, priority: 0 },
      ],
      { ...space, right: 260 },
    )
    expect(crowd.map((place) => place?.row)).toEqual([0, 1])
  })
})

describe('packRows', () => {
  it('puts what overlaps into different rows, and reuses rows', () => {
    expect(
      packRows(
        [
          { from: 0, to: 10 },
          { from: 5, to: 15 },
          { from: 10, to: 20 },
        ],
        3,
      ),
    ).toEqual([0, 1, 0])
  })

  it('folds into the last row when there are too many', () => {
    expect(
      packRows(
        [
          { from: 0, to: 9 },
          { from: 1, to: 9 },
          { from: 2, to: 9 },
        ],
        2,
      ),
    ).toEqual([0, 1, 1])
  })
})
