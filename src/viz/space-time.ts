import { packRows } from './labels.ts'
import type { TimeView } from './time-axis.ts'

/**
 * The space-time diagram: a lane per actor, messages as lines from the instant and lane of the sender to those of the
 * receiver. Pure functions from data and a window of time to marks on a canvas, and back from a point to what is there.
 */

/** A record of `lanes`. */
export const SEGMENT = { actor: 0, fromUs: 1, toUs: 2, phase: 3, size: 4 } as const
/** A record of `messages`. `row` is -1 when the message has no row in the trace yet. */
export const FLIGHT = {
  from: 0,
  to: 1,
  label: 2,
  sentAtUs: 3,
  arrivesAtUs: 4,
  value: 5,
  fate: 6,
  row: 7,
  size: 8,
} as const
export const FATE = { delivered: 0, lost: 1, inFlight: 2 } as const

/** What happened in a window of time; the engine's `TimeWindow` has this shape. */
export interface SpaceTimeData {
  readonly fromUs: number
  readonly toUs: number
  /** Beyond it nothing has been computed yet. */
  readonly frontierUs: number
  readonly lanes: Float64Array
  readonly messages: Float64Array
  /** All messages of the window; `messages` may be a sample of them. */
  readonly messagesTotal: number
  readonly marks: readonly SpaceTimeMark[]
  readonly operations: readonly SpaceTimeOperation[]
  readonly faults: readonly SpaceTimeFault[]
}

export interface SpaceTimeMark {
  readonly timeUs: number
  readonly event: number
  readonly kind: 'note' | 'act' | 'broken'
  readonly actor: number
  readonly text: string
}

export interface SpaceTimeOperation {
  readonly client: string
  readonly request: string
  readonly text: string
  readonly fromUs: number
  readonly toUs: number | null
  readonly result: string | null
}

export interface SpaceTimeFault {
  readonly fromUs: number
  readonly toUs: number
  readonly text: string
}

/** How phases and messages look; colours are names of CSS custom properties. */
export interface SpaceTimeStyle {
  /** `actor`: whose lane it is. */
  phase(
    phase: number,
    actor?: number,
  ): { readonly color: string; readonly weight: 'thin' | 'thick' | 'dashed'; readonly label: string }
  message(label: number, value: number): { readonly color: string; readonly dashed: boolean }
}

/** The tokens of the present theme, resolved. */
export interface SpaceTimePaint {
  color(token: string): string
  /** 1, or 2 for the projector. */
  readonly stroke: number
  /** 1, or 1.5 for the projector. */
  readonly textScale: number
  readonly font: string
  readonly mono: string
}

export interface SpaceTimeScene {
  readonly data: SpaceTimeData | null
  readonly view: TimeView
  /** The cursor; -Infinity for none. */
  readonly nowUs: number
  readonly actors: readonly { readonly name: string; readonly role: 'node' | 'client' }[]
  readonly bookmarks: readonly { readonly timeUs: number; readonly name: string }[]
  /** The first instant at which two branches differ. */
  readonly differsAtUs: number | null
  readonly hit: Hit | null
  /** Row of the message that is being inspected. */
  readonly inspectedRow: number | null
  readonly selectedActor: string | null
}

/** What stands under a point. */
export type Hit =
  | { readonly kind: 'message'; readonly at: number }
  | { readonly kind: 'mark'; readonly mark: SpaceTimeMark }
  | { readonly kind: 'bookmark'; readonly timeUs: number; readonly name: string }
  | { readonly kind: 'operation'; readonly operation: SpaceTimeOperation }
  | { readonly kind: 'fault'; readonly fault: SpaceTimeFault }
  | { readonly kind: 'lane'; readonly actor: number; readonly phase: number | null }

export interface Size {
  readonly width: number
  readonly height: number
}

/** Where things stand for a size and a window. All lengths in CSS pixels. */
export interface Layout extends Size {
  /** Of the plot: between the names of the lanes and the right end. */
  readonly left: number
  readonly right: number
  readonly marksBottom: number
  readonly lanesTop: number
  readonly lanesBottom: number
  readonly faultRows: readonly number[]
  readonly faultsTop: number
  readonly faultHeight: number
  readonly axisTop: number
  readonly pitch: number
  readonly bar: number
  readonly textPx: number
  readonly markRows: number
  /** Middle of the lane of an actor. */
  laneY(actor: number): number
  x(us: number): number
  us(x: number): number
}

const FAULT_ROWS_MAX = 3
/** Larger texts would leave no room for the lanes. */
const TEXT_SCALE_MAX = 1.3
const HIT_PX = 6

export function layoutOf(
  scene: Pick<SpaceTimeScene, 'actors' | 'data' | 'view'>,
  size: Size,
  paint: SpaceTimePaint,
): Layout {
  const { actors, data, view } = scene
  const textPx = Math.round(11 * Math.min(paint.textScale, TEXT_SCALE_MAX))
  const line = Math.round(textPx * 1.35)
  const longest = actors.reduce((most, actor) => Math.max(most, actor.name.length), 2)
  const left = Math.min(Math.round(longest * textPx * 0.64) + 18, 120)
  const right = size.width - 8
  const faults = (data?.faults ?? []).map((fault) => ({ from: fault.fromUs, to: fault.toUs }))
  const faultRows = packRows(faults, FAULT_ROWS_MAX)
  const faultHeight = faults.length === 0 ? 0 : line
  const faultsHeight = faults.length === 0 ? 0 : (Math.max(...faultRows) + 1) * faultHeight + 4
  const markRows = size.height > 190 ? 2 : 1
  const marksBottom = markRows * line + 6
  const axisTop = size.height - line - 4
  const lanesTop = marksBottom + 4
  const lanesBottom = Math.max(lanesTop + 8, axisTop - 4 - faultsHeight)
  const pitch = (lanesBottom - lanesTop) / Math.max(1, actors.length)
  const lanes = laneOrder(actors)
  const scale = (right - left) / (view.toUs - view.fromUs)
  return {
    ...size,
    left,
    right,
    marksBottom,
    lanesTop,
    lanesBottom,
    faultRows,
    faultsTop: lanesBottom + 4,
    faultHeight,
    axisTop,
    pitch,
    bar: Math.max(1, Math.min(Math.round(pitch * 0.45), 12)),
    textPx,
    markRows,
    laneY: (actor) => lanesTop + ((lanes[actor] ?? 0) + 0.5) * pitch,
    x: (us) => left + (us - view.fromUs) * scale,
    us: (x) => view.fromUs + (x - left) / scale,
  }
}

/** The lane of each actor: nodes first, then clients, otherwise as they come. */
export function laneOrder(actors: SpaceTimeScene['actors']): readonly number[] {
  const nodes = actors.filter((actor) => actor.role === 'node').length
  let node = 0
  let client = nodes
  return actors.map((actor) => (actor.role === 'node' ? node++ : client++))
}

/** From the sending to the last point that is drawn: a lost message is seen to set out, and ends on the way. */
export function segmentOf(
  messages: Float64Array,
  i: number,
  at: Layout,
): { x0: number; y0: number; x1: number; y1: number } {
  const x0 = at.x(messages[i + FLIGHT.sentAtUs]!)
  const x1 = at.x(messages[i + FLIGHT.arrivesAtUs]!)
  const y0 = at.laneY(messages[i + FLIGHT.from]!)
  const y1 = at.laneY(messages[i + FLIGHT.to]!)
  if (messages[i + FLIGHT.fate] !== FATE.lost) return { x0, y0, x1, y1 }
  return { x0, y0, x1: (x0 + x1) / 2, y1: (y0 + y1) / 2 }
}

/** Left and right end of an operation on the screen; an open one goes on to the frontier. */
export function operationSpan(
  operation: SpaceTimeOperation,
  scene: SpaceTimeScene,
  at: Layout,
): { from: number; to: number } {
  const end = operation.toUs ?? Math.max(scene.nowUs, scene.data?.frontierUs ?? 0)
  return { from: at.x(operation.fromUs), to: Math.max(at.x(end), at.x(operation.fromUs) + 2) }
}

/** A fault that goes on ends at the present; it grows between two answers of the engine like the lanes. */
export function faultSpan(scene: SpaceTimeScene, at: Layout, fault: SpaceTimeFault): { from: number; to: number } {
  const edge = Math.min(scene.data?.frontierUs ?? 0, scene.data?.toUs ?? 0)
  const end = fault.toUs >= edge ? Math.max(Math.min(fault.toUs, edge), scene.nowUs) : fault.toUs
  return { from: at.x(fault.fromUs), to: at.x(end) }
}

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)

// ---- Back from a point ------------------------------------------------------------------------------------------

/** The nearest thing to the point that would be meant by pointing there. */
export function hitTest(scene: SpaceTimeScene, at: Layout, x: number, y: number): Hit | null {
  const { data } = scene
  if (x < at.left - HIT_PX) return laneHit(scene, at, x, y)
  if (y < at.lanesTop) return markHit(scene, at, x)
  if (data === null) return null
  if (y > at.lanesBottom) return faultHit(scene, data, at, x, y)
  return messageHit(data, at, x, y) ?? operationHit(scene, data, at, x, y) ?? laneHit(scene, at, x, y)
}

function markHit(scene: SpaceTimeScene, at: Layout, x: number): Hit | null {
  const near = (timeUs: number) => Math.abs(at.x(timeUs) - x)
  const bookmark = nearest(scene.bookmarks, ({ timeUs }) => near(timeUs))
  const mark = nearest(scene.data?.marks ?? [], ({ timeUs }) => near(timeUs))
  if (bookmark !== null && (mark === null || near(bookmark.timeUs) <= near(mark.timeUs)))
    return { kind: 'bookmark', ...bookmark }
  return mark === null ? null : { kind: 'mark', mark }
}

function nearest<T>(items: readonly T[], distance: (item: T) => number): T | null {
  let best: T | null = null
  let least = HIT_PX
  for (const item of items) {
    const far = distance(item)
    if (far > least) continue
    least = far
    best = item
  }
  return best
}

function messageHit(data: SpaceTimeData, at: Layout, x: number, y: number): Hit | null {
  let best = -1
  let least = HIT_PX
  const { messages } = data
  // Most messages are far away in time: two comparisons, before anything is computed.
  const [earliest, latest] = [at.us(x - HIT_PX), at.us(x + HIT_PX)]
  for (let i = 0; i < messages.length; i += FLIGHT.size) {
    if (messages[i + FLIGHT.arrivesAtUs]! < earliest || messages[i + FLIGHT.sentAtUs]! > latest) continue
    const { x0, y0, x1, y1 } = segmentOf(messages, i, at)
    const far = distanceToSegment(x, y, x0, y0, x1, y1)
    if (far > least) continue
    least = far
    best = i
  }
  return best < 0 ? null : { kind: 'message', at: best }
}

/** Distance of a point from the nearest point of a segment. */
export function distanceToSegment(x: number, y: number, x0: number, y0: number, x1: number, y1: number): number {
  const dx = x1 - x0
  const dy = y1 - y0
  const length = dx * dx + dy * dy
  const share = length === 0 ? 0 : clamp(((x - x0) * dx + (y - y0) * dy) / length, 0, 1)
  return Math.hypot(x - x0 - share * dx, y - y0 - share * dy)
}

function operationHit(scene: SpaceTimeScene, data: SpaceTimeData, at: Layout, x: number, y: number): Hit | null {
  for (const operation of data.operations) {
    const actor = scene.actors.findIndex(({ name }) => name === operation.client)
    if (actor < 0 || Math.abs(at.laneY(actor) - y) > at.pitch / 2) continue
    const span = operationSpan(operation, scene, at)
    if (x >= span.from - 2 && x <= span.to + 2) return { kind: 'operation', operation }
  }
  return null
}

function faultHit(scene: SpaceTimeScene, data: SpaceTimeData, at: Layout, x: number, y: number): Hit | null {
  for (const [index, fault] of data.faults.entries()) {
    const span = faultSpan(scene, at, fault)
    const top = at.faultsTop + at.faultRows[index]! * at.faultHeight
    if (x >= span.from && x <= span.to && y >= top && y < top + at.faultHeight) return { kind: 'fault', fault }
  }
  return null
}

function laneHit(scene: SpaceTimeScene, at: Layout, x: number, y: number): Hit | null {
  // Beside the plot a name has its whole row; inside, only the bar itself is meant.
  const reach = x < at.left ? at.pitch / 2 : Math.min(at.pitch / 2, at.bar / 2 + 2)
  const actor = scene.actors.findIndex((_, index) => Math.abs(at.laneY(index) - y) <= reach)
  if (actor < 0) return null
  const us = at.us(x)
  const lanes = scene.data?.lanes ?? new Float64Array(0)
  for (let i = 0; i < lanes.length; i += SEGMENT.size) {
    const inside =
      lanes[i + SEGMENT.actor] === actor && us >= lanes[i + SEGMENT.fromUs]! && us <= lanes[i + SEGMENT.toUs]!
    if (inside && x >= at.left) return { kind: 'lane', actor, phase: lanes[i + SEGMENT.phase]! }
  }
  return { kind: 'lane', actor, phase: null }
}
