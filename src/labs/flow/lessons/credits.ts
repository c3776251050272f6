import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise, type Score } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { CARDS } from './cards.ts'
import { before, measured, SECOND_US, script, source, stage, type World } from './look.ts'
import { departed, held, inside, waiting, whenever } from './look-streams.ts'

/** 500 a second for a consumer of 400, 25 ms away. */
const FAR = `seed 7
set delay 25ms
at 0s load web every 2ms
at 0s service api constant 2500us
`

const THREE = script(
  'Ten, twenty, forty',
  `seed 7
set variants 3
${FAR.replace('seed 7\n', '')}at 0s demand api.a request 10 replenish 1
at 0s demand api.b request 20 replenish 1
at 0s demand api.c request 40 replenish 1`,
)

/** Two streams of one HTTP/2 connection. */
const STREAMS = script(
  'Two streams, one connection',
  `seed 8
set stages gate quick slow
set pipes web>gate gate>quick gate>slow
at 0s load web every 10ms
at 0s service gate constant 1ms
at 0s balance gate random
at 0s service quick constant 1ms
at 0s service slow constant 1s
at 0s demand quick window 65535
at 0s demand slow window 65535
at 0s queue gate 50 block`,
)

const LOST = script(
  'A lost credit',
  `seed 7
set delay 25ms
set transport packets
at 0s load web every 4ms
at 0s service api constant 2500us
at 0s demand api request 10 replenish 1
at 1s link web<>api loss 2%`,
)

const MARKS = script(
  'High-water marks',
  `seed 8
set variants 3
at 0s load web every 100ms
at 0s service api constant 30s
at 0s demand api.a whatwg 1
at 0s demand api.b whatwg 4
at 0s demand api.c whatwg 16`,
)

const SMALLEST = script(
  'The smallest window',
  `seed 7
set delay 40ms
at 0s load web every 4ms
at 0s service api constant 5ms
at 0s demand api request 100 replenish 1`,
)

const BEGIN_US = 0.1 * SECOND_US
const STEADY_US = 2 * SECOND_US
const STARVED_US = 4 * SECOND_US
const SILENT_US = 6.5 * SECOND_US

const isRestless = ({ now }: World): boolean => now < STEADY_US
const rate = (world: World, id: string): number => Math.round(measured(world, id))

export const SERVED_AGAIN = 200
/** Bytes that the connection may have on the way, whatever its streams may: RFC 9113, 6.9.2. */
export const CONNECTION_BYTES = 65_535

function windowOf(world: World, name: string): number {
  const { demand } = stage(world, name).durable.settings
  return demand.kind === 'window' ? demand.initialBytes : Number.POSITIVE_INFINITY
}

/** What has left the source for a copy and is not answered. */
const ahead = (world: World, copy: string): number => source(world, `web.${copy}`).inFlight

export const MOST_CREDITS = 100
export const GOAL_CREDITS = 20
/** 98 per cent of what the consumer can do, for so long that no queue of before is left. */
const FULL_PER_S = 196
export const FULL_FOR_US = 2 * SECOND_US

function creditsOf(world: World): number {
  const { demand } = stage(world, 'api').durable.settings
  return demand.kind === 'request' ? demand.prefetch : MOST_CREDITS
}

const isFull = (world: World): boolean => rate(world, 'throughput') >= FULL_PER_S

/** Credits that are not needed; memory: score, present credits, since when they are these and the consumer does all it can. */
const spared: Score<FlowProtocol> = {
  init: [0, MOST_CREDITS, 0],
  step([best, credits, sinceUs], world) {
    const now = creditsOf(world)
    if (now !== credits || !isFull(world)) return [best!, now, world.now]
    return [world.now - sinceUs! >= FULL_FOR_US ? Math.max(best!, MOST_CREDITS - now) : best!, now, sinceUs!]
  },
  text: 'credits of 100 saved',
}

export const credits: Lesson<FlowProtocol> = {
  ...CARDS.credits,
  steps: [
    {
      kind: 'observe',
      title: 'One at a time',
      prose: flow(`
        **api** can do 400 a second. It is 25 ms away, and it asks for one item, works, and asks for the next: demand
        travels up, items travel down. Press play, and watch the pipe, the queue at web, and how busy api is.
      `),
      text: script('One at a time', `${FAR}at 0s demand api request 1 replenish 1`),
      atUs: BEGIN_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: '500 wait at web, and api rests',
          test: (world) => held(world, 'web') >= 500 && inside(world, 'api') === 0,
        },
      ],
      hints: [missing(0, 'Press play: 500 come in a second, and 20 go.')],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Ten at a time',
      prose: flow(`
        In Reactive Streams this is \`request(n)\`. Now api asks for 10, and for one more whenever it begins one: 10
        credits go round. There and back takes 50 ms.
      `),
      text: script('Ten at a time', `${FAR}at 0s demand api request 10 replenish 1`),
      atUs: BEGIN_US,
      allow: [],
      question: {
        prompt: 'How many items a second does api get, which could do 400?',
        form: 'number',
        options: [],
        unit: '/s',
        outcome: (world) => String(rate(world, 'throughput')),
        tolerance: 20,
        explanation: flow(`
          200: every credit is used once in 50 ms, so 10 of them give 10 / 0.05 s. X = W / RTT, whatever api could do.
          Half of the time it rests.
        `),
      },
      checks: [{ kind: 'eventually', text: 'Two seconds have passed', test: (world) => !isRestless(world) }],
      hints: [whenever(isRestless, 'Answer, then press play.')],
      solution: { lines: [], untilUs: 2.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Ten, twenty, forty',
      prose: flow(`
        Three copies: 10 credits, 20 and 40. The second gives twice what the first gives: all that api can do.
      `),
      text: THREE,
      atUs: BEGIN_US,
      allow: [],
      question: choice({
        prompt: 'And what do 40 credits give?',
        options: [
          { id: 'twice', text: 'Twice as much again' },
          { id: 'quicker', text: 'As much as 20, with quicker answers' },
          { id: 'queue', text: 'As much as 20, and a queue' },
        ],
        outcome(world) {
          if (rate(world, 'throughput.c') > 1.1 * rate(world, 'throughput.b')) return 'twice'
          return waiting(world, 'api.c') > waiting(world, 'api.b') + 1 ? 'queue' : 'quicker'
        },
        explanation: flow(`
          X = min(μ, W / RTT). 400 a second times 0.05 s are 20: the bandwidth-delay product fills the pipe. Every
          credit beyond it waits in the queue of api.c: 20, or 50 ms more for everybody.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Two seconds have passed', test: (world) => !isRestless(world) }],
      hints: [whenever(isRestless, 'Choose, then press play, and compare the queues.')],
      solution: { lines: [], untilUs: 2.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Two streams, one connection',
      prose: flow(`
        HTTP/2 counts bytes: 65535 for each stream, and as many for the whole connection. **gate** sends 100 items of
        1000 bytes a second, by chance to quick or to slow. **slow** reads one a second.
      `),
      text: STREAMS,
      atUs: BEGIN_US,
      allow: [],
      question: choice({
        prompt: 'What becomes of quick?',
        options: [
          { id: 'same', text: 'It gets its half, as before' },
          { id: 'more', text: 'It gets what slow does not take' },
          { id: 'starves', text: 'It gets hardly anything' },
        ],
        outcome(world) {
          if (inside(world, 'quick') === 0 && stage(world, 'gate').isBlocked) return 'starves'
          return departed(world, 'quick') > 60 * (world.now / SECOND_US) ? 'more' : 'same'
        },
        explanation: flow(`
          Head of line: 65 items that slow has not read hold the window of the connection. That of quick is untouched,
          and quick rests. Only when slow reads one may gate send one, to either.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Four seconds have passed', test: ({ now }) => now >= STARVED_US }],
      hints: [before(STARVED_US, 'Choose, then press play, and look at quick.')],
      solution: { lines: [], untilUs: 4.5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Leave room for others',
      prose: flow(`
        Nobody can make slow read quicker. Set the window of one stream (\`demand quick window 65535\` is how) so that
        quick gets items again: 200 served in all.
      `),
      text: STREAMS,
      atUs: STARVED_US,
      allow: ['demand-window'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'quick has served 200', test: (world) => departed(world, 'quick') >= SERVED_AGAIN },
      ],
      hints: [
        whenever(
          (world) => windowOf(world, 'slow') >= CONNECTION_BYTES,
          'slow may hold all that the connection has. Give it less: `demand slow window 16384`.',
        ),
        missing(0, 'Now one stream cannot hold all. Let it play.'),
      ],
      solution: { lines: ['at 4.1s demand slow window 16384'], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A lost credit',
      prose: flow(`
        Credits are messages, too. This network carries single packets, and from 1 s on it loses 2 % of them, items and
        demands alike. api has asked for 10, and waits.
      `),
      text: LOST,
      atUs: 0.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What happens?',
        options: [
          { id: 'less', text: 'A few per cent less arrives' },
          { id: 'half', text: 'It settles somewhere lower' },
          { id: 'stops', text: 'It stops for ever' },
        ],
        outcome(world) {
          const left = rate(world, 'throughput')
          if (left === 0) return 'stops'
          return left < 180 ? 'half' : 'less'
        },
        explanation: flow(`
          What is lost takes its credit with it: 10, 9, 8, and soon 0. Then each waits for the other. So credits need a
          transport that repairs losses, TCP for instance, or somebody who asks anew.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Six seconds have passed', test: ({ now }) => now >= SILENT_US }],
      hints: [before(SILENT_US, 'Choose, then press play to the end: it takes a while.')],
      solution: { lines: [], untilUs: 6.6 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'High-water marks',
      prose: flow(`
        Streams of the web platform pull while the queue is below a mark. The consumer has just begun its first item, a
        long one. With mark 1, two items have left the source; with mark 4, five.
      `),
      text: MARKS,
      atUs: 0.05 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many with mark 16?',
        form: 'number',
        options: [],
        unit: 'items',
        outcome: (world) => String(ahead(world, 'c')),
        tolerance: 0,
        explanation: flow(`
          17: the mark, and the one in service. A mark is no promise that nothing is lost or late, but a bound: a
          producer is at most so far ahead, however slow the consumer.
        `),
      },
      checks: [{ kind: 'eventually', text: '20 were made', test: (world) => source(world, 'web.c').counts.made >= 20 }],
      hints: [missing(0, 'Answer, then press play: they have to be made first.')],
      solution: { lines: [], untilUs: 2.5 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'The smallest window',
      prose: flow(`
        Now api is 40 ms away and needs 5 ms for each. It asks for 100, and everybody waits in its queue. Find how few
        credits keep it at full speed for 2 s: at most 20 are the goal.
      `),
      text: SMALLEST,
      atUs: SECOND_US,
      allow: ['demand-request'],
      question: null,
      checks: [
        {
          kind: 'holds-for',
          text: 'At full speed for 2 s with at most 20 credits',
          test: (world) => creditsOf(world) <= GOAL_CREDITS && isFull(world),
          forUs: FULL_FOR_US,
        },
      ],
      hints: [
        whenever(
          (world) => creditsOf(world) > GOAL_CREDITS,
          'Too many go round: fewer, `demand api request 50 replenish 1`, and on.',
        ),
        whenever((world) => !isFull(world), 'api rests now: too few. What is μ times RTT?'),
        otherwise('It is enough for now. Let it play: is the queue of before gone?'),
      ],
      solution: { lines: ['at 1.1s demand api request 16 replenish 1'], untilUs: 6 * SECOND_US },
      score: spared,
    },
  ],
}
