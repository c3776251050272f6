import { useEffect, useRef } from 'react'
import type { MessageView, TimeWindow, WindowQuery } from '../../engine/api.ts'
import type { LabSession } from '../../engine/client/session.ts'
import type { LaneStyle } from '../../labs/manifest.ts'
import { useSession } from '../../ui/use-session.ts'
import { onFrame } from '../../viz/scheduler.ts'
import { FLIGHT, type Hit } from '../../viz/space-time.ts'
import { operationText } from '../../viz/space-time-draw.ts'
import { fitView, followView, instantText, spanText } from '../../viz/time-axis.ts'
import { type Desk, deskOf, inspectRow } from './desk.ts'
import { type DiagramHost, mountDiagram } from './diagram-canvas.ts'
import { createFeed } from './feed.ts'
import { flightId, messageOf } from './flight.ts'

/** More lines than this are a solid field on any screen. */
const MESSAGES_MAX = 2_000
/** The engine is asked for a little more than is shown, so that moving the window shows no empty edge. */
const MARGIN = 0.15
const WINDOW_GAP_MS = 100
const TIP_GAP_MS = 80
const SCRUB_FRAMES = 6

/** The engine's question for a window of time, with its margin. */
export function windowQuery(view: { readonly fromUs: number; readonly toUs: number }, branch?: number): WindowQuery {
  const margin = (view.toUs - view.fromUs) * MARGIN
  const fromUs = Math.max(0, Math.floor(view.fromUs - margin))
  const query = { fromUs, toUs: Math.ceil(view.toUs + margin), messagesMax: MESSAGES_MAX }
  return branch === undefined ? query : { ...query, branch }
}

/** The space-time diagram of the present branch, with the cursor. */
export function Diagram({ session, lane }: { readonly session: LabSession; readonly lane: LaneStyle }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const thinned = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (canvas.current === null || tip.current === null || thinned.current === null) return
    return mountTimeline(session, lane, canvas.current, tip.current, thinned.current)
  }, [session, lane])
  const now = useSession(session, ({ slow }) => Math.round((slow?.run.nowUs ?? 0) / 1_000))
  const end = useSession(session, ({ slow }) => Math.round((slow?.run.frontierUs ?? 0) / 1_000))
  return (
    <div className="i-diagram" data-hotkeys>
      <canvas
        ref={canvas}
        className="i-diagram-canvas"
        role="slider"
        tabIndex={0}
        aria-label="Timeline. Arrow keys step through events; the Events tab lists them."
        aria-valuemin={0}
        aria-valuemax={end}
        aria-valuenow={Math.min(now, end)}
        aria-valuetext={`${instantText(now * 1_000)} of ${instantText(end * 1_000)}`}
      />
      <div ref={thinned} className="i-diagram-note" hidden />
      <div ref={tip} className="i-tip" hidden aria-hidden />
    </div>
  )
}

/** Everything that happens per frame lives here, outside of React. */
function mountTimeline(
  session: LabSession,
  lane: LaneStyle,
  canvas: HTMLCanvasElement,
  tip: HTMLElement,
  thinned: HTMLElement,
): () => void {
  const desk = deskOf(session)
  let data: TimeWindow | null = null
  let scrubUs: number | null = null
  let followed = -1
  const windows = createFeed(
    (query: WindowQuery) => session.api.window(query),
    (answer) => {
      data = answer
      sayThinned(thinned, answer)
    },
    WINDOW_GAP_MS,
  )
  // The cursor stays under the hand until the frame of the sought instant is there.
  let framesLeft = 0
  const seeks = createFeed(
    (timeUs: number) => session.api.seek(timeUs),
    (_, timeUs) => {
      if (scrubUs === timeUs && released) framesLeft = SCRUB_FRAMES
    },
    0,
  )
  let released = true
  let sought = 0
  const tips = messageTips(session)

  const host: DiagramHost = {
    style: lane,
    scene(nowMs) {
      const { slow } = session
      if (slow === null) return null
      if (framesLeft > 0 && --framesLeft === 0) scrubUs = null
      const nowUs = scrubUs ?? session.nowUs
      const { follow, bookmarks, inspectedRow } = desk.getState()
      // A window that was moved by hand stays until time moves on.
      if (follow && scrubUs === null && nowUs !== followed) desk.view = followView(desk.view, nowUs)
      followed = nowUs
      const query = windowQuery(desk.view)
      windows.want(`${versionOf(session)}|${query.fromUs}|${query.toUs}`, query)
      windows.step(nowMs)
      seeks.step(nowMs)
      tips.step(nowMs)
      return {
        data,
        view: desk.view,
        nowUs,
        actors: slow.actors,
        bookmarks,
        inspectedRow,
        differsAtUs: null,
        selectedActor: session.selection?.kind === 'actor' ? session.selection.name : null,
      }
    },
    setView(view) {
      desk.view = view
      if (session.slow?.run.playing === true && !inside(desk, session)) desk.setState({ follow: false })
    },
    lastUs: () => Math.max(session.slow?.run.frontierUs ?? 0, 1),
    fit: () => fitDesk(session),
    scrub(timeUs, done) {
      scrubUs = timeUs
      released = done
      framesLeft = 0
      sought++
      seeks.want(`${sought}`, timeUs)
    },
    pick: (hit) => pick(session, data, hit),
    describe: (hit) => describeHit(session, lane, data, hit, tips),
  }
  return mountDiagram(canvas, tip, host)
}

/** Changes whenever the past of the present branch may look different. */
function versionOf(session: LabSession): string {
  const { run, branches } = session.slow!
  const branch = branches.find(({ current }) => current)?.id ?? 0
  return `${branch}|${run.revision}|${run.frontierUs}|${run.nowUs >= run.frontierUs ? run.event : ''}`
}

function inside(desk: Desk, session: LabSession): boolean {
  const nowUs = session.slow?.run.nowUs ?? 0
  return nowUs >= desk.view.fromUs && nowUs <= desk.view.toUs
}

/** Shows the whole run. */
export function fitDesk(session: LabSession): void {
  const run = session.slow?.run
  if (run !== undefined) deskOf(session).view = fitView(run.frontierUs, run.untilUs)
}

function sayThinned(note: HTMLElement, { messages, messagesTotal }: TimeWindow): void {
  const shown = messages.length / FLIGHT.size
  note.hidden = shown >= messagesTotal
  if (!note.hidden) note.textContent = `showing ${grouped(shown)} of ${grouped(messagesTotal)} messages`
}

const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

function pick(session: LabSession, data: TimeWindow | null, hit: Hit): boolean {
  switch (hit.kind) {
    case 'message': {
      if (data === null) return false
      const row = data.messages[hit.at + FLIGHT.row]!
      const id = row < 0 ? flightId(session.frame, data.messages, hit.at) : null
      if (row >= 0) inspectRow(session, row)
      else if (id !== null) void session.select({ kind: 'message', id })
      return true
    }
    case 'mark':
      void session.api.seekEvent(hit.mark.event)
      return true
    case 'bookmark':
      void session.api.seek(hit.timeUs)
      return true
    case 'operation':
      void session.select({ kind: 'actor', name: hit.operation.client })
      return true
    case 'lane': {
      const name = session.slow?.actors[hit.actor]?.name
      if (name === undefined) return false
      void session.select({ kind: 'actor', name })
      return true
    }
    case 'fault':
      return false
  }
}

/** The kinds of messages under the pointer, asked for one at a time. */
interface MessageTips {
  textOf(messages: Float64Array, at: number): string | null
  step(nowMs: number): void
}

function messageTips(session: LabSession): MessageTips {
  let known: { readonly key: string; readonly text: string } | null = null
  const feed = createFeed(
    ({ messages, at }: { key: string; messages: Float64Array; at: number }) => messageOf(session, messages, at),
    (view: MessageView | null, { key }) => {
      if (view !== null) known = { key, text: tipText(view) }
    },
    TIP_GAP_MS,
  )
  return {
    step: feed.step,
    textOf(messages, at) {
      const key = messages.subarray(at, at + FLIGHT.size).join(',')
      feed.want(key, { key, messages, at })
      return known?.key === key ? known.text : null
    },
  }
}

const TIP_FIELDS_MAX = 4

function tipText(view: MessageView): string {
  const fields = view.fields.slice(0, TIP_FIELDS_MAX).map(({ name, value }) => `${name} ${value}`)
  return [view.kind, fields.join(' · '), view.rule?.text ?? ''].filter((line) => line !== '').join('\n')
}

function describeHit(
  session: LabSession,
  lane: LaneStyle,
  data: TimeWindow | null,
  hit: Hit,
  tips: MessageTips,
): string {
  const name = (actor: number) => session.slow?.actors[actor]?.name ?? ''
  switch (hit.kind) {
    case 'message': {
      if (data === null) return ''
      const { messages } = data
      const [from, to] = [name(messages[hit.at + FLIGHT.from]!), name(messages[hit.at + FLIGHT.to]!)]
      const sent = messages[hit.at + FLIGHT.sentAtUs]!
      const flight = messages[hit.at + FLIGHT.arrivesAtUs]! - sent
      const fate = ['', ' · lost', ' · in flight'][messages[hit.at + FLIGHT.fate]!] ?? ''
      const head = `${from} → ${to} · ${instantText(sent)} + ${spanText(flight)}${fate}`
      const more = tips.textOf(messages, hit.at)
      return more === null ? head : `${head}\n${more}`
    }
    case 'mark':
      return `${instantText(hit.mark.timeUs)} · ${hit.mark.text}`
    case 'bookmark':
      return `${instantText(hit.timeUs)} · ${hit.name}`
    case 'operation': {
      const { client, fromUs, toUs } = hit.operation
      const took = toUs === null ? 'no answer yet' : spanText(toUs - fromUs)
      return `${client} · ${operationText(hit.operation)}\n${instantText(fromUs)} · ${took}`
    }
    case 'fault':
      return `${hit.fault.text}\nfrom ${instantText(hit.fault.fromUs)}`
    case 'lane':
      return hit.phase === null ? '' : `${name(hit.actor)} · ${lane.phase(hit.phase, hit.actor).label}`
  }
}

/** Writes the present instant into an element in every frame, without React. */
export function useInstant(session: LabSession, write: (nowUs: number) => void): void {
  const latest = useRef(write)
  latest.current = write
  useEffect(() => {
    let shown = -1
    return onFrame('draw', () => {
      const nowUs = session.nowUs
      if (nowUs === shown) return
      shown = nowUs
      latest.current(nowUs)
    })
  }, [session])
}
