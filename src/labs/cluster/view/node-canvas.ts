import { actorAt, STATUS } from '../../../engine/frame.ts'
import type { NodeCanvas } from '../../../stage/kit.ts'
import type { StageLayout } from '../../../viz/geometry.ts'
import type { Palette } from '../../../viz/palette.ts'
import { SLOTS } from '../contract.ts'
import { ACTOR } from '../frame.ts'
import { CANDIDATE, MASTER, nodeHue, remember } from './node-paint.ts'

const TAU = 2 * Math.PI

/** Ten nodes and more: discs on a canvas, each drawn again only when its record changed. */
export function createNodeCanvas(
  canvas: HTMLCanvasElement,
  names: readonly string[],
  nodes: readonly number[],
  layout: StageLayout,
  palette: Palette,
  pixelRatio: number,
): NodeCanvas | null {
  const on = canvas.getContext('2d')
  if (on === null) return null
  canvas.width = Math.round(layout.width * pixelRatio)
  canvas.height = Math.round(layout.height * pixelRatio)
  on.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  const seen = new Float64Array(layout.x.length * ACTOR.size).fill(Number.NaN)
  const reach = layout.nodeRadius + 5
  return {
    paint(frame) {
      for (const node of nodes) {
        const row = actorAt(frame, node)
        if (!remember(seen, node * ACTOR.size, frame, row)) continue
        const x = layout.x[node]!
        const y = layout.y[node]!
        on.clearRect(x - reach, y - reach, 2 * reach, 2 * reach)
        paintDisc(on, frame, node, row, layout, palette)
        paintName(on, names[node] ?? '', frame, node, row, layout, palette)
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
  if (down) {
    const reach = radius * 0.65
    on.beginPath()
    on.moveTo(x - reach, y - reach)
    on.lineTo(x + reach, y + reach)
    on.moveTo(x + reach, y - reach)
    on.lineTo(x - reach, y + reach)
    on.stroke()
  } else if (status === STATUS.paused) {
    on.fillStyle = palette.nodeDown
    on.fillRect(x - radius * 0.75, y - radius * 0.5, radius * 0.3, radius)
    on.fillRect(x + radius * 0.45, y - radius * 0.5, radius * 0.3, radius)
  }
}

function paintName(
  on: CanvasRenderingContext2D,
  name: string,
  frame: Float64Array,
  node: number,
  row: number,
  layout: StageLayout,
  palette: Palette,
): void {
  const radius = layout.nodeRadius
  if (radius < 9 || frame[row + ACTOR.status] === STATUS.paused) return
  const master = frame[row + ACTOR.role] === MASTER && frame[row + ACTOR.status] !== STATUS.down
  const text = radius < 14 ? name.replace(/^n/, '') : name
  on.font = `${master ? 700 : 500} ${Math.min(13 * palette.textScale, radius * (text.length > 2 ? 0.78 : 0.92))}px ${palette.fontUi}`
  on.textAlign = 'center'
  on.textBaseline = 'middle'
  on.fillStyle = master ? palette.termInk[nodeHue(frame, node)]! : palette.ink
  on.fillText(text, layout.x[node]!, layout.y[node]! + 0.5)
}
