import { createStore } from 'zustand/vanilla'
import { allowSingleKeys } from '../ui/hotkeys.ts'
import { chooseMotion, type MotionChoice } from '../ui/motion.ts'
import { applyTheme, currentTheme, isTheme, type Theme } from '../ui/theme.ts'
import { storage } from './storage.ts'

/** What a person has chosen; the same for all labs. Read with zustand's `useStore(preferences, …)`. */
export interface Preferences {
  readonly theme: Theme
  /** Shortcuts without Ctrl or ⌘. */
  readonly singleKeys: boolean
  readonly motion: MotionChoice
  /** The terminal writes a live region for screen readers. */
  readonly screenReader: boolean
}

/** The theme has a key of its own: index.html reads it before the first paint. */
const THEME_KEY = 'ballast:theme'
const KEY = 'ballast:preferences'

export const preferences = createStore<Preferences>(() => ({
  ...readPreferences(storage.read(KEY)),
  // The boot script of index.html has chosen already.
  theme: currentTheme(),
}))

/** Everything but the theme, as far as it was stored. */
function readPreferences(stored: unknown): Omit<Preferences, 'theme'> {
  const from =
    typeof stored === 'object' && stored !== null ? (stored as Partial<Record<keyof Preferences, unknown>>) : {}
  return {
    singleKeys: from.singleKeys !== false,
    motion: from.motion === 'reduce' || from.motion === 'full' ? from.motion : 'system',
    screenReader: from.screenReader === true,
  }
}

/** Changes some of it, for this page and the next visit. */
export function prefer(change: Partial<Preferences>): void {
  preferences.setState(change)
  const { theme, ...rest } = preferences.getState()
  storage.write(KEY, rest)
  if (change.theme !== undefined) storage.setItem(THEME_KEY, theme)
  enact()
}

/** Makes the page follow the preferences; once at the start, then after every change. */
export function enact(): void {
  const { theme, singleKeys, motion } = preferences.getState()
  if (theme !== currentTheme()) applyTheme(theme)
  allowSingleKeys(singleKeys)
  chooseMotion(motion)
}

/** Other tabs follow. */
export function followOtherTabs(): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== THEME_KEY || !isTheme(event.newValue)) return
    preferences.setState({ theme: event.newValue })
    enact()
  }
  window.addEventListener('storage', onStorage)
  return () => window.removeEventListener('storage', onStorage)
}
