import type { NodeShapeProps, OverlayProps } from '../../../stage/kit.ts'
import { verdictOf } from './describe.ts'
import { useNodeView, useView } from './hooks.ts'

type VerdictProps = Pick<NodeShapeProps, 'session' | 'name' | 'textScale' | 'preview'> & {
  readonly radius: number
  /** In the upper part of the disc: above it stands the caption of the node above. */
  readonly inside: boolean
}

/** How many nodes suspect it or hold it for failed; with a point of view: what that one holds. */
export function Verdict({ session, name, radius, textScale, preview, inside }: VerdictProps) {
  const node = useNodeView(session, name)
  const verdict = node === null ? null : verdictOf(node)
  if (verdict === null) return null
  const normal = preview ? 9 : 11 * textScale
  // Inside, the name below it must stay readable.
  const size = inside ? Math.min(normal, radius * 0.36) : normal
  const y = inside ? Math.min(-radius + size * 0.72, -radius * 0.42 - size * 0.85) : -radius - 8 - size / 2
  return (
    <g className="cs-verdict" data-failed={verdict.failed} transform={`translate(0 ${y})`}>
      <Tag text={verdict.text} size={size} />
    </g>
  )
}

const TAG_FROM_RADIUS = 9
const TAG_SIZE = { min: 9, max: 13 } as const

/**
 * The same for ten nodes and more, which are drawn on a canvas: around each of the few that are suspected stands a ring,
 * and a word where there is room for one.
 */
export function VerdictRings({ session, cast, layout }: OverlayProps) {
  const verdicts = useView(session, ({ nodes }) =>
    nodes.flatMap((node) => {
      const verdict = verdictOf(node)
      return verdict === null ? [] : [{ name: node.name, ...verdict }]
    }),
  )
  if (verdicts === null || layout.detail === 'full') return null
  const { nodeRadius } = layout
  const size = Math.min(Math.max(nodeRadius * 0.55, TAG_SIZE.min), TAG_SIZE.max)
  return verdicts.map(({ name, text, failed }) => {
    const actor = cast.names.indexOf(name)
    return actor < 0 ? null : (
      <g
        key={name}
        className="cs-verdict"
        data-failed={failed}
        transform={`translate(${layout.x[actor]} ${layout.y[actor]})`}
      >
        <circle className="cs-verdict-ring" r={nodeRadius + 7} />
        {nodeRadius >= TAG_FROM_RADIUS && (
          <g transform={`translate(0 ${nodeRadius + 5 + size * 0.75})`}>
            <Tag text={layout.detail === 'dense' ? text.replace(/ \d+$/, '') : text} size={size} />
          </g>
        )}
      </g>
    )
  })
}

function Tag({ text, size }: { readonly text: string; readonly size: number }) {
  const width = text.length * size * 0.66 + 10
  return (
    <>
      <rect x={-width / 2} y={-size * 0.75} width={width} height={size * 1.5} rx={4} />
      <text y={size * 0.36} fontSize={size}>
        {text}
      </text>
    </>
  )
}
