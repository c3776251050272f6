import { Menu as Base } from '@base-ui/react/menu'
import { Check, ChevronRight } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import { unreachable } from '../base/assert.ts'
import './popup.css'

/** A menu as data: the same list serves a button's menu, a context menu and the menu of a message. */
export type MenuEntry =
  | MenuItem
  | { readonly kind: 'separator' }
  | { readonly kind: 'heading'; readonly label: string }
  | {
      readonly kind: 'submenu'
      readonly label: string
      readonly icon?: ReactNode
      readonly entries: readonly MenuEntry[]
    }
  | {
      readonly kind: 'choice'
      readonly value: string
      readonly options: readonly { readonly value: string; readonly label: string }[]
      readonly onChoose: (value: string) => void
    }
  | {
      readonly kind: 'switch'
      readonly label: string
      readonly checked: boolean
      readonly onChange: (checked: boolean) => void
    }

export interface MenuItem {
  readonly kind: 'item'
  readonly label: string
  readonly icon?: ReactNode
  /** The key or the verb that does the same. */
  readonly hint?: string
  /** Why it is impossible now; the item is then disabled and says so. */
  readonly refused?: string | null
  readonly danger?: boolean
  /** Not what the present lesson step is about. */
  readonly dimmed?: boolean
  readonly onSelect: () => void
}

export interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement<Record<string, unknown>>
  readonly entries: readonly MenuEntry[]
  readonly align?: 'start' | 'center' | 'end'
  readonly onOpenChange?: (open: boolean) => void
}

export function Menu({ trigger, entries, align = 'start', onOpenChange }: MenuProps) {
  return (
    <Base.Root modal={false} onOpenChange={onOpenChange}>
      <Base.Trigger render={trigger} />
      <MenuPopup entries={entries} align={align} />
    </Base.Root>
  )
}

export interface MenuAtProps {
  /** Where it opens: an element, or a point of the viewport. Null closes it. */
  readonly anchor: Element | { readonly x: number; readonly y: number } | null
  readonly label: string
  readonly entries: readonly MenuEntry[]
  readonly onClose: () => void
}

/** A menu without a button: for a thing on a canvas, opened by click or by key. */
export function MenuAt({ anchor, label, entries, onClose }: MenuAtProps) {
  const place = anchor === null || anchor instanceof Element ? anchor : pointAnchor(anchor)
  return (
    <Base.Root modal={false} open={anchor !== null} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Positioner className="b-positioner" anchor={place} align="start" sideOffset={4}>
          <Base.Popup className="b-popup" aria-label={label}>
            <MenuEntries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

function pointAnchor(point: { readonly x: number; readonly y: number }) {
  return { getBoundingClientRect: () => new DOMRect(point.x, point.y, 0, 0) }
}

function MenuPopup({
  entries,
  align,
}: {
  readonly entries: readonly MenuEntry[]
  readonly align: 'start' | 'center' | 'end'
}) {
  return (
    <Base.Portal>
      <Base.Positioner className="b-positioner" align={align} sideOffset={4}>
        <Base.Popup className="b-popup">
          <MenuEntries entries={entries} />
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  )
}

/** The entries alone. */
function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }) {
  // Entries are recomputed as a whole and have no identity of their own.
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  return entries.map((entry, index) => <Entry entry={entry} key={index} />)
}

function Entry({ entry }: { readonly entry: MenuEntry }) {
  switch (entry.kind) {
    case 'item':
      return <Item item={entry} />
    case 'separator':
      return <Base.Separator className="b-separator" />
    case 'heading':
      return (
        <Base.Group>
          <Base.GroupLabel className="b-group-label">{entry.label}</Base.GroupLabel>
        </Base.Group>
      )
    case 'submenu':
      return (
        <Base.SubmenuRoot>
          <Base.SubmenuTrigger className="b-item">
            {entry.icon}
            <span className="b-item-text">{entry.label}</span>
            <ChevronRight size={14} aria-hidden />
          </Base.SubmenuTrigger>
          <MenuPopup entries={entry.entries} align="start" />
        </Base.SubmenuRoot>
      )
    case 'choice':
      return (
        <Base.RadioGroup value={entry.value} onValueChange={(value: string) => entry.onChoose(value)}>
          {entry.options.map((option) => (
            <Base.RadioItem className="b-item" key={option.value} value={option.value} closeOnClick>
              <span className="b-item-mark">
                <Base.RadioItemIndicator>
                  <Check size={14} aria-hidden />
                </Base.RadioItemIndicator>
              </span>
              <span className="b-item-text">{option.label}</span>
            </Base.RadioItem>
          ))}
        </Base.RadioGroup>
      )
    case 'switch':
      return (
        <Base.CheckboxItem className="b-item" checked={entry.checked} onCheckedChange={entry.onChange}>
          <span className="b-item-mark">
            <Base.CheckboxItemIndicator>
              <Check size={14} aria-hidden />
            </Base.CheckboxItemIndicator>
          </span>
          <span className="b-item-text">{entry.label}</span>
        </Base.CheckboxItem>
      )
    default:
      return unreachable(entry)
  }
}

function Item({ item }: { readonly item: MenuItem }) {
  const refused = item.refused ?? null
  return (
    <Base.Item
      className="b-item"
      disabled={refused !== null}
      data-danger={item.danger}
      data-dimmed={item.dimmed}
      onClick={item.onSelect}
      label={item.label}
    >
      {item.icon}
      <span className="b-item-text">
        {item.label}
        {refused !== null && <span className="b-item-why">{refused}</span>}
      </span>
      {item.hint !== undefined && <span className="b-item-hint">{item.hint}</span>}
    </Base.Item>
  )
}
