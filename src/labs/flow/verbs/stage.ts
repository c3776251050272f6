import { formatQuantity, parseQuantity } from '../../../experiment/quantity.ts'
import type { Args, ArgType, Value } from '../../../experiment/types.ts'
import { CODEL_DEFAULTS } from '../../../protocols/flow/aqm/codel.ts'
import { FQ_CODEL_DEFAULTS, type FqCodelConfig } from '../../../protocols/flow/aqm/fq-codel.ts'
import { PIE_DEFAULTS } from '../../../protocols/flow/aqm/pie.ts'
import { RED_DEFAULTS } from '../../../protocols/flow/aqm/red.ts'
import { HPA_DEFAULTS, type HpaConfig } from '../../../protocols/flow/autoscaling/hpa.ts'
import type { BufferConfig } from '../../../protocols/flow/buffers/buffer.ts'
import { DISCIPLINE_DEFAULTS, type Discipline, type Overflow } from '../../../protocols/flow/buffers/policies.ts'
import {
  type BatchService,
  type Demand,
  PIPELINE_LIMITS,
  type StageSettings,
} from '../../../protocols/flow/pipeline/settings.ts'
import {
  byMeanAndCv2,
  cv2,
  type Distribution,
  deterministic,
  empirical,
  erlang,
  exponential,
  meanUs,
} from '../../../protocols/flow/queueing/distributions.ts'
import { DAGOR_DEFAULTS } from '../../../protocols/flow/shedding/dagor.ts'
import { PRIORITY_SHEDDING_DEFAULTS } from '../../../protocols/flow/shedding/priority.ts'
import { KAFKA_CONSUMER, type KafkaConsumerConfig } from '../../../protocols/flow/streams/kafka-consumer.ts'
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
  numberIn,
  optional,
  options,
  optionsOf,
  PERMILLE,
  permille,
  realText,
  realType,
  share,
  shares,
  us,
  word,
  words,
} from './form.ts'
import { plainly } from './source.ts'

/** What can be set of a stage: servers, queue, demand, and what protects it. */

type StageForm = Form<StageSettings>
const OF = ['stage'] as const
const VALUES_MAX = 200
const PHASES_MAX = 100
const LANES_MAX = 64
const CV2_MAX = 1_000
const SERVICE = duration(1, HOUR_US)
const MEAN = argument('mean', SERVICE, 'mean time')

// ---- Servers ----------------------------------------------------------------------------------------------------

/** A form of `service` by a distribution. */
const service = (
  name: string,
  rest: Pick<StageForm, 'parts' | 'help' | 'example'>,
  read: (args: Args) => Distribution,
  write: (given: Distribution) => Args | null,
): StageForm => ({
  id: `service-${name}`,
  verb: 'service',
  of: OF,
  ...rest,
  parts: [word(name), ...rest.parts],
  patch: (args) => ({ service: { kind: 'time', distribution: read(args) } }),
  args: (settings) => (settings.service.kind === 'time' ? write(settings.service.distribution) : null),
})

const BITS = { 'Gb/s': 1e9, 'Mb/s': 1e6, 'kb/s': 1e3 } as const
type BitUnit = keyof typeof BITS
const BIT_UNITS = Object.keys(BITS) as readonly BitUnit[]
const LINE: ArgType = { kind: 'quantity', units: BIT_UNITS, min: 0.001, max: 1_000_000 }

function bitsIn(value: Value | undefined): number {
  const { value: number, unit } = parseQuantity(value as string, BIT_UNITS)!
  return Math.round(number * BITS[unit as BitUnit])
}

/** In the largest unit that leaves no fraction of a thousandth. */
export function bitsText(bitsPerSecond: number): string {
  const unit = BIT_UNITS.find((each) => bitsPerSecond >= BITS[each]) ?? 'kb/s'
  return formatQuantity(bitsPerSecond / BITS[unit], unit)
}

const SERVICES: readonly StageForm[] = [
  service(
    'exponential',
    { parts: [MEAN], help: 'services whose length is all chance', example: 'service api exponential 100ms' },
    (args) => exponential(args.mean as number),
    (given) => (given.kind === 'exponential' ? { mean: given.meanUs } : null),
  ),
  service(
    'constant',
    { parts: [MEAN], help: 'services that all take the same time', example: 'service api constant 100ms' },
    (args) => deterministic(args.mean as number),
    (given) => (given.kind === 'deterministic' ? { mean: given.meanUs } : null),
  ),
  service(
    'erlang',
    {
      parts: [MEAN, word('phases'), argument('phases', integer(1, PHASES_MAX), 'exponential phases')],
      help: 'services of several phases: less chance than one',
      example: 'service api erlang 100ms phases 4',
    },
    (args) => erlang(args.mean as number, args.phases as number),
    (given) => (given.kind === 'erlang' && given.shortcut === 0 ? { mean: given.meanUs, phases: given.phases } : null),
  ),
  service(
    'hyper',
    {
      parts: [MEAN, word('cv2'), argument('cv2', realType(1, CV2_MAX), 'variance over the square of the mean')],
      help: 'many short services and a few very long ones',
      example: 'service api hyper 100ms cv2 4',
    },
    (args) => byMeanAndCv2(args.mean as number, numberIn(args.cv2)),
    (given) =>
      given.kind === 'hyper-exponential' ? { mean: Math.round(meanUs(given)), cv2: realText(cv2(given)) } : null,
  ),
  service(
    'empirical',
    {
      parts: [
        argument(
          'values',
          { kind: 'list', of: 'duration', min: 1, max: HOUR_US, length: VALUES_MAX },
          'times, each as likely as any other',
        ),
      ],
      help: 'services as they were measured',
      example: 'service api empirical 10ms,20ms',
    },
    (args) => empirical(args.values as readonly number[]),
    (given) => (given.kind === 'empirical' ? { values: given.valuesUs } : null),
  ),
  {
    id: 'service-line',
    verb: 'service',
    of: OF,
    parts: [word('line'), argument('rate', LINE, 'bits per second')],
    help: 'a line: an item takes as long as its size says',
    example: 'service api line 10Mb/s',
    patch: (args) => ({ service: { kind: 'bytes', bitsPerSecond: bitsIn(args.rate) } }),
    args: ({ service: given }) => (given.kind === 'bytes' ? { rate: bitsText(given.bitsPerSecond) } : null),
  },
]

// ---- Queue ------------------------------------------------------------------------------------------------------

/** A form that sets a part of the buffer and leaves the rest as it is. */
const buffer = (
  form: Omit<StageForm, 'of' | 'patch' | 'args'>,
  read: (args: Args) => Partial<BufferConfig>,
  write: (given: BufferConfig) => Args | null,
): StageForm => ({
  ...form,
  of: OF,
  patch: (args, now) => ({ buffer: { ...now.buffer, ...read(args) } }),
  args: (settings) => write(settings.buffer),
})

const PLAIN_OVERFLOWS = [
  'block',
  'drop-newest',
  'drop-oldest',
  'drop-youngest',
  'drop-buffer',
  'fail',
  'conflate',
] as const satisfies readonly Overflow['kind'][]
const USUAL_OVERFLOW: Overflow = { kind: 'drop-newest' }
const PLACES = argument('places', integer(0, PIPELINE_LIMITS.waiting), 'places to wait')

const QUEUES: readonly StageForm[] = [
  buffer(
    {
      id: 'queue-unbounded',
      verb: 'queue',
      parts: [word('unbounded')],
      help: `a queue that only memory bounds: ${PIPELINE_LIMITS.waiting} places`,
      example: 'queue api unbounded',
    },
    () => ({ capacity: PIPELINE_LIMITS.waiting, overflow: USUAL_OVERFLOW }),
    ({ capacity, overflow }) =>
      capacity === PIPELINE_LIMITS.waiting && overflow.kind === USUAL_OVERFLOW.kind ? {} : null,
  ),
  buffer(
    {
      id: 'queue',
      verb: 'queue',
      parts: [
        PLACES,
        optional('overflow', words(...PLAIN_OVERFLOWS), 'what happens when it is full; usually drop-newest'),
      ],
      help: 'a queue with so many places, and what happens when it is full',
      example: 'queue api 50 block',
    },
    (args) => ({
      capacity: args.places as number,
      overflow: { kind: (args.overflow as (typeof PLAIN_OVERFLOWS)[number] | undefined) ?? USUAL_OVERFLOW.kind },
    }),
    ({ capacity: places, overflow }) => {
      if (overflow.kind === 'sample') return null
      return overflow.kind === USUAL_OVERFLOW.kind ? { places } : { places, overflow: overflow.kind }
    },
  ),
  buffer(
    {
      id: 'queue-sample',
      verb: 'queue',
      parts: [PLACES, word('sample'), argument('period', duration(1, HOUR_US), 'how often one may leave')],
      help: 'only the latest waits, and it may leave once a period',
      example: 'queue api 1 sample 100ms',
    },
    (args) => ({
      capacity: args.places as number,
      overflow: { kind: 'sample', periodUs: args.period as number },
    }),
    ({ capacity: places, overflow }) => (overflow.kind === 'sample' ? { places, period: overflow.periodUs } : null),
  ),
]

/** A form of `order`: whom to serve next. */
const order = <Kind extends Discipline['kind']>(
  kind: Kind,
  rest: Pick<StageForm, 'parts' | 'help' | 'example'>,
  read: (args: Args) => Omit<Extract<Discipline, { kind: Kind }>, 'kind'>,
  write: (given: Extract<Discipline, { kind: Kind }>) => Args,
): StageForm =>
  buffer(
    { id: `order-${kind}`, verb: 'order', ...rest, parts: [word(kind), ...rest.parts] },
    (args) => ({ discipline: { kind, ...read(args) } as Extract<Discipline, { kind: Kind }> }),
    ({ discipline }) => (discipline.kind === kind ? write(discipline as Extract<Discipline, { kind: Kind }>) : null),
  )

const STANDING: readonly Knob<{ readonly intervalUs: number }>[] = [
  knob('after', 'intervalUs', us(1, HOUR_US), 'how long somebody must have been waiting all the time'),
]
const STANDING_DEFAULT = { intervalUs: DISCIPLINE_DEFAULTS.adaptiveIntervalUs }
const QUANTUM: readonly Knob<{ readonly quantumBytes: number }>[] = [
  knob('quantum', 'quantumBytes', count(64, 1_000_000), 'bytes that a class may send in its turn'),
]
const QUANTUM_DEFAULT = { quantumBytes: DISCIPLINE_DEFAULTS.quantumBytes }

const ORDERS: readonly StageForm[] = [
  order(
    'fifo',
    { parts: [], help: 'first come, first served', example: 'order api fifo' },
    () => ({}),
    () => ({}),
  ),
  order(
    'lifo',
    { parts: [], help: 'last come, first served', example: 'order api lifo' },
    () => ({}),
    () => ({}),
  ),
  order(
    'adaptive-lifo',
    {
      parts: options(STANDING),
      help: 'first come, first served, until the queue no longer empties; then the last comes first (Facebook)',
      example: 'order api adaptive-lifo',
    },
    (args) => configOf(STANDING_DEFAULT, STANDING, args),
    ({ intervalUs }) => optionsOf(STANDING_DEFAULT, STANDING, { intervalUs })!,
  ),
  order(
    'priority',
    {
      parts: [argument('levels', integer(1, LANES_MAX), 'how many priorities are told apart')],
      help: 'the most urgent first',
      example: 'order api priority 3',
    },
    (args) => ({ levels: args.levels as number }),
    ({ levels }) => ({ levels }),
  ),
  order(
    'fair',
    {
      parts: [argument('lanes', integer(1, LANES_MAX), 'queues that classes are spread over'), ...options(QUANTUM)],
      help: 'each class in its turn (deficit round robin)',
      example: 'order api fair 16',
    },
    (args) => ({ lanes: args.lanes as number, ...configOf(QUANTUM_DEFAULT, QUANTUM, args) }),
    ({ lanes, quantumBytes }) => ({ lanes, ...optionsOf(QUANTUM_DEFAULT, QUANTUM, { quantumBytes })! }),
  ),
]

const PATIENCES: readonly StageForm[] = [
  buffer(
    {
      id: 'patience-none',
      verb: 'patience',
      parts: [word('none')],
      help: 'who waits does so as long as it takes',
      example: 'patience api none',
    },
    () => ({ patience: null }),
    ({ patience }) => (patience === null ? {} : null),
  ),
  buffer(
    {
      id: 'patience',
      verb: 'patience',
      parts: [
        argument('usual', duration(1, HOUR_US), 'how long one may wait, and for how long a queue may not be empty'),
        argument('overloaded', duration(0, HOUR_US), 'how long one may wait once it was not'),
      ],
      help: 'who has waited too long is dropped when its turn comes (controlled delay, Facebook)',
      example: 'patience api 100ms 5ms',
    },
    (args) => ({ patience: { intervalUs: args.usual as number, overloadedUs: args.overloaded as number } }),
    ({ patience }) => (patience === null ? null : { usual: patience.intervalUs, overloaded: patience.overloadedUs }),
  ),
]

// ---- Who manages, sheds, refuses --------------------------------------------------------------------------------

const FQ: readonly Knob<FqCodelConfig>[] = [
  knob('flows', 'flows', count(1, 65_536), 'queues that classes are spread over'),
  knob('quantum', 'quantumBytes', count(64, 1_000_000), 'bytes that a class may send in its turn'),
  knob('places', 'limitPackets', count(1, PIPELINE_LIMITS.waiting), 'places of all queues together'),
]

const MANAGERS: readonly StageForm[] = [
  fixed(OF, 'manage', 'management', 'none', { kind: 'none' }, 'the queue is only bounded'),
  mechanism({
    of: OF,
    verb: 'manage',
    field: 'management',
    kind: 'codel',
    defaults: CODEL_DEFAULTS,
    knobs: [
      knob('target', 'targetUs', us(1, HOUR_US), 'a wait below it is good'),
      knob('interval', 'intervalUs', us(1, HOUR_US), 'for how long it must be above before anything is dropped'),
    ],
    help: 'drop more and more often while the wait does not fall (CoDel, RFC 8289)',
    example: 'manage api codel target 20ms',
  }),
  mechanism({
    of: OF,
    verb: 'manage',
    field: 'management',
    kind: 'fq-codel',
    defaults: FQ_CODEL_DEFAULTS,
    knobs: FQ,
    help: 'a queue for each class, CoDel in each (RFC 8290)',
    example: 'manage api fq-codel',
  }),
  mechanism({
    of: OF,
    verb: 'manage',
    field: 'management',
    kind: 'pie',
    defaults: PIE_DEFAULTS,
    knobs: [
      knob('target', 'targetUs', us(1, HOUR_US), 'the wished wait'),
      knob('burst', 'burstUs', us(0, HOUR_US), 'a burst of this length passes'),
      knob('places', 'limitPackets', count(1, PIPELINE_LIMITS.waiting), 'places in the queue'),
    ],
    help: 'drop with a probability that follows the wait (PIE, RFC 8033)',
    example: 'manage api pie',
  }),
  mechanism({
    of: OF,
    verb: 'manage',
    field: 'management',
    kind: 'red',
    defaults: RED_DEFAULTS,
    knobs: [
      knob('min', 'minPackets', count(1, PIPELINE_LIMITS.waiting), 'below this mean length nothing is dropped'),
      knob('max', 'maxPackets', count(2, PIPELINE_LIMITS.waiting), 'above it more and more'),
      knob('probability', 'maxProbability', share, 'of a drop at max'),
      knob('places', 'limitPackets', count(1, PIPELINE_LIMITS.waiting), 'places in the queue'),
    ],
    help: 'drop with a probability that follows the mean length (RED)',
    example: 'manage api red',
  }),
]

const SHEDDERS: readonly StageForm[] = [
  fixed(OF, 'shed', 'shedding', 'none', { kind: 'none' }, 'nothing is shed before the queue is full'),
  mechanism({
    of: OF,
    verb: 'shed',
    field: 'shedding',
    kind: 'priority',
    defaults: PRIORITY_SHEDDING_DEFAULTS,
    knobs: [knob('thresholds', 'thresholdsPermille', shares(16), 'how full it may be for each priority')],
    help: 'the less urgent are refused first',
    example: 'shed api priority',
  }),
  mechanism({
    of: OF,
    verb: 'shed',
    field: 'shedding',
    kind: 'dagor',
    defaults: DAGOR_DEFAULTS,
    knobs: [
      knob('wait', 'queuingTimeUs', us(1, HOUR_US), 'a mean wait above it is overload'),
      knob('window', 'windowUs', us(1_000, HOUR_US), 'how often it is judged'),
      knob('requests', 'windowRequests', count(1, 100_000), 'or after so many requests'),
    ],
    help: 'admit fewer priorities while the wait is long (WeChat, DAGOR)',
    example: 'shed api dagor',
  }),
]

const REFUSALS: StageForm = {
  id: 'refusals',
  verb: 'refusals',
  of: OF,
  parts: [argument('how', words('answered', 'silent'), 'whether who is turned away is told')],
  help: 'whether who is turned away is told so, or must find out by its timeout',
  example: 'refusals api silent',
  patch: (args) => ({ answersRefusals: args.how === 'answered' }),
  args: ({ answersRefusals }) => ({ how: answersRefusals ? 'answered' : 'silent' }),
}

// ---- Demand -----------------------------------------------------------------------------------------------------

/** Reactor asks again when three quarters of the prefetch are used up. */
const usualReplenish = (prefetch: number): number => Math.max(1, prefetch - Math.floor(prefetch / 4))

const POLLING: readonly Knob<KafkaConsumerConfig>[] = [
  knob('records', 'maxPollRecords', count(1, 10_000), 'records of one poll'),
  knob('interval', 'maxPollIntervalUs', us(1_000, HOUR_US), 'who does not poll for longer is thought dead'),
  knob('rebalance', 'rebalanceUs', us(1_000, HOUR_US), 'how long it takes to get the partition back'),
]
const PAUSED: Knob<{ readonly paused: boolean }> = knob('paused', 'paused', flag, 'poll, but take nothing')
const IGNORED: Knob<{ readonly ignored: boolean }> = knob('ignored', 'ignored', flag, 'the writer does not obey')

/** A form of `demand`. */
const demand = (
  name: string,
  rest: Pick<StageForm, 'parts' | 'help' | 'example'>,
  read: (args: Args) => Demand,
  write: (given: Demand) => Args | null,
): StageForm => ({
  id: `demand-${name}`,
  verb: 'demand',
  of: OF,
  ...rest,
  parts: [word(name), ...rest.parts],
  patch: (args) => ({ demand: read(args) }),
  args: (settings) => write(settings.demand),
})

const AHEAD = PIPELINE_LIMITS.waiting
const BYTES_MAX = 2_147_483_647
const REPLENISH = [
  { kind: 'options', min: 0, options: [{ keyword: 'replenish', type: integer(1, AHEAD), help: 'asked for again' }] },
] as const

const DEMANDS: readonly StageForm[] = [
  fixed(OF, 'demand', 'demand', 'push', { kind: 'push' }, 'whoever has something sends it'),
  demand(
    'request',
    {
      parts: [argument('prefetch', integer(1, AHEAD), 'asked for at first'), ...REPLENISH],
      help: 'ask for so many, and again when most of them are done (Reactive Streams)',
      example: 'demand api request 16 replenish 12',
    },
    (args) => {
      const prefetch = args.prefetch as number
      return {
        kind: 'request',
        prefetch,
        replenish: (args.replenish as number | undefined) ?? usualReplenish(prefetch),
      }
    },
    (given) => {
      if (given.kind !== 'request') return null
      const { prefetch, replenish } = given
      return replenish === usualReplenish(prefetch) ? { prefetch } : { prefetch, replenish }
    },
  ),
  demand(
    'window',
    {
      parts: [argument('bytes', integer(1, BYTES_MAX), 'bytes that may be on the way')],
      help: 'windows in bytes for each pipe and for each sender (HTTP/2)',
      example: 'demand api window 65535',
    },
    (args) => ({ kind: 'window', initialBytes: args.bytes as number }),
    (given) => (given.kind === 'window' ? { bytes: given.initialBytes } : null),
  ),
  demand(
    'whatwg',
    {
      parts: [argument('mark', integer(0, AHEAD), 'high-water mark')],
      help: 'ask while fewer wait than the mark, or a server is free (WHATWG streams)',
      example: 'demand api whatwg 1',
    },
    (args) => ({ kind: 'whatwg', highWaterMark: args.mark as number }),
    (given) => (given.kind === 'whatwg' ? { mark: given.highWaterMark } : null),
  ),
  demand(
    'node',
    {
      parts: [argument('mark', integer(1, BYTES_MAX), 'high-water mark in bytes'), ...options([IGNORED])],
      help: 'say stop at the mark and go on when all is gone (Node streams); who ignores it floods',
      example: 'demand api node 16384 ignored',
    },
    (args) => ({ kind: 'node', highWaterMark: args.mark as number, obeyed: args.ignored !== true }),
    (given) => {
      if (given.kind !== 'node') return null
      return given.obeyed ? { mark: given.highWaterMark } : { mark: given.highWaterMark, ignored: true }
    },
  ),
  demand(
    'kafka',
    {
      parts: options<KafkaConsumerConfig & { readonly paused: boolean }>([...POLLING, PAUSED]),
      help: 'poll a log that keeps everything; who is too slow is thrown out (Kafka)',
      example: 'demand api kafka records 500',
    },
    (args) => ({ kind: 'kafka', config: configOf(KAFKA_CONSUMER, POLLING, args), paused: args.paused === true }),
    (given) => {
      if (given.kind !== 'kafka') return null
      const polling = optionsOf(KAFKA_CONSUMER, POLLING, given.config)
      return polling === null || !given.paused ? polling : { ...polling, paused: true }
    },
  ),
]

// ---- Batches and autoscaling ------------------------------------------------------------------------------------

const BATCH: readonly Knob<BatchService>[] = [
  knob('linger', 'lingerUs', us(0, HOUR_US), 'how long one waits for the others'),
  knob('each', 'eachUs', us(0, HOUR_US), 'what each item adds to the service'),
]
const batchOf = (max: number): BatchService => ({ max, lingerUs: 0, eachUs: 0 })

const BATCHES: readonly StageForm[] = [
  fixed(OF, 'batch', 'batch', 'none', null, 'a server takes one item at a time'),
  {
    id: 'batch',
    verb: 'batch',
    of: OF,
    parts: [argument('items', integer(1, 10_000), 'items of one batch at most'), ...options(BATCH)],
    help: 'a server takes several items at once for the price of one service',
    example: 'batch api 10 linger 5ms each 1ms',
    patch: (args) => ({ batch: configOf(batchOf(args.items as number), BATCH, args) }),
    args({ batch }) {
      const given = batch === null ? null : optionsOf(batchOf(batch.max), BATCH, batch)
      return given === null ? null : { items: batch!.max, ...given }
    },
  },
]

const BOOT_US = 30_000_000
const SIZES: readonly Knob<HpaConfig>[] = [
  knob('from', 'minReplicas', count(1, PIPELINE_LIMITS.servers), 'fewest servers'),
  knob('to', 'maxReplicas', count(1, PIPELINE_LIMITS.servers), 'most servers'),
  knob('sync', 'syncUs', us(1_000, HOUR_US), 'how often it looks'),
  knob('tolerance', 'tolerancePermille', permille, 'so near to the target nothing happens'),
]
const BOOT: Knob<{ readonly bootUs: number }> = knob('boot', 'bootUs', us(0, HOUR_US), 'until a new server works')

const hpaOf = (args: Args): HpaConfig =>
  configOf({ ...HPA_DEFAULTS, targetPermille: args.target as number }, SIZES, args)

const SCALERS: readonly StageForm[] = [
  fixed(OF, 'autoscale', 'autoscaling', 'off', null, 'the number of servers stays'),
  {
    id: 'autoscale',
    verb: 'autoscale',
    of: OF,
    parts: [
      word('target'),
      argument('target', PERMILLE, 'the wished share of busy servers'),
      ...options<HpaConfig & { readonly bootUs: number }>([...SIZES, BOOT]),
    ],
    help: 'the number of servers follows the load, late (Kubernetes)',
    example: 'autoscale api target 80% from 1 to 20 sync 15s boot 30s',
    patch: (args) => ({ autoscaling: { hpa: hpaOf(args), ...configOf({ bootUs: BOOT_US }, [BOOT], args) } }),
    args({ autoscaling }) {
      if (autoscaling === null) return null
      const { hpa, bootUs } = autoscaling
      const target = hpa.targetPermille
      const sizes = optionsOf({ ...HPA_DEFAULTS, targetPermille: target }, SIZES, hpa)
      return sizes === null ? null : { target, ...sizes, ...optionsOf({ bootUs: BOOT_US }, [BOOT], { bootUs })! }
    },
  },
]

export const stageForms: readonly StageForm[] = [
  plainly(OF, 'servers', 'servers', integer(1, PIPELINE_LIMITS.servers), 'how many servers work', 'servers api 10'),
  ...SERVICES,
  plainly(
    OF,
    'pace',
    'speedPermille',
    PERMILLE,
    'how fast the servers are; 100% is as the service says',
    'pace api 30%',
  ),
  ...QUEUES,
  ...ORDERS,
  ...PATIENCES,
  ...MANAGERS,
  ...SHEDDERS,
  fixed(OF, 'guarantee', 'partitionsPermille', 'none', [], 'under the limit all priorities are alike'),
  {
    ...plainly<StageSettings, 'partitionsPermille'>(
      OF,
      'guarantee',
      'partitionsPermille',
      { kind: 'list', of: 'permille', min: 0, max: 1_000, length: 16 },
      'shares of the limit that each priority has in any case',
      'guarantee api 50%,30%',
    ),
    args: ({ partitionsPermille: value }) => (value.length === 0 ? null : { value }),
  },
  plainly(
    OF,
    'expire',
    'deadlines',
    words('ignore', 'expired', 'hopeless'),
    'what is dropped when its turn comes: nothing, what is too late, or what cannot be ready in time',
    'expire api hopeless',
  ),
  REFUSALS,
  ...DEMANDS,
  ...BATCHES,
  ...SCALERS,
]
