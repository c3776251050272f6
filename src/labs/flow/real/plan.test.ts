import { expect, test } from 'vitest'
import { FIRST_PLAN, isOverloaded, LIMITS, limitReached, type RealPlan, realProblem } from './plan.ts'

const plan = (change: Partial<RealPlan>): RealPlan => ({ ...FIRST_PLAN, ...change })

test('the first plan can be run, and shows a slow stage behind a fast producer', () => {
  expect(realProblem(FIRST_PLAN)).toBe(null)
  expect(isOverloaded(FIRST_PLAN)).toBe(true)
})

test.each<[Partial<RealPlan>, RegExp]>([
  [{ joint: { primitive: 'writable', highWaterMark: 0 } }, /never ready/],
  [{ joint: { primitive: 'readable', highWaterMark: -1 } }, /highWaterMark is -1; .* from 0 to 64/],
  [{ joint: { primitive: 'credits', credits: 0 } }, /credits is 0/],
  [{ joint: { primitive: 'rxjs', operator: 'mergeMap', width: 1.5 } }, /width of the operator is 1.5/],
  [{ stages: 4 }, /stages is 4/],
  [{ ratePerS: 1e9 }, /rate of the producer/],
  [{ stageMs: 0 }, /time at a stage/],
  [{ consumerMs: Number.NaN }, /time at the consumer, ms, is NaN/],
  [{ payloadBytes: 2 ** 31 }, /payload/],
])('%o is refused with the reason', (change, reason) => {
  expect(realProblem(plan(change))).toMatch(reason)
})

test('the producer stops before it passes a limit, never behind it', () => {
  const small = plan({ payloadBytes: 1 })
  expect(limitReached(small, LIMITS.items - 1)).toBe(null)
  expect(limitReached(small, LIMITS.items)).toBe('items')
  const large = plan({ payloadBytes: LIMITS.payloadBytes })
  const fits = LIMITS.bytes / LIMITS.payloadBytes
  expect(limitReached(large, fits - 1)).toBe(null)
  expect(limitReached(large, fits)).toBe('bytes')
})

test('a batch is worked off at once, and waiting for several items at once is as fast as that', () => {
  const rate = 120
  const slow = plan({ ratePerS: rate, stageMs: 20, consumerMs: 5 })
  const rxjs = (operator: 'concatMap' | 'mergeMap' | 'bufferCount', delay: RealPlan['delay']) =>
    isOverloaded({ ...slow, delay, joint: { primitive: 'rxjs', operator, width: 4 } })
  expect(rxjs('concatMap', 'wait')).toBe(true)
  expect(rxjs('mergeMap', 'wait')).toBe(false)
  // One thread is one thread.
  expect(rxjs('mergeMap', 'work')).toBe(true)
  expect(rxjs('bufferCount', 'work')).toBe(false)
})
