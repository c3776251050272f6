import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AIMD_DEFAULTS, aimd } from './aimd.ts'
import {
  ENVOY_GRADIENT_DEFAULTS,
  type EnvoyGradient,
  envoyGradientWakesUs,
  gradientLimit,
  initialEnvoyGradient,
  recordEnvoyRtt,
  tickEnvoyGradient,
} from './envoy-gradient.ts'
import { GRADIENT_DEFAULTS, gradient } from './gradient.ts'
import { GRADIENT2_DEFAULTS, gradient2 } from './gradient2.ts'
import { type LimitAlgorithm, wholeLog10, wholeRoot } from './limit.ts'
import { acquireSlot, guaranteed, idlePartitions, releaseSlot } from './partitions.ts'
import { VEGAS_DEFAULTS, vegas } from './vegas.ts'
import { WINDOWED_DEFAULTS, windowed } from './windowed.ts'

type Sample = readonly [rttMs: number, inFlight: number, dropped?: boolean]

/** The limit after each sample. */
function limits<C, S>(algorithm: LimitAlgorithm<C, S>, config: C, samples: readonly Sample[]): number[] {
  let state = algorithm.initial(config, 0)
  return samples.map(([rttMs, inFlight, dropped = false], at) => {
    state = algorithm.update(config, state, { rttUs: rttMs * 1000, inFlight, dropped }, at, 0)
    return algorithm.limit(state)
  })
}

/** Vectors of the tests of Netflix/concurrency-limits at 78a74b9. */
describe('AIMD', () => {
  const from = (initialLimit: number) => ({ ...AIMD_DEFAULTS, initialLimit })
  test.each<[string, number, Sample, number]>([
    ['a drop takes a tenth', 30, [1, 0, true], 27],
    ['a success with half of the limit in use adds one', 20, [1, 10], 21],
    ['an idle client learns nothing', 30, [1, 14], 30],
    ['a timeout is a drop', 30, [5_001, 30], 27],
    ['the minimum holds', 20, [1, 0, true], 20],
  ])('%s', (_, initial, sample, expected) => {
    expect(limits(aimd, from(initial), [sample])).toEqual([expected])
  })

  test('the maximum holds', () => {
    expect(limits(aimd, { ...from(21), maxLimit: 21 }, [[1, 21]])).toEqual([21])
  })
})

describe('Vegas', () => {
  const from = (initialLimit: number) => ({ ...VEGAS_DEFAULTS, initialLimit, maxLimit: 20_000 })
  test.each<[string, number, Sample[], number[]]>([
    [
      'grows by beta without a queue',
      10,
      [
        [10, 10],
        [10, 11],
      ],
      [10, 16],
    ],
    [
      'shrinks by the logarithm with a long queue',
      10,
      [
        [10, 10],
        [50, 11],
      ],
      [10, 9],
    ],
    [
      'stays between alpha and beta',
      10,
      [
        [10, 10],
        [14, 14],
      ],
      [10, 10],
    ],
    [
      'scales with the limit',
      10_000,
      [
        [10_000, 5_000],
        [10_000, 6_000],
      ],
      [10_000, 10_024],
    ],
    [
      'grows by beta up to a queue of the logarithm',
      100,
      [
        [10_000, 100],
        [10_204, 100],
      ],
      [100, 112],
    ],
    [
      'grows by the logarithm below alpha',
      100,
      [
        [10_000, 100],
        [10_416, 100],
      ],
      [100, 102],
    ],
    [
      'learns nothing while less than half is in use',
      10,
      [
        [10, 4],
        [10, 4],
      ],
      [10, 10],
    ],
  ])('%s', (_, initial, samples, expected) => {
    expect(limits(vegas, from(initial), samples)).toEqual(expected)
  })

  test('smoothing softens a decrease to the half', () => {
    const half = { ...from(100), decrease: 'half' as const }
    const samples: Sample[] = [
      [10, 100],
      [20, 100],
      [20, 100],
    ]
    expect(limits(vegas, { ...half, smoothing: 0.5 }, samples)).toEqual([100, 75, 56])
    expect(limits(vegas, half, samples)).toEqual([100, 50, 25])
  })

  test('a probe takes the round trip of that moment for the one without load', () => {
    let state = vegas.initial(VEGAS_DEFAULTS, 0)
    // Jitter 0.5: every 0.5 · 30 · 20 = 300 samples. Less than half in use, so that the limit stays.
    for (let at = 0; at < 300; at++) {
      state = vegas.update(VEGAS_DEFAULTS, state, { rttUs: at === 0 ? 10 : 25, inFlight: 1, dropped: false }, at, 0)
      expect(state.noLoadRttUs).toBe(at < 299 ? 10 : 25)
    }
  })
})

/** A server of 50 places and 10 ms: N in flight take 10 ms up to 50, then N·0.2 ms. The knee of its MVA is at 50. */
const serverRttUs = (inFlight: number): number => Math.max(10_000, inFlight * 200)

/** The limit to which `algorithm` settles when the server is always full. */
function settled<C, S>(algorithm: LimitAlgorithm<C, S>, config: C): number {
  let state = algorithm.initial(config, 0)
  for (let at = 0; at < 400; at++) {
    const inFlight = algorithm.limit(state)
    state = algorithm.update(config, state, { rttUs: serverRttUs(inFlight), inFlight, dropped: false }, at, 0)
  }
  return algorithm.limit(state)
}

describe('a limit that finds itself settles near the knee', () => {
  test('Vegas keeps a queue of 3 to 6', () => {
    const limit = settled(vegas, { ...VEGAS_DEFAULTS, probeMultiplier: 1_000 })
    expect(limit).toBeGreaterThanOrEqual(52)
    expect(limit).toBeLessThanOrEqual(57)
  })

  test('the gradient keeps its tolerance and the root: L = 2·50 + floor(√L) = 110', () => {
    expect(settled(gradient, { ...GRADIENT_DEFAULTS, initialLimit: 20, probeInterval: null })).toBe(110)
  })

  test('from below, no algorithm stops before the server is full', () => {
    expect(settled(gradient2, GRADIENT2_DEFAULTS)).toBeGreaterThanOrEqual(50)
    expect(settled(vegas, VEGAS_DEFAULTS)).toBeGreaterThanOrEqual(50)
  })
})

describe('gradients', () => {
  test('gradient: a drop takes a tenth, of which a fifth is taken at once', () => {
    expect(limits(gradient, GRADIENT_DEFAULTS, [[10, 50, true]])).toEqual([49])
  })

  test('gradient: growth by the root of the limit, at least 4', () => {
    expect(
      limits(gradient, { ...GRADIENT_DEFAULTS, initialLimit: 9 }, [
        [10, 9],
        [10, 13],
      ]),
    ).toEqual([13, 17])
  })

  test('gradient: a probe goes down to the queue', () => {
    const config = { ...GRADIENT_DEFAULTS, probeInterval: 2 }
    expect(
      limits(gradient, config, [
        [10, 1],
        [10, 1],
        [10, 1],
      ]),
    ).toEqual([50, 50, 7])
  })

  test('gradient2: growth of a fifth of the queue size; slower answers pull down by half at most', () => {
    const config = { ...GRADIENT2_DEFAULTS, initialLimit: 50 }
    expect(limits(gradient2, config, [[10, 50]])).toEqual([50])
    expect(gradient2.update(config, gradient2.initial(config, 0), at(10, 50), 0, 0).estimate).toBeCloseTo(50.8, 10)
    const warm = { estimate: 50, longRttUs: 10_000, warmed: 10, warmUpSumUs: 100_000 }
    // The long average moves by 2/601 of the difference; 1.5 of it is far below the half of 1 s.
    expect(gradient2.update(config, warm, at(1_000, 50), 0, 0).estimate).toBeCloseTo(50 * 0.8 + 0.2 * (25 + 4), 10)
  })

  test('gradient2: back from overload, the long average is helped down', () => {
    const slow = { estimate: 50, longRttUs: 100_000, warmed: 10, warmUpSumUs: 1_000_000 }
    const next = gradient2.update(GRADIENT2_DEFAULTS, slow, at(10, 1), 0, 0)
    expect(next.longRttUs).toBeCloseTo((100_000 - (90_000 * 2) / 601) * 0.95, 6)
  })

  test('gradient2: ten samples are averaged before the exponential average starts', () => {
    let state = gradient2.initial(GRADIENT2_DEFAULTS, 0)
    for (let ms = 10; ms < 20; ms++) state = gradient2.update(GRADIENT2_DEFAULTS, state, at(ms, 1), 0, 0)
    expect(state.longRttUs).toBeCloseTo(14_500, 8)
  })

  const at = (rttMs: number, inFlight: number) => ({ rttUs: rttMs * 1000, inFlight, dropped: false })

  test('helpers of the reference', () => {
    expect([1, 9, 10, 99, 100, 1_000, 9_999.5, 10_000].map(wholeLog10)).toEqual([1, 1, 1, 1, 2, 3, 3, 4])
    expect([1, 16, 17, 24, 25, 1_000].map((limit) => wholeRoot(limit, 4))).toEqual([4, 4, 4, 4, 5, 31])
  })
})

describe('windowed', () => {
  const config = { ...WINDOWED_DEFAULTS, inner: { ...AIMD_DEFAULTS, initialLimit: 30 } }
  const algorithm = windowed(aimd)
  const run = (samples: readonly (readonly [nowUs: number, rttUs: number, dropped: boolean])[]) => {
    let state = algorithm.initial(config, 0)
    for (const [nowUs, rttUs, dropped] of samples) {
      state = algorithm.update(config, state, { rttUs, inFlight: 30, dropped }, nowUs, 0)
    }
    return algorithm.limit(state)
  }
  const burst = (from: number, count: number, dropped: boolean) =>
    Array.from({ length: count }, (_, i) => [from + i, 1_000, dropped && i === 0] as const)

  test('many drops in one window count once', () => {
    // The very first sample ends the window that began before time; then one second passes.
    expect(run([[1, 1_000, false], ...burst(10, 20, true), [1_000_002, 1_000, true]])).toBe(27)
  })

  test('a window of fewer than ten samples teaches nothing', () => {
    expect(run([[1, 1_000, false], ...burst(10, 8, true), [1_000_002, 1_000, false]])).toBe(30)
  })

  test('the next window is twice the shortest round trip, within its limits', () => {
    const free = { ...config, minWindowUs: 100, maxWindowUs: 1_000_000 }
    const next = (rttUs: number) =>
      algorithm.update(free, algorithm.initial(free, 0), { rttUs, inFlight: 1, dropped: false }, 5, 0).nextUpdateUs
    expect([next(100), next(400_000), next(600_000)]).toEqual([205, 800_005, 1_000_005])
    const open = algorithm.initial(free, 0)
    expect(algorithm.update(free, open, { rttUs: 100, inFlight: 1, dropped: false }, 0, 0).count).toBe(1)
  })

  test('round trips too short to have reached the service are no samples', () => {
    expect(run([[1, 1_000, false], ...burst(10, 9, false), [1_000_002, 99, true]])).toBe(30)
  })
})

describe('partitions', () => {
  const config = { sharesPermille: [900, 100] }

  test('each share is rounded up, at least 1; unknown traffic has none', () => {
    expect([0, 1, 2].map((partition) => guaranteed(config, 25, partition))).toEqual([23, 3, 0])
    expect(guaranteed({ sharesPermille: [10] }, 5, 0)).toBe(1)
  })

  test('a flood of one class takes all that is free, and not what the other is promised', () => {
    let state = idlePartitions(config)
    const acquire = (partition: number) => {
      const step = acquireSlot(config, state, 10, partition)
      state = step.state
      return step.outcome
    }
    expect(Array.from({ length: 15 }, () => acquire(1)).filter(Boolean).length).toBe(10)
    expect(Array.from({ length: 15 }, () => acquire(0)).filter(Boolean).length).toBe(9)
    expect(acquire(7)).toBe(false)
    state = releaseSlot(config, state, 1)
    expect([acquire(1), acquire(0)]).toEqual([false, false])
  })

  test('what is in flight never exceeds the limit by more than the guarantees, and never falls below 0', () => {
    const moves = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.boolean()), { maxLength: 100 })
    fc.assert(
      fc.property(moves, (steps) => {
        let state = idlePartitions(config)
        for (const [partition, release] of steps) {
          if (!release) state = acquireSlot(config, state, 5, partition).state
          else if (state.busy[partition]! > 0) state = releaseSlot(config, state, partition)
          else expect(() => releaseSlot(config, state, partition)).toThrow('a slot was released that nobody held')
          expect(state.busy.reduce((sum, busy) => sum + busy)).toBeLessThanOrEqual(5 + 5 + 1)
        }
      }),
    )
  })
})

describe("Envoy's gradient", () => {
  const config = ENVOY_GRADIENT_DEFAULTS

  test.each([
    // limit, minRtt, sampleRtt: the gradient, then limit·g + √(limit·g), rounded down.
    [100, 10_000, 12_500, 110],
    [100, 10_000, 1_000, 214],
    [100, 10_000, 100_000, 57],
    [3, 10_000, 100_000, 3],
    [900, 10_000, 5_000, 1_000],
  ])('limit %i, %i µs against %i µs: %i', (limit, minRttUs, sampleRttUs, expected) => {
    expect(gradientLimit(config, limit, minRttUs, sampleRttUs)).toBe(expected)
  })

  /** A closed loop: whatever the limit allows is in flight at the server; every 10 ms all are answered. */
  function run(untilUs: number): EnvoyGradient {
    let state = initialEnvoyGradient(config, 0)
    for (let nowUs = 20_000; nowUs <= untilUs; nowUs += 10_000) {
      if (nowUs >= envoyGradientWakesUs(state)) state = tickEnvoyGradient(config, state, nowUs)
      const rttUs = serverRttUs(state.limit)
      for (let i = state.limit; i > 0; i--) state = recordEnvoyRtt(config, state, nowUs - rttUs, nowUs, 0)
    }
    return state
  }

  test('the first 50 answers, at 3 in flight, give the minimum; then the limit rises', () => {
    const early = run(300_000)
    expect([early.deferredLimit, early.minRttUs, early.limit > 3]).toEqual([null, 10_000, true])
  })

  test('a measurement takes the percentile of its samples, in whatever order they come', () => {
    let state = initialEnvoyGradient(config, 0)
    expect(envoyGradientWakesUs(state)).toBe(Number.POSITIVE_INFINITY)
    for (let i = 0; i < 50; i++) state = recordEnvoyRtt(config, state, 1_000, 2_000 + ((i * 7) % 50) * 10, 0)
    expect(state.minRttUs).toBe(1_240)
    expect(envoyGradientWakesUs(state)).toBe(2_000 + 43 * 10 + 100_000)
  })

  test('it settles where limit = 62.5 + √62.5, the buffer of a quarter above the knee', () => {
    expect(run(20_000_000).limit).toBe(70)
  })

  test('after its interval it measures again at the lowest concurrency, and comes back to its limit', () => {
    const during = tickEnvoyGradient(config, run(60_000_000), 60_200_000)
    expect([during.limit, during.deferredLimit]).toEqual([3, 70])
    const ignored = recordEnvoyRtt(config, during, 60_199_999, 60_300_000, 0)
    expect(ignored).toBe(during)
    let state = during
    for (let i = 0; i < 50; i++) state = recordEnvoyRtt(config, state, 60_200_000, 60_210_000, 0)
    expect([state.limit, state.deferredLimit, state.nextMinRttUs]).toEqual([70, null, 120_210_000])
  })

  test('five windows at the lowest limit make it doubt its minimum', () => {
    let state: EnvoyGradient = { ...run(300_000), limit: 3, minRttUs: 10, nextUpdateUs: 1_000_000 }
    for (let window = 10; window <= 15; window++) {
      expect(state.deferredLimit).toBe(null)
      state = recordEnvoyRtt(config, state, window * 100_000 - 50_000, window * 100_000, 0)
      state = tickEnvoyGradient(config, state, window * 100_000)
    }
    expect(state.deferredLimit).toBe(3)
  })
})
