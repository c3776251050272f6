/** Something to be said in the corner, without taking the focus. */
export interface Notice {
  readonly kind: 'info' | 'good' | 'refused'
  readonly title: string
  readonly text?: string
  /** Stays until it is closed. */
  readonly lasting?: boolean
  readonly action?: { readonly label: string; readonly run: () => void }
}

type Listener = (notice: Notice) => void

/** Notices that came before anybody could show them. */
const WAITING_MAX = 5
let waiting: readonly Notice[] = []
let listener: Listener | null = null
let onFirst: (() => void) | null = null

/** Says it; may be called from anywhere, at any time. */
export function notify(notice: Notice): void {
  if (listener === null) {
    waiting = [...waiting, notice].slice(-WAITING_MAX)
    onFirst?.()
  } else listener(notice)
}

/** For the component that shows notices: hears the waiting ones and all later ones. */
export function hearNotices(hear: Listener): () => void {
  listener = hear
  for (const notice of waiting) hear(notice)
  waiting = []
  return () => {
    listener = null
  }
}

/** Calls back when there is a notice and nobody to show it: time to load the component. */
export function whenNoticed(callback: () => void): () => void {
  onFirst = callback
  if (waiting.length > 0) callback()
  return () => {
    onFirst = null
  }
}
