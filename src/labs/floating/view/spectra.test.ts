import { describe, expect, test } from 'vitest'
import { unpackMotion } from '../../../physics/motion.ts'
import { motionTable } from '../motion.ts'
import { after, launch, type Solved, solve } from '../platform.ts'
import { raoPlot, responseAmplitude, responseSpectrum, seaSpectrum, seriesPlot, spectrumPlot } from './spectra.ts'

function solvedIn(heightM: number, spectrum: 'JONSWAP' | 'still' = 'JONSWAP'): Solved {
  const change = { spectrum, heightM, periodS: 12 }
  const input = after(launch('oc3'), { kind: 'sea', add: false, train: null, change })
  if (!input.ok) throw new Error(input.error)
  const solved = solve(input.value, null)
  if (!solved.ok) throw new Error(solved.error.message)
  return solved.value
}

const solved = solvedIn(6)
const table = motionTable(solved, 7)
const motion = unpackMotion(table)

/** Sum over equal bins. */
const area = (points: readonly (readonly [number, number])[]): number => {
  const width = points[1]![0] - points[0]![0]
  return points.reduce((sum, [, density]) => sum + density * width, 0)
}

describe('spectra', () => {
  test('the area under the sea is a sixteenth of the height squared, but for the tail that the grid cuts off', () => {
    expect(area(seaSpectrum(motion)) / (6 / 4) ** 2).toBeCloseTo(1, 1)
  })

  test.each([
    ['surge', 0],
    ['heave', 2],
    ['pitch', 4],
  ])('the area under %s is its variance', (_, dof) => {
    expect(Math.sqrt(area(responseSpectrum(motion, dof)))).toBeCloseTo(solved.solution.statistics.dof[dof]!.std, 9)
  })
})

describe('response amplitude operators', () => {
  test('response spectrum is sea spectrum times the square', () => {
    const sea = new Map(seaSpectrum(motion))
    const response = new Map(responseSpectrum(motion, 2))
    for (const [frequency, amplitude] of responseAmplitude(motion, 2)) {
      expect(response.get(frequency)!).toBeCloseTo(sea.get(frequency)! * amplitude ** 2, 9)
    }
  })

  test('are drawn only where there are waves: none on still water', () => {
    const still = unpackMotion(motionTable(solvedIn(0, 'still'), 7))
    expect(responseAmplitude(still, 2)).toEqual([])
    expect(raoPlot(still, null, [2], [...solved.modes.periodS]).series[0]!.points).toEqual([])
  })
})

describe('plots', () => {
  const periods = [...solved.modes.periodS]

  test('what was there before is dashed, and resonances are marked at their frequencies', () => {
    const plot = spectrumPlot(motion, unpackMotion(motionTable(solvedIn(3), 7)), [2], periods)
    expect(plot.series.map(({ label, look }) => [label, look])).toEqual([
      ['heave', 'line'],
      ['heave before', 'dashed'],
    ])
    expect(plot.marks![0]!.x).toBeCloseTo(1 / periods[2]!, 12)
  })

  test('a time series is the motion of the picture, around now', () => {
    const plot = seriesPlot(table, [2, 4], 100, 40)
    expect([plot.series[0]!.points[0]![0], plot.series[0]!.points.at(-1)![0]]).toEqual([80, 120])
    const values = plot.series[0]!.points.map(([, heave]) => heave)
    expect(Math.max(...values)).toBeLessThan(
      solved.solution.statistics.dof[2]!.avg + 5 * solved.solution.statistics.dof[2]!.std,
    )
    expect(Math.max(...values)).toBeGreaterThan(solved.solution.statistics.dof[2]!.avg)
  })
})
