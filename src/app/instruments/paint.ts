import { onPalette, palette } from '../../viz/palette.ts'
import type { SpaceTimePaint } from '../../viz/space-time.ts'

let cached: SpaceTimePaint | null = null
let watching = false

/** The present theme for canvases; each token is looked up once. The same object until the theme changes. */
export function paint(): SpaceTimePaint {
  if (!watching) {
    watching = true
    onPalette(() => {
      cached = null
    })
  }
  cached ??= readPaint()
  return cached
}

function readPaint(): SpaceTimePaint {
  const { color, stroke, textScale, fontUi, fontMono } = palette()
  const colors = new Map<string, string>()
  return {
    stroke,
    textScale,
    font: fontUi,
    mono: fontMono,
    color(token) {
      let value = colors.get(token)
      if (value === undefined) colors.set(token, (value = color(token)))
      return value
    },
  }
}

/**
 * Gives a canvas of this size (in CSS pixels, from an observer) as many pixels as the screen has there, and a context
 * whose unit is the CSS pixel. To ask the canvas for its size would lay out the whole page in the middle of a frame.
 */
export function fitCanvas(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
): { readonly ctx: CanvasRenderingContext2D; readonly width: number; readonly height: number } | null {
  const ctx = canvas.getContext('2d')
  if (ctx === null || width === 0 || height === 0) return null
  const ratio = window.devicePixelRatio || 1
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w
    canvas.height = h
  }
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0)
  return { ctx, width, height }
}
