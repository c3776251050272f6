import type { ActorTable } from '../../engine/api.ts'

/** What the flow lab's worker and its view agree on. Plain data; times in microseconds. */

/** What a part of a pipeline is. The order is that of the frame. */
export const PART_KINDS = ['source', 'stage', 'sender', 'receiver'] as const
export type PartKindName = (typeof PART_KINDS)[number]

/** Order of the message kinds in frames and traces. */
export const MESSAGE_KINDS = ['item', 'answer', 'demand', 'subscribe', 'cancel', 'segment', 'ack'] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** Why an item was turned or thrown away, in the order of the frame's counters. */
export const DROP_REASONS = [
  'overflow',
  'managed',
  'expired',
  'impatient',
  'rate',
  'limit',
  'shed',
  'failed',
  'refused',
] as const

/** Copies of the pipeline that are compared, by their suffix. */
export const VARIANTS = ['a', 'b', 'c', 'd'] as const
export type Variant = (typeof VARIANTS)[number]

/** `api.b` is the part `api` of copy 1. Without copies every name is its own part, of copy 0. */
export function partOf(name: string): { readonly part: string; readonly variant: number } {
  const dot = name.lastIndexOf('.')
  const variant = dot < 0 ? -1 : VARIANTS.indexOf(name.slice(dot + 1) as Variant)
  return variant < 0 ? { part: name, variant: 0 } : { part: name.slice(0, dot), variant }
}

/**
 * How a message looks: its class, and whether it is a retry: `class + 64 * retry`. Demand: how much is asked for. Answer:
 * 0 when the request is done, else 1 + the position of the reason in {@link DROP_REASONS}.
 */
export const messageLook = (value: number): { readonly class: number; readonly retry: boolean } => ({
  class: value % 64,
  retry: value >= 64,
})

/** How a part does, for colours, lanes and words; the order is that of the frame. */
export const CONDITIONS = [
  /** Nothing to do. */
  'idle',
  /** Some servers work. */
  'working',
  /** All servers work, and items wait. */
  'saturated',
  /** The buffer is full. */
  'full',
  /** All servers hold items that nobody after them asked for. */
  'blocked',
  /** A source, sender or stage that has something and may not send it. */
  'held',
  'down',
] as const
export type Condition = (typeof CONDITIONS)[number]

/** A lane's phase packs condition and how full the buffer is, in eighths: `condition + 16 * eighths`. */
export const phaseOf = (condition: number, eighths: number): number => condition + 16 * eighths
export const readPhase = (phase: number): { readonly condition: number; readonly eighths: number } => ({
  condition: phase % 16,
  eighths: Math.floor(phase / 16),
})

/** The slow part of the picture: tables and texts. */
export interface FlowView {
  /** In the order of the actors. */
  readonly parts: readonly PartView[]
  readonly pipes: readonly PipeView[]
  /** Copies that are compared: 1 to 4. */
  readonly variants: number
  /** What differs between them, in words, a line a copy: `queue api 1000 drop-newest`. Empty without copies. */
  readonly differences: readonly string[]
  /** One line for each copy: what it does now, for "describe now". */
  readonly summary: readonly string[]
  /** Numbers of each copy, in the order of {@link COPY_NUMBERS}; null: not yet known. */
  readonly copies: readonly (readonly (number | null)[])[]
  /** Theory beside measurement, where a formula holds for what is set: a line a part. */
  readonly theory: readonly TheoryView[]
  /** Mechanisms of the selected part with their present inner state. */
  readonly selected: ActorTable | null
  /** The selected part as a glass box: every mechanism that is on, from inside. */
  readonly inside: readonly MechanismView[]
  /** Of the selected stage: L = λ W since it began; null while nothing has left it, and for other parts. */
  readonly little: LittleView | null
  /** Of the selected stage (or the first that has one): theory's time over the load, as it is set now. */
  readonly loadCurve: LoadCurveView | null
  /** What can be set of the selected part, as the text of the acts that would set it so. */
  readonly settings: readonly { readonly verb: string; readonly line: string }[]
}

/** Numbers by which copies are compared. */
export const COPY_NUMBERS = [
  { id: 'offered', name: 'offered', unit: '/s' },
  { id: 'throughput', name: 'throughput', unit: '/s' },
  { id: 'goodput', name: 'goodput', unit: '/s' },
  { id: 'latency-p50', name: 'latency p50', unit: 'ms' },
  { id: 'latency-p99', name: 'latency p99', unit: 'ms' },
  { id: 'waiting', name: 'waiting', unit: '' },
  { id: 'dropped', name: 'dropped', unit: '/s' },
  { id: 'retries', name: 'retries', unit: '/s' },
] as const

export interface PartView {
  readonly name: string
  readonly part: string
  readonly variant: number
  readonly kind: PartKindName
  readonly status: 'up' | 'paused' | 'down'
  readonly condition: Condition
  /** What it is set to, in a few words: `10 × exponential 100ms`, `Poisson 70/s`. */
  readonly short: string
  /** The mechanisms that are on, a word each: `LIFO`, `CoDel`, `retry 3`, `budget 10 %`. */
  readonly badges: readonly string[]
  /** The present state in one line. */
  readonly text: string
  readonly waiting: number
  readonly capacity: number | null
  readonly servers: number
  readonly busy: number
  /** A source: the mean rate that it is set to; null where that is no number (closed, silent), and for the rest. */
  readonly ratePerS: number | null
  /** A stage: mean time of service that it is set to; null for the rest, and for a line that serves by bytes. */
  readonly serviceUs: number | null
  readonly droppedByReason: readonly number[]
  /** Column and row of the picture, from 0, within its copy. */
  readonly column: number
  readonly row: number
}

/** A pipe from one part to the next. */
export interface PipeView {
  readonly from: string
  readonly to: string
  /** What may be sent now, in words: `open`, `12 of 256`, `0 B`, `paused`. */
  readonly grant: string
  /** What may be sent now; null: without limit. */
  readonly credit: number | null
}

/** One formula beside what is measured. */
export interface TheoryView {
  readonly part: string
  /** `M/M/1: W = 1/(μ - λ)`. */
  readonly formula: string
  readonly quantity: string
  readonly unit: string
  readonly expected: number
  /** Mean and half width of its 95 % confidence interval by batch means; null: too short to tell. */
  readonly measured: { readonly mean: number; readonly halfWidth: number } | null
  readonly n: number
  readonly verdict: 'agrees' | 'differs' | 'too short to tell'
}

/** A number between 0 and a most, drawn as a bar. */
export interface GaugeView {
  readonly name: string
  /** `ms`, `%`, `B`, or nothing. */
  readonly unit: string
  /** Below 0 for what may be overdrawn. */
  readonly value: number
  readonly most: number
  /** A value that means something, and what: `target`. */
  readonly mark: { readonly at: number; readonly name: string } | null
}

/** A mechanism with its inner state: where it stands among its phases, its numbers, its slots by their own names. */
export interface MechanismView {
  readonly title: string
  /** Where it is described: `RFC 8289`. */
  readonly source: string
  readonly phases: readonly string[]
  /** The present one; null: it has none. */
  readonly phase: string | null
  readonly gauges: readonly GaugeView[]
  readonly slots: readonly { readonly name: string; readonly value: string }[]
}

/** Little's law of one stage, as an identity. */
export interface LittleView {
  readonly part: string
  /** Mean number in the stage: the area under its number over the time. */
  readonly inStage: number
  /** Items that left, a second. */
  readonly ratePerS: number
  /** Mean time of those that left, ms. */
  readonly timeMs: number
  /** Present now: they are in the area, and not yet in the times. */
  readonly present: number
}

/** What theory expects of a stage at every load that it can bear. */
export interface LoadCurveView {
  readonly part: string
  readonly formula: string
  /** All its servers, busy all the time. */
  readonly capacityPerS: number
  /** Arrivals a second and mean time in the stage, ms. */
  readonly points: readonly (readonly [perS: number, ms: number])[]
}

// ---- History: sheets that travel when they change -------------------------------------------------------------------

/** Columns of the history of one part; a sheet `history` holds them for all parts, row by row ({@link readHistory}). */
export const HISTORY_COLUMNS = [
  'waiting',
  'busy',
  'servers',
  'arrivedPerS',
  'departedPerS',
  'droppedPerS',
  'utilisation',
  /** A limit, a congestion window (segments) or a credit: whatever bounds what is in flight. -1: none. */
  'window',
  /** Sources: answers in time, retries, open requests; stages and the rest: 0. */
  'goodPerS',
  'retriedPerS',
  'open',
  /** Sources: percentiles of the requests that ended in the sample's time, ms; -1: none ended. */
  'p50Ms',
  'p95Ms',
  'p99Ms',
] as const
export type HistoryColumn = (typeof HISTORY_COLUMNS)[number]

/** The history as it travels: header, then for each sample its instant and the columns of each part. */
export const HISTORY_HEADER = 2

/** A view over the sheet `history`: samples, parts, and a reader. Empty while there is none. */
export interface History {
  readonly samples: number
  readonly parts: number
  timeUs(sample: number): number
  value(sample: number, part: number, column: HistoryColumn): number
}

export function readHistory(buffer: ArrayBuffer | null): History {
  const data = buffer === null ? new Float64Array(HISTORY_HEADER) : new Float64Array(buffer)
  const samples = data[0]!
  const parts = data[1]!
  const stride = 1 + parts * HISTORY_COLUMNS.length
  const at = (sample: number) => HISTORY_HEADER + sample * stride
  return {
    samples,
    parts,
    timeUs: (sample) => data[at(sample)]!,
    value: (sample, part, column) =>
      data[at(sample) + 1 + part * HISTORY_COLUMNS.length + HISTORY_COLUMNS.indexOf(column)]!,
  }
}
