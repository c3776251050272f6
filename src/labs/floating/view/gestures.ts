import { type KeyboardEvent, type PointerEvent, type RefObject, useEffect, useRef } from 'react'

/** Moving a view by mouse, touch and keyboard: the same for flat pictures and for the one in space. */
export interface ViewMoves {
  /** One finger or the left button, in pixels. */
  drag(dx: number, dy: number): void
  /** Two fingers, the right button, or with Shift. */
  pan(dx: number, dy: number): void
  /** Closer by this factor, towards a point in pixels. */
  zoom(factor: number, x: number, y: number): void
  /** A press that has not moved. */
  click(x: number, y: number, target: Element): void
}

/** Pixels that a hand trembles. */
const STILL_PX = 4
const KEY_PX = 24
const KEY_ZOOM = 1.2
const WHEEL = 0.0015

interface Finger {
  x: number
  y: number
}

/** Event handlers for the element that shows the view. */
export function useGestures(element: RefObject<HTMLElement | null>, moves: ViewMoves) {
  const latest = useRef(moves)
  latest.current = moves
  const fingers = useRef(new Map<number, Finger>())
  const moved = useRef(0)

  useEffect(() => {
    const { current } = element
    if (current === null) return
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const box = current.getBoundingClientRect()
      latest.current.zoom(Math.exp(-event.deltaY * WHEEL), event.clientX - box.left, event.clientY - box.top)
    }
    // React's own listener may not keep the page from scrolling.
    current.addEventListener('wheel', onWheel, { passive: false })
    return () => current.removeEventListener('wheel', onWheel)
  }, [element])

  const local = (event: PointerEvent): Finger => {
    const box = element.current!.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (fingers.current.size === 0) moved.current = 0
      fingers.current.set(event.pointerId, local(event))
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      const finger = fingers.current.get(event.pointerId)
      if (finger === undefined) return
      const now = local(event)
      const [dx, dy] = [now.x - finger.x, now.y - finger.y]
      moved.current += Math.hypot(dx, dy)
      if (moved.current > STILL_PX && !event.currentTarget.hasPointerCapture(event.pointerId))
        event.currentTarget.setPointerCapture(event.pointerId)
      if (fingers.current.size === 2) pinch(latest.current, [...fingers.current.values()], finger, now)
      else if (event.shiftKey || (event.buttons & 2) !== 0) latest.current.pan(dx, dy)
      else latest.current.drag(dx, dy)
      Object.assign(finger, now)
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const finger = fingers.current.get(event.pointerId)
      fingers.current.delete(event.pointerId)
      if (finger !== undefined && moved.current <= STILL_PX && event.button === 0)
        latest.current.click(finger.x, finger.y, event.target as Element)
    },
    onPointerCancel(event: PointerEvent<HTMLElement>) {
      fingers.current.delete(event.pointerId)
    },
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
      if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
      const box = event.currentTarget.getBoundingClientRect()
      if (pressed(latest.current, event, box.width / 2, box.height / 2)) event.preventDefault()
    },
  }
}

function pinch(moves: ViewMoves, fingers: readonly Finger[], finger: Finger, now: Finger): void {
  const other = fingers.find((each) => each !== finger)!
  const before = Math.hypot(finger.x - other.x, finger.y - other.y)
  const after = Math.hypot(now.x - other.x, now.y - other.y)
  moves.zoom(after / Math.max(1, before), (now.x + other.x) / 2, (now.y + other.y) / 2)
  moves.pan((now.x - finger.x) / 2, (now.y - finger.y) / 2)
}

function pressed(moves: ViewMoves, event: KeyboardEvent, x: number, y: number): boolean {
  const direction = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key]
  if (direction !== undefined) {
    const [dx, dy] = direction.map((each) => each * KEY_PX) as [number, number]
    if (event.shiftKey) moves.pan(dx, dy)
    else moves.drag(dx, dy)
    return true
  }
  if (event.key !== '+' && event.key !== '-') return false
  moves.zoom(event.key === '+' ? KEY_ZOOM : 1 / KEY_ZOOM, x, y)
  return true
}
