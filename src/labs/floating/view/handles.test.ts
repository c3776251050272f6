import { describe, expect, test } from 'vitest'
import { DESIGN_IDS, type DesignId } from '../contract.ts'
import { after, launch, solve, solveLaunched } from '../platform.ts'
import { pictureOf } from '../projection.ts'
import { dragged, firstGroup, groupsOf, handlesOf, keyed, valueText } from './handles.ts'

const pictureFrom = (id: DesignId, change?: { readonly dimension: string; readonly value: number }) => {
  const input = change === undefined ? null : after(launch(id), { kind: 'set', ...change })
  const solved = input?.ok ? solve(input.value, null) : null
  const state = solved?.ok ? solved.value : solveLaunched(id)
  return pictureOf({ input: state.input, failure: null, solved: state, revision: 0, digest: 0 })
}

test('the outer columns come first, or the hull itself', () => {
  expect(DESIGN_IDS.map((id) => firstGroup(pictureFrom(id)))).toEqual(['column', 'spar', 'column', 'column', 'column'])
})

test('a column has five hands, a spar four, moorings two from above', () => {
  const labels = (id: DesignId, view: 'side' | 'plan') => {
    const picture = pictureFrom(id)
    return handlesOf(picture, firstGroup(picture), view).map(({ label }) => label)
  }
  expect(labels('volturnus', 'side')).toEqual(['diameter', 'draft', 'freeboard', 'ballast', 'spacing'])
  expect(labels('oc3', 'side')).toEqual(['diameter', 'draft', 'freeboard', 'ballast'])
  expect(labels('oc4', 'plan')).toEqual(['diameter', 'spacing', 'anchor radius', 'line length'])
})

describe('pulling a hand by a metre changes the value by its gain, and moves the hand by a metre', () => {
  const cases = DESIGN_IDS.flatMap((id) => {
    const picture = pictureFrom(id)
    return groupsOf(picture).flatMap((group) =>
      handlesOf(picture, group, 'side')
        .filter(({ label }) => label !== 'spacing')
        .map((handle) => ({ id, group, handle, name: `${id} ${group} ${handle.label}` })),
    )
  })

  test.each(cases)('$name', ({ id, group, handle }) => {
    const { dimension, axis, at, gain } = handle
    const by = dimension.value + gain * 0.25 > dimension.max ? -0.25 : 0.25
    const picture = pictureFrom(id, { dimension: dimension.name, value: dimension.value + gain * by })
    const moved = handlesOf(picture, group, 'side').find(({ label }) => label === handle.label)!
    const along = moved.at.reduce((sum, value, i) => sum + (value - at[i]!) * axis[i]!, 0)
    expect(moved.dimension.value).not.toBe(dimension.value)
    expect(along).toBeCloseTo(by, 6)
  })
})

test('a hand follows the pointer along its axis only, and stops at the limits', () => {
  const picture = pictureFrom('volturnus')
  const diameter = handlesOf(picture, 'column', 'side')[0]!
  // Five pixels a metre towards the left; a metre on one side is two of the diameter.
  expect(dragged(diameter, 12.5, [-5, 40], [-5, 0])).toBe(14.5)
  expect(dragged(diameter, 12.5, [5_000, 0], [-5, 0])).toBe(0.1)
})

test('keys go up and down by steps', () => {
  const dimension = handlesOf(pictureFrom('volturnus'), 'column', 'side')[0]!.dimension
  expect(keyed(dimension, 12.5, 'ArrowUp')).toBe(13)
  expect(keyed(dimension, 12.5, 'PageDown')).toBe(7.5)
  expect(keyed(dimension, 12.5, 'a')).toBeNull()
  expect([valueText(850, 'm'), valueText(12.5, 'm'), valueText(1.4, 'm')]).toEqual(['850 m', '12.5 m', '1.40 m'])
})
