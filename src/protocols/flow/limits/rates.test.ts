import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { poisson, throughBucket, throughGcra } from './arrivals.test-helper.ts'
import { countInFixedWindow, freshWindow } from './fixed-window.ts'
import { conform, freshGcra } from './gcra.ts'
import { emptyLeakyBucket, pour } from './leaky-bucket.ts'
import { fullBucket, RATE_DEFAULTS, takeTokens } from './token-bucket.ts'

describe('token bucket and GCRA', () => {
  test.each([
    [1, 7_000],
    [5, 10_000],
    [20, 13_000],
  ])('are the same limiter: burst %i, arrivals %i µs apart, 200,000 decisions', (burst, meanUs) => {
    // 3 in 40,000 µs: an interval that no integer of microseconds says.
    const config = { tokens: 3, perUs: 40_000, burst }
    const arrivals = poisson(burst, meanUs, 200_000)
    const [bucket, gcra] = [throughBucket(config, arrivals), throughGcra(config, arrivals)]
    expect(bucket.findIndex((allowed, at) => allowed !== gcra[at])).toBe(-1)
  })

  test.each([
    [10_000, 1 / 2],
    [5_000, 2 / 3],
    [12_500, 4 / 9],
  ])('burst 1 refuses rho/(1 + rho) of Poisson arrivals %i µs apart', (meanUs, expected) => {
    const refused = throughGcra({ ...RATE_DEFAULTS, burst: 1 }, poisson(1, meanUs, 200_000)).filter((ok) => !ok).length
    // A standard error is at most 0.0011: four of them.
    expect(Math.abs(refused / 200_000 - expected)).toBeLessThan(0.0045)
  })

  test('no window lets more through than burst + rate * length', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 30_000 }), { minLength: 2, maxLength: 60 })
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 8 }), (between, burst) => {
        const config = { tokens: 7, perUs: 50_000, burst }
        let at = 0
        const passed = between.map((gap) => (at += gap)).filter((_, i, all) => throughGcra(config, all)[i])
        for (const [i, from] of passed.entries()) {
          for (const [j, to] of passed.entries()) {
            if (j >= i) expect((j - i + 1) * config.perUs).toBeLessThanOrEqual(burst * 50_000 + (to - from) * 7)
          }
        }
      }),
      { numRuns: 100 },
    )
  })

  test('a refusal says when it would be admitted: then, and not a microsecond before', () => {
    const config = { tokens: 3, perUs: 40_000, burst: 2 }
    for (const admit of [throughBucket, throughGcra]) {
      expect(admit(config, [0, 0, 0, 13_333, 13_334])).toEqual([true, true, false, false, true])
    }
    const empty = takeTokens(config, fullBucket(config, 0), 2, 0).state
    expect(takeTokens(config, empty, 1, 0).outcome).toEqual({ allowed: false, retryAfterUs: 13_334 })
    const late = conform(config, conform(config, conform(config, freshGcra, 0).state, 0).state, 0)
    expect(late.outcome).toEqual({ allowed: false, retryAfterUs: 13_334 })
  })

  test('an event may cost several tokens, never more than the bucket holds', () => {
    const config = { tokens: 1, perUs: 10, burst: 3 }
    expect(takeTokens(config, fullBucket(config, 0), 3, 0)).toEqual({
      state: { parts: 0, atUs: 0 },
      outcome: { allowed: true, retryAfterUs: 0 },
    })
    expect(() => takeTokens(config, fullBucket(config, 0), 4, 0)).toThrow('more tokens than the bucket can ever hold')
  })
})

describe('fixed window', () => {
  test('lets twice its limit through around a boundary; the token bucket does not', () => {
    const around = [...Array(100).fill(999_999), ...Array(100).fill(1_000_000)]
    let window = freshWindow
    const passed = around.filter((nowUs) => {
      const { state, outcome } = countInFixedWindow({ limit: 100, windowUs: 1_000_000 }, window, nowUs)
      window = state
      return outcome.allowed
    })
    expect(passed.length).toBe(200)
    expect(throughBucket({ tokens: 100, perUs: 1_000_000, burst: 100 }, around).filter(Boolean).length).toBe(100)
  })

  test('a refusal waits for the next window', () => {
    const full = { window: 2, count: 5 }
    const { outcome } = countInFixedWindow({ limit: 5, windowUs: 1_000 }, full, 2_400)
    expect(outcome).toEqual({ allowed: false, retryAfterUs: 600 })
  })
})

describe('leaky bucket as a queue', () => {
  test('is an M/D/1: the mean wait of rho = 0.8 is two services', () => {
    let bucket = emptyLeakyBucket
    let waited = 0
    const arrivals = poisson(4, 1_250, 200_000)
    for (const nowUs of arrivals) {
      const { state, outcome } = pour({ intervalUs: 1_000, capacity: 1_000_000 }, bucket, nowUs)
      bucket = state
      waited += outcome! - 1_000 - nowUs
    }
    expect(Math.abs(waited / arrivals.length / 1_000 - 2)).toBeLessThan(0.15)
  })

  test('runs over at its capacity', () => {
    let bucket = emptyLeakyBucket
    const outcomes = [0, 0, 0, 999, 1_000].map((nowUs) => {
      const { state, outcome } = pour({ intervalUs: 1_000, capacity: 2 }, bucket, nowUs)
      bucket = state
      return outcome
    })
    expect(outcomes).toEqual([1_000, 2_000, null, null, 3_000])
  })
})
