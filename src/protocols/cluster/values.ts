import { foldLane, hashText } from '../../base/digest.ts'
import type { PersistentMap } from '../../base/persistent-map.ts'
import type { Bytes } from './bytes.ts'
import { isCanonicalInteger } from './integers.ts'
import type { List } from './list.ts'
import type { ScoreTree } from './score-tree.ts'

/** What a key may hold (streams are not modelled). Immutable; empty aggregates are never stored. */
export type Value = StringValue | ListValue | HashValue | SetValue | ZsetValue

/** `form` decides OBJECT ENCODING: `auto` by content (int, embstr, raw), `text` never int, `raw` after a change in place. */
export interface StringValue {
  readonly type: 'string'
  readonly bytes: Bytes
  readonly form: 'auto' | 'text' | 'raw'
}

/** Always a quicklist in 7.0. */
export interface ListValue {
  readonly type: 'list'
  readonly list: List
}

/** A small hash keeps the order of insertion; once grown it stays a hashtable. */
export type HashValue =
  /** Field, value, field, value… */
  | { readonly type: 'hash'; readonly encoding: 'listpack'; readonly pairs: readonly Bytes[] }
  | { readonly type: 'hash'; readonly encoding: 'hashtable'; readonly fields: PersistentMap<Bytes> }

/** A set of few integers is an intset, read in their order; once grown it stays a hashtable. */
export interface SetValue {
  readonly type: 'set'
  readonly encoding: 'intset' | 'hashtable'
  readonly members: PersistentMap<true>
}

/** Once grown it stays a skiplist. */
export interface ZsetValue {
  readonly type: 'zset'
  readonly encoding: 'listpack' | 'skiplist'
  readonly scores: PersistentMap<number>
  readonly order: ScoreTree
}

/** What TYPE says. */
export type TypeName = Value['type']

/** Sizes at which an encoding changes (redis.conf of 7.0, the defaults). */
export const LIMITS = {
  hashMaxListpackEntries: 512,
  hashMaxListpackValueBytes: 64,
  setMaxIntsetEntries: 512,
  zsetMaxListpackEntries: 128,
  zsetMaxListpackValueBytes: 64,
  embstrMaxBytes: 44,
} as const

/** A string as SET stores it. */
export const stringValue = (bytes: Bytes): StringValue => ({ type: 'string', bytes, form: 'auto' })

/** A string after a change in place. */
export const rawString = (bytes: Bytes): StringValue => ({ type: 'string', bytes, form: 'raw' })

/** A string that is kept as text whatever it says. */
export const textString = (bytes: Bytes): StringValue => ({ type: 'string', bytes, form: 'text' })

/** What OBJECT ENCODING says. */
export function encodingOf(value: Value): string {
  if (value.type === 'list') return 'quicklist'
  if (value.type !== 'string') return value.encoding
  if (value.form === 'raw') return 'raw'
  if (value.form === 'auto' && isCanonicalInteger(value.bytes)) return 'int'
  return value.bytes.length <= LIMITS.embstrMaxBytes ? 'embstr' : 'raw'
}

const mix = (x: number, y: number): number => foldLane(Math.imul(x, 0x85ebca77), y)

/** Scores are told apart by what they print: the same text in every engine. */
const hashScore = (member: Bytes, score: number): number => mix(hashText(member), hashText(String(score)))
const hashField = (field: Bytes, value: Bytes): number => mix(hashText(field), hashText(value))

function hashPairs(pairs: readonly Bytes[]): number {
  let hash = 0
  for (let at = 0; at < pairs.length; at += 2) hash = (hash + hashField(pairs[at]!, pairs[at + 1]!)) | 0
  return hash
}

function hashContent(value: Value): number {
  switch (value.type) {
    case 'string':
      return hashText(value.bytes)
    case 'list':
      return value.list.hash()
    case 'hash':
      return value.encoding === 'listpack' ? hashPairs(value.pairs) : value.fields.sum(hashField)
    case 'set':
      return value.members.sum(hashText)
    case 'zset':
      return value.scores.sum(hashScore)
  }
}

const TYPE_SALT: Readonly<Record<TypeName, number>> = { string: 1, list: 2, hash: 3, set: 4, zset: 5 }

/** 32 bits of type and content; parts that did not change are not looked at again. */
export const hashValue = (value: Value): number => mix(hashContent(value), TYPE_SALT[value.type])
