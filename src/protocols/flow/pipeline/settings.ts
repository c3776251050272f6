import type { CodelConfig } from '../aqm/codel.ts'
import type { FqCodelConfig } from '../aqm/fq-codel.ts'
import type { PieConfig } from '../aqm/pie.ts'
import type { RedConfig } from '../aqm/red.ts'
import type { HpaConfig } from '../autoscaling/hpa.ts'
import type { EnvoyOutlierConfig } from '../breakers/envoy-outlier.ts'
import type { HystrixConfig } from '../breakers/hystrix.ts'
import type { OpossumConfig } from '../breakers/opossum.ts'
import type { Resilience4jConfig } from '../breakers/resilience4j.ts'
import type { BufferConfig } from '../buffers/buffer.ts'
import type { DeadlinePolicy } from '../deadlines.ts'
import type { AimdConfig } from '../limits/aimd.ts'
import type { EnvoyGradientConfig } from '../limits/envoy-gradient.ts'
import type { FixedWindowConfig } from '../limits/fixed-window.ts'
import type { GradientConfig } from '../limits/gradient.ts'
import type { Gradient2Config } from '../limits/gradient2.ts'
import type { LeakyBucketConfig } from '../limits/leaky-bucket.ts'
import type { RateConfig } from '../limits/token-bucket.ts'
import type { VegasConfig } from '../limits/vegas.ts'
import { type Distribution, exponential } from '../queueing/distributions.ts'
import type { BackoffConfig } from '../retries/backoff.ts'
import type { AwsBucketConfig } from '../retries/bucket-aws.ts'
import type { EnvoyBudgetConfig } from '../retries/budget-envoy.ts'
import type { FinagleBudgetConfig } from '../retries/budget-finagle.ts'
import type { GrpcTokensConfig } from '../retries/tokens-grpc.ts'
import type { ClientThrottlingConfig } from '../shedding/client-throttling.ts'
import type { DagorConfig } from '../shedding/dagor.ts'
import type { NackAdmissionConfig } from '../shedding/nack-admission.ts'
import type { PrioritySheddingConfig } from '../shedding/priority.ts'
import type { KafkaConsumerConfig } from '../streams/kafka-consumer.ts'

/**
 * What can be set of the parts of a pipeline, as data. An act replaces some of it ({@link Patch}); what is not named stays.
 * Settings survive a crash of their part. All times are microseconds.
 */

/** How requests come. */
export type Load =
  /** Nobody comes. */
  | { readonly kind: 'silent' }
  /** Independent arrivals: `between` is the time from one to the next (exponential: Poisson). */
  | { readonly kind: 'open'; readonly between: Distribution }
  /** Poisson arrivals of one rate, and for `burstUs` in every `everyUs` of another. */
  | {
      readonly kind: 'bursty'
      readonly perSecond: number
      readonly burstPerSecond: number
      readonly burstUs: number
      readonly everyUs: number
    }
  /** The given times between arrivals, again and again. */
  | { readonly kind: 'trace'; readonly gapsUs: readonly number[] }
  /** `users` who think, ask, wait for the answer, and think again. All begin at a time of their first thought. */
  | { readonly kind: 'closed'; readonly users: number; readonly think: Distribution }

/** How often and when a request that failed is sent again. `retries` 0: never. */
export interface RetryPolicy {
  readonly retries: number
  /** Null: at once. */
  readonly backoff: BackoffConfig | null
}

/** Whether a retry may be made at all. */
export type RetryBudget =
  | { readonly kind: 'none' }
  | { readonly kind: 'finagle'; readonly config: FinagleBudgetConfig }
  | { readonly kind: 'envoy'; readonly config: EnvoyBudgetConfig }
  | { readonly kind: 'grpc'; readonly config: GrpcTokensConfig }
  | { readonly kind: 'aws'; readonly config: AwsBucketConfig }

/** The circuit breaker of a client. */
export type BreakerChoice =
  | { readonly kind: 'none' }
  | { readonly kind: 'hystrix'; readonly config: HystrixConfig }
  | { readonly kind: 'resilience4j'; readonly config: Resilience4jConfig }
  | { readonly kind: 'opossum'; readonly config: OpossumConfig }

/** How a client keeps itself from asking a server that refuses. */
export type Throttle =
  | { readonly kind: 'none' }
  | { readonly kind: 'google'; readonly config: ClientThrottlingConfig }
  | { readonly kind: 'nack'; readonly config: NackAdmissionConfig }

/** Whom a part with several outputs sends to. */
export type Balance = 'round-robin' | 'random' | 'least-loaded' | 'two-choices' | 'by-class'

/** How many may be in flight at once: a number, or an algorithm that finds it. */
export type Limit =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly limit: number }
  | { readonly kind: 'aimd'; readonly config: AimdConfig }
  | { readonly kind: 'vegas'; readonly config: VegasConfig }
  | { readonly kind: 'gradient'; readonly config: GradientConfig }
  | { readonly kind: 'gradient2'; readonly config: Gradient2Config }
  | { readonly kind: 'envoy'; readonly config: EnvoyGradientConfig }

/** How many may pass a second. */
export type RateLimit =
  | { readonly kind: 'none' }
  | { readonly kind: 'token-bucket'; readonly config: RateConfig }
  | { readonly kind: 'gcra'; readonly config: RateConfig }
  | { readonly kind: 'leaky-bucket'; readonly config: LeakyBucketConfig }
  | { readonly kind: 'fixed-window'; readonly config: FixedWindowConfig }

/** What a stage sheds before it is full. */
export type Shedding =
  | { readonly kind: 'none' }
  | { readonly kind: 'priority'; readonly config: PrioritySheddingConfig }
  | { readonly kind: 'dagor'; readonly config: DagorConfig }

/** Who manages the queue beside its overflow policy. */
export type QueueManagement =
  | { readonly kind: 'none' }
  | { readonly kind: 'codel'; readonly config: CodelConfig }
  | { readonly kind: 'fq-codel'; readonly config: FqCodelConfig }
  | { readonly kind: 'pie'; readonly config: PieConfig }
  | { readonly kind: 'red'; readonly config: RedConfig }

/** How a stage tells those before it how much it wants. */
export type Demand =
  /** It does not: whoever has something sends it. A buffer that blocks asks for what it has room for all the same. */
  | { readonly kind: 'push' }
  /** Reactive Streams: `request(prefetch)`, then `request(replenish)` whenever that many are done. */
  | { readonly kind: 'request'; readonly prefetch: number; readonly replenish: number }
  /** HTTP/2: windows in bytes, one a stream (pipe) and one for the whole connection (all pipes of the sender). */
  | { readonly kind: 'window'; readonly initialBytes: number }
  /** WHATWG streams: pull while desiredSize = highWaterMark - queue is above 0, or a reader waits. */
  | { readonly kind: 'whatwg'; readonly highWaterMark: number }
  /** Node streams: write() answers false from the mark on, 'drain' when all is written; who does not obey floods. */
  | { readonly kind: 'node'; readonly highWaterMark: number; readonly obeyed: boolean }
  /** A consumer that polls a log that keeps everything: the stage's queue is the log. */
  | { readonly kind: 'kafka'; readonly config: KafkaConsumerConfig; readonly paused: boolean }

/** How long one server works on one item. `bytes`: it is a line, and an item takes as long as its size says. */
export type Service =
  | { readonly kind: 'time'; readonly distribution: Distribution }
  | { readonly kind: 'bytes'; readonly bitsPerSecond: number }

/** A server takes up to `max` items at once; a batch of n costs one draw of the service and `eachUs` for each item. */
export interface BatchService {
  readonly max: number
  readonly lingerUs: number
  readonly eachUs: number
}

/** A source of requests and its client. */
export interface SourceSettings {
  readonly load: Load
  readonly class: number
  /** Shares of priorities from 0 on, in per-mille; together 1,000. */
  readonly prioritiesPermille: readonly number[]
  readonly sizeBytes: number
  /** After this time the client gives an attempt up. Null: it waits for ever. */
  readonly timeoutUs: number | null
  /** The deadline travels with the request: what is left of the timeout. */
  readonly propagatesDeadline: boolean
  readonly retry: RetryPolicy
  readonly budget: RetryBudget
  readonly breaker: BreakerChoice
  readonly throttle: Throttle
  /** Of attempts in flight; what is above waits in the source's backlog. */
  readonly limit: Limit
  readonly rate: RateLimit
  readonly balance: Balance
  /** Outputs that fail are left alone for a while (Envoy's outlier detection). Null: never. */
  readonly outlier: EnvoyOutlierConfig | null
  /** Requests that wait for a permit or for demand; what comes to a full backlog is dropped. */
  readonly backlog: number
}

/** Servers behind a buffer. */
export interface StageSettings {
  readonly servers: number
  readonly service: Service
  /** A server's speed; 1,000 is as the service says. */
  readonly speedPermille: number
  readonly buffer: BufferConfig
  readonly demand: Demand
  readonly management: QueueManagement
  readonly rate: RateLimit
  readonly limit: Limit
  /** Guarantees of priorities under the limit, in per-mille. Empty: none. */
  readonly partitionsPermille: readonly number[]
  readonly shedding: Shedding
  readonly deadlines: DeadlinePolicy
  readonly batch: BatchService | null
  readonly autoscaling: Autoscaling | null
  readonly balance: Balance
  /** An item that is turned away is answered at once (503, RST); else its sender must find out by itself. */
  readonly answersRefusals: boolean
}

/** The number of servers follows the load: the metric is the share of busy servers. */
export interface Autoscaling {
  readonly hpa: HpaConfig
  readonly bootUs: number
}

/** Memory that a pipeline may use: named, and reached as an overflow like any other. */
export const PIPELINE_LIMITS = Object.freeze({
  /** Items that one buffer or backlog holds. */
  waiting: 100_000,
  servers: 1_000,
  users: 10_000,
  /** Requests that one source has open at a time, those that wait for a retry included. */
  open: 150_000,
  parts: 24,
})

/** Ten requests a second, nobody gives up, nobody asks twice. */
export const SOURCE_DEFAULTS: SourceSettings = Object.freeze({
  load: Object.freeze({ kind: 'open', between: Object.freeze(exponential(100_000)) }),
  class: 0,
  prioritiesPermille: Object.freeze([1_000]),
  sizeBytes: 1_000,
  timeoutUs: null,
  propagatesDeadline: true,
  retry: Object.freeze({ retries: 0, backoff: null }),
  budget: Object.freeze({ kind: 'none' }),
  breaker: Object.freeze({ kind: 'none' }),
  throttle: Object.freeze({ kind: 'none' }),
  limit: Object.freeze({ kind: 'none' }),
  rate: Object.freeze({ kind: 'none' }),
  balance: 'round-robin',
  outlier: null,
  backlog: PIPELINE_LIMITS.waiting,
})

/** One server of 50 ms exponential behind a queue without bound (but the memory's), first come first served. */
export const STAGE_DEFAULTS: StageSettings = Object.freeze({
  servers: 1,
  service: Object.freeze({ kind: 'time', distribution: Object.freeze(exponential(50_000)) }),
  speedPermille: 1_000,
  buffer: Object.freeze({
    capacity: PIPELINE_LIMITS.waiting,
    discipline: Object.freeze({ kind: 'fifo' }),
    overflow: Object.freeze({ kind: 'drop-newest' }),
    patience: null,
  }),
  demand: Object.freeze({ kind: 'push' }),
  management: Object.freeze({ kind: 'none' }),
  rate: Object.freeze({ kind: 'none' }),
  limit: Object.freeze({ kind: 'none' }),
  partitionsPermille: Object.freeze([]),
  shedding: Object.freeze({ kind: 'none' }),
  deadlines: 'ignore',
  batch: null,
  autoscaling: null,
  balance: 'round-robin',
  answersRefusals: true,
})

/** What an act replaces. */
export type Patch<Settings> = { readonly [Key in keyof Settings]?: Settings[Key] }
