/**
 * Solves A x = b for a small real matrix (n x n, row by row) by Gaussian elimination with partial pivoting. A and b are used up; b
 * becomes x. Returns false, with b of no use, where A is singular to the last digit.
 */
export function solveInPlace(A: Float64Array, b: Float64Array, n: number, columns = 1): boolean {
  for (let k = 0; k < n; k++) {
    const pivot = pivotRow(A, n, k)
    if (!(Math.abs(A[pivot * n + k]!) > 0)) return false
    swapRows(A, n, k, pivot)
    swapRows(b, columns, k, pivot)
    for (let i = k + 1; i < n; i++) {
      const factor = A[i * n + k]! / A[k * n + k]!
      if (factor === 0) continue
      for (let j = k; j < n; j++) A[i * n + j] = A[i * n + j]! - factor * A[k * n + j]!
      for (let c = 0; c < columns; c++) b[i * columns + c] = b[i * columns + c]! - factor * b[k * columns + c]!
    }
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = 0; c < columns; c++) {
      let sum = b[i * columns + c]!
      for (let j = i + 1; j < n; j++) sum -= A[i * n + j]! * b[j * columns + c]!
      b[i * columns + c] = sum / A[i * n + i]!
    }
  }
  return true
}

/** The row at or below k with the greatest entry in column k. */
function pivotRow(A: Float64Array, n: number, k: number): number {
  let best = k
  for (let i = k + 1; i < n; i++) if (Math.abs(A[i * n + k]!) > Math.abs(A[best * n + k]!)) best = i
  return best
}

function swapRows(A: Float64Array, width: number, a: number, b: number): void {
  if (a === b) return
  for (let j = 0; j < width; j++) {
    const held = A[a * width + j]!
    A[a * width + j] = A[b * width + j]!
    A[b * width + j] = held
  }
}
