import { describe, expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { nodeId } from '../../../base/brand.ts'
import type { Range } from '../../../base/units.ts'
import { classroomOf, type Place, textOf } from '../../../engine/proof/classroom.test-helper.ts'
import { type Numbers, pick, proveLessons, proveNumbers } from '../../../engine/proof/lessons.test-helper.ts'
import { DEFAULT_OPTIONS } from '../../../protocols/cluster/options.ts'
import { keySlot, SLOTS } from '../../../protocols/cluster/slots.ts'
import type { ClusterProtocol } from '../../../protocols/cluster/state.ts'
import { clusterLab } from '../world.ts'
import { LOSSES_MAX, END_US as LOSSES_US, SLOT_OF_BAR, SLOT_OF_USER } from './acknowledged.ts'
import { CARDS } from './cards.ts'
import { PROMPT_MS as ELECTION_MS, END_US as ELECTION_US } from './election.ts'
import { clientStats, integerOf, isMaster, ledger, node, ownerAt } from './look.ts'
import { PROMPT_MS as SUSPICION_MS, END_US as SUSPICION_US } from './suspicion.ts'

const room = classroomOf(clusterLab)
const { places, placeOf, enter, solved, outcome, scoreOf, best } = room

const COMMANDS = [
  'SET bar 1',
  'GET {bar}:1',
  'MSET a 1 b 2',
  'WAIT 1 100',
  'ASKING',
  'DEL {bar}:2',
  'CLUSTER KEYSLOT foo',
  'CLUSTER FAILOVER TAKEOVER',
  'CLUSTER SETSLOT 5061 NODE $n2.id',
  'CLUSTER SETSLOT 14907 IMPORTING $n3.id',
  'MIGRATE $n2.host $n2.port "" 0 500 KEYS {bar}:2',
  'CLUSTER RESET',
  'DEBUG SLEEP 1',
  'FLUSHALL',
]

proveLessons(room, {
  // The disaster first.
  order: [
    'acknowledged-and-gone',
    'where-a-key-lives',
    'suspicion-is-not-failure',
    'who-may-vote',
    'moving-a-slot',
    'coverage',
  ],
  cards: CARDS,
  answers: [
    // Write safety: WAIT counts copies; it neither chooses the heir nor takes anything back.
    ['acknowledged-and-gone/3', 'gone'],
    ['acknowledged-and-gone/4', 'there'],
    ['acknowledged-and-gone/5', '2'],
    ['where-a-key-lives/3', 'CROSSSLOT'],
    // Hash tags: the third example of the specification hashes `bar`.
    ['where-a-key-lives/5', '2'],
    // Failure detection: longer than the node timeout; a majority of the masters.
    ['suspicion-is-not-failure/1', 'ok'],
    ['suspicion-is-not-failure/3', 'pfail'],
    ['suspicion-is-not-failure/5', '3'],
    // Replica election: rank; a majority of all masters; data age; one vote in an epoch.
    ['who-may-vote/1', 'n7'],
    ['who-may-vote/2', '0'],
    ['who-may-vote/4', 'n1'],
    ['who-may-vote/5', 'differ'],
    ['moving-a-slot/1', 'ASK'],
    ['moving-a-slot/3', 'TRYAGAIN'],
    ['moving-a-slot/5', 'MOVED'],
    // 1.10 of the bus: without full coverage keys of a dead master are answered with its address.
    ['coverage/1', 'MOVED'],
    // Replica migration: the smallest id of the masters with the most; never below the barrier.
    ['coverage/3', 'n5'],
    ['coverage/4', 'nobody'],
  ],
  lines: {
    cli: (name, choice) => `cli ${pick(['', '-c '], choice >> 3)}${name(0)} ${pick(COMMANDS, choice >> 4)}`,
    'redis-cli': (name, choice) => `redis-cli -p ${7000 + Number(name(0).slice(1))} ${pick(COMMANDS, choice >> 4)}`,
    failover: (name, choice) => `failover ${name(0)}${pick(['', ' force', ' takeover'], choice >> 4)}`,
    config: (name, choice) => `config ${name(0)} cluster-require-full-coverage ${pick(['yes', 'no'], choice >> 4)}`,
    'set-cluster-require-full-coverage': (_, choice) =>
      `set cluster-require-full-coverage ${pick(['yes', 'no'], choice)}`,
    'set-cluster-node-timeout': (_, choice) => `set cluster-node-timeout ${pick(['200ms', '1s', '8s'], choice)}`,
    'set-min-replicas-to-write': (_, choice) => `set min-replicas-to-write ${choice % 3}`,
    'set-min-replicas-max-lag': (_, choice) => `set min-replicas-max-lag ${choice % 3}s`,
  },
  detours: {
    'where-a-key-lives/1': [['cli n1 CLUSTER KEYSLOT bar'], ['cli n1 CLUSTER KEYSLOT foo', 'cli n1 SET foo 1']],
    'where-a-key-lives/4': [['cli n1 MSET a 1 b 2'], ['cli n1 MSET {foo}:1 1 {foo}:2 2']],
    'where-a-key-lives/6': [['cli n1 SET foo 1']],
    'suspicion-is-not-failure/2': [['pause n1', 6000]],
    'suspicion-is-not-failure/4': [['link n1<>n4 cut', 'link n1<>n5 cut', 100, 'link n1<>n6 cut']],
    'suspicion-is-not-failure/6': [['set cluster-node-timeout 500ms', 8000]],
    'who-may-vote/3': [['failover n4 force']],
    'who-may-vote/6': [['kill n1', 4000], ['failover n1']],
    'who-may-vote/7': [['kill n1', 'kill n4', 3000, 'restart n1', 3000]],
    'moving-a-slot/2': [['cli n1 DEL {bar}:2'], ['cli n2 GET {bar}:1'], ['cli n1 GET {bar}:1']],
    'moving-a-slot/4': [['cli n2 CLUSTER SETSLOT 5061 NODE $n2.id']],
    'moving-a-slot/7': [['cli n2 CLUSTER SETSLOT 14907 IMPORTING $n3.id', 'cli n2 CLUSTER SETSLOT 14907 NODE $n2.id']],
  },
  wanderers: 30,
})

test.each(clusterLab.lessons)('$id lets the learner act', ({ steps }) => {
  expect(steps.map(({ kind }) => kind)).toContain('do')
})

describe('numbers that runs answer, by reason', () => {
  test('every other question is a number, with its own test below', () => {
    const open = places.filter(({ step }) => step.question !== null && step.question.tolerance > 0)
    expect(open.map(({ place }) => place)).toEqual([
      'acknowledged-and-gone/1',
      'where-a-key-lives/2',
      'moving-a-slot/6',
    ])
  })

  test('as many writes are lost as a client of twenty a second writes in a node timeout and a half', () => {
    const place = placeOf('acknowledged-and-gone/1')
    const lost = Number(outcome(solved(place))?.value)
    // A node timeout of 1 s to one and a half and two crons; the gaps of the load are between half and one and a half.
    expect(lost).toBeGreaterThan(20 * 1 * 0.7)
    expect(lost).toBeLessThan(20 * 1.7 * 1.4)
    expect(ledger(solved(place).sim).lostBy).toEqual({ partition: lost })
  })

  test('two guesses of three are wrong', () => {
    const moved = Number(outcome(solved(placeOf('where-a-key-lives/2')))?.value)
    // Three standard deviations of a hundred draws.
    expect(Math.abs(moved - 67)).toBeLessThan(15)
  })

  test('a smart client hears MOVED of one move only while its questions are under way', () => {
    const place = placeOf('moving-a-slot/6')
    const moved = Number(outcome(solved(place))?.value)
    const { moved: naive, answered } = present(clientStats(solved(place).sim, 'c2'), 'c2')
    // 100 a second, and at most 40 ms until the new map is there; the naive one asks five wrong nodes of six.
    expect(moved).toBeGreaterThan(0)
    expect(moved).toBeLessThan(10)
    expect(naive / answered).toBeGreaterThan(0.7)
  })
})

describe('the disaster', () => {
  test('the answer was OK, the value is gone, and the ledger says why', () => {
    const { sim } = solved(placeOf('acknowledged-and-gone/0'))
    expect(ledger(sim)).toMatchObject({ acknowledged: 1, lost: 1, lostBy: { partition: 1 } })
  })
})

describe('scores tell better from worse', () => {
  test('acknowledged-and-gone: who refuses everything loses nothing, and has little', () => {
    const name = 'acknowledged-and-gone/6'
    const refused = present(scoreOf(name, ['at 1.2s set min-replicas-to-write 3'], 15_200_000), 'a score')
    expect(refused).toBeGreaterThan(0)
    expect(best(name)).toBeGreaterThan(refused)
  })

  test('where-a-key-lives: a word too many costs a command', () => {
    const { lines, untilUs } = placeOf('where-a-key-lives/6').step.solution
    expect(best('where-a-key-lives/6')).toBe(5)
    expect(scoreOf('where-a-key-lives/6', ['at 900ms cli n1 CLUSTER KEYSLOT red', ...lines], untilUs)).toBe(6)
  })

  test('suspicion-is-not-failure: a longer timeout costs answers, a shorter one the task', () => {
    const name = 'suspicion-is-not-failure/6'
    expect(present(scoreOf(name, ['at 1.5s set cluster-node-timeout 3s'], 16_200_000), 'a score')).toBeLessThan(
      best(name),
    )
    expect(scoreOf(name, ['at 1.5s set cluster-node-timeout 1s'], 16_200_000)).toBeNull()
  })

  test('who-may-vote: a death costs answers', () => {
    const lines = ['at 2s kill n1', 'at 5s restart n1', 'at 5.2s failover n5', 'at 5.5s failover n6']
    expect(present(scoreOf('who-may-vote/7', lines, 8_200_000), 'a score')).toBeLessThan(best('who-may-vote/7'))
  })

  test('moving-a-slot: commands are counted until the slot has moved', () => {
    const { lines, untilUs } = placeOf('moving-a-slot/7').step.solution
    expect(best('moving-a-slot/7')).toBe(5)
    const curious = ['at 2.1s cli n3 CLUSTER COUNTKEYSINSLOT 14907', ...lines, 'at 4s cli n2 CLUSTER INFO']
    expect(scoreOf('moving-a-slot/7', curious, untilUs)).toBe(6)
  })

  test('coverage: three deaths, one after the other', () => {
    expect(best('coverage/5')).toBe(3)
  })
})

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

/** A step after its solution, and what can be measured in it. */
function measured(place: Place<ClusterProtocol>) {
  const desk = solved(place)
  const { sim, experiment } = desk
  const { setting, act } = textOf(desk)
  return {
    sim,
    act,
    setting: (name: string) => Number(setting(name)),
    seconds: (name: string) => Number(setting(name)) / 1e6,
    /** How long the sleep of a node takes, in milliseconds. */
    sleepMs: (name: string): number => {
      const [from, to] = ['pause', 'resume'].map(
        (id) =>
          present(
            experiment.acts.find(({ act }) => act.id === id && act.args.node === name),
            id,
          ).at,
      )
      return (to! - from!) / 1000
    },
    /** The delay of the link that is changed in the text, in milliseconds. */
    delayMs: (): number => {
      const { low, high } = present(
        experiment.acts.find(({ act }) => act.id === 'link'),
        'a link',
      ).act.args.delay as Range
      expect(low).toBe(high)
      return low / 1000
    },
    /** What WAIT said, in order. */
    waits: (): readonly number[] => {
      const asked = new Map<string, boolean>()
      const said: number[] = []
      for (const each of sim.operations) {
        if (each.kind === 'call') asked.set(each.request, isWait(each.command))
        else if (asked.get(each.request) === true) {
          const reply = each.result?.outcomes[0]?.reply ?? null
          said.push(present(integerOf({ node: '', command: 'WAIT', args: [], reply, redirections: [] }), 'a number'))
        }
      }
      return said
    },
    /** Whole seconds of virtual time at which the solution ends. */
    end: Math.floor(place.step.solution.untilUs / 1e6),
    /** First and last slot of a node. */
    slots: (name: string): readonly number[] => {
      const own = Array.from({ length: SLOTS }, (_, slot) => slot).filter((slot) => ownerAt(sim, name, slot) === name)
      return [own[0]!, own.at(-1)!]
    },
    /** How many slots have an owner. */
    covered: () => Array.from({ length: SLOTS }, (_, slot) => ownerAt(sim, 'n1', slot)).filter((name) => name).length,
  }
}

const isWait = (command: { readonly kind: string; readonly args?: readonly string[] }): boolean =>
  command.kind === 'typed' && command.args?.[0] === 'WAIT'

const NT = 'cluster-node-timeout'

const NUMBERS: Numbers<ReturnType<typeof measured>> = {
  'acknowledged-and-gone/0': [
    ['At 2 s the network', (run) => run.act('partition')],
    ['At 2.2 s somebody', (run) => run.act('cli')],
    ['At 6 s the network', (run) => run.act('heal')],
    ['at 7 s somebody', (run) => run.act('cli', 3)],
  ],
  'acknowledged-and-gone/1': [
    ['writes 20 times', (run) => run.setting('load')],
    ['At 2 s both', (run) => run.act('partition')],
    ['timeout is 1 s', (run) => run.seconds(NT)],
  ],
  'acknowledged-and-gone/2': [
    ['takes 400 ms', (run) => run.delayMs()],
    ['at most 100 ms', () => Number(placeOf('acknowledged-and-gone/2').step.solution.lines[1]!.split(' ').at(-1))],
    ['WAIT say 0, then 1', (run) => run.waits()],
  ],
  'acknowledged-and-gone/3': [
    ['WAIT says 1', (run) => run.waits()],
    ['At 2.5 s n1', (run) => run.act('kill')],
    ['at 7 s', (run) => run.act('cli', 3)],
  ],
  'acknowledged-and-gone/4': [
    ['says 0', (run) => run.waits()],
    ['At 3 s the way', (run) => run.act('link', 2)],
    ['At 5 s n1', (run) => run.act('kill')],
    ['at 10 s', (run) => run.act('cli', 3)],
  ],
  'acknowledged-and-gone/6': [
    ['again, at 3 s', (run) => run.act('partition')],
    ['timeout is 4 s', (run) => run.seconds(NT)],
    ['than 40 writes', () => LOSSES_MAX],
    ['until 15 s', () => LOSSES_US / 1e6],
  ],
  'where-a-key-lives/0': [
    ['one of 16384 slots', (run) => run.covered()],
    ['At 1 s somebody', (run) => run.act('cli')],
    ['at 1.5 s n1', (run) => run.act('cli', 1.2)],
    ['at 2 s n3', (run) => run.act('cli', 1.7)],
  ],
  'where-a-key-lives/1': [
    ['modulo 16384', (run) => run.covered()],
    ['owns 10923 to 16383', (run) => run.slots('n3')],
  ],
  'where-a-key-lives/3': [['At 1 s somebody', (run) => run.act('cli')]],
  'suspicion-is-not-failure/0': [
    ['At 2 s n1', (run) => run.act('pause')],
    ['At 6 s it', (run) => run.act('resume')],
  ],
  'suspicion-is-not-failure/1': [
    ['timeout is 1 s', (run) => run.seconds(NT)],
    ['for 900 ms', (run) => run.sleepMs('n1')],
  ],
  'suspicion-is-not-failure/2': [['timeout is 2 s', (run) => run.seconds(NT)]],
  'suspicion-is-not-failure/3': [
    ['At 2 s the link', (run) => run.act('link')],
    ['at 7 s', (run) => run.end],
  ],
  'suspicion-is-not-failure/6': [
    ['for 700 ms', (run) => run.sleepMs('n1')],
    ['n2 for 2 s', (run) => run.sleepMs('n2') / 1000],
    ['at 10 s n3', (run) => run.act('kill')],
    ['by 16 s', () => SUSPICION_US / 1e6],
    ['within 100 ms', () => SUSPICION_MS],
  ],
  'who-may-vote/0': [['dies at 2 s', (run) => run.act('kill')]],
  'who-may-vote/1': [
    ['written at 1.5 s', (run) => run.act('cli')],
    ['rank 0', (run) => present(node(run.sim, 'n7'), 'n7').cluster.election.rank],
  ],
  'who-may-vote/2': [
    ['die at 2 s', (run) => run.act('kill')],
    ['at 7 s', (run) => run.end],
  ],
  'who-may-vote/4': [
    ['to n1 at 1 s', (run) => run.act('link')],
    ['With  1 it', (run) => run.setting('cluster-replica-validity-factor')],
    ['default is 10', () => DEFAULT_OPTIONS.replicaValidityFactor],
    ['At 6 s n1', (run) => run.act('kill')],
    ['at 11 s', (run) => run.end],
  ],
  'who-may-vote/7': [
    ['before 8 s', () => ELECTION_US / 1e6],
    ['ask 40 times', (run) => run.setting('load')],
    ['within 50 ms', () => ELECTION_MS],
    ['until 8 s', () => ELECTION_US / 1e6],
  ],
  'moving-a-slot/0': [
    ['slot, 14907', () => keySlot('{user:0}:name')],
    ['200 times', (run) => run.setting('load')],
    ['At 2 s it', (run) => run.act('reshard')],
  ],
  'moving-a-slot/1': [
    ['Slot 5061 is', () => keySlot('{bar}:1')],
    ['At 2 s somebody', (run) => run.act('cli', 1.8)],
  ],
  'moving-a-slot/2': [['own slot 5061', () => keySlot('{bar}:1')]],
  'moving-a-slot/3': [['of slot 5061', () => keySlot('{bar}:2')]],
  'moving-a-slot/4': [['Slot 5061 is', () => keySlot('{bar}:2')]],
  'moving-a-slot/5': [
    ['At 2 s somebody', (run) => run.act('cli', 1.8)],
    ['owns slot 5061', () => keySlot('{bar}:1')],
    ['At 2.5 s a client', (run) => run.act('cli', 2.2)],
  ],
  'moving-a-slot/6': [
    ['with 100 requests', (run) => run.setting('load') / 2],
    ['until 2 s', (run) => run.act('reshard')],
    ['until 4 s', (run) => run.end],
  ],
  'moving-a-slot/7': [['Slot 14907 again', () => keySlot('{user:0}:seen')]],
  'coverage/0': [
    ['At 2 s n1', (run) => run.act('kill')],
    ['At 5 s somebody', (run) => run.act('cli')],
  ],
  'coverage/1': [
    ['At 5 s n3', (run) => run.act('cli')],
    ['At 6 s somebody', (run) => run.act('cli', 5.5)],
  ],
  'coverage/3': [
    ['die at 2 s', (run) => run.act('kill')],
    ['at 12 s', (run) => run.end],
  ],
  'coverage/4': [
    ['dies at 2 s', (run) => run.act('kill')],
    ['is 1:', (run) => run.setting('cluster-migration-barrier')],
    ['at 12 s', (run) => run.end],
  ],
}

proveNumbers(room, measured, NUMBERS)

test('the slots that the lessons name are those of their keys, and of the masters that they name', () => {
  const { sim } = enter(placeOf('where-a-key-lives/1'))
  expect([keySlot('bar'), keySlot('{user:0}:cart')]).toEqual([SLOT_OF_BAR, SLOT_OF_USER])
  expect([ownerAt(sim, 'n2', SLOT_OF_BAR), ownerAt(sim, 'n2', SLOT_OF_USER)]).toEqual(['n1', 'n3'])
  expect(isMaster(sim, 'n4')).toBe(false)
  expect(sim.indexOf(nodeId('n7'))).toBe(-1)
})
