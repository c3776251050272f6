import type { Bytes } from '../../../bytes.ts'
import type { BusMessage } from '../../../messages.ts'
import { FLAG } from '../../../peers.ts'
import { SLOTS } from '../../../slots.ts'
import type { Cluster, MessageCounts } from '../../../state.ts'
import { epochOf } from './nodes.ts'

/** Kinds of bus messages under the names of CLUSTER INFO, in its order. */
const KINDS: readonly (readonly [BusMessage['kind'], string])[] = [
  ['Ping', 'ping'],
  ['Pong', 'pong'],
  ['Meet', 'meet'],
  ['Fail', 'fail'],
  ['Publish', 'publish'],
  ['AuthRequest', 'auth-req'],
  ['AuthAck', 'auth-ack'],
  ['Update', 'update'],
  ['MfStart', 'mfstart'],
  ['PublishShard', 'publishshard'],
]

function countLines(counts: MessageCounts, way: 'sent' | 'received'): string[] {
  const present = KINDS.filter(([kind]) => (counts[kind] ?? 0) > 0)
  const total = present.reduce((sum, [kind]) => sum + counts[kind]!, 0)
  return [
    ...present.map(([kind, name]) => `cluster_stats_messages_${name}_${way}:${counts[kind]}`),
    `cluster_stats_messages_${way}:${total}`,
  ]
}

/** Assigned slots by the state of their owners. */
interface SlotHealth {
  readonly assigned: number
  readonly ok: number
  readonly pfail: number
  readonly fail: number
}

/** Counts the slots by what this node believes of their owners. */
function slotHealth({ owners, peers }: Cluster): SlotHealth {
  let assigned = 0
  let pfail = 0
  let fail = 0
  for (let slot = 0; slot < SLOTS; slot++) {
    const owner = owners.get(slot)
    if (owner === null) continue
    assigned++
    const flags = peers.get(owner)?.flags ?? 0
    if ((flags & FLAG.fail) !== 0) fail++
    else if ((flags & FLAG.pfail) !== 0) pfail++
  }
  return { assigned, ok: assigned - pfail - fail, pfail, fail }
}

/** The text of CLUSTER INFO. */
export function describeCluster(cluster: Cluster): Bytes {
  const slots = slotHealth(cluster)
  const lines = [
    `cluster_state:${cluster.health}`,
    `cluster_slots_assigned:${slots.assigned}`,
    `cluster_slots_ok:${slots.ok}`,
    `cluster_slots_pfail:${slots.pfail}`,
    `cluster_slots_fail:${slots.fail}`,
    `cluster_known_nodes:${cluster.peers.size}`,
    `cluster_size:${cluster.size}`,
    `cluster_current_epoch:${cluster.currentEpoch}`,
    `cluster_my_epoch:${epochOf(cluster.peers, cluster.peers.get(cluster.myself)!)}`,
    ...countLines(cluster.sent, 'sent'),
    ...countLines(cluster.received, 'received'),
    'total_cluster_links_buffer_limit_exceeded:0',
  ]
  return lines.map((line) => `${line}\r\n`).join('')
}
