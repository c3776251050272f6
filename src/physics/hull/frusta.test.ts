import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pair } from '../design/types.ts'
import reference from '../testdata/hull.json' with { type: 'json' }
import { type Frustum, frustumInertia, frustumVolume } from './frusta.ts'
import { difference, quadrature } from './members.test-helper.ts'

const length = fc.double({ min: 0.1, max: 20, noNaN: true })
const shape = fc.constantFrom('circular' as const, 'rectangular' as const)
const frustum: fc.Arbitrary<Frustum> = fc
  .record({ shape, a: length, b: length, c: length, d: length, heightM: length })
  .map(({ shape, a, b, c, d, heightM }) => {
    const round = shape === 'circular'
    return { shape, bottom: [a, round ? a : b], top: [c, round ? c : d], heightM }
  })

const sidesAt = ({ bottom, top }: Frustum, t: number): Pair => [
  bottom[0] + t * (top[0] - bottom[0]),
  bottom[1] + t * (top[1] - bottom[1]),
]

/** Integral over the height of a function of the sides and the height. */
function integral(solid: Frustum, of: (sides: Pair, h: number) => number): number {
  return quadrature().reduce((sum, [t, w]) => sum + of(sidesAt(solid, t), t * solid.heightM) * w * solid.heightM, 0)
}

const areaOf = (shape: Frustum['shape'], [a, b]: Pair) => (shape === 'circular' ? (Math.PI / 4) * a * b : a * b)

describe('frusta', () => {
  test.each(reference.frusta)("volume and centre as RAFT's: %o", ({ volumeM3, centreM, ...solid }) => {
    const found = frustumVolume(solid as unknown as Frustum, false)
    expect(difference([found.volumeM3, found.centreM], [volumeM3, centreM])).toBeLessThan(1e-14)
  })

  test.each(reference.inertia)("moments of inertia as RAFT's: %o", ({ moments, ...solid }) => {
    const found = frustumInertia(solid as unknown as Frustum)
    expect(difference([found[0], found[4], found[8]], moments)).toBeLessThan(1e-14)
  })

  test('exact volume and centre are those of quadrature', () => {
    fc.assert(
      fc.property(frustum, (solid) => {
        const volume = integral(solid, (sides) => areaOf(solid.shape, sides))
        const moment = integral(solid, (sides, h) => h * areaOf(solid.shape, sides))
        const found = frustumVolume(solid, true)
        expect(difference([found.volumeM3, found.centreM], [volume, moment / volume])).toBeLessThan(1e-11)
      }),
    )
  })

  test('moments of inertia are those of quadrature', () => {
    fc.assert(
      fc.property(frustum, (solid) => {
        const share = solid.shape === 'circular' ? 16 : 12
        const along = (side: 0 | 1) =>
          integral(solid, (sides) => (areaOf(solid.shape, sides) * sides[side] ** 2) / share)
        const [x2, y2] = [along(0), along(1)]
        const z2 = integral(solid, (sides, h) => h * h * areaOf(solid.shape, sides))
        const found = frustumInertia(solid)
        expect(difference([found[0], found[4], found[8]], [y2 + z2, x2 + z2, x2 + y2])).toBeLessThan(1e-11)
      }),
    )
  })

  test('a wedge that becomes wide where it becomes flat: RAFT takes 84 of 91 cubic metres', () => {
    const wedge: Frustum = { shape: 'rectangular', bottom: [4, 3], top: [2, 6], heightM: 7 }
    expect(frustumVolume(wedge, true).volumeM3).toBeCloseTo(91, 12)
    expect(frustumVolume(wedge, false).volumeM3).toBeCloseTo(84, 12)
  })

  test('nothing has no volume, no centre and no inertia', () => {
    const nothing: Frustum = { shape: 'circular', bottom: [0, 0], top: [0, 0], heightM: 1 }
    expect(frustumVolume(nothing, false)).toEqual({ volumeM3: 0, centreM: 0 })
    expect(frustumVolume({ ...nothing, shape: 'rectangular' }, true)).toEqual({ volumeM3: 0, centreM: 0 })
    expect(frustumInertia(nothing)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
  })
})
