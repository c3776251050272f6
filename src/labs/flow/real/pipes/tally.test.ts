import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { INSTANT_MS, type Report } from '../messages.ts'
import type { Item } from './pipe.ts'
import { Tally } from './tally.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 * INSTANT_MS, toFake: ['performance', 'Date'] })
})
afterEach(() => {
  vi.useRealTimers()
})

const item = (count = 1): Item => ({ madeAtMs: 0, count, payload: new Uint8Array(1) })

function tally() {
  const said: Report[] = []
  const counting = new Tally((report) => said.push(report))
  return { counting, said }
}

test('a count is what stood when its instant passed, not what came after', () => {
  const { counting, said } = tally()
  counting.received(item())
  vi.advanceTimersByTime(INSTANT_MS)
  counting.received(item(5))
  counting.report(7)
  const { pong, counts } = said[0]!
  expect(pong).toBe(7)
  expect(counts.map(({ counters }) => counters.received)).toEqual([0, 1])
  expect(counts[1]!.instant - counts[0]!.instant).toBe(1)
  expect(counting.now.received).toBe(6)
})

test('who is never asked speaks unasked, but not with every item', () => {
  const { counting, said } = tally()
  for (let ms = 0; ms < 2_000; ms += 10) {
    counting.begun(item())
    vi.advanceTimersByTime(10)
  }
  expect(said.length).toBeGreaterThanOrEqual(3)
  expect(said.length).toBeLessThanOrEqual(5)
  expect(said.every(({ pong, limit }) => pong === null && limit === null)).toBe(true)
  // A few counts, however long it runs.
  expect(Math.max(...said.map(({ counts }) => counts.length))).toBeLessThanOrEqual(8)
})
