import { afterAll, describe, expect, test } from 'vitest'
import { byMeanAndCv2, cv2, deterministic, exponential } from './distributions.ts'
import { Kernel, type NetworkMeasures } from './kernel.ts'
import { closed, type Network, open, stage } from './network.ts'
import * as theory from './theory.ts'

// Long runs beside the formulas: 20 seeds, 100,000 customers each, the first tenth not measured. The mean of the seeds
// must be within four of its standard errors of the formula.

const SEEDS = 20
/** Apart from case to case: with the same seeds all would have the same arrivals, and err together. */
const SEEDS_APART = 1_000
const CUSTOMERS = 100_000
const WARM_UP = CUSTOMERS / 10
/** One unit of time of the formulas. */
const UNIT_US = 1_000_000
const ERRORS_MAX = 4

let cases = 0
const rows: string[] = ['formula                            expected    measured  standard errors off']

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
  const firstSeed = SEEDS_APART * ++cases
  const runs = Array.from({ length: SEEDS }, (_, at) => {
    const measures = run(network, firstSeed + at)
    return figures.map(([, , measured]) => measured(measures))
  })
  const results = figures.map(([name, expected], at) => ({
    name,
    expected,
    ...summary(
      runs.map((values) => values[at]!),
      expected,
    ),
  }))
  rows.push(...results.map(({ name, expected, mean, errors }) => line(name, expected, mean, errors)))
  expect(results.filter(({ errors }) => !(Math.abs(errors) <= ERRORS_MAX))).toEqual([])
}

function summary(values: readonly number[], expected: number) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  return { mean, errors: (mean - expected) / Math.sqrt(variance / values.length) }
}

const line = (name: string, expected: number, mean: number, errors: number) =>
  `${name.padEnd(32)} ${expected.toFixed(5).padStart(10)} ${mean.toFixed(5).padStart(11)} ${errors.toFixed(2).padStart(8)}`

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

  test.each([0, 0.5, 4])('M/G/1 with cv² = %d', (spread) => {
    const law = byMeanAndCv2(UNIT_US, spread)
    expectTheory({ sources: [every(0.8)], stages: [stage(law)] }, [
      [`M/G/1 ρ=0.8 cv²=${spread} W`, theory.mg1(0.8, 1, cv2(law)).response, responseOf(0)],
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
