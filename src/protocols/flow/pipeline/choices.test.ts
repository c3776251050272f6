import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ROW } from '../../../sim/trace.ts'
import { HYSTRIX_DEFAULTS } from '../breakers/hystrix.ts'
import { OPOSSUM_DEFAULTS } from '../breakers/opossum.ts'
import { RESILIENCE4J_DEFAULTS } from '../breakers/resilience4j.ts'
import { AIMD_DEFAULTS } from '../limits/aimd.ts'
import { ENVOY_GRADIENT_DEFAULTS } from '../limits/envoy-gradient.ts'
import { GRADIENT_DEFAULTS } from '../limits/gradient.ts'
import { GRADIENT2_DEFAULTS } from '../limits/gradient2.ts'
import { RATE_DEFAULTS } from '../limits/token-bucket.ts'
import { VEGAS_DEFAULTS } from '../limits/vegas.ts'
import { deterministic, exponential } from '../queueing/distributions.ts'
import { AWS_BUCKET_DEFAULTS } from '../retries/bucket-aws.ts'
import { ENVOY_BUDGET_DEFAULTS } from '../retries/budget-envoy.ts'
import { FINAGLE_BUDGET_DEFAULTS } from '../retries/budget-finagle.ts'
import { GRPC_TOKENS_DEFAULTS } from '../retries/tokens-grpc.ts'
import { CLIENT_THROTTLING_DEFAULTS } from '../shedding/client-throttling.ts'
import { DAGOR_DEFAULTS } from '../shedding/dagor.ts'
import { NACK_ADMISSION_DEFAULTS } from '../shedding/nack-admission.ts'
import { PRIORITY_SHEDDING_DEFAULTS } from '../shedding/priority.ts'
import { breakerAsk, breakerPhase, breakerRecord, breakerStart } from './breaker.ts'
import {
  type AttemptEnd,
  type BudgetState,
  budgetOutcome,
  budgetRequest,
  budgetStart,
  budgetWithdraw,
  type RetryWish,
} from './budget.ts'
import { type LimitState, limitNow, limitSample, limitStart, limitTick, limitWakeUs } from './limiter.ts'
import { PipelineWorld } from './pipeline-world.test-helper.ts'
import { admit, rateStart } from './rate.ts'
import type { BreakerChoice, Limit, RateLimit, RetryBudget, Shedding, Throttle } from './settings.ts'
import { sheddingAdmits, sheddingStart, sheddingStarted } from './shedder.ts'
import { throttleAnswered, throttleAsk, throttleStart } from './throttle.ts'

const MS = 1_000
const S = 1_000_000
const [NO, YES] = [0, 0xffff_ffff]

describe('limits', () => {
  const aimd = (initialLimit: number): Limit => ({ kind: 'aimd', config: { ...AIMD_DEFAULTS, initialLimit } })

  /** Answers every `everyUs`, each after 10 ms and one of `inFlight`; the last one comes at `untilUs`. */
  function answers(limit: Limit, inFlight: number, everyUs: number, untilUs: number): LimitState {
    let state = limitStart(limit, 0, 0)
    for (let nowUs = everyUs; nowUs <= untilUs; nowUs += everyUs) {
      state = limitSample(limit, state, { sentUs: Math.max(0, nowUs - 10 * MS), inFlight, dropped: false }, nowUs, 0)
    }
    return state
  }

  test('a fixed limit stays, whatever happens', () => {
    expect(limitNow(answers({ kind: 'fixed', limit: 7 }, 7, MS, S))).toBe(7)
  })

  test("AIMD learns of every answer: the library's vectors 20 to 21, and 30 to 27 after a drop", () => {
    const one = (limit: Limit, inFlight: number, dropped: boolean) =>
      limitNow(limitSample(limit, limitStart(limit, 0, 0), { sentUs: 0, inFlight, dropped }, MS, 0))
    expect(one(aimd(20), 10, false)).toBe(21)
    expect(one(aimd(30), 10, true)).toBe(27)
  })

  test.each<[Limit, number[]]>([
    // Vegas: the first window gives the round trip without load, each after it 6·log10(20) = 6.
    [{ kind: 'vegas', config: VEGAS_DEFAULTS }, [20, 26, 32]],
    // The gradient: the root of the limit at once: 50 + 7, 57 + 7.
    [{ kind: 'gradient', config: GRADIENT_DEFAULTS }, [57, 64, 72]],
    // Gradient2: a fifth of 4 each.
    [{ kind: 'gradient2', config: { ...GRADIENT2_DEFAULTS, queueSize: 5 } }, [21, 22, 23]],
  ])('%j learns once a second', (limit, expected) => {
    const start = limitNow(limitStart(limit, 0, 0))
    // The first sample of all ends a window of one, which teaches nothing; the next ends a second later.
    expect(limitNow(answers(limit, 100, 10 * MS, S))).toBe(start)
    expect([1, 2, 3].map((windows) => limitNow(answers(limit, 100, 10 * MS, windows * 1.02 * S)))).toEqual(expected)
    // Too few samples teach nothing either.
    expect(limitNow(answers(limit, 100, S / 8, 5 * S))).toBe(start)
  })

  test('Envoy measures with 50 answers at 3 in flight, then wakes every 100 ms', () => {
    const limit: Limit = { kind: 'envoy', config: ENVOY_GRADIENT_DEFAULTS }
    const measuring = answers(limit, 3, MS, 49 * MS)
    expect([limitNow(measuring), limitWakeUs(measuring)]).toEqual([3, null])
    const sample = { sentUs: 40 * MS, inFlight: 3, dropped: false }
    // A refusal is not an answer.
    expect(limitSample(limit, measuring, { ...sample, dropped: true }, 50 * MS, 0)).toBe(measuring)
    const measured = limitSample(limit, measuring, sample, 50 * MS, 0)
    expect(limitWakeUs(measured)).toBe(150 * MS)
    const busy = limitSample(limit, measured, { ...sample, sentUs: 60 * MS }, 70 * MS, 0)
    expect(limitNow(limitTick(limit, busy, 149 * MS))).toBe(3)
    // 3·1.25 + √3.75 = 5.69
    expect(limitNow(limitTick(limit, busy, 150 * MS))).toBe(5)
  })

  test.each(['source', 'stage'] as const)("Envoy's windows begin when its measurement ends, in a %s", (kind) => {
    const limit: Limit = { kind: 'envoy', config: ENVOY_GRADIENT_DEFAULTS }
    const servers = { servers: 50, service: { kind: 'time', distribution: deterministic(50 * MS) } } as const
    const world = new PipelineWorld({ pipes: ['web>api'] })
      .setStage('api', { ...servers, ...(kind === 'stage' ? { limit } : {}) })
      .setSource('web', {
        load: { kind: 'open', between: exponential(5 * MS) },
        ...(kind === 'source' ? { limit } : {}),
      })
      .run(20 * S)
    // Nobody waits for a server: the gradient is 1.25 or so, and the limit grows.
    expect(limitNow(kind === 'source' ? world.source().limit : world.stage().limit)).toBeGreaterThan(8)
  })

  test('what does not look at the clock has nothing to wake for', () => {
    const limit = aimd(20)
    const state = limitStart(limit, 0, 0)
    expect(limitWakeUs(state)).toBeNull()
    expect(limitTick(limit, state, S)).toBe(state)
  })
})

describe('rates', () => {
  const rates: RateLimit[] = [
    { kind: 'token-bucket', config: { ...RATE_DEFAULTS, burst: 3 } },
    { kind: 'gcra', config: { ...RATE_DEFAULTS, burst: 3 } },
    { kind: 'leaky-bucket', config: { intervalUs: 10 * MS, capacity: 3 } },
    { kind: 'fixed-window', config: { limit: 3, windowUs: 30 * MS } },
  ]
  const gaps = fc.array(fc.integer({ min: 0, max: 15 * MS }), { minLength: 1, maxLength: 60 })

  /** What each of these arrivals is told, and after it what it would be told at another time. */
  function told(rate: RateLimit, gapsUs: readonly number[]) {
    let [state, nowUs] = [rateStart(rate, 0), 0]
    return gapsUs.map((gapUs) => {
      nowUs += gapUs
      const { state: after, outcome } = admit(rate, state, nowUs)
      state = after
      return { nowUs, outcome, allowedAt: (atUs: number) => admit(rate, after, atUs).outcome.allowed }
    })
  }

  test.each(rates)('$kind: three at once pass, the fourth does not', (rate) => {
    expect(told(rate, [0, 0, 0, 0]).map(({ outcome }) => outcome.allowed)).toEqual([true, true, true, false])
  })

  test.each(rates)('$kind: who is refused would pass after the time that it is told, and no sooner', (rate) => {
    fc.assert(
      fc.property(gaps, (gapsUs) => {
        for (const { nowUs, outcome, allowedAt } of told(rate, gapsUs)) {
          if (outcome.allowed) expect(outcome.retryAfterUs).toBe(0)
          else expect([-1, 0].map((by) => allowedAt(nowUs + outcome.retryAfterUs + by))).toEqual([false, true])
        }
      }),
    )
  })

  test('a token bucket and GCRA say the same of every arrival', () => {
    const said = (rate: RateLimit, gapsUs: readonly number[]) => told(rate, gapsUs).map(({ outcome }) => outcome)
    fc.assert(
      fc.property(gaps, (gapsUs) => {
        expect(said(rates[0]!, gapsUs)).toEqual(said(rates[1]!, gapsUs))
      }),
    )
  })

  test('out of a leaky bucket items come no closer than its interval; the others hold nothing', () => {
    fc.assert(
      fc.property(gaps, fc.constantFrom(...rates), (gapsUs, rate) => {
        const passed = told(rate, gapsUs).filter(({ outcome }) => outcome.allowed)
        if (rate.kind !== 'leaky-bucket') return passed.every(({ outcome }) => outcome.holdUs === 0)
        const leaves = passed.map(({ nowUs, outcome }) => nowUs + outcome.holdUs)
        return leaves.every((leavesUs, at) => at === 0 || leavesUs - leaves[at - 1]! >= rate.config.intervalUs)
      }),
    )
  })
})

describe('breakers', () => {
  test.each<[BreakerChoice, number, number, number]>([
    [{ kind: 'hystrix', config: HYSTRIX_DEFAULTS }, 20, 5 * S, 1],
    [{ kind: 'resilience4j', config: RESILIENCE4J_DEFAULTS }, 100, 60 * S, 10],
    [{ kind: 'opossum', config: OPOSSUM_DEFAULTS }, 1, 30 * S, 1],
  ])('%j: it opens, tries, and closes', (choice, failures, waitUs, trials) => {
    let state = breakerStart(choice)
    const ask = (nowUs: number) => {
      const asked = breakerAsk(choice, state, nowUs)
      state = asked.state
      return asked.outcome
    }
    const record = (succeeded: boolean, nowUs: number) => {
      state = breakerRecord(choice, state, { succeeded, tookUs: MS }, nowUs)
    }
    for (let call = 0; call < failures; call++) {
      expect(ask(0)).toBe(true)
      record(false, 0)
    }
    // Hystrix looks every half a second.
    expect(ask(S / 2)).toBe(false)
    expect(breakerPhase(choice, state, S / 2)).toBe('open')
    const laterUs = waitUs + S
    expect(Array.from({ length: trials + 1 }, () => ask(laterUs))).toEqual([...Array(trials).fill(true), false])
    expect(breakerPhase(choice, state, laterUs)).toBe('half-open')
    for (let call = 0; call < trials; call++) record(true, laterUs + MS)
    expect(breakerPhase(choice, state, laterUs + MS)).toBe('closed')
  })
})

test('each opening of a breaker is told, also that by the clock alone', () => {
  const world = new PipelineWorld({ pipes: ['web>api'] })
  const told: string[] = []
  world.sim.sink = {
    row: (kind, label, _time, _sentAt, _actor, _peer) => {
      if (kind === ROW.note) told.push(world.sim.plan.noteKinds[label]!)
    },
  }
  world
    .setStage('api', { service: { kind: 'time', distribution: deterministic(S) } })
    .setSource('web', {
      load: { kind: 'open', between: exponential(20 * MS) },
      timeoutUs: 100 * MS,
      breaker: { kind: 'hystrix', config: HYSTRIX_DEFAULTS },
    })
    .run(20 * S)
  const breaker = told.filter((kind) => kind.startsWith('breaker-'))
  expect(breaker.slice(0, 3)).toEqual(['breaker-opened', 'breaker-half-open', 'breaker-opened'])
})

describe('throttles', () => {
  const throttles: Throttle[] = [
    { kind: 'google', config: CLIENT_THROTTLING_DEFAULTS },
    { kind: 'nack', config: NACK_ADMISSION_DEFAULTS },
  ]
  /** What chance says after 100 requests a second for five minutes, all answered alike: the worst and the best draw. */
  function chances(choice: Throttle, accepted: boolean): boolean[] {
    let state = throttleStart(choice, 0)
    let nowUs = 0
    for (; nowUs < 300 * S; nowUs += 10 * MS) {
      const asked = throttleAsk(choice, state, nowUs, YES)
      state = throttleAnswered(choice, asked.state, accepted, nowUs)
    }
    return [NO, YES].map((entropy) => throttleAsk(choice, state, nowUs, entropy).outcome)
  }

  test.each(throttles)('$kind: who is refused asks less, but never stops', (choice) => {
    expect(chances(choice, false)).toEqual([false, true])
    expect(chances(choice, true)).toEqual([true, true])
  })
})

describe('budgets', () => {
  const wish: RetryWish = { active: 100, pending: 0, retriesInFlight: 0, failure: 'refused', attempt: 1 }
  const first: AttemptEnd = { succeeded: true, retryOf: null }

  /** How many retries are granted at once. */
  function granted(choice: RetryBudget, start: BudgetState, asked: RetryWish): number {
    for (let [state, count] = [start, 0]; ; count++) {
      const paid = budgetWithdraw(choice, state, asked, 0)
      if (!paid.outcome || count === 1_000) return count
      state = paid.state
    }
  }

  test('Finagle: n requests pay for n·share retries', () => {
    const config = { ...FINAGLE_BUDGET_DEFAULTS, minRetriesPerSecond: 0 }
    const choice: RetryBudget = { kind: 'finagle', config }
    let state = budgetStart(choice)
    for (let request = 0; request < 50; request++) state = budgetRequest(choice, state, 0)
    expect(granted(choice, state, wish)).toBe(10)
  })

  test('Envoy: one in five of what is in flight or waits', () => {
    const choice: RetryBudget = { kind: 'envoy', config: ENVOY_BUDGET_DEFAULTS }
    const at = (retriesInFlight: number, pending: number) =>
      budgetWithdraw(choice, budgetStart(choice), { ...wish, retriesInFlight, pending }, 0).outcome
    expect([at(19, 0), at(20, 0), at(20, 5)]).toEqual([true, false, true])
  })

  test('gRPC: five failures empty half of ten tokens, ten successes bring one back', () => {
    const choice: RetryBudget = { kind: 'grpc', config: GRPC_TOKENS_DEFAULTS }
    const ended = (state: BudgetState, times: number, succeeded: boolean) =>
      Array.from({ length: times }).reduce<BudgetState>(
        (now) => budgetOutcome(choice, now, { succeeded, retryOf: null }),
        state,
      )
    const may = (state: BudgetState) => budgetWithdraw(choice, state, wish, 0).outcome
    const five = ended(budgetStart(choice), 5, false)
    expect([may(ended(budgetStart(choice), 4, false)), may(five), may(ended(five, 10, true))]).toEqual([
      true,
      false,
      true,
    ])
  })

  test('AWS: 500 tokens are 100 retries or 50 after a timeout, and never a fourth attempt', () => {
    const choice: RetryBudget = { kind: 'aws', config: AWS_BUCKET_DEFAULTS }
    const full = budgetStart(choice)
    expect(granted(choice, full, wish)).toBe(100)
    expect(granted(choice, full, { ...wish, failure: 'timeout' })).toBe(50)
    expect([2, 3].map((attempt) => budgetWithdraw(choice, full, { ...wish, attempt }, 0).outcome)).toEqual([
      true,
      false,
    ])
  })

  test('AWS: a retry that succeeds gets back what it cost, a first attempt one token, a failure nothing', () => {
    const choice: RetryBudget = { kind: 'aws', config: { ...AWS_BUCKET_DEFAULTS, capacity: 10 } }
    const spent = budgetWithdraw(choice, budgetStart(choice), { ...wish, failure: 'timeout' }, 0).state
    const left = (end: AttemptEnd) => granted(choice, budgetOutcome(choice, spent, end), wish)
    expect(left({ succeeded: true, retryOf: 'timeout' })).toBe(2)
    expect(left({ succeeded: true, retryOf: 'refused' })).toBe(1)
    expect(left(first)).toBe(0)
    expect(left({ succeeded: false, retryOf: 'timeout' })).toBe(0)
  })
})

describe('shedding', () => {
  const dagor: Shedding = { kind: 'dagor', config: { ...DAGOR_DEFAULTS, businessLevels: 4, userLevels: 128 } }

  test('priority: the less urgent go first', () => {
    const choice: Shedding = { kind: 'priority', config: PRIORITY_SHEDDING_DEFAULTS }
    const admitted = (load: number) =>
      [0, 1, 2, 3].filter(
        (priority) =>
          sheddingAdmits(choice, sheddingStart(choice, 0), { priority, load, capacity: 100, entropy: 0 }, 0).outcome,
      )
    expect([0, 70, 90, 99, 100].map(admitted)).toEqual([[0, 1, 2, 3], [0, 1, 2], [0, 1], [0], []])
  })

  test('DAGOR: items that wait too long lift the bar: priorities first, within one the same users every time', () => {
    let state = sheddingStart(dagor, 0)
    const come = (priority: number, entropy: number, nowUs: number) => {
      const asked = sheddingAdmits(dagor, state, { priority, load: 0, capacity: 1, entropy }, nowUs)
      state = asked.state
      return asked.outcome
    }
    const users = Array.from({ length: 100 }, (_, id) => id)
    for (let second = 0; second < 10; second++) {
      for (const [at, id] of [...users, ...users, ...users, ...users].entries()) {
        if (come(at % 4, id, second * S + at)) state = sheddingStarted(state, 30 * MS)
      }
    }
    const admitted = () => [0, 1, 2, 3].map((priority) => users.filter((id) => come(priority, id, 10 * S - 1)))
    const once = admitted()
    const counts = once.map(({ length }) => length)
    // Nine windows of 5 % less each leave 0.95^9 = 63 % of 400: two priorities, and half of the third's users.
    expect([counts[0], counts[1], counts[3]]).toEqual([100, 100, 0])
    expect(counts[2]).toBeGreaterThan(30)
    expect(counts[2]).toBeLessThanOrEqual(52)
    expect(admitted()).toEqual(once)
  })

  test('DAGOR: a priority behind its last level is the last', () => {
    const asked = sheddingAdmits(dagor, sheddingStart(dagor, 0), { priority: 9, load: 0, capacity: 1, entropy: YES }, 0)
    expect(asked.outcome).toBe(true)
  })
})

describe('all choices', () => {
  const NONE = { kind: 'none' } as const

  test('none never refuses, whatever has happened', () => {
    const happens = fc.record({ gapUs: fc.nat(S), entropy: fc.nat(YES), ok: fc.boolean(), n: fc.nat(1_000_000) })
    fc.assert(
      fc.property(fc.array(happens), (events) => {
        let [limit, rate, breaker] = [limitStart(NONE, 0, 0), rateStart(NONE, 0), breakerStart(NONE)]
        let [throttle, budget, shedding] = [throttleStart(NONE, 0), budgetStart(NONE), sheddingStart(NONE, 0)]
        let nowUs = 0
        for (const { gapUs, entropy, ok, n } of events) {
          nowUs += gapUs
          limit = limitSample(NONE, limit, { sentUs: nowUs - gapUs, inFlight: n + 1, dropped: !ok }, nowUs, entropy)
          limit = limitTick(NONE, limit, nowUs)
          expect([limitNow(limit), limitWakeUs(limit)]).toEqual([Number.POSITIVE_INFINITY, null])
          const passage = admit(NONE, rate, nowUs)
          expect(passage.outcome).toEqual({ allowed: true, retryAfterUs: 0, holdUs: 0 })
          rate = passage.state
          breaker = breakerRecord(NONE, breaker, { succeeded: ok, tookUs: gapUs }, nowUs)
          expect(breakerAsk(NONE, breaker, nowUs).outcome).toBe(true)
          expect(breakerPhase(NONE, breaker, nowUs)).toBe('closed')
          throttle = throttleAnswered(NONE, throttle, ok, nowUs)
          expect(throttleAsk(NONE, throttle, nowUs, entropy).outcome).toBe(true)
          budget = budgetOutcome(NONE, budgetRequest(NONE, budget, nowUs), { succeeded: ok, retryOf: 'timeout' })
          const wish = { active: n, pending: n, retriesInFlight: n, failure: 'timeout', attempt: n + 1 } as const
          expect(budgetWithdraw(NONE, budget, wish, nowUs).outcome).toBe(true)
          shedding = sheddingStarted(shedding, n)
          const arrival = { priority: n, load: n, capacity: 1, entropy }
          expect(sheddingAdmits(NONE, shedding, arrival, nowUs).outcome).toBe(true)
        }
      }),
    )
  })

  test('a state that belongs to another choice is refused: after a change it has to start anew', () => {
    const message = 'a choice and a state of the same kind'
    const aimd: Limit = { kind: 'aimd', config: AIMD_DEFAULTS }
    const envoy: Limit = { kind: 'envoy', config: ENVOY_GRADIENT_DEFAULTS }
    const sample = { sentUs: 0, inFlight: 1, dropped: false }
    expect(() => limitSample(aimd, limitStart(envoy, 0, 0), sample, MS, 0)).toThrow(message)
    expect(() => limitTick(aimd, limitStart(envoy, 0, 0), MS)).toThrow(message)
    const gcra: RateLimit = { kind: 'gcra', config: RATE_DEFAULTS }
    expect(() => admit({ ...gcra, kind: 'token-bucket' }, rateStart(gcra, 0), 0)).toThrow(message)
    const hystrix: BreakerChoice = { kind: 'hystrix', config: HYSTRIX_DEFAULTS }
    expect(() => breakerAsk({ kind: 'none' }, breakerStart(hystrix), 0)).toThrow(message)
    const google: Throttle = { kind: 'google', config: CLIENT_THROTTLING_DEFAULTS }
    expect(() => throttleAsk({ kind: 'none' }, throttleStart(google, 0), 0, 0)).toThrow(message)
    const grpc: RetryBudget = { kind: 'grpc', config: GRPC_TOKENS_DEFAULTS }
    expect(() => budgetOutcome({ kind: 'none' }, budgetStart(grpc), { succeeded: true, retryOf: null })).toThrow(
      message,
    )
    const dagor: Shedding = { kind: 'dagor', config: DAGOR_DEFAULTS }
    const arrival = { priority: 0, load: 0, capacity: 1, entropy: 0 }
    expect(() => sheddingAdmits({ kind: 'none' }, sheddingStart(dagor, 0), arrival, 0)).toThrow(message)
  })
})
