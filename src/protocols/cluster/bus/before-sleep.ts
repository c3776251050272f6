import type { Turn } from '../turn.ts'
import { handleFailover } from './failover.ts'
import { continueManualFailover } from './manual-failover.ts'
import { updateClusterState } from './state.ts'

/** An election of a manual failover is scheduled, and then started. */
const ROUNDS_MAX = 3

/** At the end of every step: what its handlers left to do (clusterBeforeSleep). */
export function clusterBeforeSleep(turn: Turn): void {
  const { todo } = turn
  if (turn.cluster.manual.masterOffset !== -1 && !turn.isMaster) continueManualFailover(turn)
  for (let round = 0; round < ROUNDS_MAX && todo.handleFailover; round++) handleFailover(turn)
  if (todo.updateState) updateClusterState(turn)
}
