import type { Args, ArgType, Value } from '../../../experiment/types.ts'
import { ENVOY_OUTLIER_DEFAULTS, type EnvoyOutlierConfig } from '../../../protocols/flow/breakers/envoy-outlier.ts'
import { HYSTRIX_DEFAULTS } from '../../../protocols/flow/breakers/hystrix.ts'
import { OPOSSUM_DEFAULTS } from '../../../protocols/flow/breakers/opossum.ts'
import { RESILIENCE4J_DEFAULTS } from '../../../protocols/flow/breakers/resilience4j.ts'
import {
  type Load,
  PIPELINE_LIMITS,
  type RetryPolicy,
  type SourceSettings,
} from '../../../protocols/flow/pipeline/settings.ts'
import { type Distribution, deterministic, exponential } from '../../../protocols/flow/queueing/distributions.ts'
import { BACKOFF_DEFAULTS, type BackoffConfig, type Jitter } from '../../../protocols/flow/retries/backoff.ts'
import { AWS_BUCKET_DEFAULTS } from '../../../protocols/flow/retries/bucket-aws.ts'
import { ENVOY_BUDGET_DEFAULTS } from '../../../protocols/flow/retries/budget-envoy.ts'
import { FINAGLE_BUDGET_DEFAULTS } from '../../../protocols/flow/retries/budget-finagle.ts'
import { GRPC_TOKENS_DEFAULTS } from '../../../protocols/flow/retries/tokens-grpc.ts'
import { CLIENT_THROTTLING_DEFAULTS } from '../../../protocols/flow/shedding/client-throttling.ts'
import { NACK_ADMISSION_DEFAULTS } from '../../../protocols/flow/shedding/nack-admission.ts'
import {
  argument,
  configOf,
  count,
  duration,
  type Form,
  fixed,
  flag,
  HOUR_US,
  integer,
  type Knob,
  knob,
  mechanism,
  milli,
  optional,
  options,
  optionsOf,
  percent,
  perSecond,
  RATE,
  rateIn,
  rateText,
  real,
  SWITCH,
  share,
  shortestRate,
  us,
  word,
  words,
} from './form.ts'

/** What can be set of a source: its load, its requests, and how its client behaves. */

const SECOND_US = 1_000_000
const GAPS_MAX = 200
const PRIORITIES_MAX = 16
const RETRIES_MAX = 100
const CLASSES = 64
const SIZE_MAX_BYTES = 1_000_000

type SourceForm = Form<SourceSettings>
const OF = ['source'] as const

/** A form of `load`: what it makes of the arguments, and the arguments that make such a load. */
const load = (
  name: string,
  rest: Pick<SourceForm, 'parts' | 'help' | 'example'>,
  read: (args: Args) => Load,
  write: (load: Load) => Args | null,
): SourceForm => ({
  id: `load-${name}`,
  verb: 'load',
  of: OF,
  ...rest,
  patch: (args) => ({ load: read(args) }),
  args: (settings) => write(settings.load),
})

const THINKING = words('exponential', 'constant')
const thinking = (meanUs: number, spread: Value | undefined): Distribution =>
  spread === 'constant' ? deterministic(meanUs) : exponential(meanUs)

const between = (load: Load, kind: 'exponential' | 'deterministic'): number | null =>
  load.kind === 'open' && load.between.kind === kind ? load.between.meanUs : null

const LOADS: readonly SourceForm[] = [
  load(
    'poisson',
    {
      parts: [word('poisson'), argument('rate', RATE, 'mean rate')],
      help: 'independent arrivals at a mean rate',
      example: 'load web poisson 70/s',
    },
    (args) => ({ kind: 'open', between: exponential(SECOND_US / rateIn(args.rate)) }),
    (given) => {
      const meanUs = between(given, 'exponential')
      return meanUs === null ? null : { rate: shortestRate(SECOND_US / meanUs, (rate) => SECOND_US / rate === meanUs) }
    },
  ),
  load(
    'every',
    {
      parts: [word('every'), argument('gap', duration(1, HOUR_US), 'from one to the next')],
      help: 'one request after the other, always the same time apart',
      example: 'load web every 10ms',
    },
    (args) => ({ kind: 'open', between: deterministic(args.gap as number) }),
    (given) => {
      const gap = between(given, 'deterministic')
      return gap === null ? null : { gap }
    },
  ),
  load(
    'bursty',
    {
      parts: [
        word('bursty'),
        argument('rate', RATE, 'mean rate between bursts'),
        word('bursts'),
        argument('burst', RATE, 'mean rate in a burst'),
        word('for'),
        argument('length', duration(1_000, HOUR_US), 'length of a burst'),
        word('every'),
        argument('period', duration(1_000, HOUR_US), 'from one burst to the next'),
      ],
      help: 'independent arrivals of one rate, and now and then for a while of another',
      example: 'load web bursty 50/s bursts 500/s for 200ms every 2s',
    },
    (args) => ({
      kind: 'bursty',
      perSecond: rateIn(args.rate),
      burstPerSecond: rateIn(args.burst),
      burstUs: args.length as number,
      everyUs: args.period as number,
    }),
    (given) =>
      given.kind === 'bursty'
        ? {
            rate: rateText(given.perSecond),
            burst: rateText(given.burstPerSecond),
            length: given.burstUs,
            period: given.everyUs,
          }
        : null,
  ),
  load(
    'trace',
    {
      parts: [
        word('trace'),
        argument(
          'gaps',
          { kind: 'list', of: 'duration', min: 1, max: HOUR_US, length: GAPS_MAX },
          'from one to the next, again and again',
        ),
      ],
      help: 'arrivals with the given times between them',
      example: 'load web trace 10ms,20ms,5ms',
    },
    (args) => ({ kind: 'trace', gapsUs: args.gaps as readonly number[] }),
    (given) => (given.kind === 'trace' ? { gaps: given.gapsUs } : null),
  ),
  load(
    'users',
    {
      parts: [
        word('users'),
        argument('users', integer(1, PIPELINE_LIMITS.users), 'how many'),
        word('think'),
        argument('think', duration(1, HOUR_US), 'mean time from an answer to the next request'),
        optional('spread', THINKING, 'how the time spreads; without: exponential'),
      ],
      help: 'users who ask, wait for the answer, think, and ask again',
      example: 'load web users 50 think 1s',
    },
    (args) => ({
      kind: 'closed',
      users: args.users as number,
      think: thinking(args.think as number, args.spread),
    }),
    (given) => {
      if (given.kind !== 'closed') return null
      const { users, think } = given
      if (think.kind === 'exponential') return { users, think: think.meanUs }
      return think.kind === 'deterministic' ? { users, think: think.meanUs, spread: 'constant' } : null
    },
  ),
  fixed(OF, 'load', 'load', 'none', { kind: 'silent' }, 'nobody comes'),
]

// ---- Requests ---------------------------------------------------------------------------------------------------

const PRIORITIES: ArgType = { kind: 'list', of: 'permille', min: 0, max: 1_000, length: PRIORITIES_MAX }

/** A verb with one argument that is the value of one field. */
export const plainly = <Settings, Field extends keyof Settings & string>(
  of: Form<Settings>['of'],
  verb: string,
  field: Field,
  type: ArgType,
  help: string,
  example: string,
): Form<Settings> => ({
  id: verb,
  verb,
  of,
  parts: [argument('value', type, help)],
  help,
  example,
  patch: (args) => ({ [field]: args.value }) as ReturnType<Form<Settings>['patch']>,
  args: (settings) => (settings[field] === null ? null : { value: settings[field] as Value }),
})

const REQUESTS: readonly SourceForm[] = [
  plainly(
    OF,
    'priorities',
    'prioritiesPermille',
    PRIORITIES,
    'shares of the priorities, the most urgent first',
    'priorities web 70%,30%',
  ),
  plainly(OF, 'size', 'sizeBytes', integer(1, SIZE_MAX_BYTES), 'bytes of each request', 'size web 1500'),
  plainly(
    OF,
    'timeout',
    'timeoutUs',
    duration(1, HOUR_US),
    'how long the client waits for an answer to each attempt',
    'timeout web 1s',
  ),
  fixed(OF, 'timeout', 'timeoutUs', 'none', null, 'the client waits for ever'),
  plainly(
    OF,
    'deadlines',
    'propagatesDeadline',
    SWITCH,
    'whether stages know until when the client waits',
    'deadlines web on',
  ),
]

/** Senders have a class, too. */
export const CLASS: Form<Pick<SourceSettings, 'class'>> = plainly(
  ['source', 'sender'],
  'class',
  'class',
  integer(0, CLASSES - 1),
  'its number in fair queues, its shape in the picture',
  'class web 2',
)

// ---- Retries ----------------------------------------------------------------------------------------------------

const JITTERS: readonly Jitter[] = ['full', 'equal', 'decorrelated', 'none']
const PAUSES: readonly Knob<BackoffConfig>[] = [
  knob('base', 'baseUs', us(1_000, HOUR_US), 'the first pause'),
  knob('cap', 'capUs', us(1_000, HOUR_US), 'the longest pause'),
  knob('factor', 'factorPermille', milli(1, 10), 'how many times longer the next one is'),
]
const TIMES = argument('retries', integer(1, RETRIES_MAX), 'how often a request is sent again at most')
const NEVER: RetryPolicy = { retries: 0, backoff: null }

const RETRIES: readonly SourceForm[] = [
  fixed(OF, 'retry', 'retry', 'none', NEVER, 'a request that fails is not sent again'),
  {
    id: 'retry-backoff',
    verb: 'retry',
    of: OF,
    parts: [TIMES, argument('jitter', words(...JITTERS), 'how chance spreads the pauses'), ...options(PAUSES)],
    help: 'send a request that failed again, after pauses that grow',
    example: 'retry web 3 full base 100ms cap 10s',
    patch: (args) => ({ retry: { retries: args.retries as number, backoff: pausesOf(args) } }),
    args({ retry }) {
      if (retry.backoff === null) return null
      const { jitter } = retry.backoff
      const given = optionsOf({ ...BACKOFF_DEFAULTS, jitter }, PAUSES, retry.backoff)
      return given === null ? null : { retries: retry.retries, jitter, ...given }
    },
  },
  {
    id: 'retry-at-once',
    verb: 'retry',
    of: OF,
    parts: [TIMES, optional('how', words('immediate'), 'without any pause, as if nothing were said')],
    help: 'send a request that failed again at once',
    example: 'retry web 3',
    patch: (args) => ({ retry: { retries: args.retries as number, backoff: null } }),
    args: ({ retry }) => (retry.backoff === null && retry.retries > 0 ? { retries: retry.retries } : null),
  },
]

const pausesOf = (args: Args): BackoffConfig =>
  configOf({ ...BACKOFF_DEFAULTS, jitter: args.jitter as Jitter }, PAUSES, args)

const BUDGETS: readonly SourceForm[] = [
  fixed(OF, 'budget', 'budget', 'none', { kind: 'none' }, 'as many retries as the policy allows'),
  mechanism({
    of: OF,
    verb: 'budget',
    field: 'budget',
    kind: 'finagle',
    defaults: FINAGLE_BUDGET_DEFAULTS,
    knobs: [
      knob('share', 'share', share, 'retries for each request'),
      knob('minimum', 'minRetriesPerSecond', perSecond, 'retries that are allowed in any case'),
    ],
    help: 'retries in proportion to requests (Finagle)',
    example: 'budget web finagle share 10%',
  }),
  mechanism({
    of: OF,
    verb: 'budget',
    field: 'budget',
    kind: 'envoy',
    defaults: ENVOY_BUDGET_DEFAULTS,
    knobs: [
      knob('share', 'budgetPercent', percent, 'retries in flight for each request in flight'),
      knob('minimum', 'minRetryConcurrency', count(0, 1_000), 'retries that may be in flight in any case'),
    ],
    help: 'retries in proportion to what is in flight (Envoy)',
    example: 'budget web envoy share 10% minimum 1',
  }),
  mechanism({
    of: OF,
    verb: 'budget',
    field: 'budget',
    kind: 'grpc',
    defaults: GRPC_TOKENS_DEFAULTS,
    knobs: [
      knob('tokens', 'maxTokens', count(1, 1_000), 'tokens at most; a failure costs one'),
      knob('ratio', 'ratioMilli', milli(0.001, 1_000), 'tokens that a success gives back'),
    ],
    help: 'retries while more than half of the tokens are left (gRPC)',
    example: 'budget web grpc',
  }),
  mechanism({
    of: OF,
    verb: 'budget',
    field: 'budget',
    kind: 'aws',
    defaults: AWS_BUCKET_DEFAULTS,
    knobs: [
      knob('tokens', 'capacity', count(1, 100_000), 'tokens in a full bucket'),
      knob('cost', 'transientCost', count(1, 1_000), 'tokens for a retry'),
      knob('timeout-cost', 'timeoutCost', count(1, 1_000), 'tokens for a retry after a timeout'),
      knob('attempts', 'attemptsMax', count(1, 100), 'attempts at most, whatever the policy says'),
    ],
    help: 'a bucket of tokens that retries empty and successes fill (AWS)',
    example: 'budget web aws',
  }),
]

// ---- Breakers and throttles -------------------------------------------------------------------------------------

const BREAKERS: readonly SourceForm[] = [
  fixed(OF, 'breaker', 'breaker', 'none', { kind: 'none' }, 'no circuit breaker'),
  mechanism({
    of: OF,
    verb: 'breaker',
    field: 'breaker',
    kind: 'hystrix',
    defaults: HYSTRIX_DEFAULTS,
    knobs: [
      knob('errors', 'errorThresholdPercent', percent, 'share of failures that opens it'),
      knob('volume', 'requestVolumeThreshold', count(1, 100_000), 'fewer calls than these open nothing'),
      knob('sleep', 'sleepWindowUs', us(1_000, HOUR_US), 'from opening to the first trial'),
    ],
    help: 'a circuit breaker as Hystrix has it',
    example: 'breaker web hystrix',
  }),
  mechanism({
    of: OF,
    verb: 'breaker',
    field: 'breaker',
    kind: 'resilience4j',
    defaults: RESILIENCE4J_DEFAULTS,
    knobs: [
      knob('errors', 'failureRatePercent', percent, 'share of failures that opens it'),
      knob('slow', 'slowCallUs', us(1_000, HOUR_US), 'a call that takes longer is slow'),
      knob('slow-share', 'slowCallRatePercent', percent, 'share of slow calls that opens it'),
      knob('window', 'slidingWindowSize', count(1, 10_000), 'the last so many calls count'),
      knob('volume', 'minimumCalls', count(1, 10_000), 'fewer calls than these open nothing'),
      knob('sleep', 'waitInOpenUs', us(1_000, HOUR_US), 'from opening to the first trial'),
      knob('trials', 'permittedInHalfOpen', count(1, 1_000), 'calls that are tried'),
    ],
    help: 'a circuit breaker as resilience4j has it',
    example: 'breaker web resilience4j window 20 volume 20',
  }),
  mechanism({
    of: OF,
    verb: 'breaker',
    field: 'breaker',
    kind: 'opossum',
    defaults: OPOSSUM_DEFAULTS,
    knobs: [
      knob('errors', 'errorThresholdPercent', percent, 'share of failures that opens it'),
      knob('volume', 'volumeThreshold', count(0, 100_000), 'fewer calls than these open nothing'),
      knob('slow', 'timeoutUs', us(1_000, HOUR_US), 'a call that takes longer has failed'),
      knob('sleep', 'resetTimeoutUs', us(1_000, HOUR_US), 'from opening to the first trial'),
    ],
    help: 'a circuit breaker as opossum has it',
    example: 'breaker web opossum sleep 10s',
  }),
]

const THROTTLES: readonly SourceForm[] = [
  fixed(OF, 'throttle', 'throttle', 'none', { kind: 'none' }, 'the client asks however often it is refused'),
  mechanism({
    of: OF,
    verb: 'throttle',
    field: 'throttle',
    kind: 'google',
    defaults: CLIENT_THROTTLING_DEFAULTS,
    knobs: [
      knob('multiplier', 'multiplier', real(1, 100), 'requests for each that is accepted before it throttles itself'),
    ],
    help: 'a client that is refused asks less (Google, SRE book)',
    example: 'throttle web google',
  }),
  mechanism({
    of: OF,
    verb: 'throttle',
    field: 'throttle',
    kind: 'nack',
    defaults: NACK_ADMISSION_DEFAULTS,
    knobs: [
      knob('threshold', 'nackThreshold', share, 'share of refusals that is borne'),
      knob('most', 'maxDropProbability', share, 'largest share that is not sent'),
    ],
    help: 'a client that is refused asks less (Finagle)',
    example: 'throttle web nack',
  }),
]

const EJECTION: readonly Knob<EnvoyOutlierConfig>[] = [
  knob('errors', 'consecutive5xx', count(1, 10_000), 'errors in a row that eject'),
  knob('interval', 'intervalUs', us(1_000, HOUR_US), 'how often is looked who may come back'),
  knob('ejection', 'baseEjectionUs', us(1_000, HOUR_US), 'how long the first time'),
  knob('most', 'maxEjectionPercent', percent, 'the largest share that is ejected'),
  knob('always-one', 'alwaysEjectOneHost', flag, 'one may be ejected even if that share is less than one'),
]

const OUTLIERS: readonly SourceForm[] = [
  {
    id: 'outlier-on',
    verb: 'outlier',
    of: OF,
    parts: [word('on'), ...options(EJECTION)],
    help: 'leave outputs alone that fail (Envoy); by default at most a tenth of them, so none of fewer than ten',
    example: 'outlier web on always-one',
    patch: (args) => ({ outlier: configOf(ENVOY_OUTLIER_DEFAULTS, EJECTION, args) }),
    args: ({ outlier }) => (outlier === null ? null : optionsOf(ENVOY_OUTLIER_DEFAULTS, EJECTION, outlier)),
  },
  fixed(OF, 'outlier', 'outlier', 'off', null, 'send to every output, however often it fails'),
]

export const sourceForms: readonly SourceForm[] = [
  ...LOADS,
  ...REQUESTS,
  ...RETRIES,
  ...BUDGETS,
  ...BREAKERS,
  ...THROTTLES,
  ...OUTLIERS,
  plainly(
    OF,
    'backlog',
    'backlog',
    integer(0, PIPELINE_LIMITS.waiting),
    'places for requests that may not be sent yet',
    'backlog web 1000',
  ),
]
