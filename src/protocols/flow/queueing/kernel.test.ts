import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Discipline, Overflow } from '../buffers/policies.ts'
import { deterministic, exponential } from './distributions.ts'
import type { Fault } from './faults.ts'
import { Kernel, type NetworkMeasures } from './kernel.ts'
import { closed, type Network, networkProblems, open, type Stage, stage } from './network.ts'
import type { Breach } from './station.ts'

const MS = 1_000
const S = 1_000_000

/** Runs `arrivals` customers in, and then the network empty. */
function runEmpty(network: Network, arrivals: number, seed = 1): NetworkMeasures {
  const kernel = new Kernel(network, seed)
  kernel.run({ arrivals })
  kernel.close()
  expect(kernel.run({})).toBe('empty')
  expect(kernel.audit()).toBe(null)
  return kernel.measures()
}

describe('the judges see a planted fault, and nothing without it', () => {
  const bounded: Network = {
    sources: [open(exponential(10 * MS))],
    stages: [stage(exponential(9 * MS), { capacity: 8 })],
  }

  test.each<[Fault, Breach['judge']]>([
    ['loses-customers', 'conservation'],
    ['forgets-waits', 'little'],
    ['overfills', 'capacity'],
    ['idles', 'work-conservation'],
  ])('%s: %s', (fault, judge) => {
    const sound = new Kernel(bounded, 3)
    expect([sound.run({ arrivals: 100_000 }), sound.broken]).toEqual(['arrivals', null])
    const broken = new Kernel(bounded, 3, fault)
    expect(broken.run({ arrivals: 100_000 })).toBe('broken')
    expect(broken.broken).toMatchObject({ judge, stage: 0 })
    expect(broken.broken!.nowUs).toBe(broken.nowUs)
  })

  test('a breach says the numbers', () => {
    const broken = new Kernel(bounded, 3, 'loses-customers')
    broken.run({})
    expect(broken.broken!.found).toMatch(
      /^\d+ in, \d+ out, \d+ dropped, 0 expired, [01] in service; \d of 8 places, [01] of 1 servers$/,
    )
  })
})

const disciplines = fc.constantFrom<Discipline>(
  { kind: 'fifo' },
  { kind: 'lifo' },
  { kind: 'adaptive-lifo', intervalUs: 20 * MS },
  { kind: 'priority', levels: 2 },
  { kind: 'fair', lanes: 2, quantumBytes: 100 },
)
const overflows = fc
  .constantFrom<Stage['overflow']['kind']>(
    'block',
    'drop-newest',
    'drop-youngest',
    'drop-oldest',
    'drop-buffer',
    'fail',
    'conflate',
  )
  .map((kind) => ({ kind }))

const stages = fc.record({
  servers: fc.integer({ min: 1, max: 3 }),
  capacity: fc.integer({ min: 2, max: 6 }),
  discipline: disciplines,
  overflow: overflows,
  meanUs: fc.integer({ min: 0, max: 30 * MS }),
  share: fc.constantFrom(0, 0.3, 1),
  batch: fc.option(fc.record({ max: fc.constant(1), lingerUs: fc.integer({ min: 0, max: MS }), eachUs: fc.nat(9) })),
})

test('any network without loops runs empty, and no judge has anything against it', () => {
  fc.assert(
    fc.property(fc.array(stages, { minLength: 1, maxLength: 4 }), fc.nat(1_000), (given, seed) => {
      const network: Network = {
        sources: [
          open(exponential(10 * MS), { sizeBytes: 40 }),
          open(deterministic(15 * MS), { class: 1, priority: 1, sizeBytes: 300 }),
          closed(3, exponential(20 * MS), { class: 2, priority: 2, to: given.length - 1 }),
        ],
        stages: given.map(({ meanUs, share, batch, ...rest }, at) => {
          const next = given[at + 1]
          const mayBatch = next?.overflow.kind !== 'block' || share === 0
          const routes = next === undefined || share === 0 ? [] : [{ to: at + 1, share }]
          return stage(exponential(meanUs), { ...rest, routes, batch: mayBatch ? batch : null })
        }),
      }
      expect(networkProblems(network)).toEqual([])
      const kernel = new Kernel(network, seed)
      expect(kernel.run({ arrivals: 500 })).toBe('arrivals')
      expect(kernel.audit()).toBe(null)
      kernel.close()
      expect([kernel.run({}), kernel.broken, kernel.audit()]).toEqual(['empty', null, null])
    }),
    { numRuns: 300 },
  )
})

describe('what does not depend on the order', () => {
  const under = (discipline: Discipline) =>
    runEmpty({ sources: [open(exponential(11 * MS))], stages: [stage(exponential(10 * MS), { discipline })] }, 20_000)

  test.each<Discipline>([{ kind: 'lifo' }, { kind: 'adaptive-lifo', intervalUs: 100 * MS }])(
    '$kind does the same work as FIFO, to the microsecond',
    (discipline) => {
      const fifo = under({ kind: 'fifo' }).stages[0]!
      const other = under(discipline).stages[0]!
      expect([other.left, other.inSystem, other.utilisation]).toEqual([fifo.left, fifo.inSystem, fifo.utilisation])
      expect(other.response.sum).toBe(fifo.response.sum)
      expect(other.response.squares).toBeGreaterThan(fifo.response.squares)
    },
  )

  test('whoever is dropped, as many are, and as many wait; who stays is younger with drop-oldest', () => {
    const [newest, youngest, oldest] = (['drop-newest', 'drop-youngest', 'drop-oldest'] as const).map((kind) => {
      const full = stage(exponential(12 * MS), { capacity: 10, overflow: { kind } })
      return runEmpty({ sources: [open(exponential(10 * MS))], stages: [full] }, 20_000).stages[0]!
    })
    expect(newest!.dropped).toBeGreaterThan(1_000)
    for (const other of [youngest!, oldest!]) {
      expect([other.dropped, other.inSystem]).toEqual([newest!.dropped, newest!.inSystem])
    }
    expect(oldest!.response.mean).toBeLessThan(0.9 * newest!.response.mean)
  })
})

describe('policies', () => {
  const overloaded = (given: Partial<Stage>) =>
    runEmpty({ sources: [open(deterministic(10 * MS))], stages: [stage(deterministic(25 * MS), given)] }, 1_000)
      .stages[0]!

  test('conflate: what is served is never older than one service', () => {
    const { waits, dropped, left } = overloaded({ overflow: { kind: 'conflate' } })
    expect(dropped + left).toBe(1_000)
    expect(waits[0]!.mean).toBeLessThanOrEqual(10 * MS)
  })

  test('fail: the first overflow ends it', () => {
    const { left, dropped } = overloaded({ capacity: 3, overflow: { kind: 'fail' } })
    expect(left).toBeLessThan(10)
    expect(left + dropped).toBe(1_000)
  })

  test('drop-buffer: all that wait make room at once', () => {
    const { left, waits } = overloaded({ capacity: 5, overflow: { kind: 'drop-buffer' } })
    expect(left).toBeGreaterThan(390)
    expect(waits[0]!.mean).toBeLessThan(5 * 25 * MS)
  })

  test('block: nothing is lost, the first stage stands still with finished customers, the source waits', () => {
    const stages = [
      stage(deterministic(MS), { capacity: 2, overflow: { kind: 'block' }, routes: [{ to: 1, share: 1 }] }),
      stage(deterministic(20 * MS), { capacity: 2, overflow: { kind: 'block' } }),
    ]
    const kernel = new Kernel({ sources: [open(deterministic(10 * MS))], stages }, 1)
    kernel.run({ nowUs: 20 * S })
    const [first, second] = kernel.measures().stages
    expect([first!.dropped, second!.dropped]).toEqual([0, 0])
    expect(second!.throughputPerSecond).toBeCloseTo(50, 0)
    expect(first!.utilisation).toBeCloseTo(0.05, 2)
    expect(kernel.arrivals).toBeLessThan(1_010)
  })

  test('a loop of blocking stages can stand still for ever, and the ending says so', () => {
    const block = { capacity: 0, overflow: { kind: 'block' } } as const
    const stages = [
      stage(deterministic(MS), { ...block, routes: [{ to: 1, share: 1 }] }),
      stage(deterministic(MS), { ...block, routes: [{ to: 0, share: 1 }] }),
    ]
    const kernel = new Kernel({ sources: [open(deterministic(MS))], stages }, 1)
    expect(kernel.run({})).toBe('deadlock')
    expect(kernel.audit()).toBe(null)
  })

  test('fair: each class has its share of the bytes, however many it sends', () => {
    const sources = [
      open(deterministic(MS), { class: 0, sizeBytes: 1_500 }),
      open(deterministic(4 * MS), { class: 1, sizeBytes: 300 }),
    ]
    const discipline = { kind: 'fair', lanes: 2, quantumBytes: 1_500 } as const
    const fair = stage(deterministic(2 * MS), { capacity: 100, discipline, overflow: { kind: 'drop-oldest' } })
    const { stages } = runEmpty({ sources, stages: [fair] }, 10_000)
    const [fat, thin] = stages[0]!.waits
    expect(thin!.count).toBeGreaterThan(1_990)
    expect(thin!.mean).toBeLessThan(0.1 * fat!.mean)
  })
})

describe('batches', () => {
  const batch = { max: 8, lingerUs: 100 * MS, eachUs: MS }

  test('saturated: B/(a + bB), exactly', () => {
    const kernel = new Kernel(
      { sources: [open(deterministic(MS))], stages: [stage(deterministic(12 * MS), { batch })] },
      1,
    )
    kernel.run({ nowUs: S })
    kernel.forget()
    kernel.run({ nowUs: 3 * S })
    expect(kernel.measures().stages[0]!.left).toBe((2 * S * batch.max) / (12 * MS + 8 * MS))
  })

  test('at low load: linger and service, exactly', () => {
    const slow: Network = { sources: [open(deterministic(S))], stages: [stage(deterministic(12 * MS), { batch })] }
    expect(runEmpty(slow, 50).stages[0]!.response.mean).toBe(100 * MS + 12 * MS + MS)
  })

  test('a batch that is full does not linger', () => {
    const quick: Network = { sources: [open(deterministic(2 * MS))], stages: [stage(deterministic(0), { batch })] }
    // The first waits for seven more, the last for none; then 8 ms for the batch.
    expect(runEmpty(quick, 80).stages[0]!.response.mean).toBe(7 * MS + 8 * MS)
  })
})

test('a run is a function of network and seed, however it is cut into pieces', () => {
  const network: Network = {
    sources: [closed(20, exponential(50 * MS)), open(exponential(20 * MS))],
    stages: [stage(exponential(5 * MS), { routes: [{ to: 0, share: 0.2 }] })],
  }
  const whole = new Kernel(network, 9)
  whole.run({ nowUs: 10 * S })
  const pieces = new Kernel(network, 9)
  for (let us = S; us <= 10 * S; us += S) expect(pieces.run({ nowUs: us })).toBe('time')
  expect(pieces.arrivals).toBe(whole.arrivals)
  expect(pieces.measures().stages[0]!.response).toEqual(whole.measures().stages[0]!.response)
  const other = new Kernel(network, 10)
  other.run({ nowUs: 10 * S })
  expect(other.measures().stages[0]!.response).not.toEqual(whole.measures().stages[0]!.response)
})

test('memory is bounded: a queue that grows for ever ends the run, and says so', () => {
  const growing: Network = { sources: [open(deterministic(1))], stages: [stage(deterministic(S))] }
  expect(new Kernel(growing, 1).run({})).toBe('full')
})

test('what cannot be is refused with the place and the reason', () => {
  const block: Overflow = { kind: 'block' }
  const bad: Network = {
    sources: [open(deterministic(0)), closed(1e9, deterministic(1)), open(deterministic(5), { to: 7 })],
    stages: [
      stage(deterministic(-1), { servers: 0 }),
      stage(deterministic(1), {
        routes: [
          { to: 2, share: 0.7 },
          { to: 9, share: 0.7 },
        ],
      }),
      stage(deterministic(1), {
        overflow: block,
        batch: { max: 0, lingerUs: -1, eachUs: 0 },
        routes: [{ to: 2, share: 1 }],
      }),
      stage(deterministic(1), {
        capacity: 0,
        overflow: { kind: 'conflate' },
        discipline: { kind: 'priority', levels: 99 },
      }),
    ],
  }
  expect(networkProblems(bad)).toEqual([
    'source 0: the mean time between arrivals must be at least 1 us',
    'source 1: users must be an integer from 1 to 1048576, not 1000000000',
    'source 2: the first stage must be an integer from 0 to 3, not 7',
    'stage 0: servers must be an integer from 1 to 100000, not 0',
    'stage 0: a time must be 0 or more, and finite',
    'stage 1: a route must be an integer from 0 to 3, not 9',
    'stage 1: shares must be 0 or more, 1 together',
    'stage 2: the batch must be an integer from 1 to 1048576, not 0',
    'stage 2: linger and time for each must be 0 or more',
    'stage 2: a batch cannot wait at the door of a stage that blocks',
    'stage 3: lanes must be an integer from 1 to 64',
    'stage 3: conflation needs a place to wait for each lane',
  ])
  expect(() => new Kernel(bad, 1)).toThrow('source 0: the mean time')
})
