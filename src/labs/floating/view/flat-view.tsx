import { useEffect, useRef, useState } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSize } from '../../../stage/stage-hooks.ts'
import { type FlatCamera, FlatPicture } from './flat-picture.tsx'
import { useGestures } from './gestures.ts'
import { lineNow } from './instant.ts'
import { distanceTo, type Projector, type ProjectorRef } from './projector.ts'
import { ScaleBar } from './scale-bar.tsx'
import { boxOf, type Framing, flat, type Plane } from './shapes.ts'
import type { Shown } from './shown.ts'

/** What was hit by a click: a line by its index, or a place in a member. */
export type Hit =
  | { readonly kind: 'line'; readonly line: number }
  | { readonly kind: 'member'; readonly member: string; readonly interval: number }

interface FlatViewProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly plane: Plane
  readonly framing: Framing
  /** Another number frames the picture anew. */
  readonly framed: number
  readonly projector: ProjectorRef
  onHit(hit: Hit, at: { readonly x: number; readonly y: number }): void
}

const ZOOM = { min: 0.05, max: 60 }
/** Closer than this a finger does not hit a line. */
const LINE_PX = 10

/** A flat picture that can be moved: the two-dimensional equal of the view in space. */
export function FlatView({ session, shown, plane, framing, framed, projector, onHit }: FlatViewProps) {
  const frame = useRef<HTMLDivElement>(null)
  const size = useSize(frame)
  const camera = useRef<FlatCamera>({ x: 0, y: 0, scale: 1 })
  const [scale, setScale] = useState(1)
  const latest = useRef(shown)
  latest.current = shown
  const { title } = shown.picture
  // biome-ignore lint/correctness/useExhaustiveDependencies: another design, or the wish for it, frames the picture anew
  useEffect(() => {
    if (size === null) return
    camera.current = fitted(latest.current, plane, framing, size)
    setScale(camera.current.scale)
  }, [size, plane, framing, framed, title])
  useEffect(() => {
    if (size === null) return
    projector.current = flatProjector(plane, camera, size)
    return () => {
      projector.current = null
    }
  }, [size, plane, projector])
  const pan = (dx: number, dy: number) => {
    camera.current.x -= dx / camera.current.scale
    camera.current.y -= dy / camera.current.scale
  }
  const gestures = useGestures(frame, {
    drag: pan,
    pan,
    zoom(factor, x, y) {
      if (size === null) return
      const { current } = camera
      const next = Math.max(ZOOM.min, Math.min(ZOOM.max, current.scale * factor))
      const [dx, dy] = [x - size.width / 2, y - size.height / 2]
      current.x += dx / current.scale - dx / next
      current.y += dy / current.scale - dy / next
      current.scale = next
      setScale(next)
    },
    click(x, y, target) {
      const hit = hitOf(session, latest.current, projector.current, [x, y], target)
      const box = frame.current!.getBoundingClientRect()
      if (hit !== null) onHit(hit, { x: box.left + x, y: box.top + y })
    },
  })
  return (
    <div
      ref={frame}
      className="fs-view"
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys move the picture
      tabIndex={0}
      aria-label={`${title} ${plane === 'side' ? 'from the side' : 'from above'}: arrow keys move, plus and minus zoom`}
      {...gestures}
    >
      {size !== null && <FlatPicture session={session} shown={shown} plane={plane} camera={camera} {...size} />}
      <ScaleBar scale={scale} />
    </div>
  )
}

/** The camera that shows a box whole. */
export function fitted(
  { picture }: Pick<Shown, 'picture'>,
  plane: Plane,
  framing: Framing,
  { width, height }: { readonly width: number; readonly height: number },
): FlatCamera {
  const { left, right, bottom, top } = boxOf(picture, plane, framing)
  const scale = Math.min(width / (right - left), height / (top - bottom))
  return { x: (left + right) / 2, y: -(bottom + top) / 2, scale }
}

function flatProjector(
  plane: Plane,
  camera: { readonly current: FlatCamera },
  { width, height }: { readonly width: number; readonly height: number },
): Projector {
  return {
    width,
    height,
    project(point, out) {
      const [right, down] = flat(plane, point)
      const { x, y, scale } = camera.current
      out[0] = (right - x) * scale + width / 2
      out[1] = (down - y) * scale + height / 2
      return true
    },
  }
}

function hitOf(
  session: LabSession,
  shown: Shown,
  projector: Projector | null,
  at: readonly [number, number],
  target: Element,
): Hit | null {
  const line = projector === null ? null : nearestLine(session, shown, projector, at)
  const { member, interval } = (target as Partial<SVGElement>).dataset ?? {}
  if (member !== undefined) return { kind: 'member', member, interval: Number(interval) }
  return line === null ? null : { kind: 'line', line }
}

/** The line that is shown within a finger's width of a pixel; null when there is none. */
export function nearestLine(
  session: LabSession,
  shown: Shown,
  projector: Projector,
  at: readonly [number, number],
): number | null {
  const distances = shown.picture.lines.map(({ ends }, line) => {
    const { points } = lineNow(session, shown, line)
    const across = points.length > 0 ? points : ends.flat()
    const pixels: [number, number][] = []
    for (let from = 0; from + 2 < across.length; from += 3) {
      const pixel: [number, number] = [0, 0]
      if (projector.project([across[from]!, across[from + 1]!, across[from + 2]!], pixel)) pixels.push(pixel)
    }
    return distanceTo(pixels, at)
  })
  const least = Math.min(LINE_PX, ...distances)
  return least < LINE_PX ? distances.indexOf(least) : null
}
