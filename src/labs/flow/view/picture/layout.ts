import type { Size } from '../../../../viz/geometry.ts'
import type { PartKindName } from '../../contract.ts'

/** Where the parts of a pipeline stand: from left to right, copies as rows or as cells. Pure; in CSS pixels. */

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What the layout must know of a part; the position in the list is the number of its actor. */
export interface PartPlace {
  readonly kind: PartKindName
  readonly variant: number
  readonly column: number
  readonly row: number
}

/** How much fits beside a part: everything; no second line; the name alone. */
export type PartDetail = 'full' | 'compact' | 'bare'

/** A part on the picture. */
export interface Box extends Rect {
  /** What holds what waits. */
  readonly tank: Rect
  /** Servers of a stage, the dial of a source. */
  readonly works: Rect
  /** Where pipes end and begin: at the left and the right wall, at this height. */
  readonly pipeY: number
  /** Room for text around it. */
  readonly room: Rect
  readonly detail: PartDetail
  /** Lines of text below it. */
  readonly captions: number
}

/** One copy of the pipeline. */
export interface Cell extends Rect {
  readonly variant: number
  /** Height of its heading; 0: there is none. */
  readonly heading: number
  /** Where answers travel back that have no pipe of their own. */
  readonly railY: number
}

export interface FlowLayout extends Size {
  readonly boxes: readonly Box[]
  readonly cells: readonly Cell[]
  /** That of the part with the least room. */
  readonly detail: PartDetail
  readonly preview: boolean
  readonly textScale: number
  /** Height of a line of small text. */
  readonly line: number
}

export interface LayoutOptions {
  readonly preview: boolean
  readonly textScale: number
}

/** Narrower columns cannot be read: then the picture is wider than its window and is scrolled. */
const COLUMN_MIN = 86
const BODY = { width: { min: 44, max: 240, share: 0.63 }, height: { min: 30, max: 290 } }
/** Higher than this many times its width a vessel is a pipe. */
const SLENDER = 1.8
const FULL_FROM = { width: 120, height: 168 }
const COMPACT_FROM = { width: 84, height: 88 }
const LINE = 15
const RAIL = 14

export function layoutFlow(
  parts: readonly PartPlace[],
  variants: number,
  window: Size,
  { preview, textScale }: LayoutOptions,
): FlowLayout {
  const columns = 1 + Math.max(0, ...parts.map(({ column }) => column))
  const rows = 1 + Math.max(0, ...parts.map(({ row }) => row))
  const least = preview ? 0 : COLUMN_MIN * Math.min(1.25, textScale)
  const grid = gridOf(variants, columns, rows, window)
  const size = { width: Math.max(window.width, grid.columns * columns * least), height: window.height }
  const line = LINE * textScale
  const heading = variants > 1 && !preview ? line + 8 : 0
  const cells = cellsOf(variants, grid, size, heading)
  const boxes = parts.map((part) => {
    const cell = cells[part.variant] ?? cells[0]!
    // The parts of a column share its height, whatever other columns do.
    const here = parts.filter(({ variant, column }) => variant === part.variant && column === part.column).length
    const pitch = { width: cell.width / columns, height: (cell.height - heading - RAIL) / here }
    const detail = detailOf(pitch, textScale, preview)
    const captions = captionsOf(pitch, line, preview)
    return boxOf(part, cell, pitch, { above: preview ? 4 : 1.15 * line, captions, detail, line })
  })
  const railed = cells.map((cell) => {
    const mine = boxes.filter((_, at) => parts[at]!.variant === cell.variant)
    const lowest = Math.max(...mine.map((box) => box.y + box.height + (box.captions + 0.2) * line))
    return { ...cell, railY: Math.min(cell.y + cell.height - RAIL / 2, lowest + RAIL / 2) }
  })
  return { ...size, boxes, cells: railed, detail: leastOf(boxes), preview, textScale, line }
}

const leastOf = (boxes: readonly Box[]): PartDetail =>
  (['bare', 'compact', 'full'] as const).find((detail) => boxes.some((box) => box.detail === detail)) ?? 'full'

/** Copies as one column of rows, or two by two, whichever leaves the parts larger. */
function gridOf(variants: number, columns: number, rows: number, { width, height }: Size) {
  const shapes = [{ columns: 1, rows: variants }]
  if (variants > 2) shapes.push({ columns: 2, rows: Math.ceil(variants / 2) })
  const roomOf = (shape: { columns: number; rows: number }) =>
    Math.min(width / shape.columns / columns / 1.4, height / shape.rows / rows)
  return shapes.reduce((best, shape) => (roomOf(shape) > roomOf(best) ? shape : best))
}

function cellsOf(
  variants: number,
  grid: { readonly columns: number; readonly rows: number },
  { width, height }: Size,
  heading: number,
): readonly Cell[] {
  const cell = { width: width / grid.columns, height: height / grid.rows }
  return Array.from({ length: Math.max(1, variants) }, (_, variant) => {
    const x = (variant % grid.columns) * cell.width
    const y = Math.floor(variant / grid.columns) * cell.height
    return { variant, x, y, ...cell, heading, railY: y + cell.height - RAIL / 2 }
  })
}

function detailOf(pitch: Size, textScale: number, preview: boolean): PartDetail {
  if (preview) return 'bare'
  const fits = (from: Size) => pitch.width >= from.width * textScale && pitch.height >= from.height * textScale
  if (fits(FULL_FROM)) return 'full'
  return fits(COMPACT_FROM) ? 'compact' : 'bare'
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

/** Lines of text below a part: as many as leave most of the height to the part itself. */
function captionsOf({ height }: Size, line: number, preview: boolean): number {
  if (preview) return 0
  return Math.min(3, Math.max(0, Math.floor((height - 3.2 * line) / (2.4 * line))))
}

interface BoxOptions {
  /** Room for the name. */
  readonly above: number
  readonly captions: number
  readonly detail: PartDetail
  readonly line: number
}

function boxOf(
  { kind, column, row }: PartPlace,
  cell: Cell,
  pitch: Size,
  { above, captions, detail, line }: BoxOptions,
): Box {
  const below = (captions + 0.2) * line
  const { min, max, share } = BODY.width
  const width = clamp(pitch.width * share, Math.min(min, pitch.width * 0.7), max)
  const height = clamp(pitch.height - above - below - 6, BODY.height.min, Math.min(BODY.height.max, width * SLENDER))
  const room = {
    x: cell.x + column * pitch.width,
    y: cell.y + cell.heading + row * pitch.height,
    ...pitch,
  }
  const x = room.x + (pitch.width - width) / 2
  const y = room.y + above + Math.max(0, (pitch.height - above - below - height) / 2)
  const works = worksWidth(kind, width)
  const inside = { y: y + 3, height: height - 6 }
  return {
    x,
    y,
    width,
    height,
    room,
    detail,
    captions,
    pipeY: y + height * 0.5,
    ...(kind === 'source'
      ? {
          works: { ...inside, x: x + 3, width: works },
          tank: { ...inside, x: x + 3 + works + 2, width: width - works - 8 },
        }
      : {
          tank: { ...inside, x: x + 3, width: width - works - (works > 0 ? 8 : 6) },
          works: { ...inside, x: x + width - 3 - works, width: works },
        }),
  }
}

/** How much of the body does not hold what waits. */
function worksWidth(kind: PartKindName, width: number): number {
  switch (kind) {
    case 'source':
      return width * 0.6
    case 'stage':
      return width * 0.42
    case 'sender':
    case 'receiver':
      return 0
  }
}

// ---- The rim --------------------------------------------------------------------------------------------------------

/** A buffer of this many places is as high as its vessel. */
const TALLEST = 10_000
const LOWEST_SHARE = 0.3

/** How high the rim stands, as a share of the tank: higher for a larger capacity, by its logarithm. */
export function rimShare(capacity: number): number {
  return clamp(LOWEST_SHARE + ((1 - LOWEST_SHARE) * Math.log10(Math.max(1, capacity))) / Math.log10(TALLEST), 0, 1)
}

/** The capacity whose rim stands so high, in two digits: what a hand that drags the rim means. */
export function capacityAt(share: number): number {
  const exponent = (clamp(share, LOWEST_SHARE, 1) - LOWEST_SHARE) / (1 - LOWEST_SHARE)
  return Math.max(1, twoDigits(10 ** (exponent * Math.log10(TALLEST))))
}

/** Two significant digits: as exact as a hand is. */
export const twoDigits = (value: number): number => Number(value.toPrecision(2))

/** More than this bounds nobody: only memory does. */
const MEMORY = 100_000

export const isBounded = (capacity: number): boolean => capacity >= 0 && capacity < MEMORY

/** The scale of a vessel without rim: the next round number above what was in it lately. */
export function openScale(waiting: number, before: number): number {
  let scale = 40
  while (scale < waiting) scale *= String(scale).startsWith('4') ? 2.5 : 2
  // It shrinks late, so that a level near the mark does not jump to and fro.
  return scale >= before || waiting < before / 5 ? scale : before
}
