import { describe, expect, test } from 'vitest'
import {
  booted,
  drainTime,
  type Fleet,
  HPA_DEFAULTS,
  type Hpa,
  initialHpa,
  peakBacklog,
  resized,
  syncHpa,
  wantedReplicas,
} from './hpa.ts'

const config = HPA_DEFAULTS
const SECOND = 1_000_000

describe('wanted size', () => {
  test.each([
    // ready, booting, usage: ⌈usage/800⌉, with tolerance and booting pods.
    [4, 0, 4_000, 5],
    [4, 0, 3_520, 4],
    [4, 0, 3_521, 5],
    [4, 0, 2_880, 4],
    [4, 0, 2_879, 4],
    [10, 0, 4_000, 5],
    [4, 2, 4_000, 6],
    [4, 1, 8_000, 10],
    [4, 4, 1_600, 2],
    [0, 3, 0, 3],
  ])('%i ready, %i booting, %i per-mille busy: %i', (ready, booting, usagePermille, expected) => {
    expect(wantedReplicas(config, { ready, booting, usagePermille })).toBe(expected)
  })
})

describe('rate and memory', () => {
  /** Sizes at rounds 15 s apart; each pod is ready at once. */
  function sizes(start: number, usages: readonly number[], change: Partial<typeof config> = {}): number[] {
    let state: Hpa = initialHpa
    let size = start
    return usages.map((usagePermille, round) => {
      const step = syncHpa(
        { ...config, ...change },
        state,
        { ready: size, booting: 0, usagePermille },
        round * 15 * SECOND,
      )
      state = step.state
      return (size = step.outcome)
    })
  }

  test('up: twice as many or four more in 15 s, whichever is more', () => {
    expect(sizes(1, Array<number>(6).fill(80_000))).toEqual([5, 10, 20, 40, 80, 100])
  })

  test('two rounds within a period share what it allows', () => {
    const first = syncHpa(config, initialHpa, { ready: 10, booting: 0, usagePermille: 80_000 }, 0)
    const second = syncHpa(config, first.state, { ready: 20, booting: 0, usagePermille: 80_000 }, 5 * SECOND)
    expect([first.outcome, second.outcome]).toEqual([20, 20])
  })

  test('down: only to the most that was wished in 300 s', () => {
    const usages = [8_000, ...Array<number>(21).fill(800)]
    const seen = sizes(10, usages)
    expect([seen.indexOf(1), seen[19]]).toEqual([20, 10])
  })

  test('a short dip changes nothing, without the memory it does', () => {
    const dip = [8_000, 800, 800, 8_000]
    expect(sizes(10, dip)).toEqual([10, 10, 10, 10])
    const hasty = { down: { ...config.down, stabilizationUs: 0 } }
    expect(sizes(10, dip, hasty)).toEqual([10, 1, 1, 5])
  })

  test('minimum and maximum hold', () => {
    expect(sizes(5, [80_000], { maxReplicas: 7 })).toEqual([7])
    expect(sizes(5, Array<number>(22).fill(0), { minReplicas: 3 }).at(-1)).toBe(3)
  })
})

describe('fleet', () => {
  test('pods boot, and the youngest go first', () => {
    const growing = resized({ ready: 2, bootingUs: [] }, 4, 60, 0)
    expect(booted(growing, 59)).toEqual({ ready: 2, bootingUs: [60, 60] })
    expect(booted(growing, 60)).toEqual({ ready: 4, bootingUs: [] })
    expect(resized(growing, 3, 60, 10)).toEqual({ ready: 2, bootingUs: [60] })
    expect(resized(growing, 1, 60, 10)).toEqual({ ready: 1, bootingUs: [] })
  })
})

test('the backlog of an autoscaler that comes late is (λ1 − μ0)·(detection + boot), and drains at μ1 − λ1', () => {
  // 10 pods of 100/s; at 40 s the load rises from 700/s to 1,500/s. Rounds at 0, 15, 30, 45 s …; pods boot in 60 s.
  let fleet: Fleet = { ready: 10, bootingUs: [] }
  let hpa: Hpa = initialHpa
  let [backlog, peak, emptyMs] = [0, 0, 0]
  for (let ms = 0; ms < 200_000; ms++) {
    const load = ms >= 40_000 ? 1.5 : 0.7
    fleet = booted(fleet, ms * 1_000)
    const capacity = fleet.ready * 0.1
    if (ms % 15_000 === 0) {
      // A backlog keeps every pod busy; else the load is shared.
      const usagePermille = Math.round(backlog > 1 ? fleet.ready * 1_000 : load * 10_000)
      const seen = { ready: fleet.ready, booting: fleet.bootingUs.length, usagePermille }
      const step = syncHpa({ ...config, targetPermille: 500, maxReplicas: 20 }, hpa, seen, ms * 1_000)
      hpa = step.state
      fleet = resized(fleet, step.outcome, 60_000_000, ms * 1_000)
    }
    backlog = Math.max(0, backlog + load - capacity)
    peak = Math.max(peak, backlog)
    if (backlog > 1) emptyMs = ms
  }
  // 700/s on 10 pods is 70 %: the round at 0 already asks for 14, which work from 60 s on; the one at 45 s asks for 20.
  const expected = peakBacklog(1_500, 1_000, 20) + peakBacklog(1_500, 1_400, 45)
  expect(Math.abs(peak / expected - 1)).toBeLessThan(0.01)
  expect(Math.abs(emptyMs / 1_000 - (105 + drainTime(expected, 1_500, 2_000)))).toBeLessThan(0.5)
  expect(drainTime(1, 5, 5)).toBe(Number.POSITIVE_INFINITY)
})
