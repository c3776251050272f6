import { useMemo, useState } from 'react'
import type { LabSession } from '../../../../engine/client/session.ts'
import { saveText } from '../../../../ui/save-text.ts'
import { useSession } from '../../../../ui/use-session.ts'
import type { History } from '../../contract.ts'
import { useSelected, useStructure, viewOf } from '../hooks.ts'
import { dropsText } from '../words.ts'
import { Charts } from './curve-charts.tsx'
import { curvesCsv, curvesOf } from './curves.ts'
import { useHistory } from './use-history.ts'

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
