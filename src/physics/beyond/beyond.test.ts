import { describe, expect, test } from 'vitest'
import { inWaves, sea } from '../cases.test-helper.ts'
import { CORRECTED } from '../corrections.ts'
import { dimensionsOf } from '../design/dimensions.ts'
import type { Design } from '../design/types.ts'
import { shipped } from '../designs/index.ts'
import { density, standardDeviation } from '../outputs.ts'
import { prepare, solveCase, solveUnloaded } from '../solve.ts'
import { channelsOf } from './channels.ts'
import { extremes } from './extremes.ts'
import { sensitivityTo } from './sensitivity.ts'
import { densityOf, phases, repeatS, timeSeries } from './series.ts'

const prepared = prepare(shipped('volturnus'), CORRECTED)
const { w, dw } = prepared.grid
const nw = w.length

function solved(input = inWaves([sea(6, 12), sea(2, 15, 60)])) {
  const solution = solveCase(prepared, input)
  if (!solution.ok) throw new Error(solution.error.message)
  return solution.value
}

const single = (amplitude: number, at: number) => {
  const re = new Float64Array(nw)
  re[at] = amplitude
  return { re, im: new Float64Array(nw) }
}

describe('channels', () => {
  const solution = solved()
  const channels = channelsOf(prepared, solution)

  test('have the deviations of the statistics', () => {
    const { dof, tension, nacelleAcceleration, towerBaseMoment } = solution.statistics
    const expected = [...dof, ...tension, ...nacelleAcceleration!, towerBaseMoment!]
    expect(channels.length).toBe(expected.length)
    for (const [i, { amplitudes }] of channels.entries())
      expect(standardDeviation(amplitudes)).toBeCloseTo(expected[i]!.std, 12)
  })
})

describe('extremes', () => {
  test('of a single frequency: its own period, and no width', () => {
    const found = extremes(single(2, 9), w, 3 * 3600)
    expect(found.zeroCrossingS).toBeCloseTo((2 * Math.PI) / w[9]!, 12)
    expect(found.bandwidth).toBeLessThan(1e-6)
    expect(found.deviation).toBeCloseTo(Math.SQRT2, 14)
  })

  test("of a thousand crests: Rayleigh's 3.72 deviations, more than RAFT's three", () => {
    const period = (2 * Math.PI) / w[9]!
    const found = extremes(single(Math.SQRT2, 9), w, 1000 * period)
    expect(found.crests).toBeCloseTo(1000, 9)
    expect(found.mostProbable).toBeCloseTo(Math.sqrt(2 * Math.log(1000)), 9)
    expect(found.expected).toBeGreaterThan(found.mostProbable)
    expect(found.fractile).toBeGreaterThan(found.expected)
    // exp(-N exp(-x^2 / 2)) is nearly (1 - exp(-x^2 / 2))^N.
    expect(Math.exp(-1000 * Math.exp(-(found.fractile ** 2) / 2))).toBeCloseTo(0.9, 3)
  })

  test('grow with the duration, and nothing has none', () => {
    const surge = channelsOf(prepared, solved())[0]!.amplitudes
    expect(extremes(surge, w, 6 * 3600).expected).toBeGreaterThan(extremes(surge, w, 3600).expected)
    expect(extremes(single(0, 0), w, 3600)).toMatchObject({ expected: 0, crests: 0 })
  })
})

describe('time series', () => {
  const heave = channelsOf(prepared, solved(inWaves([sea(6, 12)])))[2]!.amplitudes
  const count = 1024
  const stepS = repeatS(w) / count
  const series = (seed: number) => timeSeries(heave, w, [phases(seed, 0, nw)], count, stepS)

  test('have the computed spectrum, whatever the seed', () => {
    const wanted = density(heave, nw, dw)
    const most = Math.max(...wanted)
    for (const seed of [1, 77]) {
      const found = densityOf(series(seed), stepS, w)
      for (let i = 0; i < nw; i++) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(1e-10 * most)
    }
  })

  test('have the computed deviation and no mean, and repeat', () => {
    const one = series(5)
    const mean = one.reduce((sum, x) => sum + x, 0) / count
    const square = one.reduce((sum, x) => sum + x * x, 0) / count
    expect(mean).toBeCloseTo(0, 12)
    expect(Math.sqrt(square)).toBeCloseTo(standardDeviation(heave), 10)
    const longer = timeSeries(heave, w, [phases(5, 0, nw)], count + 1, stepS)
    expect(longer[count]).toBeCloseTo(one[0]!, 9)
  })

  test('differ from seed to seed and are the same for the same seed', () => {
    expect([...series(1)]).toEqual([...series(1)])
    expect(series(1)[0]).not.toBeCloseTo(series(2)[0]!, 6)
  })
})

describe('sensitivities', () => {
  const design = shipped('cylinder')
  const named = (name: string) => dimensionsOf(design).find((dimension) => dimension.name.endsWith(name))!

  /** Period and deviation of heave. */
  const heave = (changed: Design): Float64Array | null => {
    const prepared = prepare(changed, CORRECTED, { precision: 'tight' })
    const [unloaded, solution] = [solveUnloaded(prepared), solveCase(prepared, inWaves([sea(4, 10)]))]
    if (!unloaded.ok || !solution.ok) return null
    return Float64Array.of(unloaded.value.modes.periodS[2]!, solution.value.statistics.dof[2]!.std)
  }
  const changeOf = (name: string) => sensitivityTo(named(name), heave).change!

  test('are the slope between designs farther apart', () => {
    const diameter = named('.diameter')
    const [thin, thick] = [-0.05, 0.05].map((by) => heave(diameter.with(diameter.value + by))!)
    const change = changeOf('.diameter')
    expect(change[0]! / ((thick![0]! - thin![0]!) / 0.1)).toBeCloseTo(1, 3)
    expect(change[1]! / ((thick![1]! - thin![1]!) / 0.1)).toBeCloseTo(1, 2)
  })

  test('a deeper cylinder heaves more slowly', () => {
    // Not moved by the ballast, whose height is a dimension of its own.
    expect(changeOf('.draft')[0]).toBeGreaterThan(0)
  })

  test('drag on the side has no part in the period of heave; all lines together do what each of them does', () => {
    expect(changeOf('column.cd')[0]).toBe(0)
    const lines = [1, 2, 3, 4].reduce((sum, i) => sum + changeOf(`line_${i}.length`)[0]!, 0)
    expect(lines / changeOf('lines.length')[0]!).toBeCloseTo(1, 1)
  })

  test('a design without a solution has none', () => {
    expect(sensitivityTo(named('.diameter'), () => null).change).toBeNull()
  })
})
