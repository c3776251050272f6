/** An instant that a person wants to come back to. */
export interface Bookmark {
  readonly timeUs: number
  readonly name: string
}

/** The bookmarks of several experiments of a lab, the one used last first. */
export type Shelf = readonly { readonly experiment: string; readonly bookmarks: readonly Bookmark[] }[]

const EXPERIMENTS_MAX = 20
const BOOKMARKS_MAX = 100
const NAME_MAX = 80

export const shelfKey = (lab: string): string => `ballast:bookmarks:${lab}`

/** Whatever was stored, as far as it makes sense. */
export function readShelf(stored: unknown): Shelf {
  if (!Array.isArray(stored)) return []
  return stored.flatMap((entry: unknown) => {
    const { experiment, bookmarks } = (entry ?? {}) as Record<string, unknown>
    if (typeof experiment !== 'string' || !Array.isArray(bookmarks)) return []
    return [{ experiment, bookmarks: bookmarks.filter(isBookmark).slice(0, BOOKMARKS_MAX) }]
  })
}

function isBookmark(value: unknown): value is Bookmark {
  const { timeUs, name } = (value ?? {}) as Record<string, unknown>
  return Number.isSafeInteger(timeUs) && (timeUs as number) >= 0 && typeof name === 'string'
}

export function bookmarksOf(shelf: Shelf, experiment: string): readonly Bookmark[] {
  return shelf.find((entry) => entry.experiment === experiment)?.bookmarks ?? []
}

/** Adds one, in the order of time. An instant has one bookmark: a second one only renames it. */
export function withBookmark(bookmarks: readonly Bookmark[], timeUs: number, name: string): readonly Bookmark[] {
  const rest = bookmarks.filter((bookmark) => bookmark.timeUs !== timeUs)
  const all = [...rest, { timeUs, name: name.trim().slice(0, NAME_MAX) || nextName(rest) }]
  return all.sort((a, b) => a.timeUs - b.timeUs).slice(0, BOOKMARKS_MAX)
}

/** The first of `mark 1`, `mark 2`, … that is free. */
function nextName(bookmarks: readonly Bookmark[]): string {
  const taken = new Set(bookmarks.map(({ name }) => name))
  let number = 1
  while (taken.has(`mark ${number}`)) number++
  return `mark ${number}`
}

/** Puts the bookmarks of an experiment on top; the oldest experiments fall off the shelf. */
export function shelve(shelf: Shelf, experiment: string, bookmarks: readonly Bookmark[]): Shelf {
  const rest = shelf.filter((entry) => entry.experiment !== experiment)
  return bookmarks.length === 0 ? rest : [{ experiment, bookmarks }, ...rest].slice(0, EXPERIMENTS_MAX)
}
