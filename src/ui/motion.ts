/** What a person chose in the settings; `system` follows prefers-reduced-motion. */
export type MotionChoice = 'system' | 'reduce' | 'full'

/** Asking the browser anew costs more than the rest of a quiet frame; the same object follows the setting. */
let preference: MediaQueryList | null = null

/** Whether flights are to be shown as steps. Read it when a flight is drawn: it may change at any time. */
export function reducedMotion(): boolean {
  const chosen = document.documentElement.dataset.motion
  if (chosen === 'reduce') return true
  if (chosen === 'full') return false
  preference ??= window.matchMedia('(prefers-reduced-motion: reduce)')
  return preference.matches
}

/** Sets what {@link reducedMotion} answers. */
export function chooseMotion(choice: MotionChoice): void {
  if (choice === 'system') delete document.documentElement.dataset.motion
  else document.documentElement.dataset.motion = choice
}
