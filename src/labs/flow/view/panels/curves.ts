import type { History, HistoryColumn, PartView } from '../../contract.ts'
import { VARIANTS } from '../../contract.ts'

/** What stands in the charts over time: curves of one part, of the whole pipeline, or of each copy of either. */

/** One line of a chart. */
export interface Curve {
  readonly id: string
  readonly label: string
  /** A token of the theme. */
  readonly color: string
  /** Position in the list of dash patterns: lines are told apart without colour. */
  readonly dash: number
  /** One for each instant; null: nothing to be measured then. */
  readonly values: readonly (number | null)[]
}

export interface CurveChart {
  readonly id: string
  readonly title: string
  readonly unit: string
  readonly curves: readonly Curve[]
}

export interface Curves {
  readonly timesUs: readonly number[]
  readonly charts: readonly CurveChart[]
}

/** What is asked for: a part by its name without copy (null: the whole pipeline), and a stretch of time. */
export interface CurveQuery {
  readonly part: string | null
  readonly fromUs: number
  /** Neighbouring samples are averaged until no more points are left. */
  readonly pointsMax: number
}

export type CurvePart = Pick<PartView, 'name' | 'part' | 'variant' | 'kind'>

/** Colours and dashes of the lines of one chart, in their order. */
const LINES = ['--term-1', '--term-0', '--term-2', '--term-6'] as const

type Read = (sample: number) => number | null

/** One quantity of one copy. */
interface Quantity {
  readonly label: string
  /** What its own chart is called when copies are compared. */
  readonly title: string
  readonly read: Read
}

interface Chart {
  readonly id: string
  readonly title: string
  readonly unit: string
  /** Left out while it shows nothing but zeros. */
  readonly isExtra?: boolean
  /** Counted: a tenth of a second says little, so each point is the mean of the second before it. */
  readonly isRate?: boolean
  readonly quantities: readonly Quantity[]
}

const numbers = (values: readonly (number | null)[]): readonly number[] => values.filter((value) => value !== null)

function readers(history: History) {
  const present = (sample: number, actor: number, column: HistoryColumn): number | null => {
    const value = history.value(sample, actor, column)
    return value < 0 || Number.isNaN(value) ? null : value
  }
  return {
    sum: (actors: readonly number[], column: HistoryColumn): Read => {
      return (sample) =>
        actors.length === 0 ? null : actors.reduce((sum, actor) => sum + (present(sample, actor, column) ?? 0), 0)
    },
    most: (actors: readonly number[], column: HistoryColumn): Read => {
      return (sample) => {
        const values = numbers(actors.map((actor) => present(sample, actor, column)))
        return values.length === 0 ? null : Math.max(...values)
      }
    },
  }
}

/** The actors of one copy that are looked at. */
interface Scope {
  readonly origins: readonly number[]
  readonly stages: readonly number[]
  readonly all: readonly number[]
}

function scopeOf(parts: readonly CurvePart[], variant: number, part: string | null): Scope {
  const of = (kinds: readonly PartView['kind'][]) =>
    parts.flatMap((each, at) =>
      each.variant === variant && kinds.includes(each.kind) && (part === null || each.part === part) ? [at] : [],
    )
  return {
    origins: of(['source', 'sender']),
    stages: of(['stage']),
    all: of(['source', 'stage', 'sender', 'receiver']),
  }
}

function chartsOf(history: History, parts: readonly CurvePart[], { origins, stages, all }: Scope): readonly Chart[] {
  const { sum, most } = readers(history)
  const single = all.length === 1
  const total = (label: string, actors: readonly number[], column: HistoryColumn): Quantity => ({
    label,
    title: `${label[0]!.toUpperCase()}${label.slice(1)}`,
    read: sum(actors, column),
  })
  const named = (title: string, actors: readonly number[], column: HistoryColumn): readonly Quantity[] =>
    actors.slice(0, LINES.length).map((actor) => {
      const { part } = parts[actor]!
      return { label: part, title: single ? title : `${title} of ${part}`, read: most([actor], column) }
    })
  // A TCP sender offers whatever is taken.
  const sources = origins.filter((actor) => parts[actor]!.kind === 'source')
  const flow = [
    ...(sources.length > 0 ? [total('offered', sources, 'arrivedPerS')] : []),
    ...(origins.length === 0 ? [total('arrivals', stages, 'arrivedPerS')] : []),
    ...(stages.length > 0 ? [total(single ? 'departures' : 'throughput', stages.slice(-1), 'departedPerS')] : []),
    ...(origins.length > 0 ? [total('goodput', origins, 'goodPerS')] : []),
  ]
  return [
    { id: 'waiting', title: 'Waiting', unit: 'items', quantities: [total('waiting', all, 'waiting')] },
    { id: 'flow', title: titleOf(flow), unit: '/s', isRate: true, quantities: flow },
    {
      id: 'latency',
      title: 'Latency',
      unit: 'ms',
      quantities: (['p50Ms', 'p95Ms', 'p99Ms'] as const).map((column) => ({
        label: column.replace('Ms', ''),
        title: `Latency ${column.replace('Ms', '')}`,
        read: most(origins, column),
      })),
    },
    {
      id: 'utilisation',
      title: 'Utilisation',
      unit: '',
      isRate: true,
      quantities: named('Utilisation', stages, 'utilisation'),
    },
    {
      id: 'dropped',
      title: 'Dropped',
      unit: '/s',
      isExtra: true,
      isRate: true,
      quantities: stages.length === 0 ? [] : [total('dropped', stages, 'droppedPerS')],
    },
    {
      id: 'retries',
      title: 'Retries',
      unit: '/s',
      isExtra: true,
      isRate: true,
      quantities: origins.length === 0 ? [] : [total('retries', origins, 'retriedPerS')],
    },
    {
      id: 'window',
      title: 'Window or limit',
      unit: '',
      isExtra: true,
      quantities: named('Window or limit', bounded(history, all), 'window'),
    },
  ]
}

/** `Offered, throughput, goodput`. */
const titleOf = (quantities: readonly Quantity[]): string =>
  quantities.map(({ title, label }, at) => (at === 0 ? title : label)).join(', ')

/** Those who have anything that bounds what is in flight. */
const bounded = (history: History, actors: readonly number[]): readonly number[] =>
  actors.filter((actor) => {
    for (let sample = history.samples - 1; sample >= 0; sample--)
      if (history.value(sample, actor, 'window') >= 0) return true
    return false
  })

/** Which samples belong to each point. */
function bucketsOf(history: History, { fromUs, pointsMax }: CurveQuery): readonly (readonly [number, number])[] {
  let first = 0
  while (first < history.samples && history.timeUs(first) < fromUs) first++
  const size = Math.max(1, Math.ceil((history.samples - first) / pointsMax))
  const buckets: (readonly [number, number])[] = []
  for (let from = first; from < history.samples; from += size) {
    buckets.push([from, Math.min(history.samples, from + size)])
  }
  return buckets
}

const SECOND_US = 1_000_000

/** The first sample of the second before the end of this one. */
function secondBefore(history: History, sample: number): number {
  let from = sample
  while (from > 0 && history.timeUs(from - 1) > history.timeUs(sample) - SECOND_US) from--
  return from
}

function meanOver([from, to]: readonly [number, number], read: Read): number | null {
  let [sum, count] = [0, 0]
  for (let sample = from; sample < to; sample++) {
    const value = read(sample)
    if (value === null) continue
    sum += value
    count++
  }
  return count === 0 ? null : sum / count
}

const has = (values: readonly (number | null)[], isThere: (value: number) => boolean): boolean =>
  values.some((value) => value !== null && isThere(value))

const isShown = (chart: CurveChart, isExtra: boolean): boolean =>
  chart.curves.some(({ values }) => has(values, (value) => !isExtra || value > 0))

/** All charts that have something to show. */
export function curvesOf(history: History, parts: readonly CurvePart[], query: CurveQuery): Curves {
  const buckets = bucketsOf(history, query)
  const timesUs = buckets.map(([, to]) => history.timeUs(to - 1))
  if (history.parts !== parts.length || buckets.length === 0) return { timesUs: [], charts: [] }
  const variants = Math.max(...parts.map(({ variant }) => variant)) + 1
  const copies = Array.from({ length: variants }, (_, variant) =>
    chartsOf(history, parts, scopeOf(parts, variant, query.part)),
  )
  const drawn = variants === 1 ? copies[0]! : besideEachOther(copies)
  const seconds = buckets.map(([from, to]) => [secondBefore(history, from), to] as const)
  const charts = drawn.flatMap(({ id, title, unit, quantities, isExtra = false, isRate = false }) => {
    const curves = quantities.map(({ label, read }, at) => ({
      id: `${id} ${label}`,
      label,
      color: LINES[at % LINES.length]!,
      dash: at % LINES.length,
      values: (isRate ? seconds : buckets).map((bucket) => meanOver(bucket, read)),
    }))
    const chart = { id, title, unit, curves }
    return isShown(chart, isExtra) ? [chart] : []
  })
  return { timesUs, charts }
}

/** Of each quantity one chart, in it a line for each copy. */
function besideEachOther(copies: readonly (readonly Chart[])[]): readonly Chart[] {
  return copies[0]!.flatMap((chart, at) =>
    chart.quantities.map(({ label, title }, quantity) => ({
      ...chart,
      id: `${chart.id} ${label}`,
      title,
      quantities: copies.flatMap((charts, variant) => {
        const same = charts[at]!.quantities[quantity]
        return same === undefined ? [] : [{ ...same, label: VARIANTS[variant]! }]
      }),
    })),
  )
}

/** Position of the instant that is nearest to `us`; -1 when there is none. */
export function nearestTime(timesUs: readonly number[], us: number): number {
  let best = -1
  for (const [at, timeUs] of timesUs.entries())
    if (best < 0 || Math.abs(timeUs - us) < Math.abs(timesUs[best]! - us)) best = at
  return best
}

/** One row for each instant, one column for each line. */
export function curvesCsv({ timesUs, charts }: Curves): string {
  const columns = charts.flatMap(({ title, unit, curves }) =>
    curves.map(({ label, values }) => ({ head: `${title}: ${label}${unit === '' ? '' : ` [${unit}]`}`, values })),
  )
  const rows = timesUs.map((timeUs, at) => [timeUs / 1_000_000, ...columns.map(({ values }) => values[at] ?? '')])
  return [['time [s]', ...columns.map(({ head }) => head)], ...rows].map((row) => `${row.join(',')}\n`).join('')
}

/** Heights of texts beside line ends, at least `gap` apart and within the chart, each as near to its line as can be. */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): readonly number[] {
  const order = wanted.map((_, at) => at).sort((a, b) => wanted[a]! - wanted[b]!)
  const placed = [...wanted]
  let lowest = top - gap
  for (const at of order) {
    placed[at] = Math.max(wanted[at]!, lowest + gap)
    lowest = placed[at]!
  }
  let highest = bottom + gap
  for (const at of order.toReversed()) {
    placed[at] = Math.min(placed[at]!, highest - gap)
    highest = placed[at]!
  }
  return placed
}
