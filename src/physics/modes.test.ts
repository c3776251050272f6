import { describe, expect, test } from 'vitest'
import { naturalModes } from './modes.ts'

const diagonal = (...values: number[]) => {
  const matrix = new Float64Array(36)
  for (const [i, value] of values.entries()) matrix[i * 7] = value
  return matrix
}
const MASS = diagonal(2, 2, 2, 8, 8, 8)

function modesOf(stiffness: Float64Array) {
  const modes = naturalModes(MASS, stiffness)
  if (!modes.ok) throw new Error(modes.error.message)
  return modes.value
}

describe('natural modes', () => {
  test('of motions that do not know each other are sqrt(c / m) / 2 pi', () => {
    const { frequencyHz, periodS, shape } = modesOf(diagonal(2, 8, 18, 8, 32, 72))
    for (const [i, w] of [1, 2, 3, 1, 2, 3].entries()) {
      expect(frequencyHz[i]! * 2 * Math.PI).toBeCloseTo(w, 12)
      expect(periodS[i]).toBeCloseTo((2 * Math.PI) / w, 12)
      expect(shape[i * 6 + i]).toBeCloseTo(1, 12)
    }
  })

  test('of a pendulum: surge and pitch coupled through its arm', () => {
    // m at height -10, hung by c in surge at its own centre: [m, m z; m z, J + m z^2].
    const mass = diagonal(3, 3, 3, 7, 7 + 300, 7)
    mass[4] = mass[24] = -30
    const stiffness = diagonal(3, 3, 3, 7, 7 * 4 + 300, 7)
    stiffness[4] = stiffness[24] = -30
    const modes = naturalModes(mass, stiffness)
    const frequencies = modes.ok ? [...modes.value.frequencyHz].map((f) => f * 2 * Math.PI) : []
    // About its centre it surges with w = 1 and pitches with w = 2.
    expect(frequencies[0]).toBeCloseTo(1, 10)
    expect(frequencies[4]).toBeCloseTo(2, 10)
  })

  test('what nothing holds has no period', () => {
    const { frequencyHz, periodS } = modesOf(diagonal(0, 0, 18, 8, 32, 0))
    expect([...frequencyHz].map((f) => f > 0)).toEqual([false, false, true, true, true, false])
    expect(periodS[5]).toBe(Number.POSITIVE_INFINITY)
  })

  test('a body that nothing rights capsizes, and the stiffness says so', () => {
    const modes = naturalModes(MASS, diagonal(2, 8, 18, 8, -5, 72))
    expect(modes.ok).toBe(false)
    if (modes.ok) return
    expect(modes.error).toMatchObject({ kind: 'capsizes', value: -5 })
    expect(modes.error.message).toContain('-5.00 Nm/rad')
  })

  test('a motion that others drive against its own stiffness is unstable, and that is said', () => {
    const driven = diagonal(2, 2, 18, 8, 32, 72)
    driven[5] = driven[30] = -100
    const modes = naturalModes(MASS, driven)
    expect(modes.ok ? '' : modes.error.message).toMatch(/^It is unstable: its stiffness in (surge|yaw) is \d.*outweigh/)
  })

  test('a stiffness that is not quite symmetric has the modes of its symmetric part', () => {
    const skew = diagonal(2, 2, 18, 8, 32, 72)
    skew[1] = 1e-3
    skew[6] = -1e-3
    const { frequencyHz } = modesOf(skew)
    expect(frequencyHz[0]! * 2 * Math.PI).toBeCloseTo(1, 12)
    expect(frequencyHz[1]! * 2 * Math.PI).toBeCloseTo(1, 12)
  })

  test('a body without mass, and one that is not a number, have none', () => {
    expect(naturalModes(new Float64Array(36), MASS)).toMatchObject({ ok: false, error: { kind: 'unstable' } })
    expect(naturalModes(MASS, diagonal(Number.NaN, 1, 1, 1, 1, 1)).ok).toBe(false)
  })
})
