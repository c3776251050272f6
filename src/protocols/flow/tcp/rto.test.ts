import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RTO_LINUX, RTO_RFC6298, RTO_START, type RtoState, rtoUs, stepRto } from './rto.ts'

const sample = (state: RtoState, rttUs: number, config = RTO_RFC6298): RtoState =>
  stepRto(config, state, { kind: 'sample', rttUs, retransmission: false }).state

test('RFC 6298 (2.1): one second before the first measurement', () => {
  expect(rtoUs(RTO_RFC6298, RTO_START)).toBe(1_000_000)
})

test('RFC 6298 (2.2, 2.3): worked by hand', () => {
  const first = sample(RTO_START, 800_000)
  expect(first.estimate).toEqual({ srttUs: 800_000, rttvarUs: 400_000 })
  expect(rtoUs(RTO_RFC6298, first)).toBe(2_400_000)
  // RTTVAR = 3/4 * 400 + 1/4 * |800 - 400|, SRTT = 7/8 * 800 + 1/8 * 400 milliseconds.
  const second = sample(first, 400_000)
  expect(second.estimate).toEqual({ srttUs: 750_000, rttvarUs: 400_000 })
  expect(rtoUs(RTO_RFC6298, second)).toBe(2_350_000)
})

test('(2.4): a floor of one second, 200 ms in Linux', () => {
  const fast = sample(RTO_START, 10_000)
  expect(rtoUs(RTO_RFC6298, fast)).toBe(1_000_000)
  expect(rtoUs(RTO_LINUX, fast)).toBe(200_000)
})

test("(5.5) doubles up to the bound; Karn's rule: only a fresh measurement ends the backoff", () => {
  let state = sample(RTO_START, 500_000)
  for (const seconds of [3, 6, 12, 24, 48, 60, 60]) {
    const step = stepRto(RTO_RFC6298, state, { kind: 'expired' })
    expect(step.timeoutUs).toBe(seconds * 1_000_000)
    state = step.state
  }
  const doubtful = stepRto(RTO_RFC6298, state, { kind: 'sample', rttUs: 1, retransmission: true })
  expect(doubtful.state).toBe(state)
  expect(rtoUs(RTO_RFC6298, sample(state, 500_000))).toBeLessThan(3_000_000)
})

test('a constant round trip converges to itself, and the timeout to the granularity above it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000_000, max: 20_000_000 }), (rttUs) => {
      let state = RTO_START
      for (let i = 0; i < 200; i++) state = sample(state, rttUs)
      expect(state.estimate!.srttUs).toBe(rttUs)
      expect(rtoUs(RTO_RFC6298, state)).toBe(rttUs + RTO_RFC6298.granularityUs)
    }),
  )
})
