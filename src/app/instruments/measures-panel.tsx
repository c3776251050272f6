import { useState } from 'react'
import type { MeasureView } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { Button } from '../../ui/button.tsx'
import { useSession } from '../../ui/use-session.ts'
import { shortNumber } from '../../viz/chart.ts'
import { instantText } from '../../viz/time-axis.ts'
import { Chart } from './chart.tsx'

const NONE: readonly MeasureView[] = []

/** Each measure with its value, its course, and theory beside it where theory exists. */
export function MeasuresPanel({ session }: { readonly session: LabSession }) {
  const measures = useSession(session, ({ slow }) => slow?.measures ?? NONE)
  const [tables, setTables] = useState(false)
  if (measures.length === 0) return <p className="i-empty">This lab measures nothing.</p>
  return (
    <div className="i-measures">
      <div className="i-panel-tools">
        <Button size="small" look="ghost" aria-pressed={tables} onClick={() => setTables(!tables)}>
          As tables
        </Button>
      </div>
      {measures.map((measure) => (
        <Measure key={measure.id} measure={measure} table={tables} />
      ))}
    </div>
  )
}

function Measure({ measure, table }: { readonly measure: MeasureView; readonly table: boolean }) {
  const { title, unit, value, help, theory } = measure
  return (
    <section className="i-measure" aria-label={title}>
      <h3 className="i-measure-head">
        <span>{title}</span>
        <span className="b-num">
          <strong>{value === null ? '–' : shortNumber(value)}</strong> {unit}
        </span>
      </h3>
      <p className="i-help">{help}</p>
      {table ? (
        <SeriesTable measure={measure} />
      ) : (
        <Chart title={title} data={{ ...measure, theory: theory?.value ?? null }} />
      )}
      {theory !== null && (
        <p className="i-theory">
          <span>theory</span> <code>{theory.formula}</code>
          {theory.value !== null && (
            <span className="b-num">
              {' '}
              = {shortNumber(theory.value)} {unit}
            </span>
          )}
          <span className="b-num"> · n = {theory.n}</span>
        </p>
      )}
    </section>
  )
}

const ROWS_MAX = 12

/** The last samples as a table: what the chart shows, for those who do not see it. */
function SeriesTable({ measure }: { readonly measure: MeasureView }) {
  const { series, stepUs, lastUs, unit, title } = measure
  const rows = series
    .map((value, index) => ({ value, timeUs: lastUs - (series.length - 1 - index) * stepUs }))
    .slice(-ROWS_MAX)
    .reverse()
  return (
    <table className="i-table">
      <caption className="b-hidden">{title}, newest first</caption>
      <thead>
        <tr>
          <th scope="col">instant</th>
          <th scope="col">{unit === '' ? 'value' : unit}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ value, timeUs }) => (
          <tr key={timeUs}>
            <td>{instantText(timeUs)}</td>
            <td>{value === null ? '–' : shortNumber(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
