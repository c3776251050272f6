import { useEffect, useRef } from 'react'
import type { LabSession } from '../../../../engine/client/session.ts'
import { HEADER } from '../../../../engine/frame.ts'
import { createShownTime } from '../../../../stage/picture-loop.ts'
import { reducedMotion } from '../../../../ui/motion.ts'
import { palette } from '../../../../viz/palette.ts'
import { onFrame } from '../../../../viz/scheduler.ts'
import { ACTOR } from '../../frame.ts'
import type { Structure } from '../hooks.ts'
import { createDrops } from './drops.ts'
import { createFlights, type Flights } from './flights.ts'
import type { FlowLayout } from './layout.ts'
import { createSprites } from './looks.ts'
import { createPassing } from './passing.ts'
import { createVessels } from './vessels.ts'
import type { Ways } from './ways.ts'

/** A new object for every size, theme and structure: everything is made anew with it. */
export interface Drawn {
  readonly layout: FlowLayout
  readonly ways: Ways
  readonly structure: Structure
}

export interface LoopElements {
  readonly canvas: HTMLCanvasElement | null
  /** Says what does not fit into a frame. */
  readonly omitted: HTMLElement | null
}

/** What has come and gone is smaller than what is on its way. */
const PASSING = 0.62
const ITEM_HALF = { full: 5, compact: 4, bare: 3.5 } as const

/** Draws the living part of the picture in every frame. The flights that it returns answer where messages are. */
export function useFlowLoop(
  elements: { readonly current: LoopElements },
  session: LabSession,
  drawn: Drawn | null,
  afterFrame: (flights: Flights, nowMs: number) => void,
): { readonly current: Flights | null } {
  const present = useRef<Flights | null>(null)
  const after = useRef(afterFrame)
  after.current = afterFrame
  useEffect(() => {
    const { canvas, omitted } = elements.current
    const on = canvas?.getContext('2d') ?? null
    if (drawn === null || canvas === null || on === null) return
    const { layout, ways, structure } = drawn
    const pixelRatio = Math.min(window.devicePixelRatio || 1, 2)
    const colors = palette()
    canvas.width = Math.max(1, Math.round(layout.width * pixelRatio))
    canvas.height = Math.max(1, Math.round(layout.height * pixelRatio))
    on.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    const actors = layout.boxes.length
    const half = ITEM_HALF[layout.detail] * Math.min(1.3, colors.textScale)
    const vessels = createVessels(layout, colors, pixelRatio)
    const drops = createDrops(layout, colors)
    const sprites = createSprites(half, colors, pixelRatio)
    const flights = createFlights({ ways, actors, palette: colors, sprites })
    const passing = createPassing({
      layout,
      ways,
      kinds: structure.parts.map(({ kind }) => kind),
      variants: structure.parts.map(({ variant }) => variant),
      pipes: structure.pipes,
      sprites: createSprites(half * PASSING, colors, pixelRatio),
      answerInk: colors.ink3,
    })
    const shownTime = createShownTime(session)
    let omittedText = ''
    present.current = flights
    const stop = onFrame('draw', (nowMs) => {
      const { frame } = session
      // While another experiment opens, the frame and the structure may differ for a moment.
      if (frame === null || frame[HEADER.actors] !== actors || frame[HEADER.actorStride] !== ACTOR.size) return
      const nowUs = shownTime(nowMs)
      const reduced = reducedMotion()
      on.clearRect(0, 0, layout.width, layout.height)
      vessels.paint(on, frame, nowUs)
      passing.paint(on, frame, nowMs, reduced)
      flights.draw(on, frame, nowUs, reduced, session.selection?.kind === 'message' ? session.selection.id : -1)
      drops.paint(on, frame, nowMs, reduced)
      const missing = frame[HEADER.omitted]!
      const text = missing > 0 ? `${missing} more messages are not drawn` : ''
      if (text !== omittedText && omitted !== null) omitted.textContent = omittedText = text
      after.current(flights, nowMs)
    })
    return () => {
      stop()
      present.current = null
    }
  }, [elements, session, drawn])
  return present
}
