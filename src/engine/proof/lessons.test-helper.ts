import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Protocol } from '../../machine/machine.ts'
import type { Desk } from '../desk.ts'
import type { Classroom, Place } from './classroom.test-helper.ts'

/*
 * What the lessons of every lab must prove, without a screen: unsolved at entry, solved by their solution, never locked,
 * every hint reachable, every answer for a reason, every number in their prose measured.
 */

/** How a learner may write an allowed act: `name` gives nodes, two that differ for different salts below their number. */
export type LineOf = (name: (salt: number) => string, choice: number) => string

/** What a learner may do wrong: lines, and milliseconds that pass. */
export type Detour = readonly (string | number)[]

export interface LessonsOf {
  /** The ids of the lessons, in order. */
  readonly order: readonly string[]
  /** What the guide lists of them. */
  readonly cards: Readonly<Record<string, { readonly id: string; readonly steps: number }>>
  /** What runs answer by reason: a place and the outcome of its question. */
  readonly answers: readonly (readonly [place: string, outcome: string])[]
  /** Places whose solution breaks a rule, because that is what they are about. */
  readonly breaking?: readonly string[]
  /** Lines of the lab's own acts, by id; the acts of all labs are known, and others take the name of one node. */
  readonly lines: Readonly<Record<string, LineOf>>
  /** Where neither waiting nor the solution leads: what shows the other hints, by place. */
  readonly detours: Readonly<Record<string, readonly Detour[]>>
  /** How many learners try everything that is allowed. */
  readonly wanderers: number
}

export const pick = <T>(list: readonly T[], number: number): T => list[number % list.length]!

const words = (text: string): number => text.split(/\s+/).filter((word) => word !== '').length

export function proveLessons<P extends Protocol, View>(room: Classroom<P, View>, own: LessonsOf): void {
  describe('the shape of the lessons', () => proveShape(room, own))
  describe('going through', () => proveWay(room, own))
  describe('beginning again', () => proveBeginnings(room))
  describe('what the runs answer, by reason', () => proveAnswers(room, own))
  describe('whatever a learner does', () => {
    proveNeverLocked(room, own)
    proveHints(room, own)
  })
}

function proveShape<P extends Protocol, View>({ lab, places }: Classroom<P, View>, { order, cards }: LessonsOf): void {
  test('the lessons come in their order, each with its card', () => {
    expect(lab.lessons.map(({ id }) => id)).toEqual(order)
    expect(Object.values(cards).map(({ id, steps }) => [id, steps])).toEqual(
      lab.lessons.map(({ id, steps }) => [id, steps.length]),
    )
  })

  test.each(lab.lessons)('$id has five to eight steps: it begins by watching, and ends with a score', ({ steps }) => {
    expect(steps.length).toBeGreaterThanOrEqual(5)
    expect(steps.length).toBeLessThanOrEqual(8)
    expect(steps[0]!.kind).toBe('observe')
    expect(steps.at(-1)).toMatchObject({ kind: 'challenge', score: expect.anything() })
    expect(steps.map(({ kind }) => kind)).toContain('predict')
    expect(new Set(steps.map(({ title }) => title)).size).toBe(steps.length)
  })

  test.each(places)('$place is short, and its acts exist', ({ step }) => {
    expect(words(step.prose)).toBeLessThanOrEqual(60)
    const ids = lab.language.acts.map(({ id }) => id)
    for (const id of step.allow ?? []) expect(ids).toContain(id)
    if (step.kind === 'predict') expect(step.question).not.toBeNull()
    expect(step.checks.length > 0 || step.question !== null).toBe(true)
    const options = step.question?.options.map(({ id }) => id) ?? []
    expect(new Set(options).size).toBe(options.length)
    expect(options).not.toContain('')
  })
}

function proveWay<P extends Protocol, View>(room: Classroom<P, View>, { breaking = [] }: LessonsOf): void {
  const { places, enter, answer, solved, view, outcome } = room
  const asking = places.filter(({ step }) => step.question !== null)

  test.each(places)('$place is unsolved at entry, also when nothing is left to predict', (place) => {
    const { step } = place
    const desk = enter(place)
    expect(view(desk).solved).toBe(false)
    expect(desk.timeline.cursor).toBe(step.atUs)
    expect(desk.sim.broken).toEqual([])
    if (step.checks.length === 0) return
    answer(desk, place)
    expect(view(desk).solved).toBe(false)
  })

  test.each(places)('$place is solved by its solution within twenty seconds', (place) => {
    const { solution, atUs, question } = place.step
    expect(solution.untilUs - atUs).toBeLessThanOrEqual(20_000_000)
    const desk = solved(place)
    const shown = view(desk)
    expect(shown.goals.filter(({ done }) => !done)).toEqual([])
    expect(shown.solved).toBe(true)
    expect(shown.hint).toBeNull()
    if (question !== null) expect(outcome(desk)?.value).toEqual(expect.any(String))
    expect(desk.sim.broken.length > 0).toBe(breaking.includes(place.place))
  })

  test.each(places.filter(({ step }) => step.solution.lines.length > 0))(
    '$place is not solved by waiting: it takes an act',
    (place) => {
      const desk = enter(place)
      answer(desk, place)
      desk.timeline.advance(place.step.solution.untilUs, Number.POSITIVE_INFINITY)
      expect(view(desk).solved).toBe(false)
    },
  )

  test.each(asking)('$place holds time back until a prediction', (place) => {
    const desk = enter(place)
    desk.play()
    expect(desk.playback).toMatchObject({ playing: false, caption: expect.stringContaining('prediction') })
    expect(desk.line('run 1s').kind).toBe('said')
    expect(desk.timeline.cursor).toBe(place.step.atUs)
    answer(desk, place)
    desk.play()
    expect(desk.playback).toMatchObject({ playing: true, caption: null })
  })

  test.each(asking.filter(({ step }) => step.checks.length > 0))('$place wants the prediction, too', (place) => {
    const desk = enter(place)
    expect(desk.showMe()).toEqual(place.step.solution.lines)
    expect(view(desk)).toMatchObject({ solved: false, question: { outcome: null } })
    answer(desk, place)
    expect(view(desk).solved).toBe(true)
  })
}

function proveBeginnings<P extends Protocol, View>(room: Classroom<P, View>): void {
  const { lab, places, placeOf, enter, answer, standing } = room

  test.each(lab.lessons)('$id: every step begins at the same place, by link, by Skip and by Back', ({ id, steps }) => {
    const walked = enter(placeOf(`${id}/0`))
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

  test.each(places)('$place begins at the same place by Retry and by reset', (place) => {
    const desk = enter(place)
    const before = standing(desk)
    answer(desk, place)
    if (place.step.solution.lines.length > 0) desk.showMe()
    else desk.line('run 300ms')
    desk.enterStep(place.at)
    expect(standing(desk)).toEqual(before)
    desk.line('run 200ms')
    desk.line('reset')
    expect(standing(desk)).toEqual(before)
  })
}

function proveAnswers<P extends Protocol, View>(room: Classroom<P, View>, { answers }: LessonsOf): void {
  const { places, placeOf, enter, solved, view, outcome } = room

  test.each(answers)('%s: %s', (name, value) => {
    const place = placeOf(name)
    const desk = enter(place)
    desk.predict(value)
    desk.showMe()
    expect(outcome(desk)).toMatchObject({ value, right: true })
    // Whatever else somebody says is wrong, and the run shows the same.
    const { prediction } = view(solved(place)).question!
    expect(outcome(solved(place))).toMatchObject({ value, right: prediction === value })
  })

  test('there is a reason for every question whose answer is no measured number', () => {
    const sharp = places.filter(({ step }) => step.question !== null && step.question.tolerance === 0)
    expect(answers.map(([place]) => place).toSorted()).toEqual(sharp.map(({ place }) => place).toSorted())
  })

  test('what is no answer is not taken, and the first answer stands', () => {
    for (const place of places) {
      const { question } = place.step
      if (question === null) continue
      const desk = enter(place)
      for (const wrong of ['', 'nobody-says-this', 'Infinity']) desk.predict(wrong)
      expect(view(desk).question?.prediction).toBeNull()
      const possible = question.form === 'choice' ? question.options.map(({ id }) => id) : ['3', '4']
      for (const each of possible) desk.predict(each)
      expect(view(desk).question?.prediction).toBe(possible[0])
    }
  })
}

// ---- Whatever a learner does ---------------------------------------------------------------------------------------

const COMMON_LINES: Readonly<Record<string, LineOf>> = {
  heal: () => 'heal',
  link: (name, choice) =>
    `link ${name(0)}${pick(['>', '<>'], choice >> 3)}${name(1)} ${pick(['cut', 'open', 'loss 50%', 'reset'], choice >> 4)}`,
  partition: (name) => `partition ${name(0)} | ${name(1)} ${name(2)}`,
}

interface Move {
  readonly kind: 'act' | 'wait' | 'back' | 'seek' | 'step'
  readonly choice: number
  readonly ms: number
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom('act', 'act', 'act', 'wait', 'wait', 'back', 'seek', 'step'),
  choice: fc.nat(1023),
  ms: fc.nat(1000),
})

function carryOut<P extends Protocol, View>(
  { view }: Classroom<P, View>,
  { lines }: LessonsOf,
  desk: Desk<P, View>,
  { step: { allow } }: Place<P>,
  { kind, choice, ms }: Move,
): void {
  const { timeline } = desk
  const names = desk.sim.plan.actors.flatMap(({ name, role }) => (role === 'node' ? [name] : []))
  const name = (salt: number): string => pick(names, (choice >> 2) + salt)
  switch (kind) {
    case 'act':
      if (allow !== null && allow.length > 0) {
        const id = pick(allow, choice)
        desk.line((lines[id] ?? COMMON_LINES[id])?.(name, choice >> 2) ?? `${id} ${name(0)}`)
      } else expect(desk.line(`kill ${name(0)}`).kind).toBe(allow === null ? 'said' : 'error')
      break
    case 'wait':
      timeline.advance(timeline.cursor + ms * 1000, Number.POSITIVE_INFINITY)
      view(desk)
      break
    case 'back':
      desk.line('back')
      break
    case 'seek':
      desk.line(`seek ${Math.max(0, Math.floor(timeline.cursor / 1000) - ms)}ms`)
      break
    case 'step':
      desk.line('step')
  }
}

function proveNeverLocked<P extends Protocol, View>(room: Classroom<P, View>, own: LessonsOf): void {
  const { places, enter, answer, standing, view } = room

  test('random allowed acts never crash or lock a step: Retry restores it, and its solution solves it', () => {
    fc.assert(
      fc.property(fc.nat(places.length - 1), fc.array(move, { maxLength: 12 }), (at, moves) => {
        const place = places[at]!
        const desk = enter(place)
        const { digest, now } = standing(desk)
        for (const each of moves) carryOut(room, own, desk, place, each)
        view(desk)
        desk.enterStep(place.at)
        expect(standing(desk)).toMatchObject({ digest, now })
        answer(desk, place)
        desk.showMe()
        expect(view(desk).solved).toBe(true)
      }),
      { seed: 20, numRuns: own.wanderers },
    )
  })
}

function proveHints<P extends Protocol, View>(room: Classroom<P, View>, { detours }: LessonsOf): void {
  const { places, enter, answer, view } = room

  test.each(places.filter(({ step }) => step.hints.length > 0))('$place: every hint can be reached', (place) => {
    const { hints, solution, atUs } = place.step
    const missing = new Set(hints.map(({ text }) => text))
    /** A desk at which time goes on event by event, so that no hint is passed over. */
    const begin = () => {
      const desk = enter(place)
      answer(desk, place)
      const passTo = (untilUs: number) => {
        while (missing.size > 0 && desk.timeline.cursor < untilUs) {
          if (desk.timeline.advance(untilUs, 1) === 'broken') break
          const { hint } = view(desk)
          if (hint !== null) missing.delete(hint)
        }
      }
      return { desk, passTo, wait: (ms: number) => passTo(desk.timeline.cursor + ms * 1000) }
    }
    // Waiting; the solution, taken slowly; and then what is wrong.
    begin().wait((solution.untilUs - atUs) / 1000)
    const taught = begin()
    for (const line of solution.lines) {
      const at = /^at (\S+?)(ms|s) /.exec(line)
      if (at !== null) taught.passTo(Number(at[1]) * (at[2] === 's' ? 1e6 : 1e3))
      taught.desk.line(line)
    }
    taught.passTo(solution.untilUs)
    for (const detour of detours[place.place] ?? []) {
      expect(missing.size, 'hints that still want this detour').toBeGreaterThan(0)
      const { desk, wait } = begin()
      for (const each of detour) {
        if (typeof each === 'number') wait(each)
        else expect(desk.line(each).kind).toBe('said')
      }
      wait(1000)
    }
    expect([...missing]).toEqual([])
  })

  test('no detour leads to a step that does not exist', () => {
    expect(Object.keys(detours).filter((name) => !places.some(({ place }) => place === name))).toEqual([])
  })
}

// ---- Numbers in prose ----------------------------------------------------------------------------------------------

/** Words of the prose with numbers in them, and how to measure these. */
export type Numbers<Measured> = Readonly<
  Record<string, readonly (readonly [quote: string, measure: (run: Measured) => number | readonly number[]])[]>
>

const numbersIn = (text: string): readonly number[] =>
  [...text.matchAll(/(?<![\w.])\d+(?:\.\d+)?(?!\w)/g)].map(([digits]) => Number(digits))

/** Every number in the prose of a step is measured: in the text of its experiment, or in the run of its solution. */
export function proveNumbers<P extends Protocol, View, Measured>(
  { places }: Classroom<P, View>,
  measured: (place: Place<P>) => Measured,
  numbers: Numbers<Measured>,
): void {
  test.each(places)('$place: every number in its prose is measured', (place) => {
    const { prose, question } = place.step
    let text = [prose, question?.prompt ?? '', question?.explanation ?? ''].join(' ')
    text = text.replaceAll('*', '').replaceAll(/`[^`]*`|Figure \d/g, '')
    const run = measured(place)
    for (const [quote, measure] of numbers[place.place] ?? []) {
      expect(text).toContain(quote)
      text = text.replace(quote, '')
      expect({ quote, numbers: [measure(run)].flat() }).toEqual({ quote, numbers: numbersIn(quote) })
    }
    expect(numbersIn(text)).toEqual([])
  })

  test('no row of the table speaks of a step that does not exist', () => {
    expect(Object.keys(numbers).filter((name) => !places.some(({ place }) => place === name))).toEqual([])
  })
}
