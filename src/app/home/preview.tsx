import { type ComponentType, type RefObject, useEffect, useRef, useState } from 'react'
import { LabSession } from '../../engine/client/session.ts'
import type { LabManifest } from '../../labs/manifest.ts'
import { ErrorBoundary } from '../../ui/error-boundary.tsx'
import { onFrame } from '../../viz/scheduler.ts'

interface Alive {
  readonly session: LabSession
  readonly Picture: ComponentType<{ readonly session: LabSession }>
}

/** The lab itself, alive: its worker and its stage, begun when the card is seen and the page has been painted. */
export function Preview({ lab }: { readonly lab: LabManifest }) {
  const place = useRef<HTMLDivElement>(null)
  const seen = useSeen(place)
  const alive = useAlive(lab, seen.ever)
  useEffect(() => {
    if (alive === null || !seen.now) return
    return onFrame('pull', (nowMs, elapsedMs) => alive.session.pull(nowMs, elapsedMs))
  }, [alive, seen.now])
  return (
    // The card beside it says the same in words and is the way in; the picture itself can do nothing.
    <div ref={place} className="preview" aria-hidden="true" inert>
      {alive !== null && (
        <div className="preview-stage">
          <ErrorBoundary name="The preview">
            <alive.Picture session={alive.session} />
          </ErrorBoundary>
        </div>
      )}
    </div>
  )
}

function useSeen(place: RefObject<HTMLElement | null>): { readonly now: boolean; readonly ever: boolean } {
  const [seen, setSeen] = useState({ now: false, ever: false })
  useEffect(() => {
    if (place.current === null) return
    const observer = new IntersectionObserver((entries) => {
      const now = entries.at(-1)?.isIntersecting === true
      setSeen((before) => ({ now, ever: before.ever || now }))
    })
    observer.observe(place.current)
    return () => observer.disconnect()
  }, [place])
  return seen
}

function useAlive(lab: LabManifest, wanted: boolean): Alive | null {
  const [alive, setAlive] = useState<Alive | null>(null)
  useEffect(() => {
    if (!wanted) return
    let session: LabSession | null = null
    let gone = false
    const begin = async () => {
      const Picture = await lab.loadPreview()
      if (gone) return
      session = new LabSession(() => lab.createWorker())
      const opened = await session.open(lab.preview.text, lab.preview.fromUs)
      if (gone || !opened.ok) return
      await session.api.setSpeed(lab.pace)
      await session.api.play()
      session.subscribe(repeat(session, lab.preview.fromUs))
      setAlive({ session, Picture })
    }
    // A preview that cannot start stays an empty card; the lab's own page says why.
    const cancel = whenPainted(() => void begin().catch(() => undefined))
    return () => {
      gone = true
      cancel()
      session?.dispose()
      setAlive(null)
    }
  }, [lab, wanted])
  return alive
}

/** At its end, the preview begins again. */
function repeat(session: LabSession, fromUs: number): () => void {
  return () => {
    const run = session.slow?.run
    if (run === undefined || run.untilUs === null || run.nowUs < run.untilUs) return
    void session.api.seek(fromUs).then(() => session.api.play())
  }
}

/** Frames that must have been painted before a preview may take processor time. */
const FRAMES_FIRST = 3

/** When the page itself has been painted; until then everything else waits. */
function whenPainted(callback: () => void): () => void {
  let painted = 0
  const stop = onFrame('animate', () => {
    painted++
    if (painted < FRAMES_FIRST) return
    stop()
    callback()
  })
  return stop
}
