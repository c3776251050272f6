import { useRef, useSyncExternalStore } from 'react'

/** Anything with `subscribe`: a LabSession, a small store of the app. */
interface Subscribable {
  subscribe(listener: () => void): () => void
}

/**
 * What `selector` reads from the session; renders again only when that changed (compared one level deep, so a selector
 * may build an object or a list). The selector is called on every notification: at most ten times a second.
 */
export function useSession<S extends Subscribable, T>(session: S, selector: (session: S) => T): T {
  const last = useRef<{ readonly value: T } | null>(null)
  const read = (): T => {
    const value = selector(session)
    if (last.current !== null && shallowEqual(last.current.value, value)) return last.current.value
    last.current = { value }
    return value
  }
  return useSyncExternalStore(session.subscribe, read)
}

/** Equal, or objects (lists) of the same shape whose members are identical. */
export function shallowEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const leftKeys = Object.keys(left)
  if (leftKeys.length !== Object.keys(right).length) return false
  return leftKeys.every((key) => Object.hasOwn(right, key) && Object.is(read(left, key), read(right, key)))
}

function read(object: object, key: string): unknown {
  return (object as Record<string, unknown>)[key]
}
