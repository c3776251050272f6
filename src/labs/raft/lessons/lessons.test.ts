import { describe, expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { nodeId } from '../../../base/brand.ts'
import type { Range } from '../../../base/units.ts'
import { classroomOf, type Place, textOf } from '../../../engine/proof/classroom.test-helper.ts'
import { pick, proveLessons, proveNumbers } from '../../../engine/proof/lessons.test-helper.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { raftLab } from '../world.ts'
import { CARDS } from './cards.ts'
import { END_US, PROMPT_US } from './leader-dies.ts'

const room = classroomOf(raftLab)
const { placeOf, enter, solved, outcome, scoreOf } = room

proveLessons(room, {
  // From the disaster to the smallest rule.
  order: ['leader-dies', 'majority', 'figure-7', 'figure-8'],
  cards: CARDS,
  answers: [
    // 5.2: a restarted node is a follower.
    ['leader-dies/4', 'follower'],
    // Two majorities of one electorate overlap.
    ['leader-dies/5', 'no'],
    // Three of five are a majority, two are not.
    ['majority/1', 'c2'],
    ['majority/3', '2'],
    ['majority/5', '1'],
    ['majority/6', '1'],
    // Figure 7: (a), (b), (e), (f) vote for the leader on top, and it for itself.
    ['figure-7/1', '5'],
    ['figure-7/2', 'removed'],
    ['figure-7/4', 'no'],
    // 5.4.2.
    ['figure-8/1', 'no'],
    ['figure-8/4', 'no'],
    ['figure-8/5', 'empty'],
  ],
  breaking: ['figure-8/0', 'figure-8/6'],
  lines: {
    'set-election-timeout': (_, choice) =>
      `set election-timeout ${pick(['100ms..200ms', '60ms..70ms', '1s..2s'], choice)}`,
    'set-heartbeat': (_, choice) => `set heartbeat ${pick(['20ms', '40ms', '55ms'], choice)}`,
    'set-request-timeout': (_, choice) => `set request-timeout ${pick(['100ms', '300ms'], choice)}`,
  },
  detours: {
    'leader-dies/3': [['kill n2'], ['kill n3'], ['kill n2', 'kill n3']],
    'leader-dies/6': [['kill n2', 2000, 'kill n3', 2000, 'kill n4', 2000]],
    'majority/3': [
      ['kill n2', 'kill n3', 'kill n4'],
      ['kill n2', 'kill n3', 'kill n4', 'kill n5'],
    ],
    'majority/5': [
      ['kill n2', 'kill n3'],
      ['kill n2', 'kill n3', 'kill n4'],
    ],
    'figure-7/5': [['campaign n7', 2000]],
    'figure-8/6': [['campaign n1', 1000]],
    'majority/7': [['link * cut', 2000]],
  },
  wanderers: 60,
})

test('the silence is longer than the election, and shorter than twice the patience of a client', () => {
  const place = placeOf('leader-dies/1')
  const desk = enter(place)
  desk.predict('400')
  desk.showMe()
  const shown = present(outcome(desk), 'an outcome')
  expect(Number(shown.value)).toBeGreaterThan(241)
  expect(Number(shown.value)).toBeLessThan(800)
  expect(shown.right).toBe(true)
})

describe('scores tell better from worse', () => {
  test('leader-dies: patient clients lose answers', () => {
    const kills = ['at 2s kill n1', 'at 4s restart n1', 'at 4s kill n4', 'at 6s restart n4', 'at 6s kill n2']
    const patient = present(scoreOf('leader-dies/6', kills, 15_200_000), 'a score')
    const { lines, untilUs } = placeOf('leader-dies/6').step.solution
    expect(scoreOf('leader-dies/6', lines, untilUs)).toBeGreaterThan(patient)
    // Twenty a second for fourteen seconds; the gaps of gapUs may squeeze in a few more.
    expect(scoreOf('leader-dies/6', lines, untilUs)).toBeLessThanOrEqual(300)
  })

  test('majority: a leader and two followers need four links of twenty', () => {
    const { lines, untilUs } = placeOf('majority/7').step.solution
    expect(scoreOf('majority/7', lines, untilUs)).toBe(20 - 4)
    expect(scoreOf('majority/7', lines.slice(0, 2), untilUs)).toBe(14)
    // With one link less, nobody is answered, and the record stays where it was.
    expect(scoreOf('majority/7', [...lines, 'at 5s link n1>n2 cut'], 12_000_000)).toBe(16)
  })

  test('figure-7: the best log saves twelve old entries, a worse one fewer', () => {
    expect(scoreOf('figure-7/5', ['at 500ms campaign n5'], 5_000_000)).toBe(12)
    expect(scoreOf('figure-7/5', ['at 500ms campaign n4'], 5_000_000)).toBe(11)
    expect(scoreOf('figure-7/5', ['at 500ms campaign n2'], 5_000_000)).toBe(9)
    expect(scoreOf('figure-7/5', ['at 500ms campaign n6'], 5_000_000)).toBe(null)
  })

  test('figure-8: acts are counted until the rule breaks', () => {
    const { lines, untilUs } = placeOf('figure-8/6').step.solution
    expect(scoreOf('figure-8/6', lines, untilUs)).toBe(4)
    expect(scoreOf('figure-8/6', ['at 400ms link n4>n5 cut', ...lines], untilUs)).toBe(5)
  })
})

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

/** A step after its solution, and what can be measured in it. */
function measured(place: Place<RaftProtocol>) {
  const desk = solved(place)
  const { setting, act } = textOf(desk)
  return {
    ...facts(desk),
    atEntry: facts(enter(place)),
    setting,
    act,
    range: (name: string): readonly number[] => {
      const { low, high } = setting(name) as Range
      return [low / 1000, high / 1000]
    },
    /** When the log first tells this, in seconds. */
    told: (text: string): number =>
      present(desk.events({ filter: text, kinds: ['note'], before: null, count: 500 }).rows.at(-1), text).timeUs / 1e6,
  }
}

function facts({ sim }: ReturnType<typeof room.enter>) {
  const node = (name: string) => {
    const state = sim.state(sim.indexOf(nodeId(name)))
    return state === undefined || state.kind === 'client' ? undefined : state
  }
  const durable = (name: string) => present(node(name)?.durable ?? sim.durable(sim.indexOf(nodeId(name))), name)
  return {
    nodes: sim.plan.actors.filter(({ role }) => role === 'node').length,
    /** The terms in which somebody leads now, ascending. */
    led: () =>
      sim.names.flatMap((name) => (node(name)?.kind === 'leader' ? [durable(name).term] : [])).sort((x, y) => x - y),
    term: (name: string) => durable(name).term,
    lastTerm: (name: string) => present(durable(name).log.at(durable(name).log.end - 1), 'an entry').term,
    lastIndex: (name: string) => durable(name).log.end - 1,
    termAt: (name: string, index: number) => present(durable(name).log.at(index), 'an entry').term,
    /** Where the first entry of a term stands. */
    indexOf: (name: string, term: number) => [...durable(name).log].findIndex((entry) => entry.term === term) + 1,
  }
}

proveNumbers(room, measured, {
  'leader-dies/0': [['At 3 s it dies', (run) => run.act('kill')]],
  'leader-dies/1': [
    ['every 50 ms', (run) => Number(run.setting('heartbeat')) / 1000],
    ['150 to 300 ms', (run) => run.range('election-timeout')],
    ['waits 400 ms', (run) => Number(run.setting('request-timeout')) / 1000],
    ['after 241 ms', (run) => Math.round((run.told('leads term 2') - run.act('kill')) * 1000)],
  ],
  'leader-dies/2': [['the term to 2', (run) => run.led()]],
  'leader-dies/3': [['leads term 2', (run) => run.atEntry.led()]],
  'leader-dies/4': [
    ['leader of term 1', (run) => run.atEntry.term('n1')],
    ['At 5 s', (run) => run.act('restart')],
  ],
  'leader-dies/6': [
    ['term 4', (run) => run.led()],
    ['within 200 ms', () => PROMPT_US / 1000],
    ['until 15 s', () => END_US / 1e6],
  ],
  'majority/0': [['At 1 s', (run) => run.act('partition')]],
  'majority/1': [
    ['leads term 1', (run) => run.atEntry.term('n1')],
    ['leads term 2', (run) => run.atEntry.led().slice(1)],
    ['At 2 s', (run) => run.act('client-put')],
  ],
  'majority/2': [
    ['At 5 s', (run) => run.act('heal')],
    ['hears of term 2', (run) => run.atEntry.led().slice(1)],
  ],
  'majority/7': [['20 one-way links', (run) => run.nodes * (run.nodes - 1)]],
  'figure-7/0': [['At 0.5 s', (run) => run.act('campaign')]],
  'figure-7/1': [['term 6, at index 10', (run) => [run.atEntry.lastTerm('n1'), run.atEntry.lastIndex('n1')]]],
  'figure-7/2': [
    ['leads term 8', (run) => run.led()],
    ['two entries of term 7,', (run) => run.atEntry.lastTerm('n5')],
    ['two entries of term 7?', (run) => run.atEntry.termAt('n5', run.atEntry.lastIndex('n5') - 1)],
  ],
  'figure-7/3': [['index 10 of term 6', (run) => [run.lastIndex('n1') - 1, run.termAt('n1', run.lastIndex('n1') - 1)]]],
  'figure-7/4': [
    ['one of term 4', (run) => run.atEntry.lastTerm('n3')],
    ['at 0.5 s', (run) => run.act('campaign')],
    ['last term is 3', (run) => run.atEntry.lastTerm('n7')],
  ],
  'figure-8/0': [
    ['Watch entry 2', (run) => run.atEntry.indexOf('n1', 2)],
    ['wins term 4', (run) => run.term('n1')],
    ['of term 2', (run) => run.atEntry.termAt('n1', 2)],
    ['at 4.56 s', (run) => Math.floor(run.told('n1 knows entry 2 committed') * 100) / 100],
  ],
  'figure-8/1': [
    ['Entry 2, of term 2', (run) => [run.indexOf('n1', 2), run.termAt('n3', 2)]],
    ['leads term 4', (run) => run.atEntry.led()],
    ['entry 3 is', (run) => run.indexOf('n1', 4)],
    ['commit entry 2', (run) => run.indexOf('n1', 2)],
    ['is of term 2', (run) => run.termAt('n1', 2)],
    ['leads term 4.', (run) => run.led()],
  ],
  'figure-8/2': [
    ['term 3, later than term 2', (run) => [run.atEntry.lastTerm('n5'), run.atEntry.lastTerm('n3')]],
    ['leads term 5', (run) => run.led()],
    ['entry 2 on', (run) => run.atEntry.lastIndex('n3')],
  ],
  'figure-8/3': [
    ['entry 2 is', (run) => run.atEntry.lastIndex('n3')],
    ['entry 3,', (run) => run.atEntry.lastIndex('n1')],
  ],
  'figure-8/4': [
    ['Entry 3, of term 4', (run) => [run.atEntry.lastIndex('n3'), run.atEntry.lastTerm('n3')]],
    ['entry 2 lies', (run) => run.atEntry.indexOf('n3', 2)],
    ['At 6 s', (run) => run.act('kill', 5.9)],
    ['with term 4, later than the term 3', (run) => [run.lastTerm('n2'), run.lastTerm('n5')]],
  ],
  'figure-8/6': [
    ['of term 2', (run) => run.atEntry.lastTerm('n1')],
    ['of term 3', (run) => run.atEntry.lastTerm('n5')],
  ],
})
