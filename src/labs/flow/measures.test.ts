import { describe, expect, test } from 'vitest'
import { readMeasure } from '../../engine/lab.ts'
import { runOf, worldOf } from '../../engine/proof/run.test-helper.ts'
import { ROW } from '../../sim/trace.ts'
import { COPY_NUMBERS } from './contract.ts'
import type { HistoryMemory } from './history.ts'
import { measures } from './measures.ts'
import { theoryOf, type times } from './theory.ts'
import { flowLab } from './world.ts'

const measure = (id: string) => measures.find((candidate) => candidate.id === id)!

describe('the numbers of the last second', () => {
  const text = `seed 3
at 0s load web poisson 200/s
at 0s timeout web 300ms
at 0s retry web 1 immediate
at 0s service api exponential 6ms
at 0s queue api 10 drop-newest
`
  /** Kept from the trace, not by the lab: what came to whom, and when. */
  const came: { readonly what: 'item' | 'answer' | 'refusal'; readonly time: number }[] = []
  const { run } = runOf(flowLab, text, (sim) => {
    sim.sink = {
      row(kind, label, time, _sentAt, actor, _peer, value) {
        const message = kind === ROW.delivered ? sim.plan.messageKinds[label] : null
        if (message === 'item' && sim.names[actor] === 'api') came.push({ what: 'item', time })
        if (message === 'answer') came.push({ what: value === 0 ? 'answer' : 'refusal', time })
      },
    }
  })
  while (run.once(5_000_000));
  run.sim.passTo(5_000_000)
  const { lastUs } = run.sim.meterMemory('history') as HistoryMemory
  const counted = (what: (typeof came)[number]['what']) =>
    came.filter((each) => each.what === what && each.time > lastUs - 1_000_000 && each.time <= lastUs).length
  const read = (id: string) => readMeasure(measure(id), run.sim)!

  test('are those of the trace, up to what happens at the edges of the samples', () => {
    const close = (value: number, expected: number) => expect(Math.abs(value - expected)).toBeLessThanOrEqual(6)
    expect(lastUs).toBeGreaterThan(4_800_000)
    expect(counted('refusal')).toBeGreaterThan(20)
    close(read('throughput'), counted('answer'))
    close(read('goodput'), counted('answer'))
    close(read('dropped'), counted('refusal'))
    close(read('offered') + read('retries'), counted('item'))
  })

  test('percentiles are in order, and at most the timeouts', () => {
    expect(read('latency-p50')).toBeGreaterThan(0)
    expect(read('latency-p99')).toBeGreaterThanOrEqual(read('latency-p50'))
    expect(read('latency-p99')).toBeLessThanOrEqual(600)
  })
})

test('each copy has its numbers, and a copy that is not there has none', () => {
  expect(new Set(measures.map(({ id }) => id)).size).toBe(measures.length)
  const world = worldOf(flowLab, 'set variants 2\nat 0s load web.b poisson 50/s', 5_000_000)
  for (const { id } of COPY_NUMBERS) {
    expect(measure(id).isThere!(world)).toBe(true)
    expect(measure(`${id}.b`).isThere!(world)).toBe(true)
    expect([measure(`${id}.c`).isThere!(world), readMeasure(measure(`${id}.c`), world)]).toEqual([false, null])
  }
  expect(readMeasure(measure('offered.b'), world)!).toBeGreaterThan(2 * readMeasure(measure('offered'), world)!)
})

test('there is no number before there is something to measure', () => {
  const young = worldOf(flowLab, '', 1_000)
  for (const id of ['offered', 'throughput', 'latency-p50', 'mean-time'])
    expect(readMeasure(measure(id), young)).toBeNull()
})

describe('theory beside measurement', () => {
  const verdict = (lines: string, untilUs: number, seed = 1) =>
    theoryOf(worldOf(flowLab, `seed ${seed}\n${lines}`, untilUs))[0]

  const HALF = 'at 0s load web poisson 500/s\nat 0s service api exponential 1ms\n'

  test('a short run is too short to tell, a long one agrees', () => {
    expect(verdict(HALF, 1_000_000)).toMatchObject({ expected: 2, measured: null, verdict: 'too short to tell' })
    const long = verdict(HALF, 10_000_000)!
    expect(long).toMatchObject({ formula: 'M/M/1: W = 1/(μ − λ)', verdict: 'agrees' })
    expect(Math.abs(long.measured!.mean - 2)).toBeLessThan(0.2)
    const world = worldOf(flowLab, `seed 1\n${HALF}`, 10_000_000)
    expect(measure('mean-time').theory!(world)).toMatchObject({ value: 2, n: long.n })
    expect(readMeasure(measure('mean-time'), world)).toBe(long.measured!.mean)
  })

  test.each([
    ['M/M/4', 'at 0s load web poisson 300/s\nat 0s service api exponential 10ms\nat 0s servers api 4\n'],
    ['M/D/1', 'at 0s load web poisson 500/s\nat 0s service api constant 1ms\n'],
    ['M/G/1', 'at 0s load web poisson 300/s\nat 0s service api hyper 1ms cv2 4\n'],
    ['M/M/1/6', 'at 0s load web poisson 600/s\nat 0s service api exponential 2ms\nat 0s queue api 5 drop-newest\n'],
    ['mean value analysis', 'at 0s load web users 10 think 10ms\nat 0s service api exponential 2ms\n'],
  ])('%s agrees', (formula, lines) => {
    const found = verdict(lines, 40_000_000)!
    expect(found.formula).toContain(formula)
    expect(found.verdict).toBe('agrees')
  })

  test('no seed makes a right formula differ, however early one looks', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { run } = runOf(flowLab, `seed ${seed}\nat 0s load web poisson 900/s\nat 0s service api exponential 1ms\n`)
      for (let second = 1; second <= 6; second++) {
        while (run.once(second * 1_000_000));
        expect(theoryOf(run.sim)[0]!.verdict).not.toBe('differs')
      }
    }
  })

  test('it differs when what was measured is not what the formula says', () => {
    const world = worldOf(flowLab, `seed 1\n${HALF}`, 10_000_000)
    const memory = world.meterMemory('times') as Parameters<(typeof times)['step']>[0]
    const slower = (factor: number) => {
      const wrong = new Map(
        [...memory].map(([at, each]) => [at, { ...each, done: each.done.map((us) => us * factor) }]),
      )
      return theoryOf(Object.assign(Object.create(world), { meterMemory: () => wrong }))[0]!.verdict
    }
    expect([slower(1), slower(1.5), slower(0.6)]).toEqual(['agrees', 'differs', 'differs'])
  })

  test.each([
    ['a timeout', 'at 0s timeout web 1s'],
    ['another order', 'at 0s order api lifo'],
    ['a limit', 'at 0s limit api fixed 5'],
    ['more than can be done', 'at 0s load web poisson 2000/s'],
  ])('with %s no formula holds', (_, line) => {
    const world = worldOf(flowLab, `${HALF}${line}`, 1_000_000)
    expect(theoryOf(world)).toEqual([])
    expect(measure('mean-time').theory!(world).value).toBeNull()
  })

  test('what is set anew is measured anew', () => {
    expect(verdict(`${HALF}at 4s load web poisson 400/s\n`, 4_500_000)).toMatchObject({ measured: null })
    expect(verdict(`${HALF}at 4s load web poisson 400/s\n`, 4_500_000)!.n).toBeLessThan(300)
  })
})
