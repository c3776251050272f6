import { describe, expect, test } from 'vitest'
import {
  type DeadlinePolicy,
  dropsAtDequeue,
  expectedServiceUs,
  propagated,
  remainingUs,
  withService,
} from './deadlines.ts'

describe('propagation', () => {
  test.each([
    // parent, own timeout, way back: the deadline at 100.
    [1_000, 500, 0, 600],
    [1_000, 2_000, 50, 950],
    [1_000, null, 50, 950],
    [null, 500, 50, 600],
    [null, null, 50, null],
  ])('parent %o, timeout %o, way back %i: %o', (parent, timeout, back, expected) => {
    expect(propagated(parent, timeout, back, 100)).toBe(expected)
  })

  test('down three layers with timeouts of 1 s, nobody works later than the user waits', () => {
    const layers: (number | null)[] = [1_000]
    for (const startUs of [0, 300, 600]) layers.push(propagated(layers.at(-1)!, 1_000, 10, startUs))
    expect(layers).toEqual([1_000, 990, 980, 970])
    expect(remainingUs({ deadlineUs: 970 }, 980)).toBe(-10)
  })
})

test.each<[DeadlinePolicy, number | null, boolean]>([
  ['ignore', 0, false],
  ['expired', 1_000, true],
  ['expired', 1_001, false],
  ['hopeless', 1_099, true],
  ['hopeless', 1_100, false],
  ['hopeless', null, false],
])('%s, deadline %o, at 1,000 with a service of 100: dropped %s', (policy, deadlineUs, expected) => {
  expect(dropsAtDequeue(policy, { deadlineUs }, 1_000, 100)).toBe(expected)
})

test('the expected service follows about the last hundred', () => {
  expect(expectedServiceUs(null)).toBe(0)
  let estimate = withService(null, 1_000)
  expect(expectedServiceUs(estimate)).toBe(1_000)
  for (let i = 0; i < 100; i++) estimate = withService(estimate, 2_000)
  expect(Math.abs(expectedServiceUs(estimate) - (2_000 - 1_000 * Math.exp(-1)))).toBeLessThanOrEqual(1)
})

test('under overload, dropping only what has expired serves what expires; only "hopeless" keeps the goodput', () => {
  /** Answers in time, of 1,000 services of 100 ms, when 15 requests arrive a second and wait a second each. */
  function goodput(policy: DeadlinePolicy): number {
    let [good, nowUs, next] = [0, 0, 0]
    const arrivalUs = (request: number) => Math.round((request * 1_000_000) / 15)
    for (let services = 0; services < 1_000; ) {
      const deadlineUs = arrivalUs(next) + 1_000_000
      nowUs = Math.max(nowUs, arrivalUs(next++))
      if (dropsAtDequeue(policy, { deadlineUs }, nowUs, 100_000)) continue
      nowUs += 100_000
      services++
      good += nowUs <= deadlineUs ? 1 : 0
    }
    return good / 1_000
  }
  expect(goodput('ignore')).toBeLessThan(0.05)
  expect(goodput('expired')).toBeLessThan(0.5)
  expect(goodput('hopeless')).toBe(1)
})
