import { unreachable } from '../../base/assert.ts'
import type { NodeId } from '../../base/brand.ts'
import { busLastWords } from './bus/last-words.ts'
import type { ClientState } from './client/types.ts'
import type { LinkMessage, Message } from './messages.ts'
import { replicationLastWords } from './replication/boot.ts'
import type { NodeState } from './state.ts'

/** A message to an actor, in somebody's name. */
export interface Word {
  readonly to: NodeId
  readonly message: Message
}

type Closed = Extract<LinkMessage, { kind: 'Closed' }>

const closed = (of: Closed['of'], number: number, byOpener: boolean): Closed => ({
  kind: 'Closed',
  of,
  number,
  byOpener,
})

/** What the operating system sends for a process that dies: all its connections end. */
export function lastWords(state: NodeState | ClientState): readonly Word[] {
  if (state.kind === 'client') {
    return [...state.connections.values()].map(({ node, number }) => ({
      to: node,
      message: closed('client', number, true),
    }))
  }
  const { busy, cluster, config, replication, sessions } = state
  const clients = sessions
    .entries()
    .map(([, { peer, connection }]) => ({ to: peer, message: closed('client', connection, false) }))
  const migration =
    busy?.kind === 'migrate' ? [{ to: busy.target, message: closed('client', busy.connection, true) }] : []
  return [...busLastWords(cluster), ...replicationLastWords(replication, config), ...clients, ...migration]
}

/** What the operating system answers where no process has the connection: it is refused, or reset. */
export function refuse(message: Message): Message | null {
  switch (message.kind) {
    case 'Connect':
      return closed('bus', message.link, false)
    case 'Connected':
      return closed('bus', message.link, true)
    case 'Ping':
    case 'Pong':
    case 'Meet':
    case 'Fail':
    case 'Publish':
    case 'PublishShard':
    case 'AuthRequest':
    case 'AuthAck':
    case 'MfStart':
    case 'Update': {
      const { link, byOpener } = message.header.channel
      return closed('bus', link, !byOpener)
    }
    case 'Psync':
    case 'Ack':
      return closed('replication', message.connection, false)
    case 'FullResync':
    case 'Continue':
    case 'Stream':
      return closed('replication', message.connection, true)
    case 'Request':
      return closed('client', message.connection, false)
    case 'Replies':
      return closed('client', message.connection, true)
    case 'Closed':
      return null
    default:
      return unreachable(message)
  }
}
