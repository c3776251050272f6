import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement, ReactNode } from 'react'
import { Kbd } from './kbd.tsx'
import './popup.css'

export interface TooltipProps {
  readonly label: ReactNode
  readonly keys?: string
  readonly side?: 'top' | 'bottom' | 'left' | 'right'
  /** One focusable element; it must have its own accessible name. */
  readonly children: ReactElement<Record<string, unknown>>
}

/** A hint on hover and focus. Never the only place where something is said. */
export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps) {
  return (
    <Base.Root>
      <Base.Trigger render={children} delay={500} />
      <Base.Portal>
        <Base.Positioner className="b-positioner" side={side} sideOffset={6}>
          <Base.Popup className="b-tooltip">
            <span>{label}</span>
            {keys !== undefined && <Kbd keys={keys} />}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
