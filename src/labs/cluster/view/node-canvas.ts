import { actorAt, STATUS } from '../../../engine/frame.ts'
import type { StageKit } from '../../../stage/kit.ts'
import { contextOf, createNamePainter, createRecordMemory, paintStatus } from '../../../stage/node-paint.ts'
import type { StageLayout } from '../../../viz/geometry.ts'
import type { Palette } from '../../../viz/palette.ts'
import { SLOTS } from '../contract.ts'
import { ACTOR } from '../frame.ts'
import { CANDIDATE, MASTER, nodeHue } from './node-paint.ts'

const TAU = 2 * Math.PI

/** Ten nodes and more: discs on a canvas, each drawn again only when its record changed. */
export const createNodeCanvas: StageKit['paintCanvas'] = (canvas, names, nodes, layout, palette, pixelRatio) => {
  const on = contextOf(canvas, layout, pixelRatio)
  if (on === null) return null
  const isChanged = createRecordMemory(layout.x.length, ACTOR.size)
  const named = createNamePainter(on, layout.nodeRadius, palette)
  const reach = layout.nodeRadius + 5
  return {
    paint(frame) {
      for (const node of nodes) {
        const row = actorAt(frame, node)
        if (!isChanged(frame, node)) continue
        const x = layout.x[node]!
        const y = layout.y[node]!
        on.clearRect(x - reach, y - reach, 2 * reach, 2 * reach)
        paintDisc(on, frame, node, row, layout, palette)
        if (frame[row + ACTOR.status] === STATUS.paused) continue
        const isMaster = frame[row + ACTOR.role] === MASTER && frame[row + ACTOR.status] !== STATUS.down
        named.paint(names[node] ?? '', x, y, isMaster, isMaster ? palette.termInk[nodeHue(frame, node)]! : palette.ink)
      }
    },
    timers(over, frame, nowUs) {
      over.lineWidth = 2
      over.strokeStyle = palette.nodeRing
      for (const node of nodes) {
        const due = frame[actorAt(frame, node) + ACTOR.electionDueUs]!
        if (due < nowUs) continue
        over.beginPath()
        over.arc(
          layout.x[node]!,
          layout.y[node]!,
          layout.nodeRadius - 3,
          -TAU / 4,
          TAU * Math.min(1, (due - nowUs) / 2e6) - TAU / 4,
        )
        over.stroke()
      }
    },
  }
}

/** A master is filled, a replica hollow, a candidate dashed, who is down crossed, who is paused barred. */
function paintDisc(
  on: CanvasRenderingContext2D,
  frame: Float64Array,
  node: number,
  row: number,
  layout: StageLayout,
  palette: Palette,
): void {
  const radius = layout.nodeRadius
  const [x, y] = [layout.x[node]!, layout.y[node]!]
  const status = frame[row + ACTOR.status]!
  const down = status === STATUS.down
  const role = frame[row + ACTOR.role]!
  const color = down ? palette.nodeDown : palette.term[nodeHue(frame, node)]!
  on.lineWidth = 2 * palette.stroke
  on.strokeStyle = color
  on.fillStyle = role === MASTER && !down ? color : palette.nodeFill
  const isDown = frame[row + ACTOR.clusterOk] === 0
  on.setLineDash(down || isDown ? [2, 3] : role === CANDIDATE ? [radius / 2, radius / 4] : [])
  on.beginPath()
  on.arc(x, y, radius - 1, 0, TAU)
  if (!down) on.fill()
  on.stroke()
  on.setLineDash([])
  const share = Math.max(0, frame[row + ACTOR.slots]!) / SLOTS
  if (share > 0) {
    on.beginPath()
    on.arc(x, y, radius + 3, -TAU / 4, TAU * share - TAU / 4)
    on.stroke()
  }
  paintStatus(on, status, x, y, radius, palette)
}
