import { describe, expect, it } from 'vitest'
import { placeOf, SPEED_MAX, SPEED_PLACES, speedAt, speedText } from './speed.ts'

describe('speed', () => {
  it('goes from a thousandth to a thousandfold in steps of 1, 2 and 5, then to the maximum', () => {
    expect(speedAt(0)).toBe(0.001)
    expect(speedAt(9)).toBe(1)
    expect(speedAt(18)).toBe(1_000)
    expect(speedAt(SPEED_PLACES)).toBe(SPEED_MAX)
  })

  it('finds the place of every speed, also of those between two places', () => {
    for (let place = 0; place <= SPEED_PLACES; place++) expect(placeOf(speedAt(place))).toBe(place)
    expect(speedAt(placeOf(0.06))).toBe(0.05)
    expect(speedAt(placeOf(700))).toBe(500)
    expect(speedAt(placeOf(5_000))).toBe(1_000)
  })

  it('is written as a factor', () => {
    expect([0.05, 1, 1_000, SPEED_MAX].map(speedText)).toEqual(['×0.05', '×1', '×1000', 'max'])
  })
})
