import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { POLICER, POLICER_START, stepPolicer } from './bbr-policer.ts'
import { CUBIC, type CubicState, cubicK, cubicStart, cubicWindow, stepCubic } from './cubic.ts'
import { RENO, type RenoState, renoStart, stepReno } from './reno.ts'
import { cubicAverageWindow, jainFairness, renoLoss, renoThroughput, renoUtilisation } from './theory.ts'
import { runningMax, windowedMax } from './windowed-max.ts'

const MSS = 1_448

describe('Reno', () => {
  const acks = (state: RenoState, count: number): RenoState => {
    let next = state
    for (let i = 0; i < count; i++) next = stepReno(RENO, next, { kind: 'ack', ackedBytes: MSS, limited: true })
    return next
  }

  test('starts with ten segments (RFC 6928) and doubles each round trip', () => {
    expect(renoStart(RENO).cwndBytes).toBe(10 * MSS)
    expect(acks(renoStart(RENO), 10).cwndBytes).toBe(20 * MSS)
    expect(acks(renoStart(RENO), 30).cwndBytes).toBe(40 * MSS)
  })

  test('avoids congestion: one segment a window', () => {
    const state = { ...renoStart(RENO), ssthreshBytes: 10 * MSS }
    expect(acks(state, 9).cwndBytes).toBe(10 * MSS)
    expect(acks(state, 10).cwndBytes).toBe(11 * MSS)
    expect(acks(state, 10 + 11 + 12).cwndBytes).toBe(13 * MSS)
  })

  test('halves on a loss, falls to one segment on a timeout, never below a threshold of two', () => {
    const start = renoStart(RENO)
    expect(stepReno(RENO, start, { kind: 'loss', flightBytes: 100 * MSS })).toMatchObject({
      cwndBytes: 50 * MSS,
      ssthreshBytes: 50 * MSS,
    })
    expect(stepReno(RENO, start, { kind: 'timeout', flightBytes: MSS })).toMatchObject({
      cwndBytes: MSS,
      ssthreshBytes: 2 * MSS,
    })
  })

  test('a window that is not used does not grow', () => {
    const start = renoStart(RENO)
    expect(stepReno(RENO, start, { kind: 'ack', ackedBytes: MSS, limited: false })).toBe(start)
  })

  test('Chiu and Jain: what two windows differ by is halved by each common loss', () => {
    let [a, b] = [1_280, 256].map((segments) => ({ ...renoStart(RENO), cwndBytes: segments * MSS, ssthreshBytes: 0 }))
    for (const difference of [1_024, 512, 256, 128, 64, 32]) {
      expect(a!.cwndBytes - b!.cwndBytes).toBe(difference * MSS)
      ;[a, b] = [a!, b!].map((state) => stepReno(RENO, state, { kind: 'loss', flightBytes: state.cwndBytes }))
    }
  })
})

describe('CUBIC (RFC 9438)', () => {
  test('W(K) = W_max and W(0) = beta W_max', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 100_000 }), (wMax) => {
        const k = cubicK(CUBIC, wMax, CUBIC.beta * wMax)
        expect(cubicWindow(CUBIC, wMax, k, k)).toBe(wMax)
        expect(cubicWindow(CUBIC, wMax, k, 0) / (CUBIC.beta * wMax)).toBeCloseTo(1, 9)
      }),
    )
  })

  test('where the cubic curve is slower than Reno, it follows Reno (section 4.3)', () => {
    // 5 ms, 40 segments: the curve would need K = 3.1 s to recover what AIMD with beta 0.7 has in 0.11 s.
    let state: CubicState = { ...cubicStart(CUBIC), cwnd: 28, ssthresh: 28, wMax: 40, cwndPrior: 40 }
    for (let nowUs = 0; nowUs < 100_000; nowUs += 5_000) {
      const ackedBytes = MSS * state.cwnd
      state = stepCubic(CUBIC, state, { kind: 'ack', ackedBytes, rttUs: 5_000, limited: true }, nowUs)
    }
    expect(state.cwnd).toBeCloseTo(28 + 20 * 0.529, 0)
  })

  test('fast convergence: a flow that did not get back to its old window aims lower', () => {
    const state = { ...cubicStart(CUBIC), cwnd: 80, wMax: 100 }
    expect(stepCubic(CUBIC, state, { kind: 'loss', flightBytes: 80 * MSS }, 0)).toMatchObject({ wMax: 68 })
    const off = { ...CUBIC, fastConvergence: false }
    expect(stepCubic(off, state, { kind: 'loss', flightBytes: 80 * MSS }, 0)).toMatchObject({ wMax: 80 })
  })
})

describe('BBR', () => {
  test('the windowed maximum is a value of the window, and never below its recent half', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 200 }), (values) => {
        let window = windowedMax(0, 0)
        values.forEach((value, at) => {
          window = runningMax(window, 10, at, value)
          const within = values.slice(Math.max(0, at - 10), at + 1)
          expect(window[0].value).toBeLessThanOrEqual(Math.max(...within))
          expect(window[0].value).toBeGreaterThanOrEqual(Math.max(...values.slice(Math.max(0, at - 2), at + 1)))
        })
      }),
    )
  })

  test('a policer: twice the same rate under 25 % of loss is believed, for 48 rounds', () => {
    let state = POLICER_START
    let delivered = 0
    let outcome = ''
    let at = 0
    for (; at < 100 && outcome !== 'released'; at++) {
      delivered += 100_000
      const sample = { delivered, lost: delivered / 3, newlyLost: 1, appLimited: false }
      const step = stepPolicer(POLICER, state, { ...sample, roundStart: true, probingBandwidth: true }, at * 50_000)
      if (step.state.using) expect(step.state.rate).toBeCloseTo(2, 9)
      state = step.state
      outcome = step.outcome
    }
    expect(outcome).toBe('released')
    expect(at).toBeGreaterThanOrEqual(48 + 2 * 4)
  })
})

describe('formulas', () => {
  test('published values', () => {
    expect(renoUtilisation(0)).toBe(0.75)
    expect(renoUtilisation(0.5)).toBeCloseTo(0.9643, 4)
    expect(renoUtilisation(1)).toBe(1)
    expect(renoUtilisation(25 / 43)).toBeCloseTo(0.978, 2)
    expect(cubicAverageWindow(0.4, 0.7, 1, 1)).toBeCloseTo(1.054, 3)
    // The mean of a sawtooth between W/2 and W is 3 W / 4.
    expect(renoThroughput(1, renoLoss(100))).toBeCloseTo(75, 9)
    expect(jainFairness([1, 1, 1, 1])).toBe(1)
    expect(jainFairness([1, 0, 0, 0])).toBe(0.25)
  })
})
