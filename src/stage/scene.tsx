import { useMemo } from 'react'
import type { LabSession } from '../engine/client/session.ts'
import { useSession } from '../ui/use-session.ts'
import { linkLine, type StageLayout } from '../viz/geometry.ts'
import { separatedGroups } from './groups.ts'
import type { WorkshopKit } from './kit.ts'
import { Links, Regions } from './links.tsx'
import type { Pointing } from './pointing.ts'
import { type Cast, useLinks } from './stage-hooks.ts'

interface SceneProps {
  readonly kit: WorkshopKit
  readonly session: LabSession
  readonly cast: Cast
  readonly layout: StageLayout
  readonly textScale: number
  readonly pointing: Pointing
}

/** Everything with a place: links, regions, clients, nodes. */
export function Scene({ kit, session, cast, layout, textScale, pointing }: SceneProps) {
  const links = useLinks(session)
  const selected = useSession(session, ({ selection }) => (selection?.kind === 'actor' ? selection.name : null))
  const nodeNames = useMemo(() => cast.nodes.map((node) => cast.names[node] ?? ''), [cast])
  const groups = useMemo(() => separatedGroups(nodeNames, links), [nodeNames, links])
  const shown = pointing.draft?.groups ?? pointing.chosen ?? groups
  const numbers = useMemo(() => shown.map((group) => group.map((name) => cast.names.indexOf(name))), [shown, cast])
  const texts = useSession(session, ({ slow }) =>
    shown.map((group) =>
      slow === null ? '' : (kit.regionText?.(slow, group) ?? countText(group.length, nodeNames.length)),
    ),
  )
  const common = { layout, preview: false, textScale }
  return (
    <>
      <Regions {...common} groups={numbers} texts={texts} draft={pointing.draft !== null || pointing.chosen !== null} />
      <Links {...common} names={cast.names} nodes={cast.nodes} links={links} apart={groups.length > 1 ? groups : ONE} />
      {kit.Overlay !== undefined && <kit.Overlay session={session} cast={cast} layout={layout} />}
      {pointing.link !== null && <HoveredLink layout={layout} pair={pointing.link} />}
      {cast.clients.map((client) => (
        <kit.ClientLine key={client} session={session} name={cast.names[client] ?? ''} cast={cast} layout={layout} />
      ))}
      {cast.names.map((name, actor) => (
        <g
          key={name}
          data-actor={actor}
          className="rs-actor"
          data-selected={selected === name}
          transform={`translate(${layout.x[actor]} ${layout.y[actor]})`}
          {...pointing.actorProps(actor, selected)}
        >
          <circle className="rs-focus" r={layout.reach[actor]! + (cast.roles[actor] === 'client' ? 8 : 14)} />
          {cast.roles[actor] === 'client' ? (
            <kit.ClientMark
              session={session}
              name={name}
              radius={layout.clientRadius}
              textWidth={layout.clientTextWidth}
              textScale={textScale}
              preview={false}
            />
          ) : layout.detail === 'full' ? (
            <kit.NodeShape session={session} index={actor} name={name} {...common} />
          ) : (
            <circle className="rs-target" r={Math.max(layout.nodeRadius, 12)} />
          )}
        </g>
      ))}
      {pointing.draft !== null && (
        <line
          className="rs-cut-line"
          x1={pointing.draft.from.x}
          y1={pointing.draft.from.y}
          x2={pointing.draft.to.x}
          y2={pointing.draft.to.y}
        />
      )}
    </>
  )
}

const ONE: readonly (readonly string[])[] = []

const countText = (some: number, all: number) => `${some} of ${all}${some * 2 > all ? ': a majority' : ''}`

function HoveredLink({ layout, pair }: { readonly layout: StageLayout; readonly pair: readonly [number, number] }) {
  const line = linkLine(layout, pair[0], pair[1], 0)
  return <line className="rs-link-hover" x1={line.x1} y1={line.y1} x2={line.x2} y2={line.y2} />
}
