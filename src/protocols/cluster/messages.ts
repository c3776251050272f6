import type { Bytes } from './bytes.ts'
import type { Keyspace } from './keyspace.ts'
import type { Address, BusId } from './peers.ts'
import type { Reply } from './reply.ts'
import type { SlotSet } from './slot-set.ts'
import type { Lineage } from './state.ts'

/**
 * Everything that travels: the cluster bus (cluster.h, clusterMsg), replication, and clients. Connections are TCP: each
 * has a number that its opener chose, what arrives under an old number is stale, and `Closed` is what the operating
 * system says when a connection is refused, reset or ended (also for a process that died).
 */
export type Message = BusMessage | LinkMessage | ReplicationMessage | ClientMessage

/** On which of the two connections of a pair a bus message travels. */
export interface Channel {
  readonly link: number
  /** True: on the connection that the sender opened. */
  readonly byOpener: boolean
}

/** The header of every bus message: what the sender says about itself. */
export interface Header {
  readonly channel: Channel
  readonly sender: BusId
  readonly ip: string
  readonly port: number
  readonly busPort: number
  readonly hostname: string
  readonly currentEpoch: number
  /** A replica sends its master's. */
  readonly configEpoch: number
  readonly offset: number
  /** A replica sends its master's. */
  readonly slots: SlotSet
  readonly master: BusId | null
  readonly flags: number
  readonly state: ClusterHealth
  /** CLUSTERMSG_FLAG0_PAUSED: the sender paused its clients for a manual failover. */
  readonly paused: boolean
  /** CLUSTERMSG_FLAG0_FORCEACK: vote although the master is not failing. */
  readonly forceAck: boolean
}

export type ClusterHealth = 'ok' | 'fail'

/** What the sender believes of a third node. */
export interface GossipEntry {
  readonly id: BusId
  readonly flags: number
  readonly address: Address
  /** Unix time in seconds; 0: no ping is outstanding. */
  readonly pingSentS: number
  /** Unix time in seconds. */
  readonly pongReceivedS: number
}

export type BusMessage =
  | { readonly kind: 'Ping' | 'Pong' | 'Meet'; readonly header: Header; readonly gossip: readonly GossipEntry[] }
  | { readonly kind: 'Fail'; readonly header: Header; readonly target: BusId }
  | {
      readonly kind: 'Publish' | 'PublishShard'
      readonly header: Header
      readonly channelName: Bytes
      readonly payload: Bytes
    }
  | { readonly kind: 'AuthRequest' | 'AuthAck' | 'MfStart'; readonly header: Header }
  | {
      readonly kind: 'Update'
      readonly header: Header
      readonly node: BusId
      readonly configEpoch: number
      readonly slots: SlotSet
    }

/** Opening and ending of connections of all three kinds. */
export type LinkMessage =
  | { readonly kind: 'Connect'; readonly link: number }
  | { readonly kind: 'Connected'; readonly link: number }
  | {
      readonly kind: 'Closed'
      readonly of: 'bus' | 'replication' | 'client'
      readonly number: number
      /** True: the connection was opened by the one who sends this. */
      readonly byOpener: boolean
    }

/** One command of the replication stream with the offset behind it. */
export interface StreamEntry {
  readonly args: readonly Bytes[]
  /** Replication offset after this command: bytes of RESP. */
  readonly end: number
}

export type ReplicationMessage =
  /** PSYNC: `offset` is the first byte wanted (own offset + 1); replid `?` with -1 asks for everything. */
  | {
      readonly kind: 'Psync'
      readonly connection: number
      readonly id: BusId
      readonly port: number
      readonly replid: string
      readonly offset: number
    }
  /** +FULLRESYNC and the snapshot. */
  | {
      readonly kind: 'FullResync'
      readonly connection: number
      readonly replid: string
      readonly offset: number
      readonly db: Keyspace
      readonly lineage: Lineage
    }
  /** +CONTINUE: the stream goes on behind byte `offset`. */
  | {
      readonly kind: 'Continue'
      readonly connection: number
      readonly replid: string
      readonly offset: number
      readonly lineage: Lineage
    }
  /** Commands behind byte `from`. Without entries: the line feed that keeps a waiting replica from timing out. */
  | {
      readonly kind: 'Stream'
      readonly connection: number
      readonly from: number
      readonly entries: readonly StreamEntry[]
    }
  /** REPLCONF ACK. */
  | { readonly kind: 'Ack'; readonly connection: number; readonly offset: number }

export type ClientMessage =
  /** Commands that arrived together on one connection. The first one on a connection opens it. */
  | { readonly kind: 'Request'; readonly connection: number; readonly commands: readonly (readonly Bytes[])[] }
  /** Answers in the order of the commands; pushes between them. All are to be encoded in RESP version `resp`. */
  | {
      readonly kind: 'Replies'
      readonly connection: number
      readonly resp: 2 | 3
      readonly replies: readonly Reply[]
    }
