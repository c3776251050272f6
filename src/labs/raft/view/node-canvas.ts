import { actorAt, STATUS } from '../../../engine/frame.ts'
import type { StageKit } from '../../../stage/kit.ts'
import { contextOf, createNamePainter, paintStatus } from '../../../stage/node-paint.ts'
import type { StageLayout } from '../../../viz/geometry.ts'
import { hueOf, type Palette } from '../../../viz/palette.ts'
import { ROLES } from '../contract.ts'
import { ACTOR } from '../frame.ts'
import { createNodeMemory, stripStart, timerLeft } from './node-paint.ts'

const LEADER = ROLES.indexOf('leader')
const CANDIDATE = ROLES.indexOf('candidate')
const PRE_CANDIDATE = ROLES.indexOf('pre-candidate')
const TAU = 2 * Math.PI

/**
 * Ten nodes and more are drawn on a canvas: each one again only when its record changed, clipped to its own box, together
 * with the neighbours that reach into it. The timers, which move in every frame, go below the traffic.
 */
export const createNodeCanvas: StageKit['paintCanvas'] = (canvas, names, nodes, layout, palette, pixelRatio) => {
  const context = contextOf(canvas, layout, pixelRatio)
  if (context === null) return null
  const isChanged = createNodeMemory(layout)
  const named = createNamePainter(context, layout.nodeRadius, palette)
  const pen: Pen = { on: context, layout, palette, compact: layout.detail === 'compact', named }
  const boxes = names.map((_, node) => boxOf(pen, node))
  const touching = new Map(
    nodes.map((node) => [node, nodes.filter((other) => overlap(boxes[node]!, boxes[other]!))] as const),
  )
  return {
    paint(frame) {
      for (const node of nodes) {
        if (!isChanged(frame, node)) continue
        const { x, y, width, height } = boxes[node]!
        const together = touching.get(node)!
        const clips = together.length > 1
        if (clips) {
          context.save()
          context.beginPath()
          context.rect(x, y, width, height)
          context.clip()
        }
        context.clearRect(x, y, width, height)
        for (const other of together) paintNode(pen, names[other] ?? '', other, frame, actorAt(frame, other))
        if (clips) {
          context.restore()
          named.forget()
        }
      }
    },
    timers(on, frame, nowUs) {
      on.lineWidth = pen.compact ? 2 : 1.5
      on.strokeStyle = palette.nodeRing
      for (const node of nodes) {
        const row = actorAt(frame, node)
        const left = timerLeft(frame, row, nowUs)
        if (left <= 0 || frame[row + ACTOR.role] === LEADER) continue
        on.beginPath()
        on.arc(layout.x[node]!, layout.y[node]!, layout.nodeRadius + 3, -TAU / 4, -TAU / 4 + TAU * left)
        on.stroke()
      }
    },
  }
}

interface Pen {
  readonly on: CanvasRenderingContext2D
  readonly layout: StageLayout
  readonly palette: Palette
  readonly compact: boolean
  readonly named: ReturnType<typeof createNamePainter>
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** In whole pixels, so that clipping leaves no seam. */
function boxOf({ layout, compact }: Pen, node: number): Box {
  const { strip, nodeRadius } = layout
  const half = Math.ceil(Math.max(nodeRadius + 3, (strip.cells * strip.cellWidth) / 2 + 2))
  const above = Math.ceil(nodeRadius + (compact ? 12 : 3))
  const height = above + Math.ceil(strip.top + strip.cellHeight + 3)
  return { x: Math.floor(layout.x[node]!) - half, y: Math.floor(layout.y[node]!) - above, width: 2 * half + 1, height }
}

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
}

function paintNode(pen: Pen, name: string, node: number, frame: Float64Array, row: number): void {
  const x = pen.layout.x[node]!
  const y = pen.layout.y[node]!
  paintDisc(pen, frame, row, x, y)
  paintName(pen, name, frame, row, x, y)
  paintHair(pen, frame, row, x, y)
}

/** Status and role by shape: filled with a crown leads, dashed campaigns, crossed is down, barred is paused. */
function paintDisc(pen: Pen, frame: Float64Array, row: number, x: number, y: number): void {
  const { on, palette } = pen
  const radius = pen.layout.nodeRadius
  const role = frame[row + ACTOR.role]!
  const down = frame[row + ACTOR.status] === STATUS.down
  const hue = hueOf(frame[row + ACTOR.term]!)
  const color = down ? palette.nodeDown : palette.term[hue]!
  const leads = role === LEADER && !down
  on.lineWidth = (leads ? 2.5 : 1.5) * palette.stroke
  on.strokeStyle = color
  on.fillStyle = leads ? color : palette.nodeFill
  const asks = role === CANDIDATE || role === PRE_CANDIDATE
  on.setLineDash(down ? [2, 3] : asks ? [radius / 2, radius / 4] : [])
  on.beginPath()
  on.arc(x, y, radius - 1, 0, TAU)
  if (!down) on.fill()
  on.stroke()
  on.setLineDash([])
  paintStatus(on, frame[row + ACTOR.status]!, x, y, radius, palette)
  if (leads && pen.compact) crown(on, x, y - radius, color)
  else if (role === CANDIDATE && !down && pen.compact) triangle(on, x, y - radius, color)
}

function crown(on: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  on.fillStyle = color
  on.beginPath()
  on.moveTo(x - 7, y)
  on.lineTo(x - 8, y - 7)
  on.lineTo(x - 3.5, y - 4)
  on.lineTo(x, y - 9)
  on.lineTo(x + 3.5, y - 4)
  on.lineTo(x + 8, y - 7)
  on.lineTo(x + 7, y)
  on.fill()
}

function triangle(on: CanvasRenderingContext2D, x: number, y: number, color: string): void {
  on.fillStyle = color
  on.beginPath()
  on.moveTo(x - 5, y - 1)
  on.lineTo(x, y - 9)
  on.lineTo(x + 5, y - 1)
  on.fill()
}

function paintName(pen: Pen, name: string, frame: Float64Array, row: number, x: number, y: number): void {
  const { palette } = pen
  const status = frame[row + ACTOR.status]
  if (status === STATUS.paused) return
  const down = status === STATUS.down
  const leads = frame[row + ACTOR.role] === LEADER && !down
  const ink = leads ? palette.termInk[hueOf(frame[row + ACTOR.term]!)]! : down ? palette.ink3 : palette.ink
  pen.named.paint(name, x, y, leads, ink)
}

/** The log strip without digits: solid is committed, half-high is not. */
function paintHair(pen: Pen, frame: Float64Array, row: number, x: number, y: number): void {
  const { on, palette } = pen
  const { cells, cellWidth, cellHeight, top } = pen.layout.strip
  const first = stripStart(frame, row, cells)
  const last = frame[row + ACTOR.lastIndex]!
  const commit = frame[row + ACTOR.commitIndex]!
  const skipped = first - frame[row + ACTOR.windowStart]!
  const left = Math.round(x - (cells * cellWidth) / 2)
  const upper = Math.round(y + top)
  const gap = cellWidth > 3 ? 1 : 0
  for (let position = 0; position < cells && first + position <= last; position += 1) {
    const term = frame[row + ACTOR.window + skipped + position]!
    if (term < 0) continue
    on.fillStyle = palette.term[hueOf(term)]!
    const solid = first + position <= commit
    const height = solid ? cellHeight : Math.max(1, cellHeight / 2)
    on.fillRect(left + position * cellWidth, upper + cellHeight - height, cellWidth - gap, height)
  }
  if (commit >= first - 1 && last >= first && pen.compact) {
    on.fillStyle = palette.ink
    on.fillRect(left + (Math.min(commit, last) - first + 1) * cellWidth - 0.5, upper - 1.5, 1, cellHeight + 3)
  }
}
