import { AppendList } from '../../base/append-list.ts'
import { below } from '../../base/prng.ts'
import { EMPTY_KV } from './kv.ts'
import type { Durable, Entry, Index } from './types.ts'

/**
 * What a torn write leaves. The records of one write are, in this order: the hard state (term and vote), the new
 * entries one by one (the first one that differs cuts off the old tail), and last the snapshot with the compaction.
 * Any number of them from the front may have reached the disk.
 */
export function tearDurable(before: Durable | null, after: Durable, entropy: number): Durable | null {
  const from = firstDifference(before?.log ?? EMPTY_LOG, after.log)
  const replaced = from > after.log.end || after.log.start > (before?.log.end ?? 1)
  const entries = replaced ? 0 : after.log.end - from
  const records = below(entropy, entries + 3)
  if (records === 0) return before
  const old = before ?? { log: EMPTY_LOG, snapshot: { index: 0, term: 0, data: EMPTY_KV } }
  const { term, votedFor } = after
  if (records === entries + 2) return after
  const written = records - 1
  const log = written === 0 ? old.log : old.log.truncate(from).concat(after.log.slice(from, from + written))
  return { term, votedFor, log, snapshot: old.snapshot }
}

const EMPTY_LOG = AppendList.empty<Entry>(1)

/** The first index at which `after` holds another entry than `before`, or its end if there is none. */
function firstDifference(before: AppendList<Entry>, after: AppendList<Entry>): Index {
  let index = Math.max(before.start, after.start)
  if (before.sharesPrefixWith(after)) index = before.end
  while (index < before.end && index < after.end && before.at(index)!.term === after.at(index)!.term) index++
  return index
}
