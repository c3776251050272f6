import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Vec3 } from '../design/types.ts'
import { difference } from '../hull/members.test-helper.ts'
import { accumulateAt, forceMomentAt, massMatrix, stiffnessAt, symmetrized, times, translated, zeros6 } from './mat6.ts'
import {
  add,
  along,
  cross,
  diagonal,
  dot,
  type Mat3,
  ORIGIN,
  product,
  rotation,
  rotationAbout,
  scale,
  transform,
  transformBack,
  transposed,
  turned,
  turnedMoments,
} from './vec3.ts'

const number = fc.double({ min: -10, max: 10, noNaN: true })
const vector: fc.Arbitrary<Vec3> = fc.tuple(number, number, number)
const angle = fc.double({ min: -3, max: 3, noNaN: true })
const matrix = fc.array(number, { minLength: 36, maxLength: 36 }).map((m) => symmetrized(Float64Array.from(m)))
const close = (got: ArrayLike<number>, wanted: ArrayLike<number>) => expect(difference(got, wanted)).toBeLessThan(1e-12)

describe('rotations', () => {
  test('roll is about x, pitch about y, yaw about z, and yaw comes last', () => {
    const quarter = Math.PI / 2
    close(transform(rotation(quarter, 0, 0), [0, 1, 0]), [0, 0, 1])
    close(transform(rotation(0, quarter, 0), [0, 0, 1]), [1, 0, 0])
    close(transform(rotation(0, 0, quarter), [1, 0, 0]), [0, 1, 0])
    close(transform(rotation(quarter, 0, quarter), [0, 1, 0]), [0, 0, 1])
    close(turned([1, 0, 5], 90), [0, 1, 5])
  })

  test('three turns about the axes are one rotation', () => {
    fc.assert(
      fc.property(angle, angle, angle, (roll, pitch, yaw) => {
        const [x, y, z] = [
          rotationAbout([1, 0, 0], roll),
          rotationAbout([0, 1, 0], pitch),
          rotationAbout([0, 0, 1], yaw),
        ]
        close(rotation(roll, pitch, yaw), product(product(z, y), x))
      }),
    )
  })

  test('a rotation keeps lengths, angles and the sense of rotation, and is undone by its transpose', () => {
    fc.assert(
      fc.property(angle, angle, angle, vector, vector, (roll, pitch, yaw, a, b) => {
        const R = rotation(roll, pitch, yaw)
        expect(dot(transform(R, a), transform(R, b))).toBeCloseTo(dot(a, b), 9)
        expect(transform(R, cross(a, b)).map((x, i) => x - cross(transform(R, a), transform(R, b))[i]!)).toSatisfy(
          (off: number[]) => off.every((x) => Math.abs(x) < 1e-11),
        )
        expect(transformBack(R, transform(R, a)).every((x, i) => Math.abs(x - a[i]!) < 1e-13)).toBe(true)
        close(transposed(transposed(R)), R)
      }),
    )
  })

  test('moments turned keep their trace, and turn with their axes', () => {
    const R = rotation(0.3, -0.4, 1.1)
    const found = turnedMoments(R, 3, 5, 7)
    expect(found[0] + found[4] + found[8]).toBeCloseTo(15, 12)
    const v: Vec3 = [1, 2, 3]
    close(transform(found, transform(R, v)), transform(R, transform(diagonal(3, 5, 7), v)))
  })
})

describe('6 x 6 matrices', () => {
  test('a point mass: inertia by distance, coupling by lever', () => {
    const m = massMatrix(2, diagonal(0, 0, 0), [0, 0, 3])
    // Surge of the origin with pitch: the mass at height 3 moves forward, so M15 = m z and M24 = -m z.
    expect([m[4], m[9], m[21], m[28], m[35]]).toEqual([6, -6, 18, 18, 0])
  })

  test('a body at a point is the body at the origin, moved there', () => {
    const inertia: Mat3 = [5, 1, 2, 1, 6, 3, 2, 3, 7]
    close(massMatrix(4, inertia, [2, -3, 5]), translated(massMatrix(4, inertia, ORIGIN), [2, -3, 5]))
  })

  test('moved twice is moved by the sum', () => {
    fc.assert(
      fc.property(matrix, vector, vector, (m, a, b) => {
        expect(difference(translated(translated(m, a), b), translated(m, add(a, b)))).toBeLessThan(1e-11)
      }),
    )
  })

  test('moving the reference point keeps the energy of a motion', () => {
    fc.assert(
      fc.property(matrix, vector, vector, vector, (m, r, velocity, spin) => {
        const there = add(velocity, cross(spin, r))
        const energy = (matrix: Float64Array, v: Vec3) => {
          const x = [...v, ...spin]
          return times(matrix, x).reduce((sum, f, i) => sum + f * x[i]!, 0)
        }
        const wanted = energy(m, there)
        expect(Math.abs(energy(translated(m, r), velocity) - wanted)).toBeLessThan(1e-9 * (1 + Math.abs(wanted) + 1e5))
      }),
    )
  })

  test('a 3 x 3 matrix at a point is a 6 x 6 one moved there', () => {
    const block: Mat3 = [1, 2, 3, 2, 5, 6, 3, 6, 9]
    const whole = zeros6()
    block.forEach((x, i) => {
      whole[Math.floor(i / 3) * 6 + (i % 3)] = x
    })
    const sum = zeros6()
    accumulateAt(sum, block, [4, -1, 2], 0.5)
    accumulateAt(sum, block, [4, -1, 2], 0.5)
    close(sum, translated(whole, [4, -1, 2]))
  })

  test('the stiffness of a spring and a constant pull is the change of force and moment', () => {
    // At p hangs a spring in three directions, with stiffness k, that pulls with `pull` at rest.
    const [p, pull, k]: readonly [Vec3, Vec3, Vec3] = [
      [3, -2, 5],
      [10, 20, -700],
      [50, 60, 70],
    ]
    const spring = zeros6()
    k.forEach((x, i) => {
      spring[i * 7] = x
    })
    const stiffness = stiffnessAt(spring, pull, p)
    for (let dof = 0; dof < 6; dof++) {
      const forceOf = (step: number) => {
        const x = [0, 1, 2, 3, 4, 5].map((i) => (i === dof ? step : 0))
        const axis: Vec3 = [x[3]!, x[4]!, x[5]!]
        const lever = dof < 3 ? p : transform(rotationAbout(scale(axis, 1 / step), step), p)
        const moved = along(along(add(lever, [x[0]!, x[1]!, x[2]!]), p, -1), ORIGIN, 1)
        return forceMomentAt(
          [pull[0] - k[0] * moved[0], pull[1] - k[1] * moved[1], pull[2] - k[2] * moved[2], 0, 0, 0],
          lever,
        )
      }
      const h = 1e-5
      const [up, down] = [forceOf(h), forceOf(-h)]
      const column = Array.from(up, (x, i) => -(x - down[i]!) / (2 * h))
      expect(
        difference(
          column,
          [0, 1, 2, 3, 4, 5].map((i) => stiffness[i * 6 + dof]!),
        ),
      ).toBeLessThan(1e-8)
    }
  })
})
