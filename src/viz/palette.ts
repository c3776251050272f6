/**
 * The design tokens as canvases need them: read once per theme, not once per frame. The shell fires `ballast:theme` on
 * the window after it changed `data-theme`.
 */
export const TERM_HUES = 7

export interface Palette {
  readonly surface0: string
  readonly surface1: string
  readonly surface2: string
  readonly line: string
  readonly lineStrong: string
  readonly ink: string
  readonly ink2: string
  readonly ink3: string
  readonly accent: string
  readonly accentSoft: string
  readonly good: string
  readonly warn: string
  readonly bad: string
  readonly focus: string
  readonly nodeFill: string
  readonly nodeRing: string
  readonly nodeDown: string
  /** {@link TERM_HUES} hues, and the text colour that is readable on each. */
  readonly term: readonly string[]
  readonly termInk: readonly string[]
  readonly fontUi: string
  readonly fontMono: string
  /** Line width in CSS pixels: 1, or 2 on a projector. */
  readonly stroke: number
  /** Factor on font sizes: 1, or 1.5 on a projector. */
  readonly textScale: number
  /** Any custom property by its name, as the canvas understands it. */
  color(token: string): string
  /** The same as one pixel of an ImageData seen as Uint32Array (little endian: ABGR), fully opaque. */
  pixel(token: string): number
}

/** Fired on the window when the theme has changed. */
export const THEME_EVENT = 'ballast:theme'

let current: Palette | null = null
const listeners = new Set<() => void>()
let listening = false

/** The palette of the present theme. */
export function palette(): Palette {
  listen()
  current ??= readPalette()
  return current
}

/** Calls `listener` after every change of theme until the returned function is called. */
export function onPalette(listener: () => void): () => void {
  listen()
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** The custom property of a term's hue. */
export function termToken(term: number): string {
  return `--term-${hueOf(term)}`
}

export function hueOf(term: number): number {
  return Math.max(0, term) % TERM_HUES
}

function listen(): void {
  if (listening) return
  listening = true
  window.addEventListener(THEME_EVENT, () => {
    current = null
    for (const listener of listeners) listener()
  })
}

function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const read = (token: string, otherwise: string) => style.getPropertyValue(token).trim() || otherwise
  const pixels = new Map<string, number>()
  const color = (token: string) => read(token, '#8b95a5')
  const hues = (prefix: string) => Array.from({ length: TERM_HUES }, (_, hue) => color(`${prefix}${hue}`))
  return {
    surface0: color('--surface-0'),
    surface1: color('--surface-1'),
    surface2: color('--surface-2'),
    line: color('--line'),
    lineStrong: color('--line-strong'),
    ink: color('--ink'),
    ink2: color('--ink-2'),
    ink3: color('--ink-3'),
    accent: color('--accent'),
    accentSoft: color('--accent-soft'),
    good: color('--good'),
    warn: color('--warn'),
    bad: color('--bad'),
    focus: color('--focus'),
    nodeFill: color('--node-fill'),
    nodeRing: color('--node-ring'),
    nodeDown: color('--node-down'),
    term: hues('--term-'),
    termInk: hues('--term-ink-'),
    fontUi: read('--font-ui', 'system-ui, sans-serif'),
    fontMono: read('--font-mono', 'ui-monospace, monospace'),
    stroke: Number.parseFloat(read('--stroke', '1')) || 1,
    textScale: Number.parseFloat(read('--text-scale', '1')) || 1,
    color,
    pixel(token) {
      let pixel = pixels.get(token)
      if (pixel === undefined) pixels.set(token, (pixel = pixelOf(color(token))))
      return pixel
    },
  }
}

/** Whatever notation the token uses, one painted pixel says what it is. */
function pixelOf(color: string): number {
  const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
  if (context === null) return 0xff_80_80_80
  context.fillStyle = color
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0
}
