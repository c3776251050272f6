import { expect, it } from 'vitest'
import { visit } from '../../engine/proof/first-task.test-helper.ts'
import { firstTask } from './first-task.ts'
import { first } from './openings.ts'
import { raftLab } from './world.ts'

/** A first visit, where n1 or another node leads; `leader` is its name at the moment. */
function arrive(settings = '') {
  const learner = visit(raftLab, { ...first, text: `${first.text}${settings}` }, firstTask)
  const leaders = () => learner.view().nodes.filter(({ role, status }) => role === 'leader' && status === 'up')
  return {
    ...learner,
    leaders,
    leader: () => leaders().reduce((one, other) => (other.term > one.term ? other : one)).name,
  }
}

it('is unsolved while everything runs', () => {
  const learner = arrive()
  learner.wait(1)
  expect(learner.ticks()).toEqual([false, false, false])
})

it('ticks one goal after the other, and keeps its ticks when the run is rewound', () => {
  const learner = arrive()
  const leader = learner.leader()
  learner.act(`kill ${leader}`)
  expect(learner.ticks()).toEqual([true, false, false])
  learner.wait(1)
  expect(learner.ticks()).toEqual([true, true, false])
  learner.act(`restart ${leader}`)
  expect(learner.ticks()).toEqual([true, true, true])
  learner.rewind()
  expect(learner.ticks()).toEqual([true, true, true])
})

it('does not count the death of a follower', () => {
  const learner = arrive()
  const follower = learner.leader() === 'n1' ? 'n2' : 'n1'
  learner.act(`kill ${follower}`)
  learner.wait(1)
  learner.act(`restart ${follower}`)
  expect(learner.ticks()).toEqual([false, false, false])
})

it('does not take a paused leader for a dead one', () => {
  const learner = arrive()
  learner.act(`pause ${learner.leader()}`)
  learner.wait(1)
  expect(learner.leaders()).toHaveLength(1)
  expect(learner.ticks()).toEqual([false, false, false])
})

it('does not take an old leader of a lower term for a new one', () => {
  // Or it would step down where nobody hears it.
  const learner = arrive('set check-quorum off\n')
  learner.act(`isolate ${learner.leader()}`)
  learner.wait(1)
  expect(learner.leaders()).toHaveLength(2)
  learner.act(`kill ${learner.leader()}`)
  expect(learner.leaders()).toHaveLength(1)
  expect(learner.ticks()).toEqual([true, false, false])
})

it('does not count taking the kill back as bringing the node back', () => {
  const learner = arrive()
  learner.act(`kill ${learner.leader()}`)
  learner.undo()
  expect(learner.ticks()).toEqual([true, false, false])
})
