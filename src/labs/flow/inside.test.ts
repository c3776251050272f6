import { describe, expect, test } from 'vitest'
import { Run } from '../../engine/run.ts'
import { parse } from '../../experiment/parser.ts'
import type { MechanismView } from './contract.ts'
import { insideOf } from './inside.ts'
import { scenarios } from './scenarios.ts'
import { littleOf, loadCurveOf } from './theory.ts'
import { flowLab } from './world.ts'

/** A world at `untilUs`; `each` looks now and then on the way. */
function worldAt(text: string, untilUs: number, each: (run: Run<never>['sim']) => void = () => undefined) {
  const parsed = parse(text, () => flowLab.language)
  if (!parsed.ok) throw new Error(parsed.error[0]!.message)
  const run = new Run(flowLab, parsed.value)
  run.sim.start()
  for (let events = 0; run.once(untilUs); events++) if (events % 100 === 0) each(run.sim as never)
  each(run.sim as never)
  return run.sim
}

function inside(body: string, name: string, untilUs = 3_000_000): readonly MechanismView[] {
  const sim = worldAt(`# test\nlab flow\nseed 1\n${body}\n`, untilUs)
  const actor = sim.names.indexOf(name as never)
  return insideOf(sim.state(actor), sim.now)
}

const slotOf = (found: MechanismView | undefined, name: string) =>
  found?.slots.find((each) => each.name === name)?.value
const gaugeOf = (found: MechanismView | undefined, name: string) => found?.gauges.find((each) => each.name === name)

describe('a glass box', () => {
  test('nothing is on: nothing is shown', () => {
    expect(inside('at 0s load web poisson 10/s', 'api')).toEqual([])
  })

  test('WHATWG: desiredSize is the mark less what is queued', () => {
    const [stream] = inside(
      'at 0s load web poisson 100/s\nat 0s service api constant 50ms\nat 0s demand api whatwg 4',
      'api',
    )
    const queued = gaugeOf(stream, 'queueTotalSize')!
    expect(queued.mark).toEqual({ at: 4, name: 'highWaterMark' })
    expect(Number(slotOf(stream, 'desiredSize'))).toBe(4 - queued.value)
  })

  test('request(n): what is outstanding never exceeds the prefetch', () => {
    const [asks] = inside('at 0s load web poisson 100/s\nat 0s demand api request 16 replenish 12', 'api')
    const { value, most } = gaugeOf(asks, 'outstanding')!
    expect(value).toBeLessThanOrEqual(16)
    expect(most).toBe(16)
    expect(Number(slotOf(asks, 'requested')) - Number(slotOf(asks, 'received'))).toBe(value)
  })

  test('CoDel under overload comes to drop, and says how often', () => {
    const body = 'at 0s load web poisson 100/s\nat 0s service api constant 20ms\nat 0s manage api codel'
    const phases = new Set<string | null>()
    let most = 0
    worldAt(`# test\nlab flow\nseed 1\n${body}\n`, 20_000_000, (sim) => {
      const [codel] = insideOf(sim.state(1), sim.now)
      if (codel === undefined) return
      phases.add(codel.phase)
      most = Math.max(most, Number(slotOf(codel, 'count')))
    })
    expect([...phases].sort()).toEqual(['above target', 'below target', 'dropping'])
    expect(most).toBeGreaterThan(1)
  })

  test('PIE under overload drops by chance', () => {
    const found = inside(
      'at 0s load web poisson 100/s\nat 0s service api constant 20ms\nat 0s manage api pie',
      'api',
      20_000_000,
    )
    expect(gaugeOf(found[0], 'drop probability')!.value).toBeGreaterThan(0)
  })

  test('a breaker that has opened says when it tries again', () => {
    const body =
      'at 0s load web poisson 50/s\nat 0s timeout web 100ms\nat 0s service api constant 1s\nat 0s breaker web hystrix'
    const [breaker] = inside(body, 'web', 4_000_000)
    expect(breaker).toMatchObject({ phases: ['closed', 'open', 'half-open'], phase: 'open' })
    expect(slotOf(breaker, 'tries again in')).toMatch(/s$/)
  })

  test('every scenario: every number of every mechanism is one, within its bar', () => {
    const titles = new Set<string>()
    for (const { text } of scenarios) {
      worldAt(text, 2_000_000, (sim) => {
        const names: readonly string[] = sim.names
        for (const actor of names.keys()) {
          for (const { title, phases, phase, gauges } of insideOf(sim.state(actor), sim.now)) {
            titles.add(title)
            if (phase !== null && phases.length > 0) expect(phases).toContain(phase)
            for (const { value, most, mark } of gauges) {
              expect([value, most, mark?.at ?? 0].every(Number.isFinite)).toBe(true)
              expect(value).toBeLessThanOrEqual(most)
            }
          }
        }
      })
    }
    expect([...titles]).toEqual(expect.arrayContaining(['CoDel', 'Kafka consumer', 'Retry budget', 'TCP sender']))
  })
})

describe('of one stage', () => {
  const busy = '# test\nlab flow\nseed 3\nat 0s load web poisson 15/s\nat 0s service api exponential 50ms\n'

  test("Little's law is exact whenever the stage is empty, and short by those present else", () => {
    let empty = 0
    worldAt(busy, 60_000_000, (sim) => {
      const little = littleOf(sim.state(1) as never, sim.now)
      if (little === null) return
      const product = (little.ratePerS * little.timeMs) / 1_000
      if (little.present === 0) {
        empty++
        expect(little.inStage).toBeCloseTo(product, 9)
      } else expect(little.inStage).toBeGreaterThanOrEqual(product)
    })
    expect(empty).toBeGreaterThan(0)
  })

  test('the curve of M/M/1 is 1/(μ − λ) at every load', () => {
    const curve = loadCurveOf(worldAt(busy, 1_000_000), 'api')!
    expect(curve.capacityPerS).toBeCloseTo(20, 9)
    for (const [perS, ms] of curve.points) expect(ms).toBeCloseTo(1_000 / (20 - perS), 6)
  })

  test('no curve where no formula holds', () => {
    expect(loadCurveOf(worldAt(`${busy}at 0s order api lifo\n`, 1_000_000), 'api')).toBe(null)
  })
})
