import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { SLOT_OF_BAR, SLOT_OF_USER } from './acknowledged.ts'
import { CARDS } from './cards.ts'
import {
  answeredWithin,
  condemning,
  cutPairs,
  isDown,
  isMaster,
  isPaused,
  masterOf,
  node,
  ownerAt,
  SECOND_US,
  suspecting,
  type World,
} from './look.ts'

/** Where the challenge ends. */
export const END_US = 16 * SECOND_US
/** In the challenge, an answer that takes longer is late. */
export const PROMPT_MS = 100

const LONG_SLEEP = `# Asleep, and replaced
lab cluster
seed 6
set cluster-node-timeout 1s
set clients 0
at 2s pause n1
at 6s resume n1
until 10s
`

const SHORT_SLEEP = `# A shorter sleep
lab cluster
seed 6
set cluster-node-timeout 1s
set clients 0
at 2s pause n1
at 2.9s resume n1
until 10s
`

const QUIET = `# Three masters, three replicas
lab cluster
seed 6
set cluster-node-timeout 2s
set clients 0
until 60s
`

const ONE_LINK = `# Only n2 cannot hear n1
lab cluster
seed 6
set cluster-node-timeout 1s
set clients 0
at 2s link n1<>n2 cut
until 10s
`

const FIVE = `# Five masters
lab cluster
seed 6
set cluster-node-timeout 1s
set masters 5
set clients 0
until 10s
`

const ASLEEP_OR_DEAD = `# Asleep or dead?
lab cluster
seed 6
set cluster-node-timeout 5s
set clients 2
set keys 12
set load 40/s
set request-timeout 300ms
at 3s pause n1
at 3.7s resume n1
at 6s pause n2
at 8s resume n2
at 10s kill n3
until 30s
`

const isReplaced = (world: World): boolean => ownerAt(world, 'n2', SLOT_OF_BAR) === 'n4'
const everFailed = (world: World): boolean =>
  ['n1', 'n2', 'n3', 'n4', 'n5', 'n6'].some((name) => condemning(world, name) > 0)

/** What the others think of n1: an option's id. */
function verdict(world: World): string {
  return condemning(world, 'n1') > 0 ? 'fail' : suspecting(world, 'n1') > 0 ? 'pfail' : 'ok'
}

/** Masters beside n1 to which its links are cut. */
const cutMasters = (world: World): number =>
  cutPairs(world).filter(([one, other]) => one === 'n1' && ['n2', 'n3'].includes(other)).length

export const suspicion: Lesson<ClusterProtocol> = {
  ...CARDS.suspicion,
  steps: [
    {
      kind: 'observe',
      title: 'Asleep, and replaced',
      prose: flow(`
        At 2 s **n1** freezes: its machine is being moved, say. It is not dead, but it does not answer. First somebody
        suspects it (**PFAIL**), then a majority of the masters agrees (**FAIL**), then its replica takes over. At 6 s
        it wakes up. Press play.
      `),
      text: LONG_SLEEP,
      atUs: 1.8 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'Somebody suspects n1', note: 'pfail' },
        { kind: 'seen', text: 'A majority agrees', note: 'fail' },
        { kind: 'eventually', text: 'n4 has its slots', test: isReplaced },
        {
          kind: 'eventually',
          text: 'n1 wakes up, and becomes the replica of n4',
          test: (world) => masterOf(world, 'n1') === 'n4',
        },
      ],
      hints: [
        missing(0, 'Nobody knows yet: a PING must stay without an answer for a node timeout.'),
        missing(1, 'Suspicion spreads with the gossip. Let it play.'),
        missing(2, 'Now n4 must be elected.'),
        missing(3, 'n1 still sleeps. Let it play to 6 s.'),
      ],
      solution: { lines: [], untilUs: 7 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A shorter sleep',
      prose: flow(`
        Every node has its own table, and its own opinion. Here the node timeout is 1 s, and n1 sleeps for 900 ms only.
        Each of the others asks it about twice in a node timeout.
      `),
      text: SHORT_SLEEP,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What do the others think of n1 when it wakes up?',
        options: [
          { id: 'ok', text: 'Nothing: nobody has noticed' },
          { id: 'pfail', text: 'Some suspect it (PFAIL)' },
          { id: 'fail', text: 'It has failed (FAIL)' },
        ],
        outcome: verdict,
        explanation: flow(`
          Suspicion needs a PING that stays without an answer for **longer** than the node timeout. A node that answers
          late has answered.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'n1 runs again',
          test: (world) => !isPaused(world, 'n1') && world.now >= 2.9 * SECOND_US,
        },
      ],
      hints: [
        { when: (world) => !isPaused(world, 'n1'), text: 'Choose, then press play.' },
        otherwise('It still sleeps. Let it play.'),
      ],
      solution: { lines: [], untilUs: 3.2 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Frighten them, no more',
      prose: flow(`
        Between suspicion and agreement there is a moment. **Pause** a master, and **resume** it when somebody suspects
        it, but before a majority agrees. The node timeout is 2 s. Tip: play to the next event, and it stops at the
        suspicion.
      `),
      text: QUIET,
      atUs: 1 * SECOND_US,
      allow: ['pause', 'resume'],
      question: null,
      checks: [
        { kind: 'seen', text: 'Somebody suspects a node', note: 'pfail' },
        { kind: 'seen', text: 'The suspicion is taken back', note: 'pfail-cleared' },
        { kind: 'never', text: 'A node fails', test: everFailed },
      ],
      hints: [
        missing(2, 'They have agreed: too long. Retry, and be quicker.'),
        {
          when: (world, _event, done) => done[0] === false && !sleeps(world),
          text: 'Type `pause n1`, or use the menu.',
        },
        missing(0, 'It sleeps, and nobody minds yet. To the next event.'),
        { when: (world) => sleeps(world), text: 'Now! Resume it before they agree.' },
        otherwise('It is awake. Give it time to answer.'),
      ],
      solution: { lines: ['at 2s pause n1', 'at 4.5s resume n1'], untilUs: 7 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Only one cannot hear',
      prose: flow(`
        At 2 s the link between **n1** and **n2** is cut. n3 and all replicas still reach both. n2 hears nothing of n1
        any more, suspects it, and says so in its gossip to everybody.
      `),
      text: ONE_LINK,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What has the cluster made of n1 at 7 s?',
        options: [
          { id: 'fail', text: 'It has failed, and n4 has replaced it' },
          { id: 'pfail', text: 'n2 suspects it, still; nothing happens' },
          { id: 'ok', text: 'n2 has been calmed by the others' },
        ],
        outcome: verdict,
        explanation: flow(`
          n3 hears n1, so one master of three has a complaint: no majority. Gossip of a third party does not take a
          suspicion back; only an answer of n1 itself does.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'Five seconds without the link have passed',
          test: (world) => world.now >= 7 * SECOND_US,
        },
      ],
      hints: [
        { when: (world) => suspecting(world, 'n1') === 0, text: 'Choose, then press play.' },
        otherwise('n2 suspects n1. What do the others make of it? Let it play to 7 s.'),
      ],
      solution: { lines: [], untilUs: 7.2 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Two links are enough',
      prose: flow(`
        Only the word of a **master** counts; replicas may suspect what they like. Of three masters two are a majority,
        and each counts its own suspicion. Make the cluster declare **n1** failed: cut two of its links, not more.
      `),
      text: QUIET,
      atUs: 1 * SECOND_US,
      allow: ['link', 'heal'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n1 has failed', test: (world) => condemning(world, 'n1') > 0 },
        { kind: 'never', text: 'More than two links are cut', test: (world) => cutPairs(world).length > 2 },
      ],
      hints: [
        missing(1, 'That is more than two. Retry, or choose better.'),
        { when: (world) => cutPairs(world).length === 0, text: 'Whose word counts? Type `link n1<>n2 cut`.' },
        { when: (world) => cutMasters(world) === 2, text: 'Two masters cannot hear it. Let it play.' },
        { when: (world) => cutPairs(world).length === 1, text: 'One is not a majority. One more, of a master.' },
        otherwise('These two are no majority of masters. `heal`, and cut n1 from n2 and n3.'),
      ],
      solution: { lines: ['at 1.5s link n1<>n2 cut', 'at 1.6s link n1<>n3 cut'], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'Why not believe the first?',
      prose: flow(`
        PFAIL is an opinion: it changes nothing for clients. FAIL is a decision, told to everybody at once: then the
        replicas act. A report counts for two node timeouts, so old fears cannot add up to a majority. Here are five
        masters.
      `),
      text: FIVE,
      atUs: 1 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many masters must suspect a node at the same time?',
        form: 'number',
        options: [],
        unit: 'masters',
        outcome: (world) => String(((node(world, 'n1')?.cluster.size ?? 0) >> 1) + 1),
        tolerance: 0,
        explanation: flow(`
          More than half of all masters with slots, the dead and the suspected included. Two sides of a cut cannot both
          have that many.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 1 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Asleep or dead?',
      prose: flow(`
        n1 will sleep for 700 ms, n2 for 2 s; at 10 s **n3** dies. Choose the node timeout: whoever only sleeps must
        keep his slots, and n3 must be replaced by 16 s. Every answer within 100 ms counts until then.
      `),
      text: ASLEEP_OR_DEAD,
      atUs: 1 * SECOND_US,
      allow: ['set-cluster-node-timeout'],
      question: null,
      checks: [
        {
          kind: 'never',
          text: 'A master that only sleeps is replaced',
          test: (world) => isMaster(world, 'n4') || isMaster(world, 'n5'),
        },
        {
          kind: 'eventually',
          text: 'n6 has the slots of n3, and it is 16 s',
          test: (world) => world.now >= END_US && ownerAt(world, 'n1', SLOT_OF_USER) === 'n6',
        },
      ],
      hints: [
        missing(0, 'Too nervous: a sleeping master was replaced. Retry with a longer timeout.'),
        {
          when: (world) => !isDown(world, 'n3'),
          text: 'Longer than the longest sleep, shorter than the 5 s of now: `set cluster-node-timeout 3s`?',
        },
        { when: (world) => ownerAt(world, 'n1', SLOT_OF_USER) === 'n3', text: 'n3 is dead, and not replaced yet.' },
        otherwise('n6 has taken over. Is it in time? Let it play to 16 s.'),
      ],
      solution: { lines: ['at 1.5s set cluster-node-timeout 2100ms'], untilUs: 16.2 * SECOND_US },
      score: {
        init: [0],
        step(memory, world, event) {
          const more = world.now >= END_US ? 0 : answeredWithin(event, PROMPT_MS)
          return more === 0 ? memory : [memory[0]! + more]
        },
        text: 'commands answered within 100 ms, until 16 s',
      },
    },
  ],
}

/** Some node is paused. */
function sleeps(world: World): boolean {
  return world.names.some((name) => isPaused(world, name))
}
