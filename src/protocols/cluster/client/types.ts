import type { AppendList } from '../../../base/append-list.ts'
import type { NodeId, RequestId } from '../../../base/brand.ts'
import type { PersistentMap } from '../../../base/persistent-map.ts'
import type { Bytes } from '../bytes.ts'
import type { Reply } from '../reply.ts'
import type { SlotRange } from '../slot-set.ts'
import type { SlotTable } from '../slot-table.ts'

/**
 * A client of the cluster. `smart` keeps a map of slots (CLUSTER SLOTS) and refreshes it when redirected; `naive` asks
 * whom it was told to ask, and follows each redirection anew; `terminal` is redis-cli: the node is given, redirections
 * are shown, and followed with `-c`.
 */
export interface ClientConfig {
  readonly kind: 'client'
  readonly self: NodeId
  readonly style: 'smart' | 'naive' | 'terminal'
  /** Nodes that it knows from its configuration, by name of their actors. */
  readonly seeds: readonly NodeId[]
  /** Which actor listens at `ip:port`. */
  readonly directory: ReadonlyMap<string, NodeId>
  /** An answer that takes longer is a timeout: the connection is given up and the operation tried elsewhere. */
  readonly requestTimeoutMs: number
  readonly epochMs: number
  /** Follows at most so many redirections and retries (`maxRedirections`, 16 in ioredis). */
  readonly attemptsMax: number
  /** WAIT after each write: number of replicas and timeout; 0 replicas: none. */
  readonly wait: { readonly replicas: number; readonly timeoutMs: number }
  /** Reads go to replicas (READONLY). */
  readonly readReplicas: boolean
  /** Of a terminal: whatever is typed follows redirections (redis-cli -c). */
  readonly follow?: boolean
}

export const CLIENT_TIMERS = ['request', 'retry'] as const
export type ClientTimer = (typeof CLIENT_TIMERS)[number]

/** One command for the cluster. */
export interface Operation {
  readonly args: readonly Bytes[]
}

/**
 * What a client is asked to do: a batch of operations, pipelined to the nodes that own their keys; or one command typed
 * at the prompt of a node.
 */
export type ClientCommand =
  | { readonly kind: 'batch'; readonly operations: readonly Operation[] }
  | { readonly kind: 'typed'; readonly node: NodeId; readonly args: readonly Bytes[]; readonly follow: boolean }
  /** Work of many commands, or its end; only the administrator's client (admin.ts) understands it, others ignore it. */
  | { readonly kind: 'job'; readonly job: JobOrder }

/** What `redis-cli --cluster` does. `reshard`: a number of slots (the first ones of the source), or these. */
export type JobOrder =
  | {
      readonly kind: 'reshard'
      readonly from: NodeId
      readonly to: NodeId
      readonly slots: number | readonly SlotRange[]
    }
  | { readonly kind: 'stop' }

/** How it ended: one outcome for each operation, in order. */
export interface ClientResult {
  readonly outcomes: readonly Outcome[]
}

export interface Outcome {
  /** Null: no answer came; the outcome is unknown. */
  readonly reply: Reply | null
  /** Who answered in the end. */
  readonly node: NodeId | null
  /** `MOVED 12182 127.0.0.1:7003`, `ASK …`, in order. */
  readonly redirections: readonly string[]
  /** What WAIT said after the write; null: none was sent. */
  readonly replicas: number | null
  /** When the answer came, Unix ms of the client's clock; when the first try was sent. */
  readonly sentMs: number
  readonly endMs: number
}

/** Nothing of a client survives a crash. */
export type ClientDurable = { readonly kind: 'client' }

/** An operation under way. */
export interface Pending {
  readonly request: RequestId
  /** Position in its batch. */
  readonly at: number
  readonly operation: Operation
  /** Typed commands go where they were typed, and are never tried again; redirections are followed if `follow`. */
  readonly typed: { readonly follow: boolean } | null
  /** Slot of its first key; null: it has none. */
  readonly slot: number | null
  /** WAIT counts for it. */
  readonly isWrite: boolean
  /** A replica may answer it. */
  readonly isRead: boolean
  readonly target: NodeId
  readonly asking: boolean
  /** Number of tries so far, redirections included. */
  readonly attempts: number
  readonly redirections: readonly string[]
  /** 0: not sent yet. */
  readonly firstSentMs: number
}

/** One connection to a node: what was sent and is not answered, in order. */
export interface Connection {
  readonly number: number
  readonly node: NodeId
  readonly sent: readonly Expected[]
  /** Writes that were answered, and whose WAIT was not. */
  readonly unconfirmed: readonly Answered[]
}

/** A write with its answer. */
export interface Answered {
  readonly pending: Pending
  readonly reply: Reply
  readonly endMs: number
}

/** What the next answer on a connection belongs to. */
export type Expected =
  | { readonly kind: 'operation'; readonly pending: Pending; readonly sentMs: number }
  /** The WAIT behind the writes of one request. */
  | { readonly kind: 'wait'; readonly sentMs: number }
  | { readonly kind: 'control'; readonly what: 'asking' | 'readonly' | 'slots'; readonly sentMs: number }

/** Counters that people compare: what a naive client costs. */
export interface ClientStats {
  readonly calls: number
  readonly answered: number
  readonly moved: number
  readonly ask: number
  readonly tryAgain: number
  readonly down: number
  readonly refreshes: number
  readonly timeouts: number
}

export interface ClientState {
  readonly kind: 'client'
  readonly config: ClientConfig
  /** Who owns each slot, as this client believes: master first, then replicas. */
  readonly map: SlotTable<readonly NodeId[]>
  readonly mapKnown: boolean
  readonly refreshing: boolean
  /** Every node that it has heard of: its seeds, then those of the map. */
  readonly known: readonly NodeId[]
  /** Operations that wait for the first map. */
  readonly held: AppendList<Pending>
  readonly connections: ReadonlyMap<NodeId, Connection>
  /** Operations that wait before they are tried again: the next one first. */
  readonly retries: AppendList<Retry>
  /** Answers of batches that are not complete. */
  readonly open: PersistentMap<OpenBatch>
  /** Number of the newest connection. */
  readonly opened: number
  readonly stats: ClientStats
  /** When the timers go off, Unix ms; 0: they do not run. */
  readonly requestTimerMs: number
  readonly retryTimerMs: number
  /** Out-of-band messages that came (subscriptions), the newest last; the oldest are dropped. */
  readonly pushes: readonly Pushed[]
}

/** An operation that is tried again at `atMs`, elsewhere than at the node that failed, if one did. */
export interface Retry {
  readonly pending: Pending
  readonly avoid: NodeId | null
  readonly atMs: number
}

/** A batch whose operations are not all done. */
interface OpenBatch {
  readonly outcomes: readonly (Outcome | null)[]
  readonly missing: number
}

/** A message of a subscription. */
export interface Pushed {
  readonly node: NodeId
  readonly reply: Reply
  readonly atMs: number
}
