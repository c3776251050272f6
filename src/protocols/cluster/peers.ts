import type { NodeId } from '../../base/brand.ts'
import type { SlotSet } from './slot-set.ts'

/** A node's name on the bus: 40 characters of [a-z0-9]. Not the name of the actor that plays it. */
export type BusId = string

/** Flags of a node table entry, with the values of cluster.h. */
export const FLAG = {
  master: 1,
  slave: 2,
  pfail: 4,
  fail: 8,
  myself: 16,
  handshake: 32,
  noaddr: 64,
  meet: 128,
  migrateTo: 256,
  nofailover: 512,
} as const

/** Where a node listens. */
export interface Address {
  readonly ip: string
  readonly port: number
  readonly busPort: number
}

/** `ip:port`, the key of {@link NodeConfig.directory}. */
export const addressKey = (ip: string, port: number): string => `${ip}:${port}`

/** My outbound connection to a peer. TCP: closed when the other side refuses, resets or dies. */
export interface Link {
  /** Unique among the links that this node ever opened. */
  readonly number: number
  readonly state: 'connecting' | 'connected'
  /** When it was created (`ctime`). */
  readonly sinceMs: number
  /** When a connection that is not answered is tried again. */
  readonly retryMs: number
  /** Who is at the other end. */
  readonly actor: NodeId
}

/** A peer's connection to me: the other one of the pair. */
export interface InboundLink {
  readonly actor: NodeId
  /** The opener's number of it. */
  readonly number: number
  readonly sinceMs: number
}

/** Somebody's word that a node fails. */
export interface FailReport {
  readonly reporter: BusId
  readonly atMs: number
}

/** When a node was pinged and heard, and its offset: what changes with every packet, kept apart from the entry ({@link PeerTable}). */
export interface PeerTimes {
  /** Outstanding ping; 0 when there is none. */
  readonly pingSentMs: number
  readonly pongReceivedMs: number
  readonly dataReceivedMs: number
  /** Replication offset, as its last packet told it. */
  readonly replOffset: number
}

export const NO_TIMES: PeerTimes = { pingSentMs: 0, pongReceivedMs: 0, dataReceivedMs: 0, replOffset: 0 }

/**
 * One entry of a node's table (clusterNode), without its {@link PeerTimes}. Times in ms of the node's clock; 0 is "never".
 * Immutable.
 */
export interface Peer extends Address {
  readonly id: BusId
  readonly hostname: string
  /** Bits of {@link FLAG}. */
  readonly flags: number
  readonly configEpoch: number
  readonly slots: SlotSet
  /** Whom it replicates; null for a master and when unknown. */
  readonly master: BusId | null
  readonly failTimeMs: number
  readonly votedTimeMs: number
  readonly orphanedTimeMs: number
  readonly reports: readonly FailReport[]
  readonly link: Link | null
  readonly inbound: InboundLink | null
  /** When the entry was made. */
  readonly createdMs: number
}

/** Numbers of an entry among the times. */
const PING = 0
const PONG = 1
const DATA = 2
const OFFSET = 3
const TIMES = 4

/** Who is in a table, ordered by id. */
interface Members {
  readonly ids: readonly BusId[]
  readonly positions: ReadonlyMap<BusId, number>
}

// One packet asks for its sender several times.
let newestId: BusId = ''
let newestAt = -1
let newestOf: Members | null = null

/** Position of a member; -1: it is none. */
function positionOf(members: Members, id: BusId): number {
  if (members !== newestOf || id !== newestId) {
    newestAt = members.positions.get(id) ?? -1
    newestId = id
    newestOf = members
  }
  return newestAt
}

let newestMembers: Members = { ids: [], positions: new Map() }

/**
 * The nodes of a cluster know the same members: their tables share one list of them, which then stays in the processor's
 * cache however many they are.
 */
function membersOf(sorted: readonly Peer[]): Members {
  const { ids } = newestMembers
  if (ids.length !== sorted.length || sorted.some(({ id }, at) => id !== ids[at])) {
    newestMembers = { ids: sorted.map(({ id }) => id), positions: new Map(sorted.map(({ id }, at) => [id, at])) }
  }
  return newestMembers
}

/** Beside the {@link FLAG}s of an entry, what {@link PeerTable.marks} tells of it. */
export const MARK = {
  /** Somebody reported that it fails. */
  reported: 1024,
  /** I have a connection to it. */
  linked: 2048,
  /** It owns slots. */
  owner: 4096,
} as const

const marksOf = ({ flags, reports, link, slots }: Peer): number =>
  flags |
  (reports.length > 0 ? MARK.reported : 0) |
  (link !== null ? MARK.linked : 0) |
  (slots.size > 0 ? MARK.owner : 0)

/**
 * A node table: entries ordered by id, persistent, and beside them the times of each in one row of numbers, so that a cron
 * can look through hundreds of them and a packet can refresh some at the price of one copy. The marks of all entries lie
 * in one row, too: gossip tells and hears of many nodes without touching their entries.
 *
 * Whoever changes it often within a step gives an `owner`: a token that lives as long as the step. Versions made with it
 * are private to the step, so that its further changes copy nothing.
 */
export class PeerTable {
  private ownsPeers = false
  private ownsTimes = false

  private constructor(
    private peers: readonly Peer[],
    private times: readonly number[],
    private markRow: Uint16Array,
    private readonly members: Members,
    private readonly ownAt: number,
    private changes: number,
    private readonly owner: object | null,
  ) {}

  /**
   * Counts changes of members, flags, masters, slots and links: while it stays, what follows from these alone stays.
   * Versions of different tables do not compare.
   */
  get structure(): number {
    return this.changes
  }

  static of(peers: readonly Peer[], timesOf: (id: BusId) => PeerTimes = () => NO_TIMES): PeerTable {
    return PeerTable.sorted(peers, timesOf, 1)
  }

  private static sorted(peers: readonly Peer[], timesOf: (id: BusId) => PeerTimes, changes: number): PeerTable {
    const sorted = peers.toSorted((x, y) => (x.id < y.id ? -1 : x.id > y.id ? 1 : 0))
    const times = sorted.flatMap(({ id }) => {
      const { pingSentMs, pongReceivedMs, dataReceivedMs, replOffset } = timesOf(id)
      return [pingSentMs, pongReceivedMs, dataReceivedMs, replOffset]
    })
    const ownAt = sorted.findIndex(({ flags }) => (flags & FLAG.myself) !== 0)
    return new PeerTable(sorted, times, Uint16Array.from(sorted, marksOf), membersOf(sorted), ownAt, changes, null)
  }

  get size(): number {
    return this.peers.length
  }

  get(id: BusId): Peer | undefined {
    const at = positionOf(this.members, id)
    return at < 0 ? undefined : this.peers[at]
  }

  /** The entry of the node whose table it is: the one that says so ({@link FLAG}). */
  get own(): Peer {
    return this.peers[this.ownAt]!
  }

  /** Entry number `at` in order of ids. */
  at(at: number): Peer | undefined {
    return this.peers[at]
  }

  /** All entries, ordered by id. */
  all(): readonly Peer[] {
    return this.peers
  }

  /** The id of entry number `at`. */
  idAt(at: number): BusId {
    return this.members.ids[at]!
  }

  /** Bits of {@link FLAG} and of {@link MARK} of entry number `at`. */
  marks(at: number): number {
    return this.markRow[at]!
  }

  /** Bits of {@link FLAG} of entry number `at`. */
  flags(at: number): number {
    return this.markRow[at]! & (MARK.reported - 1)
  }

  /** Position of an entry in order of ids; -1 when there is none. */
  indexOf(id: BusId): number {
    return positionOf(this.members, id)
  }

  /** The times of a node; all 0 when it is not in the table. */
  timesOf(id: BusId): PeerTimes {
    const at = positionOf(this.members, id)
    if (at < 0) return NO_TIMES
    return {
      pingSentMs: this.pingSentMs(at),
      pongReceivedMs: this.pongReceivedMs(at),
      dataReceivedMs: this.dataReceivedMs(at),
      replOffset: this.times[at * TIMES + OFFSET]!,
    }
  }

  /** Of entry number `at`. */
  pingSentMs(at: number): number {
    return this.times[at * TIMES + PING]!
  }

  /** Of entry number `at`. */
  pongReceivedMs(at: number): number {
    return this.times[at * TIMES + PONG]!
  }

  /** Of entry number `at`. */
  dataReceivedMs(at: number): number {
    return this.times[at * TIMES + DATA]!
  }

  /** Puts an entry in, or replaces the one of the same id. */
  with(peer: Peer, owner: object | null = null): PeerTable {
    const at = positionOf(this.members, peer.id)
    if (at < 0) return PeerTable.sorted([...this.peers, peer], (id) => this.timesOf(id), this.changes + 1)
    const table = this.writable(owner)
    if (!table.ownsPeers) {
      table.peers = this.peers.slice()
      table.ownsPeers = true
    }
    const peers = table.peers as Peer[]
    if (isStructural(peers[at]!, peer)) table.changes++
    peers[at] = peer
    const marks = marksOf(peer)
    if (marks !== table.markRow[at]) table.markRow = table.markRow.with(at, marks)
    return table
  }

  /** The same entries; some times of one are others. */
  withTimes(
    id: BusId,
    { pingSentMs, pongReceivedMs, dataReceivedMs, replOffset }: Partial<PeerTimes>,
    owner: object | null = null,
  ): PeerTable {
    const at = positionOf(this.members, id)
    if (at < 0) return this
    const table = this.withOwnTimes(owner)
    const times = table.times as number[]
    if (pingSentMs !== undefined) times[at * TIMES + PING] = pingSentMs
    if (pongReceivedMs !== undefined) times[at * TIMES + PONG] = pongReceivedMs
    if (dataReceivedMs !== undefined) times[at * TIMES + DATA] = dataReceivedMs
    if (replOffset !== undefined) times[at * TIMES + OFFSET] = replOffset
    return table
  }

  /** The same entries; the last answer of entry number `at` came later. */
  withPong(at: number, pongReceivedMs: number, owner: object | null): PeerTable {
    const table = this.withOwnTimes(owner)
    ;(table.times as number[])[at * TIMES + PONG] = pongReceivedMs
    return table
  }

  /** A version whose times nobody else sees. */
  private withOwnTimes(owner: object | null): PeerTable {
    const table = this.writable(owner)
    if (!table.ownsTimes) {
      table.times = this.times.slice()
      table.ownsTimes = true
    }
    return table
  }

  /** This version, if it is the owner's; else a new one that shares everything until it is written. */
  private writable(owner: object | null): PeerTable {
    if (owner !== null && owner === this.owner) return this
    return new PeerTable(this.peers, this.times, this.markRow, this.members, this.ownAt, this.changes, owner)
  }

  without(id: BusId): PeerTable {
    if (!this.members.positions.has(id)) return this
    const rest = this.peers.filter((peer) => peer.id !== id)
    return PeerTable.sorted(rest, (other) => this.timesOf(other), this.changes + 1)
  }

  /** An entry under another id, with its times. */
  renamed(from: BusId, peer: Peer): PeerTable {
    const rest = this.peers.filter(({ id }) => id !== from)
    return PeerTable.sorted([...rest, peer], (id) => this.timesOf(id === peer.id ? from : id), this.changes + 1)
  }

  /** Every entry replaced by what `change` gives (the same reference when nothing changes). */
  map(change: (peer: Peer) => Peer): PeerTable {
    let changed = false
    const peers = this.peers.map((peer) => {
      const next = change(peer)
      if (next !== peer) changed = true
      return next
    })
    if (!changed) return this
    const marks = Uint16Array.from(peers, marksOf)
    return new PeerTable(peers, this.times, marks, this.members, this.ownAt, this.changes + 1, null)
  }
}

const isStructural = (old: Peer, peer: Peer): boolean =>
  old.flags !== peer.flags || old.link !== peer.link || old.master !== peer.master || old.slots !== peer.slots
