import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED, type Corrections } from '../corrections.ts'
import type { MemberDesign, Pair, Vec3 } from '../design/types.ts'
import { shipped } from '../designs/index.ts'
import { stiffnessAt } from '../linear/mat6.ts'
import { ORIGIN } from '../linear/vec3.ts'
import { buildHull } from './build.ts'
import { buoyancyOf, design, difference, member, quadrature, SITE } from './members.test-helper.ts'
import { attitudeOf, floatingBody, restoringForce } from './nonlinear.ts'

// Every correction of the hull: what RAFT HEAD computes is not the exact value, and what we compute is.

const only = (key: keyof Corrections): Corrections => ({ ...AS_RAFT, [key]: true })
const PRESSURE = SITE.waterDensity * SITE.gravity

/** Buoyancy alone, by central differences of its exact force and moment about the displaced reference point. */
function exactStiffness(each: MemberDesign): number[] {
  const body = floatingBody(design([each]), { ...buildHull(design([each]), CORRECTED).statics, massKg: 1e-9 })
  const h = 1e-4
  const columns = [0, 1, 2, 3, 4, 5].map((dof) => {
    const at = (step: number) => restoringForce(body, attitudeOf([0, 1, 2, 3, 4, 5].map((i) => (i === dof ? step : 0))))
    const [up, down] = [at(h), at(-h)]
    return Array.from(up, (x, i) => -(x - down[i]!) / (2 * h))
  })
  return columns.flatMap((_, i) => columns.map((column) => column[i]!))
}

/** About the origin, as the sum over a hull's members takes it. */
function stiffnessOf(each: MemberDesign, corrections: Corrections): Float64Array {
  const { stiffness, force } = buoyancyOf(each, corrections)
  return stiffnessAt(stiffness, [force[0]!, force[1]!, force[2]!], each.endA)
}

/** Heave, roll and pitch: where moments of a level body do not depend on the order of turns. */
const BLOCK = [14, 15, 16, 20, 21, 22, 26, 27, 28]
const block = (m: ArrayLike<number>) => BLOCK.map((i) => m[i]!)

describe('inclinedWaterline', () => {
  const brace = member(
    [5, 0, -12],
    [31, 0, 9],
    [
      [1.8, 1.8],
      [1.8, 1.8],
    ],
  )
  const leaning = member(
    [3, 4, -12],
    [-6, 9, 9],
    [
      [5, 3],
      [5, 3],
    ],
    { shape: 'rectangular', twistDeg: 30 },
  )
  const lowered = member(
    [4, -2, 8],
    [-3, 5, -9],
    [
      [4, 4],
      [4, 4],
    ],
  )

  test('figures of the brace of the frame: the sign of C35, the size of C55, a moment 14 % off', () => {
    const { site } = shipped('frame')
    const scale = (site.waterDensity * site.gravity) / PRESSURE
    const raft = stiffnessOf(brace, AS_RAFT)
    const right = stiffnessOf(brace, only('inclinedWaterline'))
    expect([raft[16]! * scale, right[16]! * scale].map((x) => x.toPrecision(3))).toEqual(['1.77e+5', '-8.09e+5'])
    expect(raft[28]! * scale).toBeCloseTo(-6.2e4, -3)
    expect(right[28]! * scale).toBeCloseTo(1.31e7, -5)
    const ratio = buoyancyOf(brace, AS_RAFT).force[4]! / buoyancyOf(brace).force[4]!
    expect(Math.abs(Math.abs(ratio - 1) - 0.14)).toBeLessThan(0.1)
  })

  test.each([
    ['a brace', brace],
    ['a leaning box', leaning],
    ['a member with its end A above', lowered],
  ])('the stiffness of %s is the change of the exact force', (_, each) => {
    const exact = exactStiffness(each)
    expect(difference(block(stiffnessOf(each, only('inclinedWaterline'))), block(exact))).toBeLessThan(1e-6)
    expect(difference(block(stiffnessOf(each, AS_RAFT)), block(exact))).toBeGreaterThan(0.01)
  })

  test('force and moment are the integral of the pressure', () => {
    // Sections across the axis; the part of each under water by chords.
    const [from, to] = [brace.endA, brace.endB]
    const length = Math.hypot(26, 21)
    const sin = 26 / length
    const cos = 21 / length
    const rule = quadrature(200)
    const cross = 12 / cos - 0.9 * (sin / cos)
    const last = 12 / cos + 0.9 * (sin / cos)
    let [volume, momentX] = [0, 0]
    for (const [start, end] of [
      [0, cross],
      [cross, last],
    ] as const) {
      for (const [t, w] of rule) {
        const s = start + t * (end - start)
        const top = Math.min(0.9, (12 - s * cos) / sin)
        for (const [c, u] of rule) {
          const eta = -0.9 + c * (top + 0.9)
          const chord = 2 * Math.sqrt(Math.max(0, 0.81 - eta * eta))
          const weight = w * (end - start) * u * (top + 0.9) * chord
          volume += weight
          momentX += weight * (s * sin - eta * cos)
        }
      }
    }
    const { force, displacedM3 } = buoyancyOf(brace, only('inclinedWaterline'))
    expect(to[0] - from[0]).toBe(26)
    expect(displacedM3 / volume).toBeCloseTo(1, 9)
    expect(force[4]! / (-PRESSURE * momentX)).toBeCloseTo(1, 9)
  })

  test('upright members of one section are the same both ways', () => {
    for (const shape of ['circular', 'rectangular'] as const) {
      const upright = member(
        [3, 4, -12],
        [3, 4, 9],
        [
          [5, 5],
          [5, 5],
        ],
        { shape, headingsDeg: [40] },
      )
      const [raft, right] = [buoyancyOf(upright, AS_RAFT), buoyancyOf(upright, CORRECTED)]
      expect(difference(right.stiffness, raft.stiffness)).toBeLessThan(1e-12)
      expect(difference(right.force, raft.force)).toBeLessThan(1e-12)
    }
  })
})

describe('a station just in the surface', () => {
  const column = (stationsM: number[], shape: MemberDesign['shape']) =>
    member(
      [2, 1, -12],
      [2, 1, 8],
      stationsM.map(() => [5, 5] as const),
      { stationsM, shape },
    )

  test.each(['circular', 'rectangular'] as const)('is one waterplane of a %s column; RAFT counts it twice', (shape) => {
    const [whole, parted] = [column([0, 20], shape), column([0, 12, 20], shape)]
    expect(difference(buoyancyOf(parted).stiffness, buoyancyOf(whole).stiffness)).toBeLessThan(1e-12)
    expect(buoyancyOf(parted).waterplane.areaM2).toBeCloseTo(buoyancyOf(whole).waterplane.areaM2, 10)
    expect(buoyancyOf(parted, AS_RAFT).stiffness[14]! / buoyancyOf(whole).stiffness[14]!).toBeCloseTo(2, 12)
  })
})

describe('taperedWaterline', () => {
  const tapered = member(
    [0, 0, -10],
    [0, 0, 4],
    [
      [12, 12],
      [6, 6],
    ],
  )
  const atWater = 12 - (6 * 10) / 14

  test('the waterplane is that of the section at the water', () => {
    const raft = buoyancyOf(tapered, AS_RAFT)
    for (const corrections of [only('taperedWaterline'), CORRECTED]) {
      const right = buoyancyOf(tapered, corrections)
      expect(right.waterplane.areaM2).toBeCloseTo((Math.PI / 4) * atWater ** 2, 10)
      expect(right.stiffness[14]! / (PRESSURE * (Math.PI / 4) * atWater ** 2)).toBeCloseTo(1, 12)
      const volume = quadrature().reduce((sum, [t, w]) => sum + w * 10 * (Math.PI / 4) * (12 - (60 / 14) * t) ** 2, 0)
      expect(right.displacedM3 / volume).toBeCloseTo(1, 12)
      expect(difference(block(stiffnessOf(tapered, corrections)), block(exactStiffness(tapered)))).toBeLessThan(1e-6)
    }
    // RAFT interpolates from the other end: 6 + 60/14 instead of 12 - 60/14.
    expect(raft.waterplane.areaM2).toBeCloseTo((Math.PI / 4) * (6 + 60 / 14) ** 2, 10)
  })

  test('an inclined tapered member is exact with both corrections', () => {
    const cone = member(
      [0, 0, -10],
      [6, 3, 8],
      [
        [9, 9],
        [4, 4],
      ],
    )
    expect(difference(block(stiffnessOf(cone, CORRECTED)), block(exactStiffness(cone)))).toBeLessThan(1e-6)
  })
})

describe('stepInertia', () => {
  const stepped = member(
    [0, 0, -20],
    [0, 0, 10],
    [
      [12, 12],
      [12, 12],
      [6, 6],
      [6, 6],
    ],
    { stationsM: [0, 6, 6, 30] },
  )
  const parts = [
    member(
      [0, 0, -20],
      [0, 0, -14],
      [
        [12, 12],
        [12, 12],
      ],
    ),
    member(
      [0, 0, -14],
      [0, 0, 10],
      [
        [6, 6],
        [6, 6],
      ],
    ),
  ]

  test('a step adds nothing: the member is the sum of its parts', () => {
    const whole = (corrections: Corrections, ...members: MemberDesign[]) =>
      buildHull(design(members), corrections).statics.massMatrix
    const wanted = whole(AS_RAFT, ...parts)
    expect(difference(whole(only('stepInertia'), stepped), wanted)).toBeLessThan(1e-13)
    const raft = whole(AS_RAFT, stepped)
    // What RAFT adds: the inertia of the lower part about its own centre once more.
    const again = buildHull(design([{ ...parts[0]!, endA: [0, 0, -3], endB: [0, 0, 3] }]), AS_RAFT).statics.massMatrix
    for (const i of [21, 28, 35]) expect((raft[i]! - wanted[i]!) / again[i]!).toBeCloseTo(1, 11)
  })

  test('of the inertia that RAFT has for OC4-DeepCwind 2.4 % in roll and 4.8 % in yaw are not there', () => {
    const inertia = (corrections: Corrections) => buildHull(shipped('oc4'), corrections).statics.massMatrix
    const [raft, right] = [inertia(AS_RAFT), inertia(only('stepInertia'))]
    expect([21, 28, 35].map((i) => ((1 - right[i]! / raft[i]!) * 100).toFixed(1))).toEqual(['2.4', '2.4', '4.8'])
  })
})

describe('coefficientLists', () => {
  const listed = member(
    [0, 0, -20],
    [0, 0, -10],
    [
      [2, 2],
      [2, 2],
    ],
    {
      transverseAddedMass: {
        values: [
          [0.5, 0.5],
          [1, 1],
        ],
        listed: true,
      },
      endAddedMass: [0, 0],
    },
  )

  test('one value a station: the added mass is the integral over the length', () => {
    const { addedMass } = buildHull(design([listed]), only('coefficientLists')).statics
    const integral = (power: number) =>
      quadrature().reduce(
        (sum, [t, w]) => sum + w * 10 * SITE.waterDensity * Math.PI * (0.5 + 0.5 * t) * (-20 + 10 * t) ** power,
        0,
      )
    expect(addedMass[0]! / integral(0)).toBeCloseTo(1, 12)
    expect(addedMass[7]! / integral(0)).toBeCloseTo(1, 12)
    // Strips of 1 m lump the second moment at their middles.
    expect(addedMass[28]! / integral(2)).toBeCloseTo(1, 3)
  })

  test('RAFT takes the list for one value along p1 and one along p2', () => {
    const { addedMass } = buildHull(design([listed]), AS_RAFT).statics
    const whole = SITE.waterDensity * Math.PI * 10
    expect(addedMass[0]! / whole).toBeCloseTo(0.5, 12)
    expect(addedMass[7]! / whole).toBeCloseTo(1, 12)
  })
})

describe('rectangularStations', () => {
  const sides: Pair[] = [
    [6, 4],
    [5, 5],
    [3, 4],
  ]
  const wallM = [0.1, 0.05, 0.2]
  const box = (more: Partial<MemberDesign>) =>
    member([0, 0, -10], [0, 0, 10], sides, { shape: 'rectangular', wallM, ...more })

  test('the wall of three stations, by quadrature over both intervals', () => {
    const areaOf = (i: number, t: number) => {
      const mix = (a: number, b: number) => a + (b - a) * t
      const [a, b] = [0, 1].map((side) => mix(sides[i]![side]!, sides[i + 1]![side]!)) as [number, number]
      const wall = 2 * mix(wallM[i]!, wallM[i + 1]!)
      return a * b - (a - wall) * (b - wall)
    }
    const shell = [0, 1].reduce(
      (sum, i) => sum + quadrature().reduce((part, [t, w]) => part + w * 10 * areaOf(i, t), 0) * 8000,
      0,
    )
    expect(buildHull(design([box({})]), CORRECTED).statics.massKg / shell).toBeCloseTo(1, 11)
  })

  test('a cap fills the inside of its own station; RAFT mixes up the walls of the two ends', () => {
    const capped = member([0, 0, -10], [0, 0, 10], [sides[0]!, sides[0]!], {
      shape: 'rectangular',
      wallM: [0.1, 0.3],
      caps: [{ atM: 0, thicknessM: 1e-6, holeM: [0, 0] }],
    })
    const cap = (corrections: Corrections) => buildHull(design([capped]), corrections).members[0]!.capMassKg[0]!
    expect(cap(only('rectangularStations')) / (5.8 * 3.8 * 8000 * 1e-6)).toBeCloseTo(1, 6)
    expect(cap(AS_RAFT) / (5.8 * 3.4 * 8000 * 1e-6)).toBeCloseTo(1, 6)
  })
})

describe('rectangularAxialDrag', () => {
  test('the area along the axis is the surface of the sides', () => {
    const box = member(
      [0, 0, -30],
      [0, 0, -10],
      [
        [6, 2],
        [4, 1],
      ],
      { shape: 'rectangular' },
    )
    const area = (corrections: Corrections) =>
      buildHull(design([box]), corrections).strips.dragAreaAxial.reduce((sum, x) => sum + x, 0)
    const perimeter = quadrature().reduce((sum, [t, w]) => sum + w * 20 * 2 * (6 - 2 * t + 2 - t), 0)
    expect(area(only('rectangularAxialDrag')) / perimeter).toBeCloseTo(1, 12)
    expect(area(AS_RAFT)).toBeCloseTo(2 * 20 * 10, 9)
  })
})

describe('rectangularFrusta', () => {
  test('mass, displacement and centres of a wedge are those of quadrature', () => {
    const wedge = member(
      [0, 0, -17],
      [0, 0, -10],
      [
        [4, 3],
        [2, 6],
      ],
      { shape: 'rectangular', wallM: [0, 0], fillM: [7], fillDensity: [500] },
    )
    const areaAt = (t: number) => (4 - 2 * t) * (3 + 3 * t)
    const rule = quadrature()
    const volume = rule.reduce((sum, [t, w]) => sum + w * 7 * areaAt(t), 0)
    const height = rule.reduce((sum, [t, w]) => sum + w * 7 * areaAt(t) * 7 * t, 0) / volume
    const { massKg, centreOfGravity, displacedM3, centreOfBuoyancy } = buildHull(
      design([wedge]),
      only('rectangularFrusta'),
    ).statics
    expect(massKg / (500 * volume)).toBeCloseTo(1, 12)
    expect(displacedM3 / volume).toBeCloseTo(1, 12)
    expect([centreOfGravity[2], centreOfBuoyancy[2]].map((z) => z + 17 - height)).toSatisfy((off: number[]) =>
      off.every((x) => Math.abs(x) < 1e-11),
    )
    expect(buildHull(design([wedge]), AS_RAFT).statics.displacedM3).toBeCloseTo(84, 10)
  })
})

describe('bulkheadStations', () => {
  const capsAt = (from: number): MemberDesign['caps'] => [
    { atM: from, thicknessM: 0.1, holeM: [4, 4] },
    { atM: from, thicknessM: 0.1, holeM: [0, 0] },
  ]
  const stepped = member(
    [0, 0, -20],
    [0, 0, 10],
    [
      [12, 12],
      [12, 12],
      [12, 12],
      [6, 6],
      [6, 6],
    ],
    { stationsM: [0, 3, 6, 6, 30], wallM: [0, 0, 0, 0, 0], caps: capsAt(6) },
  )

  test('the lower bulkhead is a ring of the wide part under the step, the upper one a disc of the narrow part on it', () => {
    const [ring, disc] = [(Math.PI / 4) * (144 - 16) * 800, (Math.PI / 4) * 36 * 800]
    const { members, statics } = buildHull(design([stepped]), only('bulkheadStations'))
    expect(difference(members[0]!.capMassKg, [ring, disc])).toBeLessThan(1e-12)
    expect(statics.centreOfGravity[2]).toBeCloseTo((ring * -14.05 + disc * -13.95) / (ring + disc), 11)
  })

  test('RAFT takes the diameter of the station that has the number of the cap', () => {
    const disc = buildHull(design([stepped]), AS_RAFT).members[0]!.capMassKg[1]!
    expect(disc).toBeGreaterThan((Math.PI / 4) * 36 * 800 * 1.5)
  })
})

describe('rectangularEnds', () => {
  const pontoon = member(
    [-10, 0, -12],
    [10, 0, -12],
    [
      [4, 2],
      [4, 2],
    ],
    {
      shape: 'rectangular',
      transverseAddedMass: {
        values: [
          [0, 0],
          [0, 0],
        ],
        listed: false,
      },
    },
  )
  const surge = (corrections: Corrections) => buildHull(design([pontoon]), corrections).statics.addedMass[0]!

  test('both ends of a pontoon have the added mass of half a sphere of their mean side; in RAFT one takes it off again', () => {
    const half = SITE.waterDensity * 0.6 * (Math.PI / 12) * 3 ** 3
    expect(surge(only('rectangularEnds')) / (2 * half)).toBeCloseTo(1, 12)
    expect(Math.abs(surge(AS_RAFT))).toBeLessThan(1e-9 * half)
  })
})

test('with every correction the linear stiffness of the shipped hulls is the change of the exact force', () => {
  for (const id of ['frame', 'oc4', 'volturnus', 'oc3'] as const) {
    const { statics } = buildHull(shipped(id), CORRECTED)
    const body = floatingBody(shipped(id), statics)
    const h = 1e-4
    for (const dof of [2, 3, 4]) {
      const at = (step: number) =>
        restoringForce(body, attitudeOf([0, 1, 2, 3, 4, 5].map((i) => (i === dof ? step : 0))))
      const [up, down] = [at(h), at(-h)]
      const found = [2, 3, 4].map((i) => -(up[i]! - down[i]!) / (2 * h))
      const wanted = [2, 3, 4].map(
        (i) => statics.hydrostaticStiffness[i * 6 + dof]! + statics.weightStiffness[i * 6 + dof]!,
      )
      expect(difference(found, wanted)).toBeLessThan(1e-6)
    }
  }
})

test('what hangs at the origin weighs nothing on stiffness', () => {
  const lump = { massKg: 5, inertia: [0, 0, 0, 0, 0, 0] as const, location: ORIGIN as Vec3 }
  const { weightStiffness, weight } = buildHull(design([], [lump]), CORRECTED).statics
  expect(weightStiffness.every((x) => x === 0)).toBe(true)
  expect(weight[2]).toBe(-50)
})
