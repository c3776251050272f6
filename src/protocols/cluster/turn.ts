import type { NodeId } from '../../base/brand.ts'
import type { PersistentMap } from '../../base/persistent-map.ts'
import { again, below } from '../../base/prng.ts'
import type { Env } from '../../machine/machine.ts'
import type { Bytes } from './bytes.ts'
import type { Keyspace } from './keyspace.ts'
import type { BusMessage, Message } from './messages.ts'
import type { NoteKind } from './notes.ts'
import type { Options } from './options.ts'
import { type BusId, FLAG, type Peer, type PeerTimes } from './peers.ts'
import type { Reply } from './reply.ts'
import type {
  Busy,
  Cluster,
  Durable,
  Effect,
  Held,
  Input,
  MessageCounts,
  NodeConfig,
  NodeState,
  PubSub,
  Replication,
  Session,
  Stats,
  Transition,
} from './state.ts'

/** What must happen before the step ends (clusterBeforeSleep, the todo flags of cluster.c). */
export interface Todo {
  handleFailover: boolean
  updateState: boolean
  /** nodes.conf changed: it is on disk before anything leaves. */
  saveConfig: boolean
}

/** Counted in place, because it happens with every command. */
export interface Tally {
  commands: number
  hits: number
  misses: number
  /** Replication offset behind the last command of the session under way; -1: none has run. */
  offset: number
  /** The last command that it sent, also one that was refused; empty: none. */
  last: string
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

const NOBODY: readonly NodeId[] = []
const NOTHING_HELD: readonly Held[] = []

/**
 * One step of one node while it is under way: the parts of its state, each an immutable value that handlers replace, and
 * the effects so far. It lives for one step only; {@link Turn.end} gives the next state. Made so that handlers read
 * like the event loop of the server they model, while the machine stays a pure function.
 */
export class Turn {
  readonly config: NodeConfig
  /** Local Unix time in ms. */
  readonly nowMs: number
  options: Options
  cluster: Cluster
  db: Keyspace
  replication: Replication
  sessions: PersistentMap<Session>
  pubsub: PubSub
  pause: NodeState['pause']
  busy: Busy | null
  deferred: readonly Input[]
  /** Sessions that are blocked, the longest first. */
  blocked: readonly NodeId[]
  wakeMs: number
  scripts: NodeState['scripts']
  stats: Stats
  clients: number
  outgoing: number
  /** Sessions that end after their answers have left. */
  closing: readonly NodeId[] = NOBODY
  /** Sessions that no longer are blocked: what they sent meanwhile runs when the step settles. */
  runnable: readonly NodeId[] = NOBODY
  /** What the commands of this step add to the statistics, until it is flushed (server/tally.ts). */
  readonly tally: Tally = { commands: 0, hits: 0, misses: 0, offset: -1, last: '' }
  /** What the transaction or the script under way puts into the stream; none of its commands may block. Null: none is. */
  unit: (readonly Bytes[])[] | null = null
  readonly effects: Effect[] = []
  readonly todo: Todo = { handleFailover: false, updateState: false, saveConfig: false }
  private answers: Map<NodeId, Reply[]> | null = null
  private draws = 0
  /** The cluster state as this step made it: nobody else sees it before the end. */
  private ownCluster: Writable<Cluster> | null = null
  /** Marks the versions of the node table that this step made. */
  private readonly token = {}

  constructor(
    /** The state that the step began with. */
    readonly before: NodeState,
    private readonly env: Env,
  ) {
    this.config = before.config
    this.nowMs = before.config.epochMs + Math.floor(env.now / 1000)
    this.options = before.options
    this.cluster = before.cluster
    this.db = before.db
    this.replication = before.replication
    this.sessions = before.sessions
    this.pubsub = before.pubsub
    this.pause = before.pause
    this.busy = before.busy
    this.deferred = before.deferred
    this.blocked = before.blocked
    this.wakeMs = before.wakeMs
    for (const { session, replies } of before.held) this.outbox.set(session, replies.slice())
    this.scripts = before.scripts
    this.stats = before.stats
    this.clients = before.clients
    this.outgoing = before.outgoing
  }

  /** Answers of this step by session: they leave together at its end (server/sessions.ts). */
  get outbox(): Map<NodeId, Reply[]> {
    this.answers ??= new Map()
    return this.answers
  }

  /** Sessions that were answered. */
  get answered(): readonly NodeId[] {
    return this.answers === null ? NOBODY : Array.from(this.answers.keys())
  }

  /** 32 fresh random bits. */
  random(): number {
    return again(this.env.entropy, this.draws++)
  }

  /** Uniform in 0 … bound - 1. */
  below(bound: number): number {
    return below(this.random(), bound)
  }

  /** `length` random hexadecimal digits: a node id, a replication id. */
  randomHex(length: number): string {
    let text = ''
    while (text.length < length) text += this.random().toString(16).padStart(8, '0')
    return text.slice(0, length)
  }

  // ---- The node table -----------------------------------------------------------------------------------------

  get myself(): Peer {
    return this.cluster.peers.own
  }

  get isMaster(): boolean {
    return (this.myself.flags & FLAG.master) !== 0
  }

  peer(id: BusId | null): Peer | undefined {
    return id === null ? undefined : this.cluster.peers.get(id)
  }

  /** Replaces parts of the cluster state. The step's first change copies it; later ones write into that copy. */
  change(change: Partial<Cluster>): void {
    Object.assign(this.writableCluster(), change)
  }

  private writableCluster(): Writable<Cluster> {
    if (this.ownCluster !== null && this.cluster === this.ownCluster) return this.ownCluster
    this.ownCluster = copyCluster(this.cluster)
    this.cluster = this.ownCluster
    return this.ownCluster
  }

  /** Counts messages of the bus. */
  count(which: 'sent' | 'received', kind: BusMessage['kind'], count = 1): void {
    const counts = copyCounts(this.cluster[which])
    counts[kind] += count
    this.writableCluster()[which] = counts
  }

  /** Replaces parts of a node table entry; the entry as it is now. */
  changePeer(id: BusId, change: Partial<Peer>): Peer {
    const peer = Object.assign(copyPeer(this.cluster.peers.get(id)!), change)
    this.putPeer(peer)
    return peer
  }

  /** Replaces an entry, or adds one. */
  putPeer(peer: Peer): void {
    const { peers } = this.cluster
    const next = peers.with(peer, this.token)
    if (next !== peers) this.writableCluster().peers = next
  }

  /** Replaces times of a node table entry. */
  changeTimes(id: BusId, times: Partial<PeerTimes>): void {
    const { peers } = this.cluster
    const next = peers.withTimes(id, times, this.token)
    if (next !== peers) this.writableCluster().peers = next
  }

  /** Replaces the time of the last answer of entry number `at`. */
  changePong(at: number, pongReceivedMs: number): void {
    const { peers } = this.cluster
    const next = peers.withPong(at, pongReceivedMs, this.token)
    if (next !== peers) this.writableCluster().peers = next
  }

  /** Replaces parts of the replication state. */
  changeReplication(change: Partial<Replication>): void {
    this.replication = Object.assign(copyReplication(this.replication), change)
  }

  // ---- Effects ------------------------------------------------------------------------------------------------

  send(to: NodeId, message: Message): void {
    this.effects.push({ kind: 'send', to, message })
  }

  note(kind: NoteKind, value: number): void {
    this.effects.push({ kind: 'note', note: { kind, value } })
  }

  /** Sets or resets a timer, in ms of local time from now (to the microsecond). */
  setTimer(timer: 'cron' | 'blocked' | 'busy', afterMs: number): void {
    this.effects.push({ kind: 'set-timer', timer, after: Math.round(Math.max(0, afterMs) * 1000) as Env['now'] })
  }

  clearTimer(timer: 'blocked' | 'busy'): void {
    this.effects.push({ kind: 'clear-timer', timer })
  }

  private heldAnswers(): readonly Held[] {
    if (this.answers === null || this.answers.size === 0) return NOTHING_HELD
    return Array.from(this.answers, ([session, replies]) => ({ session, replies }))
  }

  /**
   * The next state, and what is to be done. The configuration is on disk before anything that was sent leaves; a
   * value that is on disk already costs nothing.
   */
  end(): Transition {
    const durable: Durable = this.todo.saveConfig ? { kind: 'node', cluster: this.cluster } : this.before.durable
    const state: NodeState = {
      kind: 'node',
      config: this.config,
      options: this.options,
      durable,
      cluster: this.cluster,
      db: this.db,
      replication: this.replication,
      sessions: this.sessions,
      pubsub: this.pubsub,
      pause: this.pause,
      busy: this.busy,
      deferred: this.deferred,
      held: this.heldAnswers(),
      blocked: this.blocked,
      wakeMs: this.wakeMs,
      scripts: this.scripts,
      stats: this.stats,
      clients: this.clients,
      outgoing: this.outgoing,
    }
    const isIdle = this.effects.length === 0 && durable === this.before.durable
    return { state, effects: isIdle ? [] : [{ kind: 'persist', durable }, ...this.effects] }
  }
}

// Copies field by field: a spread of so many fields costs twenty times as much, and every packet passes here.

function copyCluster(cluster: Cluster): Writable<Cluster> {
  return {
    myself: cluster.myself,
    peers: cluster.peers,
    currentEpoch: cluster.currentEpoch,
    lastVoteEpoch: cluster.lastVoteEpoch,
    health: cluster.health,
    size: cluster.size,
    owners: cluster.owners,
    unclaimed: cluster.unclaimed,
    migrating: cluster.migrating,
    importing: cluster.importing,
    election: cluster.election,
    manual: cluster.manual,
    blacklist: cluster.blacklist,
    minorityMs: cluster.minorityMs,
    firstEvaluationMs: cluster.firstEvaluationMs,
    sent: cluster.sent,
    received: cluster.received,
    links: cluster.links,
    accepted: cluster.accepted,
    pfailNodes: cluster.pfailNodes,
    quietStructure: cluster.quietStructure,
    crons: cluster.crons,
  }
}

function copyReplication(old: Replication): Writable<Replication> {
  return {
    replid: old.replid,
    offset: old.offset,
    replid2: old.replid2,
    secondOffset: old.secondOffset,
    backlog: old.backlog,
    selected: old.selected,
    replicas: old.replicas,
    upstream: old.upstream,
    connections: old.connections,
    crons: old.crons,
    noReplicasSinceMs: old.noReplicasSinceMs,
    ackRequested: old.ackRequested,
    lineage: old.lineage,
  }
}

function copyPeer(peer: Peer): Writable<Peer> {
  return {
    id: peer.id,
    ip: peer.ip,
    port: peer.port,
    busPort: peer.busPort,
    hostname: peer.hostname,
    flags: peer.flags,
    configEpoch: peer.configEpoch,
    slots: peer.slots,
    master: peer.master,
    failTimeMs: peer.failTimeMs,
    votedTimeMs: peer.votedTimeMs,
    orphanedTimeMs: peer.orphanedTimeMs,
    reports: peer.reports,
    link: peer.link,
    inbound: peer.inbound,
    createdMs: peer.createdMs,
  }
}

function copyCounts(counts: MessageCounts): Writable<MessageCounts> {
  return {
    Ping: counts.Ping,
    Pong: counts.Pong,
    Meet: counts.Meet,
    Fail: counts.Fail,
    Publish: counts.Publish,
    PublishShard: counts.PublishShard,
    AuthRequest: counts.AuthRequest,
    AuthAck: counts.AuthAck,
    Update: counts.Update,
    MfStart: counts.MfStart,
  }
}
