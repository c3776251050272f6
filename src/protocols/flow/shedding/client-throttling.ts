import { countInWindow, emptyWindow, type RollingConfig, type RollingWindow, windowSums } from '../rolling-window.ts'
import { type Step, unit } from '../step.ts'

export interface ClientThrottlingConfig extends RollingConfig {
  /** K: how many requests a client sends for each that is accepted before it throttles itself. */
  readonly multiplier: number
}

/** Google, "Site Reliability Engineering" (2016), chapter 21: two minutes, K = 2. The parts of the window are ours. */
export const CLIENT_THROTTLING_DEFAULTS: ClientThrottlingConfig = Object.freeze({
  windowUs: 120_000_000,
  buckets: 40,
  multiplier: 2,
})

/** Counts requests, and which of them were accepted. */
export type ClientThrottling = RollingWindow

export const initialClientThrottling: ClientThrottling = emptyWindow

/** max(0, (requests − K·accepts)/(requests + 1)): with what probability a request fails before it is sent. */
export function refusalProbability(config: ClientThrottlingConfig, state: ClientThrottling, nowUs: number): number {
  const { all: requests, some: accepts } = windowSums(config, state, nowUs)
  return Math.max(0, (requests - config.multiplier * accepts) / (requests + 1))
}

/**
 * Adaptive throttling at the client: whoever is refused again and again stops asking. A request counts when it is made,
 * whether it is sent or not: counted when answered, a slow overload would look like none (go-zero issue 5011).
 */
export function mayRequest(
  config: ClientThrottlingConfig,
  state: ClientThrottling,
  nowUs: number,
  entropy: number,
): Step<ClientThrottling, boolean> {
  const refused = unit(entropy) < refusalProbability(config, state, nowUs)
  return { state: countInWindow(config, state, 1, 0, nowUs), outcome: !refused }
}

/** The server took a request and answered it, be it with an error of its own. */
export const requestAccepted = (
  config: ClientThrottlingConfig,
  state: ClientThrottling,
  nowUs: number,
): ClientThrottling => countInWindow(config, state, 0, 1, nowUs)
