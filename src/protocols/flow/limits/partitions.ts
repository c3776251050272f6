import { assert } from '../../../base/assert.ts'
import type { Step } from '../step.ts'

/** Shares of one limit, in per-mille; together at most 1000. Traffic of no partition has no guarantee. */
export interface PartitionsConfig {
  readonly sharesPermille: readonly number[]
}

/** How many are in flight of each partition, and last of those that belong to none. */
export interface Partitions {
  readonly busy: readonly number[]
}

export const idlePartitions = ({ sharesPermille }: PartitionsConfig): Partitions => ({
  busy: [...sharesPermille.map(() => 0), 0],
})

/** What `partition` may have in flight when everything else is full: at least 1, rounded up. Unknown traffic: nothing. */
export function guaranteed({ sharesPermille }: PartitionsConfig, limit: number, partition: number): number {
  const share = sharesPermille[partition]
  return share === undefined ? 0 : Math.max(1, Math.ceil((limit * share) / 1000))
}

/**
 * `AbstractPartitionedLimiter` of Netflix/concurrency-limits: below the limit everybody may; above it each partition may
 * up to its guarantee, so that a flood of one class cannot keep another out. The sum may exceed the limit for a while.
 * @param limit the present concurrency limit @param partition an index of the shares; any other is unknown traffic
 */
export function acquireSlot(
  config: PartitionsConfig,
  state: Partitions,
  limit: number,
  partition: number,
): Step<Partitions, boolean> {
  const at = slotOf(config, partition)
  const inFlight = state.busy.reduce((sum, busy) => sum + busy, 0)
  const allowed = inFlight < limit || state.busy[at]! < guaranteed(config, limit, partition)
  return { state: allowed ? { busy: state.busy.with(at, state.busy[at]! + 1) } : state, outcome: allowed }
}

/** One of `partition` has finished. */
export function releaseSlot(config: PartitionsConfig, state: Partitions, partition: number): Partitions {
  const at = slotOf(config, partition)
  assert(state.busy[at]! > 0, 'a slot was released that nobody held')
  return { busy: state.busy.with(at, state.busy[at]! - 1) }
}

const slotOf = ({ sharesPermille }: PartitionsConfig, partition: number): number =>
  partition >= 0 && partition < sharesPermille.length ? partition : sharesPermille.length
