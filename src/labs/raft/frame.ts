/**
 * Raft's record of an actor in the frame (engine/frame.ts). Clients use only `status`. Absent values are -1.
 * The log strip shows a window of the log: `LOG_WINDOW` terms ending at the last index.
 */
export const LOG_WINDOW = 12

export const ACTOR = {
  /** 0 up, 1 paused, 2 down. */
  status: 0,
  /** Position in ROLES (contract.ts). */
  role: 1,
  term: 2,
  commitIndex: 3,
  lastIndex: 4,
  /** First index that is still in the log (after compaction: snapshot index + 1). */
  firstIndex: 5,
  lastApplied: 6,
  /** Virtual time at which the election (or, for a leader, heartbeat) timer fires; -1 when it does not run. */
  timerDueUs: 7,
  /** What the timer was set to: the full ring. */
  timerSpanUs: 8,
  /** Actor number it voted for in its term. */
  votedFor: 9,
  /** Actor number of the leader it follows. */
  leader: 10,
  /** 1 while a durable write is under way. */
  writing: 11,
  /** Last index that is on disk. */
  durableIndex: 12,
  /** Index of the first entry in the window below. */
  windowStart: 13,
  /** LOG_WINDOW terms; -1 beyond the end. */
  window: 14,
  size: 14 + LOG_WINDOW,
} as const
