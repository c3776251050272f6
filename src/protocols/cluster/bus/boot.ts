import { assert } from '../../../base/assert.ts'
import { type BusId, FLAG, NO_TIMES, type Peer, PeerTable, type PeerTimes } from '../peers.ts'
import { SlotSet } from '../slot-set.ts'
import { SlotTable } from '../slot-table.ts'
import type { Cluster, Durable, InitialCluster, MessageCounts, NodeConfig } from '../state.ts'
import { NO_ELECTION } from './failover.ts'
import { NO_MANUAL } from './manual-failover.ts'
import { blankPeer, isInHandshake, isMaster, mastersHaveReplicas, replicasOf } from './nodes.ts'

/** What nodes.conf says of a node. */
type Saved = Pick<Cluster, 'myself' | 'currentEpoch' | 'lastVoteEpoch' | 'migrating' | 'importing' | 'owners'> & {
  readonly peers: readonly Peer[]
  readonly timesOf: (id: BusId) => PeerTimes
}

/** The cluster as a node knows it when it starts: from its disk, from a cluster that stood before, or alone. */
export function bootCluster(config: NodeConfig, durable: Durable | null, nowMs: number): Cluster {
  if (durable !== null) return started(saved(durable.cluster, nowMs), config, nowMs)
  if (config.initial !== null) {
    const cluster = started(initial(config, config.initial, nowMs), config, nowMs)
    return config.initial.stands === true ? settled(cluster) : cluster
  }
  const { id, port, busPort } = config
  const me = { ...blankPeer(id, FLAG.myself | FLAG.master, nowMs), port, busPort }
  return started(
    { ...NOTHING_OPEN, myself: id, currentEpoch: 0, owners: NOBODY_OWNS, peers: [me], timesOf: () => NO_TIMES },
    config,
    nowMs,
  )
}

const NO_MESSAGES: MessageCounts = {
  Ping: 0,
  Pong: 0,
  Meet: 0,
  Fail: 0,
  Publish: 0,
  PublishShard: 0,
  AuthRequest: 0,
  AuthAck: 0,
  Update: 0,
  MfStart: 0,
}

const NOBODY_OWNS: Cluster['owners'] = SlotTable.filled<BusId | null>(null)
/** More connections than that no node opens in a millisecond. */
const LINKS_PER_MS = 1000

const NOTHING_OPEN = { lastVoteEpoch: 0, migrating: new Map(), importing: new Map() }

/** Of a node that ran before: what nodes.conf keeps. */
function saved(cluster: Cluster, nowMs: number): Saved {
  const { myself, currentEpoch, lastVoteEpoch, migrating, importing, owners } = cluster
  const kept = FLAG.master | FLAG.slave | FLAG.pfail | FLAG.fail | FLAG.myself | FLAG.noaddr | FLAG.nofailover
  const nowOrNever = (ms: number) => (ms === 0 ? 0 : nowMs)
  const peers = cluster.peers
    .all()
    .filter((peer) => !isInHandshake(peer))
    .map((peer) => ({
      ...blankPeer(peer.id, peer.flags & kept, nowMs),
      ip: peer.ip,
      port: peer.port,
      busPort: peer.busPort,
      hostname: peer.hostname,
      master: peer.master,
      configEpoch: peer.configEpoch,
      slots: peer.slots,
      failTimeMs: (peer.flags & FLAG.fail) === 0 ? 0 : nowMs,
    }))
  const timesOf = (id: BusId): PeerTimes => {
    const { pingSentMs, pongReceivedMs } = cluster.peers.timesOf(id)
    return { ...NO_TIMES, pingSentMs: nowOrNever(pingSentMs), pongReceivedMs: nowOrNever(pongReceivedMs) }
  }
  return { myself, currentEpoch, lastVoteEpoch, migrating, importing, owners, peers, timesOf }
}

/** Who owns what in a cluster that stood before. */
interface Standing {
  /** In the order of its nodes. */
  readonly slots: readonly SlotSet[]
  readonly owners: Cluster['owners']
}

/** All nodes of a cluster begin with the same bitmaps: one copy, which packets then compare by reference. */
const standings = new WeakMap<InitialCluster, Standing>()

function standingOf(initial: InitialCluster): Standing {
  const known = standings.get(initial)
  if (known !== undefined) return known
  const slots = initial.nodes.map((node) => SlotSet.ofRanges(node.slots))
  const runs = initial.nodes.flatMap(({ id, slots }) => slots.map(({ first, last }) => ({ first, last, value: id })))
  const owners = SlotTable.ofRuns<BusId | null>(runs, null)
  standings.set(initial, { slots, owners })
  return { slots, owners }
}

/** Of a cluster that is said to have stood before. */
function initial(config: NodeConfig, initial: InitialCluster, nowMs: number): Saved {
  const { slots, owners } = standingOf(initial)
  const peers = initial.nodes.map((node, at): Peer => {
    const role = node.master === null ? FLAG.master : FLAG.slave
    const isMe = node.id === config.id
    const blank = blankPeer(node.id, isMe ? role | FLAG.myself : role, nowMs)
    return { ...blank, ...node, slots: slots[at]! }
  })
  assert(
    peers.some(({ id }) => id === config.id),
    'a node of an initial cluster is one of its nodes',
  )
  const timesOf = () => ({ ...NO_TIMES, pongReceivedMs: nowMs })
  return { ...NOTHING_OPEN, myself: config.id, currentEpoch: initial.currentEpoch, owners, peers, timesOf }
}

/** A cluster that has been up for long. */
function settled(cluster: Cluster): Cluster {
  const size = cluster.peers.all().filter((peer) => isMaster(peer) && peer.slots.size > 0).length
  return { ...cluster, health: 'ok', firstEvaluationMs: 1, size }
}

function started(saved: Saved, config: NodeConfig, nowMs: number): Cluster {
  const { peers, timesOf, ...rest } = saved
  const table = PeerTable.of(peers, timesOf)
  return {
    ...rest,
    currentEpoch: peers.reduce((max, { configEpoch }) => Math.max(max, configEpoch), rest.currentEpoch),
    peers: table.map((peer) => asStarted(peer, table, config)),
    health: 'fail',
    size: 1,
    unclaimed: SlotSet.none,
    election: NO_ELECTION,
    manual: NO_MANUAL,
    blacklist: new Map(),
    minorityMs: 0,
    firstEvaluationMs: 0,
    sent: NO_MESSAGES,
    received: NO_MESSAGES,
    // Above every number that this node used before it went down.
    links: nowMs * LINKS_PER_MS,
    accepted: new Map(),
    pfailNodes: 0,
    quietStructure: 0,
    crons: 0,
  }
}

/** What follows from the table and from the configuration: flags, and for myself what the configuration says. */
function asStarted(peer: Peer, table: PeerTable, { options, port, busPort }: NodeConfig): Peer {
  const isPlace =
    isMaster(peer) && (peer.slots.size > 0 ? mastersHaveReplicas(table) : replicasOf(table, peer.id).length > 0)
  const place = isPlace ? FLAG.migrateTo : 0
  if ((peer.flags & FLAG.myself) === 0) return place === 0 ? peer : { ...peer, flags: peer.flags | place }
  const nofailover = options.replicaNoFailover ? FLAG.nofailover : 0
  const flags = (peer.flags & ~FLAG.nofailover) | place | nofailover
  return { ...peer, flags, port, busPort, hostname: options.announceHostname }
}
