import { Tabs as Base } from '@base-ui/react/tabs'
import type { ReactNode } from 'react'
import './tabs.css'

export interface Tab {
  readonly id: string
  readonly label: ReactNode
  readonly content: ReactNode
}

export interface TabsProps {
  readonly label: string
  readonly tabs: readonly Tab[]
  readonly value: string
  readonly onChange: (id: string) => void
  /** Keep hidden panels mounted (a terminal keeps its scrollback). */
  readonly keepMounted?: boolean
}

/** A row of tabs and the panel of the chosen one, filling the height it is given. */
export function Tabs({ label, tabs, value, onChange, keepMounted = false }: TabsProps) {
  return (
    <Base.Root className="b-tabs" value={value} onValueChange={(next: string) => onChange(next)}>
      <Base.List className="b-tab-list" aria-label={label} activateOnFocus>
        {tabs.map((tab) => (
          <Base.Tab className="b-tab" key={tab.id} value={tab.id}>
            {tab.label}
          </Base.Tab>
        ))}
      </Base.List>
      {tabs.map((tab) => (
        <Base.Panel className="b-tab-panel" key={tab.id} value={tab.id} keepMounted={keepMounted}>
          {tab.content}
        </Base.Panel>
      ))}
    </Base.Root>
  )
}
