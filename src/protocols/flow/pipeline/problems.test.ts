import { describe, expect, test } from 'vitest'
import { type NodeId, nodeId } from '../../../base/brand.ts'
import { CODEL_DEFAULTS } from '../aqm/codel.ts'
import { FQ_CODEL_DEFAULTS } from '../aqm/fq-codel.ts'
import { PIE_DEFAULTS } from '../aqm/pie.ts'
import { RED_DEFAULTS } from '../aqm/red.ts'
import { HPA_DEFAULTS } from '../autoscaling/hpa.ts'
import { ENVOY_OUTLIER_DEFAULTS } from '../breakers/envoy-outlier.ts'
import { HYSTRIX_DEFAULTS } from '../breakers/hystrix.ts'
import { OPOSSUM_DEFAULTS } from '../breakers/opossum.ts'
import { RESILIENCE4J_DEFAULTS } from '../breakers/resilience4j.ts'
import { PATIENCE } from '../buffers/buffer.ts'
import { AIMD_DEFAULTS } from '../limits/aimd.ts'
import { ENVOY_GRADIENT_DEFAULTS } from '../limits/envoy-gradient.ts'
import { GRADIENT_DEFAULTS } from '../limits/gradient.ts'
import { GRADIENT2_DEFAULTS } from '../limits/gradient2.ts'
import { RATE_DEFAULTS } from '../limits/token-bucket.ts'
import { VEGAS_DEFAULTS } from '../limits/vegas.ts'
import { byMeanAndCv2, deterministic, empirical, erlang, exponential } from '../queueing/distributions.ts'
import { BACKOFF_DEFAULTS } from '../retries/backoff.ts'
import { AWS_BUCKET_2026, AWS_BUCKET_DEFAULTS } from '../retries/bucket-aws.ts'
import { ENVOY_BUDGET_DEFAULTS } from '../retries/budget-envoy.ts'
import { FINAGLE_BUDGET_DEFAULTS } from '../retries/budget-finagle.ts'
import { GRPC_TOKENS_DEFAULTS } from '../retries/tokens-grpc.ts'
import { CLIENT_THROTTLING_DEFAULTS } from '../shedding/client-throttling.ts'
import { DAGOR_DEFAULTS } from '../shedding/dagor.ts'
import { NACK_ADMISSION_DEFAULTS } from '../shedding/nack-admission.ts'
import { PRIORITY_SHEDDING_DEFAULTS } from '../shedding/priority.ts'
import { KAFKA_CONSUMER } from '../streams/kafka-consumer.ts'
import { pipesProblem } from './pipe-problems.ts'
import { settingsProblem } from './problems.ts'
import { type Patch, SOURCE_DEFAULTS, type SourceSettings, STAGE_DEFAULTS, type StageSettings } from './settings.ts'

const MS = 1_000
const S = 1_000_000
const source = (patch: Patch<SourceSettings>): SourceSettings => ({ ...SOURCE_DEFAULTS, ...patch })
const stage = (patch: Patch<StageSettings>): StageSettings => ({ ...STAGE_DEFAULTS, ...patch })
const queue = (patch: Partial<StageSettings['buffer']>) => ({ buffer: { ...STAGE_DEFAULTS.buffer, ...patch } })

/** Every mechanism as its own project ships it, and every shape of a setting. */
const SOURCES: Patch<SourceSettings>[] = [
  {},
  { load: { kind: 'silent' } },
  { load: { kind: 'bursty', perSecond: 0, burstPerSecond: 100, burstUs: S, everyUs: 10 * S } },
  { load: { kind: 'trace', gapsUs: [0, 10 * MS, 0] } },
  { load: { kind: 'closed', users: 10_000, think: exponential(S) } },
  { load: { kind: 'open', between: deterministic(1) } },
  { load: { kind: 'open', between: erlang(S, 4) } },
  { load: { kind: 'open', between: byMeanAndCv2(S, 4) } },
  { load: { kind: 'open', between: empirical([0, 1]) } },
  { prioritiesPermille: [500, 300, 200], timeoutUs: S, class: 63, backlog: 0 },
  { retry: { retries: 3, backoff: BACKOFF_DEFAULTS }, outlier: ENVOY_OUTLIER_DEFAULTS },
  { budget: { kind: 'finagle', config: FINAGLE_BUDGET_DEFAULTS } },
  { budget: { kind: 'envoy', config: ENVOY_BUDGET_DEFAULTS } },
  { budget: { kind: 'grpc', config: GRPC_TOKENS_DEFAULTS } },
  { budget: { kind: 'aws', config: AWS_BUCKET_DEFAULTS } },
  { budget: { kind: 'aws', config: AWS_BUCKET_2026 } },
  { breaker: { kind: 'hystrix', config: HYSTRIX_DEFAULTS } },
  { breaker: { kind: 'resilience4j', config: RESILIENCE4J_DEFAULTS } },
  { breaker: { kind: 'opossum', config: OPOSSUM_DEFAULTS } },
  { throttle: { kind: 'google', config: CLIENT_THROTTLING_DEFAULTS } },
  { throttle: { kind: 'nack', config: NACK_ADMISSION_DEFAULTS } },
  { limit: { kind: 'fixed', limit: 1 } },
  { limit: { kind: 'aimd', config: AIMD_DEFAULTS } },
  { limit: { kind: 'vegas', config: VEGAS_DEFAULTS } },
  { limit: { kind: 'gradient', config: GRADIENT_DEFAULTS } },
  { limit: { kind: 'gradient', config: { ...GRADIENT_DEFAULTS, probeInterval: null } } },
  { limit: { kind: 'gradient2', config: GRADIENT2_DEFAULTS } },
  { limit: { kind: 'envoy', config: ENVOY_GRADIENT_DEFAULTS } },
]
const STAGES: Patch<StageSettings>[] = [
  {},
  { service: { kind: 'bytes', bitsPerSecond: 10_000_000 } },
  queue({ capacity: 0, overflow: { kind: 'block' } }),
  queue({ discipline: { kind: 'adaptive-lifo', intervalUs: 100 * MS }, patience: PATIENCE }),
  queue({ discipline: { kind: 'priority', levels: 3 } }),
  queue({ discipline: { kind: 'fair', lanes: 16, quantumBytes: 1_514 }, overflow: { kind: 'drop-oldest' } }),
  queue({ overflow: { kind: 'sample', periodUs: S } }),
  { demand: { kind: 'request', prefetch: 256, replenish: 192 }, ...queue({ overflow: { kind: 'block' } }) },
  { demand: { kind: 'window', initialBytes: 65_535 } },
  { demand: { kind: 'whatwg', highWaterMark: 0 } },
  { demand: { kind: 'node', highWaterMark: 16_384, obeyed: false } },
  { demand: { kind: 'kafka', config: KAFKA_CONSUMER, paused: true } },
  { management: { kind: 'codel', config: CODEL_DEFAULTS }, ...queue({ discipline: { kind: 'lifo' } }) },
  { management: { kind: 'fq-codel', config: FQ_CODEL_DEFAULTS }, ...queue({ overflow: { kind: 'block' } }) },
  { management: { kind: 'pie', config: PIE_DEFAULTS } },
  { management: { kind: 'red', config: RED_DEFAULTS } },
  { rate: { kind: 'token-bucket', config: RATE_DEFAULTS } },
  { rate: { kind: 'gcra', config: RATE_DEFAULTS } },
  { rate: { kind: 'leaky-bucket', config: { intervalUs: MS, capacity: 10 } } },
  { rate: { kind: 'fixed-window', config: { limit: 10, windowUs: S } } },
  { partitionsPermille: [900, 100] },
  { shedding: { kind: 'priority', config: PRIORITY_SHEDDING_DEFAULTS } },
  { shedding: { kind: 'dagor', config: DAGOR_DEFAULTS } },
  { batch: { max: 500, lingerUs: 5 * MS, eachUs: 10 } },
  { autoscaling: { hpa: HPA_DEFAULTS, bootUs: 30 * S } },
]
const FINE = [...SOURCES.map(source), ...STAGES.map(stage)]

/** The same value with each of its numbers in turn made `wrong`; and where it stood. */
function* spoiled(
  value: unknown,
  wrong: number,
  path = '',
): Generator<{ readonly path: string; readonly value: unknown }> {
  if (typeof value === 'number') yield { path, value: wrong }
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    for (const { path: at, value: worse } of spoiled(inner, wrong, `${path}.${key}`)) {
      const copy = Array.isArray(value) ? [...value] : { ...value }
      yield { path: at, value: Object.assign(copy, { [key]: worse }) }
    }
  }
}

describe('settings', () => {
  test.each(FINE)('what every project ships can be', (settings) => {
    expect(settingsProblem(settings)).toBeNull()
  })

  test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 1e15])('no number anywhere may be %d', (wrong) => {
    const passed = FINE.flatMap((settings) =>
      [...spoiled(settings, wrong)].filter(({ value }) => settingsProblem(value as StageSettings) === null),
    )
    expect(passed.map(({ path }) => path)).toEqual([])
  })

  test.each<[Patch<SourceSettings>, string]>([
    [
      { load: { kind: 'open', between: exponential(0) } },
      'load: time between arrivals: mean must be a time from 1us to 360000s, not 0s',
    ],
    [{ load: { kind: 'open', between: exponential(-5) } }, 'mean must be a time from 1us to 360000s, not -5us'],
    [
      { load: { kind: 'closed', users: 1e9, think: exponential(S) } },
      'load: users must be a whole number from 1 to 10000 (the limit "users" of a pipeline), not 1000000000',
    ],
    [{ load: { kind: 'trace', gapsUs: [] } }, 'load: times between arrivals: their number'],
    [{ load: { kind: 'trace', gapsUs: [0, 0] } }, 'at least one must be above 0'],
    [
      { load: { kind: 'bursty', perSecond: 0, burstPerSecond: 0, burstUs: S, everyUs: S } },
      'load: a cycle brings 0 requests on average, at least 0.001 were expected',
    ],
    [
      { load: { kind: 'bursty', perSecond: 1, burstPerSecond: 9, burstUs: 2 * S, everyUs: S } },
      'load: length of a burst must be a time from 1us to 1s, not 2s',
    ],
    [{ backlog: 100_001 }, 'backlog must be a whole number from 0 to 100000 (the limit "waiting" of a pipeline)'],
    [{ timeoutUs: 0 }, 'timeout must be a time from 1us to 360000s, not 0s'],
    [{ prioritiesPermille: [500, 400] }, 'priorities: their shares must add up to 1000 per mille, not 900'],
    [{ prioritiesPermille: [] }, 'priorities: their number must be a whole number from 1 to 16, not 0'],
    [{ prioritiesPermille: [1_500, -500] }, 'priorities: share 0 in per mille must be'],
    [{ retry: { retries: 101, backoff: null } }, 'retry: retries must be a whole number from 0 to 100, not 101'],
    [
      { retry: { retries: 1, backoff: { ...BACKOFF_DEFAULTS, capUs: MS } } },
      'backoff: cap must be at least base, which is 50ms, not 1ms',
    ],
    [
      { limit: { kind: 'aimd', config: { ...AIMD_DEFAULTS, minLimit: 30 } } },
      'limit aimd: initial limit must be at least min limit, which is 30, not 20',
    ],
    [
      { limit: { kind: 'envoy', config: { ...ENVOY_GRADIENT_DEFAULTS, minRttRequests: 20_001 } } },
      'limit envoy: min rtt requests must be a whole number from 1 to 20000, not 20001',
    ],
    [
      { breaker: { kind: 'hystrix', config: { ...HYSTRIX_DEFAULTS, snapshotUs: 3 * S } } },
      'breaker hystrix: snapshots in its window must be a whole number',
    ],
    [
      { rate: { kind: 'gcra', config: { ...RATE_DEFAULTS, tokens: 0 } } },
      'rate gcra: tokens must be a whole number from 1 to 1000000, not 0',
    ],
  ])('a source may not be %j', (patch, problem) => {
    expect(settingsProblem(source(patch))).toContain(problem)
  })

  const kafka = { demand: { kind: 'kafka', config: KAFKA_CONSUMER, paused: false } } as const
  const fair = { management: { kind: 'fq-codel', config: FQ_CODEL_DEFAULTS } } as const
  const block = queue({ overflow: { kind: 'block' } })

  test.each<[Patch<StageSettings>, string]>([
    [{ servers: 1_001 }, 'servers must be a whole number from 1 to 1000 (the limit "servers" of a pipeline), not 1001'],
    [{ speedPermille: 0 }, 'speed in per mille must be a whole number from 1'],
    [{ service: { kind: 'bytes', bitsPerSecond: 0 } }, 'service: bits per second must be a number from 1'],
    [queue({ capacity: 100_001 }), 'queue: capacity must be a whole number from 0 to 100000 (the limit "waiting"'],
    [queue({ capacity: 0, overflow: { kind: 'conflate' } }), 'queue: conflate needs a place to wait for each lane'],
    [
      { demand: { kind: 'request', prefetch: 0, replenish: 1 } },
      'demand request: prefetch must be a whole number from 1 to 100000',
    ],
    [
      { demand: { kind: 'request', prefetch: 4, replenish: 5 } },
      'demand request: replenish must be a whole number from 1 to 4, not 5',
    ],
    [{ demand: { kind: 'window', initialBytes: 0 } }, 'demand window: bytes must be a whole number from 1'],
    [{ demand: { kind: 'window', initialBytes: 2_147_483_648 } }, 'from 1 to 2147483647, not 2147483648'],
    [{ demand: { kind: 'node', highWaterMark: 0, obeyed: true } }, 'demand node: high-water mark in bytes must be'],
    [{ partitionsPermille: [600, 600] }, 'partitions: their shares must add up to at most 1000 per mille, not 1200'],
    [
      { shedding: { kind: 'priority', config: { thresholdsPermille: [700, 900] } } },
      'shed priority: threshold 1 must be at most that of the more urgent priority, 700, not 900',
    ],
    [
      { management: { kind: 'red', config: { ...RED_DEFAULTS, minPackets: 15 } } },
      'queue red: max packets must be above min packets, which is 15',
    ],
    [
      { autoscaling: { hpa: { ...HPA_DEFAULTS, minReplicas: 200 }, bootUs: 0 } },
      'autoscale: max replicas must be at least min replicas, which is 200, not 100',
    ],
    [{ ...kafka, management: { kind: 'codel', config: CODEL_DEFAULTS } }, 'demand kafka with queue codel'],
    [{ ...kafka, ...queue({ discipline: { kind: 'lifo' } }) }, 'demand kafka with queue lifo'],
    [{ ...kafka, ...block }, 'demand kafka with overflow block'],
    [{ ...kafka, ...queue({ patience: PATIENCE }) }, 'demand kafka with patience'],
    [{ demand: { kind: 'whatwg', highWaterMark: 1 }, ...block }, 'demand whatwg with overflow block'],
    [{ demand: { kind: 'node', highWaterMark: 1, obeyed: true }, ...block }, 'demand node with overflow block'],
    [{ ...fair, ...queue({ discipline: { kind: 'lifo' } }) }, 'queue fq-codel with queue lifo'],
    [{ ...fair, ...queue({ overflow: { kind: 'drop-oldest' } }) }, 'queue fq-codel with overflow drop-oldest'],
    [{ ...fair, ...queue({ patience: PATIENCE }) }, 'queue fq-codel with patience'],
  ])('a stage may not be %j', (patch, problem) => {
    const said = settingsProblem(stage(patch))
    expect(said).toContain(problem)
    // What was expected instead.
    expect(said).toMatch(/must|needs|expected/)
  })
})

describe('pipes', () => {
  const kindOf = (part: NodeId) => {
    if (part.startsWith('gone')) return null
    const kinds = { u: 'source', s: 'sender', r: 'receiver' } as const
    return kinds[part[0] as keyof typeof kinds] ?? 'stage'
  }
  /** `u-a a-b`: pipes from u to a, and from a to b. A part named z… has no place to wait. */
  const problemOf = (text: string) =>
    pipesProblem(
      text.split(' ').map((pipe) => {
        const [from, to] = pipe.split('-').map(nodeId)
        return { from: from!, to: to! }
      }),
      kindOf,
      (part) => (part.startsWith('z') ? 0 : 10),
    )

  test.each([
    'u-a',
    'u1-a u2-a a-b a-c b-d c-d',
    's1-a s2-a a-r',
    // A loop with a queue and a way out, and one of a single stage.
    'u-a a-b b-a b-c',
    'u-z1 z1-a a-z1 a-c',
    'u-a a-a a-b',
    // Cross traffic on the line of a connection.
    's-a u-a a-r a-b',
    // Stages without places, in a row.
    'u-z1 z1-z2 z2-z3',
  ])('%s can be', (text) => {
    expect(problemOf(text)).toBeNull()
  })

  test.each([
    ['u-gone', 'pipe u -> gone: there is no part gone'],
    ['gone-a', 'pipe gone -> a: there is no part gone'],
    ['u-a a-u', 'pipe a -> u: nothing flows into a source, expected a stage or a receiver'],
    ['a-s', 'pipe a -> s: nothing flows into a sender, expected a stage or a receiver'],
    ['r-a', 'pipe r -> a: nothing flows out of a receiver, expected a source, a stage or a sender'],
    ['u-r', 'pipe u -> r: a receiver takes what senders send, expected a stage'],
    ['s-r', 'pipe s -> r: a sender sends into a stage, not into a receiver'],
    ['s-a s-b', 'pipe s -> b: a sender has one output, and s has a'],
    ['u-a u-a', 'pipe u -> a: there is one already'],
    ['u-a a-a', 'the loop a -> a has no way out, expected a pipe from it to a stage where items end'],
    // The way out must be one of the loop, not of what leads to it.
    ['u-a a-d a-b b-c c-b', 'the loop b -> c -> b has no way out'],
    ['u-z1 z1-z2 z2-z1 z2-d', 'the loop z1 -> z2 -> z1 has no queue, expected a capacity above 0 in one of its stages'],
    // A queue beside the loop does not help.
    ['u-a a-z1 z1-z2 z2-z1 z2-a a-d', 'the loop z1 -> z2 -> z1 has no queue'],
  ])('%s cannot be', (text, problem) => {
    expect(problemOf(text)).toContain(problem)
  })

  test('24 parts are the most', () => {
    const chain = (parts: number) => Array.from({ length: parts - 1 }, (_, at) => `a${at}-a${at + 1}`).join(' ')
    expect(problemOf(chain(24))).toBeNull()
    expect(problemOf(chain(25))).toBe('a pipeline has at most 24 parts (the limit "parts" of a pipeline), not 25')
  })
})
