import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pair, Vec3 } from '../design/types.ts'
import { add, along, dot, rotation, scale, transform, turned } from '../linear/vec3.ts'
import { addCut, type Cut, centreOf, cut, noCut, type Solid } from './cut.ts'
import { frustumVolume } from './frusta.ts'
import { orientation } from './geometry.ts'
import { difference, quadrature } from './members.test-helper.ts'

/** A frustum from A to B. */
function solid(shape: Solid['shape'], endA: Vec3, endB: Vec3, bottom: Pair, top: Pair, twistDeg = 0): Solid {
  const { lengthM: heightM, q, p1, p2 } = orientation(endA, endB, twistDeg)
  return { shape, bottom, top, heightM, origin: endA, q, p1, p2 }
}

const lifted = (each: Solid, by: number): Solid => ({ ...each, origin: add(each.origin, [0, 0, by]) })

const numbers = ({ volumeM3, moment, areaM2, x, y, xx, xy, yy }: Cut) => [volumeM3, ...moment, areaM2, x, y, xx, xy, yy]

const length = fc.double({ min: 0.2, max: 10, noNaN: true })
const place = fc.double({ min: -8, max: 8, noNaN: true })
const anySolid: fc.Arbitrary<Solid> = fc
  .record({
    round: fc.boolean(),
    a: length,
    b: length,
    c: length,
    d: length,
    heightM: length,
    origin: fc.tuple(place, place, place),
    angles: fc.tuple(place, place, place),
  })
  .map(({ round, a, b, c, d, heightM, origin, angles }) => {
    const axes = rotation(...angles)
    return {
      shape: round ? ('circular' as const) : ('rectangular' as const),
      bottom: [a, round ? a : b] as const,
      top: [c, round ? c : d] as const,
      heightM,
      origin,
      q: transform(axes, [0, 0, 1]),
      p1: transform(axes, [1, 0, 0]),
      p2: transform(axes, [0, 1, 0]),
    }
  })

/** Heights under water with their weights, between the heights at which a corner or the edge of an end is reached. */
function levelsUnderWater({ shape, origin, q, p1, p2, bottom, top, heightM }: Solid): { z: number; w: number }[] {
  const rim = ([a, b]: Pair): number[] =>
    shape === 'circular'
      ? [1, -1].map((side) => (side * a * Math.hypot(q[0], q[1])) / 2)
      : [1, -1].flatMap((i) => [1, -1].map((j) => (i * a * p1[2] + j * b * p2[2]) / 2))
  const ends = [...rim(bottom).map((z) => z + origin[2]), ...rim(top).map((z) => z + origin[2] + heightM * q[2]), 0]
  const heights = ends.filter((z) => z <= 0).sort((a, b) => a - b)
  return heights.slice(1).flatMap((to, i) => {
    const from = heights[i]!
    return quadrature(60).map(([t, w]) => ({ z: from + t * (to - from), w: w * (to - from) }))
  })
}

describe('what of a solid is under water', () => {
  test('a pipe cut across: volume to the axis, an ellipse, a centre that leans to the deep side', () => {
    const phi = 0.7
    const [r, wet] = [2, 9]
    const endA: Vec3 = [1, -3, -wet * Math.cos(phi)]
    const endB = along(endA, [Math.sin(phi), 0, Math.cos(phi)], 20)
    const found = cut(solid('circular', endA, endB, [2 * r, 2 * r], [2 * r, 2 * r]))
    const area = Math.PI * r * r
    const [quarter, tan, cos] = [(Math.PI * r ** 4) / 4, Math.tan(phi), Math.cos(phi)]
    expect(found.volumeM3 / (area * wet)).toBeCloseTo(1, 13)
    expect(found.areaM2 / (area / cos)).toBeCloseTo(1, 13)
    // Sections end at wet + tan(phi) u: first moments of the ends over the section.
    const axial = (area * wet * wet + tan * tan * quarter) / 2
    const across = tan * quarter
    const [q, p1]: readonly [Vec3, Vec3] = [
      [Math.sin(phi), 0, cos],
      [cos, 0, -Math.sin(phi)],
    ]
    const moment = along(along(scale(endA, area * wet), q, axial), p1, across)
    expect(difference(found.moment, moment)).toBeLessThan(1e-13)
    const middle = endA[0] + wet * Math.sin(phi)
    expect(found.x / found.areaM2).toBeCloseTo(middle, 12)
    expect(found.xx - found.x * middle).toBeCloseTo(quarter / cos ** 3, 10)
    expect(found.yy - found.areaM2 * 9).toBeCloseTo(quarter / cos, 10)
  })

  test('a cone cut across: a third of the ellipse times the distance of the apex, less the tip that is cut off', () => {
    const [phi, depth] = [0.35, 10]
    const axis: Vec3 = [Math.sin(phi), 0, Math.cos(phi)]
    const apex: Vec3 = [0, 0, -depth]
    const spread = 0.25
    const bottom = solid(
      'circular',
      along(apex, axis, 4),
      along(apex, axis, 30),
      [8 * spread, 8 * spread],
      [60 * spread, 60 * spread],
    )
    // In the surface: the generators of the cone in the plane of the slope, at phi +- half its angle.
    const half = Math.atan(spread)
    const [low, high] = [depth * Math.tan(phi - half), depth * Math.tan(phi + half)]
    const semi = (high - low) / 2
    const middle = (high + low) / 2
    const distance = Math.hypot(middle, depth) * Math.cos(Math.atan2(middle, depth) - phi)
    const level = distance * spread
    const offset = Math.hypot(middle, depth) * Math.sin(Math.atan2(middle, depth) - phi)
    const across = Math.sqrt(level ** 2 - offset ** 2)
    const area = Math.PI * semi * across
    const found = cut(bottom)
    expect(found.areaM2 / area).toBeCloseTo(1, 12)
    expect(found.x / found.areaM2).toBeCloseTo(middle, 11)
    const tip = (Math.PI * (4 * spread) ** 2 * 4) / 3
    expect(found.volumeM3 / ((area * depth) / 3 - tip)).toBeCloseTo(1, 12)
  })

  test('a box on its edge is half under water', () => {
    const found = cut(solid('rectangular', [-5, 0, 0], [5, 0, 0], [4, 4], [4, 4], 45))
    expect(found.volumeM3).toBeCloseTo(80, 12)
    expect(centreOf(found)[2]).toBeCloseTo(-Math.sqrt(8) / 3, 12)
    expect(found.areaM2).toBeCloseTo(10 * Math.sqrt(32), 11)
    expect(found.xx).toBeCloseTo((10 ** 3 * Math.sqrt(32)) / 12, 10)
    expect(found.yy).toBeCloseTo((10 * 32 ** 1.5) / 12, 10)
    expect(found.xy).toBeCloseTo(0, 11)
  })

  test('level sections, summed from the bottom to the surface, are the volume and its moments', () => {
    fc.assert(
      fc.property(anySolid, (each) => {
        const planes = levelsUnderWater(each).map(({ z, w }) => ({ z, w, part: cut(lifted(each, -z)) }))
        const sum = (of: (part: Cut, z: number) => number) =>
          planes.reduce((total, { z, w, part }) => total + w * of(part, z), 0)
        const found = cut(each)
        const size = frustumVolume(each, true).volumeM3
        const wanted = [
          sum((part) => part.areaM2),
          sum((part) => part.x),
          sum((part) => part.y),
          sum(({ areaM2 }, z) => z * areaM2),
        ]
        const off = [found.volumeM3, ...found.moment].map((x, i) => Math.abs(x - wanted[i]!) / size)
        expect(Math.max(...off)).toBeLessThan(1e-8)
      }),
      { numRuns: 40 },
    )
  })

  test('deep enough it is the whole frustum, high enough nothing', () => {
    fc.assert(
      fc.property(anySolid, (each) => {
        const { volumeM3, centreM } = frustumVolume(each, true)
        const deep = cut(lifted(each, -40))
        expect(deep.volumeM3 / volumeM3).toBeCloseTo(1, 10)
        const centre = along(lifted(each, -40).origin, each.q, centreM)
        expect(difference(centreOf(deep), centre)).toBeLessThan(1e-10)
        expect(Math.abs(deep.areaM2)).toBeLessThan(1e-10)
        expect(numbers(cut(lifted(each, 40))).every((x) => Math.abs(x) < 1e-12)).toBe(true)
      }),
    )
  })

  test('two halves are the whole, however it is halved', () => {
    fc.assert(
      fc.property(anySolid, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (each, t) => {
        const middle: Pair = [
          each.bottom[0] + t * (each.top[0] - each.bottom[0]),
          each.bottom[1] + t * (each.top[1] - each.bottom[1]),
        ]
        const lower = { ...each, top: middle, heightM: each.heightM * t }
        const upper = {
          ...each,
          bottom: middle,
          heightM: each.heightM * (1 - t),
          origin: along(each.origin, each.q, each.heightM * t),
        }
        const sum = noCut()
        addCut(sum, cut(lower))
        addCut(sum, cut(upper))
        const scaleOf = frustumVolume(each, true).volumeM3 * 100
        expect(numbers(sum).every((x, i) => Math.abs(x - numbers(cut(each))[i]!) < 1e-9 * scaleOf)).toBe(true)
      }),
    )
  })

  test('above and below the surface are the whole', () => {
    fc.assert(
      fc.property(anySolid, (each) => {
        const flip = (v: Vec3): Vec3 => [v[0], -v[1], -v[2]]
        const over = cut({ ...each, origin: flip(each.origin), q: flip(each.q), p1: flip(each.p1), p2: flip(each.p2) })
        const whole = frustumVolume(each, true).volumeM3
        expect((cut(each).volumeM3 + over.volumeM3) / whole).toBeCloseTo(1, 10)
        expect(Math.abs(cut(each).areaM2 - over.areaM2)).toBeLessThan(1e-8 * (1 + over.areaM2))
      }),
    )
  })

  test('it turns with the solid about the vertical', () => {
    fc.assert(
      fc.property(anySolid, fc.double({ min: -180, max: 180, noNaN: true }), (each, angleDeg) => {
        const [here, there] = [
          cut(each),
          cut({
            ...each,
            origin: turned(each.origin, angleDeg),
            q: turned(each.q, angleDeg),
            p1: turned(each.p1, angleDeg),
            p2: turned(each.p2, angleDeg),
          }),
        ]
        const e = turned([1, 0, 0], angleDeg)
        const size = frustumVolume(each, true).volumeM3 * 100
        const off = [
          there.volumeM3 - here.volumeM3,
          ...add(there.moment, scale(turned(here.moment, angleDeg), -1)),
          there.areaM2 - here.areaM2,
          dot([there.x, there.y, 0], e) - here.x,
          there.xx * e[0] ** 2 + 2 * there.xy * e[0] * e[1] + there.yy * e[1] ** 2 - here.xx,
        ]
        expect(off.every((x) => Math.abs(x) < 1e-9 * size)).toBe(true)
      }),
    )
  })

  test('a deck that is just awash is all waterplane; what only touches the water has none', () => {
    const box = solid('rectangular', [0, 0, -4], [0, 0, 0], [3, 2], [3, 2])
    expect(numbers(cut(box))).toEqual([24, 0, 0, -48, 6, 0, 0, 4.5, 0, 2])
    expect(cut(lifted(box, 4))).toMatchObject({ volumeM3: 0, areaM2: 0 })
  })
})
