import type { Channel } from '../outputs.ts'

/**
 * What a Gaussian quantity of this spectrum reaches in a storm, where RAFT says three standard deviations whatever the duration. Crests of
 * a narrow spectrum have Rayleigh's distribution, exp(-x^2 / 2 sigma^2); of a wide one they are lower, so these are on the safe side.
 * Source: Longuet-Higgins 1952; Naess and Moan, Stochastic Dynamics of Marine Structures, chapter 10.
 */

/** Amplitudes about the mean, in the quantity's own unit. */
export interface Extremes {
  readonly deviation: number
  /** Mean time between crossings of the mean upwards, s; Infinity where nothing moves. */
  readonly zeroCrossingS: number
  /** Crests in the duration. */
  readonly crests: number
  /** Mean of the highest third of the crests. */
  readonly significant: number
  /** The highest crest that is most probable. */
  readonly mostProbable: number
  /** Mean of the highest crest over many such storms. */
  readonly expected: number
  /** What the highest crest stays below in this share of the storms. */
  readonly fractile: number
  /** RAFT's. */
  readonly threeSigma: number
  /** Width of the spectrum: 0 for one frequency, near 1 for all of them. */
  readonly bandwidth: number
}

const EULER = 0.5772156649015329

/** Extremes of a channel (source * nw + frequency) over a duration. `share` belongs to `fractile`. */
export function extremes({ re, im }: Channel, w: Float64Array, durationS: number, share = 0.9): Extremes {
  const nw = w.length
  const moments = [0, 0, 0]
  for (let i = 0; i < re.length; i++) {
    const energy = 0.5 * (re[i]! * re[i]! + im[i]! * im[i]!)
    const square = w[i % nw]! ** 2
    moments[0] = moments[0]! + energy
    moments[1] = moments[1]! + energy * square
    moments[2] = moments[2]! + energy * square * square
  }
  const [m0, m2, m4] = moments as [number, number, number]
  const deviation = Math.sqrt(m0)
  if (deviation === 0) return STILL
  const zeroCrossingS = 2 * Math.PI * Math.sqrt(m0 / m2)
  // Less than one crest has no greatest: the shortest storm is one crest long.
  const crests = Math.max(1, durationS / zeroCrossingS)
  const root = Math.sqrt(2 * Math.log(crests))
  return {
    deviation,
    zeroCrossingS,
    crests,
    significant: 2 * deviation,
    mostProbable: deviation * root,
    expected: deviation * (root === 0 ? Math.sqrt(Math.PI / 2) : root + EULER / root),
    fractile: deviation * Math.sqrt(-2 * Math.log(-Math.expm1(Math.log(share) / crests))),
    threeSigma: 3 * deviation,
    bandwidth: Math.sqrt(Math.max(0, 1 - (m2 * m2) / (m0 * m4))),
  }
}

const STILL: Extremes = {
  deviation: 0,
  zeroCrossingS: Number.POSITIVE_INFINITY,
  crests: 0,
  significant: 0,
  mostProbable: 0,
  expected: 0,
  fractile: 0,
  threeSigma: 0,
  bandwidth: 0,
}
