import { THEME_EVENT } from '../viz/palette.ts'

/** The three themes; `tokens.css` has one block for each. */
export const THEMES = ['dark', 'light', 'projector'] as const
export type Theme = (typeof THEMES)[number]

export const THEME_TITLES: Readonly<Record<Theme, string>> = { dark: 'Dark', light: 'Light', projector: 'Projector' }

export function isTheme(value: unknown): value is Theme {
  return THEMES.some((theme) => theme === value)
}

export function currentTheme(): Theme {
  const now = document.documentElement.dataset.theme
  return isTheme(now) ? now : 'dark'
}

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme
  const color = getComputedStyle(document.documentElement).getPropertyValue('--surface-0').trim()
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', color)
  window.dispatchEvent(new Event(THEME_EVENT))
}
