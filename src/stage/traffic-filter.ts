import { useSyncExternalStore } from 'react'

/** Kinds of messages that are shown or hidden together. */
export interface TrafficGroup {
  readonly id: string
  readonly title: string
  /** Positions in the lab's list of message kinds. */
  readonly labels: readonly number[]
}

/** Which groups of messages a person does not want to see; remembered between visits. */
export interface TrafficFilter {
  readonly groups: readonly TrafficGroup[]
  /** Per label: 1 when it is hidden. Always the same array. */
  readonly hidden: Uint8Array
  /** Ids of the hidden groups. A new list after every change. */
  now(): readonly string[]
  toggle(id: string): void
  subscribe(listener: () => void): () => void
}

/** `key`: where the choice is kept, as the ids of the hidden groups. */
export function createTrafficFilter(key: string, groups: readonly TrafficGroup[]): TrafficFilter {
  const hidden = new Uint8Array(1 + Math.max(0, ...groups.flatMap(({ labels }) => labels)))
  const listeners = new Set<() => void>()
  let off: readonly string[] = recall(key).filter((id) => groups.some((group) => group.id === id))
  const apply = () => {
    for (const { id, labels } of groups) for (const label of labels) hidden[label] = off.includes(id) ? 1 : 0
  }
  apply()
  return {
    groups,
    hidden,
    now: () => off,
    toggle(id) {
      off = off.includes(id) ? off.filter((each) => each !== id) : [...off, id]
      apply()
      keep(key, off)
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** Ids of the hidden groups. */
export function useHiddenGroups(filter: TrafficFilter): readonly string[] {
  return useSyncExternalStore(filter.subscribe, filter.now)
}

/** Private windows make `localStorage` throw: then the choice lasts until the page is closed. */
function recall(key: string): readonly string[] {
  try {
    return (window.localStorage.getItem(key) ?? '').split(' ')
  } catch {
    return []
  }
}

function keep(key: string, ids: readonly string[]): void {
  try {
    window.localStorage.setItem(key, ids.join(' '))
  } catch {
    // It is only a convenience.
  }
}
