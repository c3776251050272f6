import { type ReactNode, useEffect, useState } from 'react'
import type { LabSession } from '../../engine/client/session.ts'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { useSession } from '../../ui/use-session.ts'
import { deskOf } from './desk.ts'
import { EventsPanel } from './events-panel.tsx'
import { Faults } from './lazy.tsx'
import { MeasuresPanel } from './measures-panel.tsx'
import { MessagePanel } from './message-panel.tsx'
import type { InstrumentProps } from './props.ts'
import { RulesPanel } from './rules-panel.tsx'
import './inspector.css'

/** The instruments of the house; a lab may add its own. */
const OF_A_NETWORK = ['message', 'faults']

/** What can be known about the world, in tabs; the selection brings its tab to the front. */
export function Inspector({ session, labView, allow }: InstrumentProps) {
  const [tab, setTab] = useState('actor')
  useSelectionTab(session, setTab)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  const broken = useSession(session, ({ slow }) => slow?.rules.filter((rule) => rule.broken !== null).length ?? 0)
  const { ActorPanel, actorTitle = 'Node', panels = [], network = true } = labView
  const panel = (name: string, content: ReactNode) => <ErrorBoundary name={name}>{content}</ErrorBoundary>
  const tabs = [
    { id: 'actor', label: selected ?? actorTitle, content: panel(actorTitle, <ActorPanel session={session} />) },
    ...panels.map(({ id, title, Panel }) => ({ id, label: title, content: panel(title, <Panel session={session} />) })),
    {
      id: 'message',
      label: 'Message',
      content: panel('Message', <MessagePanel session={session} allow={allow} />),
    },
    {
      id: 'rules',
      label: broken === 0 ? 'Rules' : <span className="i-tab-broken">Rules ✕{broken}</span>,
      content: panel('Rules', <RulesPanel session={session} />),
    },
    { id: 'measures', label: 'Measures', content: panel('Measures', <MeasuresPanel session={session} />) },
    { id: 'events', label: 'Events', content: panel('Events', <EventsPanel session={session} />) },
    {
      id: 'faults',
      label: 'Faults',
      content: panel('Faults', <Faults session={session} labView={labView} allow={allow} />),
    },
  ]
  const shown = tabs.filter(({ id }) => network || !OF_A_NETWORK.includes(id))
  return (
    <div className="i-inspector">
      <Tabs
        label="Inspector"
        value={shown.some(({ id }) => id === tab) ? tab : 'actor'}
        onChange={setTab}
        tabs={shown}
      />
    </div>
  )
}

/** A new selection shows its tab, a broken rule the rules; so does whoever asks by `ballast:inspect` {tab}. */
function useSelectionTab(session: LabSession, show: (tab: string) => void): void {
  useEffect(() => {
    const desk = deskOf(session)
    let selection = session.selection
    let broken = 0
    const stop = session.subscribe(() => {
      const now = session.slow?.rules.filter((rule) => rule.broken !== null).length ?? 0
      if (now > broken) show('rules')
      broken = now
      if (session.selection === selection) return
      selection = session.selection
      if (selection === null) return
      desk.setState({ inspectedRow: null })
      show(selection.kind)
    })
    const onInspect = (event: Event) => {
      const { tab } = ((event as CustomEvent<unknown>).detail ?? {}) as { tab?: unknown }
      if (typeof tab === 'string') show(tab)
    }
    window.addEventListener('ballast:inspect', onInspect)
    return () => {
      stop()
      window.removeEventListener('ballast:inspect', onInspect)
    }
  }, [session, show])
}
