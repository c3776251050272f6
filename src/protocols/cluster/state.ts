import type { AppendList } from '../../base/append-list.ts'
import type { NodeId } from '../../base/brand.ts'
import type { PersistentMap } from '../../base/persistent-map.ts'
import type * as machine from '../../machine/machine.ts'
import type { Bytes } from './bytes.ts'
import type {
  ClientCommand,
  ClientConfig,
  ClientDurable,
  ClientResult,
  ClientState,
  ClientTimer,
} from './client/types.ts'
import type { Entry, Keyspace } from './keyspace.ts'
import type { BusMessage, ClusterHealth, Message, StreamEntry } from './messages.ts'
import type { NoteKind } from './notes.ts'
import type { Options } from './options.ts'
import type { Address, BusId, PeerTable } from './peers.ts'
import type { Reply } from './reply.ts'
import type { SlotRange, SlotSet } from './slot-set.ts'
import type { SlotTable } from './slot-table.ts'

/** Types of the machine: configurations, states, what is durable. Immutable values throughout. */
export interface ClusterProtocol extends machine.Protocol {
  readonly config: NodeConfig | ClientConfig
  readonly durable: Durable | ClientDurable
  readonly state: NodeState | ClientState
  readonly message: Message
  readonly timer: NodeTimer | ClientTimer
  readonly command: ClientCommand
  readonly result: ClientResult
  readonly note: { readonly kind: NoteKind; readonly value: number }
}

export type Effect = machine.Effect<ClusterProtocol>
export type Input = machine.Input<ClusterProtocol>
export type Transition = machine.Transition<ClusterProtocol>

/** `cron` every 100 ms; `blocked` at the next timeout of a blocked client or a pause; `busy` ends a DEBUG SLEEP or a MIGRATE. */
export const NODE_TIMERS = ['cron', 'blocked', 'busy'] as const
export type NodeTimer = (typeof NODE_TIMERS)[number]

/** Mistakes that can be built in on purpose, for the judges to catch. */
export const PLANTED_FAULTS = [
  'none',
  'vote-twice',
  'no-majority',
  'update-ignored',
  'collision-unresolved',
  'moved-for-ask',
  'wait-unacknowledged',
  'no-vote',
] as const
export type PlantedFault = (typeof PLANTED_FAULTS)[number]

/** One node before its first start. */
export interface NodeConfig extends Address {
  readonly kind: 'node'
  /** The name of the actor: `M1`. */
  readonly self: NodeId
  readonly id: BusId
  readonly options: Options
  /** Which actor listens at `ip:port` (see addressKey). An address that is not here refuses connections. */
  readonly directory: ReadonlyMap<string, NodeId>
  /** Unix time in ms at local time 0. */
  readonly epochMs: number
  /** The nodes.conf of a cluster that stood before; null: the node is alone. */
  readonly initial: InitialCluster | null
  readonly fault: PlantedFault
}

/** A cluster as its nodes.conf tells it. */
export interface InitialCluster {
  readonly currentEpoch: number
  /** It has been up for long: nobody hesitates to serve. Absent: its processes have just been started. */
  readonly stands?: true
  readonly nodes: readonly InitialNode[]
}

export interface InitialNode extends Address {
  readonly id: BusId
  /** Null for a master. */
  readonly master: BusId | null
  readonly configEpoch: number
  readonly slots: readonly SlotRange[]
}

/** What nodes.conf holds: the cluster as it was when it was last saved. Compared by identity. */
export interface Durable {
  readonly kind: 'node'
  readonly cluster: Cluster
}

/** What one node knows and believes of the cluster (clusterState). */
export interface Cluster {
  readonly myself: BusId
  readonly peers: PeerTable
  readonly currentEpoch: number
  readonly lastVoteEpoch: number
  readonly health: ClusterHealth
  /** Masters that own at least one slot, failing ones included. */
  readonly size: number
  /** Who owns each slot, as far as this node knows. */
  readonly owners: SlotTable<BusId | null>
  /** Slots whose owner stopped claiming them (7.0). */
  readonly unclaimed: SlotSet
  /** MIGRATING: slot to target. */
  readonly migrating: ReadonlyMap<number, BusId>
  /** IMPORTING: slot to source. */
  readonly importing: ReadonlyMap<number, BusId>
  readonly election: Election
  readonly manual: ManualFailover
  /** Forgotten nodes: until when gossip may not bring them back. */
  readonly blacklist: ReadonlyMap<BusId, number>
  /** When the state was last found to be a minority; 0 never. */
  readonly minorityMs: number
  /** First evaluation of the state after the start; 0 before. */
  readonly firstEvaluationMs: number
  readonly sent: MessageCounts
  readonly received: MessageCounts
  /** Number of the newest link. */
  readonly links: number
  /** Connections of the bus that others opened to this node: by their actors, the opener's numbers. */
  readonly accepted: ReadonlyMap<NodeId, readonly number[]>
  /** Nodes that were PFAIL when the last cron began: so many of them are added to each gossip section. */
  readonly pfailNodes: number
  /** The structure of the table (PeerTable) at which a cron found every node connected, well and with replicas. */
  readonly quietStructure: number
  /** Number of cron runs: every tenth pings a random node. */
  readonly crons: number
}

/** Bus messages by kind. */
export type MessageCounts = Readonly<Record<BusMessage['kind'], number>>

/** A replica's try to become master (cluster.h, failover_auth_*). Times 0: none. */
export interface Election {
  readonly timeMs: number
  readonly votes: number
  readonly sent: boolean
  readonly rank: number
  readonly epoch: number
  /** Why it does not start or does not end (cant_failover_reason): logged when it changes. */
  readonly obstacle: 'none' | 'data-age' | 'waiting-delay' | 'expired' | 'waiting-votes'
}

/** CLUSTER FAILOVER (mf_*). `endMs` 0: none is under way. */
export interface ManualFailover {
  readonly endMs: number
  /** On the master: the replica that asked. */
  readonly replica: BusId | null
  /** On the replica: the offset of its paused master; -1 until known. */
  readonly masterOffset: number
  readonly canStart: boolean
}

/** A connection of a client, as its node sees it. */
export interface Session {
  /** The actor at the other end: a session's key. One connection for each actor and node. */
  readonly peer: NodeId
  readonly connection: number
  /** CLIENT ID. */
  readonly id: number
  readonly resp: 2 | 3
  readonly name: Bytes
  readonly library: { readonly name: Bytes; readonly version: Bytes }
  readonly readonly: boolean
  readonly asking: boolean
  readonly replyMode: 'on' | 'off' | 'skip'
  readonly multi: Multi | null
  readonly watched: readonly Watched[]
  /** In order of subscription. */
  readonly channels: readonly Bytes[]
  readonly patterns: readonly Bytes[]
  readonly shardChannels: readonly Bytes[]
  readonly blocked: Blocked | null
  /** Commands behind a blocked one. */
  readonly waiting: readonly (readonly Bytes[])[]
  /** Replication offset behind its last write, for WAIT. */
  readonly writeOffset: number
  readonly createdMs: number
  /** When it last did something, in whole seconds as the server knows it. */
  readonly activeMs: number
  /** `client|list`; empty before the first. */
  readonly lastCommand: string
}

/** A transaction being queued. `failed`: EXEC will say EXECABORT. */
export interface Multi {
  readonly queue: readonly (readonly Bytes[])[]
  readonly failed: boolean
}

/** A key as it was when it was watched: any write gives it another entry. */
export interface Watched {
  readonly key: Bytes
  readonly entry: Entry | undefined
}

/** Why a client waits. `untilMs` null: forever. */
export type Blocked =
  /** BLPOP and its like: the command is tried again when one of the keys changes. */
  | {
      readonly kind: 'keys'
      readonly args: readonly Bytes[]
      readonly keys: readonly Bytes[]
      readonly untilMs: number | null
    }
  | { readonly kind: 'wait'; readonly replicas: number; readonly offset: number; readonly untilMs: number | null }
  /** A write during CLIENT PAUSE or a manual failover: the command is tried again afterwards. */
  | { readonly kind: 'pause'; readonly args: readonly Bytes[]; readonly untilMs: null }

/** Channels to the actors that listen, in order of their subscription. */
export interface PubSub {
  readonly channels: PersistentMap<readonly NodeId[]>
  readonly patterns: readonly { readonly pattern: Bytes; readonly session: NodeId }[]
  readonly shardChannels: PersistentMap<readonly NodeId[]>
}

/** Both sides of replication (server.h). */
export interface Replication {
  readonly replid: string
  /** Bytes of the stream so far (master_repl_offset). */
  readonly offset: number
  /** The id before the last promotion, valid up to and with `secondOffset`; all zeros and -1: none. */
  readonly replid2: string
  readonly secondOffset: number
  readonly backlog: Backlog | null
  /** The stream has selected database 0 since the last new replica. */
  readonly selected: boolean
  /** Attached replicas, in order of their coming. */
  readonly replicas: readonly Replica[]
  /** My connection to my master; null on a master. */
  readonly upstream: Upstream | null
  /** Number of the newest connection to a master. */
  readonly connections: number
  /** Runs of replicationCron: every repl-ping-replica-period-th feeds a PING. */
  readonly crons: number
  /** Since when no replica is attached: the backlog of such a master is freed in the end. */
  readonly noReplicasSinceMs: number
  /** A WAIT asked for acknowledgements: the stream gets one REPLCONF GETACK at the end of the step. */
  readonly ackRequested: boolean
  readonly lineage: Lineage
}

/**
 * A ghost for the ledger: the replication ids under which this data was written before the present one, oldest first,
 * each up to and with offset `end`. A write (replid, offset) is in the data when it is covered here or by the present id.
 */
export type Lineage = readonly { readonly replid: string; readonly end: number }[]

export interface Backlog {
  /** Offset of its first byte, minus one: the stream can continue from here. */
  readonly start: number
  readonly entries: AppendList<StreamEntry>
}

/** A replica as its master sees it. */
export interface Replica {
  readonly actor: NodeId
  readonly connection: number
  readonly id: BusId
  readonly ip: string
  readonly port: number
  /** Waits for a snapshot to be made (`wait_bgsave`), loads it (`send_bulk`), or follows the stream. */
  readonly state: 'wait' | 'transfer' | 'online'
  /** When the snapshot may be made (repl-diskless-sync-delay). */
  readonly readyMs: number
  readonly sentOffset: number
  /** 0 until its first REPLCONF ACK. */
  readonly ackOffset: number
  readonly ackMs: number
  /** What had been sent at `checkedMs`, and must have been acknowledged a second later: else it is sent again. */
  readonly checkedOffset: number
  readonly checkedMs: number
}

/** A master as its replica sees it. */
export interface Upstream {
  readonly ip: string
  readonly port: number
  readonly connection: number
  /** `connect`: tries at the next cron. `connecting`: PSYNC is sent, and not answered (ROLE: `handshake`). */
  readonly state: 'connect' | 'connecting' | 'connected'
  /** Last byte from the master. */
  readonly lastIoMs: number
  /** When the link went down; 0 while it is up, and before the first time. */
  readonly downSinceMs: number
}

/** Why a server does nothing else now; what comes in meanwhile waits. */
export type Busy =
  | { readonly kind: 'sleep' }
  /** MIGRATE is synchronous: the whole server waits for the target. */
  | {
      readonly kind: 'migrate'
      readonly session: NodeId
      readonly target: NodeId
      readonly connection: number
      /** Keys that were sent, in order. */
      readonly keys: readonly Bytes[]
      readonly copy: boolean
      readonly timeoutMs: number
      /** Replies to AUTH and SELECT that are still to come, before those for the keys. */
      readonly controls: number
      /** Replies for keys that came so far. */
      readonly replies: number
      /** Keys that the target acknowledged. */
      readonly moved: readonly Bytes[]
      /** The first error of the target, without its dash. */
      readonly error: string | null
      /** It was one of AUTH or SELECT: no key counts as moved. */
      readonly isRefused: boolean
    }

/** Answers to one session. */
export interface Held {
  readonly session: NodeId
  readonly replies: readonly Reply[]
}

/** Counters of INFO stats and the like. */
export interface Stats {
  readonly startMs: number
  readonly commands: number
  readonly connections: number
  readonly rejected: number
  readonly fullSyncs: number
  readonly partialOk: number
  readonly partialErr: number
  readonly expired: number
  readonly hits: number
  readonly misses: number
  /** MOVED, ASK and other error replies by code. */
  readonly errors: Readonly<Record<string, number>>
}

export interface NodeState {
  readonly kind: 'node'
  readonly config: NodeConfig
  readonly options: Options
  readonly durable: Durable
  readonly cluster: Cluster
  readonly db: Keyspace
  readonly replication: Replication
  readonly sessions: PersistentMap<Session>
  readonly pubsub: PubSub
  /** Writes (or everything) of clients wait until then: CLIENT PAUSE and manual failover. 0: no. */
  readonly pause: { readonly untilMs: number; readonly all: boolean }
  readonly busy: Busy | null
  /** What came in while the server was busy. */
  readonly deferred: readonly Input[]
  /** Answers that cannot leave while the server is busy. */
  readonly held: readonly Held[]
  /** Sessions that are blocked, the longest first. */
  readonly blocked: readonly NodeId[]
  /** When the timer `blocked` goes off; 0: it does not run. */
  readonly wakeMs: number
  /** Scripts that were run or loaded, by their SHA-1. */
  readonly scripts: PersistentMap<Bytes>
  readonly stats: Stats
  /** Number of the newest client (CLIENT ID). */
  readonly clients: number
  /** Number of the newest outgoing client connection (MIGRATE). */
  readonly outgoing: number
}
