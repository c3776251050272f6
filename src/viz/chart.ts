import { scaleLinear } from 'd3'
import { spanText, timeTicks } from './time-axis.ts'

/** A small chart of one quantity over time: line, axis, unit, and a dashed line where theory says what to expect. */

export interface ChartData {
  /** Oldest first, `stepUs` apart, the last one at `lastUs`. Null: no value at that time (a gap in the line). */
  readonly series: readonly (number | null)[]
  readonly stepUs: number
  readonly lastUs: number
  readonly unit: string
  readonly theory: number | null
}

export interface ChartPaint {
  color(token: string): string
  readonly stroke: number
  readonly textScale: number
  readonly font: string
}

export interface ChartSize {
  readonly width: number
  readonly height: number
}

/** From the lowest to the highest value that has to be seen, 0 included, with round ends. */
export function valueDomain(series: readonly (number | null)[], theory: number | null): readonly [number, number] {
  let low = 0
  let high = theory ?? 0
  for (const value of series) {
    if (value === null) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  if (low === high) return [low, low + 1]
  const [from, to] = scaleLinear().domain([low, high]).nice(3).domain()
  return [from ?? low, to ?? high]
}

/** Time of the sample at `index`. */
export const sampleUs = (data: ChartData, index: number): number =>
  data.lastUs - (data.series.length - 1 - index) * data.stepUs

/** At most four digits, thousands and millions shortened: `0.25`, `12`, `3.4k`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value)
  if (size >= 999_500) return `${Number((value / 1_000_000).toPrecision(3))}M`
  if (size >= 9_995) return `${Number((value / 1_000).toPrecision(3))}k`
  return String(Number(value.toPrecision(size >= 1_000 ? 4 : 3)))
}

interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  x(us: number): number
  y(value: number): number
  readonly domain: readonly [number, number]
}

export function chartFrame(data: ChartData, size: ChartSize, textScale: number): Frame {
  const domain = valueDomain(data.series, data.theory)
  const text = 10 * textScale
  const left = Math.ceil(4.2 * text)
  const right = size.width - 6
  const top = Math.ceil(0.7 * text)
  const bottom = size.height - Math.ceil(1.7 * text)
  const from = sampleUs(data, 0)
  const span = Math.max(1, data.lastUs - from)
  return {
    left,
    right,
    top,
    bottom,
    domain,
    x: (us) => left + ((us - from) / span) * (right - left),
    y: (value) => bottom - ((value - domain[0]) / (domain[1] - domain[0])) * (bottom - top),
  }
}

/** Position of the sample nearest to `x`; -1 when there is none. */
export function sampleAt(data: ChartData, size: ChartSize, textScale: number, x: number): number {
  if (data.series.length === 0) return -1
  const at = chartFrame(data, size, textScale)
  const share = (x - at.left) / Math.max(1, at.right - at.left)
  return Math.min(data.series.length - 1, Math.max(0, Math.round(share * (data.series.length - 1))))
}

/** Draws the chart; `hover` is the position of the sample under the crosshair, or -1. */
export function drawChart(
  ctx: CanvasRenderingContext2D,
  data: ChartData,
  size: ChartSize,
  paint: ChartPaint,
  hover: number,
): void {
  ctx.clearRect(0, 0, size.width, size.height)
  const at = chartFrame(data, size, paint.textScale)
  drawValueAxis(ctx, at, paint)
  if (data.series.length > 1) drawTimeAxis(ctx, data, at, paint)
  if (data.theory !== null) drawTheory(ctx, data.theory, at, paint)
  drawSeries(ctx, data, at, paint)
  if (hover >= 0) drawCrosshair(ctx, data, at, paint, hover)
}

function drawValueAxis(ctx: CanvasRenderingContext2D, at: Frame, paint: ChartPaint): void {
  const ticks = scaleLinear().domain(at.domain).ticks(3)
  ctx.font = `${10 * paint.textScale}px ${paint.font}`
  ctx.textAlign = 'right'
  ctx.textBaseline = 'middle'
  ctx.lineWidth = 1
  ctx.strokeStyle = paint.color('--line')
  ctx.fillStyle = paint.color('--ink-3')
  ctx.beginPath()
  for (const tick of ticks) {
    const y = Math.round(at.y(tick)) + 0.5
    ctx.moveTo(at.left, y)
    ctx.lineTo(at.right, y)
    ctx.fillText(shortNumber(tick), at.left - 5, y)
  }
  ctx.stroke()
}

function drawTimeAxis(ctx: CanvasRenderingContext2D, data: ChartData, at: Frame, paint: ChartPaint): void {
  const view = { fromUs: sampleUs(data, 0), toUs: data.lastUs }
  ctx.textAlign = 'center'
  ctx.textBaseline = 'top'
  for (const tick of timeTicks(view, at.right - at.left, 90 * paint.textScale)) {
    const half = ctx.measureText(tick.text).width / 2
    const x = at.x(tick.atUs)
    if (x - half >= at.left - 4 && x + half <= at.right + 6) ctx.fillText(tick.text, x, at.bottom + 4)
  }
}

function drawTheory(ctx: CanvasRenderingContext2D, value: number, at: Frame, paint: ChartPaint): void {
  const y = Math.round(at.y(value)) + 0.5
  ctx.strokeStyle = paint.color('--warn')
  ctx.lineWidth = paint.stroke
  ctx.setLineDash([5, 4])
  ctx.beginPath()
  ctx.moveTo(at.left, y)
  ctx.lineTo(at.right, y)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.fillStyle = paint.color('--warn')
  ctx.textAlign = 'right'
  ctx.textBaseline = y - at.top > 14 ? 'bottom' : 'top'
  ctx.fillText('theory', at.right, y + (y - at.top > 14 ? -2 : 3))
}

function drawSeries(ctx: CanvasRenderingContext2D, data: ChartData, at: Frame, paint: ChartPaint): void {
  ctx.strokeStyle = paint.color('--accent')
  ctx.fillStyle = paint.color('--accent')
  ctx.lineWidth = paint.stroke + 0.5
  ctx.lineJoin = 'round'
  ctx.beginPath()
  let pen = false
  for (const [index, value] of data.series.entries()) {
    if (value === null) {
      pen = false
      continue
    }
    const x = at.x(sampleUs(data, index))
    const y = at.y(value)
    if (pen) ctx.lineTo(x, y)
    else {
      ctx.moveTo(x, y)
      // A sample alone between gaps would be a line without length.
      if ((data.series[index + 1] ?? null) === null) ctx.fillRect(x - 1.5, y - 1.5, 3, 3)
    }
    pen = true
  }
  ctx.stroke()
}

function drawCrosshair(
  ctx: CanvasRenderingContext2D,
  data: ChartData,
  at: Frame,
  paint: ChartPaint,
  hover: number,
): void {
  const x = Math.round(at.x(sampleUs(data, hover))) + 0.5
  ctx.strokeStyle = paint.color('--line-strong')
  ctx.lineWidth = 1
  ctx.beginPath()
  ctx.moveTo(x, at.top)
  ctx.lineTo(x, at.bottom)
  ctx.stroke()
  const value = data.series[hover] ?? null
  if (value === null) return
  ctx.fillStyle = paint.color('--accent')
  ctx.beginPath()
  ctx.arc(x, at.y(value), 3, 0, 2 * Math.PI)
  ctx.fill()
}

/** What the chart says, for those who do not see it: `23 ms now; between 4 and 31 over the last 10 s; theory 20 ms`. */
export function describeChart(data: ChartData): string {
  const values = data.series.filter((value) => value !== null)
  const unit = data.unit === '' ? '' : ` ${data.unit}`
  if (values.length === 0) return 'no values yet'
  const low = values.reduce((least, value) => Math.min(least, value))
  const high = values.reduce((most, value) => Math.max(most, value))
  const last = values[values.length - 1]!
  const span = spanText((data.series.length - 1) * data.stepUs)
  const theory = data.theory === null ? '' : `; theory ${shortNumber(data.theory)}${unit}`
  return `${shortNumber(last)}${unit} now; between ${shortNumber(low)} and ${shortNumber(high)} over the last ${span}${theory}`
}
