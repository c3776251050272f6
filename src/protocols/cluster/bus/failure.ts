import { type BusId, FLAG, type Peer } from '../peers.ts'
import type { Turn } from '../turn.ts'
import { hasFailed, hasTimedOut, isMaster, isReplica } from './nodes.ts'
import { quorum } from './quorum.ts'
import { broadcast } from './send.ts'

/** A report of failure counts for twice the node timeout. */
const REPORT_VALIDITY = 2
/** A master with slots that answers again stays FAIL for twice the node timeout. */
const UNDO_TIME = 2

/** A master says that a node fails: a new report, or its old one again. True when it is new. */
export function addReport(turn: Turn, id: BusId, reporter: BusId): void {
  const { reports } = turn.peer(id)!
  const others = reports.filter((report) => report.reporter !== reporter)
  turn.changePeer(id, { reports: [...others, { reporter, atMs: turn.nowMs }] })
}

/** A master says that a node is well. */
export function removeReport(turn: Turn, id: BusId, reporter: BusId): void {
  const { reports } = turn.peer(id)!
  if (reports.some((report) => report.reporter === reporter)) {
    turn.changePeer(id, { reports: reports.filter((report) => report.reporter !== reporter) })
  }
}

/** Number of masters whose word that a node fails still counts; older reports are dropped. */
export function countFailureReports(turn: Turn, id: BusId): number {
  const { reports } = turn.peer(id)!
  const since = turn.nowMs - REPORT_VALIDITY * turn.options.nodeTimeoutMs
  const valid = reports.filter(({ atMs }) => atMs >= since)
  if (valid.length < reports.length) turn.changePeer(id, { reports: valid })
  return valid.length
}

/** PFAIL becomes FAIL when a majority of the masters says so; then everybody is told (markNodeAsFailingIfNeeded). */
export function markFailing(turn: Turn, id: BusId): void {
  const peer = turn.peer(id)!
  if (!hasTimedOut(peer) || hasFailed(peer)) return
  const failures = countFailureReports(turn, id) + (turn.isMaster ? 1 : 0)
  if (failures < quorum(turn)) return
  turn.note('fail', peer.port)
  setFailed(turn, id)
  broadcast(turn, { kind: 'Fail', target: id })
}

/** Flags a node FAIL. */
export function setFailed(turn: Turn, id: BusId): void {
  const { flags } = turn.peer(id)!
  turn.changePeer(id, { flags: (flags & ~FLAG.pfail) | FLAG.fail, failTimeMs: turn.nowMs })
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}

/** A node answered a ping: PFAIL ends; FAIL ends for a replica and a master without slots, for another one in time. */
export function clearFailure(turn: Turn, peer: Peer): void {
  if (hasTimedOut(peer)) clear(turn, peer, FLAG.pfail)
  else if (hasFailed(peer) && mayRecover(turn, peer)) clear(turn, peer, FLAG.fail)
}

function mayRecover(turn: Turn, peer: Peer): boolean {
  if (isReplica(peer) || peer.slots.size === 0) return true
  return isMaster(peer) && turn.nowMs - peer.failTimeMs > UNDO_TIME * turn.options.nodeTimeoutMs
}

function clear(turn: Turn, { id, flags, port }: Peer, flag: number): void {
  turn.changePeer(id, { flags: flags & ~flag })
  turn.note(flag === FLAG.fail ? 'fail-cleared' : 'pfail-cleared', port)
  turn.todo.saveConfig = true
  turn.todo.updateState = true
}
