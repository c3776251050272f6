import { useMemo, useRef } from 'react'
import type { LabSession } from '../engine/client/session.ts'
import { layoutStage, type StageLayout } from '../viz/geometry.ts'
import type { StageKit } from './kit.ts'
import { Links } from './links.tsx'
import { type PictureElements, usePictureLoop } from './picture-loop.ts'
import { type Cast, useCast, useLinks, useSize, useTheme } from './stage-hooks.ts'
import './stage.css'

const PREVIEW = { preview: true } as const

/** The living picture alone, for the home page: it can be looked at, and brings none of the stage's controls along. */
export function StagePreview({ kit, session }: { readonly kit: StageKit; readonly session: LabSession }) {
  const picture = useRef<HTMLDivElement>(null)
  const elements = useRef<PictureElements>({ svg: null, nodes: null, stamps: null, traffic: null, omitted: null })
  const size = useSize(picture)
  const { textScale } = useTheme()
  const cast = useCast(session)
  const layout = useMemo(
    () =>
      size === null || cast.names.length === 0
        ? null
        : layoutStage(cast.roles, size, { ...PREVIEW, textScale, captionsOnly: kit.captionsOnly === true }),
    [kit, cast, size, textScale],
  )
  usePictureLoop(elements, { kit, session, names: cast.names, nodes: cast.nodes, layout, filter: null }, nothingAfter)
  const keep = (part: keyof PictureElements) => (element: PictureElements[typeof part]) => {
    elements.current = { ...elements.current, [part]: element }
  }
  return (
    <div className="rs-stage" data-preview="true" data-detail={layout?.detail}>
      <div ref={picture} className="rs-picture">
        <svg ref={keep('svg')} className="rs-svg" aria-hidden="true">
          <kit.Defs />
          {layout !== null && <Figures kit={kit} session={session} cast={cast} layout={layout} textScale={textScale} />}
        </svg>
        <canvas ref={keep('nodes')} className="rs-canvas" />
        <canvas ref={keep('stamps')} className="rs-canvas" />
        <canvas ref={keep('traffic')} className="rs-canvas" />
      </div>
    </div>
  )
}

function nothingAfter(): void {}

interface FiguresProps {
  readonly kit: StageKit
  readonly session: LabSession
  readonly cast: Cast
  readonly layout: StageLayout
  readonly textScale: number
}

function Figures({ kit, session, cast, layout, textScale }: FiguresProps) {
  const links = useLinks(session)
  const common = { ...PREVIEW, layout, textScale }
  return (
    <>
      <Links {...common} names={cast.names} nodes={cast.nodes} links={links} />
      {cast.clients.map((client) => (
        <kit.ClientLine key={client} session={session} name={cast.names[client] ?? ''} cast={cast} layout={layout} />
      ))}
      {cast.names.map((name, actor) => (
        <g
          key={name}
          data-actor={actor}
          className="rs-actor"
          transform={`translate(${layout.x[actor]} ${layout.y[actor]})`}
        >
          {cast.roles[actor] === 'client' ? (
            <kit.ClientMark
              {...PREVIEW}
              session={session}
              name={name}
              radius={layout.clientRadius}
              textWidth={layout.clientTextWidth}
              textScale={textScale}
            />
          ) : (
            <kit.NodeShape session={session} index={actor} name={name} {...common} />
          )}
        </g>
      ))}
    </>
  )
}
