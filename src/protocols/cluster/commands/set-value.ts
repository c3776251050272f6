import { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import { isCanonicalInteger } from '../integers.ts'
import { LIMITS, type SetValue } from '../values.ts'

/** A set without members, as the first SADD finds it; never stored. */
export const EMPTY_SET: SetValue = { type: 'set', encoding: 'intset', members: PersistentMap.empty() }

/** The set with the member; the same set when it is in it. A member that is no integer, or one too many, ends an intset. */
export function setAdd(set: SetValue, member: Bytes): SetValue {
  const members = set.members.has(member) ? set.members : set.members.set(member, true)
  if (members === set.members) return set
  const stays = set.encoding === 'intset' && isCanonicalInteger(member) && members.size <= LIMITS.setMaxIntsetEntries
  return { type: 'set', encoding: stays ? 'intset' : 'hashtable', members }
}

/** The set without the member; null when nothing is left. The same set when it was not in it. */
export function setRemove(set: SetValue, member: Bytes): SetValue | null {
  const members = set.members.delete(member)
  if (members === set.members) return set
  return members.size === 0 ? null : { ...set, members }
}

/** A set of these members; null when there are none. */
export function setOf(members: Iterable<Bytes>): SetValue | null {
  let set = EMPTY_SET
  for (const member of members) set = setAdd(set, member)
  return set.members.size === 0 ? null : set
}

function byNumber(x: Bytes, y: Bytes): number {
  const [a, b] = [BigInt(x), BigInt(y)]
  return a < b ? -1 : a > b ? 1 : 0
}

/** All members: those of an intset by their numbers, others in an order without meaning. */
export function setMembers(set: SetValue): Bytes[] {
  const members = set.members.unsorted().map(([member]) => member)
  return set.encoding === 'intset' ? members.sort(byNumber) : members
}
