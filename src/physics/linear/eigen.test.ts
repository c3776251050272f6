import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { eigen } from './eigen.ts'

const entries = (n: number) => fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: n * n, maxLength: n * n })

/** Greatest |A v - lambda v| over the real eigenvalues. */
function residual(a: Float64Array, n: number): number {
  const { re, im, vectors } = eigen(a, n)!
  let worst = 0
  for (let j = 0; j < n; j++) {
    if (im[j] !== 0) continue
    for (let i = 0; i < n; i++) {
      let sum = -re[j]! * vectors[i * n + j]!
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * vectors[k * n + j]!
      worst = Math.max(worst, Math.abs(sum))
    }
  }
  return worst
}

describe('eigenvalues of a real matrix', () => {
  test('of a triangle are its diagonal', () => {
    const { re, im } = eigen(Float64Array.from([1, 5, 7, 0, 2, 3, 0, 0, -4]), 3)!
    expect([...re].sort((a, b) => a - b)).toEqual([-4, 1, 2])
    expect([...im]).toEqual([0, 0, 0])
  })

  test('of a rotation are a complex pair', () => {
    const { re, im } = eigen(Float64Array.from([0, -2, 0, 2, 0, 0, 0, 0, 3]), 3)!
    expect([...re].map((x) => Math.round(x * 1e12) / 1e12).sort()).toEqual([0, 0, 3])
    expect(Math.max(...im)).toBeCloseTo(2, 14)
  })

  test('of a companion matrix are the roots of its polynomial', () => {
    // (x-1)(x-2)(x-3)(x-4)(x-5)(x-6)
    const c = [21, -175, 735, -1624, 1764, -720]
    const a = new Float64Array(36)
    for (let j = 0; j < 6; j++) a[j] = c[j]!
    for (let i = 1; i < 6; i++) a[i * 6 + i - 1] = 1
    const { re } = eigen(a, 6)!
    for (const [i, root] of [...re].sort((x, y) => x - y).entries()) expect(root).toBeCloseTo(i + 1, 9)
  })

  test('a double eigenvalue that rounding has split stays real', () => {
    const { re, im, vectors } = eigen(Float64Array.from([3, 4e-16, -4e-16, 3]), 2)!
    expect([...re]).toEqual([3, 3])
    expect([...im]).toEqual([0, 0])
    expect(Math.abs(vectors[0]! * vectors[3]! - vectors[1]! * vectors[2]!)).toBeGreaterThan(0.1)
  })

  test('a double eigenvalue has two independent vectors', () => {
    // diag(2, 2, 5) in a skew basis.
    const { re, vectors } = eigen(Float64Array.from([2, 0, 3, 0, 2, 6, 0, 0, 5]), 3)!
    expect([...re].sort()).toEqual([2, 2, 5])
    const twos = [0, 1, 2].filter((j) => re[j] === 2)
    const [a, b] = twos.map((j) => [0, 1, 2].map((i) => vectors[i * 3 + j]!))
    const cosine = a![0]! * b![0]! + a![1]! * b![1]! + a![2]! * b![2]!
    expect(Math.abs(cosine)).toBeLessThan(0.99)
  })

  test('vectors solve A v = lambda v, the trace is the sum, whatever the matrix and its scales', () => {
    fc.assert(
      fc.property(
        entries(6),
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 6, maxLength: 6 }),
        (list, powers) => {
          const a = Float64Array.from(list, (x) => x / 100)
          expect(residual(a, 6)).toBeLessThan(1e-9)
          const { re } = eigen(a, 6)!
          const trace = [0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + a[i * 7]!, 0)
          expect(re.reduce((sum, x) => sum + x, 0)).toBeCloseTo(trace, 9)
          // The same matrix in other units has the same eigenvalues.
          const scaled = a.map((x, at) => x * 2 ** (powers[Math.floor(at / 6)]! - powers[at % 6]!))
          const other = eigen(scaled, 6)!
          expect(other.re.reduce((sum, x) => sum + x, 0)).toBeCloseTo(trace, 9)
        },
      ),
      { numRuns: 200, seed: 4 },
    )
  })
})
