import { type ReactNode, useMemo, useRef } from 'react'
import type { LabSession } from '../../../engine/client/session.ts'
import { useSize, useTheme } from '../../../stage/stage-hooks.ts'
import type { Structure } from './hooks.ts'
import { layoutFlow } from './picture/layout.ts'
import { type Drawn, type LoopElements, useFlowLoop } from './picture/loop.ts'
import { waysOf } from './picture/ways.ts'
import type { Pointing } from './pointing.ts'
import { SceneBack } from './scene-back.tsx'
import { SceneFront } from './scene-front.tsx'

/** Where everything stands, for the size of a window and the theme of now. */
export function useDrawn(
  structure: Structure,
  window: { readonly current: HTMLElement | null },
  preview: boolean,
): Drawn | null {
  const size = useSize(window)
  const { textScale, version } = useTheme()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is painted anew, even in the same size
  return useMemo(() => {
    if (size === null || structure.parts.length === 0) return null
    // On a phone even the projector's text must leave room for the parts.
    const scale = Math.min(textScale, Math.max(1, size.width / 480))
    const layout = layoutFlow(structure.parts, structure.variants, size, { preview, textScale: scale })
    return { layout, ways: waysOf(layout, structure.parts, structure.pipes), structure }
  }, [structure, size, textScale, version, preview])
}

interface PictureProps {
  readonly session: LabSession
  readonly drawn: Drawn | null
  readonly pointing: Pointing | null
  readonly children?: ReactNode
}

/** The three layers: what stands still, what moves, and what is read. */
export function Picture({ session, drawn, pointing, children }: PictureProps) {
  const elements = useRef<LoopElements>({ canvas: null, omitted: null })
  const flights = useFlowLoop(elements, session, drawn, pointing?.afterFrame ?? nothingAfter)
  if (pointing !== null) pointing.flights.current = flights
  const size = drawn === null ? {} : { width: drawn.layout.width, height: drawn.layout.height }
  const scene = drawn === null ? null : { session, ...drawn }
  return (
    <div className="fl-sheet" style={size}>
      <svg className="fl-layer" aria-hidden="true">
        {scene !== null && <SceneBack {...scene} />}
      </svg>
      <canvas
        ref={(canvas) => {
          elements.current = { ...elements.current, canvas }
        }}
        className="fl-layer fl-canvas"
      />
      {/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
      <svg
        className="fl-layer"
        role="group"
        aria-label="Pipeline: sources, stages and pipes"
        aria-hidden={pointing === null}
      >
        {scene !== null && <SceneFront {...scene} pointing={pointing} />}
        {children}
      </svg>
      <p
        className="rs-omitted"
        ref={(omitted) => {
          elements.current = { ...elements.current, omitted }
        }}
      />
    </div>
  )
}

function nothingAfter(): void {}
