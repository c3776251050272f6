import type { MessageLook } from '../../../stage/kit.ts'
import { MESSAGE_KINDS, type MessageKind } from '../contract.ts'

/** Requests are filled, replies hollow; the letter and the shape name the kind, the hue the term. */
const LOOKS: Readonly<Record<MessageKind, MessageLook>> = {
  MsgApp: { letter: 'A', shape: 'square', color: 'term', scale: 1, title: 'AppendEntries', reply: false },
  MsgAppResp: { letter: 'a', shape: 'ring', color: 'term', scale: 0.8, title: 'AppendEntries reply', reply: true },
  MsgHeartbeat: { letter: '♥', shape: 'dot', color: 'term', scale: 0.78, title: 'Heartbeat', reply: false },
  MsgHeartbeatResp: { letter: '', shape: 'ring', color: 'term', scale: 0.5, title: 'Heartbeat reply', reply: true },
  MsgVote: { letter: 'V', shape: 'diamond', color: 'term', scale: 0.95, title: 'RequestVote', reply: false },
  MsgVoteResp: { letter: 'v', shape: 'ring', color: 'term', scale: 0.85, title: 'Vote', reply: true },
  MsgPreVote: { letter: 'P', shape: 'hollow-diamond', color: 'term', scale: 0.95, title: 'PreVote', reply: false },
  MsgPreVoteResp: { letter: 'p', shape: 'ring', color: 'term', scale: 0.8, title: 'PreVote reply', reply: true },
  MsgSnap: { letter: 'S', shape: 'stack', color: 'term', scale: 1.45, title: 'InstallSnapshot', reply: false },
  MsgClientRequest: {
    letter: 'C',
    shape: 'hexagon',
    color: '--message-client',
    scale: 0.95,
    title: 'Client request',
    reply: false,
  },
  MsgClientReply: {
    letter: 'c',
    shape: 'ring',
    color: '--message-client',
    scale: 0.8,
    title: 'Client reply',
    reply: true,
  },
  MsgStorageAppendResp: { letter: 'd', shape: 'ring', color: 'term', scale: 0.6, title: 'Disk done', reply: true },
}

/** In the order of {@link MESSAGE_KINDS}, as frames number them. */
export const GLYPHS: readonly MessageLook[] = MESSAGE_KINDS.map((kind) => LOOKS[kind])

/** What the key of the stage shows. */
export const KEY_KINDS: readonly MessageKind[] = [
  'MsgApp',
  'MsgHeartbeat',
  'MsgVote',
  'MsgSnap',
  'MsgClientRequest',
  'MsgAppResp',
]

/** `MsgApp` is `AppendEntries` to people. Unknown kinds stay as they are. */
export function titleOf(kind: string): string {
  return Object.hasOwn(LOOKS, kind) ? LOOKS[kind as MessageKind].title : kind
}

export function lookOf(kind: MessageKind): MessageLook {
  return LOOKS[kind]
}
