import type { Turn } from '../turn.ts'

/**
 * How many masters must agree that a node fails, or vote for a replica: a majority of those that own slots. The planted
 * fault `no-majority` takes one for a majority.
 */
export function quorum(turn: Turn): number {
  return turn.config.fault === 'no-majority' ? 1 : Math.floor(turn.cluster.size / 2) + 1
}
