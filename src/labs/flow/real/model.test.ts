import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { LIMITS } from './plan.ts'

test('the limits of real mode stand in MODEL.md', () => {
  const model = readFileSync(new URL('../MODEL.md', import.meta.url), 'utf8')
  const limits = Object.entries(LIMITS).map((limit) => limit.join(' '))
  expect(model).toContain(`| Real mode | ${limits.join(', ')} |`)
})
