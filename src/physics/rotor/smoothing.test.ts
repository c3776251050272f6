import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANGLES_DEG, blendPolars, smoothPolars } from './polars.ts'
import { difference, NAMES, reference, splinesOfCcblade, turbineOf } from './reference.test-helper.ts'
import { smoothingSpline } from './smoothing.ts'
import { piecewise, valueAt } from './spline.ts'

const X = Array.from({ length: 60 }, (_, i) => i / 10 + 0.03 * Math.sin(i))

/** Sum of squared residuals. */
function misfit(y: readonly number[], target: number): number {
  const spline = piecewise(smoothingSpline(X, y, target))
  return X.reduce((sum, x, i) => sum + (valueAt(spline, x) - y[i]!) ** 2, 0)
}

describe("Dierckx's smoothing spline", () => {
  test('a cubic is its own spline, without knots', () => {
    const y = X.map((x) => 2 - x + 0.5 * x * x - 0.1 * x ** 3)
    const spline = smoothingSpline(X, y, 1e-6)
    expect(spline.knots).toEqual([...new Array(4).fill(X[0]), ...new Array(4).fill(X.at(-1))])
    const form = piecewise(spline)
    for (const [i, x] of X.entries()) expect(valueAt(form, x)).toBeCloseTo(y[i]!, 10)
  })

  test('spends exactly the misfit that it may, within a thousandth', () => {
    const noise = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 60, maxLength: 60 })
    fc.assert(
      fc.property(noise, fc.constantFrom(0.01, 0.1, 1), (rough, target) => {
        const y = X.map((x, i) => 3 * Math.sin(2 * x) + rough[i]!)
        expect(Math.abs(misfit(y, target) / target - 1)).toBeLessThan(1e-3)
      }),
      { seed: 1, numRuns: 40 },
    )
  })

  test('scaling the data scales the spline', () => {
    const y = X.map((x, i) => Math.cos(x) + (i % 3) / 10)
    const one = smoothingSpline(X, y, 0.1)
    const ten = smoothingSpline(
      X,
      y.map((value) => 8 * value),
      6.4,
    )
    expect(ten.knots).toEqual(one.knots)
    expect(
      difference(
        ten.coefficients,
        one.coefficients.map((value) => 8 * value),
      ),
    ).toBeLessThan(1e-12)
  })
})

describe.each(NAMES)('polars of %s as RAFT and CCBlade have them', (name) => {
  const blended = blendPolars(turbineOf(name).rotor)

  test('blended along the span', () => {
    expect(difference(blended.relativeThickness, reference[name].relativeThickness)).toBeLessThan(1e-14)
    for (const { element, everyAngle, lift, drag } of reference[name].polars) {
      const sample = (row: readonly number[]) => row.filter((_, i) => i % everyAngle === 0)
      expect(difference(sample(blended.lift[element]!), lift)).toBeLessThan(1e-13)
      expect(difference(sample(blended.drag[element]!), drag)).toBeLessThan(1e-13)
    }
  })

  test('smoothed: the same knots, the same coefficients', () => {
    const ours = smoothPolars(blended)
    const theirs = splinesOfCcblade(name)
    expect(ours).toHaveLength(theirs.length)
    for (const [i, { lift, drag }] of theirs.entries()) {
      expect(ours[i]!.lift.knots).toEqual(lift.knots)
      expect(ours[i]!.drag.knots).toEqual(drag.knots)
      expect(difference(ours[i]!.lift.coefficients, lift.coefficients)).toBeLessThan(1e-10)
      expect(difference(ours[i]!.drag.coefficients, drag.coefficients)).toBeLessThan(1e-10)
    }
  })
})

test('angles are dense where blades work', () => {
  expect(ANGLES_DEG).toHaveLength(200)
  expect(ANGLES_DEG.filter((angle) => Math.abs(angle) <= 30)).toHaveLength(100)
})

test('a blade that grows thicker again is blended straight along the span', () => {
  const { rotor } = turbineOf('oc3')
  const [root] = rotor.airfoils
  const cylinder = rotor.airfoils.find(({ name }) => name === 'Cylinder')!
  const odd = {
    ...rotor,
    elements: 4,
    airfoilPositions: [0, 0.5, 1].map((fraction, i) => ({ fraction, name: (i === 1 ? cylinder : root!).name })),
  }
  const { drag, relativeThickness } = blendPolars(odd)
  const thin = root!.relativeThickness
  expect(
    difference(
      relativeThickness,
      [0.25, 0.75, 0.75, 0.25].map((share) => thin + share * (1 - thin)),
    ),
  ).toBeLessThan(1e-15)
  expect(drag[0]![0]).toBeCloseTo(0.75 * root!.drag[0]! + 0.25 * cylinder.drag[0]!, 14)
})
