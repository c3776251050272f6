import { actorAt, STATUS } from '../engine/frame.ts'
import type { StageLayout } from '../viz/geometry.ts'
import type { Palette } from '../viz/palette.ts'

/** What the painters of nodes have in common in every lab: as shapes, and on a canvas when there are many. */

/** Marks of a status in a badge of six pixels, as paths. */
export const STATUS_MARKS: Readonly<Record<number, string>> = {
  [STATUS.up]: '',
  [STATUS.paused]: 'M-3 -4 V4 M3 -4 V4',
  [STATUS.down]: 'M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5',
}

/** The shapes of these nodes that are in the picture. */
export function shapesOf(svg: SVGSVGElement, nodes: readonly number[]): readonly { node: number; group: Element }[] {
  return nodes.flatMap((node) => {
    const group = svg.querySelector(`[data-node="${node}"]`)
    return group === null ? [] : [{ node, group }]
  })
}

/** Tells whether an actor's record differs from that which was painted last. `still`: columns that do not count. */
export function createRecordMemory(actors: number, size: number, still: readonly number[] = []) {
  const columns = Array.from({ length: size }, (_, column) => column).filter((column) => !still.includes(column))
  // NaN differs from everything, also from itself.
  const seen = new Float64Array(actors * size).fill(Number.NaN)
  return (frame: Float64Array, actor: number): boolean => {
    const row = actorAt(frame, actor)
    let changed = false
    for (const column of columns) {
      const value = frame[row + column]!
      if (seen[actor * size + column] === value) continue
      seen[actor * size + column] = value
      changed = true
    }
    return changed
  }
}

/** A canvas in the size of the picture, in its coordinates. */
export function contextOf(
  canvas: HTMLCanvasElement,
  layout: StageLayout,
  pixelRatio: number,
): CanvasRenderingContext2D | null {
  const on = canvas.getContext('2d')
  canvas.width = Math.round(layout.width * pixelRatio)
  canvas.height = Math.round(layout.height * pixelRatio)
  on?.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  return on
}

/** Crossed is down, barred is paused: over a disc, in the colour of its line. */
export function paintStatus(
  on: CanvasRenderingContext2D,
  status: number,
  x: number,
  y: number,
  radius: number,
  palette: Palette,
): void {
  if (status === STATUS.down) {
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

/**
 * Names in discs: none in very small ones, and only the number in small ones; that all are nodes is plain. `forget` after
 * the context was restored: setting a font costs more than drawing a name, so it is set when it changes.
 */
export function createNamePainter(on: CanvasRenderingContext2D, radius: number, palette: Palette) {
  let known = ''
  return {
    forget() {
      known = ''
    },
    paint(name: string, x: number, y: number, isBold: boolean, color: string): void {
      if (radius < 9) return
      const text = radius < 14 ? name.replace(/^n/, '') : name
      const size = Math.min(13 * palette.textScale, radius * (text.length > 2 ? 0.78 : 0.92))
      const font = `${isBold ? 700 : 500} ${size}px ${palette.fontUi}`
      if (font !== known) on.font = known = font
      on.textAlign = 'center'
      on.textBaseline = 'middle'
      on.fillStyle = color
      on.fillText(text, x, y + 0.5)
    },
  }
}
