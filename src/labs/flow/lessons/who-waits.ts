import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { CARDS } from './cards.ts'
import { before, SECOND_US, script, source, stage, type World } from './look.ts'
import { departed, held, inside, lost, served, waiting, whenever } from './look-streams.ts'

/** 50 requests a second; the server can do 25. */
const TWICE = `seed 4
at 0s load web every 20ms
at 0s service api constant 40ms
`

const FOUR = script(
  'Four full queues',
  `seed 4
set variants 4
at 0s load web every 20ms
at 0s service api constant 40ms
at 0s queue api.a 20 block
at 0s queue api.b 20 drop-newest
at 0s queue api.c 20 drop-oldest
at 0s queue api.d 20 conflate`,
)

const CHAIN = script(
  'A chain that blocks',
  `seed 4
set stages read parse write
at 0s load web every 20ms
at 0s service read constant 4ms
at 0s service parse constant 8ms
at 0s service write constant 40ms
at 0s queue read 5 block
at 0s queue parse 5 block
at 0s queue write 5 block`,
)

const BURSTS = script(
  'Bursts',
  `seed 4
at 0s load web bursty 10/s bursts 100/s for 500ms every 3s
at 0s timeout web 500ms
at 0s service api constant 40ms
at 0s queue api 100 drop-newest`,
)

const COPIES = ['a', 'b', 'c', 'd'] as const
const POLICIES = { a: 'Block', b: 'Drop the newest', c: 'Drop the oldest', d: 'Keep only the latest' } as const
const BEGIN_US = 0.5 * SECOND_US
const STEADY_US = 6 * SECOND_US
/** Then something has happened after it. */
const SHOWN_US = STEADY_US + 20_000

/** The copy that has served clearly more than the others; `same`: none has. */
function busiest(world: World): string {
  const served = COPIES.map((copy) => departed(world, `api.${copy}`))
  const most = Math.max(...served)
  return most - Math.min(...served) <= 1 ? 'same' : COPIES[served.indexOf(most)]!
}

const CHAIN_STAGES = ['read', 'parse', 'write'] as const
const inChain = (world: World): number => CHAIN_STAGES.reduce((sum, name) => sum + inside(world, name), 0)

const isClosed = (world: World): boolean => source(world, 'web').durable.settings.load.kind === 'closed'
const isBusy = (world: World): boolean => stage(world, 'api').serving.length > 0
export const CALM_US = 2 * SECOND_US

export const END_US = 12 * SECOND_US
export const GOAL_ANSWERS = 170
const answers = (world: World): number => source(world, 'web').counts.succeeded

export const whoWaits: Lesson<FlowProtocol> = {
  ...CARDS.whoWaits,
  steps: [
    {
      kind: 'observe',
      title: 'Twice too many',
      prose: flow(`
        50 requests come in a second, and the server can do 25. Nothing is refused, nothing is lost. Press play, and
        watch how old a request is when its turn comes.
      `),
      text: script('Twice too many', TWICE),
      atUs: BEGIN_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: '50 requests wait', test: (world) => waiting(world, 'api') >= 50 },
        {
          kind: 'eventually',
          text: 'A request has waited 2 s when its turn comes',
          test: (world) => served(world, 'api').waitedMs >= 2_000,
        },
      ],
      hints: [missing(0, 'Press play: every second 25 more wait.'), missing(1, 'The queue grows. Let it play.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Four full queues',
      prose: flow(`
        Now only 20 may wait. Four copies of the same world differ in what a full queue does: **a** makes the sender
        wait, **b** turns away who comes, **c** throws out who waited longest, **d** keeps nothing but the latest.
      `),
      text: FOUR,
      atUs: BEGIN_US,
      allow: [],
      question: choice({
        prompt: 'Which server does most work?',
        options: [
          ...COPIES.map((copy) => ({ id: copy, text: POLICIES[copy] })),
          { id: 'same', text: 'All do the same' },
        ],
        outcome: busiest,
        explanation: flow(`
          All do 25 a second: none of the servers ever rests. What a full queue does makes nobody faster. It decides
          who waits, and who is lost.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Six seconds have passed', test: ({ now }) => now >= STEADY_US }],
      hints: [before(STEADY_US, 'Choose, then press play and compare the four.')],
      solution: { lines: [], untilUs: SHOWN_US },
    },
    {
      kind: 'predict',
      title: 'Who is thrown out',
      prose: flow(`
        **b** and **c** lose equally many, and 20 wait in both. In **b** everybody who gets in waits for all 20 before
        him: 800 ms. In **c** who comes always gets in, and who is first in the line must leave.
      `),
      text: FOUR,
      atUs: BEGIN_US,
      allow: [],
      question: {
        prompt: 'How long has a request waited in c when its service begins?',
        form: 'number',
        options: [],
        unit: 'ms',
        outcome: (world) => String(Math.round(served(world, 'api.c').waitedMs)),
        tolerance: 50,
        explanation: flow(`
          400 ms. In every 40 ms the line moves by two: one is served, one thrown out. The same loss, half the age. In d
          it is 20 ms. For prices or positions, that is what counts.
        `),
      },
      checks: [
        {
          kind: 'eventually',
          text: 'b, c and d have lost 50 requests',
          test: (world) => ['b', 'c', 'd'].every((copy) => lost(world, `api.${copy}`) >= 50),
        },
      ],
      hints: [missing(0, 'Answer, then press play: they must fill first.')],
      solution: { lines: [], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'The one that loses nothing',
      prose: flow(`
        **a** blocks: it asks for what has a place, and not for more. It has lost nothing. But 50 still come in a second
        and 25 are served.
      `),
      text: FOUR,
      atUs: BEGIN_US,
      allow: [],
      question: choice({
        prompt: 'Where are the others?',
        options: [
          { id: 'api', text: 'In the queue of api.a' },
          { id: 'web', text: 'At the source, web.a' },
          { id: 'nowhere', text: 'Nowhere: fewer are made' },
        ],
        outcome(world) {
          if (held(world, 'web.a') > waiting(world, 'api.a')) return 'web'
          return source(world, 'web.a').counts.made < source(world, 'web.b').counts.made ? 'nowhere' : 'api'
        },
        explanation: flow(`
          At the source: after 6 s about 130 wait there, and who is served was asked for 3 s ago. Backpressure makes no
          capacity. It moves the queue to where somebody may know what to do.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Six seconds have passed', test: ({ now }) => now >= STEADY_US }],
      hints: [before(STEADY_US, 'Choose, then press play, and look at both ends of the pipe.')],
      solution: { lines: [], untilUs: SHOWN_US },
    },
    {
      kind: 'do',
      title: 'A source that can wait',
      prose: flow(`
        Blocking pays where the source can wait: a file is read when there is room. Make web such a source, users who
        ask again when they were answered: \`load web users 5 think 1ms\`. Keep the server busy for 2 s with nobody
        waiting at web.
      `),
      text: script('A source that can wait', `${TWICE}at 0s queue api 10 block`),
      atUs: BEGIN_US,
      allow: ['load-users'],
      question: null,
      checks: [
        {
          kind: 'holds-for',
          text: 'For 2 s nobody waits at web, and the server does not rest',
          test: (world) => isClosed(world) && held(world, 'web') === 0 && isBusy(world),
          forUs: CALM_US,
        },
        { kind: 'never', text: 'Nothing is lost', test: (world) => lost(world, 'api') > 0 },
      ],
      hints: [
        whenever((world) => !isClosed(world), 'web still asks by the clock. Give it users.'),
        whenever(
          (world) => held(world, 'web') > 0,
          'Some wait at web: if they do not get fewer, there are too many users.',
        ),
        whenever((world) => !isBusy(world), 'The server rests: more users, or shorter thoughts.'),
        missing(0, 'So it is. Let it play on.'),
      ],
      solution: { lines: ['at 600ms load web users 5 think 1ms'], untilUs: 5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A chain that blocks',
      prose: flow(`
        Three stages in a row; five may wait before each, and its server holds one. **write** is too slow. When its queue
        is full, parse cannot hand on; then read cannot; then web must wait.
      `),
      text: CHAIN,
      atUs: 0.1 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many requests are in the three stages when web must wait for the first time?',
        form: 'number',
        options: [],
        unit: 'requests',
        outcome: (world) => String(inChain(world)),
        tolerance: 1,
        explanation: flow(`
          18: five and one in each. A chain that blocks has a bounded memory, and a slow end slows the beginning. Without
          the bound, all would be in the last queue.
        `),
      },
      checks: [{ kind: 'eventually', text: 'A request waits at web', test: (world) => held(world, 'web') > 0 }],
      hints: [
        whenever((world) => waiting(world, 'write') < 5, 'The queue of write fills first. Let it play.'),
        whenever((world) => waiting(world, 'parse') < 5, 'Now parse cannot hand on. Let it play.'),
        missing(0, 'Only read has places now. Let it play.'),
      ],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Bursts',
      prose: flow(`
        On average the server is quick enough, but half a second in three brings 100 requests a second, and clients
        give up after 500 ms. Choose the queue (\`queue api 100 drop-newest\` stands now): 170 answers in time within the
        first 12 s. Can you get more?
      `),
      text: BURSTS,
      atUs: 0.1 * SECOND_US,
      allow: ['queue'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: '170 answers in time',
          test: (world) => world.now <= END_US && answers(world) >= GOAL_ANSWERS,
        },
      ],
      hints: [
        whenever(({ now }) => now > END_US, 'Too few. Retry, with another queue.'),
        whenever(
          (world) => source(world, 'web').counts.late > 0,
          'Answers come too late: who waits for more than 500 ms is served for nothing. A shorter queue?',
        ),
        whenever((world) => lost(world, 'api') > 0, 'Some are turned away. Whom would you rather throw out?'),
        otherwise('How many can be served in 500 ms? Nobody behind them has a chance.'),
      ],
      solution: { lines: ['at 200ms queue api 12 drop-oldest'], untilUs: END_US },
      score: {
        init: [0],
        step: (memory, world) => (world.now <= END_US && answers(world) > memory[0]! ? [answers(world)] : memory),
        text: 'answers in time',
      },
    },
  ],
}
