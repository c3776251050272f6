import { onFrame } from '../../viz/scheduler.ts'
import {
  type Hit,
  hitTest,
  type Layout,
  layoutOf,
  type SpaceTimePaint,
  type SpaceTimeScene,
  type SpaceTimeStyle,
} from '../../viz/space-time.ts'
import { drawSpaceTime } from '../../viz/space-time-draw.ts'
import { panView, type TimeView, zoomView } from '../../viz/time-axis.ts'
import { fitCanvas, paint } from './paint.ts'

/** What a diagram shows, and what it tells about the hand on it. */
export interface DiagramHost {
  /** Called once per frame; null: nothing to draw yet. */
  scene(nowMs: number): Omit<SpaceTimeScene, 'hit'> | null
  readonly style: SpaceTimeStyle
  /** The window was zoomed or moved by hand. */
  setView(view: TimeView): void
  /** The end of what can be looked at. */
  lastUs(): number
  fit(): void
  /** The instant under the hand; `done` when it is let go. Null: this diagram has no cursor to move. */
  readonly scrub: ((timeUs: number, done: boolean) => void) | null
  /** A click on something; false: it means nothing, so the click moves the cursor. */
  pick(hit: Hit): boolean
  /** Lines of the tooltip. */
  describe(hit: Hit): string
}

const CLICK_PX = 4
/** One notch of a wheel (about 100 units) zooms by this factor. */
const WHEEL_ZOOM = 1.0018

interface Gesture {
  readonly mode: 'press' | 'scrub' | 'pan'
  readonly startX: number
  readonly lastX: number
  readonly hit: Hit | null
}

/** Lets a canvas show a space-time diagram and take the hand; returns the way to stop. No React in the frame. */
export function mountDiagram(canvas: HTMLCanvasElement, tip: HTMLElement, host: DiagramHost): () => void {
  let scene: SpaceTimeScene | null = null
  let layout: Layout | null = null
  let drawn: { readonly scene: SpaceTimeScene; readonly paint: SpaceTimePaint; readonly size: string } | null = null
  let hit: Hit | null = null
  let pointer: { readonly x: number; readonly y: number } | null = null
  let gesture: Gesture | null = null
  let pinch: number | null = null
  const touches = new Map<number, number>()
  let size = ''
  let box = { width: 0, height: 0 }
  const observer = new ResizeObserver(() => {
    box = { width: canvas.clientWidth, height: canvas.clientHeight }
    size = `${box.width}x${box.height}@${window.devicePixelRatio}`
  })
  observer.observe(canvas)

  const draw = (nowMs: number) => {
    const next = host.scene(nowMs)
    if (next === null) return
    const colors = paint()
    scene = { ...next, hit }
    if (drawn !== null && drawn.paint === colors && drawn.size === size && sameScene(drawn.scene, scene))
      return showTip()
    const fitted = fitCanvas(canvas, box)
    if (fitted === null) return
    layout = drawSpaceTime(fitted.ctx, scene, host.style, fitted, colors)
    drawn = { scene, paint: colors, size }
    point()
    showTip()
  }

  /** What is under the pointer now: things move under a pointer that rests. */
  const point = () => {
    if (pointer === null || scene === null || layout === null || gesture?.mode === 'scrub' || gesture?.mode === 'pan') {
      hit = null
    } else hit = hitTest(scene, layoutOf(scene, layout, paint()), pointer.x, pointer.y)
    canvas.style.cursor =
      hit !== null && hit.kind !== 'lane' ? 'pointer' : host.scrub === null ? 'default' : 'col-resize'
  }

  const showTip = () => {
    const text = hit === null ? '' : host.describe(hit)
    tip.hidden = text === ''
    if (text === '' || pointer === null) return
    if (tip.textContent !== text) tip.textContent = text
    const left = Math.min(pointer.x + 14, canvas.clientWidth - tip.offsetWidth - 4)
    const above = pointer.y - tip.offsetHeight - 10
    tip.style.transform = `translate(${Math.max(4, left)}px, ${above < 0 ? pointer.y + 18 : above}px)`
  }

  const place = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect()
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top }
    return pointer
  }
  const usAt = (x: number) => Math.round(Math.min(Math.max(layout?.us(x) ?? 0, 0), host.lastUs()))
  const span = () => (layout === null ? 1 : layout.right - layout.left)

  const onDown = (event: PointerEvent) => {
    const { x } = place(event)
    if (event.pointerType === 'touch') touches.set(event.pointerId, x)
    if (touches.size > 1 || layout === null) return
    if (event.button !== 0 && event.button !== 1) return
    canvas.setPointerCapture(event.pointerId)
    canvas.focus({ preventScroll: true })
    point()
    const pans = event.shiftKey || event.button === 1 || host.scrub === null
    gesture = { mode: pans && hit === null ? 'pan' : 'press', startX: x, lastX: x, hit }
    if (!pans && (hit === null || hit.kind === 'lane') && x >= layout.left) {
      gesture = { ...gesture, mode: 'scrub' }
      host.scrub?.(usAt(x), false)
    }
  }

  const onMove = (event: PointerEvent) => {
    const { x } = place(event)
    if (touches.has(event.pointerId)) touches.set(event.pointerId, x)
    if (touches.size === 2) return pinchTo()
    if (gesture !== null && scene !== null) {
      if (gesture.mode === 'press' && Math.abs(x - gesture.startX) > CLICK_PX)
        gesture = { ...gesture, mode: host.scrub === null || event.shiftKey ? 'pan' : 'scrub' }
      if (gesture.mode === 'scrub') host.scrub?.(usAt(x), false)
      if (gesture.mode === 'pan') moveBy(gesture.lastX - x)
      gesture = { ...gesture, lastX: x }
    }
    point()
  }

  const pinchTo = () => {
    const [a = 0, b = 0] = [...touches.values()]
    const distance = Math.max(8, Math.abs(a - b))
    if (pinch !== null && scene !== null)
      host.setView(zoomView(scene.view, usAt((a + b) / 2), pinch / distance, longest()))
    pinch = distance
    gesture = null
  }

  const onUp = (event: PointerEvent) => {
    touches.delete(event.pointerId)
    if (touches.size < 2) pinch = null
    const ended = gesture
    gesture = null
    if (ended === null || layout === null) return
    const { x } = place(event)
    if (ended.mode === 'scrub') host.scrub?.(usAt(x), true)
    if (ended.mode === 'press' && (ended.hit === null || !host.pick(ended.hit)) && x >= layout.left)
      host.scrub?.(usAt(x), true)
  }

  const longest = () => Math.max(2_000_000, host.lastUs() * 1.2)
  const moveBy = (px: number) => {
    if (scene === null) return
    const { view } = scene
    host.setView(panView(view, (px / span()) * (view.toUs - view.fromUs), host.lastUs()))
  }

  const onWheel = (event: WheelEvent) => {
    if (scene === null || layout === null) return
    event.preventDefault()
    const scale = event.deltaMode === 1 ? 16 : 1
    const sideways = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return moveBy(sideways * scale)
    const { x } = place(event)
    const at = layout.us(Math.max(x, layout.left))
    host.setView(zoomView(scene.view, at, WHEEL_ZOOM ** (event.deltaY * scale), longest()))
  }

  const onLeave = () => {
    if (gesture !== null) return
    pointer = null
    hit = null
  }
  const onCancel = (event: PointerEvent) => {
    touches.delete(event.pointerId)
    gesture = null
    pinch = null
  }

  const off = new AbortController()
  const on = { signal: off.signal }
  canvas.addEventListener('pointerdown', onDown, on)
  canvas.addEventListener('pointermove', onMove, on)
  canvas.addEventListener('pointerup', onUp, on)
  canvas.addEventListener('pointercancel', onCancel, on)
  canvas.addEventListener('pointerleave', onLeave, on)
  canvas.addEventListener('dblclick', () => host.fit(), on)
  canvas.addEventListener('wheel', onWheel, { ...on, passive: false })
  const stop = onFrame('draw', draw)
  return () => {
    stop()
    off.abort()
    observer.disconnect()
  }
}

function sameScene(a: SpaceTimeScene, b: SpaceTimeScene): boolean {
  return (
    a.data === b.data &&
    a.nowUs === b.nowUs &&
    a.view.fromUs === b.view.fromUs &&
    a.view.toUs === b.view.toUs &&
    a.actors === b.actors &&
    a.bookmarks === b.bookmarks &&
    a.differsAtUs === b.differsAtUs &&
    sameHit(a.hit, b.hit) &&
    a.inspectedRow === b.inspectedRow &&
    a.selectedActor === b.selectedActor
  )
}

/** Only messages are drawn differently while they are pointed at. */
function sameHit(a: Hit | null, b: Hit | null): boolean {
  return (a?.kind === 'message' ? a.at : -1) === (b?.kind === 'message' ? b.at : -1)
}
