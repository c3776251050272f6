import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bessel01, diffraction } from './bessel.ts'
import { amplitudes, defaultGamma, jonswap, waveSpectrum } from './spectra.ts'
import reference from './testdata/waves.json' with { type: 'json' }
import { depthProfile, fillDepthProfile, frequencyGrid, gridOf, waveNumber, waveNumberOfRaft } from './waves.ts'

const G = 9.81
const sum = (values: Iterable<number>) => [...values].reduce((total, x) => total + x, 0)

describe('wave number', () => {
  test.each(reference.waveNumber)('w $w rad/s over $depthM m', ({ w, depthM, raft, exact }) => {
    expect(Math.abs(waveNumber(w, depthM, G) / exact - 1)).toBeLessThan(1e-14)
    expect(Math.abs(waveNumberOfRaft(w, depthM, G) / raft - 1)).toBeLessThan(1e-14)
  })

  test('solves the dispersion relation at any depth, between its two limits', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 10, noNaN: true }),
        fc.double({ min: 1, max: 3000, noNaN: true }),
        (w, h) => {
          const k = waveNumber(w, h, G)
          expect(Math.abs((G * k * Math.tanh(k * h)) / (w * w) - 1)).toBeLessThan(1e-13)
          expect(k).toBeGreaterThanOrEqual(((w * w) / G) * (1 - 1e-13))
          expect(k).toBeGreaterThanOrEqual((w / Math.sqrt(G * h)) * (1 - 1e-13))
        },
      ),
      { seed: 1 },
    )
  })
})

test('the grid is multiples of the lowest frequency, the highest among them', () => {
  const { count, w, dw } = frequencyGrid({ minFrequencyHz: 0.005, maxFrequencyHz: 0.4 }, 200, G, 'tight')
  expect(count).toBe(80)
  expect(dw).toBeCloseTo(0.01 * Math.PI, 15)
  expect(w.at(-1)! / (2 * Math.PI)).toBeCloseTo(0.4, 14)
})

/** The profile at one depth for one wave number. */
function profileAt(k: number, z: number, depthM: number): { horizontal: number; vertical: number; pressure: number } {
  const profile = depthProfile(1)
  fillDepthProfile(gridOf(Float64Array.of(1), Float64Array.of(k), depthM), z, profile)
  return { horizontal: profile.horizontal[0]!, vertical: profile.vertical[0]!, pressure: profile.pressure[0]! }
}

describe('kinematics', () => {
  test.each(reference.kinematics)('at $at, heading $headingRad', (r) => {
    for (const [i, w] of r.w.entries()) {
      const wave = profileAt(r.k[i]!, r.at[2]!, r.depthM)
      const phase = -r.k[i]! * (r.at[0]! * Math.cos(r.headingRad) + r.at[1]! * Math.sin(r.headingRad))
      // The reference pressure has 1025 kg/m3, and every wave an amplitude of one metre.
      const pressure = r.pressure[0]![i] as number
      expect(Math.abs(1025 * G * wave.pressure * Math.cos(phase) - pressure)).toBeLessThan(1e-9)
      const [x, , z] = (r.velocity[0] as number[][]).map((row) => row[i]!)
      expect(Math.abs(-w * wave.vertical * Math.sin(phase) - z!)).toBeLessThan(1e-13)
      expect(Math.abs(w * wave.horizontal * Math.cos(phase) * Math.cos(r.headingRad) - x!)).toBeLessThan(1e-12)
    }
  })

  test('at the surface the vertical velocity is that of the surface, at the bed there is none', () => {
    const surface = profileAt(0.03, 0, 80)
    expect(surface.vertical).toBe(1)
    expect(surface.pressure).toBeCloseTo(1, 15)
    const bed = profileAt(0.03, -80, 80)
    expect(bed.vertical).toBeCloseTo(0, 15)
    expect(bed.horizontal).toBeCloseTo(1 / Math.sinh(2.4), 14)
  })

  test('very deep water overflows nothing', () => {
    expect(profileAt(4, -1000, 5000)).toEqual({ horizontal: 0, vertical: 0, pressure: 0 })
  })
})

describe('spectra', () => {
  test.each(reference.jonswap)('JONSWAP of $heightM m, $periodS s, gamma $gamma', (r) => {
    const largest = Math.max(...r.density)
    for (const [i, w] of r.w.entries()) {
      const density = jonswap(w, r.heightM, r.periodS, r.gamma)
      expect(Math.abs(density - r.density[i]!)).toBeLessThan(2e-15 * largest)
    }
  })

  test('the area under it is Hs^2 / 16', () => {
    // gamma = 1 is exact (Pierson and Moskowitz); the factor 1 - 0.287 ln gamma is an approximation.
    const dw = 0.001
    const area = (gamma: number) =>
      dw * sum(Array.from({ length: 30_000 }, (_, i) => jonswap((i + 1) * dw, 6, 12, gamma)))
    expect(area(1)).toBeCloseTo(36 / 16, 3)
    expect(area(3.3) / (36 / 16)).toBeCloseTo(1, 2)
  })

  test("IEC's gamma is continuous at both ends of its middle part", () => {
    expect(defaultGamma(1, 3.6)).toBe(5)
    expect(defaultGamma(1, 3.6001)).toBeCloseTo(5, 0)
    expect(defaultGamma(1, 4.9999)).toBeCloseTo(1, 3)
    expect(defaultGamma(1, 5)).toBe(1)
  })

  test('amplitudes carry the variance of the spectrum', () => {
    const train = { spectrum: 'JONSWAP', periodS: 12, heightM: 6, headingDeg: 0, gamma: 0 } as const
    const { w, dw } = frequencyGrid({ minFrequencyHz: 0.005, maxFrequencyHz: 0.4 }, 200, G, 'tight')
    const density = waveSpectrum(train, w)
    const variance = sum(amplitudes(density, dw).map((a) => (a * a) / 2))
    expect(variance).toBeCloseTo(dw * sum(density), 12)
    expect(4 * Math.sqrt(variance)).toBeCloseTo(6, 1)
    expect(sum(waveSpectrum({ ...train, spectrum: 'still' }, w))).toBe(0)
    expect(sum(waveSpectrum({ ...train, spectrum: 'unit' }, w))).toBe(80)
    expect(sum(waveSpectrum({ ...train, spectrum: 'constant', heightM: 2 }, w))).toBe(160)
  })
})

describe('Bessel functions', () => {
  // Abramowitz and Stegun, tables 9.1 and 9.2.
  test.each([
    [0.1, 0.99750156206604, 0.049937526036242, -1.5342386513503667, -6.4589510947020266],
    [1, 0.7651976865579666, 0.4400505857449335, 0.08825696421567696, -0.7812128213002887],
    [5, -0.1775967713143383, -0.32757913759146523, -0.30851762524903376, 0.14786314339122683],
    [10, -0.24593576445134835, 0.04347274616886144, 0.055671167283599395, 0.24901542420695388],
  ])('at %d', (x, j0, j1, y0, y1) => {
    const b = bessel01(x)
    for (const [found, expected] of [
      [b.j0, j0],
      [b.j1, j1],
      [b.y0, y0],
      [b.y1, y1],
    ] as const) {
      expect(Math.abs(found - expected)).toBeLessThan(2e-14 * Math.max(1, Math.abs(expected)))
    }
  })

  test('the Wronskian J1 Y0 - J0 Y1 is 2 / (pi x) everywhere', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 200, noNaN: true }), (x) => {
        const { j0, j1, y0, y1 } = bessel01(x)
        expect(Math.abs(((j1 * y0 - j0 * y1) * Math.PI * x) / 2 - 1)).toBeLessThan(2e-13)
      }),
      { seed: 2, numRuns: 500 },
    )
  })

  test('the two methods meet where one takes over from the other', () => {
    const [below, above] = [bessel01(25 - 1e-12), bessel01(25)]
    expect(below.j0).toBeCloseTo(above.j0, 11)
    expect(below.y1).toBeCloseTo(above.y1, 11)
  })
})

describe('diffraction around a cylinder', () => {
  const { radiusM, addedMass, k, re, im } = reference.diffraction

  test('has the reference coefficients', () => {
    for (const [i, number] of k.entries()) {
      const [real, imaginary] = diffraction(number, radiusM, addedMass)
      expect(Math.abs(real - re[i]!)).toBeLessThan(1e-12)
      expect(Math.abs(imaginary - im[i]!)).toBeLessThan(1e-12)
    }
  })

  test('long waves see 1 + Ca', () => {
    const [real, imaginary] = diffraction(1e-6, 5, 0.9)
    expect(real).toBeCloseTo(1.9, 9)
    expect(imaginary).toBeCloseTo(0, 9)
  })
})
