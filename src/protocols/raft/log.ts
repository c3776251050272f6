import { AppendList } from '../../base/append-list.ts'
import { nodeId, requestId } from '../../base/brand.ts'
import type { NodeConfig } from './config.ts'
import { EMPTY_KV } from './kv.ts'
import type { Durable, Entry, Index, Term } from './types.ts'

/** Pure questions and changes of the durable log. */

/** The term of an index that the log no longer has, or does not have yet. */
export const UNKNOWN_TERM: Term = -1

export function lastIndex(durable: Durable): Index {
  return durable.log.end - 1
}

export function lastTerm(durable: Durable): Term {
  return termAt(durable, durable.log.end - 1)
}

/** The term of the entry at `index` (0 for index 0), or {@link UNKNOWN_TERM}. */
export function termAt(durable: Durable, index: Index): Term {
  const entry = durable.log.at(index)
  if (entry !== undefined) return entry.term
  if (index === durable.snapshot.index) return durable.snapshot.term
  return index === 0 && durable.log.start === 1 ? 0 : UNKNOWN_TERM
}

/** Whether a log that ends with (`index`, `term`) is at least as up-to-date as this one (5.4.1): term first, then length. */
export function isUpToDate(durable: Durable, index: Index, term: Term): boolean {
  const own = lastTerm(durable)
  return term > own || (term === own && index >= lastIndex(durable))
}

/**
 * The highest index up to `from` whose entry is not newer than `term`: the two logs cannot agree above it. Stops at an
 * index whose term is unknown, since that might agree.
 */
export function findConflictByTerm(durable: Durable, from: Index, term: Term): Index {
  let index = from
  while (index > 0 && termAt(durable, index) > term) index--
  return index
}

/** The first of `entries` that this log lacks or contradicts, as an index; 0 when it holds them all. */
export function firstMissing(durable: Durable, entries: readonly Entry[]): Index {
  for (const entry of entries) {
    if (termAt(durable, entry.index) !== entry.term) return entry.index
  }
  return 0
}

/** Replaces everything from `from` on by those of `entries` that stand at `from` and behind. */
export function overwrite(durable: Durable, from: Index, entries: readonly Entry[]): Durable {
  const kept = durable.log.truncate(Math.min(from, durable.log.end))
  const first = entries[0]
  const added = first === undefined ? [] : entries.slice(from - first.index)
  return withLog(durable, kept.concat(added))
}

export function appendEntry(durable: Durable, entry: Entry): Durable {
  return withLog(durable, durable.log.append(entry))
}

function withLog(durable: Durable, log: Durable['log']): Durable {
  return { term: durable.term, votedFor: durable.votedFor, log, snapshot: durable.snapshot }
}

/** What a node holds before its first start: empty, or the log that its configuration describes. */
export function initialDurable(config: NodeConfig): Durable {
  const entries = config.initialLog.map((term, at) => setupEntry(term, at + 1))
  return {
    term: Math.max(config.initialTerm, config.initialLog.at(-1) ?? 0),
    votedFor: null,
    log: AppendList.from(entries, 1),
    snapshot: { index: 0, term: 0, data: EMPTY_KV },
  }
}

/** Equal terms at equal indexes are equal entries, on whatever node. */
function setupEntry(term: Term, index: Index): Entry {
  const name = `${term}.${index}`
  return {
    term,
    index,
    proposal: {
      client: nodeId('setup'),
      request: requestId(`setup:${name}`),
      session: 'setup',
      sequence: index,
      operation: { op: 'put', key: 'setup', value: name },
    },
  }
}
