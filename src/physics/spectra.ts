import { unreachable } from '../base/assert.ts'
import type { WaveTrain } from './design/types.ts'

/** Spectra of the sea, one-sided, m2/(rad/s) (specification 2.5; RAFT helpers.py:JONSWAP, IEC 61400-3 annex B). */

/** Peak enhancement after IEC's rule. */
export function defaultGamma(heightM: number, periodS: number): number {
  const steepness = periodS / Math.sqrt(heightM)
  if (steepness <= 3.6) return 5
  return steepness >= 5 ? 1 : Math.exp(5.75 - 1.15 * steepness)
}

/** JONSWAP's density at w rad/s, normalized so that gamma leaves the height as it is. */
export function jonswap(w: number, heightM: number, periodS: number, gammaOr0: number): number {
  const gamma = gammaOr0 === 0 ? defaultGamma(heightM, periodS) : gammaOr0
  const f = w / (2 * Math.PI)
  const overPeak = (periodS * f) ** -4
  const sigma = f <= 1 / periodS ? 0.07 : 0.09
  const alpha = Math.exp(-0.5 * ((f * periodS - 1) / sigma) ** 2)
  const normalizing = 1 - 0.287 * Math.log(gamma)
  const perHz = (normalizing * 0.3125 * heightM * heightM * overPeak * Math.exp(-1.25 * overPeak) * gamma ** alpha) / f
  return perHz / (2 * Math.PI)
}

/** Density of a train of waves at every frequency. */
export function waveSpectrum(train: WaveTrain, w: Float64Array): Float64Array {
  switch (train.spectrum) {
    case 'JONSWAP':
      return w.map((frequency) => jonswap(frequency, train.heightM, train.periodS, train.gamma))
    case 'unit':
      return new Float64Array(w.length).fill(1)
    case 'constant':
      return new Float64Array(w.length).fill(train.heightM)
    case 'still':
      return new Float64Array(w.length)
    default:
      return unreachable(train.spectrum)
  }
}

/** Amplitude of the component that stands for a bin of width dw. */
export const amplitudes = (density: Float64Array, dw: number): Float64Array => density.map((s) => Math.sqrt(2 * s * dw))
