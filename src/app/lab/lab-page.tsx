import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { LabContent, LabManifest, LabView } from '../../labs/manifest.ts'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { LiveRegion } from '../../ui/live-region.tsx'
import { notify } from '../../ui/notify.ts'
import { useSession } from '../../ui/use-session.ts'
import { inbox } from '../inbox.ts'
import type { Route } from '../routes.ts'
import { SkipLink } from '../skip-link.tsx'
import { type Lab, LabContext, type PanelId, type Sheet } from './context.ts'
import { FaultSheet } from './fault-sheet.tsx'
import { LabHost } from './host.ts'
import { useLabHotkeys } from './keys.ts'
import { useScreenRequests } from './requests.ts'
import { useNamedEvents, useRefusals } from './spoken.ts'
import { TopBar } from './top-bar.tsx'
import { Workbench, type WorkbenchHandle } from './workbench.tsx'
import './lab.css'

const ShareSheet = lazy(() => import('../share/share-sheet.tsx').then((module) => ({ default: module.ShareSheet })))
const Palette = lazy(() => import('../palette/palette.tsx').then((module) => ({ default: module.Palette })))
const HelpSheet = lazy(() => import('./help-sheet.tsx').then((module) => ({ default: module.HelpSheet })))
const SettingsSheet = lazy(() => import('./settings-sheet.tsx').then((module) => ({ default: module.SettingsSheet })))
const CompareSheet = lazy(() => import('./compare-sheet.tsx').then((module) => ({ default: module.CompareSheet })))

export type LabRoute = Extract<Route, { readonly lab: string }>

/** A lab with its workbench. */
export function LabPage({ manifest, route }: { readonly manifest: LabManifest; readonly route: LabRoute }) {
  const parts = useParts(manifest)
  const host = useHost(manifest, parts?.content ?? null, route, false)
  if (parts === null || host === null) return <Opening title={manifest.title} />
  return <OpenLab manifest={manifest} parts={parts} host={host} />
}

export function Opening({ title }: { readonly title: string }) {
  return (
    <main className="lab-opening" aria-busy>
      <p>Opening {title}…</p>
    </main>
  )
}

export interface LabParts {
  readonly view: LabView
  readonly content: LabContent
}

/** Loads the lab's view and content; a failure goes to the error boundary around the page. */
export function useParts(manifest: LabManifest): LabParts | null {
  const [state, setState] = useState<{ readonly parts: LabParts | null; readonly error: unknown }>({
    parts: null,
    error: null,
  })
  useEffect(() => {
    let wanted = true
    Promise.all([manifest.loadView(), manifest.loadContent()]).then(
      ([view, content]) => wanted && setState({ parts: { view, content }, error: null }),
      (error: unknown) => wanted && setState({ parts: null, error }),
    )
    return () => {
      wanted = false
    }
  }, [manifest])
  if (state.error !== null) throw state.error
  return state.parts
}

/** The host of a lab, for as long as the page shows it; it follows the address. */
export function useHost(
  manifest: LabManifest,
  content: LabContent | null,
  route: LabRoute,
  embedded: boolean,
): LabHost | null {
  const [host, setHost] = useState<LabHost | null>(null)
  useEffect(() => {
    if (content === null) return
    const made = new LabHost(manifest, content, { embedded })
    setHost(made)
    return () => {
      made.dispose()
      setHost(null)
    }
  }, [manifest, content, embedded])
  useEffect(() => {
    void host?.enter(route)
  }, [host, route])
  return host
}

function OpenLab({
  manifest,
  parts,
  host,
}: {
  readonly manifest: LabManifest
  readonly parts: LabParts
  readonly host: LabHost
}) {
  const [sheet, show] = useState<Sheet | null>(null)
  const [presenting, setPresenting] = useState(false)
  const workbench = useRef<WorkbenchHandle>(null)
  const { session } = host
  const lab = useMemo<Lab>(
    () => ({
      manifest,
      ...parts,
      host,
      session,
      presenting,
      present: (on) => {
        setPresenting(on)
        fullScreen(on)
      },
      show,
      reveal: (panel: PanelId) => workbench.current?.reveal(panel),
      toggle: (panel: PanelId) => workbench.current?.toggle(panel),
    }),
    [manifest, parts, host, session, presenting],
  )
  useLabHotkeys(lab)
  useNamedEvents(session)
  useRefusals(session)
  useDeliveries(host)
  useScreenRequests(lab)
  useTitle(manifest, host)
  useLeavingFullScreen(lab)
  return (
    <LabContext value={lab}>
      <div className="lab" data-presenting={presenting}>
        <SkipLink to="stage">Skip to the stage</SkipLink>
        <TopBar />
        <main className="lab-main">
          <Workbench ref={workbench} />
        </main>
        <FaultSheet />
        <ErrorBoundary key={sheet ?? ''} name="This sheet" onError={() => sheetFailed(lab)}>
          <Suspense fallback={null}>
            {sheet === 'share' && <ShareSheet />}
            {sheet === 'palette' && <Palette />}
            {sheet === 'help' && <HelpSheet />}
            {sheet === 'settings' && <SettingsSheet />}
            {sheet === 'compare' && <CompareSheet />}
          </Suspense>
        </ErrorBoundary>
        <LiveRegion />
      </div>
    </LabContext>
  )
}

/** Most likely its code could not be fetched: the site is being replaced, or the network is gone on the first visit. */
function sheetFailed(lab: Lab): void {
  lab.show(null)
  notify({
    kind: 'refused',
    title: 'This part of the page could not be loaded',
    text: 'The experiment runs on, and a reload brings it back as it is.',
    lasting: true,
    action: { label: 'Reload', run: () => window.location.reload() },
  })
}

function fullScreen(on: boolean): void {
  // Where the browser refuses, presenting works in the window as it is.
  if (on) document.documentElement.requestFullscreen?.().catch(() => undefined)
  else if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined)
}

/** Escape leaves the full screen without asking the page: then presenting is over, too. */
function useLeavingFullScreen(lab: Lab): void {
  useEffect(() => {
    const onChange = () => {
      if (document.fullscreenElement === null) lab.present(false)
    }
    document.addEventListener('fullscreenchange', onChange)
    return () => document.removeEventListener('fullscreenchange', onChange)
  }, [lab])
}

/** Opens what was dropped, chosen or pasted. */
function useDeliveries(host: LabHost): void {
  const delivery = useStore(inbox, (state) => state.delivery)
  // The lab first opens what its address says, so that a refused text has a running world behind it.
  const ready = useStore(host.state, (state) => state.open)
  useEffect(() => {
    if (!ready || delivery === null || delivery.lab !== host.manifest.id) return
    inbox.setState({ delivery: null })
    void host.openText(delivery.text, delivery.from)
  }, [ready, delivery, host])
}

function useTitle(manifest: LabManifest, host: LabHost): void {
  const title = useSession(host.session, (session) => session.slow?.run.title ?? '')
  useEffect(() => {
    document.title = `${title === '' ? manifest.title : `${title} · ${manifest.title}`} · Ballast`
  }, [title, manifest])
}
