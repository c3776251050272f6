import { useEffect, useRef } from 'react'
import type { LabSession } from '../engine/client/session.ts'
import { actorAt, FRAME_MESSAGES_MAX, HEADER, MESSAGE, messageAt } from '../engine/frame.ts'
import { reducedMotion } from '../ui/motion.ts'
import type { StageLayout } from '../viz/geometry.ts'
import { palette } from '../viz/palette.ts'
import { onFrame } from '../viz/scheduler.ts'
import { createTraffic, type Traffic } from '../viz/traffic.ts'
import type { StageKit } from './kit.ts'
import type { TrafficFilter } from './traffic-filter.ts'

/** Value of the status in an actor's record. */
const PAUSED = 1

/** Frames come about once per animation frame; further than this nothing is guessed. */
const GUESS_MAX_MS = 50

/**
 * The virtual time to show: the frame's, plus what has passed since it came. It never runs backwards by the small error
 * of that guess; a real jump back (a seek) is followed at once.
 */
export function createShownTime(session: LabSession): (nowMs: number) => number {
  let lastUs = 0
  let speed = 1
  return (nowMs) => {
    const frameUs = session.frame?.[HEADER.nowUs] ?? 0
    const run = session.slow?.run
    const plays = run?.playing === true && run.speed > 0
    if (plays) speed = run.speed
    const since = Math.min(Math.max(nowMs - session.frameAtMs, 0), GUESS_MAX_MS)
    const guess = plays ? frameUs + since * 1_000 * speed : frameUs
    const back = lastUs - guess
    lastUs = back > 0 && back <= 2 * GUESS_MAX_MS * 1_000 * speed ? lastUs : guess
    return lastUs
  }
}

/** The number of the message in flight that follows `after`, or the first one; null when none travels between two actors. */
export function nextMessage(frame: Float64Array, after: number): number | null {
  let first: number | null = null
  let next: number | null = null
  for (let position = 0; position < frame[HEADER.messages]!; position += 1) {
    const row = messageAt(frame, position)
    if (frame[row + MESSAGE.from] === frame[row + MESSAGE.to]) continue
    const id = frame[row + MESSAGE.id]!
    if (first === null || id < first) first = id
    if (id > after && (next === null || id < next)) next = id
  }
  return next ?? first
}

export interface PictureElements {
  readonly svg: SVGSVGElement | null
  readonly nodes: HTMLCanvasElement | null
  readonly stamps: HTMLCanvasElement | null
  readonly traffic: HTMLCanvasElement | null
  /** Says what does not fit into a frame. */
  readonly omitted: HTMLElement | null
}

export interface PictureOptions {
  readonly kit: StageKit
  readonly session: LabSession
  readonly names: readonly string[]
  /** Actor numbers of the nodes. */
  readonly nodes: readonly number[]
  /** A new object for every size and every theme: the colours are read again, too. */
  readonly layout: StageLayout | null
  readonly filter: TrafficFilter | null
}

/** Draws the living part of the picture in every frame. The traffic it returns answers where messages are. */
export function usePictureLoop(
  elements: { readonly current: PictureElements },
  options: PictureOptions,
  afterFrame: (traffic: Traffic, nowMs: number) => void,
): { readonly current: Traffic | null } {
  const traffic = useRef<Traffic | null>(null)
  const after = useRef(afterFrame)
  after.current = afterFrame
  const { kit, session, names, nodes, layout, filter } = options

  useEffect(() => {
    const { svg, nodes: nodeCanvas, stamps, traffic: trafficCanvas, omitted } = elements.current
    if (layout === null || svg === null || nodeCanvas === null || stamps === null || trafficCanvas === null) return
    const colors = palette()
    const pixelRatio = Math.min(window.devicePixelRatio || 1, 2)
    const created = createTraffic(trafficCanvas, stamps, MESSAGE, kit.looks, FRAME_MESSAGES_MAX)
    if (created === null) return
    created.resize(layout, colors, pixelRatio)
    traffic.current = created
    const full = layout.detail === 'full'
    const painter = full ? kit.paintShapes(svg, nodes, layout) : null
    const canvas = full ? null : kit.paintCanvas(nodeCanvas, names, nodes, layout, colors, pixelRatio)
    const shownTime = createShownTime(session)
    const input = {
      data: new Float64Array(0) as Float64Array,
      start: 0,
      count: 0,
      nowUs: 0,
      reduced: false,
      selectedId: -1,
      paused: new Uint8Array(names.length),
      hidden: filter?.hidden ?? new Uint8Array(kit.looks.length),
    }
    const timers = (on: CanvasRenderingContext2D) => canvas?.timers(on, input.data, input.nowUs)
    let omittedText = ''

    const stop = onFrame('draw', (nowMs) => {
      const frame = session.frame
      // While another experiment opens, the frame and the structure may differ for a moment.
      if (frame === null || frame[HEADER.actors] !== names.length || frame[HEADER.actorStride] !== kit.record.size)
        return
      input.data = frame
      input.nowUs = shownTime(nowMs)
      input.start = messageAt(frame, 0)
      input.count = frame[HEADER.messages]!
      input.reduced = reducedMotion()
      input.selectedId = session.selection?.kind === 'message' ? session.selection.id : -1
      for (let actor = 0; actor < names.length; actor += 1) {
        input.paused[actor] = frame[actorAt(frame, actor) + kit.record.status] === PAUSED ? 1 : 0
      }
      painter?.paint(frame, input.nowUs)
      canvas?.paint(frame)
      created.draw(input, canvas === null ? null : timers)
      const missing = frame[HEADER.omitted]!
      const text = missing > 0 ? `${missing} more messages are not drawn` : ''
      if (text !== omittedText && omitted !== null) omitted.textContent = omittedText = text
      after.current(created, nowMs)
    })
    return () => {
      stop()
      traffic.current = null
    }
  }, [kit, session, names, nodes, layout, elements, filter])
  return traffic
}
