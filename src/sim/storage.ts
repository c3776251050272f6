import type { Range } from '../base/units.ts'
import type { Effect, Protocol } from '../machine/machine.ts'

/** What a crash does to the disk: loses the write under way, tears it, or also loses the last acknowledged one. */
export type OnCrash = 'keep' | 'torn' | 'lost'

/** How an actor's disk behaves. */
export interface DiskCondition {
  /** Time of one durable write in microseconds, uniform between both ends. 0..0 writes at once. */
  readonly latencyUs: Range
  /** Writes begin but do not end. */
  readonly stalled: boolean
  readonly onCrash: OnCrash
}

/**
 * A write under way and the one that waits behind it. Writes of the same moment go together (group commit): the next
 * write carries the newest value, and all barriers that wait for it pass at once.
 */
export interface DiskJob<P extends Protocol> {
  readonly value: P['durable']
  readonly tails: readonly (readonly Effect<P>[])[]
  readonly next: { readonly value: P['durable']; readonly tails: readonly (readonly Effect<P>[])[] } | null
  /** Number of the event that ends it; another one is left over from before a crash or a stall. Null: stalled. */
  readonly completion: number | null
}

/** The job after a barrier for `value` with `tail` behind it was met while `job` is under way. */
export function enqueue<P extends Protocol>(
  job: DiskJob<P>,
  value: P['durable'],
  tail: readonly Effect<P>[],
): DiskJob<P> {
  if (job.next === null && job.value === value) return { ...job, tails: [...job.tails, tail] }
  return { ...job, next: { value, tails: [...(job.next?.tails ?? []), tail] } }
}
