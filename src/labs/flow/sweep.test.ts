import { describe, expect, test } from 'vitest'
import { fullFactor, type LoadRun, measureLoad, timesLoad } from './sweep.ts'

const text = (body: string) => `# test\nlab flow\nseed 1\n${body}\n`
const MM1 = text('at 0s load web poisson 10/s\nat 0s service api exponential 20ms')
const run = (change: Partial<LoadRun>) =>
  measureLoad({ text: MM1, nowUs: 1_000_000, part: 'api', seed: 1, factor: 1, ...change })

function pointOf(result: ReturnType<typeof measureLoad>) {
  if (!result.ok) throw new Error(result.reason)
  return result.point
}

describe('the same pipeline under another load', () => {
  test('three times the load: three times the arrivals, and M/M/1 has its mean time', () => {
    const means = [1, 2, 3, 4, 5].map((seed) => pointOf(run({ seed, factor: 3 })))
    for (const { arrivedPerS, utilisation } of means) {
      expect(arrivedPerS).toBeGreaterThan(28)
      expect(arrivedPerS).toBeLessThan(32)
      expect(utilisation).toBeCloseTo(0.6, 1)
    }
    // 1/(50 - 30) s; the standard error of five runs of some thousand customers is about a fiftieth of it.
    const mean = means.reduce((sum, { meanMs }) => sum + meanMs, 0) / means.length
    expect(Math.abs(mean - 50)).toBeLessThan(5)
  })

  test('the same seed gives the same point', () => {
    expect(run({ seed: 7 })).toEqual(run({ seed: 7 }))
  })

  test('what was set before now holds from the beginning; what comes later and what breaks is left out', () => {
    const later = `${MM1}at 500ms service api constant 10ms\nat 600ms pause api\nat 5s service api constant 1s\nat 6s kill api\n`
    expect(pointOf(run({ text: later })).meanMs).toBeLessThan(12)
  })

  test('the load at which the stage is full is found from below and from above', () => {
    for (const rate of [5, 200]) {
      const body = text(`at 0s load web poisson ${rate}/s\nat 0s service api exponential 20ms\nat 0s queue api 50`)
      const found = fullFactor({ text: body, nowUs: 0, part: 'api', seed: 3 })
      expect(found.ok && Math.abs((found.factor * rate) / 50 - 1)).toBeLessThan(0.1)
    }
  })

  test('reasons', () => {
    expect(run({ text: text('at 0s load web none') })).toMatchObject({ ok: false })
    expect(run({ part: 'web' })).toEqual({ ok: false, reason: 'web is no stage, or does not run' })
    const silent = text('set sources -\nset senders tx\nset receivers rx')
    expect(run({ text: silent })).toEqual({ ok: false, reason: 'there is no source whose load could be changed' })
  })
})

test('every kind of load can be made larger', () => {
  const exponential = { kind: 'exponential', meanUs: 100 } as const
  expect(timesLoad({ kind: 'open', between: exponential }, 2)).toEqual({
    kind: 'open',
    between: { kind: 'exponential', meanUs: 50 },
  })
  expect(timesLoad({ kind: 'trace', gapsUs: [10, 30] }, 2)).toEqual({ kind: 'trace', gapsUs: [5, 15] })
  expect(timesLoad({ kind: 'closed', users: 9_000, think: exponential }, 2)).toMatchObject({ users: 10_000 })
  expect(timesLoad({ kind: 'silent' }, 2)).toEqual({ kind: 'silent' })
})
