import { type BSpline, basis } from './spline.ts'

/**
 * The smoothing spline of Dierckx (P. Dierckx, Curve and Surface Fitting with Splines, 1993, chapters 4 and 5): knots are added where the
 * misfit is greatest until the least-squares spline is closer to the data than asked; then the jumps of the third derivative at the knots
 * are weighed against the misfit so that the sum of squares meets the target. The search follows FITPACK's regrid (which CCBlade calls
 * through scipy's RectBivariateSpline), so that the same knots come out.
 */

/** FITPACK's relative tolerance of the sum of squares. */
const TOLERANCE = 1e-3
/** FITPACK's limit of the search for the smoothing parameter. */
const MAX_ROUNDS = 20
/** A B-spline of degree three meets four coefficients; a jump of its third derivative meets five. */
const SUPPORT = 4
const BAND = 5

interface Fit {
  readonly coefficients: Float64Array
  /** Sum of squared residuals. */
  readonly misfit: number
  /** The same per interval between knots; a point on a knot counts half on either side. */
  readonly share: number[]
}

/** Knots inside, with what the search knows of every interval between them. */
interface Search {
  readonly inner: number[]
  /** Number of data points strictly inside each interval. */
  readonly points: number[]
  share: number[]
}

/** A smoothing cubic spline through (x, y) whose squared residuals sum up to `target` within 0.1 %. x rises strictly; at least 5 points. */
export function smoothingSpline(x: ArrayLike<number>, y: ArrayLike<number>, target: number): BSpline {
  const search: Search = { inner: [], points: [x.length - 2], share: [] }
  const knotted = addKnots(x, y, target, search)
  const knots = allKnots(x, search.inner)
  const excess = knotted.fit.misfit - target
  const enough = search.inner.length === 0 || Math.abs(excess) < TOLERANCE * target || excess > 0
  const fit = enough ? knotted.fit : smooth(x, y, knots, target, knotted.polynomial, excess)
  return { knots, coefficients: [...fit.coefficients] }
}

function allKnots(x: ArrayLike<number>, inner: readonly number[]): number[] {
  const first = x[0]!
  const last = x[x.length - 1]!
  return [first, first, first, first, ...inner, last, last, last, last]
}

/** Adds knots until the least-squares spline is close enough. `polynomial` is the misfit of a single cubic. */
function addKnots(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  target: number,
  search: Search,
): { fit: Fit; polynomial: number } {
  const tolerance = TOLERANCE * target
  let fit = leastSquares(x, y, allKnots(x, search.inner), 0)
  const polynomial = fit.misfit
  let before = 0
  let added = 0
  while (fit.misfit - target >= tolerance && search.inner.length < x.length - SUPPORT) {
    const reduction = before - fit.misfit
    added = search.inner.length === 0 ? 1 : howMany(added, fit.misfit - target, reduction, tolerance)
    before = fit.misfit
    search.share = fit.share
    for (let i = 0; i < added; i += 1) if (!addKnot(x, search)) break
    if (search.inner.length >= x.length - SUPPORT) interpolate(x, search)
    fit = leastSquares(x, y, allKnots(x, search.inner), 0)
  }
  return { fit, polynomial }
}

/** As many knots as points: those of the interpolating spline, on all points but two at either end. */
function interpolate(x: ArrayLike<number>, { inner }: Search): void {
  inner.splice(0, inner.length, ...Array.from(x).slice(2, -2))
}

/** From what the last knots brought, how many more are likely needed: never more than twice, nor less than half as many. */
function howMany(added: number, excess: number, reduction: number, tolerance: number): number {
  const wanted = reduction > tolerance ? Math.trunc((added * excess) / reduction) : 2 * added
  return Math.min(2 * added, Math.max(wanted, added >> 1, 1))
}

/** Puts a knot on the middle data point of the interval that fits worst; false when every interval is empty. */
function addKnot(x: ArrayLike<number>, { inner, points, share }: Search): boolean {
  let worst = -1
  let misfit = 0
  let begin = 0
  let start = 0
  for (const [i, count] of points.entries()) {
    if (share[i]! > misfit && count > 0) {
      worst = i
      misfit = share[i]!
      begin = start
    }
    start += count + 1
  }
  if (worst < 0) return false
  const count = points[worst]!
  const half = (count >> 1) + 1
  inner.splice(worst, 0, x[begin + half]!)
  points.splice(worst, 1, half - 1, count - half)
  share.splice(worst, 1, (misfit * (half - 1)) / count, (misfit * (count - half)) / count)
  return true
}

/** Finds the weight of the jumps at which the misfit meets the target, by rational interpolation (Dierckx, section 5.2.4). */
function smooth(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  knots: number[],
  target: number,
  polynomial: number,
  leastExcess: number,
): Fit {
  const tolerance = TOLERANCE * target
  let low = { p: 0, f: polynomial - target }
  let high = { p: -1, f: leastExcess }
  let lowKnown = false
  let highKnown = false
  let p = 1
  for (let round = 1; ; round += 1) {
    const fit = leastSquares(x, y, knots, 1 / p)
    const here = { p, f: fit.misfit - target }
    if (Math.abs(here.f) < tolerance || round === MAX_ROUNDS) return fit
    if (!highKnown && here.f - high.f <= tolerance) {
      high = here
      p = 0.04 * here.p
      if (p <= low.p) p = 0.9 * low.p + 0.1 * here.p
      continue
    }
    highKnown ||= here.f < 0
    if (!lowKnown && low.f - here.f <= tolerance) {
      low = here
      p = here.p / 0.04
      if (high.p >= 0 && p >= high.p) p = 0.1 * here.p + 0.9 * high.p
      continue
    }
    lowKnown ||= here.f > 0
    if (here.f >= low.f || here.f <= high.f) return fit
    p = rationalRoot(low, here, high)
    if (here.f < 0) high = here
    else low = here
  }
}

interface Probe {
  readonly p: number
  readonly f: number
}

/** Root of (u p + v) / (p + w) through three points; a negative p of the last stands for infinity. */
function rationalRoot(a: Probe, b: Probe, c: Probe): number {
  if (c.p <= 0) return (a.p * (a.f - c.f) * b.f - b.p * (b.f - c.f) * a.f) / ((a.f - b.f) * c.f)
  const ha = a.f * (b.f - c.f)
  const hb = b.f * (c.f - a.f)
  const hc = c.f * (a.f - b.f)
  return -(a.p * b.p * hc + b.p * c.p * ha + c.p * a.p * hb) / (a.p * ha + b.p * hb + c.p * hc)
}

/**
 * Least squares of the data and, weighed with `jumpWeight` (none at 0), of the jumps of the third derivative, by Givens rotations of a
 * banded system.
 */
function leastSquares(x: ArrayLike<number>, y: ArrayLike<number>, knots: number[], jumpWeight: number): Fit {
  const n = knots.length - SUPPORT
  const intervals = n - SUPPORT + 1
  const band = new Float64Array(n * BAND)
  const right = new Float64Array(n)
  const rows = new Float64Array(x.length * SUPPORT)
  const row = new Float64Array(BAND)
  const interval = new Int32Array(x.length)
  let current = 0
  for (let i = 0; i < x.length; i += 1) {
    while (current < intervals - 1 && x[i]! >= knots[current + SUPPORT]!) {
      current += 1
      if (jumpWeight === 0) continue
      jumpRow(knots, current + 3, jumpWeight, row)
      rotateIn(band, right, row, current - 1, 0)
    }
    basis(knots, current + 3, x[i]!, row)
    row[SUPPORT] = 0
    rows.set(row.subarray(0, SUPPORT), i * SUPPORT)
    interval[i] = current
    rotateIn(band, right, row, current, y[i]!)
  }
  backSubstitute(band, right)
  return { coefficients: right, ...residuals(y, rows, interval, right, intervals) }
}

/** Jumps of the third derivatives of five B-splines at knot `at`, scaled as FITPACK does (fpdisc). */
function jumpRow(knots: readonly number[], at: number, weight: number, out: Float64Array): void {
  const intervals = knots.length - 2 * SUPPORT + 1
  const scale = (intervals / (knots.at(-1)! - knots[0]!)) ** 3
  for (let j = 0; j < BAND; j += 1) {
    const first = at - SUPPORT + j
    let product = scale
    for (let i = first; i <= first + SUPPORT; i += 1) if (i !== at) product *= knots[at]! - knots[i]!
    out[j] = (weight * (knots[first + SUPPORT]! - knots[first]!)) / product
  }
}

/** Rotates one more equation into the upper triangle; `row` is used up. */
function rotateIn(band: Float64Array, right: Float64Array, row: Float64Array, first: number, value: number): void {
  let rest = value
  for (let i = 0; i < BAND && first + i < right.length; i += 1) {
    const pivot = row[i]!
    if (pivot === 0) continue
    const at = (first + i) * BAND
    const length = Math.sqrt(pivot * pivot + band[at]! * band[at]!)
    const cos = band[at]! / length
    const sin = pivot / length
    band[at] = length
    for (let j = i + 1; j < BAND; j += 1) {
      const old = band[at + j - i]!
      band[at + j - i] = cos * old + sin * row[j]!
      row[j] = cos * row[j]! - sin * old
    }
    const old = right[first + i]!
    right[first + i] = cos * old + sin * rest
    rest = cos * rest - sin * old
  }
}

function backSubstitute(band: Float64Array, right: Float64Array): void {
  for (let i = right.length - 1; i >= 0; i -= 1) {
    let value = right[i]!
    for (let j = 1; j < BAND && i + j < right.length; j += 1) value -= band[i * BAND + j]! * right[i + j]!
    right[i] = value / band[i * BAND]!
  }
}

function residuals(
  y: ArrayLike<number>,
  rows: Float64Array,
  interval: Int32Array,
  coefficients: Float64Array,
  intervals: number,
): { misfit: number; share: number[] } {
  const share = new Array<number>(intervals).fill(0)
  let misfit = 0
  for (let i = 0; i < y.length; i += 1) {
    const at = interval[i]!
    let fitted = 0
    for (let j = 0; j < SUPPORT; j += 1) fitted += rows[i * SUPPORT + j]! * coefficients[at + j]!
    const square = (y[i]! - fitted) ** 2
    misfit += square
    const onKnot = i > 0 && interval[i - 1] !== at
    share[at]! += onKnot ? square / 2 : square
    if (onKnot) share[at - 1]! += square / 2
  }
  return { misfit, share }
}
