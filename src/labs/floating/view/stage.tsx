import { Box, Focus, List, Maximize, TriangleAlert } from 'lucide-react'
import { type ComponentType, lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import { useHotkeys } from '../../../ui/hotkeys.ts'
import { IconButton } from '../../../ui/icon-button.tsx'
import { announce } from '../../../ui/live-region.tsx'
import { MenuAt } from '../../../ui/menu.tsx'
import { useSession } from '../../../ui/use-session.ts'
import type { StageProps } from '../../manifest.ts'
import { Chips } from './chips.tsx'
import { draftStore, dropDraft } from './draft.ts'
import { FlatView, type Hit } from './flat-view.tsx'
import { firstGroup, type View } from './handles.ts'
import { viewOf } from './hooks.ts'
import { type HitMenu, menuOf } from './menus.ts'
import { Overlay } from './overlay.tsx'
import { PlatformList } from './platform-list.tsx'
import { Preview } from './preview.tsx'
import { isLost, type Projector } from './projector.ts'
import type { SceneProps } from './scene-3d/scene.tsx'
import type { Framing } from './shapes.ts'
import { type Shown, useShown } from './shown.ts'
import { Weather } from './weather.tsx'
import './stage.css'

/** three.js comes only when its view opens. */
const Scene = lazy<ComponentType<SceneProps>>(() =>
  import('./scene-3d/scene.tsx').then((module) => ({ default: module.Scene })),
)

export function Stage({ session, preview, allow }: StageProps) {
  const shown = useShown(session)
  useEffect(() => dropDraft, [])
  if (preview) return <Preview session={session} />
  return shown === null ? null : <Living session={session} shown={shown} allow={allow} />
}

/** `word` alone stands where there is little room. */
const VIEWS: readonly { readonly id: View; readonly title: string; readonly word: string }[] = [
  { id: 'space', title: 'In space', word: 'Space' },
  { id: 'side', title: 'From the side', word: 'Side' },
  { id: 'plan', title: 'From above', word: 'Above' },
]

/** What a first look at each view should have in it. */
const FIRST_FRAMING: Readonly<Record<View, Framing>> = { space: 'whole', side: 'hull', plan: 'whole' }

interface Menu extends HitMenu {
  readonly anchor: Element | { readonly x: number; readonly y: number }
}

interface LivingProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly allow: readonly string[] | null
}

function Living({ session, shown, allow }: LivingProps) {
  const { picture } = shown
  const [view, setView] = useState<View>(canSpace() ? 'space' : 'side')
  const [noSpace, setNoSpace] = useState(!canSpace())
  const [frame, setFrame] = useState<{ readonly framing: Framing; readonly count: number }>({
    framing: FIRST_FRAMING[view],
    count: 0,
  })
  const [cutaway, setCutaway] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const [listOpen, setListOpen] = useState(false)
  const [menu, setMenu] = useState<Menu | null>(null)
  const cannotBe = useStore(draftStore, ({ draft }) => draft !== null && draft.failure !== null)
  const projector = useRef<Projector | null>(null)
  const group = picture.members.some(({ key }) => key === chosen) ? chosen : firstGroup(picture)

  const look = (next: View) => {
    setView(next)
    setFrame({ framing: FIRST_FRAMING[next], count: 0 })
  }
  const refit = (framing: Framing) => setFrame(({ count }) => ({ framing, count: count + 1 }))
  const open = (hit: Hit, anchor: Menu['anchor']) => {
    const found = menuOf({ session, allow }, picture, hit, group, setChosen)
    if (found !== null) setMenu({ ...found, anchor })
  }
  // A platform whose line is cut may drift out of the picture.
  const { meanPose } = picture.figures
  useEffect(() => {
    const [surge, sway, heave] = meanPose as readonly [number, number, number]
    if (projector.current !== null && isLost(projector.current, [surge, sway, heave]))
      setFrame(({ framing, count }) => ({ framing, count: count + 1 }))
  }, [meanPose])
  const giveUpSpace = useCallback(() => {
    setNoSpace(true)
    setView('side')
    setFrame({ framing: FIRST_FRAMING.side, count: 0 })
  }, [])
  useStageHotkeys(session, view, look, refit)
  const views = { session, shown, projector, framing: frame.framing, framed: frame.count, onHit: open }
  return (
    <div className="fs-stage">
      <div className="fs-bar">
        <fieldset className="fs-views">
          <legend className="b-hidden">View</legend>
          {VIEWS.map(({ id, title, word }) => (
            <button
              key={id}
              type="button"
              aria-pressed={view === id}
              aria-label={title}
              disabled={id === 'space' && noSpace}
              onClick={() => look(id)}
            >
              <span className="fs-wide">{title}</span>
              <span className="fs-narrow">{word}</span>
            </button>
          ))}
        </fieldset>
        <div className="fs-tools">
          {view === 'space' && (
            <IconButton
              label="See what is inside the hull"
              size="small"
              aria-pressed={cutaway}
              onClick={() => setCutaway(!cutaway)}
            >
              <Box size={14} aria-hidden />
            </IconButton>
          )}
          <IconButton label="Frame the hull" size="small" onClick={() => refit('hull')}>
            <Focus size={14} aria-hidden />
          </IconButton>
          <IconButton label="Frame everything" size="small" onClick={() => refit('whole')}>
            <Maximize size={14} aria-hidden />
          </IconButton>
          <IconButton
            label="The platform as a list"
            size="small"
            aria-expanded={listOpen}
            onClick={() => setListOpen(!listOpen)}
          >
            <List size={14} aria-hidden />
          </IconButton>
        </div>
      </div>
      <Chips session={session} picture={picture} allow={allow} />
      <div className="fs-middle" data-view={view} data-stale={picture.stale || cannotBe}>
        {view === 'space' ? (
          <Suspense fallback={<p className="fs-waiting">The view in space comes…</p>}>
            <Scene {...views} cutaway={cutaway} onFail={giveUpSpace} />
          </Suspense>
        ) : (
          <FlatView {...views} plane={view} />
        )}
        <Weather session={session} shown={shown} projector={projector} />
        <Overlay
          session={session}
          shown={shown}
          view={view}
          group={group}
          projector={projector}
          onLine={(line, at) => open({ kind: 'line', line }, at)}
        />
        {noSpace && view === 'side' && (
          <p className="fs-sentence">
            This browser has no WebGL, so the platform is shown from the side; nothing is missing but the view in space.
          </p>
        )}
        <Banner session={session} />
      </div>
      <PlatformList
        session={session}
        picture={picture}
        allow={allow}
        group={group}
        open={listOpen}
        onGroup={setChosen}
      />
      <MenuAt
        anchor={menu?.anchor ?? null}
        label={menu?.label ?? ''}
        entries={menu?.entries ?? []}
        onClose={() => setMenu(null)}
      />
    </div>
  )
}

/** Why there is no solution, with the number that decides. */
function Banner({ session }: { readonly session: LabSession }) {
  const failure = useSession(session, ({ slow }) => (slow === null ? null : viewOf(slow).failure))
  if (failure === null) return null
  return (
    <div className="fs-banner" role="alert">
      <TriangleAlert size={18} aria-hidden />
      <div>
        <strong>{failure.message}</strong>
        <p className="f-note">The picture shows the last design that floats. Undo (Ctrl+Z) brings it back.</p>
      </div>
    </div>
  )
}

let space: boolean | null = null

/** Whether this browser can draw in space; asked once. */
function canSpace(): boolean {
  space ??= document.createElement('canvas').getContext('webgl2') !== null
  return space
}

function useStageHotkeys(
  session: LabSession,
  view: View,
  look: (view: View) => void,
  refit: (framing: Framing) => void,
): void {
  const next = VIEWS[(VIEWS.findIndex(({ id }) => id === view) + 1) % VIEWS.length]!
  useHotkeys([
    {
      id: 'floating-view',
      keys: ['v'],
      label: 'The next view of the platform',
      group: 'Stage',
      run: () => look(next.id),
    },
    { id: 'floating-frame', keys: ['f'], label: 'Frame the hull', group: 'Stage', run: () => refit('hull') },
    { id: 'floating-whole', keys: ['w'], label: 'Frame everything', group: 'Stage', run: () => refit('whole') },
    {
      id: 'stage-describe',
      keys: ['d'],
      label: 'Describe the picture now',
      group: 'Stage',
      run: () => session.slow !== null && announce(viewOf(session.slow).summary),
    },
  ])
}
