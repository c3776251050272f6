/**
 * Eigenvalues and right eigenvectors of a small real matrix that need not be symmetric: balancing, Hessenberg form by Householder
 * reflections, Francis' double-shift QR down to the real Schur form, vectors by back substitution. Source: Golub and Van Loan,
 * Matrix Computations, 7.4 to 7.6; the order of the steps is EISPACK's (balance, orthes, hqr2).
 */

/** Eigenvalue j is re[j] + i im[j]; its vector, of length one, stands in column j (zeros where the eigenvalue is not real). */
export interface Eigen {
  readonly re: Float64Array
  readonly im: Float64Array
  readonly vectors: Float64Array
}

const PASSES_MAX = 60
const EPSILON = 2 ** -52

/** `matrix` is n x n, row by row, and stays as it is. Null: the iteration did not converge. */
export function eigen(matrix: Float64Array, n: number): Eigen | null {
  const h = Float64Array.from(matrix)
  const scale = balance(h, n)
  const v = identity(n)
  toHessenberg(h, v, n)
  const re = new Float64Array(n)
  const im = new Float64Array(n)
  if (!toSchur(h, v, n, re, im)) return null
  return { re, im, vectors: vectorsOf(h, v, scale, n, re, im) }
}

const absoluteSum = (a: Float64Array) => a.reduce((sum, x) => sum + Math.abs(x), 0)

function identity(n: number): Float64Array {
  const unit = new Float64Array(n * n)
  for (let i = 0; i < n; i++) unit[i * n + i] = 1
  return unit
}

/** Scales rows and columns by powers of two until their norms are alike; returns the scales. */
function balance(a: Float64Array, n: number): Float64Array {
  const scale = new Float64Array(n).fill(1)
  for (let changed = true; changed; ) {
    changed = false
    for (let i = 0; i < n; i++) {
      let row = 0
      let column = 0
      for (let j = 0; j < n; j++) {
        if (j === i) continue
        row += Math.abs(a[i * n + j]!)
        column += Math.abs(a[j * n + i]!)
      }
      if (row === 0 || column === 0) continue
      const factor = 2 ** Math.round(Math.log2(row / column) / 2)
      if (row / factor + column * factor >= 0.95 * (row + column)) continue
      changed = true
      scale[i] = scale[i]! * factor
      for (let j = 0; j < n; j++) {
        a[i * n + j] = a[i * n + j]! / factor
        a[j * n + i] = a[j * n + i]! * factor
      }
    }
  }
  return scale
}

/** Reduces `h` to Hessenberg form; `v` gathers the reflections. */
function toHessenberg(h: Float64Array, v: Float64Array, n: number): void {
  for (let column = 0; column + 2 < n; column++) {
    const u = new Float64Array(n)
    for (let i = column + 1; i < n; i++) u[i] = h[i * n + column]!
    const norm = Math.hypot(...u)
    if (norm === 0) continue
    u[column + 1] = u[column + 1]! + (u[column + 1]! >= 0 ? norm : -norm)
    const length = Math.hypot(...u)
    for (let i = column + 1; i < n; i++) u[i] = u[i]! / length
    reflectRows(h, u, n, column + 1, n, 0, n)
    reflectColumns(h, u, n, column + 1, n, 0, n)
    reflectColumns(v, u, n, column + 1, n, 0, n)
    for (let i = column + 2; i < n; i++) h[i * n + column] = 0
  }
}

/** a = (I - 2 u u') a, where u has entries in [first, end) and a changes in columns [from, to). */
function reflectRows(
  a: Float64Array,
  u: Float64Array,
  n: number,
  first: number,
  end: number,
  from: number,
  to: number,
) {
  for (let j = from; j < to; j++) {
    let sum = 0
    for (let i = first; i < end; i++) sum += u[i]! * a[i * n + j]!
    for (let i = first; i < end; i++) a[i * n + j] = a[i * n + j]! - 2 * sum * u[i]!
  }
}

/** a = a (I - 2 u u'), where u has entries in [first, end) and a changes in rows [from, to). */
function reflectColumns(
  a: Float64Array,
  u: Float64Array,
  n: number,
  first: number,
  end: number,
  from: number,
  to: number,
) {
  for (let i = from; i < to; i++) {
    let sum = 0
    for (let j = first; j < end; j++) sum += a[i * n + j]! * u[j]!
    for (let j = first; j < end; j++) a[i * n + j] = a[i * n + j]! - 2 * sum * u[j]!
  }
}

/** Francis' iteration; leaves the real Schur form in `h` and the eigenvalues in `re` and `im`. */
function toSchur(h: Float64Array, v: Float64Array, n: number, re: Float64Array, im: Float64Array): boolean {
  const norm = absoluteSum(h)
  let end = n
  let passes = 0
  while (end > 0) {
    const start = startOfBlock(h, n, end, norm)
    if (start === end - 1) {
      re[start] = h[start * n + start]!
      end -= 1
      passes = 0
    } else if (start === end - 2) {
      splitPair(h, v, n, start, re, im)
      end -= 2
      passes = 0
    } else {
      passes += 1
      if (passes > PASSES_MAX) return false
      francisStep(h, v, n, start, end, passes % 10 === 0)
    }
  }
  return true
}

/** First row of the block that ends before `end` and has no negligible entry below its diagonal. */
function startOfBlock(h: Float64Array, n: number, end: number, norm: number): number {
  for (let i = end - 1; i > 0; i--) {
    const size = Math.abs(h[(i - 1) * n + i - 1]!) + Math.abs(h[i * n + i]!)
    if (Math.abs(h[i * n + i - 1]!) <= EPSILON * (size === 0 ? norm : size)) {
      h[i * n + i - 1] = 0
      return i
    }
  }
  return 0
}

/** One implicit double-shift step on rows [start, end). */
function francisStep(
  h: Float64Array,
  v: Float64Array,
  n: number,
  start: number,
  end: number,
  exceptional: boolean,
): void {
  const last = end - 1
  const a = h[(last - 1) * n + last - 1]!
  const d = h[last * n + last]!
  const b = h[(last - 1) * n + last]!
  const c = h[last * n + last - 1]!
  const stir = exceptional ? Math.abs(c) + Math.abs(h[(last - 1) * n + last - 2]!) : 0
  const trace = exceptional ? 1.5 * stir : a + d
  const determinant = exceptional ? stir * stir : a * d - b * c
  const h00 = h[start * n + start]!
  const h10 = h[(start + 1) * n + start]!
  const h11 = h[(start + 1) * n + start + 1]!
  let x = h00 * h00 + h[start * n + start + 1]! * h10 - trace * h00 + determinant
  let y = h10 * (h00 + h11 - trace)
  let z = h10 * h[(start + 2) * n + start + 1]!
  const u = new Float64Array(n)
  for (let k = start; k < last; k++) {
    const size = Math.min(3, end - k)
    reflector(u, k, x, y, size === 3 ? z : 0)
    reflectRows(h, u, n, k, k + size, Math.max(0, k - 1), n)
    reflectColumns(h, u, n, k, k + size, 0, Math.min(end, k + 4))
    reflectColumns(v, u, n, k, k + size, 0, n)
    if (k > start) for (let i = k + 1; i < k + size; i++) h[i * n + k - 1] = 0
    x = h[(k + 1) * n + k]!
    y = k + 2 < end ? h[(k + 2) * n + k]! : 0
    z = k + 3 < end ? h[(k + 3) * n + k]! : 0
  }
}

/** Puts the unit vector whose reflection takes (x, y, z) to the first axis into u[k .. k + 2]. */
function reflector(u: Float64Array, k: number, x: number, y: number, z: number): void {
  const norm = Math.hypot(x, y, z)
  const first = x + (x >= 0 ? norm : -norm)
  const length = Math.hypot(first, y, z)
  const scale = length === 0 ? 0 : 1 / length
  u[k] = first * scale
  u[k + 1] = y * scale
  if (k + 2 < u.length) u[k + 2] = z * scale
}

/** Eigenvalues of the 2 x 2 block at `k`; real ones are rotated onto the diagonal. */
function splitPair(h: Float64Array, v: Float64Array, n: number, k: number, re: Float64Array, im: Float64Array): void {
  const at = k * n + k
  const half = (h[at]! - h[at + n + 1]!) / 2
  const product = h[at + 1]! * h[at + n]!
  const square = half * half + product
  if (square < 0 && isNearlyTriangle(h, at, n)) {
    // A double eigenvalue that rounding has split into a pair: the smaller of the two entries beside the diagonal is rounding.
    if (Math.abs(h[at + n]!) > Math.abs(h[at + 1]!)) rotate(h, v, n, k, 1, 0)
    h[at + n] = 0
    re[k] = h[at]!
    re[k + 1] = h[at + n + 1]!
    return
  }
  if (square < 0) {
    re[k] = re[k + 1] = h[at + n + 1]! + half
    im[k] = Math.sqrt(-square)
    im[k + 1] = -im[k]!
    return
  }
  const root = half + (half >= 0 ? Math.sqrt(square) : -Math.sqrt(square))
  const norm = Math.hypot(h[at + n]!, root)
  if (norm > 0) rotate(h, v, n, k, h[at + n]! / norm, root / norm)
  h[at + n] = 0
  re[k] = h[at]!
  re[k + 1] = h[at + n + 1]!
}

function isNearlyTriangle(h: Float64Array, at: number, n: number): boolean {
  const size = Math.abs(h[at]!) + Math.abs(h[at + n + 1]!)
  return Math.min(Math.abs(h[at + 1]!), Math.abs(h[at + n]!)) <= 64 * EPSILON * size
}

/** Similarity with the rotation that turns (root, below) onto the first axis of the block at `k`. */
function rotate(h: Float64Array, v: Float64Array, n: number, k: number, sine: number, cosine: number): void {
  for (let j = 0; j < n; j++) {
    const upper = h[k * n + j]!
    const lower = h[(k + 1) * n + j]!
    h[k * n + j] = cosine * upper + sine * lower
    h[(k + 1) * n + j] = cosine * lower - sine * upper
  }
  for (const matrix of [h, v]) {
    for (let i = 0; i < n; i++) {
      const left = matrix[i * n + k]!
      const right = matrix[i * n + k + 1]!
      matrix[i * n + k] = cosine * left + sine * right
      matrix[i * n + k + 1] = cosine * right - sine * left
    }
  }
}

/** Vectors of the real eigenvalues, unbalanced and of length one. */
function vectorsOf(
  h: Float64Array,
  v: Float64Array,
  scale: Float64Array,
  n: number,
  re: Float64Array,
  im: Float64Array,
): Float64Array {
  const vectors = new Float64Array(n * n)
  const tiny = EPSILON * absoluteSum(h) || 1
  for (let j = 0; j < n; j++) {
    if (im[j] !== 0) continue
    const x = schurVector(h, n, j, re[j]!, im, tiny)
    let square = 0
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let k = 0; k <= j; k++) sum += v[i * n + k]! * x[k]!
      vectors[i * n + j] = sum * scale[i]!
      square += (sum * scale[i]!) ** 2
    }
    for (let i = 0; i < n; i++) vectors[i * n + j] = vectors[i * n + j]! / Math.sqrt(square)
  }
  return vectors
}

/** Solves (H - lambda) x = 0 upwards from x[j] = 1; 2 x 2 blocks of complex pairs are solved as pairs. */
function schurVector(
  h: Float64Array,
  n: number,
  j: number,
  lambda: number,
  im: Float64Array,
  tiny: number,
): Float64Array {
  const x = new Float64Array(n)
  x[j] = 1
  const residual = (i: number, from: number) => {
    let sum = 0
    for (let k = from; k <= j; k++) sum -= h[i * n + k]! * x[k]!
    return sum
  }
  for (let i = j - 1; i >= 0; i--) {
    const d = h[i * n + i]! - lambda
    if (im[i] === 0) {
      x[i] = residual(i, i + 1) / (Math.abs(d) < tiny ? tiny : d)
      continue
    }
    const a = h[(i - 1) * n + i - 1]! - lambda
    const b = h[(i - 1) * n + i]!
    const c = h[i * n + i - 1]!
    const upper = residual(i - 1, i + 1)
    const lower = residual(i, i + 1)
    const determinant = a * d - b * c
    x[i - 1] = (d * upper - b * lower) / determinant
    x[i] = (a * lower - c * upper) / determinant
    i--
  }
  return x
}
