import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { meanUs } from '../../../protocols/flow/queueing/distributions.ts'
import { CARDS } from './cards.ts'
import { before, measured, SECOND_US, script, source, stage, type World } from './look.ts'
import { limitOf, whenever } from './look-streams.ts'

/** 80 requests a second for servers of 50, 100 ms away; who is not answered in a second has gone. */
const given = (variants: number, acts: string): string => `seed 17
set variants ${variants}
set delay 100ms
at 0s load web poisson 80/s
at 0s timeout web 1s
at 0s backlog web 1
at 0s service api exponential 100ms
at 0s servers api 5
${acts}`

const FIXED = `at 0s limit web.a fixed 5
at 0s limit web.b fixed 15
at 0s limit web.c fixed 60`

const FOUND = `at 0s limit web.a aimd min 1
at 0s limit web.b vegas
at 0s limit web.c gradient2 min 1
at 0s limit web.d envoy`

const COPIES = ['a', 'b', 'c', 'd'] as const
const BEGIN_US = 0.1 * SECOND_US
const COLLAPSED_US = 5 * SECOND_US
const COMPARED_US = 8 * SECOND_US
const STUCK_US = 14 * SECOND_US

const answers = (world: World, name: string): number => source(world, name).counts.succeeded

/** The copy that this is highest of. */
function most(copies: readonly string[], of: (copy: string) => number): string {
  const values = copies.map(of)
  return copies[values.indexOf(Math.max(...values))]!
}

const goodput = (world: World, copy: string): number => measured(world, copy === 'a' ? 'goodput' : `goodput.${copy}`)

/** N* = (D + Z) / D_max: so many in flight fill the busiest place, if chance did not let them wait for each other. */
export function kneeOf(world: World): number {
  const { service, servers } = stage(world, 'api').durable.settings
  const workUs = service.kind === 'time' ? meanUs(service.distribution) : 0
  return (workUs + 2 * world.network.normal.delayUs.low) / (workUs / servers)
}

export const END_US = 12 * SECOND_US
export const GOAL_ANSWERS = 300

export const ownLimit: Lesson<FlowProtocol> = {
  ...CARDS.ownLimit,
  steps: [
    {
      kind: 'observe',
      title: 'Everybody may come in',
      prose: flow(`
        80 requests come in a second, and five servers of 100 ms can do 50. Everything is let in. Clients wait for 1 s.
        Press play: the servers never rest, and soon nobody has anything from it.
      `),
      text: script('Everybody may come in', given(1, '')),
      atUs: BEGIN_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'All servers work, and no answer comes in time',
          test: (world) => world.now >= COLLAPSED_US && measured(world, 'goodput') < 1,
        },
      ],
      hints: [missing(0, 'Press play. The wait grows until it is longer than the patience.')],
      solution: { lines: [], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A limit by hand',
      prose: flow(`
        Now the client keeps a limit of what is in flight; what does not fit fails at once. Three copies: 5 in **a**, 15
        in **b**, 60 in **c**.
      `),
      text: script('A limit by hand', given(3, FIXED)),
      atUs: BEGIN_US,
      allow: [],
      question: choice({
        prompt: 'Which one gets most answers in time?',
        options: [
          { id: 'a', text: '5: the quickest answers' },
          { id: 'b', text: '15' },
          { id: 'c', text: '60: the busiest servers' },
        ],
        outcome: (world) => most(['a', 'b', 'c'], (copy) => answers(world, `web.${copy}`)),
        explanation: flow(`
          15. With 5 the servers rest: 5 in 0.3 s are not even 17 a second. With 60 they never rest, but 60 at 50 a second
          take 1.2 s, and all have gone by then.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Eight seconds have passed', test: ({ now }) => now >= COMPARED_US }],
      hints: [before(COMPARED_US, 'Choose, then press play.')],
      solution: { lines: [], untilUs: 8.5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'The knee',
      prose: flow(`
        Below the knee, one more in flight means more answers; above, only more wait. A request needs D = 0.1 s of work and
        Z = 0.2 s on the way. The five servers together take one each D_max = 0.02 s.
      `),
      text: script('The knee', given(1, 'at 0s limit web fixed 15')),
      atUs: 2 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many in flight would keep them just busy, if nobody ever had to wait?',
        form: 'number',
        options: [],
        unit: 'requests',
        outcome: (world) => String(Math.round(kneeOf(world))),
        tolerance: 1,
        explanation: flow(`
          N* = (D + Z) / D_max = 15. It moves with every change of servers, service or distance. Who writes a number into
          a file must know all three, tomorrow as well.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Four that look for it',
      prose: flow(`
        **a** AIMD, **b** Vegas, **c** Gradient2 and **d** Envoy find a limit by themselves. Three of them watch how long
        answers take. AIMD adds one for each answer, and takes a tenth away when one fails.
      `),
      text: script('Four that look for it', given(4, FOUND)),
      atUs: BEGIN_US,
      allow: [],
      question: choice({
        prompt: 'A request that waits fails only after 1 s. What does AIMD do?',
        options: [
          { id: 'near', text: 'It settles near 15' },
          { id: 'swings', text: 'It climbs far above, and falls to the bottom' },
          { id: 'high', text: 'It stays far above' },
        ],
        outcome(world) {
          const { timedOut } = source(world, 'web.a').counts
          if (timedOut <= 20) return 'near'
          return answers(world, 'web.a') > 200 ? 'swings' : 'high'
        },
        explanation: flow(`
          It hears of the queue a second late: it climbs beyond 70, then dozens fail at once. Vegas and Gradient2 see the
          wait grow, and are between 20 and 30 after 8 s. Envoy measures with 3 for some seconds first.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Eight seconds have passed', test: ({ now }) => now >= COMPARED_US }],
      hints: [before(COMPARED_US, 'Choose, then press play, and follow the limits.')],
      solution: { lines: [], untilUs: 8.05 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Half the servers',
      prose: flow(`
        The same four. At 10 s the servers become half as quick: now 25 a second, and a knee at 10. Vegas compares with
        the shortest round trip, Gradient2 with a long average, Envoy with what it measured.
      `),
      text: script('Half the servers', given(4, `${FOUND}\nat 10s pace api 50%`)),
      atUs: 9.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Four seconds later: who gets no answer in time?',
        options: COPIES.map((copy) => ({
          id: copy,
          text: { a: 'AIMD', b: 'Vegas', c: 'Gradient2', d: 'Envoy' }[copy],
        })),
        outcome: (world) => most(COPIES, (copy) => -goodput(world, copy)),
        explanation: flow(`
          Gradient2, with 25 in flight for 25 a second: a second of wait. Slow has become normal in its average. Limits
          that find themselves find what they measure; each can be fooled.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Four seconds have passed', test: ({ now }) => now >= STUCK_US }],
      hints: [before(STUCK_US, 'Choose, then press play.')],
      solution: { lines: [], untilUs: 14.05 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Answers in time',
      prose: flow(`
        No limit stands, and at 6 s the servers become half as quick. Choose a limit, or several one after the other:
        \`limit web fixed 15\`, \`limit web vegas\`. 300 answers in time by 12 s are good.
      `),
      text: script('Answers in time', given(1, 'at 6s pace api 50%')),
      atUs: BEGIN_US,
      allow: ['limit-fixed', 'limit-aimd', 'limit-vegas', 'limit-gradient2', 'limit-envoy'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: '300 answers in time by 12 s',
          test: (world) => world.now <= END_US && answers(world, 'web') >= GOAL_ANSWERS,
        },
      ],
      hints: [
        whenever(({ now }) => now > END_US, 'Too few. Retry with another limit.'),
        whenever(
          (world) => limitOf(world, 'web') === Number.POSITIVE_INFINITY,
          'Everybody is let in. Where is the knee?',
        ),
        otherwise('Let it play, and watch answers in time: too low, and servers rest; too high, and all wait.'),
      ],
      solution: { lines: ['at 200ms limit web fixed 20', 'at 6s limit web fixed 12'], untilUs: END_US },
      score: {
        init: [0],
        step: (memory, world) =>
          world.now <= END_US && answers(world, 'web') > memory[0]! ? [answers(world, 'web')] : memory,
        text: 'answers in time',
      },
    },
  ],
}
