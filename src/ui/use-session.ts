import { useRef, useSyncExternalStore } from 'react'

/** Anything with `subscribe`: a LabSession, a small store of the app. */
interface Subscribable {
  subscribe(listener: () => void): () => void
}

/**
 * What `selector` reads from the session; renders again only when that changed. Slow state arrives as a fresh copy ten
 * times a second, so it is compared as data: while it is equal, the very same object is returned.
 */
export function useSession<S extends Subscribable, T>(session: S, selector: (session: S) => T): T {
  const last = useRef<{ readonly value: T } | null>(null)
  const read = (): T => {
    const value = selector(session)
    if (last.current !== null && equalData(last.current.value, value)) return last.current.value
    last.current = { value }
    return value
  }
  return useSyncExternalStore(session.subscribe, read)
}

/** Equal as plain data: lists and plain objects by their members, everything else (buffers, instances) by identity. */
export function equalData(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (Array.isArray(left)) {
    return Array.isArray(right) && left.length === right.length && left.every((item, at) => equalData(item, right[at]))
  }
  if (!isPlain(left) || !isPlain(right)) return false
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && equalData(left[key], right[key]))
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
}
