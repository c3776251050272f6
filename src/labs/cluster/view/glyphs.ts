import type { MessageLook } from '../../../stage/kit.ts'
import { createTrafficFilter, type TrafficGroup } from '../../../stage/traffic-filter.ts'
import { MESSAGE_KINDS, type MessageKind, TRAFFIC, type TrafficGroup as TrafficGroupId } from '../contract.ts'

const look = (
  letter: string,
  shape: MessageLook['shape'],
  color: string,
  scale: number,
  title: string,
): MessageLook => ({ letter, shape, color, scale, title, reply: shape === 'ring' })

/** A queue of these before a cut link says nothing that the cut does not say. */
const quiet = (each: MessageLook): MessageLook => ({ ...each, quiet: true })

/** Gossip is small and grey, news are diamonds, replication is square, clients are hexagons; answers are hollow. */
const LOOKS: Readonly<Record<MessageKind, MessageLook>> = {
  Ping: quiet(look('', 'dot', '--ink-3', 0.42, 'PING')),
  Pong: quiet(look('', 'ring', '--ink-3', 0.42, 'PONG')),
  Meet: look('M', 'diamond', '--accent', 0.95, 'MEET'),
  Fail: look('F', 'diamond', '--bad', 0.95, 'FAIL'),
  Update: look('U', 'diamond', '--warn', 0.95, 'UPDATE'),
  AuthRequest: look('V', 'diamond', '--message-vote', 0.95, 'FAILOVER_AUTH_REQUEST'),
  AuthAck: look('v', 'ring', '--message-vote', 0.85, 'FAILOVER_AUTH_ACK'),
  MfStart: look('T', 'diamond', '--message-vote', 0.95, 'MFSTART'),
  Publish: look('P', 'hexagon', '--accent', 0.85, 'PUBLISH'),
  PublishShard: look('P', 'hexagon', '--accent', 0.85, 'PUBLISHSHARD'),
  Connect: quiet(look('', 'dot', '--line-strong', 0.34, 'connect (SYN)')),
  Connected: quiet(look('', 'ring', '--line-strong', 0.34, 'connected (SYN-ACK)')),
  Closed: quiet(look('', 'ring', '--bad', 0.5, 'closed (RST)')),
  Psync: look('P', 'square', '--message-snap', 0.85, 'PSYNC'),
  FullResync: look('S', 'stack', '--message-snap', 1.4, 'FULLRESYNC with the snapshot'),
  Continue: look('p', 'ring', '--message-snap', 0.8, 'CONTINUE'),
  Stream: quiet(look('R', 'square', '--message-snap', 0.85, 'replication stream')),
  Ack: quiet(look('', 'ring', '--message-snap', 0.5, 'REPLCONF ACK')),
  Request: quiet(look('C', 'hexagon', '--message-client', 0.95, 'commands')),
  Replies: quiet(look('c', 'ring', '--message-client', 0.8, 'replies')),
}

/** In the order of {@link MESSAGE_KINDS}, as frames number them. */
export const GLYPHS: readonly MessageLook[] = MESSAGE_KINDS.map((kind) => LOOKS[kind])

/** Words of the key, and the mark that stands for the group. */
const GROUPS: Readonly<Record<TrafficGroupId, { readonly title: string; readonly sample: MessageKind }>> = {
  gossip: { title: 'gossip', sample: 'Ping' },
  news: { title: 'news', sample: 'Fail' },
  publish: { title: 'pub/sub', sample: 'Publish' },
  connections: { title: 'connect', sample: 'Closed' },
  replication: { title: 'replication', sample: 'Stream' },
  clients: { title: 'clients', sample: 'Request' },
}

/** A group in the key: what it is called, how it looks, what is in it. */
export interface KeyEntry {
  readonly id: TrafficGroupId
  readonly title: string
  readonly sample: MessageLook
  /** `PING, PONG`. */
  readonly kinds: string
}

export const KEY: readonly KeyEntry[] = (Object.keys(GROUPS) as TrafficGroupId[]).map((id) => ({
  id,
  title: GROUPS[id].title,
  sample: LOOKS[GROUPS[id].sample],
  kinds: TRAFFIC[id].map((kind) => LOOKS[kind].title).join(', '),
}))

const groups: readonly TrafficGroup[] = KEY.map(({ id, title }) => ({
  id,
  title,
  labels: TRAFFIC[id].map((kind) => MESSAGE_KINDS.indexOf(kind)),
}))

/** What a person has switched off in the key. */
export const trafficFilter = createTrafficFilter('ballast:hidden-traffic:cluster', groups)

/** Unknown kinds stay as they are. */
export function titleOf(kind: string): string {
  return Object.hasOwn(LOOKS, kind) ? LOOKS[kind as MessageKind].title : kind
}
