import { unreachable } from '../../../base/assert.ts'
import type { NodeId } from '../../../base/brand.ts'
import type { LinkMessage, ReplicationMessage } from '../messages.ts'
import type { Turn } from '../turn.ts'
import { applyStream } from './apply.ts'
import { onAck, onPsync, onReplicaClosed } from './downstream.ts'
import { onContinue, onFullResync, onMasterClosed } from './upstream.ts'

type Closed = Extract<LinkMessage, { kind: 'Closed' }>
type FromMaster = Extract<ReplicationMessage, { kind: 'FullResync' | 'Continue' | 'Stream' }>

/** Everything of replication that arrives: PSYNC and acknowledgements at a master, snapshot and stream at a replica. */
export function receiveReplication(turn: Turn, from: NodeId, message: ReplicationMessage | Closed): void {
  switch (message.kind) {
    case 'Psync':
      onPsync(turn, from, message)
      return
    case 'Ack':
      onAck(turn, from, message.connection, message.offset)
      return
    case 'Closed':
      if (message.of !== 'replication') return
      if (message.byOpener) onReplicaClosed(turn, from, message.number)
      else onMasterClosed(turn, message.number)
      return
    case 'FullResync':
    case 'Continue':
    case 'Stream':
      fromMaster(turn, from, message)
      return
    default:
      unreachable(message)
  }
}

/** What comes on a connection that was given up is answered with a reset, as TCP does. */
function fromMaster(turn: Turn, from: NodeId, message: FromMaster): void {
  const { upstream } = turn.replication
  if (upstream === null || upstream.state === 'connect' || upstream.connection !== message.connection) {
    turn.send(from, { kind: 'Closed', of: 'replication', number: message.connection, byOpener: true })
    return
  }
  if (message.kind === 'FullResync') onFullResync(turn, from, message)
  else if (message.kind === 'Continue') onContinue(turn, message)
  else onStream(turn, from, message)
}

/**
 * Commands of the master. What was here already is skipped; after a gap nothing can be applied: the acknowledgement
 * tells the master from where to send again.
 */
function onStream(turn: Turn, from: NodeId, message: Extract<FromMaster, { kind: 'Stream' }>): void {
  const upstream = turn.replication.upstream!
  if (message.entries.length > 0 && upstream.state !== 'connected') return
  turn.changeReplication({ upstream: { ...upstream, lastIoMs: turn.nowMs } })
  const { offset } = turn.replication
  if (message.entries.length === 0 || message.from > offset) return
  const { entries } = message
  applyStream(turn, from, message.from === offset ? entries : entries.filter(({ end }) => end > offset))
}
