import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HYSTRIX_DEFAULTS, hystrix } from '../breakers/hystrix.ts'
import { type ClientPolicy, client, guard } from './client-policy.ts'
import type { ClientMeasures } from './clients.ts'
import { deterministic, exponential } from './distributions.ts'
import type { Fault } from './faults.ts'
import { Kernel } from './kernel.ts'
import { type Network, networkProblems, open, type Stage, stage } from './network.ts'
import type { Breach } from './station.ts'

const MS = 1_000
const S = 1_000_000

/** One source with a client, one stage. */
const pair = (betweenUs: number, serviceUs: number, policy: ClientPolicy, given: Partial<Stage> = {}): Network => ({
  sources: [open(deterministic(betweenUs), { client: policy })],
  stages: [stage(deterministic(serviceUs), given)],
})

/** Lets `requests` begin, and the network run empty. The first request begins after `betweenUs`. */
function measure(network: Network, requests: number, betweenUs: number): ClientMeasures {
  const kernel = new Kernel(network, 1)
  kernel.run({ nowUs: requests * betweenUs })
  kernel.close()
  expect([kernel.run({}), kernel.broken, kernel.audit()]).toEqual(['empty', null, null])
  return kernel.measures().clients[0]!
}

describe('the books of a client', () => {
  const storm: Network = {
    sources: [open(exponential(10 * MS), { client: client(50 * MS, { retries: 3 }) })],
    stages: [stage(exponential(12 * MS), { capacity: 200 })],
  }

  test.each<[Fault, Breach['judge']]>([
    ['forgets-requests', 'requests'],
    ['forgets-attempts', 'attempts'],
  ])('%s: %s', (fault, judge) => {
    const sound = new Kernel(storm, 3)
    expect([sound.run({ arrivals: 50_000 }), sound.broken]).toEqual(['arrivals', null])
    const broken = new Kernel(storm, 3, fault)
    expect(broken.run({ arrivals: 50_000 })).toBe('broken')
    expect(broken.broken).toMatchObject({ judge, stage: -1, nowUs: broken.nowUs })
    expect(broken.broken!.found).toMatch(/^source 0: \d+ (requests|attempts), \d+ answered, /)
  })

  test('balance in any network, to the last request', () => {
    const policies = fc.record({
      timeoutUs: fc.integer({ min: 1, max: 60 * MS }),
      retries: fc.integer({ min: 0, max: 3 }),
      backoff: fc.option(
        fc.record({
          baseUs: fc.integer({ min: 0, max: 5 * MS }),
          capUs: fc.constant(20 * MS),
          factorPermille: fc.constant(2_000),
          jitter: fc.constantFrom('none', 'full', 'equal', 'decorrelated'),
        }),
      ),
      budget: fc.option(
        fc.constantFrom(
          { kind: 'finagle', ttlUs: S, minRetriesPerSecond: 1, share: 0.3 } as const,
          { kind: 'envoy', budgetPercent: 20, minRetryConcurrency: 1 } as const,
        ),
      ),
      breaker: fc.constantFrom(null, guard(hystrix, { ...HYSTRIX_DEFAULTS, windowUs: S, sleepWindowUs: 100 * MS })),
    })
    const stages = fc.record({
      servers: fc.integer({ min: 1, max: 3 }),
      capacity: fc.integer({ min: 0, max: 20 }),
      overflow: fc.constantFrom<Stage['overflow']['kind']>(
        'drop-newest',
        'drop-oldest',
        'drop-youngest',
        'drop-buffer',
      ),
      deadlines: fc.constantFrom('ignore', 'expired', 'hopeless'),
      patience: fc.option(fc.constant({ intervalUs: 10 * MS, overloadedUs: MS })),
    })
    fc.assert(
      fc.property(policies, fc.array(stages, { minLength: 1, maxLength: 3 }), fc.nat(999), (policy, given, seed) => {
        const network: Network = {
          sources: [open(exponential(5 * MS), { client: policy }), open(exponential(40 * MS))],
          stages: given.map(({ overflow, ...rest }, at) =>
            stage(exponential(6 * MS), {
              ...rest,
              overflow: { kind: overflow },
              speeds: [{ fromUs: 500 * MS, permille: 400 }],
              routes: at + 1 < given.length ? [{ to: at + 1, share: 0.8 }] : [],
            }),
          ),
        }
        expect(networkProblems(network)).toEqual([])
        const kernel = new Kernel(network, seed)
        expect([kernel.run({ nowUs: 2 * S }), kernel.audit()]).toEqual(['time', null])
        kernel.close()
        expect([kernel.run({}), kernel.broken, kernel.audit()]).toEqual(['empty', null, null])
        const { requests, answered, failed, attempts, refused, abandoned, servedInVain, droppedInVain, forbidden } =
          kernel.measures().clients[0]!
        expect(requests).toBe(answered + failed)
        expect(attempts).toBe(answered + refused + abandoned)
        expect(abandoned).toBe(servedInVain + droppedInVain)
        expect(attempts + forbidden).toBeLessThanOrEqual((policy.retries + 1) * requests)
      }),
      { numRuns: 200 },
    )
  })
})

describe('what a client does', () => {
  test('it waits so long, asks again so often, and the server finishes what nobody waits for', () => {
    const found = measure(pair(100 * S, 2 * S, client(S, { retries: 2 })), 5, 100 * S)
    expect(found).toMatchObject({ requests: 5, answered: 0, failed: 5, attempts: 15, abandoned: 15, servedInVain: 15 })
  })

  test('an answer in time is goodput, measured from the first attempt', () => {
    // The first attempt of each is given up after 3 s; the second is refused, and so are the others, until the server is free.
    const backoff = { baseUs: S, capUs: S, factorPermille: 1_000, jitter: 'none' } as const
    const policy = client(3 * S, { retries: 9, backoff })
    const slow = pair(100 * S, 4 * S, policy, { capacity: 0, speeds: [{ fromUs: 103 * S, permille: 2_000 }] })
    const found = measure(slow, 1, 100 * S)
    // 100 s to 103 s, a pause of 1 s: at 104 s the server is free, and twice as quick.
    expect(found).toMatchObject({ requests: 1, answered: 1, attempts: 2, abandoned: 1, servedInVain: 1 })
    expect(found.latency.mean).toBe(6 * S)
  })

  test('a refusal is told at once', () => {
    const found = measure(pair(S, 10 * S, client(20 * S, { retries: 1 }), { capacity: 0 }), 100, S)
    expect(found).toMatchObject({ requests: 100, answered: 10, failed: 90, refused: 180, abandoned: 0 })
  })

  test("Finagle's budget pays for a tenth, Envoy's for what is in flight", () => {
    const policy = (budget: ClientPolicy['budget']) => client(S, { retries: 3, budget })
    const down = (budget: ClientPolicy['budget']) =>
      measure(pair(10 * MS, 10 * S, policy(budget), { capacity: 0 }), 5_000, 10 * MS)
    const finagle = down({ kind: 'finagle', ttlUs: 10 * S, minRetriesPerSecond: 0, share: 0.1 })
    expect(finagle.attempts).toBeGreaterThan(5_400)
    expect(finagle.attempts).toBeLessThanOrEqual(5_500)
    // One attempt is in service and waited for; nobody else is in flight when a refusal asks for a retry: all three pass.
    expect(down({ kind: 'envoy', budgetPercent: 0, minRetryConcurrency: 1 }).attempts).toBeGreaterThan(19_000)
    expect(down({ kind: 'envoy', budgetPercent: 0, minRetryConcurrency: 0 }).attempts).toBe(5_000)
  })

  test('an open breaker costs the server nothing', () => {
    const breaker = guard(hystrix, HYSTRIX_DEFAULTS)
    const found = measure(pair(10 * MS, 10 * S, client(100 * MS, { breaker }), { servers: 9 }), 6_000, 10 * MS)
    expect(found.attempts + found.forbidden).toBe(6_000)
    // A second or so until it opens, then one trial each 5 s and a little.
    expect(found.attempts).toBeLessThan(150)
  })
})

describe('what a stage does with those whose turn comes late', () => {
  const overloaded = (given: Partial<Stage>) => {
    const kernel = new Kernel(pair(50 * MS, 100 * MS, client(S), given), 1)
    kernel.run({ nowUs: 100 * S })
    const { clients, stages } = kernel.measures()
    expect(kernel.broken).toBe(null)
    return { ...clients[0]!, expired: stages[0]!.expired, working: stages[0]!.utilisation }
  }

  test('nothing: goodput dies', () => {
    const { answered, expired } = overloaded({})
    expect(expired).toBe(0)
    expect(answered).toBeLessThan(30)
  })

  test('expired: it serves those who expire in service; hopeless: none of these', () => {
    const expired = overloaded({ deadlines: 'expired' })
    const hopeless = overloaded({ deadlines: 'hopeless' })
    expect(expired.expired).toBeGreaterThan(900)
    expect(expired.servedInVain).toBeGreaterThan(900)
    expect(hopeless.servedInVain).toBe(0)
    expect(hopeless.answered).toBeGreaterThan(980)
    expect(hopeless.working).toBeGreaterThan(0.99)
  })

  test('patience: a standing queue is short', () => {
    const { answered, expired } = overloaded({ patience: { intervalUs: 100 * MS, overloadedUs: 5 * MS } })
    expect(expired).toBeGreaterThan(900)
    expect(answered).toBeGreaterThan(900)
  })
})

test('a slow stage takes longer for what begins then', () => {
  const speeds = [
    { fromUs: 10 * S, permille: 300 },
    { fromUs: 20 * S, permille: 1_000 },
  ]
  const kernel = new Kernel(
    { sources: [open(deterministic(S))], stages: [stage(deterministic(300 * MS), { speeds })] },
    1,
  )
  kernel.run({ nowUs: 30 * S + 500 * MS })
  // 20 at 0.3 s, and the ten of 10 s to 19 s at 1 s.
  const { response } = kernel.measures().stages[0]!
  expect([response.count, response.sum]).toEqual([30, 20 * 300 * MS + 10 * S])
})

test('what cannot be is refused with the place and the reason', () => {
  const bad: Network = {
    sources: [
      open(deterministic(S), {
        client: client(0, { retries: 1e9, backoff: { baseUs: 5, capUs: 1, factorPermille: 1, jitter: 'none' } }),
      }),
    ],
    stages: [
      stage(deterministic(1), {
        overflow: { kind: 'block' },
        speeds: [
          { fromUs: 5, permille: 0 },
          { fromUs: 1, permille: 9 },
        ],
      }),
      stage(deterministic(1), { batch: { max: 1, lingerUs: 0, eachUs: 0 }, deadlines: 'expired' }),
    ],
  }
  expect(networkProblems(bad)).toEqual([
    'source 0: the timeout must be an integer of at least 1 us',
    'source 0: retries must be an integer from 0 to 100, not 1000000000',
    'source 0: the pauses of a backoff must be 0 or more, its cap at least its base',
    'source 0: a client does not wait at the door of a stage that blocks',
    'stage 0: the speed must be an integer from 1 to 1000000, not 0',
    'stage 0: speeds must stand in the order of time',
    'stage 1: a batch takes whoever waits: it has no patience',
  ])
})
