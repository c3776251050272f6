import { line } from 'd3'
import { useId, useRef } from 'react'
import { PlotAxes, usePlotSize } from '../../../../ui/plot.tsx'
import { saveText } from '../../../../ui/save-text.ts'
import { shortNumber } from '../../../../viz/chart.ts'
import { layoutPlot, type Plot } from '../../../../viz/plot.ts'
import type { LoadCurveView } from '../../contract.ts'
import { type LoadMean, loadCsv, theoryAt } from './load-points.ts'

interface Props {
  readonly curve: LoadCurveView | null
  readonly means: readonly LoadMean[]
  readonly part: string
  /** The present arrivals a second; null: unknown. */
  readonly nowPerS: number | null
}

const HEIGHT = 220
/** The curve rises without end: what is shown ends at so many times the time of an empty stage. */
const RISE_MAX = 60

function plotOf({ curve, means, part, nowPerS }: Props): Plot {
  const theory = (curve?.points ?? []).filter(([, ms]) => ms <= RISE_MAX * curve!.points[0]![1])
  const points = means.map(({ perS, meanMs }) => [perS, meanMs] as const)
  const tops = means.map(({ perS, meanMs, halfMs }) => [perS, meanMs + (halfMs ?? 0)] as const)
  return {
    title: `Mean time in ${part} over its load`,
    x: {
      label: 'Arrivals',
      unit: '/s',
      domain: [0, Math.max(1e-9, curve?.capacityPerS ?? 0, ...points.map(([x]) => x * 1.05))],
    },
    y: { label: 'Mean time', unit: 'ms' },
    series: [
      { id: 'theory', label: 'theory', color: '--warn', look: 'dashed', points: theory },
      { id: 'measured', label: 'measured', color: '--accent', look: 'points', points: [...points, ...tops] },
    ],
    marks: [
      ...(curve === null ? [] : [{ x: curve.capacityPerS, label: 'all it can do' }]),
      ...(nowPerS === null ? [] : [{ x: nowPerS, label: 'now' }]),
    ],
  }
}

/** Theory's line, and the measured means with their intervals. */
export function LoadPlot(props: Props) {
  const figure = useRef<HTMLElement>(null)
  const { width, type } = usePlotSize(figure)
  const id = useId()
  const plot = plotOf(props)
  const { curve, means } = props
  const height = Math.round((HEIGHT * type) / 12)
  const layout = width < 40 ? null : layoutPlot(plot, { width, height, type })
  const path = line<readonly [number, number]>(
    ([x]) => layout?.xOf(x) ?? 0,
    ([, y]) => layout?.yOf(y) ?? 0,
  )
  return (
    <figure ref={figure} className="b-plot" aria-labelledby={id}>
      <figcaption id={id}>
        <span>{plot.title}</span>
        {means.length > 0 && (
          <button
            type="button"
            className="fp-csv"
            onClick={() => saveText(`${plot.title}.csv`, loadCsv(means, curve?.points ?? []))}
          >
            CSV
          </button>
        )}
      </figcaption>
      {layout !== null && (
        <svg width={width} height={height} role="img" aria-label={inWords(plot.title, props)}>
          <PlotAxes plot={plot} layout={layout} height={height} />
          {layout.marks.map(({ at, label }, row) => (
            <g key={label} className="b-plot-mark">
              <line x1={at} x2={at} y1={layout.top} y2={layout.bottom} />
              <text x={at - 3} y={layout.top} dy={`${0.9 + 1.2 * row}em`} textAnchor={at > width / 2 ? 'end' : 'start'}>
                {label}
              </text>
            </g>
          ))}
          <path className="b-plot-dashed" d={path(plot.series[0]!.points) ?? ''} stroke="var(--warn)" fill="none" />
          {means.map(({ perS, meanMs, halfMs }) => (
            <Whisker
              key={perS}
              x={layout.xOf(perS)}
              y={layout.yOf(meanMs)}
              low={layout.yOf(Math.max(0, meanMs - (halfMs ?? 0)))}
              high={layout.yOf(meanMs + (halfMs ?? 0))}
            />
          ))}
        </svg>
      )}
      <p className="fp-key">
        {curve !== null && (
          <span>
            <svg width="22" height="8" aria-hidden="true">
              <line className="b-plot-dashed" x1="0" y1="4" x2="22" y2="4" stroke="var(--warn)" />
            </svg>
            theory, for Poisson arrivals
          </span>
        )}
        {means.length > 0 && (
          <span>
            <svg width="12" height="16" aria-hidden="true">
              <Whisker x={6} y={8} low={15} high={1} />
            </svg>
            measured, 95 %
          </span>
        )}
      </p>
    </figure>
  )
}

function Whisker({
  x,
  y,
  low,
  high,
}: {
  readonly x: number
  readonly y: number
  readonly low: number
  readonly high: number
}) {
  return (
    <g className="fp-whisker">
      <path d={`M${x} ${low}V${high}M${x - 3} ${low}h6M${x - 3} ${high}h6`} />
      <circle cx={x} cy={y} r={3} />
    </g>
  )
}

function inWords(title: string, { curve, means }: Props): string {
  const told = means.map(
    ({ perS, meanMs, halfMs }) =>
      `${shortNumber(perS)} a second: ${shortNumber(meanMs)}${halfMs === null ? '' : ` ± ${shortNumber(halfMs)}`} ms`,
  )
  const theory = curve === null ? '' : ` Theory: ${curve.formula}.`
  return `${title}.${theory} ${told.length === 0 ? 'Nothing measured yet' : `Measured: ${told.join('; ')}`}.`
}

/** The same as numbers. */
export function LoadTable({ means, curve }: Pick<Props, 'means' | 'curve'>) {
  return (
    <table className="fp-table">
      <thead>
        <tr>
          <th scope="col">arrivals</th>
          <th scope="col">measured, ms</th>
          {curve !== null && <th scope="col">theory</th>}
          <th scope="col">n</th>
        </tr>
      </thead>
      <tbody>
        {means.map(({ perS, meanMs, halfMs, n }) => {
          const theory = curve === null ? null : theoryAt(curve.points, perS)
          return (
            <tr key={perS}>
              <th scope="row">{shortNumber(perS)}/s</th>
              <td>
                {shortNumber(meanMs)}
                {halfMs !== null && <small> ± {shortNumber(halfMs)}</small>}
              </td>
              {curve !== null && <td>{theory === null ? '–' : shortNumber(theory)}</td>}
              <td>{shortNumber(n)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}
