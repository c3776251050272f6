import type { AppendList } from '../../base/append-list.ts'
import type { Micros, NodeId, RequestId } from '../../base/brand.ts'
import type { Effect as AnyEffect, Input as AnyInput, Transition as AnyTransition } from '../../machine/machine.ts'
import type { ClientConfig, NodeConfig } from './config.ts'
import type { Kv, Outcome } from './kv.ts'
import type { Progress } from './progress.ts'

/**
 * The vocabulary of Raft: what nodes and clients keep, what they say to each other. Message and field names are those
 * of etcd-io/raft. Sections and figures are those of Ongaro and Ousterhout, extended version.
 */

/** A logical clock: each term has at most one leader. Starts at 0, rises by 1. */
export type Term = number
/** A position in the log. The first entry has index 1; 0 stands before it. */
export type Index = number

export interface RaftProtocol {
  readonly config: NodeConfig | ClientConfig
  readonly durable: Durable
  readonly state: RaftState
  readonly message: Message
  readonly timer: Timer
  readonly command: Command
  readonly result: Result
  readonly note: RaftNote
}

export type Input = AnyInput<RaftProtocol>
export type Effect = AnyEffect<RaftProtocol>
export type Transition = AnyTransition<RaftProtocol>

// ---- what a person or a workload may ask

/** One operation on the key-value store. `old: null` in a cas means "the key must not exist". */
export type Operation =
  | { readonly op: 'put'; readonly key: string; readonly value: string }
  | { readonly op: 'get'; readonly key: string }
  | { readonly op: 'append'; readonly key: string; readonly value: string }
  | { readonly op: 'cas'; readonly key: string; readonly old: string | null; readonly value: string }
  | { readonly op: 'delete'; readonly key: string }

/** Nodes take `campaign` (start an election now, etcd's Campaign), clients take operations. */
export type Command = { readonly kind: 'campaign' } | Operation

/** How a command ended, as its caller sees it. */
export type Result =
  | OkResult
  /** The client gave up waiting: the operation may have happened, or may still happen, at most once. */
  | { readonly kind: 'unknown' }
  /** It was never tried and will never happen. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Applied by the state machine at log position `index`. */
export interface OkResult extends Outcome {
  readonly kind: 'ok'
  readonly index: Index
}

// ---- the log

/** A command on its way through the log. `session` and `sequence` make a retry recognizable (dissertation, 6.3). */
export interface Proposal {
  readonly client: NodeId
  readonly request: RequestId
  readonly session: string
  /** Rises by one with each operation of the session, starting at 1. */
  readonly sequence: number
  readonly operation: Operation
}

/** One log entry. Shared by reference between messages, logs and judges. */
export interface Entry {
  readonly term: Term
  readonly index: Index
  /** Null: the empty entry that a new leader appends (5.4.2, 8). */
  readonly proposal: Proposal | null
}

/** The state machine after the entry at `index`; replaces the log up to there (7). Index 0: nothing yet. */
export interface Snapshot {
  readonly index: Index
  readonly term: Term
  readonly data: Kv
}

/** What survives a crash (Figure 2, "persistent state", and the snapshot). The same reference means the same content. */
export interface Durable {
  readonly term: Term
  readonly votedFor: NodeId | null
  /** Positions are indexes: `log.start` is the first index that is kept, at most `snapshot.index + 1`. */
  readonly log: AppendList<Entry>
  readonly snapshot: Snapshot
}

// ---- states

interface NodeCommon {
  readonly config: NodeConfig
  readonly durable: Durable
  /** The highest index known to be committed. */
  readonly commit: Index
  /** The highest index that `kv` contains. */
  readonly applied: Index
  readonly kv: Kv
}

export interface Follower extends NodeCommon {
  readonly kind: 'follower'
  /** The leader of this term, as far as known. */
  readonly leader: NodeId | null
  /** Local time of the last message of `leader`. Without meaning while `leader` is null. */
  readonly heardAt: Micros
}

export type Ballot = 'pending' | 'granted' | 'refused'

/** Asks whether it could win, before it raises its term (dissertation, 9.6). */
export interface PreCandidate extends NodeCommon {
  readonly kind: 'pre-candidate'
  /** By position in `config.peers`. */
  readonly votes: readonly Ballot[]
}

export interface Candidate extends NodeCommon {
  readonly kind: 'candidate'
  /** By position in `config.peers`. Its own vote counts when it is durable, like any other. */
  readonly votes: readonly Ballot[]
}

export interface Leader extends NodeCommon {
  readonly kind: 'leader'
  /** By position in `config.peers`; its own `match` is what its own disk holds. */
  readonly progress: readonly Progress[]
}

export type NodeState = Follower | PreCandidate | Candidate | Leader

export interface Client {
  readonly kind: 'client'
  readonly config: ClientConfig
  /** Unique to this start of the client: a restarted one must not be mistaken for its predecessor. */
  readonly session: string
  /** Sequence number of the newest operation. */
  readonly sequence: number
  /** Position in `config.servers` of the server that it believes to lead. */
  readonly target: number
  readonly open: OpenOperation | null
  /** Operations that wait for the open one, oldest first; at most {@link QUEUE_MAX}. */
  readonly queue: readonly QueuedOperation[]
}

export interface QueuedOperation {
  readonly request: RequestId
  readonly operation: Operation
}

export interface OpenOperation extends QueuedOperation {
  readonly sequence: number
  readonly startedAt: Micros
  /** How often it was sent again after a timeout or a backoff. */
  readonly attempts: number
  /** Redirects followed since the last attempt. */
  readonly redirects: number
}

export type RaftState = NodeState | Client

// ---- messages

/** RequestVote: `index` and `logTerm` describe the last entry of the candidate's log. */
export interface MsgVote {
  readonly kind: 'MsgVote'
  readonly term: Term
  readonly index: Index
  readonly logTerm: Term
}

/** A granted vote carries the term of the request, a refused one the term of the voter. */
export interface MsgVoteResp {
  readonly kind: 'MsgVoteResp'
  readonly term: Term
  readonly reject: boolean
}

/** As {@link MsgVote}, but `term` is the term that the sender would campaign in. */
export interface MsgPreVote {
  readonly kind: 'MsgPreVote'
  readonly term: Term
  readonly index: Index
  readonly logTerm: Term
}

export interface MsgPreVoteResp {
  readonly kind: 'MsgPreVoteResp'
  readonly term: Term
  readonly reject: boolean
}

/** AppendEntries: `index` and `logTerm` describe the entry that precedes `entries`. */
export interface MsgApp {
  readonly kind: 'MsgApp'
  readonly term: Term
  readonly index: Index
  readonly logTerm: Term
  readonly entries: readonly Entry[]
  readonly commit: Index
}

/**
 * Accepted: the logs agree up to `index`, durably. Rejected: `index` is the preceding index that did not match, and
 * (`rejectHint`, `logTerm`) the highest entry at which both logs might agree.
 */
export interface MsgAppResp {
  readonly kind: 'MsgAppResp'
  readonly term: Term
  readonly index: Index
  readonly reject: boolean
  readonly rejectHint: Index
  readonly logTerm: Term
}

/** AppendEntries without entries. `commit` never passes what the follower is known to hold. */
export interface MsgHeartbeat {
  readonly kind: 'MsgHeartbeat'
  readonly term: Term
  readonly commit: Index
}

export interface MsgHeartbeatResp {
  readonly kind: 'MsgHeartbeatResp'
  readonly term: Term
}

/** InstallSnapshot, in one piece. */
export interface MsgSnap {
  readonly kind: 'MsgSnap'
  readonly term: Term
  readonly snapshot: Snapshot
}

/** From a leader to itself, behind a barrier: its disk holds its log up to `index`, whose term is `logTerm`. */
export interface MsgStorageAppendResp {
  readonly kind: 'MsgStorageAppendResp'
  readonly term: Term
  readonly index: Index
  readonly logTerm: Term
}

export interface MsgClientRequest {
  readonly kind: 'MsgClientRequest'
  readonly request: RequestId
  readonly session: string
  readonly sequence: number
  readonly operation: Operation
}

export interface MsgClientReply {
  readonly kind: 'MsgClientReply'
  readonly request: RequestId
  readonly result: ReplyResult
}

export type ReplyResult =
  | OkResult
  /** Not the leader. `leader` is null when it knows none. Nothing happened. */
  | { readonly kind: 'redirect'; readonly leader: NodeId | null }
  /** The leader holds too many uncommitted entries. Nothing happened. */
  | { readonly kind: 'busy' }

/** Messages between nodes; each carries a term (5.1). */
export type PeerMessage =
  | MsgVote
  | MsgVoteResp
  | MsgPreVote
  | MsgPreVoteResp
  | MsgApp
  | MsgAppResp
  | MsgHeartbeat
  | MsgHeartbeatResp
  | MsgSnap
  | MsgStorageAppendResp

export type Message = PeerMessage | MsgClientRequest | MsgClientReply

// ---- timers and notes

/** Nodes: `election`, and as leaders `heartbeat` and `quorum` (CheckQuorum). Clients: `retry`. */
export const TIMERS = ['election', 'heartbeat', 'quorum', 'retry'] as const
export type Timer = (typeof TIMERS)[number]

/** Semantic trace points. The value is the term, except where a comment says otherwise. */
export const NOTE_KINDS = [
  'became-follower',
  'became-pre-candidate',
  'became-candidate',
  'became-leader',
  /** A leader ceased to lead; the value is the term that it led. */
  'stepped-down',
  'vote-granted',
  'vote-refused',
  /** Value: the new commit index. At most once a step. */
  'committed',
  /** Value: the first index that was removed because it conflicts. */
  'truncated',
  /** Value: the preceding index that did not match. */
  'rejected-append',
  /** Value: the last index that the snapshot contains; also for the next two. */
  'snapshot-taken',
  'snapshot-sent',
  'snapshot-installed',
  /** Value: number of the attempt. */
  'client-retried',
  /** Value: sequence number of the operation; also for the next one. */
  'client-redirected',
  'client-gave-up',
] as const
export type NoteKind = (typeof NOTE_KINDS)[number]

export interface RaftNote {
  readonly kind: NoteKind
  readonly value: number
}
