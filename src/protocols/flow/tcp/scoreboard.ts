import { type ByteRange, rangeBytes } from './segment.ts'

/**
 * What the sender knows of the bytes on their way: RFC 6675 (loss recovery by selective acknowledgements), functions
 * named as there. A hole is lost when three segments beyond it have arrived. Rules 3 and 4 of NextSeg (retransmit what
 * may not be lost, when there is nothing else to do) are left out.
 */
export interface Scoreboard {
  /** SND.UNA and SND.NXT. */
  readonly una: number
  readonly nxt: number
  readonly sacked: readonly ByteRange[]
  /** HighRxt: what lies below has been retransmitted in this repair. */
  readonly retransmittedTo: number
  /** Under repair until `point` (RecoveryPoint) is acknowledged; after a timeout everything before it counts as lost. */
  readonly repair: { readonly kind: 'recovery' | 'timeout'; readonly point: number } | null
  /** Bytes below this were judged before. */
  readonly judgedTo: number
}

export const SCOREBOARD: Scoreboard = Object.freeze({
  una: 0,
  nxt: 0,
  sacked: [],
  retransmittedTo: 0,
  repair: null,
  judgedTo: 0,
})

const DUPLICATES = 3

interface Hole extends ByteRange {
  readonly lost: boolean
}

/** The unacknowledged stretches, oldest first. */
function holes({ una, nxt, sacked, repair }: Scoreboard, mssBytes: number): Hole[] {
  const found: Hole[] = []
  const timedOut = repair?.kind === 'timeout' ? repair.point : una
  const add = (from: number, to: number, lost: boolean) => {
    if (from < to) found.push({ from, to, lost })
  }
  let from = una
  let above = rangeBytes(sacked)
  for (const [at, range] of sacked.entries()) {
    const lost = above > (DUPLICATES - 1) * mssBytes || sacked.length - at >= DUPLICATES
    add(from, range.from, lost || range.from <= timedOut)
    above -= range.to - range.from
    from = range.to
  }
  add(from, Math.min(nxt, timedOut), true)
  add(Math.max(from, timedOut), nxt, false)
  return found
}

/** SetPipe: bytes believed to be in the network. */
export function flightBytes(board: Scoreboard, mssBytes: number): number {
  if (board.repair === null && board.sacked.length === 0) return board.nxt - board.una
  let pipe = 0
  for (const { from, to, lost } of holes(board, mssBytes)) {
    if (!lost) pipe += to - from
    if (board.repair !== null) pipe += Math.max(0, Math.min(to, board.retransmittedTo) - from)
  }
  return pipe
}

/** Rule 1 of NextSeg: the lowest lost bytes that were not retransmitted yet, at most one segment of them. */
export function nextLost(board: Scoreboard, mssBytes: number): ByteRange | null {
  if (board.repair === null) return null
  const hole = holes(board, mssBytes).find(({ to, lost }) => lost && to > board.retransmittedTo)
  if (hole === undefined) return null
  const from = Math.max(hole.from, board.retransmittedTo)
  return { from, to: Math.min(hole.to, from + mssBytes) }
}

/** IsLost of the first unacknowledged byte: recovery begins. */
export const firstIsLost = (board: Scoreboard, mssBytes: number): boolean =>
  board.sacked.length > 0 && holes(board, mssBytes)[0]!.lost

/** The bytes that are judged lost for the first time: the verdict moves to ever higher numbers. */
export function judgeLost(board: Scoreboard, mssBytes: number): { board: Scoreboard; newlyLost: number } {
  if (board.sacked.length === 0 && board.repair === null) return { board, newlyLost: 0 }
  let newlyLost = 0
  let { judgedTo } = board
  for (const { from, to, lost } of holes(board, mssBytes)) {
    if (!lost || to <= board.judgedTo) continue
    newlyLost += to - Math.max(from, board.judgedTo)
    judgedTo = to
  }
  return { board: newlyLost === 0 ? board : { ...board, judgedTo }, newlyLost }
}

/** The bytes that have arrived, so far as acknowledgements say. */
export const arrivedBytes = ({ una, sacked }: Scoreboard): number => una + rangeBytes(sacked)
