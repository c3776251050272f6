/**
 * What the browser keeps between visits. Private windows and full disks make `localStorage` throw: then everything
 * works from memory until the page is closed, and `keeps()` says so.
 */
export class Store {
  private readonly memory = new Map<string, string>()
  private readonly listeners = new Set<() => void>()
  private working = true

  constructor(private readonly backing: () => Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) {
    // A probe, so that the notice comes before somebody relies on it.
    this.attempt((storage) => storage.setItem(PROBE, '1'))
    this.attempt((storage) => storage.removeItem(PROBE))
  }

  /** Whether what is set will still be there after a reload. */
  keeps = (): boolean => this.working

  /** Fires when {@link keeps} changes. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  getItem(key: string): string | null {
    const remembered = this.memory.get(key)
    if (remembered !== undefined) return remembered
    let value: string | null = null
    this.attempt((storage) => {
      value = storage.getItem(key)
    })
    return value
  }

  setItem(key: string, value: string): void {
    const kept = this.attempt((storage) => storage.setItem(key, value))
    // What could not be written is at least there until the page is closed.
    if (kept) this.memory.delete(key)
    else this.memory.set(key, value)
    this.report(kept)
  }

  removeItem(key: string): void {
    this.memory.delete(key)
    this.attempt((storage) => storage.removeItem(key))
  }

  /** The value under `key` as data, or null when there is none or it is no JSON. */
  read(key: string): unknown {
    const text = this.getItem(key)
    if (text === null) return null
    try {
      return JSON.parse(text)
    } catch {
      return null
    }
  }

  write(key: string, value: unknown): void {
    this.setItem(key, JSON.stringify(value))
  }

  private attempt(use: (storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>) => void): boolean {
    try {
      use(this.backing())
      return true
    } catch {
      this.report(false)
      return false
    }
  }

  private report(works: boolean): void {
    if (works === this.working) return
    this.working = works
    for (const listener of this.listeners) listener()
  }
}

const PROBE = 'ballast:probe'

/** The one store of the page. */
export const storage = new Store(() => window.localStorage)
