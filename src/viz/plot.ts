import { extent, line, scaleLinear, scaleLog } from 'd3'

/** A plot of some quantities over one other: scales, ticks, paths, readouts, CSV. What draws it is elsewhere. */

/** One curve or cloud of points. */
export interface PlotSeries {
  readonly id: string
  readonly label: string
  /** A token of the theme: `--term-1`. */
  readonly color: string
  readonly look: 'line' | 'dashed' | 'dotted' | 'points'
  readonly points: readonly (readonly [x: number, y: number])[]
}

export interface PlotAxis {
  readonly label: string
  readonly unit: string
  readonly scale?: 'linear' | 'log'
  /** Ends of the axis; default: what the series need (with 0 for a linear y axis). */
  readonly domain?: readonly [number, number]
}

/** A line across the plot at an x, with a word at its top. */
export interface PlotMark {
  readonly x: number
  readonly label: string
}

export interface Plot {
  readonly title: string
  readonly x: PlotAxis
  readonly y: PlotAxis
  readonly series: readonly PlotSeries[]
  readonly marks?: readonly PlotMark[]
}

export interface PlotSize {
  readonly width: number
  readonly height: number
  /** Size of the type in pixels: the room for axes follows it. */
  readonly type: number
}

interface Tick {
  readonly at: number
  readonly text: string
}

/** A plot in pixels. */
export interface PlotLayout {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  readonly curves: readonly {
    readonly series: PlotSeries
    readonly path: string
    readonly dots: readonly (readonly [number, number])[]
  }[]
  readonly marks: readonly { readonly at: number; readonly label: string }[]
  /** Pixels to x. */
  valueAt(pixel: number): number
  xOf(value: number): number
  yOf(value: number): number
}

/** At most four digits. */
export const plotNumber = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) return value.toExponential(2).replace('e+', 'e')
  return String(Number(value.toPrecision(4)))
}

/** `Frequency [Hz]`. */
export const axisTitle = ({ label, unit }: PlotAxis): string => (unit === '' ? label : `${label} [${unit}]`)

function domainOf(axis: PlotAxis, values: readonly number[], withZero: boolean): [number, number] {
  if (axis.domain !== undefined) return [axis.domain[0], axis.domain[1]]
  const finite = values.filter((value) => Number.isFinite(value) && (axis.scale !== 'log' || value > 0))
  const [low = 0, high = 1] = extent(withZero && axis.scale !== 'log' ? [0, ...finite] : finite) as [number?, number?]
  if (axis.scale === 'log') return low < high ? [low, high] : [low / 2 || 0.1, high * 2 || 1]
  return low < high ? [low, high] : [low, low + 1]
}

const scaleOf = (axis: PlotAxis) => (axis.scale === 'log' ? scaleLog() : scaleLinear())

/** Lays the plot out in `size`. Points that are not finite interrupt a line. */
export function layoutPlot(plot: Plot, { width, height, type }: PlotSize): PlotLayout {
  const xs = plot.series.flatMap(({ points }) => points.map(([x]) => x))
  const ys = plot.series.flatMap(({ points }) => points.map(([, y]) => y))
  const yScale = scaleOf(plot.y).domain(domainOf(plot.y, ys, true))
  if (plot.y.domain === undefined) yScale.nice(4)
  const yCount = Math.max(2, Math.floor(height / (type * 3)))
  const yTexts = ticksOf(yScale, yCount, plot.y)
  const widest = Math.max(2, ...yTexts.map(({ text }) => text.length))
  const left = Math.round(type * (0.62 * widest + 1))
  const right = width - Math.round(type * 0.8)
  const top = Math.round(type * 2)
  const bottom = height - Math.round(type * 2.9)
  const xScale = scaleOf(plot.x)
    .domain(domainOf(plot.x, xs, false))
    .range([left, right])
  yScale.range([bottom, top])
  const isDrawn = ([x, y]: readonly [number, number]) => Number.isFinite(xScale(x)) && Number.isFinite(yScale(y))
  const path = line<readonly [number, number]>(
    ([x]) => xScale(x),
    ([, y]) => yScale(y),
  ).defined(isDrawn)
  const xCount = Math.max(2, Math.floor((right - left) / (type * 5)))
  return {
    left,
    right,
    top,
    bottom,
    xTicks: ticksOf(xScale, xCount, plot.x),
    yTicks: ticksOf(yScale, yCount, plot.y),
    curves: plot.series.map((series) => ({
      series,
      path: series.look === 'points' ? '' : (path(series.points) ?? ''),
      dots: series.look === 'points' ? series.points.filter(isDrawn).map(([x, y]) => [xScale(x), yScale(y)]) : [],
    })),
    marks: (plot.marks ?? [])
      .map(({ x, label }) => ({ at: xScale(x), label }))
      .filter(({ at }) => at >= left && at <= right),
    valueAt: (pixel) => xScale.invert(pixel),
    xOf: (value) => xScale(value),
    yOf: (value) => yScale(value),
  }
}

interface Scale {
  (value: number): number
  ticks(count: number): number[]
}

/** Ticks that have room; a logarithmic axis names its powers of ten. */
function ticksOf(scale: Scale, count: number, axis: PlotAxis): Tick[] {
  const all = scale.ticks(count)
  const named =
    axis.scale === 'log' && all.length > count ? all.filter((value) => Number.isInteger(Math.log10(value))) : all
  return named.map((value) => ({ at: scale(value), text: plotNumber(value) }))
}

/** The point of each series that is nearest to `x`. */
export function readAt(
  plot: Plot,
  x: number,
): readonly { readonly series: PlotSeries; readonly point: readonly [number, number] }[] {
  return plot.series.flatMap((series) => {
    const { points } = series
    if (points.length === 0) return []
    const nearest = points.reduce((best, point) => (Math.abs(point[0] - x) < Math.abs(best[0] - x) ? point : best))
    return [{ series, point: nearest }]
  })
}

/** Every x at which something was computed, ascending: where the arrow keys stop. */
export const stops = (plot: Plot): readonly number[] =>
  [...new Set(plot.series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b)

const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** The plot as CSV: one row for every x, one column for every series; or one row for every point where curves turn back over an x. */
export function plotCsv(plot: Plot): string {
  const columns = plot.series.map(({ points }) => new Map(points))
  const turnsBack = plot.series.some(({ points }, at) => columns[at]!.size < points.length)
  const rows = turnsBack
    ? [
        ['curve', axisTitle(plot.x), axisTitle(plot.y)].map(cell),
        ...plot.series.flatMap(({ label, points }) => points.map((point) => [cell(label), ...point])),
      ]
    : [
        [axisTitle(plot.x), ...plot.series.map(({ label }) => `${label} [${plot.y.unit}]`)].map(cell),
        ...stops(plot).map((x) => [x, ...columns.map((column) => column.get(x) ?? '')]),
      ]
  return `${rows.map((row) => row.join(',')).join('\n')}\n`
}

/** The plot in a sentence: for who cannot see it. */
export function describePlot(plot: Plot): string {
  const peaks = plot.series.map(({ label, points }) => {
    const top = points.reduce<readonly [number, number] | null>(
      (best, point) => (Number.isFinite(point[1]) && (best === null || point[1] > best[1]) ? point : best),
      null,
    )
    if (top === null) return `${label}: nothing`
    return `${label}: highest ${plotNumber(top[1])} ${plot.y.unit} at ${plotNumber(top[0])} ${plot.x.unit}`
  })
  return `${plot.title}. ${axisTitle(plot.y)} over ${axisTitle(plot.x)}. ${peaks.join('; ')}.`
}
