import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { VARIANTS } from '../contract.ts'
import { CARDS } from './cards.ts'
import { before, isSlow, measured, rising, SECOND_US, script, source, stage, type World } from './look.ts'

/** When the servers become slow, and for how long. */
const SLOW_US = 3 * SECOND_US
const LONG_US = 10 * SECOND_US
const SHORT_US = 5 * SECOND_US
/** When the outcome of a long and of a short trigger is read. */
const AFTER_US = 20 * SECOND_US
/** Goodput per second that counts as back: 70 come in the mean. */
const BACK_PER_S = 50
/** Below this nobody is served to speak of. */
const GONE_PER_S = 5
/** In the challenge: when counting ends, and what has to be reached. */
export const END_US = 20 * SECOND_US
export const GOAL = 900

/** 70 requests a second on ten servers of 100 ms, who give up after a second. */
const WORLD = `at 0s load web poisson 70/s
at 0s timeout web 1s
at 0s service api exponential 100ms
at 0s servers api 10
at 0s refusals api silent`

const RETRIES = 'at 0s retry web 3 immediate'

/** The servers do a third of their work for a while. */
const trigger = (lengthUs: number): string => `at 3s pace api 30%
at ${(SLOW_US + lengthUs) / SECOND_US}s pace api 100%`

const STORM = script('The storm that feeds itself', `seed 10\n${WORLD}\n${RETRIES}\n${trigger(LONG_US)}`)

const PATIENT = script(
  'The storm with growing pauses',
  `seed 10
${WORLD}
at 0s retry web 3 full base 100ms cap 10s
${trigger(LONG_US)}`,
)

const SHORTER = script('Five slow seconds', `seed 10\n${WORLD}\n${RETRIES}\n${trigger(SHORT_US)}`)

const BOUNDARY = script(
  'One retry, four loads',
  `seed 10
set variants 4
at 0s load web.a poisson 30/s
at 0s load web.b poisson 40/s
at 0s load web.c poisson 60/s
at 0s load web.d poisson 70/s
at 0s timeout web 1s
at 0s retry web 1 immediate
at 0s service api exponential 100ms
at 0s servers api 10
at 0s refusals api silent
at 1s pace api 10%
at 4s pace api 100%`,
)

const goodput = (world: World): number => measured(world, 'goodput')
const waiting = (world: World): number => measured(world, 'waiting')
const succeeded = (world: World): number => source(world, 'web').counts.succeeded
const isOver = (world: World): boolean => world.now >= SLOW_US && !isSlow(world, 'api')
const isBack = (world: World): boolean => isOver(world) && goodput(world) >= BACK_PER_S
const isGone = (perS: number): boolean => perS < GONE_PER_S

/** Which of the four loads have come back, by letter. */
function backIn(world: World): string {
  const isThere = (copy: string) => !isGone(measured(world, copy === 'a' ? 'goodput' : `goodput.${copy}`))
  return VARIANTS.filter(isThere).join('') || 'none'
}

export const storm: Lesson<FlowProtocol> = {
  ...CARDS.storm,
  steps: [
    {
      kind: 'observe',
      title: 'Slow servers',
      prose: flow(`
        **web** asks 70 times a second, and ten servers of 100 ms could do 100. Who waits 1 s gives up and asks
        again at once, 3 times at most. At 3 s the servers fall to 30 % of their pace. Press play: the queue grows,
        and nobody is answered in time.
      `),
      text: STORM,
      atUs: 2 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: '100 requests wait', test: (world) => waiting(world) >= 100 },
        {
          kind: 'eventually',
          text: 'Nobody is answered in time any more',
          test: (world) => isSlow(world, 'api') && isGone(goodput(world)),
        },
      ],
      hints: [
        before(SLOW_US, 'Press play: all is well until 3 s.'),
        missing(0, 'More comes than slow servers can do. Let it play on.'),
        missing(1, 'Whoever is served now waited nearly a second. A little more.'),
      ],
      solution: { lines: [], untilUs: 9 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Capacity returns',
      prose: flow(`
        At 13 s the servers are as quick as ever: room for 100 a second, and still only 70 come. *Goodput* is what
        counts: requests answered in time, in a second. Before the slow seconds it was all of them.
      `),
      text: STORM,
      atUs: 12.5 * SECOND_US,
      allow: [],
      question: {
        prompt: 'What is the goodput at 20 s?',
        form: 'number',
        options: [],
        unit: '/s',
        outcome: (world) => String(Math.round(goodput(world))),
        tolerance: GONE_PER_S,
        explanation:
          'It is 0, though the servers do 100 a second again. The cause is gone, and the storm feeds itself: it is metastable.',
      },
      checks: [
        { kind: 'eventually', text: 'The servers are quick again', test: isOver },
        { kind: 'eventually', text: 'It is 20 s', test: ({ now }) => now >= AFTER_US },
      ],
      hints: [missing(0, 'Say a number, then press play.'), missing(1, 'Nothing changes, and that is the point.')],
      solution: { lines: [], untilUs: 20.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Work for nobody',
      prose: flow(`
        Every server is busy, with requests that were given up long ago: the queue is longer than anybody's patience.
        Each answer comes too late, each timeout brings a retry, and each retry makes the queue longer. 70 requests a
        second, each sent as often as it may be.
      `),
      text: STORM,
      atUs: 14 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many attempts a second does web send now?',
        form: 'number',
        options: [],
        unit: '/s',
        outcome: (world) => String(Math.round(measured(world, 'offered') + measured(world, 'retries'))),
        tolerance: 40,
        explanation:
          'One and 3 retries, 70 times a second: 70 × 4 = 280 on a capacity of 100. Chance adds or takes some.',
      },
      checks: [
        {
          kind: 'eventually',
          text: '500 answers came too late',
          test: (world) => source(world, 'web').counts.late >= 500,
        },
      ],
      hints: [missing(0, 'Count the retries in the measures, and let it play.')],
      solution: { lines: [], untilUs: 19 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Wait longer and longer?',
      prose: flow(`
        The usual medicine: the pause before each retry grows and is spread by chance, from 100 ms on (exponential
        backoff with full jitter). The same slow seconds, up to 13 s, and the same 3 retries.
      `),
      text: PATIENT,
      atUs: 12.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What is the goodput at 20 s?',
        options: [
          { id: 'all', text: 'As before the slow seconds' },
          { id: 'some', text: 'About half of that' },
          { id: 'none', text: 'None, as without pauses' },
        ],
        outcome(world) {
          if (isGone(goodput(world))) return 'none'
          return goodput(world) >= BACK_PER_S ? 'all' : 'some'
        },
        explanation: flow(`
          Backoff moves a retry to a later instant, and takes none away: new requests come whatever happens to the
          old ones, and each is still sent four times. Pauses help against waves, not against a load that stays.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 20 s', test: ({ now }) => now >= AFTER_US }],
      hints: [missing(0, 'Choose, then let it play to 20 s.')],
      solution: { lines: [], untilUs: 20.2 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'A budget for retries',
      prose: flow(`
        A *retry budget* ties retries to requests: each request saves a share of one, each retry spends a whole one.
        At 10 % at most 77 attempts a second come. Give web a budget before the 5 slow seconds begin, without a
        minimum: \`budget web finagle share 10% minimum 0/s\`.
      `),
      text: SHORTER,
      atUs: 2 * SECOND_US,
      allow: ['budget-finagle', 'budget-none'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'web has a budget',
          test: (world) => source(world, 'web').durable.settings.budget.kind !== 'none',
        },
        {
          kind: 'holds-for',
          text: 'After the slow seconds the goodput is at least 50/s for two seconds',
          test: isBack,
          forUs: 2 * SECOND_US,
        },
      ],
      hints: [
        missing(0, 'Select web and set its budget, or type: `budget web finagle share 10% minimum 0/s`.'),
        {
          when: (world) => isOver(world) && world.now > 16 * SECOND_US && measured(world, 'retries') > 30,
          text: 'These are still too many retries. Go back with Retry, and take a smaller share and a minimum of 0/s.',
        },
        missing(1, 'Attempts are fewer than 100 a second now, so the queue gets shorter. Let it play.'),
      ],
      solution: { lines: ['at 2.5s budget web finagle share 10% minimum 0/s'], untilUs: 20 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'A queue shorter than patience',
      prose: flow(`
        The other end: work that nobody waits for any more should not stand in a queue. Who patiently waits 1 s is
        served in time if fewer than 100 stand before. Bound the queue of **api** well below that, before 3 s, and
        leave the retries as they are.
      `),
      text: STORM,
      atUs: 2 * SECOND_US,
      allow: ['queue', 'queue-unbounded'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'The queue of api has fewer than 100 places',
          test: (world) => stage(world, 'api').durable.settings.buffer.capacity < 100,
        },
        {
          kind: 'holds-for',
          text: 'After the slow seconds the goodput is at least 50/s for two seconds',
          test: isBack,
          forUs: 2 * SECOND_US,
        },
      ],
      hints: [
        {
          when: (world) => stage(world, 'api').durable.settings.buffer.capacity === 1_000,
          text: 'A thousand places hold ten seconds of work: far more than anybody waits.',
        },
        missing(0, 'Select api and bound its queue, or type: `queue api 50`.'),
        missing(1, 'Let it play until the servers are quick again, and a little longer.'),
      ],
      solution: { lines: ['at 2.5s queue api 50'], untilUs: 20 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Where the danger begins',
      prose: flow(`
        Four copies with only 1 retry: 30, 40, 60 and 70 requests a second, all below the capacity of 100. From 1 s
        to 4 s the servers hardly work. With R retries, a load λ can become λ (1 + R).
      `),
      text: BOUNDARY,
      atUs: 0.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Which of them come back?',
        options: [
          { id: 'abcd', text: 'All: the load is below the capacity' },
          { id: 'ab', text: '30 and 40' },
          { id: 'a', text: 'Only 30' },
          { id: 'none', text: 'None' },
        ],
        outcome: backIn,
        explanation: flow(`
          The boundary is λ (1 + R) = μ. Twice 40 is 80, and the queue is worked off; twice 60 is 120, and it grows
          for ever. Between 50 and 100 the system works until something pushes it: vulnerable, and nobody knows.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 18 s', test: ({ now }) => now >= 18 * SECOND_US }],
      hints: [
        before(4 * SECOND_US, 'Choose, then press play.'),
        otherwise('Two of the queues get shorter. Let it play.'),
      ],
      solution: { lines: [], untilUs: 18.5 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Keep serving through it',
      prose: flow(`
        The same ten slow seconds, from 3 s on. Choose whatever you like: queue, order, deadlines, budget, retries,
        breaker. Every request that is answered in time until 20 s counts, those of the slow seconds, too. 900 are
        enough; who gets beyond 1000?
      `),
      text: STORM,
      atUs: 2 * SECOND_US,
      allow: [
        'queue',
        'queue-unbounded',
        'order-fifo',
        'order-lifo',
        'order-adaptive-lifo',
        'expire',
        'refusals',
        'budget-finagle',
        'budget-none',
        'retry-none',
        'retry-at-once',
        'retry-backoff',
        'breaker-hystrix',
        'breaker-none',
      ],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: '900 requests were answered in time at 20 s',
          test: (world) => world.now >= END_US && succeeded(world) >= GOAL,
        },
      ],
      hints: [
        before(SLOW_US, 'A short queue, `order api lifo`, `expire api hopeless`: whose waiting is worth something?'),
        {
          when: ({ now }) => now < END_US,
          text: 'Let it play to 20 s, or press Retry and try something else.',
        },
        otherwise('Too few were answered in time. Press Retry, and keep the queue shorter than patience.'),
      ],
      solution: {
        lines: ['at 2.5s queue api 20', 'at 2.6s order api lifo'],
        untilUs: 20.2 * SECOND_US,
      },
      score: rising((world) => (world.now > END_US ? 0 : succeeded(world)), 'requests answered in time, until 20 s'),
    },
  ],
}
