import { expect, test } from 'vitest'
import { PATIENCE } from '../buffers/buffer.ts'
import { exponential } from '../queueing/distributions.ts'
import { FINAGLE_BUDGET_DEFAULTS } from '../retries/budget-finagle.ts'
import { PipelineWorld } from './pipeline-world.test-helper.ts'
import { type Patch, type SourceSettings, STAGE_DEFAULTS, type StageSettings } from './settings.ts'

/*
 * The retry storm on the machines that the lab runs: capacity 100/s, timeout 1 s, capacity × 0.3 from 10 to 20 s, goodput over
 * the last 30 of 100 s. queueing/metastability.test.ts has every line of the table with five seeds, on the fast kernel;
 * here one seed a line, on the other implementation: the verdicts must be the same.
 */

const SECOND_US = 1_000_000
const THREE = { retry: { retries: 3, backoff: null } }
const buffer = (change: Partial<StageSettings['buffer']>) => ({ buffer: { ...STAGE_DEFAULTS.buffer, ...change } })
const budget = (share: number): Patch<SourceSettings> => ({
  ...THREE,
  budget: { kind: 'finagle', config: { ...FINAGLE_BUDGET_DEFAULTS, share, minRetriesPerSecond: 0 } },
})
const BACKOFF = { baseUs: 100_000, capUs: 10_000_000, factorPermille: 2_000, jitter: 'full' } as const

interface Line {
  readonly policy: string
  readonly rate?: number
  readonly source?: Patch<SourceSettings>
  readonly stage?: Patch<StageSettings>
  /** Goodput afterwards, per second: from and to. */
  readonly goodput: readonly [number, number]
}

const ALL = [63, 77] as const
const NOTHING = [0, 2] as const

const LINES: readonly Line[] = [
  { policy: 'no retries', goodput: ALL },
  { policy: '3 immediate retries, unbounded FIFO', source: THREE, goodput: NOTHING },
  { policy: 'backoff and full jitter', source: { retry: { retries: 3, backoff: BACKOFF } }, goodput: NOTHING },
  { policy: '1 retry, 45/s', rate: 45, source: { retry: { retries: 1, backoff: null } }, goodput: [40, 50] },
  { policy: '1 retry, 70/s', source: { retry: { retries: 1, backoff: null } }, goodput: NOTHING },
  { policy: '3 retries, 20/s', rate: 20, source: THREE, goodput: [17, 23] },
  { policy: 'budget 10 %', source: budget(0.1), goodput: ALL },
  { policy: 'budget 60 %', source: budget(0.6), goodput: NOTHING },
  { policy: 'bounded queue K = 50', source: THREE, stage: buffer({ capacity: 50 }), goodput: ALL },
  { policy: 'bounded queue K = 1000', source: THREE, stage: buffer({ capacity: 1_000 }), goodput: NOTHING },
  { policy: 'LIFO', source: THREE, stage: buffer({ discipline: { kind: 'lifo' } }), goodput: ALL },
  {
    policy: 'adaptive LIFO with patience',
    source: THREE,
    stage: buffer({ discipline: { kind: 'adaptive-lifo', intervalUs: 100_000 }, patience: PATIENCE }),
    goodput: ALL,
  },
  { policy: 'drop only expired at dequeue', source: THREE, stage: { deadlines: 'expired' }, goodput: [2, 15] },
  { policy: 'drop what could not be in time', source: THREE, stage: { deadlines: 'hopeless' }, goodput: ALL },
]

test.each(LINES)('$policy: goodput $goodput', ({ rate = 70, source = {}, stage = {}, goodput: [low, high] }) => {
  const world = new PipelineWorld({ seed: 1, pipes: ['web>api'] })
    .setSource('web', {
      load: { kind: 'open', between: exponential(SECOND_US / rate) },
      timeoutUs: SECOND_US,
      ...source,
    })
    .setStage('api', {
      servers: 10,
      service: { kind: 'time', distribution: exponential(100_000) },
      answersRefusals: false,
      ...stage,
    })
    .run(10 * SECOND_US)
    .setStage('api', { speedPermille: 300 })
    .run(20 * SECOND_US)
    .setStage('api', { speedPermille: 1_000 })
    .run(70 * SECOND_US)
  const before = world.source().counts.succeeded
  const after = world.run(100 * SECOND_US).source().counts.succeeded
  expect((after - before) / 30).toBeGreaterThanOrEqual(low)
  expect((after - before) / 30).toBeLessThanOrEqual(high)
  expect(world.broken()).toEqual([])
})
