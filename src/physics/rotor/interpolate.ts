/** Interpolation of tables: straight, and monotone cubic. */

/** Straight lines through (x, y), constant beyond the ends; at a repeated x the later value (numpy.interp). */
export function linear(x: readonly number[], y: readonly number[], at: number, outside?: number): number {
  const last = x.length - 1
  if (at > x[last]!) return outside ?? y[last]!
  if (at < x[0]!) return outside ?? y[0]!
  let i = last
  while (i > 0 && x[i]! > at) i -= 1
  if (i === last) return y[last]!
  return ((y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!)) * (at - x[i]!) + y[i]!
}

/** `count` numbers from start to stop in equal steps (numpy.linspace, to the last bit). */
export function evenly(start: number, stop: number, count: number): number[] {
  const step = (stop - start) / (count - 1)
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? stop : i * step + start))
}

/**
 * Slopes of the monotone cubic through (x, y) (Fritsch and Butland 1984: weighted harmonic mean of the neighbours, 0 at a turn; three
 * points at the ends). x rises strictly; at least two points.
 */
function pchipSlopes(x: readonly number[], y: ArrayLike<number>): number[] {
  const n = x.length
  const h = Array.from({ length: n - 1 }, (_, i) => x[i + 1]! - x[i]!)
  const rise = h.map((step, i) => (y[i + 1]! - y[i]!) / step)
  if (n === 2) return [rise[0]!, rise[0]!]
  const slopes = new Array<number>(n).fill(0)
  for (let i = 1; i < n - 1; i += 1) {
    const before = rise[i - 1]!
    const after = rise[i]!
    if (before * after <= 0) continue
    const w1 = 2 * h[i]! + h[i - 1]!
    const w2 = h[i]! + 2 * h[i - 1]!
    slopes[i] = 1 / ((w1 / before + w2 / after) / (w1 + w2))
  }
  slopes[0] = endSlope(h[0]!, h[1]!, rise[0]!, rise[1]!)
  slopes[n - 1] = endSlope(h[n - 2]!, h[n - 3]!, rise[n - 2]!, rise[n - 3]!)
  return slopes
}

function endSlope(h0: number, h1: number, rise0: number, rise1: number): number {
  const slope = ((2 * h0 + h1) * rise0 - h0 * rise1) / (h0 + h1)
  if (Math.sign(slope) !== Math.sign(rise0)) return 0
  if (Math.sign(rise0) !== Math.sign(rise1) && Math.abs(slope) > 3 * Math.abs(rise0)) return 3 * rise0
  return slope
}

/** The monotone cubic through (x, y), evaluated at every number of `at`; the outermost pieces run on beyond the ends. */
export function pchip(x: readonly number[], y: ArrayLike<number>, at: readonly number[]): number[] {
  const slopes = pchipSlopes(x, y)
  return at.map((value) => {
    let i = x.length - 2
    while (i > 0 && x[i]! > value) i -= 1
    const h = x[i + 1]! - x[i]!
    const rise = (y[i + 1]! - y[i]!) / h
    const bend = (slopes[i]! + slopes[i + 1]! - 2 * rise) / h
    const d = value - x[i]!
    return y[i]! + d * (slopes[i]! + d * ((rise - slopes[i]!) / h - bend + d * (bend / h)))
  })
}
