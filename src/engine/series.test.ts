import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Series } from './series.ts'

const STEP_US = 100_000

/** A series of two measures that was sampled up to the end: the first counts samples, the second is silent at first. */
function sampled(count: number): Series {
  const series = new Series(2)
  for (let at = 0; at < count; at++)
    series.sample(at * STEP_US, (measure) => (measure === 0 ? at : at < 3 ? null : -at))
  return series
}

describe('a series', () => {
  test('has one sample for each step of virtual time, however late it is asked', () => {
    const series = new Series(1)
    series.sample(0, () => 1)
    series.sample(STEP_US * 4 + 7, () => 2)
    expect(series.table()).toEqual({ stepUs: STEP_US, columns: [[1, 2, 2, 2, 2]] })
    expect(series.nextUs).toBe(5 * STEP_US)
  })

  test('gives the last samples up to a time', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(7_000_000), fc.integer({ min: 1, max: 80 }), (count, time, last) => {
        const series = sampled(count)
        const { values, lastUs } = series.read(0, time, last)
        const all = Array.from({ length: count }, (_, at) => at).filter((at) => at * STEP_US <= time)
        expect(values).toEqual(all.slice(-last))
        expect(lastUs).toBe((all.at(-1) ?? 0) * STEP_US)
      }),
    )
    expect(sampled(5).read(1, STEP_US * 10, 10).values).toEqual([null, null, null, -3, -4])
  })

  test('doubles its step when it is full, and stays uniform', () => {
    const series = new Series(1)
    for (let time = 0; time <= 600_000_000; time += 50_000) series.sample(time, () => time)
    const { stepUs, columns } = series.table()
    expect(stepUs).toBe(STEP_US * 8)
    expect(columns[0]!.length).toBeLessThanOrEqual(1_201)
    columns[0]!.forEach((value, at) => {
      // A sample is taken at the first chance behind its instant.
      expect(value! - at * stepUs).toBeGreaterThanOrEqual(0)
      expect(value! - at * stepUs).toBeLessThan(stepUs)
    })
  })

  test('forks: both futures go on alone, without the samples from the fork on', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(4_000_000), (count, time) => {
        const trunk = sampled(count)
        const branch = trunk.fork(time)
        const shared = Math.min(count, Math.ceil(time / STEP_US))
        expect(branch.table().columns[0]).toEqual(Array.from({ length: shared }, (_, at) => at))
        branch.sample(shared * STEP_US, () => 777)
        expect(branch.table().columns[0]!.at(-1)).toBe(777)
        expect(trunk.table()).toEqual(sampled(count).table())
      }),
    )
  })

  test('of nothing takes no samples', () => {
    const series = new Series(0)
    series.sample(1_000_000, () => 1)
    expect(series.table().columns).toEqual([])
  })
})
