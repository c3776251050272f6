import { AppendList } from '../../../base/append-list.ts'
import { sqrt } from '../../../base/elementary.ts'
import { below } from '../../../base/prng.ts'
import { clamp } from '../step.ts'

export interface EnvoyGradientConfig {
  /** Between two measurements of the minimum round trip, and how much is added to it by chance. */
  readonly minRttIntervalUs: number
  readonly jitterPercent: number
  /** How many requests one measurement needs. */
  readonly minRttRequests: number
  readonly minConcurrency: number
  readonly maxConcurrency: number
  /** How much slower than the minimum is still no queue. */
  readonly bufferPercent: number
  readonly updateIntervalUs: number
  /** Which percentile stands for a window. */
  readonly percentile: number
}

/**
 * Envoy 149521d, `GradientControllerConfig`, with the two intervals of the documentation's example, which have no
 * default (60 s and 100 ms).
 */
export const ENVOY_GRADIENT_DEFAULTS: EnvoyGradientConfig = Object.freeze({
  minRttIntervalUs: 60_000_000,
  jitterPercent: 15,
  minRttRequests: 50,
  minConcurrency: 3,
  maxConcurrency: 1000,
  bufferPercent: 25,
  updateIntervalUs: 100_000,
  percentile: 50,
})

/** Windows at the lowest limit after which the minimum is measured again: it may have been wrong. */
const WINDOWS_AT_MINIMUM = 5
/** Samples kept of one window; later ones of the same window are not counted. */
const SAMPLES_MAX = 20_000

export interface EnvoyGradient {
  readonly limit: number
  /** While the minimum is measured: the limit to return to. Null: it is not being measured. */
  readonly deferredLimit: number | null
  readonly minRttUs: number
  /** Requests that were sent before belong to the time before the measurement. */
  readonly epochUs: number
  readonly samplesUs: AppendList<number>
  readonly nextMinRttUs: number
  readonly nextUpdateUs: number
  readonly windowsAtMinimum: number
}

/** It starts by measuring, at the lowest concurrency. */
export const initialEnvoyGradient = (config: EnvoyGradientConfig, nowUs: number): EnvoyGradient => ({
  limit: config.minConcurrency,
  deferredLimit: config.minConcurrency,
  minRttUs: 0,
  epochUs: nowUs,
  samplesUs: AppendList.empty(),
  nextMinRttUs: Number.POSITIVE_INFINITY,
  nextUpdateUs: nowUs + config.updateIntervalUs,
  windowsAtMinimum: 0,
})

/** The next instant at which {@link tickEnvoyGradient} has something to do. */
export const envoyGradientWakesUs = (state: EnvoyGradient): number =>
  state.deferredLimit !== null ? Number.POSITIVE_INFINITY : Math.min(state.nextMinRttUs, state.nextUpdateUs)

/**
 * A request that was sent at `sentUs` has been answered at `nowUs`. The `minRttRequests`-th of a measurement ends it.
 * Envoy's adaptive concurrency filter (`gradient_controller.cc` at 149521d); its histogram estimates percentiles, here
 * they are exact (nearest rank).
 */
export function recordEnvoyRtt(
  config: EnvoyGradientConfig,
  state: EnvoyGradient,
  sentUs: number,
  nowUs: number,
  entropy: number,
): EnvoyGradient {
  if (sentUs < state.epochUs || state.samplesUs.length >= SAMPLES_MAX) return state
  const samplesUs = state.samplesUs.append(nowUs - sentUs)
  if (state.deferredLimit === null || samplesUs.length < config.minRttRequests) return { ...state, samplesUs }
  return setLimit(config, state.deferredLimit, {
    ...state,
    deferredLimit: null,
    minRttUs: percentile(samplesUs, config.percentile),
    samplesUs: AppendList.empty(),
    nextMinRttUs: nowUs + jittered(config, entropy),
    nextUpdateUs: nowUs + config.updateIntervalUs,
  })
}

/** Time has come to `nowUs`: a new limit when a window ends, or the start of a measurement. */
export function tickEnvoyGradient(config: EnvoyGradientConfig, state: EnvoyGradient, nowUs: number): EnvoyGradient {
  if (nowUs < envoyGradientWakesUs(state)) return state
  if (nowUs >= state.nextMinRttUs) {
    const start = { ...state, samplesUs: AppendList.empty<number>(), epochUs: nowUs, windowsAtMinimum: 0 }
    return { ...start, deferredLimit: state.limit, limit: config.minConcurrency }
  }
  const next = { ...state, nextUpdateUs: nowUs + config.updateIntervalUs }
  if (state.samplesUs.length === 0) return next
  const sampleRttUs = percentile(state.samplesUs, config.percentile)
  const limit = gradientLimit(config, state.limit, state.minRttUs, sampleRttUs)
  const updated = setLimit(config, limit, { ...next, samplesUs: AppendList.empty() })
  return updated.windowsAtMinimum >= WINDOWS_AT_MINIMUM ? { ...updated, nextMinRttUs: nowUs } : updated
}

/** limit·g + √(limit·g), with g = minRtt·(1 + buffer)/sampleRtt in [½, 2]: the root is the room for bursts. */
export function gradientLimit(
  config: EnvoyGradientConfig,
  limit: number,
  minRttUs: number,
  sampleRttUs: number,
): number {
  const gradient = clamp((minRttUs * (1 + config.bufferPercent / 100)) / Math.max(1, sampleRttUs), 0.5, 2)
  const scaled = limit * gradient
  return clamp(Math.floor(scaled + sqrt(scaled)), config.minConcurrency, config.maxConcurrency)
}

function setLimit(config: EnvoyGradientConfig, limit: number, state: EnvoyGradient): EnvoyGradient {
  const stays = state.limit === config.minConcurrency && limit === config.minConcurrency
  return { ...state, limit, windowsAtMinimum: stays ? state.windowsAtMinimum + 1 : 0 }
}

function jittered(config: EnvoyGradientConfig, entropy: number): number {
  const range = Math.ceil((config.minRttIntervalUs * config.jitterPercent) / 100)
  return config.minRttIntervalUs + (range === 0 ? 0 : below(entropy, range))
}

/** The smallest sample that at least `percent` of all do not exceed. */
function percentile(samples: AppendList<number>, percent: number): number {
  const sorted = [...samples].sort((x, y) => x - y)
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)]!
}
