import { pow, sqrt } from '../../../base/elementary.ts'

/** What the fluid models say of long flows, to stand beside a measurement. Windows in segments, times in seconds. */

/** Share of the link that one Reno flow uses behind a buffer of `q` bandwidth-delay products (0.75 without any). */
export const renoUtilisation = (q: number): number => (q >= 1 ? 1 : (3 * (1 + q) * (1 + q)) / (4 * (1 + q + q * q)))

/** Reno's loss probability at a largest window of `window` segments: one loss in 3 W^2 / 8 segments. */
export const renoLoss = (window: number): number => 8 / (3 * window * window)

/** Mathis, Semke, Mahdavi, Ott (1997): segments per second of a Reno flow under loss `p`. */
export const renoThroughput = (rttS: number, p: number): number => sqrt(3 / (2 * p)) / rttS

/** RFC 9438 equation 6: the average window of CUBIC under loss `p`, where its cubic region dominates. */
export const cubicAverageWindow = (c: number, beta: number, rttS: number, p: number): number =>
  pow((c * (3 + beta)) / (4 * (1 - beta)), 0.25) * pow(rttS / p, 0.75)

/** Jain's index: 1 when all shares are equal, 1/n when one has everything. */
export function jainFairness(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0)
  const squares = shares.reduce((total, share) => total + share * share, 0)
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares)
}
