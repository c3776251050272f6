import { type Ema, updateEma } from '../ema.ts'
import { countInWindow, emptyWindow, type RollingWindow, windowSums } from '../rolling-window.ts'
import { type Step, unit } from '../step.ts'

export interface NackAdmissionConfig {
  /** Memory of the average of accepted answers. */
  readonly windowUs: number
  /** The highest share of refusals that is borne without dropping anything. */
  readonly nackThreshold: number
  /** However bad it is, so many are let through, or nobody would notice that it is good again. */
  readonly maxDropProbability: number
  /** Below this rate a single refusal would weigh too much. */
  readonly minRequestsPerSecond: number
}

/** Finagle, `NackAdmissionFilter`. */
export const NACK_ADMISSION_DEFAULTS: NackAdmissionConfig = Object.freeze({
  windowUs: 120_000_000,
  nackThreshold: 0.5,
  maxDropProbability: 0.75,
  minRequestsPerSecond: 5,
})

const LAST_SECOND = { windowUs: 1_000_000, buckets: 10 }

export interface NackAdmission {
  /** 1 for an answer, 0 for a refusal. */
  readonly accepts: Ema
  /** Counts requests. */
  readonly arrivals: RollingWindow
}

export const initialNackAdmission = (nowUs: number): NackAdmission => ({
  accepts: { stamp: nowUs, average: 1 },
  arrivals: emptyWindow,
})

/** min(0.75, 1 − accepted/(1 − threshold)): 1 − 2·accepted by default, and nothing while more than that is accepted. */
export const dropProbability = (config: NackAdmissionConfig, { accepts }: NackAdmission): number =>
  Math.max(0, Math.min(config.maxDropProbability, 1 - accepts.average / (1 - config.nackThreshold)))

/** Client-side throttling by the average of refusals (Finagle, `NackAdmissionFilter`). */
export function mayPass(
  config: NackAdmissionConfig,
  state: NackAdmission,
  nowUs: number,
  entropy: number,
): Step<NackAdmission, boolean> {
  const arrivals = countInWindow(LAST_SECOND, state.arrivals, 1, 0, nowUs)
  const isBusy = windowSums(LAST_SECOND, arrivals, nowUs).all >= config.minRequestsPerSecond
  const dropped = isBusy && unit(entropy) < dropProbability(config, state)
  return { state: { ...state, arrivals }, outcome: !dropped }
}

/** An answer came; `nacked`: the server refused to work on the request. */
export const answered = (
  config: NackAdmissionConfig,
  state: NackAdmission,
  nacked: boolean,
  nowUs: number,
): NackAdmission => ({ ...state, accepts: updateEma(state.accepts, config.windowUs, nowUs, nacked ? 0 : 1) })
