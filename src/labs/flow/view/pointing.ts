import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { linkMenu, messageMenu } from '../../../stage/menus.ts'
import type { MenuEntry } from '../../../ui/menu.tsx'
import type { Point } from '../../../viz/geometry.ts'
import { doLine, HANDS, type Hand, handLine, pulled, settingsOf } from './edits.ts'
import { partIn, type Structure } from './hooks.ts'
import { type FlowContext, partMenu, pipeMenu, type SettingForm, stageMenu } from './menus.ts'
import type { Flights } from './picture/flights.ts'
import type { FlowLayout } from './picture/layout.ts'
import type { Drawn } from './picture/loop.ts'
import { titleOf } from './titles.ts'
import { timeText } from './words.ts'

/** What the pointer and the keyboard mean on the picture. */

const DRAG_FROM = 5
const MESSAGE_REACH = 14
const PIPE_REACH = 9
/** A message must stay under the pointer this long before its card opens. */
const HOVER_MS = 90

type Anchor = Element | Point

interface OpenMenu {
  readonly anchor: Anchor
  readonly label: string
  readonly entries: readonly MenuEntry[]
}

/** A hand that is being pulled. */
export interface Draft {
  readonly hand: Hand
  readonly actor: number
  /** What it is pulled to; for a new pipe the actor under the pointer, or -1. */
  readonly value: number
  readonly to: Point
}

export type Pointing = ReturnType<typeof usePointing>

interface Press {
  readonly at: Point
  readonly hand: Hand | null
  readonly actor: number | null
  readonly start: number
  dragging: boolean
}

export function usePointing(
  session: LabSession,
  structure: Structure,
  drawn: Drawn | null,
  picture: { readonly current: HTMLDivElement | null },
  allow: readonly string[] | null,
) {
  const flights = useRef<{ readonly current: Flights | null }>({ current: null })
  const pointer = useRef({ x: 0, y: 0, inside: false })
  const press = useRef<Press | null>(null)
  const candidate = useRef({ id: -1, sinceMs: 0, shown: -1 })
  const [hover, setHover] = useState<{ readonly id: number; readonly x: number; readonly y: number } | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [form, setForm] = useState<(SettingForm & { readonly anchor: Anchor }) | null>(null)
  const [focused, setFocused] = useState(0)
  const [listOpen, setListOpen] = useState(false)
  const descriptionId = useId()
  const layout = drawn?.layout ?? null
  const names = useMemo(() => structure.parts.map(({ name }) => name), [structure])
  const openForm = useCallback((wanted: SettingForm, anchor: Anchor) => setForm({ ...wanted, anchor }), [])
  const context: FlowContext = useMemo(() => ({ session, allow, openForm }), [session, allow, openForm])
  // A structure that changes under an open draft ends it: its actor may be another one now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => endPress(), [structure])

  const afterFrame = useCallback((now: Flights, nowMs: number) => {
    const at = pointer.current
    const held = candidate.current
    const id = at.inside && press.current === null ? now.hit(at.x, at.y, MESSAGE_REACH) : -1
    if (id !== held.id) {
      // The card stays with its message as long as that is near, even if another one comes nearer.
      const still = held.shown >= 0 && at.inside && isNear(now.find(held.shown), at)
      if (!still) Object.assign(held, { id, sinceMs: nowMs })
    }
    if (held.id !== held.shown && (held.id < 0 || nowMs - held.sinceMs >= HOVER_MS)) {
      held.shown = held.id
      setHover(held.id < 0 ? null : { id: held.id, x: at.x, y: at.y })
    }
  }, [])

  function endPress(): void {
    press.current = null
    setDraft(null)
  }

  const openPartMenu = (actor: number, anchor: Anchor) => {
    const name = names[actor]
    if (name === undefined) return
    void session.select({ kind: 'actor', name })
    const fill = () => {
      const part = session.slow === null ? null : partIn(session.slow, name)
      return part === null ? [] : partMenu(context, part, anchor)
    }
    setMenu({ anchor, label: `Acts on ${name}`, entries: fill() })
    // What can be set of it comes with the selection.
    void settingsOf(session, name).then(() =>
      setMenu((open) => (open?.label === `Acts on ${name}` ? { ...open, entries: fill() } : open)),
    )
  }

  const openMessageMenu = (id: number, anchor: Point) => {
    void session.select({ kind: 'message', id })
    const label = `Message m${id}`
    setMenu({ anchor, label, entries: messageMenu(context, id, label) })
    session.api.message({ id }).then(
      (view) => {
        if (view === null) return
        const title = `${titleOf(view.kind)} ${view.from} → ${view.to}`
        setMenu((open) => (open?.label === label ? { ...open, entries: messageMenu(context, id, title) } : open))
      },
      () => undefined,
    )
  }

  /** Whoever opened the menu from the keyboard goes on where they were. */
  const closeMenu = () => {
    if (menu?.anchor instanceof SVGElement) menu.anchor.focus()
    setMenu(null)
  }

  const place = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = picture.current?.getBoundingClientRect()
    const scrolled = picture.current?.scrollLeft ?? 0
    return { x: event.clientX - (box?.left ?? 0) + scrolled, y: event.clientY - (box?.top ?? 0) }
  }

  const openHere = (at: Point, anchor: Point, otherwise: () => void) => {
    const id = flights.current.current?.hit(at.x, at.y, MESSAGE_REACH) ?? -1
    if (id >= 0) return openMessageMenu(id, anchor)
    const near = drawn === null ? -1 : pipeNear(drawn, at)
    const [from, to] = structure.pipes[near] ?? []
    if (from === undefined || to === undefined) return otherwise()
    const [a, b] = [names[from]!, names[to]!]
    setMenu({ anchor, label: `Pipe ${a} → ${b}`, entries: [...pipeMenu(context, a, b), ...linkMenu(context, a, b)] })
  }

  const letGo = async ({ hand, actor, value }: Draft) => {
    const name = names[actor]!
    if (hand === 'connect') {
      const to = names[value]
      endPress()
      if (to !== undefined) await doLine(session, `connect ${name} ${to}`)
      return
    }
    const settings = await settingsOf(session, name)
    await doLine(session, handLine(hand, name, value, settings))
    endPress()
  }

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return
      const at = place(event)
      const actor = actorOf(event.target)
      const hand = actor === null ? null : handOf(event.target)
      const name = actor === null ? undefined : names[actor]
      const part = session.slow === null || name === undefined ? null : partIn(session.slow, name)
      if (hand !== null && name !== undefined) void session.select({ kind: 'actor', name })
      const start = (hand === 'rate' ? part?.ratePerS : hand === 'service' ? part?.serviceUs : part?.capacity) ?? 1
      press.current = { at, hand, actor, start, dragging: false }
      Object.assign(pointer.current, { ...at, inside: true })
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const at = place(event)
      Object.assign(pointer.current, { ...at, inside: actorOf(event.target) === null })
      const now = press.current
      if (now === null || now.hand === null || now.actor === null || layout === null) return
      if (!now.dragging && Math.hypot(at.x - now.at.x, at.y - now.at.y) < DRAG_FROM) return
      if (!now.dragging) event.currentTarget.setPointerCapture(event.pointerId)
      now.dragging = true
      const moved = { dy: at.y - now.at.y, y: at.y }
      const value =
        now.hand === 'connect'
          ? targetAt(layout, now.actor, at)
          : pulled(now.hand, now.start, moved, layout.boxes[now.actor]!.tank)
      setDraft({ hand: now.hand, actor: now.actor, value, to: at })
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const now = press.current
      press.current = null
      if (now === null) return
      if (now.dragging && draft !== null) return void letGo(draft)
      setDraft(null)
      if (now.actor === null) {
        openHere(place(event), { x: event.clientX, y: event.clientY }, () => void session.select(null))
      }
    },
    onPointerCancel: endPress,
    onPointerLeave: () => {
      pointer.current.inside = false
    },
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      event.preventDefault()
      endPress()
      const anchor = { x: event.clientX, y: event.clientY }
      const actor = actorOf(event.target)
      if (actor !== null) {
        // From the keyboard the event has no place of its own.
        const target = (event.target as Element).closest('[data-actor]')
        return openPartMenu(actor, anchor.x === 0 && anchor.y === 0 && target !== null ? target : anchor)
      }
      openHere(place(event), anchor, () => setMenu({ anchor, label: 'Pipeline', entries: stageMenu(context) }))
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Escape' && press.current !== null) {
        event.preventDefault()
        return endPress()
      }
      const actor = actorOf(event.target)
      if (actor === null || event.ctrlKey || event.metaKey || event.altKey) return
      const step = ARROWS[event.key]
      if (step !== undefined && !event.shiftKey && layout !== null) {
        event.preventDefault()
        const next = partBeside(layout, actor, step)
        if (next !== null) picture.current?.querySelector<SVGElement>(`[data-actor="${next}"]`)?.focus()
      } else if (event.key === 'Enter') {
        event.preventDefault()
        openPartMenu(actor, event.target as Element)
      } else if (event.key === 'Escape' && session.selection !== null) {
        event.preventDefault()
        void session.select(null)
      }
    },
  }

  const actorProps = (actor: number, selected: string | null) => {
    const name = names[actor] ?? ''
    return {
      role: 'button',
      tabIndex: actor === Math.min(focused, names.length - 1) ? 0 : -1,
      'aria-label': name,
      'aria-describedby': `${descriptionId}-${name}`,
      'aria-haspopup': 'menu' as const,
      'aria-pressed': selected === name,
      onClick: () => void session.select({ kind: 'actor', name }),
      onFocus: (event: { readonly currentTarget: Element }) => {
        setFocused(actor)
        if (event.currentTarget.matches(':focus-visible')) void session.select({ kind: 'actor', name })
      },
    }
  }

  return {
    afterFrame,
    flights,
    handlers,
    actorProps,
    context,
    descriptionId,
    hover: menu === null && draft === null ? hover : null,
    draft,
    menu,
    closeMenu,
    openPartMenu,
    form,
    closeForm: () => setForm(null),
    listOpen,
    setListOpen,
  }
}

/** What a draft would do, in a few words, beside the hand. */
export function draftText({ hand, actor, value }: Draft, names: readonly string[]): string {
  const name = names[actor] ?? ''
  switch (hand) {
    case 'connect':
      return value < 0 ? `${name} → …` : `connect ${name} ${names[value]}`
    case 'capacity':
      return `${value.toLocaleString('en-US')} places`
    case 'service':
      return timeText(value)
    case 'rate':
      return `${value.toLocaleString('en-US')}/s`
  }
}

const ARROWS: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
}

/** The nearest part in a direction; null when none lies that way. */
function partBeside({ boxes }: FlowLayout, from: number, step: Point): number | null {
  const centre = (at: number) => ({ x: boxes[at]!.x + boxes[at]!.width / 2, y: boxes[at]!.y + boxes[at]!.height / 2 })
  const here = centre(from)
  let best: number | null = null
  let bestCost = Number.POSITIVE_INFINITY
  for (let at = 0; at < boxes.length; at += 1) {
    const along = (centre(at).x - here.x) * step.x + (centre(at).y - here.y) * step.y
    const across = Math.abs((centre(at).x - here.x) * step.y - (centre(at).y - here.y) * step.x)
    if (at === from || along <= 1 || along + 2 * across >= bestCost) continue
    best = at
    bestCost = along + 2 * across
  }
  return best
}

/** Whom a new pipe would reach: the part under the pointer; -1: none, or the one it comes from. */
function targetAt({ boxes }: FlowLayout, from: number, { x, y }: Point): number {
  return boxes.findIndex(
    (box, at) =>
      at !== from && x >= box.x - 10 && x <= box.x + box.width + 10 && y >= box.y - 10 && y <= box.y + box.height + 10,
  )
}

/** The position of the pipe within reach, or -1. */
function pipeNear({ ways }: Drawn, { x, y }: Point): number {
  let best = -1
  let bestDistance = PIPE_REACH
  ways.pipes.forEach(({ xs, ys }, pipe) => {
    for (let at = 0; at < xs.length; at += 1) {
      const distance = Math.hypot(xs[at]! - x, ys[at]! - y)
      if (distance >= bestDistance) continue
      best = pipe
      bestDistance = distance
    }
  })
  return best
}

function actorOf(target: EventTarget): number | null {
  const found = target instanceof Element ? target.closest('[data-actor]') : null
  return found === null ? null : Number(found.getAttribute('data-actor'))
}

function handOf(target: EventTarget): Hand | null {
  const found = target instanceof Element ? target.closest('[data-hand]')?.getAttribute('data-hand') : null
  return HANDS.find((hand) => hand === found) ?? null
}

function isNear(found: Point | null, { x, y }: Point): boolean {
  return found !== null && Math.hypot(found.x - x, found.y - y) <= 2 * MESSAGE_REACH
}
