import { describe, expect, test } from 'vitest'
import { DESIGN_IDS, shipped } from '../designs/index.ts'
import { correctionEffects } from './effects.ts'
import { design, member } from './members.test-helper.ts'

describe('what each correction changes', () => {
  test.each(DESIGN_IDS)('of %s the corrected value is the exact one, and the defect is farther off', (id) => {
    for (const { withDefect, corrected, exact, correction, quantity } of correctionEffects(shipped(id))) {
      if (exact === null) continue
      expect(Math.abs(corrected / exact - 1), `${correction} ${quantity}`).toBeLessThan(1e-6)
      expect(Math.abs(withDefect - exact), `${correction} ${quantity}`).toBeGreaterThan(Math.abs(corrected - exact))
    }
  })

  test('a plain cylinder has none of the defects', () => {
    expect(correctionEffects(shipped('cylinder'))).toEqual([])
  })

  test('the braces of OC4-DeepCwind lean through the water, its columns have steps with bulkheads', () => {
    const found = new Set(correctionEffects(shipped('oc4')).map(({ correction }) => correction))
    expect([...found]).toEqual(['inclinedWaterline', 'stepInertia', 'bulkheadStations'])
  })

  test('a tapered column: the area of its waterplane', () => {
    const column = member(
      [0, 0, -10],
      [0, 0, 4],
      [
        [12, 12],
        [6, 6],
      ],
    )
    const effect = correctionEffects(design([column])).find(({ quantity }) => quantity === 'waterplane')!
    expect(effect.correction).toBe('taperedWaterline')
    expect(effect.exact! / ((Math.PI / 4) * (12 - 60 / 14) ** 2)).toBeCloseTo(1, 12)
  })
})
