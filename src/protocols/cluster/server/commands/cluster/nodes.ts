import type { Bytes } from '../../../bytes.ts'
import { FLAG, type Peer, type PeerTable } from '../../../peers.ts'
import type { Cluster } from '../../../state.ts'

/** Names of flags in the order in which CLUSTER NODES gives them (redisNodeFlagsTable). */
const FLAG_NAMES: readonly (readonly [number, string])[] = [
  [FLAG.myself, 'myself'],
  [FLAG.master, 'master'],
  [FLAG.slave, 'slave'],
  [FLAG.pfail, 'fail?'],
  [FLAG.fail, 'fail'],
  [FLAG.handshake, 'handshake'],
  [FLAG.noaddr, 'noaddr'],
  [FLAG.nofailover, 'nofailover'],
]

/** `myself,master`; `noflags` when no flag has a name. */
export function flagNames(flags: number): string {
  const names = FLAG_NAMES.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name)
  return names.length === 0 ? 'noflags' : names.join(',')
}

/** The epoch under which a node's slots are claimed: a replica's is its master's. */
export function epochOf(peers: PeerTable, peer: Peer): number {
  const master = (peer.flags & FLAG.slave) === 0 || peer.master === null ? undefined : peers.get(peer.master)
  return (master ?? peer).configEpoch
}

const rangesOf = (peer: Peer) =>
  peer.slots.ranges().map(({ first, last }) => (first === last ? ` ${first}` : ` ${first}-${last}`))

function openSlots({ migrating, importing }: Cluster): string[] {
  const slots = new Set([...migrating.keys(), ...importing.keys()])
  return [...slots]
    .sort((x, y) => x - y)
    .map((slot) => {
      const target = migrating.get(slot)
      return target === undefined ? ` [${slot}-<-${importing.get(slot)}]` : ` [${slot}->-${target}]`
    })
}

/** One node as a line of CLUSTER NODES, without its end (clusterGenNodeDescription). */
export function describeNode(cluster: Cluster, peer: Peer): Bytes {
  const mine = (peer.flags & FLAG.myself) !== 0
  const hostname = peer.hostname === '' ? '' : `,${peer.hostname}`
  const link = mine || peer.link !== null ? 'connected' : 'disconnected'
  const times = cluster.peers.timesOf(peer.id)
  const fields = [
    peer.id,
    `${peer.ip}:${peer.port}@${peer.busPort}${hostname}`,
    flagNames(peer.flags),
    peer.master ?? '-',
    times.pingSentMs,
    times.pongReceivedMs,
    epochOf(cluster.peers, peer),
    link,
  ]
  return fields.join(' ') + rangesOf(peer).join('') + (mine ? openSlots(cluster).join('') : '')
}

/** All that CLUSTER NODES says, in order of ids (the real server's order is that of its hash table). */
export function describeNodes(cluster: Cluster): Bytes {
  return cluster.peers
    .all()
    .map((peer) => `${describeNode(cluster, peer)}\n`)
    .join('')
}

/** The replicas of a master, in order of ids. */
export function replicasOf(peers: PeerTable, master: Peer): readonly Peer[] {
  return peers.all().filter((peer) => (peer.flags & FLAG.slave) !== 0 && peer.master === master.id)
}
