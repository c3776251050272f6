import type { NodeId } from '../../../base/brand.ts'
import { publishOnBus } from '../bus/publish.ts'
import type { Bytes } from '../bytes.ts'
import { type CommandSpec, serverCommand } from '../commands/types.ts'
import { globMatches } from '../glob.ts'
import { array, bulk, bulkOrNull, bulks, integer, push, type Reply } from '../reply.ts'
import { keySlot } from '../slots.ts'
import type { PubSub, Session } from '../state.ts'
import type { Turn } from '../turn.ts'
import { containerWithHelp } from './commands/container.ts'
import { changeSession, reply } from './sessions.ts'
import { withListener, withoutListener } from './subscriptions.ts'

/** The three kinds of subscription: what confirmations and messages of each are called, and where it is kept. */
interface Kind {
  readonly subscribed: string
  readonly unsubscribed: string
  readonly mine: 'channels' | 'patterns' | 'shardChannels'
  /** What the number in a confirmation counts. */
  readonly count: (session: Session) => number
  readonly add: (pubsub: PubSub, name: Bytes, key: NodeId) => PubSub
  readonly remove: (pubsub: PubSub, name: Bytes, key: NodeId) => PubSub
}

const countGlobal = ({ channels, patterns }: Session) => channels.length + patterns.length

const CHANNEL: Kind = {
  subscribed: 'subscribe',
  unsubscribed: 'unsubscribe',
  mine: 'channels',
  count: countGlobal,
  add: (pubsub, name, key) => ({ ...pubsub, channels: withListener(pubsub.channels, name, key) }),
  remove: (pubsub, name, key) => ({ ...pubsub, channels: withoutListener(pubsub.channels, name, key) }),
}

const PATTERN: Kind = {
  subscribed: 'psubscribe',
  unsubscribed: 'punsubscribe',
  mine: 'patterns',
  count: countGlobal,
  add: (pubsub, pattern, session) => ({ ...pubsub, patterns: [...pubsub.patterns, { pattern, session }] }),
  remove: (pubsub, pattern, key) => ({
    ...pubsub,
    patterns: pubsub.patterns.filter((it) => it.pattern !== pattern || it.session !== key),
  }),
}

const SHARD: Kind = {
  subscribed: 'ssubscribe',
  unsubscribed: 'sunsubscribe',
  mine: 'shardChannels',
  count: ({ shardChannels }) => shardChannels.length,
  add: (pubsub, name, key) => ({ ...pubsub, shardChannels: withListener(pubsub.shardChannels, name, key) }),
  remove: (pubsub, name, key) => ({ ...pubsub, shardChannels: withoutListener(pubsub.shardChannels, name, key) }),
}

const confirm = (turn: Turn, key: NodeId, word: string, name: Bytes | undefined, count: number) =>
  reply(turn, key, push([bulk(word), bulkOrNull(name), integer(count)]))

function subscribe(turn: Turn, key: NodeId, kind: Kind, names: readonly Bytes[]): null {
  for (const name of names) {
    let session = turn.sessions.get(key)!
    if (!session[kind.mine].includes(name)) {
      session = changeSession(turn, key, { [kind.mine]: [...session[kind.mine], name] })
      turn.pubsub = kind.add(turn.pubsub, name, key)
    }
    confirm(turn, key, kind.subscribed, name, kind.count(session))
  }
  return null
}

/** Without names: from everything of the kind. Each is confirmed, and so is that there was none. */
function unsubscribe(turn: Turn, key: NodeId, kind: Kind, names: readonly Bytes[]): null {
  const before = turn.sessions.get(key)!
  const given = names.length > 0 ? names : before[kind.mine]
  for (const name of given) leave(turn, key, kind, name)
  if (given.length === 0) confirm(turn, key, kind.unsubscribed, undefined, kind.count(before))
  return null
}

function leave(turn: Turn, key: NodeId, kind: Kind, name: Bytes): void {
  let session = turn.sessions.get(key)!
  if (session[kind.mine].includes(name)) {
    session = changeSession(turn, key, { [kind.mine]: session[kind.mine].filter((it) => it !== name) })
    turn.pubsub = kind.remove(turn.pubsub, name, key)
  }
  confirm(turn, key, kind.unsubscribed, name, kind.count(session))
}

/**
 * Hands a message to the listeners that are connected here.
 * @returns how many got it; one that listens in two ways counts twice
 */
export function publishLocally(turn: Turn, channel: Bytes, payload: Bytes, sharded: boolean): number {
  const listeners = (sharded ? turn.pubsub.shardChannels : turn.pubsub.channels).get(channel) ?? []
  const message = push([bulk(sharded ? 'smessage' : 'message'), bulk(channel), bulk(payload)])
  for (const key of listeners) reply(turn, key, message)
  if (sharded) return listeners.length
  const matching = turn.pubsub.patterns.filter(({ pattern }) => globMatches(pattern, channel))
  for (const { pattern, session } of matching) {
    reply(turn, session, push([bulk('pmessage'), bulk(pattern), bulk(channel), bulk(payload)]))
  }
  return listeners.length + matching.length
}

function publish(turn: Turn, args: readonly Bytes[], sharded: boolean): Reply {
  const receivers = publishLocally(turn, args[1]!, args[2]!, sharded)
  publishOnBus(turn, args[1]!, args[2]!, sharded)
  return integer(receivers)
}

/**
 * Shard channels stay with their slot (removeChannelsInSlot): when a slot has left the node or its master in this
 * step, its listeners here are unsubscribed. A promotion takes the slot from the old master, and so ends them too; a
 * replica of another master keeps none.
 */
export function leaveMovedShards(turn: Turn): void {
  const before = turn.before.cluster
  if (turn.pubsub.shardChannels.size === 0 || before === turn.cluster) return
  const masterBefore = before.peers.get(before.myself)?.master ?? null
  const { master } = turn.myself
  const isElsewhere = master !== null && master !== masterBefore
  if (!isElsewhere && before.owners === turn.cluster.owners) return
  for (const [channel, listeners] of turn.pubsub.shardChannels.entries()) {
    const slot = keySlot(channel)
    const was = before.owners.get(slot)
    const is = turn.cluster.owners.get(slot)
    const wasServed = was !== null && (was === before.myself || was === masterBefore)
    if (!(wasServed && was !== is) && !(isElsewhere && is !== master)) continue
    for (const key of listeners) leave(turn, key, SHARD, channel)
  }
}

const listChannels = (table: PubSub['channels'], pattern: Bytes | undefined): Reply =>
  bulks(table.entries().flatMap(([name]) => (pattern === undefined || globMatches(pattern, name) ? [name] : [])))

const countListeners = (table: PubSub['channels'], names: readonly Bytes[]): Reply =>
  array(names.flatMap((name) => [bulk(name), integer(table.get(name)?.length ?? 0)]))

/** Subscriptions and messages, of the whole cluster and of one shard. */
export const pubsubCommands: readonly CommandSpec[] = [
  serverCommand('subscribe', 'channel [channel ...]', 'Listens to channels.', (turn, key, args) =>
    subscribe(turn, key, CHANNEL, args.slice(1)),
  ),
  serverCommand(
    'unsubscribe',
    '[channel [channel ...]]',
    'Stops listening to channels, or to all.',
    (turn, key, args) => unsubscribe(turn, key, CHANNEL, args.slice(1)),
  ),
  serverCommand(
    'psubscribe',
    'pattern [pattern ...]',
    'Listens to the channels that match patterns.',
    (turn, key, args) => subscribe(turn, key, PATTERN, args.slice(1)),
  ),
  serverCommand(
    'punsubscribe',
    '[pattern [pattern ...]]',
    'Stops listening to patterns, or to all.',
    (turn, key, args) => unsubscribe(turn, key, PATTERN, args.slice(1)),
  ),
  serverCommand(
    'ssubscribe',
    'shardchannel [shardchannel ...]',
    'Listens to channels of one shard.',
    (turn, key, args) => subscribe(turn, key, SHARD, args.slice(1)),
  ),
  serverCommand(
    'sunsubscribe',
    '[shardchannel [shardchannel ...]]',
    'Stops listening to channels of a shard, or to all.',
    (turn, key, args) => unsubscribe(turn, key, SHARD, args.slice(1)),
  ),
  serverCommand(
    'publish',
    'channel message',
    'Sends a message to the listeners of a channel, on every node.',
    (turn, _, args) => publish(turn, args, false),
  ),
  serverCommand(
    'spublish',
    'shardchannel message',
    'Sends a message to the listeners of a channel of one shard.',
    (turn, _, args) => publish(turn, args, true),
  ),
  containerWithHelp('pubsub', 'Tells who listens to what on this node.', [
    serverCommand('pubsub|channels', '[pattern]', 'Lists the channels that have listeners.', (turn, _, args) =>
      listChannels(turn.pubsub.channels, args[2]),
    ),
    serverCommand('pubsub|numsub', '[channel [channel ...]]', 'Counts the listeners of channels.', (turn, _, args) =>
      countListeners(turn.pubsub.channels, args.slice(2)),
    ),
    serverCommand('pubsub|numpat', '', 'Counts the patterns that have listeners.', (turn) =>
      integer(new Set(turn.pubsub.patterns.map(({ pattern }) => pattern)).size),
    ),
    serverCommand(
      'pubsub|shardchannels',
      '[pattern]',
      'Lists the shard channels that have listeners.',
      (turn, _, args) => listChannels(turn.pubsub.shardChannels, args[2]),
    ),
    serverCommand(
      'pubsub|shardnumsub',
      '[shardchannel [shardchannel ...]]',
      'Counts the listeners of shard channels.',
      (turn, _, args) => countListeners(turn.pubsub.shardChannels, args.slice(2)),
    ),
  ]),
]
