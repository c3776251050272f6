import { flow } from '../../../base/flow.ts'
import { choice, type Lesson, missing, otherwise } from '../../../engine/lesson.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { SLOT_OF_BAR, SLOT_OF_USER } from './acknowledged.ts'
import { CARDS } from './cards.ts'
import {
  clientStats,
  hasFailure,
  holdsKey,
  isAnswered,
  lastAnswer,
  lastCode,
  ledger,
  node,
  ownerAt,
  SECOND_US,
  type World,
} from './look.ts'

const ONE_SLOT = `set clients 2
set client-style mixed
set keys 4
set distribution tags`

const RESHARD = `# A slot moves
lab cluster
seed 18
set cluster-node-timeout 1s
set delay 5ms..10ms
${ONE_SLOT}
set load 200/s
at 2s reshard 14907-14907 n3 n2
until 10s
`

const OPEN = `set cluster-node-timeout 1s
set clients 0
at 1s cli n1 MSET {bar}:1 one {bar}:2 two
at 1.2s cli n2 CLUSTER SETSLOT 5061 IMPORTING $n1.id
at 1.3s cli n1 CLUSTER SETSLOT 5061 MIGRATING $n2.id
at 1.5s cli n1 MIGRATE $n2.host $n2.port "" 0 5000 KEYS {bar}:1`

const ASKED = `# A key that has left
lab cluster
seed 18
${OPEN}
at 2s cli n1 GET {bar}:1
until 30s
`

const HALF_WAY = `# Half way
lab cluster
seed 18
${OPEN}
until 60s
`

const BOTH = `# One here, one there
lab cluster
seed 18
${OPEN}
at 2s cli n1 MGET {bar}:1 {bar}:2
until 30s
`

const WRONG_ORDER = `# The giver is told first
lab cluster
seed 18
${OPEN}
at 1.7s cli n1 MIGRATE $n2.host $n2.port "" 0 5000 KEYS {bar}:2
at 2s cli n1 CLUSTER SETSLOT 5061 NODE $n2.id
at 2.5s cli -c n1 GET {bar}:1
until 30s
`

const BY_HAND = `# Move it by hand
lab cluster
seed 18
set cluster-node-timeout 1s
${ONE_SLOT}
set load 20/s
until 60s
`

const FIRST = '{bar}:1'
const SECOND = '{bar}:2'

const isMigrating = (world: World, name: string, slot: number): boolean =>
  node(world, name)?.cluster.migrating.has(slot) === true
const isImporting = (world: World, name: string, slot: number): boolean =>
  node(world, name)?.cluster.importing.has(slot) === true
const keysIn = (world: World, name: string, slot: number): number => node(world, name)?.db.countInSlot(slot) ?? 0
const owns = (world: World, name: string, slot: number): boolean => ownerAt(world, name, slot) === name
const isLost = (world: World): boolean =>
  [FIRST, SECOND].some((key) => !holdsKey(world, 'n1', key) && !holdsKey(world, 'n2', key))

/** n2 has the slot and all its keys, n3 knows it, and nobody marks it any more. */
const hasMoved = (world: World): boolean =>
  owns(world, 'n2', SLOT_OF_USER) &&
  ownerAt(world, 'n3', SLOT_OF_USER) === 'n2' &&
  keysIn(world, 'n3', SLOT_OF_USER) === 0 &&
  !isMigrating(world, 'n3', SLOT_OF_USER) &&
  !isImporting(world, 'n2', SLOT_OF_USER)

export const moving: Lesson<ClusterProtocol> = {
  ...CARDS.moving,
  steps: [
    {
      kind: 'observe',
      title: 'Nobody is refused',
      prose: flow(`
        Two clients ask for four keys of one slot, 14907, 200 times a second. At 2 s it moves from **n3** to **n2**, as
        \`redis-cli --cluster reshard\` does it. c1 keeps a map, c2 does not. Press play, slowly.
      `),
      text: RESHARD,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: null,
      checks: [
        { kind: 'seen', text: 'n2 may import the slot', note: 'slot-importing' },
        { kind: 'seen', text: 'n3 gives it away', note: 'slot-migrating' },
        {
          kind: 'eventually',
          text: 'A client is told ASK',
          test: (world) => ['c1', 'c2'].some((name) => (clientStats(world, name)?.ask ?? 0) > 0),
        },
        { kind: 'eventually', text: 'n2 owns the slot', test: (world) => owns(world, 'n2', SLOT_OF_USER) },
        { kind: 'never', text: 'A command fails', test: (_world, event) => hasFailure(event) },
      ],
      hints: [
        missing(0, 'Press play. First the taker is told.'),
        missing(1, 'n2 is ready. Now the giver.'),
        missing(2, 'The keys are on their way. Let it play.'),
        missing(3, 'The keys are there, the slot is not. Go on.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'A key that has left',
      prose: flow(`
        Slot 5061 is **open**: n1 still owns it and is MIGRATING it to n2; n2 is IMPORTING it. \`{bar}:1\` has moved
        already, \`{bar}:2\` has not. At 2 s somebody asks n1 for the first one.
      `),
      text: ASKED,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does n1 answer?',
        options: [
          { id: 'ok', text: '(nil): n1 owns the slot, and has no such key' },
          { id: 'MOVED', text: 'MOVED: n2 owns it' },
          { id: 'ASK', text: 'ASK: try n2, this once' },
        ],
        outcome: (world) => lastCode(world) || 'ok',
        explanation: flow(`
          ASK is for one question: the client must not change its map, for the next key of this slot may still be at n1.
          A key that never existed gets the same answer: new keys are born at the taker.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'n1 answers', test: isAnswered(({ command }) => command === 'GET') }],
      hints: [otherwise('Choose, then press play.')],
      solution: { lines: [], untilUs: 2.5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Go where you are sent',
      prose: flow(`
        Now you are the client. Get the value of \`{bar}:1\` out of **n2** itself, without \`-c\`. n2 does not own slot
        5061 yet; it makes an exception for one command, if that is announced with \`ASKING\`.
      `),
      text: HALF_WAY,
      atUs: 1.9 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n2 hands out the value, while n1 owns the slot',
          test: isAnswered(
            (answer, world) =>
              answer.node === 'n2' &&
              answer.args[0] === FIRST &&
              answer.redirections.length === 0 &&
              answer.reply?.kind === 'bulk' &&
              owns(world, 'n1', SLOT_OF_BAR),
          ),
        },
        { kind: 'never', text: 'A key is lost', test: isLost },
      ],
      hints: [
        missing(1, 'A key is gone for good. Retry.'),
        {
          when: (world) => lastAnswer(world)?.node === 'n2' && lastCode(world) === 'MOVED',
          text: 'n2 sends you back: it does not own the slot. Say `n2> ASKING` first.',
        },
        { when: (world) => lastCode(world) === 'ASK', text: 'That is the ticket: `n2> ASKING`, then ask n2.' },
        {
          when: (world) => lastAnswer(world)?.command === 'ASKING',
          text: 'It holds for one command: now `n2> GET {bar}:1`.',
        },
        otherwise('Type `n2> ASKING`, and then `n2> GET {bar}:1`.'),
      ],
      solution: { lines: ['at 2s cli n2 ASKING', 'at 2.1s cli n2 GET {bar}:1'], untilUs: 3 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'One here, one there',
      prose: flow(`
        Both keys of slot 5061 with one command: \`MGET {bar}:1 {bar}:2\`, at n1. The hash tag keeps them in one slot,
        but just now one is at n2, and the other at n1.
      `),
      text: BOTH,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does n1 answer?',
        options: [
          { id: 'ok', text: 'What it has: (nil) and "two"' },
          { id: 'ASK', text: 'ASK: n2 has one of them' },
          { id: 'TRYAGAIN', text: 'TRYAGAIN: not now' },
        ],
        outcome: (world) => lastCode(world) || 'ok',
        explanation: flow(`
          Nobody has both, so nobody can answer. The client waits a little: as soon as both are on one side, it is
          answered there. Of a moving slot only this is ever refused.
        `),
      }),
      checks: [{ kind: 'eventually', text: 'n1 answers', test: isAnswered(({ command }) => command === 'MGET') }],
      hints: [otherwise('Choose, then press play.')],
      solution: { lines: [], untilUs: 2.5 * SECOND_US },
    },
    {
      kind: 'do',
      title: 'Finish the move',
      prose: flow(`
        Slot 5061 is half way. Move the other key with \`MIGRATE\`, then tell the **taker** that the slot is its own,
        and then the giver: \`CLUSTER SETSLOT 5061 NODE $n2.id\`. \`$n2.id\`, \`$n2.host\` and \`$n2.port\` stand for
        those of n2.
      `),
      text: HALF_WAY,
      atUs: 1.9 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        {
          kind: 'eventually',
          text: 'n2 has both keys, and n1 none',
          test: (world) =>
            keysIn(world, 'n2', SLOT_OF_BAR) === 2 && keysIn(world, 'n1', SLOT_OF_BAR) === 0 && !isLost(world),
        },
        { kind: 'eventually', text: 'n2 owns the slot', test: (world) => owns(world, 'n2', SLOT_OF_BAR) },
        {
          kind: 'eventually',
          text: 'n1 knows it, and gives nothing away any more',
          test: (world) => ownerAt(world, 'n1', SLOT_OF_BAR) === 'n2' && !isMigrating(world, 'n1', SLOT_OF_BAR),
        },
        { kind: 'never', text: 'A key is lost', test: isLost },
      ],
      hints: [
        missing(3, 'A key was left behind when the slot changed hands, and dropped. Retry: keys first.'),
        {
          when: (world) => keysIn(world, 'n1', SLOT_OF_BAR) > 0,
          text: 'First the key: `n1> MIGRATE $n2.host $n2.port "" 0 5000 KEYS {bar}:2`.',
        },
        {
          when: (world) => !owns(world, 'n2', SLOT_OF_BAR),
          text: 'Now the taker: `n2> CLUSTER SETSLOT 5061 NODE $n2.id`.',
        },
        otherwise('Now the giver, so that it takes its mark off: the same at n1.'),
      ],
      solution: {
        lines: [
          'at 2s cli n1 MIGRATE $n2.host $n2.port "" 0 5000 KEYS {bar}:2',
          'at 2.2s cli n2 CLUSTER SETSLOT 5061 NODE $n2.id',
          'at 2.4s cli n1 CLUSTER SETSLOT 5061 NODE $n2.id',
        ],
        untilUs: 4 * SECOND_US,
      },
    },
    {
      kind: 'predict',
      title: 'The wrong order',
      prose: flow(`
        All keys are at n2. At 2 s somebody tells the **giver** first: n1 believes that n2 owns slot 5061. Nobody has
        told n2. At 2.5 s a client asks n1 for \`{bar}:1\`, with \`-c\`.
      `),
      text: WRONG_ORDER,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: choice({
        prompt: 'What does the client get?',
        options: [
          { id: 'ok', text: 'The value: n1 sends it to n2, which has the key' },
          { id: 'ASK', text: 'ASK: n1 still gives the slot away' },
          { id: 'MOVED', text: 'MOVED, again and again' },
        ],
        outcome: (world) => lastCode(world) || 'ok',
        explanation: flow(`
          n1 says n2. But n2 only imports, and believes in n1: it says n1. They send the client to and fro until it gives
          up. Tell the taker first: then somebody always answers.
        `),
      }),
      checks: [
        {
          kind: 'eventually',
          text: 'The client gives up, or has its value',
          test: isAnswered(({ command }) => command === 'GET'),
        },
      ],
      hints: [
        { when: (world) => owns(world, 'n1', SLOT_OF_BAR), text: 'Choose, then press play.' },
        otherwise('n1 has let go. Let it play until the client asks.'),
      ],
      solution: { lines: [], untilUs: 4 * SECOND_US },
    },
    {
      kind: 'predict',
      title: 'Who has learned?',
      prose: flow(`
        The first move again, with 100 requests a second of each client. **c1** keeps a map of all slots, and until 2 s
        it is right. **c2** keeps none: it asks anybody, and goes where it is sent.
      `),
      text: RESHARD,
      atUs: 1.9 * SECOND_US,
      allow: [],
      question: {
        prompt: 'How many of the requests of c1 are told MOVED until 4 s?',
        form: 'number',
        options: [],
        unit: 'requests',
        outcome: (world) => String(clientStats(world, 'c1')?.moved ?? 0),
        tolerance: 4,
        explanation: flow(`
          Only those that were under way when the slot changed hands. The first MOVED makes c1 fetch the map again; ASK
          never did. c2 is told MOVED with most of its requests, before the move and after it.
        `),
      },
      checks: [
        {
          kind: 'eventually',
          text: 'n2 owns the slot, and it is 4 s',
          test: (world) => owns(world, 'n2', SLOT_OF_USER) && world.now >= 4 * SECOND_US,
        },
      ],
      hints: [
        { when: (world) => owns(world, 'n3', SLOT_OF_USER), text: 'Say a number, then press play.' },
        otherwise('The slot has moved. Let it play to 4 s.'),
      ],
      solution: { lines: [], untilUs: 4.2 * SECOND_US },
    },
    {
      kind: 'challenge',
      title: 'Move it by hand',
      prose: flow(`
        Slot 14907 again, from **n3** to **n2**, under load, with your own commands. Its keys are \`{user:0}:name\`,
        \`{user:0}:mail\`, \`{user:0}:cart\` and \`{user:0}:seen\`. Nobody may be refused, nothing lost. Five commands
        can do it.
      `),
      text: BY_HAND,
      atUs: 2 * SECOND_US,
      allow: ['cli', 'redis-cli'],
      question: null,
      checks: [
        { kind: 'eventually', text: 'n2 has the slot and its keys, and no mark is left', test: hasMoved },
        { kind: 'never', text: 'A command of a client fails', test: (_world, event) => hasFailure(event) },
        { kind: 'never', text: 'A confirmed write is lost', test: (world) => ledger(world).lost > 0 },
      ],
      hints: [
        {
          when: (_world, _event, done) => done[1] === false || done[2] === false,
          text: 'Somebody was refused, or keys were dropped with the slot. Retry.',
        },
        {
          when: (world) => !owns(world, 'n2', SLOT_OF_USER) && !isImporting(world, 'n2', SLOT_OF_USER),
          text: 'Begin with the taker: `n2> CLUSTER SETSLOT 14907 IMPORTING $n3.id`.',
        },
        {
          when: (world) => owns(world, 'n3', SLOT_OF_USER) && !isMigrating(world, 'n3', SLOT_OF_USER),
          text: 'Now the giver: `n3> CLUSTER SETSLOT 14907 MIGRATING $n2.id`.',
        },
        {
          when: (world) => keysIn(world, 'n3', SLOT_OF_USER) > 0,
          text: 'Now all keys at once: `n3> MIGRATE $n2.host $n2.port "" 0 5000 KEYS` and their names.',
        },
        {
          when: (world) => !owns(world, 'n2', SLOT_OF_USER),
          text: 'The taker first: `n2> CLUSTER SETSLOT 14907 NODE $n2.id`.',
        },
        otherwise('And the giver: `n3> CLUSTER SETSLOT 14907 NODE $n2.id`.'),
      ],
      solution: {
        lines: [
          'at 2.2s cli n2 CLUSTER SETSLOT 14907 IMPORTING $n3.id',
          'at 2.4s cli n3 CLUSTER SETSLOT 14907 MIGRATING $n2.id',
          'at 2.6s cli n3 MIGRATE $n2.host $n2.port "" 0 5000 KEYS {user:0}:name {user:0}:mail {user:0}:cart {user:0}:seen',
          'at 2.8s cli n2 CLUSTER SETSLOT 14907 NODE $n2.id',
          'at 3s cli n3 CLUSTER SETSLOT 14907 NODE $n2.id',
        ],
        untilUs: 5 * SECOND_US,
      },
      score: {
        init: [0],
        step: (memory, world, event) => (event.kind === 'act' && !hasMoved(world) ? [memory[0]! + 1] : memory),
        text: 'commands: five can do it',
      },
    },
  ],
}
