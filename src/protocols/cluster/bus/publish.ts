import type { Bytes } from '../bytes.ts'
import type { Turn } from '../turn.ts'
import { broadcast, sendTo } from './send.ts'

/**
 * A published message goes to every node, or (sharded) to those that serve the same slots: my master, its replicas.
 * Subscribers of this node itself are not served here.
 */
export function publishOnBus(turn: Turn, channel: Bytes, payload: Bytes, sharded: boolean): void {
  if (!sharded) {
    broadcast(turn, { kind: 'Publish', channelName: channel, payload })
    return
  }
  const { id, master } = turn.myself
  const head = master ?? id
  for (const peer of turn.cluster.peers.all().slice()) {
    if (peer.id === id || (peer.id !== head && peer.master !== head)) continue
    sendTo(turn, peer.id, { kind: 'PublishShard', channelName: channel, payload })
  }
}
