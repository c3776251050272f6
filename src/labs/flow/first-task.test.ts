import { expect, it, test } from 'vitest'
import { visit } from '../../engine/proof/first-task.test-helper.ts'
import { firstTask } from './first-task.ts'
import { first } from './openings.ts'
import { flowLab } from './world.ts'

const arrive = () => visit(flowLab, first, firstTask)

it('is unsolved while nothing is changed', () => {
  const learner = arrive()
  for (let at = 0; at < 20; at++) learner.wait(1)
  expect(learner.ticks()).toEqual([false, false, false])
})

/** As the hints say, until the queue has turned requests away. */
function overloaded() {
  const learner = arrive()
  learner.act('load web poisson 25/s')
  for (let at = 0; at < 40 && !learner.ticks()[0]; at++) learner.wait(1)
  expect(learner.ticks()).toEqual([true, false, false])
  for (let at = 0; at < 60 && !learner.ticks()[1]; at++) learner.wait(1)
  expect(learner.ticks()).toEqual([true, true, false])
  return learner
}

test.each([
  ['more servers', 'servers api 5'],
  ['a quicker service', 'service api exponential 10ms'],
  ['less load', 'load web poisson 4/s'],
])('the way of the hints leads to a queue that overflows; %s empties it', (_, line) => {
  const learner = overloaded()
  learner.act(line)
  for (let at = 0; at < 600 && !learner.ticks()[2]; at++) learner.wait(0.1)
  expect(learner.ticks()).toEqual([true, true, true])
  learner.rewind()
  expect(learner.ticks()).toEqual([true, true, true])
})

it('is not solved by the load of before: retries are load, too', () => {
  const learner = overloaded()
  learner.act('load web poisson 14/s')
  for (let at = 0; at < 300; at++) learner.wait(0.1)
  expect(learner.ticks()).toEqual([true, true, false])
})
