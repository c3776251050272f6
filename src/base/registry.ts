import { AssertionError } from './assert.ts'

/** A fixed set of named things in their order of registration; names are unique. */
export class Registry<T extends { readonly id: string }> {
  private readonly byId = new Map<string, T>()

  constructor(items: readonly T[]) {
    for (const item of items) {
      if (this.byId.has(item.id)) throw new AssertionError(`registered twice: ${item.id}`)
      this.byId.set(item.id, item)
    }
  }

  get(id: string): T | undefined {
    return this.byId.get(id)
  }

  all(): readonly T[] {
    return [...this.byId.values()]
  }
}
