import { Suspense, useEffect } from 'react'
import { useStore } from 'zustand'
import type { LabManifest } from '../../labs/manifest.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { LiveRegion } from '../../ui/live-region.tsx'
import { useSession } from '../../ui/use-session.ts'
import { pageAddress } from '../navigation.ts'
import type { LabHost } from './host.ts'
import { Timeline } from './instruments.tsx'
import { type LabParts, type LabRoute, Opening, useHost, useParts } from './lab-page.tsx'
import { useNamedEvents, useRefusals } from './spoken.ts'
import './lab.css'

/** One figure for somebody's page: stage and transport. Keeps nothing, follows no address. */
export function EmbedPage({
  manifest,
  route,
}: {
  readonly manifest: LabManifest
  readonly route: Extract<LabRoute, { kind: 'embed' }>
}) {
  const parts = useParts(manifest)
  const host = useHost(manifest, parts?.content ?? null, route, true)
  if (parts === null || host === null) return <Opening title={manifest.title} />
  return <Figure manifest={manifest} parts={parts} host={host} link={route.link} />
}

interface FigureProps {
  readonly manifest: LabManifest
  readonly parts: LabParts
  readonly host: LabHost
  readonly link: string | null
}

function Figure({ manifest, parts, host, link }: FigureProps) {
  const { session } = host
  const title = useSession(session, ({ slow }) => slow?.run.title ?? '')
  const crashed = useSession(session, ({ health }) => health.kind === 'crashed')
  const fault = useStore(host.state, (state) => state.fault)
  useNamedEvents(session)
  useRefusals(session)
  useEffect(() => {
    document.title = `${title === '' ? manifest.title : title} · Ballast`
  }, [title, manifest])
  const { Stage } = parts.view
  const whole = `${pageAddress()}#/${manifest.id}${link === null ? '' : `?${link}`}`
  return (
    <main className="embed">
      <div className="embed-bar">
        <h1>{title === '' ? manifest.title : title}</h1>
        <a href={whole} target="_blank" rel="noreferrer">
          Open in Ballast
        </a>
      </div>
      {fault !== null && (
        <p className="embed-fault" role="alert">
          The experiment of this figure cannot be opened:{' '}
          {fault.kind === 'link' ? fault.reason : fault.problems[0]?.message}
        </p>
      )}
      <section id="stage" className="stage" tabIndex={-1} aria-label="Stage" data-hotkeys>
        <ErrorBoundary name="Stage">
          <Stage session={session} preview={false} allow={null} />
        </ErrorBoundary>
        {crashed && (
          <div className="stage-crash" role="alert">
            <p>The engine stopped.</p>
            <Button look="accent" onClick={() => void host.restart()}>
              Restart
            </Button>
          </div>
        )}
      </section>
      <div className="embed-timeline">
        <ErrorBoundary name="Timeline">
          <Suspense fallback={null}>
            <Timeline session={session} labView={parts.view} allow={null} />
          </Suspense>
        </ErrorBoundary>
      </div>
      <LiveRegion />
    </main>
  )
}
