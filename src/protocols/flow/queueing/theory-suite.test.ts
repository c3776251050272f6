import { afterAll, describe, expect, test } from 'vitest'
import { dropsOf } from '../aqm/persistent-queue.test-helper.ts'
import { poisson, throughBucket, throughGcra } from '../limits/arrivals.test-helper.ts'
import { RATE_DEFAULTS } from '../limits/token-bucket.ts'
import { advance, networkStart } from '../tcp/connection.ts'
import { CUBIC, type CubicState, cubicK, cubicStart, stepCubic } from '../tcp/cubic.ts'
import { ALGORITHMS, flow, network, rates } from '../tcp/network.test-helper.ts'
import { cubicAverageWindow, renoUtilisation } from '../tcp/theory.ts'
import { client } from './client-policy.ts'
import { byMeanAndCv2, cv2, deterministic, exponential } from './distributions.ts'
import { Kernel, type NetworkMeasures } from './kernel.ts'
import { closed, type Network, open, stage } from './network.ts'
import * as theory from './theory.ts'

// Long runs beside the formulas: 20 seeds, 100,000 customers each, the first tenth not measured. The mean of the seeds
// must be within four of its standard errors of the formula. What chance has no part in must be exact, or as near as a
// formula for fluids can be to packets. The table is printed at the end.

const SEEDS = 20
/** Apart from case to case: with the same seeds all would have the same arrivals, and err together. */
const SEEDS_APART = 1_000
const CUSTOMERS = 100_000
const WARM_UP = CUSTOMERS / 10
/** One unit of time of the formulas. */
const UNIT_US = 1_000_000
const ERRORS_MAX = 4

let cases = 0
const rows: string[] = ['formula                            expected    measured  standard errors, or distance']

const every = (rate: number) => open(exponential(UNIT_US / rate))
const service = exponential(UNIT_US)

function run(network: Network, seed: number): NetworkMeasures {
  const kernel = new Kernel(network, seed)
  expect(kernel.run({ arrivals: WARM_UP })).toBe('arrivals')
  kernel.forget()
  expect(kernel.run({ arrivals: CUSTOMERS })).toBe('arrivals')
  expect(kernel.audit()).toBe(null)
  return kernel.measures()
}

type Figure = readonly [name: string, expected: number, measured: (measures: NetworkMeasures) => number]

function expectTheory(network: Network, figures: readonly Figure[]): void {
  const runs = seeds().map((seed) => {
    const measures = run(network, seed)
    return figures.map(([, , measured]) => measured(measures))
  })
  expectMeans(
    figures.map(([name, expected]) => [name, expected]),
    runs,
  )
}

function seeds(): number[] {
  const first = SEEDS_APART * ++cases
  return Array.from({ length: SEEDS }, (_, at) => first + at)
}

/** @param runs a value of each figure, seed by seed */
function expectMeans(figures: readonly (readonly [name: string, expected: number])[], runs: readonly number[][]): void {
  const results = figures.map(([name, expected], at) => {
    const { mean, errors } = summary(
      runs.map((values) => values[at]!),
      expected,
    )
    print(name, expected, mean, errors.toFixed(2))
    return { name, expected, mean, errors }
  })
  expect(results.filter(({ errors }) => !(Math.abs(errors) <= ERRORS_MAX))).toEqual([])
}

function summary(values: readonly number[], expected: number) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, errors: (mean - expected) / Math.sqrt(variance / values.length) }
}

/** Without chance: within a share of the expected value. */
function expectWithin(name: string, expected: number, measured: number, share: number): void {
  const distance = Math.abs(measured - expected) / (expected || 1)
  print(name, expected, measured, share === 0 ? 'exact' : `${(100 * distance).toFixed(1)} % <= ${100 * share} %`)
  expect(distance, name).toBeLessThanOrEqual(share)
}

function print(name: string, expected: number, measured: number, distance: string): void {
  const [theirs, ours] = [expected, measured].map((value) => value.toFixed(value < 1_000 ? 5 : 1).padStart(11))
  rows.push(`${name.padEnd(32)}${theirs} ${ours} ${distance.padStart(8)}`)
}

afterAll(() => {
  process.stdout.write(`${rows.join('\n')}\n`)
})

const responseOf = (at: number) => (measures: NetworkMeasures) => measures.stages[at]!.response.mean / UNIT_US
const waitOf = (group: number) => (measures: NetworkMeasures) => measures.stages[0]!.waits[group]!.mean / UNIT_US
const lossOf = ({ stages }: NetworkMeasures) => stages[0]!.loss

describe('one stage', () => {
  test.each([0.5, 0.8])('M/M/1 at ρ = %d', (rho) => {
    const { response, inSystem, utilisation } = theory.mm1(rho, 1)
    expectTheory({ sources: [every(rho)], stages: [stage(service)] }, [
      [`M/M/1 ρ=${rho} W`, response, responseOf(0)],
      [`M/M/1 ρ=${rho} L`, inSystem, ({ stages }) => stages[0]!.inSystem],
      [`M/M/1 ρ=${rho} U`, utilisation, ({ stages }) => stages[0]!.utilisation],
    ])
  })

  test('LIFO: nobody waits longer on average, and the second moment is 1/(1 - ρ) times as large', () => {
    const { wait } = theory.mm1(0.5, 1)
    const second = theory.mm1WaitVariance(0.5, 1) + wait * wait
    const lifo = stage(service, { discipline: { kind: 'lifo' } })
    expectTheory({ sources: [every(0.5)], stages: [lifo] }, [
      ['M/M/1 LIFO ρ=0.5 Wq', wait, waitOf(0)],
      [
        'M/M/1 LIFO ρ=0.5 E[Wq²]',
        theory.lifoSecondMoment(second, 0.5),
        ({ stages }) => stages[0]!.waits[0]!.secondMoment / UNIT_US ** 2,
      ],
    ])
  })

  test('M/M/1/K', () => {
    const { loss, inSystem, throughput } = theory.mm1k(1.5, 1, 10)
    expectTheory({ sources: [every(1.5)], stages: [stage(service, { capacity: 9 })] }, [
      ['M/M/1/10 λ=1.5 p_K', loss, lossOf],
      ['M/M/1/10 λ=1.5 L', inSystem, ({ stages }) => stages[0]!.inSystem],
      ['M/M/1/10 λ=1.5 X', throughput, ({ stages }) => stages[0]!.throughputPerSecond],
    ])
  })

  test('M/M/c', () => {
    expectTheory({ sources: [every(3.2)], stages: [stage(service, { servers: 4 })] }, [
      ['M/M/4 ρ=0.8 W', theory.mmc(3.2, 1, 4).response, responseOf(0)],
    ])
  })

  test('Erlang B: insensitive to the law of service', () => {
    const lines = stage(deterministic(UNIT_US), { servers: 10, capacity: 0 })
    expectTheory({ sources: [every(10)], stages: [lines] }, [['M/D/10/10 a=10 B', theory.erlangB(10, 10), lossOf]])
  })

  test.each([
    ['M/D/1', 0],
    ['M/G/1 (Erlang)', 0.5],
    ['M/G/1 (hyper-exp.)', 4],
  ])('%s: cv² = %d', (name, spread) => {
    const law = byMeanAndCv2(UNIT_US, spread)
    expectTheory({ sources: [every(0.8)], stages: [stage(law)] }, [
      [`${name} ρ=0.8 W`, theory.mg1(0.8, 1, cv2(law)).response, responseOf(0)],
    ])
  })

  test('priorities (Cobham)', () => {
    const [urgent, other] = theory.priorityWaits([
      { lambda: 0.6, service: 0.5, secondMoment: 0.5 },
      { lambda: 0.5, service: 1, secondMoment: 2 },
    ])
    const between = (rate: number) => exponential(UNIT_US / rate)
    const sources = [open(between(0.6)), open(between(0.5), { class: 1, priority: 1 })]
    const discipline = { kind: 'priority', levels: 2 } as const
    const both = stage(service, { service: [exponential(UNIT_US / 2), service], discipline })
    expectTheory({ sources, stages: [both] }, [
      ['priorities, urgent Wq', urgent!, waitOf(0)],
      ['priorities, other Wq', other!, waitOf(1)],
    ])
  })
})

describe('networks', () => {
  test('tandem and feedback (Jackson)', () => {
    const [first, second] = theory.jackson([
      { mu: 1, servers: 1, lambda: 0.4, routes: [0.2, 0.8] },
      { mu: 0.4, servers: 2, lambda: 0, routes: [] },
    ])
    const stages = [
      stage(service, {
        routes: [
          { to: 0, share: 0.2 },
          { to: 1, share: 0.8 },
        ],
      }),
      stage(exponential(UNIT_US / 0.4), { servers: 2 }),
    ]
    expectTheory({ sources: [every(0.4)], stages }, [
      ['Jackson, with feedback W', first!.response, responseOf(0)],
      ['Jackson, second stage W', second!.response, responseOf(1)],
    ])
  })

  test.each([5, 20])('closed, %d users (MVA)', (users) => {
    const { throughput, response } = theory.mva(users, 10, [1, 0.5])
    const stages = [stage(service, { routes: [{ to: 1, share: 1 }] }), stage(exponential(UNIT_US / 2))]
    expectTheory({ sources: [closed(users, exponential(10 * UNIT_US))], stages }, [
      [`MVA N=${users} X`, throughput, ({ stages }) => stages[1]!.throughputPerSecond],
      [`MVA N=${users} R`, response, ({ responses }) => responses[0]!.mean / UNIT_US],
    ])
  })
})

describe('beyond queues', () => {
  test('a timeout: the server goes on, and P(T > t) of M/M/1 is given up', () => {
    const impatient = open(exponential(UNIT_US / 0.8), { client: client(5 * UNIT_US) })
    expectTheory({ sources: [impatient], stages: [stage(service)] }, [
      [
        'M/M/1 ρ=0.8 P(T > 5)',
        theory.mm1Tail(0.8, 1, 5),
        ({ clients }) => clients[0]!.failed / (clients[0]!.failed + clients[0]!.answered),
      ],
    ])
  })

  test('batches: B/(a + bB) when they are full', () => {
    const batch = { max: 8, lingerUs: 1_000 * UNIT_US, eachUs: UNIT_US / 8 }
    expectTheory({ sources: [closed(40, deterministic(0))], stages: [stage(service, { batch })] }, [
      [
        'batches of 8, a=1 b=1/8 X',
        theory.batchThroughput(8, 1, 1 / 8),
        ({ stages }) => stages[0]!.throughputPerSecond,
      ],
    ])
  })

  test('GCRA is the token bucket, decision by decision', () => {
    const config = { ...RATE_DEFAULTS, burst: 1 }
    const wide = { tokens: 3, perUs: 40_000, burst: 5 }
    let differing = 0
    const refused = seeds().map((seed) => {
      const arrivals = poisson(seed, 10_000, CUSTOMERS)
      const bucket = throughBucket(wide, arrivals)
      throughGcra(wide, arrivals).forEach((allowed, at) => {
        if (allowed !== bucket[at]) differing++
      })
      return [throughGcra(config, arrivals).filter((allowed) => !allowed).length / CUSTOMERS]
    })
    expectMeans([['GCRA burst 1, ρ=1: ρ/(1+ρ)', 1 / 2]], refused)
    expectWithin('GCRA and token bucket differ', 0, differing, 0)
  })

  test("CoDel's drops: interval/√count apart, ((t/I + 1.46)/2)² in t", () => {
    const drops = dropsOf(20_000, 5_200_000)
    for (const seconds of [1, 2, 5]) {
      const count = drops.filter((at) => at <= drops[0]! + seconds * UNIT_US).length
      expectWithin(`CoDel drops in ${seconds} s`, ((10 * seconds + 1.46) / 2) ** 2, count, 0.01)
    }
  })

  // 20 Mb/s, RTT 50 ms: 83 packets of 1,500 bytes, which carry 1,448. Without any queue a burst has no place.
  test.each([0.25, 0.5, 1])("Reno's use of the link behind %d bandwidth-delay products", (q) => {
    const config = network([flow(ALGORITHMS.reno)], Math.round(83 * q), 20_000_000)
    // Slow start overshoots; the sawtooth begins after it.
    const settled = advance(config, networkStart(config), 15 * UNIT_US)
    const used = rates(settled, advance(config, settled, 55 * UNIT_US))[0]! / ((20 * 1_448) / 1_500)
    expectWithin(`Reno, q=${q}: U`, renoUtilisation(q), used, 0.03)
  })

  test("CUBIC's curve: back at W_max after K", () => {
    const wMax = 1_000
    const rttUs = 20_000
    let state = stepCubic(CUBIC, { ...cubicStart(CUBIC), cwnd: wMax }, { kind: 'loss', flightBytes: wMax * 1_448 }, 0)
    expectWithin('CUBIC W(0)', CUBIC.beta * wMax, state.cwnd, 0)
    const kUs = cubicK(CUBIC, wMax, CUBIC.beta * wMax) * UNIT_US
    for (let nowUs = 0; nowUs + rttUs <= kUs; nowUs += rttUs) state = afterRoundTrip(state, rttUs, nowUs)
    expectWithin('CUBIC W(K)', wMax, state.cwnd, 0.005)
  })

  test.each([
    [100_000, 1_000_000],
    [100_000, 5_000_000],
    [200_000, 2_000_000],
  ])("CUBIC's average window (equation 6): RTT %d us, one loss in %d segments", (rttUs, per) => {
    const expected = cubicAverageWindow(CUBIC.c, CUBIC.beta, rttUs / UNIT_US, 1 / per)
    expectWithin(`CUBIC R=${rttUs / UNIT_US} p=1/${per} W`, expected, meanCubicWindow(rttUs, per, 40), 0.05)
  })
})

/** The whole window is acknowledged, in twenty portions. */
function afterRoundTrip(before: CubicState, rttUs: number, nowUs: number): CubicState {
  let state = before
  for (let part = 0; part < 20; part++) {
    const event = { kind: 'ack', ackedBytes: (before.cwnd * CUBIC.mssBytes) / 20, rttUs, limited: true } as const
    state = stepCubic(CUBIC, state, event, nowUs + (rttUs * part) / 20)
  }
  return state
}

/** Of a flow of constant round-trip time that loses a segment whenever `per` were acknowledged, once it has settled. */
function meanCubicWindow(rttUs: number, per: number, losses: number): number {
  let state: CubicState = { ...cubicStart(CUBIC), ssthresh: 0 }
  let [nowUs, segments, seen, area, time] = [0, 0, 0, 0, 0]
  while (seen < losses) {
    const window = state.cwnd
    state = afterRoundTrip(state, rttUs, nowUs)
    nowUs += rttUs
    segments += window
    if (seen > losses / 2) {
      area += window
      time++
    }
    if (segments < per) continue
    segments -= per
    seen++
    state = stepCubic(CUBIC, state, { kind: 'loss', flightBytes: state.cwnd * CUBIC.mssBytes }, nowUs)
  }
  return area / time
}
