import { expect, test } from 'vitest'
import { type Counters, NO_COUNTERS } from './messages.ts'
import { FIRST_PLAN, type RealPlan } from './plan.ts'
import { closedOf, type Known, knownOf, snapshotOf } from './snapshot.ts'

const RUN = { elapsedMs: 1_000, held: false, limit: null, running: true }
const FLOOD: RealPlan = { ...FIRST_PLAN, joint: { primitive: 'flood' }, payloadBytes: 100 }

const one = (counters: Partial<Counters>, alive = true): Known => ({
  alive,
  counters: { ...NO_COUNTERS, ...counters },
  advanced: false,
  silentMs: 0,
})
/** 100 made; 40 reached the stage, which works on the 11th; 10 went on, and the consumer is done with 8 of them. */
const PRODUCER = one({ sent: 100 })
const STAGE = one({ received: 40, begun: 11, done: 10, sent: 10 })
const CONSUMER = one({ received: 9, begun: 9, done: 8 })

test('every item is somewhere: in a pipe, in a worker, or done', () => {
  const shot = snapshotOf(FLOOD, [PRODUCER, STAGE, CONSUMER], RUN)
  expect(shot.pipes.map(({ inFlight }) => inFlight)).toEqual([60, 1])
  expect(shot.pipes.map(({ ahead }) => ahead)).toEqual([89, 1])
  expect(shot.parts.map(({ inside }) => inside)).toEqual([0, 30, 1])
  expect(60 + 1 + 30 + 1 + 8).toBe(100)
  expect(shot).toMatchObject({ open: 92, bytes: 9_200 })
})

test('what stands before a killed worker and in it is lost', () => {
  const shot = snapshotOf(FLOOD, [PRODUCER, { ...STAGE, alive: false }, CONSUMER], RUN)
  expect(shot.pipes[0]).toMatchObject({ lost: 60, inFlight: 0, ahead: 0 })
  // The consumer still works: what is before it may come.
  expect(shot.pipes[1]).toMatchObject({ lost: 0, inFlight: 1 })
  expect(closedOf(shot)).toBe(60 + 30 + 8)
  expect(shot.open).toBe(2)
})

test('what a killed worker has left behind comes until the next one runs dry', () => {
  const dry = one({ received: 9, begun: 9, done: 9 })
  const shot = snapshotOf(FLOOD, [PRODUCER, { ...STAGE, alive: false }, dry], RUN)
  expect(shot.pipes[1]).toMatchObject({ lost: 1, inFlight: 0, ahead: 0 })
})

test('what an operator gives up is closed, and nobody is ahead by it', () => {
  const lossy = one({ received: 100, begun: 11, done: 10, dropped: 89, sent: 10 })
  const shot = snapshotOf(FLOOD, [PRODUCER, lossy, CONSUMER], RUN)
  expect(shot.pipes[0]).toMatchObject({ inFlight: 0, ahead: 0 })
  expect(shot.parts[1]).toMatchObject({ inside: 1, dropped: 89 })
  expect(closedOf(shot)).toBe(89 + 8)
})

test('what has come out of a pipe was sent: a late count is mended by those behind', () => {
  const late = one({ sent: 5 })
  // Killed before it could say what it did last: the consumer has more of it than it told.
  const killed = one({ received: 20, begun: 4, done: 3, sent: 3 }, false)
  const shot = snapshotOf(FLOOD, [late, killed, CONSUMER], RUN)
  expect(shot.parts[1]).toMatchObject({ received: 20, begun: 9, done: 9, sent: 9, inside: 11 })
  expect(shot.parts[0]).toMatchObject({ sent: 20 })
  expect(shot.pipes.map(({ inFlight, lost }) => [inFlight, lost])).toEqual([
    [0, 0],
    [0, 0],
  ])
  expect(shot.open).toBe(20 - 11 - 8)
})

test.each<[string, Partial<Counters>, Partial<Known>, string]>([
  ['works on an item', { received: 2, begun: 2, done: 1, sent: 1 }, {}, 'busy'],
  ['has worked since it was asked last', { received: 2, begun: 2, done: 2, sent: 2 }, { advanced: true }, 'busy'],
  ['has nothing to do', { received: 2, begun: 2, done: 2, sent: 2 }, {}, 'idle'],
  ['holds an item that is not taken', { received: 2, begun: 2, done: 2, sent: 1 }, { advanced: true }, 'blocked'],
  ['does not answer', { received: 2, begun: 2, done: 1, sent: 1 }, { silentMs: 900 }, 'silent'],
  ['is killed', {}, { alive: false, silentMs: 900 }, 'dead'],
])('a stage that %s', (_, counters, known, condition) => {
  const shot = snapshotOf(FLOOD, [PRODUCER, { ...one(counters), ...known }, one({})], RUN)
  expect(shot.parts[1]!.condition).toBe(condition)
})

test('a producer is held back when its pipe is full, and says when a person or a limit stops it', () => {
  const streams: RealPlan = { ...FLOOD, joint: { primitive: 'readable', highWaterMark: 4 } }
  const producer = (ahead: number, run: Partial<Parameters<typeof snapshotOf>[2]> = {}) => {
    const known = [one({ sent: 10 + ahead }), one({ received: 10, begun: 10, done: 9, sent: 9 }), one({ received: 9 })]
    return snapshotOf(streams, known, { ...RUN, ...run }).parts[0]!.condition
  }
  expect(producer(4)).toBe('busy')
  expect(producer(5)).toBe('blocked')
  expect(producer(5, { held: true })).toBe('held')
  expect(producer(5, { limit: 'items' })).toBe('stopped')
  expect(producer(5, { running: false })).toBe('dead')
})

test('workers that tell late are put on one photograph with the others', () => {
  const heard = (begun: readonly (readonly [instant: number, begun: number])[], silentMs = 0, alive = true) => ({
    alive,
    silentMs,
    counts: begun.map(([instant, begun]) => ({ instant, counters: { ...NO_COUNTERS, begun } })),
  })
  const begunAt = (crew: Parameters<typeof knownOf>[0]) => knownOf(crew).map(({ counters }) => counters.begun)
  // The second has told of instant 3 only: so the first is shown as it was then.
  const late = heard([
    [2, 20],
    [3, 30],
  ])
  expect(
    begunAt([
      heard([
        [2, 200],
        [3, 300],
        [4, 400],
      ]),
      late,
    ]),
  ).toEqual([300, 30])
  // Nothing changed at instant 3: it looks like 4.
  expect(
    begunAt([
      heard([
        [2, 200],
        [4, 400],
      ]),
      late,
    ]),
  ).toEqual([400, 30])
  // Nobody waits for the silent and the dead.
  expect(begunAt([heard([[4, 400]]), heard([[1, 10]], 900), heard([[1, 10]], 0, false)])).toEqual([400, 10, 10])
  expect(begunAt([heard([]), heard([])])).toEqual([0, 0])
  expect(knownOf([late])[0]!.advanced).toBe(true)
  expect(
    knownOf([
      heard([
        [1, 30],
        [3, 30],
      ]),
    ])[0]!.advanced,
  ).toBe(false)
})
