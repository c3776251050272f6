import { AIMD_DEFAULTS } from '../../../protocols/flow/limits/aimd.ts'
import { ENVOY_GRADIENT_DEFAULTS } from '../../../protocols/flow/limits/envoy-gradient.ts'
import { GRADIENT_DEFAULTS } from '../../../protocols/flow/limits/gradient.ts'
import { GRADIENT2_DEFAULTS } from '../../../protocols/flow/limits/gradient2.ts'
import { RATE_DEFAULTS, type RateConfig } from '../../../protocols/flow/limits/token-bucket.ts'
import { VEGAS_DEFAULTS } from '../../../protocols/flow/limits/vegas.ts'
import { PIPELINE_LIMITS, type RateLimit } from '../../../protocols/flow/pipeline/settings.ts'
import {
  argument,
  configOf,
  count,
  duration,
  type Form,
  fixed,
  HOUR_US,
  integer,
  type Knob,
  knob,
  mechanism,
  options,
  optionsOf,
  percent,
  permille,
  RATE,
  rateIn,
  rateText,
  real,
  type SharedSettings,
  shortestRate,
  us,
  word,
  words,
} from './form.ts'
import { plainly } from './source.ts'

/** What can be set of sources and stages alike: limits, rates, and whom they send to. */

type SharedForm = Form<SharedSettings>
const OF = ['source', 'stage'] as const
const SECOND_US = 1_000_000
const AT_ONCE = count(1, PIPELINE_LIMITS.waiting)

interface Bounds {
  readonly initialLimit: number
  readonly minLimit: number
  readonly maxLimit: number
}
const INITIAL: Knob<Bounds> = knob('initial', 'initialLimit', AT_ONCE, 'the limit at the beginning')
const MIN: Knob<Bounds> = knob('min', 'minLimit', AT_ONCE, 'the smallest limit')
const MAX: Knob<Bounds> = knob('max', 'maxLimit', AT_ONCE, 'the largest limit')

const LIMITS: readonly SharedForm[] = [
  fixed(OF, 'limit', 'limit', 'none', { kind: 'none' }, 'any number may be in flight'),
  {
    id: 'limit-fixed',
    verb: 'limit',
    of: OF,
    parts: [word('fixed'), argument('limit', integer(1, PIPELINE_LIMITS.waiting), 'how many')],
    help: 'so many may be in flight at once',
    example: 'limit web fixed 20',
    patch: (args) => ({ limit: { kind: 'fixed', limit: args.limit as number } }),
    args: ({ limit }) => (limit.kind === 'fixed' ? { limit: limit.limit } : null),
  },
  mechanism({
    of: OF,
    verb: 'limit',
    field: 'limit',
    kind: 'aimd',
    defaults: AIMD_DEFAULTS,
    knobs: [
      INITIAL,
      MIN,
      MAX,
      knob('backoff', 'backoffPermille', permille, 'what a drop leaves of the limit'),
      knob('timeout', 'timeoutUs', us(1, HOUR_US), 'a slower answer counts as a drop'),
    ],
    help: 'one more for each answer, a tenth less for a drop (AIMD)',
    example: 'limit web aimd max 100',
  }),
  mechanism({
    of: OF,
    verb: 'limit',
    field: 'limit',
    kind: 'vegas',
    defaults: VEGAS_DEFAULTS,
    knobs: [
      knob('initial', 'initialLimit', AT_ONCE, INITIAL.option.help),
      knob('max', 'maxLimit', AT_ONCE, MAX.option.help),
    ],
    help: 'keep a small queue, found by comparing with the shortest round trip (Vegas)',
    example: 'limit web vegas',
  }),
  mechanism({
    of: OF,
    verb: 'limit',
    field: 'limit',
    kind: 'gradient',
    defaults: GRADIENT_DEFAULTS,
    knobs: [
      INITIAL,
      MIN,
      MAX,
      knob('tolerance', 'tolerance', real(1, 100), 'times the shortest round trip that is no queue'),
    ],
    help: 'follow the gradient of the shortest round trip (Netflix, Gradient)',
    example: 'limit web gradient',
  }),
  mechanism({
    of: OF,
    verb: 'limit',
    field: 'limit',
    kind: 'gradient2',
    defaults: GRADIENT2_DEFAULTS,
    knobs: [INITIAL, MIN, MAX, knob('tolerance', 'tolerance', real(1, 100), 'times the long average that is no queue')],
    help: 'follow the gradient of a long average (Netflix, Gradient2)',
    example: 'limit web gradient2 min 10',
  }),
  mechanism({
    of: OF,
    verb: 'limit',
    field: 'limit',
    kind: 'envoy',
    defaults: ENVOY_GRADIENT_DEFAULTS,
    knobs: [
      knob('min', 'minConcurrency', AT_ONCE, MIN.option.help),
      knob('max', 'maxConcurrency', AT_ONCE, MAX.option.help),
      knob('buffer', 'bufferPercent', percent, 'how much slower than the shortest is no queue'),
      knob('every', 'updateIntervalUs', us(1_000, HOUR_US), 'how often the limit changes'),
      knob('probe', 'minRttIntervalUs', us(1_000, HOUR_US), 'how often the shortest round trip is measured'),
    ],
    help: 'follow the gradient of a measured minimum (Envoy, adaptive concurrency)',
    example: 'limit web envoy',
  }),
]

// ---- Rates ------------------------------------------------------------------------------------------------------

const BURST: readonly Knob<RateConfig>[] = [knob('burst', 'burst', count(1, 100_000), 'how many may pass at once')]
const PER_SECOND = argument('rate', RATE, 'how many')

/** Whole rates count a second's tokens, others those of a thousand seconds. */
const tokensOf = (rate: number): Pick<RateConfig, 'tokens' | 'perUs'> =>
  Number.isInteger(rate)
    ? { tokens: rate, perUs: SECOND_US }
    : { tokens: Math.round(rate * 1_000), perUs: 1_000 * SECOND_US }

const bucket = (kind: 'token-bucket' | 'gcra', help: string): SharedForm => ({
  id: `rate-${kind}`,
  verb: 'rate',
  of: OF,
  parts: [word(kind), PER_SECOND, ...options(BURST)],
  help,
  example: `rate web ${kind} 100/s burst 20`,
  patch: (args) => ({
    rate: { kind, config: configOf({ ...RATE_DEFAULTS, ...tokensOf(rateIn(args.rate)) }, BURST, args) },
  }),
  args({ rate }) {
    if (rate.kind !== kind) return null
    const { tokens, perUs } = rate.config
    const given = optionsOf({ ...RATE_DEFAULTS, tokens, perUs }, BURST, rate.config)
    return given === null ? null : { rate: rateText((tokens * SECOND_US) / perUs), ...given }
  },
})

const POURED: readonly Knob<Extract<RateLimit, { kind: 'leaky-bucket' }>['config']>[] = [
  knob('capacity', 'capacity', count(1, 100_000), 'places in the bucket'),
]
const gapOf = (rate: number): number => Math.max(1, Math.round(SECOND_US / rate))
const leakOf = (intervalUs: number) => ({ intervalUs, capacity: RATE_DEFAULTS.burst })

const RATES: readonly SharedForm[] = [
  fixed(OF, 'rate', 'rate', 'none', { kind: 'none' }, 'any number may pass in a second'),
  bucket('token-bucket', 'so many may pass in a second, in bursts up to the size of the bucket'),
  bucket('gcra', 'the same by theoretical arrival times (ATM)'),
  {
    id: 'rate-leaky-bucket',
    verb: 'rate',
    of: OF,
    parts: [word('leaky-bucket'), PER_SECOND, ...options(POURED)],
    help: 'so many may pass in a second, always the same time apart',
    example: 'rate web leaky-bucket 100/s capacity 20',
    patch: (args) => ({
      rate: { kind: 'leaky-bucket', config: configOf(leakOf(gapOf(rateIn(args.rate))), POURED, args) },
    }),
    args({ rate }) {
      if (rate.kind !== 'leaky-bucket') return null
      const { intervalUs } = rate.config
      const given = optionsOf(leakOf(intervalUs), POURED, rate.config)
      const text = shortestRate(SECOND_US / intervalUs, (each) => gapOf(each) === intervalUs)
      return given === null ? null : { rate: text, ...given }
    },
  },
  {
    id: 'rate-fixed-window',
    verb: 'rate',
    of: OF,
    parts: [
      word('fixed-window'),
      argument('limit', integer(1, PIPELINE_LIMITS.waiting), 'how many'),
      word('per'),
      argument('window', duration(1_000, HOUR_US), 'in each window of this length'),
    ],
    help: 'so many in each window of the clock: twice as many around its edge',
    example: 'rate web fixed-window 100 per 1s',
    patch: (args) => ({
      rate: { kind: 'fixed-window', config: { limit: args.limit as number, windowUs: args.window as number } },
    }),
    args: ({ rate }) =>
      rate.kind === 'fixed-window' ? { limit: rate.config.limit, window: rate.config.windowUs } : null,
  },
]

export const sharedForms: readonly SharedForm[] = [
  plainly(
    OF,
    'balance',
    'balance',
    words('round-robin', 'random', 'least-loaded', 'two-choices', 'by-class'),
    'which of several outputs gets the next item',
    'balance web two-choices',
  ),
  ...LIMITS,
  ...RATES,
]
