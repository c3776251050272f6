import type { NodeId } from '../../../base/brand.ts'
import type { Channel } from '../messages.ts'
import type { BusId } from '../peers.ts'
import type { ManualFailover } from '../state.ts'
import type { Turn } from '../turn.ts'
import { bumpConfigEpochWithoutConsensus } from './epochs.ts'
import { replaceMaster } from './failover.ts'
import { answer, sendTo } from './send.ts'

/** A manual failover that did not succeed by then is over. */
const TIMEOUT_MS = 5000
/** Clients of the master wait for twice as long at most. */
const PAUSE_MS = 2 * TIMEOUT_MS

/** No manual failover. */
export const NO_MANUAL: ManualFailover = { endMs: 0, replica: null, masterOffset: -1, canStart: false }

/** The offset of this node's data, as its master counts it. */
export const ownOffset = (turn: Turn): number => turn.replication.offset

/** CLUSTER FAILOVER, its conditions being met. It goes on by itself; the answer to the client is OK at once. */
export function requestFailover(turn: Turn, how: 'default' | 'force' | 'takeover'): void {
  resetManualFailover(turn)
  const master = turn.peer(turn.myself.master)!
  turn.change({ manual: { ...NO_MANUAL, endMs: turn.nowMs + TIMEOUT_MS, canStart: how === 'force' } })
  turn.note(
    how === 'takeover' ? 'takeover' : 'manual-failover-started',
    how === 'takeover' ? nextEpoch(turn) : master.port,
  )
  if (how === 'default') sendTo(turn, master.id, { kind: 'MfStart' })
  if (how !== 'takeover') return
  bumpConfigEpochWithoutConsensus(turn)
  replaceMaster(turn)
}

const nextEpoch = (turn: Turn): number => turn.cluster.currentEpoch + 1

/** On a master: a replica asks to take over. Writes wait, and it is told the offset at which they stand. */
export function receiveMfStart(turn: Turn, sender: BusId, from: NodeId, channel: Channel): void {
  const replica = turn.peer(sender)!
  if (replica.master !== turn.cluster.myself) return
  resetManualFailover(turn)
  turn.change({ manual: { ...NO_MANUAL, endMs: turn.nowMs + TIMEOUT_MS, replica: sender } })
  const isPaused = turn.pause.untilMs > turn.nowMs
  turn.pause = {
    untilMs: Math.max(isPaused ? turn.pause.untilMs : 0, turn.nowMs + PAUSE_MS),
    all: isPaused && turn.pause.all,
  }
  turn.note('manual-failover-started', replica.port)
  answer(turn, from, channel, 'Ping')
}

/** On a replica: its paused master said where the stream ends. */
export function hearMasterOffset(turn: Turn, offset: number): void {
  turn.change({ manual: { ...turn.cluster.manual, masterOffset: offset } })
}

/** On a replica: it may start once it has everything that its master has. */
export function continueManualFailover(turn: Turn): void {
  const { manual } = turn.cluster
  if (manual.endMs === 0 || manual.canStart || manual.masterOffset === -1) return
  if (manual.masterOffset !== ownOffset(turn)) return
  turn.change({ manual: { ...manual, canStart: true } })
  turn.note('manual-failover-ready', turn.peer(turn.myself.master)?.port ?? 0)
  turn.todo.handleFailover = true
}

/** Whatever became of it, it is over; a master lets its clients go on. */
export function resetManualFailover(turn: Turn): void {
  const { manual } = turn.cluster
  if (manual.endMs === 0 && manual.replica === null) return
  if (manual.replica !== null) turn.pause = { untilMs: 0, all: false }
  turn.change({ manual: NO_MANUAL })
}

/** Gives up when the time is over. */
export function checkManualTimeout(turn: Turn): void {
  const { endMs, replica } = turn.cluster.manual
  if (endMs === 0 || endMs >= turn.nowMs) return
  turn.note('manual-failover-aborted', turn.peer(replica ?? turn.myself.master)?.port ?? 0)
  resetManualFailover(turn)
}
