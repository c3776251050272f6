/** The first position in [0, length) for which the monotone test is true; `length` if there is none. */
export function lowerBound(length: number, test: (at: number) => boolean): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if (test(middle)) high = middle
    else low = middle + 1
  }
  return low
}
