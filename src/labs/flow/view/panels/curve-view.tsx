import { line, scaleLinear } from 'd3'
import type { PointerEvent } from 'react'
import { shortNumber, valueDomain } from '../../../../viz/chart.ts'
import type { CurveChart } from './curves.ts'
import { spread } from './curves.ts'

/** Where all charts of a panel have the same instants. */
export interface TimeAxis {
  readonly fromUs: number
  readonly toUs: number
  readonly left: number
  readonly right: number
}

export const xOf = ({ fromUs, toUs, left, right }: TimeAxis, us: number): number =>
  left + ((us - fromUs) / Math.max(1, toUs - fromUs)) * (right - left)

export const usAt = ({ fromUs, toUs, left, right }: TimeAxis, x: number): number =>
  fromUs + ((x - left) / Math.max(1, right - left)) * (toUs - fromUs)

/** Patterns of lines, by {@link CurveChart}'s positions. */
const DASHES = ['', '7 3', '2 3', '9 3 2 3'] as const

export interface CurveViewProps {
  readonly chart: CurveChart
  readonly timesUs: readonly number[]
  readonly axis: TimeAxis
  readonly width: number
  readonly height: number
  /** Size of the type, px. */
  readonly type: number
  /** Position among the instants of what is read; -1: the last one is. */
  readonly read: number
  readonly nowUs: number
  onRead(us: number | null): void
  onSeek(us: number): void
}

/** One small chart: its lines, and at their ends what they are and how much. */
export function CurveView(props: CurveViewProps) {
  const { chart, timesUs, axis, width, height, type, read, nowUs, onRead, onSeek } = props
  const domain = valueDomain(
    chart.curves.flatMap(({ values }) => values),
    null,
  )
  const y = scaleLinear()
    .domain(domain)
    .range([height - 4, 6])
  const path = (values: readonly (number | null)[]) =>
    line<number | null>(
      (_, at) => xOf(axis, timesUs[at]!),
      (value) => y(value ?? 0),
    ).defined((value) => value !== null)(values) ?? ''
  const at = read < 0 ? timesUs.length - 1 : read
  const ends = chart.curves.map(({ values }) => values[at] ?? null)
  const heights = spread(
    ends.map((value) => y(value ?? domain[0])),
    type * 1.15,
    6 + type * 0.3,
    height - 4,
  )
  const instant = (event: PointerEvent) => usAt(axis, event.nativeEvent.offsetX)
  return (
    <figure className="fp-curve">
      <figcaption>
        {chart.title}
        {chart.unit !== '' && <small> {chart.unit}</small>}
      </figcaption>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the slider of the time axis does the same from the keyboard */}
      <svg
        width={width}
        height={height}
        role="img"
        aria-label={sentence(chart)}
        onPointerMove={(event) => onRead(instant(event))}
        onPointerLeave={() => onRead(null)}
        onClick={(event) => onSeek(usAt(axis, event.nativeEvent.offsetX))}
      >
        {y.ticks(3).map((tick) => (
          <g key={tick} className="fp-grid">
            <line x1={axis.left} x2={axis.right} y1={y(tick)} y2={y(tick)} />
            <text x={axis.left - 6} y={y(tick)} dy="0.35em" textAnchor="end">
              {shortNumber(tick)}
            </text>
          </g>
        ))}
        <line className="fp-now" x1={xOf(axis, nowUs)} x2={xOf(axis, nowUs)} y1={0} y2={height} />
        {chart.curves.map((curve) => (
          <path
            key={curve.id}
            className="fp-line"
            d={path(curve.values)}
            stroke={`var(${curve.color})`}
            strokeDasharray={DASHES[curve.dash]}
          />
        ))}
        {read >= 0 && (
          <line className="fp-read" x1={xOf(axis, timesUs[at]!)} x2={xOf(axis, timesUs[at]!)} y1={0} y2={height} />
        )}
        {chart.curves.map((curve, index) => {
          const value = ends[index] ?? null
          return (
            <g key={curve.id}>
              {value !== null && (
                <circle cx={xOf(axis, timesUs[at]!)} cy={y(value)} r={2.5} fill={`var(${curve.color})`} />
              )}
              <line
                className="fp-line"
                x1={axis.right + 6}
                x2={axis.right + 18}
                y1={heights[index]}
                y2={heights[index]}
                stroke={`var(${curve.color})`}
                strokeDasharray={DASHES[curve.dash]}
              />
              <text className="fp-end" x={axis.right + 22} y={heights[index]} dy="0.35em">
                {chart.curves.length === 1 ? '' : `${curve.label} `}
                <tspan>{value === null ? '–' : shortNumber(value)}</tspan>
              </text>
            </g>
          )
        })}
      </svg>
    </figure>
  )
}

/** The chart for those who do not see it. */
function sentence({ title, unit, curves }: CurveChart): string {
  const told = curves.map(({ label, values }) => {
    const known = values.filter((value) => value !== null)
    const last = known.at(-1)
    if (last === undefined) return `${label}: nothing yet`
    const most = known.reduce((highest, value) => Math.max(highest, value))
    return `${label}: ${shortNumber(last)} ${unit} now, at most ${shortNumber(most)}`
  })
  return `${title} over time. ${told.join('; ')}.`
}
