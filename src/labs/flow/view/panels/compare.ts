import { type COPY_NUMBERS, type PartKindName, VARIANTS } from '../../contract.ts'

/** Copies that are compared: the text that makes them, and who is best at what. */

/** One thing that may differ: its values as lines of acts. */
export interface Knob {
  readonly id: string
  readonly title: string
  readonly of: PartKindName
  readonly choices: readonly {
    readonly label: string
    /** The act behind the name of the part; `places` is the room of its queue. */
    readonly act: (name: string, places: number) => string
  }[]
}

type Words = readonly (readonly [label: string, rest: string])[]

const knob = (id: string, title: string, of: PartKindName, verb: string, words: Words): Knob => ({
  id,
  title,
  of,
  choices: words.map(([label, rest]) => ({ label, act: (name) => `${verb} ${name} ${rest}` })),
})

const OVERFLOWS = ['block', 'drop-newest', 'drop-oldest', 'drop-youngest', 'drop-buffer', 'fail', 'conflate'] as const

export const KNOBS: readonly Knob[] = [
  {
    id: 'overflow',
    title: 'What happens when the queue is full',
    of: 'stage',
    choices: [
      ...OVERFLOWS.map((policy) => ({
        label: policy,
        act: (name: string, places: number) => `queue ${name} ${places} ${policy}`,
      })),
      { label: 'unbounded', act: (name) => `queue ${name} unbounded` },
    ],
  },
  {
    id: 'room',
    title: 'How long the queue is',
    of: 'stage',
    choices: [10, 50, 200, 1_000, 5_000].map((places) => ({
      label: `${places} places`,
      act: (name) => `queue ${name} ${places}`,
    })),
  },
  knob('order', 'Who is served next', 'stage', 'order', [
    ['FIFO', 'fifo'],
    ['LIFO', 'lifo'],
    ['adaptive LIFO', 'adaptive-lifo'],
    ['fair, 16 lanes', 'fair 16'],
    ['3 priorities', 'priority 3'],
  ]),
  knob('manage', 'Who manages the queue', 'stage', 'manage', [
    ['nobody', 'none'],
    ['CoDel', 'codel'],
    ['FQ-CoDel', 'fq-codel'],
    ['PIE', 'pie'],
    ['RED', 'red'],
  ]),
  knob('demand', 'How it asks for more', 'stage', 'demand', [
    ['push', 'push'],
    ['request 16', 'request 16'],
    ['window 64 kB', 'window 65535'],
    ['WHATWG, mark 1', 'whatwg 1'],
    ['Node, 16 kB', 'node 16384'],
    ['Kafka', 'kafka records 500'],
  ]),
  knob('limit', 'How many may be in it', 'stage', 'limit', [
    ['no limit', 'none'],
    ['20', 'fixed 20'],
    ['AIMD', 'aimd'],
    ['Vegas', 'vegas'],
    ['Gradient2', 'gradient2'],
    ['Envoy', 'envoy'],
  ]),
  knob('retry', 'How it asks again', 'source', 'retry', [
    ['never', 'none'],
    ['3, at once', '3 immediate'],
    ['3, growing pauses', '3 none base 100ms cap 10s'],
    ['3, full jitter', '3 full base 100ms cap 10s'],
  ]),
  knob('budget', 'What retries may cost', 'source', 'budget', [
    ['no budget', 'none'],
    ['Finagle', 'finagle'],
    ['Envoy', 'envoy'],
    ['gRPC', 'grpc'],
    ['AWS', 'aws'],
  ]),
  knob('breaker', 'Which breaker it has', 'source', 'breaker', [
    ['none', 'none'],
    ['Hystrix', 'hystrix'],
    ['resilience4j', 'resilience4j'],
    ['opossum', 'opossum'],
  ]),
]

/** Parts of one world, all copies together: the limit "parts" of a pipeline. */
const PARTS_MAX = 24

/** How many copies there can be of so many parts. */
export const copiesMax = (parts: number): number =>
  Math.min(VARIANTS.length, Math.floor(PARTS_MAX / Math.max(1, parts)))

/** Places of a queue that has no bound: so many that they are full soon. */
export const USUAL_PLACES = 20

/** The same experiment with a copy for each act, which stands at its beginning. @param acts of each copy, for its name */
export function compareText(text: string, part: string, acts: readonly ((name: string) => string)[]): string {
  const lines = text.split('\n').filter((line) => !/^set\s+variants\b/.test(line))
  const header = lines.findIndex((line) => /^(set|at|until)\b/.test(line))
  const from = header < 0 ? lines.length : header
  const withCopies = lines.toSpliced(from, 0, `set variants ${acts.length}`)
  const said = acts.map((act, variant) => `at 0s ${act(`${part}.${VARIANTS[variant]}`)}`)
  const lastAtZero = withCopies.findLastIndex((line) => /^at\s+0s\s/.test(line))
  const later = withCopies.findIndex((line) => /^(at|until)\b/.test(line))
  const at = lastAtZero >= 0 ? lastAtZero + 1 : later >= 0 ? later : endOf(withCopies)
  return withCopies.toSpliced(at, 0, ...said).join('\n')
}

/** Behind the last line that says something. */
const endOf = (lines: readonly string[]): number => lines.findLastIndex((line) => line.trim() !== '') + 1

/** Of each number of copies, whether more or less of it is better; the rest is only different. */
const BETTER: Readonly<Record<string, 'more' | 'less'>> = {
  throughput: 'more',
  goodput: 'more',
  'latency-p50': 'less',
  'latency-p99': 'less',
  waiting: 'less',
  dropped: 'less',
  retries: 'less',
}

/** Differences below this share of a number are chance: the means are of one second. */
const SAME = 0.05

/** Which copies are best at a number: none where all are alike, or nothing is better. */
export function bestOf(id: (typeof COPY_NUMBERS)[number]['id'], values: readonly (number | null)[]): readonly number[] {
  const known = values.filter((value) => value !== null)
  const better = BETTER[id]
  if (better === undefined || known.length < 2) return []
  const best = better === 'more' ? Math.max(...known) : Math.min(...known)
  const near = SAME * Math.max(...known.map(Math.abs))
  const found = values.flatMap((value, at) => (value !== null && Math.abs(value - best) <= near ? [at] : []))
  return found.length === values.length ? [] : found
}
