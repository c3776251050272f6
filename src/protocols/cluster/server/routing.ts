import type { Bytes } from '../bytes.ts'
import type { Options } from '../options.ts'
import { type BusId, FLAG, type Peer } from '../peers.ts'
import { error, type Reply } from '../reply.ts'
import { keySlot } from '../slots.ts'
import type { Turn } from '../turn.ts'
import { liveEntry } from './expire.ts'

/** What the routing must know of a command, or of a whole transaction at EXEC. */
export interface RoutedCommand {
  /** In the order of the arguments; shard channels count as keys. Not empty. */
  readonly keys: readonly Bytes[]
  readonly write: boolean
  /** The command is served by an importing node without ASKING before it (RESTORE-ASKING). */
  readonly asking: boolean
  /** MIGRATE finds its keys wherever they are. */
  readonly migrate: boolean
  /** SSUBSCRIBE and its like: replicas serve them, and keys need not exist. */
  readonly shard: boolean
}

const CROSS_SLOT = error("CROSSSLOT Keys in request don't hash to the same slot")
const TRY_AGAIN = error('TRYAGAIN Multiple keys request during rehashing of slot')
const DOWN = error('CLUSTERDOWN The cluster is down')
const DOWN_READ_ONLY = error('CLUSTERDOWN The cluster is down and only accepts read commands')
const UNBOUND = error('CLUSTERDOWN Hash slot not served')

/**
 * Why this node does not serve the command (getNodeByQuery of cluster.c, in its order of checks); null: it does. A
 * session is `asking` for one command after ASKING, `readonly` after READONLY.
 */
export function refusal(
  turn: Turn,
  session: { readonly asking: boolean; readonly readonly: boolean },
  command: RoutedCommand,
): Reply | null {
  const { cluster } = turn
  const first = command.keys[0]!
  const slot = keySlot(first)
  const owner = cluster.owners.get(slot)
  if (owner === null) return UNBOUND
  const mine = owner === cluster.myself
  const target = mine ? cluster.migrating.get(slot) : undefined
  const importing = target === undefined && cluster.importing.has(slot)
  let missing = 0
  let distinct = false
  for (let at = 0; at < command.keys.length; at++) {
    const key = command.keys[at]!
    if (at > 0 && key !== first) {
      if (keySlot(key) !== slot) return CROSS_SLOT
      distinct = true
    }
    if ((target !== undefined || importing) && !command.shard && liveEntry(turn, key) === undefined) missing++
  }
  if (cluster.health === 'fail') {
    const down = whenDown(turn.options, command)
    if (down !== null) return down
  }
  if ((target !== undefined || importing) && command.migrate) return null
  if (target !== undefined && missing > 0) {
    if (missing < command.keys.length) return TRY_AGAIN
    return turn.config.fault === 'moved-for-ask' ? moved(turn, slot, target) : redirection(turn, 'ASK', slot, target)
  }
  if (importing && (session.asking || command.asking)) return distinct && missing > 0 ? TRY_AGAIN : null
  if (mine || servesReplicaOf(turn, owner, session.readonly, command)) return null
  return moved(turn, slot, owner)
}

function whenDown(options: Options, command: RoutedCommand): Reply | null {
  if (command.shard) return options.allowPubsubshardWhenDown ? null : DOWN
  if (!options.allowReadsWhenDown) return DOWN
  return command.write ? DOWN_READ_ONLY : null
}

function servesReplicaOf(turn: Turn, owner: BusId, readonly: boolean, command: RoutedCommand): boolean {
  const { flags, master } = turn.myself
  if ((flags & FLAG.slave) === 0 || master !== owner) return false
  return command.shard || (readonly && !command.write)
}

const moved = (turn: Turn, slot: number, owner: BusId) => redirection(turn, 'MOVED', slot, owner)

function redirection(turn: Turn, code: 'MOVED' | 'ASK', slot: number, target: BusId): Reply {
  const peer = turn.cluster.peers.get(target)!
  return error(`${code} ${slot} ${preferredEndpoint(turn.options, peer)}:${peer.port}`)
}

/** How clients are told to reach a node (cluster-preferred-endpoint-type); empty: where they reached this one. */
export function preferredEndpoint(options: Options, peer: Peer): string {
  switch (options.preferredEndpointType) {
    case 'ip':
      return peer.ip
    case 'hostname':
      return peer.hostname === '' ? '?' : peer.hostname
    case 'unknown-endpoint':
      return ''
  }
}

/**
 * What a client that is blocked on keys is told because the cluster changed (clusterRedirectBlockedClientIfNeeded);
 * null: it goes on waiting.
 */
export function refusalOfBlocked(turn: Turn, keys: readonly Bytes[]): Reply | null {
  const { cluster } = turn
  if (cluster.health === 'fail') return DOWN
  for (const key of keys) {
    const slot = keySlot(key)
    const owner = cluster.owners.get(slot)
    if (owner === cluster.myself || cluster.importing.has(slot)) continue
    return owner === null ? UNBOUND : moved(turn, slot, owner)
  }
  return null
}
