import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { Desk } from '../../../engine/desk.ts'
import { clusterLab } from '../world.ts'
import { lessons } from './index.ts'
import { clientStats, ledger } from './look.ts'
import {
  answer,
  enter,
  type LessonDesk,
  PLACES,
  type Place,
  placeOf,
  solved,
  standing,
  view,
} from './places.test-helper.ts'

// Every lesson is proved without a screen: unsolved at entry, solved by its solution, never locked, every hint reachable,
// what it answers for a reason. Numbers in its prose: numbers.test.ts.

const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length

describe('the shape of the lessons', () => {
  test('six lessons, the disaster first', () => {
    expect(lessons.map(({ id }) => id)).toEqual([
      'acknowledged-and-gone',
      'where-a-key-lives',
      'suspicion-is-not-failure',
      'who-may-vote',
      'moving-a-slot',
      'coverage',
    ])
  })

  test.each(lessons)('$id has five to eight steps: it begins by watching, and ends with a score', ({ steps }) => {
    expect(steps.length).toBeGreaterThanOrEqual(5)
    expect(steps.length).toBeLessThanOrEqual(8)
    expect(steps[0]!.kind).toBe('observe')
    expect(steps.at(-1)).toMatchObject({ kind: 'challenge', score: expect.anything() })
    expect(steps.some(({ kind }) => kind === 'predict')).toBe(true)
    expect(steps.some(({ kind }) => kind === 'do')).toBe(true)
    expect(new Set(steps.map(({ title }) => title)).size).toBe(steps.length)
  })

  test.each(PLACES)('$place is short, and its acts exist', ({ step }) => {
    expect(words(step.prose)).toBeLessThanOrEqual(60)
    const ids = clusterLab.language.acts.map(({ id }) => id)
    for (const id of step.allow ?? []) expect(ids).toContain(id)
    if (step.kind === 'predict') expect(step.question).not.toBeNull()
    expect(step.checks.length > 0 || step.question !== null).toBe(true)
    const options = step.question?.options.map(({ id }) => id) ?? []
    expect(new Set(options).size).toBe(options.length)
    expect(options).not.toContain('')
  })
})

describe('going through', () => {
  test.each(PLACES)('$place is unsolved at entry, and solved by its solution within twenty seconds', (place) => {
    const { step } = place
    const desk = enter(place)
    expect(view(desk).solved).toBe(false)
    expect(desk.timeline.cursor).toBe(step.atUs)
    answer(desk, place)
    if (step.checks.length > 0) expect(view(desk).solved).toBe(false)
    expect(step.solution.untilUs - step.atUs).toBeLessThanOrEqual(20_000_000)
    const shown = view(solved(place))
    expect(shown.goals.filter(({ done }) => !done)).toEqual([])
    expect(shown.solved).toBe(true)
    expect(shown.hint).toBeNull()
    if (step.question !== null) expect(shown.question?.outcome?.value).toEqual(expect.any(String))
    expect(solved(place).sim.broken).toEqual([])
  })

  test.each(PLACES.filter(({ step }) => step.solution.lines.length > 0))(
    '$place is not solved by waiting: it takes an act',
    (place) => {
      const desk = enter(place)
      answer(desk, place)
      desk.timeline.advance(place.step.solution.untilUs, Number.POSITIVE_INFINITY)
      expect(view(desk).solved).toBe(false)
    },
  )

  test.each(PLACES.filter(({ step }) => step.kind === 'predict'))('$place wants the prediction, too', (place) => {
    const desk = enter(place)
    desk.play()
    expect(desk.playback).toMatchObject({ playing: false, caption: expect.stringContaining('prediction') })
    desk.showMe()
    expect(view(desk)).toMatchObject({ solved: false, question: { outcome: null } })
    answer(desk, place)
    expect(view(desk).solved).toBe(true)
  })

  test.each(lessons)('$id: every step begins at the same place, by link, by Skip and by Back', ({ id, steps }) => {
    const walked = new Desk(clusterLab)
    walked.startLesson(id)
    const direct = steps.map((_, at) => standing(enter(placeOf(`${id}/${at}`))))
    for (const [at] of steps.entries()) {
      walked.enterStep(at)
      expect(standing(walked)).toEqual(direct[at])
      walked.timeline.advance(walked.timeline.cursor + 300_000, Number.POSITIVE_INFINITY)
    }
    for (let at = steps.length - 1; at >= 0; at--) {
      walked.enterStep(at)
      expect(standing(walked)).toEqual(direct[at])
    }
  })

  test.each(PLACES.filter(({ step }) => step.solution.lines.length > 0))(
    '$place begins at the same place by Retry and by reset',
    (place) => {
      const desk = enter(place)
      const before = standing(desk)
      desk.showMe()
      desk.enterStep(place.at)
      expect(standing(desk)).toEqual(before)
      desk.line('run 200ms')
      desk.line('reset')
      expect(standing(desk)).toEqual(before)
    },
  )
})

describe('what the runs answer, by reason', () => {
  test.each([
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
  ])('%s: %s', (name, outcome) => {
    const place = placeOf(name)
    const question = present(place.step.question, 'a question')
    expect(view(solved(place)).question?.outcome?.value).toBe(outcome)
    if (question.form === 'choice') expect(question.options.map(({ id }) => id)).toContain(outcome)
  })

  test('every other question is a number, with its own test below', () => {
    const open = PLACES.filter(({ step }) => step.question !== null && step.question.tolerance > 0)
    expect(open.map(({ place }) => place)).toEqual([
      'acknowledged-and-gone/1',
      'where-a-key-lives/2',
      'moving-a-slot/6',
    ])
  })

  test('as many writes are lost as a client of twenty a second writes in a node timeout and a half', () => {
    const place = placeOf('acknowledged-and-gone/1')
    const lost = Number(view(solved(place)).question?.outcome?.value)
    // A node timeout of 1 s to one and a half and two crons; the gaps of the load are between half and one and a half.
    expect(lost).toBeGreaterThan(20 * 1 * 0.7)
    expect(lost).toBeLessThan(20 * 1.7 * 1.4)
    expect(ledger(solved(place).sim).lostBy).toEqual({ partition: lost })
  })

  test('two guesses of three are wrong', () => {
    const moved = Number(view(solved(placeOf('where-a-key-lives/2'))).question?.outcome?.value)
    // Three standard deviations of a hundred draws.
    expect(Math.abs(moved - 67)).toBeLessThan(15)
  })

  test('a smart client hears MOVED of one move only while its questions are under way', () => {
    const place = placeOf('moving-a-slot/6')
    const moved = Number(view(solved(place)).question?.outcome?.value)
    const { moved: naive, answered } = present(clientStats(solved(place).sim, 'c2'), 'c2')
    // 100 a second, and at most 40 ms until the new map is there; the naive one asks five wrong nodes of six.
    expect(moved).toBeGreaterThan(0)
    expect(moved).toBeLessThan(10)
    expect(naive / answered).toBeGreaterThan(0.7)
  })

  test('a right prediction is right, and a wrong one wrong', () => {
    for (const [prediction, right] of [
      ['CROSSSLOT', true],
      ['ok', false],
    ] as const) {
      const desk = enter(placeOf('where-a-key-lives/3'))
      desk.predict(prediction)
      desk.showMe()
      expect(view(desk).question?.outcome?.right).toBe(right)
    }
  })
})

describe('the disaster', () => {
  test('the answer was OK, the value is gone, and the ledger says why', () => {
    const { sim } = solved(placeOf('acknowledged-and-gone/0'))
    expect(ledger(sim)).toMatchObject({ acknowledged: 1, lost: 1, lostBy: { partition: 1 } })
  })
})

describe('scores tell better from worse', () => {
  function play(name: string, lines: readonly string[], untilUs: number): number | null {
    const desk = enter(placeOf(name))
    for (const line of lines) expect(desk.line(line)).toMatchObject({ kind: 'said' })
    desk.timeline.advance(untilUs, Number.POSITIVE_INFINITY)
    return view(desk).score?.value ?? null
  }
  const best = (name: string): number => present(view(solved(placeOf(name))).score?.value, 'a score')

  test('acknowledged-and-gone: who refuses everything loses nothing, and has little', () => {
    const name = 'acknowledged-and-gone/6'
    const refused = present(play(name, ['at 1.2s set min-replicas-to-write 3'], 15_200_000), 'a score')
    expect(refused).toBeGreaterThan(0)
    expect(best(name)).toBeGreaterThan(refused)
  })

  test('where-a-key-lives: a word too many costs a command', () => {
    const { lines, untilUs } = placeOf('where-a-key-lives/6').step.solution
    expect(best('where-a-key-lives/6')).toBe(5)
    expect(play('where-a-key-lives/6', ['at 900ms cli n1 CLUSTER KEYSLOT red', ...lines], untilUs)).toBe(6)
  })

  test('suspicion-is-not-failure: a longer timeout costs answers, a shorter one the task', () => {
    const name = 'suspicion-is-not-failure/6'
    expect(present(play(name, ['at 1.5s set cluster-node-timeout 3s'], 16_200_000), 'a score')).toBeLessThan(best(name))
    expect(play(name, ['at 1.5s set cluster-node-timeout 1s'], 16_200_000)).toBeNull()
  })

  test('who-may-vote: a death costs answers', () => {
    const lines = ['at 2s kill n1', 'at 5s restart n1', 'at 5.2s failover n5', 'at 5.5s failover n6']
    expect(present(play('who-may-vote/7', lines, 8_200_000), 'a score')).toBeLessThan(best('who-may-vote/7'))
  })

  test('moving-a-slot: commands are counted until the slot has moved', () => {
    const { lines, untilUs } = placeOf('moving-a-slot/7').step.solution
    expect(best('moving-a-slot/7')).toBe(5)
    const curious = ['at 2.1s cli n3 CLUSTER COUNTKEYSINSLOT 14907', ...lines, 'at 4s cli n2 CLUSTER INFO']
    expect(play('moving-a-slot/7', curious, untilUs)).toBe(6)
  })

  test('coverage: three deaths, one after the other', () => {
    expect(best('coverage/5')).toBe(3)
  })
})

// ---- Whatever a learner does ---------------------------------------------------------------------------------------

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!

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

/** A line of an allowed act, chosen by one number. */
function lineOf(id: string, nodes: number, choice: number): string {
  const name = (salt: number) => `n${((choice + salt) % nodes) + 1}`
  switch (id) {
    case 'link':
      return `link ${name(0)}<>${name(1)} ${pick(['cut', 'open', 'loss 50%', 'reset'], choice >> 4)}`
    case 'heal':
      return 'heal'
    case 'cli':
      return `cli ${pick(['', '-c '], choice >> 3)}${name(0)} ${pick(COMMANDS, choice >> 4)}`
    case 'redis-cli':
      return `redis-cli -p ${7001 + (choice % nodes)} ${pick(COMMANDS, choice >> 4)}`
    case 'failover':
      return `failover ${name(0)}${pick(['', ' force', ' takeover'], choice >> 4)}`
    case 'config':
      return `config ${name(0)} cluster-require-full-coverage ${pick(['yes', 'no'], choice >> 4)}`
    case 'set-cluster-require-full-coverage':
      return `set cluster-require-full-coverage ${pick(['yes', 'no'], choice)}`
    case 'set-cluster-node-timeout':
      return `set cluster-node-timeout ${pick(['200ms', '1s', '8s'], choice)}`
    case 'set-min-replicas-to-write':
      return `set min-replicas-to-write ${choice % 3}`
    case 'set-min-replicas-max-lag':
      return `set min-replicas-max-lag ${choice % 3}s`
    default:
      return `${id} ${name(0)}`
  }
}

interface Move {
  readonly kind: 'act' | 'wait' | 'back' | 'seek' | 'step'
  readonly choice: number
  readonly ms: number
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom('act', 'act', 'act', 'wait', 'back', 'seek', 'step'),
  choice: fc.nat(1023),
  ms: fc.nat(800),
})

const nodesOf = (desk: LessonDesk): number => desk.sim.plan.actors.filter(({ role }) => role === 'node').length

/** Goes on in small pieces, and tells every hint that is shown on the way. */
function wait(desk: LessonDesk, ms: number, seen: (hint: string) => void = () => {}): void {
  const until = desk.timeline.cursor + ms * 1000
  while (desk.timeline.cursor < until) {
    if (desk.timeline.advance(until, 5) === 'broken') break
    const { hint } = view(desk)
    if (hint !== null) seen(hint)
  }
}

function carryOut(desk: LessonDesk, { step }: Place, { kind, choice, ms }: Move): void {
  switch (kind) {
    case 'act':
      if (step.allow !== null && step.allow.length > 0) {
        desk.line(lineOf(pick(step.allow, choice), nodesOf(desk), choice >> 2))
      } else expect(desk.line('kill n2').kind).toBe(step.allow === null ? 'said' : 'error')
      break
    case 'wait':
      wait(desk, ms)
      break
    case 'back':
      desk.line('back')
      break
    case 'seek':
      desk.line(`seek ${desk.timeline.cursor / 1000 > ms ? Math.floor(desk.timeline.cursor / 1000) - ms : 0}ms`)
      break
    case 'step':
      desk.line('step')
  }
}

test('random allowed acts never crash or lock a step: Retry restores it, and its solution solves it', () => {
  fc.assert(
    fc.property(fc.nat(PLACES.length - 1), fc.array(move, { maxLength: 10 }), (at, moves) => {
      const place = PLACES[at]!
      const desk = enter(place)
      const { digest, now } = standing(desk)
      for (const each of moves) carryOut(desk, place, each)
      view(desk)
      desk.enterStep(place.at)
      expect(standing(desk)).toMatchObject({ digest, now })
      answer(desk, place)
      desk.showMe()
      expect(view(desk).solved).toBe(true)
    }),
    { seed: 20, numRuns: 30 },
  )
})

/** What a learner may do wrong: lines, and milliseconds that pass. */
type Detour = readonly (string | number)[]

const DETOURS: Readonly<Record<string, readonly Detour[]>> = {
  'where-a-key-lives/1': [['cli n1 CLUSTER KEYSLOT bar'], ['cli n1 CLUSTER KEYSLOT foo', 'cli n1 SET foo 1']],
  'where-a-key-lives/4': [['cli n1 MSET a 1 b 2'], ['cli n1 MSET {foo}:1 1 {foo}:2 2']],
  'where-a-key-lives/6': [['cli n1 SET foo 1']],
  'suspicion-is-not-failure/2': [['pause n1', 6000]],
  'suspicion-is-not-failure/4': [
    ['link n1<>n4 cut', 'link n1<>n5 cut', 100, 'link n1<>n6 cut'],
    ['link n1<>n4 cut', 'link n1<>n5 cut'],
  ],
  'suspicion-is-not-failure/6': [['set cluster-node-timeout 500ms', 8000]],
  'who-may-vote/3': [['failover n4 force']],
  'who-may-vote/6': [['kill n1', 4000], ['failover n1']],
  'who-may-vote/7': [['kill n1', 'kill n4', 3000, 'restart n1', 3000]],
  'moving-a-slot/2': [['cli n1 DEL {bar}:2'], ['cli n2 GET {bar}:1'], ['cli n1 GET {bar}:1']],
  'moving-a-slot/4': [['cli n2 CLUSTER SETSLOT 5061 NODE $n2.id']],
  'moving-a-slot/7': [['cli n2 CLUSTER SETSLOT 14907 IMPORTING $n3.id', 'cli n2 CLUSTER SETSLOT 14907 NODE $n2.id']],
  'coverage/5': [['kill n1', 'kill n4', 'kill n7']],
}

test.each(PLACES.filter(({ step }) => step.hints.length > 0))('$place: every hint can be reached', (place) => {
  const missing = new Set(place.step.hints.map(({ text }) => text))
  const seen = (hint: string) => missing.delete(hint)
  const { solution, atUs } = place.step
  // Waiting; the solution, taken slowly; and then what is wrong.
  const idle = enter(place)
  answer(idle, place)
  wait(idle, (solution.untilUs - atUs) / 1000, seen)
  const taught = enter(place)
  answer(taught, place)
  for (const line of solution.lines) {
    const at = /^at (\S+?)(ms|s) /.exec(line)
    if (at !== null) {
      const ms = Number(at[1]) * (at[2] === 's' ? 1000 : 1)
      wait(taught, ms - taught.timeline.cursor / 1000, seen)
    }
    taught.line(line)
  }
  wait(taught, (solution.untilUs - taught.timeline.cursor) / 1000, seen)
  for (const detour of DETOURS[place.place] ?? []) {
    const desk = enter(place)
    answer(desk, place)
    for (const each of detour) {
      if (typeof each === 'number') wait(desk, each, seen)
      else expect(desk.line(each).kind).toBe('said')
    }
    wait(desk, 1000, seen)
  }
  expect([...missing]).toEqual([])
})

test('no detour leads to a step that does not exist', () => {
  expect(Object.keys(DETOURS).filter((name) => !PLACES.some(({ place }) => place === name))).toEqual([])
})
