import type { Bytes } from '../bytes.ts'
import { array, bulk, integer, map, type Reply } from '../reply.ts'
import { answer, integerArgument, isWord, refuse, refuseSyntax } from './call.ts'
import { type CommandSpec, type DataCall, type DataOutcome, dataCommand } from './types.ts'

/** Cells of the table of lengths, four bytes each. */
const CELLS_MAX = 33_554_432

interface LcsOptions {
  length: boolean
  index: boolean
  withLength: boolean
  least: number
}

function readOptions(args: readonly Bytes[]): LcsOptions {
  const options: LcsOptions = { length: false, index: false, withLength: false, least: 0 }
  for (let at = 3; at < args.length; at++) {
    if (isWord(args[at], 'idx')) options.index = true
    else if (isWord(args[at], 'len')) options.length = true
    else if (isWord(args[at], 'withmatchlen')) options.withLength = true
    else if (isWord(args[at], 'minmatchlen') && at + 1 < args.length)
      options.least = Math.max(0, integerArgument(args[++at]!))
    else refuseSyntax()
  }
  if (options.index && options.length) refuse('ERR If you want both the length and indexes, please just use IDX.')
  return options
}

function textAt(call: DataCall, key: Bytes): Bytes {
  const value = call.db.get(key)?.value
  if (value === undefined) return ''
  return value.type === 'string' ? value.bytes : refuse('ERR The specified keys must contain string values')
}

/** Lengths of the longest common subsequences of all pairs of prefixes, row by row of the first text. */
function lengthsOf(x: Bytes, y: Bytes): Uint32Array {
  const width = y.length + 1
  if ((x.length + 1) * width > CELLS_MAX) {
    refuse('ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len')
  }
  const lengths = new Uint32Array((x.length + 1) * width)
  for (let i = 1; i <= x.length; i++) {
    for (let j = 1; j <= y.length; j++) {
      const at = i * width + j
      lengths[at] =
        x.charCodeAt(i - 1) === y.charCodeAt(j - 1)
          ? lengths[at - width - 1]! + 1
          : Math.max(lengths[at - width]!, lengths[at - 1]!)
    }
  }
  return lengths
}

/** A run of bytes that are common: where it begins in both texts. */
interface Run {
  x: number
  y: number
  length: number
}

/** The common bytes as runs, the last first. */
function runsOf(x: Bytes, y: Bytes, lengths: Uint32Array): Run[] {
  const width = y.length + 1
  const runs: Run[] = []
  for (let [i, j] = [x.length, y.length]; i > 0 && j > 0; ) {
    if (x.charCodeAt(i - 1) === y.charCodeAt(j - 1)) {
      i--
      j--
      const run = runs.at(-1)
      if (run !== undefined && run.x === i + 1 && run.y === j + 1)
        Object.assign(run, { x: i, y: j, length: run.length + 1 })
      else runs.push({ x: i, y: j, length: 1 })
    } else if (lengths[(i - 1) * width + j]! > lengths[i * width + j - 1]!) i--
    else j--
  }
  return runs
}

const rangeReply = (start: number, length: number): Reply => array([integer(start), integer(start + length - 1)])

function lcs(call: DataCall, args: readonly Bytes[]): DataOutcome {
  const [x, y] = [textAt(call, args[1]!), textAt(call, args[2]!)]
  const { length, index, withLength, least } = readOptions(args)
  const lengths = lengthsOf(x, y)
  const total = integer(lengths.at(-1)!)
  if (length) return answer(call, total)
  const runs = runsOf(x, y, lengths)
  if (!index) {
    const text = runs
      .map((run) => x.slice(run.x, run.x + run.length))
      .reverse()
      .join('')
    return answer(call, bulk(text))
  }
  const matches = runs
    .filter((run) => run.length >= least)
    .map((run) => {
      const ranges = [rangeReply(run.x, run.length), rangeReply(run.y, run.length)]
      return array(withLength ? [...ranges, integer(run.length)] : ranges)
    })
  return answer(
    call,
    map([
      [bulk('matches'), array(matches)],
      [bulk('len'), total],
    ]),
  )
}

/** LCS. */
export const lcsCommands: readonly CommandSpec[] = [
  dataCommand('lcs', 'key1 key2 [LEN] [IDX] [MINMATCHLEN len] [WITHMATCHLEN]', 'Find longest common substring', lcs),
]
