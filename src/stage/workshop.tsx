import { useMemo, useRef } from 'react'
import { layoutStage, type Size } from '../viz/geometry.ts'
import { partition } from './actions.ts'
import { Controls } from './controls.tsx'
import type { BarProps, WorkshopKit } from './kit.ts'
import { MessageCard, NodeCard } from './message-card.tsx'
import { type PictureElements, usePictureLoop } from './picture-loop.ts'
import { usePointing } from './pointing.ts'
import { Scene } from './scene.tsx'
import { type ThemeFacts, useCast, useSize, useTheme } from './stage-hooks.ts'
import './stage.css'

/** Pixels of the picture's width for each unit of the text scale: 1.5 needs 600. */
const FULL_TEXT_FROM_PX = 400

/** On a phone even the projector's text must leave room for the nodes. */
const scaleFor = (size: Size | null, { textScale }: ThemeFacts): number =>
  size === null ? textScale : Math.min(textScale, Math.max(1, size.width / FULL_TEXT_FROM_PX))

/** The living picture of nodes, clients and messages, and everything that can be done to it by pointing. */
export function Workshop({ kit, session, allow }: BarProps & { readonly kit: WorkshopKit }) {
  const picture = useRef<HTMLDivElement>(null)
  const elements = useRef<PictureElements>({ svg: null, nodes: null, stamps: null, traffic: null, omitted: null })
  const size = useSize(picture)
  const theme = useTheme()
  const cast = useCast(session)
  const textScale = scaleFor(size, theme)
  const layout = useMemo(
    () =>
      size === null || cast.names.length === 0
        ? null
        : layoutStage(cast.roles, size, {
            preview: false,
            textScale: scaleFor(size, theme),
            captionsOnly: kit.captionsOnly === true,
          }),
    [kit, cast, size, theme],
  )
  const pointing = usePointing(kit, session, cast, layout, picture, allow)
  const traffic = usePictureLoop(
    elements,
    { kit, session, names: cast.names, nodes: cast.nodes, layout, filter: kit.filter ?? null },
    pointing.afterFrame,
  )
  pointing.traffic.current = traffic

  const canvas = (name: 'nodes' | 'stamps' | 'traffic') => (
    <canvas
      ref={(element) => {
        elements.current = { ...elements.current, [name]: element }
      }}
      className="rs-canvas"
    />
  )
  return (
    <div className="rs-stage" data-detail={layout?.detail}>
      <div className="rs-middle">
        <div
          ref={picture}
          className="rs-picture"
          data-link={pointing.link !== null}
          data-message={pointing.hover !== null}
          {...pointing.handlers}
        >
          {/* biome-ignore lint/a11y/useSemanticElements: there is no fieldset in SVG */}
          <svg
            ref={(element) => {
              elements.current = { ...elements.current, svg: element }
            }}
            className="rs-svg"
            role="group"
            aria-label={kit.label}
          >
            <kit.Defs />
            {layout !== null && (
              <Scene
                kit={kit}
                session={session}
                cast={cast}
                layout={layout}
                textScale={textScale}
                pointing={pointing}
              />
            )}
          </svg>
          {canvas('nodes')}
          {canvas('stamps')}
          {canvas('traffic')}
          <p
            className="rs-omitted"
            ref={(element) => {
              elements.current = { ...elements.current, omitted: element }
            }}
          />
          {pointing.hover !== null && layout !== null && (
            <MessageCard kit={kit} session={session} {...pointing.hover} size={layout} />
          )}
          {pointing.actor !== null &&
            layout !== null &&
            layout.detail !== 'full' &&
            cast.roles[pointing.actor] === 'node' && (
              <NodeCard
                kit={kit}
                session={session}
                name={cast.names[pointing.actor] ?? ''}
                x={layout.x[pointing.actor] ?? 0}
                y={layout.y[pointing.actor] ?? 0}
                size={layout}
              />
            )}
          {kit.Notice !== undefined && <kit.Notice session={session} />}
          {pointing.draft !== null && (
            <p className="rs-draft-text" aria-hidden="true">
              {pointing.draft.groups === null ? 'Drag the line between nodes' : partition(pointing.draft.groups).verb}
            </p>
          )}
        </div>
        {kit.Beside !== undefined && <kit.Beside session={session} />}
      </div>
      <Controls kit={kit} session={session} allow={allow} cast={cast} pointing={pointing} />
    </div>
  )
}
