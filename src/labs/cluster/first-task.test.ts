import { expect, it } from 'vitest'
import { visit } from '../../engine/proof/first-task.test-helper.ts'
import { firstTask } from './first-task.ts'
import { first } from './openings.ts'
import { clusterLab } from './world.ts'

it('is unsolved while everything runs', () => {
  const learner = visit(clusterLab, first, firstTask)
  learner.wait(1)
  expect(learner.ticks()).toEqual([false, false, false])
})

it('ticks one goal after the other', () => {
  const learner = visit(clusterLab, first, firstTask)
  learner.act('kill n2')
  expect(learner.ticks()).toEqual([true, false, false])
  learner.wait(7)
  expect(learner.ticks()).toEqual([true, true, false])
  learner.act('restart n2')
  expect(learner.ticks()).toEqual([true, true, true])
})

it('counts neither the death of a replica nor a paused master', () => {
  const learner = visit(clusterLab, first, firstTask)
  learner.act('kill n5')
  learner.act('pause n1')
  expect(learner.ticks()).toEqual([false, false, false])
})

it('does not count taking the kill back as bringing the node back', () => {
  const learner = visit(clusterLab, first, firstTask)
  learner.act('kill n2')
  learner.undo()
  expect(learner.ticks()).toEqual([true, false, false])
})
