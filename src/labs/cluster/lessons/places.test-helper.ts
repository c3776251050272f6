import { present } from '../../../base/assert.ts'
import { Desk } from '../../../engine/desk.ts'
import { clusterLab } from '../world.ts'
import { lessons } from './index.ts'

/** The steps of the lessons without a screen, for their tests. */

/** Every step of every lesson, by name: `who-may-vote/3`. */
export const PLACES = lessons.flatMap((lesson) =>
  lesson.steps.map((step, at) => ({ place: `${lesson.id}/${at}`, lesson, step, at })),
)
export type Place = (typeof PLACES)[number]

export function placeOf(name: string): Place {
  return present(
    PLACES.find(({ place }) => place === name),
    `place ${name}`,
  )
}

/** A desk at the beginning of a step. */
export function enter({ lesson, at }: Place) {
  const desk = new Desk(clusterLab)
  const started = desk.startLesson(lesson.id, at)
  if (!started.ok) throw new Error(started.error)
  return desk
}

export type LessonDesk = ReturnType<typeof enter>

export const view = (desk: LessonDesk) => present(desk.lesson, 'a lesson').view(desk.sim)

/** Some possible answer, if something is asked. */
export function answer(desk: LessonDesk, { step: { question } }: Place): void {
  if (question !== null) desk.predict(question.form === 'choice' ? question.options[0]!.id : '1')
}

const finished = new Map<string, LessonDesk>()

/** A place after its solution, once for all tests that only look. */
export function solved(place: Place): LessonDesk {
  const known = finished.get(place.place)
  if (known !== undefined) return known
  const desk = enter(place)
  answer(desk, place)
  desk.showMe()
  finished.set(place.place, desk)
  return desk
}

/** Digest and instant: where the learner stands. */
export const standing = (desk: LessonDesk) => ({
  digest: desk.sim.digest(),
  now: desk.timeline.cursor,
  text: desk.text(),
  lesson: { ...view(desk), solved: null, steps: null, question: null },
})
