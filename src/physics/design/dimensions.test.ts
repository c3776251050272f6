import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DESIGN_IDS, shipped } from '../designs/index.ts'
import { dimensionsOf, withDimension } from './dimensions.ts'
import { examineDesign } from './read.ts'
import type { Design, Vec3 } from './types.ts'
import { writeDesign } from './write.ts'

const radius = ([x, y]: Vec3): number => Math.hypot(x, y)
const set = (design: Design, name: string, value: number): Design => {
  const changed = withDimension(design, name, value)
  if (!changed.ok) throw new Error(changed.error)
  return changed.value
}
const measure = (design: Design, name: string): number => dimensionsOf(design).find((each) => each.name === name)!.value

describe.each(DESIGN_IDS)('every dimension of %s', (id) => {
  const design = shipped(id)
  const dimensions = dimensionsOf(design)

  test('has a name of its own that an experiment can write', () => {
    const names = dimensions.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^[\w-]+\.[\w-]+$/)
  })

  test('lies within its bounds', () => {
    for (const { min, max, value, name } of dimensions) expect(value >= min && value <= max, name).toBe(true)
  })

  test('set to its own value changes nothing', () => {
    for (const { name, value } of dimensions) {
      const after = dimensionsOf(set(design, name, value))
      for (const [at, each] of after.entries())
        expect(each.value, `${name} left ${each.name}`).toBeCloseTo(dimensions[at]!.value, 9)
    }
  })

  test('gives a design that is written and read as the same, also at its bounds', () => {
    const close = (value: unknown): unknown =>
      typeof value === 'number'
        ? Number(value.toPrecision(10))
        : Array.isArray(value)
          ? value.map(close)
          : typeof value === 'object' && value !== null
            ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, close(inner)]))
            : value
    for (const { name, min, max, value, with: made } of dimensions)
      for (const next of [min, max, 0.9 * value + 0.1 * max]) {
        const changed = made(next)
        const { design: read, problems } = examineDesign(writeDesign(changed))
        expect(problems, `${name} = ${next}`).toEqual([])
        expect(close(read), `${name} = ${next}`).toEqual(close(changed))
      }
  })

  test('takes any value within its bounds, and has it then', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...dimensions),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        ({ name, min, max, value }, share) => {
          // Near the present value: a bound of millions of newtons is no shape.
          const next = Math.min(max, Math.max(min, value === 0 ? share : value * (0.7 + 0.6 * share)))
          expect(measure(set(design, name, next), name)).toBeCloseTo(next, 6)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('what belongs together moves together', () => {
  const volturnus = shipped('volturnus')

  test('a deeper draft lowers the end and leaves the upper stations where they are', () => {
    const oc3 = shipped('oc3')
    const spar = oc3.platform.members[0]!
    const deep = set(oc3, `${spar.name}.draft`, 130).platform.members[0]!
    expect(deep.endA).toEqual([0, 0, -130])
    const heights = (member: typeof spar) => member.stationsM.map((s) => member.endA[2] + s)
    expect(heights(deep).slice(1)).toEqual(heights(spar).slice(1))
  })

  test('columns further out take pontoons, fairleads and anchors along', () => {
    const by = 10
    const wide = set(volturnus, 'platform.spacing', measure(volturnus, 'platform.spacing') + by)
    const outermost = (design: Design) => Math.max(...design.platform.members.map((member) => radius(member.endB)))
    expect(outermost(wide) - outermost(volturnus)).toBeCloseTo(by, 9)
    for (const [at, point] of wide.mooring!.points.entries()) {
      expect(radius(point.location) - radius(volturnus.mooring!.points[at]!.location)).toBeCloseTo(by, 9)
    }
    // The inner ends of the pontoons stay at the centre column.
    const inner = (design: Design) => design.platform.members.map((member) => radius(member.endA)).filter((r) => r < 20)
    expect(inner(wide)).toEqual(inner(volturnus))
  })
})

describe('what cannot be is said', () => {
  test('an unknown name with what is near it, a bound with its unit', () => {
    const oc3 = shipped('oc3')
    const [first] = dimensionsOf(oc3)
    expect(withDimension(oc3, `${first!.name}x`, 1)).toMatchObject({
      ok: false,
      error: `there is no dimension ${first!.name}x in this design; ${first!.name} exists`,
    })
    expect(withDimension(oc3, first!.name, 1000)).toMatchObject({
      ok: false,
      error: `${first!.name} must lie between 0.1m and 100m, not 1000m`,
    })
    expect(withDimension(oc3, first!.name, Number.NaN).ok).toBe(false)
  })
})
