import { createContext, use } from 'react'
import { present } from '../../base/assert.ts'
import type { LabSession } from '../../engine/client/session.ts'
import type { LabContent, LabManifest, LabView } from '../../labs/manifest.ts'
import type { LabHost } from './host.ts'

/** The sheets that a lab can open above its workbench. */
export type Sheet = 'share' | 'palette' | 'help' | 'settings' | 'compare'

/** The panels that can be hidden. */
export const PANELS = ['guide', 'inspector', 'timeline', 'terminal'] as const
export type PanelId = (typeof PANELS)[number]
export const PANEL_TITLES: Readonly<Record<PanelId, string>> = {
  guide: 'Guide',
  inspector: 'Inspector',
  timeline: 'Timeline',
  terminal: 'Terminal',
}

/** What every part of an open lab shares. */
export interface Lab {
  readonly manifest: LabManifest
  readonly content: LabContent
  readonly view: LabView
  readonly host: LabHost
  readonly session: LabSession
  readonly presenting: boolean
  present(on: boolean): void
  show(sheet: Sheet | null): void
  /** Makes a panel visible and brings it to the front where panels are tabs. */
  reveal(panel: PanelId): void
  /** Hides a visible panel, shows a hidden one. */
  toggle(panel: PanelId): void
}

export const LabContext = createContext<Lab | null>(null)

export function useLab(): Lab {
  return present(use(LabContext), 'the lab around this component')
}

/** Puts a line into the terminal, which completes it and waits for Enter. */
export function typeIntoTerminal(lab: Lab, text: string): void {
  lab.reveal('terminal')
  window.dispatchEvent(new CustomEvent('ballast:terminal', { detail: { text } }))
}
