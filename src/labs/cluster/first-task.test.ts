import { expect, it } from 'vitest'
import { Desk } from '../../engine/desk.ts'
import { parseAct } from '../../experiment/acts.ts'
import type { ClusterView } from './contract.ts'
import { firstTask } from './first-task.ts'
import { first } from './openings.ts'
import { clusterLab } from './world.ts'

type Seen = Parameters<typeof firstTask.next>[0]

/** A learner in the lab of a first visit, and what the task has seen of them. */
function visit() {
  const desk = new Desk(clusterLab)
  expect(desk.open(first.text, first.fromUs)).toMatchObject({ ok: true })
  let seen: Seen = firstTask.start
  const look = () => {
    const { view, acts } = desk.slow()
    seen = firstTask.next(
      seen,
      view as ClusterView,
      acts.map(({ line }) => line),
    )
  }
  return {
    act(line: string) {
      look()
      const act = parseAct(line, clusterLab.language, desk.timeline.facts())
      if (!act.ok) throw new Error(act.error.message)
      expect(desk.act(act.value)).toMatchObject({ ok: true })
      look()
    },
    undo() {
      desk.undo()
      look()
    },
    wait(seconds: number) {
      look()
      desk.seek(desk.timeline.cursor + seconds * 1_000_000)
      look()
    },
    ticks: () => firstTask.ticks(seen),
  }
}

it('is unsolved while everything runs', () => {
  const learner = visit()
  learner.wait(1)
  expect(learner.ticks()).toEqual([false, false, false])
})

it('ticks one goal after the other', () => {
  const learner = visit()
  learner.act('kill n2')
  expect(learner.ticks()).toEqual([true, false, false])
  learner.wait(7)
  expect(learner.ticks()).toEqual([true, true, false])
  learner.act('restart n2')
  expect(learner.ticks()).toEqual([true, true, true])
})

it('counts neither the death of a replica nor a paused master', () => {
  const learner = visit()
  learner.act('kill n5')
  learner.act('pause n1')
  expect(learner.ticks()).toEqual([false, false, false])
})

it('does not count taking the kill back as bringing the node back', () => {
  const learner = visit()
  learner.act('kill n2')
  learner.undo()
  expect(learner.ticks()).toEqual([true, false, false])
})
