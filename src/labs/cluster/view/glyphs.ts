import type { MessageLook } from '../../../stage/kit.ts'
import { MESSAGE_KINDS, type MessageKind } from '../contract.ts'

const look = (
  letter: string,
  shape: MessageLook['shape'],
  color: string,
  scale: number,
  title: string,
): MessageLook => ({ letter, shape, color, scale, title, reply: shape === 'ring' })

/** Gossip is small and grey, news are diamonds, replication is square, clients are hexagons; answers are hollow. */
const LOOKS: Readonly<Record<MessageKind, MessageLook>> = {
  Ping: look('', 'dot', '--ink-3', 0.42, 'PING'),
  Pong: look('', 'ring', '--ink-3', 0.42, 'PONG'),
  Meet: look('M', 'diamond', '--accent', 0.95, 'MEET'),
  Fail: look('F', 'diamond', '--bad', 0.95, 'FAIL'),
  Update: look('U', 'diamond', '--warn', 0.95, 'UPDATE'),
  AuthRequest: look('V', 'diamond', '--message-vote', 0.95, 'FAILOVER_AUTH_REQUEST'),
  AuthAck: look('v', 'ring', '--message-vote', 0.85, 'FAILOVER_AUTH_ACK'),
  MfStart: look('T', 'diamond', '--message-vote', 0.95, 'MFSTART'),
  Publish: look('P', 'hexagon', '--accent', 0.85, 'PUBLISH'),
  PublishShard: look('P', 'hexagon', '--accent', 0.85, 'PUBLISHSHARD'),
  Connect: look('', 'dot', '--line-strong', 0.34, 'connect (SYN)'),
  Connected: look('', 'ring', '--line-strong', 0.34, 'connected (SYN-ACK)'),
  Closed: look('', 'ring', '--bad', 0.5, 'closed (RST)'),
  Psync: look('P', 'square', '--message-snap', 0.85, 'PSYNC'),
  FullResync: look('S', 'stack', '--message-snap', 1.4, 'FULLRESYNC with the snapshot'),
  Continue: look('p', 'ring', '--message-snap', 0.8, 'CONTINUE'),
  Stream: look('R', 'square', '--message-snap', 0.85, 'replication stream'),
  Ack: look('', 'ring', '--message-snap', 0.5, 'REPLCONF ACK'),
  Request: look('C', 'hexagon', '--message-client', 0.95, 'commands'),
  Replies: look('c', 'ring', '--message-client', 0.8, 'replies'),
}

/** In the order of {@link MESSAGE_KINDS}, as frames number them. */
export const GLYPHS: readonly MessageLook[] = MESSAGE_KINDS.map((kind) => LOOKS[kind])

/** What the key of the stage shows. */
export const KEY_KINDS: readonly { readonly kind: MessageKind; readonly title: string }[] = [
  { kind: 'Ping', title: 'gossip' },
  { kind: 'Fail', title: 'failed' },
  { kind: 'AuthRequest', title: 'vote' },
  { kind: 'Stream', title: 'replication' },
  { kind: 'Request', title: 'client' },
  { kind: 'Replies', title: 'answer' },
]

/** Unknown kinds stay as they are. */
export function titleOf(kind: string): string {
  return Object.hasOwn(LOOKS, kind) ? LOOKS[kind as MessageKind].title : kind
}

export const lookOf = (kind: MessageKind): MessageLook => LOOKS[kind]
