import { expect, test } from 'vitest'
import { type Counters, NO_COUNTERS } from './messages.ts'
import { FIRST_PLAN, type RealPlan } from './plan.ts'
import { closedOf, type Known, snapshotOf } from './snapshot.ts'

const RUN = { elapsedMs: 1_000, held: false, limit: null, running: true }
const FLOOD: RealPlan = { ...FIRST_PLAN, joint: { primitive: 'flood' }, payloadBytes: 100 }

const one = (counters: Partial<Counters>, alive = true): Known => ({
  alive,
  counters: { ...NO_COUNTERS, ...counters },
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

test('workers that count at different instants never have less than nothing between them', () => {
  const late = one({ sent: 5 })
  const shot = snapshotOf(FLOOD, [late, STAGE, CONSUMER], RUN)
  expect(shot.pipes[0]).toMatchObject({ inFlight: 0, ahead: 0 })
  expect(shot.open).toBe(0)
})
