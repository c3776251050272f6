import { expect, it } from 'vitest'
import { openAt } from '../../engine/proof/run.test-helper.ts'
import { first, preview } from './openings.ts'
import { flowLab } from './world.ts'

const waiting = (text: string, timeUs: number): number =>
  openAt(flowLab, text, timeUs).view.parts.reduce((sum, part) => sum + part.waiting, 0)

it('a first visit finds a server at work, answers that come back, nothing dropped and no rule broken', () => {
  const { view, rules } = openAt(flowLab, first.text, first.fromUs)
  const later = openAt(flowLab, first.text, first.fromUs + 500_000).view
  expect(rules.filter(({ broken }) => broken !== null)).toEqual([])
  const [web, api] = view.parts
  expect(['working', 'saturated']).toContain(api!.condition)
  expect(web!.text).not.toBe(later.parts[0]!.text)
  expect(view.copies[0]!.slice(0, 3).every((perS) => perS !== null && perS > 0)).toBe(true)
  expect(api!.droppedByReason.every((dropped) => dropped === 0)).toBe(true)
  expect(api!.capacity).toBe(100)
})

it('the preview fills two queues, lets them overflow and empties them, breaks no rule, and ends', () => {
  expect(waiting(preview.text, preview.fromUs)).toBeLessThan(5)
  expect(waiting(preview.text, 11_000_000)).toBeGreaterThan(15)
  const { run, rules, view } = openAt(flowLab, preview.text, 17_900_000)
  expect(run.untilUs).toBe(18_000_000)
  expect(view.parts.map((part) => part.droppedByReason.reduce((sum, dropped) => sum + dropped, 0) > 0)).toEqual([
    false,
    true,
    true,
  ])
  expect(view.parts.reduce((sum, part) => sum + part.waiting, 0)).toBeLessThan(10)
  expect(rules.filter(({ broken }) => broken !== null)).toEqual([])
})
