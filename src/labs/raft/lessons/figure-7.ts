import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { FIGURE_7_LOGS } from '../scenarios.ts'
import { CARDS } from './cards.ts'
import { leaders, ledTerm, logsAgree, node, SECOND_US, terms, type World } from './look.ts'

const NODES = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7'] as const
/** The newest term in any of the seven logs. */
const OLD_TERM = 7

/** A network so slow that one can watch, and nobody campaigns by itself. */
const seven = (title: string, acts: string) => `# ${title}
lab raft
seed 1
set nodes 7
set clients 0
set election-timeout 20s..40s
set heartbeat 1s
set delay 100ms..200ms
set disk 10ms${FIGURE_7_LOGS}
${acts}
until 60s
`

const N1_LEADS = seven('Figure 7: seven logs that disagree', 'at 500ms campaign n1')
const N3_TRIES = seven('Figure 7: n3 tries', 'at 500ms campaign n3')
const N1_DEAD = seven('Figure 7 without its leader', 'at 100ms kill n1')

const leads = (world: World, name: string): boolean => node(world, name)?.kind === 'leader'

/** All running logs are equal and committed to the end. */
const isSettled = (world: World): boolean => {
  const [leader] = leaders(world)
  return leader !== undefined && logsAgree(world) && leader.commit === leader.durable.log.end - 1
}

/** Entries of the old terms in the leader's log. */
function kept(world: World): number {
  const [leader] = leaders(world)
  return leader === undefined ? 0 : [...leader.durable.log].filter(({ term }) => term <= OLD_TERM).length
}

export const figure7: Lesson<RaftProtocol> = {
  ...CARDS.figure7,
  steps: [
    {
      kind: 'observe',
      title: 'Seven logs, hardly two alike',
      prose: flow(`
        Years of crashes left this, Figure 7 of the paper: some logs lack entries, some have too many, some both. A
        number is the term of an entry. At 0.5 s **n1** asks for votes. Press play, and watch the seven strips
        become one.
      `),
      text: N1_LEADS,
      atUs: 0.4 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n1 leads', test: (world) => leads(world, 'n1') },
        { kind: 'eventually', text: 'All seven logs are equal', test: logsAgree },
      ],
      hints: [
        missing(0, 'Votes are on their way. Let it play.'),
        missing(1, 'n1 leads. Now its entries travel: let it play.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Who votes for n1?',
      prose: flow(`
        Back to the beginning. A node votes only for a log that is *at least as up-to-date* as its own: the later
        last term wins; with equal last terms, the longer log. n1 ends with term 6, at index 10.
      `),
      text: N1_LEADS,
      atUs: 0.4 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many of the seven vote for n1, itself included?',
        form: 'number',
        options: [],
        unit: 'votes',
        outcome: (world) => String(NODES.filter((name) => node(world, name)?.durable.votedFor === 'n1').length),
        tolerance: 0,
        explanation:
          'Five. n4 ends with the same term, one entry further, and n5 with a later term: both refuse. Four are enough.',
      },
      checks: [
        {
          kind: 'eventually',
          text: 'n1 leads, and everybody has answered',
          test: (world) => leads(world, 'n1') && NODES.every((name) => node(world, name)?.durable.term === 8),
        },
      ],
      hints: [
        {
          when: (world) => node(world, 'n1')?.kind === 'pre-candidate',
          text: 'n1 first asks whether it could win. Compare the last entries.',
        },
        missing(0, 'Now the votes are on their way. Let it play.'),
      ],
      solution: { lines: [], untilUs: 2.5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'What the others had',
      prose: flow(`
        n1 leads term 8. A leader never changes its own log: it makes the others equal. But **n5** ends with two
        entries of term 7, which nobody else has.
      `),
      text: N1_LEADS,
      atUs: 1.1 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What becomes of the two entries of term 7?',
        options: [
          { id: 'kept', text: 'n5 keeps them behind the others' },
          { id: 'spread', text: 'Everybody gets them' },
          { id: 'removed', text: 'They are removed' },
        ],
        outcome(world) {
          const holders = NODES.filter((name) => terms(world, name).includes(OLD_TERM)).length
          return holders === 0 ? 'removed' : holders === 1 ? 'kept' : 'spread'
        },
        explanation: flow(`
          Removed. They were on one node of seven, so they were never committed, and no client was told. Whatever
          was committed is in the log of n1: otherwise it could not have won.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'All seven logs are equal', test: logsAgree }],
      hints: [missing(0, 'n1 leads, but some logs still differ. Let it play.')],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'observe',
      title: 'Finding the place',
      prose: flow(`
        Select **n7** and go step by step. Each append names the entry before it, here index 10 of term 6. n7 has
        another one there: it refuses, and says how far back the two logs might agree. One answer a term, not one an
        entry.
      `),
      text: N1_LEADS,
      atUs: 1.1 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'A follower refuses an append', note: 'rejected-append' },
        { kind: 'seen', text: 'A follower removes what conflicts', note: 'truncated' },
        {
          kind: 'eventually',
          text: 'n7 has the log of n1',
          test: (world) => leads(world, 'n1') && terms(world, 'n7').join() === terms(world, 'n1').join(),
        },
      ],
      hints: [
        missing(0, 'The first appends are on their way. Step on.'),
        missing(1, 'The leader has to hear of it and go back. Step on.'),
        missing(2, 'n7 is not there yet. Step on.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Could n3 have won?',
      prose:
        '**n3** has four entries, the last one of term 4. This time n3 asks at 0.5 s, and everybody else stays silent.',
      text: N3_TRIES,
      atUs: 0.4 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Does n3 win?',
        options: [
          { id: 'yes', text: 'Yes: it is the only candidate' },
          { id: 'no', text: 'No' },
        ],
        outcome: (world) => (ledTerm(world) > 0 ? 'yes' : 'no'),
        explanation:
          'Only n7, whose last term is 3, would vote for it. Four of seven are needed. A node that lacks what a majority holds cannot be elected.',
      }),
      checks: [{ kind: 'seen', text: 'n3 has heard enough, and gives up or leads', note: 'became-follower' }],
      hints: [
        { when: (world) => world.now < 0.6 * SECOND_US, text: 'Compare its last entry with those of the others.' },
        missing(0, 'Some answers are still on their way.'),
      ],
      solution: { lines: [], untilUs: 3 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Lose as little as possible',
      prose: flow(`
        n1 is dead. Six logs are left, and a majority of seven is four. Choose who asks for votes (\`campaign n2\`),
        so that in the end all six agree and as many of the old entries as possible have survived.
      `),
      text: N1_DEAD,
      atUs: 0.2 * SECOND_US,
      allow: ['campaign'],
      question: null,
      checks: [{ kind: 'eventually', text: 'All six logs agree, and all is committed', test: isSettled }],
      hints: [
        { when: (world) => ledTerm(world) > 0, text: 'Somebody leads. Let it play until the logs agree.' },
        {
          when: (world) => NODES.some((name) => /candidate/.test(node(world, name)?.kind ?? '')),
          text: 'Somebody asks for votes. If it does not win, its log is behind too many others: ask another node.',
        },
        otherwise('Look at the last term of each log first, then at the length.'),
      ],
      solution: { lines: ['at 500ms campaign n5'], untilUs: 5 * SECOND_US },
      score: {
        init: [0],
        step: (memory, world) => (isSettled(world) && kept(world) !== memory[0] ? [kept(world)] : memory),
        text: 'old entries survived',
      },
    },
  ],
}
