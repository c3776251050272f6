import { memo } from 'react'
import type { NodeShapeProps } from '../../../stage/kit.ts'

/**
 * The structure of one node in SVG. React renders it once per layout; `node-paint.ts` writes what changes with the world
 * straight into the elements marked `data-part`, so React must not touch those attributes.
 */

export const NodeShape = memo(function NodeShape({ index, name, layout, preview, textScale }: NodeShapeProps) {
  const radius = layout.nodeRadius
  const nameSize = Math.min(17 * textScale, radius * 0.52)
  const subSize = Math.min(12 * textScale, radius * 0.4)
  return (
    <g data-node={index}>
      <circle data-part="halo" className="rs-halo" r={radius + 9} />
      <path data-part="votes" className="rs-votes" />
      <circle data-part="body" className="rs-body" r={radius} />
      <path data-part="hatch" className="rs-body-hatch" d={discPath(radius - 1)} />
      <path data-part="strike" className="rs-strike" d={strikePath(radius)} />
      <circle data-part="timer" className="rs-timer" r={radius + 5} pathLength={1} transform="rotate(-90)" />
      <path data-part="mark" className="rs-mark" transform={`translate(0 ${-radius - 1})`} />
      <text className="rs-name" y={preview ? nameSize * 0.35 : -radius * 0.02} fontSize={nameSize}>
        {name}
      </text>
      {!preview && <text data-part="sub" className="rs-sub" y={radius * 0.44} fontSize={Math.max(10, subSize)} />}
      <g data-part="badge" className="rs-badge" transform={`translate(${radius * 0.76} ${-radius * 0.76})`}>
        <circle r={9} />
        <path data-part="badge-mark" />
      </g>
      <g data-part="disk" className="rs-disk" transform={`translate(${radius * 0.8} ${radius * 0.74})`}>
        <circle r={9} />
        <path d="M-4.5 -3.2 a4.5 1.7 0 0 1 9 0 v6 a4.5 1.7 0 0 1 -9 0 z M-4.5 -3.2 a4.5 1.7 0 0 0 9 0" />
      </g>
      {/* Who aims at the whole of disc and strip hits its middle, which on a phone lies between them. */}
      <rect
        className="rs-target"
        x={-radius / 2}
        y={radius * 0.7}
        width={radius}
        height={layout.strip.top - radius * 0.7}
      />
      <StripShape layout={layout} preview={preview} textScale={textScale} />
    </g>
  )
})

function StripShape({ layout, preview, textScale }: Pick<NodeShapeProps, 'layout' | 'preview' | 'textScale'>) {
  const { cells, cellWidth, cellHeight, top } = layout.strip
  const left = (-cells * cellWidth) / 2
  return (
    <g data-part="strip" transform={`translate(${left} ${top})`}>
      {Array.from({ length: cells }, (_, cell) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its position
        <g data-part="cell" key={cell} transform={`translate(${cell * cellWidth} 0)`}>
          <rect x={1} y={1} width={cellWidth - 2} height={cellHeight - 2} rx={preview ? 1 : 2.5} className="rs-cell" />
          {!preview && (
            <text x={cellWidth / 2} y={cellHeight * 0.72} fontSize={cellHeight * 0.66} className="rs-digit" />
          )}
        </g>
      ))}
      <line data-part="commit" className="rs-commit" y1={preview ? -1 : -3} y2={cellHeight + (preview ? 1 : 3)} />
      {!preview && (
        <>
          <path data-part="stack" className="rs-stack" d="M-12 4 h8 M-12 8 h8 M-12 12 h8" />
          <text
            data-part="hidden"
            className="rs-hidden-count"
            x={-16}
            y={cellHeight * 0.72}
            fontSize={11 * textScale}
          />
          <text
            data-part="caption"
            className="rs-caption"
            x={(cells * cellWidth) / 2}
            y={cellHeight + 13 * textScale}
            fontSize={11.5 * textScale}
          />
        </>
      )}
    </g>
  )
}

function discPath(radius: number): string {
  return `M${-radius} 0 a${radius} ${radius} 0 1 0 ${2 * radius} 0 a${radius} ${radius} 0 1 0 ${-2 * radius} 0`
}

function strikePath(radius: number): string {
  const reach = radius * 0.7
  return `M${-reach} ${-reach} L${reach} ${reach} M${reach} ${-reach} L${-reach} ${reach}`
}
