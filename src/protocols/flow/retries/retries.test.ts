import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { draw, streamKey } from '../../../base/prng.ts'
import {
  amplification,
  BACKOFF_DEFAULTS,
  type BackoffConfig,
  backoffUs,
  expectedAttempts,
  exponentialUs,
  GRPC_BACKOFF_EXAMPLE,
  pushedBackUs,
} from './backoff.ts'
import {
  AWS_BUCKET_2026,
  AWS_BUCKET_DEFAULTS,
  type AwsFailure,
  awsRefund,
  awsWithdraw,
  fullAwsBucket,
} from './bucket-aws.ts'
import { ENVOY_BUDGET_DEFAULTS, envoyRetryLimit, mayRetryEnvoy } from './budget-envoy.ts'
import {
  FINAGLE_BUDGET_DEFAULTS,
  finagleBalance,
  finagleDeposit,
  finagleWithdraw,
  initialFinagleBudget,
} from './budget-finagle.ts'
import { fullGrpcTokens, GRPC_TOKENS_DEFAULTS, grpcOutcome, mayRetryGrpc } from './tokens-grpc.ts'

const [LOWEST, HIGHEST] = [0, 0xffff_ffff]

describe('backoff', () => {
  test('doubles up to the cap, however many retries', () => {
    const config = GRPC_BACKOFF_EXAMPLE.backoff
    expect([1, 2, 3, 4, 5, 60].map((retry) => exponentialUs(config, retry))).toEqual([
      100_000, 200_000, 400_000, 800_000, 1_000_000, 1_000_000,
    ])
    expect(exponentialUs({ ...config, capUs: 50_000 }, 1)).toBe(50_000)
  })

  test.each<[BackoffConfig['jitter'], number, number]>([
    ['none', 400_000, 400_000],
    ['full', 0, 400_000],
    ['equal', 200_000, 400_000],
    ['decorrelated', 100_000, 750_000],
  ])('%s jitter of the third retry, after 250 ms: %i to %i µs', (jitter, low, high) => {
    const config = { ...GRPC_BACKOFF_EXAMPLE.backoff, jitter }
    expect([backoffUs(config, 3, 250_000, LOWEST), backoffUs(config, 3, 250_000, HIGHEST)]).toEqual([low, high])
  })

  test('equal jitter never passes an odd pause', () => {
    const odd = { ...BACKOFF_DEFAULTS, baseUs: 3, jitter: 'equal' as const }
    expect([backoffUs(odd, 1, 0, LOWEST), backoffUs(odd, 1, 0, HIGHEST)]).toEqual([2, 3])
  })

  test('decorrelated jitter starts from the base and never passes the cap', () => {
    const config = { ...BACKOFF_DEFAULTS, jitter: 'decorrelated' as const }
    expect(backoffUs(config, 1, 99_999_999, HIGHEST)).toBe(150_000)
    expect(backoffUs(config, 2, 19_000_000, HIGHEST)).toBe(20_000_000)
  })

  test('without jitter a thousand clients come back in the same instant; with it, hardly two', () => {
    const key = streamKey(1, 'herd')
    const distinct = (jitter: BackoffConfig['jitter']) =>
      new Set(Array.from({ length: 1_000 }, (_, at) => backoffUs({ ...BACKOFF_DEFAULTS, jitter }, 5, 0, draw(key, at))))
        .size
    expect(distinct('none')).toBe(1)
    expect(distinct('full')).toBeGreaterThan(990)
    expect(distinct('equal')).toBeGreaterThan(990)
  })

  test('pushback replaces the pause, or forbids the retry', () => {
    expect([pushedBackUs(0), pushedBackUs(250), pushedBackUs(-1), pushedBackUs(Number.NaN)]).toEqual([
      0,
      250_000,
      null,
      null,
    ])
  })

  test('attempts: (1 − p^(R+1))/(1 − p), and (R + 1)^layers', () => {
    for (const [p, retries] of [
      [0.5, 3],
      [0.1, 1],
      [0.9, 10],
    ] as const) {
      expect(expectedAttempts(p, retries)).toBeCloseTo((1 - p ** (retries + 1)) / (1 - p), 12)
    }
    expect([expectedAttempts(1, 3), amplification(3, 4), amplification(3, 0)]).toEqual([4, 256, 1])
  })
})

describe("Finagle's budget", () => {
  /** The property of Finagle's `RetryBudgetTest`: after n requests, retries = n·share + reserve, give or take one. */
  test.each([
    [60, 0, 0.1],
    [60, 0, 0.5],
    [60, 0, 0.25],
    [60, 0, 0.75],
    [60, 0, 0.99],
    [60, 0, 0.999],
    [60, 0, 0.9999],
    [60, 0, 0.01],
    [60, 0, 0.001],
    [60, 0, 0.0001],
    [1, 10, 0],
    [2, 5, 0],
    [1, 10, 0.1],
    [2, 5, 0.5],
  ])('ttl %i s, %i a second, share %d', (ttl, minRetriesPerSecond, share) => {
    const config = { ttlUs: ttl * 1_000_000, minRetriesPerSecond, share }
    let state = initialFinagleBudget
    const reserve = ttl * minRetriesPerSecond
    expect(finagleBalance(config, state, 0)).toBe(reserve)
    let retried = 0
    let refusedWithBalance = 0
    for (let i = 0; i < 10_000; i++) {
      state = finagleDeposit(config, state, 0)
      const step = finagleWithdraw(config, state, 0)
      state = step.state
      retried += step.outcome ? 1 : 0
      if (!step.outcome && finagleBalance(config, state, 0) > 0) refusedWithBalance++
    }
    expect(refusedWithBalance).toBe(0)
    expect(Math.abs(retried - (Math.floor(10_000 * share) + reserve))).toBeLessThanOrEqual(1)
  })

  test('a share of 2 gives two retries a request', () => {
    const config = { ttlUs: 60_000_000, minRetriesPerSecond: 0, share: 2 }
    let state = initialFinagleBudget
    for (let i = 0; i < 10_000; i++) state = finagleDeposit(config, state, 0)
    expect(finagleBalance(config, state, 0)).toBe(20_000)
  })

  test('deposits expire: what was saved in good times does not feed a storm', () => {
    let state = initialFinagleBudget
    for (let i = 0; i < 1_000; i++) state = finagleDeposit(FINAGLE_BUDGET_DEFAULTS, state, 0)
    expect([0, 9_999_999, 10_000_000].map((at) => finagleBalance(FINAGLE_BUDGET_DEFAULTS, state, at))).toEqual([
      300, 300, 100,
    ])
  })

  test('the reserve counts whole seconds', () => {
    expect(finagleBalance({ ...FINAGLE_BUDGET_DEFAULTS, ttlUs: 1_900_000 }, initialFinagleBudget, 0)).toBe(10)
  })

  test('debts expire too: the reserve comes back after the time to live', () => {
    let state = initialFinagleBudget
    for (let i = 0; i < 100; i++) state = finagleWithdraw(FINAGLE_BUDGET_DEFAULTS, state, 0).state
    expect([0, 10_000_000].map((at) => finagleBalance(FINAGLE_BUDGET_DEFAULTS, state, at))).toEqual([0, 100])
  })

  test('a time to live that Finagle refuses is refused', () => {
    expect(() => finagleDeposit({ ...FINAGLE_BUDGET_DEFAULTS, ttlUs: 0 }, initialFinagleBudget, 0)).toThrow(
      '1 s to 60 s',
    )
  })
})

describe("Envoy's budget", () => {
  test('a fifth of what is active and pending, at least 3', () => {
    const limit = (active: number, pending: number) =>
      envoyRetryLimit(ENVOY_BUDGET_DEFAULTS, { active, pending, retriesInFlight: 0 })
    expect([limit(0, 0), limit(19, 0), limit(20, 0), limit(50, 49), limit(100, 0)]).toEqual([3, 3, 4, 19, 20])
    const retries = (retriesInFlight: number) =>
      mayRetryEnvoy(ENVOY_BUDGET_DEFAULTS, { active: 20, pending: 0, retriesInFlight })
    expect([retries(3), retries(4)]).toEqual([true, false])
  })
})

describe("gRPC's tokens", () => {
  const config = GRPC_TOKENS_DEFAULTS

  test('retries stop at half: after five failures, until one success', () => {
    let state = fullGrpcTokens(config)
    const allowed = Array.from({ length: 6 }, () => {
      state = grpcOutcome(config, state, true)
      return mayRetryGrpc(config, state)
    })
    expect(allowed).toEqual([true, true, true, true, false, false])
    const back = Array.from({ length: 11 }, () => {
      state = grpcOutcome(config, state, false)
      return mayRetryGrpc(config, state)
    })
    expect(back.lastIndexOf(false)).toBe(9)
  })

  test('tokens stay between 0 and the maximum', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 200 }), (failures) => {
        let state = fullGrpcTokens(config)
        for (const failed of failures) {
          state = grpcOutcome(config, state, failed)
          expect(state.milliTokens).toBeGreaterThanOrEqual(0)
          expect(state.milliTokens).toBeLessThanOrEqual(10_000)
        }
      }),
    )
  })

  test('in the long run a failure rate above ratio/(1 + ratio) = 1/11 stops all retries', () => {
    const key = streamKey(2, 'grpc')
    const shareAllowed = (failure: number) => {
      let state = fullGrpcTokens(config)
      let allowed = 0
      for (let at = 0; at < 50_000; at++) {
        state = grpcOutcome(config, state, draw(key, at) < failure * 2 ** 32)
        allowed += mayRetryGrpc(config, state) ? 1 : 0
      }
      return allowed / 50_000
    }
    expect(shareAllowed(0.05)).toBeGreaterThan(0.9)
    expect(shareAllowed(0.2)).toBeLessThan(0.01)
  })
})

describe("AWS's bucket", () => {
  /** How many requests that fail for ever get a retry before the bucket is empty. */
  const retriesOf = (config: typeof AWS_BUCKET_DEFAULTS, failure: AwsFailure) => {
    let state = fullAwsBucket(config)
    let retries = 0
    for (let i = 0; i < 1_000; i++) {
      const step = awsWithdraw(config, state, failure, 1)
      state = step.state
      retries += step.outcome ? 1 : 0
    }
    return retries
  }

  test.each<[string, typeof AWS_BUCKET_DEFAULTS, AwsFailure, number]>([
    ['standard, transient', AWS_BUCKET_DEFAULTS, 'transient', 100],
    ['standard, timeout', AWS_BUCKET_DEFAULTS, 'timeout', 50],
    ['2026, transient', AWS_BUCKET_2026, 'transient', 35],
    ['2026, throttling', AWS_BUCKET_2026, 'throttling', 100],
  ])('%s: %o', (_, config, failure, expected) => {
    expect(retriesOf(config, failure)).toBe(expected)
  })

  test('three attempts, not four', () => {
    const allowed = [1, 2, 3].map(
      (attempt) => awsWithdraw(AWS_BUCKET_DEFAULTS, { tokens: 500 }, 'transient', attempt).outcome,
    )
    expect(allowed).toEqual([true, true, false])
  })

  test('a retry that succeeds gets its price back, a first success one token; never above the capacity', () => {
    const config = AWS_BUCKET_DEFAULTS
    expect(awsRefund(config, { tokens: 490 }, 'timeout').tokens).toBe(500)
    expect(awsRefund(config, { tokens: 490 }, null).tokens).toBe(491)
    expect(awsRefund(config, { tokens: 498 }, 'transient').tokens).toBe(500)
  })
})
