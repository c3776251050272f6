import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { complex6, factor, solve } from './complex6.ts'

const numbers = (n: number) => fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: n, maxLength: n })

describe('six complex equations', () => {
  test('i x = b', () => {
    const m = complex6()
    for (let i = 0; i < 6; i++) m.im[i * 7] = 1
    expect(factor(m)).toBe(true)
    const re = Float64Array.from([1, 2, 3, 4, 5, 6])
    const im = new Float64Array(6)
    solve(m, re, im)
    expect([...im]).toEqual([-1, -2, -3, -4, -5, -6])
    expect(re.every((x) => Math.abs(x) === 0)).toBe(true)
  })

  test('a matrix of zeros is singular', () => {
    expect(factor(complex6())).toBe(false)
  })

  test('the solution solves the system', () => {
    fc.assert(
      fc.property(numbers(72), numbers(12), (entries, right) => {
        const m = complex6()
        m.re.set(entries.slice(0, 36))
        m.im.set(entries.slice(36))
        // Far from singular, with the largest entries off the diagonal, so that rows must be exchanged.
        for (let i = 0; i < 6; i++) m.re[i * 6 + ((i + 1) % 6)] = 40
        const a = { re: Float64Array.from(m.re), im: Float64Array.from(m.im) }
        expect(factor(m)).toBe(true)
        const re = Float64Array.from(right.slice(0, 6))
        const im = Float64Array.from(right.slice(6))
        solve(m, re, im)
        for (let i = 0; i < 6; i++) {
          let sumRe = 0
          let sumIm = 0
          for (let k = 0; k < 6; k++) {
            sumRe += a.re[i * 6 + k]! * re[k]! - a.im[i * 6 + k]! * im[k]!
            sumIm += a.re[i * 6 + k]! * im[k]! + a.im[i * 6 + k]! * re[k]!
          }
          expect(sumRe).toBeCloseTo(right[i]!, 10)
          expect(sumIm).toBeCloseTo(right[i + 6]!, 10)
        }
      }),
      { numRuns: 100, seed: 6 },
    )
  })
})
