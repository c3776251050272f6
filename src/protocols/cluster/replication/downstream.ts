import type { NodeId } from '../../../base/brand.ts'
import type { ReplicationMessage } from '../messages.ts'
import type { Replica } from '../state.ts'
import type { Turn } from '../turn.ts'
import { covers, emptyBacklog } from './backlog.ts'
import { NO_REPLID } from './boot.ts'
import { decidePsync } from './psync.ts'

/** The master's side of replication: replicas come, get a snapshot or the rest of the stream, acknowledge, and go. */

type Psync = Extract<ReplicationMessage, { kind: 'Psync' }>

/** How long sent bytes may stay without an acknowledgement: replicas send one each second. */
const CHECK_MS = 1000

/** PSYNC: the stream from where the replica stands, or a snapshot, now or when the delay for diskless syncs is over. */
export function onPsync(turn: Turn, from: NodeId, message: Psync): void {
  const { upstream, replicas } = turn.replication
  const { connection, replid, offset } = message
  if (upstream !== null && upstream.state !== 'connected') {
    // NOMASTERLINK: it tries again later.
    closeReplica(turn, from, connection)
    return
  }
  const present = replicas.find(({ actor }) => actor === from)
  if (present?.connection === connection && isAnswered(turn, present)) return
  removeReplicas(turn, ({ actor }) => actor === from)
  const { decision } = countPsync(turn, replid, offset)
  if (decision === 'continue') continueWith(turn, from, message)
  else waitForSnapshot(turn, from, message)
}

/** A PSYNC that was repeated needs no second answer, unless the first one may have been lost. */
const isAnswered = (turn: Turn, { state, ackOffset, checkedMs }: Replica) =>
  state === 'wait' || ackOffset > 0 || turn.nowMs - checkedMs < CHECK_MS

/** Decides and counts, without attaching anybody: what `PSYNC` typed by hand is answered. Makes the backlog if need be. */
export function countPsync(
  turn: Turn,
  replid: string,
  offset: number,
): { readonly decision: 'continue' | 'full'; readonly text: string } {
  const decision = decidePsync(turn.replication, replid, offset)
  const { stats } = turn
  if (decision.kind === 'continue') {
    turn.stats = { ...stats, partialOk: stats.partialOk + 1 }
    return { decision: 'continue', text: `CONTINUE ${turn.replication.replid}` }
  }
  const isRefusal = decision.reason !== 'asked'
  if (isRefusal) turn.note('resync-refused', offset)
  turn.stats = { ...stats, fullSyncs: stats.fullSyncs + 1, partialErr: stats.partialErr + (isRefusal ? 1 : 0) }
  if (turn.replication.backlog === null) createBacklog(turn)
  return { decision: 'full', text: `FULLRESYNC ${turn.replication.replid} ${turn.replication.offset}` }
}

/** The first replica begins a history: what was written before has no offset, so no old id may claim it (syncCommand). */
function createBacklog(turn: Turn): void {
  changeReplid(turn)
  const { offset } = turn.replication
  turn.replication = { ...turn.replication, replid2: NO_REPLID, secondOffset: -1, backlog: emptyBacklog(offset) }
}

/** A new id for what is written from now on. */
export function changeReplid(turn: Turn): void {
  const { replid, offset, lineage } = turn.replication
  turn.replication = {
    ...turn.replication,
    replid: turn.randomHex(40),
    lineage: [...lineage, { replid, end: offset }],
  }
}

function attach(
  turn: Turn,
  from: NodeId,
  message: Psync,
  state: Replica['state'],
  offset: number,
  readyMs: number,
): void {
  const { connection, id, port } = message
  const replica: Replica = {
    actor: from,
    connection,
    id,
    ip: ipOf(turn, from, id),
    port,
    state,
    readyMs,
    sentOffset: offset,
    ackOffset: 0,
    ackMs: turn.nowMs,
    checkedOffset: offset,
    checkedMs: turn.nowMs,
  }
  turn.replication = { ...turn.replication, replicas: [...turn.replication.replicas, replica] }
  turn.note('replica-attached', port)
}

/** The address that the connection comes from: the node table knows it, or the directory. */
function ipOf(turn: Turn, actor: NodeId, id: string): string {
  const known = turn.peer(id)?.ip ?? ''
  if (known !== '') return known
  for (const [address, name] of turn.config.directory) {
    if (name === actor) return address.slice(0, address.lastIndexOf(':'))
  }
  return turn.config.ip
}

function continueWith(turn: Turn, from: NodeId, message: Psync): void {
  const { replid, lineage } = turn.replication
  const offset = message.offset - 1
  attach(turn, from, message, 'online', offset, 0)
  turn.note('partial-resync', offset)
  turn.send(from, { kind: 'Continue', connection: message.connection, replid, offset, lineage })
}

function waitForSnapshot(turn: Turn, from: NodeId, message: Psync): void {
  const { replDisklessSync, replDisklessSyncDelayS } = turn.options
  const delayMs = replDisklessSync ? replDisklessSyncDelayS * 1000 : 0
  // Idle time is measured in whole seconds.
  attach(turn, from, message, 'wait', 0, Math.floor(turn.nowMs / 1000) * 1000 + delayMs)
  if (delayMs === 0) sendSnapshots(turn)
}

/** When one replica has waited long enough, all that wait get the snapshot. */
export function sendDueSnapshots(turn: Turn): void {
  if (turn.replication.replicas.some(({ state, readyMs }) => state === 'wait' && readyMs <= turn.nowMs))
    sendSnapshots(turn)
}

/** A snapshot of now to all that wait for one. The stream behind it begins with SELECT. */
function sendSnapshots(turn: Turn): void {
  const { replid, offset, replicas, lineage } = turn.replication
  const next = replicas.map((replica): Replica => {
    if (replica.state !== 'wait') return replica
    const { actor, connection } = replica
    turn.send(actor, { kind: 'FullResync', connection, replid, offset, db: turn.db, lineage })
    return {
      ...replica,
      state: 'transfer',
      sentOffset: offset,
      ackMs: turn.nowMs,
      checkedOffset: offset,
      checkedMs: turn.nowMs,
    }
  })
  turn.replication = { ...turn.replication, selected: false, replicas: next }
  turn.note('full-resync', offset)
}

/** REPLCONF ACK. An unknown connection is reset, so that a replica of a process that died looks for it anew. */
export function onAck(turn: Turn, from: NodeId, connection: number, offset: number): void {
  const { replicas, backlog } = turn.replication
  const at = replicas.findIndex((replica) => replica.actor === from && replica.connection === connection)
  const replica = replicas[at]
  if (replica === undefined || replica.state === 'wait') {
    closeReplica(turn, from, connection)
    return
  }
  const isLate = turn.nowMs - replica.checkedMs >= CHECK_MS && offset < replica.checkedOffset
  if (isLate && (backlog === null || !covers(backlog, offset, turn.replication.offset))) {
    disconnectReplicas(turn, (it) => it === replica)
    return
  }
  turn.changeReplication({ replicas: replicas.with(at, acknowledged(turn, replica, offset, isLate)) })
}

/** With what TCP does about lost segments: what was not acknowledged in time is sent again. */
function acknowledged(turn: Turn, replica: Replica, offset: number, isLate: boolean): Replica {
  const sentOffset = isLate ? offset : replica.sentOffset
  const isDue = turn.nowMs - replica.checkedMs >= CHECK_MS
  return {
    ...replica,
    state: 'online',
    sentOffset,
    ackOffset: Math.max(replica.ackOffset, offset),
    ackMs: turn.nowMs,
    checkedOffset: isDue ? replica.sentOffset : replica.checkedOffset,
    checkedMs: isDue ? turn.nowMs : replica.checkedMs,
  }
}

/** The other side ended the connection. */
export function onReplicaClosed(turn: Turn, from: NodeId, connection: number): void {
  removeReplicas(turn, (replica) => replica.actor === from && replica.connection === connection)
}

/** Ends the connections of the replicas that `which` selects (of all: CLIENT KILL TYPE replica); how many it were. */
export function disconnectReplicas(turn: Turn, which: (replica: Replica) => boolean = () => true): number {
  for (const replica of turn.replication.replicas)
    if (which(replica)) closeReplica(turn, replica.actor, replica.connection)
  return removeReplicas(turn, which)
}

function closeReplica(turn: Turn, actor: NodeId, connection: number): void {
  turn.send(actor, { kind: 'Closed', of: 'replication', number: connection, byOpener: false })
}

function removeReplicas(turn: Turn, which: (replica: Replica) => boolean): number {
  const { replicas } = turn.replication
  const kept = replicas.filter((replica) => !which(replica))
  if (kept.length === replicas.length) return 0
  for (const replica of replicas) if (which(replica)) turn.note('replica-lost', replica.port)
  const noReplicasSinceMs = kept.length === 0 ? turn.nowMs : turn.replication.noReplicasSinceMs
  turn.replication = { ...turn.replication, replicas: kept, noReplicasSinceMs }
  return replicas.length - kept.length
}
