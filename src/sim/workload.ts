import { again, below } from '../base/prng.ts'
import type { Protocol } from '../machine/machine.ts'

/** A client's steady stream of operations: `ratePerSecond` 0 is silence. Arrivals are a seeded Bernoulli-spaced stream. */
export interface Stream {
  readonly ratePerSecond: number
  /** Number of operations drawn so far, over all restarts of the stream: it makes the values unique. */
  readonly drawn: number
  /** Number of the next arrival; another one is left over from a former rate. Null: silence. */
  readonly arrival: number | null
}

/** The lab's generator: operation number `count` of client `client`, from 32 random bits. Pure. */
export type Generator<P extends Protocol> = (client: string, count: number, entropy: number) => P['command']

const SECOND_US = 1_000_000

/**
 * Time to the next arrival: uniform in [half, one and a half] of the mean gap. Integer arithmetic; a Poisson stream
 * needs a logarithm, and logarithms differ between engines.
 */
export function gapUs(ratePerSecond: number, entropy: number): number {
  const mean = Math.floor(SECOND_US / ratePerSecond)
  return Math.max(1, Math.floor(mean / 2) + below(again(entropy, 7), mean))
}
