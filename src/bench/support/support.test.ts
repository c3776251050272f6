import { expect, it } from 'vitest'
import { checkHistory } from '../../check/linearizability.ts'
import { illegalHistory, legalHistory } from './history.ts'
import { median, percentile } from './statistics.ts'
import { framesOf, type TraceEvent } from './trace.ts'

it('takes percentiles by nearest rank, whatever the order', () => {
  const samples = [5, 1, 4, 2, 3]
  expect([0, 0.2, 0.21, 0.5, 0.95, 1].map((share) => percentile(samples, share))).toEqual([1, 1, 2, 3, 5, 5])
  expect(median([7])).toBe(7)
})

const event = (name: string, ts: number, dur: number, more: Partial<TraceEvent> = {}): TraceEvent => ({
  name,
  ph: 'X',
  pid: 1,
  tid: 1,
  ts,
  dur,
  ...more,
})

it('adds up the script of each frame of the busiest page thread, nested calls once', () => {
  const { scriptMs, perSecond } = framesOf([
    // Before the first frame: of no frame.
    event('EvaluateScript', 0, 900_000),
    event('FireAnimationFrame', 1_000_000, 4_000),
    event('FunctionCall', 1_000_000, 3_500),
    event('MinorGC', 1_001_000, 500),
    // Later in the same frame; layout is no script; the thread worked for half of the time.
    event('EventDispatch', 1_010_000, 2_000, { tdur: 1_000 }),
    event('Layout', 1_013_000, 2_000),
    event('FunctionCall', 1_012_000, 9_000, { tid: 2 }),
    event('FireAnimationFrame', 1_020_000, 1_000),
    event('FireAnimationFrame', 1_040_000, 1_000),
    event('FireAnimationFrame', 1_040_000, 1_000, { tid: 2 }),
  ])
  expect(scriptMs).toEqual([5, 1])
  expect(perSecond).toBe(50)
})

it('finds no frames in a trace without any', () => {
  expect(framesOf([event('FunctionCall', 0, 1)])).toEqual({ scriptMs: [], perSecond: 0 })
})

it('makes histories that the checker finds legal, and one wrong answer that it finds illegal', () => {
  const recipe = { operations: 2_000, clients: 12, keys: 8, unknownPermille: 2, seed: 3 }
  const history = legalHistory(recipe)
  expect(history).toHaveLength(2_000)
  expect(new Set(history.map(({ client }) => client)).size).toBe(12)
  expect(history.some(({ ret }) => ret === null)).toBe(true)
  expect(checkHistory(history).kind).toBe('ok')
  expect(checkHistory(illegalHistory(history, 0.9)).kind).toBe('illegal')
})
