import type { Message } from '../../protocols/cluster/messages.ts'
import type { NoteKind } from '../../protocols/cluster/notes.ts'
import type { ClusterProtocol, Transition } from '../../protocols/cluster/state.ts'
import { nodeOfId } from './addresses.ts'

/** Which rule decides when a message meets a state, told from what the step really does. */

interface Rule {
  readonly text: string
  readonly source: string
}

const SPEC = 'Redis Cluster specification'
const rule = (text: string, section: string): Rule => ({ text, source: `${SPEC}, "${section}"` })

/** What a step tells of itself, the most important first. */
const NEWS: readonly (readonly [NoteKind, Rule])[] = [
  [
    'epoch-collision',
    rule(
      'two masters claim the same config epoch: the one with the smaller id takes a new one',
      'configEpoch conflicts resolution algorithm',
    ),
  ],
  [
    'became-replica',
    rule('all its slots are claimed under a greater epoch: it becomes a replica of the winner', 'UPDATE messages'),
  ],
  [
    'slots-taken',
    rule('the greater config epoch wins: the slots change their owner here', 'Hash slots configuration propagation'),
  ],
  [
    'fail',
    rule(
      'a majority of masters has reported it within twice the node timeout: FAIL, and everybody is told',
      'Failure detection',
    ),
  ],
  ['fail-cleared', rule('it is reachable again, and nobody has replaced it: FAIL is taken back', 'Failure detection')],
  [
    'election-won',
    rule(
      'votes of a majority of the masters: the replica takes over the slots under the epoch of its election',
      'Replica election and promotion',
    ),
  ],
  [
    'manual-failover-ready',
    rule('the replica has every byte of its paused master: now it may be elected', 'Manual failover'),
  ],
  [
    'handshake-done',
    rule('the node has answered MEET with its real name: it belongs to the table now', 'Nodes handshake'),
  ],
  ['node-added', rule('a node that is trusted knows it: trusted, too', 'Nodes handshake')],
  ['update-sent', rule('the sender claims slots under an old epoch: tell it who owns them', 'UPDATE messages')],
]

function gossip(message: Extract<Message, { kind: 'Ping' | 'Pong' | 'Meet' }>): Rule {
  if (message.kind === 'Meet')
    return rule('an unknown node may join with MEET only: start a handshake', 'Nodes handshake')
  return message.kind === 'Ping'
    ? rule(
        'answer with PONG; take its epochs, its slots, and what it has heard of others',
        'Heartbeat and gossip messages',
      )
    : rule(
        'it lives: forget a suspicion; take its epochs, its slots, and what it has heard of others',
        'Heartbeat and gossip messages',
      )
}

function routed(outcome: Transition): Rule {
  const codes = outcome.effects.flatMap((effect) =>
    effect.kind === 'send' && effect.message.kind === 'Replies'
      ? effect.message.replies.flatMap((reply) => (reply.kind === 'error' ? [reply.text.split(' ')[0]!] : []))
      : [],
  )
  if (codes.includes('MOVED'))
    return rule('the slot belongs to another node: MOVED says to whom, for good', 'MOVED Redirection')
  if (codes.includes('ASK'))
    return rule('the slot is leaving and the key has left: ASK sends this one question after it', 'ASK redirection')
  if (codes.includes('TRYAGAIN'))
    return rule('of several keys some have moved and some have not: try again later', 'Multiple keys operations')
  if (codes.includes('CROSSSLOT'))
    return rule('the keys are in different slots: no single node can answer', 'Multiple keys operations')
  if (codes.includes('CLUSTERDOWN'))
    return rule('the cluster is down for this node: it refuses rather than to diverge', 'Availability')
  return rule('the slot is mine: carry it out and answer; replicas hear of it afterwards', 'Write safety')
}

export function ruleOf(state: ClusterProtocol['state'], message: Message, outcome: Transition): Rule {
  const notes = outcome.effects.flatMap((effect) => (effect.kind === 'note' ? [effect.note.kind] : []))
  const news = NEWS.find(([kind]) => notes.includes(kind))
  if (news !== undefined && state.kind === 'node') return news[1]
  switch (message.kind) {
    case 'Ping':
    case 'Pong':
    case 'Meet':
      return gossip(message)
    case 'Fail':
      return rule(
        `believe that ${nodeOfId(message.target)} has failed: a majority has agreed already`,
        'Failure detection',
      )
    case 'AuthRequest':
      return notes.includes('vote-granted')
        ? rule(
            'its master has failed, no vote was given in this epoch, its claim is not old: vote',
            'Replica election and promotion',
          )
        : rule(
            'a replica, an old epoch, a vote already given, or a master that is well: no vote, and no answer',
            'Replica election and promotion',
          )
    case 'AuthAck':
      return rule('count the vote', 'Replica election and promotion')
    case 'Update':
      return rule('take over who owns the slots, if the epoch is greater than the one known', 'UPDATE messages')
    case 'MfStart':
      return rule('hold writes back, and tell the replica the offset at which they stopped', 'Manual failover')
    case 'Publish':
    case 'PublishShard':
      return rule('hand the message to the subscribers here', 'Publish/Subscribe')
    case 'Connect':
    case 'Connected':
    case 'Closed':
      return { text: 'a TCP connection opens or ends', source: `${SPEC}, "The Cluster bus"` }
    case 'Psync':
      return notes.includes('partial-resync')
        ? {
            text: 'the backlog still has what the replica lacks: go on from there',
            source: 'Redis replication, "Partial resynchronization"',
          }
        : {
            text: 'the histories do not meet in the backlog: send everything',
            source: 'Redis replication, "How Redis replication works"',
          }
    case 'FullResync':
    case 'Continue':
    case 'Stream':
      return {
        text: 'apply what the master did, in its order',
        source: 'Redis replication, "How Redis replication works"',
      }
    case 'Ack':
      return {
        text: 'remember how far the replica is: WAIT and min-replicas count on it',
        source: 'Redis replication, "Allow writes only with N attached replicas"',
      }
    case 'Request':
      return routed(outcome)
    case 'Replies':
      return rule('take the answer, or go where it says', 'Clients first connection and handling of redirections')
  }
}
