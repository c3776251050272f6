import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing } from '../../../engine/lesson.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { CARDS } from './cards.ts'
import {
  answered,
  answeredWithin,
  countDown,
  hasFallen,
  isDown,
  leaders,
  ledTerm,
  node,
  SECOND_US,
  type World,
} from './look.ts'

const DEATH_US = 3 * SECOND_US
/** Where the challenge ends. */
export const END_US = 15 * SECOND_US
/** In the challenge, an answer that takes longer is late. */
export const PROMPT_US = 200_000

const ONE_DEATH = `# The leader dies
lab raft
seed 3
set load 10/s
at 0s campaign n1
at 3s kill n1
at 5s restart n1
until 30s
`

const ONE_DEAD = `# The leader is dead, long live the leader
lab raft
seed 3
set load 10/s
at 0s campaign n1
at 1s kill n1
until 30s
`

const MANY_DEATHS = `# Three leaders in fifteen seconds
lab raft
seed 3
set load 20/s
at 0s campaign n1
until 30s
`

const isOver = (world: World): boolean => world.now >= END_US

export const leaderDies: Lesson<RaftProtocol> = {
  ...CARDS.leaderDies,
  steps: [
    {
      kind: 'observe',
      title: 'A leader dies',
      prose: flow(`
        Five nodes keep one log, and **n1** leads: every write of the clients goes through it, ten in a second. At 3
        s it dies. Nobody is told. Press play: the writes stop, and after a moment they go on.
      `),
      text: ONE_DEATH,
      atUs: 2.5 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n1 dies', test: (world) => isDown(world, 'n1') },
        { kind: 'eventually', text: 'Another node leads', test: (world) => ledTerm(world) > 1 },
      ],
      hints: [
        { when: (world) => !isDown(world, 'n1'), text: 'Press play: n1 has a moment to live.' },
        missing(1, 'The others have not noticed yet. Let it play on.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'How long was the silence?',
      prose: flow(`
        Back to just before the death. A heartbeat comes every 50 ms; a follower waits 150 to 300 ms for one before
        it acts. A client waits 400 ms for its answer before it asks another node.
      `),
      text: ONE_DEATH,
      atUs: 2.9 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How long after the death is a write answered by a new leader?',
        form: 'number',
        options: [],
        unit: 'ms',
        outcome: (world) => String(Math.round((world.now - DEATH_US) / 1000)),
        tolerance: 120,
        explanation:
          'The election itself was over after 241 ms. The clients did not know: they had asked n1, and waited for their own timeouts.',
      },
      checks: [
        {
          kind: 'eventually',
          text: 'A new leader answers a write',
          test: (world, event) => ledTerm(world) > 1 && answered(event) > 0,
        },
      ],
      hints: [
        { when: (world) => world.now < DEATH_US, text: 'Say a number, then press play.' },
        {
          when: (world) => ledTerm(world) > 1,
          text: 'Somebody leads, but the clients do not know it yet. A little more.',
        },
        { when: (world) => isDown(world, 'n1'), text: 'Nobody leads. Let it play on.' },
      ],
      solution: { lines: [], untilUs: 4.5 * SECOND_US },
    },
    {
      kind: 'observe',
      title: 'Two rounds of questions',
      prose: flow(`
        The moment of death again. Each follower waits a different time, so one is first. It asks whether it *could*
        win; with a majority of yeses it raises the term to 2 and asks for votes. One vote a node and term: with
        three of five it leads. Go from event to event.
      `),
      text: ONE_DEATH,
      atUs: DEATH_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'A follower asks whether it could win', note: 'became-pre-candidate' },
        { kind: 'seen', text: 'It campaigns for the next term', note: 'became-candidate' },
        { kind: 'seen', text: 'It leads', note: 'became-leader' },
      ],
      hints: [
        missing(0, 'Everybody still waits for a heartbeat. Step on.'),
        missing(1, 'Its question is on its way. Step on.'),
        missing(2, 'Two votes and its own are enough. Step on.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Kill the next one',
      prose:
        'n1 is dead, and somebody leads term 2. Kill that node, too. Three of five are left. Is that enough for a third leader?',
      text: ONE_DEAD,
      atUs: 3 * SECOND_US,
      allow: ['kill', 'restart'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'The leader of term 2 is dead', test: (world) => hasFallen(world, 2) },
        { kind: 'eventually', text: 'A third node leads', test: (world) => ledTerm(world) > 2 },
      ],
      hints: [
        {
          when: (world) => countDown(world) > 2,
          text: 'Two of five can never be a majority. Restart one of the dead.',
        },
        {
          when: (world) => countDown(world) === 2 && ledTerm(world) === 2,
          text: 'That one only followed. Restart it, and kill the one that leads.',
        },
        missing(0, 'Select the node that leads and choose Kill, or type `kill` and its name.'),
        missing(1, 'Three votes are enough. Let it play.'),
      ],
      solution: { lines: ['at 3.2s kill n4'], untilUs: 6 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'The dead come back',
      prose:
        'n1 died as the leader of term 1. Its disk kept its log, its term and its vote; its memory is gone. At 5 s it starts again.',
      text: ONE_DEATH,
      atUs: 4.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What will n1 be, one second after its restart?',
        options: [
          { id: 'leader', text: 'The leader again: nobody deposed it' },
          { id: 'candidate', text: 'A candidate: it wants its place back' },
          { id: 'follower', text: 'A follower of the new leader' },
        ],
        outcome: (world) => node(world, 'n1')?.kind ?? 'dead',
        explanation: flow(`
          Every node starts as a follower. The first heartbeat that it hears carries a later term than its own, so
          it follows, and gets the entries that it missed.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'n1 has been back for a second',
          test: (world) => !isDown(world, 'n1') && world.now >= 6 * SECOND_US,
        },
      ],
      hints: [
        { when: (world) => isDown(world, 'n1'), text: 'Choose, then press play.' },
        missing(0, 'It is back. Give it a second.'),
      ],
      solution: { lines: [], untilUs: 6.5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'Why there were never two',
      prose: flow(`
        Three rules did it all. Terms number the reigns; whoever hears of a later one follows. A node votes once a
        term, and its vote is on disk before it is sent. A candidate needs **more than half** of all votes.
      `),
      text: ONE_DEATH,
      atUs: 6 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Two candidates ask for votes in the same term. Can both win?',
        options: [
          { id: 'yes', text: 'Yes, if the network is slow enough' },
          { id: 'no', text: 'No: two majorities would share a voter' },
        ],
        outcome(world) {
          const [leader] = leaders(world)
          const voters = leader?.config.peers.length ?? 0
          // Two majorities need more votes than there are voters.
          return 2 * ((voters >> 1) + 1) > voters ? 'no' : 'yes'
        },
        explanation: 'Three and three are six, but there are five voters: somebody would have voted twice.',
      }),
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 6 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Three leaders in fifteen seconds',
      prose: flow(`
        Kill three leaders, one after the other; somebody must lead term 4. The clients ask twenty times a second.
        An answer counts if it comes within 200 ms, until 15 s. Restart the dead in time. Shorter timeouts find a
        dead leader sooner, until they depose living ones.
      `),
      text: MANY_DEATHS,
      atUs: SECOND_US,
      allow: ['kill', 'restart', 'set-election-timeout', 'set-heartbeat', 'set-request-timeout'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'Somebody leads term 4 or a later one', test: (world) => ledTerm(world) >= 4 },
        { kind: 'eventually', text: 'Somebody leads at 15 s', test: (world) => isOver(world) && ledTerm(world) > 0 },
      ],
      hints: [
        { when: (world) => countDown(world) > 2, text: 'Fewer than three of five run. Restart somebody.' },
        {
          when: (world, _event, done) => done[0] === false && ledTerm(world) > 0,
          text: 'Somebody leads: kill it. Restart the one before, so that a majority stays.',
        },
        missing(0, 'Nobody leads now. Let it play until somebody does.'),
        missing(1, 'Three leaders later. Let it play to 15 s.'),
      ],
      solution: {
        lines: [
          'set election-timeout 100ms..200ms',
          'set request-timeout 150ms',
          'at 2s kill n1',
          'at 4s restart n1',
          'at 4s kill n5',
          'at 6s restart n5',
          'at 6s kill n3',
        ],
        untilUs: 15.2 * SECOND_US,
      },
      score: {
        init: [0],
        step(memory, world, event) {
          const more = isOver(world) ? 0 : answeredWithin(world, event, PROMPT_US)
          return more === 0 ? memory : [memory[0]! + more]
        },
        text: 'operations answered within 200 ms, until 15 s',
      },
    },
  ],
}
