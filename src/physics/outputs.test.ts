import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from './corrections.ts'
import {
  combine,
  density,
  type Motions,
  motionStatistics,
  motionsOf,
  nacelleAcceleration,
  standardDeviation,
  type Topside,
  tensionStatistics,
  towerBaseMoment,
} from './outputs.ts'
import type { RotorCase } from './rotor/rotor.ts'

const W = Float64Array.of(0.5, 1, 2)
const LEVEL = new Float64Array(6)

/** One train that moves one degree of freedom at w = 1 with amplitude a. */
function moving(dof: number, a: number): Motions {
  const Xi = { re: new Float64Array(18), im: new Float64Array(18) }
  Xi.im[dof * 3 + 1] = a
  return motionsOf(W, Xi, null)
}

const TOP: Topside = { massKg: 100, centreOfGravityM: 60, pitchInertia: 9000, nacelleM: 90, baseM: 10, gravity: 9.81 }

describe('statistics', () => {
  test('a sine of amplitude a deviates by a / sqrt 2, and its maximum is three deviations above the mean', () => {
    const [surge] = motionStatistics(moving(0, 3), Float64Array.of(7, 0, 0, 0, 0, 0))
    expect(surge!.std).toBeCloseTo(3 / Math.SQRT2, 14)
    expect(surge).toMatchObject({ avg: 7, max: 7 + 3 * surge!.std, min: 7 - 3 * surge!.std })
  })

  test('rotations are in degrees', () => {
    const pitch = motionStatistics(moving(4, Math.SQRT2), Float64Array.of(0, 0, 0, 0, Math.PI / 6, 0))[4]!
    expect(pitch.std).toBeCloseTo(180 / Math.PI, 12)
    expect(pitch.avg).toBeCloseTo(30, 12)
  })

  test('sources add as squares, wind among them', () => {
    const one = { re: new Float64Array(18).fill(1), im: new Float64Array(18) }
    const two = motionsOf(W, one, { re: one.re.map((x) => 2 * x), im: one.im })
    expect(two.sources).toBe(2)
    expect(standardDeviation(combine(two, [1, 0, 0, 0, 0, 0]))).toBeCloseTo(Math.sqrt((3 * (1 + 4)) / 2), 14)
  })

  test('the area under the density is the variance', () => {
    const channel = combine(moving(2, 3), [0, 0, 1, 0, 0, 0])
    const area = density(channel, 3, 0.5).reduce((sum, s) => sum + s * 0.5, 0)
    expect(area).toBeCloseTo(standardDeviation(channel) ** 2, 14)
  })

  test('a tension follows the pose by its derivative', () => {
    const [line] = tensionStatistics(moving(0, 2), Float64Array.of(1000), Float64Array.of(50, 0, 0, 0, 0, 0))
    expect(line!.avg).toBe(1000)
    expect(line!.std).toBeCloseTo(100 / Math.SQRT2, 12)
  })

  test('the nacelle accelerates with w^2 times surge plus height times pitch', () => {
    const [x, y, z] = nacelleAcceleration(moving(4, 0.1), LEVEL, 90, 9.81)
    expect(x.std).toBeCloseTo(9 / Math.SQRT2, 12)
    expect([y.std, z.std]).toEqual([0, 0])
    expect(nacelleAcceleration(moving(0, 0), Float64Array.of(0, 0, 0, 0, -0.1, 0), 90, 9.81)[0].avg).toBeCloseTo(
      9.81 * Math.sin(0.1),
      14,
    )
  })
})

describe('the moment at the base of the tower', () => {
  test('in surge is mass times acceleration times arm', () => {
    const { std } = towerBaseMoment(moving(0, 2), LEVEL, TOP, null, CORRECTED)
    expect(std).toBeCloseTo((100 * 2 * 50) / Math.SQRT2, 9)
  })

  test('in pitch has inertia and weight with the same sign', () => {
    const { std } = towerBaseMoment(moving(4, 0.1), LEVEL, TOP, null, CORRECTED)
    const inertia = 100 * 60 * 50 + 9000
    expect(std).toBeCloseTo((0.1 * (inertia + 100 * 9.81 * 50)) / Math.SQRT2, 9)
  })

  const rotor = {
    force6: Float64Array.of(500, 0, 0, 0, 500 * 90, 0),
    addedMass: new Float64Array(3 * 36),
    damping: new Float64Array(3 * 36),
    excitation: null,
  } as unknown as RotorCase

  test('of a rotor that damps is its force times its height above the base, in surge, too; in RAFT in pitch alone', () => {
    // Damping of 40 Ns/m along x at a height of 90 m, at every frequency.
    const lever = [1, 0, 0, 0, 90, 0]
    const damping = Float64Array.from(
      { length: 3 * 36 },
      (_, k) => 40 * lever[Math.floor((k % 36) / 6)]! * lever[k % 6]!,
    )
    const damped = { ...rotor, force6: new Float64Array(6), damping, excitation: null }
    const light = { ...TOP, massKg: 0, pitchInertia: 0 }
    const std = (dof: number, corrections: typeof CORRECTED) =>
      towerBaseMoment(moving(dof, 1), LEVEL, light, damped, corrections).std * Math.SQRT2
    expect(std(0, CORRECTED)).toBeCloseTo(40 * 80, 9)
    expect(std(4, CORRECTED)).toBeCloseTo(40 * 90 * 80, 9)
    expect(std(0, AS_RAFT)).toBe(0)
    expect(std(4, AS_RAFT)).toBeCloseTo(40 * 80 * 80, 9)
  })

  test('of steady thrust is thrust times the height of the hub above the base; RAFT HEAD has another number', () => {
    expect(towerBaseMoment(moving(0, 0), LEVEL, TOP, rotor, CORRECTED).avg).toBeCloseTo(500 * 80, 9)
    const { avg } = towerBaseMoment(moving(0, 0), LEVEL, TOP, rotor, AS_RAFT)
    expect(avg).toBeCloseTo(45000 - 50 * (500 + 90 * 45000), 6)
  })
})
