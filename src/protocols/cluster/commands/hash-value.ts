import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import { type HashValue, LIMITS } from '../values.ts'

/** A hash without fields, as the first HSET finds it; never stored. */
export const EMPTY_HASH: HashValue = { type: 'hash', encoding: 'listpack', pairs: [] }

/** Number of fields. */
export const hashSize = (hash: HashValue): number =>
  hash.encoding === 'listpack' ? hash.pairs.length / 2 : hash.fields.size

function placeOf(pairs: readonly Bytes[], field: Bytes): number {
  for (let at = 0; at < pairs.length; at += 2) if (pairs[at] === field) return at
  return -1
}

/** The value of a field; undefined: there is none. */
export function hashGet(hash: HashValue, field: Bytes): Bytes | undefined {
  if (hash.encoding === 'hashtable') return hash.fields.get(field)
  const at = placeOf(hash.pairs, field)
  return at < 0 ? undefined : hash.pairs[at + 1]
}

/** Fields and values in turn: in a listpack in the order of insertion. */
export function hashPairs(hash: HashValue): readonly Bytes[] {
  return hash.encoding === 'listpack' ? hash.pairs : hash.fields.unsorted().flat()
}

function toTable(pairs: readonly Bytes[]): HashValue {
  let fields = PersistentMap.empty<Bytes>()
  for (let at = 0; at < pairs.length; at += 2) fields = fields.set(pairs[at]!, pairs[at + 1]!)
  return { type: 'hash', encoding: 'hashtable', fields }
}

const fitsListpack = (bytes: Bytes): boolean => bytes.length <= LIMITS.hashMaxListpackValueBytes

/** The hash with the field set; it becomes a hashtable when it has grown too large. */
export function hashSet(hash: HashValue, field: Bytes, value: Bytes): HashValue {
  if (hash.encoding === 'hashtable') return { ...hash, fields: hash.fields.set(field, value) }
  const { pairs } = hash
  const at = placeOf(pairs, field)
  const next = at < 0 ? [...pairs, field, value] : pairs.with(at + 1, value)
  const fits = next.length <= 2 * LIMITS.hashMaxListpackEntries && fitsListpack(field) && fitsListpack(value)
  return fits ? { type: 'hash', encoding: 'listpack', pairs: next } : toTable(next)
}

/** The hash without the field; null when nothing is left. The same hash when it has no such field. */
export function hashDelete(hash: HashValue, field: Bytes): HashValue | null {
  if (hash.encoding === 'hashtable') {
    const fields = hash.fields.delete(field)
    return fields === hash.fields ? hash : fields.size === 0 ? null : { ...hash, fields }
  }
  const at = placeOf(hash.pairs, field)
  if (at < 0) return hash
  return hash.pairs.length === 2 ? null : { ...hash, pairs: hash.pairs.toSpliced(at, 2) }
}

/** Field and value number `index`, from 0 and below the size. */
export function hashNth(hash: HashValue, index: number): readonly [field: Bytes, value: Bytes] {
  return hash.encoding === 'hashtable' ? hash.fields.nth(index) : [hash.pairs[2 * index]!, hash.pairs[2 * index + 1]!]
}
