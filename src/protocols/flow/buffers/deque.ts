/** A persistent list with its first element at hand. */
interface Stack<T> {
  readonly top: T
  readonly rest: Stack<T> | null
}

/**
 * A persistent queue that is open at both ends: every version stays valid, and each operation costs O(1) amortised. Two
 * stacks back to back; the half of one goes over when the other is empty (Okasaki, "Purely Functional Data Structures").
 */
export class Deque<T> {
  private static readonly none = new Deque<never>(null, 0, null, 0)

  private constructor(
    private readonly front: Stack<T> | null,
    private readonly fronts: number,
    private readonly back: Stack<T> | null,
    private readonly backs: number,
  ) {}

  static empty<T>(): Deque<T> {
    return Deque.none as Deque<T>
  }

  get length(): number {
    return this.fronts + this.backs
  }

  /** The deque with `item` behind all others. */
  push(item: T): Deque<T> {
    return new Deque(this.front, this.fronts, { top: item, rest: this.back }, this.backs + 1)
  }

  /** The first element and the deque without it; null when there is none. */
  shift(): { readonly item: T; readonly rest: Deque<T> } | null {
    const { front, fronts, back, backs } = this
    if (front !== null) return { item: front.top, rest: new Deque(front.rest, fronts - 1, back, backs) }
    if (back === null) return null
    const kept = Math.floor(backs / 2)
    const moved = backs - kept
    const { near, far } = split(back, kept)
    return new Deque(far, moved, near, kept).shift()
  }

  /** The last element and the deque without it; null when there is none. */
  pop(): { readonly item: T; readonly rest: Deque<T> } | null {
    const { front, fronts, back, backs } = this
    if (back !== null) return { item: back.top, rest: new Deque(front, fronts, back.rest, backs - 1) }
    if (front === null) return null
    const kept = Math.floor(fronts / 2)
    const moved = fronts - kept
    const { near, far } = split(front, kept)
    return new Deque(near, kept, far, moved).pop()
  }

  /** The first `max` elements, first to last. */
  first(max: number): T[] {
    const { front, fronts, back, backs } = this
    const near = tops(front, max)
    if (fronts >= max || backs === 0) return near
    return [
      ...near,
      ...elements(back)
        .reverse()
        .slice(0, max - fronts),
    ]
  }

  /** The last `max` elements, last to first. */
  last(max: number): T[] {
    const { front, fronts, back, backs } = this
    return new Deque(back, backs, front, fronts).first(max)
  }

  /** The elements, first to last. */
  toArray(): T[] {
    return [...elements(this.front), ...elements(this.back).reverse()]
  }
}

/** The `count` elements nearest to the top in their order, and the others upside down. */
function split<T>(stack: Stack<T>, count: number): { readonly near: Stack<T> | null; readonly far: Stack<T> | null } {
  const all = elements(stack)
  let near: Stack<T> | null = null
  for (let at = count - 1; at >= 0; at--) near = { top: all[at]!, rest: near }
  let far: Stack<T> | null = null
  for (let at = count; at < all.length; at++) far = { top: all[at]!, rest: far }
  return { near, far }
}

function tops<T>(stack: Stack<T> | null, max: number): T[] {
  const found: T[] = []
  for (let at = stack; at !== null && found.length < max; at = at.rest) found.push(at.top)
  return found
}

function elements<T>(stack: Stack<T> | null): T[] {
  const all: T[] = []
  for (let at = stack; at !== null; at = at.rest) all.push(at.top)
  return all
}
