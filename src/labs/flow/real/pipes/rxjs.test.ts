import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Delay } from '../plan.ts'
import { FIRST_PLAN, type Operator, type RealPlan, windowMs } from '../plan.ts'
import type { Item } from './pipe.ts'
import { operatorStage } from './rxjs.ts'
import { Tally } from './tally.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** Items every millisecond into a stage of 10 ms an item, in time that the test moves. */
async function run(operator: Operator, items: number, width = 4) {
  const joint = { primitive: 'rxjs', operator, width } as const
  const plan: RealPlan = { ...FIRST_PLAN, joint, stageMs: 10, delay: 'wait' satisfies Delay }
  const tally = new Tally(() => {})
  const out: Item[] = []
  const outlet = { ready: () => Promise.resolve(), send: (item: Item) => void out.push(item) }
  const taker = operatorStage(plan, joint, outlet, tally)
  for (let made = 0; made < items; made++) {
    const item = { madeAtMs: made, count: 1, payload: new Uint8Array(2) }
    taker.arrived(item)
    await taker.take(item)
    await vi.advanceTimersByTimeAsync(1)
  }
  const counters = tally.now
  const queued = counters.received - counters.dropped - counters.begun
  return { counters, queued, out, plan, rest: () => vi.runAllTimersAsync().then(() => tally.now) }
}

test('concatMap hides a backlog without a bound, and does everything in the end', async () => {
  const { counters, queued, rest, out } = await run('concatMap', 1_000)
  expect(counters).toMatchObject({ received: 1_000, dropped: 0 })
  // 1,000 ms of 10 ms each: a tenth is done, nine tenths wait where nobody sees them.
  expect(queued).toBeGreaterThan(890)
  expect(await rest()).toMatchObject({ begun: 1_000, done: 1_000, sent: 1_000 })
  expect(out.map(({ madeAtMs }) => madeAtMs)).toEqual(Array.from({ length: 1_000 }, (_, at) => at))
})

test('mergeMap works on as many at once as it may, and hides the others', async () => {
  const { counters, queued } = await run('mergeMap', 1_000)
  expect(counters.begun - counters.done).toBe(4)
  expect(queued).toBeGreaterThan(580)
  expect(queued).toBeLessThan(620)
})

test.each<[Operator, kept: (plan: RealPlan) => number]>([
  ['exhaustMap', ({ stageMs }) => stageMs],
  ['throttleTime', windowMs],
  ['sampleTime', windowMs],
  ['auditTime', windowMs],
])('%s hides no backlog: it gives up what comes too early', async (operator, everyMs) => {
  const { counters, queued, plan } = await run(operator, 1_000)
  const kept = 1_000 / everyMs(plan)
  expect(counters.begun).toBeGreaterThanOrEqual(kept * 0.85)
  expect(counters.begun).toBeLessThanOrEqual(kept * 1.05)
  expect(counters.dropped).toBeGreaterThanOrEqual(1_000 - kept * 1.05 - 1)
  expect(queued).toBeLessThanOrEqual(1)
})

test('bufferCount spends the time of an item once for a batch', async () => {
  const { counters, out } = await run('bufferCount', 1_000, 25)
  expect(counters.dropped).toBe(0)
  expect(counters.begun).toBe(1_000)
  expect(out.every(({ count, payload }) => count === 25 && payload.length === 50)).toBe(true)
})
