import { describe, expect, test } from 'vitest'
import { shipped } from '../designs/index.ts'
import { dimensionsOf, withDimension } from './dimensions.ts'
import { flooded, type Tank, tanksOf, waterIn } from './tanks.ts'
import type { Design, PointInertia } from './types.ts'

const cylinder = shipped('cylinder')
const water = (design: Design, tank: Tank, share: number): PointInertia =>
  flooded(design, new Map([[tank.number, share]])).platform.lumps.at(-1)!

/** A cylinder of 10 m diameter from -20 m to 10 m with walls of 5 cm and ballast up to 7.5 m: the room above it is 22.5 m high. */
describe('an upright cylinder', () => {
  const [tank] = tanksOf(cylinder)
  const area = (Math.PI / 4) * 9.9 ** 2

  test('its room is what wall and ballast leave', () => {
    expect(tanksOf(cylinder)).toHaveLength(1)
    expect(tank!.volumeM3).toBeCloseTo(area * 22.5, 6)
  })

  test('half full: half the mass, its centre a quarter up, its surface the whole section', () => {
    const lump = water(cylinder, tank!, 0.5)
    expect(lump.massKg).toBeCloseTo(1025 * area * 11.25, 3)
    expect(lump.location[2]).toBeCloseTo(-20 + 7.5 + 11.25 / 2, 6)
    const second = (Math.PI / 64) * 9.9 ** 4
    expect(lump.freeSurface![0]).toBeCloseTo(1025 * second, 3)
    expect(lump.freeSurface![1]).toBeCloseTo(1025 * second, 3)
    // A solid cylinder: m (3 r2 + h2) / 12 across, m r2 / 2 along; slices come within a thousandth of the height.
    const across = (lump.massKg * (3 * 4.95 ** 2 + 11.25 ** 2)) / 12
    expect(lump.inertia[0] / across).toBeCloseTo(1, 2)
    expect(lump.inertia[2] / ((lump.massKg * 4.95 ** 2) / 2)).toBeCloseTo(1, 9)
  })

  test('half full: the water stands from the ballast to half way up', () => {
    expect(waterIn(tank!, 0.5).fromM).toBe(7.5)
    expect(waterIn(tank!, 0.5).toM).toBeCloseTo(7.5 + 11.25, 6)
    expect(waterIn(tank!, 0)).toEqual({ fromM: 7.5, toM: 7.5, height: 0 })
  })

  test('a dry tank weighs nothing', () => {
    expect(flooded(cylinder, new Map([[1, 0]])).platform.lumps).toEqual(cylinder.platform.lumps)
    expect(flooded(cylinder, new Map())).toBe(cylinder)
  })
})

describe('copies of a member', () => {
  const volturnus = shipped('volturnus')
  const tanks = tanksOf(volturnus)

  test('are tanks of their own, each at its heading', () => {
    const [name] = dimensionsOf(volturnus)
      .filter(({ name }) => name.endsWith('.ballast'))
      .map(({ name }) => name.split('.')[0]!)
      .filter((member) => tanks.filter(({ title }) => title.startsWith(member)).length === 3)
    const copies = tanks.filter(({ title }) => title.startsWith(`${name} at`))
    const places = copies.map((tank) => water(volturnus, tank, 1).location)
    const radii = places.map(([x, y]) => Math.hypot(x, y))
    expect(new Set(radii.map((r) => r.toFixed(6))).size).toBe(1)
    // Three copies around the axis: their centre is on it.
    expect(places.reduce((sum, [x]) => sum + x, 0)).toBeCloseTo(0, 6)
    expect(places.reduce((sum, [, y]) => sum + y, 0)).toBeCloseTo(0, 6)
  })

  test('a lying pontoon has water at the bottom, and a surface as long as itself', () => {
    // Pump the ballast out first: there is room only where nothing lies.
    const pontoon = volturnus.platform.members.find((member) => member.shape === 'rectangular')!
    const empty = withDimension(volturnus, `${pontoon.name}.ballast`, 0)
    const design = empty.ok ? empty.value : volturnus
    const tank = tanksOf(design).find(({ member }) => member.name === pontoon.name)!
    const lump = water(design, tank, 0.5)
    expect(lump.massKg).toBeCloseTo(1025 * tank.volumeM3 * 0.5, -2)
    expect(lump.location[2]).toBeLessThan(tank.member.endA[2])
    expect(Math.max(...lump.freeSurface!)).toBeGreaterThan(lump.massKg)
    // Its section is a rectangle: half the water is half the height, over the whole length.
    expect(waterIn(tank, 0.5).height).toBeCloseTo(0.5, 6)
    expect([waterIn(tank, 0.5).fromM, waterIn(tank, 0.5).toM]).toEqual([0, tank.member.stationsM.at(-1)])
  })
})

test('a tank that is full of ballast keeps its number: the water of the others stays where it is', () => {
  const named = (design: Design) => new Map(tanksOf(design).map(({ number, title }) => [number, title]))
  const before = named(shipped('oc4'))
  const full = withDimension(shipped('oc4'), 'main.ballast', 30)
  const after = named(full.ok ? full.value : shipped('oc4'))
  expect(before.get(1)).toBe('main')
  expect([...after]).toEqual([...before].filter(([number]) => number !== 1))
})
