import { useDeferredValue, useMemo, useRef, useState } from 'react'
import type { LabSession } from '../../../../engine/client/session.ts'
import { usePlotSize } from '../../../../ui/plot.tsx'
import { saveText } from '../../../../ui/save-text.ts'
import { useSession } from '../../../../ui/use-session.ts'
import { instantText, timeTicks } from '../../../../viz/time-axis.ts'
import { type History, readHistory } from '../../contract.ts'
import { useSelected, useStructure, viewOf } from '../hooks.ts'
import { dropsText } from '../words.ts'
import { CurveView, type TimeAxis, usAt, xOf } from './curve-view.tsx'
import { type Curves, curvesCsv, curvesOf, nearestTime } from './curves.ts'

/** The history as it has come last. */
export function useHistory(session: LabSession): History {
  const sheet = useDeferredValue(useSession(session, ({ sheets }) => sheets.get('history') ?? null))
  return useMemo(() => readHistory(sheet), [sheet])
}

/** Points of a line: more than pixels would not be seen. */
const POINTS_MAX = 240
const RECENT_US = 30_000_000

/** Everything over time, one chart below the other, read at one instant. */
export function CurvesPanel({ session }: { readonly session: LabSession }) {
  const history = useHistory(session)
  const { parts, variants } = useStructure(session)
  const nowUs = useSession(session, ({ slow }) => slow?.run.nowUs ?? 0)
  const frontierUs = useSession(session, ({ slow }) => slow?.run.frontierUs ?? 0)
  const { part, choose } = usePart(session)
  const [isRecent, setRecent] = useState(false)
  const fromUs = isRecent ? Math.max(0, nowUs - RECENT_US) : 0
  const toUs = isRecent ? nowUs : Math.max(nowUs, frontierUs)
  const curves = useMemo(
    () => curvesOf(history, parts, { part, fromUs, pointsMax: POINTS_MAX }),
    [history, parts, part, fromUs],
  )
  if (curves.charts.length === 0) {
    return (
      <p className="fp-empty">
        Nothing has been measured yet. Let the pipeline run (space): from a tenth of a second on, its curves stand here.
      </p>
    )
  }
  const names = [...new Set(parts.map((each) => each.part))]
  return (
    <div className="fp-panel fp-curves">
      <div className="fp-tools">
        <label className="fp-pick">
          <span>Of</span>
          <select value={part ?? ''} onChange={({ target }) => choose(target.value === '' ? null : target.value)}>
            <option value="">the whole pipeline</option>
            {names.map((name) => (
              <option key={name} value={name}>
                {variants > 1 ? `${name}, each copy` : name}
              </option>
            ))}
          </select>
        </label>
        <button type="button" className="fp-toggle" aria-pressed={isRecent} onClick={() => setRecent(!isRecent)}>
          Last 30 s
        </button>
        <CsvButton history={history} session={session} part={part} />
      </div>
      <Charts session={session} curves={curves} span={{ fromUs, toUs }} nowUs={nowUs} />
      <Drops session={session} part={part} />
    </div>
  )
}

/** The part that is selected, unless another one is chosen here. */
function usePart(session: LabSession): { readonly part: string | null; choose(part: string | null): void } {
  const selected = useSelected(session)
  const [chosen, setChosen] = useState<{ readonly at: string | null; readonly part: string | null } | null>(null)
  const { parts } = useStructure(session)
  const ofSelected = parts.find(({ name }) => name === selected)?.part ?? null
  const wanted = chosen !== null && chosen.at === selected ? chosen.part : ofSelected
  const isThere = parts.some((each) => each.part === wanted)
  return { part: isThere ? wanted : null, choose: (part) => setChosen({ at: selected, part }) }
}

interface ChartsProps {
  readonly session: LabSession
  readonly curves: Curves
  readonly span: { readonly fromUs: number; readonly toUs: number }
  readonly nowUs: number
}

const HEIGHT = 74

function Charts({ session, curves: { timesUs, charts }, span, nowUs }: ChartsProps) {
  const box = useRef<HTMLDivElement>(null)
  const { width, type } = usePlotSize(box)
  const [readUs, setRead] = useState<number | null>(null)
  const read = readUs === null ? -1 : nearestTime(timesUs, readUs)
  const axis: TimeAxis = { ...span, left: Math.round(type * 3.2), right: Math.max(60, width - type * 7.6) }
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

interface CsvProps {
  readonly session: LabSession
  readonly history: History
  readonly part: string | null
}

/** All samples as a file: a run has thousands of them, which become text when somebody wants them. */
function CsvButton({ session, history, part }: CsvProps) {
  const { parts } = useStructure(session)
  const save = () => {
    const all = curvesOf(history, parts, { part, fromUs: 0, pointsMax: Number.POSITIVE_INFINITY })
    saveText(`curves of ${part ?? 'the pipeline'}.csv`, curvesCsv(all))
  }
  return (
    <button type="button" className="fp-csv" onClick={save}>
      CSV
    </button>
  )
}

/** Why items were dropped, so far. */
function Drops({ session, part }: { readonly session: LabSession; readonly part: string | null }) {
  const lines = useSession(session, ({ slow }) =>
    slow === null
      ? NO_LINES
      : viewOf(slow)
          .parts.filter((each) => part === null || each.part === part)
          .map(({ name, droppedByReason }) => ({ name, text: dropsText(droppedByReason) }))
          .filter(({ text }) => text !== ''),
  )
  if (lines.length === 0) return null
  return (
    <section aria-label="Dropped so far">
      <h3 className="fp-title">Dropped so far</h3>
      <dl className="fp-facts">
        {lines.map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

const NO_LINES: readonly { readonly name: string; readonly text: string }[] = []
