import { useMemo } from 'react'
import { useHashLocation } from 'wouter/use-hash-location'
import { labs } from '../labs/registry.ts'
import { parseRoute, type Route } from './routes.ts'

const LAB_IDS = labs.map((lab) => lab.id)

/** The address behind the `#`, with it: `#/raft/s/split-vote`. */
export function currentHash(): string {
  return window.location.hash === '' ? '#/' : window.location.hash
}

export function readRoute(hash: string): Route {
  return parseRoute(hash, LAB_IDS)
}

/** Where the page is; renders again when that changes. */
export function useRoute(): Route {
  const [location] = useHashLocation()
  return useMemo(() => readRoute(location), [location])
}

/**
 * Goes to an address of this site. (Not wouter's `navigate`: that would move the `?x=…` of a link in front of the `#`,
 * where it would be sent to the host.)
 */
export function go(hash: string, how: 'push' | 'replace' = 'push'): void {
  if (how === 'push' && hash === currentHash()) return
  window.history[how === 'push' ? 'pushState' : 'replaceState'](null, '', hash)
  window.dispatchEvent(new HashChangeEvent('hashchange'))
}

/** The address of the page itself, without what stands behind the `#`. */
export function pageAddress(): string {
  return window.location.href.replace(/#.*$/, '')
}
