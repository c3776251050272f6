import { ContextMenu as Base } from '@base-ui/react/context-menu'
import { type ReactElement, useState } from 'react'
import { MenuEntries, type MenuEntry } from './menu.tsx'
import './popup.css'

export interface ContextMenuProps {
  /** The region whose context menu this is. */
  readonly children: ReactElement<Record<string, unknown>>
  /** Asked when it opens, with the element under the pointer (or the focused one, for the keyboard). Empty: no menu. */
  readonly entries: (target: Element | null) => readonly MenuEntry[]
}

export function ContextMenu({ children, entries }: ContextMenuProps) {
  const [shown, setShown] = useState<readonly MenuEntry[]>([])
  return (
    <Base.Root
      onOpenChange={(open, details) => {
        if (!open) return
        const target = details.event.target
        const asked = entries(target instanceof Element ? target : null)
        if (asked.length === 0) details.cancel()
        else setShown(asked)
      }}
    >
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className="b-positioner">
          <Base.Popup className="b-popup">
            <MenuEntries entries={shown} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
