import type { JSX, ReactNode } from 'react'
import type { LabSession } from '../../engine/client/session.ts'
import type { Act } from '../../experiment/types.ts'
import { Button } from '../../ui/button.tsx'
import { verbLine } from './faults-model.ts'
import { isDimmed } from './props.ts'

/** How the parts of the panel do something: a button whose tooltip is the line of the terminal. */
export interface Doer {
  do(act: Act): void
  button(act: Act, label: string, refused?: string | null): JSX.Element
  dimmed(id: string): boolean
}

export function doerOf(session: LabSession, allow: readonly string[] | null): Doer {
  const run = (act: Act) => void session.act(act)
  return {
    do: run,
    dimmed: (id) => isDimmed(allow, id),
    button: (act, label, refused = null) => (
      <Button
        key={label}
        size="small"
        dimmed={isDimmed(allow, act.id)}
        aria-disabled={refused !== null}
        title={refused ?? verbLine(act)}
        onClick={() => refused === null && run(act)}
      >
        {label}
      </Button>
    ),
  }
}

export function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring its own box
    <div className="i-row" role="group" aria-label={label}>
      <span className="i-row-label">{label}</span>
      {children}
    </div>
  )
}

interface NumberInputProps {
  readonly label: string
  readonly unit?: string
  readonly value: string
  readonly wrong: boolean
  readonly onChange: (value: string) => void
}

export function NumberInput({ label, unit, value, wrong, onChange }: NumberInputProps) {
  return (
    <span className="i-number">
      <input
        className="b-input b-num"
        inputMode="decimal"
        aria-label={label}
        aria-invalid={wrong}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      {unit !== undefined && <span className="i-unit">{unit}</span>}
    </span>
  )
}
