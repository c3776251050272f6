/**
 * What a buffer does when it is full, and whom it serves next: shared by the buffer of a pipeline and by the kernel.
 */
export type Overflow =
  /** The producer keeps the item and waits: backpressure. Akka Streams `backpressure`, a full socket. */
  | { readonly kind: 'block' }
  /** The arriving item is dropped: tail drop. Akka `dropNew`, Reactor `DROP_LATEST`, RxJava `DROP`. */
  | { readonly kind: 'drop-newest' }
  /** The youngest that waits makes room for the arriving one. This is what Akka calls `dropTail`. */
  | { readonly kind: 'drop-youngest' }
  /** The oldest that waits makes room. Akka `dropHead`, Reactor `DROP_OLDEST`. */
  | { readonly kind: 'drop-oldest' }
  /** All that wait make room. Akka `dropBuffer`. */
  | { readonly kind: 'drop-buffer' }
  /** The buffer breaks: what waits is lost, and so is all that comes. Akka `fail`, Reactor and RxJava `ERROR`. */
  | { readonly kind: 'fail' }
  /** Only the latest (of each lane) ever waits. RxJava `LATEST`, a conflating subscription. */
  | { readonly kind: 'conflate' }
  /** Only the latest waits, and it may leave once a period. RxJS `sampleTime`. */
  | { readonly kind: 'sample'; readonly periodUs: number }

/** Whom to serve next. Lanes are queues of their own: one a priority, or one a flow. */
export type Discipline =
  | { readonly kind: 'fifo' }
  | { readonly kind: 'lifo' }
  /** First in first out until the queue has not been empty for `intervalUs`; last in first out from then on. */
  | { readonly kind: 'adaptive-lifo'; readonly intervalUs: number }
  /** The most urgent that waits; a service once begun is finished. Priorities from `levels` on share the last lane. */
  | { readonly kind: 'priority'; readonly levels: number }
  /** Deficit round robin over classes modulo `lanes`. */
  | { readonly kind: 'fair'; readonly lanes: number; readonly quantumBytes: number }

/** Lanes of a buffer: a step copies as many references. */
const LANES_MAX = 64
/** The quantum of fair queueing may not be so small that a turn of the ring serves nobody for long. */
const QUANTUM_MIN_BYTES = 64
/** Facebook: Maurer, "Fail at Scale", ACM Queue 13(8), 2015: N = 100 ms; the Linux quantum is one Ethernet frame. */
export const DISCIPLINE_DEFAULTS = Object.freeze({
  adaptiveIntervalUs: 100_000,
  priorityLevels: 3,
  fairLanes: 16,
  quantumBytes: 1_514,
})

/** The number of queues that a discipline keeps. */
export function laneCount(discipline: Discipline): number {
  if (discipline.kind === 'priority') return discipline.levels
  return discipline.kind === 'fair' ? discipline.lanes : 1
}

/** The lane of an item of this class and priority. */
export function laneOf(discipline: Discipline, classOf: number, priority: number): number {
  if (discipline.kind === 'priority') return Math.min(priority, discipline.levels - 1)
  return discipline.kind === 'fair' ? classOf % discipline.lanes : 0
}

/** Why a discipline cannot be, or null. */
export function disciplineProblem(discipline: Discipline): string | null {
  const lanes = laneCount(discipline)
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > LANES_MAX)
    return `lanes must be an integer from 1 to ${LANES_MAX}`
  if (discipline.kind === 'fair' && !(discipline.quantumBytes >= QUANTUM_MIN_BYTES)) {
    return `the quantum must be at least ${QUANTUM_MIN_BYTES} bytes`
  }
  return discipline.kind === 'adaptive-lifo' && !(discipline.intervalUs > 0) ? 'the interval must be above 0' : null
}
