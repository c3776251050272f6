import type { Step } from '../step.ts'

/** Whose turn it is. */
export interface RoundRobin {
  readonly next: number
}

export const firstOfAll: RoundRobin = Object.freeze({ next: 0 })

/** One after the other: arrivals are even, so it is better than chance; it is blind to a slow server all the same. */
export function pickNext(state: RoundRobin, servers: number): Step<RoundRobin, number> {
  const at = state.next % servers
  return { state: { next: (at + 1) % servers }, outcome: at }
}
