import { goodReplicas } from '../../replication/wait.ts'
import type { Replica, Replication, Upstream } from '../../state.ts'
import type { Turn } from '../../turn.ts'

/** A line of INFO: its name and its value. */
export type Field = readonly [name: string, value: string | number]

const secondsBetween = (from: number, to: number) => Math.floor(to / 1000) - Math.floor(from / 1000)

function upstreamFields(turn: Turn, { ip, port, state, lastIoMs, downSinceMs }: Upstream): Field[] {
  const up = state === 'connected'
  const { offset } = turn.replication
  return [
    ['master_host', ip],
    ['master_port', port],
    ['master_link_status', up ? 'up' : 'down'],
    ['master_last_io_seconds_ago', up ? secondsBetween(lastIoMs, turn.nowMs) : -1],
    ['master_sync_in_progress', 0],
    ['slave_read_repl_offset', offset],
    ['slave_repl_offset', offset],
    ...(up
      ? []
      : [
          ['master_link_down_since_seconds', downSinceMs === 0 ? -1 : secondsBetween(downSinceMs, turn.nowMs)] as Field,
        ]),
    ['slave_priority', turn.options.inert['replica-priority'] ?? 100],
    ['slave_read_only', turn.options.replicaReadOnly ? 1 : 0],
    ['replica_announced', turn.options.inert['replica-announced'] === 'no' ? 0 : 1],
  ]
}

const STATES = { wait: 'wait_bgsave', transfer: 'send_bulk', online: 'online' } as const

function replicaField(turn: Turn, replica: Replica, at: number): Field {
  const { ip, port, state, ackOffset, ackMs } = replica
  const lag = state === 'online' ? secondsBetween(ackMs, turn.nowMs) : 0
  return [`slave${at}`, `ip=${ip},port=${port},state=${STATES[state]},offset=${ackOffset},lag=${lag}`]
}

function backlogFields({ backlog, offset }: Replication, sizeBytes: number): Field[] {
  return [
    ['repl_backlog_active', backlog === null ? 0 : 1],
    ['repl_backlog_size', sizeBytes],
    ['repl_backlog_first_byte_offset', backlog === null ? 0 : backlog.start + 1],
    ['repl_backlog_histlen', backlog === null ? 0 : offset - backlog.start],
  ]
}

/** The section Replication of INFO. */
export function replicationFields(turn: Turn): Field[] {
  const { replication, options } = turn
  const { upstream, replicas } = replication
  const counts = options.minReplicasToWrite > 0 && options.minReplicasMaxLagS > 0
  return [
    ['role', upstream === null ? 'master' : 'slave'],
    ...(upstream === null ? [] : upstreamFields(turn, upstream)),
    ['connected_slaves', replicas.length],
    ...(counts ? [['min_slaves_good_slaves', goodReplicas(turn)] as Field] : []),
    ...replicas.map((replica, at) => replicaField(turn, replica, at)),
    ['master_failover_state', 'no-failover'],
    ['master_replid', replication.replid],
    ['master_replid2', replication.replid2],
    ['master_repl_offset', replication.offset],
    ['second_repl_offset', replication.secondOffset],
    ...backlogFields(replication, options.replBacklogSizeBytes),
  ]
}
