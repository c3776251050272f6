import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import { treeFrom, treeInsert, treeRemove } from '../score-tree.ts'
import { LIMITS, type ZsetValue } from '../values.ts'

/** A sorted set without members, as the first ZADD finds it; never stored. */
export const EMPTY_ZSET: ZsetValue = { type: 'zset', encoding: 'listpack', scores: PersistentMap.empty(), order: null }

/** A member with its score. */
export interface Scored {
  readonly member: Bytes
  readonly score: number
}

const fits = (member: Bytes, size: number): boolean =>
  member.length <= LIMITS.zsetMaxListpackValueBytes && size <= LIMITS.zsetMaxListpackEntries

/** A listpack holds whole scores as integers, and so does not know -0. */
const packed = (score: number) => score + 0

/** The sorted set with the member at this score, whether or not it was in it. */
export function zsetPut(zset: ZsetValue, member: Bytes, given: number): ZsetValue {
  const old = zset.scores.get(member)
  const size = zset.scores.size + (old === undefined ? 1 : 0)
  const stays = zset.encoding === 'listpack' && (old !== undefined || fits(member, size))
  const score = stays ? packed(given) : given
  const scores = zset.scores.set(member, score)
  const rest = old === undefined ? zset.order : treeRemove(zset.order, old, member)
  return { type: 'zset', encoding: stays ? 'listpack' : 'skiplist', scores, order: treeInsert(rest, score, member) }
}

/** The sorted set without the member; null when nothing is left. The same when it was not in it. */
export function zsetRemove(zset: ZsetValue, member: Bytes): ZsetValue | null {
  const old = zset.scores.get(member)
  if (old === undefined) return zset
  if (zset.scores.size === 1) return null
  return { ...zset, scores: zset.scores.delete(member), order: treeRemove(zset.order, old, member) }
}

/** A sorted set of pairs with different members; null when there are none. */
export function zsetFrom(pairs: readonly Scored[]): ZsetValue | null {
  if (pairs.length === 0) return null
  const sorted = pairs.toSorted((x, y) => x.score - y.score || (x.member < y.member ? -1 : 1))
  const small = pairs.every(({ member }) => fits(member, pairs.length))
  const kept = small ? sorted.map(({ member, score }) => ({ member, score: packed(score) })) : sorted
  return {
    type: 'zset',
    encoding: small ? 'listpack' : 'skiplist',
    scores: PersistentMap.from(kept.map(({ member, score }) => [member, score])),
    order: treeFrom(kept),
  }
}
