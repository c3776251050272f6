import { expect, it } from 'vitest'
import { openAt } from '../../engine/proof/run.test-helper.ts'
import { first, preview } from './openings.ts'
import { clusterLab } from './world.ts'

it('a first visit finds a cluster at work, and no rule broken', () => {
  const { view, rules } = openAt(clusterLab, first.text, first.fromUs)
  expect(view.nodes.every(({ clusterOk }) => clusterOk)).toBe(true)
  expect(view.nodes.filter(({ role }) => role === 'master')).toHaveLength(3)
  expect(view.clients.some(({ answered }) => answered > 0)).toBe(true)
  expect(rules.filter((rule) => rule.broken !== null)).toEqual([])
})

it('the preview shows a master that dies, another one in its place, and the old one as a replica, and ends', () => {
  const ownerOfZero = (timeUs: number) => openAt(clusterLab, preview.text, timeUs).view.ranges[0]?.owner
  expect(ownerOfZero(preview.fromUs)).toBe('n1')
  expect(ownerOfZero(5_300_000)).toBe('n4')
  const end = openAt(clusterLab, preview.text, 7_400_000)
  expect(end.view.nodes.find(({ name }) => name === 'n1')).toMatchObject({
    status: 'up',
    role: 'replica',
    master: 'n4',
  })
  expect(end.run.untilUs).toBe(7_500_000)
})
