import { afterAll, describe, expect, test } from 'vitest'
import type { Breaker } from '../breakers/breaker.ts'
import { HYSTRIX_DEFAULTS, hystrix } from '../breakers/hystrix.ts'
import { OPOSSUM_DEFAULTS, opossum } from '../breakers/opossum.ts'
import { RESILIENCE4J_DEFAULTS, resilience4j } from '../breakers/resilience4j.ts'
import { PATIENCE } from '../buffers/buffer.ts'
import { ENVOY_BUDGET_DEFAULTS } from '../retries/budget-envoy.ts'
import { countInWindow, emptyWindow, type RollingWindow, windowSums } from '../rolling-window.ts'
import { type ClientPolicy, client, guard } from './client-policy.ts'
import { exponential } from './distributions.ts'
import { Kernel } from './kernel.ts'
import { type Network, open, type Stage, stage } from './network.ts'

// Metastable failures (Bronson et al., HotOS 2021): ten servers of 0.1 s, requests that are waited for 1 s, and ten seconds at
// 30 % of the speed. What is measured is whether the system ever comes back, six minutes later. The titles of the tests
// are the table: policy, load, goodput, attempts, verdict, and how long after the trigger it came back. That a breaker does
// not help is true of one that feeds itself; the published ones shed enough for the queue to drain, and do help.

const S = 1_000_000
const TRIGGER_END_S = 70
const MEASURED_FROM_S = 300
const END_S = 390
const SEEDS = 5
/** Near a boundary chance decides. How often needs more seeds. */
const SEEDS_AT_A_BOUNDARY = 40

type Expected =
  /** Every seed, to the full load. */
  | { readonly kind: 'recovers' }
  /** No seed: at most so much goodput is left (a second, on average), and at least that. */
  | { readonly kind: 'never'; readonly atMost: number; readonly atLeast: number }
  /** More than half of the seeds never, some do. */
  | { readonly kind: 'seldom' }

interface Line {
  readonly policy: string
  readonly rate: number
  readonly expected: Expected
  readonly client?: Partial<ClientPolicy>
  readonly stage?: Partial<Stage>
}

const recovers: Expected = { kind: 'recovers' }
const seldom: Expected = { kind: 'seldom' }
const never = (atMost = 0.1, atLeast = 0): Expected => ({ kind: 'never', atMost, atLeast })

const thrice = { retries: 3 }
const backoff = { baseUs: 0.1 * S, capUs: 10 * S, factorPermille: 2_000 }
const budget = (share: number) => ({
  ...thrice,
  budget: { kind: 'finagle', ttlUs: 10 * S, minRetriesPerSecond: 0, share } as const,
})
const breaker = <Config, State>(machine: Breaker<Config, State>, config: Config) => ({
  ...thrice,
  breaker: guard(machine, config),
})

/**
 * A breaker as one writes it oneself: 50 % of 10 s, open for 5 s, then one trial; but what it refused itself counts as
 * failed. So it keeps itself open, long after the servers have nothing more to do.
 */
interface Selfish {
  readonly phase: 'closed' | 'open' | 'half-open'
  readonly openedUs: number
  readonly calls: RollingWindow
}
const TEN_SECONDS = { windowUs: 10 * S, buckets: 20 }
const selfish: Breaker<null, Selfish> = {
  initial: () => ({ phase: 'closed', openedUs: 0, calls: emptyWindow }),
  ask(_, state, nowUs) {
    if (state.phase === 'closed') return { state, outcome: true }
    if (state.phase === 'open' && nowUs >= state.openedUs + 5 * S)
      return { state: { ...state, phase: 'half-open' }, outcome: true }
    return { state: { ...state, calls: countInWindow(TEN_SECONDS, state.calls, 1, 1, nowUs) }, outcome: false }
  },
  record(_, state, { succeeded }, nowUs) {
    const calls = countInWindow(TEN_SECONDS, state.calls, 1, succeeded ? 0 : 1, nowUs)
    if (state.phase === 'half-open' && succeeded) return { ...state, phase: 'closed', calls }
    const { all, some } = windowSums(TEN_SECONDS, calls, nowUs)
    const isBad = state.phase === 'half-open' || (state.phase === 'closed' && all >= 20 && 2 * some >= all)
    return isBad ? { phase: 'open', openedUs: nowUs, calls } : { ...state, calls }
  },
  phase: (_, { phase }) => phase,
}

const TABLE: readonly Line[] = [
  { policy: 'no retries', rate: 70, expected: recovers },
  { policy: '3 immediate retries, unbounded FIFO', rate: 70, expected: never(), client: thrice },
  ...(['full', 'equal', 'decorrelated'] as const).map((jitter) => ({
    policy: `3 retries, exponential backoff of 0.1 to 10 s, ${jitter} jitter`,
    rate: 70,
    expected: never(),
    client: { ...thrice, backoff: { ...backoff, jitter } },
  })),
  { policy: '1 retry, above 100/2', rate: 70, expected: never(), client: { retries: 1 } },
  { policy: '1 retry, below 100/2', rate: 45, expected: recovers, client: { retries: 1 } },
  { policy: '3 retries, below 100/4', rate: 20, expected: recovers, client: thrice },
  // Whether ten seconds of 30 for 30 start the storm is chance.
  { policy: '3 retries, above 100/4', rate: 30, expected: seldom, client: thrice },
  { policy: 'retry budget 10 % (77 of 100)', rate: 70, expected: recovers, client: budget(0.1) },
  { policy: 'retry budget 20 % (84 of 100)', rate: 70, expected: recovers, client: budget(0.2) },
  // The backlog shrinks by two a second, give or take twenty: some are back before the measurement.
  { policy: 'retry budget 40 % (98 of 100)', rate: 70, expected: seldom, client: budget(0.4) },
  { policy: 'retry budget 60 % (112 of 100)', rate: 70, expected: never(), client: budget(0.6) },
  {
    policy: "Envoy's retry budget 20 %",
    rate: 70,
    expected: recovers,
    client: { ...thrice, budget: { kind: 'envoy', ...ENVOY_BUDGET_DEFAULTS } },
  },
  { policy: 'bounded queue K = 50 (0.5 s)', rate: 70, expected: recovers, client: thrice, stage: { capacity: 50 } },
  { policy: 'bounded queue K = 1,000 (10 s)', rate: 70, expected: never(), client: thrice, stage: { capacity: 1_000 } },
  { policy: 'LIFO', rate: 70, expected: recovers, client: thrice, stage: { discipline: { kind: 'lifo' } } },
  {
    policy: 'adaptive LIFO',
    rate: 70,
    expected: recovers,
    client: thrice,
    stage: { discipline: { kind: 'adaptive-lifo', intervalUs: PATIENCE.intervalUs } },
  },
  { policy: "Facebook's CoDel", rate: 70, expected: recovers, client: thrice, stage: { patience: PATIENCE } },
  {
    policy: 'drop only expired at dequeue',
    rate: 70,
    expected: never(7, 4.5),
    client: thrice,
    stage: { deadlines: 'expired' },
  },
  {
    policy: 'drop at dequeue when less is left than a service takes',
    rate: 70,
    expected: recovers,
    client: thrice,
    stage: { deadlines: 'hopeless' },
  },
  {
    policy: 'breaker 50 %/10 s/open 5 s that counts its refusals',
    rate: 70,
    expected: never(2),
    client: breaker(selfish, null),
  },
  {
    policy: "Hystrix's breaker 50 %/10 s/open 5 s",
    rate: 70,
    expected: recovers,
    client: breaker(hystrix, HYSTRIX_DEFAULTS),
  },
  {
    policy: "opossum's breaker 50 %/10 s/open 5 s",
    rate: 70,
    expected: recovers,
    client: breaker(opossum, { ...OPOSSUM_DEFAULTS, resetTimeoutUs: 5 * S }),
  },
  {
    policy: "resilience4j's breaker 50 %/100 calls/open 5 s",
    rate: 70,
    expected: recovers,
    client: breaker(resilience4j, { ...RESILIENCE4J_DEFAULTS, waitInOpenUs: 5 * S }),
  },
]

const networkOf = ({ rate, client: policy = {}, stage: given = {} }: Line): Network => ({
  sources: [open(exponential(S / rate), { client: client(S, policy) })],
  stages: [
    stage(exponential(0.1 * S), {
      servers: 10,
      speeds: [
        { fromUs: 60 * S, permille: 300 },
        { fromUs: TRIGGER_END_S * S, permille: 1_000 },
      ],
      ...given,
    }),
  ],
})

interface Run {
  readonly goodput: number
  readonly attempts: number
  /** Seconds after the trigger, to five good seconds; null: not once. */
  readonly backAfterS: number | null
}

function run(line: Line, seed: number): Run {
  const kernel = new Kernel(networkOf(line), seed)
  const answered: number[] = []
  const attempts: number[] = []
  for (let second = 0; second <= END_S; second++) {
    expect([kernel.run({ nowUs: second * S }), kernel.broken]).toEqual(['time', null])
    const measures = kernel.measures().clients[0]!
    answered.push(measures.answered)
    attempts.push(measures.attempts)
  }
  expect(kernel.audit()).toBe(null)
  const since = (counts: readonly number[]) => (counts[END_S]! - counts[MEASURED_FROM_S]!) / (END_S - MEASURED_FROM_S)
  return { goodput: since(answered), attempts: since(attempts), backAfterS: backAfterS(answered, line.rate) }
}

function backAfterS(answered: readonly number[], rate: number): number | null {
  const isGood = (count: number, at: number) => answered[at + 5]! - count >= 0.8 * 5 * rate
  const second = answered.findIndex((count, at) => at >= TRIGGER_END_S && isGood(count, at))
  return second < 0 ? null : second - TRIGGER_END_S
}

/** Within four standard errors of what comes, by Poisson. */
const isFull = ({ goodput }: Run, { rate }: Line) =>
  Math.abs(goodput - rate) <= 4 * Math.sqrt(rate / (END_S - MEASURED_FROM_S))
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function title(line: Line, runs: readonly Run[]): string {
  const goodput = mean(runs.map((one) => one.goodput)).toFixed(1)
  const attempts = mean(runs.map((one) => one.attempts)).toFixed(0)
  const back = runs.filter((one) => isFull(one, line)).map((one) => one.backAfterS!)
  const times = [...new Set([Math.min(...back), Math.max(...back)])].join('-')
  const verdict = back.length === 0 ? 'never' : `recovers ${back.length} of ${runs.length} after ${times} s`
  return `${line.policy}: ${goodput} of ${line.rate}/s, ${attempts} attempts/s, ${verdict}`
}

describe('goodput long after ten bad seconds', () => {
  const rows = TABLE.map((line) => {
    const seeds = line.expected.kind === 'seldom' ? SEEDS_AT_A_BOUNDARY : SEEDS
    const runs = Array.from({ length: seeds }, (_, at) => run(line, at + 1))
    return [title(line, runs), line, runs] as const
  })

  afterAll(() => {
    process.stdout.write(`${rows.map(([row]) => row).join('\n')}\n`)
  })

  test.each(rows)('%s', (_, line, runs) => {
    const { expected } = line
    const full = runs.filter((one) => isFull(one, line)).length
    if (expected.kind === 'recovers') expect(full).toBe(runs.length)
    else if (expected.kind === 'never') {
      expect(Math.max(...runs.map(({ goodput }) => goodput))).toBeLessThanOrEqual(expected.atMost)
      expect(Math.min(...runs.map(({ goodput }) => goodput))).toBeGreaterThanOrEqual(expected.atLeast)
    } else {
      expect(full).toBeGreaterThan(0)
      expect(full).toBeLessThan(runs.length / 2)
    }
  })
})
