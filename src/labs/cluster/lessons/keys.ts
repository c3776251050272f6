import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { keySteps } from '../contract.ts'
import { CARDS } from './cards.ts'
import {
  clientStats,
  errorCode,
  integerOf,
  isAnswered,
  isOkReply,
  lastAnswer,
  lastCode,
  node,
  ownerAt,
  SECOND_US,
  type World,
} from './look.ts'

/** Requests of the naive client that are looked at. */
const REQUESTS = 100
const MASTERS = ['n1', 'n2', 'n3', 'n4', 'n5']
const BRACES = ['foo{}{bar}', 'foo{{bar}}zap', 'foo{bar}{zap}']

const THREE_ANSWERS = `# Three answers
lab cluster
seed 2
set cluster-node-timeout 2s
set clients 0
at 1s cli n2 SET bar 1
at 1.5s cli n1 SET bar 1
at 2s cli -c n3 GET bar
until 30s
`

const QUIET = `# A quiet cluster
lab cluster
seed 2
set cluster-node-timeout 2s
set clients 0
until 60s
`

const NAIVE = `# A client that does not learn
lab cluster
seed 2
set cluster-node-timeout 2s
set replicas 0
set clients 1
set client-style naive
at 0.5s load c1 50/s
until 30s
`

const TWO_SLOTS = `# Two keys of one user
lab cluster
seed 2
set cluster-node-timeout 2s
set clients 0
at 1s cli -c n1 MSET user:7:name Ada user:7:mail ada@example.org
until 30s
`

const FIVE = `# A key for everybody
lab cluster
seed 2
set cluster-node-timeout 2s
set masters 5
set replicas 0
set clients 0
until 60s
`

/** `CLUSTER KEYSLOT` was answered with a slot of this owner. */
const isSlotOf = (world: World, owner: string, answer = lastAnswer(world)): boolean => {
  if (answer === null || answer.command !== 'CLUSTER' || answer.args[0]?.toUpperCase() !== 'KEYSLOT') return false
  const slot = integerOf(answer)
  return slot !== null && ownerAt(world, 'n1', slot) === owner
}

/** The keys of an MSET. */
const keysOf = (args: readonly string[]): ReadonlySet<string> => new Set(args.filter((_, at) => at % 2 === 0))

const withKeys = (world: World): number => MASTERS.filter((name) => (node(world, name)?.db.size ?? 0) > 0).length

export const keys: Lesson<ClusterProtocol> = {
  ...CARDS.keys,
  steps: [
    {
      kind: 'observe',
      title: 'Three answers',
      prose: flow(`
        Every key falls into one of 16384 slots, and every slot has one owner. At 1 s somebody asks **n2** for
        \`bar\`, at 1.5 s **n1**, and at 2 s **n3**, with \`-c\`: then redis-cli goes where it is sent. Press play,
        and read the terminal.
      `),
      text: THREE_ANSWERS,
      atUs: 0.9 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n2 says MOVED: another node owns the slot',
          test: isAnswered((answer) => answer.node === 'n2' && errorCode(answer) === 'MOVED'),
        },
        {
          kind: 'eventually',
          text: 'n1 says OK',
          test: isAnswered((answer) => answer.node === 'n1' && isOkReply(answer)),
        },
        {
          kind: 'eventually',
          text: 'redis-cli is redirected, and has the value',
          test: isAnswered(({ redirections, reply }) => redirections.length > 0 && reply?.kind === 'bulk'),
        },
      ],
      hints: [
        missing(0, 'Press play: first the wrong node is asked.'),
        missing(1, 'MOVED named the owner. Now it is asked.'),
        missing(2, 'One more: a wrong node, but with `-c`.'),
      ],
      solution: { lines: [], untilUs: 2.5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Find a key of n3',
      prose: flow(`
        The slot of a key is the CRC16 of its name, modulo 16384: any client can compute it. \`n1> CLUSTER KEYSLOT\`
        and a word does it for you. **n3** owns 10923 to 16383. Find a word that falls there, and write it at n3.
      `),
      text: QUIET,
      atUs: 1 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'CLUSTER KEYSLOT names a slot of n3',
          test: isAnswered((answer, world) => isSlotOf(world, 'n3', answer)),
        },
        {
          kind: 'eventually',
          text: 'n3 says OK to a write, and nobody was redirected',
          test: isAnswered(
            (answer) =>
              answer.node === 'n3' && answer.command === 'SET' && isOkReply(answer) && answer.redirections.length === 0,
          ),
        },
      ],
      hints: [
        {
          when: (world, _event, done) => done[0] === false && lastAnswer(world)?.command === 'CLUSTER',
          text: 'That slot belongs to another. Try other words: names, colours, animals.',
        },
        missing(0, 'Type `n1> CLUSTER KEYSLOT` and a word.'),
        { when: (world) => lastCode(world) === 'MOVED', text: 'MOVED names the owner. Write a key of n3, at n3.' },
        otherwise('Now write it: `n3> SET`, your word, and a value.'),
      ],
      solution: { lines: ['at 1.5s cli n1 CLUSTER KEYSLOT foo', 'at 2s cli n3 SET foo 1'], untilUs: 3 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A client that does not learn',
      prose: flow(`
        Three masters, each with a third of the slots. **c1** asks any of them, and goes where it is sent; next time it
        guesses again. Nothing is remembered.
      `),
      text: NAIVE,
      atUs: 0.4 * SECOND_US,
      allow: [],
      question: {
        prompt: 'Of its first hundred requests, how many are told MOVED?',
        form: 'number',
        options: [],
        unit: 'requests',
        outcome: (world) => String(clientStats(world, 'c1')?.moved ?? 0),
        tolerance: 12,
        explanation: flow(`
          Two guesses of three are wrong. A smart client fetches the map (\`CLUSTER SLOTS\`) once, computes the slots
          itself, and fetches it again when it hears MOVED: then almost no question is asked twice.
        `),
      },
      checks: [
        {
          kind: 'eventually',
          text: 'A hundred requests are answered',
          test: (world) => (clientStats(world, 'c1')?.answered ?? 0) >= REQUESTS,
        },
      ],
      hints: [
        { when: (world) => (clientStats(world, 'c1')?.answered ?? 0) === 0, text: 'Say a number, then press play.' },
        otherwise('Not a hundred yet. Let it play.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Two keys at once',
      prose: flow(`
        At 1 s somebody writes two keys of one user with one command, with \`-c\`: \`MSET user:7:name Ada user:7:mail
        ada@example.org\`. Their names are alike; their CRC16 are not.
      `),
      text: TWO_SLOTS,
      atUs: 0.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What is the answer?',
        options: [
          { id: 'ok', text: 'OK: redis-cli asks both owners' },
          { id: 'MOVED', text: 'MOVED: one of them must do both' },
          { id: 'CROSSSLOT', text: 'CROSSSLOT: nobody may do both' },
        ],
        outcome: (world) => lastCode(world) || 'ok',
        explanation: flow(`
          A command is done by one node, at once. Two slots may have two owners, today or tomorrow, so two slots are
          refused even when one node owns both.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'MSET is answered', test: isAnswered(({ command }) => command === 'MSET') }],
      hints: [otherwise('Choose, then press play.')],
      solution: { lines: [], untilUs: 1.5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Keep them together',
      prose: flow(`
        A **hash tag**: if a name has braces, only what stands between the first \`{\` and the next \`}\` is hashed.
        \`{user:7}:name\` and \`{user:7}:mail\` are neighbours for ever. Write two keys with one MSET.
      `),
      text: QUIET,
      atUs: 1 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'One MSET writes two keys',
          test: isAnswered((answer) => answer.command === 'MSET' && isOkReply(answer) && keysOf(answer.args).size > 1),
        },
      ],
      hints: [
        {
          when: (world) => lastCode(world) === 'CROSSSLOT',
          text: 'Two slots. Give both names the same tag: `{user:7}:name` and `{user:7}:mail`.',
        },
        {
          when: (world) => lastCode(world) === 'MOVED',
          text: 'One slot, but the wrong node. Type it with `-c`, or where MOVED says.',
        },
        otherwise('Type `n1> -c MSET {user:7}:name Ada {user:7}:mail ada@example.org`.'),
      ],
      solution: {
        lines: ['at 1.5s cli -c n1 MSET {user:7}:name Ada {user:7}:mail ada@example.org'],
        untilUs: 2.5 * SECOND_US,
      },
    },
    {
      kind: 'explain',
      title: 'Which braces?',
      prose: flow(`
        The first opening brace counts, and the first closing one behind it. If nothing stands between them, or one is
        missing, the whole name is hashed. Tags are a choice: all keys of one tag lie with one master, however busy.
      `),
      text: QUIET,
      atUs: 1 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'Which of these keys lies in the slot of `bar`?',
        options: BRACES.map((key, at) => ({ id: String(at), text: key })),
        outcome: () => String(BRACES.findIndex((key) => keySteps(key).slot === keySteps('bar').slot)),
        explanation: flow(`
          Of \`foo{bar}{zap}\` only \`bar\` is hashed. \`foo{}{bar}\` has nothing in its first braces: the whole name
          counts. Of \`foo{{bar}}zap\` it is \`{bar\`, with a brace.
        `),
      }),
      checks: [],
      hints: [],
      solution: { lines: [], untilUs: 1 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'A key for everybody',
      prose: flow(`
        Five masters, a fifth of the slots each. Give **every** one of them a key, with as few commands as you can. The
        slot map shows where a word falls before you type it as a command. Five commands can do it.
      `),
      text: FIVE,
      atUs: 0.5 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'Each of the five masters holds a key',
          test: (world) => withKeys(world) === MASTERS.length,
        },
      ],
      hints: [
        {
          when: (world) => lastCode(world) === 'MOVED',
          text: 'MOVED costs a command. `-c` goes there by itself, or choose the node by the slot.',
        },
        { when: (world) => withKeys(world) === 0, text: 'Begin anywhere: `n1> -c SET`, a word, and a value.' },
        otherwise('Somebody has none yet. Look for a word that falls into the part without keys.'),
      ],
      solution: {
        lines: [
          'at 1s cli -c n1 SET orange 1',
          'at 1.2s cli -c n1 SET blue 1',
          'at 1.4s cli -c n1 SET apple 1',
          'at 1.6s cli -c n1 SET plum 1',
          'at 1.8s cli -c n1 SET ant 1',
        ],
        untilUs: 3 * SECOND_US,
      },
      score: {
        init: [0],
        step: (memory, world, event) =>
          event.kind === 'act' && withKeys(world) < MASTERS.length ? [memory[0]! + 1] : memory,
        text: 'commands: five can do it',
      },
    },
  ],
}
