import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { CARDS } from './cards.ts'
import {
  answered,
  answeredClients,
  countCut,
  countDown,
  lastAnswer,
  leaders,
  logsAgree,
  SECOND_US,
  type World,
} from './look.ts'

const CUT_US = SECOND_US
const WRITES_US = 2 * SECOND_US
const HEAL_US = 5 * SECOND_US

const TWO_HALVES = `# Two halves, two leaders
lab raft
seed 5
# With CheckQuorum the old leader would step down by itself; here it does not know.
set check-quorum off
at 0s campaign n1
at 1s partition n1 n2 c1 | n3 n4 n5 c2
at 2s client c1 put x left
at 2s client c2 put x right
at 5s heal
until 30s
`

const world = (title: string, nodes: number, load: number, acts = '') => `# ${title}
lab raft
seed 5
set nodes ${nodes}
set load ${load}/s
at 0s campaign n1
${acts}until 60s
`

/** Silence with exactly `dead` nodes dead: an answer breaks it. */
const isSilent =
  (dead: number) =>
  (now: World, event: Parameters<typeof answered>[0]): boolean =>
    countDown(now) === dead && answered(event) === 0

const LINKS_GOAL = 12
/** One-way links between five nodes. */
const LINKS = 20
/** How long the links must stay as they are before an answer counts: longer than what was on its way. */
const SETTLED_US = 2 * SECOND_US

export const majority: Lesson<RaftProtocol> = {
  ...CARDS.majority,
  steps: [
    {
      kind: 'observe',
      title: 'Two leaders at once',
      prose: flow(`
        At 1 s the network breaks in two: **n1** and **n2** on one side, three nodes on the other. Nobody crashed,
        and nobody can tell a dead node from a cut cable. Press play: soon two nodes lead.
      `),
      text: TWO_HALVES,
      atUs: 0.9 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: 'Two nodes lead at the same time', test: (now) => leaders(now).length === 2 },
      ],
      hints: [
        { when: (now) => now.now < CUT_US, text: 'Press play: the network has a moment to live.' },
        {
          when: (now) => leaders(now).length < 2,
          text: 'The three hear no leader any more. Give them time to elect one.',
        },
      ],
      solution: { lines: [], untilUs: 2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Who gets an answer?',
      prose:
        'n1 still leads term 1, a node on the right leads term 2. At 2 s each side is asked to write: **c1** asks n1 and n2, **c2** asks the three.',
      text: TWO_HALVES,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Whose write is answered while the network is broken?',
        options: [
          { id: 'both', text: 'Both: each side has a leader' },
          { id: 'c1', text: 'The one of c1: n1 was first' },
          { id: 'c2', text: 'The one of c2' },
          { id: 'none', text: 'Neither' },
        ],
        outcome(now) {
          const clients = answeredClients(now, WRITES_US)
          if (clients.size === 2) return 'both'
          return [...clients][0] ?? 'none'
        },
        explanation: flow(`
          n1 took the write into its log, and n2 copied it. Two of five is no majority, so n1 may not answer: the
          other three may have decided otherwise, and they have.
        `),
      }),
      checks: [
        { kind: 'eventually', text: 'Two seconds have passed', test: (now) => now.now >= WRITES_US + 2 * SECOND_US },
      ],
      hints: [
        { when: (now) => now.now < WRITES_US, text: 'Choose, then press play.' },
        missing(0, 'Watch both clients. One of them keeps asking.'),
      ],
      solution: { lines: [], untilUs: 4.2 * SECOND_US },
    },
    {
      kind: 'observe',
      title: 'The wound heals',
      prose: flow(`
        Two logs disagree now: n1 and n2 hold an entry that the others lack. At 5 s the network heals. n1 hears of
        term 2, follows, and its lonely entry goes. Nobody was told of it, so nothing is broken; c1 asks again.
      `),
      text: TWO_HALVES,
      atUs: 4.8 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'A log gives up an entry', note: 'truncated' },
        { kind: 'eventually', text: 'All five logs are equal', test: (now) => now.now > HEAL_US && logsAgree(now) },
      ],
      hints: [
        { when: (now) => now.now < HEAL_US, text: 'Press play: the heal is near.' },
        { when: (_now, _event, done) => done.includes(false), text: 'n1 must first hear of term 2. Let it play.' },
      ],
      solution: { lines: [], untilUs: 9 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'How many may die?',
      prose:
        'Now kill nodes, one after the other, and see after each whether writes are still answered. If the leader dies, give the others a moment.',
      text: world('How many may die?', 5, 5),
      atUs: SECOND_US,
      allow: ['kill'],
      question: {
        prompt: 'Five nodes: how many may be dead while writes are still answered?',
        form: 'number',
        options: [],
        unit: 'nodes',
        outcome: (now) => String(countDown(now) - 1),
        tolerance: 0,
        explanation: 'Two. Three of five are a majority; two are not, whoever they are.',
      },
      checks: [
        {
          kind: 'eventually',
          text: 'Two are dead, and a write is answered',
          test: (now, event) => countDown(now) === 2 && answered(event) > 0,
        },
        { kind: 'holds-for', text: 'Three are dead: two seconds of silence', test: isSilent(3), forUs: 2 * SECOND_US },
        { kind: 'never', text: 'Never more than three dead', test: (now) => countDown(now) > 3 },
      ],
      hints: [
        missing(2, 'That was one more than needed. Retry.'),
        {
          when: (now, _event, done) => done[0] === false && countDown(now) > 2,
          text: 'Too fast: you have not seen what two dead nodes mean. Retry.',
        },
        {
          when: (now) => countDown(now) < 2,
          text: 'Kill a node, let it play, and look at the answers. Then the next.',
        },
        missing(0, 'Two are dead. If one of them led, an election takes a moment: let it play.'),
        { when: (now) => countDown(now) === 2, text: 'Two dead, and it works. One more.' },
        missing(1, 'Three are dead. Let two seconds pass.'),
      ],
      solution: { lines: ['at 1.5s kill n5', 'at 2s kill n4', 'at 4s kill n3'], untilUs: 7 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'One act',
      prose: flow(`
        Three nodes are dead. **n4** and **n5** have all that was ever promised on their disks, and still they must
        wait: for all they know, the other three live and have a leader. Bring the service back with one act.
      `),
      text: world('One act', 5, 5, 'at 1s kill n1\nat 1.1s kill n2\nat 1.2s kill n3\n'),
      atUs: 3 * SECOND_US,
      allow: ['restart'],
      question: null,
      checks: [{ kind: 'eventually', text: 'A write is answered', test: (_now, event) => answered(event) > 0 }],
      hints: [
        { when: (now) => countDown(now) === 3, text: 'Any of the three will do: restart one.' },
        { when: (now) => leaders(now).length === 0, text: 'They are three again. Let them elect a leader.' },
        otherwise('Somebody leads. The clients will ask it soon.'),
      ],
      solution: { lines: ['at 3.2s restart n2'], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Is four better than three?',
      prose: flow(`
        Three nodes survive one death. Somebody buys a fourth, for safety. Here are the four: kill one, see that
        writes are answered, and then the next.
      `),
      text: world('Four nodes', 4, 5),
      atUs: SECOND_US,
      allow: ['kill'],
      question: {
        prompt: 'Four nodes: how many may be dead while writes are still answered?',
        form: 'number',
        options: [],
        unit: 'nodes',
        outcome: (now) => String(countDown(now) - 1),
        tolerance: 0,
        explanation:
          'One, as with three nodes. More than half of four is three; two against two must not decide. So clusters have odd numbers.',
      },
      checks: [
        {
          kind: 'eventually',
          text: 'One is dead, and a write is answered',
          test: (now, event) => countDown(now) === 1 && answered(event) > 0,
        },
        { kind: 'holds-for', text: 'Two are dead: two seconds of silence', test: isSilent(2), forUs: 2 * SECOND_US },
        { kind: 'never', text: 'Never more than two dead', test: (now) => countDown(now) > 2 },
      ],
      hints: [
        missing(2, 'That was one more than needed. Retry.'),
        {
          when: (now, _event, done) => done[0] === false && countDown(now) > 1,
          text: 'Too fast: you have not seen what one dead node means. Retry.',
        },
        { when: (now) => countDown(now) === 0, text: 'Kill one node, then let it play.' },
        missing(0, 'One is dead. If it led, an election takes a moment: let it play.'),
        { when: (now) => countDown(now) === 1, text: 'One dead, and it works. One more.' },
        missing(1, 'Two are dead. Let two seconds pass.'),
      ],
      solution: { lines: ['at 1.5s kill n4', 'at 3s kill n3'], untilUs: 6 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'Two majorities meet',
      prose: flow(`
        What is committed is on a majority. Who leads was elected by a majority. Both are of the same five, so they
        **share a node**, and that node votes only for a log that is at least as good as its own. No new leader can
        miss what was promised.
      `),
      text: TWO_HALVES,
      atUs: 9 * SECOND_US,
      allow: [],
      question: {
        prompt: 'Five nodes: how many must two majorities share at the least?',
        form: 'number',
        options: [],
        unit: 'nodes',
        outcome(now) {
          const voters = leaders(now)[0]?.config.peers.length ?? 0
          return String(2 * ((voters >> 1) + 1) - voters)
        },
        tolerance: 0,
        explanation: 'One: three and three are six, and there are five. One is enough.',
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 9 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'How few links does it need?',
      prose: flow(`
        Five nodes have 20 one-way links between them. Cut as many as you can, with \`link n1>n2 cut\`, or \`link
        n1<>n2 cut\` for both ways. A cut counts once clients have got answers for two seconds after it.
      `),
      text: world('How few links?', 5, 10),
      atUs: SECOND_US,
      allow: ['link', 'heal'],
      question: null,
      checks: [
        {
          kind: 'holds-for',
          text: 'Twelve are cut, and for three seconds writes are answered',
          test: (now) => countCut(now) >= LINKS_GOAL && now.now - lastAnswer(now) < SECOND_US,
          forUs: 3 * SECOND_US,
        },
      ],
      hints: [
        {
          when: (now) => countCut(now) > 0 && now.now - lastAnswer(now) >= SECOND_US,
          text: 'Nobody is answered any more. `heal` mends all links: begin anew.',
        },
        {
          when: (now) => countCut(now) < LINKS_GOAL,
          text: 'A leader needs two followers, both ways. Who needs nobody else?',
        },
        otherwise('That is enough for the goal. Let it play for three seconds.'),
      ],
      solution: {
        lines: ['at 1.5s link n4<>* cut', 'at 1.5s link n5<>* cut', 'at 1.5s link n2<>n3 cut'],
        untilUs: 6 * SECOND_US,
      },
      score: {
        // The most links cut so far, the present number, and since when.
        init: [0, 0, 0],
        step(memory, now, event) {
          const [best, before, since] = memory as readonly [number, number, number]
          const cut = countCut(now)
          if (cut !== before) return [best, cut, now.now]
          const counts = answered(event) > 0 && now.now - since >= SETTLED_US && cut > best
          return counts ? [cut, cut, since] : memory
        },
        text: `of ${LINKS} links cut, and still in service`,
      },
    },
  ],
}
