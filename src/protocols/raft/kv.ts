import { foldLane, hashText } from '../../base/digest.ts'
import { PersistentMap } from '../../base/persistent-map.ts'
import type { Operation, Proposal } from './types.ts'

/** The replicated state machine: a key-value store that recognizes retries. An immutable value. */
export interface Kv {
  readonly cells: PersistentMap<Cell>
  /**
   * The newest operation of each client session and its outcome, so that a retry is answered and not applied again
   * (dissertation, 6.3). Sessions never expire yet: registering and expiring them through the log belongs here.
   */
  readonly sessions: PersistentMap<Session>
  /** A hash of all content, updated with each change: the exclusive or of the hashes of cells and sessions. */
  readonly lane: number
}

export interface Cell {
  readonly value: string
  /** Hash of `value` that an append can continue. */
  readonly lane: number
}

export interface Session {
  readonly sequence: number
  readonly outcome: Outcome
}

export interface Outcome {
  /** What a get found; null when there is no such key, and for all other operations. */
  readonly value: string | null
  /** False for a cas whose old value did not match, and for a delete of a missing key. */
  readonly success: boolean
}

export interface Applied {
  readonly kv: Kv
  /** Null: an old duplicate, whose client has moved on. */
  readonly outcome: Outcome | null
}

const DONE: Outcome = { value: null, success: true }
const FAILED: Outcome = { value: null, success: false }

export const EMPTY_KV: Kv = { cells: PersistentMap.empty(), sessions: PersistentMap.empty(), lane: 0 }

/** Applies one committed proposal, or answers a duplicate from the session table. */
export function applyProposal(kv: Kv, proposal: Proposal): Applied {
  const session = kv.sessions.get(proposal.session)
  if (session !== undefined && proposal.sequence <= session.sequence) {
    return { kv, outcome: proposal.sequence === session.sequence ? session.outcome : null }
  }
  const outcome = outcomeOf(kv.cells, proposal.operation)
  const changed = outcome.success ? change(kv, proposal.operation) : kv
  const next = { sequence: proposal.sequence, outcome }
  const lane = changed.lane ^ sessionLane(proposal.session, session) ^ sessionLane(proposal.session, next)
  return { kv: { cells: changed.cells, sessions: kv.sessions.set(proposal.session, next), lane }, outcome }
}

function outcomeOf(cells: PersistentMap<Cell>, operation: Operation): Outcome {
  switch (operation.op) {
    case 'get':
      return { value: cells.get(operation.key)?.value ?? null, success: true }
    case 'cas':
      return (cells.get(operation.key)?.value ?? null) === operation.old ? DONE : FAILED
    case 'delete':
      return cells.has(operation.key) ? DONE : FAILED
    case 'put':
    case 'append':
      return DONE
  }
}

/** What an operation that succeeds writes. */
function change(kv: Kv, operation: Operation): Kv {
  switch (operation.op) {
    case 'get':
      return kv
    case 'put':
    case 'cas':
      return withCell(kv, operation.key, { value: operation.value, lane: continueLane(EMPTY_LANE, operation.value) })
    case 'append': {
      const old = kv.cells.get(operation.key) ?? { value: '', lane: EMPTY_LANE }
      const cell = { value: old.value + operation.value, lane: continueLane(old.lane, operation.value) }
      return withCell(kv, operation.key, cell)
    }
    case 'delete':
      return withCell(kv, operation.key, undefined)
  }
}

function withCell(kv: Kv, key: string, cell: Cell | undefined): Kv {
  const lane = kv.lane ^ cellLane(key, kv.cells.get(key)) ^ cellLane(key, cell)
  const cells = cell === undefined ? kv.cells.delete(key) : kv.cells.set(key, cell)
  return { cells, sessions: kv.sessions, lane }
}

function cellLane(key: string, cell: Cell | undefined): number {
  return cell === undefined ? 0 : foldLane(hashText(key), cell.lane)
}

function sessionLane(name: string, session: Session | undefined): number {
  return session === undefined ? 0 : foldLane(~hashText(name), session.sequence)
}

const EMPTY_LANE = 0x811c9dc5 | 0

/** FNV-1a without a final mix, so that the hash of a value that grows costs only what was added. */
function continueLane(lane: number, text: string): number {
  let hash = lane
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}
