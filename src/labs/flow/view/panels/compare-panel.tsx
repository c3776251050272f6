import { useMemo, useState } from 'react'
import type { LabSession } from '../../../../engine/client/session.ts'
import { Button } from '../../../../ui/button.tsx'
import { useSession } from '../../../../ui/use-session.ts'
import { shortNumber } from '../../../../viz/chart.ts'
import { COPY_NUMBERS, type FlowView, VARIANTS } from '../../contract.ts'
import { usePart, useSelected, useStructure, viewOf } from '../hooks.ts'
import { bestOf, compareText, copiesMax, KNOBS, USUAL_PLACES } from './compare.ts'
import { Charts } from './curve-charts.tsx'
import { curvesOf } from './curves.ts'
import { useHistory } from './use-history.ts'

/** Copies of the pipeline under the same requests: their numbers, or the form that makes them. */
export function ComparePanel({ session }: { readonly session: LabSession }) {
  const { variants, parts } = useStructure(session)
  if (parts.length === 0) return null
  return (
    <div className="fp-panel">{variants > 1 ? <Copies session={session} /> : <MakeCopies session={session} />}</div>
  )
}

const shownOf = ({ copies, differences }: FlowView) => ({ copies, differences })

function Copies({ session }: { readonly session: LabSession }) {
  const shown = useSession(session, ({ slow }) => (slow === null ? null : shownOf(viewOf(slow))))
  if (shown === null) return null
  const { copies, differences } = shown
  return (
    <>
      <section aria-label="Copies">
        <ol className="fp-copies">
          {differences.map((difference, variant) => (
            <li key={VARIANTS[variant]}>
              <b>{VARIANTS[variant]?.toUpperCase()}</b> {difference === '' ? 'as it was' : difference}
            </li>
          ))}
        </ol>
        <table className="fp-table">
          <caption className="fp-note">
            The same requests and the same work for all. Means of the last second; ★ is the best.
          </caption>
          <thead>
            <tr>
              <th scope="col">of the copy</th>
              {copies.map((_, variant) => (
                <th key={VARIANTS[variant]} scope="col">
                  {VARIANTS[variant]?.toUpperCase()}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {COPY_NUMBERS.map(({ id, name, unit }, row) => (
              <NumberRow
                key={id}
                title={name}
                unit={unit}
                values={copies.map((numbers) => numbers[row] ?? null)}
                best={bestOf(
                  id,
                  copies.map((numbers) => numbers[row] ?? null),
                )}
              />
            ))}
          </tbody>
        </table>
      </section>
      <Overlaid session={session} />
    </>
  )
}

interface RowProps {
  readonly title: string
  readonly unit: string
  readonly values: readonly (number | null)[]
  readonly best: readonly number[]
}

function NumberRow({ title, unit, values, best }: RowProps) {
  return (
    <tr>
      <th scope="row">
        {title} <small>{unit}</small>
      </th>
      {values.map((value, variant) => (
        <td key={VARIANTS[variant]} data-best={best.includes(variant)}>
          {best.includes(variant) && (
            <>
              <span aria-hidden="true">★ </span>
              <span className="b-hidden">best: </span>
            </>
          )}
          {value === null ? '–' : shortNumber(value)}
        </td>
      ))}
    </tr>
  )
}

const OVERLAID = ['Goodput', 'Latency p50', 'Latency p99']
const POINTS_MAX = 240

function Overlaid({ session }: { readonly session: LabSession }) {
  const history = useHistory(session)
  const { parts } = useStructure(session)
  const nowUs = useSession(session, ({ slow }) => slow?.run.nowUs ?? 0)
  const frontierUs = useSession(session, ({ slow }) => slow?.run.frontierUs ?? 0)
  const curves = useMemo(() => {
    const { timesUs, charts } = curvesOf(history, parts, { part: null, fromUs: 0, pointsMax: POINTS_MAX })
    return { timesUs, charts: charts.filter(({ title }) => OVERLAID.includes(title)) }
  }, [history, parts])
  if (curves.charts.length === 0) return null
  return (
    <Charts session={session} curves={curves} span={{ fromUs: 0, toUs: Math.max(nowUs, frontierUs) }} nowUs={nowUs} />
  )
}

/** Up to four values of one setting become as many copies of the whole pipeline. */
function MakeCopies({ session }: { readonly session: LabSession }) {
  const { parts } = useStructure(session)
  const selected = useSelected(session)
  const settable = parts.filter(({ kind }) => KNOBS.some(({ of }) => of === kind))
  const [chosen, setChosen] = useState<string | null>(null)
  const part =
    settable.find(({ name }) => name === (chosen ?? selected)) ??
    settable.find(({ kind }) => kind === 'stage') ??
    settable[0]
  const most = copiesMax(parts.length)
  if (part === undefined || most < 2) {
    return (
      <p className="fp-note">
        {part === undefined
          ? 'There is nothing to compare yet: add a source or a stage.'
          : `${parts.length} parts are too many for two copies: at most 24 (the limit "parts" of a pipeline).`}
      </p>
    )
  }
  return (
    <>
      <p className="fp-note">
        Up to {most} copies of the whole pipeline run side by side, with the same requests at the same instants and the
        same work. One setting differs; what follows from it is not chance.
      </p>
      <label className="fp-pick">
        <span>Of</span>
        <select value={part.name} onChange={({ target }) => setChosen(target.value)}>
          {settable.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <CopiesForm key={part.kind} session={session} part={part.name} kind={part.kind} most={most} />
    </>
  )
}

interface FormProps {
  readonly session: LabSession
  readonly part: string
  readonly kind: string
  readonly most: number
}

function CopiesForm({ session, part, kind, most }: FormProps) {
  const knobs = KNOBS.filter(({ of }) => of === kind)
  const [knob, setKnob] = useState(knobs[0]!)
  const [picked, setPicked] = useState<readonly string[]>([])
  const [problem, setProblem] = useState<string | null>(null)
  const capacity = usePart(session, part)?.capacity ?? USUAL_PLACES
  const choices = knob.choices.filter(({ label }) => picked.includes(label))
  const toggle = (label: string) =>
    setPicked(picked.includes(label) ? picked.filter((each) => each !== label) : [...picked, label])
  const open = async () => {
    const acts = choices.map(
      ({ act }) =>
        (name: string) =>
          act(name, capacity),
    )
    const opened = await session.open(compareText(await session.api.text(), part, acts))
    setProblem(opened.ok ? null : (opened.error[0]?.message ?? 'it cannot be so'))
    if (opened.ok) await session.api.play()
  }
  return (
    <form
      className="fp-form"
      onSubmit={(event) => {
        event.preventDefault()
        void open()
      }}
    >
      <label className="fp-pick">
        <span>Differs in</span>
        <select
          value={knob.id}
          onChange={({ target }) => {
            setKnob(knobs.find(({ id }) => id === target.value) ?? knobs[0]!)
            setPicked([])
          }}
        >
          {knobs.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <fieldset className="fp-choices">
        <legend>Two to {most} of these</legend>
        {knob.choices.map(({ label }) => (
          <label key={label}>
            <input
              type="checkbox"
              checked={picked.includes(label)}
              disabled={!picked.includes(label) && picked.length >= most}
              onChange={() => toggle(label)}
            />
            {label}
          </label>
        ))}
      </fieldset>
      {problem !== null && (
        <p className="fp-problem" role="alert">
          {problem}
        </p>
      )}
      <Button type="submit" look="accent" disabled={choices.length < 2}>
        {choices.length < 2 ? 'Compare' : `Compare ${choices.length} copies, from the beginning`}
      </Button>
    </form>
  )
}
