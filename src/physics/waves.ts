import type { SolverSettings } from './design/types.ts'
import type { Grid, Precision } from './solution.ts'

/**
 * Linear waves over a level bed (specification 2.5; RAFT helpers.py:waveNumber, getWaveKin). A wave of amplitude zeta towards heading
 * b is Re{zeta exp(i (w t - k (x cos b + y sin b)))}.
 */

/** RAFT stops when the wave number changes by less than this part of it. */
const RAFT_STEP = 1e-3
const NEWTON_STEPS = 60

/** Wave number k of w^2 = g k tanh(k h), 1/m, by Newton's method from below: exact to rounding. */
export function waveNumber(w: number, depthM: number, gravity: number): number {
  const deep = (w * w * depthM) / gravity
  // kh of either limit that is larger: deep water kh = w^2 h / g, shallow water kh = sqrt of it. The root is above both.
  let x = Math.max(deep, Math.sqrt(deep))
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const t = Math.tanh(x)
    const next = x - (x * t - deep) / (t + x * (1 - t * t))
    if (Math.abs(next - x) <= 2 ** -52 * x) return next / depthM
    x = next
  }
  return x / depthM
}

/** RAFT's own wave number: the fixed point k = w^2 / (g tanh(k h)), left at the first step below 1e-3. */
export function waveNumberOfRaft(w: number, depthM: number, gravity: number): number {
  let last = (w * w) / gravity
  let k = (w * w) / (gravity * Math.tanh(last * depthM))
  while (Math.abs(k - last) / last > RAFT_STEP) {
    last = k
    k = (w * w) / (gravity * Math.tanh(last * depthM))
  }
  return k
}

/** RAFT's grid: multiples of the lowest frequency up to the highest, both given in Hz (raft_model.py:Model). */
export function frequencyGrid(
  settings: Pick<SolverSettings, 'minFrequencyHz' | 'maxFrequencyHz'>,
  depthM: number,
  gravity: number,
  precision: Precision,
): Grid {
  const { minFrequencyHz: min, maxFrequencyHz: max } = settings
  // numpy.arange(min, max + min / 2, min): its length is this ceiling, its entries are min + i * min.
  const count = Math.max(1, Math.ceil((max + 0.5 * min - min) / min))
  const w = Float64Array.from({ length: count }, (_, i) => (min + i * min) * 2 * Math.PI)
  const solve = precision === 'raft' ? waveNumberOfRaft : waveNumber
  const k = w.map((frequency) => solve(frequency, depthM, gravity))
  return gridOf(w, k, depthM)
}

/** The grid of these frequencies and wave numbers, whose bins are as wide as the lowest frequency. */
export function gridOf(w: Float64Array, k: Float64Array, depthM: number): Grid {
  return { count: w.length, w, k, bedDecay: k.map((number) => Math.exp(-2 * number * depthM)), dw: w[0]!, depthM }
}

/** What a wave of unit amplitude does at one depth, per frequency, apart from its phase. */
export interface DepthProfile {
  /** Horizontal velocity per w zeta: cosh k(z + h) / sinh kh. */
  readonly horizontal: Float64Array
  /** Vertical velocity per i w zeta: sinh k(z + h) / sinh kh. */
  readonly vertical: Float64Array
  /** Dynamic pressure per rho g zeta: cosh k(z + h) / cosh kh. */
  readonly pressure: Float64Array
}

/** A profile to be filled. */
export function depthProfile(count: number): DepthProfile {
  const column = () => new Float64Array(count)
  return { horizontal: column(), vertical: column(), pressure: column() }
}

/**
 * Fills the profile for height z < 0 in exponentials that cannot overflow: e^{kz} times terms in e^{-2k(z+h)} and e^{-2kh}. RAFT
 * switches to e^{kz} beyond kh = 89.4, where these terms are below 1e-77.
 */
export function fillDepthProfile({ count, k, bedDecay, depthM }: Grid, z: number, out: DepthProfile): void {
  for (let i = 0; i < count; i++) {
    const decay = Math.exp(k[i]! * z)
    const bed = bedDecay[i]!
    // e^{-2k(z+h)}, without another exponential where e^{2kz} has not left the range of numbers.
    const mirror = decay > 1e-150 ? bed / (decay * decay) : Math.exp(-2 * k[i]! * (z + depthM))
    const upper = decay * (1 + mirror)
    out.horizontal[i] = upper / (1 - bed)
    out.vertical[i] = (decay * (1 - mirror)) / (1 - bed)
    out.pressure[i] = upper / (1 + bed)
  }
}
