import {
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useCallback,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { LabSession } from '../engine/client/session.ts'
import type { MenuEntry } from '../ui/menu.tsx'
import { cutSides, linkLine, neighbour, type Point, type StageLayout, segmentDistance } from '../viz/geometry.ts'
import type { Traffic } from '../viz/traffic.ts'
import { nodeActions, partition } from './actions.ts'
import type { WorkshopKit } from './kit.ts'
import { clientMenu, linkMenu, type MenuContext, messageMenu, nodeMenu, runAction, stageMenu } from './menus.ts'
import { type Cast, diskOf } from './stage-hooks.ts'

/** A pointer that moves less than this while pressed has clicked. */
const DRAG_FROM = 6
/** Messages and links are caught from this far. */
const MESSAGE_REACH = 14
const LINK_REACH = 7
/** A message must stay under the pointer this long before its card opens. */
const HOVER_MS = 90

interface OpenMenu {
  readonly anchor: Element | Point
  readonly label: string
  readonly entries: readonly MenuEntry[]
}

interface Draft {
  readonly from: Point
  readonly to: Point
  /** Names by side; null while the line separates nobody. */
  readonly groups: readonly (readonly string[])[] | null
}

export type Pointing = ReturnType<typeof usePointing>

/** What the pointer and the keyboard mean on the picture. */
export function usePointing(
  kit: WorkshopKit,
  session: LabSession,
  cast: Cast,
  layout: StageLayout | null,
  picture: { readonly current: HTMLDivElement | null },
  allow: readonly string[] | null,
) {
  const traffic = useRef<{ readonly current: Traffic | null }>({ current: null })
  const pointer = useRef({ x: 0, y: 0, inside: false, down: null as Point | null, dragging: false })
  const candidate = useRef({ id: -1, sinceMs: 0, shown: -1 })
  const [hover, setHover] = useState<{ readonly id: number; readonly x: number; readonly y: number } | null>(null)
  const [link, setLink] = useState<readonly [number, number] | null>(null)
  const [actor, setActor] = useState<number | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [chosen, setChosen] = useState<readonly (readonly string[])[] | null>(null)
  const [menu, setMenu] = useState<OpenMenu | null>(null)
  const [dialog, setDialog] = useState(false)
  const [listOpen, setListOpen] = useState(false)
  const [focused, setFocused] = useState(0)
  const descriptionId = useId()
  const context: MenuContext = useMemo(() => ({ session, allow }), [session, allow])

  const afterFrame = useCallback((drawn: Traffic, nowMs: number) => {
    const at = pointer.current
    const now = candidate.current
    const id =
      at.inside && !at.dragging ? drawn.hit(at.x, at.y, now.shown >= 0 ? 2 * MESSAGE_REACH : MESSAGE_REACH) : -1
    if (id !== now.id) {
      // The card stays with its message as long as that is near, even if another one comes nearer.
      const still = now.shown >= 0 && at.inside && isNear(drawn.find(now.shown), at.x, at.y)
      if (!still) Object.assign(now, { id, sinceMs: nowMs })
    }
    if (now.id !== now.shown && (now.id < 0 || nowMs - now.sinceMs >= HOVER_MS)) {
      now.shown = now.id
      setHover(now.id < 0 ? null : { id: now.id, x: at.x, y: at.y })
    }
  }, [])

  const openActorMenu = (actor: number, anchor: Element | Point) => {
    const name = cast.names[actor]
    if (name === undefined) return
    if (cast.roles[actor] === 'client') {
      const onForm = () => void session.select({ kind: 'actor', name })
      const entries = clientMenu(context, name, kit.clientActions(name), { ...kit.clientForm, onSelect: onForm })
      return setMenu({ anchor, label: `Client ${name}`, entries })
    }
    const node = session.slow === null ? null : kit.node(session.slow, name)
    if (node === null) return
    const groups = nodeActions(name, node.status, diskOf(session, name), kit.nodeActions(node))
    const others = cast.nodes.filter((other) => other !== actor).map((other) => cast.names[other] ?? '')
    setMenu({ anchor, label: `Acts on ${name}`, entries: nodeMenu(context, node, groups, others) })
  }

  const openMessageMenu = (id: number, anchor: Point) => {
    void session.select({ kind: 'message', id })
    const label = `Message m${id}`
    setMenu({ anchor, label, entries: messageMenu(context, id, label) })
    session.api.message({ id }).then(
      (view) => {
        if (view === null) return
        const title = `${kit.titleOf(view.kind)} ${view.from} → ${view.to}`
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

  const openLinkMenu = (pair: readonly [number, number], anchor: Point) => {
    const [a, b] = [cast.names[pair[0]] ?? '', cast.names[pair[1]] ?? '']
    setMenu({ anchor, label: `Link ${a} – ${b}`, entries: linkMenu(context, a, b) })
  }

  const place = (event: { readonly clientX: number; readonly clientY: number }): Point => {
    const box = picture.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }

  const linkNear = ({ x, y }: Point): readonly [number, number] | null => {
    if (layout === null || layout.detail !== 'full') return null
    let best: readonly [number, number] | null = null
    let bestDistance = LINK_REACH
    for (const a of cast.nodes) {
      for (const b of cast.nodes) {
        if (a >= b) continue
        const { distance } = segmentDistance(linkLine(layout, a, b, 0), x, y)
        if (distance < bestDistance) {
          best = [a, b]
          bestDistance = distance
        }
      }
    }
    return best
  }

  const sidesOf = (from: Point, to: Point): readonly (readonly string[])[] | null => {
    if (layout === null) return null
    const places = cast.nodes.map((node) => ({ x: layout.x[node]!, y: layout.y[node]! }))
    return (
      cutSides(places, from, to)?.map((side) => side.map((position) => cast.names[cast.nodes[position]!] ?? '')) ?? null
    )
  }

  const endDrag = () => {
    pointer.current.down = null
    pointer.current.dragging = false
    setDraft(null)
  }

  const handlers = {
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      const at = place(event)
      if (event.button !== 0 || actorOf(event.target) !== null) return
      Object.assign(pointer.current, { ...at, inside: true, down: at, dragging: false })
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const at = place(event)
      const now = pointer.current
      const over = actorOf(event.target)
      const overActor = over !== null
      setActor(over)
      Object.assign(now, { ...at, inside: !overActor || now.dragging })
      if (now.down !== null) {
        if (!now.dragging && Math.hypot(at.x - now.down.x, at.y - now.down.y) < DRAG_FROM) return
        if (!now.dragging) event.currentTarget.setPointerCapture(event.pointerId)
        now.dragging = true
        setLink(null)
        setDraft({ from: now.down, to: at, groups: sidesOf(now.down, at) })
        return
      }
      const near = overActor || candidate.current.shown >= 0 ? null : linkNear(at)
      setLink((old) => (old?.[0] === near?.[0] && old?.[1] === near?.[1] ? old : near))
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const now = pointer.current
      if (now.down === null) return
      const at = place(event)
      if (now.dragging) {
        const groups = sidesOf(now.down, at)
        endDrag()
        if (groups !== null) runAction(session, partition(groups))
        return
      }
      endDrag()
      const anchor = { x: event.clientX, y: event.clientY }
      const id =
        candidate.current.shown >= 0
          ? candidate.current.shown
          : (traffic.current.current?.hit(at.x, at.y, MESSAGE_REACH) ?? -1)
      if (id >= 0) return openMessageMenu(id, anchor)
      const near = linkNear(at)
      if (near !== null) return openLinkMenu(near, anchor)
      void session.select(null)
    },
    onPointerCancel: endDrag,
    onPointerLeave: () => {
      pointer.current.inside = false
      setLink(null)
      setActor(null)
    },
    onContextMenu: (event: MouseEvent<HTMLElement>) => {
      event.preventDefault()
      endDrag()
      const at = place(event)
      const anchor = { x: event.clientX, y: event.clientY }
      const actor = actorOf(event.target)
      if (actor !== null) {
        // From the keyboard the event has no place of its own.
        const target = (event.target as Element).closest('[data-actor]')
        return openActorMenu(actor, anchor.x === 0 && anchor.y === 0 && target !== null ? target : anchor)
      }
      const id = traffic.current.current?.hit(at.x, at.y, MESSAGE_REACH) ?? -1
      if (id >= 0) return openMessageMenu(id, anchor)
      const near = linkNear(at)
      if (near !== null) return openLinkMenu(near, anchor)
      setMenu({ anchor, label: 'Network', entries: stageMenu(context, isSevered(session), () => setDialog(true)) })
    },
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      if (event.key === 'Escape' && pointer.current.dragging) {
        event.preventDefault()
        return endDrag()
      }
      const actor = actorOf(event.target)
      if (actor === null || event.ctrlKey || event.metaKey || event.altKey) return
      const step = ARROWS[event.key]
      if (step !== undefined && !event.shiftKey && layout !== null) {
        event.preventDefault()
        const next = neighbour(layout, actor, step[0], step[1])
        if (next !== null) picture.current?.querySelector<SVGElement>(`[data-actor="${next}"]`)?.focus()
      } else if (event.key === 'Enter') {
        event.preventDefault()
        openActorMenu(actor, event.target as Element)
      } else if (event.key === 'Escape' && session.selection !== null) {
        event.preventDefault()
        void session.select(null)
      }
    },
  }

  const actorProps = (actor: number, selected: string | null) => {
    const name = cast.names[actor] ?? ''
    return {
      role: 'button',
      tabIndex: actor === Math.min(focused, cast.names.length - 1) ? 0 : -1,
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
    traffic,
    handlers,
    actorProps,
    context,
    descriptionId,
    hover: menu === null ? hover : null,
    link: menu === null && hover === null ? link : null,
    /** The actor under the pointer. */
    actor: menu === null && draft === null ? actor : null,
    draft,
    chosen,
    setChosen,
    menu,
    closeMenu,
    dialog,
    setDialog,
    listOpen,
    setListOpen,
    openActorMenu,
  }
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

function actorOf(target: EventTarget): number | null {
  const found = target instanceof Element ? target.closest('[data-actor]') : null
  return found === null ? null : Number(found.getAttribute('data-actor'))
}

function isNear(place: Point | null, x: number, y: number): boolean {
  return place !== null && Math.hypot(place.x - x, place.y - y) <= 2 * MESSAGE_REACH
}

/** Whether `heal` would change anything. */
export function isSevered(session: LabSession): boolean {
  return session.slow?.links.some((link) => link.severed || link.clog) === true
}
