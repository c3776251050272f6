import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SlotSet } from './slot-set.ts'
import { SLOTS } from './slots.ts'

const slot = fc.integer({ min: 0, max: SLOTS - 1 })
/** Sets that share words of the bitmap, and often slots. */
const slots = fc.uniqueArray(
  fc.oneof(
    slot,
    fc.integer({ min: 0, max: 70 }).map((at) => 4000 + at),
  ),
  { maxLength: 60 },
)
const ascending = (some: Iterable<number>) => [...some].sort((x, y) => x - y)

describe('a set of slots', () => {
  test('is what an ordinary set is', () => {
    fc.assert(
      fc.property(slots, slots, slot, (one, other, extra) => {
        const [a, b] = [SlotSet.of(one), SlotSet.of(other)]
        const [x, y] = [new Set(one), new Set(other)]
        expect([...a]).toEqual(ascending(x))
        expect(a.size).toBe(x.size)
        expect([...a.union(b)]).toEqual(ascending([...x, ...[...y].filter((it) => !x.has(it))]))
        expect([...a.minus(b)]).toEqual(ascending([...x].filter((it) => !y.has(it))))
        expect([...a.intersect(b)]).toEqual(ascending([...x].filter((it) => y.has(it))))
        expect(a.intersects(b)).toBe([...x].some((it) => y.has(it)))
        expect(a.covers(b)).toBe([...y].every((it) => x.has(it)))
        expect(a.equals(b)).toBe(ascending(x).join() === ascending(y).join())
        expect([...a.with(extra)]).toEqual(ascending(new Set([...one, extra])))
        expect([...a.without(extra)]).toEqual(ascending([...x].filter((it) => it !== extra)))
        expect(a.has(extra)).toBe(x.has(extra))
      }),
    )
  })

  test('covers and meets its own parts', () => {
    fc.assert(
      fc.property(slots, slots, (one, other) => {
        const all = SlotSet.of(one).union(SlotSet.of(other))
        expect(all.covers(SlotSet.of(one))).toBe(true)
        expect(all.intersects(SlotSet.of(one))).toBe(one.length > 0)
        expect(all.minus(SlotSet.of(one)).intersects(SlotSet.of(one))).toBe(false)
      }),
    )
  })

  test('is given in ranges, and made of them', () => {
    fc.assert(
      fc.property(slots, (some) => {
        const set = SlotSet.of(some)
        const ranges = set.ranges()
        expect(SlotSet.ofRanges(ranges).equals(set)).toBe(true)
        for (const [at, { first, last }] of ranges.entries()) {
          expect(last).toBeGreaterThanOrEqual(first)
          const next = ranges[at + 1]
          if (next !== undefined) expect(next.first).toBeGreaterThan(last + 1)
        }
      }),
    )
    expect(SlotSet.all.ranges()).toEqual([{ first: 0, last: SLOTS - 1 }])
    expect(SlotSet.none.ranges()).toEqual([])
  })
})
