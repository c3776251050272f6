import type { NodeId } from '../../base/brand.ts'
import type { Range } from '../../base/units.ts'
import type { Term } from './types.ts'

/**
 * A mistake planted on purpose, each seen in the wild; at most one at a time. It is switched at the very place where
 * the real rule stands, and a judge catches it (invariants.ts).
 */
export const PLANTED_FAULTS = [
  'none',
  /** The vote does not survive a crash: one node may vote twice in a term (5.2). */
  'forget-vote',
  /** Votes are granted without comparing logs (5.4.1). */
  'vote-without-log-check',
  /** Entries of older terms are committed by counting replicas, and leaders append no empty entry (5.4.2, Figure 8). */
  'commit-older-term',
  /** A follower cuts its log at every append, also when nothing conflicts (5.3, Figure 2). */
  'truncate-always',
  /** A leader counts itself before its own disk holds the entry (dissertation, 10.2.1). */
  'count-before-durable',
  /** A delayed message may lower the commit index (raft.tla #19). */
  'commit-index-falls',
] as const
export type PlantedFault = (typeof PLANTED_FAULTS)[number]

export interface NodeConfig {
  readonly kind: 'node'
  readonly self: NodeId
  /** All voters, this node included, in the same order on every node. Learners and joint groups will stand here. */
  readonly peers: readonly NodeId[]
  /** Drawn anew for each wait, in microseconds, both ends included. `low` is also the lease of a leader. */
  readonly electionTimeout: Range
  /** Microseconds between two heartbeats of a leader; must be well below `electionTimeout.low`. */
  readonly heartbeat: number
  /** Ask before raising the term (dissertation, 9.6). */
  readonly preVote: boolean
  /** A leader without a quorum steps down; votes are refused while a leader is heard (dissertation, 4.2.3 and 6.2). */
  readonly checkQuorum: boolean
  /** Entries applied since the last snapshot before the next is taken. 0: never. */
  readonly snapshotThreshold: number
  /** Applied entries that stay in the log behind a snapshot, for followers that lag a little. */
  readonly snapshotKeep: number
  readonly maxEntriesPerAppend: number
  /** Appends with entries on their way to one follower. */
  readonly maxInflight: number
  /** Entries that a leader holds without knowing them committed; beyond it, it answers `busy`. */
  readonly maxUncommitted: number
  readonly fault: PlantedFault
  /** The terms of a log that the node already has at its first start (Figures 7 and 8); index 1 first. */
  readonly initialLog: readonly Term[]
  /** The term at the first start; at least the last one of `initialLog`. */
  readonly initialTerm: Term
}

export interface ClientConfig {
  readonly kind: 'client'
  readonly self: NodeId
  readonly servers: readonly NodeId[]
  /** Microseconds until a request counts as lost and goes to the next server; doubles with each attempt. */
  readonly requestTimeout: number
  /** Pause after "no leader known" or "busy", in microseconds: `low` doubles with each attempt, up to `high`. */
  readonly backoff: Range
  /** Microseconds after the first request until the outcome counts as unknown. */
  readonly giveUpAfter: number
}

/** Operations that may wait in a client; one more is refused. */
export const QUEUE_MAX = 64

/** Redirects that a client follows at once; then it waits for its timer. */
export const REDIRECTS_MAX = 4

export function defaultNodeConfig(self: NodeId, peers: readonly NodeId[]): NodeConfig {
  return {
    kind: 'node',
    self,
    peers,
    electionTimeout: { low: 150_000, high: 300_000 },
    heartbeat: 50_000,
    preVote: true,
    checkQuorum: true,
    snapshotThreshold: 1_000,
    snapshotKeep: 100,
    maxEntriesPerAppend: 64,
    maxInflight: 32,
    maxUncommitted: 1_024,
    fault: 'none',
    initialLog: [],
    initialTerm: 0,
  }
}

export function defaultClientConfig(self: NodeId, servers: readonly NodeId[]): ClientConfig {
  return {
    kind: 'client',
    self,
    servers,
    requestTimeout: 400_000,
    backoff: { low: 50_000, high: 1_000_000 },
    giveUpAfter: 10_000_000,
  }
}
