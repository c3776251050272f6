import { describe, expect, test } from 'vitest'
import type { Breaker } from './breaker.ts'
import {
  ENVOY_OUTLIER_DEFAULTS,
  type EnvoyOutlier,
  healthyHosts,
  isEjected,
  outlierThreshold,
  recordOutlier,
  tickOutlier,
} from './envoy-outlier.ts'
import {
  askEndpoint,
  deadForUs,
  endpointPhase,
  FAILURE_ACCRUAL_DEFAULTS,
  type FailureAccrual,
  freshEndpoint,
  recordEndpoint,
} from './failure-accrual.ts'
import { HYSTRIX_DEFAULTS, hystrix } from './hystrix.ts'
import { OPOSSUM_DEFAULTS, opossum } from './opossum.ts'
import { RESILIENCE4J_DEFAULTS, resilience4j } from './resilience4j.ts'

/** A breaker and a clock, for reading. */
class Bench<C, S> {
  state: S
  constructor(
    private readonly breaker: Breaker<C, S>,
    private readonly config: C,
  ) {
    this.state = breaker.initial(config)
  }
  ask(nowUs: number): boolean {
    const { state, outcome } = this.breaker.ask(this.config, this.state, nowUs)
    this.state = state
    return outcome
  }
  end(succeeded: boolean, nowUs: number, tookUs = 0): void {
    this.state = this.breaker.record(this.config, this.state, { succeeded, tookUs }, nowUs)
  }
  /** Calls that end at once; gives how many were let through. */
  calls(results: readonly boolean[], nowUs: number): number {
    return results.filter((succeeded) => {
      const passed = this.ask(nowUs)
      if (passed) this.end(succeeded, nowUs)
      return passed
    }).length
  }
  phase(nowUs: number): string {
    return this.breaker.phase(this.config, this.state, nowUs)
  }
}

const mixed = (failures: number, successes: number): boolean[] => [
  ...Array<boolean>(failures).fill(false),
  ...Array<boolean>(successes).fill(true),
]
const SECOND = 1_000_000

describe('Hystrix', () => {
  const bench = () => new Bench(hystrix, HYSTRIX_DEFAULTS)

  test.each([
    ['19 failures are too few calls', 19, 0, 'closed'],
    ['10 of 20 are half', 10, 10, 'open'],
    ['49.9 % are 49 whole percents', 499, 501, 'closed'],
  ])('%s', (_, failures, successes, expected) => {
    const b = bench()
    b.calls(mixed(failures, successes), 0)
    expect([b.phase(499_999), b.phase(500_000)]).toEqual(['closed', expected])
  })

  test('after more than 5 s one call is tried, and only one', () => {
    const b = bench()
    b.calls(mixed(20, 0), 0)
    expect([b.ask(5_500_000), b.ask(5_500_001), b.ask(5_500_002)]).toEqual([false, true, false])
    b.end(false, 6 * SECOND)
    expect([b.ask(11 * SECOND), b.ask(11 * SECOND + 1)]).toEqual([false, true])
    b.end(true, 12 * SECOND)
    expect([b.phase(12 * SECOND), b.calls(mixed(19, 0), 12 * SECOND), b.phase(13 * SECOND)]).toEqual([
      'closed',
      19,
      'closed',
    ])
  })

  test('failures are forgotten after 10 s', () => {
    const b = bench()
    b.calls(mixed(19, 0), 0)
    b.calls(mixed(1, 0), 10 * SECOND)
    expect(b.phase(11 * SECOND)).toBe('closed')
    const within = bench()
    within.calls(mixed(19, 0), 0)
    within.calls(mixed(1, 0), 9_400_000)
    expect(within.phase(9_500_000)).toBe('open')
  })
})

describe('resilience4j', () => {
  const bench = (change: Partial<typeof RESILIENCE4J_DEFAULTS> = {}) =>
    new Bench(resilience4j, { ...RESILIENCE4J_DEFAULTS, ...change })

  test.each([
    [99, 0, 'closed'],
    [50, 50, 'open'],
    [49, 51, 'closed'],
  ])('%i failures and %i successes: %s', (failures, successes, expected) => {
    const b = bench()
    b.calls(mixed(failures, successes), 0)
    expect(b.phase(0)).toBe(expected)
  })

  test('the window slides: 50 of the last 100, not of all', () => {
    const b = bench()
    b.calls(mixed(0, 300), 0)
    expect(b.calls(mixed(60, 0), 0)).toBe(50)
    const forgetful = bench()
    for (let round = 0; round < 10; round++) expect(forgetful.calls([...mixed(0, 60), ...mixed(49, 0)], 0)).toBe(109)
  })

  test('slow calls open it too', () => {
    const b = bench({ slowCallUs: 100, slidingWindowSize: 4, minimumCalls: 4 })
    for (const tookUs of [101, 101, 101, 100, 101, 101, 101]) b.end(true, 0, tookUs)
    expect(b.phase(0)).toBe('closed')
    b.end(true, 0, 101)
    expect(b.phase(0)).toBe('open')
  })

  test('after a minute ten calls pass, and decide together', () => {
    for (const [failures, expected] of [
      [5, 'open'],
      [4, 'closed'],
    ] as const) {
      const b = bench()
      b.calls(mixed(100, 0), 0)
      expect(b.ask(60 * SECOND)).toBe(false)
      const passed = Array.from({ length: 12 }, () => b.ask(60 * SECOND + 1)).filter(Boolean).length
      expect([passed, b.phase(61 * SECOND)]).toEqual([10, 'half-open'])
      for (const succeeded of mixed(failures, 10 - failures)) b.end(succeeded, 62 * SECOND)
      expect(b.phase(62 * SECOND)).toBe(expected)
    }
  })

  test('fewer than the minimum decide nothing, closed or half open', () => {
    const b = bench({ minimumCalls: 4 })
    expect([b.calls(mixed(9, 0), 0), b.ask(61 * SECOND)]).toEqual([4, true])
    for (const expected of ['half-open', 'half-open', 'half-open', 'closed']) {
      b.end(true, 62 * SECOND)
      expect(b.phase(62 * SECOND)).toBe(expected)
    }
  })

  test('late results of an open circuit change nothing', () => {
    const b = bench()
    b.calls(mixed(100, 0), 0)
    for (const succeeded of mixed(0, 200)) b.end(succeeded, SECOND)
    expect(b.phase(SECOND)).toBe('open')
  })
})

describe('opossum', () => {
  const bench = (change: Partial<typeof OPOSSUM_DEFAULTS> = {}) =>
    new Bench(opossum, { ...OPOSSUM_DEFAULTS, ...change })

  test('opens above half, not at half, and at the first failure without a volume', () => {
    const b = bench()
    expect([b.calls([true, false], 0), b.phase(0)]).toEqual([2, 'closed'])
    expect([b.calls([false, false], 0), b.phase(0)]).toEqual([1, 'open'])
    const cautious = bench({ volumeThreshold: 5 })
    expect(cautious.calls(mixed(10, 0), 0)).toBe(5)
  })

  test('a call beyond the timeout has failed, whatever it says', () => {
    const b = bench()
    b.ask(0)
    b.end(true, 10 * SECOND, 10_000_000)
    expect(b.phase(10 * SECOND)).toBe('closed')
    b.end(true, 11 * SECOND, 10_000_001)
    expect(b.phase(11 * SECOND)).toBe('open')
  })

  test('after 30 s one call is tried', () => {
    const b = bench()
    b.calls([false], 0)
    expect([b.ask(30 * SECOND - 1), b.ask(30 * SECOND), b.ask(30 * SECOND)]).toEqual([false, true, false])
    b.end(false, 31 * SECOND)
    expect([b.ask(61 * SECOND - 1), b.ask(61 * SECOND)]).toEqual([false, true])
    b.end(true, 62 * SECOND)
    expect(b.phase(62 * SECOND)).toBe('closed')
  })

  test('refused calls count as calls: they thin out the failures of the window', () => {
    const b = bench({ resetTimeoutUs: 1 * SECOND })
    b.calls([false], 0)
    for (let i = 0; i < 100; i++) b.ask(1)
    expect([b.ask(SECOND), b.calls([], 0)]).toEqual([true, 0])
    b.end(true, SECOND)
    expect([b.calls([false, false], SECOND), b.phase(SECOND)]).toEqual([2, 'closed'])
  })
})

describe("Finagle's failure accrual", () => {
  const config = FAILURE_ACCRUAL_DEFAULTS
  const feed = (start: FailureAccrual, results: readonly boolean[], nowUs: number) =>
    results.reduce((state, succeeded) => recordEndpoint(config, state, succeeded, nowUs, 0), start)

  test('five failures in a row, not five of six', () => {
    expect(feed(freshEndpoint(0), [false, false, false, false, true, false], 0).kind).toBe('alive')
    expect(feed(freshEndpoint(0), mixed(5, 0), 0)).toMatchObject({ kind: 'dead', deadUntilUs: 5 * SECOND, deaths: 1 })
  })

  test('a success rate below 80 % over 30 s', () => {
    const rate = { ...config, consecutiveFailures: null }
    let state = freshEndpoint(0)
    for (let at = 1; at < 60; at++) {
      state = recordEndpoint(rate, state, at % 2 === 0, at * SECOND, 0)
      // Not before a whole window has been seen.
      expect(state.kind).toBe(at < 31 ? 'alive' : 'dead')
    }
  })

  test('one probe decides: revived with a clean record, or dead for longer', () => {
    const dead = feed(freshEndpoint(0), mixed(5, 0), 0)
    expect([endpointPhase(dead, 4 * SECOND), endpointPhase(dead, 5 * SECOND)]).toEqual(['open', 'half-open'])
    expect(askEndpoint(dead, 5 * SECOND - 1).outcome).toBe(false)
    const probing = askEndpoint(dead, 5 * SECOND)
    expect([probing.outcome, askEndpoint(probing.state, 5 * SECOND).outcome]).toEqual([true, false])
    expect(feed(probing.state, [true], 6 * SECOND)).toEqual(freshEndpoint(6 * SECOND))
    expect(feed(probing.state, [false], 6 * SECOND)).toMatchObject({
      kind: 'dead',
      deadUntilUs: 11 * SECOND,
      deaths: 2,
    })
  })

  test('pauses double with equal jitter up to 300 s', () => {
    const range = (deaths: number) =>
      [0, 0xffff_ffff].map((entropy) => Math.round(deadForUs(config, deaths, entropy) / SECOND))
    expect([0, 1, 2, 3, 6, 7, 99].map(range)).toEqual([
      [5, 5],
      [5, 10],
      [10, 20],
      [20, 40],
      [160, 300],
      [300, 300],
      [300, 300],
    ])
  })
})

describe("Envoy's outlier detection", () => {
  const config = ENVOY_OUTLIER_DEFAULTS
  const fail = (state: EnvoyOutlier, host: number, times: number, nowUs = 0, change: Partial<typeof config> = {}) => {
    let next = state
    for (let i = 0; i < times; i++) next = recordOutlier({ ...config, ...change }, next, host, true, nowUs, 0)
    return next
  }

  test('five errors in a row eject a host of ten; a second one stays for the 10 %', () => {
    const ten = healthyHosts(config, 10, 0)
    expect(isEjected(fail(ten, 3, 4), 3)).toBe(false)
    const one = fail(ten, 3, 5)
    expect([isEjected(one, 3), isEjected(fail(one, 4, 50), 4)]).toEqual([true, false])
    const broken = recordOutlier(config, fail(ten, 3, 4), 3, false, 0, 0)
    expect(isEjected(fail(broken, 3, 4), 3)).toBe(false)
  })

  test('of nine hosts none is ever ejected, unless one always may be', () => {
    const nine = healthyHosts(config, 9, 0)
    expect(isEjected(fail(nine, 0, 500), 0)).toBe(false)
    expect(isEjected(fail(nine, 0, 5, 0, { alwaysEjectOneHost: true }), 0)).toBe(true)
  })

  test('30 s times the number of ejections, checked every 10 s; healthy intervals make it shorter again', () => {
    let state = healthyHosts(config, 10, 0)
    const absences: number[] = []
    let nowUs = 0
    for (let round = 0; round < 12; round++) {
      state = fail(state, 0, 5, nowUs)
      const from = nowUs
      do state = tickOutlier(config, state, (nowUs += config.intervalUs), 0)
      while (isEjected(state, 0))
      absences.push((nowUs - from) / SECOND)
    }
    expect(absences).toEqual([30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300])
    for (let calm = 0; calm < 11; calm++) state = tickOutlier(config, state, (nowUs += config.intervalUs), 0)
    expect(state.hosts[0]!.backoff).toBe(0)
  })

  test('nothing happens between two intervals, and ejections are jittered', () => {
    const jittered = { ...config, maxEjectionJitterUs: 5 * SECOND }
    let state = healthyHosts(config, 10, SECOND)
    for (let i = 0; i < 5; i++) state = recordOutlier(jittered, state, 0, true, SECOND, 0xffff_ffff)
    expect(state.hosts[0]!.ejectedUntilUs).toBe(36 * SECOND)
    expect(tickOutlier(config, state, 11 * SECOND - 1, 0)).toBe(state)
    expect(tickOutlier(config, state, 11 * SECOND, 0).nextIntervalUs).toBe(21 * SECOND)
  })

  test('five hosts are enough to compare, four are not', () => {
    for (const [hosts, expected] of [
      [5, true],
      [4, false],
    ] as const) {
      let state = healthyHosts(config, hosts, 0)
      for (let host = 0; host < hosts; host++) {
        for (let i = 0; i < 100; i++) state = recordOutlier(config, state, host, host === 2 && i % 3 === 0, 0, 0)
      }
      const loose = { ...config, maxEjectionPercent: 100, successRateStdevFactor: 1_500 }
      expect(isEjected(tickOutlier(loose, state, config.intervalUs, 0), 2)).toBe(expected)
    }
  })

  test("the example of Envoy's source: a threshold of 52 %", () => {
    expect(outlierThreshold(config, [50, 100, 100, 100, 100])).toBeCloseTo(52, 10)
  })

  test('a host with a far lower success rate goes at the end of the interval, if enough hosts had enough requests', () => {
    const run = (requests: number) => {
      let state = healthyHosts(config, 10, 0)
      for (let host = 0; host < 10; host++) {
        // Every third request of host 7 fails: never five in a row.
        for (let i = 0; i < requests; i++) state = recordOutlier(config, state, host, host === 7 && i % 3 === 0, 0, 0)
      }
      return tickOutlier(config, state, config.intervalUs, 0)
    }
    expect(Array.from({ length: 10 }, (_, host) => isEjected(run(100), host)).indexOf(true)).toBe(7)
    expect(isEjected(run(99), 7)).toBe(false)
  })
})
