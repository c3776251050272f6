import type { Route } from '../routes.ts'

/** What is kept of the experiment that is open, so that a reload loses nothing. */
export interface Saved {
  readonly text: string
  readonly timeUs: number
  /** The address under which it was open. */
  readonly hash: string
}

/** What a lab opens when the page arrives at an address. */
export type Start =
  | { readonly kind: 'saved'; readonly saved: Saved }
  | { readonly kind: 'first' }
  | { readonly kind: 'link'; readonly link: string }
  | { readonly kind: 'scenario'; readonly scenario: string }
  | { readonly kind: 'lesson'; readonly lesson: string; readonly step: number }

type LabRoute = Extract<Route, { readonly lab: string }>

/**
 * A lab's plain address goes on where the person left it. A link or scenario opens as its author made it, unless this
 * is a reload: then it comes back with what the person did to it.
 */
export function chooseStart(route: LabRoute, hash: string, saved: Saved | null, reloaded: boolean): Start {
  const mine = reloaded && saved?.hash === hash ? saved : null
  switch (route.kind) {
    case 'lab':
      if (route.link !== null)
        return mine === null ? { kind: 'link', link: route.link } : { kind: 'saved', saved: mine }
      return saved === null ? { kind: 'first' } : { kind: 'saved', saved }
    case 'scenario':
      return mine === null ? { kind: 'scenario', scenario: route.scenario } : { kind: 'saved', saved: mine }
    case 'lesson':
      return { kind: 'lesson', lesson: route.lesson, step: route.step - 1 }
    case 'embed':
      return route.link === null ? { kind: 'first' } : { kind: 'link', link: route.link }
  }
}

/** What was stored, as far as it is an experiment. */
export function readSaved(stored: unknown): Saved | null {
  if (typeof stored !== 'object' || stored === null) return null
  const { text, timeUs, hash } = stored as Partial<Record<keyof Saved, unknown>>
  if (typeof text !== 'string' || typeof hash !== 'string' || !Number.isInteger(timeUs)) return null
  return { text, hash, timeUs: timeUs as number }
}
