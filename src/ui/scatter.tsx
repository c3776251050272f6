import { type KeyboardEvent, type PointerEvent, useId, useMemo, useRef } from 'react'
import { layoutPlot, type PlotAxis, type PlotLayout, plotNumber } from '../viz/plot.ts'
import { nearestPoint, nextPoint, type Point } from '../viz/scatter.ts'
import { PlotAxes, usePlotSize } from './plot.tsx'
import './plot.css'

export interface ScatterProps {
  readonly title: string
  readonly x: PlotAxis
  readonly y: PlotAxis
  /** All of them finite. */
  readonly points: readonly Point[]
  /** Indices of the best points, along x. */
  readonly front: readonly number[]
  /** Where one is now; null: nowhere in this picture. */
  readonly here: Point | null
  readonly selected: number | null
  readonly height?: number
  onSelect(point: number): void
}

/** Room around the cloud, as a share of its extent. */
const MARGIN = 0.04

function domainOf(values: readonly number[]): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const room = (high - low) * MARGIN || Math.abs(high) * MARGIN || 1
  return [low - room, high + room]
}

/** Sides of a dot of the cloud, of a crowded one, and of the front, px. */
const DOT = 3
const DOT_OF_CROWD = 2
const CROWD = 2_000
const BEST = 7
/** Dots of one path: long paths are slow to be filled. */
const DOTS_MAX = 500

/** Thousands of dots as few paths: small squares, which are drawn much faster than discs. */
function dots(places: readonly Point[], side: number): readonly string[] {
  const paths: string[] = []
  for (let from = 0; from < places.length; from += DOTS_MAX) {
    const some = places.slice(from, from + DOTS_MAX)
    const squares = some.map(
      ([x, y]) => `M${(x - side / 2).toFixed(1)} ${(y - side / 2).toFixed(1)}h${side}v${side}h${-side}z`,
    )
    paths.push(squares.join(''))
  }
  return paths
}

/** A cloud of points with its front. A pointer selects the nearest point, arrow keys the next one along x or y. */
export function ScatterView({ title, x, y, points, front, here, selected, height = 260, onSelect }: ScatterProps) {
  const figure = useRef<HTMLElement>(null)
  const size = usePlotSize(figure)
  const id = useId()
  const plot = useMemo(() => {
    const shown = here === null ? points : [...points, here]
    return {
      title,
      x: { ...x, domain: domainOf(shown.map(([value]) => value)) },
      y: { ...y, domain: domainOf(shown.map(([, value]) => value)) },
      series: [],
    }
  }, [title, x, y, points, here])
  const { width, type } = size
  const layout = useMemo(
    () => (width < 40 ? null : layoutPlot(plot, { width, type, height })),
    [plot, width, type, height],
  )
  return (
    <figure ref={figure} className="b-plot b-scatter" aria-labelledby={id}>
      <figcaption id={id}>{title}</figcaption>
      {layout !== null && points.length > 0 && (
        <Cloud {...{ plot, layout, points, front, here, selected, onSelect, width, height }} />
      )}
    </figure>
  )
}

interface CloudProps extends Pick<ScatterProps, 'points' | 'front' | 'here' | 'selected' | 'onSelect'> {
  readonly plot: { readonly title: string; readonly x: PlotAxis; readonly y: PlotAxis }
  readonly layout: PlotLayout
  readonly width: number
  readonly height: number
}

const KEYS: Readonly<Record<string, readonly [along: 0 | 1, forwards: boolean]>> = {
  ArrowRight: [0, true],
  ArrowLeft: [0, false],
  ArrowUp: [1, true],
  ArrowDown: [1, false],
}

function Cloud({ plot, layout, points, front, here, selected, onSelect, width, height }: CloudProps) {
  const places = useMemo(() => points.map(([px, py]): Point => [layout.xOf(px), layout.yOf(py)]), [points, layout])
  const all = useMemo(() => dots(places, places.length > CROWD ? DOT_OF_CROWD : DOT), [places])
  const best = front.map((at) => places[at]!)
  const placeOfHere: Point | null = here === null ? null : [layout.xOf(here[0]), layout.yOf(here[1])]
  const chosen = selected === null ? null : (places[selected] ?? null)
  const onPointer = ({ nativeEvent }: PointerEvent) => {
    const nearest = nearestPoint(places, nativeEvent.offsetX, nativeEvent.offsetY)
    if (nearest !== null) onSelect(nearest)
  }
  const onKey = (event: KeyboardEvent) => {
    const step = KEYS[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = nextPoint(points, selected, ...step)
    if (next !== null) onSelect(next)
  }
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={inWords(plot, points, front)}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys select points
      tabIndex={0}
      onPointerDown={onPointer}
      onKeyDown={onKey}
    >
      <PlotAxes plot={plot} layout={layout} height={height} />
      {all.map((path, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts of a cloud have no other name
        <path key={at} className="b-scatter-dots" d={path} />
      ))}
      {best.length > 1 && (
        <polyline className="b-scatter-front" points={best.map(([px, py]) => `${px},${py}`).join(' ')} />
      )}
      <path className="b-scatter-best" d={dots(best, BEST).join('')} />
      {placeOfHere !== null && (
        <g className="b-scatter-here" transform={`translate(${placeOfHere[0]} ${placeOfHere[1]})`}>
          <path d="M-7 0h14M0 -7v14" />
          <text dx="6" dy="-6">
            now
          </text>
        </g>
      )}
      {chosen !== null && <circle className="b-scatter-chosen" cx={chosen[0]} cy={chosen[1]} r="8" />}
    </svg>
  )
}

function inWords({ title, x, y }: CloudProps['plot'], points: readonly Point[], front: readonly number[]): string {
  const ends = [front[0], front.at(-1)].flatMap((at) => (at === undefined ? [] : [points[at]!]))
  const told = ends.map(([px, py]) => `${plotNumber(px)} ${x.unit} and ${plotNumber(py)} ${y.unit}`)
  const best = told.length === 0 ? '' : ` The best lie between ${told.join(', and ')}.`
  return `${title}. ${points.length} designs, ${y.label} over ${x.label}.${best} Arrow keys go from one to the next.`
}
