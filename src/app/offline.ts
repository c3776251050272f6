import { createStore } from 'zustand/vanilla'

export interface Offline {
  /** Everything is stored: the page works without network from now on. */
  readonly ready: boolean
  /** A newer version waits; calling this loads it. */
  readonly update: (() => void) | null
}

export const offline = createStore<Offline>(() => ({ ready: false, update: null }))

/** Registers the service worker. Where there is none (no HTTPS, old browser), the page simply stays online. */
export async function goOffline(): Promise<void> {
  const { registerSW } = await import('virtual:pwa-register')
  const update = registerSW({
    onOfflineReady: () => offline.setState({ ready: true }),
    onNeedRefresh: () => offline.setState({ update: () => void update(true) }),
  })
  // A page that the worker serves already has been made offline by an earlier visit.
  if (navigator.serviceWorker?.controller) offline.setState({ ready: true })
}
