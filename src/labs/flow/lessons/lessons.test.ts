import { expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { classroomOf, type Place, textOf } from '../../../engine/proof/classroom.test-helper.ts'
import { pick, proveLessons, proveNumbers } from '../../../engine/proof/lessons.test-helper.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { meanUs } from '../../../protocols/flow/queueing/distributions.ts'
import { flowLab } from '../world.ts'
import { CARDS } from './cards.ts'
import { measured, source, stage } from './look.ts'
import { held, inside, served, waiting } from './look-streams.ts'
import * as storm from './storm.ts'
import * as whoWaits from './who-waits.ts'

const room = classroomOf(flowLab)
const { placeOf, enter, solved, scoreOf } = room

proveLessons(room, {
  order: ['storm', 'who-waits'],
  cards: CARDS,
  answers: [
    // In an open system pauses change no number of attempts (flow.md, section 3: never in five of five runs).
    ['storm/3', 'none'],
    // 2 × 30 and 2 × 40 are below 100, 2 × 60 and 2 × 70 are not.
    ['storm/6', 'ab'],
    // No server ever rests: the policy makes nobody faster.
    ['who-waits/1', 'same'],
    // It takes what has a place: the rest stays where it was made.
    ['who-waits/3', 'web'],
  ],
  lines: {
    'breaker-hystrix': () => 'breaker web hystrix',
    'breaker-none': () => 'breaker web none',
    'budget-finagle': (_, choice) => `budget web finagle share ${pick(['10%', '50%', '100%'], choice)}`,
    'budget-none': () => 'budget web none',
    expire: (_, choice) => `expire api ${pick(['ignore', 'expired', 'hopeless'], choice)}`,
    'load-users': (_, choice) => `load web users ${pick([1, 5, 30], choice)} think ${pick(['1ms', '10ms'], choice)}`,
    'order-adaptive-lifo': () => 'order api adaptive-lifo',
    'order-fifo': () => 'order api fifo',
    'order-lifo': () => 'order api lifo',
    queue: (_, choice) => `queue api ${pick(['5', '50', '1000', '30 drop-oldest', '20 block'], choice)}`,
    'queue-unbounded': () => 'queue api unbounded',
    refusals: (_, choice) => `refusals api ${pick(['answered', 'silent'], choice)}`,
    'retry-at-once': (_, choice) => `retry web ${1 + (choice % 4)}`,
    'retry-backoff': (_, choice) => `retry web ${1 + (choice % 4)} ${pick(['full', 'none'], choice)} base 50ms cap 1s`,
    'retry-none': () => 'retry web none',
  },
  detours: {
    'storm/4': [['budget web finagle share 100%', 15_000]],
    'storm/5': [['queue api 1000']],
    'who-waits/4': [['load web users 1 think 20ms']],
    'who-waits/6': [['queue api 3 drop-newest', 13_000]],
  },
  wanderers: 12,
})

// ---- Scores --------------------------------------------------------------------------------------------------------

/** What a challenge is solved by, to be varied. */
function best(name: string) {
  const { lines, untilUs } = placeOf(name).step.solution
  return { lines, untilUs, score: room.best(name) }
}

test('storm: who is served last come first answers more than who only bounds the queue; nothing done is not enough', () => {
  const { lines, untilUs, score } = best('storm/7')
  expect(score).toBeGreaterThan(1000)
  const bounded = present(scoreOf('storm/7', lines.slice(0, 1), untilUs), 'a score')
  expect(bounded).toBeLessThan(score)
  expect(bounded).toBeGreaterThanOrEqual(storm.GOAL)
  expect(scoreOf('storm/7', ['at 2.5s queue api 1000'], untilUs)).toBeNull()
  // What is answered later counts no more.
  expect(scoreOf('storm/7', lines, untilUs + 1_000_000)).toBe(score)
})

test('who-waits: what cannot be served in time is better turned away, and the oldest first', () => {
  const { untilUs, score } = best('who-waits/6')
  const withQueue = (queue: string) => scoreOf('who-waits/6', [`at 200ms queue api ${queue}`], untilUs)
  // 500 ms at 25 a second are 12 places.
  expect(withQueue('10 drop-newest')).toBeLessThan(score)
  expect(withQueue('10 drop-newest')).toBeGreaterThanOrEqual(whoWaits.GOAL_ANSWERS)
  for (const poor of ['100 drop-newest', '100 drop-oldest', '1 drop-newest', '20 conflate'])
    expect(withQueue(poor)).toBeNull()
})

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

const SECOND_US = 1_000_000

/** What can be measured in a world, as prose tells it. */
function facts({ sim }: ReturnType<typeof enter>) {
  const settings = (name: string) => stage(sim, name).durable.settings
  const rate = (name: string) => {
    const { load } = source(sim, name).durable.settings
    return load.kind === 'open' ? Math.round(SECOND_US / meanUs(load.between)) : Number.NaN
  }
  const serviceMs = (name: string) => {
    const { service } = settings(name)
    return service.kind === 'time' ? meanUs(service.distribution) / 1_000 : Number.NaN
  }
  return {
    sim,
    rate,
    serviceMs,
    burst: (name: string) => {
      const { load } = source(sim, name).durable.settings
      return load.kind === 'bursty' ? load.burstPerSecond : Number.NaN
    },
    /** How many a second its servers can do at full pace. */
    capacity: (name: string) => Math.round((1_000 / serviceMs(name)) * settings(name).servers),
    paceP: (name: string) => settings(name).speedPermille / 10,
    timeoutS: (name: string) => (source(sim, name).durable.settings.timeoutUs ?? Number.NaN) / SECOND_US,
    retries: (name: string) => source(sim, name).durable.settings.retry.retries,
    measure: (id: string) => Math.round(measured(sim, id)),
    settings,
  }
}

/** A step after its solution, and at its entry. */
function told(place: Place<FlowProtocol>) {
  const desk = solved(place)
  return { ...facts(desk), atEntry: facts(enter(place)), nowS: desk.sim.now / SECOND_US, act: textOf(desk).act }
}

proveNumbers(room, told, {
  'storm/0': [
    ['70 times a second', (run) => run.rate('web')],
    ['100 ms could do 100', (run) => [run.serviceMs('api'), run.capacity('api')]],
    ['waits 1 s', (run) => run.timeoutS('web')],
    ['3 times', (run) => run.retries('web')],
    ['At 3 s', (run) => run.act('pace')],
    ['30 % of', (run) => run.paceP('api')],
  ],
  'storm/1': [
    ['At 13 s', (run) => run.act('pace', 4)],
    ['room for 100', (run) => run.capacity('api')],
    ['only 70', (run) => run.rate('web')],
    ['at 20 s', (run) => Math.floor(run.nowS)],
    ['It is 0,', (run) => run.measure('goodput')],
    ['do 100 a second', (run) => run.capacity('api')],
  ],
  'storm/2': [
    ['70 requests a', (run) => run.rate('web')],
    ['and 3 retries, 70 times', (run) => [run.retries('web'), run.rate('web')]],
    [
      '70 × 4 = 280 on a capacity of 100',
      (run) => {
        const sendings = 1 + run.retries('web')
        return [run.rate('web'), sendings, run.rate('web') * sendings, run.capacity('api')]
      },
    ],
  ],
  'storm/3': [
    ['from 100 ms on', (run) => (source(run.sim, 'web').durable.settings.retry.backoff?.baseUs ?? 0) / 1000],
    ['up to 13 s', (run) => run.act('pace', 4)],
    ['same 3 retries', (run) => run.retries('web')],
    ['at 20 s', (run) => Math.floor(run.nowS)],
  ],
  'storm/4': [
    ['At 10 % at most 77', (run) => [10, run.rate('web') * 1.1]],
    ['the 5 slow seconds', (run) => run.act('pace', 4) - run.act('pace')],
  ],
  'storm/5': [
    ['waits 1 s', (run) => run.timeoutS('web')],
    ['fewer than 100', (run) => run.capacity('api') * run.timeoutS('web')],
    ['before 3 s', (run) => run.act('pace')],
  ],
  'storm/6': [
    ['only 1 retry', (run) => run.retries('web.a')],
    ['30, 40, 60 and 70', (run) => ['a', 'b', 'c', 'd'].map((copy) => run.rate(`web.${copy}`))],
    ['capacity of 100', (run) => run.capacity('api.a')],
    ['From 1 s to 4 s', (run) => [run.act('pace'), run.act('pace', 2)]],
    ['a load λ can become λ (1 + R)', () => 1],
    ['boundary is λ (1 + R)', () => 1],
    ['Twice 40 is 80', (run) => [run.rate('web.b'), 2 * run.rate('web.b')]],
    ['twice 60 is 120', (run) => [run.rate('web.c'), 2 * run.rate('web.c')]],
    ['Between 50 and 100', (run) => [run.capacity('api.a') / 2, run.capacity('api.a')]],
  ],
  'storm/7': [
    ['from 3 s on', (run) => run.act('pace')],
    ['until 20 s', () => storm.END_US / SECOND_US],
    ['900 are', () => storm.GOAL],
    ['beyond 1000', () => Math.floor(room.best('storm/7') / 1000) * 1000],
  ],
  'who-waits/0': [
    ['50 requests come', (run) => run.rate('web')],
    ['can do 25', (run) => run.capacity('api')],
  ],
  'who-waits/1': [
    ['only 20 may', (run) => run.settings('api.b').buffer.capacity],
    ['do 25 a', (run) => run.capacity('api.a')],
  ],
  'who-waits/2': [
    ['20 wait in both', (run) => waiting(run.sim, 'api.c')],
    ['all 20 before him: 800 ms', (run) => [waiting(run.sim, 'api.b'), served(run.sim, 'api.b').waitedMs]],
    ['400 ms. In', (run) => served(run.sim, 'api.c').waitedMs],
    ['every 40 ms', (run) => run.serviceMs('api.c')],
    ['it is 20 ms', (run) => served(run.sim, 'api.d').waitedMs],
  ],
  'who-waits/3': [
    ['50 still', (run) => run.rate('web.a')],
    ['and 25 are', (run) => run.capacity('api.a')],
    ['after 6 s about 130', (run) => [Math.floor(run.nowS), Math.round(held(run.sim, 'web.a') / 10) * 10]],
    ['for 3 s ago', (run) => Math.round(served(run.sim, 'api.a').ageMs / 1_000)],
  ],
  'who-waits/4': [['for 2 s', () => whoWaits.CALM_US / SECOND_US]],
  'who-waits/5': [['18: five', (run) => inside(run.sim, 'read') + inside(run.sim, 'parse') + inside(run.sim, 'write')]],
  'who-waits/6': [
    ['brings 100 requests', (run) => run.burst('web')],
    ['after 500 ms', (run) => run.timeoutS('web') * 1000],
    ['170 answers', () => whoWaits.GOAL_ANSWERS],
    ['first 12 s', () => whoWaits.END_US / SECOND_US],
  ],
})
