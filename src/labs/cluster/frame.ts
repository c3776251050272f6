/**
 * The cluster lab's record of an actor in the frame (engine/frame.ts): what the node believes of itself, and where it
 * really stands. What others believe of it is slow state (contract.ts). Absent values are -1. Clients use `status`,
 * `role` and `answered`.
 */
export const ACTOR = {
  /** 0 up, 1 paused, 2 down. */
  status: 0,
  /** Position in ROLES (contract.ts). */
  role: 1,
  /** 1: it holds the cluster for up (`cluster_state:ok`); 0: it answers CLUSTERDOWN. */
  clusterOk: 2,
  currentEpoch: 3,
  /** Of a replica: that of its master, as it knows it. */
  configEpoch: 4,
  /** Slots that it claims itself; a replica 0. */
  slots: 5,
  /** Keys in its memory. */
  keys: 6,
  /** Bytes of the replication stream that it has. */
  offset: 7,
  /** Bytes of its master's stream that it lacks; a master 0. */
  lag: 8,
  /** Actor number of the master that it replicates. */
  master: 9,
  /** Position in REPLICATION_LINKS (contract.ts); a master -1. */
  replicationLink: 10,
  /** Virtual time at which its election may start (a replica that has one scheduled). */
  electionDueUs: 11,
  /** Votes that it has; -1 when it asks for none. */
  votes: 12,
  /** Position in BUSY (contract.ts). */
  busy: 13,
  /** Slots that it is migrating away and importing. */
  migrating: 14,
  importing: 15,
  /** Commands that it has processed; a client: operations that were answered. */
  answered: 16,
  /** MOVED and ASK that it has answered; a client: that it was told. */
  redirected: 17,
  size: 18,
} as const
