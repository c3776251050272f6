import type { NodeId } from '../../../base/brand.ts'
import type { Reply } from '../reply.ts'
import type { Session } from '../state.ts'
import type { Turn } from '../turn.ts'
import { forgetSubscriptions } from './subscriptions.ts'

/** Replaces parts of a session. Answers given so far leave in the RESP version that the session had. */
export function changeSession(turn: Turn, key: NodeId, change: Partial<Session>): Session {
  const session = turn.sessions.get(key)!
  if (change.resp !== undefined && change.resp !== session.resp) flushSession(turn, key)
  const next = { ...session, ...change }
  turn.sessions = turn.sessions.set(key, next)
  return next
}

/** Whether the session listens to any channel: then RESP2 allows it little else. */
export const isSubscribed = ({ channels, patterns, shardChannels }: Session): boolean =>
  channels.length + patterns.length + shardChannels.length > 0

/** What a connection is at first, and again after RESET. */
export const AS_AT_FIRST = {
  resp: 2,
  name: '',
  readonly: false,
  asking: false,
  replyMode: 'on',
  multi: null,
  watched: [],
  channels: [],
  patterns: [],
  shardChannels: [],
} as const satisfies Partial<Session>

/** A new connection: it ends the one that the same actor had before. */
export function openSession(turn: Turn, peer: NodeId, connection: number): Session {
  dropSession(turn, peer)
  turn.clients++
  turn.stats = { ...turn.stats, connections: turn.stats.connections + 1 }
  const session: Session = {
    peer,
    connection,
    id: turn.clients,
    ...AS_AT_FIRST,
    library: { name: '', version: '' },
    blocked: null,
    waiting: [],
    writeOffset: 0,
    createdMs: turn.nowMs,
    activeMs: turn.nowMs - (turn.nowMs % 1000),
    lastCommand: '',
  }
  turn.sessions = turn.sessions.set(peer, session)
  return session
}

/** The connection is gone: what the session held is released, what was not sent is lost. */
export function dropSession(turn: Turn, key: NodeId): void {
  const session = turn.sessions.get(key)
  if (session === undefined) return
  forgetSubscriptions(turn, session)
  if (session.blocked !== null) turn.blocked = turn.blocked.filter((it) => it !== key)
  turn.outbox.delete(key)
  if (turn.closing.includes(key)) turn.closing = turn.closing.filter((it) => it !== key)
  turn.sessions = turn.sessions.delete(key)
}

/** Ends a connection after the answers given so far, and the one of the command under way (QUIT, CLIENT KILL). */
export function closeSession(turn: Turn, key: NodeId): void {
  if (turn.sessions.has(key) && !turn.closing.includes(key)) turn.closing = [...turn.closing, key]
}

/** Answers given to a session in this step and not sent yet; append to it. */
export function outboxOf(turn: Turn, key: NodeId): Reply[] {
  let box = turn.outbox.get(key)
  if (box === undefined) {
    box = []
    turn.outbox.set(key, box)
  }
  return box
}

/**
 * Gives a session an answer, or a push. For commands that answer later, or other than by what they return. A client
 * that asked for silence (CLIENT REPLY OFF) gets pushes only.
 */
export function reply(turn: Turn, key: NodeId, answer: Reply): void {
  const session = turn.sessions.get(key)
  if (session === undefined || (session.replyMode === 'off' && answer.kind !== 'push')) return
  outboxOf(turn, key).push(answer)
}

function flushSession(turn: Turn, key: NodeId): void {
  const replies = turn.outbox.get(key)
  const session = turn.sessions.get(key)
  turn.outbox.delete(key)
  if (replies === undefined || replies.length === 0 || session === undefined) return
  turn.send(key, { kind: 'Replies', connection: session.connection, resp: session.resp, replies })
}

/** Sends what was answered. Not while the server is busy. */
export function flushReplies(turn: Turn): void {
  for (const key of turn.answered) flushSession(turn, key)
}

/** Ends the connections that are to end. */
export function endClosing(turn: Turn): void {
  for (const key of turn.closing) {
    const { connection } = turn.sessions.get(key)!
    flushSession(turn, key)
    turn.send(key, { kind: 'Closed', of: 'client', number: connection, byOpener: false })
    dropSession(turn, key)
  }
}
