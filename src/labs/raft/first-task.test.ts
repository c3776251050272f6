import { expect, it } from 'vitest'
import type { NodeView, RaftView } from './contract.ts'
import { firstTask } from './first-task.ts'

type Sketch = readonly [status: NodeView['status'], role: NodeView['role'], term: number]

function view(...nodes: readonly Sketch[]): RaftView {
  return {
    nodes: nodes.map(([status, role, term], index) => ({
      name: `n${index + 1}`,
      status,
      role,
      term,
      commitIndex: 0,
      lastIndex: 0,
      leader: null,
    })),
    clients: [],
    selected: null,
  }
}

type Moment = RaftView | { readonly view: RaftView; readonly acts: readonly string[] }

const ticksAfter = (...moments: readonly Moment[]) =>
  firstTask.ticks(
    moments.reduce((seen, one) => {
      const { view: now, acts } = 'acts' in one ? one : { view: one, acts: [] }
      return firstTask.next(seen, now, acts)
    }, firstTask.start),
  )

const steady = view(['up', 'leader', 1], ['up', 'follower', 1], ['up', 'follower', 1])
const headless = view(['down', 'follower', 1], ['up', 'follower', 1], ['up', 'follower', 1])
const replaced = view(['down', 'follower', 1], ['up', 'leader', 2], ['up', 'follower', 2])
const whole = view(['up', 'follower', 1], ['up', 'leader', 2], ['up', 'follower', 2])

const restarted = { view: whole, acts: ['kill n1', 'restart n1'] }

it('is unsolved while everything runs', () => {
  expect(ticksAfter(steady, steady)).toEqual([false, false, false])
})

it('ticks one goal after the other', () => {
  expect(ticksAfter(steady, headless)).toEqual([true, false, false])
  expect(ticksAfter(steady, headless, replaced)).toEqual([true, true, false])
  expect(ticksAfter(steady, headless, replaced, restarted)).toEqual([true, true, true])
})

it('does not count the death of a follower', () => {
  const followerDown = view(['up', 'leader', 1], ['down', 'follower', 1], ['up', 'follower', 1])
  expect(ticksAfter(steady, followerDown, steady)).toEqual([false, false, false])
})

it('does not take a paused leader for a dead one, nor an old leader of a lower term for a new one', () => {
  expect(ticksAfter(steady, view(['paused', 'leader', 1], ['up', 'follower', 1], ['up', 'follower', 1]))).toEqual([
    false,
    false,
    false,
  ])
  expect(ticksAfter(replaced, view(['up', 'leader', 1], ['down', 'follower', 2], ['up', 'follower', 2]))).toEqual([
    true,
    false,
    false,
  ])
})

it('does not count taking the kill back as bringing the node back', () => {
  expect(ticksAfter(steady, headless, replaced, { view: steady, acts: [] })).toEqual([true, true, false])
})

it('keeps its ticks when the run is rewound', () => {
  expect(ticksAfter(steady, headless, replaced, restarted, steady)).toEqual([true, true, true])
})
