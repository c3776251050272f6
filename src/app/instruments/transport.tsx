import {
  Bookmark as BookmarkIcon,
  ChevronFirst,
  ChevronLeft,
  ChevronRight,
  Maximize2,
  Pause,
  Play,
  Redo2,
  SkipForward,
} from 'lucide-react'
import { useRef, useState } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../engine/client/session.ts'
import { Button } from '../../ui/button.tsx'
import { type Hotkey, useHotkeys } from '../../ui/hotkeys.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { Menu, type MenuEntry } from '../../ui/menu.tsx'
import { Slider } from '../../ui/slider.tsx'
import { useSession } from '../../ui/use-session.ts'
import { formatInstant, instantText, panView, spanText, zoomView } from '../../viz/time-axis.ts'
import { addBookmark, deskOf, keepBookmarks } from './desk.ts'
import { fitDesk, useInstant } from './diagram.tsx'
import { readInstant } from './instant.ts'
import { DIGIT_SPEEDS, placeOf, SPEED_PLACES, speedAt, speedText } from './speed.ts'

const GROUP = 'Time'

/** The keys of time: the buttons below do the same. */
function timeHotkeys(session: LabSession): readonly Hotkey[] {
  const { api } = session
  const key = (id: string, keys: readonly string[], label: string, run: () => unknown): Hotkey => ({
    id: `time-${id}`,
    keys,
    label,
    group: GROUP,
    run: () => void run(),
  })
  return [
    key('play', ['Space'], 'Play or pause', () => togglePlay(session)),
    key('next', ['ArrowRight'], 'Next event', () => api.stepEvent()),
    key('back', ['ArrowLeft'], 'Previous event', () => api.stepBack()),
    key('named', ['Shift+ArrowRight'], 'Next named event', () => api.nextNamed()),
    key('named-back', ['Shift+ArrowLeft'], 'Previous named event', () => api.previousNamed()),
    key('to-named', ['n'], 'Play to the next named event', () => api.playToNamed()),
    key('message', ['m'], 'Next delivery of a message', () => api.stepMessage()),
    key('home', ['Home'], 'To the beginning', () => api.seek(0)),
    key('end', ['End'], 'To the end of what has run', () => api.seek(session.slow?.run.frontierUs ?? 0)),
    ...DIGIT_SPEEDS.map(([digit, speed]) =>
      key(`speed-${digit}`, [digit], `Speed ${speedText(speed)}`, () => api.setSpeed(speed)),
    ),
    key('bookmark', ['b'], 'Bookmark this instant', () => addBookmark(session)),
    key('fit', ['f'], 'Timeline: show the whole run', () => fitDesk(session)),
    key('zoom-in', ['+'], 'Timeline: zoom in', () => zoom(session, 0.6)),
    key('zoom-out', ['-'], 'Timeline: zoom out', () => zoom(session, 1 / 0.6)),
    key('earlier', ['['], 'Timeline: earlier', () => pan(session, -0.25)),
    key('later', [']'], 'Timeline: later', () => pan(session, 0.25)),
  ]
}

function togglePlay(session: LabSession): Promise<void> {
  return session.slow?.run.playing === true ? session.api.stop() : session.api.play()
}

function zoom(session: LabSession, factor: number): void {
  const desk = deskOf(session)
  const run = session.slow?.run
  if (run === undefined) return
  desk.view = zoomView(desk.view, session.nowUs, factor, Math.max(2_000_000, run.frontierUs * 1.2))
}

function pan(session: LabSession, share: number): void {
  const desk = deskOf(session)
  const { fromUs, toUs } = desk.view
  desk.view = panView(desk.view, share * (toUs - fromUs), session.slow?.run.frontierUs ?? 0)
  desk.setState({ follow: false })
}

/** Play, step, speed, where we are and what comes next. */
export function Transport({ session }: { readonly session: LabSession }) {
  useHotkeys(timeHotkeys(session))
  return (
    <div className="i-transport">
      <Buttons session={session} />
      <Readout session={session} />
      <Speed session={session} />
      <Status session={session} />
      <Window session={session} />
    </div>
  )
}

function Buttons({ session }: { readonly session: LabSession }) {
  const { api } = session
  const playing = useSession(session, ({ slow }) => slow?.run.playing === true)
  const atStart = useSession(session, ({ slow }) => (slow?.run.nowUs ?? 0) === 0)
  return (
    <div className="i-transport-buttons" role="toolbar" aria-label="Transport">
      <IconButton label="To the beginning" keys="Home" disabled={atStart} onClick={() => void api.seek(0)}>
        <ChevronFirst size={16} aria-hidden />
      </IconButton>
      <IconButton label="Previous event" keys="ArrowLeft" disabled={atStart} onClick={() => void api.stepBack()}>
        <ChevronLeft size={16} aria-hidden />
      </IconButton>
      <IconButton
        className="i-play"
        look="accent"
        label={playing ? 'Pause' : 'Play'}
        keys="Space"
        onClick={() => void togglePlay(session)}
      >
        {playing ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
      </IconButton>
      <IconButton label="Next event" keys="ArrowRight" onClick={() => void api.stepEvent()}>
        <ChevronRight size={16} aria-hidden />
      </IconButton>
      <IconButton label="Play to the next named event" keys="n" onClick={() => void api.playToNamed()}>
        <SkipForward size={16} aria-hidden />
      </IconButton>
    </div>
  )
}

/** The present instant, exact to the microsecond; a click lets one type where to go. */
function Readout({ session }: { readonly session: LabSession }) {
  const coarse = useRef<HTMLSpanElement>(null)
  const fine = useRef<HTMLSpanElement>(null)
  const [typing, setTyping] = useState(false)
  useInstant(session, (nowUs) => {
    const text = formatInstant(nowUs)
    if (coarse.current !== null) coarse.current.textContent = text.coarse
    if (fine.current !== null) fine.current.textContent = text.fine
  })
  if (typing) return <GoTo session={session} onDone={() => setTyping(false)} />
  const text = formatInstant(session.nowUs)
  return (
    <button type="button" className="i-readout b-num" title="Go to an instant" onClick={() => setTyping(true)}>
      <span ref={coarse}>{text.coarse}</span>
      <span ref={fine} className="i-readout-fine">
        {text.fine}
      </span>
      <span className="i-readout-unit">s</span>
      <span className="b-hidden">, go to an instant</span>
    </button>
  )
}

function GoTo({ session, onDone }: { readonly session: LabSession; readonly onDone: () => void }) {
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState(false)
  const go = () => {
    if (text.trim() === '') return onDone()
    const timeUs = readInstant(text)
    if (timeUs === null) return setWrong(true)
    void session.api.seek(timeUs)
    onDone()
  }
  return (
    <form
      className="i-goto"
      onSubmit={(event) => {
        event.preventDefault()
        go()
      }}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: it replaces the button that was just pressed
        autoFocus
        className="b-input b-num"
        aria-label="Go to an instant"
        aria-invalid={wrong}
        placeholder="3.2s, 150ms"
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setWrong(false)
        }}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
        onBlur={onDone}
      />
      {wrong && (
        <span className="i-wrong" role="alert">
          an instant, such as 3.2s or 150ms
        </span>
      )}
    </form>
  )
}

function Speed({ session }: { readonly session: LabSession }) {
  const speed = useSession(session, ({ slow }) => slow?.run.speed ?? 1)
  const behind = useSession(session, ({ slow }) => slow?.run.behind === true && slow.run.playing)
  return (
    <div className="i-speed">
      <span className="i-label">speed</span>
      <Slider
        label="Speed"
        min={0}
        max={SPEED_PLACES}
        value={placeOf(speed)}
        format={(place) => speedText(speedAt(place))}
        onChange={(place) => void session.api.setSpeed(speedAt(place))}
      />
      <span className="i-speed-value b-num">{speedText(speed)}</span>
      {behind && (
        <span className="i-behind" title="The engine computes as fast as it can, and that is slower than asked.">
          behind
        </span>
      )}
    </div>
  )
}

/** Why play stopped, else what comes next. */
function Status({ session }: { readonly session: LabSession }) {
  const caption = useSession(session, ({ slow }) => (slow?.run.playing === true ? null : (slow?.run.caption ?? null)))
  const wait = useSession(session, ({ slow }) => {
    if (slow === null || slow.run.playing || slow.run.nextUs === null) return null
    return spanText(Math.max(0, slow.run.nextUs - slow.run.nowUs))
  })
  const event = useSession(session, ({ slow }) => slow?.run.event ?? 0)
  return (
    <p className="i-status">
      {caption !== null && (
        <strong className="i-caption" title={caption}>
          {caption}
        </strong>
      )}
      <span className="b-num">
        event {event}
        {wait !== null && (wait === '0 µs' ? ' · next: at once' : ` · next: in ${wait}`)}
      </span>
    </p>
  )
}

/** What concerns the window of the diagram: bookmarks, the whole run, following. */
function Window({ session }: { readonly session: LabSession }) {
  const desk = deskOf(session)
  const follow = useStore(desk, (state) => state.follow)
  const bookmarks = useStore(desk, (state) => state.bookmarks)
  const entries: readonly MenuEntry[] = [
    { kind: 'item', label: 'Bookmark this instant', hint: 'B', onSelect: () => addBookmark(session) },
    ...(bookmarks.length === 0 ? [] : [{ kind: 'separator' } as const]),
    ...bookmarks.map(
      ({ timeUs, name }): MenuEntry => ({
        kind: 'item',
        label: name,
        hint: instantText(timeUs),
        onSelect: () => void session.api.seek(timeUs),
      }),
    ),
    ...(bookmarks.length === 0
      ? []
      : [
          { kind: 'separator' } as const,
          {
            kind: 'item',
            label: 'Forget all bookmarks',
            danger: true,
            onSelect: () => keepBookmarks(session, []),
          } as const,
        ]),
  ]
  return (
    <div className="i-window" role="toolbar" aria-label="Timeline window">
      <Menu
        trigger={
          <Button look="ghost" size="small">
            <BookmarkIcon size={14} aria-hidden />
            Bookmarks{bookmarks.length > 0 && <span className="b-num">{bookmarks.length}</span>}
          </Button>
        }
        entries={entries}
      />
      <Button look="ghost" size="small" onClick={() => fitDesk(session)}>
        <Maximize2 size={14} aria-hidden />
        Whole run
      </Button>
      <Button look="ghost" size="small" aria-pressed={follow} onClick={() => desk.setState({ follow: !follow })}>
        <Redo2 size={14} aria-hidden />
        Follow
      </Button>
    </div>
  )
}
