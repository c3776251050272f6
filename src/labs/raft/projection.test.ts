import { describe, expect, test } from 'vitest'
import { runOf } from '../../engine/proof/run.test-helper.ts'
import type { RaftProtocol } from '../../protocols/raft/types.ts'
import type { Simulation } from '../../sim/simulation.ts'
import { ROLES } from './contract.ts'
import { ACTOR, LOG_WINDOW } from './frame.ts'
import { projection } from './projection.ts'
import { raftLab } from './world.ts'

/** Shows the world to `look` after every event of the experiment whose number `every` divides. */
function watch(text: string, look: (world: Simulation<RaftProtocol>) => void, every = 23): Simulation<RaftProtocol> {
  const { run, experiment } = runOf(raftLab, text)
  do if (run.sim.eventCount % every === 0) look(run.sim)
  while (run.once(experiment.until ?? 0))
  return run.sim
}

const STATUSES = ['up', 'paused', 'down']

const BUSY = [
  'set load 30/s',
  'set snapshot-threshold 12',
  'set snapshot-keep 2',
  'set loss 10%',
  'at 1s kill n1',
  'at 1.4s restart n1',
  'at 1.5s pause n2',
  'at 2s resume n2',
  'at 2.2s kill n3',
  'until 3s',
].join('\n')

function record(
  world: Simulation<RaftProtocol>,
  number: number,
): (field: Exclude<keyof typeof ACTOR, 'size'>) => number {
  const frame = new Float64Array(ACTOR.size + 2).fill(777)
  projection.actor(world, number, frame, 1, world.now)
  // It stays within its record.
  expect([frame[0], frame.at(-1)]).toEqual([777, 777])
  expect(frame.every((value) => Number.isInteger(value))).toBe(true)
  return (field) => frame[1 + ACTOR[field]]!
}

describe('the record of an actor', () => {
  test('says at every event what the state says', () => {
    watch(BUSY, (world) => {
      for (let number = 0; number < 5; number++) {
        const state = world.state(number)
        const field = record(world, number)
        expect(STATUSES[field('status')]).toBe(world.status(number))
        if (state === undefined || state.kind === 'client') continue
        const { durable } = state
        expect([field('role'), field('term'), field('commitIndex'), field('lastApplied')]).toEqual([
          ROLES.indexOf(state.kind),
          durable.term,
          state.commit,
          state.applied,
        ])
        expect([field('firstIndex'), field('lastIndex')]).toEqual([durable.log.start, durable.log.end - 1])
        expect(field('durableIndex')).toBeLessThanOrEqual(field('lastIndex'))
        expect(field('writing')).toBe(world.writing(number) ? 1 : 0)
        expect(field('votedFor')).toBe(durable.votedFor === null ? -1 : world.names.indexOf(durable.votedFor))
        if (state.kind === 'leader') expect(field('leader')).toBe(number)
        const due = field('timerDueUs')
        if (world.status(number) === 'up') expect(due).toBeGreaterThanOrEqual(world.now)
        if (world.status(number) === 'paused') expect(due).toBe(-1)
        if (due >= 0) expect(due - world.now).toBeLessThanOrEqual(field('timerSpanUs'))
      }
    })
  })

  test('shows the last terms of the log, and nothing behind its end', () => {
    watch(BUSY, (world) => {
      for (let number = 0; number < 5; number++) {
        const frame = new Float64Array(ACTOR.size)
        projection.actor(world, number, frame, 0, world.now)
        const state = world.state(number)
        const log = state === undefined || state.kind === 'client' ? world.durable(number)?.log : state.durable.log
        if (log === undefined) continue
        const start = frame[ACTOR.windowStart]!
        expect(start).toBe(Math.max(log.start, log.end - LOG_WINDOW))
        const terms = Array.from({ length: LOG_WINDOW }, (_, at) => log.at(start + at)?.term ?? -1)
        expect([...frame.slice(ACTOR.window, ACTOR.window + LOG_WINDOW)]).toEqual(terms)
      }
    })
  })

  test('of a node that is down tells what its disk keeps, and of a client only how it is', () => {
    const world = watch(BUSY, () => undefined)
    const down = record(world, 2)
    const durable = world.durable(2)!
    expect([down('status'), down('term'), down('lastIndex'), down('durableIndex')]).toEqual([
      2,
      durable.term,
      durable.log.end - 1,
      durable.log.end - 1,
    ])
    expect([down('commitIndex'), down('timerDueUs'), down('leader'), down('writing')]).toEqual([-1, -1, -1, -1])
    const client = record(world, 5)
    expect([client('status'), client('role'), client('term')]).toEqual([0, ROLES.indexOf('client'), -1])
  })
})

describe('the view', () => {
  test('lists every node and client, and the same numbers as the frame', () => {
    watch('set load 20/s\nat 1s kill n2\nuntil 2s', (world) => {
      const { nodes, clients, selected } = projection.view(world, null)
      expect([...nodes, ...clients].map(({ name }) => name)).toEqual(world.names)
      expect(selected).toBeNull()
      nodes.forEach((node, number) => {
        const field = record(world, number)
        expect(node.status).toBe(world.status(number))
        if (node.status !== 'down') {
          expect([ROLES.indexOf(node.role), node.term, node.lastIndex, node.commitIndex]).toEqual(
            (['role', 'term', 'lastIndex', 'commitIndex'] as const).map(field),
          )
        }
      })
    })
  })

  test('tells of a client what it asks, what waits, and what the last answer was', () => {
    const views: string[] = []
    const world = watch(
      'at 1s client c1 put x 1\nat 1s client c1 get x\nuntil 2s',
      (now) => {
        const [client] = projection.view(now, null).clients
        views.push(`${client!.open} +${client!.queued} ${client!.last}`)
      },
      1,
    )
    expect([...new Set(views)]).toEqual([
      'null +0 null',
      'put x 1 +0 null',
      'put x 1 +1 null',
      'get x +0 put x 1 → ok',
      'null +0 get x → 1',
    ])
    expect(world.operations.length).toBe(4)
  })

  test('marks in the table of the selected actor what its last step changed, and nothing else', () => {
    let changes = 0
    watch('set load 10/s\nat 1s kill n1\nat 1.5s restart n1\nuntil 2s', (world) => {
      for (const name of ['n1', 'n2', 'c1']) {
        const { selected } = projection.view(world, name)
        expect(selected!.name).toBe(name)
        expect(selected!.summary).toContain(name)
        const titles = selected!.sections.map(({ title }) => title)
        expect(new Set(titles).size).toBe(titles.length)
        for (const { rows } of selected!.sections) {
          for (const { value, was } of rows) {
            expect(was).not.toBe(value)
            if (was !== null) changes++
          }
        }
      }
    })
    expect(changes).toBeGreaterThan(5)
  })

  test('selects nobody who does not exist', () => {
    watch('until 0s', (world) => expect(projection.view(world, 'n99').selected).toBeNull())
  })
})
