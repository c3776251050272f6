import type { MooringDesign, Vec3 } from '../design/types.ts'
import type reference from '../testdata/mooring.json'

type Reference = (typeof reference.systems)[number]

/** The mooring of a reference design. */
export function mooringOf({ depth, points, lines, type }: Reference): MooringDesign {
  return {
    waterDepthM: depth,
    points: points.map(({ name, kind, at }) => ({
      name,
      kind: kind as 'fixed' | 'vessel',
      location: at as unknown as Vec3,
      massKg: 0,
      volumeM3: 0,
    })),
    lines: lines.map(({ name, a, b, length }) => ({ name, endA: a, endB: b, type: 'line', lengthM: length })),
    types: [
      {
        name: 'line',
        diameterM: type.diameter,
        massPerM: type.massPerM,
        stiffnessN: type.EA,
        breakingLoadN: 1e8,
        rest: {},
      },
    ],
  }
}

/** Largest difference, as a part of the largest expected number. */
export function difference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  const scale = Math.max(...Array.from(expected, Math.abs)) || 1
  return Math.max(...Array.from(expected, (value, i) => Math.abs(found[i]! - value))) / scale
}
