/** Cubic splines of one variable: B-splines as FITPACK stores them, and the piecewise polynomials that are evaluated. */

/** A cubic B-spline: knots (the first and last four equal) and coefficients (`knots.length - 4` of them count). */
export interface BSpline {
  readonly knots: readonly number[]
  readonly coefficients: readonly number[]
}

/** A cubic between every two neighbours of `breaks`: four Taylor coefficients about its left end. */
export interface PiecewiseCubic {
  readonly breaks: Float64Array
  readonly taylor: Float64Array
}

/**
 * The four cubic B-splines that are not zero on [knots[left], knots[left + 1]), at x, by de Boor's recurrence (C. de Boor, A Practical Guide
 * to Splines). `out[i]` belongs to coefficient left - 3 + i.
 */
export function basis(knots: readonly number[], left: number, x: number, out: Float64Array): void {
  out[0] = 1
  for (let degree = 1; degree <= 3; degree += 1) {
    let carry = 0
    for (let i = 0; i < degree; i += 1) {
      const high = knots[left + i + 1]!
      const low = knots[left + i + 1 - degree]!
      const part = out[i]! / (high - low)
      out[i] = carry + (high - x) * part
      carry = (x - low) * part
    }
    out[degree] = carry
  }
}

/** The same function as a piecewise polynomial: derivatives of the B-spline at every knot, by differencing its coefficients. */
export function piecewise({ knots, coefficients }: BSpline): PiecewiseCubic {
  const lefts: number[] = []
  for (let i = 3; i < knots.length - 4; i += 1) if (knots[i + 1]! > knots[i]!) lefts.push(i)
  const taylor = new Float64Array(4 * lefts.length)
  for (const [piece, left] of lefts.entries()) taylorAt(knots, coefficients, left, taylor, 4 * piece)
  const breaks = Float64Array.from([...lefts.map((left) => knots[left]!), knots.at(-4)!])
  return { breaks, taylor }
}

function taylorAt(
  knots: readonly number[],
  coefficients: readonly number[],
  left: number,
  out: Float64Array,
  at: number,
): void {
  const x = knots[left]!
  const c = [0, 1, 2, 3].map((i) => coefficients[left - 3 + i]!)
  let factorial = 1
  for (let order = 0; order <= 3; order += 1) {
    out[at + order] = deBoor(knots, c.slice(0, 4 - order), left, 3 - order, x) / factorial
    factorial *= order + 1
    for (let i = 0; i < 3 - order; i += 1) {
      const width = knots[left + 1 + i]! - knots[left - 2 + order + i]!
      c[i] = ((3 - order) * (c[i + 1]! - c[i]!)) / width
    }
  }
}

function deBoor(knots: readonly number[], c: number[], left: number, degree: number, x: number): number {
  for (let round = 1; round <= degree; round += 1) {
    for (let i = 0; i <= degree - round; i += 1) {
      const low = knots[left - degree + round + i]!
      const high = knots[left + 1 + i]!
      const share = (x - low) / (high - low)
      c[i] = (1 - share) * c[i]! + share * c[i + 1]!
    }
  }
  return c[0]!
}

/** Index of the piece that holds x; beyond the ends the outermost one. */
function pieceOf(breaks: Float64Array, x: number): number {
  let low = 0
  let high = breaks.length - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x < breaks[middle]!) high = middle
    else low = middle
  }
  return low
}

function inside({ breaks }: PiecewiseCubic, x: number): number {
  return Math.min(Math.max(x, breaks[0]!), breaks[breaks.length - 1]!)
}

/** Value at x; beyond the ends that of the end (FITPACK's bispev does the same). */
export function valueAt(spline: PiecewiseCubic, x: number): number {
  const { breaks, taylor } = spline
  const clamped = inside(spline, x)
  const piece = pieceOf(breaks, clamped)
  const d = clamped - breaks[piece]!
  const at = 4 * piece
  return taylor[at]! + d * (taylor[at + 1]! + d * (taylor[at + 2]! + d * taylor[at + 3]!))
}

/** Slope at x; beyond the ends that of the end. */
export function slopeAt(spline: PiecewiseCubic, x: number): number {
  const { breaks, taylor } = spline
  const clamped = inside(spline, x)
  const piece = pieceOf(breaks, clamped)
  const d = clamped - breaks[piece]!
  const at = 4 * piece
  return taylor[at + 1]! + d * (2 * taylor[at + 2]! + d * 3 * taylor[at + 3]!)
}
