type Bucket<V> = readonly (readonly [key: string, value: V])[]

const BUCKETS = 64

function bucketOf(key: string): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1)
}

/**
 * A small persistent map from strings: 64 buckets, an update copies the bucket row and one bucket. Made for the
 * key-value state machines of a lab (tens to thousands of keys), where every version must survive for rewinding.
 */
export class PersistentMap<V> {
  private static readonly none: PersistentMap<never> = new PersistentMap<never>([], 0)

  private constructor(
    private readonly buckets: readonly (Bucket<V> | undefined)[],
    readonly size: number,
  ) {}

  static empty<V>(): PersistentMap<V> {
    return PersistentMap.none as PersistentMap<V>
  }

  static from<V>(entries: Iterable<readonly [string, V]>): PersistentMap<V> {
    let map = PersistentMap.empty<V>()
    for (const [key, value] of entries) map = map.set(key, value)
    return map
  }

  get(key: string): V | undefined {
    const bucket = this.buckets[bucketOf(key)]
    if (bucket === undefined) return undefined
    for (const entry of bucket) if (entry[0] === key) return entry[1]
    return undefined
  }

  has(key: string): boolean {
    return this.buckets[bucketOf(key)]?.some((entry) => entry[0] === key) ?? false
  }

  set(key: string, value: V): PersistentMap<V> {
    const at = bucketOf(key)
    const old = this.buckets[at] ?? []
    const found = old.findIndex((entry) => entry[0] === key)
    const bucket = found < 0 ? [...old, [key, value] as const] : old.with(found, [key, value] as const)
    return new PersistentMap(this.withBucket(at, bucket), found < 0 ? this.size + 1 : this.size)
  }

  delete(key: string): PersistentMap<V> {
    const at = bucketOf(key)
    const old = this.buckets[at]
    if (old === undefined || !old.some((entry) => entry[0] === key)) return this
    const bucket = old.filter((entry) => entry[0] !== key)
    return new PersistentMap(this.withBucket(at, bucket.length === 0 ? undefined : bucket), this.size - 1)
  }

  private withBucket(at: number, bucket: Bucket<V> | undefined): readonly (Bucket<V> | undefined)[] {
    const copy =
      this.buckets.length === 0 ? new Array<Bucket<V> | undefined>(BUCKETS).fill(undefined) : this.buckets.slice()
    copy[at] = bucket
    return copy
  }

  /** All entries sorted by key, so that whatever prints or hashes them is deterministic. */
  entries(): (readonly [string, V])[] {
    return this.buckets.flatMap((bucket) => bucket ?? []).sort((x, y) => (x[0] < y[0] ? -1 : x[0] > y[0] ? 1 : 0))
  }
}
