import { expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import type { Range } from '../../../base/units.ts'
import { classroomOf, type Place, textOf } from '../../../engine/proof/classroom.test-helper.ts'
import { pick, proveLessons, proveNumbers } from '../../../engine/proof/lessons.test-helper.ts'
import { CODEL_DEFAULTS } from '../../../protocols/flow/aqm/codel.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { cv2, meanUs } from '../../../protocols/flow/queueing/distributions.ts'
import { flowLab } from '../world.ts'
import * as biggerBuffer from './bigger-buffer.ts'
import { CARDS } from './cards.ts'
import * as credits from './credits.ts'
import { meanTimeMs, measured, source, stage } from './look.ts'
import { held, inside, limitOf, served, waiting } from './look-streams.ts'
import * as ownLimit from './own-limit.ts'
import * as saturation from './saturation.ts'
import * as storm from './storm.ts'
import * as whoWaits from './who-waits.ts'

const room = classroomOf(flowLab)
const { placeOf, enter, solved, scoreOf } = room

proveLessons(room, {
  order: ['storm', 'saturation', 'bigger-buffer', 'who-waits', 'credits', 'own-limit'],
  cards: CARDS,
  answers: [
    // What is answered in time: 100 a second for all of the burst, against what came in its first second.
    ['bigger-buffer/1', 'less'],
    // Those who came last are still there.
    ['bigger-buffer/4', 'more'],
    // A busy line is a busy line.
    ['bigger-buffer/6', 'none'],
    // 1 / (111 - 95) against 1 / (100 - 95).
    ['saturation/2', 'third'],
    // Pollaczek-Khinchine: (1 + 0) / (1 + 1).
    ['saturation/3', 'half'],
    // Whitt 1989: a mean within a tenth takes 2 (1 + ρ) / (0.01 (1 - ρ)²) items, 1,200 at 50 % and 156,000 at 95 %.
    ['saturation/5', 'api.a'],
    // In an open system pauses change no number of attempts (flow.md, section 3: never in five of five runs).
    ['storm/3', 'none'],
    // 2 × 30 and 2 × 40 are below 100, 2 × 60 and 2 × 70 are not.
    ['storm/6', 'ab'],
    // No server ever rests: the policy makes nobody faster.
    ['who-waits/1', 'same'],
    // It takes what has a place: the rest stays where it was made.
    ['who-waits/3', 'web'],
    // N* = (D + Z) / D_max; 60 at 50 a second take longer than the timeout.
    ['own-limit/1', 'b'],
    // A timeout is the only sign that it knows, and comes a second late.
    ['own-limit/3', 'swings'],
    // 25 in flight at 25 a second take as long as the timeout.
    ['own-limit/4', 'c'],
    // X = min(μ, W/RTT): what is beyond μ·RTT waits.
    ['credits/2', 'queue'],
    // RFC 9113, 6.9: the window of the connection counts the bytes of all its streams.
    ['credits/3', 'starves'],
    // Nobody replaces a credit that is lost.
    ['credits/5', 'stops'],
    // Fewer than the mark wait, then one is pulled: the mark, and the one that is read.
    ['credits/6', '17'],
  ],
  lines: {
    balance: (_, choice) => `balance web ${pick(['random', 'round-robin', 'two-choices', 'least-loaded'], choice)}`,
    'breaker-hystrix': () => 'breaker web hystrix',
    'breaker-none': () => 'breaker web none',
    'budget-finagle': (_, choice) => `budget web finagle share ${pick(['10%', '50%', '100%'], choice)}`,
    'budget-none': () => 'budget web none',
    expire: (_, choice) => `expire api ${pick(['ignore', 'expired', 'hopeless'], choice)}`,
    congestion: (_, choice) => `congestion tx ${pick(['reno', 'cubic', 'bbr'], choice)}`,
    connect: (_, choice) => `connect web s${1 + (choice % 4)}`,
    disconnect: (_, choice) => `disconnect web s${1 + (choice % 4)}`,
    'manage-codel': () => 'manage line codel',
    'manage-fq-codel': () => 'manage line fq-codel',
    'manage-none': () => 'manage line none',
    'manage-pie': () => 'manage line pie',
    'manage-red': () => 'manage line red',
    'demand-request': (_, choice) => `demand api request ${pick([1, 10, 16, 200], choice)} replenish 1`,
    'demand-window': (_, choice) =>
      `demand ${pick(['quick', 'slow'], choice)} window ${pick([1_000, 16_384, 65_535, 200_000], choice >> 1)}`,
    'limit-fixed': (_, choice) => `limit web fixed ${pick([1, 15, 100], choice)}`,
    'load-users': (_, choice) => `load web users ${pick([1, 5, 30], choice)} think ${pick(['1ms', '10ms'], choice)}`,
    'order-adaptive-lifo': () => 'order api adaptive-lifo',
    'order-fifo': (name) => `order ${name(0)} fifo`,
    'order-lifo': (name) => `order ${name(0)} lifo`,
    queue: (name, choice) => `queue ${name(0)} ${pick(['5', '50', '1000', '30 drop-oldest', '20 block'], choice)}`,
    'queue-unbounded': () => 'queue api unbounded',
    refusals: (_, choice) => `refusals api ${pick(['answered', 'silent'], choice)}`,
    'retry-at-once': (_, choice) => `retry web ${1 + (choice % 4)}`,
    'retry-backoff': (_, choice) => `retry web ${1 + (choice % 4)} ${pick(['full', 'none'], choice)} base 50ms cap 1s`,
    'retry-none': () => 'retry web none',
    servers: (_, choice) => `servers s${1 + (choice % 4)} ${pick(['2', '3', '4'], choice)}`,
  },
  detours: {
    'bigger-buffer/3': [['queue api 2'], ['queue api 45', 7_000]],
    'bigger-buffer/7': [['queue line 1', 13_000]],
    'saturation/6': [['servers s1 2', 200]],
    'storm/4': [['budget web finagle share 100%', 15_000]],
    'storm/5': [['queue api 1000']],
    'own-limit/5': [['limit web fixed 2', 13_000]],
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

test('saturation: whom one asks matters, and one queue for all is the best', () => {
  const { lines, untilUs, score } = best('saturation/6')
  const looked = present(scoreOf('saturation/6', ['at 200ms balance web least-loaded'], untilUs), 'a score')
  const chosen = present(scoreOf('saturation/6', ['at 200ms balance web two-choices'], untilUs), 'a score')
  expect(score).toBeGreaterThan(looked)
  expect(looked).toBeGreaterThan(chosen)
  expect(chosen).toBeGreaterThanOrEqual(saturation.GOAL)
  // One after the other is better than chance, and not enough.
  expect(scoreOf('saturation/6', ['at 200ms balance web round-robin'], untilUs)).toBeNull()
  expect(lines.at(-1)).toContain('servers s1 4')
})

test('bigger-buffer: managed, bounded or another window, but no full buffer', () => {
  const { untilUs, score } = best('bigger-buffer/7')
  expect(score).toBeGreaterThanOrEqual(biggerBuffer.GOAL_KB)
  expect(scoreOf('bigger-buffer/7', ['at 1.6s congestion tx bbr'], untilUs)).toBeGreaterThanOrEqual(
    biggerBuffer.GOAL_KB,
  )
  expect(scoreOf('bigger-buffer/7', ['at 1.6s queue line 1000'], untilUs)).toBeNull()
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

test('credits: one fewer than the bandwidth-delay product is too few, one more is worth one less', () => {
  const { untilUs, score } = best('credits/7')
  const withCredits = (n: number) => scoreOf('credits/7', [`at 1100ms demand api request ${n} replenish 1`], untilUs)
  // 80 ms of 5 ms each.
  expect(score).toBe(credits.MOST_CREDITS - 16)
  expect(withCredits(15)).toBeNull()
  expect(withCredits(17)).toBe(score - 1)
  expect(withCredits(credits.GOAL_CREDITS + 1)).toBeNull()
})

test('own-limit: near the knee is good, far below or above is not', () => {
  const { untilUs, score } = best('own-limit/5')
  const withLimit = (limit: string) => scoreOf('own-limit/5', [`at 200ms limit web ${limit}`], untilUs)
  expect(withLimit('fixed 15')).toBeLessThan(score)
  expect(withLimit('vegas')).toBeGreaterThanOrEqual(ownLimit.GOAL_ANSWERS)
  for (const poor of ['fixed 5', 'fixed 40', 'aimd min 1']) expect(withLimit(poor)).toBeNull()
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
    /** Squared coefficient of variation of its services. */
    spread(name: string) {
      const { service } = settings(name)
      return service.kind === 'time' ? cv2(service.distribution) : Number.NaN
    },
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
    meanMs: (name: string) => meanTimeMs(sim, name),
    inTime: (name: string) => source(sim, name).counts.succeeded,
    places: (name: string) => settings(name).buffer.capacity,
    /** How many a stage asks for at first. */
    prefetch(name: string) {
      const { demand } = settings(name)
      return demand.kind === 'request' ? demand.prefetch : Number.NaN
    },
    mark(name: string) {
      const { demand } = settings(name)
      return demand.kind === 'whatwg' ? demand.highWaterMark : Number.NaN
    },
    settings,
  }
}

/** A step without any act of a learner, at an instant. */
function factsAt(name: string, atS: number) {
  const desk = enter(placeOf(name))
  desk.timeline.advance(atS * SECOND_US, Number.POSITIVE_INFINITY)
  return facts(desk)
}

/** The first second after the beginning in which `name` is answered nothing in time. */
function helpless(place: string, name: string): number {
  const seconds = Array.from({ length: 8 }, (_, second) => second + 2)
  const inTime = (second: number) => factsAt(place, second).inTime(name)
  return present(
    seconds.find((second) => inTime(second) === inTime(second + 1)),
    'a second without help',
  )
}

/** A step after its solution, and at its entry. */
function told(place: Place<FlowProtocol>) {
  const desk = solved(place)
  const { act, setting } = textOf(desk)
  /** Of each pipe, one way. */
  const delayMs = (setting('delay') as Range).low / 1_000
  return { ...facts(desk), atEntry: facts(enter(place)), nowS: desk.sim.now / SECOND_US, act, delayMs }
}

const COPIES = ['a', 'b', 'c', 'd'] as const
const toTens = (value: number): number => 10 * Math.round(value / 10)
/** M/M/1, in ms. */
const meanOf = (capacity: number, rate: number): number => 1_000 / (capacity - rate)
const freeAndMean = (capacity: number, rate: number) => [capacity - rate, meanOf(capacity, rate)]

proveNumbers(room, told, {
  'bigger-buffer/0': [
    ['do 100 a second, 70 come', (run) => [run.capacity('api'), run.rate('web')]],
    ['waits 1 s', (run) => run.timeoutS('web')],
    ['From 2 s to 5 s', (run) => [run.act('load-poisson', 1), run.act('load-poisson', 3)]],
    ['brings 200', () => factsAt('bigger-buffer/0', 3).rate('web')],
    ['are 50 places', (run) => run.places('api')],
  ],
  'bigger-buffer/1': [
    ['1000 places', (run) => run.places('api.b')],
    ['keeps its 50', (run) => run.places('api.a')],
    ['at 10 s', (run) => Math.floor(run.nowS)],
    ['797 against 331', () => ['web.a', 'web.b'].map(factsAt('bigger-buffer/1', 10).inTime)],
    ['From 4 s on', () => helpless('bigger-buffer/1', 'web.b')],
  ],
  'bigger-buffer/2': [
    ['do 100 a second', (run) => run.capacity('api.a')],
    ['waits 1 s', (run) => run.timeoutS('web.a')],
    ['100 places', (run) => run.capacity('api.a') * run.timeoutS('web.a')],
  ],
  'bigger-buffer/3': [
    ['waits 0.5 s', (run) => run.timeoutS('web')],
    ['queue 100 places', (run) => run.atEntry.places('api')],
    ['at 2 s', (run) => run.act('load-poisson', 1)],
    ['at 8 s at least 600', (run) => [Math.floor(run.nowS), biggerBuffer.EARLY_GOAL]],
  ],
  'bigger-buffer/4': [
    ['patience of 1 s', (run) => run.timeoutS('web.a')],
    ['at 10 s', (run) => Math.floor(run.nowS)],
    ['785 against 331', () => ['web.b', 'web.a'].map(factsAt('bigger-buffer/4', 10).inTime)],
  ],
  'bigger-buffer/5': [
    [
      '2 Mb/s',
      (run) => {
        const { service } = run.settings('line')
        return service.kind === 'bytes' ? service.bitsPerSecond / 1e6 : Number.NaN
      },
    ],
    ['holds 300', (run) => run.places('line')],
    ['At 2 s', (run) => run.act('offer-endless')],
  ],
  'bigger-buffer/6': [
    ['the same 300', (run) => run.places('line.b')],
    ['above 5 ms for 100 ms', () => [CODEL_DEFAULTS.targetUs / 1_000, CODEL_DEFAULTS.intervalUs / 1_000]],
    [
      'less than 100 ms instead of more than 1000',
      (run) => [
        run.measure('latency-p50.b') < biggerBuffer.GOOD_MS ? biggerBuffer.GOOD_MS : Number.NaN,
        run.measure('latency-p50') > biggerBuffer.BAD_MS ? biggerBuffer.BAD_MS : Number.NaN,
      ],
    ],
    ['until 12 s', (run) => Math.floor(run.nowS)],
    ['when 300 packets', (run) => run.places('line.a')],
  ],
  'bigger-buffer/7': [
    ['with 300 places', (run) => run.atEntry.places('line')],
    ['At 14 s', () => biggerBuffer.CHALLENGE_US / SECOND_US],
    ['less than 100 ms', () => biggerBuffer.GOOD_MS],
    ['2000 kB', () => biggerBuffer.GOAL_KB],
  ],
  'credits/0': [
    ['do 400 a', (run) => run.capacity('api')],
    ['is 25 ms', (run) => run.delayMs],
  ],
  'credits/1': [
    ['asks for 10', (run) => run.prefetch('api')],
    ['one: 10 credits', (run) => run.prefetch('api')],
    ['takes 50 ms', (run) => 2 * run.delayMs],
    ['could do 400', (run) => run.capacity('api')],
    ['200: every', (run) => run.measure('throughput')],
    ['in 50 ms', (run) => 2 * run.delayMs],
    ['so 10 of them give 10 / 0.05 s', (run) => [run.prefetch('api'), run.prefetch('api'), run.delayMs / 500]],
  ],
  'credits/2': [
    ['10 credits, 20 and 40', (run) => ['api.a', 'api.b', 'api.c'].map(run.prefetch)],
    ['do 40 credits', (run) => run.prefetch('api.c')],
    [
      '400 a second times 0.05 s are 20',
      (run) => [run.measure('throughput.c'), run.delayMs / 500, run.prefetch('api.b')],
    ],
    ['api.c: 20, or 50 ms', (run) => [waiting(run.sim, 'api.c'), served(run.sim, 'api.c').waitedMs]],
  ],
  'credits/3': [
    // A name.
    ['HTTP/2', () => 2],
    ['bytes: 65535', () => credits.CONNECTION_BYTES],
    ['100 items of 1000 bytes', (run) => [run.rate('web'), source(run.sim, 'web').durable.settings.sizeBytes]],
    ['65 items', (run) => waiting(run.sim, 'slow')],
  ],
  'credits/4': [['200 served', () => credits.SERVED_AGAIN]],
  'credits/5': [
    ['from 1 s on', (run) => run.act('link')],
    ['loses 2 %', (run) => Math.max(...run.sim.network.links.map(({ lossPermille }) => lossPermille)) / 10],
    ['asked for 10', (run) => run.prefetch('api')],
    [
      '10, 9, 8, and soon 0',
      (run) => [...[0, 1, 2].map((gone) => run.prefetch('api') - gone), run.measure('throughput')],
    ],
  ],
  'credits/6': [
    ['With mark 1,', (run) => run.mark('api.a')],
    ['with mark 4', (run) => run.mark('api.b')],
    ['with mark 16', (run) => run.mark('api.c')],
    ['17: the', (run) => source(run.sim, 'web.c').inFlight],
  ],
  'credits/7': [
    ['is 40 ms', (run) => run.delayMs],
    ['needs 5 ms', (run) => run.serviceMs('api')],
    ['asks for 100', (run) => run.atEntry.prefetch('api')],
    ['for 2 s', () => credits.FULL_FOR_US / SECOND_US],
    ['at most 20', () => credits.GOAL_CREDITS],
  ],
  'own-limit/0': [
    ['80 requests', (run) => run.rate('web')],
    ['of 100 ms can do 50', (run) => [run.serviceMs('api'), run.capacity('api')]],
    ['for 1 s', (run) => run.timeoutS('web')],
  ],
  'own-limit/1': [
    ['5 in a, 15 in b, 60 in c', (run) => ['a', 'b', 'c'].map((copy) => limitOf(run.sim, `web.${copy}`))],
    ['15. With 5', (run) => [limitOf(run.sim, 'web.b'), limitOf(run.sim, 'web.a')]],
    [
      '5 in 0.3 s are not even 17',
      (run) => {
        const tripS = (run.serviceMs('api.a') + 2 * run.delayMs) / 1_000
        return [limitOf(run.sim, 'web.a'), tripS, Math.ceil(limitOf(run.sim, 'web.a') / tripS)]
      },
    ],
    [
      'With 60 they never rest, but 60 at 50 a second take 1.2 s',
      (run) => {
        const [limit, capacity] = [limitOf(run.sim, 'web.c'), run.capacity('api.c')] as const
        return [limit, limit, capacity, limit / capacity]
      },
    ],
  ],
  'own-limit/2': [
    ['D = 0.1 s', (run) => run.serviceMs('api') / 1_000],
    ['Z = 0.2 s', (run) => run.delayMs / 500],
    ['D_max = 0.02 s', (run) => 1 / run.capacity('api')],
    ['D_max = 15', (run) => Math.round(ownLimit.kneeOf(run.sim))],
  ],
  'own-limit/3': [
    ['after 1 s', (run) => run.timeoutS('web.a')],
    ['beyond 70', (run) => 10 * Math.floor(limitOf(run.sim, 'web.a') / 10)],
    [
      'between 20 and 30 after 8 s',
      (run) => {
        const found = ['web.b', 'web.c'].map((name) => limitOf(run.sim, name))
        const tens = [Math.floor(Math.min(...found) / 10), Math.ceil(Math.max(...found) / 10)]
        return [...tens.map((ten) => 10 * ten), Math.floor(run.nowS)]
      },
    ],
    ['with 3 for', (run) => limitOf(run.atEntry.sim, 'web.d')],
  ],
  'own-limit/4': [
    ['At 10 s', (run) => run.act('pace')],
    ['now 25 a', (run) => (run.capacity('api.a') * run.paceP('api.a')) / 100],
    [
      'knee at 10',
      (run) => {
        const workMs = (100 * run.serviceMs('api.a')) / run.paceP('api.a')
        return (workMs + 2 * run.delayMs) / (workMs / run.settings('api.a').servers)
      },
    ],
    [
      'with 25 in flight for 25',
      (run) => [limitOf(run.sim, 'web.c'), (run.capacity('api.c') * run.paceP('api.c')) / 100],
    ],
  ],
  'own-limit/5': [
    ['at 6 s', (run) => run.act('pace')],
    ['300 answers', () => ownLimit.GOAL_ANSWERS],
    ['by 12 s', () => ownLimit.END_US / SECOND_US],
  ],
  'saturation/0': [
    ['needs 10 ms', (run) => run.serviceMs('api.a')],
    ['100 a second', (run) => run.capacity('api.a')],
    ['50, 80 and 90 a second', (run) => ['web.a', 'web.b', 'web.c'].map(run.rate)],
    ['until 10 s', (run) => Math.floor(run.nowS)],
  ],
  'saturation/1': [
    [
      'At 50 a second the mean time was about 20 ms, at 80 about 50, at 90 about 90',
      (run) => ['a', 'b', 'c'].flatMap((copy) => [run.rate(`web.${copy}`), toTens(run.meanMs(`api.${copy}`))]),
    ],
    ['10 ms are work', (run) => run.serviceMs('api.d')],
    ['95 a second, and', (run) => run.rate('web.d')],
    ['5 per cent', (run) => run.capacity('api.d') - run.rate('web.d')],
    ['at 95 a second, in the first 10 s', (run) => [run.rate('web.d'), Math.floor(run.nowS)]],
    ['W = 1 /', () => 1],
    [
      '10 a second make 100 ms, 5 make 200 ms',
      (run) => ['c', 'd'].flatMap((copy) => freeAndMean(run.capacity(`api.${copy}`), run.rate(`web.${copy}`))),
    ],
  ],
  'saturation/2': [
    ['95 a second', (run) => run.rate('web.a')],
    ['needs 10 ms', (run) => run.serviceMs('api.a')],
    ['quicker: 9 ms', (run) => run.serviceMs('api.b')],
    [
      '111 a second, so 16 are free instead of 5',
      (run) => {
        const [slow, quick] = [run.capacity('api.a'), run.capacity('api.b')] as const
        return [quick, quick - run.rate('web.b'), slow - run.rate('web.a')]
      },
    ],
  ],
  'saturation/3': [
    ['80 a second', (run) => run.rate('web.a')],
    ['service of 10 ms', (run) => run.serviceMs('api.a')],
    ['takes exactly 10 ms', (run) => run.serviceMs('api.b')],
    ['is 4 times', (run) => Math.round(run.spread('api.c') / run.spread('api.a'))],
    ['with 1 + cv²', () => 1],
    ['wait 2.5 times', (run) => (1 + Math.round(run.spread('api.c'))) / (1 + run.spread('api.a'))],
  ],
  'saturation/4': [
    ['500 a second, 1 ms each', (run) => [run.rate('web'), run.serviceMs('api')]],
    ['time is 2 ms', (run) => Math.round(run.meanMs('api'))],
    ['do 99 of 100', () => [99, 100]],
    ['at 3 s', (run) => Math.floor(run.nowS)],
    [
      'p99 = 4.6 W, here 9.2 ms',
      (run) => {
        const times = Number(Math.log(100).toFixed(1))
        return [times, times * meanOf(run.capacity('api'), run.rate('web'))]
      },
    ],
    ['less than 1.4 ms', (run) => Number((Math.log(2) * meanOf(run.capacity('api'), run.rate('web'))).toFixed(1))],
  ],
  'saturation/5': [
    ['at 50 and at 95 per cent', (run) => [run.rate('web.a'), run.rate('web.b')]],
    [
      'more than 1200 requests at 25 s',
      (run) => [
        stage(run.sim, 'api.a').counts.departed > 1_200 ? 1_200 : Number.NaN,
        Math.floor(saturation.TOLD_US / SECOND_US),
      ],
    ],
    ['At 95 per cent', (run) => run.rate('web.b')],
    ['at 50 per cent', (run) => run.rate('web.a')],
  ],
  'saturation/6': [
    [
      '160 a second for four servers of 20 ms: 80 per cent',
      (run) => {
        const { rate, serviceMs, capacity } = run.atEntry
        return [rate('web'), serviceMs('s1'), (100 * rate('web')) / (4 * capacity('s1'))]
      },
    ],
    ['waits 100 ms', (run) => 1_000 * run.timeoutS('web')],
    ['At 12 s, 900 of 1000', () => [saturation.CHALLENGE_US / SECOND_US, saturation.GOAL, 1_000]],
  ],
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
    ['30, 40, 60 and 70', (run) => COPIES.map((copy) => run.rate(`web.${copy}`))],
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
