import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { theoryOf } from '../theory.ts'
import { CARDS } from './cards.ts'
import { before, meanTimeMs, measured, rising, SECOND_US, script, source, stage, type World } from './look.ts'

/** When most of the runs have gone on for long enough. */
const END_US = 10 * SECOND_US
/** When the instruments show a percentile of the fast server. */
const PERCENTILE_US = 3 * SECOND_US
/** When a copy at half its capacity has served enough for its mean to be trusted. */
export const TOLD_US = 25.5 * SECOND_US
/** The challenge: servers that there are, when it is judged, and how many of 1,000 must be in time. */
const SERVERS = 4
export const CHALLENGE_US = 12 * SECOND_US
export const GOAL = 900

const THREE = script(
  'Half full, nearly full',
  `seed 2
set variants 3
at 0s load web.a poisson 50/s
at 0s load web.b poisson 80/s
at 0s load web.c poisson 90/s
at 0s service api exponential 10ms`,
)

const FOUR = script(
  'Ninety-five per cent',
  `seed 2
set variants 4
at 0s load web.a poisson 50/s
at 0s load web.b poisson 80/s
at 0s load web.c poisson 90/s
at 0s load web.d poisson 95/s
at 0s service api exponential 10ms`,
)

const QUICKER = script(
  'A tenth quicker',
  `seed 2
set variants 2
at 0s load web poisson 95/s
at 0s service api.a exponential 10ms
at 0s service api.b exponential 9ms`,
)

const SPREADS = script(
  'The same mean, three spreads',
  `seed 4
set variants 3
at 0s load web poisson 80/s
at 0s service api.a exponential 10ms
at 0s service api.b constant 10ms
at 0s service api.c hyper 10ms cv2 4`,
)

const TAIL = script(
  'The tail',
  `seed 6
set delay 0.01ms
at 0s load web poisson 500/s
at 0s service api exponential 1ms`,
)

const LONG = script(
  'How long is long enough?',
  `seed 2
set variants 2
at 0s load web.a poisson 50/s
at 0s load web.b poisson 95/s
at 0s service api exponential 10ms`,
)

const FARM = script(
  'Four servers, four queues',
  `seed 5
set stages s1 s2 s3 s4
set pipes web>s1 web>s2 web>s3 web>s4
at 0s load web poisson 160/s
at 0s timeout web 100ms
at 0s balance web random
at 0s service s1 exponential 20ms
at 0s service s2 exponential 20ms
at 0s service s3 exponential 20ms
at 0s service s4 exponential 20ms`,
)

const isAt = (atUs: number) => (world: World) => world.now >= atUs

/** Mean time before service, ms. */
function meanWaitMs(world: World, name: string): number {
  const { waitedUs, started } = stage(world, name).counts
  return waitedUs / Math.max(1, started) / 1_000
}

/** What the wait of constant services is of that of services that are all chance. */
function spared(world: World): string {
  const share = meanWaitMs(world, 'api.b') / meanWaitMs(world, 'api.a')
  if (share < 0.2) return 'none'
  return share < 0.75 ? 'half' : 'same'
}

/** What is left of the mean time when services are a tenth shorter. */
function left(world: World): string {
  const share = meanTimeMs(world, 'api.b') / meanTimeMs(world, 'api.a')
  if (share >= 0.75) return 'tenth'
  return share >= 0.42 ? 'half' : 'third'
}

/** Of which copies the theory panel says more than "too short to tell". */
function toldOf(world: World): string {
  const told = theoryOf(world).filter(({ verdict }) => verdict !== 'too short to tell')
  return told.map(({ part }) => part).join(' ') || 'none'
}

/** Servers that web can reach. */
function reached(world: World): number {
  const { outputs } = source(world, 'web').durable
  return outputs.reduce((sum, name) => sum + stage(world, name).durable.settings.servers, 0)
}

/** Of 1,000 requests that ended, how many were answered in time. */
function promptOf(world: World): number {
  const { succeeded, failed } = source(world, 'web').counts
  return Math.floor((1_000 * succeeded) / Math.max(1, succeeded + failed))
}

export const saturation: Lesson<FlowProtocol> = {
  ...CARDS.saturation,
  steps: [
    {
      kind: 'observe',
      title: 'Three loads',
      prose: flow(`
        One server that needs 10 ms for a request: 100 a second are its limit. Three copies are asked for 50, 80 and
        90 a second. None is overloaded, and all chance is the same. Press play, and compare their times until 10 s.
      `),
      text: THREE,
      atUs: 0.5 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'At 10 s, requests at 90/s take three times as long as at 50/s',
          test: (world) => isAt(END_US)(world) && meanTimeMs(world, 'api.c') >= 3 * meanTimeMs(world, 'api.a'),
        },
      ],
      hints: [
        before(3 * SECOND_US, 'Press play. The queue of the third copy comes and goes.'),
        otherwise('Means need many requests. Let it play to 10 s.'),
      ],
      solution: { lines: [], untilUs: 10.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Five more per cent',
      prose: flow(`
        At 50 a second the mean time was about 20 ms, at 80 about 50, at 90 about 90. Of these, 10 ms are work; the
        rest is waiting. Now a fourth copy: 95 a second, and still 5 per cent of the server are free.
      `),
      text: FOUR,
      atUs: 0.5 * SECOND_US,
      allow: [],
      question: {
        prompt: 'What is the mean time at 95 a second, in the first 10 s?',
        form: 'number',
        options: [],
        unit: 'ms',
        outcome: (world) => String(Math.round(meanTimeMs(world, 'api.d'))),
        tolerance: 50,
        explanation: flow(`
          For Poisson arrivals and exponential services W = 1 / (μ − λ): what counts is what is *free*. 10 a second make
          100 ms, 5 make 200 ms. Each halving of the free rest doubles the time.
        `),
      },
      checks: [{ kind: 'eventually', text: 'It is 10 s', test: isAt(END_US) }],
      hints: [before(SECOND_US, 'Say a number, then press play.'), otherwise('Let it play to 10 s.')],
      solution: { lines: [], untilUs: 10.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A tenth quicker',
      prose: flow(`
        The same 95 a second twice. Copy **a** needs 10 ms for each as before; in copy **b** somebody has made the code
        a tenth quicker: 9 ms.
      `),
      text: QUICKER,
      atUs: 0.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How long do requests take in b, on average?',
        options: [
          { id: 'tenth', text: 'A tenth less than in a' },
          { id: 'half', text: 'About half' },
          { id: 'third', text: 'About a third' },
        ],
        outcome: left,
        explanation: flow(`
          The server can now do 111 a second, so 16 are free instead of 5: three times as much. Near saturation small
          gains are large, and small losses, too: a tenth slower, and the queue never ends.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 10 s', test: isAt(END_US) }],
      hints: [before(SECOND_US, 'Choose, then press play.'), otherwise('Let it play to 10 s.')],
      solution: { lines: [], untilUs: 10.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'The same mean, another spread',
      prose: flow(`
        80 a second, and a mean service of 10 ms in all three copies. In **a** its length is all chance, in **b** every
        service takes exactly 10 ms, in **c** most are short and a few are very long (the variance is 4 times that of a).
      `),
      text: SPREADS,
      atUs: 0.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How long do requests wait in b, compared with a?',
        options: [
          { id: 'none', text: 'Hardly at all: nothing is irregular' },
          { id: 'half', text: 'About half as long' },
          { id: 'same', text: 'As long: the mean is the same' },
        ],
        outcome: spared,
        explanation: flow(`
          Pollaczek and Khinchine: the wait grows with 1 + cv². Constant services halve it, and those of c wait 2.5
          times as long as those of a. The other half comes from the arrivals. A mean alone says nothing.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 10 s', test: isAt(END_US) }],
      hints: [before(SECOND_US, 'Choose, then press play.'), otherwise('Let it play to 10 s.')],
      solution: { lines: [], untilUs: 10.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'One in a hundred',
      prose: flow(`
        A quick server at half of its capacity: 500 a second, 1 ms each. The mean time is 2 ms, and nobody would
        complain. But a page asks for a hundred things, and is ready when the slowest of them is.
      `),
      text: TAIL,
      atUs: 0.5 * SECOND_US,
      allow: [],
      question: {
        prompt: 'Which time do 99 of 100 requests not exceed (latency p99 at 3 s)?',
        form: 'number',
        options: [],
        unit: 'ms',
        outcome: (world) => String(Math.round(measured(world, 'latency-p99'))),
        tolerance: 2,
        explanation: flow(`
          The times of this queue are exponential: p99 = 4.6 W, here 9.2 ms. Half of the requests take less than 1.4
          ms, and the mean hides both. It is the tail that users feel.
        `),
      },
      checks: [{ kind: 'eventually', text: 'It is 3 s', test: isAt(PERCENTILE_US) }],
      hints: [missing(0, 'Say a number, then let it play to 3 s.')],
      solution: { lines: [], untilUs: 3.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Too short to tell',
      prose: flow(`
        Two copies again, at 50 and at 95 per cent. *Theory* stands beside what is measured, with its interval of
        confidence. Both will have served more than 1200 requests at 25 s. Is that enough to say whether theory is right?
      `),
      text: LONG,
      atUs: 10 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Of which copy is something said but "too short to tell"?',
        options: [
          { id: 'api.a api.b', text: 'Of both: that is a lot' },
          { id: 'api.a', text: 'Only of the one at 50 per cent' },
          { id: 'api.b', text: 'Only of the one at 95 per cent' },
          { id: 'none', text: 'Of neither' },
        ],
        outcome: toldOf,
        explanation: flow(`
          Who comes after a long queue waits long, too: neighbours tell the same story. At 95 per cent one queue lasts
          for seconds, so the run holds a handful of stories. It takes about a hundred times as many requests as at 50 per
          cent to know the mean equally well.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'Each copy has served 1,200 requests',
          test: (world) => isAt(TOLD_US)(world) && stage(world, 'api.a').counts.departed >= 1_200,
        },
      ],
      hints: [before(11 * SECOND_US, 'Choose, then press play.'), otherwise('Watch the theory beside the measures.')],
      solution: { lines: [], untilUs: 26 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Four servers, the shortest tail',
      prose: flow(`
        160 a second for four servers of 20 ms: 80 per cent. Each has a queue, and **web** takes any of them at random,
        and waits 100 ms for an answer. Keep load and servers, change the rest: the balance, the pipes, the queues. At
        12 s, 900 of 1000 requests must have been answered in time.
      `),
      text: FARM,
      atUs: 0.1 * SECOND_US,
      allow: ['balance', 'connect', 'disconnect', 'servers', 'order-fifo', 'order-lifo', 'queue'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: '900 of 1,000 were answered in time at 12 s',
          test: (world) => isAt(CHALLENGE_US)(world) && promptOf(world) >= GOAL,
        },
        { kind: 'never', text: 'web never has more than four servers', test: (world) => reached(world) > SERVERS },
      ],
      hints: [
        missing(
          1,
          'Four servers are all there are. Press Retry; who gives one stage four, takes the others away first.',
        ),
        before(SECOND_US, 'One waits while another rests: whom should web ask? Try `balance web two-choices`.'),
        before(CHALLENGE_US, 'Let it play to 12 s; what is set before the first second counts most.'),
        otherwise('Too many waited behind somebody. Press Retry, and let web look before it asks.'),
      ],
      solution: {
        lines: [
          'at 200ms disconnect web s2',
          'at 210ms disconnect web s3',
          'at 220ms disconnect web s4',
          'at 230ms servers s1 4',
        ],
        untilUs: 12.2 * SECOND_US,
      },
      score: rising(
        (world) => (isAt(CHALLENGE_US)(world) ? promptOf(world) : 0),
        'of 1,000 requests answered within 100 ms, at 12 s or later',
      ),
    },
  ],
}
