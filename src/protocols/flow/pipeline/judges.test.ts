import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nodeId } from '../../../base/brand.ts'
import { CODEL_DEFAULTS } from '../aqm/codel.ts'
import { FQ_CODEL_DEFAULTS } from '../aqm/fq-codel.ts'
import { PIE_DEFAULTS } from '../aqm/pie.ts'
import type { Overflow } from '../buffers/policies.ts'
import { deterministic, exponential } from '../queueing/distributions.ts'
import { flowInvariants } from './judges.ts'
import { PipelineWorld } from './pipeline-world.test-helper.ts'
import { type Demand, STAGE_DEFAULTS, type StageSettings } from './settings.ts'
import type { Fault } from './types.ts'

const SECOND_US = 1_000_000
const perSecond = (rate: number) => ({ kind: 'open', between: exponential(SECOND_US / rate) }) as const
const service = (ms: number) => ({ kind: 'time', distribution: exponential(ms * 1_000) }) as const
const buffer = (capacity: number, overflow: Overflow): StageSettings['buffer'] => ({
  ...STAGE_DEFAULTS.buffer,
  capacity,
  overflow,
})

describe('every judge sees the mistake that was planted for it', () => {
  test.each<[Fault, string]>([
    ['loses-items', 'conservation'],
    ['overfills', 'capacity'],
    ['ignores-demand', 'demand'],
    ['idles', 'work'],
    ['forgets-waits', 'little'],
  ])('%s: %s', (fault, judge) => {
    const run = (planted?: Fault) =>
      new PipelineWorld({ pipes: ['web>api'], ...(planted === undefined ? {} : { fault: planted }) })
        .setStage('api', {
          servers: 2,
          service: service(20),
          buffer: buffer(10, fault === 'ignores-demand' ? { kind: 'block' } : { kind: 'drop-newest' }),
        })
        .setSource('web', { load: perSecond(90) })
        .run(60 * SECOND_US)
        .broken()
    expect(run(fault)).toContain(judge)
    expect(run()).toEqual([])
  })
})

const DEMANDS: readonly Demand[] = [
  { kind: 'push' },
  { kind: 'request', prefetch: 8, replenish: 6 },
  { kind: 'window', initialBytes: 10_000 },
  { kind: 'whatwg', highWaterMark: 2 },
  { kind: 'node', highWaterMark: 5_000, obeyed: true },
]
const OVERFLOWS: readonly Overflow[] = [
  { kind: 'block' },
  { kind: 'drop-newest' },
  { kind: 'drop-youngest' },
  { kind: 'drop-oldest' },
  { kind: 'drop-buffer' },
  { kind: 'conflate' },
  { kind: 'sample', periodUs: 30_000 },
]
const MANAGEMENTS: readonly StageSettings['management'][] = [
  { kind: 'none' },
  { kind: 'codel', config: CODEL_DEFAULTS },
  { kind: 'fq-codel', config: FQ_CODEL_DEFAULTS },
  { kind: 'pie', config: PIE_DEFAULTS },
]

const choice = fc.record({
  seed: fc.nat(1_000),
  rate: fc.integer({ min: 5, max: 400 }),
  servers: fc.integer({ min: 1, max: 4 }),
  capacity: fc.integer({ min: 1, max: 30 }),
  overflow: fc.constantFrom(...OVERFLOWS),
  demand: fc.constantFrom(...DEMANDS),
  management: fc.constantFrom(...MANAGEMENTS),
  retries: fc.integer({ min: 0, max: 3 }),
  timeoutMs: fc.constantFrom(null, 50, 500),
  deadlines: fc.constantFrom('ignore' as const, 'expired' as const, 'hopeless' as const),
})

test('no rule breaks, whatever is set of two stages in a row, and whatever is set anew while they run', () => {
  fc.assert(
    fc.property(choice, choice, fc.boolean(), (one, other, killed) => {
      const world = new PipelineWorld({
        seed: one.seed,
        stages: ['api', 'db'],
        pipes: ['web>api', 'api>db'],
        delayUs: 1_000,
      })
      const set = (given: typeof one) => {
        const { servers, capacity, overflow, management, deadlines } = given
        const base = { servers, management, deadlines, buffer: buffer(capacity, overflow), service: service(15) }
        world.setStage('api', { ...base, demand: given.demand })
        world.setStage('db', { ...base, demand: other.demand, service: service(10) })
        world.setSource('web', {
          load: perSecond(given.rate),
          retry: { retries: given.retries, backoff: null },
          timeoutUs: given.timeoutMs === null ? null : given.timeoutMs * 1_000,
        })
      }
      set(one)
      world.run(4 * SECOND_US)
      set(other)
      world.run(8 * SECOND_US)
      if (killed) {
        world.sim.act([{ kind: 'kill', actor: 2 }], 0)
        world.run(9 * SECOND_US)
        world.sim.act([{ kind: 'restart', actor: 2 }], 0)
      }
      world.setSource('web', { load: { kind: 'silent' } }).run(60 * SECOND_US)
      const { broken } = world.sim
      expect(broken.map(({ invariant, explanation }) => `${flowInvariants[invariant]!.id}: ${explanation}`)).toEqual([])
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('a stage that blocks passes its slowness on: the stage before it is blocked, the source holds back', () => {
  const world = new PipelineWorld({ stages: ['api', 'db'], pipes: ['web>api', 'api>db'] })
    .setStage('api', {
      service: { kind: 'time', distribution: deterministic(1_000) },
      buffer: buffer(5, { kind: 'block' }),
    })
    .setStage('db', {
      service: { kind: 'time', distribution: deterministic(50_000) },
      buffer: buffer(5, { kind: 'block' }),
    })
    .setSource('web', { load: perSecond(100) })
    .run(10 * SECOND_US)
  expect(world.stage('api').isBlocked).toBe(true)
  expect(world.stage('db').counts.departed).toBe(199)
  expect(world.source().backlog.length).toBeGreaterThan(500)
  expect(
    world
      .stage('api')
      .counts.dropped.concat(world.stage('db').counts.dropped)
      .every((n) => n === 0),
  ).toBe(true)
})

test('a source that is started again does not take late answers to its former life for its own', () => {
  const world = new PipelineWorld({ pipes: ['web>api'] })
    .setStage('api', { servers: 50, service: { kind: 'time', distribution: deterministic(2 * SECOND_US) } })
    .setSource('web', { load: { kind: 'open', between: deterministic(10_000) } })
    .run(SECOND_US / 2)
  world.sim.act([{ kind: 'kill', actor: 0 }], 0)
  world.run(0.6 * SECOND_US)
  world.sim.act([{ kind: 'restart', actor: 0 }], 0)
  const { counts } = world.run(2.55 * SECOND_US).source()
  // One every 10 ms up to 500 ms, answered after 2 s; the first of the new life would be answered at 2.61 s.
  expect([counts.late, counts.succeeded]).toEqual([50, 0])
})

test('a WHATWG stream with mark 0 is pulled by its readers, from the first moment on', () => {
  const world = new PipelineWorld({ pipes: [] })
    .setStage('api', { demand: { kind: 'whatwg', highWaterMark: 0 }, service: service(10) })
    .setSource('web', { load: perSecond(50) })
    .command('web', { kind: 'connect', to: nodeId('api') })
    .run(10 * SECOND_US)
  expect(world.stage().counts.departed).toBeGreaterThan(400)
  expect(world.broken()).toEqual([])
})
