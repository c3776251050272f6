import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { SLOT_OF_BAR } from './acknowledged.ts'
import { CARDS } from './cards.ts'
import {
  errorCode,
  isAnswered,
  isDown,
  isOk,
  isOkReply,
  lastCode,
  masterOf,
  ownerAt,
  SECOND_US,
  type World,
} from './look.ts'

const BOTH_DEAD = `# A third of the keys
lab cluster
seed 9
set cluster-node-timeout 1s
set clients 0
at 2s kill n1
at 2s kill n4
at 5s cli n3 SET foo 1
until 60s
`

const PARTIAL = `# Two thirds go on
lab cluster
seed 9
set cluster-node-timeout 1s
set cluster-require-full-coverage no
set clients 0
at 2s kill n1
at 2s kill n4
at 5s cli n3 SET foo 1
at 6s cli n2 SET bar 1
until 30s
`

const ORPHAN = `# An orphan
lab cluster
seed 13
set cluster-node-timeout 1s
set replicas 2
set clients 0
at 2s kill n4
at 2s kill n7
until 30s
`

const POOR = `# Nobody to spare
lab cluster
seed 13
set cluster-node-timeout 1s
set clients 0
at 2s kill n4
until 30s
`

const FAMILY = `# Three of a family
lab cluster
seed 13
set cluster-node-timeout 1s
set replicas 2
set clients 0
until 120s
`

const STRANGERS = ['n5', 'n6', 'n8', 'n9']
const FAMILY_OF_N1 = ['n1', 'n4', 'n7']

const replicasOfN1 = (world: World): readonly string[] => STRANGERS.filter((name) => masterOf(world, name) === 'n1')

const isHeldByStranger = (world: World): boolean => STRANGERS.includes(ownerAt(world, 'n2', SLOT_OF_BAR) ?? '')
const deadFamily = (world: World): number => FAMILY_OF_N1.filter((name) => isDown(world, name)).length

export const coverage: Lesson<ClusterProtocol> = {
  ...CARDS.coverage,
  steps: [
    {
      kind: 'observe',
      title: 'A third is gone, all is refused',
      prose: flow(`
        At 2 s **n1** and its only replica **n4** die. A third of the slots has no living owner. n2 and n3 are well. At
        5 s somebody writes \`foo\` at **n3**, which owns its slot. Press play.
      `),
      text: BOTH_DEAD,
      atUs: 1.8 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n1 has failed, and n3 holds the cluster for down',
          test: (world) => isDown(world, 'n1') && !isOk(world, 'n3'),
        },
        {
          kind: 'eventually',
          text: 'n3 refuses a key of its own',
          test: isAnswered((answer) => answer.node === 'n3' && errorCode(answer) === 'CLUSTERDOWN'),
        },
      ],
      hints: [
        missing(0, 'A majority must agree first. Let it play.'),
        missing(1, 'Now a write for n3. Let it play to 5 s.'),
      ],
      solution: { lines: [], untilUs: 5.5 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Two thirds go on',
      prose: flow(`
        The same deaths with \`cluster-require-full-coverage no\`. At 5 s n3 says OK to \`foo\`. At 6 s somebody writes
        \`bar\` at n2; its slot is one of those of n1, which is dead and has no heir.
      `),
      text: PARTIAL,
      atUs: 5.5 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does n2 answer?',
        options: [
          { id: 'ok', text: 'OK: n2 takes care of it' },
          { id: 'MOVED', text: 'MOVED: ask n1' },
          { id: 'CLUSTERDOWN', text: 'CLUSTERDOWN: nobody serves the slot' },
        ],
        outcome: (world) => lastCode(world) || 'ok',
        explanation: flow(`
          The slot still belongs to n1, dead or not, and n2 says so: the client finds a closed door. Ownership moves by
          election or by hand, never by itself.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'n2 answers',
          test: isAnswered(({ node, command }) => node === 'n2' && command === 'SET'),
        },
      ],
      hints: [otherwise('Choose, then press play.')],
      solution: { lines: [], untilUs: 6.5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Your choice',
      prose: flow(`
        The first experiment again, after the refusal: everything is down for the sake of a third. Whole or nothing is
        only the default. Change it, and write \`foo\` at n3.
      `),
      text: BOTH_DEAD,
      atUs: 5.5 * SECOND_US,
      allow: ['set-cluster-require-full-coverage', 'config', 'cli', 'redis-cli'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n3 holds the cluster for up', test: (world) => isOk(world, 'n3') },
        {
          kind: 'eventually',
          text: 'n3 says OK to a write',
          test: isAnswered((answer) => answer.node === 'n3' && answer.command === 'SET' && isOkReply(answer)),
        },
      ],
      hints: [
        {
          when: (world, _event, done) => done[0] === false && world.now > 6 * SECOND_US,
          text: 'Type `set cluster-require-full-coverage no`: that is for all nodes.',
        },
        missing(0, 'Which option made n3 refuse? It has "full coverage" in its name.'),
        otherwise('n3 serves again: `n3> SET foo 1`.'),
      ],
      solution: {
        lines: ['at 5.8s set cluster-require-full-coverage no', 'at 6.2s cli n3 SET foo 1'],
        untilUs: 7 * SECOND_US,
      },
    },
    {
      kind: 'predict',
      title: 'An orphan',
      prose: flow(`
        Better not to come to that. Every master has two replicas: n2 has n5 and n8, n3 has n6 and n9. Those of **n1**,
        n4 and n7, both die at 2 s. For five seconds nothing happens.
      `),
      text: ORPHAN,
      atUs: 3 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Who is a replica of n1 at 12 s?',
        options: [
          { id: 'nobody', text: 'Nobody: replicas are faithful' },
          { id: 'n5', text: 'n5: of those that can be spared, the smallest id' },
          { id: 'n5 n6', text: 'n5 and n6: each master gives one' },
        ],
        outcome: (world) => replicasOfN1(world).join(' ') || 'nobody',
        explanation: flow(`
          **Replica migration**: a master that had replicas and has none is an orphan. Of the masters with the most, the
          replica with the smallest id goes, and all can compute who that is: nobody has to ask.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 12 s', test: (world) => world.now >= 12 * SECOND_US }],
      hints: [
        { when: (world) => replicasOfN1(world).length === 0, text: 'Choose, then let it play to 12 s.' },
        otherwise('Somebody has moved over. Is that all? To 12 s.'),
      ],
      solution: { lines: [], untilUs: 12.2 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Nobody to spare',
      prose: flow(`
        Now every master has **one** replica, and n4, that of n1, dies at 2 s. \`cluster-migration-barrier\` is 1: so
        many replicas a master keeps for itself.
      `),
      text: POOR,
      atUs: 3 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Who is a replica of n1 at 12 s?',
        options: [
          { id: 'nobody', text: 'Nobody' },
          { id: 'n5', text: 'n5, and n2 becomes the orphan' },
        ],
        outcome: (world) => replicasOfN1(world).join(' ') || 'nobody',
        explanation: flow(`
          Nobody: it would only move the hole. That is why a few replicas more than one each are worth their price: any
          master that needs one can have them.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'It is 12 s', test: (world) => world.now >= 12 * SECOND_US }],
      hints: [otherwise('Choose, then let it play to 12 s.')],
      solution: { lines: [], untilUs: 12.2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Three of a family',
      prose: flow(`
        n1, n4 and n7 hold the same slots. Kill **all three**, one way or the other, and let the cluster live: at the
        end a node that was born elsewhere owns the slots of n1, and n2 holds the cluster for up. Three acts can do it.
      `),
      text: FAMILY,
      atUs: 1 * SECOND_US,
      allow: ['kill', 'restart', 'failover'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n1, n4 and n7 are dead at once', test: (world) => deadFamily(world) === 3 },
        {
          kind: 'eventually',
          text: 'A stranger owns their slots, and the cluster is up',
          test: (world) => deadFamily(world) === 3 && isHeldByStranger(world) && isOk(world, 'n2'),
        },
      ],
      hints: [
        {
          when: (world) => deadFamily(world) === 3 && !isHeldByStranger(world) && !hasHeir(world),
          text: 'Nobody is left who has their keys. Retry, and leave one alive until a stranger has come.',
        },
        {
          when: (world) => deadFamily(world) === 3,
          text: 'A stranger has the keys. Let it play until it is elected.',
        },
        {
          when: (world) => deadFamily(world) === 2 && !hasHeir(world),
          text: 'The last one is an orphan. Give the others more than five seconds to notice.',
        },
        {
          when: (world) => deadFamily(world) === 2,
          text: 'A stranger has moved over, with all keys. Now the last one.',
        },
        otherwise('An orphan gets a replica from a master with two. Make n1 an orphan.'),
      ],
      solution: { lines: ['at 2s kill n4', 'at 2.2s kill n7', 'at 12s kill n1'], untilUs: 18 * SECOND_US },
      score: {
        init: [0],
        step: (memory, world, event) =>
          event.kind === 'act' && !(deadFamily(world) === 3 && isHeldByStranger(world)) ? [memory[0]! + 1] : memory,
        text: 'acts: three can do it',
      },
    },
  ],
}

/** A stranger replicates one of the family. */
function hasHeir(world: World): boolean {
  return STRANGERS.some((name) => FAMILY_OF_N1.includes(masterOf(world, name) ?? ''))
}
