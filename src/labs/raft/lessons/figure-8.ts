import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { BY_HAND, FIGURE_8_BEGINS, FIGURE_8_BROKEN, FIGURE_8_ENDS } from '../scenarios.ts'
import { CARDS } from './cards.ts'
import { isCut, leaders, ledTerm, node, SECOND_US, terms, type World } from './look.ts'

const WITH_RULE = `# Figure 8, with the rule
lab raft
${FIGURE_8_BEGINS}
${FIGURE_8_ENDS}
until 30s
`

const BEFORE_END = `# Figure 8, from (c) on
lab raft
${FIGURE_8_BEGINS}
until 30s
`

const OTHER_END = `# Figure 8 (e)
lab raft
${FIGURE_8_BEGINS}
at 5.2s link n1>n3 open
at 6s kill n1
at 6.5s heal
at 6.5s restart n5
at 6.7s campaign n5
at 7s campaign n5
until 30s
`

const WITHOUT_RULE = `# Figure 8, without the rule
lab raft
${FIGURE_8_BROKEN}
until 30s
`

const BREAK_IT = `# Break Raft
lab raft
seed 1
set clients 0${BY_HAND}
set fault commit-older-term
set log.n1 1,2
set log.n2 1,2
set log.n3 1
set log.n4 1
set log.n5 1,3
until 60s
`

const commit = (world: World, name: string): number => node(world, name)?.commit ?? 0

/** n5 in its second attempt: it leads, or n1 alone has not answered. */
function hasHeardAll(world: World): boolean {
  const n5 = node(world, 'n5')
  if (n5 === undefined || n5.durable.term < 5) return false
  return n5.kind === 'leader' || (n5.kind === 'candidate' && n5.votes.filter((vote) => vote === 'pending').length === 1)
}

const isBroken = (world: World): boolean => world.broken.length > 0

export const figure8: Lesson<RaftProtocol> = {
  ...CARDS.figure8,
  steps: [
    {
      kind: 'observe',
      title: 'A committed write is lost',
      prose: flow(`
        This Raft has a bug that many have had. Watch entry 2. **n1** wins term 4 and sends *red*, of term 2, to a
        third node. Three of five: at 4.56 s it commits. Then n1 dies, **n5** wins, and a judge objects. Press play.
      `),
      text: WITHOUT_RULE,
      atUs: 3.9 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n1 commits entry 2', test: (world) => commit(world, 'n1') >= 2 },
        { kind: 'eventually', text: 'A rule breaks', test: isBroken },
      ],
      hints: [
        missing(0, 'n1 must first win term 4. Let it play.'),
        missing(1, 'Red is committed. What will n5 do? Let it play.'),
      ],
      solution: { lines: [], untilUs: 7 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Three of five, and the rule',
      prose: flow(`
        The same schedule, now with the real rule: a leader commits by counting only entries of **its own term**.
        Entry 2, of term 2, is about to reach n3, the third of five. n1 leads term 4; its own entry 3 is still on n1
        and n2 only.
      `),
      text: WITH_RULE,
      atUs: 4.53 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Does n1 commit entry 2?',
        options: [
          { id: 'yes', text: 'Yes: three of five hold it' },
          { id: 'no', text: 'No' },
        ],
        outcome: (world) => (commit(world, 'n1') >= 2 ? 'yes' : 'no'),
        explanation: flow(`
          No. It is of term 2, and n1 leads term 4. A majority that holds an old entry can still be outvoted by a
          later term: that is what n5 is about to do.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'Entry 2 is on n3, and n1 knows it',
          test: (world) => terms(world, 'n3')[1] === 2 && world.now >= 5 * SECOND_US,
        },
      ],
      hints: [
        { when: (world) => terms(world, 'n3').length < 2, text: 'Choose, then press play: entry 2 is on its way.' },
        missing(0, 'n3 has it. Give its answer time to arrive.'),
      ],
      solution: { lines: [], untilUs: 5.2 * SECOND_US },
    },
    {
      kind: 'observe',
      title: 'Nobody was lied to',
      prose: flow(`
        n1 dies. **n5** ends with term 3, later than term 2: n3 and n4 vote for it. It leads term 5 and replaces
        entry 2 on n2 and n3. The same loss as before, with one difference: nobody had called it committed.
      `),
      text: WITH_RULE,
      atUs: 5.4 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n5 leads term 5', test: (world) => ledTerm(world) === 5 },
        {
          kind: 'eventually',
          text: 'Entry 2 of term 2 is gone from n2 and n3',
          test: (world) => terms(world, 'n2')[1] === 3 && terms(world, 'n3')[1] === 3,
        },
        { kind: 'never', text: 'No rule breaks', test: isBroken },
      ],
      hints: [
        missing(0, 'n5 needs two attempts: term 4 is voted away.'),
        missing(1, 'n5 leads. Let it bring the others into line.'),
      ],
      solution: { lines: [], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'The other ending',
      prose: flow(`
        Back to the moment when entry 2 is on three nodes. This time n1 lives on, but it reaches only n2: its links
        to n3 and n4 are cut. Open what is needed, so that entry 3, of its own term, gets a majority.
      `),
      text: BEFORE_END,
      atUs: 5 * SECOND_US,
      allow: ['link', 'heal'],
      question: null,
      checks: [{ kind: 'eventually', text: 'n1 commits entry 3', test: (world) => commit(world, 'n1') >= 3 }],
      hints: [
        {
          when: (world) => isCut(world, 'n1', 'n3') && isCut(world, 'n1', 'n4'),
          text: 'One link is enough: `link n1>n3 open`, or click it.',
        },
        otherwise('The link is open. The next heartbeat will do the rest.'),
      ],
      solution: { lines: ['at 5.2s link n1>n3 open'], untilUs: 6.5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Can n5 still win?',
      prose: flow(`
        Entry 3, of term 4, is on n1, n2 and n3, and committed; entry 2 lies below it, so it is committed, too. At 6
        s n1 dies again. n5 restarts and asks for votes, twice, as before.
      `),
      text: OTHER_END,
      atUs: 5.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Does n5 win this time?',
        options: [
          { id: 'yes', text: 'Yes, with n3 and n4, as before' },
          { id: 'no', text: 'No' },
        ],
        outcome: (world) => (leaders(world).some(({ config }) => config.self === 'n5') ? 'yes' : 'no'),
        explanation: flow(`
          No. n2 and n3 now end with term 4, later than the term 3 of n5: they refuse. Only n4 votes for it, and two
          of five are not enough. Whoever wins has both entries.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'n5 has asked twice, and everybody alive has answered', test: hasHeardAll }],
      hints: [
        { when: (world) => world.now < 6.7 * SECOND_US, text: 'Who will vote for n5? Choose, then press play.' },
        missing(0, 'n5 is asking. Let it play.'),
      ],
      solution: { lines: [], untilUs: 7.5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'Old entries, new leader',
      prose: flow(`
        So a leader counts copies of entries **of its own term** only; older ones are committed below them. But what
        if no client writes anything? Look at the last entry in the log of n1, the first of its term.
      `),
      text: OTHER_END,
      atUs: 5.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'How does a new leader get old entries committed when no client writes?',
        options: [
          { id: 'wait', text: 'It waits for the next write' },
          { id: 'empty', text: 'It appends an empty entry of its own term' },
          { id: 'resend', text: 'It sends the old ones again with its own term' },
        ],
        outcome(world) {
          const log = node(world, 'n1')?.durable.log
          const last = log?.at(log.end - 1)
          return last?.proposal === null ? 'empty' : last?.term === 2 ? 'wait' : 'resend'
        },
        explanation:
          'Every leader begins its term with an empty entry. Once a majority holds it, everything before it is committed as well.',
      }),
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 5.9 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Break it yourself',
      prose: flow(`
        The bug is back: these nodes count copies of any term. n1 and n2 hold an entry of term 2, n5 one of term 3;
        nobody leads, and nobody asks unless you say so. Lose a committed entry, with as few acts as you can.
      `),
      text: BREAK_IT,
      atUs: 0.1 * SECOND_US,
      allow: ['campaign', 'kill', 'restart', 'link', 'isolate', 'partition', 'heal'],
      question: null,
      checks: [{ kind: 'eventually', text: 'A judge objects', test: isBroken }],
      hints: [
        {
          when: (world) => terms(world, 'n5')[1] === 2,
          text: 'n5 has lost its entry of term 3, and with it your chance. Retry, and keep n1 from n5.',
        },
        {
          when: (world) => Math.max(commit(world, 'n1'), commit(world, 'n2'), commit(world, 'n3')) >= 2,
          text: 'Committed. Now n5 must win a later term, twice asking if need be. It must be heard.',
        },
        {
          when: (world) => ledTerm(world) > 0,
          text: 'Somebody leads. Does it hold the entry of term 2, and can it reach two others?',
        },
        otherwise('First n1 must win and commit, while n5 hears nothing of it.'),
      ],
      solution: {
        lines: ['at 500ms link n1>n5 cut', 'at 1s campaign n1', 'at 2s campaign n5', 'at 2.5s campaign n5'],
        untilUs: 4 * SECOND_US,
      },
      score: {
        init: [0],
        step: (memory, world, event) => (event.kind === 'act' && world.broken.length === 0 ? [memory[0]! + 1] : memory),
        text: 'acts: four can do it',
      },
    },
  ],
}
