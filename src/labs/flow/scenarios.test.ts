import { describe, expect, test } from 'vitest'
import { nodeId } from '../../base/brand.ts'
import { proveScenarios, stageOf } from '../../engine/proof/scenarios.test-helper.ts'
import { limitNow } from '../../protocols/flow/pipeline/limiter.ts'
import type { SourceState } from '../../protocols/flow/pipeline/source-state.ts'
import type { StageState } from '../../protocols/flow/pipeline/stage-state.ts'
import { knee } from '../../protocols/flow/queueing/theory.ts'
import { COPY_NUMBERS, type HistoryColumn, readHistory } from './contract.ts'
import { type HistoryMemory, packHistory } from './history.ts'
import { flowLab } from './world.ts'

// Each scenario shows what its blurb says. The reasons are arithmetic or stand in the literature, not in an earlier output.

const stage = stageOf(flowLab, (sim) => {
  const part = (name: string) => sim.state(sim.indexOf(nodeId(name)))
  const source = (name: string) => part(name) as SourceState
  const history = () => readHistory(packHistory(sim.meterMemory('history') as HistoryMemory, sim.names.length))
  return {
    source,
    stage: (name: string) => part(name) as StageState,
    /** Mean time from the first attempt to the answer, ms. */
    meanMs: (name: string) => source(name).counts.succeededUs / source(name).counts.succeeded / 1_000,
    limit: (name: string) => limitNow((part(name) as StageState).limit),
    /** What the history says of a part from one second to another. */
    samples(name: string, column: HistoryColumn, fromS = 0, toS = Number.POSITIVE_INFINITY): readonly number[] {
      const rows = history()
      const at = sim.indexOf(nodeId(name))
      return Array.from({ length: rows.samples }, (_, sample) => sample)
        .filter((sample) => rows.timeUs(sample) > fromS * 1e6 && rows.timeUs(sample) <= toS * 1e6)
        .map((sample) => rows.value(sample, at, column))
    },
    /** A number by which copies are compared, of each copy. */
    copies(id: (typeof COPY_NUMBERS)[number]['id']): readonly (number | null)[] {
      const at = COPY_NUMBERS.findIndex((number) => number.id === id)
      return flowLab.projection.view(sim, null).copies.map((numbers) => numbers[at]!)
    },
  }
})
const { play, played } = stage

type Scene = ReturnType<typeof play>

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
const most = (values: readonly number[]): number => Math.max(...values)
/** Mean over a span of seconds of each of these parts. */
const means = (scene: Scene, names: readonly string[], column: HistoryColumn, fromS: number, toS?: number) =>
  names.map((name) => mean(scene.samples(name, column, fromS, toS)))

const WEBS = ['web.a', 'web.b', 'web.c', 'web.d'] as const
const APIS = ['api.a', 'api.b', 'api.c', 'api.d'] as const

const near = (value: number, expected: number, share: number): void =>
  expect(Math.abs(value / expected - 1), `${value} beside ${expected}`).toBeLessThan(share)

proveScenarios(stage, { least: 20 })

describe('queues', () => {
  test('without a bound nothing is lost, and who comes later waits longer', () => {
    const scene = played('unbounded-queue')
    const { counts } = scene.stage('api')
    expect(counts.dropped.every((dropped) => dropped === 0)).toBe(true)
    const p50 = (fromS: number) => mean(scene.samples('web', 'p50Ms', fromS, fromS + 10))
    expect(p50(50)).toBeGreaterThan(2 * p50(20))
    expect(p50(50)).toBeGreaterThan(5_000)
  })

  test('near saturation each step costs more than the one before, and theory says so', () => {
    const scene = played('near-saturation')
    const [a, b, c, d] = WEBS.map((web) => scene.meanMs(web))
    expect(b! - a!).toBeGreaterThan(10)
    expect(c! - b!).toBeGreaterThan(b! - a!)
    expect(d! - c!).toBeGreaterThan(c! - a!)
    const { theory } = flowLab.projection.view(scene.sim, null)
    expect(theory.map(({ expected }) => Math.round(expected))).toEqual([20, 50, 100, 200])
    // At 80 per cent it takes nine thousand requests, at 95 a hundred and sixty thousand.
    expect(theory.map(({ verdict }) => verdict)).toEqual(['agrees', ...new Array(3).fill('too short to tell')])
  })

  test('a queue longer than the timeout keeps the storm alive', () => {
    const scene = played('queue-against-timeout')
    const [short, long] = means(scene, WEBS.slice(0, 2), 'goodPerS', 30)
    near(short!, 70, 0.1)
    expect(long).toBe(0)
    // It works as much as it can, for nobody.
    near(mean(scene.samples('api.b', 'departedPerS', 30)), 100, 0.05)
  })

  test('four ways to treat who comes to a full queue: the same throughput, four kinds of answer', () => {
    const scene = played('fast-producer')
    expect(scene.copies('throughput')).toEqual([50, 50, 50, 50])
    const [block, newest, oldest, conflate] = scene.copies('latency-p50') as readonly number[]
    // 20 places and the server before the newest; an old one leaves after 10 of them: 20 ms each, 2 ms on the way.
    expect([newest, oldest]).toEqual([422, 222])
    expect(block).toBeGreaterThan(9_000)
    expect(conflate).toBeLessThan(40)
  })

  test('backpressure: all that wait, wait at the source; without a bound, before the last stage', () => {
    const scene = played('backpressure-chain')
    const waiting = (names: readonly string[]) => names.map((name) => scene.samples(name, 'waiting').at(-1)!)
    const [web, read, parse, write] = waiting(['web.a', 'read.a', 'parse.a', 'write.a'])
    expect(web).toBeGreaterThan(900)
    for (const bounded of [read, parse, write]) expect(bounded).toBeLessThanOrEqual(5)
    expect(waiting(['web.b', 'read.b', 'parse.b'])).toEqual([0, 0, 0])
    expect(waiting(['write.b'])[0]).toBeGreaterThan(900)
    expect(scene.copies('throughput')).toEqual([50, 50])
    expect(scene.notes('blocked').some(({ node }) => node === 'read.a')).toBe(true)
  })

  test('batches: 48 a second are too few, and the longest queue is the slowest', () => {
    const scene = played('batching')
    const [one, four, sixteen] = scene.copies('throughput') as readonly number[]
    expect(one).toBeLessThan(50)
    expect(scene.stage('api.a').counts.dropped[0]).toBeGreaterThan(500)
    for (const web of ['web.b', 'web.c']) near(mean(scene.samples(web, 'goodPerS', 5)), 100, 0.05)
    expect(four).toBeGreaterThan(90)
    expect(sixteen).toBeGreaterThan(90)
    const [slow, ...quick] = scene.copies('latency-p50') as readonly number[]
    // 500 places of 21 ms.
    near(slow!, 10_500, 0.02)
    expect(most(quick)).toBeLessThan(60)
  })
})

describe('windows and lines', () => {
  test('X = min(μ, W/RTT)', () => {
    const scene = played('window-too-small')
    // 10, 25, 50 and 100 items in a round trip of 50 ms; the consumer ends it at 1,000.
    const measured = means(scene, APIS, 'departedPerS', 2)
    for (const [at, expected] of [200, 500, 1_000, 1_000].entries()) near(measured[at]!, expected, 0.005)
  })

  test('a buffer of 1,000 is filled, CoDel keeps a few packets, and as much arrives', () => {
    const scene = played('bufferbloat')
    const [bloated, managed] = means(scene, ['line.a', 'line.b'], 'waiting', 3)
    expect(bloated).toBeGreaterThan(400)
    expect(managed).toBeLessThan(20)
    expect(most(scene.samples('line.a', 'waiting'))).toBe(1_000)
    const [one, other] = ['line.a', 'line.b'].map((name) => scene.stage(name).counts.departedBytes)
    near(other!, one!, 0.1)
  })

  test('two flows: the second begins at ten seconds, and they share alike at the end (Jain above 0.95)', () => {
    const scene = played('two-flows')
    expect(mean(scene.samples('two', 'goodPerS', 0, 9.9))).toBe(0)
    expect(mean(scene.samples('one', 'goodPerS', 2, 9.9))).toBeGreaterThan(600)
    const rates = means(scene, ['one', 'two'], 'goodPerS', 20)
    const jain = (rates[0]! + rates[1]!) ** 2 / (2 * (rates[0]! ** 2 + rates[1]! ** 2))
    expect(jain).toBeGreaterThan(0.95)
    expect(scene.notes('loss-repaired').length).toBeGreaterThan(20)
  })

  test('the slow stream holds the window of both: the quick one rests', () => {
    const scene = played('head-of-line')
    const quick = scene.samples('quick', 'departedPerS', 5)
    expect(mean(quick)).toBeLessThan(10)
    expect(most(scene.samples('quick', 'waiting', 5))).toBeLessThanOrEqual(1)
    expect(mean(scene.samples('quick', 'utilisation', 5))).toBeLessThan(0.01)
    // Of 200 a second half are for the quick one, who could do 1,000.
    expect(scene.stage('gate').isBlocked).toBe(true)
  })

  test('a consumer that polls too much at once does it again for ever, and with less at once it gets out', () => {
    const scene = play('kafka-slow-consumer')
    scene.to('39s')
    expect(scene.stage('api').counts.repeated).toBe(0)
    scene.to('200s')
    const { repeated } = scene.stage('api').counts
    expect(repeated).toBeGreaterThan(50)
    expect(scene.notes('evicted', 60_000, 200_000).length).toBeGreaterThanOrEqual(3)
    // It does less than comes, although it could do 1.4 a second.
    const waiting = () => scene.samples('api', 'waiting').at(-1)!
    const before = waiting()
    expect(before).toBeGreaterThan(150)
    scene.toEnd()
    expect(scene.notes('evicted', 240_000)).toEqual([])
    expect(waiting()).toBeLessThan(before)
  })
})

describe('retry storms', () => {
  test('the servers are as quick as before, and goodput is 0 in the last minute', () => {
    const scene = played('retry-storm')
    near(mean(scene.samples('web', 'goodPerS', 2, 10)), 70, 0.1)
    expect(most(scene.samples('web', 'goodPerS', 20))).toBe(0)
    near(mean(scene.samples('api', 'departedPerS', 20.1)), 100, 0.05)
  })

  test('no retries and a budget recover; backoff with jitter does not', () => {
    const scene = played('retry-budget')
    const [none, three, backoff, budget] = means(scene, WEBS, 'goodPerS', 50)
    near(none!, 70, 0.1)
    near(budget!, 70, 0.1)
    expect([three, backoff]).toEqual([0, 0])
  })

  test('first come first served helps nobody any more, the other two nearly all', () => {
    const scene = played('lifo')
    const [fifo, lifo, adaptive] = means(scene, WEBS.slice(0, 3), 'goodPerS', 30)
    expect(fifo).toBe(0)
    expect(lifo).toBeGreaterThan(60)
    expect(adaptive).toBeGreaterThan(60)
  })

  test('the breaker opens, closes and opens again', () => {
    const scene = played('breaker-flapping')
    expect(scene.notes('breaker-opened').length).toBeGreaterThanOrEqual(3)
    expect(scene.notes('breaker-closed').length).toBeGreaterThanOrEqual(3)
    const rates = scene.samples('api', 'arrivedPerS', 10)
    expect(rates.filter((rate) => rate === 0).length).toBeGreaterThan(rates.length / 4)
    expect(most(rates)).toBeGreaterThan(140)
  })

  test('without jitter they come back in one heap', () => {
    const scene = played('thundering-herd')
    // The first heap, of all 500 at 5 s, is the same; the next ones are not.
    const heaps = ['api.a', 'api.b'].map((name) => most(scene.samples(name, 'arrivedPerS', 5.4, 14)))
    expect(heaps[0]).toBeGreaterThan(3 * heaps[1]!)
    const first = ['api.a', 'api.b'].map((name) => most(scene.samples(name, 'arrivedPerS', 4.9, 5.3)))
    for (const perS of first) expect(perS / 10).toBeGreaterThanOrEqual(500)
  })
})

describe('who is served, and by how many', () => {
  /** Mean milliseconds of the requests of each priority that were answered. */
  function byPriority(scene: Scene, web: string): readonly number[] {
    const took: number[][] = [[], []]
    scene.to('0s')
    for (let before = scene.source(web); scene.sim.step(40_000_000); before = scene.source(web)) {
      if (scene.source(web) === before) continue
      for (const { priority, latencyUs, succeeded } of scene.source(web).ended)
        if (succeeded) took[priority]!.push(latencyUs / 1_000)
    }
    return took.map(mean)
  }

  test('priorities help the urgent alone, shedding early helps all who are let in', () => {
    const [fifo, priority, shed] = WEBS.slice(0, 3).map((web) => byPriority(play('priority-inversion'), web))
    near(fifo![0]!, fifo![1]!, 0.1)
    expect(fifo![0]).toBeGreaterThan(1_000)
    expect(priority![0]).toBeLessThan(50)
    expect(priority![1]).toBeGreaterThan(1_000)
    expect(most(shed!)).toBeLessThan(300)
  })

  test('the autoscaler comes too late, and asks for a quarter more each time', () => {
    const scene = played('autoscaler-too-late')
    const told = scene.notes('scaled-up')
    expect(told.slice(0, 2).map(({ timeMs, value }) => [timeMs, value])).toEqual([
      [45_000, 5],
      [90_000, 7],
    ])
    // (λ₁ − μ₀)(t_detect + t_boot), twice: 20 a second too few for 45 s, then 10 a second for 45 s.
    const peak = most(scene.samples('api', 'waiting'))
    near(peak, 20 * 45 + 10 * 45, 0.15)
    expect(most(scene.samples('api', 'waiting', 0, 100))).toBeLessThan(peak)
    expect(scene.samples('api', 'waiting').at(-1)).toBeLessThan(50)
  })

  test('two choices are nearly as good as knowing all', () => {
    const scene = played('two-choices')
    const [random, turns, two, least] = WEBS.map((web) => scene.meanMs(web))
    expect(random).toBeGreaterThan(turns!)
    expect(turns).toBeGreaterThan(two!)
    expect(two).toBeGreaterThanOrEqual(least!)
    expect(random! - two!).toBeGreaterThan(3 * (two! - least!))
  })

  test('a limit that looks at the time finds one near what ten servers need; one that waits for a loss does not', () => {
    const scene = played('limit-finds-itself')
    const [aimd, ...others] = means(scene, WEBS, 'goodPerS', 20)
    expect(scene.limit('api.a')).toBe(200)
    expect(aimd).toBe(0)
    // Ten servers are busy from ten on.
    const least = 10 * knee(0, [1])
    for (const name of APIS.slice(1)) expect(mean(scene.samples(name, 'window', 20))).toBeGreaterThan(least)
    for (const name of APIS.slice(1)) expect(mean(scene.samples(name, 'window', 20))).toBeLessThan(50)
    for (const goodput of others) expect(goodput).toBeGreaterThan(80)
  })
})
