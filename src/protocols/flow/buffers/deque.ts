/** A persistent list with its first element at hand. */
interface Stack<T> {
  readonly top: T
  readonly rest: Stack<T> | null
}

/** Half of the longer stack goes over to the other one when it is so many times as long and has so many more. */
const UNEVEN = { times: 4, more: 16 } as const

const isUneven = (longer: number, shorter: number): boolean => longer > UNEVEN.times * shorter + UNEVEN.more

/**
 * A persistent queue that is open at both ends: every version stays valid, and each operation costs O(1) amortised. Two
 * stacks back to back, of which neither is much longer than the other (Okasaki, "Purely Functional Data Structures").
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
    return new Deque(this.front, this.fronts, { top: item, rest: this.back }, this.backs + 1).levelled()
  }

  /** The first element and the deque without it; null when there is none. */
  shift(): { readonly item: T; readonly rest: Deque<T> } | null {
    const { front, fronts, back, backs } = this
    if (front !== null) return { item: front.top, rest: new Deque(front.rest, fronts - 1, back, backs).levelled() }
    return back === null ? null : this.forward().shift()
  }

  /** The last element and the deque without it; null when there is none. */
  pop(): { readonly item: T; readonly rest: Deque<T> } | null {
    const { front, fronts, back, backs } = this
    if (back !== null) return { item: back.top, rest: new Deque(front, fronts, back.rest, backs - 1).levelled() }
    return front === null ? null : this.backward().pop()
  }

  /** The first `max` elements, first to last, in a time that depends on `max` alone. */
  first(max: number): T[] {
    const { front, fronts, back } = this
    const near = elements(front, max)
    return fronts >= max
      ? near
      : [
          ...near,
          ...elements(back)
            .reverse()
            .slice(0, max - fronts),
        ]
  }

  /** The last `max` elements, last to first, in a time that depends on `max` alone. */
  last(max: number): T[] {
    const { front, fronts, back, backs } = this
    return new Deque(back, backs, front, fronts).first(max)
  }

  /** The elements, first to last. */
  toArray(): T[] {
    return [...elements(this.front), ...elements(this.back).reverse()]
  }

  private levelled(): Deque<T> {
    if (isUneven(this.backs, this.fronts)) return this.forward()
    return isUneven(this.fronts, this.backs) ? this.backward() : this
  }

  /** With half of the back, the elements nearest to the front, moved there. */
  private forward(): Deque<T> {
    const kept = Math.floor(this.backs / 2)
    const { near, far } = split(this.back, kept, this.front)
    return new Deque(far, this.length - kept, near, kept)
  }

  /** With half of the front moved to the back. */
  private backward(): Deque<T> {
    const kept = Math.floor(this.fronts / 2)
    const { near, far } = split(this.front, kept, this.back)
    return new Deque(near, kept, far, this.length - kept)
  }
}

/** The `count` elements nearest to the top in their order, and the others upside down behind those of `other`. */
function split<T>(
  stack: Stack<T> | null,
  count: number,
  other: Stack<T> | null,
): { readonly near: Stack<T> | null; readonly far: Stack<T> | null } {
  const all = elements(stack)
  let near: Stack<T> | null = null
  for (let at = count - 1; at >= 0; at--) near = { top: all[at]!, rest: near }
  const before = elements(other)
  let far: Stack<T> | null = null
  for (let at = count; at < all.length; at++) far = { top: all[at]!, rest: far }
  for (let at = before.length - 1; at >= 0; at--) far = { top: before[at]!, rest: far }
  return { near, far }
}

function elements<T>(stack: Stack<T> | null, max = Number.POSITIVE_INFINITY): T[] {
  const all: T[] = []
  for (let at = stack; at !== null && all.length < max; at = at.rest) all.push(at.top)
  return all
}
