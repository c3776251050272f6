import type { NodeId } from '../../../base/brand.ts'
import type { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import type { Session } from '../state.ts'
import type { Turn } from '../turn.ts'

/** Listeners by channel: the two tables of pub/sub that have the same shape. */
type Listeners = PersistentMap<readonly NodeId[]>

/** The table with one more listener of a channel. */
export function withListener(table: Listeners, channel: Bytes, key: NodeId): Listeners {
  return table.set(channel, [...(table.get(channel) ?? []), key])
}

/** The table without a listener of a channel; a channel without listeners is gone. */
export function withoutListener(table: Listeners, channel: Bytes, key: NodeId): Listeners {
  const rest = (table.get(channel) ?? []).filter((it) => it !== key)
  return rest.length === 0 ? table.delete(channel) : table.set(channel, rest)
}

/** Takes a session out of every table of pub/sub: its connection ended, or it said RESET. */
export function forgetSubscriptions(turn: Turn, session: Session): void {
  let { channels, patterns, shardChannels } = turn.pubsub
  if (session.channels.length + session.patterns.length + session.shardChannels.length === 0) return
  for (const channel of session.channels) channels = withoutListener(channels, channel, session.peer)
  for (const channel of session.shardChannels) shardChannels = withoutListener(shardChannels, channel, session.peer)
  patterns = patterns.filter((it) => it.session !== session.peer)
  turn.pubsub = { channels, patterns, shardChannels }
}
