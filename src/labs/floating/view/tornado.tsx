import { useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import { plotNumber } from '../../../viz/plot.ts'
import { type DimensionView, NUMBERS, type Picture } from '../contract.ts'
import { DimensionRow } from './actor-panel.tsx'
import { type Sensitivities, useSensitivities } from './sensitivities.ts'
import { useStudy } from './study.ts'

/** How many bars stand there at first. */
const FEW = 12

interface Bar {
  readonly dimension: DimensionView
  /** Null: one per cent away there is no solution. */
  readonly change: number | null
}

/** Bars of one number, the longest first. */
function barsOf({ rows }: Sensitivities, { dimensions }: Picture, number: number, onlyShapes: boolean): readonly Bar[] {
  const shown = dimensions.filter(({ name, unit }) => rows.has(name) && (!onlyShapes || unit === 'm'))
  const bars = shown.map((dimension) => ({ dimension, change: rows.get(dimension.name)!.change?.[number] ?? null }))
  return bars.sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0))
}

const signed = (value: number): string =>
  value === 0 ? '0' : `${value < 0 ? '−' : '+'}${plotNumber(Number(Math.abs(value).toPrecision(3)))}`

/** `column.diameter`, which may be broken after the point. */
function nameParts(name: string) {
  const [part, ...rest] = name.replaceAll('_', ' ').split('.')
  return (
    <>
      {part}.<wbr />
      {rest.join('.')}
    </>
  )
}

function tornadoCsv({ rows }: Sensitivities, { dimensions }: Picture): string {
  const head = ['+1 % of', ...NUMBERS.map(({ name, unit }) => `${name} [${unit}]`)]
  const lines = dimensions.flatMap(({ name }) => {
    const row = rows.get(name)
    return row === undefined ? [] : [[name, ...(row.change ?? [])]]
  })
  return `${[head, ...lines].map((line) => line.join(',')).join('\n')}\n`
}

/** What one per cent more of every dimension does, computed by solving the design twice for each. */
export function Tornado({ session, picture }: { readonly session: LabSession; readonly picture: Picture }) {
  const found = useSensitivities(session)
  const base = useStudy(session, (solver, input) => solver.numbers(input), 'numbers')
  const [number, setNumber] = useState(NUMBERS.findIndex(({ id }) => id === 'pitch-period'))
  const [onlyShapes, setOnlyShapes] = useState(true)
  const [open, setOpen] = useState<string | null>(null)
  const [isLong, setLong] = useState(false)
  const bars = barsOf(found, picture, number, onlyShapes)
  const most = Math.max(0, ...bars.map(({ change }) => Math.abs(change ?? 0)))
  const { name, unit } = NUMBERS[number]!
  const value = base?.[number] ?? Number.NaN
  return (
    <section aria-label="Sensitivities">
      <header className="f-explore-head">
        <h3 className="f-title">What one per cent more does</h3>
        <a
          className="b-plot-csv"
          href={`data:text/csv;charset=utf-8,${encodeURIComponent(tornadoCsv(found, picture))}`}
          download="sensitivities.csv"
        >
          CSV
        </a>
      </header>
      <label className="f-pick">
        Bars of, the longest first
        <select value={number} onChange={({ target }) => setNumber(Number(target.value))}>
          {NUMBERS.map((each, at) => (
            <option key={each.id} value={at}>
              {each.name}, {each.unit}
            </option>
          ))}
        </select>
      </label>
      <label className="f-check">
        <input type="checkbox" checked={!onlyShapes} onChange={() => setOnlyShapes(!onlyShapes)} />
        with masses, densities and coefficients
      </label>
      <Progress found={found} now={Number.isFinite(value) ? `; now ${name} is ${plotNumber(value)} ${unit}` : ''} />
      <ul className="f-tornado">
        {bars.slice(0, isLong ? bars.length : FEW).map((bar) => (
          <TornadoBar
            key={bar.dimension.name}
            session={session}
            bar={bar}
            most={most}
            unit={unit}
            base={value}
            isOpen={open === bar.dimension.name}
            toggle={() => setOpen(open === bar.dimension.name ? null : bar.dimension.name)}
          />
        ))}
      </ul>
      {bars.length > FEW && (
        <Button size="small" onClick={() => setLong(!isLong)}>
          {isLong ? 'Only the longest' : `All ${bars.length}`}
        </Button>
      )}
    </section>
  )
}

/** Counts quietly; only the end is told to who listens. */
function Progress({ found: { done, total }, now }: { readonly found: Sensitivities; readonly now: string }) {
  const isDone = total > 0 && done === total
  return (
    <>
      {!isDone && <p className="f-note b-num">{total === 0 ? 'Solving…' : `${done} of ${total} dimensions${now}`}</p>}
      <p className="f-note b-num" role="status">
        {isDone && `All ${total} dimensions that are not 0${now}`}
      </p>
    </>
  )
}

interface TornadoBarProps {
  readonly session: LabSession
  readonly bar: Bar
  readonly most: number
  readonly unit: string
  readonly base: number
  readonly isOpen: boolean
  toggle(): void
}

function TornadoBar({ session, bar: { dimension, change }, most, unit, base, isOpen, toggle }: TornadoBarProps) {
  const share = change === null || most === 0 ? 0 : change / most
  const part = change === null || !(Math.abs(base) > 0) ? null : (100 * change) / Math.abs(base)
  return (
    <li>
      <button type="button" className="f-bar" aria-expanded={isOpen} onClick={toggle} title={dimension.title}>
        <span className="f-bar-name">{nameParts(dimension.name)}</span>
        <span className="f-bar-track" aria-hidden="true">
          <span
            data-down={share < 0}
            style={{ width: `${50 * Math.abs(share)}%`, left: share < 0 ? `${50 + 50 * share}%` : '50%' }}
          />
        </span>
        <span className="b-num f-bar-value">{change === null ? 'no solution' : `${signed(change)} ${unit}`}</span>
      </button>
      {isOpen && (
        <div className="f-bar-open">
          {part !== null && (
            <p className="f-note b-num">
              {dimension.title}: one per cent more changes it by {signed(part)} %.
            </p>
          )}
          <DimensionRow session={session} dimension={dimension} />
          <Steps session={session} dimension={dimension} />
        </div>
      )}
    </li>
  )
}

/** One per cent less or more, as an act. */
function Steps({ session, dimension }: { readonly session: LabSession; readonly dimension: DimensionView }) {
  const { name, unit, value, min, max } = dimension
  const go = (part: number) => {
    const to = Math.min(max, Math.max(min, value * (1 + part)))
    const text = `${Number(to.toPrecision(6))}${unit}`
    void session.act({ id: 'dimension', args: { dimension: name, value: text } })
  }
  return (
    <div className="f-chips">
      {([-0.1, -0.01, 0.01, 0.1] as const).map((part) => (
        <button key={part} type="button" onClick={() => go(part)}>
          {signed(part * 100)} %
        </button>
      ))}
    </div>
  )
}
