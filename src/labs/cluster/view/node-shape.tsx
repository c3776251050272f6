import { memo } from 'react'
import type { NodeShapeProps } from '../../../stage/kit.ts'
import { beliefLines } from './describe.ts'
import { useView } from './hooks.ts'
import { Verdict } from './verdict.tsx'

/**
 * The structure of one node in SVG. `node-paint.ts` writes what changes with every frame into the elements marked
 * `data-part`, so React must not touch those attributes; what others believe of it comes with the slow state.
 */
export const NodeShape = memo(function NodeShape({ session, index, name, layout, preview, textScale }: NodeShapeProps) {
  const radius = layout.nodeRadius
  const nameSize = Math.min(17 * textScale, radius * 0.52)
  const subSize = Math.max(10, Math.min(12 * textScale, radius * 0.38))
  const belief = useView(session, ({ nodes }) => nodes.find((node) => node.name === name)?.believed?.belief ?? null)
  return (
    <g data-node={index} data-belief={belief}>
      <circle data-part="share-ground" className="cs-share-ground" r={radius + 6} />
      <circle data-part="share" className="cs-share" r={radius + 6} pathLength={1} transform="rotate(-90)" />
      <circle data-part="body" className="cs-body" r={radius} />
      <circle data-part="due" className="cs-due" r={radius - 4} pathLength={1} transform="rotate(-90)" />
      <path
        data-part="strike"
        className="cs-strike"
        d={`M${-radius * 0.62} ${-radius * 0.62} L${radius * 0.62} ${radius * 0.62} M${radius * 0.62} ${-radius * 0.62} L${-radius * 0.62} ${radius * 0.62}`}
      />
      <text data-part="name" className="cs-name" y={preview ? nameSize * 0.35 : -radius * 0.04} fontSize={nameSize}>
        {name}
      </text>
      {!preview && <text data-part="sub" className="cs-sub" y={radius * 0.44} fontSize={subSize} />}
      {!preview && (
        <text data-part="caption" className="cs-caption" y={radius + 22 * textScale} fontSize={12 * textScale} />
      )}
      {!preview && (
        <text
          data-part="caption2"
          className="cs-caption cs-faint"
          y={radius + 37 * textScale}
          fontSize={11 * textScale}
        />
      )}
      <g data-part="badge" className="cs-badge" transform={`translate(${radius * 0.8} ${radius * 0.8})`}>
        <circle r={9} />
        <path data-part="badge-mark" />
      </g>
      {!preview && belief !== null && belief !== 'myself' && (
        <Believed session={session} name={name} radius={radius} textScale={textScale} quiet={layout.narrow} />
      )}
      <Verdict
        session={session}
        name={name}
        radius={radius}
        textScale={textScale}
        preview={preview}
        inside={layout.narrow}
      />
    </g>
  )
})

/** What the point of view holds of the node, in the place of what is. */
function Believed({
  session,
  name,
  radius,
  textScale,
  quiet,
}: Pick<NodeShapeProps, 'session' | 'name' | 'textScale'> & { readonly radius: number; readonly quiet: boolean }) {
  const lines = useView(session, ({ nodes }) => {
    const node = nodes.find((each) => each.name === name)
    return node?.believed ? beliefLines(node, node.believed, quiet) : null
  })
  if (lines === null) return null
  return (
    <>
      <text
        className="cs-caption cs-believed"
        data-wrong={lines.wrong}
        y={radius + 22 * textScale}
        fontSize={12 * textScale}
      >
        {lines.role}
      </text>
      <text className="cs-caption cs-believed cs-faint" y={radius + 37 * textScale} fontSize={11 * textScale}>
        {lines.heard}
      </text>
    </>
  )
}
