import type { Bytes } from '../bytes.ts'
import type { StreamEntry } from '../messages.ts'
import { respLength } from '../resp.ts'
import type { Backlog, Replica } from '../state.ts'
import type { Turn } from '../turn.ts'
import { entriesBehind, trimmed } from './backlog.ts'

const SELECT_0: readonly Bytes[] = ['SELECT', '0']
const GETACK: readonly Bytes[] = ['REPLCONF', 'GETACK', '*']

/**
 * Puts a command into the replication stream: its bytes count in the offset, and it leaves at the end of the step
 * ({@link flushStream}). The first one after a full resync or a promotion is preceded by SELECT 0. A replica, and a
 * master that never had a replica, have no stream of their own (replicationFeedSlaves).
 */
export function propagate(turn: Turn, args: readonly Bytes[]): void {
  const { upstream, backlog, selected } = turn.replication
  if (upstream !== null || backlog === null) return
  if (!selected) append(turn, { args: SELECT_0, end: turn.replication.offset + respLength(SELECT_0) }, true)
  append(turn, { args, end: turn.replication.offset + respLength(args) }, true)
}

/** A command that belongs to no database: PING, REPLCONF GETACK. */
export function propagateToAny(turn: Turn, args: readonly Bytes[]): void {
  const { upstream, backlog, selected } = turn.replication
  if (upstream !== null || backlog === null) return
  append(turn, { args, end: turn.replication.offset + respLength(args) }, selected)
}

/** A command as it came from the master: replicas of mine get the very same stream. */
export function forward(turn: Turn, entry: StreamEntry): void {
  append(turn, entry, turn.replication.selected)
}

function append(turn: Turn, entry: StreamEntry, selected: boolean): void {
  const { backlog } = turn.replication
  const next = backlog === null ? null : { start: backlog.start, entries: backlog.entries.append(entry) }
  turn.changeReplication({ offset: entry.end, backlog: next, selected })
}

/** At the end of a step: what is new in the stream goes to the replicas, and the backlog is kept at its size. */
export function flushStream(turn: Turn): void {
  if (turn.replication.ackRequested) askForAcks(turn)
  const { backlog, offset, replicas } = turn.replication
  if (backlog === null) return
  if (replicas.some((replica) => isBehind(replica, offset))) {
    turn.changeReplication({ replicas: replicas.map((replica) => sent(turn, replica, backlog)) })
  }
  const kept = trimmed(backlog, offset, turn.options.replBacklogSizeBytes)
  if (kept !== backlog) turn.changeReplication({ backlog: kept })
}

/** A paused server asks nothing, so that its offset stays: replicas acknowledge each second anyway. */
function askForAcks(turn: Turn): void {
  if (turn.pause.untilMs <= turn.nowMs) propagateToAny(turn, GETACK)
  turn.replication = { ...turn.replication, ackRequested: false }
}

const isBehind = ({ state, sentOffset }: Replica, offset: number) => state !== 'wait' && sentOffset < offset

function sent(turn: Turn, replica: Replica, backlog: Backlog): Replica {
  const { offset } = turn.replication
  if (!isBehind(replica, offset)) return replica
  const { actor, connection, sentOffset } = replica
  turn.send(actor, { kind: 'Stream', connection, from: sentOffset, entries: entriesBehind(backlog, sentOffset) })
  return { ...replica, sentOffset: offset }
}
