import { pow } from '../../../base/elementary.ts'
import { type Step, unit } from '../step.ts'

export interface RedConfig {
  /** Thresholds of the average queue, in packets. */
  readonly minPackets: number
  readonly maxPackets: number
  /** Weight of the newest length in the average. */
  readonly weight: number
  /** The probability at `maxPackets`. */
  readonly maxProbability: number
  /** Above `maxPackets` the probability rises to 1 at twice that, instead of at once (Floyd 2000). */
  readonly gentle: boolean
  readonly limitPackets: number
  /** How long a packet takes on the link: as many arrivals are imagined while the queue is idle. */
  readonly packetUs: number
}

/** The figures of the paper as ns-3's `RedQueueDisc` has them; the link is 10 Mb/s with packets of 1,500 bytes. */
export const RED_DEFAULTS: RedConfig = Object.freeze({
  minPackets: 5,
  maxPackets: 15,
  weight: 0.002,
  maxProbability: 0.02,
  gentle: true,
  limitPackets: 25,
  packetUs: 1_200,
})

export interface Red {
  readonly average: number
  /** Packets since the last drop while the average is between the thresholds; −1 outside. */
  readonly count: number
  /** Since when the queue is empty. Null: it is not. */
  readonly idleSinceUs: number | null
}

export type RedVerdict = 'enqueue' | 'drop-early' | 'drop-forced' | 'drop-full'

/**
 * Random early detection (Floyd and Jacobson 1993). After a drop the count starts again as section 7 derives it, so that
 * gaps are uniform from 1 on; figure 17 is one packet off. @param packets how many wait, without this one
 */
export function redEnqueue(
  config: RedConfig,
  state: Red,
  packets: number,
  nowUs: number,
  entropy: number,
): Step<Red, RedVerdict> {
  const average = averageAt(config, state, packets, nowUs)
  if (packets >= config.limitPackets) return { state: { ...state, average, count: 0 }, outcome: 'drop-full' }
  const probability = probabilityAt(config, average)
  if (probability === 0) return { state: { average, count: -1, idleSinceUs: null }, outcome: 'enqueue' }
  if (probability === 1) return { state: { average, count: -1, idleSinceUs: null }, outcome: 'drop-forced' }
  // Spreads the drops evenly instead of geometrically: the gap between two is uniform on 1 … 1/probability.
  const count = state.count + 1
  const corrected = count * probability >= 1 ? 1 : probability / (1 - count * probability)
  const hit = unit(entropy) < corrected
  return { state: { average, count: hit ? -1 : count, idleSinceUs: null }, outcome: hit ? 'drop-early' : 'enqueue' }
}

/** A packet has left, and `packets` stay. */
export const redDequeue = (state: Red, packets: number, nowUs: number): Red =>
  packets === 0 ? { ...state, idleSinceUs: nowUs } : state

function averageAt(config: RedConfig, state: Red, packets: number, nowUs: number): number {
  if (packets > 0 || state.idleSinceUs === null) return state.average + config.weight * (packets - state.average)
  return state.average * pow(1 - config.weight, (nowUs - state.idleSinceUs) / config.packetUs)
}

function probabilityAt(config: RedConfig, average: number): number {
  const { minPackets, maxPackets, maxProbability, gentle } = config
  if (average < minPackets) return 0
  if (average < maxPackets) return (maxProbability * (average - minPackets)) / (maxPackets - minPackets)
  if (!gentle || average >= 2 * maxPackets) return 1
  return maxProbability + ((1 - maxProbability) * (average - maxPackets)) / maxPackets
}
