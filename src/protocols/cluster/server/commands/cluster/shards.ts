import type { Options } from '../../../options.ts'
import { FLAG, type Peer } from '../../../peers.ts'
import { array, bulk, integer, map, NULL, type Reply } from '../../../reply.ts'
import type { Cluster } from '../../../state.ts'
import type { Turn } from '../../../turn.ts'
import { preferredEndpoint } from '../../routing.ts'
import { replicasOf } from './nodes.ts'

/** A node's replication offset as this node knows it: its own at first hand. */
const offsetOf = (turn: Turn, peer: Peer) =>
  (peer.flags & FLAG.myself) === 0 ? turn.cluster.peers.timesOf(peer.id).replOffset : turn.replication.offset

/** Ranges of neighbouring slots with one owner, in order of slots; unassigned slots are left out. */
function ownedRanges({ owners }: Cluster): { owner: string; first: number; last: number }[] {
  return owners.runs().flatMap(({ first, last, value }) => (value === null ? [] : [{ owner: value, first, last }]))
}

/** The entry of a node in CLUSTER SLOTS: endpoint, port, id, and what else is known of its address. */
function slotNode(options: Options, peer: Peer): Reply {
  const known: [Reply, Reply][] = []
  const type = options.preferredEndpointType
  if (type !== 'ip') known.push([bulk('ip'), bulk(peer.ip)])
  if (type !== 'hostname' && peer.hostname !== '') known.push([bulk('hostname'), bulk(peer.hostname)])
  const endpoint = type === 'unknown-endpoint' ? NULL : bulk(preferredEndpoint(options, peer))
  return array([endpoint, integer(peer.port), bulk(peer.id), map(known)])
}

/** True for a replica that clients may be sent to: not failing, and it has data. */
const isAvailable = (turn: Turn, peer: Peer) => (peer.flags & FLAG.fail) === 0 && offsetOf(turn, peer) !== 0

/** CLUSTER SLOTS. */
export function clusterSlots(turn: Turn): Reply {
  const { peers } = turn.cluster
  const nodes = new Map<string, Reply[]>()
  const nodesOf = (owner: string) => {
    const known = nodes.get(owner)
    if (known !== undefined) return known
    const master = peers.get(owner)!
    const all = [master, ...replicasOf(peers, master).filter((replica) => isAvailable(turn, replica))]
    const replies = all.map((peer) => slotNode(turn.options, peer))
    nodes.set(owner, replies)
    return replies
  }
  return array(
    ownedRanges(turn.cluster).map(({ owner, first, last }) =>
      array([integer(first), integer(last), ...nodesOf(owner)]),
    ),
  )
}

function health(peer: Peer, offset: number): 'fail' | 'loading' | 'online' {
  if ((peer.flags & FLAG.fail) !== 0) return 'fail'
  return (peer.flags & FLAG.slave) !== 0 && offset === 0 ? 'loading' : 'online'
}

function shardNode(turn: Turn, peer: Peer): Reply {
  const offset = offsetOf(turn, peer)
  const entries: [Reply, Reply][] = [[bulk('id'), bulk(peer.id)]]
  if (peer.port !== 0) entries.push([bulk('port'), integer(peer.port)])
  entries.push([bulk('ip'), bulk(peer.ip)], [bulk('endpoint'), bulk(preferredEndpoint(turn.options, peer))])
  if (peer.hostname !== '') entries.push([bulk('hostname'), bulk(peer.hostname)])
  entries.push(
    [bulk('role'), bulk((peer.flags & FLAG.slave) === 0 ? 'master' : 'replica')],
    [bulk('replication-offset'), integer(offset)],
    [bulk('health'), bulk(health(peer, offset))],
  )
  return map(entries)
}

/** CLUSTER SHARDS: every master with its slots and replicas; masters without slots too. */
export function clusterShards(turn: Turn): Reply {
  const { peers } = turn.cluster
  const masters = peers.all().filter((peer) => (peer.flags & FLAG.master) !== 0)
  return array(
    masters.map((master) => {
      const ranges = master.slots.ranges().flatMap(({ first, last }) => [integer(first), integer(last)])
      const nodes = [master, ...replicasOf(peers, master)].map((peer) => shardNode(turn, peer))
      return map([
        [bulk('slots'), array(ranges)],
        [bulk('nodes'), array(nodes)],
      ])
    }),
  )
}

function link(direction: 'to' | 'from', peer: Peer, sinceMs: number, events: string): Reply {
  return map([
    [bulk('direction'), bulk(direction)],
    [bulk('node'), bulk(peer.id)],
    [bulk('create-time'), integer(sinceMs)],
    [bulk('events'), bulk(events)],
    [bulk('send-buffer-allocated'), integer(0)],
    [bulk('send-buffer-used'), integer(0)],
  ])
}

/** CLUSTER LINKS. Buffers are not modelled; an inbound link is as old as the entry of its node. */
export function clusterLinks(turn: Turn): Reply {
  return array(
    turn.cluster.peers.all().flatMap((peer) => {
      const links: Reply[] = []
      if (peer.link !== null) {
        links.push(link('to', peer, peer.link.sinceMs, peer.link.state === 'connected' ? 'r' : ''))
      }
      if (peer.inbound !== null) links.push(link('from', peer, peer.createdMs, 'r'))
      return links
    }),
  )
}
