import type { LabSession } from '../../../../engine/client/session.ts'
import { useSelected, useStructure } from '../hooks.ts'

interface Props {
  readonly session: LabSession
  readonly label: string
  /** The panel in which it stands: a selection would bring the first tab to the front. */
  readonly tab: string
  /** Only stages can be chosen. */
  readonly stagesOnly?: boolean
}

/** Selects a part without leaving the panel. */
export function PartChoice({ session, label, tab, stagesOnly = false }: Props) {
  const { parts } = useStructure(session)
  const selected = useSelected(session)
  const offered = parts.filter(({ kind }) => !stagesOnly || kind === 'stage')
  const select = (name: string) => {
    void session.select(name === '' ? null : { kind: 'actor', name })
    window.dispatchEvent(new CustomEvent('ballast:inspect', { detail: { tab } }))
  }
  return (
    <label className="fp-pick">
      <span>{label}</span>
      <select
        value={offered.some(({ name }) => name === selected) ? (selected ?? '') : ''}
        onChange={({ target }) => select(target.value)}
      >
        <option value="">choose…</option>
        {offered.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
