import { draw, streamKey } from '../../base/prng.ts'
import type { Channel } from '../outputs.ts'

/**
 * Time series from amplitudes: each component keeps its amplitude and gets a phase that the seed draws, so that every seed is another
 * hour of the same sea. A series repeats after 2 pi / dw, and its spectrum over that time is the computed one, not an estimate of it.
 */

const TURN = 2 * Math.PI
/** Draws are 32-bit integers. */
const DRAWS = 0x1_0000_0000
/** The source that is the wind, for {@link phases}. */
export const WIND = -1

/**
 * Phases of a source (the number of a train of waves, or {@link WIND}), uniform over a turn, rad. Component i keeps its phase when the sea
 * changes, so that only the sea's energy does.
 */
export function phases(seed: number, source: number, count: number): Float64Array {
  const key = streamKey(seed, `waves ${source}`)
  return Float64Array.from({ length: count }, (_, i) => (draw(key, i) / DRAWS) * TURN)
}

/** After how long a series repeats, s. */
export const repeatS = (w: Float64Array): number => TURN / w[0]!

/** `count` samples of a channel about its mean, in steps of `stepS` from 0. `phasesOf[source]` are the phases of its sources. */
export function timeSeries(
  { re, im }: Channel,
  w: Float64Array,
  phasesOf: readonly Float64Array[],
  count: number,
  stepS: number,
): Float64Array {
  const nw = w.length
  const out = new Float64Array(count)
  for (let s = 0; s < phasesOf.length; s++) {
    for (let i = 0; i < nw; i++) {
      const amplitude = Math.hypot(re[s * nw + i]!, im[s * nw + i]!)
      if (amplitude === 0) continue
      const phase = Math.atan2(im[s * nw + i]!, re[s * nw + i]!) + phasesOf[s]![i]!
      addCosine(out, amplitude, w[i]! * stepS, phase)
    }
  }
  return out
}

/** Adds amplitude cos(n turn + phase): a rotation from sample to sample instead of a cosine each. */
function addCosine(out: Float64Array, amplitude: number, turn: number, phase: number): void {
  const [c, s] = [Math.cos(turn), Math.sin(turn)]
  let x = amplitude * Math.cos(phase)
  let y = amplitude * Math.sin(phase)
  for (let n = 0; n < out.length; n++) {
    out[n] = out[n]! + x
    const next = c * x - s * y
    y = s * x + c * y
    x = next
  }
}

/** Spectral density of a series that spans a whole number of repetitions, at the frequencies `w`, per rad/s. */
export function densityOf(series: Float64Array, stepS: number, w: Float64Array): Float64Array {
  const dw = w[0]!
  return w.map((frequency) => {
    const [c, s] = [Math.cos(frequency * stepS), Math.sin(frequency * stepS)]
    let [x, y, re, im] = [1, 0, 0, 0]
    for (const value of series) {
      re += value * x
      im -= value * y
      ;[x, y] = [c * x - s * y, s * x + c * y]
    }
    const amplitude = (2 * Math.hypot(re, im)) / series.length
    return (0.5 * amplitude * amplitude) / dw
  })
}
