import { describe, expect, test } from 'vitest'
import { loadCsv, loadMeans, theoryAt } from './load-points.ts'

const at = (load: number, meanMs: number, perS = load * 10) => ({ load, perS, meanMs, n: 100 })

describe('means over seeds', () => {
  test('one run is a point without an interval', () => {
    expect(loadMeans([at(3, 20)])).toEqual([{ perS: 30, meanMs: 20, halfMs: null, seeds: 1, n: 100 }])
  })

  test('five runs: mean ± 2.776 standard errors; loads ascend', () => {
    // Standard deviation √2.5 of 1 to 5, standard error √0.5.
    const [low, high] = loadMeans([at(2, 9), ...[1, 2, 3, 4, 5].map((ms) => at(1, ms))])
    expect(low).toMatchObject({ perS: 10, meanMs: 3, seeds: 5, n: 500 })
    expect(low!.halfMs).toBeCloseTo(2.776 * Math.SQRT1_2, 9)
    expect(high!.perS).toBe(20)
  })
})

test('theory between its points, and nothing beyond them', () => {
  const curve = [
    [10, 100],
    [20, 300],
  ] as const
  expect([10, 15, 20].map((perS) => theoryAt(curve, perS))).toEqual([100, 200, 300])
  expect([5, 25].map((perS) => theoryAt(curve, perS))).toEqual([null, null])
})

test('CSV: what is unknown is left empty', () => {
  const means = loadMeans([at(1, 20)])
  expect(loadCsv(means, [])).toBe(
    'arrivals [/s],mean time [ms],half of the 95 % interval [ms],seeds,n,theory [ms]\n10,20,,1,100,\n',
  )
})
