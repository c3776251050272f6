import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import { Button } from '../../../ui/button.tsx'
import { saveText } from '../../../ui/save-text.ts'
import { ScatterView } from '../../../ui/scatter.tsx'
import { useSession } from '../../../ui/use-session.ts'
import { plotNumber } from '../../../viz/plot.ts'
import { paretoFront } from '../../../viz/scatter.ts'
import { NUMBERS, type Picture } from '../contract.ts'
import { inputIn } from './hooks.ts'
import { useStudy } from './study.ts'
import { type Column, cloudOf, failuresOf, rowOf, sweepCsv } from './sweep-data.ts'
import { SweepForm } from './sweep-form.tsx'
import { type Sweep, startSweep, stopSweep, sweepStore } from './sweep-run.ts'

/** Hundreds or thousands of designs between two ends of one or two dimensions, all of them solved. */
export function SweepPanel({ session, picture }: { readonly session: LabSession; readonly picture: Picture }) {
  const seed = useSession(session, ({ slow }) => slow?.run.seed ?? 0)
  const last = useStore(sweepStore, ({ sweep }) => sweep)
  const sweep = last?.session === session && last.title === picture.title ? last : null
  const start: Parameters<typeof SweepForm>[0]['start'] = (plan) => {
    const input = inputIn(session)
    if (input === null) return
    const columns = picture.dimensions.map(({ name, unit }): Column => ({ id: name, name, unit }))
    startSweep(session, input, plan, columns)
  }
  return (
    <section aria-label="Sweep">
      <h3 className="f-title">Many designs at once</h3>
      <SweepForm key={picture.title} dimensions={picture.dimensions} seed={seed} start={start} />
      {sweep !== null && (
        <>
          <Progress sweep={sweep} />
          <Results session={session} sweep={sweep} picture={picture} />
        </>
      )}
    </section>
  )
}

function Progress({ sweep }: { readonly sweep: Sweep }) {
  const { plan, done, perSecond, state } = sweep
  const failures = failuresOf(sweep)
  const failed = failures.reduce((sum, [, count]) => sum + count, 0)
  const why = failures.map(([reason, count]) => `${count} ${reason}`).join(', ')
  const told =
    `${done} of ${plan.count} designs, ${plotNumber(Math.round(perSecond))} a second` +
    (failed > 0 ? `; ${failed} without a solution: ${why}` : '')
  return (
    <div className="f-sweep-progress">
      <progress max={plan.count} value={done} aria-label="Designs solved" />
      {state === 'running' && (
        <Button size="small" onClick={stopSweep}>
          Cancel
        </Button>
      )}
      {state === 'running' && <p className="b-num">{told}</p>}
      <p className="b-num" role="status">
        {state !== 'running' && `${state === 'done' ? 'Done' : 'Cancelled'}: ${told}`}
      </p>
    </div>
  )
}

interface ResultsProps {
  readonly session: LabSession
  readonly sweep: Sweep
  readonly picture: Picture
}

function Results({ session, sweep, picture }: ResultsProps) {
  const [x, setX] = useState<string>('mass')
  const [y, setY] = useState<string>('pitch-std')
  const [selected, setSelected] = useState<number | null>(null)
  const base = useStudy(session, (solver, input) => solver.numbers(input), 'numbers')
  const { columns, plan } = sweep
  const column = (id: string): Column => columns.find((each) => each.id === id) ?? NUMBERS[0]
  const [columnX, columnY] = [column(x), column(y)]
  const { points, of } = useMemo(() => cloudOf(sweep, columnX.id, columnY.id), [sweep, columnX.id, columnY.id])
  // Least of both: only of what is found, not of what was chosen.
  const isFound = [columnX, columnY].every(({ id }) => NUMBERS.some((number) => number.id === id))
  const front = useMemo(() => (isFound ? paretoFront(points) : []), [points, isFound])
  const hereX = valueNow(columnX, picture, base)
  const hereY = valueNow(columnY, picture, base)
  const here = useMemo(
    () => (Number.isFinite(hereX) && Number.isFinite(hereY) ? ([hereX, hereY] as const) : null),
    [hereX, hereY],
  )
  const axes = useMemo(
    () => [columnX, columnY].map(({ name, unit }) => ({ label: name, unit })) as [Axis, Axis],
    [columnX, columnY],
  )
  if (points.length === 0) return null
  const chosen = selected === null ? -1 : of.indexOf(selected)
  const pick = (label: string, value: string, choose: (id: string) => void) => (
    <label className="f-pick">
      {label}
      <select value={value} onChange={({ target }) => choose(target.value)}>
        {columns.map(({ id, name, unit }) => (
          <option key={id} value={id}>
            {unit === '' ? name : `${name}, ${unit}`}
          </option>
        ))}
      </select>
    </label>
  )
  return (
    <>
      <div className="f-sweep-row">
        {pick('Across', columnX.id, setX)}
        {pick('Up', columnY.id, setY)}
      </div>
      <ScatterView
        title={`${columnY.name} over ${columnX.name}`}
        x={axes[0]}
        y={axes[1]}
        points={points}
        front={front}
        here={here}
        selected={chosen < 0 ? null : chosen}
        onSelect={(point) => setSelected(of[point]!)}
      />
      <p className="f-note">
        {front.length > 0 &&
          `Large points with the dashed line: the ${front.length} designs than which none has less of both. `}
        A point is chosen by pointing or with the arrow keys.{' '}
        <button
          type="button"
          className="f-link"
          onClick={() =>
            saveText(`sweep of ${plan.axes.map(({ dimension }) => dimension).join(' and ')}.csv`, sweepCsv(sweep))
          }
        >
          CSV of all designs
        </button>
      </p>
      {chosen >= 0 && <Chosen session={session} sweep={sweep} at={selected!} shown={[columnX, columnY]} />}
    </>
  )
}

interface Axis {
  readonly label: string
  readonly unit: string
}

/** What the present design has of a column. */
function valueNow({ id }: Column, { dimensions }: Picture, numbers: Float64Array | null): number {
  const dimension = dimensions.find(({ name }) => name === id)
  return dimension?.value ?? numbers?.[NUMBERS.findIndex((number) => number.id === id)] ?? Number.NaN
}

interface ChosenProps {
  readonly session: LabSession
  readonly sweep: Sweep
  /** Number of the design. */
  readonly at: number
  readonly shown: readonly Column[]
}

/** One design with what it changes and what it has; to be opened. */
function Chosen({ session, sweep, at, shown }: ChosenProps) {
  const { columns, plan } = sweep
  const row = rowOf(sweep, at)
  const open = async () => {
    for (const [axis, { dimension }] of plan.axes.entries()) {
      const value = `${row[axis]!}${columns[axis]!.unit}`
      const reply = await session.act({ id: 'dimension', args: { dimension, value } })
      if (!reply.ok) return
    }
  }
  const summary = shown
    .map((column) => `${column.name} ${plotNumber(row[columns.indexOf(column)]!)} ${column.unit}`)
    .join(', ')
  return (
    <div className="f-chosen">
      <p role="status">
        Design {at + 1}: {summary}
      </p>
      <table className="f-table">
        <tbody>
          {columns.map(({ id, name, unit }, column) =>
            Number.isNaN(row[column]!) ? null : (
              <tr key={id} data-shown={column < plan.axes.length || shown.some((each) => each.id === id)}>
                <th scope="row">{name}</th>
                <td>
                  {plotNumber(row[column]!)} {unit}
                </td>
              </tr>
            ),
          )}
        </tbody>
      </table>
      <Button look="accent" onClick={() => void open()}>
        Open this design
      </Button>
    </div>
  )
}
