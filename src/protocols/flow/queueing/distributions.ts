import { unreachable } from '../../../base/assert.ts'
import { ln, sqrt } from '../../../base/elementary.ts'
import { again, below, draw, type StreamKey } from '../../../base/prng.ts'

/**
 * Times between arrivals and times of service. A distribution is data; a draw is a pure function of 32 random bits.
 * Fits by mean and squared coefficient of variation (cv², variance over mean²) follow Tijms, "Stochastic Models"
 * (1994), appendix B: mixed Erlang below 1, hyper-exponential with balanced means above.
 */
export type Distribution =
  | { readonly kind: 'deterministic'; readonly meanUs: number }
  | { readonly kind: 'exponential'; readonly meanUs: number }
  /** `phases` exponentials one after the other; with probability `shortcut` one fewer. */
  | { readonly kind: 'erlang'; readonly meanUs: number; readonly phases: number; readonly shortcut: number }
  /** With probability `share` an exponential of mean `firstUs`, else one of mean `secondUs`. */
  | { readonly kind: 'hyper-exponential'; readonly share: number; readonly firstUs: number; readonly secondUs: number }
  /** One of these, each as likely as any other. */
  | { readonly kind: 'empirical'; readonly valuesUs: readonly number[] }

/** More phases than these are nearly deterministic, and a draw costs one logarithm a phase. */
const ERLANG_PHASES_MAX = 100
/** A draw of 32 bits is the middle of its interval: never 0, whose logarithm does not exist. */
const UNIT = 1 / 0x1_0000_0000

export const deterministic = (meanUs: number): Distribution => ({ kind: 'deterministic', meanUs })
export const exponential = (meanUs: number): Distribution => ({ kind: 'exponential', meanUs })
export const erlang = (meanUs: number, phases: number): Distribution => ({
  kind: 'erlang',
  meanUs,
  phases,
  shortcut: 0,
})
export const empirical = (valuesUs: readonly number[]): Distribution => ({ kind: 'empirical', valuesUs })

/** The usual distribution with this mean and cv². Below 1 / {@link ERLANG_PHASES_MAX} it is deterministic. */
export function byMeanAndCv2(meanUs: number, cv2: number): Distribution {
  if (cv2 * ERLANG_PHASES_MAX < 1) return deterministic(meanUs)
  if (cv2 === 1) return exponential(meanUs)
  return cv2 < 1 ? mixedErlang(meanUs, cv2) : hyperExponential(meanUs, cv2)
}

/** Erlang with k - 1 or k phases of one rate, where 1/k <= cv² <= 1/(k - 1). */
function mixedErlang(meanUs: number, cv2: number): Distribution {
  const k = Math.ceil(1 / cv2)
  const shortcut = (k * cv2 - sqrt(k * (1 + cv2) - k * k * cv2)) / (1 + cv2)
  return { kind: 'erlang', meanUs, phases: k, shortcut: Math.max(0, shortcut) }
}

/** Two exponentials that each bring half of the mean. cv² >= 1. */
function hyperExponential(meanUs: number, cv2: number): Distribution {
  const share = 0.5 * (1 + sqrt((cv2 - 1) / (cv2 + 1)))
  return { kind: 'hyper-exponential', share, firstUs: meanUs / (2 * share), secondUs: meanUs / (2 * (1 - share)) }
}

/** The mean, in microseconds. */
export function meanUs(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'deterministic':
    case 'exponential':
    case 'erlang':
      return distribution.meanUs
    case 'hyper-exponential':
      return distribution.share * distribution.firstUs + (1 - distribution.share) * distribution.secondUs
    case 'empirical':
      return distribution.valuesUs.reduce((sum, value) => sum + value, 0) / distribution.valuesUs.length
    default:
      return unreachable(distribution)
  }
}

/** The second moment E[S²]: what waiting behind others depends on. */
export function secondMoment(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'deterministic':
      return distribution.meanUs * distribution.meanUs
    case 'exponential':
      return 2 * distribution.meanUs * distribution.meanUs
    case 'erlang': {
      const { phases, shortcut } = distribution
      const phaseUs = distribution.meanUs / (phases - shortcut)
      return phaseUs * phaseUs * phases * (phases + 1 - 2 * shortcut)
    }
    case 'hyper-exponential': {
      const { share, firstUs, secondUs } = distribution
      return 2 * (share * firstUs * firstUs + (1 - share) * secondUs * secondUs)
    }
    case 'empirical':
      return distribution.valuesUs.reduce((sum, value) => sum + value * value, 0) / distribution.valuesUs.length
    default:
      return unreachable(distribution)
  }
}

/** The squared coefficient of variation. */
export function cv2(distribution: Distribution): number {
  const mean = meanUs(distribution)
  return secondMoment(distribution) / (mean * mean) - 1
}

/** One draw in whole microseconds, from 32 random bits. */
export type Sampler = (entropy: number) => number

/** The draws of a distribution, with what does not change from draw to draw worked out once. */
export function samplerOf(distribution: Distribution): Sampler {
  switch (distribution.kind) {
    case 'deterministic': {
      const us = whole(distribution.meanUs)
      return () => us
    }
    case 'exponential': {
      const { meanUs } = distribution
      return (entropy) => whole(meanUs * standardExponential(entropy))
    }
    case 'erlang': {
      const { phases, shortcut } = distribution
      const phaseUs = distribution.meanUs / (phases - shortcut)
      return (entropy) => whole(phaseUs * erlangPhases(entropy, chance(entropy) < shortcut ? phases - 1 : phases))
    }
    case 'hyper-exponential': {
      const { share, firstUs, secondUs } = distribution
      return (entropy) => whole((chance(entropy) < share ? firstUs : secondUs) * standardExponential(entropy))
    }
    case 'empirical': {
      const { valuesUs } = distribution
      return (entropy) => whole(valuesUs[below(entropy, valuesUs.length)]!)
    }
    default:
      return unreachable(distribution)
  }
}

const whole = (us: number): number => Math.floor(us + 0.5)

/** By inversion: between 1.2e-10 and 22.9. */
const standardExponential = (entropy: number): number => -ln((entropy + 0.5) * UNIT)

function erlangPhases(entropy: number, phases: number): number {
  let sum = 0
  for (let phase = 0; phase < phases; phase++) sum += standardExponential(again(entropy, phase))
  return sum
}

/** Uniform in [0, 1), independent of the draw itself. */
const chance = (entropy: number): number => again(entropy, ERLANG_PHASES_MAX) * UNIT

const BLOCK = 256

/** The draws of one stream in their order. Made in blocks: a processor then works at several logarithms at once. */
export class Draws {
  private readonly block = new Float64Array(BLOCK)
  private at = BLOCK
  private drawn = 0

  constructor(
    private readonly sampler: Sampler,
    private readonly key: StreamKey,
  ) {}

  next(): number {
    if (this.at === BLOCK) this.refill()
    return this.block[this.at++]!
  }

  private refill(): void {
    const { block, sampler, key, drawn } = this
    for (let at = 0; at < BLOCK; at++) block[at] = sampler(draw(key, drawn + at))
    this.drawn += BLOCK
    this.at = 0
  }
}
