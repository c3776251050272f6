import { expect, it } from 'vitest'
import { openAt } from '../../engine/proof/run.test-helper.ts'
import { first, preview } from './openings.ts'
import { floatingLab } from './world.ts'

it('a first visit finds a platform that moves in a sea, and no rule broken', () => {
  const { view, rules } = openAt(floatingLab, first.text, first.fromUs)
  const later = openAt(floatingLab, first.text, first.fromUs + 3_000_000).view
  expect(view.failure).toBeNull()
  expect(rules.filter(({ broken }) => broken !== null)).toEqual([])
  expect(Math.abs(later.pose[2]! - view.pose[2]!)).toBeGreaterThan(0.05)
  expect(Math.abs(later.elevationM - view.elevationM)).toBeGreaterThan(0.05)
})

it('the preview shows a line that breaks and is mended, breaks no rule, and ends', () => {
  const surge = (timeUs: number) => openAt(floatingLab, preview.text, timeUs).view.pose[0]!
  expect(surge(preview.fromUs)).toBeLessThan(30)
  expect(surge(50_000_000)).toBeGreaterThan(500)
  expect(surge(70_000_000)).toBeLessThan(30)
  const { run, rules } = openAt(floatingLab, preview.text, 74_000_000)
  expect(run.untilUs).toBe(75_000_000)
  expect(rules.filter(({ broken }) => broken !== null)).toEqual([])
})
