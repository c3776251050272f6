import type { StageLayout } from './geometry.ts'
import { hueOf, type Palette, TERM_HUES, termToken } from './palette.ts'

/**
 * Messages in flight on canvas, straight from the frame's columns. A message is an interval of time; where it is follows
 * from `nowUs`, so nothing is remembered between frames. Few messages are drawn as crisp glyphs with a letter; beyond
 * {@link STAMPS_FROM} their shapes are stamped as pixels into one ImageData, which stays fast with thousands.
 */

/** Which column of a message's record holds what; `size` is the length of a record. */
export interface MessageColumns {
  readonly id: number
  readonly from: number
  readonly to: number
  readonly label: number
  readonly sentAtUs: number
  readonly arrivesAtUs: number
  readonly value: number
  readonly waiting: number
  readonly size: number
}

export type GlyphShape = 'square' | 'dot' | 'diamond' | 'hollow-diamond' | 'stack' | 'hexagon' | 'ring'

/** How a kind of message looks. */
export interface Glyph {
  readonly letter: string
  readonly shape: GlyphShape
  /** `term`: the hue of its value; else a custom property. */
  readonly color: 'term' | string
  /** Half its width relative to the ordinary 1. */
  readonly scale: number
  /** While it waits before a cut it is not drawn: the cut says it already. What waits for a paused actor is. */
  readonly quiet?: boolean
}

export interface TrafficFrame {
  readonly data: Float64Array
  /** Where the first record begins, and how many there are. */
  readonly start: number
  readonly count: number
  readonly nowUs: number
  /** Prefers-reduced-motion: quarter steps and a counter on each link. */
  readonly reduced: boolean
  /** Number of the message to mark; -1: none. */
  readonly selectedId: number
  /** Per actor: 1 while it is paused, so that its mail waits at its own door. */
  readonly paused: Uint8Array
  /** Per label: 1 when messages of this kind are not drawn. */
  readonly hidden: Uint8Array
}

export interface Traffic {
  /** After a change of layout, palette or device pixel ratio. */
  resize(layout: StageLayout, palette: Palette, pixelRatio: number): void
  /** `under` draws below the messages on the same canvas. */
  draw(frame: TrafficFrame, under: ((context: CanvasRenderingContext2D) => void) | null): void
  /** The number of the message nearest to a point of the stage within `reach` pixels, or -1. */
  hit(x: number, y: number, reach: number): number
  /** Where the message with this number was drawn last, or null. */
  find(id: number): { readonly x: number; readonly y: number } | null
}

/** From this many messages on, shapes are stamped. Below {@link STAMPS_UNTIL} glyphs come back: the gap avoids flicker. */
const STAMPS_FROM = 300
const STAMPS_UNTIL = 240

/** Both ways of a link run this many pixels beside its middle. */
const LANE = 4
const TRAIL = 22
const QUEUE_SHOWN = 6
/** More counters than this cover each other. */
const COUNTERS_MAX = 16
const QUEUE_PITCH = 10

/** Share of the way that is done, 0..1. Reduced motion: the middle of one of four steps. */
export function progress(sentAtUs: number, arrivesAtUs: number, nowUs: number, reduced: boolean): number {
  const span = arrivesAtUs - sentAtUs
  const share = span <= 0 ? 1 : Math.min(Math.max((nowUs - sentAtUs) / span, 0), 1)
  return reduced ? (Math.min(3, Math.floor(share * 4)) + 0.5) / 4 : share
}

/** Whether (dx, dy), in units of half the glyph's width, belongs to the shape: what stamps are made of. */
export function insideShape(shape: GlyphShape, dx: number, dy: number): boolean {
  const radius = Math.hypot(dx, dy)
  const taxi = Math.abs(dx) + Math.abs(dy)
  const box = Math.max(Math.abs(dx), Math.abs(dy))
  switch (shape) {
    case 'square':
      return box <= 0.9
    case 'dot':
      return radius <= 0.7
    case 'diamond':
      return taxi <= 1.15
    case 'hollow-diamond':
      return (taxi <= 1.35 && taxi >= 1.05) || radius <= 0.36
    case 'stack':
      return box <= 1 && (Math.abs(dy) < 0.25 || Math.abs(dy) > 0.6)
    case 'hexagon':
      return Math.abs(dy) <= 0.55 && Math.abs(dx) + Math.abs(dy) * 0.5 <= 1.3
    case 'ring':
      return radius <= 1.05 && radius >= 0.55
  }
}

const TAU = 2 * Math.PI

export function createTraffic(
  vector: HTMLCanvasElement,
  stamps: HTMLCanvasElement,
  columns: MessageColumns,
  glyphs: readonly Glyph[],
  messagesMax: number,
): Traffic | null {
  const context = vector.getContext('2d')
  const pixels = stamps.getContext('2d')
  if (context === null || pixels === null) return null
  const ids = new Float64Array(messagesMax)
  const xs = new Float32Array(messagesMax)
  const ys = new Float32Array(messagesMax)
  const uxs = new Float32Array(messagesMax)
  const uys = new Float32Array(messagesMax)
  const gone = new Float32Array(messagesMax)
  const looks = new Uint16Array(messagesMax)
  const touched = new Int32Array(messagesMax)
  let flying = new Uint16Array(0)
  let waiting = new Uint16Array(0)
  let drawn = 0
  let pairs = 0
  let stamping = false
  let layout: StageLayout | null = null
  let colors: Palette | null = null
  let sprites: Sprites | null = null
  let stampBook: StampBook | null = null
  let actors = 0

  function resize(next: StageLayout, nextColors: Palette, pixelRatio: number): void {
    layout = next
    colors = nextColors
    actors = next.x.length
    if (flying.length !== actors * actors) {
      flying = new Uint16Array(actors * actors)
      waiting = new Uint16Array(actors * actors)
      pairs = 0
    }
    fitCanvas(vector, next, pixelRatio)
    context!.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
    const half = glyphHalf(next, nextColors)
    sprites = createSprites(glyphs, half, nextColors, pixelRatio, next.detail === 'full')
    // Four million pixels are too much to clear and copy in every frame: then one stamp pixel covers several.
    const stampRatio = next.width * next.height * pixelRatio * pixelRatio > 2_500_000 ? 1 : pixelRatio
    fitCanvas(stamps, next, stampRatio)
    stampBook = createStampBook(glyphs, next, nextColors, stampRatio, pixels!)
  }

  /** Computes every position of the frame into the columns above. */
  function place(frame: TrafficFrame, at: StageLayout): void {
    for (let pair = 0; pair < pairs; pair += 1) {
      flying[touched[pair]!] = 0
      waiting[touched[pair]!] = 0
    }
    pairs = 0
    drawn = 0
    const { data } = frame
    const count = Math.min(frame.count, messagesMax)
    for (let position = 0; position < count; position += 1) {
      const row = frame.start + position * columns.size
      const from = data[row + columns.from]!
      const to = data[row + columns.to]!
      // What a node tells itself (its disk is done) does not travel.
      if (from === to || from >= actors || to >= actors) continue
      const label = data[row + columns.label]!
      const waits = data[row + columns.waiting] !== 0
      if (frame.hidden[label] === 1 || (waits && glyphs[label]?.quiet === true && frame.paused[to] === 0)) continue
      const pair = from * actors + to
      if (flying[pair] === 0 && waiting[pair] === 0) touched[pairs++] = pair
      const dx = at.x[to]! - at.x[from]!
      const dy = at.y[to]! - at.y[from]!
      const length = Math.sqrt(dx * dx + dy * dy) || 1
      const ux = dx / length
      const uy = dy / length
      const way = Math.max(1, length - at.reach[from]! - at.reach[to]!)
      let along: number
      if (waits) {
        const rank = Math.min(waiting[pair]!, QUEUE_SHOWN)
        waiting[pair]! += 1
        const depth = 8 + Math.min(rank * QUEUE_PITCH, Math.max(0, way - 16))
        along = frame.paused[to] === 1 ? way - depth : depth
        gone[drawn] = 0
      } else {
        flying[pair]! += 1
        along =
          way * progress(data[row + columns.sentAtUs]!, data[row + columns.arrivesAtUs]!, frame.nowUs, frame.reduced)
        gone[drawn] = frame.reduced ? 0 : Math.min(along, TRAIL)
      }
      const reach = at.reach[from]! + along
      ids[drawn] = data[row + columns.id]!
      xs[drawn] = at.x[from]! + ux * reach - uy * LANE
      ys[drawn] = at.y[from]! + uy * reach + ux * LANE
      uxs[drawn] = ux
      uys[drawn] = uy
      looks[drawn] = label * TERM_HUES + hueOf(data[row + columns.value]!)
      drawn += 1
    }
  }

  function drawGlyphs(on: CanvasRenderingContext2D, sheet: Sprites): void {
    on.lineWidth = sheet.half > 6 ? 2 : 1.5
    on.globalAlpha = 0.5
    for (let index = 0; index < drawn; index += 1) {
      const tail = gone[index]!
      if (tail < 3) continue
      on.strokeStyle = sheet.colors[looks[index]!]!
      on.beginPath()
      on.moveTo(xs[index]!, ys[index]!)
      on.lineTo(xs[index]! - uxs[index]! * tail, ys[index]! - uys[index]! * tail)
      on.stroke()
    }
    on.globalAlpha = 1
    for (let index = 0; index < drawn; index += 1) sheet.draw(on, looks[index]!, xs[index]!, ys[index]!)
  }

  /** How many wait at a mouth; under reduced motion also how many fly. */
  function drawCounters(on: CanvasRenderingContext2D, at: StageLayout, palette: Palette, frame: TrafficFrame): void {
    let ready = false
    let crowded = 0
    for (let index = 0; index < pairs; index += 1) if (waiting[touched[index]!]! > 3) crowded += 1
    if (crowded > COUNTERS_MAX) return
    for (let index = 0; index < pairs; index += 1) {
      const pair = touched[index]!
      const many = waiting[pair]! > 3
      if (!many && !(frame.reduced && flying[pair]! > 1)) continue
      // Setting a font costs more than the whole loop, and most frames need none.
      if (!ready) setCounterFont(on, palette)
      ready = true
      const text = many ? `${waiting[pair]} wait` : `×${flying[pair]}`
      const from = Math.floor(pair / actors)
      const to = pair % actors
      const dx = at.x[to]! - at.x[from]!
      const dy = at.y[to]! - at.y[from]!
      const length = Math.sqrt(dx * dx + dy * dy) || 1
      const share =
        (at.reach[from]! +
          (length - at.reach[from]! - at.reach[to]!) * (many ? (frame.paused[to] === 1 ? 0.7 : 0.3) : 0.5)) /
        length
      const x = at.x[from]! + dx * share - (dy / length) * 18
      const y = at.y[from]! + dy * share + (dx / length) * 18
      on.strokeStyle = palette.surface0
      on.lineWidth = 4
      on.lineJoin = 'round'
      on.strokeText(text, x, y)
      on.fillStyle = palette.ink2
      on.fillText(text, x, y)
    }
  }

  function markSelected(on: CanvasRenderingContext2D, id: number, palette: Palette, half: number): void {
    if (id < 0) return
    const index = indexOf(id)
    if (index < 0) return
    on.strokeStyle = palette.ink
    on.lineWidth = 2
    on.beginPath()
    on.arc(xs[index]!, ys[index]!, half + 6, 0, TAU)
    on.stroke()
  }

  function indexOf(id: number): number {
    for (let index = 0; index < drawn; index += 1) if (ids[index] === id) return index
    return -1
  }

  return {
    resize,
    draw(frame, under) {
      if (layout === null || colors === null || sprites === null || stampBook === null) return
      place(frame, layout)
      const wasStamping = stamping
      stamping = stamping ? drawn > STAMPS_UNTIL : drawn > STAMPS_FROM
      context.clearRect(0, 0, layout.width, layout.height)
      under?.(context)
      if (stamping) stampBook.draw(drawn, xs, ys, uxs, uys, gone, looks)
      else drawGlyphs(context, sprites)
      if (wasStamping && !stamping) stampBook.clear()
      drawCounters(context, layout, colors, frame)
      markSelected(context, frame.selectedId, colors, sprites.half)
    },
    hit(x, y, reach) {
      let best = -1
      let bestSquare = reach * reach
      for (let index = 0; index < drawn; index += 1) {
        const square = (xs[index]! - x) ** 2 + (ys[index]! - y) ** 2
        if (square > bestSquare) continue
        best = index
        bestSquare = square
      }
      return best < 0 ? -1 : ids[best]!
    },
    find(id) {
      const index = indexOf(id)
      return index < 0 ? null : { x: xs[index]!, y: ys[index]! }
    },
  }
}

function setCounterFont(on: CanvasRenderingContext2D, palette: Palette): void {
  on.font = `600 ${11 * palette.textScale}px ${palette.fontUi}`
  on.textAlign = 'center'
  on.textBaseline = 'middle'
}

function fitCanvas(canvas: HTMLCanvasElement, layout: StageLayout, ratio: number): void {
  canvas.width = Math.max(1, Math.round(layout.width * ratio))
  canvas.height = Math.max(1, Math.round(layout.height * ratio))
}

function glyphHalf(layout: StageLayout, palette: Palette): number {
  const half =
    layout.detail === 'full'
      ? Math.min(8, layout.nodeRadius / 3)
      : layout.detail === 'compact'
        ? Math.min(6, layout.nodeRadius * 0.42)
        : 4
  return half * Math.min(palette.textScale, 1.3)
}

/** The colour of every look (label and hue). */
function lookColors(glyphs: readonly Glyph[], read: (token: string) => string): string[] {
  return glyphs.flatMap((glyph) =>
    Array.from({ length: TERM_HUES }, (_, hue) => read(glyph.color === 'term' ? termToken(hue) : glyph.color)),
  )
}

interface Sprites {
  readonly half: number
  readonly colors: readonly string[]
  draw(on: CanvasRenderingContext2D, look: number, x: number, y: number): void
}

/** Each look is painted once, at its first use, into a sheet, and copied from there. */
function createSprites(
  glyphs: readonly Glyph[],
  half: number,
  palette: Palette,
  ratio: number,
  letters: boolean,
): Sprites {
  const colors = lookColors(glyphs, palette.color)
  const cell = Math.ceil(half * 3.6) + 4
  const sheet = document.createElement('canvas')
  sheet.width = Math.ceil(cell * TERM_HUES * ratio)
  sheet.height = Math.ceil(cell * glyphs.length * ratio)
  const paint = sheet.getContext('2d')
  const ready = new Uint8Array(colors.length)
  return {
    half,
    colors,
    draw(on, look, x, y) {
      if (paint === null || look >= colors.length) return
      const column = (look % TERM_HUES) * cell
      const row = Math.floor(look / TERM_HUES) * cell
      if (ready[look] === 0) {
        ready[look] = 1
        const glyph = glyphs[Math.floor(look / TERM_HUES)]!
        paint.setTransform(ratio, 0, 0, ratio, (column + cell / 2) * ratio, (row + cell / 2) * ratio)
        const letterInk = glyph.color === 'term' ? palette.termInk[look % TERM_HUES]! : palette.surface0
        paintGlyph(paint, glyph, half, {
          color: colors[look]!,
          letterInk,
          back: palette.surface0,
          font: palette.fontUi,
          letters,
        })
      }
      on.drawImage(
        sheet,
        column * ratio,
        row * ratio,
        cell * ratio,
        cell * ratio,
        x - cell / 2,
        y - cell / 2,
        cell,
        cell,
      )
    },
  }
}

interface GlyphInk {
  readonly color: string
  /** On a filled shape. */
  readonly letterInk: string
  /** Behind hollow shapes, so that a link does not shine through. */
  readonly back: string
  readonly font: string
  readonly letters: boolean
}

/** Paints a glyph around the origin. */
function paintGlyph(on: CanvasRenderingContext2D, glyph: Glyph, half: number, ink: GlyphInk): void {
  const size = half * glyph.scale
  const hollow = glyph.shape === 'ring' || glyph.shape === 'hollow-diamond'
  on.lineWidth = Math.max(1.25, size / 5)
  on.strokeStyle = ink.color
  on.fillStyle = hollow ? ink.back : ink.color
  on.beginPath()
  tracePath(on, glyph.shape, size)
  on.fill()
  if (hollow) on.stroke()
  if (glyph.shape === 'stack') {
    on.globalAlpha = 0.75
    on.fillRect(-size * 0.8, -size * 1.28, size * 1.6, size * 0.18)
    on.globalAlpha = 1
  }
  if (!ink.letters || glyph.letter === '') return
  on.fillStyle = hollow ? ink.color : ink.letterInk
  on.font = `700 ${Math.max(8, size * (hollow ? 1.15 : 1.35))}px ${ink.font}`
  on.textAlign = 'center'
  on.textBaseline = 'middle'
  on.fillText(glyph.letter, 0, size * 0.08)
}

function tracePath(on: CanvasRenderingContext2D, shape: GlyphShape, size: number): void {
  switch (shape) {
    case 'square':
    case 'stack':
      on.roundRect(-size, -size, 2 * size, 2 * size, size / 4)
      return
    case 'dot':
    case 'ring':
      on.arc(0, 0, size, 0, TAU)
      return
    case 'diamond':
    case 'hollow-diamond':
      on.moveTo(0, -size * 1.3)
      on.lineTo(size * 1.3, 0)
      on.lineTo(0, size * 1.3)
      on.lineTo(-size * 1.3, 0)
      on.closePath()
      return
    case 'hexagon':
      for (let corner = 0; corner < 6; corner += 1) {
        on.lineTo(size * 1.15 * Math.cos((corner * TAU) / 6), size * 1.15 * Math.sin((corner * TAU) / 6))
      }
      on.closePath()
      return
  }
}

interface StampBook {
  draw(
    count: number,
    xs: Float32Array,
    ys: Float32Array,
    uxs: Float32Array,
    uys: Float32Array,
    gone: Float32Array,
    looks: Uint16Array,
  ): void
  clear(): void
}

/** Shapes as lists of pixel offsets, stamped into one ImageData. */
function createStampBook(
  glyphs: readonly Glyph[],
  layout: StageLayout,
  palette: Palette,
  ratio: number,
  target: CanvasRenderingContext2D,
): StampBook {
  const width = Math.max(1, Math.round(layout.width * ratio))
  const height = Math.max(1, Math.round(layout.height * ratio))
  const half = (layout.detail === 'full' ? 4 : 3) * ratio
  const margin = Math.ceil(half * 2) + 1
  const offsets = glyphs.map((glyph) => stampOffsets(glyph, half, width))
  const inks = Uint32Array.from(
    glyphs.flatMap((glyph) =>
      Array.from({ length: TERM_HUES }, (_, hue) =>
        palette.pixel(glyph.color === 'term' ? termToken(hue) : glyph.color),
      ),
    ),
  )
  let image: ImageData | null = null
  let buffer: Uint32Array | null = null
  return {
    draw(count, xs, ys, uxs, uys, gone, looks) {
      if (image === null || buffer === null) {
        image = target.createImageData(width, height)
        buffer = new Uint32Array(image.data.buffer)
      }
      buffer.fill(0)
      for (let index = 0; index < count; index += 1) {
        const look = looks[index]!
        const x = Math.round(xs[index]! * ratio)
        const y = Math.round(ys[index]! * ratio)
        if (look >= inks.length || x < margin || y < margin || x >= width - margin || y >= height - margin) continue
        const ink = inks[look]!
        const faint = (ink & 0x00_ff_ff_ff) | 0x70_00_00_00
        const tail = Math.min(gone[index]! * ratio, half * 2)
        for (let step = half; step < tail; step += 1) {
          buffer[Math.round(y - uys[index]! * step) * width + Math.round(x - uxs[index]! * step)] = faint
        }
        const shape = offsets[Math.floor(look / TERM_HUES)]!
        const origin = y * width + x
        for (let dot = 0; dot < shape.length; dot += 1) buffer[origin + shape[dot]!] = ink
      }
      target.putImageData(image, 0, 0)
    },
    clear() {
      target.clearRect(0, 0, width, height)
      image = null
      buffer = null
    },
  }
}

function stampOffsets(glyph: Glyph, half: number, width: number): Int32Array {
  const size = half * Math.min(glyph.scale, 1.6)
  const edge = Math.ceil(size * 1.3)
  const offsets: number[] = []
  for (let dy = -edge; dy <= edge; dy += 1) {
    for (let dx = -edge; dx <= edge; dx += 1) {
      if (insideShape(glyph.shape, dx / size, dy / size)) offsets.push(dy * width + dx)
    }
  }
  return Int32Array.from(offsets)
}
