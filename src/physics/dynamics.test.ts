import { describe, expect, test } from 'vitest'
import { inWaves, sea } from './cases.test-helper.ts'
import { AS_RAFT, CORRECTED, type Corrections } from './corrections.ts'
import type { LoadCase } from './design/types.ts'
import { shipped } from './designs/index.ts'
import { type LinearSystem, setImpedance, solveDynamics } from './dynamics.ts'
import type { CaseSolution } from './solution.ts'
import { prepare, solveCase } from './solve.ts'
import { frequencyGrid } from './waves.ts'

const settings = { minFrequencyHz: 0.01, maxFrequencyHz: 0.2, startAmplitude: 0, maxIterations: 15 }
const grid = frequencyGrid(settings, 200, 9.81, 'tight')
const nw = grid.count
const noStrips = {
  count: 0,
  strip: new Int32Array(0),
  position: new Float64Array(0),
  arm: new Float64Array(0),
  lever: new Float64Array(0),
  dragArea: new Float64Array(0),
  circular: new Uint8Array(0),
}
const diagonal = (...values: number[]) => {
  const matrix = new Float64Array(36)
  for (const [i, value] of values.entries()) matrix[i * 7] = value
  return matrix
}
const empty = { re: new Float64Array(0), im: new Float64Array(0) }

function solved(corrections: Corrections, input: LoadCase, precision: 'raft' | 'tight' = 'tight'): CaseSolution {
  const solution = solveCase(prepare(shipped('cylinder'), corrections, { precision }), input)
  if (!solution.ok) throw new Error(solution.error.message)
  return solution.value
}

describe('the response of a body that feels no drag', () => {
  const system: LinearSystem = {
    grid,
    mass: diagonal(2, 2, 3, 5, 5, 7),
    stiffness: diagonal(1, 1, 4, 2, 2, 1),
    damping: diagonal(0.1, 0.1, 0.2, 0.3, 0.3, 0.1),
    rotorMass: null,
    rotorDamping: null,
    windForce: null,
  }
  const force = { re: new Float64Array(6 * nw).fill(1), im: new Float64Array(6 * nw).fill(0.5) }
  const limits = { tolerance: 0.01, passesMax: 16 }
  const water = { wet: noStrips, loads: [{ velocity: empty, force }], waterDensity: 1025 }

  test('is F / (c - w^2 m + i w b), found at once, and four passes to see it', () => {
    const { Xi, iterations, converged } = solveDynamics(system, water, settings, limits, false)
    expect(converged).toBe(true)
    // What is kept of the old amplitudes is 0.2 a pass, and 0.2^3 is the first power below 0.01.
    expect(iterations).toBe(4)
    for (let i = 0; i < nw; i++) {
      const w = grid.w[i]!
      const [re, im] = [4 - w * w * 3, w * 0.2]
      const square = re * re + im * im
      expect(Xi.re[2 * nw + i]).toBeCloseTo((re + 0.5 * im) / square, 12)
      expect(Xi.im[2 * nw + i]).toBeCloseTo((0.5 * re - im) / square, 12)
    }
  })

  test("the rotor's mass and damping count at their frequencies", () => {
    const rotorMass = new Float64Array(36 * nw)
    rotorMass[3 * 36] = 10
    const [re, im] = [new Float64Array(36), new Float64Array(36)]
    setImpedance({ ...system, rotorMass, rotorDamping: rotorMass }, new Float64Array(36), 3, re, im)
    const w = grid.w[3]!
    expect(re[0]).toBeCloseTo(1 - w * w * 12, 12)
    expect(im[0]).toBeCloseTo(w * 10.1, 12)
  })

  test('wind is a source of its own behind the waves', () => {
    const { Xi, windXi } = solveDynamics({ ...system, windForce: force }, water, settings, limits, true)
    expect([...windXi!.re]).toEqual([...Xi.re])
  })
})

describe('the passes of the drag linearization', () => {
  const input = inWaves([sea(6, 12)])

  test('get closer with every pass but the first, to the same end from any start', () => {
    const { relativeChange, converged } = solved(AS_RAFT, input)
    expect(converged).toBe(true)
    for (let pass = 2; pass < relativeChange.length; pass++)
      expect(relativeChange[pass]).toBeLessThan(relativeChange[pass - 1]!)
    const design = shipped('cylinder')
    const far = prepare({ ...design, settings: { ...design.settings, startAmplitude: 5 } }, AS_RAFT, {
      precision: 'tight',
    })
    const other = solveCase(far, input)
    expect(other.ok).toBe(true)
    const std = solved(AS_RAFT, input).statistics.dof[0]!.std
    expect((other.ok ? other.value.statistics.dof[0]!.std : 0) / std).toBeCloseTo(1, 8)
  })

  test('RAFT stops at a hundredth', () => {
    const raft = solved(AS_RAFT, input, 'raft')
    expect(raft.iterations).toBeLessThan(solved(AS_RAFT, input).iterations)
    expect(raft.relativeChange.at(-1)).toBeLessThan(0.01)
    expect(raft.relativeChange.at(-2)).toBeGreaterThanOrEqual(0.01)
  })

  test('can be kept', () => {
    const prepared = prepare(shipped('cylinder'), CORRECTED, { keepPasses: true })
    const found = solveCase(prepared, input)
    const passes = found.ok ? found.value.inside.response.passes : []
    expect(passes.length).toBe(found.ok ? found.value.iterations : 0)
    expect([...passes.at(-1)!.Xi.re]).toEqual([...(found.ok ? found.value.Xi.re : [])])
  })

  test('what waves put in, damping takes out, at every frequency', () => {
    const { Xi, excitation, dragExcitation, dragDamping } = solved(AS_RAFT, input)
    const n = Xi.re.length / 6
    const { w } = frequencyGrid(shipped('cylinder').settings, 100, 9.81, 'tight')
    const [into, out] = [new Float64Array(n), new Float64Array(n)]
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < 6; a++) {
        const [xRe, xIm] = [Xi.re[a * n + i]!, Xi.im[a * n + i]!]
        const [fRe, fIm] = [
          excitation.re[a * n + i]! + dragExcitation.re[a * n + i]!,
          excitation.im[a * n + i]! + dragExcitation.im[a * n + i]!,
        ]
        // Half the real part of F* i w X.
        into[i] = into[i]! + 0.5 * w[i]! * (fIm * xRe - fRe * xIm)
        for (let b = 0; b < 6; b++)
          out[i] =
            out[i]! + 0.5 * w[i]! ** 2 * dragDamping[a * 6 + b]! * (xRe * Xi.re[b * n + i]! + xIm * Xi.im[b * n + i]!)
      }
    }
    const most = Math.max(...out)
    // The mooring's stiffness is a little unsymmetric where the cylinder has drifted, so it takes part, too.
    for (let i = 0; i < n; i++) expect(Math.abs(into[i]! - out[i]!)).toBeLessThan(1e-6 * most)
  })
})

describe('several trains of waves', () => {
  const one = inWaves([sea(6, 12)])
  const split = inWaves([sea(6 / Math.SQRT2, 12), sea(6 / Math.SQRT2, 12)].map((train) => ({ ...train, gamma: 1 })))
  const whole = inWaves([{ ...sea(6, 12), gamma: 1 }])

  test('that share the energy of one do what it does', () => {
    const [a, b] = [solved(CORRECTED, whole), solved(CORRECTED, split)]
    for (const dof of [0, 2, 4]) expect(b.statistics.dof[dof]!.std / a.statistics.dof[dof]!.std).toBeCloseTo(1, 7)
  })

  test('RAFT linearizes about the first alone, and so has too little damping', () => {
    const [a, b] = [solved(AS_RAFT, whole), solved(AS_RAFT, split)]
    expect(b.dragDamping[0]).toBeLessThan(0.9 * a.dragDamping[0]!)
  })

  test('from opposite sides push to opposite sides', () => {
    const ahead = solved(CORRECTED, one)
    const astern = solved(CORRECTED, inWaves([sea(6, 12, 180)]))
    const n = ahead.Xi.re.length / 6
    const most = Math.max(...ahead.Xi.im.map(Math.abs))
    for (let i = 0; i < n; i++) expect(Math.abs(ahead.Xi.im[i]! + astern.Xi.im[i]!)).toBeLessThan(1e-7 * most)
  })
})
