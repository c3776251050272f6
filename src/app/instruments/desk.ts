import { createStore, type StoreApi } from 'zustand/vanilla'
import type { LabSession } from '../../engine/client/session.ts'
import type { TimeView } from '../../viz/time-axis.ts'
import { storage } from '../storage.ts'
import { type Bookmark, bookmarksOf, readShelf, shelfKey, shelve, withBookmark } from './bookmarks.ts'

/** Which message of the past is being looked at: by its row in the trace. Those in flight are `session.selection`. */
export interface DeskState {
  readonly inspectedRow: number | null
  /** The window of time follows the present while it plays. */
  readonly follow: boolean
  readonly bookmarks: readonly Bookmark[]
  /** Two branches that are shown side by side. */
  readonly compared: { readonly left: number; readonly right: number } | null
}

/** What the instruments of one session share. */
export interface Desk extends StoreApi<DeskState> {
  /** The window of the timeline. Not in the store: it may move in every frame. */
  view: TimeView
}

const FIRST_VIEW: TimeView = { fromUs: 0, toUs: 2_000_000 }
const desks = new WeakMap<LabSession, Desk>()

/** The desk of a session: the same one for all its instruments. */
export function deskOf(session: LabSession): Desk {
  let desk = desks.get(session)
  if (desk === undefined) {
    const store = createStore<DeskState>(() => ({ inspectedRow: null, follow: true, bookmarks: [], compared: null }))
    desk = Object.assign(store, { view: FIRST_VIEW })
    desks.set(session, desk)
    watch(session, desk)
  }
  return desk
}

/** When another experiment is opened, the window goes back and its own bookmarks come. */
function watch(session: LabSession, desk: Desk): void {
  let shown: string | null = null
  const look = () => {
    const experiment = experimentOf(session)
    if (experiment === null || experiment === shown) return
    shown = experiment
    const shelf = readShelf(storage.read(shelfKey(session.slow!.run.lab)))
    desk.view = FIRST_VIEW
    desk.setState({ inspectedRow: null, follow: true, compared: null, bookmarks: bookmarksOf(shelf, experiment) })
  }
  session.subscribe(look)
  look()
}

/** Bookmarks belong to an experiment: acts may be added, its title and seed stay. */
function experimentOf(session: LabSession): string | null {
  const run = session.slow?.run
  return run === undefined ? null : `${run.title} · ${run.seed}`
}

/** Marks the instant that the reader sees. */
export function addBookmark(session: LabSession, name = ''): void {
  keepBookmarks(session, withBookmark(deskOf(session).getState().bookmarks, session.nowUs, name))
}

export function keepBookmarks(session: LabSession, bookmarks: readonly Bookmark[]): void {
  const experiment = experimentOf(session)
  if (experiment === null) return
  const key = shelfKey(session.slow!.run.lab)
  deskOf(session).setState({ bookmarks })
  storage.write(key, shelve(readShelf(storage.read(key)), experiment, bookmarks))
}

/** Shows a message of the past in the inspector. */
export function inspectRow(session: LabSession, row: number): void {
  deskOf(session).setState({ inspectedRow: row })
  window.dispatchEvent(new CustomEvent('ballast:inspect', { detail: { tab: 'message' } }))
}

/** Opens the comparison of two branches; the shell shows the panel. */
export function compareBranches(session: LabSession, left: number, right: number): void {
  deskOf(session).setState({ compared: { left, right } })
  window.dispatchEvent(new CustomEvent('ballast:compare', { detail: { left, right } }))
}
