import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef } from 'react'
import { useStore } from 'zustand'
import type { LabSession } from '../../../engine/client/session.ts'
import type { Vec3 } from '../../../physics/design/types.ts'
import { onFrame } from '../../../viz/scheduler.ts'
import { draftStore, dropDraft, keepDraft, tryDimension } from './draft.ts'
import { dragged, type Handle, handlesOf, keyed, type View, valueText } from './handles.ts'
import { lineNow, poseNow } from './instant.ts'
import { labelPlace, type Projector, type ProjectorRef } from './projector.ts'
import { movedBy } from './shapes.ts'
import type { Shown } from './shown.ts'

/** What stands on top of every picture, flat or in space: hands on dimensions, and names of lines with their tension. */

interface OverlayProps {
  readonly session: LabSession
  readonly shown: Shown
  readonly view: View
  readonly group: string | null
  readonly projector: ProjectorRef
  onLine(line: number, at: Element): void
}

export function Overlay({ session, shown, view, group, projector, onLine }: OverlayProps) {
  const { picture } = shown
  const handles = useMemo(() => handlesOf(picture, group, view), [picture, group, view])
  const latest = useRef({ shown, handles })
  latest.current = { shown, handles }
  const places = useRef(new Map<string, HTMLElement>())
  const labels = useRef(new Map<number, HTMLElement>())
  useEffect(
    () =>
      onFrame('draw', () => {
        const { current } = projector
        if (current === null) return
        const pose = poseNow(session, latest.current.shown)
        for (const handle of latest.current.handles)
          placeHandle(places.current.get(handle.dimension.name), handle, pose, current)
        const taken: (readonly [number, number])[] = []
        for (const [line, element] of labels.current)
          placeLabel(element, session, latest.current.shown, line, current, taken)
      }),
    [session, projector],
  )
  return (
    <div className="fs-overlay">
      {picture.lines.map((line, at) => (
        <button
          key={line.name}
          ref={(element) => {
            if (element === null) labels.current.delete(at)
            else labels.current.set(at, element)
          }}
          type="button"
          className="fs-line-label"
          data-broken={line.broken}
          aria-label={line.broken ? `${line.name}, cut` : line.name}
          aria-haspopup="menu"
          onClick={(event) => onLine(at, event.currentTarget)}
        >
          <span className="fs-line-number">{at + 1}</span>
          <span>{line.broken ? 'cut' : ''}</span>
        </button>
      ))}
      {handles.map((handle) => (
        <Hand
          key={handle.dimension.name}
          session={session}
          handle={handle}
          projector={projector}
          shown={shown}
          keep={(element) => {
            const { name } = handle.dimension
            if (element === null) places.current.delete(name)
            else places.current.set(name, element)
          }}
        />
      ))}
    </div>
  )
}

/** Pixels between what is changed and the hand on it. */
const ARM_PX = 20
/** An axis that points to the reader cannot be pulled along. */
const SHORTEST_PX = 0.12
/** Pixels a metre below which there is no room for hands on a hull. */
const CROWDED_PX = 0.4
/** So wide is a name, about. */
const NAME_PX = 140
/** Pixels a metre from which names fit beside the hands. */
const NAMED_PX = 2.2

const from: [number, number] = [0, 0]
const to: [number, number] = [0, 0]

/** A metre along the axis of a handle in pixels, in `to`; its foot in `from`. */
function measure({ at, axis, onBed }: Handle, pose: Float64Array, projector: Projector): boolean {
  const tip: Vec3 = [at[0] + axis[0], at[1] + axis[1], at[2] + axis[2]]
  const foot = onBed ? at : movedBy(pose, at)
  if (!projector.project(foot, from) || !projector.project(onBed ? tip : movedBy(pose, tip), to)) return false
  to[0] -= from[0]
  to[1] -= from[1]
  return Math.hypot(...to) > SHORTEST_PX
}

function placeHandle(element: HTMLElement | undefined, handle: Handle, pose: Float64Array, projector: Projector): void {
  if (element === undefined) return
  const isSeen = measure(handle, pose, projector)
  const length = Math.hypot(...to)
  // Hands on a hull that is a few pixels wide would hide it.
  element.hidden = !isSeen || (!handle.onBed && length < handle.gain * CROWDED_PX)
  if (element.hidden) return
  const [ux, uy] = [to[0] / length, to[1] / length]
  element.style.transform = `translate(${(from[0] + ux * ARM_PX).toFixed(1)}px, ${(from[1] + uy * ARM_PX).toFixed(1)}px)`
  element.style.setProperty('--turn', `${Math.atan2(uy, ux).toFixed(3)}rad`)
  const hasRoom = ux >= -0.5 || from[0] > NAME_PX
  element.dataset.named = String(hasRoom && (handle.onBed || length > NAMED_PX))
  element.dataset.side = ux < -0.5 && hasRoom ? 'left' : 'right'
}

function placeLabel(
  element: HTMLElement,
  session: LabSession,
  shown: Shown,
  line: number,
  projector: Projector,
  taken: (readonly [number, number])[],
): void {
  const { tensionN, points } = lineNow(session, shown, line)
  const seen: [number, number][] = []
  const ends = shown.picture.lines[line]?.ends
  const across = points.length > 0 ? points : (ends?.flat() ?? [])
  for (let at = 0; at + 2 < across.length; at += 3) {
    const place: [number, number] = [0, 0]
    if (projector.project([across[at]!, across[at + 1]!, across[at + 2]!], place)) seen.push(place)
  }
  const wished = labelPlace(seen, projector, LABEL_PX)
  element.hidden = wished === null
  if (wished === null) return
  const place = beside(wished, taken, wished[1] > projector.height / 2 ? -ROW_PX : ROW_PX)
  taken.push(place)
  element.style.transform = `translate(${place[0].toFixed(1)}px, ${place[1].toFixed(1)}px)`
  const text = tensionN === null ? 'cut' : tensionText(tensionN)
  const label = element.lastElementChild!
  if (label.textContent !== text) label.textContent = text
}

/** Half of a label is at most so wide. */
const LABEL_PX = 46
const ROW_PX = 26

/** Off the labels that stand there, towards the middle: from the side, lines of a symmetric platform hide each other. */
function beside(
  [x, y]: readonly [number, number],
  taken: readonly (readonly [number, number])[],
  step: number,
): readonly [number, number] {
  const isFree = taken.every(
    ([otherX, otherY]) => Math.abs(otherX - x) > 1.8 * LABEL_PX || Math.abs(otherY - y) >= Math.abs(step),
  )
  return isFree ? [x, y] : beside([x, y + step], taken, step)
}

/** Tensions for people. */
export const tensionText = (newton: number): string =>
  newton >= 1e6 ? `${(newton / 1e6).toFixed(2)} MN` : `${Math.round(newton / 1e3)} kN`

interface HandProps {
  readonly session: LabSession
  readonly handle: Handle
  readonly shown: Shown
  readonly projector: ProjectorRef
  keep(element: HTMLElement | null): void
}

interface Grip {
  readonly x: number
  readonly y: number
  readonly value: number
  readonly perMetre: readonly [number, number]
}

/** One hand: pulled by pointer or finger, or by the arrow keys. Letting go makes the act, Escape takes it back. */
function Hand({ session, handle, shown, projector, keep }: HandProps) {
  const { dimension, label } = handle
  const draft = useStore(draftStore, (state) => (state.draft?.dimension === dimension.name ? state.draft : null))
  const grip = useRef<Grip | null>(null)
  /** Since it was let go of: an act is made once. */
  const isPulled = useRef(false)
  const value = draft?.value ?? dimension.value
  const text = valueText(value, dimension.unit)

  const pullTo = (next: number) => {
    isPulled.current = true
    tryDimension(session, dimension.name, next)
  }
  const drop = () => {
    grip.current = null
    isPulled.current = false
    dropDraft()
  }
  const take = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || projector.current === null) return
    if (!measure(handle, poseNow(session, shown), projector.current)) return
    event.currentTarget.setPointerCapture(event.pointerId)
    grip.current = { x: event.clientX, y: event.clientY, value, perMetre: [to[0], to[1]] }
  }
  const pull = (event: PointerEvent) => {
    const { current } = grip
    if (current === null) return
    const moved = [event.clientX - current.x, event.clientY - current.y] as const
    pullTo(dragged(handle, current.value, moved, current.perMetre))
  }
  const letGo = () => {
    grip.current = null
    if (!isPulled.current) return
    isPulled.current = false
    void keepDraft(session, dimension.unit)
  }
  const press = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && draft !== null) {
      drop()
      event.preventDefault()
    }
    const next = keyed(dimension, value, event.key)
    if (next === null || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    pullTo(next)
  }
  return (
    <div
      ref={keep}
      className="fs-hand"
      role="slider"
      tabIndex={0}
      data-active={draft !== null}
      data-failed={draft !== null && draft.failure !== null}
      aria-label={dimension.title}
      aria-valuemin={dimension.min}
      aria-valuemax={dimension.max}
      aria-valuenow={value}
      aria-valuetext={draft?.failure ? `${text}: ${draft.failure}` : text}
      onPointerDown={take}
      onPointerMove={pull}
      onPointerUp={letGo}
      onPointerCancel={drop}
      onKeyDown={press}
      onKeyUp={(event) => keyed(dimension, value, event.key) !== null && letGo()}
      onBlur={letGo}
    >
      <svg className="fs-hand-arrow" viewBox="-14 -14 28 28" width={28} height={28} aria-hidden="true">
        <circle r={9} />
        <path d="M-2.5 -4L-6.5 0L-2.5 4M2.5 -4L6.5 0L2.5 4" />
      </svg>
      <span className="fs-hand-text" aria-hidden="true">
        {label} <b>{text}</b>
        {draft?.failure && <em>{draft.failure}</em>}
      </span>
    </div>
  )
}
