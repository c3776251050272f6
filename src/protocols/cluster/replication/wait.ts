import type { Turn } from '../turn.ts'

/**
 * How many replicas have acknowledged everything up to `offset`: what WAIT counts. The planted fault
 * `wait-unacknowledged` takes each that follows for one that has.
 */
export function ackedReplicas(turn: Turn, offset: number): number {
  const neededOffset = turn.config.fault === 'wait-unacknowledged' ? 0 : offset
  let count = 0
  for (const { state, ackOffset } of turn.replication.replicas) {
    if (state === 'online' && ackOffset >= neededOffset) count++
  }
  return count
}

/** How many replicas follow with a lag of at most min-replicas-max-lag, in whole seconds as the server's clock tells. */
export function goodReplicas(turn: Turn): number {
  const { minReplicasMaxLagS } = turn.options
  const nowS = Math.floor(turn.nowMs / 1000)
  let count = 0
  for (const { state, ackMs } of turn.replication.replicas) {
    if (state === 'online' && nowS - Math.floor(ackMs / 1000) <= minReplicasMaxLagS) count++
  }
  return count
}

/** Whether writes are refused with NOREPLICAS: min-replicas-to-write is set, and too few replicas are good. */
export function lacksReplicas(turn: Turn): boolean {
  const { minReplicasToWrite, minReplicasMaxLagS } = turn.options
  if (minReplicasToWrite === 0 || minReplicasMaxLagS === 0 || turn.replication.upstream !== null) return false
  return goodReplicas(turn) < minReplicasToWrite
}

/** WAIT does not wait for the next second: replicas are asked to acknowledge at the end of this step. */
export function requestAcks(turn: Turn): void {
  turn.replication = { ...turn.replication, ackRequested: true }
}
