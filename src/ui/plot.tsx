import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useId, useRef, useState } from 'react'
import {
  axisTitle,
  describePlot,
  layoutPlot,
  type Plot,
  type PlotLayout,
  plotCsv,
  plotNumber,
  readAt,
  stops,
} from '../viz/plot.ts'
import './plot.css'

/** A plot as SVG: pointer and arrow keys read values, and the numbers can be taken along as CSV. */
export function PlotView({ plot, height = 200 }: { readonly plot: Plot; readonly height?: number }) {
  const figure = useRef<HTMLElement>(null)
  const size = usePlotSize(figure)
  const [at, setAt] = useState<number | null>(null)
  const title = useId()
  const layout = size.width < 40 ? null : layoutPlot(plot, { ...size, height })
  return (
    <figure ref={figure} className="b-plot" aria-labelledby={title}>
      <figcaption id={title}>
        <span>{plot.title}</span>
        <a
          className="b-plot-csv"
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(plotCsv(plot))}`}
          download={`${plot.title}.csv`}
        >
          CSV
        </a>
      </figcaption>
      <Legend plot={plot} at={at} />
      {layout !== null && (
        <Drawing plot={plot} layout={layout} height={height} width={size.width} at={at} read={setAt} />
      )}
    </figure>
  )
}

/** The room that a figure has, and the size of its type: both change with the window and the theme. */
export function usePlotSize(figure: RefObject<HTMLElement | null>): { readonly width: number; readonly type: number } {
  const [size, setSize] = useState({ width: 0, type: 12 })
  useEffect(() => {
    const element = figure.current
    if (element === null) return
    const observer = new ResizeObserver(() =>
      setSize({ width: element.clientWidth, type: Number.parseFloat(getComputedStyle(element).fontSize) }),
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [figure])
  return size
}

/** What the curves are; with their values where the reader points. */
function Legend({ plot, at }: { readonly plot: Plot; readonly at: number | null }) {
  const values = at === null ? null : readAt(plot, at)
  return (
    <ul className="b-plot-legend">
      {plot.series.map((series, index) => (
        <li key={series.id}>
          <svg width="18" height="8" aria-hidden="true">
            {series.look === 'points' ? (
              <circle cx="9" cy="4" r="3" fill={`var(${series.color})`} />
            ) : (
              <line x1="0" y1="4" x2="18" y2="4" className={`b-plot-${series.look}`} stroke={`var(${series.color})`} />
            )}
          </svg>
          {series.label}
          {values?.[index] !== undefined && <b>{plotNumber(values[index].point[1])}</b>}
        </li>
      ))}
      {at !== null && (
        <li className="b-plot-at">
          {plotNumber(at)} {plot.x.unit}
        </li>
      )}
    </ul>
  )
}

interface DrawingProps {
  readonly plot: Plot
  readonly layout: PlotLayout
  readonly width: number
  readonly height: number
  readonly at: number | null
  read(at: number | null): void
}

function Drawing({ plot, layout, width, height, at, read }: DrawingProps) {
  const { top, bottom } = layout
  // Words of marks stand below each other, so that neighbours stay readable.
  const nearest = (x: number): number | null =>
    stops(plot).reduce<number | null>(
      (best, stop) => (best === null || Math.abs(stop - x) < Math.abs(best - x) ? stop : best),
      null,
    )
  const onPointer = ({ nativeEvent }: PointerEvent) => read(nearest(layout.valueAt(nativeEvent.offsetX)))
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0
    if (step === 0) return
    event.preventDefault()
    const all = stops(plot)
    const from = at === null ? (step > 0 ? -1 : all.length) : all.indexOf(at)
    read(all[Math.min(all.length - 1, Math.max(0, from + step))] ?? null)
  }
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={describePlot(plot)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys read values
      tabIndex={0}
      onPointerMove={onPointer}
      onPointerLeave={() => read(null)}
      onBlur={() => read(null)}
      onKeyDown={onKey}
    >
      <PlotAxes plot={plot} layout={layout} height={height} />
      {layout.marks.map(({ at: x, label }, row) => (
        <g key={label} className="b-plot-mark">
          <line x1={x} x2={x} y1={top} y2={bottom} />
          <text x={x + 3} y={top} dy={`${0.9 + 1.2 * row}em`}>
            {label}
          </text>
        </g>
      ))}
      {layout.curves.map(({ series, path, dots }) => (
        <g key={series.id} stroke={`var(${series.color})`} fill={`var(${series.color})`}>
          {path !== '' && <path className={`b-plot-${series.look}`} d={path} fill="none" />}
          {dots.map(([x, y], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points have no other name
            <circle key={index} cx={x} cy={y} r={3} stroke="none" />
          ))}
        </g>
      ))}
      {at !== null && <line className="b-plot-cursor" x1={layout.xOf(at)} x2={layout.xOf(at)} y1={top} y2={bottom} />}
    </svg>
  )
}

/** Ticks with their lines, and the titles of both axes. */
export function PlotAxes({
  plot,
  layout: { left, right, top, bottom, xTicks, yTicks },
  height,
}: {
  readonly plot: Pick<Plot, 'x' | 'y'>
  readonly layout: PlotLayout
  readonly height: number
}) {
  return (
    <g className="b-plot-axes">
      {yTicks.map(({ at: y, text }) => (
        <g key={text}>
          <line x1={left} x2={right} y1={y} y2={y} />
          <text x={left - 6} y={y} dy="0.35em" textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {xTicks.map(({ at: x, text }) => (
        <g key={text}>
          <line x1={x} x2={x} y1={top} y2={bottom} />
          <text x={x} y={bottom} dy="1.2em" textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <text className="b-plot-title" x={right} y={height - 3} textAnchor="end">
        {axisTitle(plot.x)}
      </text>
      <text className="b-plot-title" x={2} y={top} dy="-0.9em">
        {axisTitle(plot.y)}
      </text>
    </g>
  )
}
