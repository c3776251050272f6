/** Systems of six complex equations, solved where they stand: no allocation, so that a loop over frequencies may call it. */

const N = 6

/** A complex 6 x 6 matrix, row by row, with the rows that its factorization exchanged. */
export interface Complex6 {
  readonly re: Float64Array
  readonly im: Float64Array
  readonly pivots: Int32Array
}

/** A matrix of zeros. */
export function complex6(): Complex6 {
  return { re: new Float64Array(N * N), im: new Float64Array(N * N), pivots: new Int32Array(N) }
}

/** Replaces the matrix by its factors L and U (Gauss with partial pivoting). False: it is singular. */
export function factor({ re, im, pivots }: Complex6): boolean {
  for (let column = 0; column < N; column++) {
    const pivot = largestBelow(re, im, column)
    pivots[column] = pivot
    if (pivot !== column) swapRows(re, im, column, pivot)
    const at = column * N + column
    const square = re[at]! * re[at]! + im[at]! * im[at]!
    if (!(square > 0)) return false
    const inverseRe = re[at]! / square
    const inverseIm = -im[at]! / square
    for (let row = column + 1; row < N; row++) {
      const first = row * N + column
      const factorRe = re[first]! * inverseRe - im[first]! * inverseIm
      const factorIm = re[first]! * inverseIm + im[first]! * inverseRe
      re[first] = factorRe
      im[first] = factorIm
      for (let k = column + 1; k < N; k++) {
        const upper = column * N + k
        const lower = row * N + k
        re[lower] = re[lower]! - (factorRe * re[upper]! - factorIm * im[upper]!)
        im[lower] = im[lower]! - (factorRe * im[upper]! + factorIm * re[upper]!)
      }
    }
  }
  return true
}

/** Replaces six complex numbers by the solution of the factored system. */
export function solve({ re, im, pivots }: Complex6, xRe: Float64Array, xIm: Float64Array): void {
  for (let i = 0; i < N; i++) {
    const pivot = pivots[i]!
    const pivotRe = xRe[pivot]!
    const pivotIm = xIm[pivot]!
    xRe[pivot] = xRe[i]!
    xIm[pivot] = xIm[i]!
    let sumRe = pivotRe
    let sumIm = pivotIm
    for (let k = 0; k < i; k++) {
      const at = i * N + k
      sumRe -= re[at]! * xRe[k]! - im[at]! * xIm[k]!
      sumIm -= re[at]! * xIm[k]! + im[at]! * xRe[k]!
    }
    xRe[i] = sumRe
    xIm[i] = sumIm
  }
  for (let i = N - 1; i >= 0; i--) {
    let sumRe = xRe[i]!
    let sumIm = xIm[i]!
    for (let k = i + 1; k < N; k++) {
      const at = i * N + k
      sumRe -= re[at]! * xRe[k]! - im[at]! * xIm[k]!
      sumIm -= re[at]! * xIm[k]! + im[at]! * xRe[k]!
    }
    const at = i * N + i
    const square = re[at]! * re[at]! + im[at]! * im[at]!
    xRe[i] = (sumRe * re[at]! + sumIm * im[at]!) / square
    xIm[i] = (sumIm * re[at]! - sumRe * im[at]!) / square
  }
}

function largestBelow(re: Float64Array, im: Float64Array, column: number): number {
  let best = column
  let bestSize = -1
  for (let row = column; row < N; row++) {
    const at = row * N + column
    const size = Math.abs(re[at]!) + Math.abs(im[at]!)
    if (size > bestSize) {
      best = row
      bestSize = size
    }
  }
  return best
}

function swapRows(re: Float64Array, im: Float64Array, a: number, b: number): void {
  for (let k = 0; k < N; k++) {
    const i = a * N + k
    const j = b * N + k
    const keptRe = re[i]!
    const keptIm = im[i]!
    re[i] = re[j]!
    im[i] = im[j]!
    re[j] = keptRe
    im[j] = keptIm
  }
}
