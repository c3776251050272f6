import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleRows } from './rows.ts'

describe('visibleRows', () => {
  it('covers what is on the screen, and not much more', () => {
    const any = fc.integer({ min: 0, max: 5_000 })
    fc.assert(
      fc.property(
        any,
        fc.integer({ min: 1, max: 900 }),
        fc.integer({ min: 16, max: 40 }),
        any,
        (top, height, rowHeight, count) => {
          const { first, last } = visibleRows(top, height, rowHeight, count)
          expect(first).toBeGreaterThanOrEqual(0)
          expect(last).toBeLessThanOrEqual(count)
          expect(last - first).toBeLessThanOrEqual(height / rowHeight + 14)
          for (let row = 0; row < count; row++) {
            const onScreen = (row + 1) * rowHeight > top && row * rowHeight < top + height
            if (onScreen) expect(row >= first && row < last).toBe(true)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
