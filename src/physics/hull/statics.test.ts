import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from '../corrections.ts'
import type { Design, PointInertia, Turbine } from '../design/types.ts'
import { shipped } from '../designs/index.ts'
import { product, radians, rotation, transposed, turned, turnedMoments } from '../linear/vec3.ts'
import { buildHull } from './build.ts'
import { design, difference, member } from './members.test-helper.ts'
import { shaft } from './statics.ts'

/** The same platform, turned about the vertical. */
function heading(each: Design, angleDeg: number): Design {
  const members = each.platform.members.map((one) => ({
    ...one,
    headingsDeg: (one.headingsDeg ?? [0]).map((start) => start + angleDeg),
  }))
  const lumps = each.platform.lumps.map((one) => ({ ...one, location: turned(one.location, angleDeg) }))
  return { ...each, turbine: null, platform: { ...each.platform, members, lumps } }
}

/** Q M Q^T with the same rotation of both triples. */
function turnedMatrix(m: Float64Array, angleDeg: number): number[] {
  const R = rotation(0, 0, radians(angleDeg))
  const block = (i: number, j: number) => {
    const at = (a: number, b: number) => m[(i * 3 + a) * 6 + j * 3 + b]!
    const part = [at(0, 0), at(0, 1), at(0, 2), at(1, 0), at(1, 1), at(1, 2), at(2, 0), at(2, 1), at(2, 2)] as const
    return product(product(R, part), transposed(R))
  }
  const blocks = [block(0, 0), block(0, 1), block(1, 0), block(1, 1)]
  return Array.from(m, (_, at) => {
    const [row, column] = [Math.floor(at / 6), at % 6]
    return blocks[(row < 3 ? 0 : 2) + (column < 3 ? 0 : 1)]![(row % 3) * 3 + (column % 3)]!
  })
}

/** A platform without any symmetry: a leaning cone, a twisted box and a pontoon. */
const ODD = design([
  member(
    [9, 2, -14],
    [6, -3, 7],
    [
      [8, 8],
      [5, 5],
    ],
    { fillM: [4], fillDensity: [1500] },
  ),
  member(
    [-8, 4, -12],
    [-8, 4, 6],
    [
      [4, 6],
      [5, 3],
    ],
    { shape: 'rectangular', twistDeg: 20 },
  ),
  member(
    [8, 0, -11],
    [-7, 3, -10],
    [
      [3, 2],
      [3, 2],
    ],
    { shape: 'rectangular', twistDeg: -35 },
  ),
])

describe('statics', () => {
  test('a platform turned about the vertical has its matrices turned', () => {
    const angle = fc.double({ min: -180, max: 180, noNaN: true })
    const keys = ['massMatrix', 'addedMass', 'hydrostaticStiffness', 'weightStiffness'] as const
    fc.assert(
      fc.property(angle, (angleDeg) => {
        const [here, there] = [buildHull(ODD, CORRECTED).statics, buildHull(heading(ODD, angleDeg), CORRECTED).statics]
        for (const key of keys) expect(difference(there[key], turnedMatrix(here[key], angleDeg))).toBeLessThan(1e-10)
        expect(there.displacedM3 / here.displacedM3).toBeCloseTo(1, 11)
        expect(difference(there.centreOfGravity, turned(here.centreOfGravity, angleDeg))).toBeLessThan(1e-10)
        expect(difference(there.centreOfBuoyancy, turned(here.centreOfBuoyancy, angleDeg))).toBeLessThan(1e-10)
      }),
      { numRuns: 30 },
    )
  })

  test('mass and added mass are symmetric and positive definite', () => {
    for (const corrections of [AS_RAFT, CORRECTED]) {
      for (const id of ['oc3', 'oc4', 'volturnus', 'frame', 'cylinder'] as const) {
        const { massMatrix, addedMass } = buildHull(shipped(id), corrections).statics
        const sum = massMatrix.map((m, i) => m + addedMass[i]!)
        for (let i = 0; i < 6; i++) {
          for (let j = 0; j < 6; j++) expect(Math.abs(sum[i * 6 + j]! - sum[j * 6 + i]!)).toBeLessThan(1e-4)
        }
        expect(pivots(sum).every((pivot) => pivot > 0)).toBe(true)
      }
    }
  })

  test('strips add up to the member that they are cut from', () => {
    const { strips, members } = buildHull(ODD, CORRECTED)
    members.forEach(({ firstStrip, strips: count, lengthM }) => {
      const lengths = strips.dl.slice(firstStrip, firstStrip + count)
      expect(lengths.reduce((sum, dl) => sum + dl, 0)).toBeCloseTo(lengthM, 12)
    })
    // Above the water there is no added mass, but there are areas: at another pose that node may be wet.
    const dry = Array.from({ length: strips.count }, (_, i) => i).filter((i) => strips.position[i * 3 + 2]! >= 0)
    expect(dry.length).toBeGreaterThan(5)
    expect(dry.every((i) => strips.sideVolume[i] === 0 && strips.endVolume[i] === 0 && strips.endArea[i] === 0)).toBe(
      true,
    )
    expect(dry.some((i) => strips.dragArea1[i]! > 0)).toBe(true)
  })

  test('the shaft points downwind, down by the tilt of an upwind rotor, and its hub is at hub height', () => {
    const turbine = {
      hubHeightM: 90,
      overhangM: -5,
      shaftTiltDeg: -5,
      shaftToeDeg: 0,
    } as Turbine
    const { q, hub, reference } = shaft(turbine)
    expect(difference(q, [Math.cos(radians(5)), 0, -Math.sin(radians(5))])).toBeLessThan(1e-15)
    expect(hub[2]).toBeCloseTo(90, 12)
    expect(reference[2]).toBeCloseTo(90 - 5 * Math.sin(radians(5)), 12)
    expect(shaft({ ...turbine, shaftToeDeg: 10 }).q[1]).toBeCloseTo(Math.cos(radians(5)) * Math.sin(radians(10)), 12)
  })

  test('a lump: its own inertia, its lever, and the stiffness that its free surface takes', () => {
    const lump: PointInertia = {
      massKg: 100,
      inertia: [10, 20, 30, 1, 2, 3],
      location: [2, 0, 5],
      freeSurface: [7, 8],
    }
    const { massMatrix, weightStiffness, weight } = buildHull(design([], [lump]), CORRECTED).statics
    expect([21, 28, 35, 22, 23, 29].map((i) => massMatrix[i])).toEqual([2510, 2920, 430, 1, -998, 3])
    expect([weightStiffness[21], weightStiffness[28]]).toEqual([-5070, -5080])
    expect(Array.from(weight)).toEqual([0, 0, -1000, -0, 2000, 0])
  })

  test('ballast is told by density in the order in which the members have it', () => {
    const { ballast } = buildHull(shipped('frame'), CORRECTED).statics
    expect(ballast.map(({ density }) => density)).toEqual([2500, 1380, 1025])
  })
})

/** Pivots of the elimination without exchange: all are positive exactly for a positive definite matrix. */
function pivots(m: Float64Array): number[] {
  const a = m.slice()
  return [0, 1, 2, 3, 4, 5].map((k) => {
    for (let i = k + 1; i < 6; i++) {
      const factor = a[i * 6 + k]! / a[k * 6 + k]!
      for (let j = k; j < 6; j++) a[i * 6 + j] = a[i * 6 + j]! - factor * a[k * 6 + j]!
    }
    return a[k * 6 + k]!
  })
}

test('moments about the axes of a box are those of its own frame, turned', () => {
  const R = rotation(0, 0, Math.PI / 2)
  expect(difference(turnedMoments(R, 1, 2, 3), [2, 0, 0, 0, 1, 0, 0, 0, 3])).toBeLessThan(1e-15)
})
