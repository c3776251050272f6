import type { LabSession } from '../../../../engine/client/session.ts'
import { useSession } from '../../../../ui/use-session.ts'
import { shortNumber } from '../../../../viz/chart.ts'
import { spanText } from '../../../../viz/time-axis.ts'
import type { GaugeView, MechanismView } from '../../contract.ts'
import { useSelected, useStructure, viewOf } from '../hooks.ts'
import { PartChoice } from './part-choice.tsx'

const NOTHING: readonly MechanismView[] = []

/** The mechanisms of the selected part as glass boxes. */
export function InsidePanel({ session }: { readonly session: LabSession }) {
  const selected = useSelected(session)
  const { parts } = useStructure(session)
  const inside = useSession(session, ({ slow }) => (slow === null ? NOTHING : viewOf(slow).inside))
  const part = parts.find(({ name }) => name === selected)
  return (
    <div className="fp-panel">
      <PartChoice session={session} label="Look into" tab="inside" />
      {part === undefined ? (
        <p className="fp-note">Choose a part: what its mechanisms remember stands here, under their own names.</p>
      ) : inside.length === 0 ? (
        <Plain kind={part.kind} name={part.name} />
      ) : (
        inside.map((mechanism, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two pipes may have the same title
          <Mechanism key={`${at} ${mechanism.title}`} mechanism={mechanism} />
        ))
      )}
    </div>
  )
}

/** Nothing is on: what could be, as lines to be typed. */
function Plain({ kind, name }: { readonly kind: string; readonly name: string }) {
  const lines =
    kind === 'stage'
      ? [`demand ${name} whatwg 1`, `manage ${name} codel`, `limit ${name} gradient2`]
      : [`retry ${name} 3`, `budget ${name} finagle`, `breaker ${name} hystrix`]
  return (
    <div className="fp-note">
      <p>{name} has no mechanism that remembers anything. In the terminal:</p>
      <ul className="fp-lines">
        {lines.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Mechanism({ mechanism: { title, source, phases, phase, gauges, slots } }: { mechanism: MechanismView }) {
  return (
    <section className="fp-box" aria-label={title}>
      <h3 className="fp-title">
        {title} <small>{source}</small>
      </h3>
      {phases.length > 0 && (
        <ol className="fp-phases" aria-label={`Phases of ${title}`}>
          {phases.map((each) => (
            <li key={each} aria-current={each === phase ? 'step' : undefined}>
              {each}
            </li>
          ))}
        </ol>
      )}
      {phases.length === 0 && phase !== null && <p className="fp-phase">{phase}</p>}
      {gauges.map((gauge) => (
        <Gauge key={gauge.name} gauge={gauge} />
      ))}
      {slots.length > 0 && (
        <dl className="fp-slots">
          {slots.map(({ name, value }) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  )
}

const percent = (value: number, most: number): string =>
  `${Math.min(100, Math.max(0, (value / Math.max(most, 1e-9)) * 100)).toFixed(2)}%`

const amount = (value: number, unit: string): string =>
  unit === 'ms' ? spanText(value * 1_000) : `${shortNumber(value)} ${unit}`.trim()

/** A number as a bar, with the value that it is measured by. */
function Gauge({ gauge: { name, unit, value, most, mark } }: { readonly gauge: GaugeView }) {
  return (
    <div className="fp-gauge" data-over={mark !== null && value > mark.at}>
      <span className="fp-gauge-name">{name}</span>
      <b>{amount(value, unit)}</b>
      <span className="fp-bar" aria-hidden="true">
        <span style={{ width: percent(value, most) }} />
        {mark !== null && <i style={{ left: percent(mark.at, most) }} />}
      </span>
      {mark !== null && (
        <small>
          {mark.name} {amount(mark.at, unit)}
        </small>
      )}
    </div>
  )
}
