import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import './dialog.css'

export interface DialogProps {
  readonly open: boolean
  readonly onClose: () => void
  readonly title: string
  readonly width?: 'normal' | 'wide'
  readonly children: ReactNode
}

/** A titled sheet above the page. Escape, the cross and a click beside it close it; the focus goes back. */
export function Dialog({ open, onClose, title, width = 'normal', children }: DialogProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="b-backdrop" />
        <Base.Popup className="b-dialog" data-width={width}>
          <div className="b-dialog-head">
            <Base.Title className="b-dialog-title">{title}</Base.Title>
            <Base.Close render={<Button look="ghost" data-shape="icon" aria-label="Close" />}>
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
          <section className="b-dialog-body" tabIndex={0} aria-label={title}>
            {children}
          </section>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
