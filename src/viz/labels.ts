/** Something that wants its text beside the point `x`. */
export interface Label {
  readonly x: number
  readonly width: number
  /** The higher one wins where two would overlap. */
  readonly priority: number
}

export interface LabelPlace {
  /** Left end of the text. */
  readonly x: number
  readonly row: number
}

export interface LabelSpace {
  readonly left: number
  readonly right: number
  readonly rows: number
  /** Between two texts of a row. */
  readonly gap: number
  /** Between the point and its text. */
  readonly offset: number
}

/** Texts beyond this many are not even tried: far more than fit on any screen. */
const TRIED_MAX = 600

/**
 * A place for each label so that no two overlap, or null where there is none. To the right of the point, else to the
 * left of it; the upper row first. Greedy: by priority, then from left to right.
 */
export function placeLabels(labels: readonly Label[], space: LabelSpace): readonly (LabelPlace | null)[] {
  const places: (LabelPlace | null)[] = labels.map(() => null)
  const taken: { readonly from: number; readonly to: number }[][] = Array.from({ length: space.rows }, () => [])
  const order = labels.map((_, index) => index)
  order.sort((a, b) => labels[b]!.priority - labels[a]!.priority || labels[a]!.x - labels[b]!.x || a - b)
  for (const index of order.slice(0, TRIED_MAX)) places[index] = placeOne(labels[index]!, space, taken)
  return places
}

function placeOne(label: Label, space: LabelSpace, taken: { from: number; to: number }[][]): LabelPlace | null {
  const candidates = [label.x + space.offset, label.x - space.offset - label.width]
  for (const [row, spans] of taken.entries()) {
    for (const x of candidates) {
      if (x < space.left || x + label.width > space.right) continue
      const from = x - space.gap
      const to = x + label.width + space.gap
      if (spans.some((span) => span.from < to && from < span.to)) continue
      spans.push({ from: x, to: x + label.width })
      return { x, row }
    }
  }
  return null
}

/** The row of each interval so that those of one row do not overlap; rows beyond the last are folded into the last. */
export function packRows(
  intervals: readonly { readonly from: number; readonly to: number }[],
  rows: number,
): readonly number[] {
  const ends: number[] = []
  const result: number[] = intervals.map(() => 0)
  const order = intervals.map((_, index) => index)
  order.sort((a, b) => intervals[a]!.from - intervals[b]!.from || a - b)
  for (const index of order) {
    const { from, to } = intervals[index]!
    const free = ends.findIndex((end) => end <= from)
    const row = free >= 0 ? free : Math.min(ends.length, rows - 1)
    ends[row] = Math.max(ends[row] ?? 0, to)
    result[index] = row
  }
  return result
}
