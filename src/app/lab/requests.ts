import { useEffect } from 'react'
import { notify } from '../../ui/notify.ts'
import { isSaveable, save } from '../share/save.ts'
import type { Lab } from './context.ts'

/**
 * What the instruments and the stage ask the shell for, as events on the window: they may not import the shell.
 * `ballast:screen` carries a terminal verb that only the page can carry out.
 */
export function requestScreen(mover: string, args: Readonly<Record<string, unknown>>): void {
  window.dispatchEvent(new CustomEvent('ballast:screen', { detail: { mover, args } }))
}

/** Answers those requests while the lab is open. */
export function useScreenRequests(lab: Lab): void {
  useEffect(() => {
    const listeners = {
      'ballast:share': () => lab.show('share'),
      'ballast:compare': () => lab.show('compare'),
      'ballast:inspect': () => lab.reveal('inspector'),
      'ballast:screen': (event: Event) => obey(lab, event),
    }
    for (const [name, listener] of Object.entries(listeners)) window.addEventListener(name, listener)
    return () => {
      for (const [name, listener] of Object.entries(listeners)) window.removeEventListener(name, listener)
    }
  }, [lab])
}

function obey(lab: Lab, event: Event): void {
  const { mover, args } = (event as CustomEvent<{ mover: string; args: Readonly<Record<string, unknown>> }>).detail
  switch (mover) {
    case 'share':
    case 'help':
      lab.show(mover)
      break
    case 'export':
      if (isSaveable(args.what)) void saveAndSay(lab, args.what)
      break
  }
}

async function saveAndSay(lab: Lab, what: Parameters<typeof save>[1]): Promise<void> {
  const failure = await save(lab.session, what, lab.session.slow?.run.title || lab.manifest.title)
  if (failure !== null) notify({ kind: 'refused', title: failure })
}
