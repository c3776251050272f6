import type { Bytes } from '../bytes.ts'
import type { Turn } from '../turn.ts'
import { actorAt, NO_REPLID } from './boot.ts'
import { changeReplid, disconnectReplicas, sendDueSnapshots } from './downstream.ts'
import { propagateToAny } from './stream.ts'
import { connect, dropUpstream, sendAck, sendPsync } from './upstream.ts'

const PING: readonly Bytes[] = ['PING']

/** What replication does each second, in the order of replicationCron. */
export function replicationCron(turn: Turn): void {
  upstreamCron(turn)
  pingReplicas(turn)
  keepWaitingAlive(turn)
  dropSilentReplicas(turn)
  freeIdleBacklog(turn)
  sendDueSnapshots(turn)
  turn.changeReplication({ crons: turn.replication.crons + 1 })
}

function upstreamCron(turn: Turn): void {
  const { upstream } = turn.replication
  if (upstream === null) return
  if (upstream.state !== 'connect' && secondsSince(turn, upstream.lastIoMs) > turn.options.replTimeoutS)
    dropUpstream(turn)
  else if (upstream.state === 'connect') connect(turn)
  else {
    const master = actorAt(turn.config, upstream.ip, upstream.port)
    if (master === undefined) return
    if (upstream.state === 'connected') sendAck(turn, master)
    else if (isRetransmission(turn.nowMs - upstream.lastIoMs)) sendPsync(turn, master)
  }
}

/** The server's clock counts whole seconds. */
const secondsSince = (turn: Turn, ms: number) => Math.floor(turn.nowMs / 1000) - Math.floor(ms / 1000)

/** A SYN that was lost is sent again after 1, 3, 7, 15, 31 seconds (Linux). */
function isRetransmission(ageMs: number): boolean {
  const seconds = Math.floor(ageMs / 1000)
  return seconds > 0 && (seconds & (seconds + 1)) === 0
}

/** Not while clients are paused for a manual failover: the offset must stay as it was told. */
function pingReplicas(turn: Turn): void {
  const { replicas, crons } = turn.replication
  if (replicas.length === 0 || crons % turn.options.replPingReplicaPeriodS !== 0) return
  const isHandingOver = turn.cluster.manual.endMs !== 0 && turn.pause.untilMs > turn.nowMs
  if (!isHandingOver) propagateToAny(turn, PING)
}

function keepWaitingAlive(turn: Turn): void {
  const { replicas, offset } = turn.replication
  for (const { state, actor, connection } of replicas) {
    if (state === 'wait') turn.send(actor, { kind: 'Stream', connection, from: offset, entries: [] })
  }
}

function dropSilentReplicas(turn: Turn): void {
  const isSilent = (ackMs: number) => secondsSince(turn, ackMs) > turn.options.replTimeoutS
  disconnectReplicas(turn, ({ state, ackMs }) => state !== 'wait' && isSilent(ackMs))
}

/** A master that nobody follows forgets its history in the end, and with it its id. */
function freeIdleBacklog(turn: Turn): void {
  const { replicas, backlog, upstream, noReplicasSinceMs } = turn.replication
  const { replBacklogTtlS } = turn.options
  if (replicas.length > 0 || backlog === null || upstream !== null || replBacklogTtlS === 0) return
  if (secondsSince(turn, noReplicasSinceMs) <= replBacklogTtlS) return
  changeReplid(turn)
  turn.replication = { ...turn.replication, replid2: NO_REPLID, secondOffset: -1, backlog: null }
}
