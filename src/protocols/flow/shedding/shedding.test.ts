import { describe, expect, test } from 'vitest'
import { again, draw, streamKey } from '../../../base/prng.ts'
import {
  CLIENT_THROTTLING_DEFAULTS,
  initialClientThrottling,
  mayRequest,
  refusalProbability,
  requestAccepted,
} from './client-throttling.ts'
import { DAGOR_DEFAULTS, type Dagor, dagorArrival, dagorLevel, dagorStart, initialDagor } from './dagor.ts'
import {
  answered,
  dropProbability,
  initialNackAdmission,
  mayPass,
  NACK_ADMISSION_DEFAULTS,
  type NackAdmission,
} from './nack-admission.ts'
import { admitsPriority, PRIORITY_SHEDDING_DEFAULTS } from './priority.ts'

describe('shedding by priority', () => {
  test('each class goes at its threshold, the last first', () => {
    const admitted = (load: number) =>
      [0, 1, 2, 3, 9].map((at) => admitsPriority(PRIORITY_SHEDDING_DEFAULTS, load, 100, at))
    expect(admitted(69)).toEqual([true, true, true, true, true])
    expect(admitted(70)).toEqual([true, true, true, false, false])
    expect(admitted(94)).toEqual([true, true, false, false, false])
    expect(admitted(95)).toEqual([true, false, false, false, false])
    expect(admitted(100)).toEqual([false, false, false, false, false])
  })
})

describe('DAGOR', () => {
  const config = { ...DAGOR_DEFAULTS, businessLevels: 1, userLevels: 100 }

  /** A window of 2,000 requests, 20 of each level, that wait `waitUs`; and the arrival that closes it. */
  function window(start: Dagor, waitUs: number, nowUs: number): { readonly state: Dagor; readonly admitted: number } {
    let state = start
    let admitted = 0
    for (let at = 0; at < 2_000; at++) {
      const step = dagorArrival(config, state, at % 100, nowUs)
      admitted += step.outcome ? 1 : 0
      state = step.outcome ? dagorStart(step.state, waitUs) : step.state
    }
    return { state, admitted }
  }

  test('overload takes 5 % of what was admitted, window by window; calm gives back 1 % of what came', () => {
    let last = window(initialDagor(config, 0), 20_001, 0)
    const seen = [last.admitted]
    for (const waitUs of [20_001, 20_001, 20_000, 0, 0]) {
      last = window(last.state, waitUs, 10)
      seen.push(last.admitted)
    }
    // 2000 → 1900 → 1805, that is 1800 in levels of 20; the window that ends calm adds 20.
    expect(seen).toEqual([2_000, 1_900, 1_800, 1_700, 1_720, 1_740])
  })

  test('a window also ends after a second', () => {
    let state = initialDagor(config, 0)
    for (const level of [10, 20, 30]) state = dagorStart(dagorArrival(config, state, level, 500_000).state, 99_000)
    expect(dagorArrival(config, state, 30, 999_999).outcome).toBe(true)
    // 3 · 0.95 = 2.85 of three: the level of the least urgent goes.
    expect(dagorArrival(config, state, 30, 1_000_000).outcome).toBe(false)
    expect(dagorArrival(config, state, 29, 1_000_000).outcome).toBe(true)
  })

  test('calm raises the level by as many as the last window would have needed, all when it had fewer', () => {
    const closed = (levels: readonly number[]) => {
      let state = { ...initialDagor(config, 0), admissionLevel: 5 }
      for (const level of levels) state = dagorArrival(config, state, level, 0).state
      return dagorArrival(config, state, 0, config.windowUs).state.admissionLevel
    }
    // 100 arrive, one more is wanted: the most urgent of those that were refused, level 8.
    expect(closed([...Array<number>(97).fill(4), 60, 8, 30])).toBe(9)
    expect(closed([...Array<number>(99).fill(4), 8])).toBe(9)
    expect(closed(Array<number>(100).fill(4))).toBe(100)
  })

  test('business goes before user', () => {
    expect(dagorLevel(DAGOR_DEFAULTS, 0, 127)).toBeLessThan(dagorLevel(DAGOR_DEFAULTS, 1, 0))
  })
})

describe('client throttling', () => {
  const config = CLIENT_THROTTLING_DEFAULTS

  test.each([
    [100, 100, 0],
    [100, 50, 0],
    [100, 25, 50 / 101],
    [99, 0, 0.99],
  ])('%i requests, %i accepts: %d', (requests, accepts, expected) => {
    let state = initialClientThrottling
    for (let i = 0; i < requests; i++) state = mayRequest(config, state, 0, 0xffff_ffff).state
    for (let i = 0; i < accepts; i++) state = requestAccepted(config, state, 0)
    expect(refusalProbability(config, state, 0)).toBeCloseTo(expected, 12)
    expect(refusalProbability(config, state, 120_000_000)).toBe(0)
  })

  test('at probability 0 nothing is refused, whatever the draw', () => {
    expect(mayRequest(config, initialClientThrottling, 0, 0).outcome).toBe(true)
  })

  test.each([
    [2, 200],
    [1.1, 110],
  ])('fixed point: 1,000 requests/s against 100/s, K = %d: about %i/s are sent', (multiplier, expected) => {
    const key = streamKey(7, 'throttle')
    let state = initialClientThrottling
    let [sent, credit] = [0, 0]
    for (let at = 0; at < 200_000; at++) {
      const nowUs = at * 1_000
      credit = Math.min(50, credit + 0.1)
      const step = mayRequest({ ...config, multiplier }, state, nowUs, draw(key, at))
      state = step.state
      if (!step.outcome) continue
      sent += at >= 150_000 ? 1 : 0
      if (credit < 1) continue
      credit -= 1
      state = requestAccepted(config, state, nowUs)
    }
    expect(Math.abs(sent / 50 / expected - 1)).toBeLessThan(0.1)
  })
})

describe('NACK admission', () => {
  const config = NACK_ADMISSION_DEFAULTS

  test.each([
    [1, 0],
    [0.5, 0],
    [0.4, 0.2],
    [0.2, 0.6],
    [0.1, 0.75],
    [0, 0.75],
  ])('%d accepted: %d dropped', (average, expected) => {
    const state = { ...initialNackAdmission(0), accepts: { stamp: 0, average } }
    expect(dropProbability(config, state)).toBeCloseTo(expected, 12)
  })

  test('while all is accepted nothing is dropped, whatever the draw', () => {
    let state = initialNackAdmission(0)
    for (let i = 0; i < 20; i++) {
      const step = mayPass(config, state, i, 0)
      expect(step.outcome).toBe(true)
      state = step.state
    }
  })

  test('a threshold of a third bears a third of refusals', () => {
    const state = { ...initialNackAdmission(0), accepts: { stamp: 0, average: 0.5 } }
    expect(dropProbability({ ...config, nackThreshold: 1 / 3 }, state)).toBeCloseTo(0.25, 12)
  })

  test('below five requests a second nothing is dropped', () => {
    const bad: NackAdmission = { ...initialNackAdmission(0), accepts: { stamp: 0, average: 0 } }
    let state = bad
    const passed = [0, 1, 2, 3, 4, 5].map((at) => {
      const step = mayPass(config, state, at * 1_000, 0)
      state = step.state
      return step.outcome
    })
    expect(passed).toEqual([true, true, true, true, false, false])
    expect(mayPass(config, state, 2_000_000, 0).outcome).toBe(true)
  })

  test('a minute of refusals, then quiet: a few answers after two minutes weigh almost all', () => {
    let state = initialNackAdmission(0)
    for (let second = 1; second <= 60; second++) state = answered(config, state, true, second * 1_000_000)
    expect(state.accepts.average).toBeCloseTo(Math.exp(-0.5), 12)
    state = answered(config, state, false, 60_000_000 + 1_200_000_000)
    expect(state.accepts.average).toBeGreaterThan(0.999)
  })

  test('fixed point of a server that accepts half of the load: nothing is dropped; of a tenth: three quarters', () => {
    for (const [share, low, high] of [
      [0.6, 0, 0.001],
      [0.1, 0.74, 0.76],
    ] as const) {
      const key = streamKey(5, 'nack')
      let state = initialNackAdmission(0)
      let dropped = 0
      for (let at = 0; at < 100_000; at++) {
        const nowUs = at * 10_000
        const entropy = draw(key, at)
        const step = mayPass(config, state, nowUs, entropy)
        state = step.state
        if (!step.outcome) dropped += at >= 50_000 ? 1 : 0
        else state = answered(config, state, again(entropy, 1) / 2 ** 32 >= share, nowUs)
      }
      expect(dropped / 50_000).toBeGreaterThanOrEqual(low)
      expect(dropped / 50_000).toBeLessThanOrEqual(high)
    }
  })
})
