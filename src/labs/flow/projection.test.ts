import { describe, expect, test } from 'vitest'
import { STATUS } from '../../engine/frame.ts'
import { runOf, worldOf } from '../../engine/proof/run.test-helper.ts'
import { serversOf, waitingIn } from '../../protocols/flow/pipeline/stage-state.ts'
import { CONDITIONS, COPY_NUMBERS, HISTORY_COLUMNS, PART_KINDS, readHistory } from './contract.ts'
import { ACTOR, ITEM_STRIDE, ITEMS_MAX, JOB_STRIDE, JOBS_MAX } from './frame.ts'
import type { HistoryMemory } from './history.ts'
import { projection } from './projection.ts'
import { flowLab } from './world.ts'

const at = (lines: string, untilUs: number) => worldOf(flowLab, lines, untilUs)
type World = ReturnType<typeof at>

function record(world: World, number: number): Float64Array {
  const frame = new Float64Array(ACTOR.size + 2).fill(777)
  projection.actor(world, number, frame, 1, world.now)
  // It stays within its record.
  expect([frame[0], frame.at(-1)]).toEqual([777, 777])
  return frame.subarray(1, -1)
}

/** Every kind of part, copies, blocking, drops, retries, and parts that come and go. */
const BUSY = `seed 5
set stages api db line
set senders tx
set receivers rx
set pipes web>api api>db tx>line line>rx
set variants 2
at 0s service line line 10Mb/s
at 0s load web poisson 80/s
at 0s class web 3
at 0s timeout web 200ms
at 0s retry web 2 immediate
at 0s breaker web.b hystrix
at 0s service api exponential 20ms
at 0s servers api 3
at 0s queue api 30 drop-newest
at 0s service db exponential 30ms
at 0s queue db 4 block
at 0s read rx 1000 every 10ms
at 1s kill db.a
at 1.5s restart db.a
at 2s pause api.b
at 2.5s resume api.b
`

describe('the record of a part', () => {
  test('says at every look what the state says', () => {
    const { run } = runOf(flowLab, BUSY)
    const seen = new Set<string>()
    while (run.once(3_000_000)) {
      const { sim } = run
      if (sim.eventCount % 37 !== 0) continue
      const { parts } = projection.view(sim, null)
      sim.names.forEach((_, number) => {
        const frame = record(sim, number)
        const state = sim.state(number)
        const shown = parts[number]!
        seen.add(shown.condition)
        expect(frame[ACTOR.status]).toBe(STATUS[sim.status(number)])
        expect(PART_KINDS[frame[ACTOR.kind]!]).toBe(shown.kind)
        expect(CONDITIONS[frame[ACTOR.condition]!]).toBe(shown.condition)
        if (state?.kind !== 'stage') return
        const { counts, serving } = state
        expect([frame[ACTOR.waiting], frame[ACTOR.servers], frame[ACTOR.busy]]).toEqual([
          waitingIn(state),
          serversOf(state),
          serving.length,
        ])
        expect([shown.waiting, shown.servers, shown.busy, shown.capacity ?? -1]).toEqual([
          frame[ACTOR.waiting],
          frame[ACTOR.servers],
          frame[ACTOR.busy],
          frame[ACTOR.capacity],
        ])
        expect([frame[ACTOR.arrived], frame[ACTOR.departed]]).toEqual([counts.arrived, counts.departed])
      })
    }
    for (const condition of ['idle', 'working', 'saturated', 'full', 'blocked', 'down'])
      expect(seen).toContain(condition)
  })

  test('shows the first who wait in the order of service, who is served, and nothing behind them', () => {
    const world = at('at 0s load web every 5ms\nat 0s class web 3\nat 0s servers api 2\n', 3_000_000)
    const frame = record(world, 1)
    const state = world.state(1)!
    if (state.kind !== 'stage') throw new Error('a stage was expected')
    expect(frame[ACTOR.items]).toBe(ITEMS_MAX)
    const born = Array.from({ length: ITEMS_MAX }, (_, place) => frame[ACTOR.item + place * ITEM_STRIDE]!)
    expect(born).toEqual([...born].sort((one, other) => one - other))
    expect(born[0]).toBeGreaterThan(state.serving[1]!.parcels[0]!.bornUs - 1)
    expect(frame[ACTOR.item + 1]).toBe(3)
    expect(frame[ACTOR.jobs]).toBe(2)
    expect(frame[ACTOR.job]).toBe(state.serving[0]!.startedUs)
    expect(frame[ACTOR.job + 1]).toBe(state.serving[0]!.doneUs)
    const rest = frame.subarray(ACTOR.job + 2 * JOB_STRIDE, ACTOR.job + JOBS_MAX * JOB_STRIDE)
    expect(rest.every((value) => value === -1)).toBe(true)
  })

  test('tells of breakers, of retries, and of TCP', () => {
    const flapping = record(
      at('at 0s load web poisson 200/s\nat 0s timeout web 50ms\nat 0s breaker web hystrix', 11e6),
      0,
    )
    expect(flapping[ACTOR.breaker]).toBeGreaterThan(1)
    expect(record(at('', 1e6), 0)[ACTOR.breaker]).toBe(0)
    const tcp = at(
      'set sources -\nset stages line\nset senders tx\nset receivers rx\nset delay 10ms\nset transport packets\nat 0s service line line 10Mb/s',
      1e6,
    )
    const [tx, rx] = [record(tcp, 1), record(tcp, 2)]
    expect(tx[ACTOR.window]).toBeGreaterThan(10)
    expect(tx[ACTOR.succeeded]).toBeGreaterThan(10_000)
    expect(rx[ACTOR.departed]).toBeGreaterThanOrEqual(tx[ACTOR.succeeded]!)
  })
})

describe('the view', () => {
  test('says in words how a part does, what may be sent, and what is selected', () => {
    const world = at(
      'set stages api db\nat 0s load web every 10ms\nat 0s demand api request 8 replenish 4\n',
      3_000_000,
    )
    const { parts, pipes, selected, settings, summary } = projection.view(world, 'api')
    expect(parts.map(({ name, column }) => [name, column])).toEqual([
      ['web', 0],
      ['api', 1],
      ['db', 2],
    ])
    expect(parts[1]!.text).toMatch(/^\d+ wait, 1 of 1 server busy, 0 dropped$/)
    expect(parts[1]!.badges).toContain('request 8')
    expect(parts[0]!.ratePerS).toBe(100)
    expect(parts[1]!.serviceUs).toBe(50_000)
    expect(pipes[0]).toMatchObject({ from: 'web', to: 'api', grant: expect.stringMatching(/^\d+ of \d+ asked for$/) })
    expect(pipes[0]!.credit).toBeLessThanOrEqual(8)
    expect(pipes[1]!.credit).toBeNull()
    expect(selected?.name).toBe('api')
    expect(selected!.summary).toContain(parts[1]!.text)
    expect(settings.map(({ line }) => line)).toContain('demand api request 8 replenish 4')
    expect(summary).toHaveLength(1)
    for (const { name } of parts) expect(summary[0]).toContain(`${name} is `)
    expect(projection.view(world, 'nobody').selected).toBeNull()
  })

  test('without copies there is no difference; with copies each line says what the copy has of its own', () => {
    expect(projection.view(at('', 1e6), null).differences).toEqual([])
    const world = at('set variants 3\nat 0s queue api.a 20 block\nat 0s queue api.b 20 conflate\n', 1e6)
    const { variants, differences, copies, summary } = projection.view(world, null)
    expect(variants).toBe(3)
    expect(differences[0]).toContain('queue api 20 block')
    expect(differences[1]).toContain('queue api 20 conflate')
    expect(differences[2]).not.toContain('20')
    for (const line of differences) expect(line).not.toContain('load web')
    expect(copies.map((numbers) => numbers.length)).toEqual([
      COPY_NUMBERS.length,
      COPY_NUMBERS.length,
      COPY_NUMBERS.length,
    ])
    expect(summary.map((line) => line.slice(0, 3))).toEqual(['a: ', 'b: ', 'c: '])
  })

  test('a part that is down keeps what is set, and a paused one says so', () => {
    const world = at('at 0s servers api 4\nat 1s kill api\nat 1s pause web', 1_500_000)
    const { parts, settings } = projection.view(world, 'api')
    expect(parts[1]).toMatchObject({ status: 'down', condition: 'down', text: expect.stringContaining('lost') })
    expect(parts[0]!.text).toContain('paused')
    expect(settings.map(({ line }) => line)).toContain('servers api 4')
  })

  test('the sections of a selected part have titles of their own, for every kind', () => {
    const world = at(BUSY, 900_000)
    for (const name of world.names) {
      const { selected } = projection.view(world, name)
      const titles = selected!.sections.map(({ title }) => title)
      expect(titles.length).toBeGreaterThan(0)
      expect(new Set(titles).size).toBe(titles.length)
      for (const { rows } of selected!.sections)
        for (const { value } of rows) expect(value).not.toMatch(/NaN|undefined|\[object/)
    }
  })
})

describe('the history', () => {
  const sheet = (world: World) => projection.sheets!(world, null).find(({ id }) => id === 'history')!
  const history = (world: World) => readHistory(sheet(world).write() as ArrayBuffer)

  test('comes through the sheet as it was sampled, and travels when a sample was added', () => {
    const world = at(BUSY, 2_950_000)
    const memory = world.meterMemory('history') as HistoryMemory
    const read = history(world)
    expect([read.samples, read.parts]).toEqual([memory.rows.length, world.names.length])
    const rows = [...memory.rows]
    for (let sample = 0; sample < read.samples; sample++) {
      const cells = world.names.flatMap((_, part) => HISTORY_COLUMNS.map((column) => read.value(sample, part, column)))
      expect([read.timeUs(sample), ...cells]).toEqual(rows[sample])
    }
    expect(sheet(world).from).toEqual([memory.rows])
    expect(readHistory(null).samples).toBe(0)
  })

  test('rates are differences of counters: what arrived in all samples is what arrived', () => {
    const world = at('at 0s load web poisson 40/s', 10_000_000)
    const read = history(world)
    expect(read.samples).toBeGreaterThanOrEqual(95)
    let arrived = 0
    let before = 0
    for (let sample = 0; sample < read.samples; sample++) {
      arrived += (read.value(sample, 1, 'arrivedPerS') * (read.timeUs(sample) - before)) / 1e6
      before = read.timeUs(sample)
      expect(read.value(sample, 1, 'utilisation')).toBeLessThanOrEqual(1.000_001)
    }
    const state = world.state(1)!
    if (state.kind !== 'stage') throw new Error('a stage was expected')
    expect(Math.abs(Math.round(arrived) - state.counts.arrived)).toBeLessThan(15)
  })

  test('a run of hours keeps at most two thousand samples, ever further apart', () => {
    const world = at('at 0s load web every 500ms\nat 0s service api constant 1ms', 900_000_000)
    const read = history(world)
    expect(read.samples).toBeLessThanOrEqual(2_000)
    expect(read.timeUs(read.samples - 1)).toBeGreaterThan(899_000_000)
  })
})
