import type { LabSession } from '../../../engine/client/session.ts'
import type { Corrections } from '../../../physics/corrections.ts'
import type { Effect } from '../../../physics/hull/effects.ts'
import { plotNumber } from '../../../viz/plot.ts'
import { kebab } from '../contract.ts'
import type { CorrectionRow } from '../studies.ts'
import { DEFECTS, HULL_UNITS } from './defects.ts'
import { usePicture } from './hooks.ts'
import { ParityTable } from './parity-table.tsx'
import { useStudy } from './study.ts'
import './explore.css'
import { TableHead } from './table-head.tsx'

type Key = keyof Corrections

const KEYS = Object.keys(DEFECTS) as readonly Key[]

/** One number that a defect changes in this design. */
interface Change {
  readonly name: string
  readonly unit: string
  readonly asRaft: number
  readonly corrected: number
  /** By cutting the solid; null: nothing but the formula tells. */
  readonly exact: number | null
}

/** What a defect does to the present design in the present sea. */
interface Told {
  readonly key: Key
  readonly changes: readonly Change[]
  readonly failure: string | null
}

/** Relative to the corrected number; a number that the defect makes out of nothing counts as all of it. */
const share = ({ asRaft, corrected }: Change): number =>
  corrected === 0 ? 1 : (asRaft - corrected) / Math.abs(corrected)

const greatest = (changes: readonly Change[]): number =>
  Math.max(0, ...changes.map((change) => Math.abs(share(change))))

/** Numbers of motion and of the hull together, the most changed first. */
function toldOf(rows: readonly CorrectionRow[], effects: readonly Effect[]): readonly Told[] {
  return KEYS.map((key): Told => {
    const row = rows.find(({ defect }) => defect === key)
    const motion = (row?.changes ?? []).map((change): Change => ({ ...change, exact: null }))
    const hull = effects
      .filter(({ correction }) => correction === key)
      .map(({ quantity, withDefect, corrected, exact }): Change => {
        const name = kebab(quantity).replaceAll('-', ' ')
        return { name, unit: HULL_UNITS[quantity], asRaft: withDefect, corrected, exact }
      })
    // Both tables know the mass.
    const known = motion.filter(({ name }) => !hull.some((change) => change.name === name))
    const changes = [...hull, ...known].sort((a, b) => Math.abs(share(b)) - Math.abs(share(a)))
    return { key, changes, failure: row?.failure ?? null }
  })
}

/** The model with RAFT's known defects as switches: what each changes here and now, and how far all of it is from RAFT. */
export function ModelPanel({ session }: { readonly session: LabSession }) {
  const picture = usePicture(session)
  const rows = useStudy(session, (solver, input) => solver.corrections(input), 'corrections')
  const effects = useStudy(session, (solver, input) => solver.hullEffects(input), 'hull effects')
  if (picture === null) return null
  const { corrections } = picture
  const told = rows === null ? null : toldOf(rows, effects ?? [])
  const active = (told ?? []).filter(({ changes, failure }) => changes.length > 0 || failure !== null)
  const quiet = (told ?? []).filter((each) => !active.includes(each))
  active.sort((a, b) => greatest(b.changes) - greatest(a.changes))
  return (
    <div className="f-panel">
      <Whole session={session} corrections={corrections} />
      <section aria-label="Defects">
        <h3 className="f-title">What each defect changes in this design and sea</h3>
        {told === null || rows?.length === 0 ? (
          <p className="f-empty">{told === null ? 'Solving with each of them…' : 'There is no solution to compare.'}</p>
        ) : (
          <>
            {active.length === 0 && <p className="f-empty">None of them changes anything here.</p>}
            {active.map((each) => (
              <DefectRow key={each.key} session={session} told={each} isCorrected={corrections[each.key]} />
            ))}
            {quiet.length > 0 && (
              <details className="f-group">
                <summary>{quiet.length} that change nothing here</summary>
                {quiet.map((each) => (
                  <DefectRow key={each.key} session={session} told={each} isCorrected={corrections[each.key]} />
                ))}
              </details>
            )}
          </>
        )}
      </section>
      <ParityTable />
    </div>
  )
}

/** All of it at once. */
function Whole({ session, corrections }: { readonly session: LabSession; readonly corrections: Corrections }) {
  const defects = KEYS.filter((key) => !corrections[key]).length
  const set = (model: string) => void session.act({ id: 'model', args: { model } })
  return (
    <section aria-label="Model">
      <fieldset className="f-choice" aria-label="Model">
        <button type="button" aria-pressed={defects === 0} onClick={() => set('corrected')}>
          Corrected
        </button>
        <button type="button" aria-pressed={defects === KEYS.length} onClick={() => set('as-raft')}>
          As RAFT
        </button>
      </fieldset>
      <p className="f-note f-model-now">
        {defects === 0
          ? `All ${KEYS.length} known defects of RAFT are corrected.`
          : defects === KEYS.length
            ? 'Computed as RAFT does, with all its known defects.'
            : `${defects} of ${KEYS.length} known defects as RAFT has them, the others corrected.`}
      </p>
    </section>
  )
}

interface DefectRowProps {
  readonly session: LabSession
  readonly told: Told
  readonly isCorrected: boolean
}

function DefectRow({ session, told: { key, changes, failure }, isCorrected }: DefectRowProps) {
  const { title, raft } = DEFECTS[key]
  const toggle = () =>
    void session.act({ id: 'model', args: { model: isCorrected ? 'as-raft' : 'corrected', defect: kebab(key) } })
  return (
    <div className="f-defect">
      <h4>{title}</h4>
      <button
        type="button"
        role="switch"
        aria-checked={isCorrected}
        aria-label={`${title}: corrected`}
        onClick={toggle}
      >
        {isCorrected ? '✓ corrected' : '✕ as RAFT'}
      </button>
      <p className="f-note">{raft}</p>
      {failure !== null && <p className="f-failure">With it there is no solution: {failure}</p>}
      {changes.length > 0 && <Changes title={title} changes={changes} />}
    </div>
  )
}

/** From here on a factor says more than per cents. */
const MANY = 10

const percent = (change: Change): string => {
  if (share(change) > MANY) return `× ${plotNumber(Number((change.asRaft / change.corrected).toPrecision(2)))}`
  const value = 100 * share(change)
  return `${value < 0 ? '−' : '+'}${plotNumber(Number(Math.abs(value).toPrecision(2)))} %`
}

function Changes({ title, changes }: { readonly title: string; readonly changes: readonly Change[] }) {
  const [most] = changes
  const hasExact = changes.some(({ exact }) => exact !== null)
  return (
    <details>
      <summary>
        {most!.name} {percent(most!)}
        {changes.length > 1 && `, and ${changes.length - 1} more`}
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by keys, too */}
      <section className="f-scroll" tabIndex={0} aria-label={`${title}: numbers`}>
        <table className="f-table">
          <TableHead columns={['number', 'as RAFT', 'corrected', ...(hasExact ? ['exact'] : [])]} />
          <tbody>
            {changes.map((change) => (
              <tr key={change.name}>
                <th scope="row">
                  {change.name} <small>{change.unit}</small>
                </th>
                <td>
                  {plotNumber(change.asRaft)} <small>{percent(change)}</small>
                </td>
                <td>{plotNumber(change.corrected)}</td>
                {hasExact && <td>{change.exact === null ? '' : plotNumber(change.exact)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
