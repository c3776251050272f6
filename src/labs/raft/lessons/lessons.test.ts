import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { present } from '../../../base/assert.ts'
import { nodeId } from '../../../base/brand.ts'
import type { Range } from '../../../base/units.ts'
import { Desk } from '../../../engine/desk.ts'
import type { Step } from '../../../engine/lesson.ts'
import { withDefaults } from '../../../experiment/facts.ts'
import type { RaftProtocol } from '../../../protocols/raft/types.ts'
import { raftLab } from '../world.ts'
import { lessons } from './index.ts'
import { END_US, PROMPT_US } from './leader-dies.ts'

// Every lesson is proved without a screen: unsolved at entry, solved by its solution, never locked, every hint reachable,
// every number in its prose measured.

const PLACES = lessons.flatMap((lesson) =>
  lesson.steps.map((step, at) => ({ place: `${lesson.id}/${at}`, lesson, step, at })),
)
type Place = (typeof PLACES)[number]

function placeOf(name: string): Place {
  return present(
    PLACES.find(({ place }) => place === name),
    `place ${name}`,
  )
}

function enter({ lesson, at }: Place) {
  const desk = new Desk(raftLab)
  const started = desk.startLesson(lesson.id, at)
  if (!started.ok) throw new Error(started.error)
  return desk
}

type LessonDesk = ReturnType<typeof enter>

const view = (desk: LessonDesk) => present(desk.lesson, 'a lesson').view(desk.sim)

/** Some possible answer, if something is asked. */
function answer(desk: LessonDesk, { question }: Step<RaftProtocol>): void {
  if (question !== null) desk.predict(question.form === 'choice' ? question.options[0]!.id : '1')
}

/** Digest and instant: where the learner stands. */
const standing = (desk: LessonDesk) => ({
  digest: desk.sim.digest(),
  now: desk.timeline.cursor,
  text: desk.text(),
  lesson: { ...view(desk), solved: null, steps: null, question: null },
})

const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length

describe('the shape of the lessons', () => {
  test('four lessons, from the disaster to the smallest rule', () => {
    expect(lessons.map(({ id }) => id)).toEqual(['leader-dies', 'majority', 'figure-7', 'figure-8'])
  })

  test.each(lessons)(
    '$id has five to eight steps, begins by watching, and ends with a scored challenge',
    ({ steps }) => {
      expect(steps.length).toBeGreaterThanOrEqual(5)
      expect(steps.length).toBeLessThanOrEqual(8)
      expect(steps[0]!.kind).toBe('observe')
      expect(steps.at(-1)).toMatchObject({ kind: 'challenge', score: expect.anything() })
      expect(new Set(steps.map(({ title }) => title)).size).toBe(steps.length)
    },
  )

  test.each(PLACES)('$place is short, and its acts exist', ({ step }) => {
    expect(words(step.prose)).toBeLessThanOrEqual(60)
    const ids = raftLab.language.acts.map(({ id }) => id)
    for (const id of step.allow ?? []) expect(ids).toContain(id)
    expect(step.kind === 'predict').toBe(step.kind === 'predict' && step.question !== null)
    expect(step.checks.length > 0 || step.question !== null).toBe(true)
  })
})

describe('going through', () => {
  test.each(PLACES.filter(({ step }) => step.question !== null))(
    '$place holds time back until a prediction',
    (place) => {
      const desk = enter(place)
      desk.play()
      expect(desk.playback).toMatchObject({ playing: false, caption: expect.stringContaining('prediction') })
      const before = desk.timeline.cursor
      expect(desk.line('run 1s').kind).toBe('said')
      expect(desk.timeline.cursor).toBe(before)
      answer(desk, place.step)
      desk.play()
      expect(desk.playback).toMatchObject({ playing: true, caption: null })
    },
  )

  test.each(PLACES)('$place is unsolved at entry, also when nothing is left to predict', (place) => {
    const desk = enter(place)
    expect(view(desk).solved).toBe(false)
    expect(desk.timeline.cursor).toBe(place.step.atUs)
    expect(desk.sim.broken).toEqual([])
    if (place.step.checks.length === 0) return
    answer(desk, place.step)
    expect(view(desk).solved).toBe(false)
  })

  test.each(PLACES)('$place is solved by its solution within twenty seconds', (place) => {
    const { step } = place
    const desk = enter(place)
    answer(desk, step)
    expect(step.solution.untilUs - step.atUs).toBeLessThanOrEqual(20_000_000)
    expect(desk.showMe()).toEqual(step.solution.lines)
    const shown = view(desk)
    expect(shown.goals.filter(({ done }) => !done)).toEqual([])
    expect(shown.solved).toBe(true)
    expect(shown.hint).toBeNull()
    if (step.question !== null) expect(shown.question?.outcome?.value).toEqual(expect.any(String))
  })

  test.each(PLACES.filter(({ step }) => step.solution.lines.length > 0))(
    '$place is not solved by waiting: it takes an act',
    (place) => {
      const desk = enter(place)
      answer(desk, place.step)
      desk.timeline.advance(place.step.solution.untilUs, Number.POSITIVE_INFINITY)
      expect(view(desk).solved).toBe(false)
    },
  )

  test.each(PLACES.filter(({ step }) => step.checks.length > 0 && step.question !== null))(
    '$place wants the prediction, too',
    (place) => {
      const desk = enter(place)
      desk.showMe()
      expect(view(desk)).toMatchObject({ solved: false, question: { outcome: null } })
      answer(desk, place.step)
      expect(view(desk).solved).toBe(true)
    },
  )

  test('what is no answer is not taken, and the first answer stands', () => {
    const desk = enter(placeOf('majority/1'))
    for (const wrong of ['', 'c3', '1']) desk.predict(wrong)
    expect(view(desk).question?.prediction).toBeNull()
    desk.predict('none')
    desk.predict('c2')
    expect(view(desk).question?.prediction).toBe('none')
    const number = enter(placeOf('majority/3'))
    for (const wrong of ['', 'many', 'Infinity']) number.predict(wrong)
    expect(view(number).question?.prediction).toBeNull()
  })

  test.each(PLACES)('$place begins at the same place, by link, by Skip, by Back and by Retry', (place) => {
    const { lesson, at, step } = place
    const direct = standing(enter(place))
    const walked = new Desk(raftLab)
    walked.startLesson(lesson.id)
    for (let to = 1; to <= at; to++) walked.enterStep(to)
    expect(standing(walked)).toEqual(direct)
    const back = enter(place)
    back.enterStep(Math.min(at + 1, lesson.steps.length - 1))
    back.timeline.advance(back.timeline.cursor + 300_000, Number.POSITIVE_INFINITY)
    back.enterStep(at)
    expect(standing(back)).toEqual(direct)
    const retried = enter(place)
    answer(retried, step)
    retried.showMe()
    retried.enterStep(at)
    expect(standing(retried)).toEqual(direct)
    retried.line('run 200ms')
    retried.line('reset')
    expect(standing(retried)).toEqual(direct)
  })
})

describe('what the runs answer, by reason', () => {
  test.each([
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
  ])('%s: %s', (name, outcome) => {
    const place = placeOf(name)
    const { question } = place.step
    const right = enter(place)
    right.predict(outcome)
    right.showMe()
    expect(view(right).question?.outcome).toMatchObject({ value: outcome, right: true })
    const others = question?.form === 'choice' ? question.options.map(({ id }) => id) : ['0', '1', '2', '3', '4', '5']
    const wrong = enter(place)
    wrong.predict(
      present(
        others.find((id) => id !== outcome),
        'another answer',
      ),
    )
    wrong.showMe()
    expect(view(wrong).question?.outcome?.right).toBe(false)
  })

  test('the silence is longer than the election, and shorter than twice the patience of a client', () => {
    const place = placeOf('leader-dies/1')
    const desk = enter(place)
    desk.predict('400')
    desk.showMe()
    const outcome = present(view(desk).question?.outcome, 'an outcome')
    expect(Number(outcome.value)).toBeGreaterThan(241)
    expect(Number(outcome.value)).toBeLessThan(800)
    expect(outcome.right).toBe(true)
  })
})

describe('scores tell better from worse', () => {
  const scoreOf = (name: string, lines: readonly string[], untilUs: number) => {
    const desk = enter(placeOf(name))
    for (const line of lines) expect(desk.line(line)).toMatchObject({ kind: 'said' })
    desk.timeline.advance(untilUs, Number.POSITIVE_INFINITY)
    return view(desk).score?.value ?? null
  }

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

// ---- Whatever a learner does ---------------------------------------------------------------------------------------

const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!

/** A line of an allowed act, chosen by one number. */
function lineOf(id: string, nodes: number, choice: number): string {
  const name = (salt: number) => `n${((choice + salt) % nodes) + 1}`
  switch (id) {
    case 'link': {
      const [from, to] = [name(0), `n${((choice + 1 + (choice % (nodes - 1))) % nodes) + 1}`]
      return `link ${from}>${from === to ? '*' : to} ${pick(['cut', 'open', 'loss 50%', 'reset'], choice >> 4)}`
    }
    case 'heal':
      return 'heal'
    case 'partition':
      return `partition ${name(0)} | ${name(1)} ${name(2)}`
    case 'set-election-timeout':
      return `set election-timeout ${pick(['100ms..200ms', '60ms..70ms', '1s..2s'], choice)}`
    case 'set-heartbeat':
      return `set heartbeat ${pick(['20ms', '40ms', '55ms'], choice)}`
    case 'set-request-timeout':
      return `set request-timeout ${pick(['100ms', '300ms'], choice)}`
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
  kind: fc.constantFrom('act', 'act', 'wait', 'wait', 'back', 'seek', 'step'),
  choice: fc.nat(1023),
  ms: fc.nat(1500),
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

function carryOut(desk: LessonDesk, { step }: Place, { kind, choice, ms }: Move, seen?: (hint: string) => void): void {
  switch (kind) {
    case 'act':
      if (step.allow !== null && step.allow.length > 0) {
        desk.line(lineOf(pick(step.allow, choice), nodesOf(desk), choice >> 2))
      } else expect(desk.line('kill n2').kind).toBe(step.allow === null ? 'said' : 'error')
      break
    case 'wait':
      wait(desk, ms, seen)
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
    fc.property(fc.nat(PLACES.length - 1), fc.array(move, { maxLength: 12 }), (at, moves) => {
      const place = PLACES[at]!
      const desk = enter(place)
      const { digest, now } = standing(desk)
      for (const each of moves) carryOut(desk, place, each)
      view(desk)
      desk.enterStep(place.at)
      expect(standing(desk)).toMatchObject({ digest, now })
      answer(desk, place.step)
      desk.showMe()
      expect(view(desk).solved).toBe(true)
    }),
    { seed: 20, numRuns: 60 },
  )
})

/** Where chance rarely leads: lines after which two seconds pass. */
const DETOURS: Readonly<Record<string, readonly string[]>> = {
  'leader-dies/6': ['reset', 'kill n2', 'kill n3', 'kill n4', 'reset'],
  'majority/7': ['reset', 'link * cut'],
}

test.each(PLACES.filter(({ step }) => step.hints.length > 0))('$place: every hint can be reached', (place) => {
  const missing = new Set(place.step.hints.map(({ text }) => text))
  const seen = (hint: string) => missing.delete(hint)
  const { solution, atUs } = place.step
  // Waiting; the solution, taken slowly; and then anything.
  const idle = enter(place)
  answer(idle, place.step)
  wait(idle, (solution.untilUs - atUs) / 1000, seen)
  const taught = enter(place)
  for (const line of solution.lines) {
    const at = /^at (\S+)(ms|s) /.exec(line)
    if (at !== null) {
      const ms = Number(at[1]) * (at[2] === 's' ? 1000 : 1)
      wait(taught, ms - taught.timeline.cursor / 1000, seen)
    }
    taught.line(line)
  }
  wait(taught, (solution.untilUs - taught.timeline.cursor) / 1000, seen)
  for (const line of DETOURS[place.place] ?? []) {
    expect(taught.line(line).kind).toBe('said')
    wait(taught, 2000, seen)
  }
  const scripts = fc.sample(fc.array(move, { minLength: 2, maxLength: 14 }), { seed: 7, numRuns: 80 })
  for (const script of scripts) {
    if (missing.size === 0) break
    const desk = enter(place)
    for (const each of script) carryOut(desk, place, each, seen)
    wait(desk, 1000, seen)
  }
  expect([...missing]).toEqual([])
})

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

/** A step after its solution, and what can be measured in it. */
function measured(place: Place) {
  const desk = enter(place)
  const atEntry = facts(enter(place))
  answer(desk, place.step)
  desk.showMe()
  const settings = withDefaults(raftLab.language, desk.experiment.settings)
  return {
    ...facts(desk),
    atEntry,
    setting: (name: string) => settings[name],
    range: (name: string): readonly number[] => {
      const { low, high } = settings[name] as Range
      return [low / 1000, high / 1000]
    },
    /** When the first act of this kind comes in the text, in seconds. */
    act: (id: string, fromS = 0): number =>
      present(
        desk.experiment.acts.find(({ act, at }) => act.id === id && at >= fromS * 1e6),
        id,
      ).at / 1e6,
    /** When the log first tells this, in seconds. */
    told: (text: string): number =>
      present(desk.events({ filter: text, kinds: ['note'], before: null, count: 500 }).rows.at(-1), text).timeUs / 1e6,
  }
}

function facts(desk: LessonDesk) {
  const { sim } = desk
  const node = (name: string) => {
    const state = sim.state(sim.indexOf(nodeId(name)))
    return state === undefined || state.kind === 'client' ? undefined : state
  }
  const durable = (name: string) => present(node(name)?.durable ?? sim.durable(sim.indexOf(nodeId(name))), name)
  return {
    nodes: nodesOf(desk),
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

type Measured = ReturnType<typeof measured>
type Row = readonly [quote: string, measure: (run: Measured) => number | readonly number[]]

const NUMBERS: Readonly<Record<string, readonly Row[]>> = {
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
}

const numbersIn = (text: string): readonly number[] =>
  [...text.replaceAll('*', '').matchAll(/(?<![\w.])\d+(?:\.\d+)?(?!\w)/g)].map(([digits]) => Number(digits))

test.each(PLACES)('$place: every number in its prose is measured', (place) => {
  const { prose, question } = place.step
  let text = [prose, question?.prompt ?? '', question?.explanation ?? ''].join(' ').replaceAll('*', '')
  text = text.replaceAll(/`[^`]*`/g, '').replaceAll(/Figure \d/g, '')
  const rows = NUMBERS[place.place] ?? []
  const run = measured(place)
  for (const [quote, measure] of rows) {
    expect(text).toContain(quote)
    text = text.replace(quote, '')
    expect({ quote, numbers: [measure(run)].flat() }).toEqual({ quote, numbers: numbersIn(quote) })
  }
  expect(numbersIn(text)).toEqual([])
})

test('no row of the table speaks of a step that does not exist', () => {
  expect(Object.keys(NUMBERS).filter((name) => !PLACES.some(({ place }) => place === name))).toEqual([])
})
