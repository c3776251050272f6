import { describe, expect, test } from 'vitest'
import { NAMES, reference, turbineOf } from './reference.test-helper.ts'
import { kaimal, rotorAverage, rotorSpectrum, windDeviation } from './turbulence.ts'

test('the deviation of the wind after IEC 61400-1, by hand', () => {
  expect(windDeviation(0.14, 12)).toBeCloseTo(0.14 * 14.6, 14)
  expect(windDeviation('0.14', 12)).toBeCloseTo(0.14 * 14.6, 14)
  expect(windDeviation('IB_NTM', 12)).toBeCloseTo(0.14 * 14.6, 14)
  expect(windDeviation('IIIA+_NTM', 12)).toBeCloseTo(0.18 * 14.6, 14)
  // Class II: reference wind 42.5, mean 8.5 m/s.
  expect(windDeviation('IIC_ETM', 20)).toBeCloseTo(0.24 * (0.072 * (8.5 / 2 + 3) * 6 + 10), 14)
  expect(windDeviation('IA_EWM', 40)).toBeCloseTo(4.4, 14)
  for (const wrong of ['', 'B_NTM', 'IB', 'VB_NTM', 'IB_XYZ', -0.1, '-0.1']) expect(windDeviation(wrong, 12)).toBeNull()
})

test("Kaimal's spectrum holds the variance: its integral over all frequencies", () => {
  // With f = exp(s) the integrand f S(f) falls off on both sides; equal steps converge fast.
  let variance = 0
  const step = 0.01
  for (let s = -22; s < 30; s += step) variance += kaimal(Math.exp(s), 9, 1.7, 45) * Math.exp(s) * step
  expect(variance).toBeCloseTo(1.7 ** 2, 6)
})

describe('the average over a rotor', () => {
  test('is 1 for great eddies and falls as 2 / y2 for small ones', () => {
    expect(rotorAverage(1e-6)).toBeCloseTo(1, 5)
    expect(rotorAverage(1e4) * 1e8).toBeCloseTo(2, 2)
    for (let y = 0.01; y < 60; y *= 1.1) expect(rotorAverage(1.1 * y)).toBeLessThan(rotorAverage(y))
  })

  // 60 digits of 2 / y3 (y + 3 (L1 - I1) - 2 y (L0 - I0)) of 2 y, computed with mpmath.
  test.each([
    [1e-3, 0.9990950850057503],
    [0.1, 0.9142583214162047],
    [1, 0.44134377376080697],
    [5, 0.06005976701249767],
    [10, 0.01746640471778375],
    [15, 0.008136061839842279],
    [19.999, 0.004682541520751941],
    [20.001, 0.004681636813973532],
    [30, 0.0021279606444247986],
  ])('of y = %f to all digits', (y, expected) => {
    expect(Math.abs(rotorAverage(y) / expected - 1)).toBeLessThan(5e-13)
  })
})

describe.each(NAMES)('spectra of RAFT for %s', (name) => {
  const { rotor, hubHeightM } = turbineOf(name)

  test.each(reference[name].kaimal)('$windMps m/s', ({ windMps, intensity, w, point, rotor: averaged }) => {
    const deviation = windDeviation(intensity, windMps)!
    for (const [i, omega] of w.entries()) {
      const hertz = omega / (2 * Math.PI)
      expect(Math.abs(kaimal(hertz, windMps, deviation, hubHeightM) / point[i]! - 1)).toBeLessThan(1e-12)
      // RAFT subtracts numbers of the size of exp(x) / sqrt(2 pi x), x = 2 y; each good to some hundred roundings; what is left must agree.
      const y = 12 * rotor.tipRadiusM * Math.sqrt((hertz / windMps) ** 2 + (0.12 / (8.1 * 42)) ** 2)
      const cancelled = (2 ** -42 * Math.exp(2 * y)) / Math.sqrt(4 * Math.PI * y) / y ** 2
      const share = averaged[i]! / point[i]!
      const tolerance = 1e-9 + Math.min(cancelled / share, 0.04)
      const ours = rotorSpectrum(hertz, windMps, deviation, hubHeightM, rotor.tipRadiusM)
      expect(Math.abs(ours / averaged[i]! - 1)).toBeLessThan(tolerance)
    }
  })
})
