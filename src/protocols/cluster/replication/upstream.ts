import type { NodeId } from '../../../base/brand.ts'
import type { ReplicationMessage } from '../messages.ts'
import type { Upstream } from '../state.ts'
import type { Turn } from '../turn.ts'
import { emptyBacklog } from './backlog.ts'
import { actorAt, NO_REPLID } from './boot.ts'
import { changeReplid, disconnectReplicas } from './downstream.ts'

/** The replica's side of replication: whom it follows, and the connection to it. */

/**
 * Follows the master at an address, or, with null, nobody any more: a promotion. A demoted master asks to go on from its
 * own offset under its own id, so that it loses nothing when its new master was its replica and had everything
 * (replicationSetMaster, replicationUnsetMaster).
 */
export function replicateFrom(turn: Turn, master: { readonly ip: string; readonly port: number } | null): void {
  if (master === null) promote(turn)
  else follow(turn, master.ip, master.port)
}

function follow(turn: Turn, ip: string, port: number): void {
  const { upstream: old, backlog, offset } = turn.replication
  if (old !== null) hangUp(turn, old)
  const downSinceMs = old === null ? 0 : downSince(turn, old)
  const upstream: Upstream = { ip, port, connection: 0, state: 'connect', lastIoMs: turn.nowMs, downSinceMs }
  turn.replication = { ...turn.replication, upstream, backlog: backlog ?? emptyBacklog(offset) }
  connect(turn)
}

function promote(turn: Turn): void {
  const { upstream } = turn.replication
  if (upstream === null) return
  hangUp(turn, upstream)
  const { replid, offset } = turn.replication
  changeReplid(turn)
  turn.replication = {
    ...turn.replication,
    upstream: null,
    replid2: replid,
    secondOffset: offset + 1,
    selected: false,
    noReplicasSinceMs: turn.nowMs,
  }
  // They must learn the new id; they go on where they are.
  disconnectReplicas(turn)
}

const downSince = (turn: Turn, { state, downSinceMs }: Upstream) => (state === 'connected' ? turn.nowMs : downSinceMs)

function hangUp(turn: Turn, { ip, port, connection, state }: Upstream): void {
  const actor = actorAt(turn.config, ip, port)
  if (state === 'connect' || actor === undefined) return
  if (state === 'connected') turn.note('master-link-down', port)
  turn.send(actor, { kind: 'Closed', of: 'replication', number: connection, byOpener: true })
}

/** Opens a connection and asks to go on where this server stands. Nobody at the address: the next cron tries again. */
export function connect(turn: Turn): void {
  const { upstream, connections } = turn.replication
  if (upstream === null) return
  const actor = actorAt(turn.config, upstream.ip, upstream.port)
  const connection = connections + 1
  const state = actor === undefined ? 'connect' : 'connecting'
  const next = { ...upstream, connection, state, lastIoMs: turn.nowMs } as const
  turn.replication = { ...turn.replication, connections: connection, upstream: next }
  if (actor !== undefined) sendPsync(turn, actor)
}

/** Says PSYNC on the present connection, also again: the first may have been lost on the way. */
export function sendPsync(turn: Turn, actor: NodeId): void {
  const { upstream, replid, offset } = turn.replication
  if (upstream === null) return
  turn.send(actor, {
    kind: 'Psync',
    connection: upstream.connection,
    id: turn.cluster.myself,
    port: turn.config.port,
    replid,
    offset: offset + 1,
  })
}

/** The connection to the master is lost, or is given up: it is opened again at once. */
function reconnect(turn: Turn): void {
  const { upstream } = turn.replication
  if (upstream === null) return
  if (upstream.state === 'connected') turn.note('master-link-down', upstream.port)
  turn.replication = {
    ...turn.replication,
    upstream: { ...upstream, state: 'connect', downSinceMs: downSince(turn, upstream) },
  }
  connect(turn)
}

/** Ends the connection from this side, and opens another. */
export function dropUpstream(turn: Turn): void {
  const { upstream } = turn.replication
  if (upstream === null) return
  const actor = actorAt(turn.config, upstream.ip, upstream.port)
  if (upstream.state !== 'connect' && actor !== undefined) {
    turn.send(actor, { kind: 'Closed', of: 'replication', number: upstream.connection, byOpener: true })
  }
  reconnect(turn)
}

/** The master closed or refused the connection. An attempt that failed is repeated by the next cron. */
export function onMasterClosed(turn: Turn, connection: number): void {
  const { upstream } = turn.replication
  if (upstream === null || upstream.connection !== connection || upstream.state === 'connect') return
  if (upstream.state === 'connected') reconnect(turn)
  else turn.replication = { ...turn.replication, upstream: { ...upstream, state: 'connect' } }
}

type FullResync = Extract<ReplicationMessage, { kind: 'FullResync' }>
type Continue = Extract<ReplicationMessage, { kind: 'Continue' }>

/** The master's data replaces mine: whatever I had beyond it is lost. Replicas of mine must begin anew as well. */
export function onFullResync(turn: Turn, from: NodeId, { replid, offset, db, lineage }: FullResync): void {
  disconnectReplicas(turn)
  turn.db = db
  turn.replication = {
    ...turn.replication,
    replid,
    offset,
    replid2: NO_REPLID,
    secondOffset: -1,
    backlog: emptyBacklog(offset),
    lineage,
  }
  turn.note('full-resync', offset)
  linkIsUp(turn)
  sendAck(turn, from)
}

/** I go on where I am. An id that changed is the same history up to here, continued by a new master. */
export function onContinue(turn: Turn, { replid, offset, lineage }: Continue): void {
  const old = turn.replication
  if (replid !== old.replid) {
    turn.replication = { ...old, replid, replid2: old.replid, secondOffset: old.offset + 1 }
    disconnectReplicas(turn)
  }
  turn.replication = { ...turn.replication, lineage, backlog: turn.replication.backlog ?? emptyBacklog(offset) }
  turn.note('partial-resync', offset)
  linkIsUp(turn)
}

function linkIsUp(turn: Turn): void {
  const { upstream } = turn.replication
  if (upstream === null) return
  if (upstream.state !== 'connected') turn.note('master-link-up', upstream.port)
  const next = { ...upstream, state: 'connected', lastIoMs: turn.nowMs, downSinceMs: 0 } as const
  turn.replication = { ...turn.replication, upstream: next }
}

/** REPLCONF ACK: how far I am. */
export function sendAck(turn: Turn, master: NodeId): void {
  const { upstream, offset } = turn.replication
  if (upstream !== null) turn.send(master, { kind: 'Ack', connection: upstream.connection, offset })
}
