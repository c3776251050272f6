import { describe, expect, test } from 'vitest'
import { AS_RAFT, CORRECTED } from '../corrections.ts'
import type { Control } from '../design/types.ts'
import type { RotorLoads } from './aero.ts'
import { closedLoop, type Gains, gainsAt, openLoop, operatingTable } from './control.ts'

const LOADS: RotorLoads = {
  thrust: { value: 1, perWind: 70, perRpm: 20, perPitchDeg: -50 },
  torque: { value: 1, perWind: 900, perRpm: -200, perPitchDeg: -240 },
  powerW: 0,
  force: [1, 0, 0],
  moment: [1, 0, 0],
}
const NONE: Gains = { pitchKp: 0, pitchKi: 0, torqueKp: 0, torqueKi: 0, floating: 0, gearRatio: 1, inertia: 4000 }
const W = Float64Array.of(0.1, 0.5, 2)
const RPM = Math.PI / 30

test('the table of operation goes on to a standstill', () => {
  const table = operatingTable([
    { windMps: 4, pitchDeg: 0, rotorRpm: 5 },
    { windMps: 25, pitchDeg: 20, rotorRpm: 12 },
  ])
  expect(table.slice(2)).toEqual([
    { windMps: 35, pitchDeg: 90, rotorRpm: 0 },
    { windMps: 100, pitchDeg: 90, rotorRpm: 0 },
  ])
})

describe('gains', () => {
  const control: Control = {
    drivetrainInertia: 4000,
    gearRatio: 97,
    pitchAnglesRad: [5, 15].map((deg) => (deg * Math.PI) / 180),
    pitchKp: [-2, -1],
    pitchKi: [-0.4, -0.2],
    floatKp: -9,
    torqueKp: -30,
    torqueKi: -4,
  }
  const table = [
    { windMps: 10, pitchDeg: 0, rotorRpm: 10 },
    { windMps: 20, pitchDeg: 10, rotorRpm: 12 },
  ]

  test('of pitch are scheduled on pitch and interpolated over wind, and there torque has none', () => {
    const gains = gainsAt(control, table, 15, CORRECTED)
    // At 20 m/s the pitch is 10 degrees, half-way between the gains; at 10 m/s it is below the schedule, and there is none.
    expect(gains.pitchKp).toBeCloseTo(1.5 / 2, 14)
    expect(gains.pitchKi).toBeCloseTo(0.3 / 2, 14)
    expect([gains.torqueKp, gains.torqueKi]).toEqual([0, 0])
    expect([gains.floating, gains.gearRatio, gains.inertia]).toEqual([9, 97, 4000])
  })

  test('of torque hold where pitch has none', () => {
    const { pitchKp, torqueKp, torqueKi } = gainsAt(control, table, 9, CORRECTED)
    expect(Math.abs(pitchKp)).toBe(0)
    expect([torqueKp, torqueKi]).toEqual([30, 4])
  })
})

describe('the closed loop', () => {
  test('without gains: the rotor runs up, by hand', () => {
    // I dOmega/dt = Q_U U + Q_O Omega, T = T_U U + T_O Omega: T/U = T_U + T_O Q_U / (i w I - Q_O). RAFT has + Q_O in the bottom and a minus
    // before the fraction, times i w / (i w): T_U - T_O i w Q_U / (I w2 + Q_O i w).
    const { thrustPerWind } = closedLoop(LOADS, NONE, 90, W, CORRECTED)
    const [thrust, torque] = [20 / RPM, -200 / RPM]
    for (const [i, w] of W.entries()) {
      const size = (4000 * w * w) ** 2 + (torque * w) ** 2
      expect(thrustPerWind.re[i]).toBeCloseTo(70 - (900 * thrust * w * torque * w) / size, 8)
      expect(thrustPerWind.im[i]).toBeCloseTo((-900 * thrust * w * 4000 * w * w) / size, 8)
    }
  })

  test('a rotor of infinite inertia does not notice', () => {
    const closed = closedLoop(LOADS, { ...NONE, inertia: 1e15 }, 90, W, CORRECTED)
    const open = openLoop(LOADS, W)
    for (let i = 0; i < W.length; i += 1) {
      expect(closed.damping[i]).toBeCloseTo(open.damping[i]!, 4)
      expect(closed.addedMass[i]).toBeCloseTo(0, 4)
      expect(closed.thrustPerWind.re[i]).toBeCloseTo(70, 4)
    }
  })

  test('without floating feedback, motion of the hub is wind', () => {
    const { damping, addedMass, thrustPerWind } = closedLoop(
      LOADS,
      { ...NONE, pitchKp: 0.3, pitchKi: 0.1 },
      90,
      W,
      CORRECTED,
    )
    for (const [i, w] of W.entries()) {
      expect(damping[i]).toBeCloseTo(thrustPerWind.re[i]!, 10)
      expect(addedMass[i]! * w).toBeCloseTo(thrustPerWind.im[i]!, 10)
    }
  })

  test("RAFT's rounded conversions move it by some 1e-4", () => {
    const gains = { ...NONE, pitchKp: 0.3, pitchKi: 0.1 }
    const exact = closedLoop(LOADS, gains, 90, W, CORRECTED).damping
    const rounded = closedLoop(LOADS, gains, 90, W, AS_RAFT).damping
    const change = Math.max(...exact.map((value, i) => Math.abs(rounded[i]! / value - 1)))
    expect(change).toBeGreaterThan(1e-7)
    expect(change).toBeLessThan(2e-3)
  })
})
