import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  batchThroughput,
  erlangB,
  erlangC,
  jackson,
  kingman,
  knee,
  lifoSecondMoment,
  littleInSystem,
  md1,
  mg1,
  mm1,
  mm1k,
  mm1Quantile,
  mm1Tail,
  mm1WaitVariance,
  mmc,
  mmck,
  mmcWaitTail,
  mva,
  priorityWaits,
  processorSharing,
  responseTimeLaw,
  throughputBound,
  usl,
  uslPeak,
} from './theory.ts'

// Ten digits, as octave-queueing prints them.
const golden = (actual: number, expected: number) => expect(actual / expected).toBeCloseTo(1, 9)

describe('golden values of octave-queueing 1.2.7, μ = 1', () => {
  test.each([
    [0.5, 2],
    [0.8, 5],
    [0.9, 10],
    [0.95, 20],
  ])('M/M/1 at ρ = %d: W = %d', (rho, response) => golden(mm1(rho, 1).response, response))

  test.each([
    [0.8, 5, 0.08881949866, 1.868332032],
    [1, 10, 0.0909090909, 5],
    [1.5, 10, 0.3372320801, 8.128658645],
    [2, 5, 0.5079365079, 4.095238095],
  ])('M/M/1/K at λ = %d, K = %d: p_K = %d, L = %d', (lambda, places, loss, inSystem) => {
    golden(mm1k(lambda, 1, places).loss, loss)
    golden(mm1k(lambda, 1, places).inSystem, inSystem)
  })

  test('M/M/4/20 at λ = 8', () => golden(mmck(8, 1, 4, 20).loss, 0.5000009909))

  test.each([
    [2, 0.8, 0.7111111111, 2.777777778],
    [4, 0.8, 0.5964324718, 1.74554059],
    [10, 0.95, 0.8255855781, 2.651171156],
  ])('M/M/%d at ρ = %d: C = %d, W = %d', (servers, rho, waits, response) => {
    golden(erlangC(servers * rho, servers), waits)
    golden(mmc(servers * rho, 1, servers).response, response)
  })

  test('Erlang B and C', () => {
    golden(erlangB(10, 10), 0.2145823431)
    golden(erlangC(8, 10), 0.4091801508)
  })

  test('M/D/1 and M/G/1', () => {
    golden(md1(0.8, 1).response, 3)
    golden(mg1(0.8, 1, 4).response, 11)
    golden(mg1(0.9, 1, 4).response, 23.5)
  })

  test.each([
    [1, 0.0869565217],
    [5, 0.4154505191],
    [10, 0.7508749761],
    [20, 0.9940836915],
    [50, 1],
  ])('MVA of %d users, Z = 10, D = [1, 0.5]: X = %d', (users, throughput) =>
    golden(mva(users, 10, [1, 0.5]).throughput, throughput),
  )

  test('MVA of 50 users: R = 40', () => golden(mva(50, 10, [1, 0.5]).response, 40))
})

const load = fc.double({ min: 0.01, max: 0.99, noNaN: true })

describe('formulas agree where they must', () => {
  test('M/G/1 with cv² = 1 is M/M/1, and M/D/1 waits half as long', () => {
    fc.assert(
      fc.property(load, (rho) => {
        expect(mg1(rho, 1, 1).wait).toBeCloseTo(mm1(rho, 1).wait, 9)
        expect(2 * md1(rho, 1).wait).toBeCloseTo(mm1(rho, 1).wait, 9)
        expect(kingman(rho, 1, 1, 1)).toBeCloseTo(mm1(rho, 1).wait, 9)
      }),
    )
  })

  test('a queue with many places is one without a bound; one without a queue is Erlang B', () => {
    fc.assert(
      fc.property(load, fc.integer({ min: 1, max: 8 }), (rho, servers) => {
        const lambda = 0.8 * rho * servers
        expect(mmck(lambda, 1, servers, servers + 200).response).toBeCloseTo(mmc(lambda, 1, servers).response, 9)
        expect(mmck(lambda, 1, servers, servers).loss).toBeCloseTo(erlangB(lambda, servers), 12)
      }),
    )
  })

  test('one class of priorities is M/G/1; urgent classes gain what the others lose (conservation law)', () => {
    fc.assert(
      fc.property(load, load, (rho, part) => {
        const exponential = (lambda: number) => ({ lambda, service: 1, secondMoment: 2 })
        const [urgent, other] = priorityWaits([exponential(rho * part), exponential(rho * (1 - part))])
        expect(priorityWaits([exponential(rho)])[0]).toBeCloseTo(mm1(rho, 1).wait, 9)
        expect(part * urgent! + (1 - part) * other!).toBeCloseTo(mm1(rho, 1).wait, 9)
      }),
    )
  })

  test('Jackson: a tandem is M/M/c stage by stage; feedback multiplies visits', () => {
    const tandem = jackson([
      { mu: 1, servers: 1, lambda: 0.5, routes: [0, 1] },
      { mu: 0.4, servers: 2, lambda: 0, routes: [] },
    ])
    expect(tandem.map(({ response }) => response)).toEqual([mm1(0.5, 1).response, mmc(0.5, 0.4, 2).response])
    const again = jackson([{ mu: 1, servers: 1, lambda: 0.4, routes: [0.5] }])[0]!
    expect(again.throughput).toBeCloseTo(0.8, 12)
    expect(() => jackson([{ mu: 1, servers: 1, lambda: 0.4, routes: [1] }])).toThrow('able to leave')
  })

  test('closed networks: under both bounds, on both laws, and saturated far beyond the knee', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), load, load, (users, first, second) => {
        const { throughput, response, inStations } = mva(users, 3, [first, second])
        expect(throughput).toBeLessThanOrEqual(throughputBound(users, 3, [first, second]) * (1 + 1e-12))
        expect(responseTimeLaw(users, throughput, 3)).toBeCloseTo(response, 6)
        expect(littleInSystem(throughput, response)).toBeCloseTo(inStations[0]! + inStations[1]!, 6)
      }),
    )
    expect(knee(10, [1, 0.5])).toBe(11.5)
    expect(throughputBound(11.5, 10, [1, 0.5])).toBe(1)
  })

  test('tails and quantiles', () => {
    expect(mm1Quantile(0.5, 1, 0.99) / mm1(0.5, 1).response).toBeCloseTo(4.605, 3)
    fc.assert(
      fc.property(load, (rho) => {
        expect(mm1Tail(rho, 1, mm1Quantile(rho, 1, 0.95))).toBeCloseTo(0.05, 9)
      }),
    )
    expect(mmcWaitTail(8, 1, 10, 0)).toBe(erlangC(8, 10))
    expect(lifoSecondMoment(mm1WaitVariance(0.5, 1) + 1, 0.5)).toBe(8)
  })

  test('scalability has its peak where the derivative is 0', () => {
    const peak = uslPeak(0.05, 0.0005)
    expect(usl(peak, 1, 0.05, 0.0005)).toBeGreaterThan(usl(peak * 1.01, 1, 0.05, 0.0005))
    expect(usl(peak, 1, 0.05, 0.0005)).toBeGreaterThan(usl(peak * 0.99, 1, 0.05, 0.0005))
    expect([usl(1, 7, 0.05, 0.0005), batchThroughput(10, 5, 0.5), processorSharing(0.5, 1, 3)]).toEqual([7, 1, 6])
  })
})

test('beyond saturation the wait is infinite, and a bounded queue still has an answer', () => {
  for (const steady of [mm1(1, 1), mmc(3, 1, 2), mg1(2, 1, 4)]) expect(steady.response).toBe(Number.POSITIVE_INFINITY)
  expect(mmc(3, 1, 2).throughput).toBe(2)
  expect([mm1Tail(2, 1, 9), mmcWaitTail(9, 1, 2, 5), kingman(1, 1, 1, 1)]).toEqual([1, 1, Number.POSITIVE_INFINITY])
  expect(mmck(1e9, 1, 3, 1_000).throughput).toBeCloseTo(3, 6)
  expect(() => mm1(1, 0)).toThrow('the service rate must be above 0')
})
