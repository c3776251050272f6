const SPARE = 6

/** Which rows of equal height have to exist for a scroll position: `first` <= i < `last`, a few to spare. */
export function visibleRows(
  scrollTop: number,
  height: number,
  rowHeight: number,
  count: number,
): { readonly first: number; readonly last: number } {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - SPARE)
  const last = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + SPARE)
  return { first: Math.min(first, last), last }
}
