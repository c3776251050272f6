import type { Palette } from '../../../../viz/palette.ts'

/** How items look: the class is a shape and a hue, a retry has a ring around it. */

export const CLASSES = 7

/** Hues of the classes, as positions among the palette's. The first class is the ordinary one. */
const HUES = [1, 0, 2, 6, 4, 5, 3] as const

export const classToken = (itemClass: number): string => `--term-${HUES[itemClass % CLASSES]!}`

/** The outline of a class around the origin, in the present path. */
function traceClass(on: CanvasRenderingContext2D | Path2D, itemClass: number, half: number): void {
  switch (itemClass % CLASSES) {
    case 0:
      on.arc(0, 0, half, 0, 2 * Math.PI)
      break
    case 1:
      on.rect(-half * 0.9, -half * 0.9, half * 1.8, half * 1.8)
      break
    case 2:
      polygon(on, 3, half * 1.2, -Math.PI / 2)
      break
    case 3:
      polygon(on, 4, half * 1.2, -Math.PI / 2)
      break
    case 4:
      polygon(on, 6, half * 1.1, 0)
      break
    case 5:
      polygon(on, 3, half * 1.2, Math.PI / 2)
      break
    default:
      on.rect(-half * 1.2, -half * 0.55, half * 2.4, half * 1.1)
  }
}

function polygon(on: CanvasRenderingContext2D | Path2D, corners: number, radius: number, from: number): void {
  for (let corner = 0; corner < corners; corner += 1) {
    const angle = from + (corner * 2 * Math.PI) / corners
    on.lineTo(radius * Math.cos(angle), radius * Math.sin(angle))
  }
  on.closePath()
}

/** Items painted once and copied from there. */
export interface Sprites {
  readonly half: number
  draw(on: CanvasRenderingContext2D, itemClass: number, retry: boolean, x: number, y: number): void
}

export function createSprites(half: number, palette: Palette, pixelRatio: number): Sprites {
  const cell = Math.ceil(half * 3.6) + 2
  const sheet = document.createElement('canvas')
  sheet.width = Math.ceil(cell * CLASSES * pixelRatio)
  sheet.height = Math.ceil(cell * 2 * pixelRatio)
  const on = sheet.getContext('2d')
  if (on !== null) {
    for (let itemClass = 0; itemClass < CLASSES; itemClass += 1) {
      for (const retry of [0, 1]) {
        on.setTransform(
          pixelRatio,
          0,
          0,
          pixelRatio,
          (itemClass + 0.5) * cell * pixelRatio,
          (retry + 0.5) * cell * pixelRatio,
        )
        paintItem(on, itemClass, retry === 1, half, palette)
      }
    }
  }
  const size = cell * pixelRatio
  return {
    half,
    draw(target, itemClass, retry, x, y) {
      const column = (itemClass % CLASSES) * size
      target.drawImage(sheet, column, retry ? size : 0, size, size, x - cell / 2, y - cell / 2, cell, cell)
    },
  }
}

function paintItem(
  on: CanvasRenderingContext2D,
  itemClass: number,
  retry: boolean,
  half: number,
  palette: Palette,
): void {
  on.fillStyle = palette.color(classToken(itemClass))
  on.beginPath()
  traceClass(on, itemClass, retry ? half * 0.72 : half)
  on.fill()
  if (!retry) return
  on.strokeStyle = palette.ink
  on.lineWidth = Math.max(1.2, half * 0.3)
  on.beginPath()
  on.arc(0, 0, half * 1.25, 0, 2 * Math.PI)
  on.stroke()
}
