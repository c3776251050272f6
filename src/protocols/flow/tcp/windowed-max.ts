/**
 * The maximum over a sliding window by three estimates: best, second and third best of ever later thirds (Kathleen
 * Nichols' algorithm; Linux lib/win_minmax.c). Constant space, and exact enough for BBR.
 */
interface Estimate {
  readonly at: number
  readonly value: number
}

export type WindowedMax = readonly [Estimate, Estimate, Estimate]

export function windowedMax(at: number, value: number): WindowedMax {
  const only = { at, value }
  return [only, only, only]
}

/** The window with a measurement of `value` at time `at`, `length` long. */
export function runningMax(window: WindowedMax, length: number, at: number, value: number): WindowedMax {
  const latest = { at, value }
  let [first, second, third] = window
  // A new maximum, or nothing left of the window: forget everything else.
  if (value >= first.value || at - third.at > length) return [latest, latest, latest]
  if (value >= second.value) {
    second = latest
    third = latest
  } else if (value >= third.value) third = latest
  const age = at - first.at
  if (age > length) {
    // The best has expired: the others move up, at most twice because some measurement came each time.
    if (at - second.at > length) return [third, latest, latest]
    return [second, third, latest]
  }
  // No second choice yet although a quarter, or a third although half of the window has passed: take the latest.
  if (second.at === first.at && age > length / 4) return [first, latest, latest]
  if (third.at === second.at && age > length / 2) return [first, second, latest]
  return [first, second, third]
}
