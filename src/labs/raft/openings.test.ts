import { expect, it } from 'vitest'
import { openAt } from '../../engine/proof/run.test-helper.ts'
import { first, preview } from './openings.ts'
import { raftLab } from './world.ts'

const leadersAt = (opening: typeof first, timeUs: number) =>
  openAt(raftLab, opening.text, timeUs)
    .view.nodes.filter((node) => node.role === 'leader' && node.status === 'up')
    .map((node) => node.name)

it('a first visit finds a leader at work, and no rule broken', () => {
  const { view, rules } = openAt(raftLab, first.text, first.fromUs)
  const leader = view.nodes.find((node) => node.role === 'leader')
  expect(leader?.commitIndex).toBeGreaterThan(1)
  expect(rules.filter((rule) => rule.broken !== null)).toEqual([])
})

it('the preview shows a leader that dies and another one in its place, and ends', () => {
  expect(leadersAt(preview, preview.fromUs)).toEqual(['n1'])
  expect(leadersAt(preview, 2_300_000)).not.toContain('n1')
  expect(leadersAt(preview, 2_300_000)).toHaveLength(1)
  expect(openAt(raftLab, preview.text, preview.fromUs).run.untilUs).toBe(6_000_000)
})
