import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { SLOT_OF_BAR } from './acknowledged.ts'
import { CARDS } from './cards.ts'
import {
  answeredWithin,
  configEpoch,
  hasFailure,
  isDown,
  isMaster,
  isOk,
  lastAnswer,
  ledger,
  masterOf,
  ownerAt,
  SECOND_US,
  type World,
} from './look.ts'

/** Where the challenge ends. */
export const END_US = 8 * SECOND_US
/** In the challenge, an answer that takes longer is late. */
export const PROMPT_MS = 50

const ELECTION = `# An election
lab cluster
seed 21
set cluster-node-timeout 1s
set replicas 2
set clients 0
at 2s kill n1
until 10s
`

const RANK = `# Who has more goes first
lab cluster
seed 21
set cluster-node-timeout 1s
set replicas 2
set clients 0
at 1s link n1>n4 cut
at 1.5s cli n1 SET bar 1
at 2s kill n1
until 10s
`

const NO_MAJORITY = `# Two of three masters are dead
lab cluster
seed 14
set cluster-node-timeout 1s
set clients 0
at 2s kill n1
at 2s kill n2
until 30s
`

const STALE = `# Too old to stand
lab cluster
seed 12
set cluster-node-timeout 1s
set cluster-replica-validity-factor 1
set repl-ping-replica-period 1s
set clients 0
at 1s link n1<>n4 cut
at 6s kill n1
until 20s
`

const TWO_ELECTIONS = `# Two elections
lab cluster
seed 14
set cluster-node-timeout 1s
set masters 5
set clients 0
at 2s kill n1
at 2s kill n2
until 20s
`

const BUSY = `# Change places
lab cluster
seed 12
set cluster-node-timeout 1s
set clients 2
set keys 12
set load 40/s
until 60s
`

/** Slots of the second of five masters begin here. */
const SLOT_OF_SECOND = 4000

const isReplaced = (world: World): boolean => ![null, 'n1'].includes(ownerAt(world, 'n2', SLOT_OF_BAR))
const areReplicas = (world: World): boolean => ['n1', 'n2', 'n3'].every((name) => masterOf(world, name) !== null)
const areMasters = (world: World): boolean => ['n4', 'n5', 'n6'].every((name) => isMaster(world, name))
const hasLosses = (world: World): boolean => ledger(world).lost > 0
const isOver = (world: World): boolean => world.now >= END_US

export const election: Lesson<ClusterProtocol> = {
  ...CARDS.election,
  steps: [
    {
      kind: 'observe',
      title: 'An election',
      prose: flow(`
        **n1** dies at 2 s. It has two replicas, n4 and n7. When a majority of the masters holds n1 for failed, each of
        the two waits a little, and a random bit more, so that not both ask at once. Then one raises the **epoch** and
        asks the masters for their votes.
      `),
      text: ELECTION,
      atUs: 1.8 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'n1 has failed', note: 'fail' },
        { kind: 'seen', text: 'A replica plans its election', note: 'election-scheduled' },
        { kind: 'seen', text: 'It asks for votes', note: 'election-started' },
        { kind: 'seen', text: 'It has a majority, and n1’s slots', note: 'election-won' },
      ],
      hints: [
        missing(0, 'First suspicion, then agreement. Let it play.'),
        missing(1, 'The replicas look ten times a second. A moment.'),
        missing(2, 'It waits half a second, and a random bit.'),
        missing(3, 'The votes are on their way.'),
      ],
      solution: { lines: [], untilUs: 8 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Who goes first?',
      prose: flow(`
        The same death, but **n4** cannot hear n1 any more when \`bar\` is written at 1.5 s; **n7** can. Both know how
        far the other is: a replica tells its offset in every PING and PONG.
      `),
      text: RANK,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Who takes over?',
        options: [
          { id: 'n4', text: 'n4: it noticed first that n1 is silent' },
          { id: 'n7', text: 'n7: it has the write' },
        ],
        outcome: (world) => ownerAt(world, 'n2', SLOT_OF_BAR) ?? '',
        explanation: flow(`
          **Rank**: a replica counts its siblings that have more, and waits one more second for each. n7 has rank 0. It
          is a head start, no rule: if n7 had been silent, n4 would have won, without the write.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'n2 knows the new owner', test: isReplaced }],
      hints: [
        { when: (world) => !isDown(world, 'n1'), text: 'Choose, then press play.' },
        otherwise('n1 is dead, and nobody is elected yet. Let it play.'),
      ],
      solution: { lines: [], untilUs: 9 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'One voter is left',
      prose: flow(`
        Only masters with slots vote. Here n1 **and** n2 die at 2 s; their replicas n4 and n5 are well. Of three masters
        only n3 is left to vote.
      `),
      text: NO_MAJORITY,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many of n4 and n5 are masters at 7 s?',
        form: 'number',
        options: [],
        unit: 'of two',
        outcome: (world) => String(['n4', 'n5'].filter((name) => isMaster(world, name)).length),
        tolerance: 0,
        explanation: flow(`
          None. It takes two votes of three; the dead count as masters. It does not even come to a vote: n3 alone cannot
          declare anybody failed.
        `),
      },
      checks: [{ kind: 'eventually', text: 'Five seconds have passed', test: (world) => world.now >= 7 * SECOND_US }],
      hints: [
        { when: (world) => !isDown(world, 'n1'), text: 'Say a number, then press play.' },
        { when: (world) => isOk(world, 'n3'), text: 'n3 believes that all is well. Let it play.' },
        otherwise('n3 knows that it is alone. Will the replicas help it? Let it play to 7 s.'),
      ],
      solution: { lines: [], untilUs: 7.2 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'You know better',
      prose: flow(`
        Nothing will happen by itself. But you know that n1 and n2 are dead, not cut off. \`CLUSTER FAILOVER
        TAKEOVER\` makes a replica a master without anybody's vote. Bring the cluster back, with as little of it as
        you can.
      `),
      text: NO_MAJORITY,
      atUs: 6 * SECOND_US,
      allow: ['failover', 'cli', 'redis-cli'],
      question: null,
      checks: [
        { kind: 'seen', text: 'A replica takes over without votes', note: 'takeover' },
        { kind: 'eventually', text: 'n3 holds the cluster for up', test: (world) => isOk(world, 'n3') },
      ],
      hints: [
        {
          when: (world, _event, done) => done[0] === false && lastAnswer(world) !== null,
          text: 'That was not it. FORCE does without the master, but needs votes; TAKEOVER needs none.',
        },
        missing(0, 'Type `failover n4 takeover`.'),
        otherwise('Two masters of three again: a majority. Let it play, the rest votes.'),
      ],
      solution: { lines: ['at 6.5s failover n4 takeover'], untilUs: 12 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Too old to stand',
      prose: flow(`
        **n4** loses its link to n1 at 1 s: since then its data stands still. With
        \`cluster-replica-validity-factor\` 1 it may be about three node timeouts old; the default is 10. At 6 s n1
        dies, and n4 is its only replica.
      `),
      text: STALE,
      atUs: 5.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Who owns the slots of n1 at 11 s?',
        options: [
          { id: 'n4', text: 'n4: old data is better than none' },
          { id: 'n1', text: 'n1, which is dead: n4 does not stand' },
        ],
        outcome: (world) => ownerAt(world, 'n2', SLOT_OF_BAR) ?? '',
        explanation: flow(`
          n4 is too old by its own rule and never asks; the slots stay without a living owner. With factor zero it would
          stand whatever its age: available, and everything since is lost.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Five seconds have passed', test: (world) => world.now >= 11 * SECOND_US }],
      hints: [
        { when: (world) => !isDown(world, 'n1'), text: 'Choose, then press play.' },
        otherwise('Does n4 ask? Let it play to 11 s.'),
      ],
      solution: { lines: [], untilUs: 11.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Two elections, three voters',
      prose: flow(`
        Five masters; n1 and n2 die together, and a replica of each stands. The three others vote, each **once in an
        epoch**. A winner claims its slots under the epoch of its election: whoever hears two claims believes the
        greater.
      `),
      text: TWO_ELECTIONS,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Under which epochs do n6 and n7 win?',
        options: [
          { id: 'same', text: 'The same: three voters, two winners' },
          { id: 'differ', text: 'Two different ones' },
        ],
        outcome: (world) => (configEpoch(world, 'n6') === configEpoch(world, 'n7') ? 'same' : 'differ'),
        explanation: flow(`
          A winner needs three of five votes, so all three. They have one each in an epoch, so the second must win in a
          later one. That is why a config epoch names one master only.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'n6 and n7 are masters, and everybody knows',
          test: (world) => ownerAt(world, 'n3', 0) === 'n6' && ownerAt(world, 'n3', SLOT_OF_SECOND) === 'n7',
        },
      ],
      hints: [
        { when: (world) => !isDown(world, 'n1'), text: 'Choose, then press play.' },
        { when: (world) => !isMaster(world, 'n6') && !isMaster(world, 'n7'), text: 'Nobody is elected yet.' },
        otherwise('One is elected. What becomes of the other?'),
      ],
      solution: { lines: [], untilUs: 14 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Without a lost word',
      prose: flow(`
        Everybody lives, clients write, and n1 needs a new disk. A **manual failover**: n4 asks, n1 holds its clients
        back, n4 catches up to the last byte, and is elected. Make n4 the master; nobody may be refused.
      `),
      text: BUSY,
      atUs: 1.5 * SECOND_US,
      allow: ['failover', 'kill', 'cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n4 has the slots, and n1 is its replica',
          test: (world) => ownerAt(world, 'n2', SLOT_OF_BAR) === 'n4' && masterOf(world, 'n1') === 'n4',
        },
        { kind: 'never', text: 'A command of a client fails', test: (_world, event) => hasFailure(event) },
        { kind: 'never', text: 'A confirmed write is lost', test: hasLosses },
      ],
      hints: [
        {
          when: (_world, _event, done) => done[1] === false || done[2] === false,
          text: 'Somebody was refused, or has lost a write. Retry: nobody needs to die.',
        },
        {
          when: isAnsweredBadly,
          text: 'It is the replica that asks: type it at n4.',
        },
        missing(0, 'Type `failover n4`.'),
      ],
      solution: { lines: ['at 2s failover n4'], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Everybody changes places',
      prose: flow(`
        n1, n2 and n3 shall be replicas, n4, n5 and n6 masters, before 8 s, and no confirmed write may be lost. Two
        clients ask 40 times a second; every answer within 50 ms counts until 8 s.
      `),
      text: BUSY,
      atUs: 1 * SECOND_US,
      allow: ['failover', 'kill', 'restart', 'cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'All six have changed places, and it is 8 s',
          test: (world) => isOver(world) && areMasters(world) && areReplicas(world),
        },
        { kind: 'never', text: 'A confirmed write is lost', test: hasLosses },
      ],
      hints: [
        missing(1, 'A write is lost. Retry, without violence.'),
        {
          when: (world) => ['n1', 'n2', 'n3'].some((name) => isDown(world, name)),
          text: 'The dead are no replicas. Restart them when they have been replaced; a manual failover is quicker.',
        },
        { when: (world) => !areMasters(world), text: 'One after the other: `failover n4`, then n5, then n6.' },
        missing(0, 'Well done. Let it play to 8 s.'),
      ],
      solution: {
        lines: ['at 2s failover n4', 'at 3s failover n5', 'at 4s failover n6'],
        untilUs: 8.2 * SECOND_US,
      },
      score: {
        init: [0],
        step(memory, world, event) {
          const more = isOver(world) ? 0 : answeredWithin(event, PROMPT_MS)
          return more === 0 ? memory : [memory[0]! + more]
        },
        text: 'commands answered within 50 ms, until 8 s',
      },
    },
  ],
}

/** The newest thing that was typed was refused. */
function isAnsweredBadly(world: World): boolean {
  return lastAnswer(world)?.reply?.kind === 'error'
}
