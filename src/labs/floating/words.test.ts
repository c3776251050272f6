import { expect, test } from 'vitest'
import { worldOf } from '../../engine/proof/run.test-helper.ts'
import { NOTE_KINDS } from './machine.ts'
import { words } from './words.ts'
import { floatingLab } from './world.ts'

test('every note reads differently, and names the tank or the line that it is about', () => {
  const texts = NOTE_KINDS.map((kind) => words.note({ kind, value: 7 }, 'platform'))
  expect(new Set(texts).size).toBe(NOTE_KINDS.length)
  for (const kind of ['flooded', 'line-cut', 'line-mended'] as const) {
    expect(words.note({ kind, value: 7 }, 'platform')).toContain(' 7 ')
  }
})

test('a trace tells in SI units what was solved, and why the rest was not', () => {
  const trace = (acts: string) =>
    words.traceState!(worldOf(floatingLab, `at 0s sea hs 6m tp 12s\n${acts}`, 1_000_000).state(0)!)
  const afloat = trace('') as { design: string; failure: null; periods_s: number[]; std: number[] }
  expect(afloat.failure).toBeNull()
  expect(afloat.design).toMatch(/VolturnUS/)
  expect(afloat.periods_s[2]).toBeCloseTo(16.5, 1)
  expect(afloat.std).toHaveLength(6)
  expect(afloat.std[2]).toBeGreaterThan(0.5)
  const failed = trace('at 0s set platform.spacing 30m') as { failure: string; periods_s: number[] }
  expect(failed.failure).toMatch(/^It capsizes: .* MNm\/rad/)
  // The last solution there was.
  expect(failed.periods_s).toEqual(afloat.periods_s)
})
