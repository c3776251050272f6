import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import type { EventKind, EventRow } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import { useSession } from '../../ui/use-session.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { instantText } from '../../viz/time-axis.ts'
import { inspectRow } from './desk.ts'
import { createFeed } from './feed.ts'
import { visibleRows } from './rows.ts'

const KINDS: readonly { readonly kind: EventKind; readonly label: string; readonly letter: string }[] = [
  { kind: 'note', label: 'named', letter: '●' },
  { kind: 'act', label: 'acts', letter: '▼' },
  { kind: 'broken', label: 'broken rules', letter: '✕' },
  { kind: 'operation', label: 'operations', letter: '◇' },
  { kind: 'message', label: 'messages', letter: '→' },
  { kind: 'lost', label: 'lost', letter: '↛' },
  { kind: 'timer', label: 'timers', letter: '◷' },
  { kind: 'disk', label: 'disk', letter: '▤' },
]
const LETTERS = new Map(KINDS.map(({ kind, letter }) => [kind, letter]))
const SHOWN_FIRST: readonly EventKind[] = ['note', 'act', 'broken', 'operation', 'message', 'lost']

const PAGE = 120
const GAP_MS = 200
/** Nobody scrolls through more; a filter finds what is older. */
const ROWS_MAX = 5_000

/** The log of the run, newest first: the timeline as a table. */
export function EventsPanel({ session }: { readonly session: LabSession }) {
  const [filter, setFilter] = useState('')
  const [kinds, setKinds] = useState<readonly EventKind[]>(SHOWN_FIRST)
  const toggle = (kind: EventKind) =>
    setKinds(kinds.includes(kind) ? kinds.filter((other) => other !== kind) : [...kinds, kind])
  return (
    <div className="i-events">
      <div className="i-events-tools">
        <input
          className="b-input"
          type="search"
          aria-label="Filter events"
          placeholder="Filter: n2 term, MsgVote, put x"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <div className="i-kinds" role="toolbar" aria-label="Kinds of events">
          {KINDS.map(({ kind, label, letter }) => (
            <button
              key={kind}
              type="button"
              className="i-kind"
              aria-pressed={kinds.includes(kind)}
              onClick={() => toggle(kind)}
            >
              <span aria-hidden>{letter}</span> {label}
            </button>
          ))}
        </div>
      </div>
      <EventList session={session} filter={filter} kinds={kinds} />
    </div>
  )
}

interface ListProps {
  readonly session: LabSession
  readonly filter: string
  readonly kinds: readonly EventKind[]
}

interface Loaded {
  readonly rows: readonly EventRow[]
  readonly more: boolean
}

const NOTHING: Loaded = { rows: [], more: false }

function EventList({ session, filter, kinds }: ListProps) {
  const list = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState({ top: 0, height: 400 })
  const [active, setActive] = useState(0)
  const [rowHeight, setRowHeight] = useState(24)
  const { loaded, loadMore } = useEvents(session, filter, kinds, place.top < rowHeight)
  const now = useSession(session, ({ slow }) => slow?.run.event ?? 0)
  useEffect(() => {
    const element = list.current
    if (element === null) return
    const measure = () => {
      setPlace({ top: element.scrollTop, height: element.clientHeight })
      setRowHeight(
        Math.round(24 * (Number.parseFloat(getComputedStyle(element).getPropertyValue('--text-scale')) || 1)),
      )
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const { rows, more } = loaded
  const { first, last } = visibleRows(place.top, place.height, rowHeight, rows.length)
  useEffect(() => {
    if (more && last >= rows.length - 10 && rows.length < ROWS_MAX) loadMore()
  }, [more, last, rows.length, loadMore])

  const go = (row: EventRow) => {
    void session.api.seekEvent(row.event)
    if (row.kind === 'message' || row.kind === 'lost') inspectRow(session, row.row)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rows.length, End: rows.length }[
      event.key
    ]
    if (step !== undefined) {
      event.preventDefault()
      const next = Math.min(rows.length - 1, Math.max(0, active + step))
      setActive(next)
      reveal(list.current, next * rowHeight, rowHeight)
    }
    const row = rows[active]
    if ((event.key === 'Enter' || event.key === ' ') && row !== undefined) {
      event.preventDefault()
      go(row)
    }
  }
  if (rows.length === 0) {
    return <p className="i-empty">{filter === '' ? 'Nothing has happened yet.' : 'No event fits this filter.'}</p>
  }
  const shown = rows.slice(first, last)
  return (
    <div
      ref={list}
      className="i-event-list"
      role="listbox"
      aria-label="Events, newest first. Enter goes to the instant."
      aria-activedescendant={shown.some((_, at) => first + at === active) ? `i-event-${active}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => setPlace({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })}
    >
      <div style={{ height: rows.length * rowHeight }}>
        {shown.map((row, at) => (
          <EventLine
            key={row.row}
            row={row}
            index={first + at}
            top={(first + at) * rowHeight}
            height={rowHeight}
            active={first + at === active}
            present={row.event === now}
            onGo={() => {
              setActive(first + at)
              go(row)
            }}
          />
        ))}
      </div>
    </div>
  )
}

interface LineProps {
  readonly row: EventRow
  readonly index: number
  readonly top: number
  readonly height: number
  readonly active: boolean
  readonly present: boolean
  readonly onGo: () => void
}

function EventLine({ row, index, top, height, active, present, onGo }: LineProps) {
  return (
    // The keyboard goes through the list as a whole.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={`i-event-${index}`}
      className="i-event"
      role="option"
      tabIndex={-1}
      aria-selected={active}
      data-kind={row.kind}
      data-present={present}
      style={{ top, height }}
      title={row.text}
      onClick={onGo}
    >
      <span className="i-event-time b-num">{instantText(row.timeUs)}</span>
      <span className="i-event-kind" aria-hidden>
        {LETTERS.get(row.kind)}
      </span>
      <span className="i-event-text">{row.text}</span>
    </div>
  )
}

/** Scrolls as little as needed. */
function reveal(list: HTMLElement | null, top: number, height: number): void {
  if (list === null) return
  if (top < list.scrollTop) list.scrollTop = top
  else if (top + height > list.scrollTop + list.clientHeight) list.scrollTop = top + height - list.clientHeight
}

/** Pages of the log. The first page is kept fresh while the reader is at the top. */
function useEvents(session: LabSession, filter: string, kinds: readonly EventKind[], atTop: boolean) {
  const [loaded, setLoaded] = useState<Loaded>(NOTHING)
  const latest = useRef({ loaded, atTop })
  latest.current = { loaded, atTop }
  const loading = useRef(false)
  useEffect(() => {
    const feed = createFeed(
      () => session.api.events({ filter, kinds, before: null, count: PAGE }),
      (page) => setLoaded(page),
      GAP_MS,
    )
    let asked = false
    return onFrame('pull', (nowMs) => {
      const { slow } = session
      // A reader further down keeps the rows under the eyes.
      if (slow === null || (asked && !latest.current.atTop)) return
      asked = true
      const branch = slow.branches.find(({ current }) => current)?.id ?? 0
      feed.want(`${branch} ${slow.run.revision} ${slow.run.event}`, null)
      feed.step(nowMs)
    })
  }, [session, filter, kinds])
  const loadMore = useMemo(
    () => () => {
      const { rows } = latest.current.loaded
      const oldest = rows.at(-1)
      if (loading.current || oldest === undefined) return
      loading.current = true
      session.api
        .events({ filter, kinds, before: oldest.row, count: PAGE })
        .then((page) => {
          // Meanwhile another first page may have come.
          if (latest.current.loaded.rows !== rows) return
          setLoaded({ rows: [...rows, ...page.rows], more: page.more })
        })
        .catch(() => undefined)
        .finally(() => {
          loading.current = false
        })
    },
    [session, filter, kinds],
  )
  return { loaded, loadMore }
}
