/**
 * What one part has still to do, ordered by time and, at the same instant, by number: a persistent leftist heap (Crane
 * 1972; Okasaki, "Purely Functional Data Structures", 3.1). Every version stays valid; adding and taking cost O(log n).
 */
export class Agenda<T> {
  private static readonly none = new Agenda<never>(null, 0, 0)

  private constructor(
    private readonly root: Entry<T> | null,
    private readonly next: number,
    /** How much there is to do. */
    readonly size: number,
  ) {}

  static empty<T>(): Agenda<T> {
    return Agenda.none as Agenda<T>
  }

  /** When the first thing is due; null when nothing is. */
  get dueUs(): number | null {
    return this.root === null ? null : this.root.atUs
  }

  add(atUs: number, work: T): Agenda<T> {
    return new Agenda(merged(this.root, new Entry(atUs, this.next, work, 1, null, null)), this.next + 1, this.size + 1)
  }

  /** What is due at `nowUs`, and the agenda without it; null when nothing is. */
  take(nowUs: number): { readonly work: T; readonly atUs: number; readonly rest: Agenda<T> } | null {
    const { root } = this
    if (root === null || root.atUs > nowUs) return null
    return {
      work: root.work,
      atUs: root.atUs,
      rest: new Agenda(merged(root.left, root.right), this.next, this.size - 1),
    }
  }

  /** Only what passes `test`, in the same order. Linear: for when much has become void. */
  filter(test: (work: T) => boolean): Agenda<T> {
    let kept: Agenda<T> = Agenda.empty()
    for (let next = this.take(Number.POSITIVE_INFINITY); next !== null; next = next.rest.take(Number.POSITIVE_INFINITY))
      if (test(next.work)) kept = kept.add(next.atUs, next.work)
    return new Agenda(kept.root, this.next + kept.size, kept.size)
  }
}

class Entry<T> {
  constructor(
    readonly atUs: number,
    readonly number: number,
    readonly work: T,
    /** Length of the path to the right: it is the shorter one. */
    readonly rank: number,
    readonly left: Entry<T> | null,
    readonly right: Entry<T> | null,
  ) {}
}

const before = <T>(a: Entry<T>, b: Entry<T>): boolean => a.atUs < b.atUs || (a.atUs === b.atUs && a.number < b.number)

function merged<T>(a: Entry<T> | null, b: Entry<T> | null): Entry<T> | null {
  if (a === null || b === null) return a ?? b
  const [top, other] = before(a, b) ? [a, b] : [b, a]
  const right = merged(top.right, other)!
  const leftRank = top.left?.rank ?? 0
  return leftRank >= right.rank
    ? new Entry(top.atUs, top.number, top.work, right.rank + 1, top.left, right)
    : new Entry(top.atUs, top.number, top.work, leftRank + 1, right, top.left)
}
