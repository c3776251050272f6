import { expect } from 'vitest'
import { present } from '../../base/assert.ts'
import { withDefaults } from '../../experiment/facts.ts'
import type { Settings } from '../../experiment/types.ts'
import type { Protocol } from '../../machine/machine.ts'
import { Desk } from '../desk.ts'
import type { Lab } from '../lab.ts'
import type { Lesson, Step } from '../lesson.ts'

/** One step of one lesson, by name: `who-may-vote/3`. */
export interface Place<P extends Protocol> {
  readonly place: string
  readonly lesson: Lesson<P>
  readonly step: Step<P>
  readonly at: number
}

/** The lessons of a lab without a screen. */
export type Classroom<P extends Protocol, View> = ReturnType<typeof classroomOf<P, View>>

export function classroomOf<P extends Protocol, View>(lab: Lab<P, View>) {
  type LessonDesk = Desk<P, View>

  const places: readonly Place<P>[] = lab.lessons.flatMap((lesson) =>
    lesson.steps.map((step, at) => ({ place: `${lesson.id}/${at}`, lesson, step, at })),
  )

  const placeOf = (name: string): Place<P> =>
    present(
      places.find(({ place }) => place === name),
      `place ${name}`,
    )

  /** A desk at the beginning of a step. */
  function enter({ lesson, at }: Place<P>): LessonDesk {
    const desk = new Desk(lab)
    const started = desk.startLesson(lesson.id, at)
    if (!started.ok) throw new Error(started.error)
    return desk
  }

  /** Some possible answer, if something is asked. */
  function answer(desk: LessonDesk, { step: { question } }: Place<P>): void {
    if (question !== null) desk.predict(question.form === 'choice' ? question.options[0]!.id : '1')
  }

  const finished = new Map<string, LessonDesk>()

  /** A place after its solution, once for all tests that only look. */
  function solved(place: Place<P>): LessonDesk {
    const known = finished.get(place.place)
    if (known !== undefined) return known
    const desk = enter(place)
    answer(desk, place)
    desk.showMe()
    finished.set(place.place, desk)
    return desk
  }

  const view = (desk: LessonDesk) => present(desk.lesson, 'a lesson').view(desk.sim)

  return {
    lab,
    places,
    placeOf,
    enter,
    answer,
    solved,
    view,

    /** Digest and instant: where the learner stands. */
    standing: (desk: LessonDesk) => ({
      digest: desk.sim.digest(),
      now: desk.timeline.cursor,
      text: desk.text(),
      lesson: { ...view(desk), solved: null, steps: null, question: null },
    }),

    /** What the run showed to a learner who was asked; null before. */
    outcome: (desk: LessonDesk) => view(desk).question?.outcome ?? null,

    /** The score of other lines than those of the solution; null while the step is unsolved. */
    scoreOf(name: string, lines: readonly string[], untilUs: number): number | null {
      const desk = enter(placeOf(name))
      for (const line of lines) expect(desk.line(line)).toMatchObject({ kind: 'said' })
      desk.timeline.advance(untilUs, Number.POSITIVE_INFINITY)
      return view(desk).score?.value ?? null
    },

    /** The score of the solution. */
    best: (name: string): number => present(view(solved(placeOf(name))).score?.value, 'a score'),
  }
}

/** What the text of a step's experiment says: for numbers that its prose quotes. */
export function textOf<P extends Protocol, View>({ lab, experiment }: Desk<P, View>) {
  const settings: Settings = withDefaults(lab.language, experiment.settings)
  return {
    setting: (name: string) => present(settings[name], name),
    /** When the first act of this kind comes at or after `fromS`, in seconds. */
    act: (id: string, fromS = 0): number =>
      present(
        experiment.acts.find(({ act, at }) => act.id === id && at >= fromS * 1e6),
        id,
      ).at / 1e6,
  }
}
