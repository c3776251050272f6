import { memo } from 'react'
import type { LinkView } from '../engine/api.ts'
import { convexHull, type LinkLine, linkLine, type Point, type StageLayout } from '../viz/geometry.ts'
import { commonTroubles, linkCaption, normalDelay } from './groups.ts'

/** Links, their faults, and the regions of a partition: everything behind the nodes. Rendered when slow state changes. */

export interface LinksProps {
  readonly layout: StageLayout
  readonly names: readonly string[]
  /** Actor numbers of the nodes. */
  readonly nodes: readonly number[]
  readonly links: readonly LinkView[]
  /** The sides of a partition, by names: what is severed between them is told by the regions, and drawn faintly. */
  readonly apart?: readonly (readonly string[])[]
  readonly preview: boolean
  readonly textScale: number
}

/** With more nodes than this, ordinary links are not drawn: they would be a grey disc. */
const ORDINARY_NODES_MAX = 9
/** More captions than this cover each other; the inspector has the figures. */
const CAPTIONS_MAX = 10
/** More lines than this say nothing; the regions of the partition and the list of faults remain. */
const FAULTY_LINES_MAX = 80

export const Links = memo(function Links({ layout, names, nodes, links, apart = [], preview, textScale }: LinksProps) {
  const normal = normalDelay(links)
  const number = new Map(names.map((name, index) => [name, index]))
  const { notes, single } = commonTroubles(links, normal)
  const changed = new Map(single.map((link) => [`${link.from}>${link.to}`, link]))
  const isCutBothWays = (a: number, b: number) =>
    changed.get(`${names[a]}>${names[b]}`)?.severed === true && changed.get(`${names[b]}>${names[a]}`)?.severed === true
  const ordinary =
    nodes.length > ORDINARY_NODES_MAX
      ? []
      : nodes.flatMap((a) => nodes.filter((b) => a < b && !isCutBothWays(a, b)).map((b) => [a, b] as const))
  const faulty = [...changed.values()].flatMap((link) => {
    const from = number.get(link.from)
    const to = number.get(link.to)
    return from === undefined || to === undefined || to >= layout.x.length || from >= layout.x.length
      ? []
      : [{ link, from, to, both: isCutBothWays(from, to), told: isTold(link, apart) }]
  })
  return (
    <g>
      {ordinary.map(([a, b]) => (
        <Line key={`${a}-${b}`} className="rs-link" line={linkLine(layout, a, b, 0)} />
      ))}
      {(faulty.length > FAULTY_LINES_MAX ? [] : faulty).map(({ link, from, to, both, told }) => (
        <FaultyLink
          key={`${link.from}>${link.to}`}
          link={link}
          line={linkLine(layout, from, to, both ? 0 : 5)}
          hidden={both && from > to}
          caption={preview || faulty.length > CAPTIONS_MAX ? '' : linkCaption(link, normal)}
          oneWay={!both}
          faint={both && told}
          textScale={textScale}
        />
      ))}
      {!preview &&
        notes.map((note, line) => (
          <text
            key={note}
            className="rs-note"
            x={12}
            y={layout.height - 10 - line * 16 * textScale}
            fontSize={12 * textScale}
          >
            {note}
          </text>
        ))}
    </g>
  )
})

/** Whether the regions tell it: both ends stand on different sides, or one is a client, which stands on none. */
function isTold({ from, to }: LinkView, apart: readonly (readonly string[])[]): boolean {
  const side = (name: string) => apart.findIndex((group) => group.includes(name))
  return apart.length > 1 && (side(from) !== side(to) || side(from) < 0)
}

function Line({ line, className }: { readonly line: LinkLine; readonly className: string }) {
  return <line className={className} x1={line.x1} y1={line.y1} x2={line.x2} y2={line.y2} />
}

const CLOG_BARS_PX = 76

const along = (line: LinkLine, share: number): Point => ({
  x: line.x1 + (line.x2 - line.x1) * share,
  y: line.y1 + (line.y2 - line.y1) * share,
})

interface FaultyLinkProps {
  readonly link: LinkView
  readonly line: LinkLine
  /** The other way has drawn it already. */
  readonly hidden: boolean
  readonly caption: string
  readonly oneWay: boolean
  /** Without its cross. */
  readonly faint: boolean
  readonly textScale: number
}

/** Severed: a gap with a cross. Clogged: two bars at the mouth. Lossy or slow: dotted, with the figure. */
function FaultyLink({ link, line, hidden, caption, oneWay, faint, textScale }: FaultyLinkProps) {
  const angle = (Math.atan2(line.y2 - line.y1, line.x2 - line.x1) * 180) / Math.PI
  if (link.severed) {
    if (hidden) return null
    if (faint) return <Line className="rs-severed-faint" line={line} />
    const gap = along(line, 0.46)
    const next = along(line, 0.54)
    const middle = along(line, 0.5)
    return (
      <g className="rs-severed">
        <line x1={line.x1} y1={line.y1} x2={gap.x} y2={gap.y} />
        <line x1={next.x} y1={next.y} x2={line.x2} y2={line.y2} />
        <path
          className="rs-severed-cross"
          transform={`translate(${middle.x} ${middle.y})`}
          d="M-5 -5 L5 5 M5 -5 L-5 5"
        />
        {oneWay && <Arrow at={line} angle={angle} />}
      </g>
    )
  }
  // Behind the queue of what waits in the mouth.
  const mouth = along(line, Math.min(0.45, CLOG_BARS_PX / (Math.hypot(line.x2 - line.x1, line.y2 - line.y1) || 1)))
  const label = along(line, 0.5)
  const flip = Math.abs(angle) > 90
  return (
    <g className={link.clog ? 'rs-clogged' : 'rs-worse'}>
      <Line line={line} className="" />
      <Arrow at={line} angle={angle} />
      {link.clog && (
        <path
          className="rs-clog-bars"
          transform={`translate(${mouth.x} ${mouth.y}) rotate(${angle})`}
          d="M-2 -7 V7 M3 -7 V7"
        />
      )}
      {caption !== '' && (
        <text
          className="rs-link-text"
          fontSize={11 * textScale}
          transform={`translate(${label.x} ${label.y}) rotate(${flip ? angle + 180 : angle})`}
          y={flip ? -6 : 14 * textScale}
        >
          {flip ? `← ${caption}` : `${caption} →`}
        </text>
      )}
    </g>
  )
}

function Arrow({ at, angle }: { readonly at: LinkLine; readonly angle: number }) {
  return <path className="rs-arrow" transform={`translate(${at.x2} ${at.y2}) rotate(${angle})`} d="M0 0 L-8 -4 V4 Z" />
}

export interface RegionsProps {
  readonly layout: StageLayout
  /** Groups of actor numbers. Fewer than two: nothing is drawn. */
  readonly groups: readonly (readonly number[])[]
  /** What stands beside each group. */
  readonly texts: readonly string[]
  /** While it is only a proposal. */
  readonly draft: boolean
  readonly preview: boolean
  readonly textScale: number
}

/** The sides of a partition as regions, each saying whether it is a majority. */
export function Regions({ layout, groups, texts, draft, preview, textScale }: RegionsProps) {
  if (groups.length < 2) return null
  const half = Math.max(layout.nodeRadius + 12, (layout.strip.cells * layout.strip.cellWidth) / 2 + 2)
  const caption = layout.detail === 'full' && !preview ? 16 * textScale : 0
  const below = layout.strip.top + layout.strip.cellHeight + caption
  return (
    <g className={draft ? 'rs-region rs-region-draft' : 'rs-region'}>
      {groups.map((group, position) => {
        const corners = group.flatMap((node): Point[] => {
          const x = layout.x[node]!
          const top = layout.y[node]! - layout.nodeRadius - 10
          const bottom = layout.y[node]! + below
          return [
            { x: x - half, y: bottom },
            { x: x + half, y: bottom },
            { x: x - layout.nodeRadius, y: top },
            { x: x + layout.nodeRadius, y: top },
          ]
        })
        const hull = convexHull(corners)
        const path = `M${hull.map((corner) => `${corner.x.toFixed(1)} ${corner.y.toFixed(1)}`).join('L')}Z`
        const beside =
          layout.detail === 'full' ? besideTop(hull, layout, textScale, texts[position]?.length ?? 0) : null
        const inside = beside === null || (!beside.fits && group.length > 2)
        const place = inside
          ? { ...middle(hull), style: { textAnchor: 'middle' } as const }
          : { x: beside.x, y: beside.y, style: { textAnchor: 'start' } as const }
        return (
          <g key={group.join(' ')}>
            <path className="rs-region-edge" d={path} />
            <path className="rs-region-inside" d={path} />
            {!preview && (
              <text className="rs-region-text" {...place} fontSize={12 * textScale}>
                {texts[position]}
              </text>
            )}
          </g>
        )
      })}
    </g>
  )
}

/** To the right of the region's highest corner, outside it; to the left where the stage ends (`fits` is false). */
function besideTop(
  hull: readonly Point[],
  layout: StageLayout,
  textScale: number,
  letters: number,
): Point & { readonly fits: boolean } {
  const top = Math.min(...hull.map((corner) => corner.y))
  const right = Math.max(...hull.filter((corner) => corner.y < top + 1).map((corner) => corner.x))
  const length = letters * 6.6 * textScale
  const fits = right + 18 + length <= layout.width
  const x = fits ? right + 18 : right - 2 * layout.nodeRadius - 18 - length
  return { x: Math.max(8, x), y: Math.max(top + 2, 14 * textScale), fits }
}

/** Many nodes stand around an empty middle. */
function middle(hull: readonly Point[]): Point {
  const mean = (read: (corner: Point) => number) => hull.reduce((sum, corner) => sum + read(corner), 0) / hull.length
  return { x: mean((corner) => corner.x), y: mean((corner) => corner.y) }
}
