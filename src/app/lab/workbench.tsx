import { type Ref, Suspense, useEffect, useImperativeHandle, useRef, useState, useSyncExternalStore } from 'react'
import {
  Group,
  Panel as Pane,
  type PanelImperativeHandle,
  Separator,
  useDefaultLayout,
  usePanelRef,
} from 'react-resizable-panels'
import { Panel } from '../../ui/panel.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { currentTheme } from '../../ui/theme.ts'
import { useMedia } from '../../ui/use-media.ts'
import { useSession } from '../../ui/use-session.ts'
import { THEME_EVENT } from '../../viz/palette.ts'
import { Guide } from '../guide/guide.tsx'
import { storage } from '../storage.ts'
import { type Lab, PANEL_TITLES, PANELS, type PanelId, useLab } from './context.ts'
import { Inspector, Terminal, Timeline } from './instruments.tsx'
import { StagePanel } from './stage-panel.tsx'

/** Below this width the panels become tabs under the stage. */
export const NARROW = '(max-width: 899px)'

export interface WorkbenchHandle {
  reveal(panel: PanelId): void
  toggle(panel: PanelId): void
}

/** The places of the workbench: guide, stage, inspector; under them the timeline and the terminal. */
export function Workbench({ ref }: { readonly ref: Ref<WorkbenchHandle> }) {
  const lab = useLab()
  const narrow = useMedia(NARROW)
  if (lab.presenting) return <Presentation ref={ref} />
  return narrow ? <Narrow ref={ref} /> : <Wide ref={ref} />
}

/** The content of a panel, by its name; each breaks alone. */
function Content({ id }: { readonly id: PanelId }) {
  const lab = useLab()
  const props = useInstrumentProps(lab)
  return (
    <Panel name={PANEL_TITLES[id]} report={() => lab.session.api.text()}>
      <Suspense fallback={null}>
        {id === 'guide' && <Guide />}
        {id === 'inspector' && <Inspector {...props} />}
        {id === 'timeline' && <Timeline {...props} />}
        {id === 'terminal' && <Terminal {...props} />}
      </Suspense>
    </Panel>
  )
}

function useInstrumentProps(lab: Lab) {
  const allow = useSession(lab.session, ({ slow }) => slow?.lesson?.allow ?? null)
  return { session: lab.session, labView: lab.view, allow }
}

function Wide({ ref }: { readonly ref: Ref<WorkbenchHandle> }) {
  const lab = useLab()
  const rows = useKeptLayout(`${lab.manifest.id}:rows`)
  const columns = useKeptLayout(`${lab.manifest.id}:columns`)
  const panes = {
    guide: usePanelRef(),
    inspector: usePanelRef(),
    timeline: usePanelRef(),
    terminal: usePanelRef(),
  }
  useImperativeHandle(ref, () => ({
    reveal: (id) => panes[id].current?.expand(),
    toggle: (id) => toggle(panes[id].current),
  }))
  const inspectorWidth = useSyncExternalStore(onTheme, inspectorWidthNow)
  const { inspector } = panes
  const fitted = useRef(inspectorWidth)
  useEffect(() => {
    if (fitted.current === inspectorWidth) return
    fitted.current = inspectorWidth
    if (inspector.current?.isCollapsed() === false) inspector.current.resize(inspectorWidth)
  }, [inspector, inspectorWidth])
  return (
    <Group className="workbench" orientation="vertical" {...rows}>
      <Pane id="world" minSize={200}>
        <Group orientation="horizontal" {...columns}>
          <Pane id="guide" panelRef={panes.guide} {...SIDE} defaultSize={340}>
            <Content id="guide" />
          </Pane>
          <Divider label="Width of the guide" />
          <Pane id="stage-pane" minSize={280}>
            <StagePanel />
          </Pane>
          <Divider label="Width of the inspector" />
          <Pane id="inspector" panelRef={panes.inspector} {...SIDE} defaultSize={inspectorWidth}>
            <Content id="inspector" />
          </Pane>
        </Group>
      </Pane>
      <Divider label="Height of the timeline" />
      <Pane id="timeline" panelRef={panes.timeline} {...DRAWER} minSize={120} defaultSize={196}>
        <Content id="timeline" />
      </Pane>
      <Divider label="Height of the terminal" />
      <Pane id="terminal" panelRef={panes.terminal} {...DRAWER} minSize={64} defaultSize={100}>
        <Content id="terminal" />
      </Pane>
    </Group>
  )
}

/** The tables and the row of tabs of the inspector, in the type of the theme. */
const inspectorWidthNow = (): number => (currentTheme() === 'projector' ? 520 : 360)

function onTheme(changed: () => void): () => void {
  window.addEventListener(THEME_EVENT, changed)
  return () => window.removeEventListener(THEME_EVENT, changed)
}

const SIDE = { minSize: 240, maxSize: '45%', collapsible: true, groupResizeBehavior: 'preserve-pixel-size' } as const
const DRAWER = { maxSize: '60%', collapsible: true, groupResizeBehavior: 'preserve-pixel-size' } as const

function useKeptLayout(id: string) {
  const { defaultLayout, onLayoutChanged } = useDefaultLayout({ id: `ballast:layout:${id}`, storage })
  return { defaultLayout, onLayoutChanged }
}

function toggle(pane: PanelImperativeHandle | null): void {
  if (pane === null) return
  if (pane.isCollapsed()) pane.expand()
  else pane.collapse()
}

function Divider({ label }: { readonly label: string }) {
  return <Separator className="divider" aria-label={label} />
}

/** The stage on top, everything else behind tabs. */
function Narrow({ ref }: { readonly ref: Ref<WorkbenchHandle> }) {
  const [tab, setTab] = useState<string>('guide')
  useImperativeHandle(ref, () => ({ reveal: setTab, toggle: setTab }))
  return (
    <div className="workbench workbench-narrow">
      <StagePanel />
      <Tabs
        label="Panels"
        value={tab}
        onChange={setTab}
        tabs={PANELS.map((id) => ({ id, label: PANEL_TITLES[id], content: <Content id={id} /> }))}
      />
    </div>
  )
}

/** For a room: the stage, and the timeline under it. */
function Presentation({ ref }: { readonly ref: Ref<WorkbenchHandle> }) {
  const lab = useLab()
  useImperativeHandle(ref, () => ({ reveal: () => undefined, toggle: () => undefined }))
  const layout = useKeptLayout(`${lab.manifest.id}:presenting`)
  return (
    <Group className="workbench" orientation="vertical" {...layout}>
      <Pane id="world" minSize={200}>
        <StagePanel />
      </Pane>
      <Divider label="Height of the timeline" />
      <Pane id="timeline" {...DRAWER} minSize={120} defaultSize={220}>
        <Content id="timeline" />
      </Pane>
    </Group>
  )
}
