import { assert } from '../../../base/assert.ts'
import { sqrt } from '../../../base/elementary.ts'
import { below } from '../../../base/prng.ts'

export interface EnvoyOutlierConfig {
  /** So many errors of the server (5xx) in a row eject a host. */
  readonly consecutive5xx: number
  /** Ejected hosts come back, and success rates are compared, this often. */
  readonly intervalUs: number
  readonly baseEjectionUs: number
  readonly maxEjectionUs: number
  readonly maxEjectionJitterUs: number
  /** The most that may be ejected at a time. With the default no cluster below ten hosts ever ejects one… */
  readonly maxEjectionPercent: number
  /** …unless this is set. */
  readonly alwaysEjectOneHost: boolean
  /** Success rates are compared when so many hosts had so many requests in an interval. */
  readonly successRateMinimumHosts: number
  readonly successRateRequestVolume: number
  /** How many thousandths of a standard deviation below the mean is an outlier. */
  readonly successRateStdevFactor: number
}

/** Envoy, `outlier_detection.proto`. */
export const ENVOY_OUTLIER_DEFAULTS: EnvoyOutlierConfig = Object.freeze({
  consecutive5xx: 5,
  intervalUs: 10_000_000,
  baseEjectionUs: 30_000_000,
  maxEjectionUs: 300_000_000,
  maxEjectionJitterUs: 0,
  maxEjectionPercent: 10,
  alwaysEjectOneHost: false,
  successRateMinimumHosts: 5,
  successRateRequestVolume: 100,
  successRateStdevFactor: 1_900,
})

export interface OutlierHost {
  readonly consecutive: number
  /** In the present interval. */
  readonly requests: number
  readonly successes: number
  /** Until when it is ejected: it comes back at the first interval after. Null: it takes part. */
  readonly ejectedUntilUs: number | null
  /** By how many times the base the next ejection is longer; it shrinks with each healthy interval. */
  readonly backoff: number
}

export interface EnvoyOutlier {
  readonly hosts: readonly OutlierHost[]
  readonly nextIntervalUs: number
}

const HEALTHY: OutlierHost = { consecutive: 0, requests: 0, successes: 0, ejectedUntilUs: null, backoff: 0 }

export const healthyHosts = (config: EnvoyOutlierConfig, count: number, nowUs: number): EnvoyOutlier => ({
  hosts: Array.from({ length: count }, () => HEALTHY),
  nextIntervalUs: nowUs + config.intervalUs,
})

export const isEjected = (state: EnvoyOutlier, host: number): boolean => state.hosts[host]!.ejectedUntilUs !== null

/** An answer of `host`; `failed`: a 5xx, or none. Envoy's outlier detection (`outlier_detection_impl.cc`). */
export function recordOutlier(
  config: EnvoyOutlierConfig,
  state: EnvoyOutlier,
  host: number,
  failed: boolean,
  nowUs: number,
  entropy: number,
): EnvoyOutlier {
  const before = state.hosts[host]
  assert(before !== undefined, 'a host of the cluster')
  const consecutive = failed ? before.consecutive + 1 : 0
  const successes = before.successes + (failed ? 0 : 1)
  const after: OutlierHost = { ...before, consecutive, requests: before.requests + 1, successes }
  const hosts = state.hosts.with(host, after)
  if (consecutive !== config.consecutive5xx || after.ejectedUntilUs !== null) return { ...state, hosts }
  return { ...state, hosts: ejected(config, hosts.with(host, { ...after, consecutive: 0 }), host, nowUs, entropy) }
}

function ejected(
  config: EnvoyOutlierConfig,
  hosts: readonly OutlierHost[],
  at: number,
  nowUs: number,
  entropy: number,
): readonly OutlierHost[] {
  const active = hosts.filter(({ ejectedUntilUs }) => ejectedUntilUs !== null).length
  const isAllowed = (active + 1) * 100 <= config.maxEjectionPercent * hosts.length
  if (!isAllowed && !(config.alwaysEjectOneHost && active === 0)) return hosts
  const host = hosts[at]!
  const grows = host.backoff * config.baseEjectionUs < config.maxEjectionUs + config.baseEjectionUs
  const backoff = grows ? host.backoff + 1 : host.backoff
  const jitterUs = below(entropy, config.maxEjectionJitterUs + 1)
  const forUs = Math.min(config.baseEjectionUs * backoff, config.maxEjectionUs) + jitterUs
  return hosts.with(at, { ...host, backoff, ejectedUntilUs: nowUs + forUs })
}

/** The end of an interval: hosts come back, outliers by success rate go, and counting starts again. */
export function tickOutlier(
  config: EnvoyOutlierConfig,
  state: EnvoyOutlier,
  nowUs: number,
  entropy: number,
): EnvoyOutlier {
  if (nowUs < state.nextIntervalUs) return state
  const back = state.hosts.map((host) => comeBack(host, nowUs))
  const threshold = successRateThreshold(config, back)
  let hosts: readonly OutlierHost[] = back
  for (const [at, host] of back.entries()) {
    const isOutlier = threshold !== null && counts(config, host) && rate(host) < threshold
    if (isOutlier) hosts = ejected(config, hosts, at, nowUs, entropy)
  }
  return {
    hosts: hosts.map((host, at) => rested(host, state.hosts[at]!)),
    nextIntervalUs: nowUs + config.intervalUs,
  }
}

const comeBack = (host: OutlierHost, nowUs: number): OutlierHost =>
  host.ejectedUntilUs !== null && host.ejectedUntilUs <= nowUs
    ? { ...host, ejectedUntilUs: null, consecutive: 0 }
    : host

/** A host that took part all through the interval and still does is forgiven one ejection. */
function rested(host: OutlierHost, before: OutlierHost): OutlierHost {
  const tookPart = host.ejectedUntilUs === null && before.ejectedUntilUs === null
  return { ...host, backoff: tookPart ? Math.max(0, host.backoff - 1) : host.backoff, requests: 0, successes: 0 }
}

const rate = ({ successes, requests }: OutlierHost): number => (successes * 100) / requests
const counts = (config: EnvoyOutlierConfig, host: OutlierHost): boolean =>
  host.ejectedUntilUs === null && host.requests >= config.successRateRequestVolume

/** mean − factor·deviation of the hosts with enough requests, in percent; null when they are too few. */
function successRateThreshold(config: EnvoyOutlierConfig, hosts: readonly OutlierHost[]): number | null {
  const rates = hosts.filter((host) => counts(config, host)).map(rate)
  return rates.length < config.successRateMinimumHosts ? null : outlierThreshold(config, rates)
}

/** Envoy's example: of 50, 100, 100, 100, 100 the mean is 90, the deviation 20, the threshold 52. */
export function outlierThreshold(config: EnvoyOutlierConfig, rates: readonly number[]): number {
  const mean = rates.reduce((sum, value) => sum + value, 0) / rates.length
  const variance = rates.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / rates.length
  return mean - (config.successRateStdevFactor / 1_000) * sqrt(variance)
}
