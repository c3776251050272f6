import { expect, it, test } from 'vitest'
import { visit } from '../../engine/proof/first-task.test-helper.ts'
import { firstTask } from './first-task.ts'
import { first } from './openings.ts'
import { floatingLab } from './world.ts'

const arrive = () => visit(floatingLab, first, firstTask)

it('is unsolved while nothing is changed', () => {
  const learner = arrive()
  learner.wait(1)
  expect(learner.ticks()).toEqual([false, false, false])
})

test.each([
  ['platform.spacing', '45m', '30m', '51.75m'],
  ['column.diameter', '11m', '7m', '12.5m'],
])('the way of the hint, %s, leads to a capsize and back', (name, less, tooLittle, before) => {
  const learner = arrive()
  learner.act(`set ${name} ${less}`)
  expect(learner.ticks()).toEqual([true, false, false])
  learner.wait(1)
  learner.act(`set ${name} ${tooLittle}`)
  expect(learner.view().failure?.kind).toBe('capsizes')
  expect(learner.ticks()).toEqual([true, true, false])
  learner.wait(1)
  learner.act(`set ${name} ${before}`)
  expect(learner.view().failure).toBeNull()
  expect(learner.ticks()).toEqual([true, true, true])
  learner.rewind()
  expect(learner.ticks()).toEqual([true, true, true])
})

it('takes undo for the way back, as its hint says', () => {
  const learner = arrive()
  learner.act('set platform.spacing 28m')
  expect(learner.ticks()).toEqual([true, true, false])
  learner.undo()
  expect(learner.ticks()).toEqual([true, true, true])
})

it('counts no other failure, and no dimension around the hull', () => {
  const learner = arrive()
  learner.act('set lines.length 400m')
  expect(learner.view().failure).not.toBeNull()
  expect(learner.ticks()).toEqual([false, false, false])
  learner.undo()
  learner.act('set turbine.mass 900000kg', 'cut line 1', 'cut line 2', 'cut line 3')
  expect(learner.view().failure?.kind).toBe('no convergence')
  expect(learner.ticks()).toEqual([false, false, false])
})
