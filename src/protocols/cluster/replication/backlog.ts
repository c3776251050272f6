import { AppendList } from '../../../base/append-list.ts'
import type { StreamEntry } from '../messages.ts'
import type { Backlog } from '../state.ts'

/** The backlog is trimmed by blocks of that many bytes (16 KiB and its header in jemalloc's next size, 7.0.15). */
const BLOCK_BYTES = 20_440
/** A smaller repl-backlog-size counts as this. */
const SIZE_MIN_BYTES = 16_384

/** An empty backlog: the next byte of the stream is its first. */
export function emptyBacklog(offset: number): Backlog {
  return { start: offset, entries: AppendList.empty() }
}

/** Position in the list of the first entry that ends behind `offset`. */
function positionBehind(entries: AppendList<StreamEntry>, offset: number): number {
  let low = entries.start
  let high = entries.end
  while (low < high) {
    const middle = (low + high) >>> 1
    if (entries.at(middle)!.end > offset) high = middle
    else low = middle + 1
  }
  return low
}

/** The commands behind byte `offset`, which must not lie before the start. */
export function entriesBehind({ entries }: Backlog, offset: number): readonly StreamEntry[] {
  return entries.slice(positionBehind(entries, offset), entries.end)
}

/** Whether a replica that has everything up to `offset` can go on from here. */
export function covers(backlog: Backlog, offset: number, streamOffset: number): boolean {
  return offset >= backlog.start && offset <= streamOffset
}

/**
 * Whole blocks leave while more than `sizeBytes` would stay (incrementalTrimReplicationBacklog). The entries themselves are
 * dropped when most of them are outdated, so that a trim costs little.
 */
export function trimmed(backlog: Backlog, streamOffset: number, sizeBytes: number): Backlog {
  const size = Math.max(sizeBytes, SIZE_MIN_BYTES)
  let { start } = backlog
  while (streamOffset - start - BLOCK_BYTES > size) start += BLOCK_BYTES
  if (start === backlog.start) return backlog
  const { entries } = backlog
  const position = positionBehind(entries, start)
  const isMostlyOld = position - entries.start > entries.end - position
  return { start, entries: isMostlyOld ? entries.dropBefore(position) : entries }
}
