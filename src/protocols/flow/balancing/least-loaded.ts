import { below } from '../../../base/prng.ts'

/**
 * Join the shortest queue: a server with the least load, of several a random one (always the first would be a herd).
 * It needs to know all loads, now: with old news everybody joins what was the shortest.
 */
export function pickLeastLoaded(loads: readonly number[], entropy: number): number {
  const least = Math.min(...loads)
  let rank = below(entropy, loads.filter((load) => load === least).length)
  return loads.findIndex((load) => load === least && rank-- === 0)
}
