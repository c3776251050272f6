import { BadInput } from './bad-input.ts'
import { readInteger } from './options.ts'

/** Seeds `first` … `first + count - 1`. */
export interface Seeds {
  readonly first: number
  readonly count: number
}

/** One of `of` equal parts, counted from 1. */
export interface Shard {
  readonly part: number
  readonly of: number
}

export const SEEDS_MAX = 1_000_000_000
const SHARDS_MAX = 100_000

/** `1..1000`, or `7` for one. Throws {@link BadInput}. */
export function readSeeds(text: string): Seeds {
  const [first = null, last = first, ...more] = text.split('..').map(readInteger)
  if (first === null || last === null || more.length > 0)
    throw new BadInput([`--seeds ${text}: expected a range of seeds such as 1..1000`])
  if (last < first) throw new BadInput([`--seeds ${text}: expected the smaller seed first`])
  if (last - first >= SEEDS_MAX) throw new BadInput([`--seeds ${text}: expected at most ${SEEDS_MAX} seeds`])
  return { first, count: last - first + 1 }
}

/** `2/8`. Throws {@link BadInput}. */
export function readShard(text: string): Shard {
  const [part = null, of = null, ...more] = text.split('/').map(readInteger)
  const wrong = part === null || of === null || more.length > 0 || of < 1 || of > SHARDS_MAX || part < 1 || part > of
  if (wrong) throw new BadInput([`--shard ${text}: expected PART/PARTS such as 2/8, from 1/8 to 8/8`])
  return { part, of }
}

/** The seeds of one part. The parts of a range are disjoint, complete, in order, and differ by at most one seed. */
export function shardOf({ first, count }: Seeds, { part, of }: Shard): Seeds {
  const start = Math.floor((count * (part - 1)) / of)
  return { first: first + start, count: Math.floor((count * part) / of) - start }
}
