import { unreachable } from '../../../base/assert.ts'
import { type BufferConfig, bufferProblem } from '../buffers/buffer.ts'
import { type Distribution, meanUs } from '../queueing/distributions.ts'
import { HTTP2_WINDOW_MAX } from '../streams/http2-windows.ts'
import {
  AIMD_BOUNDS,
  AWS_BOUNDS,
  BACKOFF_BOUNDS,
  type Bound,
  boundProblem,
  boundsProblem,
  CLIENT_THROTTLING_BOUNDS,
  CODEL_BOUNDS,
  DAGOR_BOUNDS,
  ENVOY_BUDGET_BOUNDS,
  ENVOY_GRADIENT_BOUNDS,
  FINAGLE_BOUNDS,
  FIXED_WINDOW_BOUNDS,
  FQ_CODEL_BOUNDS,
  GRADIENT_BOUNDS,
  GRADIENT2_BOUNDS,
  GRPC_BOUNDS,
  HPA_BOUNDS,
  HYSTRIX_BOUNDS,
  KAFKA_BOUNDS,
  LEAKY_BUCKET_BOUNDS,
  NACK_BOUNDS,
  OPOSSUM_BOUNDS,
  OUTLIER_BOUNDS,
  PATIENCE_BOUNDS,
  PIE_BOUNDS,
  RATE_BOUNDS,
  RED_BOUNDS,
  RESILIENCE4J_BOUNDS,
  real,
  SCALING_BOUNDS,
  shown,
  time,
  upTo,
  VEGAS_BOUNDS,
  whole,
} from './bounds.ts'
import type {
  Autoscaling,
  BatchService,
  BreakerChoice,
  Demand,
  Limit,
  Load,
  QueueManagement,
  RateLimit,
  RetryBudget,
  RetryPolicy,
  Service,
  Shedding,
  SourceSettings,
  StageSettings,
  Throttle,
} from './settings.ts'

/**
 * Why a part cannot be set like this: one sentence that says where, what, and what was expected; null when it can. Who
 * builds a pipeline asks before anything of it runs, so the machines need not.
 */
type Problem = string | null

const first = (...problems: readonly Problem[]): Problem => problems.find((problem) => problem !== null) ?? null

/** More are a mistake: a hundred retries make a request a storm of its own. */
const RETRIES = whole(0, 100)
/** As many as have a colour and a counter. */
const [CLASSES_MAX, PRIORITIES_MAX] = [64, 16]
const VALUES_MAX = 10_000
/** A rate between bursts is looked for cycle by cycle: one request in so many cycles must be expected. */
const CYCLES_MAX = 1_000

/** Why these settings cannot be, or null. */
export const settingsProblem = (settings: SourceSettings | StageSettings): Problem =>
  'load' in settings ? sourceProblem(settings) : stageProblem(settings)

// ---- Sources --------------------------------------------------------------------------------------------------------

const sourceProblem = (settings: SourceSettings): Problem =>
  first(
    loadProblem(settings.load),
    boundProblem('class', settings.class, whole(0, CLASSES_MAX - 1)),
    prioritiesProblem(settings.prioritiesPermille),
    boundProblem('size in bytes', settings.sizeBytes, whole(1, HTTP2_WINDOW_MAX)),
    settings.timeoutUs === null ? null : boundProblem('timeout', settings.timeoutUs, time(1)),
    retryProblem(settings.retry),
    budgetProblem(settings.budget),
    breakerProblem(settings.breaker),
    throttleProblem(settings.throttle),
    limitProblem(settings.limit),
    rateProblem(settings.rate),
    settings.outlier === null ? null : boundsProblem('outlier', settings.outlier, OUTLIER_BOUNDS),
    boundProblem('backlog', settings.backlog, upTo('waiting', 0)),
  )

function loadProblem(load: Load): Problem {
  switch (load.kind) {
    case 'silent':
      return null
    case 'open':
      return timesProblem('load: time between arrivals', load.between)
    case 'bursty':
      return burstyProblem(load)
    case 'trace':
      return valuesProblem('load: times between arrivals', load.gapsUs)
    case 'closed':
      return first(
        boundProblem('load: users', load.users, upTo('users')),
        timesProblem('load: time to think', load.think),
      )
    default:
      return unreachable(load)
  }
}

function burstyProblem({ perSecond, burstPerSecond, burstUs, everyUs }: Extract<Load, { kind: 'bursty' }>): Problem {
  const cycle = first(
    boundProblem('load: rate', perSecond, real(0, 1_000_000)),
    boundProblem('load: rate of a burst', burstPerSecond, real(0, 1_000_000)),
    boundProblem('load: time from burst to burst', everyUs, time(1_000)),
  )
  // Only a time from burst to burst that may be bounds the length of one.
  if (cycle !== null) return cycle
  const perCycle = (perSecond * (everyUs - burstUs) + burstPerSecond * burstUs) / 1_000_000
  const isRare = perCycle * CYCLES_MAX < 1
  return first(
    boundProblem('load: length of a burst', burstUs, time(1, everyUs)),
    isRare ? `load: a cycle brings ${perCycle} requests on average, at least ${1 / CYCLES_MAX} were expected` : null,
  )
}

function prioritiesProblem(permille: readonly number[]): Problem {
  const total = permille.reduce((sum, share) => sum + share, 0)
  return first(
    boundProblem('priorities: their number', permille.length, whole(1, PRIORITIES_MAX)),
    sharesProblem('priorities', permille),
    total === 1_000 ? null : `priorities: their shares must add up to 1000 per mille, not ${total}`,
  )
}

const sharesProblem = (where: string, permille: readonly number[]): Problem =>
  first(...permille.map((share, at) => boundProblem(`${where}: share ${at} in per mille`, share, whole(0, 1_000))))

function retryProblem({ retries, backoff }: RetryPolicy): Problem {
  return first(
    boundProblem('retry: retries', retries, RETRIES),
    backoff === null ? null : boundsProblem('backoff', backoff, BACKOFF_BOUNDS),
    backoff === null ? null : orderProblem('backoff', ['base', backoff.baseUs], ['cap', backoff.capUs], 'us'),
  )
}

function budgetProblem(budget: RetryBudget): Problem {
  switch (budget.kind) {
    case 'none':
      return null
    case 'finagle':
      return boundsProblem('budget finagle', budget.config, FINAGLE_BOUNDS)
    case 'envoy':
      return boundsProblem('budget envoy', budget.config, ENVOY_BUDGET_BOUNDS)
    case 'grpc':
      return boundsProblem('budget grpc', budget.config, GRPC_BOUNDS)
    case 'aws':
      return boundsProblem('budget aws', budget.config, AWS_BOUNDS)
    default:
      return unreachable(budget)
  }
}

function breakerProblem(breaker: BreakerChoice): Problem {
  switch (breaker.kind) {
    case 'none':
      return null
    case 'hystrix': {
      const { windowUs, snapshotUs } = breaker.config
      const parts = windowUs / snapshotUs
      return first(
        boundsProblem('breaker hystrix', breaker.config, HYSTRIX_BOUNDS),
        boundProblem('breaker hystrix: snapshots in its window', parts, whole(1, 1_000)),
      )
    }
    case 'resilience4j':
      return boundsProblem('breaker resilience4j', breaker.config, RESILIENCE4J_BOUNDS)
    case 'opossum':
      return boundsProblem('breaker opossum', breaker.config, OPOSSUM_BOUNDS)
    default:
      return unreachable(breaker)
  }
}

function throttleProblem(throttle: Throttle): Problem {
  switch (throttle.kind) {
    case 'none':
      return null
    case 'google':
      return boundsProblem('throttle google', throttle.config, CLIENT_THROTTLING_BOUNDS)
    case 'nack':
      return boundsProblem('throttle nack', throttle.config, NACK_BOUNDS)
    default:
      return unreachable(throttle)
  }
}

// ---- Both -----------------------------------------------------------------------------------------------------------

function limitProblem(limit: Limit): Problem {
  switch (limit.kind) {
    case 'none':
      return null
    case 'fixed':
      return boundProblem('limit fixed', limit.limit, upTo('waiting'))
    case 'aimd':
      return first(boundsProblem('limit aimd', limit.config, AIMD_BOUNDS), betweenProblem(limit.kind, limit.config))
    case 'vegas':
      return first(
        boundsProblem('limit vegas', limit.config, VEGAS_BOUNDS),
        betweenProblem(limit.kind, { ...limit.config, minLimit: 1 }),
      )
    case 'gradient':
      return first(
        boundsProblem('limit gradient', limit.config, GRADIENT_BOUNDS),
        betweenProblem(limit.kind, limit.config),
      )
    case 'gradient2':
      return first(
        boundsProblem('limit gradient2', limit.config, GRADIENT2_BOUNDS),
        betweenProblem(limit.kind, limit.config),
      )
    case 'envoy': {
      const { minConcurrency, maxConcurrency } = limit.config
      return first(
        boundsProblem('limit envoy', limit.config, ENVOY_GRADIENT_BOUNDS),
        orderProblem('limit envoy', ['min concurrency', minConcurrency], ['max concurrency', maxConcurrency]),
      )
    }
    default:
      return unreachable(limit)
  }
}

interface Limits {
  readonly minLimit: number
  readonly initialLimit: number
  readonly maxLimit: number
}

const betweenProblem = (kind: string, { minLimit, initialLimit, maxLimit }: Limits): Problem =>
  first(
    orderProblem(`limit ${kind}`, ['min limit', minLimit], ['initial limit', initialLimit]),
    orderProblem(`limit ${kind}`, ['initial limit', initialLimit], ['max limit', maxLimit]),
  )

type Named = readonly [name: string, value: number]

function orderProblem(
  where: string,
  [small, low]: Named,
  [large, high]: Named,
  unit: Bound['unit'] = 'whole',
): Problem {
  if (low <= high) return null
  return `${where}: ${large} must be at least ${small}, which is ${shown(unit, low)}, not ${shown(unit, high)}`
}

function rateProblem(rate: RateLimit): Problem {
  switch (rate.kind) {
    case 'none':
      return null
    case 'token-bucket':
    case 'gcra':
      return boundsProblem(`rate ${rate.kind}`, rate.config, RATE_BOUNDS)
    case 'leaky-bucket':
      return boundsProblem('rate leaky-bucket', rate.config, LEAKY_BUCKET_BOUNDS)
    case 'fixed-window':
      return boundsProblem('rate fixed-window', rate.config, FIXED_WINDOW_BOUNDS)
    default:
      return unreachable(rate)
  }
}

/** The mean of a distribution must be at least a microsecond, or time would stand still. */
function timesProblem(where: string, distribution: Distribution): Problem {
  const problem = parametersProblem(where, distribution)
  return problem ?? boundProblem(`${where}: mean`, Math.round(meanUs(distribution)), time(1))
}

function parametersProblem(where: string, distribution: Distribution): Problem {
  switch (distribution.kind) {
    case 'deterministic':
    case 'exponential':
      return null
    case 'erlang':
      return first(
        boundProblem(`${where}: phases`, distribution.phases, whole(1, 100)),
        boundProblem(`${where}: shortcut`, distribution.shortcut, real(0, 0.999)),
      )
    case 'hyper-exponential':
      return first(
        boundProblem(`${where}: share`, distribution.share, real(0, 1)),
        boundProblem(`${where}: first mean`, Math.round(distribution.firstUs), time(0)),
        boundProblem(`${where}: second mean`, Math.round(distribution.secondUs), time(0)),
      )
    case 'empirical':
      return valuesProblem(where, distribution.valuesUs)
    default:
      return unreachable(distribution)
  }
}

/** Times one after the other: not all of them 0. */
function valuesProblem(where: string, valuesUs: readonly number[]): Problem {
  return first(
    boundProblem(`${where}: their number`, valuesUs.length, whole(1, VALUES_MAX)),
    ...valuesUs.map((valueUs, at) => boundProblem(`${where}: value ${at}`, valueUs, time(0))),
    valuesUs.some((valueUs) => valueUs > 0) ? null : `${where}: at least one must be above 0`,
  )
}

// ---- Stages ---------------------------------------------------------------------------------------------------------

const stageProblem = (settings: StageSettings): Problem =>
  first(
    boundProblem('servers', settings.servers, upTo('servers')),
    serviceProblem(settings.service),
    boundProblem('speed in per mille', settings.speedPermille, whole(1)),
    queueProblem(settings.buffer),
    demandProblem(settings.demand),
    managementProblem(settings.management),
    rateProblem(settings.rate),
    limitProblem(settings.limit),
    partitionsProblem(settings.partitionsPermille),
    sheddingProblem(settings.shedding),
    settings.batch === null ? null : batchProblem(settings.batch),
    settings.autoscaling === null ? null : autoscalingProblem(settings.autoscaling),
    togetherProblem(settings),
  )

function queueProblem(buffer: BufferConfig): Problem {
  const { capacity, discipline, overflow, patience } = buffer
  const problem = bufferProblem(buffer)
  return first(
    boundProblem('queue: capacity', capacity, upTo('waiting', 0)),
    problem === null ? null : `queue: ${problem}`,
    discipline.kind === 'fair' ? boundProblem('queue fair: quantum in bytes', discipline.quantumBytes, whole(1)) : null,
    discipline.kind === 'adaptive-lifo'
      ? boundProblem('queue adaptive-lifo: interval', discipline.intervalUs, time(1))
      : null,
    overflow.kind === 'sample' ? boundProblem('overflow sample: period', overflow.periodUs, time(1)) : null,
    patience === null ? null : boundsProblem('patience', patience, PATIENCE_BOUNDS),
  )
}

const serviceProblem = (service: Service): Problem =>
  service.kind === 'time'
    ? timesProblem('service', service.distribution)
    : boundProblem('service: bits per second', service.bitsPerSecond, real(1, 1e13))

function demandProblem(demand: Demand): Problem {
  switch (demand.kind) {
    case 'push':
      return null
    case 'request':
      return first(
        boundProblem('demand request: prefetch', demand.prefetch, upTo('waiting')),
        // Who waits for more to be done than was asked for never asks again.
        boundProblem('demand request: replenish', demand.replenish, whole(1, demand.prefetch)),
      )
    case 'window':
      return boundProblem('demand window: bytes', demand.initialBytes, whole(1, HTTP2_WINDOW_MAX))
    case 'whatwg':
      // At a mark of 0 a stream is pulled only while somebody reads.
      return boundProblem('demand whatwg: high-water mark', demand.highWaterMark, upTo('waiting', 0))
    case 'node':
      return boundProblem('demand node: high-water mark in bytes', demand.highWaterMark, whole(1, HTTP2_WINDOW_MAX))
    case 'kafka': {
      const { heartbeatIntervalUs, sessionTimeoutUs, fetchMinBytes, fetchMaxBytes } = demand.config
      return first(
        boundsProblem('demand kafka', demand.config, KAFKA_BOUNDS),
        orderProblem(
          'demand kafka',
          ['heartbeat interval', heartbeatIntervalUs],
          ['session timeout', sessionTimeoutUs],
          'us',
        ),
        orderProblem('demand kafka', ['fetch min bytes', fetchMinBytes], ['fetch max bytes', fetchMaxBytes]),
      )
    }
    default:
      return unreachable(demand)
  }
}

function managementProblem(management: QueueManagement): Problem {
  switch (management.kind) {
    case 'none':
      return null
    case 'codel':
      return boundsProblem('queue codel', management.config, CODEL_BOUNDS)
    case 'fq-codel':
      return first(
        boundsProblem('queue fq-codel', management.config, FQ_CODEL_BOUNDS),
        boundsProblem('queue fq-codel', management.config.codel, CODEL_BOUNDS),
      )
    case 'pie':
      return boundsProblem('queue pie', management.config, PIE_BOUNDS)
    case 'red': {
      const { minPackets, maxPackets } = management.config
      return first(
        boundsProblem('queue red', management.config, RED_BOUNDS),
        minPackets < maxPackets ? null : `queue red: max packets must be above min packets, which is ${minPackets}`,
      )
    }
    default:
      return unreachable(management)
  }
}

function partitionsProblem(permille: readonly number[]): Problem {
  const total = permille.reduce((sum, share) => sum + share, 0)
  return first(
    boundProblem('partitions: their number', permille.length, whole(0, PRIORITIES_MAX)),
    sharesProblem('partitions', permille),
    total <= 1_000 ? null : `partitions: their shares must add up to at most 1000 per mille, not ${total}`,
  )
}

function sheddingProblem(shedding: Shedding): Problem {
  switch (shedding.kind) {
    case 'none':
      return null
    case 'priority':
      return thresholdsProblem(shedding.config.thresholdsPermille)
    case 'dagor':
      return boundsProblem('shed dagor', shedding.config, DAGOR_BOUNDS)
    default:
      return unreachable(shedding)
  }
}

function thresholdsProblem(permille: readonly number[]): Problem {
  return first(
    boundProblem('shed priority: number of thresholds', permille.length, whole(1, PRIORITIES_MAX)),
    ...permille.flatMap((threshold, at) => [
      boundProblem(`shed priority: threshold ${at} in per mille`, threshold, whole(1, 1_000)),
      threshold <= (permille[at - 1] ?? threshold)
        ? null
        : `shed priority: threshold ${at} must be at most that of the more urgent priority, ${permille[at - 1]}, not ${threshold}`,
    ]),
  )
}

const batchProblem = ({ max, lingerUs, eachUs }: BatchService): Problem =>
  first(
    boundProblem('batch: items', max, whole(1, 10_000)),
    boundProblem('batch: linger', lingerUs, time(0)),
    boundProblem('batch: time for each', eachUs, time(0)),
  )

function autoscalingProblem({ hpa, bootUs }: Autoscaling): Problem {
  return first(
    boundsProblem('autoscale', hpa, HPA_BOUNDS),
    orderProblem('autoscale', ['min replicas', hpa.minReplicas], ['max replicas', hpa.maxReplicas]),
    boundsProblem('autoscale up', hpa.up, SCALING_BOUNDS),
    boundsProblem('autoscale down', hpa.down, SCALING_BOUNDS),
    boundProblem('autoscale: time to boot', bootUs, time(0)),
  )
}

/** What each may be, and not together. */
function togetherProblem({ demand, management, buffer }: StageSettings): Problem {
  const { discipline, overflow, patience } = buffer
  const clash = (isSo: boolean, what: string, why: string): Problem => (isSo ? `${what}: ${why}` : null)
  const [isKafka, isFair] = [demand.kind === 'kafka', management.kind === 'fq-codel']
  const isStream = demand.kind === 'whatwg' || demand.kind === 'node'
  const log = 'the queue is the log, which keeps everything in order'
  const own = 'it has queues of its own'
  return first(
    clash(isKafka && management.kind !== 'none', `demand kafka with queue ${management.kind}`, `${log}: expected none`),
    clash(isKafka && discipline.kind !== 'fifo', `demand kafka with queue ${discipline.kind}`, `${log}: expected fifo`),
    clash(
      isKafka && overflow.kind !== 'drop-newest',
      `demand kafka with overflow ${overflow.kind}`,
      `${log}: expected drop-newest, which happens at the memory limit only`,
    ),
    clash(isKafka && patience !== null, 'demand kafka with patience', `${log}: expected no patience`),
    clash(
      isStream && overflow.kind === 'block',
      `demand ${demand.kind} with overflow block`,
      'such a stream takes whatever is written to it, its mark is only a sign: expected another overflow, or demand push',
    ),
    clash(
      isFair && discipline.kind !== 'fifo',
      `queue fq-codel with queue ${discipline.kind}`,
      `${own}: expected fifo`,
    ),
    clash(
      isFair && overflow.kind !== 'drop-newest' && overflow.kind !== 'block',
      `queue fq-codel with overflow ${overflow.kind}`,
      `${own}, and drops from the longest: expected drop-newest or block`,
    ),
    clash(isFair && patience !== null, 'queue fq-codel with patience', `${own}, and its own patience: expected none`),
  )
}
