import { placeLabels } from './labels.ts'
import {
  clamp,
  FATE,
  FLIGHT,
  faultSpan,
  type Layout,
  laneOrder,
  layoutOf,
  operationSpan,
  SEGMENT,
  type Size,
  type SpaceTimeData,
  type SpaceTimeOperation,
  type SpaceTimePaint,
  type SpaceTimeScene,
  type SpaceTimeStyle,
  segmentOf,
} from './space-time.ts'
import { type TimeView, timeTicks } from './time-axis.ts'

interface Brush {
  readonly ctx: CanvasRenderingContext2D
  readonly scene: SpaceTimeScene
  readonly style: SpaceTimeStyle
  readonly paint: SpaceTimePaint
  readonly at: Layout
  /** The context's font: setting one costs more than a text, and asking for it, too. */
  readonly pen: { font: string }
}

/** Draws everything. The context's unit is the CSS pixel. */
export function drawSpaceTime(
  ctx: CanvasRenderingContext2D,
  scene: SpaceTimeScene,
  style: SpaceTimeStyle,
  size: Size,
  paint: SpaceTimePaint,
): Layout {
  const at = layoutOf(scene, size, paint)
  const brush: Brush = { ctx, scene, style, paint, at, pen: { font: '' } }
  ctx.clearRect(0, 0, size.width, size.height)
  drawAxis(brush)
  drawNames(brush)
  ctx.save()
  ctx.beginPath()
  ctx.rect(at.left, 0, size.width - at.left, size.height)
  ctx.clip()
  drawPlot(brush)
  ctx.restore()
  return at
}

function drawPlot(brush: Brush): void {
  const { scene } = brush
  const { data } = scene
  drawUnknown(brush)
  if (data !== null) {
    if (data.messagesTotal * FLIGHT.size > data.messages.length) drawDensity(brush, data)
    const words = drawLanes(brush, data)
    drawMessages(brush, data)
    drawWords(brush, words)
    drawOperations(brush, data)
    drawFaults(brush, data)
    drawHit(brush, data)
    drawMarks(brush, data)
  }
  drawInstant(brush, scene.differsAtUs, '--warn', [4, 3])
  drawCursor(brush)
}

function drawAxis(brush: Brush): void {
  const { ctx, scene, paint, at } = brush
  const gap = 84 * paint.textScale
  setFont(brush, `${at.textPx}px ${paint.font}`)
  ctx.textAlign = 'center'
  ctx.textBaseline = 'top'
  ctx.lineWidth = 1
  ctx.strokeStyle = paint.color('--line')
  ctx.fillStyle = paint.color('--ink-3')
  ctx.beginPath()
  for (const tick of timeTicks(scene.view, at.right - at.left, gap)) {
    const x = crisp(at.x(tick.atUs))
    ctx.moveTo(x, at.lanesTop)
    ctx.lineTo(x, at.lanesBottom)
    ctx.moveTo(x, at.axisTop - 3)
    ctx.lineTo(x, at.axisTop)
    const half = textWidth(brush, tick.text) / 2
    if (x - half >= at.left - 6 && x + half <= at.width) ctx.fillText(tick.text, x, at.axisTop + 4)
  }
  ctx.stroke()
}

function drawNames(brush: Brush): void {
  const { ctx, scene, paint, at } = brush
  setFont(brush, `${Math.min(at.textPx, Math.max(8, Math.round(at.pitch * 1.1)))}px ${paint.font}`)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  // When the lanes stand closer than lines of text, only every so many are named.
  const every = Math.max(1, Math.ceil((at.textPx * 1.1) / at.pitch))
  const lanes = laneOrder(scene.actors)
  for (const [actor, { name }] of scene.actors.entries()) {
    const selected = name === scene.selectedActor
    if (lanes[actor]! % every !== 0 && !selected) continue
    ctx.fillStyle = paint.color(selected ? '--accent' : '--ink-2')
    ctx.fillText(name, 10, at.laneY(actor))
    if (selected) ctx.fillRect(2, at.laneY(actor) - 5, 3, 10)
  }
}

/** The future that nobody has computed: a shaded field, and the guides of the lanes end there. */
function drawUnknown({ ctx, scene, paint, at }: Brush): void {
  const frontier = Math.max(scene.data?.frontierUs ?? 0, scene.nowUs)
  const edge = clamp(at.x(frontier), at.left, at.right)
  ctx.fillStyle = paint.color('--surface-0')
  ctx.globalAlpha = 0.55
  ctx.fillRect(edge, at.lanesTop, at.width - edge, at.axisTop - at.lanesTop)
  ctx.globalAlpha = 1
  ctx.strokeStyle = paint.color('--line')
  ctx.lineWidth = 1
  ctx.beginPath()
  const start = Math.max(at.left, at.x(0))
  for (const actor of scene.actors.keys()) {
    const y = crisp(at.laneY(actor))
    ctx.moveTo(start, y)
    ctx.lineTo(edge, y)
  }
  ctx.stroke()
}

/** A word that stands on a lane; drawn after the messages, or their lines would run through it. */
interface Word {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly label: string
  readonly color: string
  readonly weight: 'thick' | 'dashed'
}

function drawLanes({ ctx, scene, style, paint, at }: Brush, data: SpaceTimeData): readonly Word[] {
  const { lanes } = data
  const words: Word[] = []
  // Between two answers of the engine the present goes on: the last segment of a lane grows with it.
  const growsFrom = Math.min(data.toUs, data.frontierUs)
  for (let i = 0; i < lanes.length; i += SEGMENT.size) {
    const toUs = lanes[i + SEGMENT.toUs]!
    const end = toUs >= growsFrom ? Math.max(toUs, Math.min(scene.nowUs, scene.view.toUs)) : toUs
    const from = Math.max(at.x(lanes[i + SEGMENT.fromUs]!), at.left)
    const to = Math.min(at.x(end), at.right)
    if (to - from < 0.2) continue
    const { color, weight, label } = style.phase(lanes[i + SEGMENT.phase]!, lanes[i + SEGMENT.actor]!)
    const y = at.laneY(lanes[i + SEGMENT.actor]!)
    if (weight === 'dashed') drawDown(ctx, { from, to, y }, at, paint, color)
    else drawBar(ctx, { from, to, y }, at, paint.color(color), weight)
    if (weight !== 'thin') words.push({ from, to, y, label, color, weight })
  }
  return words
}

interface Bar {
  readonly from: number
  readonly to: number
  readonly y: number
}

function drawBar(ctx: CanvasRenderingContext2D, bar: Bar, at: Layout, color: string, weight: 'thin' | 'thick'): void {
  const height = weight === 'thick' ? at.bar : Math.max(1, at.bar * 0.6)
  ctx.fillStyle = color
  ctx.globalAlpha = weight === 'thick' ? 1 : 0.38
  ctx.fillRect(bar.from, bar.y - height / 2, bar.to - bar.from, height)
  ctx.globalAlpha = 1
}

/** An actor that does not take part: an empty dashed box. */
function drawDown(ctx: CanvasRenderingContext2D, bar: Bar, at: Layout, paint: SpaceTimePaint, color: string): void {
  ctx.strokeStyle = paint.color(color)
  ctx.lineWidth = paint.stroke
  ctx.setLineDash([3, 3])
  ctx.strokeRect(bar.from, crisp(bar.y - at.bar / 2), bar.to - bar.from, Math.max(1, at.bar - 1))
  ctx.setLineDash([])
}

function drawWords(brush: Brush, words: readonly Word[]): void {
  const { ctx, paint, at } = brush
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  for (const { from, to, y, label, color, weight } of words) {
    const size = weight === 'thick' ? Math.min(at.bar - 2, 10 * paint.textScale) : at.textPx
    if (weight === 'thick' ? at.bar < 11 : at.pitch < at.textPx) continue
    setFont(brush, `${weight === 'thick' ? '600 ' : ''}${size}px ${paint.font}`)
    const width = textWidth(brush, label)
    if (width + 12 > to - from) continue
    if (weight === 'dashed') {
      ctx.fillStyle = paint.color('--surface-1')
      ctx.fillRect(from + 4, y - size / 2 - 1, width + 6, size + 2)
    }
    ctx.fillStyle = paint.color(weight === 'dashed' ? '--ink-2' : inkOn(color))
    ctx.fillText(label, from + 7, y + 0.5)
  }
}

/** The token of text that is readable on a token's colour. */
const inkOn = (color: string): string =>
  color.startsWith('--term-') ? color.replace('--term-', '--term-ink-') : '--surface-0'

interface Batch {
  readonly color: string
  readonly dash: readonly number[]
  readonly alpha: number
  /** x, y, x, y of each line. */
  readonly points: number[]
}

const SOLID: readonly number[] = []
const REPLY_DASH: readonly number[] = [3, 2]
const FLIGHT_DASH: readonly number[] = [2, 4]

/** Lines of one look are stroked together: a path of 2,000 lines costs a fraction of 2,000 paths. */
function drawMessages(brush: Brush, data: SpaceTimeData): void {
  const { ctx, paint, at } = brush
  const batches = new Map<number, Batch>()
  const crosses: { readonly color: string; readonly x: number; readonly y: number }[] = []
  const { messages } = data
  const alpha = messageAlpha(data.messagesTotal, at.right - at.left)
  for (let i = 0; i < messages.length; i += FLIGHT.size) {
    const x0 = at.x(messages[i + FLIGHT.sentAtUs]!)
    const x1 = at.x(messages[i + FLIGHT.arrivesAtUs]!)
    if (x1 < at.left || x0 > at.right) continue
    const batch = batchOf(brush, batches, messages, i, alpha)
    const y0 = at.laneY(messages[i + FLIGHT.from]!)
    const y1 = at.laneY(messages[i + FLIGHT.to]!)
    if (messages[i + FLIGHT.fate] === FATE.lost) {
      // A lost message is seen to set out; it ends on the way.
      const xm = x0 + (x1 - x0) * 0.5
      const ym = y0 + (y1 - y0) * 0.5
      batch.points.push(x0, y0, xm, ym)
      crosses.push({ color: batch.color, x: xm, y: ym })
    } else batch.points.push(x0, y0, x1, y1)
  }
  ctx.lineWidth = paint.stroke
  for (const batch of batches.values()) strokeBatch(ctx, batch)
  ctx.globalAlpha = 1
  drawCrosses(ctx, crosses, paint)
}

/** Many lines over one another would be a solid field: the more per pixel, the fainter each. */
export function messageAlpha(messages: number, widthPx: number): number {
  const perPixel = messages / Math.max(1, widthPx)
  return perPixel <= 0.5 ? 0.85 : Math.max(0.18, 0.85 / Math.sqrt(perPixel * 2))
}

function batchOf(
  { style, paint }: Brush,
  batches: Map<number, Batch>,
  messages: Float64Array,
  i: number,
  alpha: number,
): Batch {
  const label = messages[i + FLIGHT.label]!
  const value = messages[i + FLIGHT.value]!
  const flying = messages[i + FLIGHT.fate] === FATE.inFlight
  const key = (value * 64 + label) * 2 + (flying ? 1 : 0)
  let batch = batches.get(key)
  if (batch === undefined) {
    const { color, dashed } = style.message(label, value)
    batch = { color: paint.color(color), dash: flying ? FLIGHT_DASH : dashed ? REPLY_DASH : SOLID, alpha, points: [] }
    batches.set(key, batch)
  }
  return batch
}

function strokeBatch(ctx: CanvasRenderingContext2D, batch: Batch): void {
  const { points } = batch
  ctx.strokeStyle = batch.color
  ctx.globalAlpha = batch.alpha
  // A dash of two pixels cannot be seen in a crowd, and costs a lot.
  ctx.setLineDash(points.length > 1_200 ? [] : [...batch.dash])
  ctx.beginPath()
  for (let i = 0; i < points.length; i += 4) {
    ctx.moveTo(points[i]!, points[i + 1]!)
    ctx.lineTo(points[i + 2]!, points[i + 3]!)
  }
  ctx.stroke()
  ctx.setLineDash([])
}

const CROWD = 40

function drawCrosses(
  ctx: CanvasRenderingContext2D,
  crosses: readonly { readonly x: number; readonly y: number }[],
  paint: SpaceTimePaint,
): void {
  if (crosses.length === 0) return
  // Many losses are a texture, a single one is an event.
  const crowd = crosses.length > CROWD
  const half = (crowd ? 2 : 3) * paint.textScale
  ctx.strokeStyle = paint.color('--bad')
  ctx.lineWidth = crowd ? paint.stroke : paint.stroke + 0.5
  ctx.globalAlpha = crowd ? 0.75 : 1
  ctx.beginPath()
  for (const { x, y } of crosses) {
    ctx.moveTo(x - half, y - half)
    ctx.lineTo(x + half, y + half)
    ctx.moveTo(x - half, y + half)
    ctx.lineTo(x + half, y - half)
  }
  ctx.stroke()
  ctx.globalAlpha = 1
}

const DENSITY_COLUMN_PX = 4

/** Share (0..1 of the densest) of messages under way in each column of the plot. */
export function densityColumns(messages: Float64Array, view: TimeView, columns: number): Float64Array {
  const counts = new Float64Array(columns + 1)
  const scale = columns / (view.toUs - view.fromUs)
  for (let i = 0; i < messages.length; i += FLIGHT.size) {
    const first = Math.floor((messages[i + FLIGHT.sentAtUs]! - view.fromUs) * scale)
    const last = Math.floor((messages[i + FLIGHT.arrivesAtUs]! - view.fromUs) * scale)
    if (last < 0 || first >= columns) continue
    // Differences, summed up below: a long flight costs no more than a short one.
    counts[Math.max(0, first)]! += 1
    counts[Math.min(columns, last + 1)]! -= 1
  }
  let running = 0
  let most = 0
  for (let i = 0; i < columns; i++) {
    running += counts[i]!
    counts[i] = running
    most = Math.max(most, running)
  }
  const shares = counts.subarray(0, columns)
  if (most > 0) for (let i = 0; i < columns; i++) shares[i]! /= most
  return shares
}

function drawDensity({ ctx, scene, paint, at }: Brush, data: SpaceTimeData): void {
  const columns = Math.max(1, Math.ceil((at.right - at.left) / DENSITY_COLUMN_PX))
  const shares = densityColumns(data.messages, scene.view, columns)
  ctx.fillStyle = paint.color('--ink-3')
  for (let i = 0; i < columns; i++) {
    if (shares[i] === 0) continue
    ctx.globalAlpha = 0.22 * shares[i]!
    ctx.fillRect(at.left + i * DENSITY_COLUMN_PX, at.lanesTop, DENSITY_COLUMN_PX, at.lanesBottom - at.lanesTop)
  }
  ctx.globalAlpha = 1
}

interface OperationBox extends Bar {
  readonly operation: SpaceTimeOperation
}

/** A loaded client has hundreds of operations in a window: all boxes of one look are one path. */
function drawOperations(brush: Brush, data: SpaceTimeData): void {
  const { ctx, scene, paint, at } = brush
  const lane = new Map(scene.actors.map((actor, index) => [actor.name, index]))
  const height = Math.min(Math.max(at.pitch * 0.72, 3), at.textPx + 5)
  const answered: OperationBox[] = []
  const open: OperationBox[] = []
  for (const operation of data.operations) {
    const actor = lane.get(operation.client)
    if (actor === undefined) continue
    const { from, to } = operationSpan(operation, scene, at)
    if (to < at.left || from > at.right) continue
    const boxes = operation.toUs === null ? open : answered
    boxes.push({ operation, from, to, y: at.laneY(actor) })
  }
  ctx.lineWidth = paint.stroke
  ctx.fillStyle = paint.color('--surface-2')
  ctx.strokeStyle = paint.color('--message-client')
  drawBoxes(ctx, answered, height)
  ctx.setLineDash([4, 3])
  drawBoxes(ctx, open, height)
  ctx.setLineDash([])
  if (height >= at.textPx) writeOperations(brush, [...answered, ...open])
}

function drawBoxes(ctx: CanvasRenderingContext2D, boxes: readonly OperationBox[], height: number): void {
  ctx.beginPath()
  for (const { operation, from, to, y } of boxes) {
    const top = crisp(y - height / 2)
    const bottom = crisp(y + height / 2)
    // An open operation has no right end.
    ctx.moveTo(to, top)
    ctx.lineTo(from, top)
    ctx.lineTo(from, bottom)
    ctx.lineTo(to, bottom)
    if (operation.toUs !== null) ctx.closePath()
  }
  ctx.fill()
  ctx.stroke()
}

function writeOperations(brush: Brush, boxes: readonly OperationBox[]): void {
  const { ctx, paint, at } = brush
  setFont(brush, `${at.textPx - 1}px ${paint.mono}`)
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  ctx.fillStyle = paint.color('--ink')
  for (const { operation, from, to, y } of boxes) {
    const visible = Math.max(from, at.left)
    const room = Math.min(to, at.right) - visible - 8
    // No text is as short as two letters.
    if (room < at.textPx) continue
    const text = [operationText(operation), operation.text].find((each) => textWidth(brush, each) <= room)
    if (text !== undefined) ctx.fillText(text, visible + 4, y + 0.5)
  }
}

/** `put x 3 → ok`, or `put x 3 …` while nobody knows. */
export function operationText(operation: SpaceTimeOperation): string {
  if (operation.toUs === null) return `${operation.text} …`
  return operation.result === null ? operation.text : `${operation.text} → ${operation.result}`
}

function drawFaults(brush: Brush, data: SpaceTimeData): void {
  const { ctx, scene, paint, at } = brush
  setFont(brush, `${at.textPx - 1}px ${paint.font}`)
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  /** Where the last text of each row ends: in a full last row bars overlap, their texts must not. */
  const textEnds = new Map<number, number>()
  for (const [index, fault] of data.faults.entries()) {
    const span = faultSpan(scene, at, fault)
    if (span.to < at.left || span.from > at.right) continue
    const from = Math.max(span.from, at.left)
    const to = Math.min(span.to, at.right)
    const row = at.faultRows[index]!
    const top = at.faultsTop + row * at.faultHeight
    ctx.fillStyle = paint.color('--bad')
    ctx.globalAlpha = 0.16
    ctx.fillRect(from, top, to - from, at.faultHeight - 2)
    ctx.globalAlpha = 1
    ctx.fillRect(from, top, to - from, 2 * paint.stroke)
    if (span.from >= at.left) ctx.fillRect(from, top, paint.stroke, at.faultHeight - 2)
    const width = textWidth(brush, fault.text)
    if (width > to - from - 8 || from < (textEnds.get(row) ?? 0)) continue
    textEnds.set(row, from + width + 8)
    ctx.fillStyle = paint.color('--ink-2')
    ctx.fillText(fault.text, from + 5, top + at.faultHeight / 2)
  }
}

const MARK_PRIORITY = { note: 1, act: 2, broken: 3 } as const
const MARK_COLOR = { note: '--ink-2', act: '--accent', broken: '--bad' } as const

function drawMarks(brush: Brush, data: SpaceTimeData): void {
  const { ctx, scene, paint, at } = brush
  setFont(brush, `${at.textPx}px ${paint.font}`)
  ctx.textBaseline = 'middle'
  ctx.textAlign = 'left'
  const seen = data.marks.filter((mark) => mark.timeUs >= scene.view.fromUs && mark.timeUs <= scene.view.toUs)
  const marks = [
    ...scene.bookmarks
      .filter(({ timeUs }) => timeUs >= scene.view.fromUs && timeUs <= scene.view.toUs)
      .map(({ timeUs, name }) => ({
        x: at.x(timeUs),
        text: name,
        color: '--good',
        priority: 4,
        shape: 'flag' as const,
      })),
    ...seen.map((mark) => ({
      x: at.x(mark.timeUs),
      text: mark.text,
      color: MARK_COLOR[mark.kind],
      priority: MARK_PRIORITY[mark.kind],
      shape: mark.kind,
    })),
  ]
  const space = { left: at.left, right: at.right, rows: at.markRows, gap: 6, offset: 7 }
  const texts = marks.map(({ text }) => shorten(text))
  const labels = marks.map(({ x, priority }, index) => ({ x, priority, width: textWidth(brush, texts[index]!) }))
  const places = placeLabels(labels, space)
  const rowHeight = (at.marksBottom - 4) / at.markRows
  for (const [index, { x, color, shape }] of marks.entries()) {
    const place = places[index] ?? null
    ctx.fillStyle = paint.color(color)
    const tip = at.lanesTop - 2
    if (place !== null) {
      const y = 2 + (place.row + 0.5) * rowHeight
      ctx.globalAlpha = 0.5
      ctx.fillRect(crisp(x) - 0.5, y - 4, 1, tip - y)
      ctx.globalAlpha = 1
      ctx.fillText(texts[index]!, place.x, y)
    }
    drawMarkShape(ctx, shape, x, tip, paint.textScale)
  }
}

function drawMarkShape(
  ctx: CanvasRenderingContext2D,
  shape: 'note' | 'act' | 'broken' | 'flag',
  x: number,
  tip: number,
  scale: number,
): void {
  const w = 4 * scale
  ctx.beginPath()
  switch (shape) {
    case 'act':
      ctx.moveTo(x - w, tip - 1.5 * w)
      ctx.lineTo(x + w, tip - 1.5 * w)
      ctx.lineTo(x, tip)
      break
    case 'broken':
      ctx.rect(x - w, tip - 2 * w, 2 * w, 2 * w)
      break
    case 'flag':
      ctx.moveTo(x, tip)
      ctx.lineTo(x, tip - 2.5 * w)
      ctx.lineTo(x + 1.8 * w, tip - 1.8 * w)
      ctx.lineTo(x + 1, tip - w)
      break
    case 'note':
      ctx.rect(x - 1, tip - 1.5 * w, 2, 1.5 * w)
      break
  }
  ctx.fill()
}

const TEXT_MAX = 42
const shorten = (text: string): string => (text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX - 1)}…` : text)

function setFont({ ctx, pen }: Brush, font: string): void {
  if (pen.font !== font) ctx.font = pen.font = font
}

/** Measuring text is the most expensive thing in a frame, and the same few texts come again and again. */
const widths = new Map<string, number>()
function textWidth({ ctx, pen }: Brush, text: string): number {
  const key = `${pen.font}|${text}`
  let width = widths.get(key)
  if (width === undefined) {
    if (widths.size > 2_000) widths.clear()
    width = ctx.measureText(text).width
    widths.set(key, width)
  }
  return width
}

function drawHit({ ctx, scene, style, paint, at }: Brush, data: SpaceTimeData): void {
  const rows = [scene.hit?.kind === 'message' ? scene.hit.at : -1, rowAt(data, scene.inspectedRow)]
  for (const i of rows) {
    if (i < 0 || i + FLIGHT.size > data.messages.length) continue
    const { color } = style.message(data.messages[i + FLIGHT.label]!, data.messages[i + FLIGHT.value]!)
    const line = segmentOf(data.messages, i, at)
    ctx.beginPath()
    ctx.moveTo(line.x0, line.y0)
    ctx.lineTo(line.x1, line.y1)
    ctx.strokeStyle = paint.color('--surface-1')
    ctx.lineWidth = paint.stroke + 5
    ctx.stroke()
    ctx.strokeStyle = paint.color(color)
    ctx.lineWidth = paint.stroke + 1.5
    ctx.stroke()
    ctx.fillStyle = paint.color(color)
    ctx.beginPath()
    ctx.arc(line.x1, line.y1, 3, 0, 2 * Math.PI)
    ctx.fill()
  }
}

function rowAt(data: SpaceTimeData, row: number | null): number {
  if (row === null || row < 0) return -1
  for (let i = 0; i < data.messages.length; i += FLIGHT.size) if (data.messages[i + FLIGHT.row] === row) return i
  return -1
}

function drawInstant({ ctx, paint, at }: Brush, us: number | null, color: string, dash: number[]): void {
  if (us === null) return
  const x = crisp(at.x(us))
  if (x < at.left || x > at.right) return
  ctx.strokeStyle = paint.color(color)
  ctx.lineWidth = paint.stroke
  ctx.setLineDash(dash)
  ctx.beginPath()
  ctx.moveTo(x, 0)
  ctx.lineTo(x, at.axisTop)
  ctx.stroke()
  ctx.setLineDash([])
}

function drawCursor({ ctx, scene, paint, at }: Brush): void {
  const x = Math.round(at.x(scene.nowUs))
  if (x < at.left - 6 || x > at.right + 6) return
  ctx.fillStyle = paint.color('--ink')
  const half = paint.stroke > 1 ? 1.5 : 1
  ctx.fillRect(x - half, 4, 2 * half, at.axisTop - 4)
  ctx.beginPath()
  ctx.moveTo(x - 6, 0)
  ctx.lineTo(x + 6, 0)
  ctx.lineTo(x + 6, 7)
  ctx.lineTo(x, 13)
  ctx.lineTo(x - 6, 7)
  ctx.fill()
}

const crisp = (value: number): number => Math.round(value) + 0.5
