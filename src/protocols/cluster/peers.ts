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

/** One entry of a node's table (clusterNode). Times in ms of the node's clock; 0 is "never". Immutable. */
export interface Peer extends Address {
  readonly id: BusId
  readonly hostname: string
  /** Bits of {@link FLAG}. */
  readonly flags: number
  readonly configEpoch: number
  readonly slots: SlotSet
  /** Whom it replicates; null for a master and when unknown. */
  readonly master: BusId | null
  /** Outstanding ping; 0 when there is none. */
  readonly pingSentMs: number
  readonly pongReceivedMs: number
  readonly dataReceivedMs: number
  readonly failTimeMs: number
  readonly votedTimeMs: number
  readonly replOffset: number
  readonly replOffsetTimeMs: number
  readonly orphanedTimeMs: number
  readonly reports: readonly FailReport[]
  readonly link: Link | null
  readonly inbound: InboundLink | null
  /** When the entry was made. */
  readonly createdMs: number
}

/** A node table: entries ordered by id, persistent. */
export class PeerTable {
  private constructor(
    private readonly peers: readonly Peer[],
    /** Shared by all versions with the same members. */
    private readonly index: ReadonlyMap<BusId, number>,
    /** Whose step made this version: until the step ends nobody else sees it, and it may be written in place. */
    private readonly owner: object | null,
    private changes: number,
  ) {}

  /**
   * Counts changes of members, flags, masters, slots and links: while it stays, what follows from these alone stays.
   * Versions of different tables do not compare.
   */
  get structure(): number {
    return this.changes
  }

  static of(peers: readonly Peer[]): PeerTable {
    return PeerTable.sorted(peers, 1)
  }

  private static sorted(peers: readonly Peer[], changes: number): PeerTable {
    const sorted = peers.toSorted((x, y) => (x.id < y.id ? -1 : x.id > y.id ? 1 : 0))
    return new PeerTable(sorted, new Map(sorted.map(({ id }, at) => [id, at])), null, changes)
  }

  get size(): number {
    return this.peers.length
  }

  get(id: BusId): Peer | undefined {
    const at = this.index.get(id)
    return at === undefined ? undefined : this.peers[at]
  }

  /** Entry number `at` in order of ids. */
  at(at: number): Peer | undefined {
    return this.peers[at]
  }

  /** All entries, ordered by id. */
  all(): readonly Peer[] {
    return this.peers
  }

  /** Position of an entry in order of ids; -1 when there is none. */
  indexOf(id: BusId): number {
    return this.index.get(id) ?? -1
  }

  /**
   * Puts an entry in, or replaces the one of the same id. `owner`: a token that lives as long as the caller's step;
   * versions made with it are private to that step, so that its further changes copy nothing.
   */
  with(peer: Peer, owner: object | null = null): PeerTable {
    const at = this.index.get(peer.id)
    if (at === undefined) return PeerTable.sorted([...this.peers, peer], this.changes + 1)
    const changes = this.changes + (isStructural(this.peers[at]!, peer) ? 1 : 0)
    if (owner === null || owner !== this.owner) {
      const peers = this.peers.slice()
      peers[at] = peer
      return new PeerTable(peers, this.index, owner, changes)
    }
    ;(this.peers as Peer[])[at] = peer
    this.changes = changes
    return this
  }

  without(id: BusId): PeerTable {
    if (!this.index.has(id)) return this
    return PeerTable.sorted(
      this.peers.filter((peer) => peer.id !== id),
      this.changes + 1,
    )
  }

  /** Every entry replaced by what `change` gives (the same reference when nothing changes). */
  map(change: (peer: Peer) => Peer): PeerTable {
    let changed = false
    const peers = this.peers.map((peer) => {
      const next = change(peer)
      if (next !== peer) changed = true
      return next
    })
    return changed ? new PeerTable(peers, this.index, null, this.changes + 1) : this
  }
}

const isStructural = (old: Peer, peer: Peer): boolean =>
  old.flags !== peer.flags || old.link !== peer.link || old.master !== peer.master || old.slots !== peer.slots
