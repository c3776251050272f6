import { below } from '../../../base/prng.ts'
import type { Bytes } from '../bytes.ts'
import { integerArgument, isWord, refuse, refuseSyntax } from './call.ts'
import type { DataCall } from './types.ts'

/** Answers longer than this are refused: one command must not fill the memory. */
const ANSWERS_MAX = 1_000_000

/** What HRANDFIELD, SRANDMEMBER and ZRANDMEMBER are asked for. `count` null: one, and not in an array. */
export interface RandomRequest {
  readonly count: number | null
  /** WITHVALUES or WITHSCORES. */
  readonly withValues: boolean
}

/** Reads `[count [WITHVALUES]]` behind the key. `option` in lower case; null: the command knows none. */
export function randomRequest(args: readonly Bytes[], option: string | null): RandomRequest {
  if (args.length === 2) return { count: null, withValues: false }
  const count = integerArgument(args[2]!)
  if (args.length > 4 || (args.length === 4 && (option === null || !isWord(args[3], option)))) refuseSyntax()
  const withValues = args.length === 4
  if (count < -ANSWERS_MAX) refuse('ERR value is out of range')
  return { count, withValues }
}

/** `count` different indexes below `size`, or all of them; a negative count: as many, each drawn anew. */
export function randomIndexes(call: DataCall, size: number, count: number): number[] {
  if (count < 0) return Array.from({ length: -count }, () => below(call.random(), size))
  if (count >= size) return Array.from({ length: size }, (_, at) => at)
  // The first `count` steps of a shuffle (Fisher and Yates), of which only the swapped places are kept.
  const moved = new Map<number, number>()
  return Array.from({ length: count }, (_, at) => {
    const drawn = at + below(call.random(), size - at)
    const index = moved.get(drawn) ?? drawn
    moved.set(drawn, moved.get(at) ?? at)
    return index
  })
}
