/** Clouds of points: which are best, which is nearest, which comes next. Points are those that can be drawn. */

/** x and y. */
export type Point = readonly [x: number, y: number]

/** Indices of the points that no other point beats in both (less is better), from the least x on. */
export function paretoFront(points: readonly Point[]): readonly number[] {
  const order = ordered(points, 0)
  let least = Number.POSITIVE_INFINITY
  return order.filter((at) => {
    const isBest = points[at]![1] < least
    if (isBest) least = points[at]![1]
    return isBest
  })
}

/** Indices along one coordinate; equal ones along the other. */
function ordered(points: readonly Point[], along: 0 | 1): number[] {
  const across = along === 0 ? 1 : 0
  const places = points.map((_, at) => at)
  return places.sort(
    (a, b) => points[a]![along] - points[b]![along] || points[a]![across] - points[b]![across] || a - b,
  )
}

/** The point nearest to (x, y) in a space in which all of them are given; null without points. */
export function nearestPoint(points: readonly Point[], x: number, y: number): number | null {
  let best: number | null = null
  let least = Number.POSITIVE_INFINITY
  for (const [at, [px, py]] of points.entries()) {
    const square = (px - x) * (px - x) + (py - y) * (py - y)
    if (!(square < least)) continue
    least = square
    best = at
  }
  return best
}

/** The next point along a coordinate, forwards or back; from nowhere the first or the last. */
export function nextPoint(
  points: readonly Point[],
  from: number | null,
  along: 0 | 1,
  forwards: boolean,
): number | null {
  const order = ordered(points, along)
  if (from === null) return (forwards ? order[0] : order.at(-1)) ?? null
  return order[order.indexOf(from) + (forwards ? 1 : -1)] ?? from
}
