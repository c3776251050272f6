/**
 * A part's record in the frame (engine/frame.ts). Absent values are -1. What waits is shown item by item up to
 * `ITEMS_MAX`, in the order of service; the rest is a level.
 */
export const ITEMS_MAX = 40
export const JOBS_MAX = 24
/** An item: when it was born (µs), and `class + 64 * (attempt > 0)`. */
export const ITEM_STRIDE = 2
/** A job: when it began, when it ends (µs), class as above; it is blocked when it ended and is still there. */
export const JOB_STRIDE = 3

export const ACTOR = {
  /** 0 up, 1 paused, 2 down: as in every lab. */
  status: 0,
  /** Position in PART_KINDS and CONDITIONS (contract.ts). */
  kind: 1,
  condition: 2,
  /** Places in the buffer (-1: only memory bounds it), and how many are taken. A source: its backlog. */
  capacity: 3,
  waiting: 4,
  servers: 5,
  busy: 6,
  blocked: 7,
  /** Counters since the part began; the picture shows their changes. */
  arrived: 8,
  departed: 9,
  dropped: 10,
  /** Sources: requests that succeeded, failed; retries sent; late answers. */
  succeeded: 11,
  failed: 12,
  retried: 13,
  late: 14,
  /** Sources: open requests and attempts in flight. Senders: segments in flight. */
  open: 15,
  inFlight: 16,
  /** A limit, a window (segments) or a credit. */
  window: 17,
  /** Breaker: 0 none, 1 closed, 2 open, 3 half-open. */
  breaker: 18,
  /** How many items and jobs follow. */
  items: 19,
  jobs: 20,
  item: 21,
  job: 21 + ITEMS_MAX * ITEM_STRIDE,
  size: 21 + ITEMS_MAX * ITEM_STRIDE + JOBS_MAX * JOB_STRIDE,
} as const
