import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { FlowProtocol } from '../../../protocols/flow/pipeline/types.ts'
import { CARDS } from './cards.ts'
import { acked, before, measured, rising, SECOND_US, script, source, stage, type World } from './look.ts'

/** When the burst of requests is over, and when its harvest is counted. */
const QUIET_US = 5 * SECOND_US
const COUNT_US = 10 * SECOND_US
/** For the client of little patience: requests answered in time at 8 s that are enough. */
const EARLY_US = 8 * SECOND_US
export const EARLY_GOAL = 600
/** When the download begins, and when it is compared with another one. */
const DOWNLOAD_US = 2 * SECOND_US
const COMPARE_US = 12 * SECOND_US
/** A call with such a delay (ms) is none; with that one it is good. */
export const BAD_MS = 1_000
export const GOOD_MS = 100
/** The challenge: kilobytes of the download until then. */
export const CHALLENGE_US = 14 * SECOND_US
export const GOAL_KB = 2_000

/** 70 a second on a capacity of 100; three seconds of 200. Who waits longer than `timeout` is gone, and does not return. */
const burst = (title: string, queues: string, { copies = 1, timeout = '1s' } = {}): string =>
  script(
    title,
    `seed 3
set variants ${copies}
at 0s load web poisson 70/s
at 0s timeout web ${timeout}
at 0s service api exponential 100ms
at 0s servers api 10
${queues}
at 2s load web poisson 200/s
at 5s load web poisson 70/s`,
  )

const FIFTY = burst('A burst, and fifty places', 'at 0s queue api 50')
const THOUSAND = burst('Fifty places or a thousand', 'at 0s queue api.a 50\nat 0s queue api.b 1000', { copies: 2 })
const IMPATIENT = burst('Half a second of patience', 'at 0s queue api 100', { timeout: '500ms' })
const TURNED = burst('First come, last come', 'at 0s order api.b lifo', { copies: 2 })

/** A line of 2 Mb/s with 300 places, a call of ten small packets a second, and a download that begins at 2 s. */
const line = (title: string, acts: string, copies = 1): string =>
  script(
    title,
    `seed 5
set variants ${copies}
set sources call
set stages phone line
set senders tx
set receivers rx
set pipes call>line tx>line line>rx line>phone
set transport packets
set delay 12ms
at 0s load call every 100ms
at 0s size call 100
at 0s class call 1
at 0s balance line by-class
at 0s service line line 2Mb/s
at 0s service phone constant 1ms
at 0s queue line 300
at 0s offer tx 0
${acts}
at 2s offer tx endless`,
  )

const BLOAT = line('A call and a download', 'at 0s congestion tx cubic')
const MANAGED = line('The same line with CoDel', 'at 0s congestion tx cubic\nat 0s manage line.b codel', 2)

const isAt = (atUs: number) => (world: World) => world.now >= atUs
const inTime = (world: World, name: string): number => source(world, name).counts.succeeded
const capacity = (world: World): number => stage(world, 'api').durable.settings.buffer.capacity
const callMs = (world: World): number => measured(world, 'latency-p50')
const kilobytes = (world: World): number => Math.floor(acked(world, 'tx') / 1_000)

/** Which copy has answered clearly more in time. */
function ahead(world: World): string {
  const ratio = inTime(world, 'web.b') / Math.max(1, inTime(world, 'web.a'))
  if (ratio > 1.2) return 'more'
  return ratio < 0.8 ? 'less' : 'same'
}

export const biggerBuffer: Lesson<FlowProtocol> = {
  ...CARDS.biggerBuffer,
  steps: [
    {
      kind: 'observe',
      title: 'Fifty places',
      prose: flow(`
        Ten servers do 100 a second, 70 come, and who waits 1 s is gone for good. From 2 s to 5 s a burst brings 200 a
        second. Behind the servers are 50 places: who finds no place is turned away. Press play, and see what is lost.
      `),
      text: FIFTY,
      atUs: 1.5 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'The queue is full', note: 'queue-full' },
        {
          kind: 'eventually',
          text: 'At 7 s all is as before',
          test: (world) => isAt(7 * SECOND_US)(world) && measured(world, 'goodput') > 50,
        },
      ],
      hints: [
        missing(0, 'Press play: the burst begins at 2 s.'),
        missing(1, 'Turned away are those for whom there is no work. Let it play to 7 s.'),
      ],
      solution: { lines: [], untilUs: 7.5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A thousand places',
      prose: flow(`
        Turning people away looks bad, so somebody gives copy **b** 1000 places. Nobody will find its queue full. The
        same requests, the same servers, the same burst; copy **a** keeps its 50.
      `),
      text: THOUSAND,
      atUs: 1.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Who has answered more requests in time at 10 s?',
        options: [
          { id: 'more', text: 'b: it turned nobody away' },
          { id: 'same', text: 'Both: the servers are the same' },
          { id: 'less', text: 'a: it turned many away' },
        ],
        outcome: ahead,
        explanation: flow(`
          797 against 331. From 4 s on whoever is served in b has waited too long, and this goes on for seconds after
          the burst: all servers work, for nobody. Who is turned away at once leaves the others their time.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 10 s', test: isAt(COUNT_US) }],
      hints: [before(QUIET_US, 'Choose, then press play.'), otherwise('The burst is over. Compare until 10 s.')],
      solution: { lines: [], untilUs: 10.2 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'How long may a queue be?',
      prose: flow(`
        A place in the queue is a promise: you will be served while you still wait. Whoever takes place K waits for K
        others, and the servers do 100 a second. The client waits 1 s, the service included.
      `),
      text: THOUSAND,
      atUs: COUNT_US,
      allow: [],
      question: {
        prompt: 'From how many places on is the last one worth nothing?',
        form: 'number',
        options: [],
        unit: 'places',
        outcome(world) {
          const { servers, service } = stage(world, 'api.a').durable.settings
          const patienceUs = source(world, 'web.a').durable.settings.timeoutUs ?? 0
          return service.kind === 'time' && service.distribution.kind === 'exponential'
            ? String(Math.round((patienceUs * servers) / service.distribution.meanUs))
            : 'unknown'
        },
        tolerance: 20,
        explanation:
          'K / μ < timeout: 100 places are a whole second, and the service comes on top. Take half, because chance makes some queues slow.',
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: COUNT_US },
    },
    {
      kind: 'do',
      title: 'Half the patience',
      prose: flow(`
        Now the client waits 0.5 s only, and somebody gave the queue 100 places. Choose a better number before the
        burst at 2 s: at 8 s at least 600 requests must have been answered in time.
      `),
      text: IMPATIENT,
      atUs: 1.5 * SECOND_US,
      allow: ['queue'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: '600 requests were answered in time at 8 s',
          test: (world) => isAt(EARLY_US)(world) && inTime(world, 'web') >= EARLY_GOAL,
        },
      ],
      hints: [
        {
          when: (world) => capacity(world) < 5,
          text: 'Hardly anybody may wait: a server rests whenever two come close together. Give it some more.',
        },
        {
          when: (world) => capacity(world) > 50,
          text: 'More than 50 places are more than half a second. Select api, or type: `queue api 25`.',
        },
        before(EARLY_US, 'Let it play to 8 s.'),
        otherwise('Still too long: the service takes its time, too. Press Retry, and take fewer places.'),
      ],
      solution: { lines: ['at 1.6s queue api 20'], untilUs: 8.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Last come, first served',
      prose: flow(`
        A queue without bound again, the same burst, and a patience of 1 s. Copy **a** serves whoever came first. Copy
        **b** serves whoever came *last*, and lets the others wait. Both do the same work in the same time.
      `),
      text: TURNED,
      atUs: 1.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Who has answered more requests in time at 10 s?',
        options: [
          { id: 'less', text: 'a: who waited is served' },
          { id: 'same', text: 'Both: the same work' },
          { id: 'more', text: 'b: unjust, and useful' },
        ],
        outcome: ahead,
        explanation: flow(`
          785 against 331. Work and length are the same in both, but b gives it to those who are still there. Who is
          at the far end was lost anyway. It is unjust to a few; first come first served was unjust to all.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 10 s', test: isAt(COUNT_US) }],
      hints: [before(QUIET_US, 'Choose, then press play.'), otherwise('The burst is over. Compare until 10 s.')],
      solution: { lines: [], untilUs: 10.2 * SECOND_US },
    },
    {
      kind: 'observe',
      title: 'A call and a download',
      prose: flow(`
        The same in a network. A **call** sends ten small packets a second over a line of 2 Mb/s whose router holds
        300. At 2 s a TCP download begins. It sends more until something is lost, and nothing is lost before the buffer
        is full. Watch the latency of the call.
      `),
      text: BLOAT,
      atUs: 1.5 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: '250 packets wait', test: (world) => measured(world, 'waiting') >= 250 },
        {
          kind: 'eventually',
          text: 'The call takes a second and more',
          test: (world) => isAt(DOWNLOAD_US)(world) && callMs(world) > BAD_MS,
        },
      ],
      hints: [
        before(DOWNLOAD_US, 'Press play: the download begins at 2 s.'),
        missing(0, 'The window grows. Let it play.'),
        missing(1, 'Each packet of the call waits behind all of these. A little more.'),
      ],
      solution: { lines: [], untilUs: 6 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Drop early',
      prose: flow(`
        Copy **b** has the same 300 places, but its router drops a packet whenever the wait was above 5 ms for 100 ms
        (*CoDel*). TCP hears of it and slows down. The call is saved: less than 100 ms instead of more than 1000.
      `),
      text: MANAGED,
      atUs: 1.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does this cost the download, until 12 s?',
        options: [
          { id: 'lot', text: 'A lot: it gets half and less' },
          { id: 'some', text: 'Something: a queue keeps the line busy' },
          { id: 'none', text: 'Nothing: it gets as much and more' },
        ],
        outcome(world) {
          const ratio = acked(world, 'tx.b') / Math.max(1, acked(world, 'tx.a'))
          if (ratio < 0.6) return 'lot'
          return ratio < 0.95 ? 'some' : 'none'
        },
        explanation: flow(`
          The line is busy either way. A full buffer adds delay, not speed; and when 300 packets overflow, many are
          lost at once and must be sent again. A buffer is for bursts, not for keeping.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 12 s', test: isAt(COMPARE_US) }],
      hints: [before(DOWNLOAD_US, 'Choose, then press play.'), otherwise('Compare the two until 12 s.')],
      solution: { lines: [], untilUs: 12.2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Both at once',
      prose: flow(`
        The call and the download on one line, with 300 places. At 14 s the call must take less than 100 ms, and the
        download have brought 2000 kB: as much as you can. Change the queue, who manages it, or who finds TCP's window.
      `),
      text: BLOAT,
      atUs: 1.5 * SECOND_US,
      allow: ['queue', 'manage-none', 'manage-codel', 'manage-fq-codel', 'manage-pie', 'manage-red', 'congestion'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'At 14 s the call takes less than 100 ms, and 2,000 kB have come',
          test: (world) => isAt(CHALLENGE_US)(world) && callMs(world) < GOOD_MS && kilobytes(world) >= GOAL_KB,
        },
      ],
      hints: [
        before(
          DOWNLOAD_US,
          'Before 2 s is the best moment: try `manage line codel`, `queue line 20`, `congestion tx bbr`.',
        ),
        before(CHALLENGE_US, 'Let it play to 14 s, with an eye on the latency.'),
        {
          when: (world) => callMs(world) >= GOOD_MS,
          text: 'The call still waits behind the download. Press Retry, and keep the queue short.',
        },
        otherwise('The call is good, but the download got too little. Press Retry with some more room.'),
      ],
      solution: { lines: ['at 1.6s manage line codel'], untilUs: 14.2 * SECOND_US },
      score: rising(
        (world) => (world.now <= CHALLENGE_US && callMs(world) < GOOD_MS ? kilobytes(world) : 0),
        'kB of the download by 14 s, while the call takes less than 100 ms',
      ),
    },
  ],
}
