import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { CARDS } from './cards.ts'
import {
  holdsKey,
  idOf,
  integerOf,
  isAnswered,
  isDown,
  isOk,
  isOkReply,
  lastAnswer,
  ledger,
  node,
  ownerAt,
  SECOND_US,
  type World,
} from './look.ts'

/** Slots of `bar`, of n1, and of `{user:0}`, of n3: all keys that the load uses. */
export const SLOT_OF_BAR = 5061
export const SLOT_OF_USER = 14_907
/** In the challenge, so many losses are too many. */
export const LOSSES_MAX = 40
/** In the challenge, what each lost write costs. */
const PRICE = 5
/** Where the challenge ends. */
export const END_US = 15 * SECOND_US

const GONE = `# Acknowledged, and gone
lab cluster
seed 6
set cluster-node-timeout 1s
set clients 0
at 2s partition n1 | n2 n3 n4 n5 n6
at 2.2s cli n1 SET bar precious
at 6s heal
at 7s cli -c n2 GET bar
until 10s
`

const WRITER = `set clients 1
set keys 4
set distribution tags
set reads 0%
set load 20/s`

const MANY_GONE = `# A client in the minority
lab cluster
seed 6
set cluster-node-timeout 1s
${WRITER}
at 2s partition n3 c1 | n1 n2 n4 n5 n6
at 6s heal
until 10s
`

const SLOW_REPLICA = `# How safe is it?
lab cluster
seed 6
set cluster-node-timeout 1s
set clients 0
at 1s link n1>n4 delay 400ms
until 30s
`

const WRONG_HEIR = `# WAIT said 1
lab cluster
seed 6
set cluster-node-timeout 1s
set replicas 2
set clients 0
at 1.5s link n1>n7 cut
at 2s cli n1 SET bar precious
at 2.1s cli n1 WAIT 1 1000
at 2.5s kill n1
at 2.5s kill n4
at 7s cli -c n2 GET bar
until 10s
`

const ZERO = `# WAIT said 0
lab cluster
seed 6
set cluster-node-timeout 1s
set clients 0
at 1.5s link n1>n4 cut
at 2s cli n1 SET bar precious
at 2.1s cli n1 WAIT 1 200
at 3s link n1>n4 open
at 5s kill n1
at 10s cli -c n2 GET bar
until 12s
`

const LOSE_LESS = `# Lose less
lab cluster
seed 6
set cluster-node-timeout 4s
${WRITER}
at 3s partition n3 c1 | n1 n2 n4 n5 n6
at 12s heal
until 30s
`

const isRead = isAnswered(({ command }) => command === 'GET')

/** What the newest answer says of the value: an option's id. */
function fate(world: World): string {
  const kind = lastAnswer(world)?.reply?.kind
  return kind === 'bulk' ? 'there' : kind === 'null' ? 'gone' : 'refused'
}

const waitSays = (count: number) => isAnswered((answer) => answer.command === 'WAIT' && integerOf(answer) === count)
const isOver = (world: World): boolean => world.now >= END_US

export const acknowledged: Lesson<ClusterProtocol> = {
  ...CARDS.acknowledged,
  steps: [
    {
      kind: 'observe',
      title: 'OK, and gone',
      prose: flow(`
        Three masters share all keys, and each has a replica. At 2 s the network cuts **n1** off. At 2.2 s somebody
        writes \`bar\` there, and hears **OK**. Its replica **n4** takes over. At 6 s the network heals; at 7 s
        somebody reads. Press play.
      `),
      text: GONE,
      atUs: 1.5 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n1 says OK to a write',
          test: isAnswered((answer) => answer.command === 'SET' && isOkReply(answer)),
        },
        {
          kind: 'eventually',
          text: 'n4 takes over the slots of n1',
          test: (world) => ownerAt(world, 'n2', SLOT_OF_BAR) === 'n4',
        },
        {
          kind: 'eventually',
          text: 'The value is gone',
          test: isAnswered(({ command, reply }) => command === 'GET' && reply?.kind === 'null'),
        },
      ],
      hints: [
        missing(0, 'Press play: the write comes after the cut.'),
        missing(1, 'n1 does not know that it is alone. Let it play until the others replace it.'),
        missing(2, 'n4 has the slots. Let it play until the read.'),
      ],
      solution: { lines: [], untilUs: 7.5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'How many more?',
      prose: flow(`
        The same with a client. **c1** writes 20 times a second, always to **n3**. At 2 s both are cut off from the
        others. The node timeout is 1 s: silence longer than that is suspicious. Then the other side makes **n6** the
        master, which never heard of those writes.
      `),
      text: MANY_GONE,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many confirmed writes are lost?',
        form: 'number',
        options: [],
        unit: 'writes',
        outcome: (world) => String(ledger(world).lost),
        tolerance: 10,
        explanation: flow(`
          All that n3 confirmed after the cut. It stops when it suspects the other masters: a node timeout of silence,
          and up to half of one before that until it asks.
        `),
      },
      checks: [
        {
          kind: 'eventually',
          text: 'n6 owns the slots, and the losses are counted',
          test: (world) => ownerAt(world, 'n1', SLOT_OF_USER) === 'n6' && ledger(world).lost > 0,
        },
      ],
      hints: [
        { when: (world) => world.now < 2 * SECOND_US, text: 'Say a number, then press play.' },
        { when: (world) => isOk(world, 'n3'), text: 'n3 still says OK. Let it play on.' },
        otherwise('n3 has stopped. Now n6 must be elected.'),
      ],
      solution: { lines: [], untilUs: 7 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Ask how safe it is',
      prose: flow(`
        OK means: **n1** has it. The way to its replica takes 400 ms here. \`WAIT 1 100\` asks how many replicas have
        your last write, and waits at most 100 ms for one. Write at n1, and make WAIT say 0, then 1.
      `),
      text: SLOW_REPLICA,
      atUs: 1.5 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n1 confirms a write',
          test: isAnswered((answer) => answer.command === 'SET' && isOkReply(answer)),
        },
        { kind: 'eventually', text: 'WAIT says 0', test: waitSays(0) },
        { kind: 'eventually', text: 'WAIT says 1', test: waitSays(1) },
      ],
      hints: [
        missing(0, 'Type `n1> SET bar 1`.'),
        missing(1, 'Ask at once behind a write, and for less than the way takes: `n1> WAIT 1 100`.'),
        missing(2, 'Nobody has it yet. Give it more time: `n1> WAIT 1 1000`.'),
      ],
      solution: {
        lines: ['at 1.6s cli n1 SET bar 1', 'at 1.7s cli n1 WAIT 1 100', 'at 2s cli n1 WAIT 1 1000'],
        untilUs: 3 * SECOND_US,
      },
    },
    {
      kind: 'predict',
      title: 'WAIT said 1',
      prose: flow(`
        Now n1 has two replicas: **n4**, and **n7**, which does not hear it. Somebody writes \`bar\`, and WAIT says 1:
        n4 has it. At 2.5 s n1 and n4 die together. n7 is left, and is elected.
      `),
      text: WRONG_HEIR,
      atUs: 2.3 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does the cluster answer to `GET bar` at 7 s?',
        options: [
          { id: 'there', text: 'The value: WAIT has counted a replica' },
          { id: 'gone', text: '(nil): it is gone' },
          { id: 'refused', text: 'An error: n7 may not take over without it' },
        ],
        outcome: fate,
        explanation: flow(`
          WAIT told the truth: one replica had it. It does not say which one, and it has no part in the election. Write
          safety is never better than the number of copies.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Somebody reads `bar`', test: isRead }],
      hints: [
        { when: (world) => !isDown(world, 'n1'), text: 'Choose, then press play.' },
        {
          when: (world) => ownerAt(world, 'n2', SLOT_OF_BAR) === 'n1',
          text: 'Two of three are dead. n7 must be elected first.',
        },
        otherwise('n7 has taken over. Let it play until the read.'),
      ],
      solution: { lines: [], untilUs: 7.5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'WAIT said 0',
      prose: flow(`
        The other way round. The way to n4 is cut; somebody writes \`bar\` at n1, and WAIT gives up and says 0. At 3 s
        the way opens again. At 5 s n1 dies, and n4 takes over.
      `),
      text: ZERO,
      atUs: 2.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does the cluster answer to `GET bar` at 10 s?',
        options: [
          { id: 'gone', text: '(nil): WAIT has failed, so the write was taken back' },
          { id: 'there', text: 'The value' },
        ],
        outcome: fate,
        explanation: flow(`
          WAIT takes nothing back. The write was done, and n1 went on to send it. Zero means only that nobody else is
          known to have it now: whoever reports a failure to his user may be wrong.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'Somebody reads `bar`', test: isRead }],
      hints: [
        { when: (world) => !holdsKey(world, 'n4', 'bar'), text: 'n4 does not have it. Choose, then press play.' },
        { when: (world) => !isDown(world, 'n1'), text: 'Now n4 has it. Let it play.' },
        otherwise('n1 is dead. Let it play until the read.'),
      ],
      solution: { lines: [], untilUs: 10.5 * SECOND_US },
    },
    {
      kind: 'explain',
      title: 'What is promised',
      prose: flow(`
        Replication is **asynchronous**: the answer goes out first, then the stream. OK counts one copy, WAIT counts
        more, and neither asks a majority, as a consensus protocol would. Here n1 has two replicas again.
      `),
      text: WRONG_HEIR,
      atUs: 1 * SECOND_US,
      allow: [],
      question: {
        prompt: 'Which n makes `WAIT n` safe against the death of n1, whichever replica takes over?',
        form: 'number',
        options: [],
        unit: 'replicas',
        outcome: (world) => String(replicasOf(world, 'n1')),
        tolerance: 0,
        explanation: flow(`
          Every replica that may be elected must have it: both. The price: while one of them is dead, no WAIT
          reaches that number.
        `),
      },
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 1 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Lose less',
      prose: flow(`
        The cut comes again, at 3 s, and now the node timeout is 4 s. Change options **before**, so that fewer than
        40 writes are lost until 15 s. A confirmed write that is there then counts one, a lost one costs five. A master
        can also refuse to write while no replica has spoken lately.
      `),
      text: LOSE_LESS,
      atUs: 1 * SECOND_US,
      allow: ['set-cluster-node-timeout', 'set-min-replicas-to-write', 'set-min-replicas-max-lag'],
      question: null,
      checks: [
        { kind: 'never', text: 'Forty writes or more are lost', test: (world) => ledger(world).lost >= LOSSES_MAX },
        {
          kind: 'eventually',
          text: 'It is 15 s, and n6 owns the slots',
          test: (world) => isOver(world) && ownerAt(world, 'n1', SLOT_OF_USER) === 'n6',
        },
      ],
      hints: [
        missing(0, 'Too many are lost. Retry, and change something before 3 s.'),
        {
          when: (world) => world.now < 3 * SECOND_US,
          text: 'A shorter `cluster-node-timeout`, or `min-replicas-to-write 1` with a short `min-replicas-max-lag`.',
        },
        otherwise('It is too late to change much. Let it play to 15 s.'),
      ],
      solution: {
        lines: ['at 1.4s set cluster-node-timeout 500ms'],
        untilUs: 15.2 * SECOND_US,
      },
      score: {
        init: [0],
        step(memory, world) {
          if (isOver(world)) return memory
          const { acknowledged: confirmed, lost } = ledger(world)
          const score = confirmed - lost - PRICE * lost
          return score === memory[0] ? memory : [score]
        },
        text: 'confirmed writes that are there, less five for each that is lost',
      },
    },
  ],
}

/** How many replicas a node has, as n2 knows it. */
function replicasOf(world: World, name: string): number {
  const peers = node(world, 'n2')?.cluster.peers.all() ?? []
  return peers.filter(({ master }) => master === idOf(world, name)).length
}
