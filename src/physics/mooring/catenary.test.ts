import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import reference from '../testdata/mooring.json' with { type: 'json' }
import { type CatenarySolution, type NewtonStep, type Span, solveCatenary } from './catenary.ts'
import { shapeOf } from './shape.ts'

const SPAN: Span = {
  x: 800,
  z: 186,
  lengthM: 835.5,
  stiffnessN: 753.6e6,
  weight: 1065.7,
  heightA: 0,
  friction: 0,
  slopeRad: 0,
  depthM: 0,
}

/** Largest difference, as a part of the largest expected number. */
function difference(found: readonly number[], expected: readonly number[]): number {
  const scale = Math.max(...expected.map(Math.abs)) || 1
  return Math.max(...found.map((value, i) => Math.abs(value - expected[i]!))) / scale
}

const forces = ({ forceA, forceB }: CatenarySolution): number[] => [...forceA, ...forceB]

/** Spans of every kind: slack and taut, on the bed and off it, sinking and floating. */
const spans = (height: fc.Arbitrary<number>): fc.Arbitrary<Span> =>
  fc
    .record({
      length: fc.double({ min: 1, max: 4, noNaN: true }),
      chord: fc.oneof(fc.double({ min: 0.3, max: 1.2, noNaN: true }), fc.double({ min: 0.99, max: 1.01, noNaN: true })),
      angle: fc.double({ min: -1.57, max: 1.57, noNaN: true }),
      weight: fc.double({ min: 0, max: 4, noNaN: true }),
      elasticity: fc.double({ min: 0, max: 5, noNaN: true }),
      height,
      floats: fc.boolean(),
    })
    .map(({ length, chord, angle, weight, elasticity, height, floats }) => {
      const lengthM = 10 ** length
      const z = lengthM * chord * Math.sin(angle)
      return {
        x: lengthM * chord * Math.cos(angle),
        z,
        lengthM,
        stiffnessN: 10 ** (weight + elasticity) * lengthM,
        weight: (floats ? -1 : 1) * 10 ** weight,
        heightA: Math.max(0, -z) + height * lengthM,
        friction: 0,
        slopeRad: 0,
        depthM: 3 * lengthM,
      }
    })

const anySpan = spans(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 0.3, noNaN: true })))
/** Both ends clearly off the bed. */
const highSpan = spans(fc.double({ min: 0.011, max: 0.3, noNaN: true }))

describe('MoorPy finds the same', () => {
  test.each(reference.catenary.map((row, i) => ({ i, ...row })))('case $i, profile $profile', (row) => {
    const { x, z, length, EA, weight, heightA, friction } = row
    const found = solveCatenary({ ...SPAN, x, z, lengthM: length, stiffnessN: EA, weight, heightA, friction })
    expect(found.profile).toBe(row.profile)
    expect(difference(forces(found), [...row.forceA, ...row.forceB])).toBeLessThan(1e-10)
    expect(difference(found.stiffnessB, row.stiffnessB)).toBeLessThan(1e-10)
    // MoorPy gives none with friction.
    if (row.stiffnessA !== null) expect(difference(found.stiffnessA, row.stiffnessA)).toBeLessThan(1e-10)
    expect(Math.abs(found.onBedM - row.onBed)).toBeLessThan(1e-8)
  })

  test('the coupling of the ends, where MoorPy has it right', () => {
    for (const { x, z, length, EA, weight, heightA, profile, stiffnessBA } of reference.catenary) {
      if (stiffnessBA === null || !['0', '1', '4', '5', '6'].includes(profile)) continue
      const found = solveCatenary({ ...SPAN, x, z, lengthM: length, stiffnessN: EA, weight, heightA })
      expect(difference(found.stiffnessBA, stiffnessBA)).toBeLessThan(1e-10)
    }
  })
})

describe('by hand', () => {
  test('an inextensible line over 2 a sinh(1) pulls with a times its weight', () => {
    const found = solveCatenary({
      ...SPAN,
      x: 200,
      z: 0,
      lengthM: 200 * Math.sinh(1),
      stiffnessN: 1e16,
      weight: 1000,
      heightA: 1000,
    })
    expect(found.forceA[0]).toBeCloseTo(100e3, 4)
    expect(found.forceA[1]).toBeCloseTo(-100e3 * Math.sinh(1), 4)
    const { x, z, tension } = shapeOf(found, 101)
    expect(x[50]).toBeCloseTo(100, 8)
    expect(z[50]).toBeCloseTo(-100 * (Math.cosh(1) - 1), 8)
    expect(tension[50]).toBeCloseTo(100e3, 4)
  })

  test('a slack line hangs straight down and stretches under its own weight', () => {
    const found = solveCatenary({ ...SPAN, x: 600, z: 186 })
    const hanging = -found.forceB[1] / SPAN.weight
    expect(found.profile).toBe('4')
    expect(hanging + (SPAN.weight * hanging * hanging) / (2 * SPAN.stiffnessN)).toBeCloseTo(186, 9)
    expect(found.onBedM).toBeCloseTo(SPAN.lengthM - hanging, 9)
  })

  test('friction takes its share of the tension that lies on the bed, down to nothing', () => {
    const found = solveCatenary({ ...SPAN, friction: 0.6 })
    expect(found.forceA[0]).toBeCloseTo(-found.forceB[0] - 0.6 * SPAN.weight * found.onBedM, 3)
    const slack = solveCatenary({ ...SPAN, x: 720, friction: 1 })
    expect(slack.profile).toBe('3')
    expect(slack.forceA).toEqual([0, 0])
    const { tension } = shapeOf(slack, 400)
    expect(tension[0]).toBe(0)
    expect(tension[399]).toBeGreaterThan(1e4)
  })

  test('a line flat on the bed stretches; with friction the tension falls along it', () => {
    const flat = { ...SPAN, z: 0, x: 836 }
    expect(solveCatenary(flat).forceB[0]).toBeCloseTo(-SPAN.stiffnessN * (836 / SPAN.lengthM - 1), 4)
    const { forceA, forceB } = solveCatenary({ ...flat, friction: 0.5 })
    expect(-forceB[0] - forceA[0]).toBeCloseTo(0.5 * SPAN.weight * SPAN.lengthM, 4)
    const shape = shapeOf(solveCatenary({ ...flat, friction: 2 }), 101)
    expect(shape.tension[0]).toBe(0)
    expect(shape.x[100]).toBeCloseTo(836, 9)
  })
})

test('a cable without weight is a spring, and slack it pulls nowhere', () => {
  const taut = solveCatenary({ ...SPAN, x: 800, z: 300, heightA: 50, weight: 0 })
  const chord = Math.hypot(800, 300)
  const pull = SPAN.stiffnessN * (chord / SPAN.lengthM - 1)
  expect(
    difference(forces(taut), [
      pull * (800 / chord),
      pull * (300 / chord),
      -pull * (800 / chord),
      -pull * (300 / chord),
    ]),
  ).toBeLessThan(1e-9)
  for (const heightA of [0, 300]) {
    expect(Math.max(...forces(solveCatenary({ ...SPAN, x: 500, heightA, weight: 0 })).map(Math.abs))).toBeLessThan(1)
  }
})

describe('a sloped bed', () => {
  test('in the limit it is flat', () => {
    const flat = forces(solveCatenary({ ...SPAN, friction: 0.3 }))
    const sloped = solveCatenary({ ...SPAN, friction: 0.3, slopeRad: 1e-9 })
    expect(sloped.profile).toBe('7')
    expect(difference(forces(sloped), flat)).toBeLessThan(1e-6)
  })

  test.each([-0.2, -0.05, 0.05, 0.15])(
    'of %d rad: tangent where the line lifts off, and every point where it should be',
    (slopeRad) => {
      const span = { ...SPAN, z: 186, slopeRad, x: 790 }
      const found = solveCatenary(span)
      expect(found.profile).toBe('7')
      const { s, x, z, tension } = shapeOf(found, 2001)
      expect(x[2000]).toBeCloseTo(span.x, 7)
      expect(z[2000]).toBeCloseTo(span.z, 7)
      const lift = s.findIndex((at) => at > found.onBedM)
      expect(Math.abs((z[lift + 1]! - z[lift]!) / (x[lift + 1]! - x[lift]!) - Math.tan(slopeRad))).toBeLessThan(0.01)
      for (const i of [0, Math.floor(lift / 2), lift - 1]) expect(z[i]).toBeCloseTo(x[i]! * Math.tan(slopeRad), 7)
      // The bed only takes what is across it: along it, tension changes by the weight.
      const laid = SPAN.weight * Math.sin(slopeRad) * (s[lift - 1]! - s[0]!)
      expect(tension[0]).toBeCloseTo(Math.max(0, tension[lift - 1]! - laid), 2)
    },
  )

  test('wholly on it, the ends carry its weight along the slope', () => {
    const slopeRad = 0.1
    const span = { ...SPAN, x: 840 * Math.cos(slopeRad), z: 840 * Math.sin(slopeRad), slopeRad }
    const { profile, forceA, forceB } = solveCatenary(span)
    expect(profile).toBe('8')
    const along = -(forceA[0] + forceB[0]) * Math.cos(slopeRad) - (forceA[1] + forceB[1]) * Math.sin(slopeRad)
    expect(along).toBeCloseTo(SPAN.lengthM * SPAN.weight * Math.sin(slopeRad), 4)
  })
})

describe('any span', () => {
  const runs = { seed: 7, numRuns: 600 }

  test('is solved, and nothing is left that is not a number', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const found = solveCatenary(span)
        expect(found.converged).toBe(true)
        expect(['-1', '-2']).not.toContain(found.profile)
        const all = [...forces(found), ...found.stiffnessA, ...found.stiffnessB, ...found.stiffnessBA]
        expect(all.every(Number.isFinite)).toBe(true)
        expect(found.iterations).toBeLessThan(40)
      }),
      runs,
    )
  })

  test('its ends carry the weight that the bed does not, and pull each other', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const { forceA, forceB, onBedM, profile } = solveCatenary(span)
        const scale = Math.abs(span.weight) * span.lengthM + Math.hypot(...forceB)
        // An end within a thousandth of the length from the bed counts as lying there, whatever it carries.
        fc.pre(profile !== '0')
        const carried = -forceA[1] - forceB[1]
        expect(Math.abs(carried - span.weight * (span.lengthM - onBedM)) / scale).toBeLessThan(1e-9)
        expect(Math.abs(forceA[0] + forceB[0]) / scale).toBeLessThan(1e-9)
      }),
      runs,
    )
  })

  test('seen from the other end it is the same', () => {
    fc.assert(
      fc.property(highSpan, (span) => {
        const there = solveCatenary(span)
        const back = solveCatenary({ ...span, z: -span.z, heightA: span.heightA + span.z })
        const turned = [-back.forceB[0], back.forceB[1], -back.forceA[0], back.forceA[1]]
        expect(difference(turned, forces(there))).toBeLessThan(1e-8)
      }),
      runs,
    )
  })

  test('a floating line is a hanging one upside down', () => {
    fc.assert(
      fc.property(highSpan, (span) => {
        const hanging = solveCatenary(span)
        const floating = solveCatenary({
          ...span,
          z: -span.z,
          weight: -span.weight,
          heightA: span.depthM - span.heightA,
        })
        const upside = [hanging.forceA[0], -hanging.forceA[1], hanging.forceB[0], -hanging.forceB[1]]
        expect(floating.profile).toBe(hanging.profile)
        expect(difference(forces(floating), upside)).toBeLessThan(1e-9)
      }),
      runs,
    )
  })

  test('its stiffness is the change of its forces', () => {
    const profiles = new Set<string>()
    fc.assert(
      fc.property(anySpan, (span) => {
        const found = solveCatenary(span)
        fc.pre(found.profile === '1' || found.profile === 'U' || found.profile === '2')
        const h = 1e-5 * span.lengthM
        const near = [-1, 1].flatMap((side) => [
          solveCatenary({ ...span, x: span.x + side * h }),
          solveCatenary({ ...span, z: span.z + side * h }),
        ])
        fc.pre(span.x > 2 * h && near.every(({ profile }) => profile === found.profile))
        const [left, down, right, up] = near as [CatenarySolution, CatenarySolution, CatenarySolution, CatenarySolution]
        const slope = (a: CatenarySolution, b: CatenarySolution, i: 0 | 1) => -(b.forceB[i] - a.forceB[i]) / (2 * h)
        const numeric = [slope(left, right, 0), slope(down, up, 0), slope(left, right, 1), slope(down, up, 1)]
        // Strongly curved: the difference quotient itself is not sharp there.
        const wide = solveCatenary({ ...span, x: span.x + 2 * h })
        const bend = Math.abs(wide.forceB[0] - 2 * right.forceB[0] + found.forceB[0])
        fc.pre(bend < 1e-3 * Math.abs(right.forceB[0] - found.forceB[0]))
        // What descends to the bed has its bed end at B: the bed gives it no stiffness to be found by lifting it.
        fc.pre(!(found.profile === '2' && found.problem.reversed))
        expect(difference(numeric, found.stiffnessB)).toBeLessThan(1e-4)
        profiles.add(found.profile)
      }),
      runs,
    )
    expect([...profiles].sort()).toEqual(['1', '2', 'U'])
  })

  test('its points run from end to end, as far apart as their tension stretches them', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const found = solveCatenary(span)
        fc.pre(['1', '2', 'U'].includes(found.profile))
        const count = 4001
        const { x, z, tension } = shapeOf(found, count)
        const lean = Math.abs(span.lengthM)
        expect(Math.hypot(x[0]!, z[0]!) / lean).toBeLessThan(1e-9)
        expect(Math.hypot(x[count - 1]! - span.x, z[count - 1]! - span.z) / lean).toBeLessThan(2e-3)
        let reach = 0
        let stretched = 0
        for (let i = 1; i < count; i++) {
          reach += Math.hypot(x[i]! - x[i - 1]!, z[i]! - z[i - 1]!)
          stretched += (span.lengthM / (count - 1)) * (1 + (tension[i]! + tension[i - 1]!) / (2 * span.stiffnessN))
        }
        expect(Math.abs(reach / stretched - 1)).toBeLessThan(3e-3)
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})

test('the steps of the iteration lead from the first guess to the tensions, each nearer than the last', () => {
  const steps: NewtonStep[] = []
  const { forceB } = solveCatenary(SPAN, steps)
  const errors = steps.map(({ errorX, errorZ }) => Math.hypot(errorX, errorZ))
  expect(steps.length).toBeGreaterThan(3)
  for (let i = 1; i < errors.length; i++) expect(errors[i]).toBeLessThan(errors[i - 1]!)
  expect(errors.at(-1)).toBeLessThan(1e-10)
  expect(steps.at(-1)).toMatchObject({ horizontal: -forceB[0], vertical: -forceB[1], taken: 0 })
})
