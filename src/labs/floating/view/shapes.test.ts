import { expect, test } from 'vitest'
import { launch, solveLaunched } from '../platform.ts'
import { pictureOf } from '../projection.ts'
import { boxOf, changedMembers, movedBy, pointOf, sidesAt, silhouettes } from './shapes.ts'

const picture = (id: 'cylinder' | 'oc4') => {
  const solved = solveLaunched(id)
  return pictureOf({ input: launch(id), failure: null, solved, revision: 0, digest: 0 })
}

test('a cylinder of 10 m is a rectangle from the side and a disc from above', () => {
  const [member] = picture('cylinder').members
  const corners = silhouettes('side', member!)[0]!.split(' ')
  expect(new Set(corners.map((corner) => corner.split(',')[1]))).toEqual(new Set(['20.00', '-10.00']))
  const distances = silhouettes('plan', member!)[0]!
    .split(' ')
    .map((corner) => Math.hypot(...corner.split(',').map(Number)))
  expect(distances.length).toBeGreaterThan(20)
  for (const distance of distances) expect(distance).toBeCloseTo(5, 1)
})

test('a step in diameter has no silhouette of its own', () => {
  const column = picture('oc4').members.find(({ name }) => name === 'column')!
  expect(silhouettes('side', column).map((text) => text === '')).toEqual([false, true, false])
  expect(sidesAt(column, 0, 3)[0]).toBe(24)
  expect(sidesAt(column, 2, 6)[0]).toBe(12)
})

test('pitch leans the mast downwind, yaw turns left', () => {
  const [x, , z] = movedBy(Float64Array.of(0, 0, 0, 0, 0.1, 0), [0, 0, 100])
  expect([x, z]).toEqual([100 * Math.sin(0.1), 100 * Math.cos(0.1)])
  expect(movedBy(Float64Array.of(1, 2, 3, 0, 0, Math.PI / 2), [10, 0, 0])[1]).toBeCloseTo(12, 9)
})

test('the whole has the anchors in it, the hull has room around it', () => {
  const cylinder = picture('cylinder')
  expect(boxOf(cylinder, 'plan', 'whole').right).toBeGreaterThan(350)
  const hull = boxOf(cylinder, 'side', 'hull')
  expect([hull.left < -5, hull.bottom < -20, hull.top > 10]).toEqual([true, true, true])
  expect(hull.right).toBeLessThan(20)
})

test('only what has changed is drawn again as a ghost', () => {
  const now = picture('oc4')
  const wider = {
    ...now,
    members: now.members.map((member) => (member.name === 'main' ? { ...member, sidesM: [[9, 9] as const] } : member)),
  }
  expect(changedMembers(now, wider).map(({ name }) => name)).toEqual(['main'])
  expect(changedMembers(picture('cylinder'), now)).toEqual([])
  expect(pointOf(now.members[0]!, 20)).toEqual([0, 0, 0])
})
