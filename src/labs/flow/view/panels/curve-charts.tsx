import { useRef, useState } from 'react'
import type { LabSession } from '../../../../engine/client/session.ts'
import { usePlotSize } from '../../../../ui/plot.tsx'
import { instantText, timeTicks } from '../../../../viz/time-axis.ts'
import { CurveView, type TimeAxis, usAt, xOf } from './curve-view.tsx'
import { type Curves, nearestTime } from './curves.ts'

interface ChartsProps {
  readonly session: LabSession
  readonly curves: Curves
  readonly span: { readonly fromUs: number; readonly toUs: number }
  readonly nowUs: number
}

const HEIGHT = 74

/** Room for the texts at the ends of the lines, in sizes of the type: a dash, the longest name and four digits. */
const endsOf = (charts: Curves['charts']): number =>
  1.9 +
  0.55 *
    (4 +
      Math.max(...charts.flatMap(({ curves }) => (curves.length > 1 ? curves.map(({ label }) => label.length) : [1]))))

/** Charts below each other that are read at one instant. */
export function Charts({ session, curves: { timesUs, charts }, span, nowUs }: ChartsProps) {
  const box = useRef<HTMLDivElement>(null)
  const { width, type } = usePlotSize(box)
  const [readUs, setRead] = useState<number | null>(null)
  const read = readUs === null ? -1 : nearestTime(timesUs, readUs)
  const axis: TimeAxis = { ...span, left: Math.round(type * 3.2), right: Math.max(60, width - type * endsOf(charts)) }
  const seek = (us: number) => void session.api.seek(Math.round(Math.min(span.toUs, Math.max(0, us))))
  const height = Math.round((HEIGHT * type) / 12)
  return (
    <div ref={box} className="fp-charts">
      <TimeStrip
        axis={axis}
        width={width}
        type={type}
        timesUs={timesUs}
        read={read}
        nowUs={nowUs}
        onRead={setRead}
        onSeek={seek}
      />
      {width > 40 &&
        charts.map((chart) => (
          <CurveView
            key={chart.id}
            {...{ chart, timesUs, axis, width, height, type, read, nowUs }}
            onRead={setRead}
            onSeek={seek}
          />
        ))}
    </div>
  )
}

interface StripProps {
  readonly axis: TimeAxis
  readonly width: number
  readonly type: number
  readonly timesUs: readonly number[]
  readonly read: number
  readonly nowUs: number
  onRead(us: number | null): void
  onSeek(us: number): void
}

/** The one time axis. As a slider it reads the charts from the keyboard; Enter goes to the instant. */
function TimeStrip({ axis, width, type, timesUs, read, nowUs, onRead, onSeek }: StripProps) {
  const at = read < 0 ? timesUs.length - 1 : read
  const shown = timesUs[at] ?? nowUs
  return (
    <div className="fp-strip">
      <p className="fp-instant">
        {read < 0 ? 'Now, ' : 'At '}
        <b>{instantText(shown)}</b>
        {read >= 0 && ' (press to go there)'}
      </p>
      <svg width={width} height={Math.round(type * 1.8)} aria-hidden="true">
        {timeTicks(axis, axis.right - axis.left, type * 6).map((tick) => (
          <text key={tick.atUs} x={xOf(axis, tick.atUs)} y={type} textAnchor="middle">
            {tick.text}
          </text>
        ))}
        <path className="fp-now-mark" d={`M${xOf(axis, nowUs)} ${type * 1.8}l-4 -5h8z`} />
      </svg>
      <input
        type="range"
        aria-label="Instant that the charts are read at; Enter goes there"
        min={0}
        max={Math.max(0, timesUs.length - 1)}
        value={at}
        aria-valuetext={instantText(shown)}
        style={{ marginLeft: axis.left - 8, width: Math.max(40, axis.right - axis.left + 16) }}
        onChange={({ target }) => onRead(timesUs[Number(target.value)] ?? null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onSeek(shown)
          if (event.key === 'Escape') onRead(null)
        }}
        onBlur={() => onRead(null)}
        onPointerMove={(event) => event.buttons === 0 && onRead(usAt(axis, axis.left - 8 + event.nativeEvent.offsetX))}
        onPointerLeave={() => onRead(null)}
      />
    </div>
  )
}
