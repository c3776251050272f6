import { Eye, X } from 'lucide-react'
import type { LabSession } from '../../../engine/client/session.ts'
import type { OverlayProps } from '../../../stage/kit.ts'
import { Button } from '../../../ui/button.tsx'
import { useSession } from '../../../ui/use-session.ts'
import { linkLine } from '../../../viz/geometry.ts'
import { nodeOf, useView } from './hooks.ts'
import { VerdictRings } from './verdict.tsx'

/** Says whose view the stage shows, and leads back. */
export function PointOfView({ session }: { readonly session: LabSession }) {
  const who = useView(session, (view) => view.pointOfView)
  const out = useSession(session, ({ slow, selection }) => {
    if (slow === null || selection?.kind !== 'actor') return null
    const node = nodeOf(slow, selection.name)
    return node?.status === 'down' ? node.name : null
  })
  if (who === null && out === null) return null
  return (
    <p className="cs-view">
      <Eye size={14} aria-hidden />
      {who === null ? (
        <span>
          <strong>{out}</strong> sees nothing
        </span>
      ) : (
        <span>
          as <strong>{who}</strong> sees it
        </span>
      )}
      <Button
        size="small"
        look="ghost"
        aria-label="Show the cluster as it is"
        title="Show the cluster as it is (Esc)"
        onClick={() => void session.select(null)}
      >
        <X size={14} aria-hidden />
      </Button>
    </p>
  )
}

/** The connections of the point of view to the others, as it holds them itself. */
function BeliefLines({ session, cast, layout }: OverlayProps) {
  const who = useView(session, (view) => view.pointOfView)
  const links = useView(session, ({ nodes }) =>
    nodes.map(({ name, believed }) => [name, believed?.link ?? null] as const),
  )
  const from = who === null ? -1 : cast.names.indexOf(who)
  if (from < 0 || links === null || layout.detail !== 'full') return null
  return (
    <g className="cs-view-lines">
      {links.map(([name, link]) => {
        const to = cast.names.indexOf(name)
        if (link === null || to < 0 || to >= layout.x.length) return null
        const { x1, y1, x2, y2 } = linkLine(layout, from, to, 0)
        return <line key={name} data-link={link} x1={x1} y1={y1} x2={x2} y2={y2} />
      })}
    </g>
  )
}

/** What nodes hold of each other. */
export function Beliefs(props: OverlayProps) {
  return (
    <>
      <BeliefLines {...props} />
      <VerdictRings {...props} />
    </>
  )
}
