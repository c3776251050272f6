import { DURATION_MAX, formatDuration } from '../../../base/units.ts'
import type { CodelConfig } from '../aqm/codel.ts'
import type { FqCodelConfig } from '../aqm/fq-codel.ts'
import type { PieConfig } from '../aqm/pie.ts'
import type { RedConfig } from '../aqm/red.ts'
import type { HpaConfig, ScalingRule } from '../autoscaling/hpa.ts'
import type { EnvoyOutlierConfig } from '../breakers/envoy-outlier.ts'
import type { HystrixConfig } from '../breakers/hystrix.ts'
import type { OpossumConfig } from '../breakers/opossum.ts'
import type { Resilience4jConfig } from '../breakers/resilience4j.ts'
import type { Patience } from '../buffers/buffer.ts'
import type { AimdConfig } from '../limits/aimd.ts'
import type { EnvoyGradientConfig } from '../limits/envoy-gradient.ts'
import type { FixedWindowConfig } from '../limits/fixed-window.ts'
import type { GradientConfig } from '../limits/gradient.ts'
import type { Gradient2Config } from '../limits/gradient2.ts'
import type { LeakyBucketConfig } from '../limits/leaky-bucket.ts'
import type { RateConfig } from '../limits/token-bucket.ts'
import type { VegasConfig } from '../limits/vegas.ts'
import type { BackoffConfig } from '../retries/backoff.ts'
import type { AwsBucketConfig } from '../retries/bucket-aws.ts'
import type { EnvoyBudgetConfig } from '../retries/budget-envoy.ts'
import type { FinagleBudgetConfig } from '../retries/budget-finagle.ts'
import type { GrpcTokensConfig } from '../retries/tokens-grpc.ts'
import type { ClientThrottlingConfig } from '../shedding/client-throttling.ts'
import type { DagorConfig } from '../shedding/dagor.ts'
import type { NackAdmissionConfig } from '../shedding/nack-admission.ts'
import type { KafkaConsumerConfig } from '../streams/kafka-consumer.ts'
import { PIPELINE_LIMITS } from './settings.ts'

/** Between which values every number of every mechanism must lie, as data: a field that is forgotten does not compile. */

/** A closed interval. `limit`: its upper end is that memory limit of a pipeline. */
export interface Bound {
  readonly unit: 'whole' | 'real' | 'us'
  readonly low: number
  readonly high: number
  readonly limit: keyof typeof PIPELINE_LIMITS | null
}

/** A bound for each number of a configuration. Null in a field that may be null means off, and has no bound. */
export type Bounds<Config> = {
  readonly [Key in keyof Config as NonNullable<Config[Key]> extends number ? Key : never]: Bound
}

/** Counts that no named limit bounds: more are a mistake. */
const COUNT_MAX = 1_000_000
const BYTES_MAX = 2_147_483_647

/** A whole number. */
export const whole = (low: number, high: number = COUNT_MAX): Bound => ({ unit: 'whole', low, high, limit: null })
/** Any number. */
export const real = (low: number, high: number): Bound => ({ unit: 'real', low, high, limit: null })
/** A time in whole microseconds. */
export const time = (lowUs: number, highUs: number = DURATION_MAX): Bound => ({
  unit: 'us',
  low: lowUs,
  high: highUs,
  limit: null,
})
/** A whole number up to one of {@link PIPELINE_LIMITS}. */
export const upTo = (limit: keyof typeof PIPELINE_LIMITS, low = 1): Bound => ({
  unit: 'whole',
  low,
  high: PIPELINE_LIMITS[limit],
  limit,
})

/** Why `value` is not what `what` may be, or null. */
export function boundProblem(what: string, value: number, bound: Bound): string | null {
  const { unit, low, high, limit } = bound
  const isWhole = unit === 'real' || Number.isSafeInteger(value)
  if (isWhole && value >= low && value <= high) return null
  const name = limit === null ? '' : ` (the limit "${limit}" of a pipeline)`
  const kind = unit === 'real' ? 'a number' : unit === 'us' ? 'a time' : 'a whole number'
  return `${what} must be ${kind} from ${shown(unit, low)} to ${shown(unit, high)}${name}, not ${shown(unit, value)}`
}

/** A value with its unit. */
export const shown = (unit: Bound['unit'], value: number): string =>
  unit === 'us' && Number.isSafeInteger(value) && value >= 0
    ? formatDuration(value)
    : `${value}${unit === 'us' ? 'us' : ''}`

/** The first number of a configuration that is not within its bound, in words, or null. */
export function boundsProblem<Config>(where: string, config: Config, bounds: Bounds<Config>): string | null {
  for (const [key, bound] of Object.entries<Bound>(bounds)) {
    const value = config[key as keyof Config] as number | null
    const problem = value === null ? null : boundProblem(`${where}: ${spoken(key)}`, value, bound)
    if (problem !== null) return problem
  }
  return null
}

/** `minRetriesPerSecond` as people say it; the unit stands at the value. */
const spoken = (key: string): string =>
  key
    .replace(/Us$/, '')
    .replace(/([A-Z]|5xx)/g, ' $1')
    .toLowerCase()

const [PERCENT, PERMILLE, SHARE] = [whole(0, 100), whole(0, 1_000), real(0, 1)]
const SMOOTHING = real(0.001, 1)
const BYTES = whole(1, BYTES_MAX)
const PLACES = upTo('waiting')
/** What happens again and again: oftener, and the run would be about nothing else. */
const PERIOD = time(1_000)

export const AIMD_BOUNDS: Bounds<AimdConfig> = {
  initialLimit: PLACES,
  minLimit: PLACES,
  maxLimit: PLACES,
  backoffPermille: whole(500, 999),
  timeoutUs: time(1),
}
export const VEGAS_BOUNDS: Bounds<VegasConfig> = {
  initialLimit: PLACES,
  maxLimit: PLACES,
  smoothing: SMOOTHING,
  probeMultiplier: whole(1),
}
export const GRADIENT_BOUNDS: Bounds<GradientConfig> = {
  initialLimit: PLACES,
  minLimit: PLACES,
  maxLimit: PLACES,
  queueMin: whole(0),
  tolerance: real(1, 100),
  smoothing: SMOOTHING,
  backoff: real(0.5, 1),
  probeInterval: whole(1),
}
export const GRADIENT2_BOUNDS: Bounds<Gradient2Config> = {
  initialLimit: PLACES,
  minLimit: PLACES,
  maxLimit: PLACES,
  smoothing: SMOOTHING,
  queueSize: whole(0),
  longWindow: whole(1),
  warmUp: whole(1),
  tolerance: real(1, 100),
}
export const ENVOY_GRADIENT_BOUNDS: Bounds<EnvoyGradientConfig> = {
  minRttIntervalUs: PERIOD,
  jitterPercent: PERCENT,
  // As many as one window keeps: a measurement that needs more would never end.
  minRttRequests: whole(1, 20_000),
  minConcurrency: PLACES,
  maxConcurrency: PLACES,
  bufferPercent: whole(0, 1_000),
  updateIntervalUs: PERIOD,
  percentile: real(0.1, 100),
}

export const RATE_BOUNDS: Bounds<RateConfig> = { tokens: whole(1), perUs: time(1, 3_600_000_000), burst: PLACES }
export const LEAKY_BUCKET_BOUNDS: Bounds<LeakyBucketConfig> = { intervalUs: time(1), capacity: PLACES }
export const FIXED_WINDOW_BOUNDS: Bounds<FixedWindowConfig> = { limit: whole(1), windowUs: time(1) }

export const BACKOFF_BOUNDS: Bounds<BackoffConfig> = {
  baseUs: time(0),
  capUs: time(0),
  factorPermille: whole(1_000, 100_000),
}
export const FINAGLE_BOUNDS: Bounds<FinagleBudgetConfig> = {
  ttlUs: time(1_000_000, 60_000_000),
  minRetriesPerSecond: whole(0),
  share: real(0, 1_000),
}
export const ENVOY_BUDGET_BOUNDS: Bounds<EnvoyBudgetConfig> = { budgetPercent: PERCENT, minRetryConcurrency: whole(0) }
export const GRPC_BOUNDS: Bounds<GrpcTokensConfig> = { maxTokens: whole(1, 1_000), ratioMilli: whole(1) }
export const AWS_BOUNDS: Bounds<AwsBucketConfig> = {
  capacity: whole(0),
  transientCost: whole(0),
  throttlingCost: whole(0),
  timeoutCost: whole(0),
  successRefund: whole(0),
  attemptsMax: whole(1),
  transientBaseUs: time(0),
  throttlingBaseUs: time(0),
}

export const HYSTRIX_BOUNDS: Bounds<HystrixConfig> = {
  requestVolumeThreshold: whole(1),
  errorThresholdPercent: whole(1, 100),
  sleepWindowUs: time(1),
  windowUs: time(1),
  snapshotUs: PERIOD,
}
export const RESILIENCE4J_BOUNDS: Bounds<Resilience4jConfig> = {
  failureRatePercent: real(0.1, 100),
  slowCallRatePercent: real(0.1, 100),
  slowCallUs: time(1),
  slidingWindowSize: whole(1, 100_000),
  minimumCalls: whole(1),
  waitInOpenUs: time(1),
  permittedInHalfOpen: whole(1, 100_000),
}
/** Parts of a sliding window: a step may copy as many. */
const PARTS = whole(1, 1_000)
export const OPOSSUM_BOUNDS: Bounds<OpossumConfig> = {
  errorThresholdPercent: real(0, 100),
  timeoutUs: time(1),
  resetTimeoutUs: time(1),
  windowUs: time(1),
  buckets: PARTS,
  volumeThreshold: whole(0),
}
export const OUTLIER_BOUNDS: Bounds<EnvoyOutlierConfig> = {
  consecutive5xx: whole(1),
  intervalUs: PERIOD,
  baseEjectionUs: time(1),
  maxEjectionUs: time(1),
  maxEjectionJitterUs: time(0),
  maxEjectionPercent: PERCENT,
  successRateMinimumHosts: whole(1),
  successRateRequestVolume: whole(1),
  successRateStdevFactor: whole(0),
}

export const CLIENT_THROTTLING_BOUNDS: Bounds<ClientThrottlingConfig> = {
  windowUs: time(1),
  buckets: PARTS,
  multiplier: real(1, 1_000),
}
export const NACK_BOUNDS: Bounds<NackAdmissionConfig> = {
  windowUs: time(1),
  nackThreshold: real(0, 0.999),
  maxDropProbability: SHARE,
  minRequestsPerSecond: real(0, COUNT_MAX),
}
export const DAGOR_BOUNDS: Bounds<DagorConfig> = {
  queuingTimeUs: time(0),
  windowUs: time(1),
  windowRequests: whole(1, 100_000),
  shedPermille: PERMILLE,
  admitPermille: whole(1, 1_000),
  businessLevels: whole(1, 1_000),
  userLevels: whole(1, 1_000),
}

export const CODEL_BOUNDS: Bounds<CodelConfig> = { targetUs: time(1), intervalUs: time(1), mtuBytes: whole(0) }
export const FQ_CODEL_BOUNDS: Bounds<FqCodelConfig> = {
  flows: whole(1, 65_536),
  // RFC 8290, 5.2.4: half of one would need two rounds for every packet; Linux takes no less than 256.
  quantumBytes: whole(256),
  limitPackets: PLACES,
  memoryBytes: BYTES,
  dropBatch: whole(1),
}
export const PIE_BOUNDS: Bounds<PieConfig> = {
  targetUs: time(1),
  updateUs: PERIOD,
  limitPackets: PLACES,
  alpha: real(0, 100),
  beta: real(0, 100),
  burstUs: time(0),
  mtuBytes: whole(0),
}
export const RED_BOUNDS: Bounds<RedConfig> = {
  minPackets: real(0, PIPELINE_LIMITS.waiting),
  maxPackets: real(0.1, PIPELINE_LIMITS.waiting),
  weight: real(0.000_001, 1),
  maxProbability: SHARE,
  limitPackets: PLACES,
  packetUs: time(1),
}

export const KAFKA_BOUNDS: Bounds<KafkaConsumerConfig> = {
  maxPollRecords: PLACES,
  maxPollIntervalUs: time(1),
  sessionTimeoutUs: time(1),
  heartbeatIntervalUs: PERIOD,
  fetchMinBytes: whole(0, BYTES_MAX),
  fetchMaxWaitUs: PERIOD,
  maxPartitionFetchBytes: BYTES,
  fetchMaxBytes: BYTES,
  rebalanceUs: PERIOD,
}

export const PATIENCE_BOUNDS: Bounds<Patience> = { intervalUs: time(0), overloadedUs: time(0) }

export const HPA_BOUNDS: Bounds<HpaConfig> = {
  minReplicas: upTo('servers'),
  maxReplicas: upTo('servers'),
  targetPermille: whole(1, 1_000),
  tolerancePermille: PERMILLE,
  syncUs: PERIOD,
}
export const SCALING_BOUNDS: Bounds<ScalingRule> = {
  stabilizationUs: time(0),
  periodUs: time(1),
  percent: whole(0, 100_000),
  pods: upTo('servers', 0),
}
